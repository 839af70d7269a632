"""双报到: needs of communities, who takes them up, what was done; activities."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from outreach.acts.needs import NEEDS, visible_need
from outreach.filters.needs import ActivityFilter, NeedFilter, in_tab, tabs_for
from outreach.ledgers.needs import NEED_LEDGER
from outreach.models import CommunityActivity, NeedPledge
from outreach.rules import needs as rules
from portal import ledgers
from portal.access import Decision, require
from portal.roles import Permission
from portal.side_list import Area
from portal.web import Sort, exact_total, listed, page_or_part

SOONEST = Sort(gettext_lazy("soonest first"), "until", descending=False)
NEWEST = Sort(gettext_lazy("newest first"), "until")
ACTIVITIES = Sort(gettext_lazy("newest first"), "held_on")


def _may_read(user):
    if not user.holds(Permission.SEE_PEOPLE):
        require(Decision(_("Needs are open to those who work with places and people.")))


@require_safe
def needs(request):
    user = request.user
    _may_read(user)
    tabs = tabs_for(user)
    tab = request.GET.get("tab") if request.GET.get("tab") in tabs else "open"
    filtered = NeedFilter(request.GET, queryset=in_tab(tab, user), user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    sort = NEWEST if tab == "past" else SOONEST
    shown = listed(request, rows.for_list(), sort)
    own = set(
        NeedPledge.objects.standing()
        .filter(need__in=[need.pk for need in shown["page"]], cadre__user=user)
        .values_list("need", flat=True)
    )
    for need in shown["page"]:
        need.is_mine = need.pk in own
    context = {
        **shown,
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab} for code, label in tabs.items()
        ],
        "sorts": [(tab, sort)],
        "sort": sort,
        "may_export": user.holds(Permission.EXPORT),
        "may_publish": user.holds(Permission.PUBLISH_NEEDS),
        "crumbs": [Area.STAYS.crumb, (_("Community needs"), "")],
    }
    return page_or_part(request, "outreach/needs.html", "outreach/_need_rows.html", context)


@require_safe
def need(request, pk):
    user, need = request.user, visible_need(request.user, pk)
    standing = need.pledges.standing().select_related("cadre", "organ", "confirmed_by")
    arranges = rules.may_read_pledges(user, need)
    pledges = list(standing.order_by("organ__sort_order", "cadre__sort_order", "pk"))
    for pledge in pledges:
        pledge.need = need
        pledge.confirming = rules.may_confirm(user, pledge)
        pledge.giving_back = rules.may_give_back(user, pledge)
    own = [pledge for pledge in pledges if pledge.cadre.user_id in user.identity_ids]
    context = {
        "need": need,
        "taken": len(pledges),
        "is_open": need.is_open(user.today),
        "is_full": len(pledges) >= need.wanted,
        "pledges": pledges if arranges else own,
        "arranges": arranges,
        "acts": NEEDS.buttons(user, need),
        "crumbs": [
            Area.STAYS.crumb, (_("Community needs"), reverse("outreach:needs")),
            (need.title, ""),
        ],
    }  # fmt: skip
    return render(request, "outreach/need.html", context)


@require_POST
def export_needs(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    names = {"area", "organ", "host", "unit", "pledged_from", "pledged_to"}
    filters = {k: v for k, v in request.POST.items() if k in names and v}
    return redirect(ledgers.start_export(NEED_LEDGER, filters=filters, by=request.user))


# --- Activities --------------------------------------------------------------------------------


@require_safe
def activities(request):
    user = request.user
    _may_read(user)
    filtered = ActivityFilter(
        request.GET, queryset=CommunityActivity.objects.visible_to(user), user=user
    )
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.select_related("unit", "township"), ACTIVITIES),
        "filter": filtered,
        "sorts": [("newest", ACTIVITIES)],
        "sort": ACTIVITIES,
        "may_publish": user.holds(Permission.PUBLISH_NEEDS),
        "crumbs": [
            (_("Community needs"), reverse("outreach:needs")), (_("Activities"), ""),
        ],
    }  # fmt: skip
    return page_or_part(
        request, "outreach/activities.html", "outreach/_activity_rows.html", context
    )
