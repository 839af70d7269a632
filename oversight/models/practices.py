"""经验做法: from somebody's report to a trial elsewhere, to use by others, and to a rule."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter, Visit
from oversight.models.placed import OfOrgan
from portal.models import GrassrootsUnit, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.places import UnitKind
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import reach

METHOD = 300
# Error code: the number is used for another practice; the user may confirm that this is right.
DOCUMENT_USED = "document_used"


class Origin(models.TextChoices):
    OFFERED = "offered", _("Put forward by itself")
    FOUND = "found", _("Found by an inspection or visit")


class PracticeState(models.TextChoices):
    """DOMAIN-NEXT F."""

    DRAFT = "draft", pgettext_lazy("practices", "Draft")
    SUBMITTED = "submitted", _("First review")
    TO_ADD = "to_add", _("To be added to")
    TRIAL = "trial", _("Tried elsewhere")
    TRIED = "tried", pgettext_lazy("practices", "Tried, to be decided")
    DECIDED = "decided", pgettext_lazy("practices", "Decided, to be spread")
    SPREAD = "spread", pgettext_lazy("practices", "Spread")
    MAKING = "making", _("Being turned into a rule")
    RULE = "rule", pgettext_lazy("practices", "A rule")
    REFUSED = "refused", pgettext_lazy("practices", "Not taken up")


PS = PracticeState
# Readable by everybody.
LIBRARY = (PS.SPREAD, PS.MAKING, PS.RULE)
OPEN = (PS.SUBMITTED, PS.TO_ADD, PS.TRIAL, PS.TRIED, PS.DECIDED)


class RuleStage(models.TextChoices):
    """Stages from a practice to a rule."""

    DRAFTED = "drafted", pgettext_lazy("rules", "Drafted")
    HEARD = "heard", pgettext_lazy("rules", "Opinions heard")
    CHECKED = "checked", _("Lawfulness and compliance checked")
    DELIBERATED = "delib", pgettext_lazy("rules", "Deliberated")
    ISSUED = "issued", pgettext_lazy("rules", "Issued")


STAGES = list(RuleStage)


def _of_roles(user):
    checked = reach(user, Permission.CHECK_PRACTICES) & ~Q(state=PS.DRAFT)
    library = Q(state__in=LIBRARY) if user.holds(Permission.SEE_PEOPLE) else Q(pk__in=())
    return checked | library


class PracticeQuerySet(Rows):
    """Ways of choosing practices; every page starts from visible_to()."""

    def visible_to(self, user):
        """The user's own; for the office those submitted in its area; spread ones for everybody."""
        return self.filter(_of_roles(user) | Q(written_by__in=user.identity_ids))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def library(self):
        return self.filter(state__in=LIBRARY)

    def of(self, user):
        return self.filter(written_by__in=user.identity_ids)

    def spread_by(self, document, numbered_in):
        """Practices spread by a document with this number, oldest first."""
        rows = self.filter(document=document, numbered_in=numbered_in)
        return rows.order_by("spread_on", "pk")

    def to_check(self):
        return self.filter(state=PS.SUBMITTED)

    def containing(self, text):
        rule = Q(rule__document__contains=text) | Q(rule__title__contains=text)
        return self.filter(search.in_texts(text, "name", "problem", "method") | rule)

    def for_list(self):
        return self.select_related("organ", "unit", "rule")


class Practice(OfOrgan):
    """A practice: what it solves, how, and where it works. There is no quota.

    `organ` is 报送单位, the writer's organ.
    """

    # Assigned on submission, with the number below.
    numbered_in = models.CharField(max_length=24, db_collation="C", blank=True, default="")
    number_year = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    origin = models.CharField(
        pgettext_lazy("practices", "where it comes from"), max_length=7, choices=Origin
    )
    # The inspection, visit or meeting at which it was found.
    found_in = MaskedCharField(_("found in"), max_length=80, blank=True, default="")
    name = MaskedCharField(pgettext_lazy("practices", "name"), max_length=60)
    unit_kinds = ArrayField(
        models.CharField(max_length=14, choices=UnitKind), verbose_name=_("units that it suits")
    )
    problem = MaskedCharField(_("problem that it solves"), max_length=200)
    method = MaskedCharField(_("how it is done"), max_length=METHOD)
    state = models.CharField(max_length=9, choices=PracticeState, default=PracticeState.DRAFT)
    was_added_to = models.BooleanField(default=False)
    submitted_on = models.DateField(null=True, blank=True)
    opinion = MaskedCharField(_("opinion of the review"), max_length=300, blank=True, default="")
    # The day and name of the deciding meeting (部务会, 领导小组).
    decided_on = models.DateField(null=True, blank=True)
    decided_in = MaskedCharField(max_length=60, blank=True, default="")
    spread_on = models.DateField(null=True, blank=True)
    # 推广文号.
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_practice_handed_in_has_its_number",
                Q(state="draft")
                | Q(number__isnull=False, number_year__isnull=False, submitted_on__isnull=False),
            ),
            unique("one_practice_of_a_number_a_year", "numbered_in number_year number"),
            check(
                "a_found_practice_says_where",
                Q(origin="offered", found_in="") | Q(origin="found") & ~Q(found_in=""),
                _("Say in which inspection, visit or meeting it was found."),
            ),
            check(
                "a_decided_practice_says_when_and_by_whom",
                ~Q(state__in=("decided", "spread", "making", "rule"))
                | Q(decided_on__isnull=False) & ~Q(decided_in=""),
            ),
            check(
                "a_practice_is_spread_by_a_document",
                ~Q(state__in=("spread", "making", "rule"))
                | Q(spread_on__isnull=False) & ~Q(document=""),
                _("Write the document number."),
            ),
        ]
        indexes = [
            index("practice_county", "county -created_at -id"),
            index("practice_day", "-created_at -id"),
            index("practice_spread", "spread_on", when=Q(spread_on__isnull=False)),
        ]

    def __str__(self):
        return f"{self.pk} {self.name}"

    def get_absolute_url(self):
        return reverse("oversight:practice", args=[self.pk])

    @property
    def number_label(self):
        return f"JY{self.number_year}-{self.number:03}" if self.number else ""

    @property
    def unit_kind_labels(self):
        return [UnitKind(code).label for code in self.unit_kinds]

    @property
    def has_rule(self):
        return self.state in (PS.MAKING, PS.RULE)


