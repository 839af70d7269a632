"""Acts on a campaign and on the units that it goes to."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from outreach.actions import campaigns as actions
from outreach.forms import campaigns as forms
from outreach.models import Campaign, CampaignUnit
from outreach.rules import campaigns as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen

NOT_ANNOUNCED = _(
    "Nothing is announced yet. The next page shows what the campaign would ask of the villages."
)
ANNOUNCED = _("The campaign is announced. The change and its reason are kept in its history.")


@seen
def visible_campaign(user):
    return Campaign.objects.visible_to(user).select_related("organizer__division", "written_by")


crumbs = crumbs_under(_("Campaigns"), "outreach:campaigns", lambda campaign: campaign.title)


def _as_planned(user, campaign):
    names = ("title", "kind", "purpose", "starts_on", "ends_on", "document", "organizer")
    rows = campaign.units.select_related("unit__host_organ", "unit__parent")
    organs = campaign.organs.select_related("parent")
    return {name: getattr(campaign, name) for name in names} | {
        "units": [row.unit for row in rows.order_by("unit__sort_order", "pk")],
        "organs": list(organs.order_by("sort_order", "pk")),
    }


CAMPAIGNS = Acts(
    "outreach",
    "campaign",
    "campaigns/<int:pk>/",
    visible_campaign,
    crumbs,
    listing="outreach:campaigns",
    starts=(
        Act(
            "new_campaign",
            _("Plan a campaign"),
            rules.may_plan_campaign,
            actions.plan_campaign,
            forms.CampaignForm,
            "campaigns/new/",
            submit=_("Keep and look at it"),
            intro=NOT_ANNOUNCED,
            audit={"campaign.drafted": _("Campaign drafted")},
            undo="drop_campaign",
        ),
    ),
    acts=(
        Act("announce_campaign", _("Announce"), rules.may_announce_campaign, None, primary=True),
        Act(
            "edit_campaign",
            _("Change the plan"),
            rules.may_change_campaign,
            actions.change_campaign,
            forms.CampaignForm,
            "edit/",
            about=True,
            initial=_as_planned,
            submit=_("Keep and look at it"),
            intro=lambda campaign: NOT_ANNOUNCED if campaign.is_draft else ANNOUNCED,
            audit={"campaign.changed": _("Plan of a campaign changed")},
        ),
        Act(
            "close_campaign",
            _("Close with a note"),
            rules.may_close_campaign,
            actions.close_campaign,
            forms.CloseCampaignForm,
            "close/",
            submit=_("Close it"),
            intro=_("Visits can no longer be counted for it; matters continue in the ledger."),
            audit={"campaign.closed": _("Campaign closed with a note")},
        ),
        Act(
            "drop_campaign",
            _("Discard"),
            rules.may_drop_campaign,
            actions.drop_campaign,
            path="drop/",
            confirm=_("Discard this draft?"),
            audit={"campaign.dropped": _("Draft of a campaign thrown away")},
            then=lambda _campaign, _none: "outreach:campaigns",
        ),
    ),
)


# --- Units -------------------------------------------------------------------------------------


def _unit(user, pk, row_pk):
    campaign = visible_campaign(user, pk)
    rows = CampaignUnit.objects.filter(campaign=campaign).select_related("unit", "going")
    row = get_object_or_404(rows, pk=row_pk)
    row.campaign = campaign
    return row


def _doors(user, row):
    serials = row.households.order_by("serial").values_list("serial", flat=True)
    return {
        "households": _(", ").join(serials),
        "household_count": row.household_count,
        "going": row.going,
        "cadres": list(row.cadres.select_related("organ").order_by("pk")),
    }


UNITS = Acts(
    "outreach",
    "row",
    "campaigns/<int:pk>/units/<int:row_pk>/",
    _unit,
    lambda row, label: crumbs(row.campaign, row.unit.name),
    keys=lambda row: [row.campaign_id, row.pk],
    acts=(
        Act(
            "plan_campaign_unit",
            _("Change"),
            lambda user, row: rules.may_change_campaign(user, row.campaign),
            actions.plan_unit,
            forms.CampaignUnitForm,
            about=True,
            initial=_doors,
            title=lambda row: row.unit.name,
            submit=_("Keep"),
            intro=_("Which households, and who visits them. All fields are optional."),
            audit={
                "campaign.unit_planned": _("Households and visitors of a campaign's unit planned")
            },
        ),
    ),
)
