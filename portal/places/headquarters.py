"""Departments of a headquarters in a tree without divisions, and the units that organs host."""

from django.db.models import Q

from portal.models import GrassrootsUnit, Organ


def works_for(organ):
    """Return the organ for whose units an organ without division works.

    That is the organ itself if units are managed in its tree; otherwise it is a department of a
    headquarters and works for the organ above it.
    """
    if organ.division_id or organ.parent_id is None:
        return organ
    manages = GrassrootsUnit.objects.filter(host_organ__path__startswith=organ.path).exists()
    return organ if manages else organ.parent


def kinds_hosted(organ, on):
    """{kind} of the units managed in the tree of the organ that this one works for."""
    tree = GrassrootsUnit.objects.filter(host_organ__path__startswith=works_for(organ).path)
    return set(tree.current(on).order_by().values_list("kind", flat=True).distinct())


def organs_hosting(kinds, on):
    """Return the keys of organs for which `kinds_hosted` returns one of these kinds."""
    of_kinds = GrassrootsUnit.objects.filter(kind__in=kinds).current(on)
    above = _with_above(of_kinds)
    managing = _with_above(GrassrootsUnit.objects.all()) if above else set()
    departments = Organ.objects.filter(Q(division=None), parent__in=above).exclude(pk__in=managing)
    return above | set(departments.values_list("pk", flat=True))


def _with_above(units):
    """Keys of the organs that manage these units, and of all above them."""
    hosts = Organ.objects.filter(pk__in=units.order_by().values("host_organ"))
    return {pk for path in hosts.values_list("path", flat=True) for pk in _keys(path)}


def _keys(path):
    return map(int, path.strip("/").split("/"))
