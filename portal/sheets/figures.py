"""Numbers kept up to date while records change: insert-only deltas, rolled up by one worker.

A figure is the address of a list: the list's filters choose the records that it counts, so a number
and its list always agree. Actions add the difference that a change makes; `rebuild` counts the
records and compares.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Count, DateField, F, Q, Sum, Value
from django.db.models.functions import TruncMonth
from django.urls import reverse

from portal.models import Division, FigureDelta, FigureTotal, Organ, User
from portal.roles import Permission, organ_axis
from portal.text import Text
from portal.tools.waiting_rows import WaitingRows
from portal.trust.access import PLACE_COLUMNS

REGISTRY = {}
# The divisions that have totals, and the organ.
PLACED = ("province", "city", "county", "organ")


def _summed_up(deltas):
    """Merge the deltas into one for each cell whose number changes."""
    changed, cells = Counter(), {}
    for delta in deltas:
        cell = (delta.figure, delta.part, delta.day, *_place_ids(delta).values())
        changed[cell] += delta.n
        cells[cell] = delta
    for cell, delta in cells.items():
        delta.n = changed[cell]
    return [delta for delta in cells.values() if delta.n]


def _place_ids(record):
    """Return {column: id} of the place where a record or delta is counted."""
    return {f"{name}_id": getattr(record, f"{name}_id") for name in PLACED}


DELTAS = WaitingRows(FigureDelta, made_into=_summed_up)
# Deltas per roll-up; with larger batches the rows of wide places are updated less often.
BATCH = 50_000
# WITH queries that read `summed`, run in the same statement as each roll-up. `AFTER_REBUILD`:
# functions called with the code of a rebuilt figure.
WITH_ROLL_UP: list[str] = []
AFTER_REBUILD: list[Callable[[str], None]] = []
# Levels of division that have totals; the levels below are small and counted live.
SUMMED_LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Figure:
    code: str
    title: Text
    noun: type
    # The list that this number counts: its URL name, and (user, query) → its rows; without a user,
    # all records.
    url_name: str
    rows: Callable
    query: dict
    # The permission to read the records.
    permission: Permission
    # Column and filter name of a record's day, and of its part.
    day: Any
    from_to: tuple[str, str]
    part: Any = None
    part_name: str = ""
    # record → (part, day) while it counts, else None; must agree with `rows`. With a measure:
    # (part, day, n).
    cell: Callable = field(kw_only=True)
    # A whole number of the record to sum; if missing, records are counted.
    measure: Any = field(default=None, kw_only=True)
    # The lookup path from the record to the one that holds its place.
    via: str = ""
    # Permissions whose holders may read the number, but not the records.
    counted_for: tuple[Permission, ...] = field(default=(), kw_only=True)

    def address(self, scope, first=None, last=None, part=None, **more):
        """The address of the list behind a number."""
        days = self.days(first, last)
        parts = {self.part_name: part} if part is not None else {}
        query = self.query | scope.query | days | parts | more
        return f"{reverse(self.url_name)}?{urlencode(query)}"

    def days(self, first, last):
        since, until = self.from_to
        days = {since: first and first.isoformat(), until: last and last.isoformat()}
        return {name: day for name, day in days.items() if day}

    @property
    def counted(self):
        return Count("pk") if self.measure is None else Sum(self.measure)

    def is_open_in(self, scope):
        """Return whether the reader may know the number for all of a scope."""
        return any(map(scope.is_open_to, (self.permission, *self.counted_for)))

    def placed(self, record):
        for step in self.via.split("__")[:-1]:
            record = getattr(record, step)
        return record


def register(figure):
    REGISTRY[figure.code] = figure
    return figure


# --- What a reader looks at --------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """A division, an organ's own work or what an organ hosts, within one reader's grants."""

    user: User
    division: Division | None = None
    organ: Organ | None = None
    host: Organ | None = None

    @property
    def query(self):
        """The scope as filters of any list of placed records."""
        chosen = {"area": self.division, "organ": self.organ, "host": self.host}
        return {name: str(one.pk) for name, one in chosen.items() if one}

    def limit(self, via=""):
        """Return the scope as a condition on records, or on rows that lead to them by `via`."""
        limit = Q()
        if self.division:
            limit &= Q(**{f"{via}{PLACE_COLUMNS[self.division.level]}": self.division.pk})
        if self.organ:
            limit &= Q(**{f"{via}organ__in": self.organ_ids})
        if self.host:
            limit &= Q(**{f"{via}host_organ__in": self.host_ids})
        return limit

    def rows(self, noun, permission):
        """Return the records in the scope that its reader may see. A scope within one grant needs
        no further filter: `visible_to` would be slow and change nothing."""
        rows = noun.objects.filter(self.limit())
        return rows if self.is_open_to(permission) else rows & noun.objects.visible_to(self.user)

    @cached_property
    def organ_ids(self):
        return _subtree_ids(self.organ)

    @cached_property
    def host_ids(self):
        return _subtree_ids(self.host)

    @property
    def is_summed(self):
        """Whether totals are kept: for a whole province, city or county, or for an organ's own
        work."""
        if self.host or self.division and self.organ:
            return False
        return self.division is None or self.division.level in SUMMED_LEVELS

    def is_open_to(self, permission):
        """Return whether a single grant of the reader covers the scope, so lists show all its
        records."""
        return any(self._lies_within(grant) for grant in self.user.grants_with(permission))

    def _lies_within(self, grant):
        if grant.division_id:
            path = self.division.path if self.division else ""
            if not path.startswith(grant.division.path):
                return False
        if grant.organ_id:
            chosen = self.host if _hosts(grant) else self.organ
            return chosen is not None and chosen.path.startswith(grant.organ.path)
        return True


def scopes_of(user, permission):
    """Return the scope of each grant with the permission, widest first."""
    found = []
    for grant in user.grants_with(permission):
        hosts = _hosts(grant)
        scope = Scope(
            user,
            division=grant.division,
            organ=None if hosts else grant.organ,
            host=grant.organ if hosts else None,
        )
        if scope not in found:
            found.append(scope)
    return sorted(found, key=lambda one: (bool(one.host), bool(one.organ), _level(one)))


def _level(scope):
    return scope.division.level if scope.division else 0


def _hosts(grant):
    return organ_axis(grant.role) == "host_organ"


def _subtree_ids(organ):
    return list(Organ.objects.under(organ).order_by("pk").values_list("pk", flat=True))


# --- Changing ----------------------------------------------------------------------------


def remember(record):
    """Note the cells in which a record counts, before an action changes it; return the record."""
    record._counted = _cells(record)
    return record


def recount(record):
    """Add the changes since `remember`, in the caller's transaction and in one statement."""
    before, now = record._counted, _cells(record)
    _insert(
        [(record, code, cell, -1) for code, cell in before.items() if now.get(code) != cell]
        + [(record, code, cell, 1) for code, cell in now.items() if before.get(code) != cell]
    )
    record._counted = now


