"""The register of requests about personal data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.filters.privacy_requests import PRIVACY_AT
from oversight.rules import privacy_requests as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort


def _due(request, asked):
    return cells.until(request.due_on) if request.is_open else ""


PRIVACY_LIST = Listing(
    "oversight:privacy_requests",
    "privacy-requests/",
    _("Requests about personal data"),
    PRIVACY_AT,
    Sort(pgettext_lazy("oversight", "newest first"), "received_on"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_requests,
    intro=_("Who asked to see, copy, correct or erase what is kept of them, and the answer."),
    columns=(
        Col(pgettext_lazy("privacy", "Received"), "received_on", number=True),
        Col(pgettext_lazy("privacy", "Who"), "who", link=True, bare=True),
        Col(pgettext_lazy("privacy", "What is wanted"), "get_wish_display", "get_way_display"),
        Col(pgettext_lazy("privacy", "Answer until"), _due),
        Col(pgettext_lazy("privacy", "Entered by"), "registered_by.name", bare=True),
        state(),
    ),
    begin=Button(
        _("Enter a request about personal data"),
        "oversight:register_privacy_request",
        rules.may_register,
    ),
    empty=(
        Empty(
            _("No requests here"),
            _("What somebody asks about the data kept of them is entered here, with its answer."),
        ),
    ),
)
