"""Contact points: arranging, changing, ending, taking over from the year before."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pairing.models import ContactPoint, ContactPointStep
from pairing.rules import leading as rules
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change
from portal.trust import wall
from portal.trust.access import require

Move = ContactPointStep.Move
FIELDS = ("party_organization", "recorder", "planned_visits", "focus")


class ChangedMeanwhile(Exception):
    """The points to take over are no longer those of the preview."""


@transaction.atomic
def arrange_point(*, leader, unit, year, by, at, cooperating=(), move=Move.ARRANGED, **plan):
    """Send a leader to a unit for a year; the same leader, unit and year has one running point.

    `plan` holds planned_visits, and may hold focus, party_organization and recorder.
    """
    leader = locked(leader, "organ", no_key=True)
    require(rules.may_arrange_point(by, leader, unit, year))
    _check_party(plan.get("party_organization"), unit)

    point = ContactPoint(leader=leader, organ=leader.organ, post=leader.post, year=year, **plan)
    point.focus = point.focus.strip()
    point.arranged_by, point.arranged_on = by, timezone.localdate(at)
    point.stand_at(unit)
    point.validate_constraints()
    point.save()
    point.cooperating.set(cooperating)
    take_step(point, move, by=by, at=at)
    fields = ["leader", "unit", "year", *FIELDS]
    audit.record("contact_point.arranged", on=point, by=by, fields=fields, values=_values(point))
    return point


@transaction.atomic
def change_point(
    *,
    point,
    by,
    at,
    planned_visits,
    party_organization=None,
    recorder=None,
    cooperating=(),
    focus="",
    reason="",
):
    """Change the plan; a step keeps the earlier number of visits."""
    point = locked(point, "unit", "leader", no_key=True)
    require(rules.may_change_point(by, point))
    _check_party(party_organization, point.unit)

    before = point.planned_visits
    if planned_visits != before and not reason.strip():
        raise ValidationError({"reason": _("Say why the plan is changed.")})
    point.planned_visits, point.focus = planned_visits, focus.strip()
    point.party_organization, point.recorder = party_organization, recorder
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
    values = {"reason": reason}
    audit.record("contact_point.ended", on=point, by=by, fields=["ended_on"], values=values)
    return point


def end_with(point, *, on, reason):
    """Store the end, at the earliest the day the point was arranged."""
    change(point, ended_on=max(on, point.arranged_on), end_reason=reason.strip())


# --- Taking over last year's points ------------------------------------------------------------


def to_take_over(user, year):
    """Return [(point of the year before, reason to leave it out or "")] in the official order, for
    all points that the user sees and that ran to the end of the year."""
    before = (
        ContactPoint.objects.visible_to(user)
        .running()
        .filter(year=year - 1)
        .select_related("leader__organ__division", "unit__division", "unit__host_organ")
        .select_related("organ", "township", "party_organization", "recorder")
        .prefetch_related("cooperating")
        .order_by("organ__sort_order", "organ_id", "leader__sort_order", "leader_id", "pk")
    )
    there = ContactPoint.objects.running().filter(year=year).values_list("leader", "unit")
    with wall.as_system("which contact points are arranged already"):
        there = set(there)
    return [(point, _left_out(user, point, year, there)) for point in before]


def _left_out(user, point, year, there):
    if (point.leader_id, point.unit_id) in there:
        return _("Arranged already.")
    return str(rules.may_arrange_point(user, point.leader, point.unit, year).refusal)


@transaction.atomic
def take_over_year(*, year, shown, by, at):
    """Arrange all points of the year before again, with their plan; returns the new points.

    Raises ChangedMeanwhile if they are not those that were `shown` (ids).
    """
    require(rules.may_arrange_points(by))
    # Serialise concurrent requests: the second finds the points arranged.
    locked_many(ContactPoint.objects.filter(year=year - 1).only("pk"), no_key=True)
    points = [point for point, why in to_take_over(by, year) if not why]
    if {point.pk for point in points} != set(shown):
        said = _("Something was arranged or ended meanwhile. Look at the list again.")
        raise ChangedMeanwhile(said)
    told = {"year": year, "by": by, "at": at, "move": Move.COPIED}
    return [
        arrange_point(leader=one.leader, unit=one.unit, **told, **_plan_of(one)) for one in points
    ]


def _plan_of(point):
    """Return the plan of a point, without organs, Party organisations and people that have left
    since."""
    party = point.party_organization
    if party is not None and (party.ended_on or not rules.fits(party, point.unit)):
        party = None
    recorder = point.recorder
    return {
        "planned_visits": point.planned_visits,
        "recorder": None if recorder is None or recorder.left_on else recorder,
        "focus": point.focus,
        "party_organization": party,
        "cooperating": [organ for organ in point.cooperating.all() if organ.ended_on is None],
    }


def _check_party(party_organization, unit):
    if not (decision := rules.fits(party_organization, unit)):
        raise ValidationError({"party_organization": str(decision.refusal)})


def _values(point):
    names = ("leader_id", "unit_id", "year", "party_organization_id")
    names += ("recorder_id", "planned_visits", "focus")
    return {name: getattr(point, name) for name in names}