def count_new(*records):
    """Count new records, in one statement."""
    _insert(
        [(record, code, cell, 1) for record in records for code, cell in _cells(record).items()]
    )


def count_stored(rows, *, sign=1):
    """Count stored records, or with sign=-1 subtract them: for rows written by COPY, or before and
    after a change by SQL. One statement for each figure of the noun."""
    for figure in REGISTRY.values():
        if figure.noun is not rows.model:
            continue
        try:
            sql, values = _cells_of_records(figure, rows)
        except EmptyResultSet:
            # No rows, so no query is needed.
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO portal_figuredelta"
                " (figure, part, day, n, province_id, city_id, county_id, organ_id)"
                " SELECT %s, part, day, %s * n, province_id, city_id, county_id, organ_id"
                f" FROM ({sql}) {_COUNTED}",
                [figure.code, sign, *values],
            )


_COUNTED = "counted (part, day, province_id, city_id, county_id, organ_id, n)"


def _cells_of_records(figure, within=None):
    """Return (SQL, values) to count the records of a figure, or only those in `within`, by cell."""
    rows = figure.rows(None, figure.query).order_by()
    if within is not None:
        rows = rows.filter(pk__in=within.order_by().values("pk"))
    rows = rows.annotate(
        cell_part=_expression(figure.part) if figure.part else Value(""),
        cell_day=_expression(figure.day),
    )
    placed = [f"{figure.via}{column}" for column in PLACED]
    counted = rows.values_list("cell_part", "cell_day", *placed).annotate(n=figure.counted)
    return counted.query.sql_with_params()


