"""Rules of stays; the person first, then the state."""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outreach.models import MonthWord
from outreach.models.stays import StayKind, StayState
from portal import parameters
from portal.days.words import short_day
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless


def may_publish_stays(user):
    return only(user.holds(P.MANAGE_STAYS), _("The programme office publishes stays."), Decision)


def may_last(kind, first, last):
    """Refuse a leader's stay (蹲点) outside the allowed number of days."""
    if kind != StayKind.LEADER:
        return ALLOWED
    least = parameters.number("posting.leader_days_min", on=first)
    most = parameters.number("posting.leader_days_max", on=first)
    return only(
        least <= (last - first).days + 1 <= most,
        _("A leader's stay lasts %(least)s to %(most)s days.") % {"least": least, "most": most},
    )


def may_export_stays(user):
    return user.holds(P.EXPORT) and user.holds(P.READ_STAYS)


def may_publish_stay(user, cadre, unit):
    """A stay is published by the office that keeps the unit's area (DOMAIN 8.2)."""
    if not (decision := may_publish_stays(user)):
        return decision
    if not holds_for_organ(user, P.MANAGE_STAYS, unit.host_organ):
        return Decision(_("This unit lies outside the area of your role."))
    if unit.ended_on:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    if cadre.left_on:
        return Decision(_("%(name)s no longer serves here.") % {"name": cadre.name})
    return ALLOWED


# --- A stay as it was published ---------------------------------------------------------------


def _manages(user, stay):
    if not user.holds(P.MANAGE_STAYS, on=stay):
        return NotYours(_("The programme office changes stays, by a document."))
    if stay.state == StayState.CANCELLED:
        return NotNow(_("This stay was cancelled before it began."))
    if stay.state == StayState.ENDED:
        return NotNow(_("This stay has ended; what was published is not changed any more."))
    return ALLOWED


def may_change_end(user, stay):
    return _manages(user, stay)


def may_end_stay(user, stay):
    """End a stay earlier than planned, for a reason or because the cadre is recalled."""
    return _manages(user, stay) and unless(
        stay.starts_on > user.today, _("It has not begun; cancel it instead.")
    )


def may_replace(user, stay):
    return may_end_stay(user, stay)


def may_complete(user, stay):
    decision = _manages(user, stay)
    if decision and stay.ends_on > user.today:
        return Decision(
            _("Its term runs until %(day)s; it is completed on the last day or later.")
            % {"day": short_day(stay.ends_on, on=user.today)}
        )
    return decision


def may_cancel(user, stay):
    return _manages(user, stay) and unless(
        stay.starts_on <= user.today, _("It has begun; end it instead.")
    )


def may_end_on(stay, day):
    """Refuse a last day before the last attested month."""
    attested = stay.months.filter(words__in=MonthWord.objects.standing())
    later = attested.filter(month__gt=day).order_by("month").first()
    if later:
        return Decision(
            _("The month %(month)s is attested; the last day cannot lie before it.")
            % {"month": date_format(later.month, "YEAR_MONTH_FORMAT")}
        )
    return ALLOWED


def may_hand_over(user, stay):
    """Office, host and sending organ each may arrange the handover."""
    if not (
        user.holds(P.MANAGE_STAYS, on=stay)
        or user.holds(P.ATTEST_STAYS, on=stay)
        or user.holds(P.NOMINATE, on=stay)
    ):
        return NotYours(_("Office, host and sending organ hand the work over."))
    if stay.state == StayState.CANCELLED:
        return NotNow(_("This stay was cancelled before it began."))
    ahead = timedelta(days=parameters.number("posting.ending_days", on=user.today))
    if stay.state != StayState.ENDED and stay.ends_on > user.today + ahead:
        return Decision(_("Work is handed over when a stay ends or is about to end."))
    return ALLOWED


def may_succeed(stay, cadre):
    return unless(cadre.pk == stay.cadre_id, _("Nobody hands over to themselves.")) and unless(
        cadre.left_on, _("%(name)s no longer serves here.") % {"name": cadre.name}
    )
