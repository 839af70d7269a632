"""群众评议: a poll among those served, secret by construction (docs/security.md).

A code opens a slip once. The table keeps a keyed digest of each code and whether it was used, but
no time. Ballots are sealed with the poll's key. When the poll closes, they are written unsealed,
shuffled and without codes, and the key is destroyed.
"""

import uuid
from functools import reduce
from operator import and_

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.models.cycles import Appraised, Cycle, CycleState
from evaluation.models.schemes import Dimension, Mark
from portal.kinds import above
from portal.models import User
from portal.models.constraints import check, index, unique
from portal.models.places import PlacedRecord
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.sampling.seed import SeedKind
from portal.sheets.wording import worded
from portal.trust.access import reach

STEP = 5
# Prefix of a household's roster number in a reference; a matter is referred to by its number.
HOUSEHOLD = "household"
TWO_OBSERVE = _("Two different people observe this.")


class PollState(models.TextChoices):
    PREPARED = "prepared", _("Prepared")
    OPEN = "open", _("Ballots are taken")
    LISTED = "listed", _("List of sealed ballots published")
    CLOSED = "closed", _("Closed and counted")
    DROPPED = "dropped", _("Broken off, not counted")


class Answer(models.IntegerChoices):
    """To each of the four questions on discipline (form 11)."""

    YES = 1, _("Yes, there was")
    NO = 2, pgettext_lazy("ballots", "No")
    UNCLEAR = 3, _("Not clear")

    @classmethod
    def on_the_ballot(cls):
        """[(answer, label)] from left to right; the first one accuses nobody."""
        return [(one.value, one.label) for one in (cls.NO, cls.UNCLEAR, cls.YES)]


class Question(models.TextChoices):
    """是否存在: 接受吃请 · 收受礼品 · 层层陪同 · 增加群众负担 (opinion, 严守工作纪律)."""

    DINING = "dining", _("Let themselves be treated to meals")
    GIFTS = "gifts", _("Took gifts")
    RETINUE = "retinue", _("Came with a retinue")
    BURDEN = "burden", _("Was a burden to the masses")


def in_steps(n):
    """Round a turnout down for display, so that it reveals no single ballot."""
    return n - n % STEP


