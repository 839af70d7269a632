"""Invented counts of a province: places in the shape of the state's list, and figure deltas.

Not the demo, whose texts and people take a minute: only numbers leave a cell.
"""

import random
from datetime import date

from cells.servers import ask
from portal.run import embedded

FIGURES = {
    # {figure: its parts}
    "visits": ("00", "01", "02", "03"),
    "matters": ("01", "02", "03", "05", "08"),
    "matters_closed": ("satisfied", "unrated"),
    "matters_on_time": ("",),
    "pairings": ("cadre", "organ"),
}


def make_places(cell, *, cities=3, counties=4):
    """Make a province with its cities, counties and an organ each, unless it exists."""
    url = cell.main.url(embedded.OWNER)
    if ask(url, "SELECT 1 FROM portal_division LIMIT 1"):
        return
    place = _division(url, "", None, cell.code, 1)
    _organ(url, cell.code, place)
    for city in range(1, cities + 1):
        code = f"{cell.code}{city:02}"
        below = _division(url, place[1], place[0], code, 2)
        for county in range(1, counties + 1):
            last = _division(url, below[1], below[0], f"{code}{county:02}", 3)
            _organ(url, f"{code}{county:02}", last)


def _division(url, above, parent, code, level):
    pk = ask(
        url,
        "INSERT INTO portal_division"
        " (parent_id, path, name, initials, code, level, source, valid_from)"
        " VALUES (%s, '', %s, '', %s, %s, 'national', '2020-01-01') RETURNING id",
        *(parent, f"P{code}", code.ljust(12, "0"), level),
    )[0][0]
    path = f"{above or '/'}{pk}/"
    ask(url, "UPDATE portal_division SET path = %s WHERE id = %s", path, pk)
    return pk, path


def _organ(url, code, place):
    pk = ask(
        url,
        "INSERT INTO portal_organ (path, name, initials, code, short_name, official_name, kind,"
        " sort_order, phone, duties, started_on, division_id)"
        " VALUES ('', %s, '', %s, '', '', 'government', 1, '', '', '2020-01-01', %s)"
        " RETURNING id",
        *(f"O{code}", f"O-{code}", place[0]),
    )[0][0]
    ask(url, "UPDATE portal_organ SET path = '/' || id || '/' WHERE id = %s", pk)


def write(cell, seed, count, *, year=2026):
    """Write `count` figure deltas, as actions do."""
    rng = random.Random(seed)
    url = cell.main.url(embedded.OWNER)
    counties = ask(
        url,
        "SELECT c.id, c.parent_id, p.parent_id, o.id FROM portal_division c"
        " JOIN portal_division p ON p.id = c.parent_id JOIN portal_organ o ON o.division_id = c.id"
        " WHERE c.level = 3 ORDER BY c.id",
    )
    rows = []
    for _ in range(count):
        figure = rng.choice(list(FIGURES))
        county, city, province, organ = rng.choice(counties)
        day = date(year, rng.randint(1, 11), rng.randint(1, 28))
        part = rng.choice(FIGURES[figure])
        rows.append((figure, part, day, province, city, county, organ))
    ask(
        url,
        "INSERT INTO portal_figuredelta"
        " (figure, part, day, n, province_id, city_id, county_id, organ_id)"
        " SELECT f, p, d, 1, x, y, z, o FROM unnest(%s::text[], %s::text[], %s::date[],"
        " %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) t (f, p, d, x, y, z, o)",
        *[list(column) for column in zip(*rows, strict=True)],
    )
