"""The address of the library of practices."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import Practice
from oversight.models.practices import OPEN, PracticeState
from portal.models.places import UnitKind
from portal.pages.filters import Address, LedgerFilter, between, choice

TABS = {
    "library": _("Library"),
    "rules": pgettext_lazy("practices", "Rules"),
    "under_way": pgettext_lazy("practices", "Under way"),
    "mine": pgettext_lazy("practices", "Mine"),
    "all": _("All practices"),
}


class PracticeFilter(LedgerFilter):
    MORE = ("itself", "host", "unit", "spread_from", "spread_to")
    state = choice(pgettext_lazy("practices", "State"), PracticeState)
    suits = django_filters.ChoiceFilter(
        label=_("Suits"), choices=UnitKind.choices, method="by_kind"
    )
    spread_from, spread_to = between("spread_on", _("Spread from"), _("Spread to"))

    def by_kind(self, queryset, name, value):
        return queryset.filter(unit_kinds__contains=[value])


def _tab_for(rows, tab, user):
    if tab == "library":
        return rows.library()
    if tab == "rules":
        return rows.filter(state=PracticeState.RULE)
    if tab == "under_way":
        return rows.filter(state__in=OPEN)
    return rows.of(user) if tab == "mine" else rows


PRACTICES_AT = Address(
    PracticeFilter, Practice.objects.visible_to, TABS, tab_for=_tab_for, sheet_tab="all"
)
