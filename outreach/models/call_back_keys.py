"""The secret keys of the sample call-backs, one for each month of results."""

from datetime import timedelta

from django.db import models

from portal.roles import Permission
from portal.rows import Rows


class CallBackKeyQuerySet(Rows):
    def visible_to(self, user):
        """Whoever reads a ledger sees the hashes, and the keys once they are shown."""
        return self.all() if user.holds(Permission.READ_MATTERS) else self.none()


class CallBackKey(models.Model):
    """Which results of a month are called follows from its key and their numbers alone.

    The hash is published before the month, the key after its calls: a key known earlier would tell
    handlers who is called. Rows are added.
    """

    # The draw looks at results each night: those of the day before the first key of all were not
    # drawn yet when it was made.
    RHYTHM = timedelta(days=1)

    # Its first day.
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
        """Whether it draws a result of its month. Of the month in which an installation got its
        first key, earlier results were drawn by the key of the audit."""
        return moment >= self.published_at - self.RHYTHM
