"""Rules of research topics; the person first, then the state."""

from django.utils.translation import gettext as _

from portal.roles import GRANTS
from portal.roles import Permission as P
from portal.rules import acting_for, holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, in_state, only, unless
from research.models.batches import ARRANGED_STATES, BatchState
from research.models.topics import RUNNING, TopicState

_LEADING = {str(role) for role, may in GRANTS.items() if P.LEAD_RESEARCH in may}


def leads(user, organ):
    """Whether the person carries out research for this organ: the own one, or one below it."""
    own = {one.pk for role, one in acting_for(user) if role in _LEADING}
    return not own.isdisjoint(organ.ancestor_ids) and holds_for_organ(user, P.LEAD_RESEARCH, organ)


def _decides(user, topic):
    return holds_for_organ(user, P.DECIDE_RESEARCH, topic.lead_organ)


def _checks(user, topic):
    return holds_for_organ(user, P.CHECK_RESEARCH, topic.lead_organ)


def _leads(user, topic):
    said = _("Only who carries out research for %(organ)s does this.")
    return only(leads(user, topic.lead_organ), said % {"organ": topic.lead_organ.label})


def may_draft_topics(user):
    said = _("Liaisons and the office draft topics, each for their own organ.")
    return only(user.holds(P.LEAD_RESEARCH), said)


def may_lead_for(user, organ):
    said = _("%(organ)s is not your organ; it drafts its topics itself.")
    return only(leads(user, organ), said % {"organ": organ.label}, Decision)


def may_change_topic(user, topic):
    return _leads(user, topic) and in_state(topic, TopicState.DRAFT)


def may_drop_topic(user, topic):
    return may_change_topic(user, topic) and unless(
        topic.steps.exists(), _("It was submitted before; its history stays."), NotNow
    )


def may_submit_topic(user, topic):
    return (
        may_change_topic(user, topic)
        and unless(not topic.outline, _("Write the outline first."))
        and unless(topic.ends_on < user.today, _("Its last day has passed; set new days first."))
    )


def may_take_back_topic(user, topic):
    return _leads(user, topic) and in_state(topic, TopicState.SUBMITTED)


def may_send_back_topic(user, topic):
    said = _("The leader of the lead organ or the office sends a topic back.")
    return only(_decides(user, topic) or _checks(user, topic), said) and in_state(
        topic, TopicState.SUBMITTED
    )


def may_approve_topic(user, topic):
    said = _("The leader of %(organ)s decides the topic.") % {"organ": topic.lead_organ.label}
    return only(_decides(user, topic), said) and in_state(topic, TopicState.SUBMITTED)


def may_record_decision(user, topic):
    """The lead organ records what the Party group has decided."""
    return _leads(user, topic) and in_state(topic, TopicState.SUBMITTED)


def may_change_plan(user, topic):
    return _leads(user, topic) and in_state(topic, *RUNNING)


def may_plan_batch(user, topic):
    return may_change_plan(user, topic)


def may_stop_topic(user, topic):
    """Stop a decided topic: for those who lead or decide it, and only while no batch is open."""
    said = _("The lead organ or its leader breaks a topic off.")
    return (
        only(leads(user, topic.lead_organ) or _decides(user, topic), said)
        and in_state(topic, *RUNNING)
        and no_open_batch(topic)
    )


def no_open_batch(topic):
    numbers = topic.batches.filter(state__in=(*ARRANGED_STATES, BatchState.CHECKED))
    found = list(numbers.order_by("number").values_list("number", flat=True))
    said = _("End the fieldwork of batch %(numbers)s first, or cancel it.")
    return unless(found, said % {"numbers": _(", ").join(map(str, found))})


def may_archive_topic(user, topic):
    return _leads(user, topic) and in_state(topic, TopicState.CONCLUDED, TopicState.FOLLOWED)


def may_restore_topic(user, topic):
    return _leads(user, topic) and in_state(topic, TopicState.ARCHIVED)


def sees_duplicates(user, topic):
    """The office checks for duplicate topics until the topic is decided."""
    return topic.state in (TopicState.DRAFT, TopicState.SUBMITTED) and _checks(user, topic)


def may_see_research(user):
    return ALLOWED if user.holds(P.SEE_PEOPLE) else NotYours(_("Research is open to the business."))
