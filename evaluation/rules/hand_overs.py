"""Who may hand a cycle over to the personnel side, and note its receipt."""

from django.utils.translation import gettext as _

from evaluation.models.cycles import CycleState
from evaluation.rules.cycles import keeps
from portal.days.words import short_day
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, reach


def may_see_hand_overs(user, cycle):
    if not keeps(user, cycle):
        return NotYours(_("Only the programme office that holds the cycle hands it over."))
    if cycle.state != CycleState.FINAL:
        return NotNow(_("Only a final cycle is handed over: its scores and grades stand."))
    return ALLOWED


def may_hand_over(user, cycle):
    decision = may_see_hand_overs(user, cycle)
    mine = cycle.appraised.standing().filter(cadre__user__in=user.identity_ids)
    if decision and mine.exists():
        return Decision(_("You are appraised in this cycle yourself; somebody else hands it over."))
    return decision


def reads_all(user, cycle):
    """Whether the user reads the scores of everybody who is handed over."""
    standing = cycle.appraised.standing()
    if standing.filter(reach(user, Permission.READ_SCORES)).count() == standing.count():
        return ALLOWED
    return Decision(_("Some who are appraised lie outside of your area; you do not read them all."))


def may_note_receipt(user, hand_over):
    if not (decision := may_see_hand_overs(user, hand_over.cycle)):
        return decision
    if hand_over.is_received:
        words = _("%(name)s received it on %(day)s.")
        day = short_day(hand_over.received_on, on=user.today)
        return NotNow(words % {"name": hand_over.received_by, "day": day})
    return ALLOWED
