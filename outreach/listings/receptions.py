"""Reception days."""

from django.utils.translation import gettext_lazy as _

from outreach.filters.receptions import RECEPTIONS_AT
from outreach.ledgers.receptions import RECEPTION_LEDGER
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

NEWEST = {"newest": Sort(_("newest first"), "held_on")}
SOONEST = {"soonest": Sort(_("soonest first"), "held_on", descending=False)}
AHEAD = {"planned", "announced"}


def _hours(reception, asked):
    return f"{reception.starts_at:%H:%M}–{reception.ends_at:%H:%M}"


def _items(reception, asked):
    return reception.item_count or (0 if reception.is_held else "")


RECEPTION_LIST = Listing(
    "outreach:receptions",
    "receptions/",
    _("Reception days"),
    RECEPTIONS_AT,
    lambda asked: SOONEST | NEWEST if asked.tab in AHEAD else NEWEST | SOONEST,
    area=Area.STAYS,
    counts={"planned": lambda asked: asked.number_in("planned")},
    columns=(
        Col(_("Date"), "held_on", _hours, number=True, sort="newest soonest"),
        Col(
            _("Leader"),
            cells.together("leader.name", "post"),
            "organ.label",
            "theme",
            link=True,
            bare=True,
        ),
        Col(_("Place"), "place", "get_form_display"),
        Col(_("Matters"), _items),
        state(),
    ),
    begin=Button(_("Plan a reception"), "outreach:new_reception", P.HOLD_RECEPTIONS),
    export=Export(RECEPTION_LEDGER, _("Export the reception sheet")),
    empty=(
        Empty(
            _("No receptions here"),
            _("A reception is planned, made known at least two days before, and noted as held."),
            begins=True,
        ),
    ),
)