class SeedThrow(models.Model):
    """A seed that was thrown in public. It draws the voters of all polls of a cycle with an earlier
    frozen frame and no voters yet. Rows are only added."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="throws")
    kind = models.CharField(max_length=6, choices=SeedKind)
    digits = models.CharField(max_length=200, db_collation="C")
    # How the seed was thrown, by whom, and before which witness from outside the organ.
    how = MaskedCharField(max_length=200)
    organiser = MaskedCharField(max_length=40)
    witness = MaskedCharField(max_length=40)
    witness_of = MaskedCharField(max_length=60)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            unique(
                "no_seed_is_used_again_in_a_cycle",
                "cycle digits",
                said=_("This seed was entered before; throw a new one for frames frozen since."),
            )
        ]

    def __str__(self):
        return f"Seed {self.pk} of cycle {self.cycle_id}"


class PollQuerySet(Rows):
    def visible_to(self, user):
        """Visible to those who manage the evaluation or count ballots there."""
        return self.filter(
            reach(user, Permission.MANAGE_EVALUATION) | reach(user, Permission.COUNT_BALLOTS)
        )

    def open(self):
        return self.filter(state=PollState.OPEN)

    def containing(self, text):
        return self.filter(unit__name__contains=text.strip())

    def kept_by(self, user):
        return self.filter(reach(user, Permission.MANAGE_EVALUATION))

    def to_freeze(self):
        """Polls whose frame can be frozen."""
        ready = {"state": PollState.PREPARED, "cycle__seed": "", "roster_size__isnull": False}
        return self.filter(**ready, frozen_at=None, drawn_at=None)

    def to_draw(self):
        """Polls with a frozen frame that wait for a seed."""
        return self.filter(state=PollState.PREPARED, frozen_at__isnull=False, drawn_at=None)

    def collecting(self, on):
        """Polls of cycles that still take ballots on this day."""
        return self.filter(cycle__state=CycleState.COLLECTING, cycle__ballots_until__gte=on)

    def with_turnout(self):
        """Annotate codes made and codes used; show the latter only through `in_steps`."""
        codes = BallotCode.objects.filter(poll=OuterRef("pk")).order_by().values("poll")
        counted = codes.annotate(n=Count("pk")).values("n")
        used = codes.filter(is_used=True).annotate(n=Count("pk")).values("n")
        return self.annotate(
            codes_made=Coalesce(Subquery(counted), 0), codes_used=Coalesce(Subquery(used), 0)
        )

    def for_list(self):
        places = self.select_related("cycle", "unit", "township", "host_organ")
        return places.with_turnout().defer("frame_file")


class Poll(PlacedRecord):
    """The ballots of one unit in one cycle. A slip has one code and covers all appraised there.

    `organ` is the organ that holds the cycle.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="polls")
    appraised = models.ManyToManyField(Appraised, related_name="polls")
    state = models.CharField(max_length=8, choices=PollState, default=PollState.PREPARED)
    # Number of people in the village's paper roster; their names stay there.
    roster_size = models.PositiveIntegerField(_("people in the paper roster"), null=True)
    served_wanted = models.PositiveSmallIntegerField(_("drawn from those served"), default=10)
    roster_wanted = models.PositiveSmallIntegerField(_("drawn from the roster"), default=20)
    # The published frame (docs/sampling.md), compressed by zlib, its hash, and the plan of the
    # draw: {stratum: [number, reserve]}. None of them changes while the frame is frozen.
    frozen_at = models.DateTimeField(null=True)
    frame_file = models.BinaryField(default=b"", db_default=b"")
    frame_digest = models.CharField(max_length=64, db_collation="C", default="", db_default="")
    plan = models.JSONField(default=dict, db_default={})
    throw = models.ForeignKey(
        "evaluation.SeedThrow", models.PROTECT, null=True, related_name="polls"
    )
    result_digest = models.CharField(max_length=64, db_collation="C", default="", db_default="")
    drawn_at = models.DateTimeField(null=True)
    # Counted when the frame is frozen, or at the draw if the cycle was opened with a seed.
    served_found = models.PositiveIntegerField(null=True)
    # Only for a cycle opened with a seed: a digest of the people served.
    served_digest = models.CharField(max_length=64, db_collation="C", default="")
    # The private key is encrypted; it is erased when the poll closes.
    public_key = models.BinaryField(default=b"")
    private_cipher = models.TextField(default="")
    # Codes voided before use.
    voided = models.PositiveIntegerField(default=0, db_default=0)
    # Set when the poll closes.
    issued = models.PositiveIntegerField(null=True)
    returned = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    ENCRYPTED = {"private_cipher": lambda poll: poll.purpose_of_key}

    objects = PollQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_unit_has_one_poll_in_a_cycle",
                "cycle unit",
                said=_("There is a poll of this unit in this cycle already."),
            ),
            check(
                "a_closed_poll_has_lost_its_key",
                Q(
                    state="closed",
                    private_cipher="",
                    closed_at__isnull=False,
                    issued__isnull=False,
                    returned__isnull=False,
                )
                | ~Q(state="closed") & Q(closed_at=None, issued=None, returned=None),
            ),
            check(
                "a_frozen_poll_has_the_hash_of_its_frame",
                Q(frozen_at=None, frame_digest="")
                | Q(frozen_at__isnull=False, served_found__isnull=False) & ~Q(frame_digest=""),
            ),
            check(
                "voters_are_drawn_by_a_seed_younger_than_their_frame",
                Q(throw=None)
                | Q(frozen_at__isnull=False, drawn_at__gt=F("frozen_at")) & ~Q(result_digest=""),
                _("The seed is entered after the frame is frozen and published."),
            ),
        ]
        indexes = [index("poll_cycle", "cycle id")]

    def __str__(self):
        return f"Poll {self.pk}"

    @property
    def purpose_of_key(self):
        return f"evaluation.poll.{self.pk}"

    def get_absolute_url(self):
        return reverse("evaluation:poll", args=[self.pk])

    @property
    def is_closed(self):
        return self.state == PollState.CLOSED

    @property
    def takes_paper(self):
        """Whether paper may be typed: until the poll closes, also after its closing list is
        published."""
        return self.state in (PollState.OPEN, PollState.LISTED)

    @property
    def is_frozen(self):
        return self.frozen_at is not None

    @property
    def is_drawn(self):
        return self.drawn_at is not None

    @property
    def place_label(self):
        """Needs township, unit and host_organ loaded."""
        return f"{above(self)} {self.unit.name}"

    @property
    def turnout(self):
        """Ballots taken by code so far, in steps of five; needs with_turnout()."""
        return in_steps(self.codes_used)


