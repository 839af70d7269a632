"""Plans: from the draft to the archive; their items, counts and sentences."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight import measures
from oversight.models import ItemStep, PlanItem, PlanStep, QuarterNote, WorkPlan
from oversight.models.plans import Measure, PlanKind, PlanState, end_of_quarter, last_quarter
from oversight.rules import plans as rules
from portal.days import workdays
from portal.records import audit, steps, undoing
from portal.records.steps import take_step
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require

Move = PlanStep.Move
RELATED = ("organ__division",)
_CAN_BE_UNDONE = {Move.DELIBERATED, Move.DECIDED, Move.SUMMED_UP, Move.ARCHIVED}


# --- The plan ------------------------------------------------------------------------------------


def locked_plan(plan):
    return locked(plan, *RELATED)


@transaction.atomic
def draft_plan(*, by, at, organ, **content):
    require(rules.may_draft_plans(by))
    require(rules.may_plan_for(by, organ))

    plan = WorkPlan(written_by=by, created_at=at, **_complete(content))
    plan.stand_with(organ)
    keep(plan)
    _note("drafted", plan, by, sorted(content))
    return plan


@transaction.atomic
def change_plan(*, plan, by, organ, **content):
    plan = locked(plan, *RELATED)
    require(rules.may_change_plan(by, plan))
    require(rules.may_plan_for(by, organ))

    changed = put_what_differs(plan, _complete(content))
    if organ != plan.organ:
        plan.stand_with(organ)
    keep(plan)
    _note("changed", plan, by, changed)
    return plan


def _complete(content):
    """Main points are of one year."""
    if content.get("kind") == PlanKind.YEAR:
        content["last_year"] = content["first_year"]
        if above := content.get("above"):
            require(rules.may_carry_out(content, above))
    return content


@transaction.atomic
def drop_plan(*, plan, by):
    plan = locked(plan, *RELATED)
    require(rules.may_drop_plan(by, plan))

    _note("dropped", plan, by)
    with steps.allowing_deletion():
        plan.items.all().delete()
        plan.delete()


@transaction.atomic
def hear_plan(*, plan, by, at, text=""):
    return _move(plan, rules.may_hear_plan, Move.HEARD, by, at, text, state=PlanState.HEARD)


@transaction.atomic
def say_opinion(*, plan, by, at, text):
    """Record an organ's opinion on the draft."""
    return _move(plan, rules.may_say_opinion, Move.SAID, by, at, text)


@transaction.atomic
def send_plan_back(*, plan, by, at, reason):
    rule = rules.may_send_plan_back
    facts = {"state": PlanState.DRAFT, "deliberated_on": None}
    return _move(plan, rule, Move.SENT_BACK, by, at, reason, **facts)


@transaction.atomic
def deliberate_plan(*, plan, by, at, deliberated_on, text=""):
    rule, facts = rules.may_deliberate_plan, {"deliberated_on": deliberated_on}
    return _move(plan, rule, Move.DELIBERATED, by, at, text, state=PlanState.DELIBERATED, **facts)


@transaction.atomic
def decide_plan(*, plan, by, at, decided_on, decided_in):
    facts = {"state": PlanState.DECIDED, "decided_on": decided_on, "decided_in": decided_in.strip()}
    return _move(plan, rules.may_record_plan_decision, Move.DECIDED, by, at, decided_in, **facts)


@transaction.atomic
def issue_plan(*, plan, by, at, document, issued_on):
    """Put the plan into force and count its items at once."""
    plan = locked(plan, *RELATED)
    require(rules.may_issue_plan(by, plan))
    if issued_on < plan.decided_on:
        said = _("It was decided on %(day)s and cannot have been issued before that day.")
        raise ValidationError({"issued_on": said % {"day": plan.decided_on.isoformat()}})
    facts = {"state": PlanState.ISSUED, "issued_on": issued_on, "document": document.strip()}
    plan = _move(plan, rules.may_issue_plan, Move.ISSUED, by, at, **facts)
    _count(plan, at=at)
    return plan


@transaction.atomic
def count_plan(*, plan, by, at):
    """Recount its items; this also happens every night."""
    plan = locked(plan, *RELATED)
    require(rules.may_count_plan(by, plan))
    _count(plan, at=at)
    _note("counted", plan, by)
    return plan


