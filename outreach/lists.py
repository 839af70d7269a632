"""The two ledgers as lists that a person can shape."""

from django.utils.translation import gettext_lazy as _

from outreach.filters.matters import MatterFilter
from outreach.filters.visits import VisitFilter
from portal import lists
from portal.lists import Column

MATTERS, VISITS = "outreach:matters", "outreach:visits"

lists.register(
    MATTERS,
    _("Matter ledger"),
    columns=[
        Column("lead", _("Lead organ")),
        Column("state", _("State")),
        Column("word", _("The people's word")),
        Column("nature", _("Nature"), shown=False),
        Column("urgency", _("Urgency"), shown=False),
        Column("closed", _("Closed on"), shown=False),
    ],
    filters=MatterFilter.base_filters,
    state=("tab", "view", "sort"),
)
lists.register(
    VISITS,
    _("Diary"),
    columns=[
        Column("cadre", _("Cadre")),
        Column("matters", _("Matters")),
        Column("households", _("Households visited"), shown=False),
        Column("entered", _("Entered on"), shown=False),
    ],
    filters=VisitFilter.base_filters,
)