class PollSample(models.Model):
    """Who was drawn: by serial number in the roster, or by the record that shows the service.

    No row is tied to a slip or code: each person drawn gets any slip.
    """

    class Stratum(models.TextChoices):
        SERVED = "served", _("From those served")
        ROSTER = "roster", _("From the unit at large")

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="sample")
    stratum = models.CharField(max_length=6, choices=Stratum)
    # Number in the roster, or of the matter or household.
    reference = models.CharField(max_length=40, db_collation="C")
    position = models.PositiveSmallIntegerField()
    # Drawn later in place of somebody who moved away or declined.
    is_substitute = models.BooleanField(default=False)

    class Meta:
        constraints = [unique("nobody_is_drawn_twice_for_a_poll", "poll stratum reference")]

    def __str__(self):
        return f"{self.stratum} {self.reference} of {self.poll_id}"

    @property
    def label(self):
        """For the host's sheet; official sheets are Chinese."""
        if self.stratum == self.Stratum.ROSTER:
            return f"花名册第{self.reference}号"
        kind, _colon, number = self.reference.partition(":")
        return f"{worded('联系户')}{number}号" if kind == HOUSEHOLD else f"事项{self.reference}"


class BallotCode(models.Model):
    """A printed slip: a keyed digest of its code and whether it was used, but no time."""

    # Random: neither key nor position shows which slip was printed or used first.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, db_collation="C", unique=True)
    code: str  # set while it is printed, never stored
    is_used = models.BooleanField(default=False)

    def __str__(self):
        return f"A code of {self.poll_id}"


