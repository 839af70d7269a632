"""Campaigns: planning, announcing, changing, closing."""

from django.db import transaction
from django.utils import timezone

from outreach.models import Campaign, CampaignStep, CampaignUnit
from outreach.models.campaigns import CampaignState
from outreach.rules import campaigns as rules
from portal.pages import search
from portal.records import audit, steps
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, put
from portal.trust import privacy
from portal.trust.access import require

Move = CampaignStep.Move
FIELDS = ("title", "kind", "purpose", "starts_on", "ends_on", "document")


@transaction.atomic
def plan_campaign(*, by, at, organizer, organs, units, household_count=None, **content):
    """Draft a campaign; `household_count` is the number of households in each unit, if stated."""
    require(rules.may_plan_campaign(by))
    _check(by, organizer, organs, units)

    campaign = Campaign(written_by=by, created_at=at, organizer=organizer)
    _fill(campaign, content)
    campaign.save()
    campaign.organs.set(organs)
    _go_to(campaign, units, household_count)
    take_step(campaign, Move.DRAFTED, by=by, at=at)
    audit.record("campaign.drafted", by, campaign, FIELDS, _values(campaign))
    return campaign


@transaction.atomic
def change_campaign(
    *, campaign, by, at, organizer, organs, units, household_count=None, reason="", **content
):
    """Change the plan; once announced, with a reason that is kept in a step."""
    campaign = locked(campaign, "organizer__division")
    require(rules.may_change_campaign(by, campaign))
    _check(by, organizer, organs, units, already=campaign)

    campaign.organizer = organizer
    _fill(campaign, content)
    campaign.save()
    campaign.organs.set(organs)
    kept = {unit.pk for unit in units}
    campaign.units.exclude(unit__in=kept).delete()
    campaign.units.update(organ=organizer)
    there = set(campaign.units.values_list("unit", flat=True))
    _go_to(campaign, [unit for unit in units if unit.pk not in there], household_count)
    if not campaign.is_draft:
        take_step(campaign, Move.CHANGED, by=by, at=at, words=reason)
    audit.record("campaign.changed", by, campaign, FIELDS, _values(campaign))
    return campaign


@transaction.atomic
def plan_unit(*, row, by, at, households=(), household_count=None, going=None, cadres=()):
    """Plan the households of a unit, and who goes there."""
    campaign = locked(row.campaign, "organizer__division")
    require(rules.may_change_campaign(by, campaign))
    if going is not None:
        require(rules.may_ask_organs(by, [going]))

    change(row, going=going, household_count=household_count)
    row.households.set(households)
    row.cadres.set(cadres)
    planned = {"unit": row.unit_id, "going": row.going_id, "households": len(households)}
    fields = ["households", "going", "cadres"]
    audit.record("campaign.unit_planned", by, campaign, fields, planned)
    return row


@transaction.atomic
def drop_campaign(*, campaign, by):
    campaign = locked(campaign, "organizer__division")
    require(rules.may_drop_campaign(by, campaign))

    audit.record("campaign.dropped", by, campaign)
    with steps.allowing_deletion():
        campaign.delete()


@transaction.atomic
def announce_campaign(*, campaign, by, at):
    """Show it to its organs and units; from now on visits can be ticked for it."""
    campaign = locked(campaign, "organizer__division")
    require(rules.may_announce_campaign(by, campaign))

    change(campaign, state=CampaignState.ANNOUNCED, announced_on=timezone.localdate(at))
    take_step(campaign, Move.ANNOUNCED, by=by, at=at)
    audit.record("campaign.announced", by, campaign, ["state"], _values(campaign))
    return campaign


@transaction.atomic
def close_campaign(*, campaign, by, at, result_note):
    campaign = locked(campaign, "organizer__division")
    require(rules.may_close_campaign(by, campaign))

    note = privacy.mask_ids(result_note.strip())
    closed_on = timezone.localdate(at)
    change(campaign, state=CampaignState.CLOSED, closed_on=closed_on, result_note=note)
    take_step(campaign, Move.CLOSED, by=by, at=at)
    audit.record("campaign.closed", by, campaign, ["state", "result_note"], {"note": note})
    return campaign


def _check(by, organizer, organs, units, already=None):
    """Check what is new in the plan; planned organs and units may stay, even if they have ended."""
    known_units, known_organs = set(), set()
    if already is not None:
        known_units = set(already.units.values_list("unit", flat=True))
        known_organs = {already.organizer_id, *already.organs.values_list("pk", flat=True)}
    if organizer.pk not in known_organs:
        require(rules.may_organise(by, organizer))
    require(rules.may_ask_organs(by, [one for one in organs if one.pk not in known_organs]))
    new = [unit for unit in units if unit.pk not in known_units]
    require(rules.may_go_to(by, organizer, new))


def _go_to(campaign, units, household_count):
    facts = {"organ_id": campaign.organizer_id, "household_count": household_count}
    rows = [CampaignUnit(campaign=campaign, **facts) for _unit in units]
    for row, unit in zip(rows, units, strict=True):
        row.stand_at(unit)
    CampaignUnit.objects.bulk_create(rows, batch_size=1000)


def _fill(campaign, content):
    put(campaign, {name: content[name] for name in FIELDS})
    campaign.title = campaign.title.strip()
    campaign.purpose = privacy.mask_ids(campaign.purpose.strip())
    campaign.search = search.vector(*(getattr(campaign, name) for name in Campaign.SEARCHED_FIELDS))


def _values(campaign):
    return {name: getattr(campaign, name) for name in FIELDS}
