"""Campaigns: record with progress, announcing, print."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from outreach import progress
from outreach.actions import campaigns as actions
from outreach.acts.campaigns import CAMPAIGNS, crumbs, visible_campaign
from outreach.filters.campaigns import CAMPAIGNS_AT
from outreach.models import Campaign
from outreach.models.campaigns import CampaignState
from outreach.placing import planning
from outreach.rules import campaigns as rules
from portal.pages import cells
from portal.pages.listings import Col
from portal.pages.renderer import drawn
from portal.pages.side_list import Area
from portal.pages.web import Sort, listed, sheet_page
from portal.records.steps import history
from portal.tools.addresses import pages_below
from portal.tools.prepared import Prepared
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
_ORGANS = Prepared(
    lambda campaign: Campaign(pk=campaign).organs.order_by("sort_order", "pk"), campaign=-1
)
# Planned households named in a row.
DOORS_NAMED = 12


def _unit(row, asked):
    name, host = row.unit.name, row.unit.host_organ.label
    to = getattr(row, "plan_url", "")
    return cells.link(to, name, host) if to else cells.under(name, host)


def _doors(row, asked):
    if row.household_count:
        return row.household_count
    named = _(", ").join(row.serials[:DOORS_NAMED])
    return f"{named} …" if len(row.serials) > DOORS_NAMED else named


def _who_goes(row, asked):
    return " ".join([*([row.going.label] if row.going else []), *row.names])


def _doors_visited(row, asked):
    n = row.door_count
    return ngettext("%(n)s door", "%(n)s doors", n) % {"n": n} if n else ""


def _reached(row, asked):
    if row.is_reached:
        return cells.state("done", _("Visited already"))
    return cells.state("suspended", _("Not visited yet"))


UNITS = (
    Col(gettext_lazy("Unit"), _unit),
    Col(gettext_lazy("Doors planned"), _doors),
    Col(gettext_lazy("Who is to go"), _who_goes),
    Col(gettext_lazy("Visits"), "visit_count", _doors_visited),
    Col(gettext_lazy("State"), _reached, bare=True),
)


# Not a Listing: the units are listed on the page of the campaign.
@require_safe
def campaign(request, pk):
    user, campaign = request.user, visible_campaign(request.user, pk)
    plans = rules.may_change_campaign(user, campaign)
    reached = request.GET.get("reached")
    if reached not in REACHED:
        reached = "no" if campaign.state == CampaignState.ANNOUNCED else "all"
    units = listed(request, progress.Units(campaign, reached), UNIT_ORDER)
    rows = progress.unit_rows(units["page"], campaign, user)
    if plans:
        page_of = pages_below("outreach:plan_campaign_unit", campaign.pk)
        for row in rows:
            row.plan_url = page_of(row.pk)
    asked = CAMPAIGNS_AT.at(user, request.GET)
    context = {
        **units,
        "units": drawn("table.html", request, columns=UNITS, page=rows, asked=asked),
        "campaign": campaign,
        "standing": campaign.stands(user.today),
        "progress": progress.progress(campaign, user),
        "organs": _ORGANS.rows(campaign=campaign.pk),
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
