"""May this person arrange, change or end this contact point? Person first, then state."""

from django.utils.translation import gettext as _

from outreach.rules.visits import may_record_visit, may_write_visits
from pairing.models import ContactPoint
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission


def may_arrange_points(user):
    if user.holds(P.MANAGE_CONTACT_POINTS):
        return ALLOWED
    return NotYours(_("The programme office arranges contact points, each within its area."))


def may_arrange_point(user, leader, unit, year):
    """Whether the user may send this leader to this unit in this year."""
    decision = may_arrange_points(user)
    if not decision:
        return decision
    today = user.today
    if unit.ended_on and unit.ended_on <= today:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    if leader.left_on and leader.left_on <= today:
        return Decision(_("%(name)s has left.") % {"name": leader.name})
    if year > today.year + 1:
        return Decision(_("Contact points are arranged for this year and the next."))
    point = ContactPoint(organ=leader.organ)
    point.stand_at(unit)
    if not user.holds(P.MANAGE_CONTACT_POINTS, on=point):
        return Decision(_("%(name)s lies outside the area of your role.") % {"name": unit.name})
    return ALLOWED


def fits(party_organization, unit):
    """Whether a Party organisation belongs to the unit or to its host."""
    if party_organization is None or party_organization.unit_id == unit.pk:
        return ALLOWED
    if party_organization.organ_id and party_organization.organ_id == unit.host_organ_id:
        return ALLOWED
    said = _("%(party)s belongs neither to %(unit)s nor to the organ that manages it.")
    return Decision(said % {"party": party_organization.name, "unit": unit.name})


def may_change_point(user, point):
    if not user.holds(P.MANAGE_CONTACT_POINTS, on=point):
        return NotYours(_("The programme office of this area arranges contact points."))
    if not point.is_running:
        return NotNow(_("This contact point has ended."))
    if point.year < user.today.year:
        return Decision(_("The year is over; it stays as it was planned."))
    return ALLOWED


may_end_point = may_change_point


def may_write_down_visit(user, point):
    """Whether the user may write down a visit for the leader."""
    if point.leader.user_id not in user.identity_ids:
        return NotYours(_("The leader's own."))
    if not point.is_of_today(user.today):
        return NotNow(_("It is not a contact point of today."))
    if may_write_visits(user):
        return ALLOWED
    return Decision(
        _(
            "Your roles write no visits. The liaison of your organ, or whoever is named here, "
            "enters them, and you confirm each by one press."
        )
    )


def may_enter_visit(user, point):
    """Whether the user may enter a visit of the leader: as liaison of the leader's organ, or as the
    recorder of the point."""
    leader = point.leader
    if leader.user_id in user.identity_ids or not may_record_visit(user, leader, point.unit):
        return NotYours(_("The liaison or the person named here enters visits for the leader."))
    if not point.is_of_today(user.today):
        return NotNow(_("It is not a contact point of today."))
    return ALLOWED
