"""The first figures for hosts in outreach; apps above add theirs."""

from django.utils.translation import gettext_lazy as _

from outreach.filters.condolence import RECIPIENTS_AT
from outreach.filters.matters import MATTERS_AT
from outreach.filters.needs import NEEDS_AT
from outreach.filters.stays import STAYS_AT
from outreach.filters.visits import VISITS_AT
from outreach.models.condolence import RecipientCategory
from outreach.models.matters import Category
from outreach.models.visits import VisitMode
from outreach.overview.dashboard import period_of
from outreach.overview.first_page import register
from portal.listings.places import UNIT_LIST
from portal.roles import Permission as P


def always(**query):
    return lambda on: query


def since(kind, first, **query):
    """Return a query that starts on the first day of this month or quarter."""
    return lambda on: query | {first: period_of(kind, on).first.isoformat()}


def _matters(code, label, **query):
    query = always(**{"tab": "all"} | query)
    register(code, label, "outreach:matters", MATTERS_AT, query, P.READ_MATTERS)


def _visits(code, label, query):
    register(code, label, "outreach:visits", VISITS_AT, query, P.READ_VISITS)


_matters("open", _("Matters still open"), open="any")
_matters("overdue", _("Matters overdue"), due="overdue")
_matters("call_back", _("Waiting for call-back"), tab="call_back")
_matters(
    "surroundings", _("Living environment, still open"), open="any", category=Category.ENVIRONMENT
)
_matters(
    "business", _("Services for enterprises, still open"), open="any", category=Category.BUSINESS
)
_matters(
    "policies", _("Subsidies and policies, still open"), open="any", category=Category.SUBSIDIES
)
_matters("party_matters", _("Party building, still open"), open="any", category=Category.PARTY)
_visits("visits", _("Visits this month"), since("month", "visited_from"))
_visits(
    "shifts",
    _("Work on the shift this quarter"),
    since("quarter", "visited_from", mode=VisitMode.SHIFT),
)
register(
    "stays",
    _("On a stay now"),
    "outreach:stays",
    STAYS_AT,
    always(tab="running"),
    P.READ_STAYS,
)
register(
    "needs",
    _("Needs published"),
    "outreach:needs",
    NEEDS_AT,
    always(tab="open"),
    P.PUBLISH_NEEDS,
)
register(
    "pledges",
    _("Needs taken up, to be confirmed"),
    "outreach:needs",
    NEEDS_AT,
    always(tab="confirm"),
    P.PUBLISH_NEEDS,
)
register(
    "hardship",
    _("Workers in hardship to be visited"),
    "outreach:condolence_recipients",
    RECIPIENTS_AT,
    always(tab="waiting", category=RecipientCategory.WORKER),
    P.READ_VISITS,
)
register(
    "without_party",
    _("Without a Party organisation"),
    "units",
    UNIT_LIST.address,
    always(tab="no_party"),
    P.SEE_PEOPLE,
    is_of_unit=False,
    is_of_units=True,
)
