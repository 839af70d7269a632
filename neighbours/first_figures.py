"""First figures for hosts of communities: reports of branches and hotline tickets."""

from django.utils.translation import gettext_lazy as _

from neighbours.filters.hotline import TICKETS_AT
from neighbours.filters.reports import REPORTS_AT
from outreach.overview.first_figures import always, since
from outreach.overview.first_page import register
from portal.roles import Permission as P

register(
    "reports",
    _("Branches that reported, in force"),
    "neighbours:branch_reports",
    REPORTS_AT,
    always(tab="confirmed"),
    P.PUBLISH_NEEDS,
)
register(
    "tickets",
    _("Hotline tickets this month"),
    "neighbours:tickets",
    TICKETS_AT,
    since("month", "from_day", tab="all"),
    P.READ_MATTERS,
)
