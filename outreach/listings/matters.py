"""The matter ledger."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.filters.matters import MATTERS_AT
from outreach.forms.matters import with_number
from outreach.ledgers.matters import MATTER_LEDGER
from outreach.models.matters import handled_organ_ids
from outreach.moves import DONE
from portal.days import workdays
from portal.pages import cells
from portal.pages.listings import Bulk, Button, Col, Empty, Export, Listing, reading
from portal.pages.side_list import Area
from portal.pages.web import Sort, address_with
from portal.roles import Permission as P
from portal.tools import asked as asked_for

NEWEST = Sort(_("newest first"), "registered_on")
OLDEST = Sort(_("oldest first"), "registered_on", descending=False)
BY_DEADLINE = Sort(_("by deadline"), "due_on", descending=False)
ALL = Button(_("Show all"), "outreach:matters", query=lambda asked: "?tab=all")
# The most digits taken as a number without year.
LONGEST_TAIL = 6
CALENDAR_GAP = _(
    "The holidays of %(calendar_gap)s are not published here yet: deadlines there count Monday to "
    "Friday until the office uploads the calendar."
)


def _sorts(asked):
    """Sort the waiting tab by deadline by default, other tabs by newest."""
    newest, due = {"newest": NEWEST}, {"due": BY_DEADLINE}
    first = due | newest if asked.tab == "waiting" else newest | due
    return first | {"oldest": OLDEST}


def _jump(request):
    """Redirect to the matter with a number, or with these digits in this year or the last; to the
    search if several counties have it. A day stays in the list."""
    number = request.GET.get("jump", "").strip()
    if not number or asked_for.day(number):
        return None
    is_tail = asked_for.whole_number(number) is not None and len(number) <= LONGEST_TAIL
    year = request.user.today.year
    full = [f"MQ{one}-{number}" for one in (year, year - 1)] if is_tail else [number]
    found = next(filter(None, (list(with_number(request.user, one)[:2]) for one in full)), [])
    number = full[0]
    if len(found) > 1:
        return redirect(f"{reverse('search')}?{urlencode({'q': number})}")
    if found:
        return redirect(found[0])
    messages.warning(request, gettext("No matter within your area has this number."))
    return redirect(f"{reverse('outreach:matters')}{address_with(request.GET)}")


def _calendar_gap(asked):
    """A warning for those who can upload the calendar; others see it on the page of working
    days."""
    if not asked.user.holds(P.SET_PARAMETERS):
        return None
    year = workdays.unpublished_year_near(asked.today)
    return year and format_html(
        '{} <a href="{}?year={}">{}</a>',
        CALENDAR_GAP % {"calendar_gap": year},
        reverse("workdays"),
        year,
        gettext("Upload it"),
    )


def _acts(asked):
    acts = []
    if asked.user.holds(P.HOST_MATTERS):
        acts.append((gettext("Take them up"), reverse("outreach:bulk", args=["take_up"])))
    if handled_organ_ids(asked.user):
        acts.append((gettext("Sign for them"), reverse("outreach:bulk", args=["sign"])))
    if asked.user.holds(P.ASSIGN_MATTERS):
        acts.append((gettext("Assign them"), reverse("outreach:bulk", args=["assign"])))
    if asked.user.holds(P.CONFIRM_REQUESTS):
        acts.append((gettext("Confirm them"), reverse("outreach:bulk", args=["confirm"])))
    return acts


def _state(matter, asked):
    state = cells.matter_state(matter, asked)
    if not matter.is_chased:
        return state
    mark = f"{DONE['chase']} {cells.day(matter.chased_on, asked.today)}"
    return format_html('{} <span class="told">{}</span>', state, mark)


def _deadline(matter, asked):
    today = asked.today
    day = cells.day(matter.due_on, today) if matter.due_on else ""
    return cells.under(cells.deadline(matter, today), day)


MATTER_LIST = Listing(
    "outreach:matters",
    "matters/",
    _("Matter ledger"),
    MATTERS_AT,
    _sorts,
    area=Area.GOING_DOWN,
    keeps_filters=True,
    jump=_jump,
    for_list=reading(
        "number number_year old_number title category registered_on source due_on due_at "
        "original_due_on chased_on status stage closure closed_on answered_on reopen_count word "
        "nature urgency",
        registered_by="name",
        township="name",
        host_organ="name short_name",
        unit="name kind",
        lead_organ="name short_name",
    ),
    counted=("waiting", "handling", "call_back", "closed"),
    hint=_calendar_gap,
    columns=(
        Col(
            _("Number"),
            "number_label",
            cells.said(_("old %(number)s"), number="old_number"),
            number=True,
        ),
        Col(
            _("Matter"),
            "title",
            "get_category_display",
            "get_source_display",
            "registered_by.name",
            link=True,
            bare=True,
        ),
        Col(_("Place"), cells.together(cells.above(), "unit.name"), bare=True),
        Col(_("Lead organ"), "lead_organ.label", code="lead"),
        Col(
            _("Registered on"),
            "registered_on",
            code="registered",
            number=True,
            sort="newest oldest",
        ),
        Col(_("Deadline"), _deadline, bare=True, sort="due"),
        Col(_("State"), _state, code="state", bare=True),
        Col(_("The people's word"), "get_word_display", code="word"),
        Col(_("Nature"), "get_nature_display", code="nature", shown=False),
        Col(_("Urgency"), "get_urgency_display", code="urgency", shown=False),
        Col(_("Closed on"), "closed_on", code="closed", shown=False, number=True),
    ),
    begin=Button(_("Register a matter"), "outreach:new_matter", P.REGISTER_MATTERS),
    export=Export(MATTER_LEDGER, _("Export the ledger")),
    bulk=Bulk(_("Ticked matters:"), lambda matter: matter.number_label, _acts),
    empty=(
        Empty(
            _("Nothing waits for you"),
            _("Matters appear here when your organ is to take them up, sign, review or confirm."),
            tab="waiting",
            button=ALL,
        ),
        Empty(
            _("No matters here"),
            _("Nothing has been registered yet within your roles."),
            tab="all",
            when=lambda asked: not asked.chips,
            button=Button(_("Why a list is empty"), "help", query=lambda asked: "#empty"),
        ),
        Empty(
            _("No matters here"),
            _("Nothing matches. A visit that found no problems is never held against anybody."),
            button=ALL,
        ),
    ),
)
