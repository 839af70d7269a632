"""Helper for stories: each act happens on its own day, by a user whose today is that day."""

from copy import copy
from datetime import timedelta

from django.utils import timezone


class Storyteller:
    """The acts of one story in chronological order. `ago` is in days before the county's anchor."""

    def __init__(self, county):
        self.county, self.now = county, None

    def day(self, ago):
        """Return that day or the next working day, at most the last working day before the
        anchor."""
        return self.county.working_day(self.county.anchor - timedelta(days=ago))

    def user(self, username):
        return self.county.people.users[username]

    def organ(self, short_name):
        return self.county.places.organs[short_name]

    def at(self, ago):
        """Return a moment of that day, later than all earlier acts of the story."""
        at = self.county.moment(self.day(ago))
        if self.now and at <= self.now:
            at = self.now + timedelta(minutes=1)
        self.now = at
        return at

    def acting(self, user, at):
        """Return the user as of that day; the grants of the county are older than its stories."""
        one = copy(user).acting(on=timezone.localdate(at))
        one.take_grants(user.grants_today())
        return one

    def do(self, action, by, ago, **facts):
        at = self.at(ago)
        return action(by=self.acting(by, at), at=at, **facts)
