"""May this person send, answer, carry out or look back at a suggestion of research?"""

from django.utils.translation import gettext as _

from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, NotNow, NotYours, only, stands_at
from research.models.reports import TO_ANSWER, AdviceState
from research.models.topics import TopicState
from research.rules.reports import keeps, may_work_on

# Adopted, and not yet turned into a measure.
_OPEN = (AdviceState.ADOPTED, AdviceState.PARTLY, AdviceState.CARRIED_OUT, AdviceState.LOOKED_BACK)


def may_change(user, advice):
    return may_work_on(user, advice.topic) and only(
        advice.state == AdviceState.RAISED, _("It was sent."), NotNow
    )


def _keeps(user, advice):
    return only(
        keeps(user, advice.topic), _("The lead organ of the topic sends and follows suggestions.")
    )


def may_send(user, advice):
    """Only once the report behind the suggestions is decided."""
    decision = _keeps(user, advice) and only(
        advice.state == AdviceState.RAISED, _("It was sent."), NotNow
    )
    if decision and advice.topic.state not in (TopicState.CONCLUDED, TopicState.FOLLOWED):
        return NotNow(_("Suggestions are sent once the report is decided."))
    return decision


def is_addressed(user, advice):
    organ = advice.addressed_to
    return organ is not None and holds_for_organ(user, P.HANDLE_MATTERS, organ)


def _speaks(user, advice):
    """The addressed organ decides; the lead organ may record what it was told."""
    if is_addressed(user, advice) or keeps(user, advice.topic):
        return ALLOWED
    return NotYours(_("The addressed organ answers, or the lead organ records its answer."))


def may_answer(user, advice):
    return _speaks(user, advice) and only(
        advice.state in TO_ANSWER, advice.get_state_display(), stands_at
    )


def may_carry_out(user, advice):
    return _speaks(user, advice) and only(
        advice.state in (AdviceState.ADOPTED, AdviceState.PARTLY),
        advice.get_state_display(),
        stands_at,
    )


def may_turn(user, advice):
    return _speaks(user, advice) and only(
        advice.state in _OPEN and not advice.turned_into, advice.get_state_display(), stands_at
    )


def may_look_back(user, advice):
    decision = _keeps(user, advice)
    if decision and (advice.look_back_on is None or advice.look_back_on > user.today):
        return NotNow(_("The day to look at it again has not come."))
    return decision
