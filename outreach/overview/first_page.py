"""What a host looks at first, by kind of unit (分类指导): few numbers, each with its list.

`KindRow.figures` names them. A number is counted from the rows of the list that it opens, so the
two agree. One that the reader's roles open only in part is left out, not shown as zero.
"""

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
    # The list that it counts: its page, its address and, by the day, its filters.
    url_name: str
    at: Address
    query: Callable[[date], dict]
    # Whose grants open all that is counted.
    permission: P
    # The column by which its rows are the host's, and the filter of the same name.
    of: str = "host_organ"
    # Whether its rows happened at a unit; others stand on Today alone.
    is_of_unit: bool = True
    # Whether its rows are units themselves.
    is_of_units: bool = False


@dataclass(frozen=True)
class Counted:
    label: str
    number: Number


@dataclass(frozen=True)
class Section:
    """The numbers of one kind of unit; `units` is how many there are, and their list."""

    label: str
    units: Number | None
    host: str
    numbers: list


REGISTRY: dict[str, FirstFigure] = {}
_FILTERS = {"host_organ": "host", "organ": "organ"}


def register(code, *args, **kwargs):
    REGISTRY[code] = FirstFigure(*args, **kwargs)


def of_host(user):
    """A section for each kind of unit that the organs host for which the reader is host."""
    found = []
    for scope in scopes_of(user, P.HOST_MATTERS):
        if scope.host is None:
            continue
        units = GrassrootsUnit.objects.current(user.today).filter(host_organ__in=scope.host_ids)
        counts = units.order_by().values_list("kind", "host_organ").annotate(n=Count("pk"))
        counts = {(kind, host): n for kind, host, n in counts}
        for kind in (one for one in UnitKind if any(one == known for known, _host in counts)):
            asked = [
                (figure, _at_host(figure, scope, kind))
                for figure in _figures(kind)
                if scope.is_open_to(figure.permission)
            ]
            query = {"host": scope.host.pk, "kind": kind.value}
            # The list of units has those of the host itself.
            own = counts.get((kind, scope.host.pk))
            number = Number(own, f"{reverse('units')}?{urlencode(query)}") if own else None
            if asked:
                found.append(_section(kind, number, scope.host.label, user, asked))
    return found


def of_unit(user, unit):
    """The section of one unit with its parts, as far as the reader's roles open it."""
    place = Matter(organ_id=0)
    place.stand_at(unit)
    asked = [
        (figure, _at_unit(unit))
        for figure in _figures(unit.kind)
        if figure.is_of_unit and user.holds(figure.permission, on=place)
    ]
    return _section(UnitKind(unit.kind), None, "", user, asked)


def has_figures(user, unit):
    """Whether there is a number about the unit that the reader may know."""
    place = Matter(organ_id=0)
    place.stand_at(unit)
    return any(user.holds(f.permission, on=place) for f in _figures(unit.kind) if f.is_of_unit)


def _figures(kind):
    return [REGISTRY[code] for code in KINDS[kind].figures]


def _at_host(figure, scope: Scope, kind):
    """(limits of the rows, the same as filters of the list)"""
    name = _FILTERS[figure.of]
    if figure.is_of_units:
        limits, query = {"host_organ": scope.host, "kind": kind}, {"kind": kind.value}
    elif figure.is_of_unit:
        limits, query = {"unit__kind": kind}, {"unit_kind": kind.value}
        limits[f"{figure.of}__in"] = scope.host_ids
    else:
        limits, query = {f"{figure.of}__in": scope.host_ids}, {}
    return limits, {name: scope.host.pk} | query


def _at_unit(unit):
    if KINDS[unit.kind].has_parts:
        return {"unit__path__startswith": unit.path}, {"unit": unit.pk, "below": "1"}
    return {"unit": unit}, {"unit": unit.pk}


def _section(kind, units, host, user, asked):
    numbers = _counts([_rows(figure, user, limits) for figure, (limits, _query) in asked])
    own = KINDS[kind].wording
    # In the words of the kind, unless the reader's whole organ has words of its own.
    words = own if languages.wording() == languages.VILLAGE else languages.wording()
    with override(languages.variant(None, words)):
        return Section(
            str(kind.label),
            units,
            host,
            [
                Counted(str(figure.label), Number(n, _address(figure, user, query)))
                for n, (figure, (_limits, query)) in zip(numbers, asked, strict=True)
            ],
        )


def _address(figure, user, query):
    return f"{reverse(figure.url_name)}?{urlencode(figure.query(user.today) | query)}"


def _rows(figure, user, limits):
    query = QueryDict(mutable=True)
    query.update(figure.query(user.today))
    return figure.at.at(user, query).rows.filter(**limits)


def _counts(querysets):
    """The numbers of rows, in one statement."""
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
