"""Inspections: plan, approval, draw, looks, facts, conclusion, feedback, end."""

import zlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.inspections import frames
from oversight.models import (
    InspectedOrgan,
    InspectedRow,
    Inspection,
    InspectionNote,
    InspectionStep,
)
from oversight.models.inspections import DrawnFrom, InspectionState
from oversight.rules import inspections as rules
from portal import parameters
from portal.days import workdays
from portal.records import audit, steps, undoing
from portal.records.steps import take_step
from portal.sampling import seed as seeds
from portal.sampling.drawing import draw
from portal.sampling.plan import Announcement, announce
from portal.sampling.seed import Seed
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require

Move = InspectionStep.Move
State = InspectionState
RELATED = ("organ__division", "head__organ", "approver__organ", "area")
_CAN_BE_UNDONE = {Move.BEGUN, Move.CONCLUDED, Move.DONE, Move.ARCHIVED, Move.CANCELLED}


def locked_inspection(inspection):
    return locked(inspection, *RELATED, no_key=True)


# --- The plan ---------------------------------------------------------------------------------


@transaction.atomic
def plan_inspection(*, by, at, organ, inspected, members=(), **plan):
    require(rules.may_plan_inspections(by))
    require(rules.may_plan_for(by, organ))
    require(rules.may_inspect(by, inspected))
    require(rules.may_draw_from(organ, plan.get("area")))
    group = [plan["head"], *members]
    require(rules.may_send(inspected, group))
    require(rules.may_name_approver(inspected, plan["approver"], group))
    inspection = Inspection(organ=organ, written_by=by, created_at=at, **plan)
    keep(inspection, exclude=("frame_file",))
    inspection.members.set(members)
    _name(inspection, inspected)
    _note("planned", inspection, by, sorted(plan))
    return inspection


@transaction.atomic
def change_inspection(*, inspection, by, organ, inspected, members=(), **plan):
    inspection = locked_inspection(inspection)
    require(rules.may_change_inspection(by, inspection))
    require(rules.may_plan_for(by, organ))
    require(rules.may_inspect(by, inspected))
    require(rules.may_draw_from(organ, plan.get("area")))
    group = [plan["head"], *members]
    require(rules.may_send(inspected, group))
    require(rules.may_name_approver(inspected, plan["approver"], group))
    changed = put_what_differs(inspection, {"organ": organ, **plan})
    keep(inspection, fields=changed, exclude=("frame_file",))
    inspection.members.set(members)
    _name(inspection, inspected)
    _note("changed", inspection, by, changed)
    return inspection


def _name(inspection, organs):
    if not organs:
        raise ValidationError({"inspected": _("Name at least one organ.")})
    inspection.inspected.exclude(organ__in=organs).delete()
    named = set(inspection.inspected.values_list("organ", flat=True))
    InspectedOrgan.objects.bulk_create(
        InspectedOrgan(inspection=inspection, organ=one) for one in organs if one.pk not in named
    )


@transaction.atomic
def drop_inspection(*, inspection, by):
    inspection = locked_inspection(inspection)
    require(rules.may_drop_inspection(by, inspection))
    _note("dropped", inspection, by)
    with steps.allowing_deletion():
        inspection.delete()


@transaction.atomic
def submit_inspection(*, inspection, by, at):
    rule = rules.may_submit_inspection
    return _move(inspection, rule, Move.SUBMITTED, by, at, state=State.SUBMITTED)


@transaction.atomic
def send_back_inspection(*, inspection, by, at, reason):
    rule = rules.may_send_back_inspection
    return _move(inspection, rule, Move.SENT_BACK, by, at, reason, state=State.DRAFT)


@transaction.atomic
def approve_inspection(*, inspection, by, at, text=""):
    rule = rules.may_approve_inspection
    return _move(inspection, rule, Move.APPROVED, by, at, text, state=State.APPROVED)


@transaction.atomic
def cancel_inspection(*, inspection, by, at, reason):
    rule = rules.may_cancel_inspection
    return _move(inspection, rule, Move.CANCELLED, by, at, reason, state=State.CANCELLED)


# --- The draw ---------------------------------------------------------------------------------


@transaction.atomic
def freeze_frame(*, inspection, by, at):
    """Freeze the frame and the number to draw; both hashes are shown from now on."""
    inspection = locked_inspection(inspection)
    require(rules.may_freeze(by, inspection))
    frame, places = frames.frame_of(inspection, on=timezone.localdate(at))
    inspection.unit_count, inspection.places = len(places), places
    announced = announce(frame, inspection.plan, at=at)
    if inspection.drawn_from == DrawnFrom.CLOSURES:
        solved = frames.reported_solved(frames.closures(inspection))
        inspection.reported_solved = solved.count()
    inspection.frame_file = zlib.compress(frame.published)
    inspection.frame_digest = announced.frame_digest
    inspection.plan_digest = announced.plan.digest
    inspection.frozen_at, inspection.state = at, State.FROZEN
    inspection.save()
    take_step(inspection, Move.FROZEN, by=by, at=at, words=inspection.frame_digest)
    values = {"frame": inspection.frame_digest, "plan": inspection.plan_digest}
    audit.record("inspection.frozen", by, inspection, sorted(values), values)
    return inspection


