"""The address of the list of hotline tickets."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.models import HotlineTicket
from outreach.models.matters import Category
from portal.pages.filters import Address, LedgerFilter, between, choice, of_kind

TABS = {
    "all": pgettext_lazy("hotline", "All"),
    "not_judged": _("Not judged yet"),
    "statutory": _("Went to a channel by law"),
    "unmapped": _("Without a category"),
}


class TicketFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "from_day", "to_day")
    alone = None
    category = choice(pgettext_lazy("hotline", "Category"), Category)
    unit_kind = of_kind()
    from_day, to_day = between("noted_on", _("Taken in from"), _("Taken in to"))


def _in_tab(rows, tab, on):
    if tab == "not_judged":
        return rows.not_judged()
    if tab == "statutory":
        return rows.filter(is_statutory=True)
    return rows.unmapped() if tab == "unmapped" else rows


TICKETS_AT = Address(
    TicketFilter, HotlineTicket.objects.visible_to, TABS, in_tab=_in_tab, sheet_tab="all"
)
