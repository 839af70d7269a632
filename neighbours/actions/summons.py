"""吹哨报到: organs called, their answers, the desk's decisions, who came, and the conclusion."""

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from neighbours.models import SummonedOrgan, Summons, SummonsStep
from neighbours.models.summons import AskedState, Ruling, SummonsReason, SummonsState
from neighbours.rules import summons as rules
from outreach.actions import matters
from outreach.actions import moves as effects
from outreach.models import MatterAssignment
from outreach.models.matters import Confidentiality, RaiserKind, Source, Urgency
from portal import parameters
from portal.days import workdays
from portal.models.text import plain
from portal.records import audit, undoing
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust.access import require

Move, S, A = SummonsStep.Move, SummonsState, AskedState
RELATED = ("organ__division", "unit__division", "unit__host_organ")


def locked_summons(summons):
    return locked(summons, *RELATED)


@transaction.atomic
def call_organs(*, by, at, organ, reason, organs, meet_on, unit=None, **texts):
    """Call organs together; each has to answer within the norm."""
    day = timezone.localdate(at)
    if reason == SummonsReason.EMERGENCY:
        raise ValidationError({"reason": _("An emergency goes by telephone; note it afterwards.")})
    days = {"called_on": day, "meet_on": meet_on}
    answer_by = workdays.add_working_days(day, parameters.number("summons.answer_wd", on=day))
    facts = {"reason": reason, **days, **texts}
    return _call(organ, unit, organs, by=by, at=at, answer_by=answer_by, **facts)


@transaction.atomic
def note_emergency(*, by, at, organ, organs, called_at, unit=None, came=(), **texts):
    """应急处置: note afterwards which organs were telephoned, and which of them came."""
    if called_at > at:
        raise ValidationError({"called_at": _("This moment lies in the future.")})
    day = timezone.localdate(called_at)
    facts = {"reason": SummonsReason.EMERGENCY, "called_on": day, "meet_on": day, **texts}
    more = {"called_at": called_at, "state": S.GATHERED}
    summons = _call(organ, unit, organs, by=by, at=at, answer_by=None, **facts, **more)
    _set_attendance(summons, came)
    take_step(summons, Move.GATHERED, by=by, at=at)
    return summons


def _call(organ, unit, organs, *, by, at, answer_by, **facts):
    require(rules.may_call_for(by, organ, unit))
    day = timezone.localdate(at)
    _check_organs(organ, organs, day)

    summons = Summons(called_by=by, created_at=at, **facts)
    summons.stand_with(organ, unit)
    summons.take_number(day.year)
    keep(summons)
    for one in organs:
        keep(SummonedOrgan(summons=summons, organ=one, answer_by=answer_by))
    words = _(", ").join(one.label for one in organs)
    take_step(summons, Move.CALLED, by=by, at=at, words=words)
    values = {"organs": [one.pk for one in organs], **facts}
    audit.record("summons.called", by, summons, sorted(values), values)
    return summons


def _check_organs(organ, organs, day):
    most = parameters.number("summons.organs_max", on=day)
    if not organs:
        raise ValidationError({"organs": _("Name the organs that are called.")})
    if len(organs) > most:
        raise ValidationError({"organs": _("At most %(n)s organs.") % {"n": most}})
    if len({one.pk for one in organs}) < len(organs):
        raise ValidationError({"organs": _("An organ is named twice.")})
    for one in organs:
        if not (decision := rules.may_be_called(one, organ, on=day)):
            raise ValidationError({"organs": str(decision.refusal)})


# --- What organs and desk say ---------------------------------------------------------------------


@transaction.atomic
def answer_summons(*, asked, by, at, answer):
    """报到／处置意见."""
    facts = {"state": A.ANSWERED, "answer": answer.strip(), "answered_on": timezone.localdate(at)}
    return _say(asked, rules.may_answer, Move.ANSWERED, by, at, answer, **facts)


@transaction.atomic
def say_not_ours(*, asked, by, at, reason):
    """不属职责: the desk decides within the norm."""
    day = timezone.localdate(at)
    within = parameters.number("summons.decide_wd", on=day)
    facts = {"state": A.NOT_OURS, "objection": reason.strip()}
    facts["decide_by"] = workdays.add_working_days(day, within)
    return _say(asked, rules.may_say_not_ours, Move.NOT_OURS, by, at, reason, **facts)


@transaction.atomic
def decide_whose(*, asked, by, at, is_theirs, reason):
    """The desk's word is final: the organ answers after all, or is released."""
    day = timezone.localdate(at)
    if is_theirs:
        within = parameters.number("summons.answer_wd", on=day)
        facts = {"state": A.ASKED, "ruling": Ruling.THEIRS}
        facts["answer_by"] = workdays.add_working_days(day, within)
    else:
        facts = {"state": A.RELEASED, "ruling": Ruling.NOT_THEIRS}
    move = Move.UPHELD if is_theirs else Move.RELEASED
    return _say(asked, rules.may_decide, move, by, at, reason, **facts, ruled_on=day)


