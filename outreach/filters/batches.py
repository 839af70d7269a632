"""List queries of batches, their places, nominations and placements."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.models import Placement, StayBatch
from outreach.models.batches import BatchState, Hardship, NominationState
from outreach.models.stays import StayKind
from portal.models import Cadre, GrassrootsUnit
from portal.models.people import Skill
from portal.pages.filters import Address, LedgerFilter, PickedFilter, choice

BATCH_TABS = {
    "running": _("Under way"),
    "published": _("Stays published"),
    "given_up": _("Given up"),
}
NOMINATION_TABS = {
    "open": _("To be checked"),
    "qualified": _("Qualified"),
    "unqualified": _("Not qualified"),
    "withdrawn": _("Nomination withdrawn"),
    "all": _("All"),
}
PLACE_TABS = {"all": _("All"), "empty": _("Nobody yet"), "taken_out": _("Taken out")}


class BatchFilter(LedgerFilter):
    MORE = ()
    area = organ = itself = host = unit = alone = None
    kind = choice(_("Kind"), StayKind)
    starts_after = django_filters.NumberFilter(
        field_name="starts_on__year", label=_("Year"), min_value=2000, max_value=2999
    )

    def by_text(self, queryset, name, value):
        return queryset.filter(Q(title__contains=value) | Q(programme__contains=value))


class PlaceFilter(LedgerFilter):
    MORE = ()
    area = organ = itself = host = alone = None
    township = PickedFilter("organ", label=_("Host organ"), field_name="unit__host_organ")
    hardship = choice(_("Hardship"), Hardship)
    expertise = choice(_("Expertise wanted"), Skill, method="by_expertise")

    def by_text(self, queryset, name, value):
        units = GrassrootsUnit.objects.named_like(value).values("pk")
        return queryset.filter(Q(unit__in=units) | Q(reasons__contains=value))

    def by_expertise(self, queryset, name, value):
        return queryset.filter(expertise__contains=[value])


class NominationFilter(LedgerFilter):
    MORE = ()
    area = itself = host = unit = alone = None
    organ = PickedFilter("organ", label=_("Sending organ"), method="by_organ")
    may_lead = django_filters.BooleanFilter(label=_("May lead a team"))
    skill = choice(_("Knows about"), Skill, method="by_skill")

    def by_text(self, queryset, name, value):
        return queryset.filter(cadre__in=Cadre.objects.named_like(value).values("pk"))

    def by_organ(self, queryset, name, value):
        return queryset.filter(organ__path__startswith=value.path)

    def by_skill(self, queryset, name, value):
        return queryset.filter(cadre__skills__contains=[value])


class PlacementFilter(LedgerFilter):
    MORE = ()
    area = itself = host = alone = None
    unit = PickedFilter("unit", label=_("Place"), field_name="place__unit")
    organ = PickedFilter("organ", label=_("Sending organ"), method="by_organ")

    def by_text(self, queryset, name, value):
        cadres = Cadre.objects.named_like(value).values("pk")
        units = GrassrootsUnit.objects.named_like(value).values("pk")
        return queryset.filter(Q(nomination__cadre__in=cadres) | Q(place__unit__in=units))

    def by_organ(self, queryset, name, value):
        return queryset.filter(nomination__organ__path__startswith=value.path)


def _in_tab(rows, tab, *, on):
    if tab == "running":
        return rows.exclude(state__in=[BatchState.PUBLISHED, BatchState.GIVEN_UP])
    return rows.filter(state=tab)


BATCHES_AT = Address(BatchFilter, StayBatch.objects.visible_to, BATCH_TABS, _in_tab)


def nominations_in(tab, rows):
    return rows if tab == "all" else rows.filter(state=NominationState(tab))


def places_in(tab, rows):
    if tab == "taken_out":
        return rows.exclude(taken_out_at=None)
    rows = rows.filter(taken_out_at=None)
    placed = Placement.objects.filter(ended_at=None).values("place")
    return rows.exclude(pk__in=placed) if tab == "empty" else rows
