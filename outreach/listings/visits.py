"""The diary."""

from operator import attrgetter

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.filters.visits import VISITS_AT
from outreach.ledgers.visits import VISIT_LEDGER
from outreach.models import Matter
from outreach.rules.visits import may_write_visits
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, reading
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.records.seen import values_of

SORTS = {
    "newest": Sort(_("newest first"), "visited_on"),
    "oldest": Sort(_("oldest first"), "visited_on", descending=False),
}


@values_of("visit")
def _matters_of(user):
    return Matter.objects.visible_to(user).order_by().values_list("visit").annotate(Count("pk"))


def _count_matters(page, asked):
    """Add to each visit the number of matters visible to the reader."""
    found = dict(_matters_of(asked.user, [one.pk for one in page]))
    for visit in page:
        visit.matter_count = found.get(visit.pk, 0)


def _some(number):
    """A cell with a number, blank for zero."""
    count = attrgetter(number)
    return lambda row, asked: count(row) or ""


def _seen(visit, asked):
    return cells.short(visit.summary, 60)


def _purposes(visit, asked):
    return cells.joined(" · ", visit.purpose_labels)


def _doors(asked):
    return gettext("%(n)s doors visited") % {"n": asked.rows.door_count()}


VISIT_LIST = Listing(
    "outreach:visits",
    "visits/",
    _("Diary"),
    VISITS_AT,
    SORTS,
    area=Area.GOING_DOWN,
    keeps_filters=True,
    for_list=reading(
        "visited_on summary mode purposes group household_count created_at confirmation",
        township="name",
        host_organ="name short_name",
        unit="name kind",
        author="name",
        organ="name short_name",
    ),
    load=_count_matters,
    columns=(
        Col(_("Date"), "visited_on", number=True, sort="newest oldest"),
        Col(
            _("What was seen and heard"),
            _seen,
            "get_mode_display",
            _purposes,
            "get_confirmation_display",
            link=True,
            bare=True,
        ),
        Col(_("Place"), cells.together(cells.above(), "unit.name", "group"), bare=True),
        Col(_("Cadre"), "author.name", "organ.label", code="cadre", bare=True),
        Col(_("Matters"), _some("matter_count"), code="matters"),
        Col(_("Households visited"), _some("household_count"), code="households", shown=False),
        Col(_("Entered on"), "created_at", code="entered", shown=False, number=True),
    ),
    sums=_doors,
    begin=Button(_("Write down a visit"), "outreach:new_visit", may_write_visits),
    export=Export(VISIT_LEDGER, _("Export the register")),
    empty=(
        Empty(
            _("No visits here"),
            _("Nothing matches. Write down a visit: date, place and content are enough."),
            begins=True,
        ),
    ),
)
