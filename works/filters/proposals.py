"""The address of the list of proposals: tabs and filters, the same for page and sheet."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, LedgerFilter, between, choice
from works.models import CongressProposal
from works.models.proposals import CATEGORIES, ENDED, OPEN, ProposalState

TABS = {
    "open": pgettext_lazy("proposals", "To be decided on or given on"),
    "given": pgettext_lazy("proposals", "Given to be handled"),
    "ended": pgettext_lazy("proposals", "Not filed, merged or withdrawn"),
    "all": pgettext_lazy("proposals", "All proposals"),
}
STATES = {"open": OPEN, "given": (ProposalState.TAKEN_UP,), "ended": ENDED}


class ProposalFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "area", "from_day", "to_day")
    alone = None
    category = choice(pgettext_lazy("proposals", "Category"), CATEGORIES)
    state = choice(pgettext_lazy("proposals", "State"), ProposalState)
    from_day, to_day = between("created_at__date", _("Collected from"), _("Collected to"))


def _in_tab(rows, tab, on):
    return rows if tab == "all" else rows.filter(state__in=STATES[tab])


PROPOSALS_AT = Address(
    ProposalFilter, CongressProposal.objects.visible_to, TABS, _in_tab, sheet_tab="all"
)
