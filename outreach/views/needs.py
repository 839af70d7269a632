"""双报到: needs of communities, who takes them up, what was done; activities."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import needs as actions
from outreach.filters.needs import ActivityFilter, NeedFilter, in_tab, tabs_for
from outreach.forms.needs import ActivityForm, ConfirmPledgeForm, NeedForm
from outreach.ledgers.needs import NEED_LEDGER
from outreach.models import CommunityActivity, CommunityNeed, NeedPledge
from outreach.rules import needs as rules
from portal import ledgers
from portal.access import Decision, Permission, require
from portal.seen import seen
from portal.side_list import Area
from portal.web import (
    Sort,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
)

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


@seen
def _visible(user):
    return CommunityNeed.objects.visible_to(user).select_related(
        "unit", "township", "organ", "host_organ", "published_by"
    )


def _crumbs(need, here):
    return [
        (_("Community needs"), reverse("outreach:needs")),
        (need.title, need.get_absolute_url()),
        (here, ""),
    ]


@require_safe
def need(request, pk):
    user, need = request.user, _visible(request.user, pk)
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
        "acts": _acts(user, need),
        "crumbs": [
            Area.STAYS.crumb, (_("Community needs"), reverse("outreach:needs")),
            (need.title, ""),
        ],
    }  # fmt: skip
    return render(request, "outreach/need.html", context)


def _acts(user, need):
    acts = [
        ("take_up", _("Take it up"), rules.may_take_up, {"post": True}),
        ("close_need", _("Nobody more is wanted"), rules.may_close_need, {"post": True}),
    ]
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, need)
        if decision or not isinstance(decision, rules.NotYours | rules.NotNow):
            url = reverse(f"outreach:{name}", args=[need.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
def new_need(request):
    require(rules.may_publish_needs(request.user))
    form = NeedForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        return redirect(actions.publish_need(by=request.user, at=timezone.now(), **form.content()))
    here = _("Publish a need")
    return form_page(
        request, form, title=here, submit_label=_("Publish"),
        intro=_("What the residents' committee asks for. Cadres nearby see it and take it up if "
                "they like; nobody is told to."),
        cancel_url=reverse("outreach:needs"),
        crumbs=[(_("Community needs"), reverse("outreach:needs")), (here, "")],
    )  # fmt: skip


@require_POST
def close_need(request, pk):
    need = _visible(request.user, pk)
    actions.close_need(need=need, by=request.user, at=timezone.now())
    return redirect(need)


@require_POST
def take_up(request, pk):
    need = _visible(request.user, pk)
    actions.take_up(need=need, by=request.user, at=timezone.now())
    messages.info(
        request, _("Taken up. If something comes between, give it back; no reason is asked.")
    )
    return redirect(need)


@seen
def _pledge(user):
    return NeedPledge.objects.visible_to(user).select_related("need__unit", "cadre")


@require_POST
def give_back(request, pk):
    pledge = _pledge(request.user, pk)
    actions.give_back(pledge=pledge, by=request.user, at=timezone.now())
    return redirect(pledge.need)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_pledge(request, pk):
    pledge = _pledge(request.user, pk)
    require(rules.may_confirm(request.user, pledge))
    form = ConfirmPledgeForm(
        posted(request), user=request.user, pledge=pledge,
        initial={"served_on": min(pledge.need.until, request.user.today)},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        actions.confirm_pledge(pledge=pledge, by=request.user, at=timezone.now(), **form.content())
        return redirect(pledge.need)
    here = _("Confirm")
    return form_page(
        request, form, title=f"{pledge.cadre.name} · {pledge.need.title}", submit_label=here,
        intro=_("That it was done, with a word of the community. No hours are kept."),
        cancel_url=pledge.need.get_absolute_url(), crumbs=_crumbs(pledge.need, here),
    )  # fmt: skip


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


@require_http_methods(["GET", "HEAD", "POST"])
def new_activity(request):
    require(rules.may_publish_needs(request.user))
    form = ActivityForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        actions.note_activity(by=request.user, at=timezone.now(), **form.content())
        return redirect("outreach:activities")
    here = _("Note an activity")
    return form_page(
        request, form, title=here, submit_label=_("Note it"),
        intro=_("Day, what, and how many came; no names and no photos are asked."),
        cancel_url=reverse("outreach:activities"),
        crumbs=[(_("Activities"), reverse("outreach:activities")), (here, "")],
    )  # fmt: skip
