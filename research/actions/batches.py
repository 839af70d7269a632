"""Fieldwork batches: planning, harmonising, arranging, ending."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.records import audit, steps
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import Decision, require
from research.actions.topics import RELATED as OF_TOPIC
from research.actions.topics import begin_topic
from research.models import BatchStep, BatchUnit, ResearchBatch
from research.models.batches import BatchState
from research.rules import batches as rules
from research.rules import topics as topic_rules

Move = BatchStep.Move
PLANNED = ("methods", "starts_on", "ends_on")


@transaction.atomic
def plan_batch(*, topic, by, at, units, people, **content):
    """Draft the next batch of a topic; each unit is first planned for the first day."""
    topic = locked(topic, *OF_TOPIC)
    require(topic_rules.may_plan_batch(by, topic))

    last = topic.batches.aggregate(last=Max("number"))["last"] or 0
    batch = ResearchBatch(topic=topic, number=last + 1, written_by=by, created_at=at, **content)
    keep(batch)
    batch.people.set(people)
    _go_to(batch, units)
    _note("drafted", batch, by, PLANNED)
    return batch


@transaction.atomic
def change_batch(*, batch, by, at, units, people, reason="", **content):
    """Change the plan. An arranged batch must be harmonised again, and the reason is kept."""
    batch = _locked(batch)
    require(rules.may_change_batch(by, batch))
    kept = {unit.pk for unit in units}
    _require_no_fieldwork(batch.units.exclude(unit__in=kept))

    changed = put_what_differs(batch, content)
    if changed:
        keep(batch, fields=changed)
    batch.people.set(people)
    batch.units.exclude(unit__in=kept).delete()
    there = set(batch.units.values_list("unit", flat=True))
    _go_to(batch, [unit for unit in units if unit.pk not in there])
    outside = batch.units.exclude(day__range=(batch.starts_on, batch.ends_on))
    outside.update(day=batch.starts_on)
    if "spot_check" not in batch.methods:
        batch.units.update(only_checked=False)
    if not batch.is_draft:
        change(batch, state=BatchState.CHECKED)
        take_step(batch, Move.CHANGED, by=by, at=at, words=reason)
    _note("changed", batch, by, changed, units=sorted(kept))
    return batch


def _require_no_fieldwork(rows):
    for row in rows.select_related("batch", "unit"):
        visits = row.batch.visits.standing().filter(unit=row.unit)
        if visits.exists() or row.batch.activities.filter(unit=row.unit).exists():
            said = _("There are records of %(unit)s; it stays.") % {"unit": row.unit.name}
            require(Decision(said))


def _go_to(batch, units):
    only_checked = batch.methods == ["spot_check"]
    facts = {"organ_id": batch.topic.lead_organ_id, "day": batch.starts_on}
    rows = [BatchUnit(batch=batch, only_checked=only_checked, **facts) for _unit in units]
    for row, unit in zip(rows, units, strict=True):
        row.stand_at(unit)
    BatchUnit.objects.bulk_create(rows)


@transaction.atomic
def plan_days(*, batch, by, days):
    """Set the day of each unit, and whether it is only spot-checked: {id: (day, only_checked)}."""
    batch = _locked(batch)
    require(rules.may_plan_days(by, batch))

    rows = list(batch.units.filter(pk__in=days))
    for row in rows:
        row.day, row.only_checked = days[row.pk]
    BatchUnit.objects.bulk_update(rows, ["day", "only_checked"])
    audit.record("research_batch.days_planned", by, batch, ["day", "only_checked"], days)
    return batch


@transaction.atomic
def drop_batch(*, batch, by):
    batch = _locked(batch)
    require(rules.may_drop_batch(by, batch))

    _note("dropped", batch, by)
    with steps.allowing_deletion():
        batch.delete()


@transaction.atomic
def submit_batch(*, batch, by, at):
    return _move(batch, rules.may_submit_batch, Move.SUBMITTED, by, at, BatchState.CHECKED)


@transaction.atomic
def take_back_batch(*, batch, by, at):
    return _move(batch, rules.may_take_back_batch, Move.TAKEN_BACK, by, at, BatchState.DRAFT)


@transaction.atomic
def send_back_batch(*, batch, by, at, reason):
    rule = rules.may_send_back_batch
    return _move(batch, rule, Move.SENT_BACK, by, at, BatchState.DRAFT, reason)


@transaction.atomic
def arrange_batch(*, batch, by, at, text=""):
    """Arrange a harmonised batch and tell the hosts, except of units that are only spot-checked."""
    topic = locked(batch.topic, *OF_TOPIC)
    batch = _move(batch, rules.may_arrange_batch, Move.ARRANGED, by, at, BatchState.ARRANGED, text)
    batch.units.filter(only_checked=False).update(told_at=at)
    begin_topic(topic=topic, by=by, at=at)
    return batch


@transaction.atomic
def cancel_batch(*, batch, by, at, reason):
    rule = rules.may_cancel_batch
    return _move(batch, rule, Move.CANCELLED, by, at, BatchState.CANCELLED, reason)


@transaction.atomic
def end_batch(*, batch, by, at):
    return _move(batch, rules.may_end_batch, Move.OVER, by, at, BatchState.OVER)


@transaction.atomic
def resume_batch(*, batch, by, at):
    return _move(batch, rules.may_resume_batch, Move.RESUMED, by, at, BatchState.ARRANGED)


def _locked(batch):
    return locked(batch, "topic__lead_organ__division")


def _move(batch, rule, move, by, at, state, words=""):
    batch = _locked(batch)
    require(rule(by, batch))

    change(batch, state=state)
    take_step(batch, move, by=by, at=at, words=words)
    values = {"state": state, "words": words}
    audit.record(f"research_batch.{move}", by, batch, ["state"], values)
    return batch


def _note(event, batch, by, fields=(), **more):
    values = {name: getattr(batch, name) for name in fields} | more
    audit.record(f"research_batch.{event}", by, batch, sorted(fields), values)
