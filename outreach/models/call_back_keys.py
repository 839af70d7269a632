"""The secret keys of the sample call-backs, one for each month of results."""

from datetime import timedelta

from django.db import models

from portal.roles import Permission
from portal.rows import Rows


class CallBackKeyQuerySet(Rows):
    def visible_to(self, user):
        """Every reader of a ledger sees the hashes, and the keys once they are published."""
        return self.all() if user.holds(Permission.READ_MATTERS) else self.none()


class CallBackKey(models.Model):
    """The key of a month. With the matter numbers it alone determines which results are called.

    The hash is published before the month, the key after its calls: a key known earlier would tell
    handlers who is called. Append-only.
    """

    # The draw runs each night, so results of the day before the very first key were not drawn yet
    # when that key was made.
    RHYTHM = timedelta(days=1)

    # The first day of the month.
    month = models.DateField(unique=True)
    digest = models.CharField(max_length=64, db_collation="C")
    secret_cipher = models.TextField()
    published_at = models.DateTimeField()

    ENCRYPTED = {"secret_cipher": lambda key: key.purpose}

    objects = CallBackKeyQuerySet.as_manager()

    def __str__(self):
        return f"Key of {self.month:%Y-%m}"

    @property
    def purpose(self):
        return f"outreach.call_back_key.{self.month:%Y-%m}"

    def covers(self, moment):
        """Whether this key draws a result given at that moment of its month. In the month of an
        installation's first key, earlier results were drawn by the audit key."""
        return moment >= self.published_at - self.RHYTHM
