"""规划, 年度工作要点 and their tasks: who is responsible, deadlines, and results."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models.placed import OfOrgan
from portal.models import Cadre, Organ, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach

SENTENCE = 100
QUARTERS = (1, 2, 3, 4)


class PlanKind(models.TextChoices):
    LONG = "long", _("Plan of several years")
    YEAR = "year", _("Main points of a year")


class PlanState(models.TextChoices):
    """DOMAIN-NEXT D."""

    DRAFT = "draft", pgettext_lazy("plans", "Drafted")
    HEARD = "heard", _("Organs are heard")
    DELIBERATED = "delib", _("Deliberated, to be decided")
    DECIDED = "decided", _("Decided, to be issued")
    ISSUED = "issued", pgettext_lazy("plans", "In force")
    SUMMED_UP = "summed_up", _("Summed up")
    ARCHIVED = "archived", pgettext_lazy("plans", "Archived")


S = PlanState
# Its items may still be written.
OPEN_TO_CHANGE = (S.DRAFT, S.HEARD)
# Readable by everybody in its area.
PUBLIC = (S.ISSUED, S.SUMMED_UP, S.ARCHIVED)


class Measure(models.TextChoices):
    """The closed list of measures computed from records (DOMAIN-NEXT D)."""

    POSTED = "posted", _("Cadres selected and in place")
    MONTHS = "months", _("Months of stays attested")
    COVERED = "covered", _("Units visited, no quarter without")
    IN_TIME = "in_time", _("Matters answered in time")
    CALLED_BACK = "called_back", _("Call-backs made")
    PROMINENT = "prominent", _("Prominent matters solved")
    WEAK = "weak", _("Weak organisations put right")
    PROMISES = "promises", _("Promises of pairings kept")
    POINTS = "points", _("Contact points visited as planned")
    ADOPTED = "adopted", _("Suggestions of research adopted")
    PUT_RIGHT = "put_right", _("Findings of inspections struck off")
    RULES = "rules", _("Practices turned into rules")
    FORMS_CUT = "forms_cut", _("Forms for the grassroots given up")


class Counted(models.TextChoices):
    """Whose records count for an item."""

    AREA = "area", _("the whole area of the plan")
    ORGANS = "organs", _("the lead and the responsible organs, with all below")


class Standing(models.TextChoices):
    """Standing of an item on a day; computed, never stored."""

    NOT_BEGUN = "to_begin", pgettext_lazy("plans", "Not begun")
    ON_COURSE = "running", _("On course")
    NEAR = "soon", _("Its day is near")
    LATE = "overdue", pgettext_lazy("plans", "Behind")
    DONE = "done", pgettext_lazy("plans", "Done")
    CHANGED = "changed", pgettext_lazy("plans", "Adjusted")
    CANCELLED = "cancelled", pgettext_lazy("plans", "Cancelled")


def quarter_of(day):
    """(year, quarter) of a day."""
    return day.year, (day.month + 2) // 3


def last_quarter(day):
    """Return (year, quarter) of the last quarter that ended before this day."""
    year, quarter = quarter_of(day)
    return (year, quarter - 1) if quarter > 1 else (year - 1, 4)


def end_of_quarter(year, quarter):
    after = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return after - timedelta(days=1)


# --- Plans ---------------------------------------------------------------------------------------


def _public_to(user, via=""):
    """Q of plans in force of the organs above the user's own, and of the area they lie in."""
    organ = user.organ if user.holds(Permission.SEE_PEOPLE) else None
    if organ is None:
        return Q(pk__in=())
    above = Q(**{f"{via}organ__in": organ.ancestor_ids})
    if organ.division_id:
        above |= Q(**{f"{via}organ__division__in": organ.division.ancestor_ids})
    return Q(**{f"{via}state__in": PUBLIC}) & above


def _of_roles(user, via=""):
    kept = organ_reach(user, Permission.MANAGE_PLANS, to=f"{via}organ")
    read = organ_reach(user, Permission.READ_PLANS, to=f"{via}organ")
    return kept | Q(**{f"{via}state__in": PUBLIC}) & read | _public_to(user, via)


def _in_charge(user):
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    in_charge = Q(IsAnyOf("first_in_charge", own)) | Q(IsAnyOf("in_charge", own))
    return Q(state__in=PUBLIC) & in_charge


def reporting(user, to):
    """Q of rows with an organ for which the user reports progress."""
    return organ_reach(user, Permission.REPORT_PROGRESS, to=to)


