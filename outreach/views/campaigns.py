"""Campaigns: list, record with its progress, planning, announcing, closing, print, sheet."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import planning, progress
from outreach.actions import campaigns as actions
from outreach.filters.campaigns import TABS, CampaignFilter, in_tab
from outreach.forms.campaigns import CampaignForm, CampaignUnitForm, CloseCampaignForm
from outreach.ledgers.campaigns import CAMPAIGN_LEDGER
from outreach.models import Campaign, CampaignUnit
from outreach.rules import campaigns as rules
from portal import ledgers
from portal.access import Decision, Permission, require
from portal.seen import seen
from portal.side_list import Area
from portal.web import (
    Sort,
    counted,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    sheet_page,
)

NEWEST = Sort(gettext_lazy("newest first"), "starts_on")
SORTS = {"ahead": Sort(gettext_lazy("soonest first"), "starts_on", descending=False)}
UNIT_ORDER = Sort(
    gettext_lazy("official order"),
    ("unit__host_organ__sort_order", "unit__host_organ_id", "unit__sort_order"),
    descending=False,
)
REACHED = {"": gettext_lazy("All units"), "no": gettext_lazy("Not visited yet"),
           "yes": gettext_lazy("Visited already")}  # fmt: skip


def _may_read(user):
    if not user.holds(Permission.SEE_PEOPLE):
        require(Decision(_("Campaigns are open to those who work with places and people.")))


@require_safe
def campaigns(request):
    user = request.user
    _may_read(user)
    running = counted(in_tab("running", user), up_to=999)[0]
    may_plan = user.holds(Permission.MANAGE_CAMPAIGNS)
    tabs = {code: label for code, label in TABS.items() if code != "drafts" or may_plan}
    tab = request.GET.get("tab")
    if tab not in tabs:
        tab = "running" if running else "all"
    filtered = CampaignFilter(request.GET, queryset=in_tab(tab, user), user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    sort = SORTS.get(tab, NEWEST)
    shown = listed(request, rows.for_list(), sort)
    for one, (units, reached) in progress.units_of_each(shown["page"]).items():
        one.unit_count, one.reached_count = units, reached
    context = {
        **shown,
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab,
             "count": running if code == "running" else None}
            for code, label in tabs.items()
        ],
        "sorts": [(tab, sort)],
        "sort": sort,
        "may_export": user.holds(Permission.EXPORT) and tab != "drafts",
        "may_plan": may_plan,
        "crumbs": [Area.STAYS.crumb, (_("Campaigns"), "")],
    }  # fmt: skip
    return page_or_part(request, "outreach/campaigns.html", "outreach/_campaign_rows.html", context)


@seen
def _visible(user):
    return Campaign.objects.visible_to(user).select_related("organizer__division", "written_by")


def _crumbs(campaign, here):
    return [
        (_("Campaigns"), reverse("outreach:campaigns")),
        (campaign.title, campaign.get_absolute_url()),
        (here, ""),
    ]


@require_safe
def campaign(request, pk):
    user, campaign = request.user, _visible(request.user, pk)
    plans = rules.may_change_campaign(user, campaign)
    reached = request.GET.get("reached")
    rows = campaign.units.with_reached().select_related("unit__host_organ", "going")
    if reached in {"yes", "no"}:
        rows = rows.filter(is_reached=reached == "yes")
    units = listed(request, rows.prefetch_related("cadres", "households"), UNIT_ORDER)
    progress.unit_rows(units["page"], campaign, user)
    context = {
        **units,
        "campaign": campaign,
        "standing": campaign.stands(user.today),
        "progress": progress.progress(campaign, user),
        "organs": progress.by_organ(campaign, user),
        "steps": campaign.steps.select_related("by").order_by("-at", "-pk"),
        "hints": planning.hints(campaign, on=user.today) if plans and campaign.is_draft else [],
        "plans": plans,
        "reached_tabs": [
            {"code": code, "label": label, "current": code == (reached or "")}
            for code, label in REACHED.items()
        ],
        "acts": _acts(user, campaign),
        "crumbs": [
            Area.STAYS.crumb, (_("Campaigns"), reverse("outreach:campaigns")),
            (campaign.title, ""),
        ],
    }  # fmt: skip
    return render(request, "outreach/campaign.html", context)


def _acts(user, campaign):
    acts = [
        ("announce_campaign", _("Announce"), rules.may_announce_campaign, {"primary": True}),
        ("edit_campaign", _("Change the plan"), rules.may_change_campaign, {}),
        ("close_campaign", _("Close with a note"), rules.may_close_campaign, {}),
        ("drop_campaign", _("Throw away"), rules.may_drop_campaign,
         {"post": True, "confirm": _("Throw this draft away?")}),
    ]  # fmt: skip
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, campaign)
        if decision or not isinstance(decision, rules.NotYours | rules.NotNow):
            url = reverse(f"outreach:{name}", args=[campaign.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


# --- Planning ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_campaign(request):
    require(rules.may_plan_campaign(request.user))
    form = CampaignForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        campaign = actions.plan_campaign(by=request.user, at=timezone.now(), **form.content())
        return redirect(campaign)
    here = _("Plan a campaign")
    crumbs = [(_("Campaigns"), reverse("outreach:campaigns")), (here, "")]
    return _form_page(request, form, here, reverse("outreach:campaigns"), crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_campaign(request, pk):
    campaign = _visible(request.user, pk)
    require(rules.may_change_campaign(request.user, campaign))
    names = ("title", "kind", "purpose", "starts_on", "ends_on", "document", "organizer")
    initial = {name: getattr(campaign, name) for name in names}
    rows = campaign.units.select_related("unit__host_organ", "unit__parent")
    initial["units"] = [row.unit for row in rows.order_by("unit__sort_order", "pk")]
    initial["organs"] = list(campaign.organs.select_related("parent").order_by("sort_order", "pk"))
    form = CampaignForm(posted(request), user=request.user, campaign=campaign, initial=initial)
    if form.is_bound and form.is_valid():
        actions.change_campaign(
            campaign=campaign, by=request.user, at=timezone.now(), **form.content()
        )
        return redirect(campaign)
    here = _("Change the plan")
    return _form_page(request, form, here, campaign.get_absolute_url(), _crumbs(campaign, here))


def _form_page(request, form, title, cancel_url, crumbs):
    if form.campaign and not form.campaign.is_draft:
        intro = _("It is announced: the change stands among its steps, with its reason.")
    else:
        intro = _("Nothing is announced yet: the next page says what it would cost the villages.")
    return form_page(
        request, form, title=title, cancel_url=cancel_url, crumbs=crumbs, intro=intro,
        submit_label=_("Keep and look at it"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def plan_campaign_unit(request, pk, row_pk):
    campaign = _visible(request.user, pk)
    row = get_object_or_404(
        CampaignUnit.objects.select_related("unit", "campaign", "going"),
        pk=row_pk, campaign=campaign,
    )  # fmt: skip
    require(rules.may_change_campaign(request.user, campaign))
    serials = row.households.order_by("serial").values_list("serial", flat=True)
    initial = {
        "households": _(", ").join(serials), "household_count": row.household_count,
        "going": row.going, "cadres": list(row.cadres.select_related("organ").order_by("pk")),
    }  # fmt: skip
    form = CampaignUnitForm(posted(request), user=request.user, row=row, initial=initial)
    if form.is_bound and form.is_valid():
        actions.plan_unit(row=row, by=request.user, at=timezone.now(), **form.content())
        return redirect(f"{campaign.get_absolute_url()}#units")
    return form_page(
        request, form, title=row.unit.name, submit_label=_("Keep"),
        intro=_("Which doors, and who goes there. All of it may stay empty."),
        cancel_url=campaign.get_absolute_url(), crumbs=_crumbs(campaign, row.unit.name),
    )  # fmt: skip


@require_POST
def drop_campaign(request, pk):
    actions.drop_campaign(campaign=_visible(request.user, pk), by=request.user)
    return redirect("outreach:campaigns")


@require_http_methods(["GET", "HEAD", "POST"])
def announce_campaign(request, pk):
    """The last look before it is announced: hints, never refusals of their own."""
    user, campaign = request.user, _visible(request.user, pk)
    require(rules.may_drop_campaign(user, campaign))
    if request.method == "POST":
        actions.announce_campaign(campaign=campaign, by=user, at=timezone.now())
        return redirect(campaign)
    context = {
        "campaign": campaign,
        "announcing": rules.may_announce_campaign(user, campaign),
        "hints": planning.hints(campaign, on=user.today),
        "organs": campaign.organs.order_by("sort_order", "pk"),
        "unit_count": campaign.units.count(),
        "crumbs": _crumbs(campaign, _("Announce")),
    }
    return render(request, "outreach/announce_campaign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close_campaign(request, pk):
    campaign = _visible(request.user, pk)
    require(rules.may_close_campaign(request.user, campaign))
    form = CloseCampaignForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        actions.close_campaign(
            campaign=campaign, by=request.user, at=timezone.now(),
            result_note=form.cleaned_data["result_note"],
        )  # fmt: skip
        return redirect(campaign)
    here = _("Close with a note")
    return form_page(
        request, form, title=here, submit_label=_("Close it"),
        intro=_("No visit can be ticked for it any more; matters go on in the ledger."),
        cancel_url=campaign.get_absolute_url(), crumbs=_crumbs(campaign, here),
    )  # fmt: skip


# --- On paper ----------------------------------------------------------------------------------


@require_safe
def campaign_print(request, pk):
    """活动安排表 of one campaign: which units, how many doors, who goes there."""
    campaign = _visible(request.user, pk)
    rows = campaign.units.select_related("unit", "township", "going").prefetch_related(
        "cadres", "households"
    )

    def context():
        return {
            "campaign": campaign,
            "organs": campaign.organs.order_by("sort_order", "pk"),
            "rows": rows.order_by(*UNIT_ORDER.fields, "pk"),
        }

    return sheet_page(request, "outreach/slips/campaign.html", context)


@require_POST
def export_campaigns(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(CAMPAIGN_LEDGER, filters=filters, by=request.user))
