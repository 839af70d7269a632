"""民情分析会: record and sheet on paper."""

from django.db.models import Count
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from outreach.acts.meetings import crumbs, visible_meeting
from outreach.figures import MATTERS
from outreach.models import Matter, MeetingItem
from outreach.models.matters import Category
from outreach.overview.dashboard import Number, month_end
from outreach.rules import whole as rules
from portal import uses
from portal.pages.side_list import Area
from portal.pages.web import sheet_page
from portal.roles import Permission as P
from portal.sheets import figures, ledgers

# Links offered by apps above beside a recurring category: (label, URL name, permission). The
# category is added to the URL.
CATEGORY_STARTS = []
# 共性: how many of the most frequent categories are shown, in the order of the categories.
COMMON = 5
# Places named per category, among those that raised it more than once.
SHARED = 3


def _pack(user, meeting):
    """Context shared by the page and the sheet."""
    items = meeting.items.select_related(
        "meeting", "matter__unit", "matter__township", "matter__host_organ", "matter__lead_organ"
    ).order_by("matter__lead_organ__sort_order", "due_on", "pk")
    by_heading = {heading: [] for heading in MeetingItem.Heading}
    for item in items:
        by_heading[item.heading].append(item)
    scope = meeting.scope_of(user)
    days = meeting.month, month_end(meeting.month)
    registered = figures.counts(MATTERS, scope, first=days[0], last=days[1])
    most = sorted(category for category, _n in registered.most_common(COMMON))
    shared = _shared(scope, days, most)
    common = [
        (
            one,
            Number(registered[one], MATTERS.address(scope, *days, part=one.value)),
            shared.get(one, []),
        )
        for one in map(Category, most)
    ]
    decisions = meeting.decisions.select_related("organ", "recorded_by", "withdrawn_by")
    return {
        "meeting": meeting,
        "common": common,
        "registered": Number(registered.total(), MATTERS.address(scope, *days)),
        "headings": [(heading.label, rows) for heading, rows in by_heading.items()],
        "decisions": decisions.prefetch_related("matters").order_by("pk"),
    }


def _shared(scope, days, categories):
    """{category: [(place, Number)]}: where it was raised more than once in these days, the most
    frequent first."""
    rows = scope.rows(Matter, P.READ_MATTERS).filter(
        registered_on__range=days, category__in=categories
    )
    rows = rows.order_by().values_list("category", "unit", "unit__name", "township__name")
    found = {}
    for category, unit, name, town, n in (
        rows.annotate(n=Count("pk")).filter(n__gt=1).order_by("category", "-n", "unit")
    ):
        places = found.setdefault(category, [])
        if len(places) < SHARED:
            address = MATTERS.address(scope, *days, part=category, unit=unit)
            places.append((" ".join(filter(None, (town, name))), Number(n, address)))
    return found


@require_safe
def meeting(request, pk):
    meeting = visible_meeting(request.user, pk)
    pack = _pack(request.user, meeting)
    context = {
        **pack,
        "starts": [
            (label, reverse(name))
            for label, name, permission in CATEGORY_STARTS
            if uses.is_open(name) and request.user.holds(permission)
        ],
        "taking_back": [
            one.pk for one in pack["decisions"] if rules.may_withdraw_decision(request.user, one)
        ],
        "may_decide": rules.may_record_decision(request.user, meeting),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(meeting)],
    }
    return render(request, "outreach/meeting.html", context)


@require_safe
def print_meeting(request, pk):
    meeting = visible_meeting(request.user, pk)

    def context():
        office = ledgers.office_signed_as(on=request.user.today)
        pack = _pack(request.user, meeting)
        pack["decisions"] = [one for one in pack["decisions"] if not one.withdrawn_at]
        return {**pack, "office": office}

    return sheet_page(request, "outreach/slips/meeting.html", context)