def _cells(record):
    found = {
        figure.code: figure.cell(record)
        for figure in REGISTRY.values()
        if isinstance(record, figure.noun)
    }
    return {code: cell for code, cell in found.items() if cell}


def _insert(changes):
    deltas = []
    for record, code, (part, day, *measured), n in changes:
        n = n * measured[0] if measured else n
        place = _place_ids(REGISTRY[code].placed(record))
        deltas.append(FigureDelta(figure=code, part=part, day=day, n=n, **place))
    DELTAS.save(deltas)


# --- Reading -----------------------------------------------------------------------------


def counts(figure, scope, *, first=None, last=None, by=None):
    """Return {part: n} of a scope between two days; {(part, day or month): n} with `by`. Always
    current.

    Reads totals and deltas if they are kept and the reader may see all that they count, otherwise
    the records.
    """
    if _is_kept(figure, scope):
        found = _summed([figure], scope, first, last, by)[figure.code]
    else:
        found = _live(figure, scope, first, last, by)
    return Counter({key if by else key[0]: n for key, n in found.items() if n})


def _is_kept(figure, scope):
    """Return whether totals are kept for the scope and its reader may see all that they count."""
    return scope.is_summed and figure.is_open_in(scope)


def counts_of(figures, scope, *, first=None, last=None):
    """{code: {part: n}} of several figures over the same days, in one statement if totals are
    kept."""
    if not all(_is_kept(figure, scope) for figure in figures):
        return {f.code: counts(f, scope, first=first, last=last) for f in figures}
    found = _summed(figures, scope, first, last, None)
    return {
        code: Counter({part: n for (part, _bucket), n in parts.items() if n})
        for code, parts in found.items()
    }


_BUCKETS = {None: "NULL::date", "day": "day", "month": "date_trunc('month', day)::date"}


def _summed(figures, scope, first, last, by):
    """{code: {(part, bucket): n}}"""
    codes = [figure.code for figure in figures]
    conditions, values = ["figure = ANY (%s)"], [codes]
    for sign, day in ((">=", first), ("<=", last)):
        if day:
            conditions.append(f"day {sign} %s")
            values.append(day)
    if scope.division:
        column = f"{PLACE_COLUMNS[scope.division.level]}_id"
        of_total, of_delta = "division_id = %s AND organ_id IS NULL", f"{column} = %s"
        place = [scope.division.pk]
    elif scope.organ:
        of_total, of_delta = "division_id IS NULL AND organ_id = ANY (%s)", "organ_id = ANY (%s)"
        place = [scope.organ_ids]
    else:
        of_total, of_delta, place = "division_id IS NULL AND organ_id IS NULL", "true", []
    when = " AND ".join(conditions)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT figure, part, {_BUCKETS[by]}, sum(n)::bigint FROM ("
            f" SELECT figure, part, day, n FROM portal_figuretotal WHERE {when} AND {of_total}"
            " UNION ALL"
            f" SELECT figure, part, day, n FROM portal_figuredelta WHERE {when} AND {of_delta}"
            ") kept GROUP BY 1, 2, 3",
            [*values, *place, *values, *place],
        )
        found = {code: {} for code in codes}
        for code, part, bucket, n in cursor.fetchall():
            found[code][part, bucket] = n
        return found


def _rows(figure, scope, first, last):
    """The records of a figure in a scope; see Scope.rows."""
    user = None if figure.is_open_in(scope) else scope.user
    rows = figure.rows(user, figure.query | figure.days(first, last))
    return rows.filter(scope.limit(figure.via)).order_by()


NO_DAY = Value(None, output_field=DateField())


