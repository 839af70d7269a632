"""Rules of stay reports, and of the opinions at the end of a stay."""

from datetime import timedelta

from django.utils.translation import gettext as _

from outreach.models import StayOpinion
from outreach.models.stay_reports import ReportState
from outreach.models.stays import StayState
from outreach.rules.stay_months import is_own, writes_for
from portal import parameters
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only

Part = StayOpinion.Part


def may_write_plan(user, stay):
    """Only a leader's stay has a plan, written by the leader or their typist until the stay is
    over."""
    if not writes_for(user, stay):
        return NotYours(_("The leader writes the plan, or who enters for them."))
    if not stay.is_of_leader:
        return NotYours(_("Only a leader's stay of some days has a plan."))
    if stay.state != StayState.PUBLISHED or stay.last_day < user.today:
        return NotNow(_("The stay does not run."))
    return ALLOWED


def may_write_report(user, stay):
    if not is_own(user, stay):
        return NotYours(_("The cadre of the stay writes the report."))
    if stay.state == StayState.CANCELLED or stay.starts_on > user.today:
        return NotNow(_("The stay has not begun."))
    return ALLOWED


def may_change_report(user, report):
    return only(is_own(user, report.stay), _("The cadre of the stay writes the report.")) and only(
        report.is_open, _("It is handed in; a review may send it back."), NotNow
    )


may_hand_in = may_change_report


def may_review(user, report):
    """Reviewed by the office or the sending organ, never by its author."""
    if not (user.holds(P.MANAGE_STAYS, on=report.stay) or user.holds(P.NOMINATE, on=report.stay)):
        return NotYours(_("The programme office or the sending organ reviews it."))
    if is_own(user, report.stay):
        return Decision(_("Nobody reviews their own report."))
    if report.state != ReportState.HANDED_IN:
        return NotNow(_("It does not wait for a review."))
    return ALLOWED


def may_decide_suggestion(user, suggestion):
    """The host or the office decides on suggestions of an accepted report."""
    stay = suggestion.report.stay
    if not (user.holds(P.MANAGE_STAYS, on=stay) or user.holds(P.ATTEST_STAYS, on=stay)):
        return NotYours(_("The host or the programme office says what is taken up."))
    if is_own(user, stay):
        return Decision(_("Nobody decides on their own suggestions."))
    if suggestion.report.state != ReportState.ACCEPTED:
        return NotNow(_("The report is not accepted yet."))
    if suggestion.adopted is not None:
        return NotNow(_("It was decided already."))
    return ALLOWED


_WHO = {
    Part.PEOPLE: (P.ATTEST_STAYS, P.MANAGE_STAYS),
    Part.HOST: (P.ATTEST_STAYS,),
    Part.ORGAN: (P.NOMINATE,),
    Part.OFFICE: (P.MANAGE_STAYS,),
}


def parts_open_to(user, stay):
    """Return the parts of 期满考核鉴定表 that this person writes; cadres write only one."""
    if is_own(user, stay):
        return [Part.WORK]
    return [part for part, asked in _WHO.items() if any(user.holds(p, on=stay) for p in asked)]


def may_give_opinion(user, stay):
    if not parts_open_to(user, stay):
        return NotYours(_("Cadre, host, sending organ and office fill in the sheet."))
    if stay.state == StayState.CANCELLED:
        return NotNow(_("This stay was cancelled before it began."))
    soon = user.today + timedelta(days=parameters.number("posting.ending_days", on=user.today))
    if stay.state != StayState.ENDED and stay.ends_on > soon:
        return NotNow(_("The sheet is filled in near the end of the stay."))
    return ALLOWED
