"""Call-backs: arranging calls, noting tries, recording the people's word, drawing the sample."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from outreach import papers
from outreach.actions import matters
from outreach.models import FollowUp, FollowUpTry, Matter, MatterStep
from outreach.models.matters import Closure, Status, Word
from outreach.rules import door as door_rules
from outreach.rules import matters as rules
from portal import parameters
from portal.days import workdays
from portal.models import RoleGrant, StandIn, User
from portal.records import audit
from portal.roles import NEVER_LENT
from portal.sheets import figures
from portal.tools.locking import locked, locked_many
from portal.trust import privacy
from portal.trust.access import require

BY_SLIP = "slip"


def _locked(follow_up):
    matter = locked(Matter(pk=follow_up.matter_id), "registered_by", "unit__division")
    follow_up = locked(follow_up, matter=matter)
    return figures.remember(follow_up), figures.remember(matter)


@transaction.atomic
def arrange_call(*, follow_up, caller, by, at):
    """Ask somebody to make a call-back."""
    return arrange(_locked(follow_up)[0], caller=caller, by=by, at=at)


def arrange(follow_up, *, caller, by, at):
    """The same for a call-back locked by the calling function."""
    require(rules.may_arrange_call(by, follow_up))
    require(rules.may_be_called_by(caller.acting(on=by.today), follow_up))

    matter, own = follow_up.matter, papers.of(follow_up.matter)
    principal = matters.principal_of(by, lambda own: rules.may_arrange_call(own, follow_up))
    own.change(follow_up, caller=caller, arranged_by=by)
    facts = {"caller": caller.name, "kind": follow_up.kind}
    own.add(papers.step_of(matter, "arrange_call", by=by, at=at, principal=principal, facts=facts))
    audit.record("follow_up.arranged", by, follow_up, ["caller"], principal=principal)
    return follow_up


@transaction.atomic
def note_try(*, follow_up, by, at, note=""):
    """A call that reached nobody. The third, on different days, closes the matter unrated."""
    return try_to_reach(_locked(follow_up)[0], by=by, at=at, note=note)


def try_to_reach(follow_up, *, by, at, note=""):
    """The same for a call-back locked by the calling function."""
    require(rules.may_record_word(by, follow_up))

    matter, own, today = follow_up.matter, papers.of(follow_up.matter), timezone.localdate(at)
    own.add(FollowUpTry(follow_up=follow_up, on=today, by=by, note=privacy.mask_ids(note)))
    tries = own.count_tries(follow_up)
    before, code = matter.status, None
    if tries >= parameters.number("matter.callback_tries", on=today):
        own.change(follow_up, word=Word.UNREACHABLE, answered_at=at, answered_by=by)
        figures.recount(follow_up)
        code = _hear(matter, follow_up, at)
    actor = {"by": by, "principal": _principal(follow_up, by)}
    facts = {"try": tries, "kind": follow_up.kind}
    matters.save_after_word(matter, code or "try", at=at, before=before, facts=facts, **actor)
    audit.record("follow_up.tried", on=follow_up, values={"try": tries}, **actor)
    return follow_up


@transaction.atomic
def record_word(*, follow_up, by, at, word, comment="", method="phone"):
    """Write down what the raiser said. Closes, reopens or sends to review (DESIGN 6.3)."""
    answer = {"word": word, "comment": comment, "method": method}
    return write_word_down(_locked(follow_up)[0], by=by, at=at, **answer)


def write_word_down(follow_up, *, by, at, word, comment="", method="phone"):
    """The same for a call-back locked by the calling function."""
    require(rules.may_record_word(by, follow_up))

    _write_down(follow_up, by=by, at=at, word=word, comment=comment, method=method)
    return follow_up


def _write_down(follow_up, *, by, at, word, comment, method):
    """Keep an answer and what it does to the matter; without `by` the raiser gave it by slip."""
    matter, comment = follow_up.matter, privacy.mask_ids(comment)
    answer = {"word": word, "comment": comment, "method": method}
    papers.of(matter).change(follow_up, **answer, answered_at=at, answered_by=by)
    figures.recount(follow_up)
    before = matter.status
    code = _hear(matter, follow_up, at) or "word"
    facts = {"word": word, "kind": follow_up.kind, "method": method}
    principal = by and _principal(follow_up, by)
    step = {"text": comment, "facts": facts, "principal": principal}
    matters.save_after_word(matter, code, by=by, at=at, before=before, **step)
    actor = by or matters.DOOR
    audit.record("follow_up.word_recorded", actor, follow_up, values=facts, principal=principal)


@transaction.atomic
def hear_from_slip(*, slip, word, at, comment=""):
    """The raiser gives their word by slip. False if none is asked for: it was given already, or no
    result has passed its review. With a slip that does not decide, the word is kept as a remark
    and the caller still asks."""
    matter = locked(Matter(pk=slip.matter_id))
    calls = matter.follow_ups.filter(kind=FollowUp.Kind.WORD, round=matter.reopen_count, side=None)
    follow_up = calls.filter(answered_at=None, given_up_at=None).first()
    if follow_up is None or matter.status != Status.AWAITING_WORD:
        return False
    follow_up, matter = _locked(follow_up)
    slip.matter = matter
    if not door_rules.decides(slip, on=timezone.localdate(at)):
        return add_remark(slip=slip, word=word, text=comment, at=at)

    _write_down(follow_up, by=None, at=at, word=word, comment=comment, method=BY_SLIP)
    return True


@transaction.atomic
def add_remark(*, slip, at, text, word=""):
    """A remark of the holder of a slip. False if they gave their word on this result already."""
    matter = locked(Matter(pk=slip.matter_id))
    earlier = slip.remarks.filter(round=matter.reopen_count).exclude(word="")
    if word and earlier.exists():
        return False
    facts = {"word": word, "text": text, "round": matter.reopen_count}
    remark = slip.remarks.create(said_at=at, **facts)
    values = {"remark": remark.pk, "word": word}
    audit.record("matter.words_added", matters.DOOR, matter, ["word", "text"], values)
    return True


def _principal(follow_up, by):
    """The assigned caller, if somebody else makes the call for them."""
    return follow_up.caller if follow_up.is_given and follow_up.caller_id != by.pk else None


def _hear(matter, follow_up, at):
    """Apply an answer to the matter; an answer on an earlier result changes nothing."""
    asked_about = {Status.AWAITING_WORD}
    if follow_up.kind == FollowUp.Kind.SAMPLE:
        asked_about.add(Status.CLOSED)
    if follow_up.round != matter.reopen_count or matter.status not in asked_about:
        return None
    return matters.hear_word(matter, follow_up, at=at)


# Steps after which a sample may ask about the result.
RESULT_MOVES = ("pass_review", "confirm")


def is_in_sample(matter_id, round, share):
    """Whether the result is in the sample: a keyed digest, so reproducible but not predictable."""
    name = f"sample|{matter_id}|{round}".encode()
    drawn = hmac.new(settings.KEYS.audit_key, name, hashlib.sha256).digest()
    return int.from_bytes(drawn[:8]) / 2**64 < share


@transaction.atomic
def take_back_calls(*, on):
    """Unassign the calls of users without a role in the work: they no longer see these calls, and
    nobody else would be reminded."""
    at_work = RoleGrant.objects.running(on).exclude(role__in=NEVER_LENT)
    standing_in = StandIn.objects.running(on)
    open_calls = FollowUp.objects.open_on(on)
    idle = User.objects.filter(pk__in=open_calls.values("caller"))
    idle = idle.exclude(Exists(at_work.filter(user=OuterRef("pk"))))
    idle = idle.exclude(Exists(standing_in.filter(stand_in=OuterRef("pk"))))
    calls = locked_many(open_calls.filter(caller__in=idle), no_key=True)
    records = [(one, [one.caller_id]) for one in calls]
    audit.record_each("follow_up.taken_back", "beat", records, ["caller"])
    FollowUp.objects.filter(pk__in=[one.pk for one in calls]).update(caller=None, arranged_by=None)
    return len(calls)


@transaction.atomic
def draw_sample(*, on, at):
    """Draw the sample from the results of the last week. Drawing twice changes nothing."""
    share = parameters.number("matter.callback_sample", on=on)
    due_on = workdays.add_working_days(on, parameters.number("matter.callback_wd", on=on))
    since, asked = at - timedelta(days=7), [Status.AWAITING_WORD, Status.CLOSED]
    steps = MatterStep.objects.filter(move__in=RESULT_MOVES, to_status__in=asked, at__gte=since)
    # No contact is kept for referred matters.
    steps = steps.exclude(matter__closure=Closure.REFERRED).select_related("matter").order_by("pk")
    samples = FollowUp.objects.filter(kind=FollowUp.Kind.SAMPLE)
    samples = samples.filter(matter__in=steps.order_by().values("matter"))
    known = set(samples.values_list("matter", "round"))
    drawn = {}
    for step in steps:
        # The result of this step, even if the matter has been reopened since.
        matter, round = step.matter, step.facts.get("round", 0)
        if (matter.pk, round) in known or not matter.has_somebody_to_ask:
            continue
        if is_in_sample(matter.pk, round, share):
            facts = {"kind": FollowUp.Kind.SAMPLE, "starts_on": on, "due_on": due_on}
            drawn[matter.pk, round] = FollowUp(matter=matter, round=round, **facts)
    FollowUp.objects.bulk_create(drawn.values(), ignore_conflicts=True)
    if drawn:
        audit.record("follow_up.sample_drawn", "beat", values={"n": len(drawn), "on": on})
    return len(drawn)
