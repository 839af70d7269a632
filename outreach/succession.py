"""What passes on in a reorganisation: open matters, contact areas, households, stays, events.

A matter keeps its place and registering organ, by which figures count it. Its host, its assigned
organs and its callers pass on.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.actions.areas import pass_on_area
from outreach.models import (
    Campaign,
    CampaignUnit,
    CommunityNeed,
    ConductReport,
    ContactArea,
    FollowUp,
    Household,
    Matter,
    MatterAssignment,
    NeedPledge,
    NoticeAddressee,
    ReceptionDay,
    Stay,
    StayStep,
)
from outreach.models.campaigns import CampaignState
from outreach.models.receptions import ReceptionState
from outreach.papers import add_steps
from outreach.rules import matters as rules
from portal.models import Organ
from portal.places.succession import EXAMPLES, Passed
from portal.records import audit
from portal.records.steps import take_steps
from portal.tools.locking import locked_many
from portal.tools.saving import change
from portal.trust.access import IsAnyOf

Part, Kind = MatterAssignment.Part, ContactArea.Kind

# The columns that a record takes from its new unit.
PLACE = ("unit", "host_organ", "province", "city", "county", "township", "division")

TITLES = {
    "stays": _("Stays that go on"),
    "matters": _("Open matters that pass on"),
    "areas": _("Contact areas that pass on"),
    "areas_along": _("Contact areas that move with their cadres"),
    "areas_ended": _("Contact areas that end"),
    "households": _("Households of the list"),
    "registered": _("Open matters registered by the cadre, who still follows them"),
    "calls": _("Call-backs that stay with the cadre"),
    "calls_released": _(
        "Call-backs to reassign: the caller now belongs to an organ that handles the matter"
    ),
    "gatherings": _("Campaigns, receptions and needs of communities that pass on"),
    "lead_official": _("Open matters that lose their lead official"),
}


# --- Open matters -----------------------------------------------------------------------------


def pass_on_organ(old, heir, reorganisation):
    """Pass on the open work of an ended organ: as host, as lead, in support."""
    given = MatterAssignment.objects.live().filter(organ=old).values("matter")
    held = Q(host_organ=old) | Q(lead_organ=old) | Q(IsAnyOf("pk", given))
    matters = _locked_matters(Matter.objects.open().filter(held))
    pks = [matter.pk for matter in matters]
    Matter.objects.filter(pk__in=pks, host_organ=old).update(host_organ=heir)
    mine = MatterAssignment.objects.live().filter(matter__in=pks, organ=old)
    _reassign(mine, heir, reorganisation)
    _note(matters, reorganisation, old, heir)
    # Keeps reports about its people closed to their new colleagues. Not listed in the result: a
    # reorganisation must not reveal that there are any.
    ConductReport.objects.filter(subject_organ=old).update(subject_organ=heir)
    _pass_notices(old, heir)
    areas = ContactArea.objects.running(timezone.localdate(reorganisation.at))
    stays = Stay.objects.filter(host_organ=old)
    return [
        _found("matters", matters, reorganisation),
        _pass_stays(stays, reorganisation, old, heir, host_organ=heir),
        Passed("areas_along", areas.filter(cadre__organ=old).count()),
        _release_calls(reorganisation, heir=heir),
    ]


def _pass_notices(old, heir):
    """Pass on notices that the organ has not answered, unless the successor was addressed too."""
    addressed = NoticeAddressee.objects.filter(organ=heir).values("notice")
    mine = NoticeAddressee.objects.filter(organ=old, answered_at=None)
    mine.exclude(notice__in=addressed).update(organ=heir)


def pass_on_host(units, old, new, reorganisation):
    """Give units a new host, which takes over their open matters and the handling of those that the
    old host had taken up itself."""
    here = {"unit__in": [unit.pk for unit in units], "host_organ": old}
    matters = _locked_matters(Matter.objects.open().filter(**here))
    pks = [matter.pk for matter in matters]
    Matter.objects.filter(pk__in=pks).update(host_organ=new)
    own = MatterAssignment.objects.live().filter(part=Part.LEAD, organ__path__startswith=old.path)
    own = own.filter(matter__in=pks, matter__assigned_by_desk=False)
    _reassign(own, new, reorganisation)
    _note(matters, reorganisation, old, new)
    stays = Stay.objects.filter(**here)
    return [
        _found("matters", matters, reorganisation),
        _pass_stays(stays, reorganisation, old, new, host_organ=new),
        _release_calls(reorganisation, heir=new),
    ]


def _pass_stays(stays, reorganisation, old, new, **changed):
    """Pass on stays that are not over; ended stays keep the old organ or unit."""
    going_on = stays.not_cancelled().exclude(ended_on__lt=reorganisation.on)
    stays = locked_many(going_on.filter(ends_on__gte=reorganisation.on), no_key=True)
    Stay.objects.filter(pk__in=[stay.pk for stay in stays]).update(**changed)
    by, at, document = reorganisation.by, reorganisation.at, reorganisation.document
    facts = {"before": old.name, "after": new.name}
    take_steps(stays, StayStep.Move.REORGANISED, by=by, at=at, document=document, facts=facts)
    records = [(stay, [reorganisation.pk]) for stay in stays]
    audit.record_each("stay.passed_on", by, records, changed)
    return Passed("stays", len(stays))


def _locked_matters(matters):
    return locked_many(matters.only("status", "title"), no_key=True)


def _running_areas(reorganisation, **which):
    day = timezone.localdate(reorganisation.at)
    areas = ContactArea.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), **which)
    return locked_many(areas.select_related("unit", "cadre"), no_key=True)


SAME_ASSIGNMENT = [
    "matter_id",
    "part",
    "requirement",
    "assigned_by_id",
    "assigned_at",
    "is_imported",
    "told_on",
    "sign_due_on",
    "is_final",
    "signed_by_id",
    "signed_at",
    "officer",
]


def _reassign(assignments, heir, reorganisation):
    """Give assignments to the heir. If it already has the matter, only one assignment remains, and
    the lead takes precedence over support."""
    taken = list(assignments.order_by("pk"))
    matters = [one.matter_id for one in taken]
    held = {
        one.matter_id: one
        for one in MatterAssignment.objects.live().filter(matter__in=matters, organ=heir)
    }
    ended, made = [one.pk for one in taken], []
    for one in taken:
        own = held.get(one.matter_id)
        if own is not None and (own.part == Part.LEAD or one.part == Part.SUPPORT):
            continue
        if own is not None:
            ended.append(own.pk)
        same = {name: getattr(one, name) for name in SAME_ASSIGNMENT}
        made.append(MatterAssignment(organ=heir, **same))
    MatterAssignment.objects.filter(pk__in=ended).update(ended_at=reorganisation.at)
    MatterAssignment.objects.bulk_create(made)
    leads = [one.matter_id for one in taken if one.part == Part.LEAD]
    Matter.objects.filter(pk__in=leads).update(lead_organ=heir)


def _note(matters, reorganisation, old, new):
    """Add a step with the old and new holder and the document to each matter."""
    by, text = reorganisation.by, f"{old.name} → {new.name}"
    facts = {"document": reorganisation.document}
    add_steps(matters, "hand_over", by=by, at=reorganisation.at, text=text, facts=facts)
    records = [(matter, [reorganisation.pk, text]) for matter in matters]
    audit.record_each("matter.hand_over", by, records, ["host_organ", "lead_organ"])


def _found(code, matters, reorganisation):
    some = [matter.pk for matter in matters[: 5 * EXAMPLES]]
    seen = Matter.objects.visible_to(reorganisation.by).filter(pk__in=some).order_by("pk")
    examples = tuple((m.number_label, m.get_absolute_url()) for m in seen[:EXAMPLES])
    return Passed(code, len(matters), examples)


def _release_calls(reorganisation, *, heir=None, caller=None):
    """Unassign callers who now belong to an organ that handled the matter; host, desk or office
    then choose another caller."""
    waiting = FollowUp.objects.filter(answered_at=None, given_up_at=None)
    if caller is not None:
        waiting = waiting.filter(caller=caller)
    else:
        waiting = waiting.filter(
            caller__organ__path__startswith=heir.path,
            matter__assignments__organ__path__startswith=heir.path,
        )
    waiting = waiting.select_related("caller__organ", "matter__registered_by").order_by("pk")
    by = reorganisation.by
    refused = [
        one
        for one in waiting.distinct()
        if not rules.may_be_called_by(one.caller.acting(on=by.today), one)
    ]
    calls = FollowUp.objects.filter(pk__in=[one.pk for one in refused])
    calls.update(caller=None, arranged_by=None)
    records = [(one, [reorganisation.pk, one.caller_id]) for one in refused]
    audit.record_each("follow_up.released", by, records, ["caller"])
    return _found("calls_released", [one.matter for one in refused], reorganisation)


# --- Units: contact areas and households ------------------------------------------------------


def pass_on_unit(old, heir, reorganisation, part):
    matters = _locked_matters(Matter.objects.open().filter(unit=old))
    _note(matters, reorganisation, old, heir)
    areas = _running_areas(reorganisation, unit=old)
    act = {"by": reorganisation.by, "on": reorganisation.on, "values": [reorganisation.pk]}
    for area in areas:
        kind = Kind.PART if part and area.kind == Kind.VILLAGE else area.kind
        pass_on_area(area, unit=heir, kind=kind, group=_within(part, area.group), **act)
    examples = tuple((f"{area.cadre.name} {old.name}", "") for area in areas[:EXAMPLES])
    return [
        _found("matters", matters, reorganisation),
        _pass_stays(Stay.objects.filter(unit=old), reorganisation, old, heir, **_place_at(heir)),
        Passed("areas", len(areas), examples),
        Passed("households", _move_households(old, heir, part)),
    ]


def _place_at(unit):
    """The columns of a record at this unit."""
    there = Stay()
    there.stand_at(unit)
    return {f"{name}_id": getattr(there, f"{name}_id") for name in PLACE}


def _within(part, group):
    """The group in the new unit: 三组 of a village that was merged becomes 柳湾村三组."""
    longest = ContactArea._meta.get_field("group").max_length
    return f"{part}{group}"[:longest]


def _move_households(old, heir, part):
    """Move the households. They keep their numbers; a number already in use is prefixed with the
    old unit's name."""
    rows = list(Household.objects.filter(unit=old, ended_on=None).order_by("pk"))
    taken = set(Household.objects.filter(unit=heir, ended_on=None).values_list("serial", flat=True))
    longest = Household._meta.get_field("serial").max_length
    for row in rows:
        row.unit, row.group = heir, _within(part, row.group)
        number, serial = 1, row.serial
        while serial in taken:
            mark = f"-{number}" if number > 1 else ""
            room = longest - len(row.serial) - len(mark)
            serial = f"{old.name[:room]}{row.serial}{mark}" if room > 0 else f"{number:0{longest}}"
            number += 1
        row.serial = serial
        taken.add(serial)
    Household.objects.bulk_update(rows, ["unit", "group", "serial"], batch_size=500)
    return len(rows)


