"""Numbers about stays, each with the list that it counts: by kind, by programme, coverage."""

from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from outreach.models import Stay
from outreach.models.stays import StayKind, ends_by
from outreach.overview.dashboard import Line, Number, units_of
from portal import parameters
from portal.models import Division
from portal.roles import Permission

# Programmes that the dashboard names; the list has all of them.
SHOWN = 4


def section(scope):
    """The dashboard's numbers about stays, None for readers who see no stays."""
    if not scope.user.holds(Permission.READ_STAYS):
        return None
    today = scope.user.today
    ahead = parameters.number("posting.ending_days", on=today)
    soon = ends_by(today + timedelta(days=ahead))
    # One query for all numbers: programmes are few, and each stay has one kind.
    counted = stays_of(scope).order_by().values_list("kind", "programme")
    by_kind, by_programme, ending = Counter(), Counter(), 0
    for kind, programme, n, ends in counted.annotate(n=Count("pk"), ends=Count("pk", filter=soon)):
        by_kind[kind] += n
        by_programme[programme] += n
        ending += ends
    named = [(name, n) for name, n in by_programme.items() if name]
    return {
        "running": _list(scope, by_kind.total()),
        "ending": _list(scope, ending, tab="ending"),
        "ahead": ahead,
        "kinds": [
            Line(kind.label, _list(scope, by_kind[kind], kind=kind))
            for kind in StayKind
            if kind in by_kind
        ],
        "programmes": [
            Line(name, _list(scope, n, whole=name))
            for name, n in sorted(named, key=lambda one: (-one[1], one[0]))[:SHOWN]
        ],
        # The sending organ's own scope has no units.
        "coverage": None if scope.organ else coverage(scope),
    }


def _list(scope, n, **query):
    query = {"tab": "running"} | scope.query | query
    return Number(n, f"{reverse('outreach:stays')}?{urlencode(query)}")


def stays_of(scope):
    """Running stays in the scope; for an organ's own scope those that it sends."""
    return scope.rows(Stay, Permission.READ_STAYS).running(scope.user.today)


def units(scope, *, has=None):
    there = stays_of(scope).filter(unit=OuterRef("pk"))
    rows = units_of(scope)
    if has is None:
        return rows.annotate(has_stay=Exists(there))
    return rows.filter(Exists(there) if has else ~Exists(there))


def _number(scope, n, has):
    query = scope.query | {"has": "somebody" if has else "nobody"}
    return Number(n, f"{reverse('outreach:covered_units')}?{urlencode(query)}")


def coverage(scope):
    # IN allows a hash lookup of the few stays for each of the many units.
    there = Q(pk__in=stays_of(scope).order_by().values("unit"))
    counted = units_of(scope).order_by().aggregate(all=Count("pk"), has=Count("pk", filter=there))
    return {
        "with": _number(scope, counted["has"], has=True),
        "without": _number(scope, counted["all"] - counted["has"], has=False),
    }


def by_division(scope):
    """Return [(division, with, without)] of the places directly below the scope, by code."""
    at = scope.division
    inside = Division.objects.current(scope.user.today).filter(parent=at)
    if scope.host or scope.organ:
        return []
    places = {one.pk: one for one in inside.order_by("code", "pk")}
    depth = len(at.ancestor_ids) if at else 0
    counted = Counter()
    for path, has in units(scope).order_by().values_list("division__path", "has_stay"):
        ids = [int(pk) for pk in (path or "").strip("/").split("/") if pk]
        if len(ids) > depth and ids[depth] in places:
            counted[ids[depth], has] += 1
    lines = []
    for pk, place in places.items():
        inner = type(scope)(scope.user, division=place)
        if counted[pk, True] or counted[pk, False]:
            numbers = [_number(inner, counted[pk, has], has=has) for has in (True, False)]
            lines.append((place, *numbers))
    return lines
