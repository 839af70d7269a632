"""职代会提案: what delegates propose to the workers' congress, until it becomes a matter.

A proposal names nobody: the proposer is a contact of the matter. From then on the matter shows the
progress, so that handling, answer and the proposer's word are entered only once.
"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter
from outreach.models.matters import Category, Closure
from outreach.models.placed import OfOrgan
from portal.kinds import KINDS
from portal.models import User
from portal.models.constraints import check, index, only_when, optional_ref, ref, unique
from portal.models.places import UnitKind
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.text import Text
from portal.tools.choices import pairs
from portal.trust.access import reach

# Only categories that enterprises alone have; the common ones are raised elsewhere.
CATEGORIES = pairs(
    Category(code)
    for code in KINDS[UnitKind.STATE_ENTERPRISE].categories
    if code not in KINDS[UnitKind.RURAL].categories
)


class ProposalState(models.TextChoices):
    COLLECTED = "collected", pgettext_lazy("proposals", "Collected")
    FILED = "filed", pgettext_lazy("proposals", "Filed")
    NOT_FILED = "not_filed", pgettext_lazy("proposals", "Not filed")
    MERGED = "merged", pgettext_lazy("proposals", "Merged into another")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposals", "Withdrawn")
    TAKEN_UP = "taken_up", pgettext_lazy("proposals", "Given to be handled")


S = ProposalState
OPEN = (S.COLLECTED, S.FILED)
ENDED = (S.NOT_FILED, S.MERGED, S.WITHDRAWN)
# Stages after it is taken up, which follow from its matter.
STAGES: dict[str, Text] = {
    "handling": pgettext_lazy("proposals", "Being handled"),
    "answered": pgettext_lazy("proposals", "Answered"),
    "rated": pgettext_lazy("proposals", "The proposer has said a word"),
    "closed": pgettext_lazy("proposals", "Closed"),
    "withdrawn": S.WITHDRAWN.label,
}


def _of_roles(user):
    return reach(user, Permission.READ_MATTERS) | reach(user, Permission.HOST_MATTERS)


class ProposalQuerySet(Rows):
    """Ways of choosing proposals; every page starts from visible_to()."""

    def visible_to(self, user):
        """Proposals in reach of the user's roles, and those that the user collected."""
        return self.filter(_of_roles(user) | Q(collected_by__in=user.identity_ids))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def open(self):
        return self.filter(state__in=OPEN)

    def to_file(self):
        return self.filter(state=S.COLLECTED)

    def containing(self, text):
        return self.filter(search.in_texts(text, "title", "text") | search.numbered(text, "TA"))

    def for_list(self):
        rows = self.select_related("organ", "unit", "merged_into")
        return rows.prefetch_related("matter__lead_organ")


class CongressProposal(OfOrgan):
    """A proposal of the congress of `organ`; `unit` is the place that it is about, if it is a
    single one."""

    numbered_in = models.CharField(max_length=24, db_collation="C")
    number_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    session = models.CharField(_("session of the congress"), max_length=40)
    category = models.CharField(
        pgettext_lazy("proposals", "category"), max_length=2, choices=Category
    )
    title = MaskedCharField(pgettext_lazy("proposals", "title"), max_length=60)
    text = MaskedTextField(_("reason and suggestion"), max_length=2_000)
    seconders = models.PositiveSmallIntegerField(_("how many second it"), default=0)
    delegation = MaskedCharField(_("delegation"), max_length=40, blank=True, default="")
    state = models.CharField(max_length=9, choices=ProposalState, default=ProposalState.COLLECTED)
    merged_into = optional_ref("self", related_name="merged")
    matter = models.OneToOneField(
        Matter, models.PROTECT, null=True, blank=True, related_name="proposal"
    )
    filed_on = models.DateField(null=True, blank=True)
    collected_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = ProposalQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique("one_proposal_of_a_number_a_year", "numbered_in number_year number"),
            check("a_proposal_taken_up_has_its_matter", only_when("matter", state="taken_up")),
            check("a_merged_proposal_names_the_other", only_when("merged_into", state="merged")),
            check(
                "a_proposal_is_not_merged_into_itself",
                Q(merged_into=None) | ~Q(merged_into=F("pk")),
            ),
            check(
                "a_proposal_taken_up_was_filed",
                Q(filed_on__isnull=False) | ~Q(state__in=("filed", "taken_up")),
            ),
        ]
        indexes = [
            index("congress_host", "host_organ -created_at -id"),
            index("congress_county", "county -created_at -id"),
            index("congress_organ", "organ -created_at -id"),
            index("congress_day", "-created_at -id"),
        ]

    def __str__(self):
        return f"{self.number_label} {self.title}"

    def get_absolute_url(self):
        return reverse("works:congress_proposal", args=[self.pk])

    @property
    def number_label(self):
        return f"TA{self.number_year}-{self.number:04}"

    @property
    def stage(self):
        """The state, or the stage of its matter once taken up; needs the matter loaded."""
        if self.state != S.TAKEN_UP:
            return self.state
        if self.matter.is_closed:
            return "withdrawn" if self.matter.closure == Closure.WITHDRAWN else "closed"
        if self.matter.word:
            return "rated"
        return "answered" if self.matter.answered_on else "handling"

    @property
    def stage_label(self):
        return STAGES.get(self.stage) or self.get_state_display()


class CongressStep(Step):
    """What happened to a proposal. The steps of a proposal that is taken up never repeat its words,
    which are erased with those of its matter."""

    STRONG = frozenset({"filed", "taken_up"})

    class Move(models.TextChoices):
        COLLECTED = "collected", pgettext_lazy("proposals", "Collected")
        CHANGED = "changed", pgettext_lazy("proposals", "Changed")
        FILED = "filed", pgettext_lazy("proposals", "Filed")
        NOT_FILED = "not_filed", pgettext_lazy("proposals", "Not filed")
        MERGED = "merged", pgettext_lazy("proposals", "Merged into another")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposals", "Withdrawn")
        TAKEN_UP = "taken_up", pgettext_lazy("proposals", "Given to be handled")
        UNDONE = "undone", _("Step taken back")

    proposal = models.ForeignKey(CongressProposal, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [index("congress_step", "proposal -at -id")]