def _say(asked, rule, move, by, at, words, **facts):
    summons = locked(asked.summons, *RELATED)
    asked = locked(asked, "organ__division", summons=summons)
    require(rule(by, asked))

    keep(asked, **facts)
    told = _("%(organ)s: %(words)s") % {"organ": asked.organ.label, "words": plain(words.strip())}
    take_step(summons, move, by=by, at=at, words=told)
    audit.record(f"summons.{move}", by, summons, sorted(facts), facts | {"organ": asked.organ_id})
    return asked


# --- Who came, and what follows -------------------------------------------------------------------


@transaction.atomic
def note_attendance(*, summons, by, at, came):
    """Note once which organs came."""
    summons = locked(summons, *RELATED)
    require(rules.may_note_attendance(by, summons))

    _set_attendance(summons, came)
    keep(summons, state=S.GATHERED)
    take_step(summons, Move.GATHERED, by=by, at=at)
    audit.record("summons.gathered", by, summons, ["came"])
    return summons


def _set_attendance(summons, came):
    there = {one.pk for one in came}
    for one in summons.organs.taking_part():
        change(one, came=one.organ_id in there)


@transaction.atomic
def conclude(*, summons, by, at, conclusion, matter=None, lead=None, **given):
    """Conclude a summons. With a lead organ the conclusion becomes assignments, in a new matter or
    in one that is already in the ledger."""
    if matter is not None:
        # Lock the matter before its summons, in the same order as its moves.
        matter = locked(matter, "unit__division", "registered_by")
    summons = locked(summons, *RELATED)
    require(rules.may_conclude(by, summons))
    if matter is not None:
        require(rules.may_be_about(by, summons, matter))

    words = conclusion.strip()
    if matter is None and lead is not None:
        matter = _register(summons, words, by, at, **_of_matter(given))
    facts = {"state": S.CONCLUDED, "conclusion": words, "concluded_on": timezone.localdate(at)}
    keep(summons, **facts, matter=matter)
    take_step(summons, Move.CONCLUDED, by=by, at=at, words=words)
    audit.record("summons.concluded", by, summons, sorted(facts), facts)
    if lead is not None:
        summons.matter = _assign(matter, by, at, lead, given)
    return summons


def _of_matter(given):
    return {name: given.get(name) for name in ("unit", "category", "urgency", "client_key")}


def _register(summons, words, by, at, *, unit, category, urgency, client_key):
    """Register a matter in the words of the summons."""
    if summons.unit is None and unit is None:
        raise ValidationError({"unit": _("Say where it is.")})
    return matters.register_matter(
        unit=summons.unit or unit,
        source=Source.SUMMONS,
        cadre=getattr(by, "cadre", None),
        client_key=client_key or uuid4(),
        title=plain(summons.title),
        request_text=f"{plain(summons.text)}\n{plain(words)}",
        category=category,
        urgency=urgency or Urgency.NORMAL,
        raiser_kind=RaiserKind.CADRE_FOUND,
        confidentiality=Confidentiality.NAMED,
        by=by,
        at=at,
        on=timezone.localdate(at),
    )


def _assign(matter, by, at, lead, given):
    facts = {name: given.get(name) for name in ("supports", "urgency", "due_on")}
    facts = {name: value for name, value in facts.items() if value}
    text = given.get("requirement") or ""
    try:
        return matters.move_matter(
            matter=matter, code="gather", by=by, at=at, text=text, lead=lead, **facts
        )
    except matters.RefusedValue as refusal:
        raise ValidationError({"lead": str(refusal)}) from refusal


def gather(s, *, at, text, lead, supports=(), urgency="", due_on=None):
    """The effect of the move: assign like the desk, except that the host that called reviews the
    result. A lead organ whose objection the desk has rejected cannot return it."""
    summons = locked(rules.waiting_summons(s.matter))
    called = {one.organ_id: one for one in summons.organs.taking_part()}
    for organ in (lead, *supports):
        if organ.pk not in called:
            raise matters.RefusedValue(
                _("%(organ)s was not called, or was released.") % {"organ": organ.label}
            )
    facts = {"lead": lead, "supports": supports, "urgency": urgency, "due_on": due_on}
    noted = effects.assign(s, at=at, text=text, **facts)
    s.matter.assigned_by_desk = False
    if called[lead.pk].is_final:
        for assignment in s.papers.assignments():
            if assignment.part == MatterAssignment.Part.LEAD:
                s.papers.change_assignment(assignment, is_final=True)
    change(summons, assigned_at=at)
    words = _(", ").join(organ.label for organ in (lead, *supports))
    take_step(summons, Move.ASSIGNED, by=s.user, at=at, words=words)
    audit.record("summons.assigned", s.user, summons, ["matter"], {"matter": s.matter.pk})
    return noted


@transaction.atomic
def cancel_summons(*, summons, by, at, reason):
    summons = locked(summons, *RELATED)
    require(rules.may_cancel(by, summons))

    before = undoing.standing(summons, ["state"])
    keep(summons, state=S.CANCELLED)
    step = take_step(summons, Move.CANCELLED, by=by, at=at, words=reason)
    undoing.remember(step, before, at=at)
    audit.record("summons.cancelled", by, summons, ["state"], {"reason": reason.strip()})
    return summons
