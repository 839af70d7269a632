"""The address of the list of prominent problems; the same for page and sheet."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models import ProminentProblem
from pairing.models.problems import ProblemState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between
from portal.pages.web import Sort

NEWEST = Sort(_("newest first"), "lifted_on")
BY_REVIEW = Sort(_("next word first"), "next_review_on", descending=False)

TABS = {
    "open": _("With a lead official"),
    "due": _("Progress to be noted"),
    "solved": _("Problem solved"),
    "handed_back": _("Handed back"),
    "all": _("All problems"),
}


class ProblemFilter(LedgerFilter):
    MORE = ("itself", "host", "unit", "lifted_from", "lifted_to")
    alone = None
    organ = PickedFilter("organ", label=pgettext_lazy("problems", "Lead organ"), method="by_organ")
    itself = PickedFilter("organ", label=_("Organ alone"), method="by_itself")
    official = PickedFilter("cadre", label=pgettext_lazy("problems", "Lead official"))
    lifted_from, lifted_to = between("lifted_on", _("Lifted from"), _("Lifted to"))


def _in_tab(rows, tab, *, on):
    if tab == "due":
        return rows.to_note(on)
    return rows.filter(state=tab) if tab in ProblemState.values else rows


PROBLEMS_AT = Address(
    ProblemFilter, ProminentProblem.objects.visible_to, TABS, _in_tab, sheet_tab="all"
)
