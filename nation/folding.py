"""In a cell: fold the totals of figures into the published monthly totals.

`portal.sheets.figures` keeps totals by day; each roll-up notes the months that it changed, and
`fold` writes these anew. The published table is in the portal's own database, or in the window
(docs/adr/0079).
"""

import re
from collections import defaultdict

from django.conf import settings
from django.db import connection, connections, transaction
from psycopg2.extras import execute_values

from nation import wire
from nation.merging import above_division, above_organ, merged
from portal.models import Division, Organ
from portal.models.places import OrganLevel
from portal.places.levels import level_of
from portal.sheets import figures

# Months of figures folded in one run.
TURN = 300
# Added to the roll-up statement of a cell that publishes.
NOTE_MONTHS = """noted AS (
    INSERT INTO nation_changedmonth (figure, day)
    SELECT DISTINCT figure, date_trunc('month', day)::date FROM summed
    ON CONFLICT DO NOTHING
)"""
SHOWN_LEVELS = {
    *(OrganLevel.PROVINCE, OrganLevel.CITY, OrganLevel.COUNTY),
    *(OrganLevel.GROUP, OrganLevel.SECOND),
}


def published():
    """Codes of the figures that are published. Excludes sums of money: a sum may be that of a
    single household, and the number of households behind it is not known."""
    return [code for code, figure in figures.REGISTRY.items() if figure.measure is None]


def window():
    """The connection to the published tables."""
    return connections["window"] if "window" in connections.settings else connection


def note_figure(code):
    """Queue all months of a figure for folding: those with totals, and those already published."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO nation_changedmonth (figure, day)"
            " SELECT DISTINCT figure, date_trunc('month', day)::date FROM portal_figuretotal"
            " WHERE figure = %s ON CONFLICT DO NOTHING",
            [code],
        )
    with window().cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT figure, day FROM nation_celltotal WHERE cell = %s AND figure = %s",
            [settings.CELL, code],
        )
        stood = cursor.fetchall()
    with connection.cursor() as cursor:
        execute_values(
            cursor,
            "INSERT INTO nation_changedmonth (figure, day) VALUES %s ON CONFLICT DO NOTHING",
            stood,
        )


def fold_all(*, at):
    """Fold all months of all published figures; returns how many."""
    for code in published():
        note_figure(code)
    done = 0
    while turn := fold(at=at):
        done += turn
    return done


def fold(*, at):
    """Publish what changed. Returns how many months of figures were folded.

    Only one process folds at a time. If the window was written and this transaction fails, the
    months stay noted and are written again.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('nation.folding'))")
            if not cursor.fetchone()[0]:
                return 0
            # Block other roll-ups, so that everything saved before `at` is counted.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portal.sheets.figures'))")
        is_all = figures.roll_up() < figures.BATCH
        months = _take_months()
        with transaction.atomic(using=window().alias):
            if months:
                _write(_folded(months), months)
            if is_all and len(months) < TURN:
                _write_state(at)
    return len(months)


def _take_months():
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM nation_changedmonth WHERE id IN"
            " (SELECT id FROM nation_changedmonth ORDER BY id LIMIT %s) RETURNING figure, day",
            [TURN],
        )
        known = set(published())
        return [(figure, day) for figure, day in cursor.fetchall() if figure in known]


def _write_state(at):
    with window().cursor() as cursor:
        cursor.execute(
            "INSERT INTO nation_cellstate (cell, version, as_of) VALUES (%s, %s, %s)"
            " ON CONFLICT (cell) DO UPDATE SET version = excluded.version, as_of = excluded.as_of",
            [settings.CELL, wire.VERSION, at],
        )


# --- Reckoning -----------------------------------------------------------------------------------


def _folded(months):
    """{(figure, division, organ, month, part): n}"""
    places, organs = _divisions(), _organs()
    own = defaultdict(lambda: defaultdict(int))
    for figure, month, division, part, n in _totals(months, "division", list(places)):
        code, above = places[division]
        own[figure, month, "division"][code, part] += n
        if above is not None:
            # The place above keeps only what belongs to none of the places in it.
            own[figure, month, "division"][places[above][0], part] -= n
    for figure, month, _none, part, n in _totals(months, "all", []):
        own[figure, month, "division"]["", part] += n
    for figure, month, organ, part, n in _totals(months, "organ", list(organs)):
        own[figure, month, "organ"][organs[organ], part] += n
    found = {}
    for (figure, month, axis), counts in own.items():
        above = above_division if axis == "division" else above_organ
        for (code, part), n in merged(counts, above).items():
            if axis == "division":
                found[figure, code, "", month, part] = n
            elif code:
                found[figure, "", code, month, part] = n
    return found


