"""Suggestions of research: sent, answered, carried out, turned into a measure, followed up."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import parameters
from portal.days import workdays
from portal.days.months import months_after
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust.access import require
from research.actions.problems import next_position
from research.actions.reports import locked_topic, move_topic
from research.models import Advice, ResearchTopic, TopicStep
from research.models.reports import AdviceState as State
from research.models.topics import TopicState
from research.rules import advice as rules
from research.rules.problems import may_add_to

ANSWERS = (State.ADOPTED, State.PARTLY, State.STUDIED, State.REFUSED)


@transaction.atomic
def raise_advice(*, topic, text, by, at):
    topic = locked_topic(topic)
    require(may_add_to(by, topic))
    advice = Advice(topic=topic, text=text.strip(), raised_on=timezone.localdate(at))
    advice.position = next_position(topic.suggestions)
    keep(advice)
    audit.record("research_advice.raised", by, advice, ["text"])
    return advice


@transaction.atomic
def change_advice(*, advice, text, by):
    advice = _locked(advice)
    require(rules.may_change(by, advice))
    change(advice, text=text.strip())
    audit.record("research_advice.changed", by, advice, ["text"])
    return advice


def _locked(advice):
    topic = locked_topic(ResearchTopic(pk=advice.topic_id))
    return locked(advice, "addressed_to__division", topic=topic)


@transaction.atomic
def send_advice(*, advice, addressed_to, by, at):
    """Send the suggestion to the organ that decides on it. A concluded topic moves on to the
    follow-up of its results."""
    advice = _locked(advice)
    require(rules.may_send(by, advice))
    day = timezone.localdate(at)
    days = parameters.number("research.answer_wd", on=day)
    answer_by = workdays.add_working_days(day, days)
    facts = {"addressed_to": addressed_to, "sent_on": day, "answer_by": answer_by}
    _move(advice, State.SENT, by, at, addressed_to.name, **facts)
    if advice.topic.state == TopicState.CONCLUDED:
        move_topic(advice.topic, TopicState.FOLLOWED, TopicStep.Move.FOLLOWED, by, at)
    return advice


@transaction.atomic
def answer_advice(*, advice, outcome, text, document, by, at):
    advice = _locked(advice)
    require(rules.may_answer(by, advice))
    if outcome not in ANSWERS:
        raise ValidationError({"outcome": _("Say what becomes of it.")})
    if outcome != State.ADOPTED and not text.strip():
        raise ValidationError({"text": _("Say why.")})
    is_told = not rules.is_addressed(by, advice)
    if is_told and not document.strip():
        # The lead organ records an answer it was told, so it must name the source.
        raise ValidationError({"document": _("Say by which meeting or document.")})
    facts = {}
    if outcome in (State.ADOPTED, State.PARTLY):
        facts["look_back_on"] = _look_back_from(timezone.localdate(at))
    return _move(advice, outcome, by, at, text, document, **facts)


@transaction.atomic
def carry_out_advice(*, advice, text, by, at):
    advice = _locked(advice)
    require(rules.may_carry_out(by, advice))
    return _move(advice, State.CARRIED_OUT, by, at, text)


@transaction.atomic
def turn_advice(*, advice, turned_into, text, by, at):
    """Record that it became a document or a project; it is looked at again some months later."""
    advice = _locked(advice)
    require(rules.may_turn(by, advice))
    turned = turned_into.strip()
    facts = {"turned_into": turned, "look_back_on": _look_back_from(timezone.localdate(at))}
    return _move(advice, State.TURNED, by, at, text, turned, **facts)


@transaction.atomic
def look_back_at_advice(*, advice, text, by, at):
    advice = _locked(advice)
    require(rules.may_look_back(by, advice))
    return _move(advice, State.LOOKED_BACK, by, at, text, look_back_on=None)


def _look_back_from(day):
    return months_after(day, parameters.number("research.look_back_months", on=day))


def _move(advice, state, by, at, text="", document="", **facts):
    change(advice, state=state, **facts)
    take_step(advice, state, by=by, at=at, words=text, document=document.strip())
    audit.record(f"research_advice.{state}", by, advice, ["state", *facts])
    return advice
