"""Relations of a person to a unit: hosts it, is near it, looks after it."""

from outreach.models.areas import ContactArea
from portal.models.places import DivisionLevel
from portal.roles import Permission


def is_near(organ, unit):
    """Whether the unit is in the organ's county (for city and province organs, their city or
    province), or, without divisions, under the same top organ."""
    if organ is None:
        return False
    if organ.division_id is None or unit.division_id is None:
        return unit.host_organ.ancestor_ids[0] == organ.ancestor_ids[0]
    level = min(organ.division.level, DivisionLevel.COUNTY)
    at_level = unit.division.ancestors_by_level.get(level)
    return at_level == organ.division.ancestors_by_level.get(level)


def looks_after(user, unit, *, opening_lists=False):
    """Whether one of the person's contact areas there runs today; with `opening_lists`, one that
    opens the list of its households."""
    running = unit.contact_areas.running(user.today)
    if opening_lists:
        running = running.exclude(kind=ContactArea.Kind.POST)
    return running.filter(cadre__user__in=user.identity_ids).exists()


def acts_for(user, permission, organ_id):
    """Whether the person holds a permission in this organ or in one above it."""
    grants = user.grants_with(permission)
    return any(grant.organ_id and organ_id in grant.organ_ids for grant in grants)


def hosts(user, unit):
    """Whether the person hosts the unit itself."""
    return acts_for(user, Permission.HOST_MATTERS, unit.host_organ_id)
