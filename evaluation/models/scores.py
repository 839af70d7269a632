"""得分: frozen evidence, the scores computed from it, and objections.

Nothing is overwritten: evidence is frozen once, a correction is a decision beside it, and a new
computation writes new scores.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models.ballots import BallotSums, MeetingCount, PollState
from evaluation.models.cycles import SHOWN_TO_THE_APPRAISED, Appraised, Cycle, spoken_for
from evaluation.models.schemes import Subject
from portal.models import User
from portal.models.constraints import check, index, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import IsAnyOf, reach


class TallyQuerySet(Rows):
    def with_meetings(self):
        """Annotates the valid ballots that meetings counted; see `counting.is_enough`."""
        meetings = MeetingCount.objects.filter(
            appraised=OuterRef("appraised"), replaced_at=None, poll__state=PollState.CLOSED
        )
        counted = meetings.order_by().values("appraised").annotate(n=Sum("valid")).values("n")
        return self.annotate(in_meetings=Coalesce(Subquery(counted), 0))


class Tally(BallotSums):
    """The frozen sums of all ballots on one of the appraised: by code, on paper, of meetings."""

    appraised = models.OneToOneField(Appraised, models.CASCADE, related_name="tally")
    issued = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    # Ballots with at least one mark that counts.
    valid = models.PositiveIntegerField()

    objects = TallyQuerySet.as_manager()

    def __str__(self):
        return f"Tally of {self.appraised_id}"


class ScoreEvidence(models.Model):
    """The frozen records behind one indicator or gate of one appraised.

    `met` and `missed` hold ids of records of one kind (see `evaluation.appraisal.indicators`) that
    speak for and against. A gate that measures an amount has it in `value`, in the gate's unit.
    """

    appraised = models.ForeignKey(Appraised, models.CASCADE, related_name="evidence")
    indicator = models.CharField(max_length=40, db_collation="C")
    met = ArrayField(models.BigIntegerField(), default=list)
    missed = ArrayField(models.BigIntegerField(), default=list)
    # For the threshold of months: the number of months, including unattested ones.
    value = models.DecimalField(max_digits=9, decimal_places=2, null=True)

    class Meta:
        constraints = [unique("evidence_is_frozen_once", "appraised indicator")]

    def __str__(self):
        return f"{self.indicator} of {self.appraised_id}"


class EvidenceDecision(models.Model):
    """A decision about one record after the freeze; the latest one counts.

    It can also add a record that was not frozen. A gate that measures an amount has no single
    records: its decision has record 0 and the new `value`.
    """

    class Verdict(models.TextChoices):
        MET = "met", _("Speaks for")
        MISSED = "missed", _("Speaks against")
        LEFT_OUT = "left_out", _("Does not count")

    appraised = models.ForeignKey(Appraised, models.CASCADE, related_name="decisions")
    indicator = models.CharField(max_length=40, db_collation="C")
    record_id = models.BigIntegerField()
    verdict = models.CharField(_("what counts from now on"), max_length=8, choices=Verdict)
    value = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    reason = MaskedCharField(_("reason"), max_length=300)
    appeal = models.ForeignKey(
        "evaluation.Appeal", models.PROTECT, null=True, related_name="decisions"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            check("a_decision_on_evidence_has_a_reason", ~Q(reason="")),
            check(
                "an_amount_is_decided_by_its_value",
                Q(record_id=0, value__isnull=False) | Q(record_id__gt=0, value=None),
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.record_id} of {self.appraised_id}"


ROUNDINGS = {"ROUND_HALF_UP 0.01": _("half up, to two decimals")}


class Computation(models.Model):
    """One run over a cycle's frozen data. The same data give the same hash."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="computations")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    # In terms of the decimal module: "ROUND_HALF_UP 0.01".
    rounding = models.CharField(max_length=30, db_collation="C")
    # SHA-256 over the scores in the order of their ids.
    result_hash = models.CharField(max_length=64, db_collation="C")
    # {scheme: {"total" or component: {"n", "quarters": [lower, upper] as text}}}: the usual range
    # of the class, shown beside a score instead of a list of people.
    ranges = models.JSONField(default=dict)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [unique("computations_of_a_cycle_are_counted", "cycle number")]

    def __str__(self):
        return f"Computation {self.number} of {self.cycle_id}"

    @property
    def rounding_label(self):
        return ROUNDINGS.get(self.rounding, self.rounding)


