"""The address of the register of supervision."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import SupervisionEntry
from oversight.models.supervision import EntrySource, EntryState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice

TABS = {
    "open": pgettext_lazy("supervision", "Open"),
    "mine": pgettext_lazy("supervision", "Mine"),
    "late": pgettext_lazy("supervision", "Past the day"),
    "long": _("For the long term"),
    "closed": pgettext_lazy("supervision", "Struck off"),
    "all": _("All entries"),
}


class EntryFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "from_day", "to_day")
    alone = unit = None
    source = choice(pgettext_lazy("supervision", "Source"), EntrySource)
    state = choice(pgettext_lazy("supervision", "State"), EntryState)
    lead = PickedFilter("organ", label=pgettext_lazy("supervision", "Lead organ"), method="by_lead")
    from_day, to_day = between("assigned_on", _("Given from"), _("Given to"))

    def by_lead(self, queryset, name, value):
        return queryset.filter(lead_organ__path__startswith=value.path)


def _in_tab(rows, tab, user):
    if tab == "open":
        return rows.open()
    if tab == "mine":
        return rows.of(user)
    if tab == "late":
        return rows.late(user.today)
    if tab == "long":
        return rows.open().filter(is_long_term=True)
    return rows.filter(state__in=("closed", "archived")) if tab == "closed" else rows


ENTRIES_AT = Address(
    EntryFilter, SupervisionEntry.objects.visible_to, TABS, tab_for=_in_tab, sheet_tab="all"
)
