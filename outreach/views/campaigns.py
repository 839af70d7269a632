"""Campaigns: record with progress, announcing, print."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from outreach import progress
from outreach.actions import campaigns as actions
from outreach.acts.campaigns import CAMPAIGNS, crumbs, visible_campaign
from outreach.models.campaigns import CampaignState
from outreach.placing import planning
from outreach.rules import campaigns as rules
from portal.pages.side_list import Area
from portal.pages.web import Sort, listed, sheet_page
from portal.records.steps import history
from portal.trust import wall
from portal.trust.access import require

UNIT_ORDER = Sort(
    gettext_lazy("official order"),
    ("unit__host_organ__sort_order", "unit__host_organ_id", "unit__sort_order"),
    descending=False,
)
# What remains comes first.
REACHED = {
    "no": gettext_lazy("Not visited yet"),
    "yes": gettext_lazy("Visited already"),
    "all": gettext_lazy("All units"),
}


# Not a Listing: the units are listed on the page of the campaign.
@require_safe
def campaign(request, pk):
    user, campaign = request.user, visible_campaign(request.user, pk)
    plans = rules.may_change_campaign(user, campaign)
    reached = request.GET.get("reached")
    if reached not in REACHED:
        reached = "no" if campaign.state == CampaignState.ANNOUNCED else "all"
    rows = campaign.units.with_reached().select_related("unit__host_organ", "going")
    if reached != "all":
        rows = rows.filter(is_reached=reached == "yes")
    units = listed(request, rows.prefetch_related("cadres", "households"), UNIT_ORDER)
    progress.unit_rows(units["page"], campaign, user)
    context = {
        **units,
        "campaign": campaign,
        "standing": campaign.stands(user.today),
        "progress": progress.progress(campaign, user),
        "organs": campaign.organs.order_by("sort_order", "pk"),
        "steps": history(campaign),
        "hints": planning.hints(campaign, on=user.today) if plans and campaign.is_draft else [],
        "plans": plans,
        "reached": reached,
        "reached_tabs": [
            {"code": code, "label": label, "current": code == reached}
            for code, label in REACHED.items()
        ],
        "acts": CAMPAIGNS.buttons(user, campaign),
        "crumbs": [Area.STAYS.crumb, *crumbs(campaign)],
    }
    return render(request, "outreach/campaign.html", context)


# Not an Act: the page also opens where the campaign cannot be announced yet, and says why.
@require_http_methods(["GET", "HEAD", "POST"])
def announce_campaign(request, pk):
    """A last check before the announcement; hints never refuse it."""
    user, campaign = request.user, visible_campaign(request.user, pk)
    require(rules.may_drop_campaign(user, campaign))
    if request.method == "POST":
        with wall.as_system("an act, after its rule"):
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
    """活动安排表: units of a campaign, planned households and visitors."""
    campaign = visible_campaign(request.user, pk)
    rows = campaign.units.select_related("unit", "township", "going")
    context = {
        "campaign": campaign,
        "organs": campaign.organs.order_by("sort_order", "pk"),
        "rows": rows.prefetch_related("cadres", "households").order_by(*UNIT_ORDER.fields, "pk"),
    }
    return sheet_page(request, "outreach/slips/campaign.html", context)