class PracticeStep(Step):
    """A step in the history of a practice."""

    STRONG = frozenset({"decided", "spread", "issued"})

    class Move(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("practices", "Handed in")
        TO_ADD = "to_add", _("Asked to add to it")
        ADDED = "added", _("Added to")
        TRIAL = "trial", _("Trial elsewhere begun")
        TRIED = "tried", _("Trial ended")
        DECIDED = "decided", pgettext_lazy("practices", "Decided by a meeting")
        REFUSED = "refused", pgettext_lazy("practices", "Not taken up")
        SPREAD = "spread", pgettext_lazy("practices", "Spread by document")
        MAKING = "making", _("Turning it into a rule begun")
        STAGE = "stage", _("Rule: next stage")
        ISSUED = "issued", _("Rule issued")
        EXTENDED = "extended", _("Rule extended")
        ENDED = "ended", _("Rule ended")
        UNDONE = "undone", _("Step taken back")

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [index("practice_step", "practice -at -id")]


class PracticeTrial(models.Model):
    """试行验证: a trial at a unit elsewhere. Its results are links to matters and visits of that
    unit."""

    practice = ref(Practice, related_name="trials")
    unit = ref(GrassrootsUnit, pgettext_lazy("practices", "unit"), related_name="+")
    starts_on = models.DateField(_("from"))
    ended_on = models.DateField(null=True, blank=True)
    works = models.BooleanField(null=True, blank=True)
    result = MaskedCharField(
        pgettext_lazy("practices", "what came of it"), max_length=200, blank=True, default=""
    )
    matters = models.ManyToManyField(Matter, related_name="+", blank=True)
    visits = models.ManyToManyField(Visit, related_name="+", blank=True)
    added_by = ref(User, related_name="+")

    class Meta:
        constraints = [
            unique(
                "a_unit_tries_a_practice_once",
                "practice unit",
                said=_("This unit tries it already."),
            ),
            check("an_ended_trial_says_what_came_of_it", all_or_none("ended_on works", "result")),
            check(
                "a_trial_ends_after_it_begins",
                Q(ended_on=None) | Q(ended_on__gte=F("starts_on")),
                _("The end lies before the beginning."),
            ),
        ]

    def __str__(self):
        return f"{self.practice_id} {self.unit_id}"


class PracticeRule(models.Model):
    """制度: the rule that a practice became, valid for a period or until replaced."""

    practice = models.OneToOneField(
        Practice,
        models.PROTECT,
        related_name="rule",
        error_messages={"unique": _("This practice was turned into a rule already.")},
    )
    title = MaskedCharField(_("name of the rule"), max_length=80)
    stage = models.CharField(max_length=7, choices=RuleStage, default=RuleStage.DRAFTED)
    stage_on = models.DateField()
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    # 修订 or 废止: the first day on which it no longer holds.
    ended_on = models.DateField(null=True, blank=True)
    replaced_by = optional_ref("self", related_name="replaces")

    class Meta:
        constraints = [
            check(
                "an_issued_rule_has_document_and_days",
                Q(stage="issued", valid_from__isnull=False) & ~Q(document="")
                | ~Q(stage="issued")
                & Q(document="", valid_from=None, valid_to=None, ended_on=None),
                _("Write the document number and the day from which it holds."),
            ),
            check(
                "a_rule_ends_after_it_begins",
                Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                _("The end lies before the beginning."),
            ),
            check("a_replaced_rule_has_ended", Q(replaced_by=None) | Q(ended_on__isnull=False)),
            unique(
                "a_document_number_of_a_rule_is_used_once",
                "document",
                when=~Q(document=""),
                said=_("This document number is used already."),
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.document}"

    @property
    def is_issued(self):
        return self.stage == RuleStage.ISSUED

    @property
    def next_stage(self):
        """The next stage before issuing; None at the last one."""
        place = STAGES.index(RuleStage(self.stage)) + 1
        return STAGES[place] if place < len(STAGES) - 1 else None

    def holds(self, on):
        """Whether it is in force on a day."""
        return (
            self.is_issued
            and self.valid_from <= on
            and (self.valid_to is None or on <= self.valid_to)
            and (self.ended_on is None or on < self.ended_on)
        )
