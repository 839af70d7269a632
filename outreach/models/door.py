"""Messages of the villager's door, and the slips with which a villager follows a matter."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach import slips
from outreach.models.cards import ContactCard
from outreach.models.matters import Matter, Word
from portal.models import User
from portal.models.clock import DatabaseClock
from portal.models.constraints import all_or_none, check, index, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach, reach


class DoorMessageQuerySet(Rows):
    def held(self):
        return self.filter(state=DoorMessage.State.HELD)

    def visible_to(self, user):
        """Held messages about units that the user hosts or whose staff the user's office keeps.
        Never a complaint about conduct: it is not held, and its row is deleted once sealed."""
        places = organ_reach(user, Permission.HOST_MATTERS, to="card__area__unit__host_organ")
        places |= organ_reach(user, Permission.MANAGE_PEOPLE, to="card__area__unit__host_organ")
        places |= organ_reach(user, Permission.HOST_MATTERS, to="slip__matter__host_organ")
        places |= organ_reach(user, Permission.MANAGE_PEOPLE, to="slip__matter__host_organ")
        for kind in slips.KINDS.values():
            places |= kind.held(user)
        return self.held().filter(places).exclude(kind=DoorMessage.Kind.CONDUCT)


class MatterSlip(models.Model):
    """A slip with number and query code: its holder may follow and comment on one matter.

    Only the villager knows the code; the portal keeps a keyed digest of number and code.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="door_slips")
    number = models.CharField(max_length=9, db_collation="C")
    code_digest = models.CharField(max_length=64, db_collation="C")
    code: str  # known while it is printed, never kept
    made_at = models.DateTimeField()
    # Who printed it; empty if the door issued it.
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # The round (as in FollowUp.round) that this slip decides, if printed by somebody outside the
    # handling chain. With any other slip the holder may look and add remarks.
    closes_round = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            unique("one_slip_of_a_number_and_code", "number code_digest"),
            check(
                "a_slip_that_closes_names_its_printer",
                Q(closes_round=None) | Q(made_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"slip of {self.matter_id}"

    @property
    def is_from_inside(self):
        """Printed by a user and not deciding, so that a person in the handling chain may know the
        code."""
        return self.made_by_id is not None and self.closes_round is None


class SlipRemarkQuerySet(Rows):
    def visible_to(self, user):
        """For those who seek the people's word: the host, the desk and the office."""
        return self.filter(reach(user, Permission.ARRANGE_CALL_BACKS, via="slip__matter__"))

    def unread_by(self, user):
        return self.visible_to(user).filter(read_at=None)


class SlipRemark(models.Model):
    """A remark by the holder of a slip; it is read, but decides nothing."""

    slip = models.ForeignKey(MatterSlip, models.PROTECT, related_name="remarks")
    # The people's word on the result of this round; empty for a remark only.
    word = models.CharField(max_length=12, choices=Word, blank=True, default="")
    round = models.PositiveSmallIntegerField()
    text = MaskedCharField(max_length=320, blank=True, default="")
    said_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SlipRemarkQuerySet.as_manager()

    class Meta:
        constraints = [
            check("a_remark_says_something", ~Q(word="", text="")),
            check("a_remark_is_read_by_somebody", all_or_none("read_at read_by")),
            unique("one_word_of_a_slip_for_each_result", "slip round", when=~Q(word="")),
        ]
        indexes = [index("remark_unread", "said_at id", when=Q(read_at=None))]

    def __str__(self):
        return f"remark {self.pk} of {self.slip_id}"


class DoorMessage(models.Model):
    """A message sent by the door. The door's database role may insert rows and read none."""

    class Kind(models.TextChoices):
        RAISE = "raise", _("A matter")
        WORD = "word", _("The people's word")
        CORRECT = "correct", _("Correct the contact")
        ERASE = "erase", _("Erase the contact")
        CHASE = "chase", _("Urge the matter")
        CONDUCT = "conduct", _("About conduct")

    class State(models.TextChoices):
        NEW = "new", _("Received")
        APPLIED = "applied", pgettext_lazy("door", "Taken over")
        HELD = "held", _("Kept for a person to look at")
        WAITING = "waiting", _("Waits for a call-back")
        REFUSED = "refused", _("Refused")

    class Reason(models.TextChoices):
        OVERFLOW = "overflow", _("Very many messages by one card on one day")
        TRAP = "trap", _("A field that people do not see was filled in")
        DIFFERENT = "different", _("Different content under the key of an earlier message")
        CARD_OVER = "card_over", _("The card is revoked, or its area has ended")
        NOT_ASKED = "not_asked", _("No word is being asked for")
        NO_CONTACT = "no_contact", _("No contact is kept of this matter")
        NO_SLIP = "no_slip", _("No slip has this number and code")
        INSIDE = "inside", _("Printed by somebody who took part: ask whether the raiser wants it")
        CLOSED = "closed", _("The matter is closed")
        CHASED = "chased", _("Urged within the last seven days already")
        CALL_OPEN = "call_open", _("Done once the call-back has been made")
        UNREADABLE = "unreadable", _("It could not be opened")
        TROUBLE = "trouble", _("It could not be taken over; see the log")
        DECIDED = "decided", _("Refused by a person")

    client_key = models.UUIDField()
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    # Keyed: the digest reveals nothing about the content.
    content_digest = models.CharField(max_length=64, db_collation="C")
    card = models.ForeignKey(ContactCard, models.PROTECT, null=True, related_name="+")
    slip_number = models.CharField(max_length=9, db_collation="C", db_default="")
    code_digest = models.CharField(max_length=64, db_collation="C", db_default="")
    # Encrypted for the portal: the door cannot decrypt it. Erased once taken over.
    sealed = models.TextField(db_default="")
    # Why the door asks for a check by a person first.
    hold = models.CharField(max_length=10, choices=Reason, blank=True, db_default="")
    received_at = models.DateTimeField(db_default=DatabaseClock())
    state = models.CharField(max_length=8, choices=State, db_default=State.NEW)
    reason = models.CharField(max_length=10, choices=Reason, blank=True, db_default="")
    slip = models.ForeignKey(MatterSlip, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = DoorMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            # A repeated message changes nothing; another content under the key is held.
            unique("a_message_comes_once", "client_key content_digest"),
            unique("one_content_of_a_key_is_taken_over", "client_key", when=Q(state="applied")),
            check("a_message_taken_over_is_not_kept", ~Q(state="applied") | Q(sealed="")),
            check(
                "a_message_kept_or_refused_says_why",
                ~Q(state__in=["held", "refused", "waiting"]) | ~Q(reason=""),
            ),
        ]
        indexes = [
            index("door_new", "id", when=Q(state="new")),
            index("door_waiting", "id", when=Q(state="waiting")),
            index("door_held", "-received_at -id", when=Q(state="held")),
            index("door_slip_number", "slip_number", when=~Q(slip_number="")),
            index("door_card_day", "card received_at"),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"


class DoorTry(models.Model):
    """A wrong query code for a number, whether or not a slip has it."""

    number = models.CharField(max_length=9, db_collation="C")
    at = models.DateTimeField(db_default=DatabaseClock())

    class Meta:
        indexes = [index("door_try", "number at")]

    def __str__(self):
        return f"try {self.pk}"
