"""Needs and offers: lists, records, sheet."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pairing.acts.needs import NEEDS, OFFERS, need_crumbs, offer_crumbs, visible_need, visible_offer
from pairing.filters.needs import (
    NEED_TABS,
    OFFER_TABS,
    NeedFilter,
    OfferFilter,
    needs_in,
    offers_in,
)
from pairing.ledgers.needs import UNMET_LEDGER
from pairing.models import Pairing, SupportItem
from pairing.rules import needs as rules
from portal import ledgers
from portal.access import Decision, require
from portal.models.people import Skill
from portal.roles import Permission
from portal.side_list import Area
from portal.web import Sort, counted, exact_total, listed, page_or_part, tabbed

OLDEST = Sort(gettext_lazy("oldest first"), "noted_on", descending=False)
NEWEST = Sort(gettext_lazy("newest first"), "noted_on")
SORTS = {"oldest": OLDEST, "newest": NEWEST}
OFFICIAL = Sort(gettext_lazy("official order"), ("organ__sort_order", "organ_id"), descending=False)


# --- Needs -------------------------------------------------------------------------------------


@require_safe
def help_needs(request):
    user = request.user
    require(rules.may_read_needs(user))
    tab = request.GET.get("tab")
    tab = tab if tab in NEED_TABS else "open"
    filtered = NeedFilter(request.GET, queryset=needs_in(tab, user), user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    # What waits longest stands first while somebody should still do something about it.
    default = "oldest" if tab in {"open", "run_out"} else "newest"
    sort = SORTS.get(request.GET.get("sort"), SORTS[default])
    tabs = tabbed(filtered, tab, NEED_TABS, sort)
    for one in tabs["tabs"]:
        if one["code"] == "run_out":
            one["count"] = counted(needs_in("run_out", user), up_to=999)[0]
    context = {
        **listed(request, rows.for_list(), sort),
        **tabs,
        "sorts": list(SORTS.items()),
        "today": user.today,
        "may_note": rules.may_note_needs(user),
        "may_export": user.holds(Permission.EXPORT) and tab == "open",
        "may_read_offers": rules.may_read_offers(user),
        "export_filters": [
            (k, v) for k, v in request.GET.items() if k in filtered.form.fields and v
        ],
        "crumbs": [Area.PAIRING.crumb, (_("Needs for help"), "")],
    }
    _name(context["page"], user)
    return page_or_part(request, "pairing/help_needs.html", "pairing/_help_need_rows.html", context)


def _name(needs, user):
    """Say whose household it is to those alone who may know it: of all rows in one query."""
    personal = [need for need in needs if need.household_id]
    own = set()
    if personal:
        running = Pairing.objects.open_to(user, user.today)
        own = set(
            running.filter(household__in=[need.household_id for need in personal])
            .values_list("household", flat=True)
        )  # fmt: skip
    for need in needs:
        need.may_name = need.household_id in own or user.holds(Permission.NOTE_HELP_NEEDS, on=need)


@require_safe
def help_need(request, pk):
    user, need = request.user, visible_need(request.user, pk)
    need.may_name = rules.may_read_name(user, need)
    helped = {"household": need.household} if need.household_id else {
        "unit": need.unit, "household": None, "level": "unit"
    }  # fmt: skip
    helping = Pairing.objects.visible_to(user).running(user.today).filter(**helped)
    context = {
        "need": need,
        "standing": need.standing(user.today),
        "expertise": [Skill(code).label for code in need.expertise],
        # What is done about it, from the items themselves.
        "items": SupportItem.objects.visible_to(user).filter(need=need).select_related("organ")
        .order_by("-promised_on", "-pk"),
        "helping": helping.select_related("organ", "cadre").order_by("-starts_on", "-pk"),
        "acts": NEEDS.buttons(user, need),
        "crumbs": need_crumbs(need),
    }  # fmt: skip
    return render(request, "pairing/help_need.html", context)


@require_POST
def export_help_needs(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(UNMET_LEDGER, filters=filters, by=request.user))


# --- Offers ------------------------------------------------------------------------------------


@require_safe
def help_resources(request):
    user = request.user
    require(rules.may_read_offers(user))
    tab = "past" if request.GET.get("tab") == "past" else "on"
    filtered = OfferFilter(request.GET, queryset=offers_in(tab, user), user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list(), OFFICIAL),
        **tabbed(filtered, tab, OFFER_TABS, OFFICIAL),
        "may_offer": rules.may_offer_help(user),
        "crumbs": [
            (_("Needs for help"), reverse("pairing:help_needs")), (_("Offers of help"), ""),
        ],
    }  # fmt: skip
    return page_or_part(
        request, "pairing/help_resources.html", "pairing/_help_resource_rows.html", context
    )


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
    }  # fmt: skip
    return render(request, "pairing/help_resource.html", context)
