"""督办: proposed, established, given to an organ, reported on, reviewed and struck off."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.models import EntryGround, EntryStep, SupervisionEntry
from oversight.models.supervision import EntrySource, EntryState
from oversight.rules import supervision as rules
from portal import parameters
from portal.days import workdays
from portal.records import audit, steps, undoing
from portal.records.steps import take_step
from portal.tools.locking import lock_name, locked
from portal.tools.saving import keep, put_what_differs
from portal.trust.access import require

Move = EntryStep.Move
RELATED = ("organ__division", "lead_organ__division", "leader")
_CAN_BE_UNDONE = {Move.ESTABLISHED, Move.CLOSED, Move.ARCHIVED, Move.REVOKED}


def locked_entry(entry):
    return locked(entry, *RELATED)


@transaction.atomic
def propose(*, by, at, organ, source, given_on, occasion, organs=(), about=None, **content):
    """Propose an entry. `about` is its origin in the portal: {"order", "decision", "problem",
    "item" or "matter": the record}."""
    about = about or {}
    require(rules.may_propose(by))
    require(rules.may_keep_for(by, organ))
    # Serialise, since two desks may propose the same.
    lock_name(f"supervision.{organ.pk}")
    require(rules.may_follow(about))

    entry = SupervisionEntry(source=source, proposed_by=by, created_at=at, **content)
    entry.stand_with(organ)
    entry.take_number(timezone.localdate(at).year)
    keep(entry)
    entry.organs.set(organs)
    _ground(entry, source, given_on, occasion, about, by=by, at=at)
    _note("proposed", entry, by, sorted(content))
    return entry


def _ground(entry, source, given_on, occasion, about, *, by, at):
    if given_on > timezone.localdate(at):
        raise ValidationError({"given_on": _("This day lies in the future.")})
    ground = EntryGround(
        entry=entry,
        source=source,
        given_on=given_on,
        occasion=occasion.strip(),
        added_by=by,
        added_at=at,
        **about,
    )
    keep(ground)
    return ground


@transaction.atomic
def change_entry(*, entry, by, organs=(), **content):
    entry = locked(entry, *RELATED)
    require(rules.may_change_entry(by, entry))

    changed = put_what_differs(entry, content)
    keep(entry)
    entry.organs.set(organs)
    _note("changed", entry, by, changed)
    return entry


@transaction.atomic
def drop_entry(*, entry, by):
    entry = locked(entry, *RELATED)
    require(rules.may_drop_entry(by, entry))

    _note("dropped", entry, by)
    with steps.allowing_deletion():
        entry.delete()


@transaction.atomic
def join_ground(*, entry, by, at, source, given_on, occasion, about=None):
    """Add a further source to the entry, instead of a second entry for the same matter."""
    entry = locked(entry, *RELATED)
    require(rules.may_join_ground(by, entry))
    lock_name(f"supervision.{entry.organ_id}")
    about = about or {}
    require(rules.may_add_ground(entry, about))

    ground = _ground(entry, source, given_on, occasion, about, by=by, at=at)
    words = f"{EntrySource(ground.source).label} {ground.occasion}"
    take_step(entry, Move.JOINED, by=by, at=at, words=words)
    _note("joined", entry, by)
    return entry


@transaction.atomic
def submit_entry(*, entry, by, at):
    rule = rules.may_submit_entry
    return _move(entry, rule, Move.SUBMITTED, by, at, state=EntryState.SUBMITTED)


@transaction.atomic
def send_entry_back(*, entry, by, at, reason):
    rule = rules.may_send_entry_back
    return _move(entry, rule, Move.SENT_BACK, by, at, reason, state=EntryState.DRAFT)


@transaction.atomic
def establish(*, entry, by, at, text=""):
    rule = rules.may_establish
    return _move(entry, rule, Move.ESTABLISHED, by, at, text, state=EntryState.ESTABLISHED)


@transaction.atomic
def assign_entry(*, entry, by, at):
    """Assign it to the lead organ, which must sign within the norm."""
    day = timezone.localdate(at)
    within = parameters.number("supervision.sign_wd", on=day)
    facts: dict[str, Any] = {"assigned_on": day, "sign_by": workdays.add_working_days(day, within)}
    rule = rules.may_assign_entry
    return _move(entry, rule, Move.ASSIGNED, by, at, state=EntryState.ASSIGNED, **facts)


@transaction.atomic
def sign_entry(*, entry, by, at):
    day = timezone.localdate(at)
    facts: dict[str, Any] = {"signed_on": day, "report_on": entry.report_from(day)}
    rule = rules.may_sign_entry
    return _move(entry, rule, Move.SIGNED, by, at, state=EntryState.UNDER_WAY, **facts)


@transaction.atomic
def report_progress(*, entry, by, at, text):
    """Report progress; the next report is due after the ordered interval."""
    day = timezone.localdate(at)
    facts = {"last_report_on": day, "report_on": entry.report_from(day)}
    return _move(entry, rules.may_report_progress, Move.PROGRESS, by, at, text, **facts)


@transaction.atomic
def report_result(*, entry, by, at, text):
    facts = {"last_report_on": timezone.localdate(at), "report_on": None, "result": text.strip()}
    rule = rules.may_report_result
    return _move(entry, rule, Move.REPORTED, by, at, text, state=EntryState.REPORTED, **facts)


@transaction.atomic
def urge_entry(*, entry, by, at, text):
    return _move(entry, rules.may_urge_entry, Move.URGED, by, at, text)


@transaction.atomic
def extend_entry(*, entry, by, at, due_on, reason):
    entry = _locked_before(due_on, entry)
    facts = {"due_on": due_on, "is_extended": True}
    before = {"due_on": entry.due_on.isoformat()}
    return _move(entry, rules.may_extend_entry, Move.EXTENDED, by, at, reason, before, **facts)


@transaction.atomic
def take_long_term(*, entry, by, at, due_on, reason):
    """转长期督办: it takes longer than one deadline; regular reports continue."""
    entry = _locked_before(due_on, entry)
    facts = {"due_on": due_on, "is_long_term": True}
    before = {"due_on": entry.due_on.isoformat()}
    return _move(entry, rules.may_take_long_term, Move.LONG_TERM, by, at, reason, before, **facts)


@transaction.atomic
def review_entry(*, entry, by, at, opinion):
    facts = {"state": EntryState.REVIEWED, "opinion": opinion.strip()}
    return _move(entry, rules.may_review_entry, Move.REVIEWED, by, at, opinion, **facts)


@transaction.atomic
def return_entry(*, entry, by, at, reason):
    """退回补办: the review fails and the organ continues."""
    return _return(entry, rules.may_return_entry, by, at, reason)


@transaction.atomic
def refuse_to_end(*, entry, by, at, reason):
    """Refuse to end it: the person who decides wants more done."""
    return _return(entry, rules.may_refuse_to_end, by, at, reason)


def _return(entry, rule, by, at, reason):
    report_on = entry.report_from(timezone.localdate(at))
    facts = {"state": EntryState.UNDER_WAY, "report_on": report_on, "result": "", "opinion": ""}
    return _move(entry, rule, Move.RETURNED, by, at, reason, **facts)


@transaction.atomic
def end_entry(*, entry, by, at, text=""):
    facts = {"state": EntryState.CLOSED, "closed_on": timezone.localdate(at)}
    return _move(entry, rules.may_end_entry, Move.CLOSED, by, at, text, **facts)


@transaction.atomic
def archive_entry(*, entry, by, at):
    rule = rules.may_archive_entry
    return _move(entry, rule, Move.ARCHIVED, by, at, state=EntryState.ARCHIVED)


@transaction.atomic
def revoke_entry(*, entry, by, at, reason):
    facts = {"state": EntryState.REVOKED, "report_on": None}
    return _move(entry, rules.may_revoke_entry, Move.REVOKED, by, at, reason, **facts)


def _locked_before(due_on, entry):
    """Lock an entry and require that its deadline lies before the given day."""
    entry = locked(entry, *RELATED)
    if due_on <= entry.due_on:
        raise ValidationError({"due_on": _("The new day lies after the old one.")})
    return entry


def _move(entry, rule, move, by, at, words="", before=None, **facts):
    entry = locked(entry, *RELATED)
    require(rule(by, entry))

    stood = undoing.standing(entry, facts)
    if facts:
        keep(entry, **facts)
    step = take_step(entry, move, by=by, at=at, words=words, facts=before)
    if move in _CAN_BE_UNDONE:
        undoing.remember(step, stood, at=at)
    audit.record(f"supervision.{move}", by, entry, sorted(facts), facts | {"words": words})
    return entry


def _note(event, entry, by, fields=()):
    values = {name: getattr(entry, name) for name in fields}
    audit.record(f"supervision.{event}", by, entry, sorted(fields), values)
