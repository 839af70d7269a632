"""Area and period of the truth of closures."""

from outreach.overview.dashboard_forms import DashboardForm
from portal.roles import Permission


class ClosuresForm(DashboardForm):
    permission = Permission.READ_INSPECTIONS
