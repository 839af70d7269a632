"""The address of the list of complaints about the portal."""

from django.utils.translation import pgettext_lazy

from oversight.models import PortalComplaint
from oversight.models.complaints import ComplaintKind, ComplaintState
from portal.pages.filters import Address, LedgerFilter, between, choice
from portal.roles import Permission as P

TABS = {
    "open": pgettext_lazy("complaints", "Open"),
    "mine": pgettext_lazy("complaints", "Mine"),
    "all": pgettext_lazy("complaints", "All"),
}


class ComplaintFilter(LedgerFilter):
    MORE = ("received_from", "received_to")
    area = host = unit = organ = itself = alone = None
    state = choice(pgettext_lazy("complaints", "State"), ComplaintState)
    kind = choice(pgettext_lazy("complaints", "Kind"), ComplaintKind)
    received_from, received_to = between(
        "received_on",
        pgettext_lazy("complaints", "Received from"),
        pgettext_lazy("complaints", "Received by"),
    )


def tabs_for(user):
    return TABS if user.holds(P.RECEIVE_COMPLAINTS) else {"mine": TABS["mine"]}


def _tab_for(rows, tab, user):
    if tab == "mine":
        return rows.of(user)
    received = rows.of_roles(user)
    return received.open() if tab == "open" else received


COMPLAINTS_AT = Address(
    ComplaintFilter,
    PortalComplaint.objects.visible_to,
    tabs_for,
    tab_for=_tab_for,
    sheet_tab="all",
)
