"""Rules of reports about conduct."""

from django.utils.translation import gettext as _

from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, only, unless


def may_deal_with_report(user, report):
    return only(
        user.holds(P.READ_CONDUCT), _("Conduct reports are read by their recipients alone.")
    ) and unless(report.closed_at, _("This report is closed."))


def may_hand_in_report(user):
    if user.holds(P.REGISTER_MATTERS) or user.holds(P.RECORD_VISITS):
        return ALLOWED
    return Decision(_("Who registers matters can hand in a report."))
