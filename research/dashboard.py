"""Research on the dashboard: each number links to the list that it counts, without ranking.

For an area these are topics with fieldwork there, for an organ those it leads.
"""

from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from outreach.overview.dashboard import Number
from research.filters import results as filters
from research.models import Advice, FoundProblem
from research.models.reports import TAKEN_UP, AdviceState


def research(scope, period):
    """Return counts of what was found and suggested in the period, and of what is waiting today."""
    today = scope.user.today
    problems = _rows(scope, FoundProblem)
    counted = problems.aggregate(
        found=Count("pk", filter=Q(found_on__range=(period.first, period.last))),
        in_ledger=Count(
            "pk", filter=Q(found_on__range=(period.first, period.last), matter__isnull=False)
        ),
    )
    raised = Q(raised_on__range=(period.first, period.last))
    late = Q(state=AdviceState.SENT, answer_by__lt=today)
    advice = _rows(scope, Advice).aggregate(
        raised=Count("pk", filter=raised),
        taken_up=Count("pk", filter=raised & Q(state__in=TAKEN_UP)),
        late=Count("pk", filter=late),
        look_back=Count("pk", filter=Q(look_back_on__lte=today)),
    )
    with filters.PROBLEMS_AT.reading():
        overdue = problems.unsettled().filter(due_on__lt=today).count()
    found = _days("found", period)
    said = _days("raised", period)

    def of(n, page, **query):
        return Number(n, f"{reverse(f'research:{page}')}?{urlencode(scope.query | query)}")

    return {
        "found": of(counted["found"], "found_problems", tab="all", **found),
        "in_ledger": of(
            counted["in_ledger"], "found_problems", tab="all", in_ledger="yes", **found
        ),
        "overdue": of(overdue, "found_problems", tab="overdue"),
        "raised": of(advice["raised"], "suggestions", tab="all", **said),
        "taken_up": of(advice["taken_up"], "suggestions", tab="taken_up", **said),
        "late": of(advice["late"], "suggestions", tab="sent", late="yes"),
        "look_back": of(advice["look_back"], "suggestions", tab="look_back"),
    }


def _rows(scope, noun):
    rows = noun.objects.visible_to(scope.user).order_by()
    return rows.filter(topic__in=filters.within(scope)) if scope.query else rows


def _days(name, period):
    return {f"{name}_from": period.first.isoformat(), f"{name}_to": period.last.isoformat()}
