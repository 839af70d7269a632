"""双报到: the record of a need and its pledges."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from outreach.acts.needs import NEEDS, crumbs, visible_need
from outreach.rules import needs as rules
from portal.pages.side_list import Area


@require_safe
def need(request, pk):
    user, need = request.user, visible_need(request.user, pk)
    arranges = rules.may_read_pledges(user, need)
    pledges = need.pledges.not_given_back().select_related("cadre", "organ", "confirmed_by")
    pledges = list(pledges.order_by("organ__sort_order", "cadre__sort_order", "pk"))
    for pledge in pledges:
        pledge.need = need
        pledge.confirming = rules.may_confirm(user, pledge)
        pledge.giving_back = rules.may_give_back(user, pledge)
    own = [pledge for pledge in pledges if pledge.cadre.user_id in user.identity_ids]
    context = {
        "need": need,
        "taken": need.taken,
        "is_open": need.is_open(user.today),
        "is_full": need.taken >= need.wanted,
        "pledges": pledges if arranges else own,
        "arranges": arranges,
        "acts": NEEDS.buttons(user, need),
        "crumbs": [Area.STAYS.crumb, *crumbs(need)],
    }
    return render(request, "outreach/need.html", context)
