"""Campaigns, each with how many of its units are visited."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach import progress
from outreach.filters.campaigns import CAMPAIGNS_AT
from outreach.ledgers.campaigns import CAMPAIGN_LEDGER
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P
from portal.rules import may_see_people

NEWEST = {"newest": Sort(_("newest first"), "starts_on")}
SOONEST = {"soonest": Sort(_("soonest first"), "starts_on", descending=False)}
# Organs named in a row; if there are more, the total is added.
NAMED = 4


def _count_units(page, asked):
    for one, (units, reached) in progress.units_of_each(page).items():
        one.unit_count, one.reached_count = units, reached


def _organs(campaign, asked):
    return gettext(", ").join(organ.label for organ in campaign.organs.all()[:NAMED])


def _organ_count(campaign, asked):
    n = len(campaign.organs.all())
    return ngettext("%(n)s organ", "%(n)s organs", n) % {"n": n} if n > NAMED else ""


CAMPAIGN_LIST = Listing(
    "outreach:campaigns",
    "campaigns/",
    _("Campaigns"),
    CAMPAIGNS_AT,
    lambda asked: SOONEST | NEWEST if asked.tab == "ahead" else NEWEST | SOONEST,
    area=Area.STAYS,
    may_see=may_see_people,
    counts={"running": lambda asked: asked.number_in("running")},
    load=_count_units,
    columns=(
        Col(
            _("From and to"),
            "starts_on",
            cells.said(_("to %(last)s"), last="ends_on"),
            number=True,
            sort="newest soonest",
        ),
        Col(
            _("Name of the campaign"),
            "title",
            "organizer.label",
            "get_kind_display",
            link=True,
            bare=True,
        ),
        Col(_("Organs taking part"), _organs, _organ_count),
        Col(
            _("Units visited"),
            cells.said(_("%(n)s of %(all)s"), n="reached_count", all="unit_count"),
        ),
        Col(_("State"), cells.stands, bare=True),
    ),
    begin=Button(_("Plan a campaign"), "outreach:new_campaign", P.MANAGE_CAMPAIGNS),
    export=Export(
        CAMPAIGN_LEDGER,
        _("Export the plan of campaigns"),
        tabs=("running", "ahead", "closed", "all"),
    ),
    empty=(
        Empty(
            _("No drafts"),
            _(
                "A campaign is a draft until it is announced; hints say what it would cost the "
                "villages."
            ),
            tab="drafts",
        ),
        Empty(
            _("No campaigns here"),
            _(
                "A campaign says which units are visited when and by whom; how far it has come is "
                "counted from the visits."
            ),
            begins=True,
        ),
        Empty(
            _("No campaigns here"),
            _(
                "Campaigns in which your organ takes part, or that come to your villages, stand "
                "here."
            ),
        ),
    ),
)
