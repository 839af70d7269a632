"""The figures of pairing that hosts see first."""

from django.utils.translation import gettext_lazy as _

from outreach.overview.first_figures import always
from outreach.overview.first_page import register
from pairing.filters.mentoring import MENTORING_AT
from pairing.filters.pairings import PAIRINGS_AT
from portal.roles import Permission as P


def _pairings(code, label, tab):
    query = always(tab=tab)
    register(code, label, "pairing:pairings", PAIRINGS_AT, query, P.READ_PAIRINGS)


_pairings("paired", _("Pairings that run"), "running")
_pairings("pairings_ending", _("Pairings that end soon"), "ending")
register(
    "mentoring",
    _("Masters with apprentices now"),
    "pairing:mentoring",
    MENTORING_AT,
    always(tab="running"),
    P.READ_PAIRINGS,
)
