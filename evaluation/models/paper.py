"""Paper ballots, typed twice by two people (复核录入), until the poll closes.

Sheets are numbered by pencil while typing; nothing ties them to a person or slip. When the poll
closes, the typed entries are erased; the batch keeps the number of sheets and who typed them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evaluation.models.ballots import Answer, Poll, Question
from evaluation.models.cycles import Appraised
from evaluation.models.schemes import Dimension, Mark
from portal.estimates.limits import hypergeometric
from portal.models import User
from portal.models.constraints import check, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.sampling.seed import SeedKind
from portal.trust.access import reach

# Keys besides the ticks of the form; both become an empty line.
NO_TICK, UNREADABLE = 0, 9
LINES = {
    **{line.value: (*Mark.values, NO_TICK, UNREADABLE) for line in Dimension},
    **{line.value: (*Answer.values, NO_TICK, UNREADABLE) for line in Question},
}


class PaperState(models.TextChoices):
    FIRST = "first", _("Being typed")
    WAITING = "waiting", _("Waits for the second person")
    SECOND = "second", _("Being typed again")
    DIFFERS = "differs", _("To be compared with the paper")
    COMPLETE = "complete", _("Complete")


class PaperBatchQuerySet(Rows):
    def visible_to(self, user):
        """Visible to those who count ballots or manage the evaluation there."""
        return self.filter(
            reach(user, Permission.COUNT_BALLOTS, via="poll__")
            | reach(user, Permission.MANAGE_EVALUATION, via="poll__")
        )

    def unfinished(self):
        return self.exclude(state=PaperState.COMPLETE)

    def for_list(self):
        return self.select_related(
            "poll__unit", "poll__township", "poll__cycle", "first_by", "second_by"
        )


class PaperBatch(models.Model):
    """A batch of paper ballots of one poll, with the number of sheets returned."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="paper_batches")
    number = models.PositiveSmallIntegerField()
    issued = models.PositiveSmallIntegerField(_("ballots given out"))
    sheets = models.PositiveSmallIntegerField(_("ballots that came back"))
    state = models.CharField(max_length=8, choices=PaperState, default=PaperState.FIRST)
    first_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    second_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    objects = PaperBatchQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("paper_batches_of_a_poll_are_counted", "poll number"),
            check(
                "no_more_sheets_come_back_than_went_out",
                Q(sheets__gte=1, issued__gte=F("sheets")),
                _("More ballots came back than were given out."),
            ),
            check("two_people_type_a_batch", ~Q(second_by=F("first_by"))),
            check(
                "a_complete_batch_was_typed_twice",
                ~Q(state="complete") & Q(completed_at=None)
                | Q(state="complete", completed_at__isnull=False, second_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Batch {self.number} of {self.poll_id}"


def _typed(name, values):
    return Q(**{f"{name}__in": values})


def _key():
    return models.PositiveSmallIntegerField()


class PaperEntry(models.Model):
    """What one typist read on one sheet about one appraised."""

    batch = models.ForeignKey(PaperBatch, models.CASCADE, related_name="entries")
    # 1 or 2: first or second typing.
    typing = models.PositiveSmallIntegerField()
    sheet = models.PositiveSmallIntegerField()
    appraised = models.ForeignKey(Appraised, models.PROTECT, related_name="+")
    appraised_id: int
    attitude, style, achievement, overall = _key(), _key(), _key(), _key()
    dining, gifts, retinue, burden = _key(), _key(), _key(), _key()

    class Meta:
        constraints = [
            unique("a_sheet_is_typed_once_by_each", "batch typing sheet appraised"),
            check(
                "what_is_typed_stands_on_the_form",
                Q(typing__in=(1, 2), sheet__gte=1)
                & Q(*(_typed(name, values) for name, values in LINES.items())),
            ),
        ]

    def __str__(self):
        return f"Sheet {self.sheet} of {self.batch_id}"


class PaperRemark(models.Model):
    """A remark from a batch, not tied to its sheet."""

    batch = models.ForeignKey(PaperBatch, models.CASCADE, related_name="remarks")
    text = MaskedCharField(max_length=500)

    def __str__(self):
        return f"Remark in {self.batch_id}"


# Up to 59 sheets are all compared; of more, 59 are drawn. If these show no difference, at most 5 %
# of all sheets are wrong, with 95 % certainty and whatever their number.
COMPARED, CERTAINTY = 59, 0.95


class PaperAudit(models.Model):
    """The comparison of a poll's typed sheets with the paper before they are counted: all of them
    if few, else those that a public seed draws. No batch changes while it exists."""

    poll = models.OneToOneField(Poll, models.PROTECT, related_name="paper_audit")
    # The published files of the draw (docs/sampling.md): a line for each sheet.
    frame = models.TextField(db_collation="C")
    frame_digest = models.CharField(max_length=64, db_collation="C")
    sheets = models.PositiveIntegerField()
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=SeedKind, blank=True, default="", db_default="")
    digits = models.CharField(
        max_length=200, db_collation="C", blank=True, default="", db_default=""
    )
    how = MaskedCharField(max_length=200, blank=True, default="", db_default="")
    organiser = MaskedCharField(max_length=40, blank=True, default="", db_default="")
    witness = MaskedCharField(max_length=40, blank=True, default="", db_default="")
    witness_of = MaskedCharField(max_length=60, blank=True, default="", db_default="")
    # The sheets to compare, a line for each: stratum, batch of the draw, key.
    sample = models.TextField(db_collation="C", blank=True, default="", db_default="")
    drawn_at = models.DateTimeField(null=True)
    # Numbers of the sheets that differ from the paper, as "batch-sheet".
    differing = ArrayField(models.CharField(max_length=12), null=True, blank=True)
    observer = MaskedCharField(max_length=40, blank=True, default="", db_default="")
    observer_of = MaskedCharField(max_length=60, blank=True, default="", db_default="")
    compared_at = models.DateTimeField(null=True)
    compared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            check(
                "sheets_are_drawn_by_a_seed_younger_than_their_frame",
                Q(digits="") | Q(drawn_at__gt=F("begun_at")),
                _("The seed is entered after the frame is frozen and published."),
            ),
            check(
                "paper_is_compared_by_somebody_once_it_is_drawn",
                Q(compared_at=None, compared_by=None, differing=None)
                | Q(
                    compared_at__isnull=False,
                    compared_by__isnull=False,
                    differing__isnull=False,
                    drawn_at__isnull=False,
                ),
            ),
        ]

    def __str__(self):
        return f"Comparison of paper of {self.poll_id}"

    @property
    def is_drawn(self):
        return self.drawn_at is not None

    @property
    def is_compared(self):
        return self.compared_at is not None

    @property
    def needs_seed(self):
        return self.sheets > COMPARED

    @property
    def drawn(self):
        """Numbers of the drawn sheets, as “batch-sheet”, in the order of batches and sheets."""
        keys = (line.rpartition("/")[2] for line in self.sample.splitlines())
        return sorted(keys, key=lambda key: [int(part) for part in key.split("-")])

    @property
    def most_wrong(self):
        """The largest number of wrong sheets in all that is plausible with so few differences in
        the sample: the exact one-sided upper limit."""
        n, hits = len(self.sample.splitlines()), len(self.differing)
        upper = hypergeometric(hits, n, self.sheets, 2 * CERTAINTY - 1)[1]
        return round(upper * self.sheets)


def as_tick(value):
    """The tick of a key; None for no tick and for an unreadable line."""
    return None if value in (NO_TICK, UNREADABLE) else value
