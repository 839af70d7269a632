"""The phones that cadres enrolled as their own."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models.constraints import all_or_none, check, index, optional_ref, ref
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import organ_reach


class DeviceQuerySet(Rows):
    """Ways of choosing devices."""

    def of(self, user):
        """The user's own phones; stand-ins have phones of their own."""
        return self.filter(owner=user)

    def in_use(self):
        return self.filter(revoked_at=None)

    def visible_to(self, user):
        """The user's own phones, and those of the people whom the user manages."""
        if user.holds(Permission.MANAGE_ACCOUNTS):
            return self.all()
        looked_after = organ_reach(user, Permission.RESET_PASSWORDS, to="owner__organ")
        return self.filter(Q(owner=user) | looked_after)


class Device(models.Model):
    """A phone with a credential for `/sync/` only: `<key>.<secret>`. The secret for sending is
    stored on the phone in plain; fetching the working set requires a second secret, stored there
    under the PIN. The portal keeps only digests."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = ref("portal.User", related_name="devices")
    name = MaskedCharField(_("name of the phone"), max_length=40)
    # SHA-256 of the secret. The secret has 256 random bits, so no slow hash is needed.
    digest = models.CharField(max_length=64, db_collation="C")
    # Digest of the fetch secret; empty if the phone was enrolled before it was introduced.
    pull_digest = models.CharField(
        max_length=64, db_collation="C", blank=True, default="", db_default=""
    )
    enrolled_at = models.DateTimeField()
    # Updated at most every ten minutes: `note` in actions/contact.py.
    last_contact_at = models.DateTimeField(null=True)
    # Number of unsent entries that it last reported.
    unsent = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = optional_ref("portal.User", related_name="+")
    why = MaskedCharField(_("reason"), max_length=200, blank=True, default="")

    # Set while importing a backup file that the phone did not sign: anybody can write one.
    is_unsigned = False

    objects = DeviceQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check("a_revoked_device_says_by_whom", all_or_none("revoked_at revoked_by")),
        ]
        indexes = [index("device_in_use", "owner", when=Q(revoked_at=None))]

    def __str__(self):
        return f"device {self.key}"

    # Other people's pages show the day only.

    @property
    def enrolled_on(self):
        return timezone.localdate(self.enrolled_at)

    @property
    def last_contact_on(self):
        return self.last_contact_at and timezone.localdate(self.last_contact_at)

    @property
    def revoked_on(self):
        return self.revoked_at and timezone.localdate(self.revoked_at)

    @property
    def is_revoked(self):
        return self.revoked_at is not None
