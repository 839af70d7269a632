"""Rules of contact areas and of lists of households."""

from django.utils.translation import gettext as _

from outreach.models import ContactArea
from outreach.rules.places import acts_for, hosts, is_near, looks_after
from portal.kinds import KINDS
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision


def may_arrange_areas(user):
    if user.holds(P.MANAGE_PEOPLE) or user.holds(P.RECORD_FOR_OTHERS):
        return ALLOWED
    return Decision(_("Office, host and liaison arrange contact areas."))


def may_arrange_area(user, cadre, unit):
    """A contact area opens the unit's list of households. The host and the office above
    it arrange areas freely; other users only for their cadres, never for themselves, and a liaison
    only within their own county."""
    if hosts(user, unit) or holds_for_organ(user, P.MANAGE_PEOPLE, unit.host_organ):
        return ALLOWED
    if not (decision := _keeps_area(user, cadre, unit)):
        return decision
    if cadre.user_id == user.pk:
        return Decision(_("A contact area of your own is arranged by the host or the office."))
    if holds_for_organ(user, P.MANAGE_PEOPLE, cadre.organ):
        return ALLOWED
    if any(is_near(g.organ, unit) for g in user.grants_with(P.RECORD_FOR_OTHERS)):
        return ALLOWED
    return Decision(
        _("This unit lies outside your county; its host or the office arranges contact areas.")
    )


def may_have_kind(unit, kind):
    """Areas and posts of Party members exist only in workshops and teams."""
    if kind != ContactArea.Kind.POST or KINDS[unit.kind].has_parts:
        return ALLOWED
    return Decision(_("This is for places with workshops and teams."))


def may_end_area(user, area):
    return _keeps_area(user, area.cadre, area.unit)


def _keeps_area(user, cadre, unit):
    if holds_for_organ(user, P.MANAGE_PEOPLE, cadre.organ):
        return ALLOWED
    if any(acts_for(user, P.RECORD_FOR_OTHERS, o) for o in (cadre.organ_id, unit.host_organ_id)):
        return ALLOWED
    return Decision(_("Office, host and the cadre's own organ arrange contact areas."))


def may_keep_households(user, unit):
    if hosts(user, unit) or looks_after(user, unit, opening_lists=True):
        return ALLOWED
    return Decision(_("The host and the cadres who look after a unit keep its list."))
