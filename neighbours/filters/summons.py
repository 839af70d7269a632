"""The address of the list of summons. There is no filter by called organ, so that nobody counts the
summons of an organ."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.models import Summons
from neighbours.models.summons import SummonsReason, SummonsState
from portal.pages.filters import Address, LedgerFilter, between, choice
from portal.roles import Permission

OPEN_TAB = pgettext_lazy("summons", "Open")
TABS = {
    "open": OPEN_TAB,
    "concluded": pgettext_lazy("summons", "Concluded"),
    "all": pgettext_lazy("summons", "All"),
}
OF_ORGANS = {
    "open": OPEN_TAB,
    "mine": _("My organ is called"),
    "concluded": pgettext_lazy("summons", "Concluded"),
    "all": pgettext_lazy("summons", "All"),
}


class SummonsFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "from_day", "to_day")
    alone = None
    reason = choice(pgettext_lazy("summons", "Reason"), SummonsReason)
    from_day, to_day = between("called_on", _("Called from"), _("Called to"))


def _tabs(user):
    return OF_ORGANS if user.holds(Permission.HANDLE_MATTERS) else TABS


def _in_tab(rows, tab, user):
    if tab == "mine":
        return rows.calling(user).open()
    if tab == "concluded":
        return rows.filter(state=SummonsState.CONCLUDED)
    return rows.open() if tab == "open" else rows


SUMMONS_AT = Address(
    SummonsFilter, Summons.objects.visible_to, _tabs, tab_for=_in_tab, sheet_tab="all"
)