def _live(figure, scope, first, last, by):
    rows = _rows(figure, scope, first, last)
    day = _expression(figure.day)
    rows = rows.order_by().annotate(
        cell_part=_expression(figure.part) if figure.part else Value(""),
        cell_day={None: NO_DAY, "day": day, "month": TruncMonth(day)}[by],
    )
    found = rows.values_list("cell_part", "cell_day").annotate(n=figure.counted)
    return {(part, bucket): n for part, bucket, n in found}


def _expression(column):
    return F(column) if isinstance(column, str) else column


# --- Keeping -----------------------------------------------------------------------------

# Each change counts for everything, for each division around it that has totals, and for its organ.
_SPREAD = """
    CROSS JOIN LATERAL (VALUES
        (true, NULL::bigint, NULL::bigint), (false, province_id, NULL), (false, city_id, NULL),
        (false, county_id, NULL), (false, NULL, organ_id)
    ) place (is_all, division, organ)
    WHERE (is_all OR division IS NOT NULL OR organ IS NOT NULL)
"""


def roll_up(limit=BATCH):
    """Add committed deltas to the totals, one worker at a time; return how many deltas were
    added."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('portal.sheets.figures'))")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            f"""
            WITH taken AS (
                DELETE FROM portal_figuredelta WHERE id IN (
                    SELECT id FROM portal_figuredelta ORDER BY id LIMIT %s
                    FOR UPDATE SKIP LOCKED)
                RETURNING figure, part, province_id, city_id, county_id, organ_id, day, n
            ), summed AS (
                SELECT figure, part, division, organ, day, sum(n) AS n
                FROM taken {_SPREAD}
                GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0
            ), written AS (
                INSERT INTO portal_figuretotal (figure, part, division_id, organ_id, day, n)
                SELECT figure, part, division, organ, day, n FROM summed
                -- In reading order: the days of a division share a page on disk.
                ORDER BY figure, division, organ, day, part
                ON CONFLICT (figure, division_id, organ_id, day, part)
                DO UPDATE SET n = portal_figuretotal.n + excluded.n
            ){"".join(f", {one}" for one in WITH_ROLL_UP)}
            SELECT count(*) FROM taken
            """,
            [limit],
        )
        return cursor.fetchone()[0]


def rebuild(*, check=False):
    """Compare the figures with the records and, without `check`, correct them.

    Returns {code: number of differing cells}. All in SQL: a province has millions of cells.
    """
    return {figure.code: _rebuild(figure, check=check) for figure in REGISTRY.values()}


def _rebuild(figure, *, check):
    sql, values = _cells_of_records(figure)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            f"""
            CREATE TEMP TABLE true_cells ON COMMIT DROP AS
            SELECT part::text AS part, division, organ, day::date AS day, sum(n)::bigint AS n
            FROM ({sql}) {_COUNTED}
            {_SPREAD} GROUP BY 1, 2, 3, 4
            """,
            values,
        )
        cursor.execute(
            f"""
            CREATE TEMP TABLE kept_cells ON COMMIT DROP AS
            SELECT part, division, organ, day, sum(n) AS n FROM (
                SELECT part, division_id AS division, organ_id AS organ, day, n
                FROM portal_figuretotal WHERE figure = %(code)s
                UNION ALL
                SELECT part, division, organ, day, n FROM portal_figuredelta
                {_SPREAD} AND figure = %(code)s
            ) kept GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
            """,
            {"code": figure.code},
        )
        cursor.execute(
            "SELECT count(DISTINCT (part, division, organ, day)) FROM ("
            " (TABLE true_cells EXCEPT TABLE kept_cells)"
            " UNION ALL (TABLE kept_cells EXCEPT TABLE true_cells)) differing"
        )
        differing = cursor.fetchone()[0]
        if differing and not check:
            FigureDelta.objects.filter(figure=figure.code).delete()
            FigureTotal.objects.filter(figure=figure.code).delete()
            cursor.execute(
                "INSERT INTO portal_figuretotal (figure, part, division_id, organ_id, day, n)"
                " SELECT %s, part, division, organ, day, n FROM true_cells"
                " ORDER BY division, organ, day, part",
                [figure.code],
            )
            for tell in AFTER_REBUILD:
                tell(figure.code)
        cursor.execute("DROP TABLE true_cells, kept_cells")
        return differing
