"""Phone entries: each arrives exactly once, even if sent repeatedly (docs/sync.md)."""

import json
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.constraints import check, index, optional_ref, ref, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust import crypto
from portal.trust.access import organ_reach
from sync.kinds import KINDS


class State(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("entry", "Carried out")
    HELD = "held", pgettext_lazy("entry", "Waits for the entry before it")
    DIFFERS = "differs", pgettext_lazy("entry", "Differs from one of the same number")
    QUARANTINED = "quarantined", pgettext_lazy("entry", "To be looked at")
    FAULT = "fault", pgettext_lazy("entry", "Our own error; tried again")
    DROPPED = "dropped", pgettext_lazy("entry", "Dropped")


# Their content is kept, sealed, until it expires.
KEPT = (State.HELD, State.DIFFERS, State.QUARANTINED, State.FAULT)
# A person has to decide.
TO_DECIDE = (State.DIFFERS, State.QUARANTINED)


class Cause(models.TextChoices):
    """Why an entry is not accepted; support sees nothing else."""

    NONE = "", "—"
    INVALID = "invalid", pgettext_lazy("entry", "The form refuses it")
    REFUSED = "refused", pgettext_lazy("entry", "The rules refuse it")
    MALFORMED = "malformed", pgettext_lazy("entry", "It is no entry")
    REVOKED = "revoked", pgettext_lazy("entry", "The phone or the account is no longer in use")
    UNSIGNED = "unsigned", pgettext_lazy("entry", "Its phone has not signed the backup file")
    WAITED = "waited", pgettext_lazy("entry", "The entry before it did not come")
    EARLIER = "earlier", pgettext_lazy("entry", "The entry before it was not carried out")
    OTHER_HASH = "other_hash", pgettext_lazy("entry", "Another content under the same number")
    NEWER = "newer", pgettext_lazy("entry", "Written by a newer page")
    BUSY = "busy", pgettext_lazy("entry", "The database was busy")
    ERROR = "error", pgettext_lazy("entry", "An error of the portal")
    BY_HAND = "by_hand", pgettext_lazy("entry", "Its author dropped it")
    EXPIRED = "expired", pgettext_lazy("entry", "Kept long enough")


class EntryQuerySet(Rows):
    """Ways of choosing entries."""

    def of(self, user):
        """The user's own entries, from any phone."""
        return self.filter(owner=user)

    def to_decide(self):
        return self.filter(state__in=TO_DECIDE)

    def visible_to(self, user):
        """The user's own entries, and for the office those of the people it manages."""
        of_office = organ_reach(user, Permission.MANAGE_PEOPLE, to="owner__organ")
        return self.filter(Q(owner=user) | of_office)


class Entry(models.Model):
    """One entry under one hash: the decision, never the content (`KeptEntry`)."""

    key = models.UUIDField()
    # SHA-256 of the canonical bytes.
    hash = models.CharField(max_length=64, db_collation="C")
    kind = models.CharField(max_length=20, db_collation="C", blank=True, default="")
    state = models.CharField(max_length=12, choices=State, db_collation="C")
    cause = models.CharField(
        max_length=12, choices=Cause, db_collation="C", blank=True, default=Cause.NONE
    )
    # Messages of the receipt, in the owner's language at that time.
    said = models.JSONField(default=list)
    device = ref("sync.Device", related_name="entries")
    owner = ref("portal.User", related_name="+")
    # The phone's clock, for people to read; no rule uses it.
    made = models.CharField(max_length=40, blank=True, default="")
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    # Until when its content is kept; empty while it waits for us rather than for a person.
    expires_on = models.DateField(null=True)
    # The entry whose record this one corrects.
    corrects = models.UUIDField(null=True)
    # The resulting record: model (`outreach.visit`), primary key, and its name on the receipt.
    noun = models.CharField(max_length=40, db_collation="C", blank=True, default="")
    record_id = models.BigIntegerField(null=True)
    record_label = models.CharField(max_length=80, blank=True, default="")
    record_url = models.CharField(max_length=200, db_collation="C", blank=True, default="")
    # Only for faults: number of tries, time and version of the last one, and the error.
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    tried_with = models.CharField(max_length=20, db_collation="C", blank=True, default="")
    trouble = models.CharField(max_length=80, db_collation="C", blank=True, default="")
    # Who dropped it, and why.
    dropped_by = optional_ref("portal.User", related_name="+")
    reason = MaskedCharField(_("reason"), max_length=200, blank=True, default="")

    objects = EntryQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            # For each person: the same bytes from somebody else are another entry.
            unique("an_entry_arrives_once", "key hash owner"),
            unique("an_entry_is_carried_out_once", "key", when=Q(state="accepted")),
            check("an_accepted_entry_has_its_record", ~Q(state="accepted") | ~Q(noun="")),
        ]
        indexes = [
            index("entry_waits_for", "corrects", when=Q(state="held")),
            index("entry_to_decide", "owner", when=Q(state__in=["differs", "quarantined"])),
            index("entry_not_done", "state received_at", when=Q(state__in=["held", "fault"])),
            index("entry_expires", "expires_on", when=Q(expires_on__isnull=False)),
            index("entry_of_owner", "owner key"),
        ]

    def __str__(self):
        return f"entry {self.key}"

    def get_absolute_url(self):
        return reverse("sync:entry", args=[self.pk])

    @property
    def received_on(self):
        return timezone.localdate(self.received_at)

    @property
    def made_label(self):
        """The phone's clock, formatted for readers."""
        return self.made[:16].replace("T", " ")

    @property
    def kind_label(self):
        known = KINDS.get(f"{self.kind}.correction" if self.corrects else self.kind)
        return known.label if known else _("Entry of an unknown kind")

    @property
    def record(self):
        """The record as named in a receipt, or None. The label, which says where and when, is
        omitted: a copy of a phone's store contains ids and credential and must not allow reading.
        """
        return {"url": self.record_url} if self.noun else None


