"""The addresses of the register of honours and of the list of pools."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models import Honour, HonourPool
from evaluation.models.honours import HonourPurpose, HonourState, PoolState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, in_state
from portal.pages.web import Sort

# By organ and post within all years, never by a figure.
OFFICIAL = Sort(_("official order"), "appraised__sort_key", descending=False)

TABS = {
    "register": _("Register of honours"),
    "notice": _("Under public notice"),
    "all": _("Also unsuccessful nominations"),
}
POOL_TABS = {
    "open": _("Nominations run"),
    "decided": _("To be made public"),
    "publicity": _("Public notice"),
    "over": _("Final or given up"),
    "all": _("All pools"),
}


class HonourFilter(LedgerFilter):
    via = "appraised__"
    MORE = ("itself", "host", "unit")
    alone = None
    year = django_filters.NumberFilter(
        label=_("Year"), min_value=2000, max_value=2100, widget=forms.NumberInput
    )
    purpose = django_filters.ChoiceFilter(
        label=_("For"), choices=HonourPurpose.choices, field_name="pool__purpose"
    )
    organ = PickedFilter("organ", label=_("Organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Organ alone"), method="by_itself")
    unit = PickedFilter("unit", label=_("Place"), field_name="appraised__unit")


def _in_tab(rows, tab, *, on):
    if tab == "register":
        return rows.filter(state=HonourState.FINAL)
    return rows.filter(state=HonourState.NOTICE) if tab == "notice" else rows


def _pools_in_tab(rows, tab, *, on):
    if tab == "over":
        return rows.filter(state__in=[PoolState.FINAL, PoolState.JOINED, PoolState.GIVEN_UP])
    return in_state(rows, tab, on=on)


HONOURS_AT = Address(HonourFilter, Honour.objects.visible_to, TABS, _in_tab)
POOLS_AT = Address(None, HonourPool.objects.visible_to, POOL_TABS, _pools_in_tab)
