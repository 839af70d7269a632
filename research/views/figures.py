"""Research on the dashboard."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.overview.dashboard_forms import DashboardForm
from outreach.views.dashboard import dashboard_part
from portal.tools.replica import reads_at_replica
from portal.trust.access import require
from research import dashboard as board
from research.rules.figures import may_see_numbers


@require_safe
@reads_at_replica
def research_dashboard(request):
    require(may_see_numbers(request.user))
    form = DashboardForm(request.GET, user=request.user)
    form.is_valid()
    numbers = board.research(form.scope, form.days)
    part = "research/_dashboard.html"
    return dashboard_part(request, form, _("Research"), part, numbers, days=form.days)
