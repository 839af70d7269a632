"""Shared by several models: the area of a record, and who has access through it."""

from django.db.models import Q

from portal.models.places import DivisionLevel
from portal.trust.access import EVERYTHING


def area_reach(user, permission):
    """Q of rows whose area lies in the user's grants of a permission or, where there are no
    divisions, whose organ does."""
    opened = Q(pk__in=())
    for grant in user.grants_with(permission):
        limit = Q()
        if grant.organ_id:
            limit &= Q(organ__path__startswith=grant.organ.path)
        if grant.division_id:
            limit &= Q(area__path__startswith=grant.division.path)
        if not limit:
            return EVERYTHING
        opened |= limit
    return opened


def in_area(user, permission, record):
    """Whether `area_reach` includes this record; its area and organ must be loaded."""
    return any(
        (
            not grant.organ_id
            or bool(record.organ and record.organ.path.startswith(grant.organ.path))
        )
        and (
            not grant.division_id
            or bool(record.area and record.area.path.startswith(grant.division.path))
        )
        for grant in user.grants_with(permission)
    )


def county_of(user):
    """Return {area, organ} of a user, no finer than the county, so that it identifies nobody; where
    there are no divisions, the user's top organ."""
    organ = user.organ
    if organ is None:
        return {}
    if organ.division_id:
        above = organ.division.ancestors_by_level
        level = max((one for one in above if one <= DivisionLevel.COUNTY), default=None)
        return {"area_id": above.get(level)}
    return {"organ_id": organ.ancestor_ids[0]}
