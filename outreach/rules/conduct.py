"""May this person hand in a report about conduct, or deal with it?"""

from django.utils.translation import gettext as _

from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision, NotYours

P = Permission


def may_deal_with_report(user, report):
    if not user.holds(P.READ_CONDUCT):
        return NotYours(_("Conduct reports are read by their recipients alone."))
    if report.closed_at:
        return Decision(_("This report is closed."))
    return ALLOWED


def may_hand_in_report(user):
    if user.holds(P.REGISTER_MATTERS) or user.holds(P.RECORD_VISITS):
        return ALLOWED
    return Decision(_("Who registers matters can hand in a report."))