class PlanQuerySet(Rows):
    """Ways of choosing plans; every page starts from visible_to()."""

    def visible_to(self, user):
        """Drafts are visible to those who keep the plans of that organ; while organs are heard, to
        those reporting for an organ named by an item; in force, to all organs of the area and to
        those in charge."""
        opened = _of_roles(user) | _in_charge(user)
        if user.holds(Permission.REPORT_PROGRESS):
            named = PlanItem.objects.filter(
                reporting(user, "lead_organ") | reporting(user, "organs"), plan__state=S.HEARD
            )
            opened |= Q(IsAnyOf("pk", named.order_by().values("plan")))
        return self.filter(opened)

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def in_force(self):
        return self.filter(state=S.ISSUED)

    def containing(self, text):
        return self.filter(search.in_texts(text, "title") | Q(document__contains=text))

    def for_list(self):
        return self.select_related("organ").defer("goals", "summary")


class WorkPlan(OfOrgan):
    """A plan of an organ. Once decided, its items may be changed only by the deciding body."""

    kind = models.CharField(_("kind"), max_length=4, choices=PlanKind)
    title = MaskedCharField(pgettext_lazy("plans", "title"), max_length=60)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    # The 规划 that a 年度工作要点 carries out.
    above = optional_ref("self", _("plan that it carries out"), related_name="years")
    above_id: int | None
    goals = MaskedTextField(
        pgettext_lazy("plans", "aims"), max_length=2_000, blank=True, default=""
    )
    # 第一责任人: the secretary of the Party organisation.
    # 直接责任人: the leader in charge of the work.
    first_in_charge = ref(Cadre, _("first in charge"), related_name="+")
    in_charge = ref(Cadre, _("directly in charge"), related_name="+")
    state = models.CharField(max_length=9, choices=PlanState, default=PlanState.DRAFT)
    deliberated_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    # 领导小组, 县委 …
    decided_in = MaskedCharField(max_length=60, blank=True, default="")
    issued_on = models.DateField(null=True, blank=True)
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    summary = MaskedTextField(_("summary"), max_length=2_000, blank=True, default="")
    # 数据截至: when its items were last counted.
    counted_at = models.DateTimeField(null=True, blank=True)
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = PlanQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "a_plan_runs_over_its_years",
                Q(kind="year", last_year=F("first_year"))
                | Q(
                    kind="long",
                    above=None,
                    last_year__gte=F("first_year") + 2,
                    last_year__lte=F("first_year") + 4,
                ),
                _("Main points are of one year; a plan runs over three to five years."),
            ),
            check(
                "a_plan_has_years_of_ours",
                Q(first_year__range=(2000, 2100)),
                _("This is no year of ours."),
            ),
            check(
                "a_decided_plan_says_when_and_by_whom",
                Q(state__in=("draft", "heard", "delib"))
                | Q(decided_on__isnull=False) & ~Q(decided_in=""),
            ),
            check(
                "an_issued_plan_has_its_document",
                Q(state__in=("draft", "heard", "delib", "decided"), issued_on=None, document="")
                | ~Q(state__in=("draft", "heard", "delib", "decided"))
                & Q(issued_on__isnull=False)
                & ~Q(document=""),
                _("Write the document number."),
            ),
            check(
                "a_plan_that_was_summed_up_has_its_summary",
                ~Q(state__in=("summed_up", "archived")) | ~Q(summary=""),
            ),
            unique(
                "a_document_number_of_a_plan_is_used_once",
                "document",
                when=~Q(document=""),
                said=_("This document number is used already."),
            ),
        ]
        indexes = [
            index("plan_year", "-first_year -id"),
            index("plan_organ", "organ -first_year -id"),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("oversight:plan", args=[self.pk])

    @property
    def is_in_force(self):
        return self.state == S.ISSUED

    @property
    def days(self):
        """Its first and last day."""
        return date(self.first_year, 1, 1), date(self.last_year, 12, 31)

    @property
    def years_label(self):
        if self.first_year == self.last_year:
            return str(self.first_year)
        return f"{self.first_year}–{self.last_year}"


class PlanStep(Step):
    """A step in the history of a plan, or an opinion given when organs were heard."""

    STRONG = frozenset({"decided", "issued", "summed_up"})

    class Move(models.TextChoices):
        HEARD = "heard", _("Sent to the organs to be heard")
        SAID = "said", _("Opinion of an organ")
        SENT_BACK = "sent_back", _("Sent back to be changed")
        DELIBERATED = "delib", pgettext_lazy("plans", "Deliberated")
        DECIDED = "decided", pgettext_lazy("plans", "Decided")
        ISSUED = "issued", pgettext_lazy("plans", "Issued")
        ADJUSTED = "adjusted", _("Items adjusted by the deciding body")
        SUMMED_UP = "summed_up", _("Summed up at the end")
        ARCHIVED = "archived", pgettext_lazy("plans", "Archived")
        UNDONE = "undone", _("Step taken back")

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [index("plan_step", "plan -at -id")]


# --- Items ---------------------------------------------------------------------------------------


def _named(user):
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    return Q(plan__state__in=PUBLIC) & (Q(IsAnyOf("official", own)) | Q(IsAnyOf("person", own)))


class PlanItemQuerySet(Rows):
    def visible_to(self, user):
        """Items of plans that the user sees, and items in force that name the user."""
        opened = _of_roles(user, "plan__") | _named(user)
        if user.holds(Permission.REPORT_PROGRESS):
            named = PlanItem.objects.filter(
                reporting(user, "lead_organ") | reporting(user, "organs"), plan__state=S.HEARD
            )
            opened |= Q(IsAnyOf("plan", named.order_by().values("plan")))
        return self.filter(opened)

    def of_roles(self, user):
        return self.filter(_of_roles(user, "plan__"))

    def of(self, user):
        """Items that name the user or an organ for which the user reports."""
        return self.filter(_named(user) | reporting(user, "lead_organ"))

    def named(self, user):
        """Items that name the user as lead official or responsible person."""
        return self.filter(_named(user))

    def in_force(self):
        return self.filter(plan__state=S.ISSUED, cancelled_on=None)

    def open(self):
        """In force, and neither done nor reached."""
        return self.in_force().filter(done_on=None, reached_on=None)

    def late(self, on):
        return self.open().filter(due_on__lt=on)

    def counted(self):
        return self.exclude(measure="")

    def to_say(self, on):
        """Open items that are not counted and have no sentence on the last quarter."""
        year, quarter = last_quarter(on)
        said = QuarterNote.objects.filter(item=models.OuterRef("pk"), year=year, quarter=quarter)
        ended = end_of_quarter(year, quarter)
        return (
            self.open()
            .filter(~models.Exists(said), measure="", plan__issued_on__lte=ended)
            .filter(plan__first_year__lte=year, plan__last_year__gte=year)
        )

    def containing(self, text):
        return self.filter(search.in_texts(text, "point", "task"))

    def for_list(self):
        """Annotated with `last_words`, the newest sentence."""
        notes = QuarterNote.objects.filter(item=models.OuterRef("pk")).exclude(text="")
        newest = notes.order_by("-year", "-quarter").values("text")[:1]
        rows = self.annotate(last_words=models.Subquery(newest))
        return rows.select_related("plan__organ", "lead_organ", "official", "person")


class PlanItem(models.Model):
    """重点任务: a task of a plan.

    A counted item has a measure of the closed list and a target; otherwise its lead organ writes
    one sentence each quarter. `done` and `whole` are written by the count only.
    """

    plan = ref(WorkPlan, related_name="items")
    position = models.PositiveSmallIntegerField()
    point = MaskedCharField(_("main point of work"), max_length=80)
    task = MaskedCharField(pgettext_lazy("plans", "task"), max_length=200)
    steps_taken = MaskedCharField(_("measures"), max_length=300, blank=True, default="")
    goal = MaskedCharField(_("goal"), max_length=200)
    measure = models.CharField(
        _("what is counted"), max_length=11, choices=Measure, blank=True, default=""
    )
    # Per cent of the whole.
    target = models.PositiveSmallIntegerField(_("goal in per cent"), null=True, blank=True)
    counted_of = models.CharField(
        _("counted in"), max_length=6, choices=Counted, blank=True, default=""
    )
    official = ref(Cadre, pgettext_lazy("plans", "lead official"), related_name="+")
    lead_organ = ref(Organ, pgettext_lazy("plans", "lead organ"), related_name="+")
    organs = models.ManyToManyField(
        Organ, verbose_name=_("responsible organs"), related_name="+", blank=True
    )
    person = optional_ref(Cadre, pgettext_lazy("plans", "responsible person"), related_name="+")
    due_on = models.DateField(_("to be done by"))
    done = models.PositiveIntegerField(null=True, blank=True)
    whole = models.PositiveIntegerField(null=True, blank=True)
    # The day on which a count first reached the goal; cleared if a later count no longer does.
    reached_on = models.DateField(null=True, blank=True)
    # Only if not counted: the day it was done, as noted by the office.
    done_on = models.DateField(null=True, blank=True)
    adjusted_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)

    objects = PlanItemQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique("an_item_has_its_place_in_the_plan", "plan position"),
            check(
                "a_counted_item_has_target_and_scope",
                Q(measure="", target=None, counted_of="", reached_on=None)
                | Q(target__range=(1, 100), done_on=None) & ~Q(measure="") & ~Q(counted_of=""),
                _("What is counted has a goal of 1 to 100 per cent and says whose records count."),
            ),
            check("a_count_has_part_and_whole", all_or_none("done whole")),
            check("a_part_is_within_the_whole", Q(done=None) | Q(done__lte=F("whole"))),
        ]
        indexes = [
            index("plan_item_due", "due_on id"),
            index("plan_item_organ", "lead_organ due_on id"),
        ]

    def __str__(self):
        return f"{self.plan_id} {self.position}"

    def get_absolute_url(self):
        return reverse("oversight:plan_item", args=[self.pk])

    @property
    def is_counted(self):
        return bool(self.measure)

    @property
    def share(self):
        """Progress in whole per cent; None before the count, or if there is nothing to count."""
        return None if not self.whole else self.done * 100 // self.whole

    @property
    def is_reached(self):
        """Whether the last count reached the goal. Computed in integers."""
        return bool(self.whole) and self.done * 100 >= self.target * self.whole

    def stands(self, on, *, near, is_begun=True):
        """Return the standing. An item is near its deadline within `near` days."""
        if self.cancelled_on:
            return Standing.CANCELLED
        if self.done_on or self.reached_on:
            return Standing.DONE
        if self.due_on < on:
            return Standing.LATE
        if self.due_on <= on + timedelta(days=near):
            return Standing.NEAR
        if self.is_counted and not self.done or not self.is_counted and not is_begun:
            return Standing.NOT_BEGUN
        return Standing.CHANGED if self.adjusted_on else Standing.ON_COURSE


