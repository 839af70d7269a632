"""Needs and offers: lists, records, sheet."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from pairing.acts.needs import NEEDS, OFFERS, need_crumbs, offer_crumbs, visible_need, visible_offer
from pairing.models import Pairing, SupportItem
from pairing.rules import needs as rules
from portal.models.people import Skill

# --- Needs -------------------------------------------------------------------------------------


@require_safe
def help_need(request, pk):
    user, need = request.user, visible_need(request.user, pk)
    need.may_name = rules.may_read_name(user, need)
    helped = {"unit": need.unit, "household": None, "level": "unit"}
    if need.household_id:
        helped = {"household": need.household}
    helping = Pairing.objects.visible_to(user).running(user.today).filter(**helped)
    context = {
        "need": need,
        "state": need.state_on(user.today),
        "expertise": [Skill(code).label for code in need.expertise],
        # The help given for it.
        "items": SupportItem.objects.visible_to(user)
        .filter(need=need)
        .select_related("organ")
        .order_by("-promised_on", "-pk"),
        "helping": helping.select_related("organ", "cadre").order_by("-starts_on", "-pk"),
        "acts": NEEDS.buttons(user, need),
        "crumbs": need_crumbs(need),
    }
    return render(request, "pairing/help_need.html", context)


# --- Offers ------------------------------------------------------------------------------------


@require_safe
def help_resource(request, pk):
    user, resource = request.user, visible_offer(request.user, pk)
    helping = Pairing.objects.visible_to(user).running(user.today)
    context = {
        "resource": resource,
        "is_on_offer": resource.is_on_offer(user.today),
        "expertise": [Skill(code).label for code in resource.expertise],
        "helping_count": helping.filter(organ=resource.organ, level="unit").count(),
        "acts": OFFERS.buttons(user, resource),
        "crumbs": offer_crumbs(resource),
    }
    return render(request, "pairing/help_resource.html", context)