class ScoreQuerySet(Rows):
    def visible_to(self, user):
        """Visible to readers of scores there; once published, also to the appraised and those who
        speak for a team, branch or organ."""
        mine = spoken_for(user).filter(cycle__state__in=SHOWN_TO_THE_APPRAISED)
        return self.filter(
            reach(user, Permission.READ_SCORES, via="appraised__")
            | Q(IsAnyOf("appraised", mine.values("pk")))
        )

    def latest(self):
        """Scores of the last computation of each cycle."""
        later = Computation.objects.filter(
            cycle=OuterRef("computation__cycle"), number__gt=OuterRef("computation__number")
        )
        return self.filter(~Exists(later))

    def for_situation(self):
        """Scores of organs, with all that their 单位工作情况单 shows."""
        whose = ("cycle__organ", "scheme", "organ")
        related = ["computation", *(f"appraised__{name}" for name in whose)]
        return self.filter(appraised__subject=Subject.ORGAN).select_related(*related)


def _points():
    return models.DecimalField(max_digits=5, decimal_places=2, null=True)


class Score(models.Model):
    """The score of one appraised in one computation, out of 100.

    A component without enough data is empty. Its weight moves to no other: the total is empty too,
    and the meeting is asked to judge. `lines` keeps each step of the computation, decimals as text.
    """

    computation = models.ForeignKey(Computation, models.CASCADE, related_name="scores")
    appraised = models.ForeignKey(Appraised, models.CASCADE, related_name="scores")
    total = _points()
    # Points of each component, up to its weight.
    masses = _points()
    unit = _points()
    results = _points()
    organisation = _points()
    gates_met = models.BooleanField()
    lines = models.JSONField()

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [unique("one_score_in_a_computation", "computation appraised")]

    def __str__(self):
        return f"Score of {self.appraised_id}"


class AppealState(models.TextChoices):
    FILED = "filed", _("Waits for an answer")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Not upheld")
    WITHDRAWN = "withdrawn", _("Taken back")


class AppealQuerySet(Rows):
    def visible_to(self, user):
        """Visible to those who decide on it, the appraised, and the person who filed it."""
        return self.filter(
            reach(user, Permission.MANAGE_EVALUATION, via="appraised__")
            | Q(IsAnyOf("appraised", spoken_for(user).values("pk")))
            | Q(filed_by__in=user.identity_ids)
        )

    def containing(self, text):
        text = text.strip()
        named = Q(appraised__name__contains=text) | Q(appraised__organ_name__contains=text)
        return self.filter(named)

    def open(self):
        return self.filter(state=AppealState.FILED)

    def for_list(self):
        return self.select_related(
            "appraised__cycle__organ", "appraised__organ", "filed_by", "decided_by"
        )


class Appeal(models.Model):
    """异议: an objection to a published score and its answer."""

    appraised = models.ForeignKey(Appraised, models.PROTECT, related_name="appeals")
    # The indicator concerned; empty for the whole score.
    indicator = models.CharField(max_length=40, db_collation="C", blank=True, default="")
    text = MaskedCharField(_("what is wrong"), max_length=1_000)
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=AppealState, default=AppealState.FILED)
    outcome = MaskedCharField(_("answer"), max_length=1_000, blank=True, default="")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "one_open_objection_of_somebody",
                "appraised",
                when=Q(state="filed"),
                said=_("An objection is open already."),
            ),
            check(
                "an_objection_is_decided_with_an_answer",
                Q(state="filed", decided_at=None, decided_by=None, outcome="")
                | Q(state="withdrawn", decided_at__isnull=False, decided_by__isnull=False)
                | Q(
                    state__in=["upheld", "dismissed"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                & ~Q(outcome=""),
                _("Write what was decided and why."),
            ),
        ]
        indexes = [
            index("appeal_state", "state -filed_at -id"),
            index("appeal_newest", "-filed_at -id"),
        ]

    def __str__(self):
        return f"Objection {self.pk}"

    def get_absolute_url(self):
        return reverse("evaluation:appeal", args=[self.pk])

    @property
    def is_open(self):
        return self.state == AppealState.FILED
