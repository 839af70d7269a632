"""The list query of receptions: tabs and filters, the same for page and sheet.

There is no filter by visitor: nobody is tracked from one day to another.
"""

from django.utils.translation import gettext_lazy as _

from outreach.models import ReceptionDay
from outreach.models.receptions import ReceptionForm, ReceptionState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, choice, day_from, day_to

TABS = {
    "planned": _("To be made known"),
    "announced": _("Made known"),
    "held": _("Reception held"),
    "all": _("All receptions"),
}


class ReceptionFilter(LedgerFilter):
    MORE = ("area", "itself", "host", "unit")
    alone = None
    organ = PickedFilter("organ", label=_("Held by"), method="by_organ")
    leader = PickedFilter("cadre", label=_("Leader"))
    form_of = choice(_("Form"), ReceptionForm, field_name="form")
    held_from = day_from(_("From"), "held_on")
    held_to = day_to(_("To"), "held_on")


def _in_tab(rows, tab, *, on):
    return rows.filter(state=tab) if tab in ReceptionState.values else rows


RECEPTIONS_AT = Address(
    ReceptionFilter,
    ReceptionDay.objects.visible_to,
    TABS,
    _in_tab,
    otherwise="all",
    sheet_tab="all",
)
