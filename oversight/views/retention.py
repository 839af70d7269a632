"""Lists of destruction: page and sheet."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from oversight.acts.retention import DESTRUCTION, crumbs, visible_list
from oversight.ledgers.retention import DESTRUCTION_LEDGER
from portal.pages.side_list import Area
from portal.records.steps import history
from portal.roles import Permission as P
from portal.sheets import ledgers
from portal.trust.access import only, require

SHOWN = 200


@require_safe
def destruction_list(request, pk):
    user, listed = request.user, visible_list(request.user, pk)
    items = listed.items.order_by("dated_on", "pk")
    count = items.count()
    context = {
        "listed": listed,
        "items": items[:SHOWN],
        "count": count,
        "more": max(0, count - SHOWN),
        "may_export": user.holds(P.EXPORT),
        "steps": history(listed),
        "acts": DESTRUCTION.buttons(user, listed),
        "crumbs": [Area.ADMINISTRATION.crumb, *crumbs(listed)],
    }
    return render(request, "oversight/destruction_list.html", context)


@require_POST
def export_destruction(request, pk):
    user, listed = request.user, visible_list(request.user, pk)
    require(only(user.holds(P.EXPORT), _("Your roles may not export ledgers.")))
    filters = {"list": str(listed.pk)}
    return redirect(ledgers.start_export(DESTRUCTION_LEDGER, filters=filters, by=user))
