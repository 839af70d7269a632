"""List of masters and apprentices (师带徒), separate from the list of pairings."""

from django.utils.translation import gettext_lazy as _

from pairing.filters.mentoring import MENTORING_AT
from pairing.ledgers.mentoring import MENTORING_LEDGER
from pairing.models.pairings import PHASES
from pairing.rules import pairings as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import by_day
from portal.roles import Permission as P


def _with_phases(page, asked):
    for one in page:
        one.phase_today = one.phase(asked.today)
        one.phase_label = PHASES[one.phase_today]
    return page


def _judged(pairing, asked):
    return pairing.get_ending_display()


MENTORING_LIST = Listing(
    "pairing:mentoring",
    "mentoring/",
    _("Masters and apprentices"),
    MENTORING_AT,
    by_day("starts_on"),
    area=Area.PAIRING,
    may_see=rules.may_see_pairings,
    keeps_filters=True,
    load=_with_phases,
    columns=(
        Col(_("Master"), "cadre.name", "cadre.post", link=True),
        Col(_("Apprentice"), "apprentice.name", "apprentice.post"),
        Col(_("Where the apprentice works"), "unit.name", "host_organ.label"),
        Col(
            _("From – to"),
            cells.days("starts_on", "last_day"),
            number=True,
            sort="newest oldest",
        ),
        state("phase_today", _judged, words="phase_label"),
    ),
    begin=Button(_("Give a master an apprentice"), "pairing:new_mentoring", rules.may_agree_at_all),
    export=Export(
        MENTORING_LEDGER,
        _("Export the ledger"),
        may=lambda user: user.holds(P.EXPORT) and user.holds(P.READ_PAIRINGS),
    ),
    empty=(
        Empty(
            _("No masters and apprentices here"),
            _("The programme office agrees who teaches whom; master and apprentice then see it."),
            begins=True,
        ),
    ),
)
