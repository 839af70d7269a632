"""What a host looks at first, by kind of unit (分类指导): few numbers, each with its list.

`KindRow.figures` names them. A number is counted from the rows of the list that it opens, so the
two agree. One that the reader's roles open only in part is left out, not shown as zero.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import override

from outreach.models import Matter
from outreach.overview.dashboard import Number
from portal import uses
from portal.kinds import KINDS
from portal.models import GrassrootsUnit
from portal.models.places import UnitKind
from portal.pages.filters import Address
from portal.roles import Permission as P
from portal.sheets.figures import Scope, scopes_of
from portal.text import Text
from portal.tools import languages
from portal.tools.prepared import Statement


@dataclass(frozen=True)
class FirstFigure:
    label: Text
    # The list that it counts: page, list query, and filters for a given day.
    url_name: str
    at: Address
    query: Callable[[date], dict]
    # The permission that opens everything it counts.
    permission: P
    # The column that links its rows to the host, and the filter for it (_FILTERS).
    of: str = "host_organ"
    # Whether its rows belong to a unit; others appear on Today only.
    is_of_unit: bool = True
    # Whether its rows are units themselves.
    is_of_units: bool = False


@dataclass(frozen=True)
class Counted:
    label: str
    number: Number


@dataclass(frozen=True)
class Section:
    """The numbers of one kind of unit; `units` is the number of units, linked to their list."""

    label: str
    units: Number | None
    host: str
    numbers: list


@dataclass(frozen=True)
class _Asked:
    kind: UnitKind
    # [(figure, filter of its rows, the same as query of its list)]
    figures: list
    host: str = ""
    units: Number | None = None


REGISTRY: dict[str, FirstFigure] = {}
_FILTERS = {"host_organ": "host", "organ": "organ"}


def register(code, *args, **kwargs):
    REGISTRY[code] = FirstFigure(*args, **kwargs)


def of_host(user):
    """A section for each kind of unit that the organs host for which the reader is host."""
    found = [
        _Asked(
            kind,
            [
                (figure, *_at_host(figure, scope, kind))
                for figure in _figures(kind)
                if scope.is_open_to(figure.permission)
            ],
            scope.host.label,
            units,
        )
        for scope in scopes_of(user, P.HOST_MATTERS)
        if scope.host is not None
        for kind, units in _kinds_of(scope)
    ]
    return _counted(user, [one for one in found if one.figures])


def _kinds_of(scope):
    """Yield (kind, number of units with their list) for what an organ and those below it host, most
    frequent kind first. The list covers only the organ's own units."""
    rows = GrassrootsUnit.objects.current(scope.user.today).filter(host_organ__in=scope.host_ids)
    rows = rows.order_by().values_list("kind", "host_organ").annotate(n=Count("pk"))
    counts = {(kind, host): n for kind, host, n in rows}
    units = Counter()
    for (kind, _host), n in counts.items():
        units[UnitKind(kind)] += n
    for kind in sorted(units, key=lambda one: (-units[one], list(UnitKind).index(one))):
        query = {"host": scope.host.pk, "kind": kind.value}
        own = counts.get((kind, scope.host.pk))
        yield kind, Number(own, f"{reverse('units')}?{urlencode(query)}") if own else None


def of_unit(user, unit):
    """The section of one unit with its parts, as far as the reader's roles open it."""
    opened = [figure for figure in _of_unit(unit) if user.holds(figure.permission, on=_at(unit))]
    asked = _Asked(UnitKind(unit.kind), [(one, *_at_unit(unit)) for one in opened])
    return _counted(user, [asked])[0]


def has_figures(user, unit):
    """Whether there is a number about the unit that the reader may know."""
    place = _at(unit)
    return any(user.holds(figure.permission, on=place) for figure in _of_unit(unit))


def _at(unit):
    """Return a record at the unit that belongs to no organ, for checking grants."""
    place = Matter(organ_id=0)
    place.stand_at(unit)
    return place


def _of_unit(unit):
    return [figure for figure in _figures(unit.kind) if figure.is_of_unit]


def _figures(kind):
    figures = [REGISTRY[code] for code in KINDS[kind].figures]
    return [figure for figure in figures if uses.is_open(figure.url_name)]


def _at_host(figure, scope: Scope, kind):
    name = _FILTERS[figure.of]
    if figure.is_of_units:
        limits, query = {"host_organ": scope.host, "kind": kind}, {"kind": kind.value}
    elif figure.is_of_unit:
        limits, query = {"unit__kind": kind}, {"unit_kind": kind.value}
        limits[f"{figure.of}__in"] = scope.host_ids
    else:
        limits, query = {f"{figure.of}__in": scope.host_ids}, {}
    return limits, {name: scope.query["host"]} | query


def _at_unit(unit):
    if KINDS[unit.kind].has_parts:
        return {"unit__path__startswith": unit.path}, {"unit": unit.pk, "below": "1"}
    return {"unit": unit}, {"unit": unit.pk}


def _counted(user, asked):
    """The sections with their numbers."""
    rows = [_rows(figure, user, limits) for one in asked for figure, limits, _query in one.figures]
    numbers = iter(_counts(rows))
    found = []
    for one in asked:
        with override(languages.of_kind(KINDS[one.kind].wording)):
            counted = [
                Counted(str(figure.label), Number(next(numbers), _address(figure, user, query)))
                for figure, _limits, query in one.figures
            ]
            found.append(Section(str(one.kind.label), one.units, one.host, counted))
    return found


def _address(figure, user, query):
    return f"{reverse(figure.url_name)}?{urlencode(figure.query(user.today) | query)}"


def _rows(figure, user, limits):
    query = QueryDict(mutable=True)
    query.update(figure.query(user.today))
    return figure.at.at(user, query).rows.filter(**limits)


def _counts(querysets):
    """Count the rows of all querysets in one statement."""
    around = "(SELECT COUNT(*) FROM (%s) AS counted)"
    statements = [Statement(rows.order_by().values("pk"), around) for rows in querysets]
    known = [one for one in statements if one.sql]
    if not known:
        return [0] * len(statements)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(one.sql for one in known)}",
            [value for one in known for value in one.values],
        )
        found = iter(cursor.fetchone())
    return [next(found) if one.sql else 0 for one in statements]
