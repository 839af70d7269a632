"""Contact points and prominent problems in a reorganisation."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.actions.matters import name_lead_official
from outreach.models import Matter
from pairing.actions.leading import end_with
from pairing.models import ContactPoint, ContactPointStep, ProblemStep, ProminentProblem
from pairing.models.fields import place_at, place_of
from portal.models import Organ
from portal.places import succession
from portal.places.succession import EXAMPLES, Passed
from portal.records import audit
from portal.records.steps import take_steps
from portal.tools.locking import locked_many

TITLES = {
    "contact_points": _("Contact points of leaders that go on"),
    "contact_points_ended": _("Contact points of leaders that end"),
    "problems": _("Prominent problems that go on"),
    "problems_alone": _("Prominent problems that need a lead official"),
}


# --- Contact points ----------------------------------------------------------------------------


def _points(reorganisation):
    """Running points of the year of the reorganisation or later."""
    rows = ContactPoint.objects.running().filter(year__gte=reorganisation.on.year)
    return rows.select_related("unit", "leader").order_by("pk")


def _pass_points(points, reorganisation, before, after, **changed):
    points = list(points)
    ContactPoint.objects.filter(pk__in=[point.pk for point in points]).update(**changed)
    _tell(points, reorganisation, f"{before.name} → {after.name}", list(changed))
    return points


def _tell(points, reorganisation, reason, fields):
    by, at = reorganisation.by, reorganisation.at
    words = f"{reason} {reorganisation.document}"
    take_steps(points, ContactPointStep.Move.REORGANISED, by=by, at=at, words=words)
    records = [(point, [reorganisation.pk]) for point in points]
    audit.record_each("contact_point.passed_on", by=by, fields=fields, records=records)


def _end(points, reorganisation, before, after):
    reason = f"{before.name} → {after.name} {reorganisation.document}"[:200]
    for point in points:
        end_with(point, on=reorganisation.on, reason=reason)
    _tell(points, reorganisation, f"{before.name} → {after.name}", ["ended_on"])


def _found(code, points):
    named = [(f"{one.leader.name} {one.unit.name}", one) for one in points[:EXAMPLES]]
    return Passed(code, len(points), tuple((name, one.get_absolute_url()) for name, one in named))


# --- Problems ----------------------------------------------------------------------------------


def _pass_problems(rows, reorganisation, before, after, **changed):
    problems = list(rows.order_by("pk"))
    ProminentProblem.objects.filter(pk__in=[one.pk for one in problems]).update(**changed)
    by, at = reorganisation.by, reorganisation.at
    words = f"{before.name} → {after.name} {reorganisation.document}"
    take_steps(problems, ProblemStep.Move.REORGANISED, by=by, at=at, words=words)
    records = [(one, [reorganisation.pk]) for one in problems]
    audit.record_each("problem.passed_on", by=by, fields=list(changed), records=records)
    return problems


def _passed(code, problems):
    examples = tuple((one.title, one.get_absolute_url()) for one in problems[:EXAMPLES])
    return Passed(code, len(problems), examples)


# --- The events --------------------------------------------------------------------------------


def pass_on_organ(old, heir, reorganisation):
    """Pass on what names the organ as the leader's organ, lead organ, host or cooperating organ."""
    points = _points(reorganisation).filter(organ=old)
    points = _pass_points(points, reorganisation, old, heir, organ=heir)
    hosted = _points(reorganisation).filter(host_organ=old)
    hosted = _pass_points(hosted, reorganisation, old, heir, host_organ=heir)
    with_us = ContactPoint.cooperating.through.objects
    part = list(_points(reorganisation).filter(cooperating=old))
    there = with_us.filter(contactpoint__in=part, organ=heir).values("contactpoint")
    mine = with_us.filter(contactpoint__in=part, organ=old)
    mine.exclude(contactpoint__in=there).update(organ=heir)
    # The remaining rows are points where the heir cooperates already.
    with_us.filter(contactpoint__in=part, organ=old).delete()
    _tell(part, reorganisation, f"{old.name} → {heir.name}", ["cooperating"])

    led = ProminentProblem.objects.open().filter(organ=old)
    led = _pass_problems(led, reorganisation, old, heir, organ=heir)
    there = ProminentProblem.objects.open().filter(host_organ=old)
    there = _pass_problems(there, reorganisation, old, heir, host_organ=heir)
    return [
        _found("contact_points", _once(points, hosted, part)),
        _passed("problems", _once(led, there)),
    ]


