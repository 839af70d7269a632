"""May this person enter, correct or void what two branches did together?"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pairing.models.co_building import CORRECTION_DAYS
from pairing.models.pairings import Level, PairingState
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission


def _enters(user, pairing):
    if user.holds(P.RECORD_JOINT_ACTIVITIES, on=pairing):
        return ALLOWED
    said = _("The liaison of the helping organ, the host of the unit or the office enters this.")
    return NotYours(said)


def may_record_activity(user, pairing):
    decision = _enters(user, pairing)
    if not decision:
        return decision
    if pairing.level != Level.BRANCH:
        return NotNow(_("Joint activities are those of two Party branches."))
    if pairing.state == PairingState.CANCELLED:
        return NotNow(_("This partnership never began."))
    if pairing.starts_on > user.today:
        return Decision(_("It begins on %(day)s.") % {"day": pairing.starts_on})
    return ALLOWED


def may_be_held_on(user, pairing, day):
    """Whether the day is within the partnership and not in the future."""
    if day > user.today:
        return Decision(_("This day lies in the future."))
    if not pairing.runs_on(day):
        said = _("The partnership runs from %(first)s to %(last)s.")
        return Decision(said % {"first": pairing.starts_on, "last": pairing.last_day})
    return ALLOWED


def may_correct_activity(user, activity):
    decision = may_void_activity(user, activity)
    last = timezone.localdate(activity.created_at) + timedelta(days=CORRECTION_DAYS)
    if decision and user.today > last:
        said = _("It can be corrected for %(days)s days; void it and enter it anew.")
        return Decision(said % {"days": CORRECTION_DAYS})
    return decision


def may_void_activity(user, activity):
    decision = _enters(user, activity.pairing)
    if decision and activity.voided_at:
        return NotNow(_("This activity is void."))
    return decision
