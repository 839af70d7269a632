"""Work on a case: items of the plan, monthly reviews, acceptance, follow-up."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models.fields import key, key_or_none
from pairing.models.weak_cases import OfWeakCaseQuerySet, Situation, WeakOrganizationCase
from portal.models import Cadre, User
from portal.models.constraints import check, index, unique
from portal.models.text import MaskedCharField


class ItemState(models.TextChoices):
    OPEN = "open", pgettext_lazy("problems", "Open")
    DONE = "done", _("Written off")
    DROPPED = "dropped", _("Dropped")


class RectificationItemQuerySet(OfWeakCaseQuerySet):
    def open(self):
        return self.filter(state=ItemState.OPEN)

    def overdue(self, on):
        return self.open().filter(due_on__lt=on)


class RectificationItem(models.Model):
    """A measure against one situation, with a responsible post and a due day. That post answers
    for the measure, not for the situation."""

    case = models.ForeignKey(WeakOrganizationCase, models.CASCADE, related_name="items")
    round = models.PositiveSmallIntegerField(default=1)
    situation = models.CharField(_("against which situation"), max_length=2, choices=Situation)
    measure = MaskedCharField(_("measure"), max_length=300)
    responsible = MaskedCharField(_("responsible, by post"), max_length=60)
    cadre = key_or_none(Cadre, _("cadre responsible"))
    due_on = models.DateField(_("to be done by"))
    state = models.CharField(max_length=7, choices=ItemState, default=ItemState.OPEN)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = key_or_none(User)
    # The result, or why it was dropped.
    outcome = MaskedCharField(max_length=300, blank=True, default="")
    written_by = key(User)
    written_on = models.DateField()

    objects = RectificationItemQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "an_item_is_against_one_of_the_ten_situations", Q(situation__in=Situation.values)
            ),
            check(
                "an_ended_item_of_a_plan_says_when_by_whom_and_what",
                Q(state="open", ended_on=None, ended_by=None, outcome="")
                | ~Q(state="open")
                & ~Q(outcome="")
                & Q(ended_on__isnull=False, ended_by__isnull=False),
                _("Say what came of it."),
            ),
            check(
                "an_item_of_a_plan_is_due_after_it_was_written",
                Q(due_on__gte=F("written_on")),
                _("This day lies in the past."),
            ),
        ]
        indexes = [index("weak_item_due", "due_on id", when=Q(state="open"))]

    def __str__(self):
        return f"Item {self.pk} of case {self.case_id}"

    @property
    def is_open(self):
        return self.state == ItemState.OPEN

    @property
    def number(self):
        return int(self.situation)


class ItemProgress(models.Model):
    """进展: dated rows, only added."""

    item = models.ForeignKey(RectificationItem, models.CASCADE, related_name="progress")
    on = models.DateField(_("day"))
    text = MaskedCharField(_("progress"), max_length=300)
    by = key(User)
    at = models.DateTimeField()

    class Meta:
        indexes = [index("weak_item_progress", "item -on -id")]

    def __str__(self):
        return f"{self.item_id} on {self.on}"


class MonthlyReview(models.Model):
    """月调度."""

    case = models.ForeignKey(WeakOrganizationCase, models.CASCADE, related_name="reviews")
    month = models.DateField(_("month"))
    held_on = models.DateField(_("held on"))
    findings = MaskedCharField(_("what was found"), max_length=500)
    next_steps = MaskedCharField(_("what is done next"), max_length=500)
    by = key(User)
    at = models.DateTimeField()

    objects = OfWeakCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_case_is_reviewed_once_a_month",
                "case month",
                said=_("The review of this month is written already."),
            ),
            check("a_review_is_of_a_month", Q(month__day=1)),
        ]

    def __str__(self):
        return f"{self.case_id} in {self.month:%Y-%m}"


class Aspect(models.TextChoices):
    """Questions of the ballots; fields of `Acceptance` have these names."""

    ABILITY = "ability", _("Ability")
    STYLE = "style", _("Way of working")
    INTEGRITY = "integrity", _("Integrity")
    RESULTS = "results", _("Results")
    OVERALL = "overall", _("Overall")


class Part(models.TextChoices):
    """Parts of the acceptance score; fields of `Acceptance` have these names."""

    REPORT = "report_points", _("Report heard")
    BALLOT = "ballot_points", _("Ballots")
    TALKS = "talk_points", _("Talks with one at a time")
    ON_SITE = "site_points", _("Seen on site")


def _ballots(aspect):
    """Ballots of an aspect: [satisfied, basically satisfied, not satisfied]."""
    return ArrayField(models.PositiveSmallIntegerField(), size=3, verbose_name=aspect.label)


def _points(part):
    return models.PositiveSmallIntegerField(part.label)


def _add_up(aspect):
    satisfied, basically, never = (F(f"{aspect}__{n}") for n in range(3))
    return Q(
        **{
            f"{aspect}__len": 3,
            f"{aspect}__0__gte": 0,
            f"{aspect}__1__gte": 0,
            f"{aspect}__2__gte": 0,
        }
    ) & Q(member_ballots=satisfied + basically + never - F("mass_ballots"))


class Acceptance(models.Model):
    """验收. Points and ballots are entered; score and result are computed from them.

    The row keeps the norms of the day, so that the result can be explained later.
    """

    case = models.ForeignKey(WeakOrganizationCase, models.CASCADE, related_name="acceptances")
    round = models.PositiveSmallIntegerField()
    held_on = models.DateField(_("day of the acceptance"))
    member_ballots = models.PositiveSmallIntegerField(_("ballots of Party members"))
    mass_ballots = models.PositiveSmallIntegerField(_("ballots of the people's representatives"))
    ability = _ballots(Aspect.ABILITY)
    style = _ballots(Aspect.STYLE)
    integrity = _ballots(Aspect.INTEGRITY)
    results = _ballots(Aspect.RESULTS)
    overall = _ballots(Aspect.OVERALL)
    report_points = _points(Part.REPORT)
    ballot_points = _points(Part.BALLOT)
    talk_points = _points(Part.TALKS)
    site_points = _points(Part.ON_SITE)
    pass_score = models.PositiveSmallIntegerField()
    veto_share = models.DecimalField(max_digits=4, decimal_places=3)
    passed = models.BooleanField()
    opinion = MaskedCharField(_("opinion of the acceptance group"), max_length=500, default="")
    by = key(User)
    at = models.DateTimeField()

    objects = OfWeakCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_case_is_accepted_once_a_round", "case round"),
            *(
                check(
                    f"ballots_on_{aspect}_add_up",
                    _add_up(aspect),
                    _("The ballots do not add up to those counted."),
                )
                for aspect in Aspect.values
            ),
            check(
                "the_points_of_an_acceptance_are_at_most_a_hundred",
                Q(
                    report_points__lte=100
                    - F("ballot_points")
                    - F("talk_points")
                    - F("site_points")
                ),
                _("Together the points are at most 100."),
            ),
            check(
                "a_failing_score_never_passes",
                Q(passed=False)
                | Q(
                    report_points__gte=F("pass_score")
                    - F("ballot_points")
                    - F("talk_points")
                    - F("site_points")
                ),
            ),
        ]

    def __str__(self):
        return f"{self.case_id} round {self.round}"

    def clean(self):
        """Check the sums here: Django cannot validate constraints over array elements."""
        for aspect in Aspect.values:
            if sum(getattr(self, aspect)) != self.ballots:
                raise ValidationError(_("The ballots do not add up to those counted."))

    @property
    def ballots(self):
        return self.member_ballots + self.mass_ballots

    @property
    def score(self):
        return sum(getattr(self, part) for part in Part.values)

    @property
    def unsatisfied(self):
        return self.overall[2]

    @property
    def is_vetoed(self):
        return self.unsatisfied > self.veto_share * self.ballots

    @property
    def satisfaction(self):
        """群众满意度 in per cent: satisfied and basically satisfied, overall."""
        return round(100 * (self.ballots - self.unsatisfied) / self.ballots)

    def settle(self):
        """Set `passed` by the norms in the row."""
        self.passed = self.score >= self.pass_score and not self.is_vetoed

    def rows(self):
        """Return [(aspect, satisfied, basically satisfied, not satisfied)]."""
        return [(one.label, *getattr(self, one.value)) for one in Aspect]

    def parts(self):
        return [(one.label, getattr(self, one.value)) for one in Part]


class FollowUpCheck(models.Model):
    """跟踪问效: the quarterly check in the year after the acceptance."""

    case = models.ForeignKey(WeakOrganizationCase, models.CASCADE, related_name="looks")
    on = models.DateField(_("day"))
    finding = MaskedCharField(_("what was found"), max_length=500)
    stands = models.BooleanField(_("it stands"))
    by = key(User)
    at = models.DateTimeField()

    objects = OfWeakCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_case_is_looked_at_once_a_day",
                "case on",
                said=_("The look of this day is written already."),
            )
        ]

    def __str__(self):
        return f"{self.case_id} on {self.on}"
