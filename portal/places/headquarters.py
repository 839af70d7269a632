"""Departments of a headquarters, in a tree without divisions."""

from portal.models import GrassrootsUnit


def works_for(organ):
    """The organ for whose units an organ without division works: itself, if units are managed in
    its tree; otherwise, as a department of a headquarters, the organ above it."""
    if organ.division_id or organ.parent_id is None:
        return organ
    manages = GrassrootsUnit.objects.filter(host_organ__path__startswith=organ.path).exists()
    return organ if manages else organ.parent