class ItemStep(Step):
    """A step in the history of an item after its plan was issued."""

    STRONG = frozenset({"done", "cancelled"})

    class Move(models.TextChoices):
        ADJUSTED = "adjusted", pgettext_lazy("plans", "Adjusted")
        CANCELLED = "cancelled", pgettext_lazy("plans", "Cancelled")
        DONE = "done", _("Noted as done")
        REOPENED = "reopened", _("Not done yet")
        SENT_BACK = "sent_back", _("Sentence sent back")

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")
    # Previous values: {name: value}.
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [index("plan_item_step", "item -at -id")]


class NoteQuerySet(Rows):
    def visible_to(self, user):
        seen = PlanItem.objects.visible_to(user).order_by()
        return self.filter(item__in=seen.values("pk"))

    def to_review(self):
        return self.filter(reviewed_at=None, done=None, item__plan__state=S.ISSUED)


class QuarterNote(models.Model):
    """Standing of an item at the end of a quarter: counted by the portal, or one sentence."""

    item = ref(PlanItem, related_name="notes")
    item_id: int
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    done = models.PositiveIntegerField(null=True, blank=True)
    whole = models.PositiveIntegerField(null=True, blank=True)
    text = MaskedCharField(_("how it stands"), max_length=SENTENCE, blank=True, default="")
    # Empty if counted by the portal.
    written_by = optional_ref(User, related_name="+")
    at = models.DateTimeField()
    reviewed_by = optional_ref(User, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "an_item_has_one_note_a_quarter",
                "item year quarter",
                said=_("This quarter has its sentence already."),
            ),
            check("a_quarter_is_one_of_four", Q(quarter__range=(1, 4))),
            check(
                "a_note_is_counted_or_said",
                Q(done__isnull=False, whole__isnull=False, text="", written_by=None)
                | Q(done=None, whole=None, written_by__isnull=False) & ~Q(text=""),
            ),
            check("a_reviewed_note_says_by_whom_and_when", all_or_none("reviewed_by reviewed_at")),
        ]
        indexes = [index("quarter_note_open", "item", when=Q(reviewed_at=None))]

    def __str__(self):
        return f"{self.item_id} {self.year}Q{self.quarter}"

    def get_absolute_url(self):
        return reverse("oversight:plan_item", args=[self.item_id])

    @property
    def label(self):
        return _("%(year)s, quarter %(n)s") % {"year": self.year, "n": self.quarter}

    @property
    def words(self):
        """The text as on the sheet."""
        return self.text or f"{self.done}/{self.whole}"
