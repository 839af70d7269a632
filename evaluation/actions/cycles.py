"""Cycles: open, gather the appraised, begin and close collecting, publish, make final.

Every action locks the row of the cycle first, so the second of two concurrent users sees what the
first did. Other parts join a move through `evaluation.appraisal.hooks`.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.actions.asking import note, permitted, stated
from evaluation.actions.schemes import own_organ
from evaluation.appraisal import gathering, hooks
from evaluation.models import Cycle, CycleStep, Scheme
from evaluation.models.cycles import CycleState
from evaluation.rules import cycles as rules
from outreach.actions.batches import own_area
from portal import parameters
from portal.days import workdays
from portal.records.steps import take_step
from portal.roles import Permission
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep, put
from portal.trust.access import require

S = CycleState
Move = CycleStep.Move
PLAN = ("title", "division", "starts_on", "ends_on", "ballots_until")
# Fields that decide who is appraised and for which days.
WHO = {"division", "starts_on", "ends_on"}


def _said(plan, schemes):
    return {name: str(value) for name, value in plan.items()} | {
        "schemes": sorted(one.pk for one in schemes)
    }


def _asked_for(schemes, *, standing=()):
    """Lock the schemes against withdrawal. Raises ValidationError if there is none."""
    wanted = [one.pk for one in schemes]
    found = locked_many(Scheme.objects.filter(pk__in=wanted), no_key=True)
    if not found:
        raise ValidationError({"schemes": _("Choose at least one scheme.")})
    require(rules.may_use_schemes([one for one in found if one.pk not in standing]))
    require(rules.may_use_together(found, standing=standing))
    return found


@transaction.atomic
def open_cycle(*, by, at, schemes, **plan):
    plan["division"] = plan.get("division") or own_area(by, Permission.MANAGE_EVALUATION)
    organ = own_organ(by)
    require(rules.may_open_cycle(by, organ, plan["division"]))
    schemes = _asked_for(schemes)
    cycle = Cycle(organ=organ, written_by=by, created_at=at, **plan)
    keep(cycle)
    cycle.schemes.set(schemes)
    take_step(cycle, Move.OPENED, by=by, at=at)
    note("cycle.opened", cycle, by, [*PLAN, "schemes"], _said(plan, schemes))
    return cycle


@transaction.atomic
def change_cycle(cycle, *, by, at, schemes, **plan):
    """Change an open cycle. If area, days or schemes change, the gathered people are dropped,
    except those left out of a scheme that stays."""
    cycle = permitted(cycle, rules.may_change_cycle, by)
    plan["division"] = plan.get("division") or own_area(by, Permission.MANAGE_EVALUATION)
    require(rules.may_open_cycle(by, cycle.organ, plan["division"]))
    standing = set(cycle.schemes.values_list("pk", flat=True))
    schemes = _asked_for(schemes, standing=standing)
    changed = [name for name in PLAN if name in plan and getattr(cycle, name) != plan[name]]
    others = standing != {one.pk for one in schemes}
    if not changed and not others:
        return cycle
    put(cycle, {name: plan[name] for name in changed})
    keep(cycle, fields=changed)
    if others or WHO & set(changed):
        gathering.forget(cycle, schemes)
    if others:
        cycle.schemes.set(schemes)
        changed.append("schemes")
    take_step(cycle, Move.CHANGED, by=by, at=at)
    note("cycle.changed", cycle, by, changed, _said(plan, schemes))
    return cycle


@transaction.atomic
def gather(cycle, *, by, at):
    """Add the people found in the records of the period; returns how many. Safe to repeat."""
    cycle = permitted(cycle, rules.may_gather, by)
    added = gathering.gather(cycle, by=by, on=timezone.localdate(at))
    take_step(cycle, Move.GATHERED, by=by, at=at, words=str(added))
    note("cycle.gathered", cycle, by, ["appraised"], {"added": added})
    return added


def _permitted(appraised, rule, by):
    cycle = locked(appraised.cycle, no_key=True)
    row = locked(appraised, no_key=True, cycle=cycle)
    require(rule(by, row))
    return row


@transaction.atomic
def leave_out(appraised, *, by, reason):
    row = _permitted(appraised, rules.may_leave_out, by)
    reason = stated("reason", reason, _("Write why."))
    change(row, left_out_reason=reason)
    note("appraised.left_out", row, by, ["left_out_reason"], {"reason": reason})
    return row


@transaction.atomic
def take_in_again(appraised, *, by):
    row = _permitted(appraised, rules.may_take_in_again, by)
    change(row, left_out_reason="")
    note("appraised.taken_in", row, by, ["left_out_reason"], {"reason": ""})
    if row.cycle.state == S.COLLECTING:
        for follow in hooks.AFTER_TAKING_IN:
            follow(row, by)
    return row


@transaction.atomic
def start_collecting(cycle, *, by, at):
    """Begin collecting; schemes, days and area are fixed from now on."""
    cycle = permitted(cycle, rules.may_start_collecting, by, on=timezone.localdate(at))
    change(cycle, state=S.COLLECTING)
    take_step(cycle, Move.STARTED, by=by, at=at)
    note("cycle.started", cycle, by, ["state"], {"state": cycle.state})
    for follow in hooks.AFTER_START:
        follow(cycle, by)
    return cycle


@transaction.atomic
def close_collecting(cycle, *, by, at, close_open=False):
    """Stop taking ballots and freeze the data. Open polls are refused unless `close_open` closes
    them; paper ballots typed only once are always refused."""
    cycle = permitted(cycle, rules.may_close_collecting, by, close_open=close_open)
    if close_open:
        for close in hooks.CLOSING:
            close(cycle, by, at)
        require(rules.may_close_collecting(by, cycle))
    change(cycle, state=S.COMPUTING, data_at=at)
    take_step(cycle, Move.CLOSED, by=by, at=at)
    note("cycle.closed", cycle, by, ["state", "data_at"], {"at": at})
    for follow in hooks.AFTER_CLOSE:
        follow(cycle, by)
    return cycle


@transaction.atomic
def note_computed(cycle, *, at, by=None):
    """Called when a computation ends; requires no permission."""
    cycle = locked(cycle, no_key=True)
    require(rules.may_note_computed(cycle, on=timezone.localdate(at)))
    first = cycle.state == S.COMPUTING
    if first:
        change(cycle, state=S.CHECKING)
    take_step(cycle, Move.COMPUTED if first else Move.RECOMPUTED, by=by, at=at)
    event = "cycle.computed" if first else "cycle.recomputed"
    note(event, cycle, by, ["state"], {"state": cycle.state})
    return cycle


@transaction.atomic
def publish_scores(cycle, *, by, at, on):
    """公示: the appraised read their own score and may object for some working days."""
    cycle = permitted(cycle, rules.may_publish_scores, by)
    if on < timezone.localdate(at):
        raise ValidationError({"on": _("The days for objections cannot begin in the past.")})
    until = workdays.add_working_days(on, parameters.number("notice.days", on=on))
    facts = {"state": S.OBJECTION, "objection_from": on, "objection_until": until}
    change(cycle, **facts)
    take_step(cycle, Move.PUBLISHED, by=by, at=at)
    note("cycle.published", cycle, by, facts, {"on": on, "until": until})
    return cycle


@transaction.atomic
def finish_cycle(cycle, *, by, at, document):
    cycle = locked(cycle, no_key=True)
    day = timezone.localdate(at)
    require(rules.may_finish_cycle(by, cycle, on=day))
    document = stated("document", document, _("Write the number of the document that decides it."))
    change(cycle, state=S.FINAL, document=document, final_on=day)
    take_step(cycle, Move.FINISHED, by=by, at=at, words=document)
    note("cycle.finished", cycle, by, ["state", "document"], {"document": document})
    return cycle


@transaction.atomic
def cancel_cycle(cycle, *, by, at, reason):
    cycle = permitted(cycle, rules.may_cancel_cycle, by)
    reason = stated("reason", reason, _("Write why."))
    change(cycle, state=S.CANCELLED)
    take_step(cycle, Move.CANCELLED, by=by, at=at, words=reason)
    note("cycle.cancelled", cycle, by, ["state"], {"reason": reason})
    for follow in hooks.AFTER_CANCEL:
        follow(cycle, by, at)
    return cycle
