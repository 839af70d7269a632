"""The address of the list of masters and apprentices: tabs and filters, for page and sheet."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models import Pairing
from portal.models import Cadre
from portal.pages.filters import Address, LedgerFilter, PickedFilter, of_kind
from portal.pages.forms import DayInput

TABS = {
    "running": _("Running"),
    "to_begin": pgettext_lazy("pairings", "To begin"),
    "over": _("Over"),
    "all": pgettext_lazy("pairings", "All"),
}


class MentoringFilter(LedgerFilter):
    MORE = ("itself", "host")
    q = django_filters.CharFilter(
        label=_("Name of master or apprentice"), method="by_name", min_length=1, max_length=40
    )
    organ = PickedFilter("organ", label=_("Organ of the master"), method="by_organ")
    itself = None
    alone = None
    unit_kind = of_kind()
    ends_by = django_filters.DateFilter(
        field_name="ends_on", lookup_expr="lte", label=_("Ends up to"), widget=DayInput()
    )

    def by_name(self, queryset, name, value):
        named = Cadre.objects.filter(name__contains=value.strip()).values("pk")
        return queryset.filter(Q(cadre__in=named) | Q(apprentice__in=named))


def _in_tab(rows, tab, *, on):
    if tab == "to_begin":
        return rows.to_begin(on)
    if tab == "over":
        return rows.over(on)
    return rows if tab == "all" else rows.under_way(on)


MENTORING_AT = Address(
    MentoringFilter,
    lambda user: Pairing.objects.visible_to(user).mentoring(),
    TABS,
    _in_tab,
    sheet_tab="all",
)