@transaction.atomic
def sum_up_plan(*, plan, by, at, summary):
    plan = locked(plan, *RELATED)
    require(rules.may_sum_up_plan(by, plan))
    _count(plan, at=at)
    facts = {"state": PlanState.SUMMED_UP, "summary": summary.strip()}
    return _move(plan, rules.may_sum_up_plan, Move.SUMMED_UP, by, at, **facts)


@transaction.atomic
def archive_plan(*, plan, by, at):
    return _move(plan, rules.may_archive_plan, Move.ARCHIVED, by, at, state=PlanState.ARCHIVED)


def _move(plan, rule, move, by, at, words="", **facts):
    plan = locked(plan, *RELATED)
    require(rule(by, plan))

    before = undoing.standing(plan, facts)
    if facts:
        keep(plan, **facts)
    document = facts.get("document")
    step = take_step(plan, move, by=by, at=at, words=words, document=document)
    if move in _CAN_BE_UNDONE:
        undoing.remember(step, before, at=at)
    audit.record(f"plan.{move}", by, plan, sorted(facts), facts | {"words": words})
    return plan


def _note(event, plan, by, fields=()):
    values = {name: getattr(plan, name) for name in fields}
    audit.record(f"plan.{event}", by, plan, sorted(fields), values)


# --- Items ---------------------------------------------------------------------------------------


@transaction.atomic
def add_item(*, plan, by, organs=(), **content):
    plan = locked(plan, *RELATED)
    require(rules.may_add_item(by, plan))

    last = plan.items.order_by("-position").values_list("position", flat=True).first()
    item = PlanItem(plan=plan, position=(last or 0) + 1, **_counting(content))
    _check_due(item)
    keep(item)
    item.organs.set(organs)
    audit.record("plan_item.added", by, item, sorted(content), content)
    return item


@transaction.atomic
def change_item(*, item, by, organs=(), **content):
    item = locked(item, *(f"plan__{one}" for one in RELATED))
    require(rules.may_change_item(by, item))

    changed = put_what_differs(item, _counting(content))
    _check_due(item)
    keep(item)
    item.organs.set(organs)
    audit.record("plan_item.changed", by, item, changed, content)
    return item


@transaction.atomic
def drop_item(*, item, by):
    item = locked(item, *(f"plan__{one}" for one in RELATED))
    require(rules.may_change_item(by, item))

    audit.record("plan_item.dropped", by, item)
    with steps.allowing_deletion():
        item.delete()


def _counting(content):
    """Clear target and scope of an item that is not counted."""
    if not content.get("measure"):
        return content | {"measure": "", "target": None, "counted_of": ""}
    if content["measure"] not in Measure.values:
        raise ValidationError({"measure": _("Only what stands in the list is counted.")})
    return content


def _check_due(item):
    first, last = item.plan.days
    if not first <= item.due_on <= last:
        raise ValidationError({"due_on": _("This day lies outside of the plan.")})


@transaction.atomic
def adjust_item(*, item, by, at, reason, document, **content):
    """Record an adjustment by the deciding body; previous values are kept in the history."""
    item = locked(item, "plan__organ__division", "lead_organ")
    require(rules.may_adjust_item(by, item))

    before = {name: getattr(item, name) for name in content}
    changed = put_what_differs(item, content)
    if not changed:
        raise ValidationError(_("Nothing differs from what it was."))
    _check_due(item)
    item.adjusted_on = timezone.localdate(at)
    keep(item)
    _tell(item, ItemStep.Move.ADJUSTED, by, at, reason, document, before, changed)
    return item


@transaction.atomic
def cancel_item(*, item, by, at, reason, document):
    item = locked(item, "plan__organ__division", "lead_organ")
    require(rules.may_adjust_item(by, item))

    change(item, cancelled_on=timezone.localdate(at))
    _tell(item, ItemStep.Move.CANCELLED, by, at, reason, document, {}, ["cancelled_on"])
    return item


def _tell(item, move, by, at, reason, document, before, changed):
    facts = {name: str(before[name]) for name in changed if name in before}
    take_step(item, move, by=by, at=at, words=reason, document=document, facts=facts)
    words = _("%(n)s %(task)s") % {"n": item.position, "task": item.task}
    take_step(item.plan, Move.ADJUSTED, by=by, at=at, words=words, document=document)
    audit.record(f"plan_item.{move}", by, item, changed, {"reason": reason, "document": document})


