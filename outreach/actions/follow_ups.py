"""Call-backs: arranging calls, noting tries, recording the people's word, drawing the sample."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from outreach import papers
from outreach.actions import call_back_keys, matters
from outreach.models import CallBackKey, FollowUp, FollowUpTry, Matter, MatterStep
from outreach.models.matters import Closure, Status, Word
from outreach.rules import door as door_rules
from outreach.rules import matters as rules
from outreach.rules.call_back_keys import NIGHTS, month_after, month_of
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
    """Assign a caller to a call-back."""
    return arrange(_locked(follow_up)[0], caller=caller, by=by, at=at)


def arrange(follow_up, *, caller, by, at):
    """Do the same for a call-back that the calling function has locked."""
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
def ask_again(*, follow_up, reason, by, at):
    """Add a second call-back after a word was recorded by mistake. Host or desk choose the caller;
    the recorded word does not change."""
    follow_up = _locked(follow_up)[0]
    require(rules.may_ask_again(by, follow_up))
    matter, own, today = follow_up.matter, papers.of(follow_up.matter), timezone.localdate(at)
    due_on = workdays.add_working_days(today, parameters.number("matter.callback_wd", on=today))
    second = FollowUp(kind=FollowUp.Kind.SECOND, corrects=follow_up, starts_on=today, due_on=due_on)
    second.reason = privacy.mask_ids(reason.strip())
    second.matter, second.side, second.round = matter, follow_up.side, follow_up.round
    own.add(second)
    told = {"text": second.reason, "facts": {"word": follow_up.word, "kind": follow_up.kind}}
    own.add(papers.step_of(matter, "ask_again", by=by, at=at, **told))
    audit.record("follow_up.asked_again", by, follow_up, ["reason"], {"reason": second.reason})
    return second


@transaction.atomic
def note_try(*, follow_up, by, at, note=""):
    """Note a call that reached nobody. The third, on different days, closes the matter unrated."""
    return try_to_reach(_locked(follow_up)[0], by=by, at=at, note=note)


def try_to_reach(follow_up, *, by, at, note=""):
    """Do the same for a call-back that the calling function has locked."""
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
    """Record the raiser's word, which closes or reopens the matter or sends it to review (DESIGN
    6.3)."""
    answer = {"word": word, "comment": comment, "method": method}
    return write_word_down(_locked(follow_up)[0], by=by, at=at, **answer)


def write_word_down(follow_up, *, by, at, word, comment="", method="phone"):
    """Do the same for a call-back that the calling function has locked."""
    require(rules.may_record_word(by, follow_up))

    _write_down(follow_up, by=by, at=at, word=word, comment=comment, method=method)
    return follow_up


def _write_down(follow_up, *, by, at, word, comment, method):
    """Store an answer and apply it to the matter; `by` is None if the raiser answered by slip."""
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
    """Record the raiser's word given by slip. Return False if no word is sought: it was already
    given, or no result has passed its review. If the slip does not decide, the word is kept as a
    remark and the caller still asks."""
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
    """Add a remark of a slip holder; return False if they already gave their word on this
    result."""
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
    if follow_up.kind == FollowUp.Kind.SECOND:
        return matters.hear_word(matter, follow_up, at=at)
    if follow_up.kind == FollowUp.Kind.SAMPLE:
        asked_about.add(Status.CLOSED)
    if matter.status not in asked_about:
        return None
    present = follow_up.round == matter.reopen_count
    if not present and not papers.of(matter).was_put_right(follow_up.round):
        return None
    return matters.hear_word(matter, follow_up, at=at)


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
    """Draw the sample from the results of the last week, each by the key of its month. Drawing
    twice changes nothing."""
    call_back_keys.publish_keys(on=on, at=at)
    due_on = workdays.add_working_days(on, parameters.number("matter.callback_wd", on=on))
    steps = results().filter(at__gte=at - timedelta(days=NIGHTS)).order_by("pk")
    samples = FollowUp.objects.filter(kind=FollowUp.Kind.SAMPLE)
    samples = samples.filter(matter__in=steps.order_by().values("matter"))
    known = set(samples.values_list("matter", "round"))
    drawer, drawn = _Drawer(), {}
    for step in steps.select_related("matter"):
        # The result of this step, even if the matter has been reopened since.
        matter, round = step.matter, round_of(step)
        if (matter.pk, round) in known or not matter.has_somebody_to_ask:
            continue
        if drawer.draws(step):
            facts = {"kind": FollowUp.Kind.SAMPLE, "starts_on": on, "due_on": due_on}
            drawn[matter.pk, round] = FollowUp(matter=matter, round=round, **facts)
    FollowUp.objects.bulk_create(drawn.values(), ignore_conflicts=True)
    if drawn:
        audit.record("follow_up.sample_drawn", "beat", values={"n": len(drawn), "on": on})
    return len(drawn)


# Steps after which a sample may ask about the result.
RESULT_MOVES = ("pass_review", "confirm")


def results():
    """The steps whose results can be drawn. No contact is kept for referred matters."""
    asked = [Status.AWAITING_WORD, Status.CLOSED]
    steps = MatterStep.objects.standing().filter(move__in=RESULT_MOVES, to_status__in=asked)
    return steps.exclude(matter__closure=Closure.REFERRED)


def round_of(step):
    return step.facts.get("round", 0)


class _Drawer:
    """Decides which results are drawn; caches the keys by month and the shares by day."""

    def __init__(self):
        self.keys = {key.month: key for key in CallBackKey.objects.order_by("-month")[:3]}
        self.secrets, self.shares = {}, {}

    def draws(self, step):
        day = timezone.localdate(step.at)
        key = self.keys.get(month_of(day))
        if key is None or not key.covers(step.at):
            return False
        if key.pk not in self.secrets:
            self.secrets[key.pk] = call_back_keys.secret_of(key)
        if day not in self.shares:
            self.shares[day] = share_on(day)
        name = call_back_keys.name_of(step.matter, round_of(step))
        return call_back_keys.is_in_sample(self.secrets[key.pk], name, self.shares[day])


def share_on(day):
    """The share of the results of a day that is called."""
    return parameters.number("matter.callback_sample", on=day)


def results_of(key, user):
    """[(name, day, share, is called)] of the results that a key draws from and the user sees."""
    first = timezone.make_aware(datetime.combine(key.month, time()))
    after = timezone.make_aware(datetime.combine(month_after(key.month), time()))
    seen = Matter.objects.visible_to(user)
    steps = results().filter(at__gte=first, at__lt=after, matter__in=seen.order_by().values("pk"))
    called = set(
        FollowUp.objects.filter(kind=FollowUp.Kind.SAMPLE, matter__in=steps.values("matter"))
        .order_by()
        .values_list("matter", "round")
    )
    rows, shares = {}, {}
    for step in steps.select_related("matter").order_by("pk"):
        if not key.covers(step.at):
            continue
        day, result = timezone.localdate(step.at), (step.matter_id, round_of(step))
        if day not in shares:
            shares[day] = share_on(day)
        name = call_back_keys.name_of(step.matter, result[1])
        rows[result] = name, day, shares[day], result in called
    return list(rows.values())