class Part(models.Model):
    """A photo of an entry: its sealed bytes accumulate in a file until complete."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("part", "Waiting")
        STORED = "stored", pgettext_lazy("part", "Stored")
        REFUSED = "refused", pgettext_lazy("part", "Refused")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="parts")
    entry_id: int
    # Hash of the original photo; name and size as stated by the entry.
    sha256 = models.CharField(max_length=64, db_collation="C")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, db_collation="C", default=State.WAITING)
    # Sealed bytes: the total stated by the phone, and the number received.
    sealed_size = models.PositiveIntegerField(null=True)
    received = models.PositiveIntegerField(default=0)
    # Stored, but still sealed in its file: its entry is not carried out.
    is_kept = models.BooleanField(default=False)
    attachment = models.ForeignKey(
        "portal.Attachment", models.SET_NULL, null=True, related_name="+"
    )
    attachment_id: int | None

    class Meta:
        constraints = [unique("a_part_of_an_entry_stands_once", "entry sha256")]
        indexes = [index("part_is_kept", "entry", when=Q(is_kept=True))]

    def __str__(self):
        return f"part {self.sha256[:8]} of {self.entry_id}"


PURPOSE = "sync.entry"


class KeptEntry(models.Model):
    """Content of an entry that is not carried out: encrypted, for its author only.

    Row-level security shows a row only inside `privacy.opened(user=…)` or, if a rule admitted
    somebody, `privacy.opened(entries=…)`. The row is deleted once the entry is carried out, dropped
    or expired.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="kept")
    entry_id: int
    owner = ref("portal.User", related_name="+")
    cipher = models.TextField()

    ENCRYPTED = {"cipher": PURPOSE}

    def __str__(self):
        return f"kept of {self.entry_id}"

    @staticmethod
    def sealed(canonical):
        """Encrypt canonical bytes for storage."""
        return crypto.encrypt(canonical.decode(), PURPOSE)

    @cached_property
    def canonical(self):
        return crypto.decrypt(self.cipher, PURPOSE).encode()

    @cached_property
    def written(self):
        """The entry as written."""
        return json.loads(self.canonical)
