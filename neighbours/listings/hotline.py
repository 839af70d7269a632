"""Hotline tickets: a list to read."""

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from neighbours.filters.hotline import TICKETS_AT
from neighbours.ledgers.hotline import RESULT_LEDGER, TICKET_LEDGER
from neighbours.rules import hotline as rules
from portal.imports import REGISTRY
from portal.imports.rules import may_import
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.pages.web import by_day
from portal.rules import may_see_people


def _subject(ticket, asked):
    return gettext("for a channel by law") if ticket.is_statutory else ticket.subject


def _imports(asked):
    """A link to the import of workbooks, for those who may use it."""
    if not may_import(asked.user, REGISTRY["hotline"]):
        return []
    return [(gettext("Tickets of the 12345 hotline"), reverse("new_import", args=["hotline"]))]


TICKET_LIST = Listing(
    "neighbours:tickets",
    "neighbours/tickets/",
    _("Hotline tickets"),
    TICKETS_AT,
    by_day("noted_on"),
    area=Area.GOING_DOWN,
    may_see=rules.may_see_tickets,
    intro=_(
        "What the 12345 hotline gave out about these places, as it stands there. Nothing here is "
        "due, counted or compared; who called is not kept."
    ),
    columns=(
        Col(
            pgettext_lazy("hotline", "Ticket"),
            _subject,
            "number",
            "matter.number_label",
            link=True,
            bare=True,
        ),
        Col(_("Unit"), cells.either("unit.name", ""), "host_organ.label"),
        Col(pgettext_lazy("hotline", "Category"), "get_category_display", "category_said"),
        Col(pgettext_lazy("hotline", "Until"), "due_on", number=True),
        Col(pgettext_lazy("hotline", "What the hotline says"), "said", "given_on"),
        Col(pgettext_lazy("hotline", "Sent to"), "sent_to"),
        Col(
            pgettext_lazy("hotline", "Taken in"),
            "noted_on",
            number=True,
            sort="newest oldest",
        ),
    ),
    begin_label=pgettext_lazy("hotline", "Import"),
    beginnings=_imports,
    below=(Button(_("Categories of the hotline"), "neighbours:category_codes", may_see_people),),
    export=Export(
        TICKET_LEDGER,
        _("Export the list"),
        others={
            "results": (
                _("Export the results for the hotline"),
                RESULT_LEDGER,
                rules.may_see_tickets,
            )
        },
    ),
    empty=(
        Empty(
            _("No hotline tickets here"),
            _("The host of a place or the desk brings the list that the hotline gives out."),
        ),
    ),
)