def _once(*lists):
    return list({one.pk: one for rows in lists for one in rows}.values())


def pass_on_host(units, old, new, reorganisation):
    here = {"unit__in": [unit.pk for unit in units], "host_organ": old}
    points = _points(reorganisation).filter(**here)
    points = _pass_points(points, reorganisation, old, new, host_organ=new)
    problems = ProminentProblem.objects.open().filter(**here)
    problems = _pass_problems(problems, reorganisation, old, new, host_organ=new)
    return [_found("contact_points", points), _passed("problems", problems)]


def pass_on_unit(old, heir, reorganisation, part):
    """Move points to the heir; end those that the leader has there already."""
    columns = place_at(ContactPoint, heir)
    there = set(_points(reorganisation).filter(unit=heir).values_list("leader_id", "year"))
    points = list(_points(reorganisation).filter(unit=old))
    twice = [point for point in points if (point.leader_id, point.year) in there]
    _end(twice, reorganisation, old, heir)
    going_on = [point.pk for point in points if point not in twice]
    points = _points(reorganisation).filter(pk__in=going_on)
    points = _pass_points(points, reorganisation, old, heir, **columns)
    problems = ProminentProblem.objects.open().filter(unit=old)
    problems = _pass_problems(problems, reorganisation, old, heir, **columns)
    return [
        _found("contact_points", points),
        _found("contact_points_ended", twice),
        _passed("problems", problems),
    ]


def pass_on_cadre(cadre, heir, reorganisation):
    """Pass points and problems to the heir. Without one the points end, and the problems need a new
    official."""
    points = list(_points(reorganisation).filter(leader=cadre))
    after = heir or cadre.organ
    _points(reorganisation).filter(recorder=cadre).update(recorder=None)
    _end(points, reorganisation, cadre, after)
    going_on = []
    if heir is not None:
        taken = set(_points(reorganisation).filter(leader=heir).values_list("unit_id", "year"))
        going_on = [point for point in points if (point.unit_id, point.year) not in taken]
    for point in going_on:
        _go_on(point, heir, reorganisation)
    alone = ProminentProblem.objects.open().filter(official=cadre)
    named = {"official": heir, "post": heir.post if heir else ""}
    problems = _pass_problems(alone, reorganisation, cadre, after, **named)
    if heir is not None:
        _lead_matters(problems, heir, reorganisation)
    return [
        _found("contact_points", going_on),
        _found("contact_points_ended", [point for point in points if point not in going_on]),
        _passed("problems" if heir else "problems_alone", problems),
    ]


def _lead_matters(problems, heir, reorganisation):
    """Make the heir lead official of the open matters of these problems."""
    told = {"by": reorganisation.by, "at": reorganisation.at, "text": reorganisation.document}
    matters = Matter.objects.open().filter(problems__in=problems)
    for matter in locked_many(matters, no_key=True):
        name_lead_official(matter=matter, official=heir, **told)


def _go_on(point, heir, reorganisation):
    kept = {name: getattr(point, name) for name in ("year", "focus", "planned_visits")}
    following = ContactPoint(
        **place_of(point, "party_organization"),
        **kept,
        recorder_id=None if point.recorder_id == heir.pk else point.recorder_id,
        leader=heir,
        post=heir.post,
        organ_id=heir.organ_id,
        arranged_by=reorganisation.by,
        arranged_on=reorganisation.on,
    )
    following.save()
    following.cooperating.set(point.cooperating.all())
    _tell([following], reorganisation, f"{point.leader.name} → {heir.name}", ["leader"])


def blockers_of(row, *, on):
    """Records of an organ or a unit that prevent ending it without an heir."""
    here = Q(organ=row) | Q(host_organ=row) if isinstance(row, Organ) else Q(unit=row)
    points = ContactPoint.objects.running().filter(here, year__gte=on.year)
    problems = ProminentProblem.objects.open().filter(here)
    return [Passed("contact_points", points.count()), Passed("problems", problems.count())]


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.HOST_CHANGED.append(pass_on_host)
succession.UNIT_ENDED.append(pass_on_unit)
succession.CADRE_TRANSFERRED.append(pass_on_cadre)
succession.BLOCKERS.append(blockers_of)
