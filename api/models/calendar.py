"""A person's calendar of deadlines, at an address that cannot be guessed."""

from django.db import models
from django.db.models import Q

from portal.models.constraints import ref, unique
from portal.rows import Rows


class CalendarFeedQuerySet(Rows):
    def of(self, user):
        return self.filter(owner=user)

    def in_use(self):
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """A calendar by a secret address. The secret has 256 random bits; only its digest is stored."""

    owner = ref("portal.User", related_name="calendar_feeds")
    digest = models.CharField(max_length=64, db_collation="C", unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_read_on = models.DateField(null=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [unique("one_calendar_of_a_person", "owner", when=Q(revoked_at=None))]

    def __str__(self):
        return f"calendar {self.pk}"