@transaction.atomic
def enter_seed(*, inspection, by, at, kind, digits, how, witness, witness_of):
    """Enter the seed, once, which was thrown after the freeze, and draw."""
    inspection = locked_inspection(inspection)
    require(rules.may_enter_seed(by, inspection))
    try:
        thrown = seeds.digits_of(kind, digits)
    except ValidationError as problem:
        raise ValidationError({"digits": problem.messages}) from problem
    organ = inspection.organ
    if witness_of.strip() in {organ.name, organ.short_name, organ.official_name}:
        raise ValidationError({"witness_of": _("The witness is from outside the organ.")})
    inspection.seed, inspection.seed_kind, inspection.seed_how = thrown, kind, how
    inspection.witness, inspection.witness_of = witness, witness_of
    inspection.seeded_at = at
    drawing = recompute_draw(inspection)
    inspection.result_digest = drawing.digest
    inspection.state = State.DRAWN
    keep(inspection, exclude=("frame_file",))
    column = "matter_id" if inspection.is_of_closures else "unit_id"
    InspectedRow.objects.bulk_create(
        InspectedRow(
            inspection=inspection,
            position=position,
            key=row.key,
            **{column: inspection.places[row.key]},
        )
        for position, row in enumerate(drawing.released(), start=1)
    )
    take_step(inspection, Move.DRAWN, by=by, at=at, words=how)
    values = {"seed": thrown, "result": drawing.digest}
    audit.record("inspection.drawn", by, inspection, sorted(values), values)
    return inspection


def recompute_draw(inspection):
    """Recompute the draw from the frozen frame and the seed."""
    announced = Announcement(inspection.frame_digest, inspection.plan, inspection.frozen_at)
    return draw(inspection.frame, announced, Seed(inspection.seed, inspection.seeded_at))


@transaction.atomic
def begin_inspection(*, inspection, by, at):
    return _move(inspection, rules.may_begin, Move.BEGUN, by, at, state=State.ON_SITE)


# --- On site ----------------------------------------------------------------------------------


@transaction.atomic
def record_look(*, row, by, at, way, looked_on, seen="", said="", note=""):
    """Record the result for a drawn unit or matter; a correction overwrites it until the facts are
    sent."""
    inspection = locked_inspection(row.inspection)
    row = locked(row, "matter__organ", "unit__host_organ", no_key=True, inspection=inspection)
    require(rules.may_look(by, row))
    if row.matter_id and not seen and not said:
        raise ValidationError({"seen": _("Say what was seen, or what the raiser said.")})
    facts = {"way": way, "looked_on": looked_on, "seen": seen, "said": said, "note": note}
    keep(row, recorded_by=by, **facts)
    audit.record("inspection.looked", by, inspection, sorted(facts), {"row": row.pk, **facts})
    return row


@transaction.atomic
def add_note(*, inspection, by, at, organ, kind, text):
    """指导意见 or 发现的好做法."""
    inspection = locked_inspection(inspection)
    require(rules.may_note(by, inspection))
    note = InspectionNote(
        inspection=inspection, organ=organ, kind=kind, text=text, at=at, noted_by=by
    )
    note.save()
    _note("note_added", inspection, by, ("notes",))
    return inspection


# --- Facts, conclusion, feedback --------------------------------------------------------------


@transaction.atomic
def send_facts(*, inspection, by, at):
    """Let each inspected organ check the facts about it."""
    inspection = locked_inspection(inspection)
    require(rules.may_send_facts(by, inspection))
    day = timezone.localdate(at)
    count = parameters.number("inspection.fact_check_wd", on=day)
    due = workdays.add_working_days(day, count)
    inspection.inspected.update(asked_on=day, due_on=due)
    change(inspection, state=State.CHECKING)
    take_step(inspection, Move.CHECKING, by=by, at=at)
    _note("facts_sent", inspection, by, ("state",))
    return inspection


@transaction.atomic
def answer_facts(*, asked, by, at, text):
    inspection = locked_inspection(asked.inspection)
    asked = locked(asked, "organ__division", no_key=True, inspection=inspection)
    require(rules.may_answer_facts(by, asked))
    change(asked, answered_at=at, answered_by=by, answer=text.strip())
    take_step(inspection, Move.ANSWERED, by=by, at=at, words=text, about=asked.organ)
    _note("facts_answered", inspection, by, ("answer",))
    return asked


@transaction.atomic
def conclude_inspection(*, inspection, by, at, text):
    facts = {
        "state": State.CONCLUDED,
        "conclusion": text.strip(),
        "concluded_on": timezone.localdate(at),
        "concluded_by": by,
    }
    return _move(inspection, rules.may_conclude, Move.CONCLUDED, by, at, "", **facts)


@transaction.atomic
def give_feedback(*, inspection, by, at, text=""):
    """Give feedback; the objection period starts now."""
    facts = {"state": State.FED_BACK, "fed_back_on": timezone.localdate(at)}
    return _move(inspection, rules.may_give_feedback, Move.FED_BACK, by, at, text, **facts)


@transaction.atomic
def complete_inspection(*, inspection, by, at):
    return _move(inspection, rules.may_complete, Move.DONE, by, at, state=State.DONE)


@transaction.atomic
def archive_inspection(*, inspection, by, at):
    rule = rules.may_archive_inspection
    return _move(inspection, rule, Move.ARCHIVED, by, at, state=State.ARCHIVED)


def _move(inspection, rule, move, by, at, words="", **facts):
    inspection = locked_inspection(inspection)
    require(rule(by, inspection))
    before = undoing.standing(inspection, facts)
    keep(inspection, exclude=("frame_file",), **facts)
    step = take_step(inspection, move, by=by, at=at, words=words)
    if move in _CAN_BE_UNDONE:
        undoing.remember(step, before, at=at)
    values = {name: str(value) for name, value in facts.items()} | {"words": words}
    audit.record(f"inspection.{move}", by, inspection, sorted(facts), values)
    return inspection


def _note(event, inspection, by, fields=()):
    audit.record(f"inspection.{event}", by, inspection, sorted(fields))