def _divisions():
    """{id: (code, id of the place above)} of provinces, cities and counties. A division without an
    official code counts in the place above."""
    rows = Division.objects.filter(level__in=wire.DIGITS).order_by("level")
    found = {}
    for pk, above, level, code in rows.values_list("pk", "parent_id", "level", "code"):
        short = code[: wire.DIGITS[level]]
        if len(short) < wire.DIGITS[level] or not short.isascii() or not short.isdigit():
            short = found[above][0] if above in found else ""
        found[pk] = (short, above if above in found else ALL)
    found[ALL] = ("", None)
    return found


# The whole cell, as a pseudo-id beside those of divisions.
ALL = 0


def _organs():
    """{id: code} of all organs whose work is published: each organ at county level or above has its
    own code; the work of the others counts for the organ above."""
    is_code = re.compile(wire.ORGAN).match
    found, codes = {}, {}
    organs = Organ.objects.select_related("division").order_by("path")
    for organ in organs.only("path", "code", "parent", "division"):
        is_shown = organ.code and is_code(organ.code) and level_of(organ) in SHOWN_LEVELS
        above = organ.ancestor_ids[-2:-1]
        codes[organ.pk] = organ.code if is_shown else codes.get(above[0], "") if above else ""
        found[organ.pk] = codes[organ.pk]
    return found if any(found.values()) else {}


def _totals(months, axis, ids):
    """(figure, month, division or organ, part, n) for these months."""
    place = {
        "division": "t.organ_id IS NULL AND t.division_id = ANY (%s)",
        "organ": "t.division_id IS NULL AND t.organ_id = ANY (%s)",
        "all": "t.division_id IS NULL AND t.organ_id IS NULL AND %s::bigint[] IS NOT NULL",
    }[axis]
    if axis != "all" and not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.figure, m.day, coalesce(t.division_id, t.organ_id), t.part, sum(t.n)::bigint"
            " FROM unnest(%s::text[], %s::date[]) m (figure, day)"
            " JOIN portal_figuretotal t ON t.figure = m.figure AND t.day >= m.day"
            f" AND t.day < m.day + interval '1 month' AND {place}"
            " GROUP BY 1, 2, 3, 4",
            [[figure for figure, _day in months], [day for _figure, day in months], ids],
        )
        return cursor.fetchall()


# --- Writing -------------------------------------------------------------------------------------

_KEY = "cell, figure, division_code, organ_code, day, part"


def _write(rows, months):
    """Replace the published rows of these months by `rows`, touching only those that differ."""
    figures_of, days = [figure for figure, _ in months], [day for _, day in months]
    with window().cursor() as cursor:
        cursor.execute(
            "SELECT figure, division_code, organ_code, day, part, n FROM nation_celltotal"
            " WHERE cell = %s AND (figure, day) IN"
            " (SELECT * FROM unnest(%s::text[], %s::date[]))",
            [settings.CELL, figures_of, days],
        )
        stood = {tuple(key): n for *key, n in cursor.fetchall()}
        gone = [(settings.CELL, *key) for key in stood.keys() - rows.keys()]
        new = [
            (settings.CELL, *key, n)
            for key, n in rows.items()
            if key not in stood or stood[key] != n
        ]
        if gone:
            execute_values(
                cursor,
                f"DELETE FROM nation_celltotal WHERE ({_KEY}) IN (VALUES %s)",
                gone,
                template="(%s, %s, %s, %s, %s::date, %s)",
                page_size=1000,
            )
        if new:
            execute_values(
                cursor,
                f"INSERT INTO nation_celltotal ({_KEY}, n) VALUES %s"
                f" ON CONFLICT ({_KEY}) DO UPDATE SET n = excluded.n",
                new,
                page_size=1000,
            )
