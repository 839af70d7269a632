"""Requests for data: the page, the portal's own requests, unadmitted requests."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oversight.acts.data_requests import (
    REQUESTS,
    UNADMITTED,
    crumbs,
    unadmitted_crumbs,
    visible_request,
    visible_unadmitted,
)
from oversight.own_requests import own_requests
from oversight.rules import data_requests as rules
from portal.pages.side_list import Area
from portal.records.steps import history
from portal.trust.access import require


@require_safe
def data_request(request, pk):
    user, record = request.user, visible_request(request.user, pk)
    items = list(record.items.order_by("place"))
    context = {
        "request_": record,
        "standing": record.standing(user.today),
        "items": items,
        "held": sum(bool(one.held_in) for one in items),
        "one_table": rules.one_table(user.today) if record.is_draft else "",
        "steps": history(record),
        "acts": REQUESTS.buttons(user, record),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(record)],
    }
    return render(request, "oversight/data_request.html", context)


@require_safe
def own(request):
    """The portal's own requests by notices, questionnaires and imports, this year so far."""
    user = request.user
    require(rules.may_see_requests(user))
    first = user.today.replace(month=1, day=1)
    context = {
        "rows": own_requests(user, first, user.today),
        "first": first,
        "last": user.today,
        "crumbs": [*crumbs(None, _("What this portal itself asks"))],
    }
    return render(request, "oversight/own_requests.html", context)


@require_safe
def unadmitted_request(request, pk):
    told = visible_unadmitted(request.user, pk)
    context = {
        "told": told,
        "acts": UNADMITTED.buttons(request.user, told),
        "crumbs": [Area.EVALUATION.crumb, *unadmitted_crumbs(told)],
    }
    return render(request, "oversight/unadmitted_request.html", context)
