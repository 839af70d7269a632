"""Rules of the dashboard and of analysis meetings."""

from django.utils.translation import gettext as _

from outreach.models.meetings import FOLLOWED
from outreach.overview.first_page import has_figures
from portal.models.places import DivisionLevel
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only


def may_see_dashboard(user):
    if user.holds(P.READ_MATTERS):
        return ALLOWED
    return Decision(
        _("The dashboard is for those who read the ledger of an area or of their organ.")
    )


def may_see_first_figures(user):
    return only(user.holds(P.HOST_MATTERS), _("These numbers are for hosts, about their units."))


def may_see_figures_of(user, unit):
    said = _("%(unit)s lies outside of the area of your role.") % {"unit": unit.name}
    return only(has_figures(user, unit), said)


def may_prepare_meeting(user, scope=None):
    """Whether the person may hold the monthly analysis, and for this area."""
    if not user.holds(P.HOLD_MEETINGS):
        return Decision(_("The office, the desk and hosts hold the analysis meeting."))
    if scope is None:
        return ALLOWED
    if scope.organ or not (scope.division or scope.host):
        return Decision(_("A meeting is held on an area or on what an organ hosts."))
    if scope.division and scope.division.level < DivisionLevel.COUNTY:
        return Decision(_("A meeting is held on a county or on a part of one."))
    if not scope.is_open_to(P.HOLD_MEETINGS):
        return Decision(_("It is outside the area or organ of your role."))
    return ALLOWED


def may_withdraw_decision(user, decision):
    """Anybody who may record a decision may withdraw it, until a record of another app depends on
    it."""
    if not (allowed := may_record_decision(user, decision.meeting)):
        return NotYours(allowed.refusal)
    if decision.withdrawn_at:
        return NotNow(_("This decision was taken back."))
    if any(follows(decision) for follows in FOLLOWED):
        return Decision(_("It is supervised already; end the supervision first."))
    return ALLOWED


def may_record_decision(user, meeting):
    return may_prepare_meeting(user, meeting.scope_of(user))
