"""The phones that cadres enrolled as their own."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.constraints import all_or_none, check, index, optional_ref, ref
from portal.models.text import MaskedCharField
from portal.rows import Rows


class DeviceQuerySet(Rows):
    """Ways of choosing devices."""

    def of(self, user):
        """The user's own; whoever stands in for them has phones of their own."""
        return self.filter(owner=user)

    def in_use(self):
        return self.filter(revoked_at=None)


class Device(models.Model):
    """A phone with a credential for `/sync/` alone: `<key>.<secret>`. Only a digest is kept."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = ref("portal.User", related_name="devices")
    name = MaskedCharField(_("name of the phone"), max_length=40)
    # SHA-256 of the secret, which has 256 random bits: nothing slower is needed.
    digest = models.CharField(max_length=64, db_collation="C")
    enrolled_at = models.DateTimeField()
    # By the day and hour only: `seen` in actions/devices.py.
    last_contact_at = models.DateTimeField(null=True)
    # How many entries it still held when it last said so.
    unsent = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = optional_ref("portal.User", related_name="+")
    why = MaskedCharField(_("reason"), max_length=200, blank=True, default="")

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            check("a_revoked_device_says_by_whom", all_or_none("revoked_at revoked_by")),
        ]
        indexes = [index("device_in_use", "owner", when=Q(revoked_at=None))]

    def __str__(self):
        return f"device {self.key}"

    @property
    def is_revoked(self):
        return self.revoked_at is not None