@transaction.atomic
def note_item_done(*, item, by, at, done_on, text):
    item = locked(item, "plan__organ__division", "lead_organ")
    require(rules.may_note_item_done(by, item))

    change(item, done_on=done_on)
    take_step(item, ItemStep.Move.DONE, by=by, at=at, words=text)
    audit.record("plan_item.done", by, item, ["done_on"], {"done_on": done_on, "text": text})
    return item


@transaction.atomic
def reopen_item(*, item, by, at, reason):
    item = locked(item, "plan__organ__division", "lead_organ")
    require(rules.may_reopen_item(by, item))

    change(item, done_on=None)
    take_step(item, ItemStep.Move.REOPENED, by=by, at=at, words=reason)
    audit.record("plan_item.reopened", by, item, ["done_on"], {"reason": reason})
    return item


# --- Quarters ------------------------------------------------------------------------------------


@transaction.atomic
def say_quarter(*, item, by, at, text):
    """Write one sentence on the last quarter; the lead organ may replace it until it is
    reviewed."""
    item = locked(item, "plan__organ__division", "lead_organ__division")
    require(rules.may_say_quarter(by, item))

    year, quarter = last_quarter(by.today)
    note = QuarterNote.objects.filter(item=item, year=year, quarter=quarter).first()
    note = note or QuarterNote(item=item, year=year, quarter=quarter)
    note.text, note.written_by, note.at = text.strip(), by, at
    keep(note)
    audit.record("quarter_note.said", by, note, ["text"], {"text": text})
    return item


@transaction.atomic
def review_note(*, note, by, at):
    note = locked(note, "item__plan__organ__division")
    require(rules.may_review_note(by, note))

    change(note, reviewed_by=by, reviewed_at=at)
    audit.record("quarter_note.reviewed", by, note, ["reviewed_at"])
    return note


@transaction.atomic
def send_note_back(*, note, by, at, reason):
    """Delete the sentence; text and reason stay in the history of the item."""
    note = locked(note, "item__plan__organ__division")
    require(rules.may_review_note(by, note))

    take_step(note.item, ItemStep.Move.SENT_BACK, by=by, at=at, words=f"{note.text}：{reason}")
    audit.record("quarter_note.sent_back", by, note, ["text"], {"reason": reason})
    note.delete()


# --- By the clock --------------------------------------------------------------------------------


def count_plans(*, at):
    """Count the items of all plans in force. From the third working day of a quarter, also store
    their standing at the end of the last one. Return the number of plans."""
    plans = list(WorkPlan.objects.in_force().order_by("pk"))
    for plan in plans:
        with transaction.atomic():
            _count(locked(plan, *RELATED), at=at)
    return len(plans)


# Working day of a quarter from which the last one is stored.
COUNTS_ON = 3


def _count(plan, *, at):
    on = timezone.localdate(at)
    items = locked_many(plan.items.counted().filter(cancelled_on=None))
    found = measures.counted(plan, items, on=on)
    for item in items:
        if item.pk not in found:
            continue
        item.done, item.whole = found[item.pk]
        item.reached_on = (item.reached_on or on) if item.is_reached else None
    PlanItem.objects.bulk_update(items, ["done", "whole", "reached_on"], batch_size=500)
    change(plan, counted_at=at)
    _keep_quarter(plan, items, at=at, on=on)


def _keep_quarter(plan, items, *, at, on):
    year, quarter = last_quarter(on)
    ended = end_of_quarter(year, quarter)
    if on < workdays.add_working_days(ended, COUNTS_ON) or plan.issued_on > ended:
        return
    if not plan.first_year <= year <= plan.last_year:
        return
    kept = set(
        QuarterNote.objects.filter(item__plan=plan, year=year, quarter=quarter).values_list(
            "item", flat=True
        )
    )
    QuarterNote.objects.bulk_create(
        QuarterNote(item=item, year=year, quarter=quarter, done=item.done, whole=item.whole, at=at)
        for item in items
        if item.pk not in kept and item.whole is not None
    )
