"""Contact points of leaders, in the official order, never sorted by a figure."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pairing.filters.leading import OFFICIAL, POINTS_AT
from pairing.ledgers.leading import CONTACT_POINT_LEDGER
from pairing.rules import leading as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.rules import may_see_people


def _of_year(asked):
    return f"?year={asked.filter.shown_year}"


ENDED = cells.said(_("ended on %(day)s"), day="ended_on")
TAKE_OVER = Button(
    _("Take over last year's arrangement"),
    "pairing:take_over_contact_points",
    rules.may_arrange_points,
    query=_of_year,
)

CONTACT_POINTS = Listing(
    "pairing:contact_points",
    "contact-points/",
    _("Contact points of leaders"),
    POINTS_AT,
    OFFICIAL,
    area=Area.PAIRING,
    may_see=may_see_people,
    heading=lambda asked: (
        gettext("Contact points of leaders, %(year)s") % {"year": asked.filter.shown_year}
    ),
    columns=(
        Col(
            pgettext_lazy("contact points", "Leader"),
            "leader.name",
            cells.together("organ.label", "post"),
            link=True,
        ),
        Col(_("Contact point"), "place_label", "party_organization.name", ENDED),
        Col(_("Cooperating organs"), cells.names("cooperating")),
        Col(pgettext_lazy("contact points", "Planned"), "planned_visits", number=True),
        Col(_("Done"), "done", number=True),
        Col(_("Problem to be solved there"), "focus"),
    ),
    buttons=(
        Button(_("Print the arrangement"), "pairing:contact_points_print", keeps_query=True),
        TAKE_OVER,
    ),
    begin=Button(
        _("Arrange a contact point"),
        "pairing:new_contact_point",
        rules.may_arrange_points,
        query=_of_year,
    ),
    export=Export(CONTACT_POINT_LEDGER, _("Export the arrangement")),
    empty=(
        Empty(
            _("No contact points here"),
            _(
                "The office arranges to which village, community or enterprise each leader goes in "
                "a year. What was done is counted from the diaries."
            ),
            button=TAKE_OVER,
        ),
    ),
)