class SealedBallot(models.Model):
    """A ballot by code, sealed with the poll's key until the poll closes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="sealed_ballots")
    sealed = models.TextField()

    def __str__(self):
        return f"A sealed ballot of {self.poll_id}"


class ClosingList(models.Model):
    """The fingerprints of all sealed ballots of a poll, published before any is opened, and what
    became of the slips. Rows are only added."""

    poll = models.OneToOneField(Poll, models.PROTECT, related_name="closing_list")
    # The published file: a fingerprint on each line, sorted to hide the order of voting.
    fingerprints = models.TextField(db_collation="C", blank=True)
    digest = models.CharField(max_length=64, db_collation="C")
    given = models.PositiveIntegerField()
    used = models.PositiveIntegerField()
    voided = models.PositiveIntegerField()
    # Unused slips that came back, counted by hand; empty where nobody counted them.
    returned = models.PositiveIntegerField(null=True)
    remark = MaskedCharField(max_length=300, blank=True)
    observer = MaskedCharField(max_length=40)
    observer_of = MaskedCharField(max_length=60)
    second_observer = MaskedCharField(max_length=40)
    second_observer_of = MaskedCharField(max_length=60)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            check(
                "slips_given_are_used_void_or_still_out",
                Q(given__gte=F("used") + F("voided")),
            ),
            check(
                "two_people_observe_a_closing_list", ~Q(second_observer=F("observer")), TWO_OBSERVE
            ),
        ]

    def __str__(self):
        return f"Closing list of {self.poll_id}"

    @property
    def rows(self):
        return self.fingerprints.splitlines()

    @property
    def left(self):
        """Slips neither used, voided nor handed back; None if nobody counted, negative if more came
        back than were left."""
        unused = self.given - self.used - self.voided
        return None if self.returned is None else unused - self.returned

    @property
    def fits(self):
        """Whether there are as many ballots as used slips, and no more slips than were given."""
        return len(self.rows) == self.used and (self.left is None or self.left >= 0)


def _ticked(line, choices):
    return Q(**{f"{line}__in": choices.values}) | Q(**{line: None})


def _on_each_line(condition, mark, answer):
    """A condition on each line of the ballot: (line, mark) on four, (line, answer) on four."""
    of_marks = [condition(line.value, mark) for line in Dimension]
    return reduce(and_, of_marks + [condition(line.value, answer) for line in Question])


def _tick(choices):
    return models.PositiveSmallIntegerField(null=True, choices=choices)


class Ballot(models.Model):
    """One ballot on one appraised; written in shuffled order when the poll closes."""

    class Source(models.TextChoices):
        SLIP = "slip", _("By code")
        PAPER = "paper", _("On paper")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="ballots", db_index=False)
    appraised = models.ForeignKey(Appraised, models.PROTECT, related_name="ballots")
    source = models.CharField(max_length=5, choices=Source)
    # Lines with no tick or two ticks are empty and do not count.
    attitude, style, achievement, overall = _tick(Mark), _tick(Mark), _tick(Mark), _tick(Mark)
    dining, gifts, retinue, burden = _tick(Answer), _tick(Answer), _tick(Answer), _tick(Answer)

    class Meta:
        constraints = [
            check("a_ballot_has_ticks_of_the_form", _on_each_line(_ticked, Mark, Answer))
        ]

    def __str__(self):
        return f"A ballot of {self.poll_id}"


class BallotComment(models.Model):
    """A remark from a ballot, stored apart from its ticks, shown with the poll's other remarks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="comments")
    text = MaskedCharField(max_length=500)

    def __str__(self):
        return f"A remark of {self.poll_id}"


def _sums(line, size):
    """A line of a meeting has `size` sums, and they total at most the valid ballots."""
    summed = F(f"{line}__0")
    for at in range(1, size):
        summed += F(f"{line}__{at}")
    return Q(**{f"{line}__len": size}) & Q(valid__gte=summed)


def _counts(size):
    return ArrayField(models.PositiveIntegerField(), size=size)


class BallotSums(models.Model):
    """Five sums for a line of marks, in the order of `Mark`; three for a question, of `Answer`."""

    attitude, style, achievement, overall = _counts(5), _counts(5), _counts(5), _counts(5)
    dining, gifts, retinue, burden = _counts(3), _counts(3), _counts(3), _counts(3)

    class Meta:
        abstract = True


class MeetingCount(BallotSums):
    """Paper ballots cast and counted in a meeting."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="meeting_counts")
    appraised = models.ForeignKey(Appraised, models.PROTECT, related_name="meeting_counts")
    held_on = models.DateField(_("held on"))
    issued = models.PositiveIntegerField(_("ballots given out"))
    returned = models.PositiveIntegerField(_("ballots returned"))
    valid = models.PositiveIntegerField(_("valid ballots"))
    counted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()
    # A correction is a new row; the old one stays.
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            unique("a_meeting_is_counted_once", "poll appraised", when=Q(replaced_at=None)),
            check(
                "no_more_ballots_come_back_than_went_out",
                Q(returned__lte=F("issued"), valid__lte=F("returned")),
                _("More ballots valid than returned, or more returned than given out."),
            ),
            check(
                "no_line_of_a_meeting_has_more_ticks_than_ballots",
                _on_each_line(_sums, 5, 3),
                _("A line has more ticks than there are valid ballots."),
            ),
        ]

    def __str__(self):
        return f"Meeting of {self.poll_id}"
