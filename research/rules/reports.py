"""May this person write, review, decide, send or publish this report? Person, then state."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, stands_at
from research.models.reports import ResearchReportState as State
from research.models.topics import TopicState
from research.rules.topics import no_open_batch

# The topic may have findings to record.
HAS_RESULTS = (
    TopicState.UNDER_WAY,
    TopicState.REPORTED,
    TopicState.CONCLUDED,
    TopicState.FOLLOWED,
)


def keeps(user, topic):
    """Whether the person manages the results of the topic: for the lead organ or the programme
    office. `topics.leads` is narrower: the lead organ only."""
    return holds_for_organ(user, P.LEAD_RESEARCH, topic.lead_organ)


def decides(user, topic):
    return holds_for_organ(user, P.DECIDE_RESEARCH, topic.lead_organ)


def is_of_group(user, topic):
    """Whether the person leads or belongs to the group of the topic."""
    if topic.leader.user_id in user.identity_ids:
        return True
    return topic.members.filter(user__in=user.identity_ids).exists()


def writes_for(user, topic):
    return keeps(user, topic) or is_of_group(user, topic)


def may_work_on(user, topic):
    """Whether the person may record results of a topic."""
    return only(
        writes_for(user, topic), _("The group of the topic and its lead organ write this down.")
    )


def may_write_report(user, topic):
    decision = may_work_on(user, topic)
    if decision and hasattr(topic, "report"):
        return NotNow(_("The report stands already."))
    if decision and topic.state != TopicState.UNDER_WAY:
        return NotNow(_("A report is written once the work of the topic has begun."))
    return decision


def may_change_report(user, report):
    return may_work_on(user, report.topic) and only(
        report.is_open, _("It is handed in; a review may send it back."), NotNow
    )


def may_hand_in(user, report):
    """Once the fieldwork is over: the decision on the report concludes the topic."""
    return may_change_report(user, report) and no_open_batch(report.topic)


def is_writer(user, report):
    return report.written_by_id in user.identity_ids


def may_review(user, report):
    """For the lead organ, but never the writer."""
    if not keeps(user, report.topic):
        return NotYours(_("The lead organ reviews it."))
    if report.state != State.REVIEW:
        return NotNow(_("It does not wait for a review."))
    if is_writer(user, report):
        return Decision(_("Somebody else than the writer reviews the report."))
    return ALLOWED


def may_decide(user, report):
    """The leader of the lead organ, or its liaison, who records what a meeting decided."""
    if not (decides(user, report.topic) or keeps(user, report.topic)):
        return NotYours(_("The leader of the lead organ decides, or it records the decision."))
    if report.state != State.REVIEWED:
        return NotNow(pgettext("research", "It does not wait for a decision."))
    if is_writer(user, report):
        return Decision(_("Nobody decides on their own report."))
    return ALLOWED


def may_take_back(user, report):
    """A decided report can be returned to its writer only until it is sent or published."""
    if not (decides(user, report.topic) or keeps(user, report.topic)):
        return NotYours(_("The leader of the lead organ decides, or it records the decision."))
    if report.state != State.DECIDED:
        return stands_at(report.get_state_display())
    return _unless_published(report)


def may_send(user, report):
    return _of_decided(user, report) and only(
        report.state == State.DECIDED, report.get_state_display(), stands_at
    )


def may_publish(user, report):
    decision = _of_decided(user, report)
    return _unless_published(report) if decision else decision


def may_withdraw(user, report):
    return _keeps_library(user, report) and only(
        report.published_at, _("It does not stand in the library."), NotNow
    )


def _of_decided(user, report):
    return _keeps_library(user, report) and only(
        report.is_decided, _("It is not decided yet."), NotNow
    )


def _keeps_library(user, report):
    return only(
        keeps(user, report.topic),
        _("The lead organ and the programme office send and publish reports."),
    )


def _unless_published(report):
    return only(not report.published_at, _("It stands in the library."), NotNow)