# --- A cadre ----------------------------------------------------------------------------------


def pass_on_cadre(cadre, heir, reorganisation):
    areas = _running_areas(reorganisation, cadre=cadre)
    by, on = reorganisation.by, reorganisation.on
    for area in areas:
        if heir is not None:
            pass_on_area(area, by=by, on=on, cadre=heir, values=[reorganisation.pk])
        else:
            change(area, ends_on=max(on - timedelta(days=1), area.starts_on), ended_by=by)
            audit.record("contact_area.ended", by, area, ["ends_on"])
    examples = tuple((area.unit.name, area.unit.get_absolute_url()) for area in areas[:EXAMPLES])
    found = [Passed("areas" if heir else "areas_ended", len(areas), examples)]

    registered = Matter.objects.open().filter(registered_by=cadre).order_by("pk")
    found.append(_found("registered", list(registered.only("pk")), reorganisation))

    led = _locked_matters(Matter.objects.open().filter(lead_official=cadre))
    Matter.objects.filter(pk__in=[matter.pk for matter in led]).update(lead_official=None)
    _note(led, reorganisation, cadre, cadre.organ)
    found.append(_found("lead_official", led, reorganisation))

    if cadre.user_id:
        found.append(_release_calls(reorganisation, caller=cadre.user_id))
        calls = FollowUp.objects.filter(caller=cadre.user_id, answered_at=None, given_up_at=None)
        found.append(Passed("calls", calls.count()))
    return found


