"""Addresses of the lists of reports of branches and of the lines of their quarters."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.models import BranchReport, QuarterLine
from neighbours.models.reports import WRITTEN, ReportState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, PlacedFilter, between, of_kind
from portal.roles import Permission

CONFIRMED = pgettext_lazy("reports", "In force")
TABS = {
    "confirmed": CONFIRMED,
    "confirm": pgettext_lazy("reports", "To be confirmed"),
    "ended": pgettext_lazy("reports", "Ended"),
    "all": _("All"),
}
OF_LIAISONS = {**TABS, "drafts": pgettext_lazy("reports", "Drafts")}


class ReportFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "from_day", "to_day")
    alone = None
    unit = PickedFilter("unit", label=pgettext_lazy("reports", "Community"))
    unit_kind = of_kind()
    from_day, to_day = between("reported_on", _("Reported from"), _("Reported to"))


class LineFilter(PlacedFilter):
    """The filter of the sheet: lines by their report."""

    via = "report__"
    itself = None
    unit = PickedFilter(
        "unit", label=pgettext_lazy("reports", "Community"), field_name="report__unit"
    )
    from_day, to_day = between(
        "written_at__date", pgettext_lazy("reports", "Written from"), _("Written to")
    )


def _tabs(user):
    return OF_LIAISONS if user.holds(Permission.OFFER_HELP) else TABS


def _in_tab(rows, tab, user):
    if tab == "all":
        return rows
    if tab == "drafts":
        return rows.filter(state__in=WRITTEN)
    if tab == "confirm":
        return rows.to_confirm()
    state = ReportState.ENDED if tab == "ended" else ReportState.CONFIRMED
    return rows.filter(state=state)


REPORTS_AT = Address(ReportFilter, BranchReport.objects.visible_to, _tabs, tab_for=_in_tab)
LINES_AT = Address(LineFilter, QuarterLine.objects.visible_to)
