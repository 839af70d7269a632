"""Practices: written down, tried elsewhere, spread, turned into a rule."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.models import Practice, PracticeRule, PracticeStep, PracticeTrial
from oversight.models.practices import DOCUMENT_USED, PracticeState, RuleStage
from oversight.rules import practices as rules
from portal.records import audit, steps, undoing
from portal.records.steps import take_step
from portal.tools.locking import lock_name, locked, locked_one
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require

Move = PracticeStep.Move
RELATED = ("organ__division", "unit")
_CAN_BE_UNDONE = {Move.TRIED, Move.DECIDED, Move.REFUSED}


def locked_practice(practice):
    return locked(practice, *RELATED)


@transaction.atomic
def write_practice(*, by, at, unit=None, **content):
    """Draft a practice; only its writer sees it until it is submitted."""
    require(rules.may_write_practices(by))

    practice = Practice(written_by=by, created_at=at, **content)
    practice.stand_with(by.organ, unit)
    keep(practice)
    _note("written", practice, by, sorted(content))
    return practice


@transaction.atomic
def change_practice(*, practice, by, unit=None, **content):
    practice = locked(practice, *RELATED)
    require(rules.may_change_practice(by, practice))

    changed = put_what_differs(practice, content)
    practice.stand_with(practice.organ, unit)
    keep(practice)
    _note("changed", practice, by, changed)
    return practice


@transaction.atomic
def drop_practice(*, practice, by):
    practice = locked(practice, *RELATED)
    require(rules.may_drop_practice(by, practice))

    _note("dropped", practice, by)
    with steps.allowing_deletion():
        practice.delete()


@transaction.atomic
def submit_practice(*, practice, by, at):
    practice = locked(practice, *RELATED)
    require(rules.may_submit_practice(by, practice))

    day, is_first = timezone.localdate(at), practice.number is None
    if is_first:
        practice.take_number(day.year)
        practice.submitted_on = day
    practice.state = PracticeState.SUBMITTED
    keep(practice)
    take_step(practice, Move.SUBMITTED if is_first else Move.ADDED, by=by, at=at)
    _note("submitted", practice, by, ["state"])
    return practice


@transaction.atomic
def ask_to_add(*, practice, by, at, reason):
    facts = {"state": PracticeState.TO_ADD, "was_added_to": True}
    return _move(practice, rules.may_ask_to_add, Move.TO_ADD, by, at, reason, **facts)


@transaction.atomic
def refuse_practice(*, practice, by, at, reason):
    facts = {"state": PracticeState.REFUSED, "opinion": reason.strip()}
    return _move(practice, rules.may_refuse_practice, Move.REFUSED, by, at, reason, **facts)


# --- Trials --------------------------------------------------------------------------------------


@transaction.atomic
def try_practice(*, practice, by, at, unit, starts_on):
    practice = locked(practice, *RELATED)
    require(rules.may_try_practice(by, practice))
    if practice.unit_id == unit.pk:
        raise ValidationError({"unit": _("It is tried elsewhere, not where it comes from.")})

    keep(PracticeTrial(practice=practice, unit=unit, starts_on=starts_on, added_by=by))
    change(practice, state=PracticeState.TRIAL)
    take_step(practice, Move.TRIAL, by=by, at=at, words=unit.name)
    _note("trial_begun", practice, by, ["state"])
    return practice


@transaction.atomic
def end_trial(*, practice, by, at, trial, ended_on, works, result, matters=(), visits=()):
    """Record the result of a trial, with links to what happened at its unit."""
    practice = locked(practice, *RELATED)
    require(rules.may_end_trial(by, practice))
    trial = locked_one(practice.trials.filter(pk=trial.pk, ended_on=None))
    elsewhere = [one for one in (*matters, *visits) if one.unit_id != trial.unit_id]
    if elsewhere:
        raise ValidationError(_("Link what happened at the unit of the trial."))
    if not matters and not visits:
        raise ValidationError(_("Link at least one matter or visit of the unit."))

    keep(trial, ended_on=ended_on, works=works, result=result.strip())
    trial.matters.set(matters)
    trial.visits.set(visits)
    take_step(practice, Move.TRIED, by=by, at=at, words=f"{trial.unit.name}：{trial.result}")
    _note("trial_ended", practice, by)
    return practice


@transaction.atomic
def finish_trials(*, practice, by, at, opinion):
    facts = {"state": PracticeState.TRIED, "opinion": opinion.strip()}
    return _move(practice, rules.may_finish_trials, Move.TRIED, by, at, opinion, **facts)


@transaction.atomic
def decide_practice(*, practice, by, at, decided_on, decided_in):
    facts = {"decided_on": decided_on, "decided_in": decided_in.strip()}
    facts["state"] = PracticeState.DECIDED
    return _move(practice, rules.may_decide_practice, Move.DECIDED, by, at, decided_in, **facts)


@transaction.atomic
def spread_practice(*, practice, by, at, document, spread_on, is_shared=False):
    """Publish it in the library for everybody. A document number used for another practice is
    refused, unless the user states that one document spreads several."""
    practice = locked(practice, *RELATED)
    require(rules.may_spread_practice(by, practice))
    document = document.strip()
    if not is_shared:
        _refuse_used(document, practice)

    facts = {"state": PracticeState.SPREAD, "spread_on": spread_on, "document": document}
    return _moved(practice, Move.SPREAD, by, at, **facts)


def _refuse_used(document, practice):
    lock_name(f"practice document {document}")
    same = Practice.objects.spread_by(document, practice.numbered_in).exclude(pk=practice.pk)
    if (other := same.first()) is None:
        return
    said = _(
        "This document number stands with “%(name)s”, spread on %(day)s. Correct it, or "
        "tick below that the document spreads several practices."
    )
    said %= {"name": other.name, "day": other.spread_on}
    raise ValidationError({"document": ValidationError(said, code=DOCUMENT_USED)})


# --- Rules ---------------------------------------------------------------------------------------


@transaction.atomic
def begin_rule(*, practice, by, at, title):
    practice = locked(practice, *RELATED)
    require(rules.may_begin_rule(by, practice))

    day = timezone.localdate(at)
    keep(PracticeRule(practice=practice, title=title.strip(), stage_on=day))
    change(practice, state=PracticeState.MAKING)
    take_step(practice, Move.MAKING, by=by, at=at, words=title)
    _note("rule_begun", practice, by, ["state"])
    return practice


@transaction.atomic
def advance_rule(*, practice, by, at, stage_on, text=""):
    """Advance to the next stage: opinions, legality check, deliberation."""
    practice = locked(practice, *RELATED)
    require(rules.may_advance_rule(by, practice))

    rule = _rule_of(practice)
    keep(rule, stage=rule.next_stage, stage_on=stage_on)
    words = f"{rule.get_stage_display()} {text}".strip()
    take_step(practice, Move.STAGE, by=by, at=at, words=words)
    audit.record("practice.rule_advanced", by, practice, ["stage"], {"stage": rule.stage})
    return practice


@transaction.atomic
def issue_rule(*, practice, by, at, document, valid_from, valid_to=None, replaces=None):
    """Issue the rule; a rule that it replaces ends the day before."""
    practice = locked(practice, *RELATED)
    require(rules.may_issue_rule(by, practice))

    rule = _rule_of(practice)
    facts = {"document": document.strip(), "valid_from": valid_from, "valid_to": valid_to}
    keep(rule, stage=RuleStage.ISSUED, stage_on=timezone.localdate(at), **facts)
    change(practice, state=PracticeState.RULE)
    if replaces is not None:
        _replace(locked(replaces, "practice"), rule, by=by, at=at)
    take_step(practice, Move.ISSUED, by=by, at=at, words=rule.title, document=rule.document)
    audit.record("practice.rule_issued", by, practice, sorted(facts), facts)
    return practice


def _replace(old, new, *, by, at):
    if not old.is_issued or old.ended_on:
        raise ValidationError({"replaces": _("This rule is not in force.")})
    if new.valid_from <= old.valid_from:
        raise ValidationError({"valid_from": _("It holds from a later day than the old rule.")})
    keep(old, ended_on=new.valid_from, replaced_by=new)
    words = _("Replaced by %(title)s") % {"title": new.title}
    take_step(old.practice, Move.ENDED, by=by, at=at, words=words, document=new.document)
    audit.record("practice.rule_ended", by, old.practice, ["ended_on", "replaced_by"])


@transaction.atomic
def extend_rule(*, practice, by, at, valid_to, document):
    """续期: set a new last day, by a document."""
    practice = locked(practice, *RELATED)
    require(rules.may_extend_rule(by, practice))

    rule = _rule_of(practice)
    if valid_to <= rule.valid_to:
        raise ValidationError({"valid_to": _("The new day lies after the old one.")})
    keep(rule, valid_to=valid_to)
    words = valid_to.isoformat()
    take_step(practice, Move.EXTENDED, by=by, at=at, words=words, document=document)
    audit.record("practice.rule_extended", by, practice, ["valid_to"], {"valid_to": valid_to})
    return practice


@transaction.atomic
def end_rule(*, practice, by, at, ended_on, reason):
    """废止: end the rule; `ended_on` is the first day on which it no longer holds."""
    practice = locked(practice, *RELATED)
    require(rules.may_end_rule(by, practice))

    rule = _rule_of(practice)
    if ended_on < rule.valid_from:
        raise ValidationError({"ended_on": _("The end lies before the beginning.")})
    keep(rule, ended_on=ended_on)
    take_step(practice, Move.ENDED, by=by, at=at, words=reason)
    audit.record("practice.rule_ended", by, practice, ["ended_on"], {"reason": reason})
    return practice


def _rule_of(practice):
    return locked_one(PracticeRule.objects.filter(practice=practice))


def _move(practice, rule, move, by, at, words="", **facts):
    practice = locked(practice, *RELATED)
    require(rule(by, practice))
    return _moved(practice, move, by, at, words, **facts)


def _moved(practice, move, by, at, words="", **facts):
    before = undoing.standing(practice, facts)
    keep(practice, **facts)
    document = facts.get("document")
    step = take_step(practice, move, by=by, at=at, words=words, document=document)
    if move in _CAN_BE_UNDONE:
        undoing.remember(step, before, at=at)
    audit.record(f"practice.{move}", by, practice, sorted(facts), facts | {"words": words})
    return practice


def _note(event, practice, by, fields=()):
    values = {name: getattr(practice, name) for name in fields}
    audit.record(f"practice.{event}", by, practice, sorted(fields), values)
