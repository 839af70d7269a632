"""Campaigns: list, record with its progress, planning, announcing, closing, print, sheet."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import planning, progress
from outreach.actions import campaigns as actions
from outreach.acts.campaigns import CAMPAIGNS, crumbs, visible_campaign
from outreach.filters.campaigns import TABS, CampaignFilter, in_tab
from outreach.ledgers.campaigns import CAMPAIGN_LEDGER
from outreach.rules import campaigns as rules
from portal import ledgers
from portal.access import Decision, require
from portal.roles import Permission
from portal.side_list import Area
from portal.steps import history
from portal.web import Sort, counted, exact_total, listed, page_or_part, sheet_page

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


@require_safe
def campaign(request, pk):
    user, campaign = request.user, visible_campaign(request.user, pk)
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
        "steps": history(campaign),
        "hints": planning.hints(campaign, on=user.today) if plans and campaign.is_draft else [],
        "plans": plans,
        "reached_tabs": [
            {"code": code, "label": label, "current": code == (reached or "")}
            for code, label in REACHED.items()
        ],
        "acts": CAMPAIGNS.buttons(user, campaign),
        "crumbs": [
            Area.STAYS.crumb, (_("Campaigns"), reverse("outreach:campaigns")),
            (campaign.title, ""),
        ],
    }  # fmt: skip
    return render(request, "outreach/campaign.html", context)


# A view: it is opened also where nothing can be announced yet, and says why.
@require_http_methods(["GET", "HEAD", "POST"])
def announce_campaign(request, pk):
    """The last look before it is announced: hints, never refusals of their own."""
    user, campaign = request.user, visible_campaign(request.user, pk)
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
        "crumbs": crumbs(campaign, _("Announce")),
    }
    return render(request, "outreach/announce_campaign.html", context)


# --- On paper ----------------------------------------------------------------------------------


@require_safe
def campaign_print(request, pk):
    """活动安排表 of one campaign: which units, how many doors, who goes there."""
    campaign = visible_campaign(request.user, pk)
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
