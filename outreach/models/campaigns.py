"""大走访、大下访、百乡万户 …: a campaign, where it goes, and who takes part.

Progress is counted from the visits ticked for a campaign; nobody types a figure.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.areas import Household
from portal.models import Cadre, Organ, User
from portal.models.constraints import check, in_order, index, only_unless, only_when, unique
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages.search import SearchedQuerySet
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.rules import acting_for
from portal.tools.addresses import page_of
from portal.trust.access import IsAnyOf, organ_reach, reach


class CampaignKind(models.TextChoices):
    DOWN_VISIT = "down", _("Going down together (大下访)")
    BIG_VISIT = "visit", _("Visiting round (大走访)")
    HOUSEHOLDS = "households", _("Hundred townships, ten thousand households (百乡万户)")
    OTHER = "other", _("Another campaign")


class CampaignState(models.TextChoices):
    """The stored state. Whether a campaign is running follows from its days; see
    `Campaign.stands`."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    CLOSED = "closed", pgettext_lazy("campaigns", "Campaign closed")


class Standing(models.TextChoices):
    """The status of a campaign today, from its state and its days."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced, not begun")
    RUNNING = "running", _("Under way")
    OVER = "over", _("Days over, to be closed")
    CLOSED = "closed", pgettext_lazy("campaigns", "Campaign closed")


def organs_acted_for(user):
    """Return ids of the organs that the user belongs to or acts for, with all their ancestors:
    campaigns of these organs concern the user."""
    return sorted({pk for _role, organ in acting_for(user) for pk in organ.ancestor_ids})


class CampaignQuerySet(SearchedQuerySet):
    """Ways of choosing campaigns; every page starts from visible_to()."""

    def visible_to(self, user):
        """Campaigns of organs that the user plans for, and the user's drafts. If announced, also
        those at units in the reach of the user's roles, those of the user's organs, and those in
        which the user is named or made a visit."""
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        opened = organ_reach(user, Permission.MANAGE_CAMPAIGNS, to="organizer")
        opened |= Q(written_by__in=user.identity_ids)
        concerning = _of_their_organs(user) | _naming(user)
        return self.filter(opened | ~Q(state=CampaignState.DRAFT) & concerning)

    def of_roles(self, user):
        opened = organ_reach(user, Permission.MANAGE_CAMPAIGNS, to="organizer")
        return self.filter(opened | _of_their_organs(user))

    def announced(self):
        return self.filter(state=CampaignState.ANNOUNCED)

    def running(self, on):
        return self.announced().filter(starts_on__lte=on, ends_on__gte=on)

    def standing(self, standing, on):
        """Campaigns with this status on a day; the same condition as `Campaign.stands`."""
        announced = Q(state=CampaignState.ANNOUNCED)
        return self.filter(
            {
                Standing.DRAFT: Q(state=CampaignState.DRAFT),
                Standing.ANNOUNCED: announced & Q(starts_on__gt=on),
                Standing.RUNNING: announced & Q(starts_on__lte=on, ends_on__gte=on),
                Standing.OVER: announced & Q(ends_on__lt=on),
                Standing.CLOSED: Q(state=CampaignState.CLOSED),
            }[standing]
        )

    def overlapping(self, first, last):
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def taking_in(self, *, organ, units):
        """Campaigns in which this organ takes part, or that go to one of these units."""
        above = organ.ancestor_ids if organ else []
        going = Campaign.organs.through.objects.filter(organ__in=above)
        there = CampaignUnit.objects.filter(unit__in=units)
        return self.filter(
            Q(IsAnyOf("pk", going.values("campaign"))) | Q(IsAnyOf("pk", there.values("campaign")))
        )

    def named_like(self, text):
        return self.filter(title__contains=text.strip())

    def for_list(self):
        """With everything that a row shows, in a fixed number of queries."""
        organs = models.Prefetch("organs", queryset=Organ.objects.order_by("sort_order", "pk"))
        rows = self.select_related("organizer").prefetch_related(organs)
        return rows.defer("purpose", "search")


def _of_their_organs(user):
    """Campaigns at units in the reach of the user's roles, and of the user's organs, as a Q."""
    at_their_places = CampaignUnit.objects.filter(
        reach(user, Permission.READ_VISITS) | reach(user, Permission.MANAGE_CAMPAIGNS)
    )
    theirs = Campaign.organs.through.objects.filter(organ__in=organs_acted_for(user))
    at_their_places = Q(IsAnyOf("pk", at_their_places.values("campaign")))
    return at_their_places | Q(IsAnyOf("pk", theirs.values("campaign")))


def _naming(user):
    """Campaigns in which the user is named, or for which the user made a visit, as a Q."""
    own = Campaign.visits.through.objects.filter(visit__author__user__in=user.identity_ids)
    named = CampaignUnit.cadres.through.objects.filter(cadre__user__in=user.identity_ids)
    named = Q(IsAnyOf("pk", named.values("campaignunit__campaign")))
    return named | Q(IsAnyOf("pk", own.values("campaign")))


class Campaign(models.Model):
    """A campaign. A draft can be changed freely, an announced one only with a reason."""

    title = MaskedCharField(_("title of the campaign"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=CampaignKind)
    purpose = MaskedTextField(_("purpose"), max_length=2_000, blank=True, default="")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    organizer = models.ForeignKey(
        Organ, models.PROTECT, related_name="campaigns", verbose_name=_("organised by")
    )
    organs = models.ManyToManyField(Organ, related_name="+", verbose_name=_("organs taking part"))
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    state = models.CharField(max_length=9, choices=CampaignState, default=CampaignState.DRAFT)
    announced_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    result_note = MaskedTextField(_("what came of it"), max_length=2_000, blank=True, default="")
    search = SearchVectorField(null=True, editable=False)

    objects = CampaignQuerySet.as_manager()
    by_name = ByName.as_manager()

    SEARCHED_FIELDS = ("title", "purpose", "document")

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            in_order("a_campaign_ends_after_it_begins"),
            check("an_announced_campaign_has_its_day", only_unless("announced_on", state="draft")),
            check(
                "a_campaign_is_closed_with_a_note",
                only_when("closed_on", "result_note", state="closed"),
                _("Say what came of it."),
            ),
        ]
        indexes = [
            index("campaign_day", "-starts_on -id"),
            index("campaign_writer", "written_by -created_at -id"),
            index("campaign_announced", "ends_on id", when=Q(state="announced")),
            GinIndex(fields=["search"], name="campaign_search", fastupdate=True),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return page_of("outreach:campaign", self.pk)

    @property
    def is_draft(self):
        return self.state == CampaignState.DRAFT

    def stands(self, on):
        if self.state != CampaignState.ANNOUNCED:
            return Standing(self.state)
        if on < self.starts_on:
            return Standing.ANNOUNCED
        return Standing.RUNNING if on <= self.ends_on else Standing.OVER


class CampaignUnitQuerySet(Rows):
    def with_reached(self):
        """`is_reached`: a visit there, not voided, was ticked for the campaign."""
        return self.annotate(is_reached=self.visited())

    def reached(self):
        return self.filter(self.visited())

    def unreached(self):
        return self.exclude(self.visited())

    @staticmethod
    def visited():
        """The condition behind `is_reached`."""
        return _IsReached("campaign", "unit")


class _IsReached(models.Func):
    """Runs with the owner's rights: the same result for all readers, whichever visits they may
    see."""

    function = "outreach_is_reached"
    output_field = models.BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


class CampaignUnit(PlacedRecord):
    """A unit in the plan of a campaign. `organ` is the organiser, for the reach of grants."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="units")
    # The organ that goes there; empty if any organ taking part may.
    going = models.ForeignKey(
        Organ,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organ that goes there"),
    )
    cadres = models.ManyToManyField(
        Cadre, related_name="+", blank=True, verbose_name=_("cadres who go there")
    )
    # Either households of the village's roster, or only their number.
    households = models.ManyToManyField(Household, related_name="+", blank=True)
    household_count = models.PositiveSmallIntegerField(_("households"), null=True, blank=True)

    objects = CampaignUnitQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [unique("a_unit_stands_once_in_a_campaign", "campaign unit")]

    def __str__(self):
        return f"{self.campaign_id} at {self.unit_id}"

    def get_absolute_url(self):
        return f"{reverse('outreach:campaign', args=[self.campaign_id])}#units"


class CampaignStep(Step):
    """An event in the history of a campaign: announced, changed with a reason, closed."""

    class Move(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        ANNOUNCED = "announced", _("Announced")
        CHANGED = "changed", _("Plan changed")
        CLOSED = "closed", pgettext_lazy("campaigns", "Campaign closed")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            check(
                "a_plan_is_changed_for_a_reason",
                ~Q(move="changed") | ~Q(text=""),
                _("Say why the plan is changed."),
            )
        ]
