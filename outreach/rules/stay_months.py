"""Rules of months of stays and of leave; the person first."""

from datetime import timedelta

from django.utils.translation import gettext as _

from outreach.models import MonthWord
from outreach.models.stays import StayState
from outreach.stay_days import days_of, last_of
from portal import parameters
from portal.days.words import short_day
from portal.models.clock import DatabaseClock
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, unless


def is_own(user, stay):
    """Whether it is this person's stay, or that of somebody they stand in for."""
    return stay.cadre.user_id is not None and stay.cadre.user_id in user.identity_ids


def writes_for(user, stay):
    """Allowed to the cadre and to those who enter for others in the organ or at the unit (代录)."""
    return is_own(user, stay) or user.holds(P.RECORD_FOR_OTHERS, on=stay)


# --- The month --------------------------------------------------------------------------------


def _lies_in(user, stay, month):
    return (
        unless(stay.is_of_leader, _("A leader's stay has a plan and a report, and no months."))
        and unless(
            stay.state == StayState.CANCELLED or not days_of(stay, month),
            _("The stay has no day in this month."),
        )
        and unless(month > user.today, _("This month has not begun."))
    )


def may_note_days(user, stay, month, is_attested=False):
    """Cadre and host add notes until the host's word, afterwards only the host."""
    attests = user.holds(P.ATTEST_STAYS, on=stay)
    if not (writes_for(user, stay) or attests):
        return NotYours(_("The cadre and the host note what is known of a month."))
    decision = _lies_in(user, stay, month)
    if decision and is_attested and (not attests or is_own(user, stay)):
        return NotNow(_("This month is attested; the host alone adds to it, with a reason."))
    return decision


def may_write_work(user, stay, month, is_attested=False):
    return may_note_days(user, stay, month, is_attested) and unless(
        is_attested, _("This month is attested."), NotNow
    )


def may_attest(user, stay, month, is_attested=False):
    """Allowed to the host once a month, from its last day on, and never for their own stay."""
    if not user.holds(P.ATTEST_STAYS, on=stay):
        return NotYours(_("The host attests the month."))
    if is_own(user, stay):
        return Decision(_("Your own month is attested by somebody else of the host."))
    if not (decision := _lies_in(user, stay, month)):
        return decision
    if user.today < last_of(month):
        return Decision(
            _("A month is attested on its last day or later, this one from %(day)s on.")
            % {"day": short_day(last_of(month), on=user.today)}
        )
    if is_attested:
        return Decision(_("This month is attested already; what turns out later is a correction."))
    return ALLOWED


def may_correct_month(user, stay, month, is_attested=False):
    if not user.holds(P.ATTEST_STAYS, on=stay):
        return NotYours(_("The host corrects an attested month."))
    if not is_attested:
        return NotNow(_("Before the attestation there is nothing to correct."))
    if is_own(user, stay):
        return Decision(_("Your own month is corrected by somebody else of the host."))
    return ALLOWED


# Callbacks (stay, month) of apps above → whether the word on the month has been used.
COUNTED = []


def may_take_back_month(user, stay, month, word):
    """Allowed to the person who gave the word and to the programme office, within the time limit
    and until an appraisal has counted it."""
    is_own_word = word is not None and word.by_id in user.identity_ids
    if not (is_own_word or user.holds(P.MANAGE_STAYS, on=stay)):
        return NotYours(_("Who attested the month takes it back, or the programme office."))
    if word is None or word.is_met is None:
        return NotNow(_("Before the attestation there is nothing to take back."))
    if is_own(user, stay):
        return Decision(_("The word on your own month is taken back by somebody else."))
    hours = parameters.number("takeback.hours", on=user.today)
    recent = MonthWord.objects.filter(at__gt=DatabaseClock() - timedelta(hours=hours))
    if not recent.filter(pk=word.pk).exists():
        said = _("An attestation is taken back within %(hours)s hours; later it is corrected.")
        return NotNow(said % {"hours": hours})
    if any(is_counted(stay, month) for is_counted in COUNTED):
        return Decision(_("An appraisal has counted this month; correct it with a reason."))
    return ALLOWED


# --- Leave ------------------------------------------------------------------------------------


def may_ask_leave(user, stay):
    if not writes_for(user, stay):
        return NotYours(_("The cadre asks for leave, or who enters for them."))
    if stay.state == StayState.CANCELLED or stay.last_day < user.today:
        return NotNow(_("The stay does not run."))
    return ALLOWED


def may_stand_in(stay, cadre):
    """Any other serving cadre of an organ. The village's own officials are not among the cadres, so
    they cannot carry work on."""
    return unless(
        cadre.pk == stay.cadre_id, _("Somebody else stands in during a leave.")
    ) and unless(cadre.left_on, _("%(name)s no longer serves here.") % {"name": cadre.name})


def may_decide_leave(user, leave):
    """Short leave is decided by the host and longer leave by the office, always by a second
    person."""
    most = parameters.number("posting.leave_township_max_days", on=user.today)
    if leave.days <= most:
        if not user.holds(P.ATTEST_STAYS, on=leave.stay):
            return NotYours(_("Leave of up to %(n)s days is decided by the host.") % {"n": most})
    elif not user.holds(P.MANAGE_STAYS, on=leave.stay):
        return NotYours(
            _("Leave of more than %(n)s days is decided by the programme office.") % {"n": most}
        )
    if is_own(user, leave.stay) or leave.asked_by_id in user.identity_ids:
        return Decision(_("Leave is decided by a second person, never by who asks for it."))
    if leave.withdrawn_at or leave.approved is not None:
        return NotNow(_("This leave is decided or taken back already."))
    return ALLOWED


def may_withdraw_leave(user, leave):
    if not writes_for(user, leave.stay):
        return NotYours(_("Who asked for leave takes it back."))
    if leave.withdrawn_at or leave.approved is False or leave.returned_on:
        return NotNow(_("There is nothing to take back."))
    if leave.approved and leave.starts_on <= user.today:
        return Decision(_("The leave has begun; note the day of the return instead."))
    return ALLOWED


def may_note_return(user, leave):
    """销假: noted by the cadre or the host, once leave has begun."""
    if not (writes_for(user, leave.stay) or user.holds(P.ATTEST_STAYS, on=leave.stay)):
        return NotYours(_("The cadre or the host notes the return."))
    if not leave.approved or leave.withdrawn_at or leave.returned_on:
        return NotNow(_("No return is open."))
    if leave.starts_on > user.today:
        return Decision(_("The leave has not begun."))
    if leave.starts_on == user.today:
        return Decision(_("The leave began today; the return is noted from tomorrow on."))
    return ALLOWED