# --- Ending without an heir -------------------------------------------------------------------


def blockers_of(row, *, on):
    """What keeps an organ or a unit from ending without a successor."""
    if isinstance(row, Organ):
        given = MatterAssignment.objects.live().filter(organ=row).values("matter")
        held = Q(host_organ=row) | Q(lead_organ=row) | Q(IsAnyOf("pk", given))
        return [Passed("matters", Matter.objects.open().filter(held).count())]
    return [
        Passed("matters", Matter.objects.open().filter(unit=row).count()),
        Passed("areas", ContactArea.objects.running(on).filter(unit=row).count()),
    ]


# --- Campaigns, receptions, needs of communities ----------------------------------------------
# Past events keep their organs and units; those to come pass on.


def _open_campaigns():
    return Campaign.objects.exclude(state=CampaignState.CLOSED)


def _open_receptions():
    return ReceptionDay.objects.filter(state__in=[ReceptionState.PLANNED, ReceptionState.ANNOUNCED])


def _still_open(reorganisation):
    """Open needs, and past ones with pledges still to be confirmed."""
    waiting = NeedPledge.objects.not_given_back().filter(confirmed_on=None).values("need")
    today = timezone.localdate(reorganisation.at)
    return Q(closed_on=None, until__gte=today) | Q(pk__in=waiting)


