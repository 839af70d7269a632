"""The status page of the portal."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import rules
from portal.pages import condition
from portal.pages.side_list import Area
from portal.trust.access import require


@require_safe
def show_condition(request):
    require(rules.may_see_condition(request.user))
    now = timezone.now()
    rows = condition.lines_for(request.user, at=now)
    context = {
        "rows": rows,
        "troubles": sum(not row["is_well"] for row in rows),
        "at": now,
        "crumbs": [Area.ADMINISTRATION.crumb, (_("How the portal is doing"), "")],
    }
    return render(request, "portal/condition.html", context)
