"""接访日: a leader receives people on a day announced beforehand.

Visitors are kept by display name on the page of the day and cannot be searched for.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Cadre, GrassrootsUnit, User
from portal.models.constraints import check, index, only_when
from portal.models.places import DivisionLevel, PlacedRecord
from portal.models.text import MaskedCharField
from portal.pages.search import SearchedQuerySet
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, reach

# 信访工作条例 第二十条: 多人采用走访形式提出共同的信访事项的，推选代表不得超过5人.
MOST_REPRESENTATIVES = 5


class ReceptionForm(models.TextChoices):
    AT_PLACE = "place", _("At a fixed place (定点接访)")
    INVITED = "invited", _("By appointment (重点约访)")
    WITH_CASE = "case", _("Going down with a case (带案下访)")
    AT_HOME = "home", _("At the door (上门探访)")


class ReceptionState(models.TextChoices):
    PLANNED = "planned", _("Planned, not made known yet")
    ANNOUNCED = "announced", _("Made known")
    HELD = "held", _("Reception held")
    CANCELLED = "cancelled", _("Reception cancelled")


def _of_roles(user):
    return reach(user, Permission.HOLD_RECEPTIONS) | reach(user, Permission.READ_MATTERS)


class ReceptionQuerySet(SearchedQuerySet):
    """Ways of choosing reception days; every page starts from visible_to()."""

    def visible_to(self, user):
        """Those in reach of the user's roles, and those the user holds as leader."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        return self.filter(_of_roles(user) | Q(IsAnyOf("leader", own)))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def with_item_counts(self):
        items = ReceptionItem.objects.filter(reception=OuterRef("pk")).order_by()
        counted = items.values("reception").annotate(n=Count("pk")).values("n")
        return self.annotate(item_count=Coalesce(Subquery(counted), 0))

    def for_list(self):
        return self.select_related("leader", "organ").defer("search").with_item_counts()


class ReceptionDay(PlacedRecord):
    """One leader, one day, one place. `organ` holds it; `host_organ` is the host of the unit where
    it takes place, or the same organ."""

    unit = models.ForeignKey(
        GrassrootsUnit, models.PROTECT, null=True, blank=True, verbose_name=_("at the unit")
    )
    leader = models.ForeignKey(
        Cadre, models.PROTECT, related_name="receptions", verbose_name=_("leader")
    )
    # As on the day of planning, and as printed on the notice.
    post = models.CharField(_("post"), max_length=60, blank=True, default="")
    duties = MaskedCharField(_("in charge of"), max_length=120, blank=True, default="")
    held_on = models.DateField(_("date"))
    starts_at = models.TimeField(_("from, at"))
    ends_at = models.TimeField(_("to, at"))
    place = MaskedCharField(_("place of the reception"), max_length=80)
    theme = MaskedCharField(_("theme"), max_length=80, blank=True, default="")
    form = models.CharField(
        _("form"), max_length=8, choices=ReceptionForm, default=ReceptionForm.AT_PLACE
    )
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    state = models.CharField(max_length=9, choices=ReceptionState, default=ReceptionState.PLANNED)
    announced_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    announced_on = models.DateField(null=True)
    # Why it was announced later than the norm allows; empty if in time.
    late_reason = MaskedCharField(max_length=200, blank=True, default="")
    held_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancelled_on = models.DateField(null=True)
    cancel_reason = MaskedCharField(max_length=200, blank=True, default="")
    search = SearchVectorField(null=True, editable=False)

    objects = ReceptionQuerySet.as_manager()
    by_name = ByName.as_manager()

    SEARCHED_FIELDS = ("theme", "place", "post")

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "a_reception_ends_after_it_begins",
                Q(ends_at__gt=F("starts_at")),
                _("The end lies before the beginning."),
            ),
            check(
                "a_reception_is_made_known_by_somebody_on_a_day",
                Q(announced_on=None, announced_by=None, late_reason="")
                & Q(state__in=["planned", "cancelled"])
                | Q(announced_on__isnull=False, announced_by__isnull=False) & ~Q(state="planned"),
            ),
            check(
                "a_reception_is_made_known_before_it_is_held",
                Q(announced_on=None) | Q(announced_on__lte=F("held_on")),
                _("The day has passed; plan a new one."),
            ),
            check("a_held_reception_says_who_noted_it", only_when("held_by", state="held")),
            check(
                "a_reception_is_cancelled_with_a_reason",
                only_when("cancelled_by cancelled_on", "cancel_reason", state="cancelled"),
            ),
        ]
        indexes = [
            index("reception_day", "-held_on -id"),
            index("reception_county", "county -held_on -id"),
            index("reception_organ", "organ -held_on -id"),
            index("reception_host", "host_organ -held_on -id"),
            GinIndex(fields=["search"], name="reception_search", fastupdate=True),
        ]

    def __str__(self):
        return f"Reception {self.pk} {self.held_on}"

    def get_absolute_url(self):
        return reverse("outreach:reception", args=[self.pk])

    def stand_for(self, organ, unit=None):
        """Set the place to that of the unit, or without one to that of the organ."""
        place = unit.division if unit and unit.division_id else organ.division
        ancestors = place.ancestors_by_level if place else {}
        self.unit, self.organ = unit, organ
        self.host_organ_id = unit.host_organ_id if unit else organ.pk
        for name in ("province", "city", "county", "township"):
            setattr(self, f"{name}_id", ancestors.get(DivisionLevel[name.upper()]))
        self.division_id = ancestors.get(DivisionLevel.VILLAGE)

    @property
    def is_held(self):
        return self.state == ReceptionState.HELD


class ReceptionItemQuerySet(Rows):
    def of_roles(self, user):
        """Items whose day and matter are both in reach of the user's roles."""
        days = ReceptionDay.objects.of_roles(user).order_by().values("pk")
        matters = self.model._meta.get_field("matter").related_model.objects.of_roles(user)
        return self.filter(reception__in=days, matter__in=matters.order_by().values("pk"))


class ReceptionItem(models.Model):
    """A matter brought to a reception, with its visitors and the leader's opinion.

    Neither is kept if the matter was referred to a statutory channel.
    """

    reception = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="items")
    matter = models.OneToOneField("outreach.Matter", models.PROTECT, related_name="reception_item")
    # 李先生、王女士: at most five representatives of a group; empty if nobody is named.
    visitors = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("visitors")
    )
    opinion = MaskedCharField(_("what the leader said"), max_length=500, blank=True, default="")

    objects = ReceptionItemQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "at_most_five_representatives_are_received",
                Q(visitors__len__lte=MOST_REPRESENTATIVES),
            )
        ]
        indexes = [index("reception_item", "reception id")]

    def __str__(self):
        return f"{self.reception_id}: {self.matter_id}"
