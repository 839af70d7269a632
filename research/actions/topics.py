"""Topics: from the draft to the archive."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.records import audit, steps
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require
from research.models import ResearchTopic, TopicStep
from research.models.topics import TopicState
from research.rules import topics as rules

Move = TopicStep.Move
RELATED = ("lead_organ__division", "leader")


@transaction.atomic
def draft_topic(*, by, at, lead_organ, members=(), **content):
    require(rules.may_draft_topics(by))
    require(rules.may_lead_for(by, lead_organ))

    topic = ResearchTopic(written_by=by, created_at=at, lead_organ=lead_organ, **content)
    keep(topic)
    topic.members.set(members)
    _note("drafted", topic, by, sorted(content))
    return topic


@transaction.atomic
def change_topic(*, topic, by, lead_organ, members=(), **content):
    topic = locked(topic, *RELATED)
    require(rules.may_change_topic(by, topic))
    require(rules.may_lead_for(by, lead_organ))

    changed = _fill(topic, members, lead_organ=lead_organ, **content)
    _note("changed", topic, by, changed)
    return topic


def _fill(topic, members, **content):
    """Set what differs; return the names of the changed fields."""
    changed = put_what_differs(topic, content)
    if changed:
        keep(topic, fields=changed)
    if {one.pk for one in members} != set(topic.members.values_list("pk", flat=True)):
        topic.members.set(members)
        changed.append("members")
    return changed


@transaction.atomic
def drop_topic(*, topic, by):
    topic = locked(topic, *RELATED)
    require(rules.may_drop_topic(by, topic))

    _note("dropped", topic, by)
    with steps.allowing_deletion():
        topic.delete()


@transaction.atomic
def submit_topic(*, topic, by, at):
    return _move(topic, rules.may_submit_topic, Move.SUBMITTED, by, at, state=TopicState.SUBMITTED)


@transaction.atomic
def take_back_topic(*, topic, by, at):
    return _move(topic, rules.may_take_back_topic, Move.TAKEN_BACK, by, at, state=TopicState.DRAFT)


@transaction.atomic
def send_back_topic(*, topic, by, at, reason):
    rule = rules.may_send_back_topic
    return _move(topic, rule, Move.SENT_BACK, by, at, reason, state=TopicState.DRAFT)


@transaction.atomic
def approve_topic(*, topic, by, at, text=""):
    """Approve the topic: the leader of the lead organ decides here, today."""
    facts = {"state": TopicState.APPROVED, "decided_on": timezone.localdate(at)}
    return _move(topic, rules.may_approve_topic, Move.APPROVED, by, at, text, **facts)


@transaction.atomic
def record_decision(*, topic, by, at, decided_on=None, decision=""):
    """Record that the Party group decided it, on this day or by this document."""
    if not decided_on and not decision.strip():
        raise ValidationError({"decided_on": _("Write the day of the meeting or the document.")})
    facts = {"decided_on": decided_on, "decision": decision.strip()}
    return _move(
        topic,
        rules.may_record_decision,
        Move.APPROVED,
        by,
        at,
        state=TopicState.APPROVED,
        document=facts["decision"],
        **facts,
    )


@transaction.atomic
def change_plan(*, topic, by, at, reason, members=(), **content):
    """Change a decided plan; the reason stays in its history."""
    topic = locked(topic, *RELATED)
    require(rules.may_change_plan(by, topic))

    changed = _fill(topic, members, **content)
    take_step(topic, Move.CHANGED, by=by, at=at, words=reason)
    _note("plan_changed", topic, by, changed)
    return topic


@transaction.atomic
def begin_topic(*, topic, by, at):
    """Mark the topic as under way, when its first batch is arranged. The caller has locked it and
    checked the rule."""
    if topic.state == TopicState.APPROVED:
        change(topic, state=TopicState.UNDER_WAY)
        take_step(topic, Move.BEGUN, by=by, at=at)
        audit.record("research_topic.begun", by, topic, ["state"])


@transaction.atomic
def stop_topic(*, topic, by, at, reason):
    rule = rules.may_stop_topic
    return _move(topic, rule, Move.STOPPED, by, at, reason, state=TopicState.STOPPED)


@transaction.atomic
def archive_topic(*, topic, by, at):
    return _move(topic, rules.may_archive_topic, Move.ARCHIVED, by, at, state=TopicState.ARCHIVED)


@transaction.atomic
def restore_topic(*, topic, by, at):
    """Take it out of the archive, back to its state before."""
    followed = topic.steps.filter(move=Move.FOLLOWED).exists()
    state = TopicState.FOLLOWED if followed else TopicState.CONCLUDED
    return _move(topic, rules.may_restore_topic, Move.RESTORED, by, at, state=state)


def _move(topic, rule, move, by, at, words="", document=None, **facts):
    topic = locked(topic, *RELATED)
    require(rule(by, topic))

    keep(topic, **facts)
    take_step(topic, move, by=by, at=at, words=words, document=document)
    values = facts | {"words": words}
    audit.record(f"research_topic.{move}", by, topic, sorted(facts), values)
    return topic


def _note(event, topic, by, fields=()):
    values = {name: getattr(topic, name) for name in fields if name != "members"}
    audit.record(f"research_topic.{event}", by, topic, sorted(fields), values)
