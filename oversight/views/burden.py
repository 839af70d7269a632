"""The burden panel."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.overview import dashboard as board
from outreach.overview.dashboard_forms import scope_label
from oversight import burden as counting
from oversight.forms.burden import BurdenForm
from oversight.rules import data_requests as rules
from portal.pages.side_list import Area
from portal.roles import Permission as P
from portal.tools.replica import reads_at_replica
from portal.trust.access import require


@require_safe
@reads_at_replica
def burden_panel(request):
    """What villages are asked: by the organs of an area, and by this portal."""
    user = request.user
    require(rules.may_see_burden(user))
    form = BurdenForm(request.GET, user=user)
    form.is_valid()
    scope, days = form.scope, form.days
    context = {
        "form": form,
        "days": days,
        "scope_label": scope_label(scope),
        "costs": board.costs(scope, days, board.counts_of(scope, days)),
        "asked": counting.asked(scope, days),
        "portal": counting.of_the_portal(user, days),
        "forms": counting.forms(),
        "sheets": counting.sheets(),
        "by_organ": user.holds(P.READ_EVALUATION),
        "crumbs": [Area.EVALUATION.crumb, (_("Burden on villages"), "")],
    }
    return render(request, "oversight/burden.html", context, status=422 if form.errors else 200)
