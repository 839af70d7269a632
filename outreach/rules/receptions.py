"""Rules of receptions; the person first, then the state."""

from datetime import timedelta

from django.utils.translation import gettext as _

from outreach.models.matters import Confidentiality
from outreach.models.receptions import ReceptionDay, ReceptionState
from portal import parameters
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, stands_at, unless


def may_plan_reception(user):
    return only(
        user.holds(P.HOLD_RECEPTIONS),
        _("Desk, office and host plan receptions, each within their area."),
    ) and unless(user.organ_id is None, _("Your account belongs to no organ that could hold it."))


def may_hold_for(user, organ, unit=None):
    """Whether this organ may hold a reception, at this unit if given."""
    if unit is not None and unit.ended_on:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    place = ReceptionDay()
    place.stand_for(organ, unit)
    if user.holds(P.HOLD_RECEPTIONS, on=place) and (
        organ.pk == user.organ_id or holds_for_organ(user, P.HOLD_RECEPTIONS, organ)
    ):
        return ALLOWED
    return Decision(_("This reception lies outside the area of your role."))


def _holds(user, reception):
    if user.holds(P.HOLD_RECEPTIONS, on=reception):
        return ALLOWED
    return NotYours(_("Desk, office and host of this area hold receptions."))


def may_change_reception(user, reception):
    decision = _holds(user, reception)
    if decision and reception.state != ReceptionState.PLANNED:
        return NotNow(_("It was made known; cancel it and plan a new one."))
    return decision


def is_late(reception, on):
    """Whether making it known on this day is later than the norm says."""
    days = parameters.number("reception.notice_days", on=on)
    return on + timedelta(days=days) > reception.held_on


def may_announce_reception(user, reception):
    return may_change_reception(user, reception) and unless(
        reception.held_on < user.today, _("The day has passed; plan a new one.")
    )


def may_hold_reception(user, reception):
    """Whether the person may record that it took place."""
    return (
        _holds(user, reception)
        and unless(reception.state == ReceptionState.PLANNED, _("It was not made known yet."))
        and unless(
            reception.state != ReceptionState.ANNOUNCED, reception.get_state_display(), stands_at
        )
        and unless(reception.held_on > user.today, _("The day has not come yet."))
    )


def may_register_at(user, reception):
    """Whether the person may register visitors and matters: on the day, or later from paper."""
    return (
        _holds(user, reception)
        and unless(reception.state == ReceptionState.PLANNED, _("It was not made known yet."))
        and unless(
            reception.state == ReceptionState.CANCELLED, _("This reception was cancelled."), NotNow
        )
        and unless(reception.held_on > user.today, _("The day has not come yet."))
    )


def may_cancel_reception(user, reception):
    if not (decision := _holds(user, reception)):
        return decision
    if reception.state in {ReceptionState.HELD, ReceptionState.CANCELLED}:
        return stands_at(reception.get_state_display())
    if reception.items.exists():
        return Decision(_("Matters were registered at it; note it as held."))
    return ALLOWED


def is_leader(user, reception):
    return reception.leader.user_id in user.identity_ids


def may_read_visitors(user, reception):
    """Holders and the leader read the visitors' names; supervisors read without names."""
    if is_leader(user, reception):
        return ALLOWED
    if user.holds(P.INSTRUCT):
        return Decision(_("Supervisors read receptions without names."))
    return _holds(user, reception)


def may_read_who(user, item):
    """Withheld names are read by the organisation department and the leader."""
    if item.matter.confidentiality != Confidentiality.ORGANISATION_ONLY:
        return ALLOWED
    if is_leader(user, item.reception) or user.holds(P.READ_WITHHELD_NAMES, on=item.matter):
        return ALLOWED
    return Decision(_("The raiser chose “name for the organisation department only”."))