def _gathered(*counts):
    return [Passed("gatherings", sum(counts))]


def pass_on_gatherings_of_organ(old, heir, reorganisation):
    """Pass on what the organ organises, holds and takes part in."""
    campaigns = _open_campaigns()
    CampaignUnit.objects.filter(campaign__in=campaigns, organ=old).update(organ=heir)
    CampaignUnit.objects.filter(campaign__in=campaigns, host_organ=old).update(host_organ=heir)
    needs = CommunityNeed.objects.filter(_still_open(reorganisation), host_organ=old)
    hosted = needs.update(host_organ=heir)
    CampaignUnit.objects.filter(campaign__in=campaigns, going=old).update(going=heir)
    taking_part = Campaign.organs.through.objects
    part = list(campaigns.filter(organs=old).order_by("pk").values_list("pk", flat=True))
    there = taking_part.filter(campaign__in=part, organ=heir).values("campaign")
    taking_part.filter(campaign__in=part, organ=old).exclude(campaign__in=there).update(organ=heir)
    # What is left are campaigns in which the heir already takes part.
    taking_part.filter(campaign__in=part, organ=old).delete()
    organised = campaigns.filter(organizer=old).update(organizer=heir)
    _open_receptions().filter(host_organ=old).update(host_organ=heir)
    held = _open_receptions().filter(organ=old).update(organ=heir)
    return _gathered(organised, len(part), held, hosted)


def pass_on_gatherings_of_host(units, old, new, reorganisation):
    here = {"unit__in": [unit.pk for unit in units], "host_organ": old}
    rows = (
        CampaignUnit.objects.filter(campaign__in=_open_campaigns()),
        _open_receptions(),
        CommunityNeed.objects.filter(_still_open(reorganisation)),
    )
    return _gathered(*(found.filter(**here).update(host_organ=new) for found in rows))


def pass_on_gatherings_of_unit(old, heir, reorganisation, part):
    today = timezone.localdate(reorganisation.at)
    planned = CampaignUnit.objects.filter(campaign__in=_open_campaigns(), unit=old)
    # A unit appears in a campaign only once.
    there = CampaignUnit.objects.filter(unit=heir).values("campaign")
    twice = list(planned.filter(campaign__in=there).values_list("pk", flat=True))
    CampaignUnit.objects.filter(pk__in=twice).delete()
    needs = CommunityNeed.objects.open(today).filter(unit=old)
    moved = [rows.update(**_place_at(heir)) for rows in (planned, needs)]
    receptions = list(_open_receptions().filter(unit=old).select_related("organ__division"))
    for reception in receptions:
        reception.stand_for(reception.organ, heir)
    ReceptionDay.objects.bulk_update(receptions, PLACE)
    return _gathered(len(twice), len(receptions), *moved)


def blocking_gatherings(row, *, on):
    """What keeps an organ or a unit from ending without a successor."""
    if isinstance(row, Organ):
        organised = _open_campaigns().filter(organizer=row).count()
        return _gathered(organised, _open_receptions().filter(organ=row).count())
    needs = CommunityNeed.objects.open(on).filter(unit=row).count()
    return _gathered(needs, _open_receptions().filter(unit=row).count())
