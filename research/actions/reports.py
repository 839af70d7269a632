"""Reports of topics: writing, review, decision, sending upwards, the library."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.pages import search
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put
from portal.trust.access import require
from research.library import named_in
from research.models import ResearchReport, ResearchReportStep, ResearchTopic, TopicStep
from research.models.reports import ResearchReportState as State
from research.models.topics import TopicState
from research.rules import reports as rules

Move = ResearchReportStep.Move
LONG = ("situation", "problems_text", "causes", "advice")
FIELDS = ("title", *LONG)


def locked_topic(topic):
    """Lock the topic; do so before locking any of its records."""
    return locked(topic, "lead_organ__division", "leader", no_key=True)


@transaction.atomic
def write_report(*, topic, by, at, **texts):
    topic = locked_topic(topic)
    require(rules.may_write_report(by, topic))
    report = ResearchReport(topic=topic, created_at=at)
    _fill(report, texts, by)
    _note("research_report.drafted", report, by, FIELDS)
    return report


@transaction.atomic
def change_report(*, report, by, **texts):
    """Change the texts. The last person to change it counts as its writer and may not review it."""
    report = _locked(report)
    require(rules.may_change_report(by, report))
    _fill(report, texts, by)
    _note("research_report.changed", report, by, FIELDS)
    return report


def _locked(report):
    topic = locked_topic(ResearchTopic(pk=report.topic_id))
    return locked(report, topic=topic)


def _fill(report, texts, by):
    put(report, {name: texts[name].strip() for name in FIELDS})
    report.written_by, report.reviewed_by = by, None
    report.search = search.vector(*(getattr(report, name) for name in FIELDS))
    keep(report, exclude=["search"])


@transaction.atomic
def hand_in(*, report, by, at):
    """Submit for review. The topic moves to "reported"."""
    report = _locked(report)
    require(rules.may_hand_in(by, report))
    if not all(getattr(report, name) for name in FIELDS):
        raise ValidationError(_("Each part of the report says something before it is handed in."))
    _move(report, State.REVIEW, Move.HANDED_IN, by, at)
    move_topic(report.topic, TopicState.REPORTED, TopicStep.Move.REPORTED, by, at)
    return report


@transaction.atomic
def review_report(*, report, accepted, text, by, at):
    report = _locked(report)
    require(rules.may_review(by, report))
    if not accepted:
        return _send_back(report, by, at, text)
    return _move(report, State.REVIEWED, Move.REVIEWED, by, at, text, reviewed_by=by)


@transaction.atomic
def decide_report(*, report, accepted, text, decided_on, document, by, at):
    """Record the decision of the leader acting here, or of a meeting or document that the lead
    organ names."""
    report = _locked(report)
    require(rules.may_decide(by, report))
    if not accepted:
        return _send_back(report, by, at, text)
    if not document and not rules.decides(by, report.topic):
        raise ValidationError({"document": _("Say by which meeting or document.")})
    if decided_on > by.today:
        raise ValidationError({"decided_on": _("This day lies in the future.")})
    said = {"document": document.strip()}
    _move(report, State.DECIDED, Move.DECIDED, by, at, text, said, decided_on=decided_on)
    move_topic(report.topic, TopicState.CONCLUDED, TopicStep.Move.CONCLUDED, by, at, **said)
    return report


@transaction.atomic
def take_back_report(*, report, reason, by, at):
    """Reopen a decided report, to be rewritten, reviewed and decided again."""
    report = _locked(report)
    require(rules.may_take_back(by, report))
    return _send_back(report, by, at, reason)


def _send_back(report, by, at, text):
    none = {"decided_on": None, "reviewed_by": None}
    _move(report, State.SENT_BACK, Move.SENT_BACK, by, at, text, **none)
    move_topic(report.topic, TopicState.UNDER_WAY, TopicStep.Move.SENT_BACK, by, at, words=text)
    return report


@transaction.atomic
def send_report(*, report, text, document, by, at):
    """Send it upwards; `text` says to whom."""
    report = _locked(report)
    require(rules.may_send(by, report))
    return _move(report, State.SENT, Move.SENT, by, at, text, {"document": document.strip()})


@transaction.atomic
def publish_report(*, report, read=False, by, at):
    """Publish it in the library, provided that it names no person and no grassroots unit."""
    report = _locked(report)
    require(rules.may_publish(by, report))
    named = named_in(report, everywhere=True)
    if named.surely:
        said = _("The report names: %(names)s. Take it back and have it written without them.")
        raise ValidationError(said % {"names": _(", ").join(named.surely)})
    if named.perhaps and not read:
        raise ValidationError({"read": _("Read the report for these words first.")})
    change(report, published_at=at)
    take_step(report, Move.PUBLISHED, by=by, at=at, words=_(", ").join(named.perhaps))
    _note("research_report.published", report, by, ["published_at"])
    return report


@transaction.atomic
def withdraw_report(*, report, reason, by, at):
    report = _locked(report)
    require(rules.may_withdraw(by, report))
    change(report, published_at=None)
    take_step(report, Move.WITHDRAWN, by=by, at=at, words=reason)
    _note("research_report.withdrawn", report, by, ["published_at"])
    return report


def _move(report, state, move, by, at, text="", said=None, **facts):
    change(report, state=state, **facts)
    take_step(report, move, by=by, at=at, words=text, **(said or {}))
    _note(f"research_report.{move}", report, by, ["state", *facts])
    return report


def move_topic(topic, state, move, by, at, words="", **said):
    """Move a topic on as a consequence of its report or suggestions."""
    change(topic, state=state)
    take_step(topic, move, by=by, at=at, words=words, **said)
    audit.record(f"research_topic.{move}", by, topic, ["state"])


def _note(event, report, by, fields):
    audit.record(event, by, report, [*fields])
