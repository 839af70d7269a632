"""How a person stands to a unit: hosts it, is near it, looks after it."""

from portal.models.places import DivisionLevel
from portal.roles import Permission


def is_near(organ, unit):
    """In the organ's own county (or city, province for their organs), or hosted in its tree."""
    if organ is None:
        return False
    if organ.division_id is None or unit.division_id is None:
        return unit.host_organ.ancestor_ids[0] == organ.ancestor_ids[0]
    level = min(organ.division.level, DivisionLevel.COUNTY)
    at_level = unit.division.ancestors_by_level.get(level)
    return at_level == organ.division.ancestors_by_level.get(level)


def looks_after(user, unit):
    """Whether one of the person's contact areas there runs today."""
    running = unit.contact_areas.running(user.today)
    return running.filter(cadre__user__in=user.identity_ids).exists()


def hosts(user, unit):
    """Whether somebody hosts the unit itself."""
    return any(
        grant.organ_id and unit.host_organ_id in grant.organ_ids
        for grant in user.grants_with(Permission.HOST_MATTERS)
    )
