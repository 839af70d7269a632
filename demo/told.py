"""How a story is told: each act on its day, by somebody for whom it is that day."""

from copy import copy
from datetime import timedelta

from django.utils import timezone


class Told:
    """The acts of one story, forward in time. Days are counted back from the county's."""

    def __init__(self, county):
        self.county, self.now = county, None

    def day(self, ago):
        """The working day on which that is done; before a long holiday the last one."""
        return self.county.working_day(self.county.anchor - timedelta(days=ago))

    def user(self, username):
        return self.county.people.users[username]

    def organ(self, short_name):
        return self.county.places.organs[short_name]

    def at(self, ago):
        """A moment of that day, behind all that was told before."""
        at = self.county.moment(self.day(ago))
        if self.now and at <= self.now:
            at = self.now + timedelta(minutes=1)
        self.now = at
        return at

    def acting(self, user, at):
        """The person on that day; grants of the county are older than its stories."""
        one = copy(user).acting(on=timezone.localdate(at))
        one.take_grants(user.grants_today())
        return one

    def do(self, action, by, ago, **facts):
        at = self.at(ago)
        return action(by=self.acting(by, at), at=at, **facts)
