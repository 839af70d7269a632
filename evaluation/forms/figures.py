"""Area and period of the numbers of evaluation."""

from outreach.overview.dashboard_forms import DashboardForm
from portal.roles import Permission


class EvaluationForm(DashboardForm):
    permission = Permission.READ_EVALUATION
