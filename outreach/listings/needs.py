"""Needs of communities that cadres take up, and activities there."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.filters.needs import ACTIVITIES_AT, NEEDS_AT
from outreach.ledgers.needs import NEED_LEDGER
from outreach.models import NeedPledge
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort, by_day
from portal.roles import Permission as P
from portal.rules import may_see_people

SOONEST = Sort(_("soonest first"), "until", descending=False)
NEWEST = Sort(_("newest first"), "until")


def _mark_own(page, asked):
    own = NeedPledge.objects.not_given_back().filter(need__in=list(page), cadre__user=asked.user)
    own = set(own.values_list("need", flat=True))
    for need in page:
        need.is_mine = need.pk in own


def _by_whom(need, asked):
    if need.is_mine:
        return gettext("by you")
    return gettext("enough people") if need.taken >= need.wanted else ""


NEED_LIST = Listing(
    "outreach:needs",
    "needs/",
    _("Community needs"),
    NEEDS_AT,
    lambda asked: NEWEST if asked.tab == "past" else SOONEST,
    area=Area.STAYS,
    may_see=may_see_people,
    intro=_(
        "What communities near your organ ask for. Taking something up is voluntary; no hours are "
        "kept and nobody is compared."
    ),
    load=_mark_own,
    columns=(
        Col(_("Need"), "title", "get_job_display", link=True),
        Col(_("Community"), "unit.name", cells.above()),
        Col(_("When"), "when"),
        Col(_("Taken up by"), cells.said(_("%(n)s of %(all)s"), n="taken", all="wanted"), _by_whom),
        Col(
            _("Until"),
            "until",
            lambda need, asked: gettext("closed") if need.closed_on else "",
            number=True,
        ),
    ),
    buttons=(Button(_("Activities"), "outreach:activities"),),
    begin=Button(_("Publish a need"), "outreach:new_need", P.PUBLISH_NEEDS),
    # The sheet lists pledges, so the filters of needs (tab, kind of work) do not apply.
    export=Export(
        NEED_LEDGER, _("Export the sheet of needs taken up"), left_out=("tab", "job", "itself")
    ),
    empty=(
        Empty(
            _("You have taken nothing up"),
            _("That is all right. What is open stands under “Can be taken up”."),
            tab="mine",
        ),
        Empty(
            _("No needs here"),
            _("When a community publishes something, it stands here until its last day."),
            begins=True,
        ),
    ),
)


ACTIVITY_LIST = Listing(
    "outreach:activities",
    "activities/",
    _("Activities"),
    ACTIVITIES_AT,
    by_day("held_on"),
    way=((_("Community needs"), "outreach:needs"),),
    may_see=may_see_people,
    for_list=lambda rows, asked: rows.select_related("unit", "township", "host_organ"),
    heading=lambda asked: gettext("Public-benefit activities"),
    columns=(
        Col(_("Date"), "held_on", number=True, sort="newest oldest"),
        Col(_("Activity"), "title", "get_job_display", bare=True),
        Col(_("Community"), "unit.name", cells.above()),
        Col(_("How many came"), "head_count"),
    ),
    begin=Button(_("Note an activity"), "outreach:new_activity", P.PUBLISH_NEEDS),
    empty=(
        Empty(
            _("No activities here"),
            _("The host notes an activity afterwards: day, what, and how many came."),
        ),
    ),
)
