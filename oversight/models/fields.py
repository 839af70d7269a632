"""What several nouns share: whose area something concerns, and who is let in by it."""

from django.db.models import Q

from portal.models.places import DivisionLevel
from portal.trust.access import EVERYTHING


def area_reach(user, permission):
    """Rows whose area lies in the user's grants of a permission, as a Q; where there are no
    divisions, rows of an organ in them."""
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
    """Whether `area_reach` finds this record, whose area and organ are loaded."""
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
    """{area, organ} of a person, no finer than the county, so that nobody is known by it; where
    there are no divisions, the organ at the top of theirs."""
    organ = user.organ
    if organ is None:
        return {}
    if organ.division_id:
        above = organ.division.ancestors_by_level
        level = max((one for one in above if one <= DivisionLevel.COUNTY), default=None)
        return {"area_id": above.get(level)}
    return {"organ_id": organ.ancestor_ids[0]}
