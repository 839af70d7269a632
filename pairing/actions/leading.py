"""Contact points: arranging, changing, ending, taking over from the year before."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pairing.models import ContactPoint, ContactPointStep
from pairing.rules import leading as rules
from portal.run.locking import locked, locked_many
from portal.run.saving import change
from portal.trust import audit
from portal.trust.access import require
from portal.trust.steps import take_step

Move = ContactPointStep.Move
FIELDS = ("party_organization", "planned_visits", "focus")


class ChangedMeanwhile(Exception):
    """What would be taken over is no longer what the preview showed."""


@transaction.atomic
def arrange_point(
    *,
    leader,
    unit,
    year,
    by,
    at,
    planned_visits,
    party_organization=None,
    cooperating=(),
    focus="",
    move=Move.ARRANGED,
):
    """Send a leader to a unit for a year; one running point of the same leader, unit and year."""
    leader = locked(leader, "organ", no_key=True)
    require(rules.may_arrange_point(by, leader, unit, year))
    _check_party(party_organization, unit)

    point = ContactPoint(
        leader=leader,
        organ=leader.organ,
        post=leader.post,
        year=year,
        focus=focus.strip(),
        planned_visits=planned_visits,
        party_organization=party_organization,
        arranged_by=by,
        arranged_on=timezone.localdate(at),
    )
    point.stand_at(unit)
    point.validate_constraints()
    point.save()
    point.cooperating.set(cooperating)
    take_step(point, move, by=by, at=at)
    audit.record(
        "contact_point.arranged",
        on=point,
        by=by,
        fields=["leader", "unit", "year", *FIELDS],
        values=_values(point),
    )
    return point


@transaction.atomic
def change_point(
    *, point, by, at, planned_visits, party_organization=None, cooperating=(), focus="", reason=""
):
    """What is planned; a plan that grows or shrinks keeps its earlier figure among the steps."""
    point = locked(point, "unit", "leader", no_key=True)
    require(rules.may_change_point(by, point))
    _check_party(party_organization, point.unit)

    before = point.planned_visits
    if planned_visits != before and not reason.strip():
        raise ValidationError({"reason": _("Say why the plan is changed.")})
    point.planned_visits, point.focus = planned_visits, focus.strip()
    point.party_organization = party_organization
    point.validate_constraints()
    point.save(update_fields=list(FIELDS))
    point.cooperating.set(cooperating)
    facts = {"planned": before} if planned_visits != before else {}
    take_step(point, Move.CHANGED, by=by, at=at, words=reason, facts=facts)
    audit.record("contact_point.changed", on=point, by=by, fields=FIELDS, values=_values(point))
    return point


@transaction.atomic
def end_point(*, point, by, at, reason):
    point = locked(point, "unit", "leader", no_key=True)
    require(rules.may_end_point(by, point))
    end_with(point, on=timezone.localdate(at), reason=reason)
    take_step(point, Move.ENDED, by=by, at=at, words=reason)
    audit.record(
        "contact_point.ended", on=point, by=by, fields=["ended_on"], values={"reason": reason}
    )
    return point


def end_with(point, *, on, reason):
    """Store the end, never before the day it was arranged."""
    change(point, ended_on=max(on, point.arranged_on), end_reason=reason.strip())


# --- The year before, as one act ---------------------------------------------------------------


def to_take_over(user, year):
    """[(point of the year before, why it is left out or "")] in the official order: all that one
    arranges there and that ran to its end."""
    before = (
        ContactPoint.objects.visible_to(user)
        .running()
        .filter(year=year - 1)
        .select_related(
            "leader__organ__division",
            "unit__division",
            "unit__host_organ",
            "organ",
            "township",
            "party_organization",
        )
        .prefetch_related("cooperating")
        .order_by("organ__sort_order", "organ_id", "leader__sort_order", "leader_id", "pk")
    )
    there = set(ContactPoint.objects.running().filter(year=year).values_list("leader", "unit"))
    return [(point, _left_out(user, point, year, there)) for point in before]


def _left_out(user, point, year, there):
    if (point.leader_id, point.unit_id) in there:
        return _("Arranged already.")
    decision = rules.may_arrange_point(user, point.leader, point.unit, year)
    return str(decision.refusal)


@transaction.atomic
def take_over_year(*, year, shown, by, at):
    """Arrange all points of the year before once more, with their plan, if they are still those
    that were `shown` (ids) when the person agreed to it. Returns the new points."""
    require(rules.may_arrange_points(by))
    # One at a time: whoever comes second finds them arranged.
    locked_many(ContactPoint.objects.filter(year=year - 1).only("pk"), no_key=True)
    points = [point for point, why in to_take_over(by, year) if not why]
    if {point.pk for point in points} != set(shown):
        raise ChangedMeanwhile(
            _("Something was arranged or ended meanwhile. Look at the list again.")
        )
    return [
        arrange_point(
            leader=point.leader,
            unit=point.unit,
            year=year,
            by=by,
            at=at,
            planned_visits=point.planned_visits,
            focus=point.focus,
            party_organization=_still_there(point),
            move=Move.COPIED,
            cooperating=[organ for organ in point.cooperating.all() if organ.ended_on is None],
        )
        for point in points
    ]


def _still_there(point):
    party = point.party_organization
    if party is None or party.ended_on or not rules.fits(party, point.unit):
        return None
    return party


def _check_party(party_organization, unit):
    decision = rules.fits(party_organization, unit)
    if not decision:
        raise ValidationError({"party_organization": str(decision.refusal)})


def _values(point):
    names = ("leader_id", "unit_id", "year", "party_organization_id", "planned_visits", "focus")
    return {name: getattr(point, name) for name in names}
