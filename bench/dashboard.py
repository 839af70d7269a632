"""Dashboards of a province and of a county, relative to the same page from memory; the roll-up.

python -m bench dashboard      a million visits, 300,000 matters, 5,000 stays, 500 campaigns and
                               100,000 recipients of festival visits; gunicorn with two workers
"""

import os
import time

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connections  # noqa: E402 (Django first)

from bench import clone, going_down  # noqa: E402
from bench.pages import ROUNDS, WARM_UP, Case, gunicorn, measure, open_page, sign_in  # noqa: E402
from demo.outreach import province  # noqa: E402
from portal.models import User  # noqa: E402
from portal.sheets import figures  # noqa: E402

MOST = {"province": 5.0, "county": 4.0}
PERIODS = ("month", "year")
# All except the first are pages behind the dashboard, measured against the same floor.
PAGES = {
    "dashboard": "/dashboard/",
    "stays and campaigns of the dashboard": "/dashboard/going-down/",
    "festival visits of the dashboard": "/dashboard/festival-visits/",
    "the year on the dashboard": "/dashboard/over-the-year/",
    "units that nobody looks after": "/dashboard/unattended-units/",
}
DELTAS = 1_000_000
MOST_SECONDS = 60


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; p95 as a multiple of the floor's p95, and the seconds
    of the roll-up."""
    with clone.of_the_province():
        going_down.make_stays()
        going_down.make_the_rest()
        measured = _pages()
        deltas, seconds = roll_up()
    name = f"roll-up of {deltas:,} deltas, seconds"
    return [*measured, (name, round(seconds, 1), MOST_SECONDS, seconds < MOST_SECONDS)]


def _pages():
    return measure_parts(PAGES)


def measure_parts(pages):
    """Measure the dashboard and the pages behind it for both readers, relative to the dashboard's
    floor."""
    readers = {reader: User.objects.get(username=province.READERS[reader]) for reader in MOST}
    cookies = {reader: sign_in(user) for reader, user in readers.items()}
    floors = {
        (reader, period): Case(reader, "floor", period, f"/floor/dashboard/?period={period}")
        for reader in readers
        for period in PERIODS
    }
    cases = [
        Case(reader, noun, period, f"{page}?period={period}", MOST[reader])
        for reader, period in floors
        for noun, page in pages.items()
    ]
    chosen = [*floors.values(), *cases]
    with gunicorn() as port:
        for _again in range(WARM_UP):
            for case in chosen:
                open_page(port, case, cookies[case.reader])
        measure(port, chosen, cookies, ROUNDS)

    worst = {}
    print(f"{'':57} {'p50 ms':>8} {'p95 ms':>8} {'p95/floor':>10}")
    for case in chosen:
        ratio = case.p95 / floors[case.reader, case.name].p95
        if case.limit:
            key = case.noun, case.reader
            worst[key] = max(worst.get(key, 0), ratio)
        print(
            f"{case.reader:9} {case.noun:40} {case.name:6} {case.p50 * 1000:8.1f}"
            f" {case.p95 * 1000:8.1f} {ratio:10.2f}"
        )
    return [
        (
            f"{noun}, {reader} reader, p95 in floors",
            round(ratio, 2),
            MOST[reader],
            ratio <= MOST[reader],
        )
        for (noun, reader), ratio in worst.items()
    ]


def roll_up():
    """Return (n, seconds) to fold n deltas into totals that know other days: one per visit, at most
    a million."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "INSERT INTO portal_figuredelta (figure, part, day, n, province_id, city_id,"
            " county_id, organ_id)"
            " SELECT 'visits', '00', visited_on + 1000, 1, province_id, city_id,"
            " county_id, organ_id FROM outreach_visit ORDER BY id LIMIT %s",
            [DELTAS],
        )
        deltas = cursor.rowcount
        cursor.execute("ANALYZE portal_figuredelta")
    began, folded = time.perf_counter(), 0
    while taken := figures.roll_up():
        folded += taken
    seconds = time.perf_counter() - began
    if folded != deltas:
        raise AssertionError(f"{folded:,} deltas were folded, not {deltas:,}")
    print(f"{deltas:,} deltas rolled up in {seconds:.1f} s, {deltas / seconds:,.0f} a second")
    return deltas, seconds
