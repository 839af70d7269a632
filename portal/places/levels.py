"""The level of an organ, derived from its place rather than entered."""

from portal.models.places import DivisionLevel, OrganLevel

_BY_DIVISION = {
    DivisionLevel.PROVINCE: OrganLevel.PROVINCE,
    DivisionLevel.CITY: OrganLevel.CITY,
    DivisionLevel.COUNTY: OrganLevel.COUNTY,
    DivisionLevel.TOWNSHIP: OrganLevel.TOWNSHIP,
    DivisionLevel.VILLAGE: OrganLevel.TOWNSHIP,
}
_BY_DEPTH = (OrganLevel.GROUP, OrganLevel.SECOND, OrganLevel.THIRD)


def level_of(organ):
    """Return the level of the organ's division; without one, as in an enterprise, that of its depth
    in the tree: the group, its subsidiaries, and what is below them."""
    if organ is None:
        return ""
    if organ.division_id:
        return _BY_DIVISION[DivisionLevel(organ.division.level)]
    return _BY_DEPTH[min(len(organ.ancestor_ids), len(_BY_DEPTH)) - 1]
