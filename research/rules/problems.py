"""May this person record, hand on, note or settle a problem found by research?"""

from django.utils.translation import gettext as _

from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, NotNow, NotYours, only
from research.rules.reports import HAS_RESULTS, keeps, may_work_on


def may_add_to(user, topic):
    """Problems and suggestions may be added from the start of a topic's work until its
    archiving."""
    return may_work_on(user, topic) and only(
        topic.state in HAS_RESULTS, _("The work of the topic has not begun, or is over."), NotNow
    )


def _if_open(problem):
    return only(not problem.is_settled, _("It is struck off the list."), NotNow)


def may_change(user, problem):
    return may_work_on(user, problem.topic) and _if_open(problem)


def may_make_matter(user, problem):
    """A problem becomes at most one matter."""
    decision = may_work_on(user, problem.topic) and _not_in_ledger(problem)
    if decision and not user.holds(P.REGISTER_MATTERS):
        return NotYours(_("Your roles do not register matters."))
    return _if_open(problem) if decision else decision


def _not_in_ledger(problem):
    return only(
        problem.matter_id is None, _("It is followed in the ledger, with its matter."), NotNow
    )


def is_responsible(user, problem):
    """Whether the person is responsible: named, or handling matters for the responsible organ."""
    if problem.person and problem.person.user_id in user.identity_ids:
        return True
    organ = problem.responsible_organ
    return organ is not None and holds_for_organ(user, P.HANDLE_MATTERS, organ)


def may_note(user, problem):
    if not is_responsible(user, problem) and not may_work_on(user, problem.topic):
        return NotYours(_("The responsible organ notes progress, or the lead organ for it."))
    return _not_in_ledger(problem) and _if_open(problem)


def may_settle(user, problem):
    """Only the lead organ strikes it off, not the responsible organ."""
    return _of_lead_organ(user, problem) and _not_in_ledger(problem) and _if_open(problem)


def may_reopen(user, problem):
    decision = _of_lead_organ(user, problem) and _not_in_ledger(problem)
    if decision and not problem.is_settled:
        return NotNow(_("It stands on the list."))
    return decision


def _of_lead_organ(user, problem):
    if keeps(user, problem.topic):
        return ALLOWED
    return NotYours(_("The lead organ of the topic strikes problems off the list."))
