"""The truth of closures on the leader's page."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.views.dashboard import dashboard_part
from oversight.closures import figures
from oversight.forms.closures import ClosuresForm
from oversight.rules import inspections as rules
from portal.tools.replica import reads_at_replica
from portal.trust.access import require


@require_safe
@reads_at_replica
def closures_dashboard(request):
    require(rules.may_see_closures(request.user))
    form = ClosuresForm(request.GET, user=request.user)
    form.is_valid()
    found = figures.of_period(form.scope, form.days)
    return dashboard_part(
        request,
        form,
        _("The truth of closures"),
        "oversight/_closures_dashboard.html",
        {"found": found},
        days=form.days,
    )
