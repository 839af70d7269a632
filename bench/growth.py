"""Lists, search, figures and timeline with ten million visits, relative to one million.

python -m bench growth     a million visits with 300,000 matters, then ten with 3,000,000, of the
                           same places, people and pairings in the same two years; on servers of
                           its own under var/growth, which are deleted afterwards
BENCH_VISITS=3000000       the final number of visits, if there is no space for ten million
                           (some 50 GB)
"""

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

# A cluster that need not survive a power cut, so that rows are written only once, to the tables.
VAR = Path(os.environ.get("PORTAL_VAR", "") or Path(__file__).parent.parent / "var") / "growth"
os.environ["PORTAL_VAR"] = str(VAR.absolute())
os.environ["PORTAL_DURABLE"] = "no"
for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
    os.environ.pop(name, None)
os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django  # noqa: E402 (the settings first)

django.setup()

import psycopg2  # noqa: E402
from django.db import connections  # noqa: E402

from bench import clone, dashboard, factors, going_down, pages  # noqa: E402
from demo.outreach import province  # noqa: E402
from portal.models import User  # noqa: E402
from portal.run import embedded  # noqa: E402

TIMES = 10
DASHBOARD = {
    noun: dashboard.PAGES[noun]
    for noun in ("dashboard", "the year on the dashboard", "units that nobody looks after")
}
TIMELINE = {"by unit": "/stays/timeline/", "by cadre": "/stays/timeline/?by=cadre"}
# The fill writes far more than page views do.
SERVER = {"max_wal_size": "4GB", "checkpoint_timeout": "30min", "max_parallel_workers": "4"}

_began = time.monotonic()


def say(line):
    print(f"{time.monotonic() - _began:6.0f} s  {line}", flush=True)


def sizes():
    """Return the two sizes, a tenth and the whole."""
    if os.environ.get("BENCH_PROVINCE") == "small":
        whole = clone.SMALL
        tenth = replace(whole, visits=whole.visits // TIMES, matters=whole.matters // TIMES)
        return tenth, replace(whole, helped=tenth.visits)
    visits = int(os.environ.get("BENCH_VISITS", province.FULL.visits * TIMES))
    more = {"visits": visits, "matters": visits * 3 // 10}
    less = {name: n // TIMES for name, n in more.items()}
    return replace(province.FULL, **less), replace(province.FULL, **more, helped=less["visits"])


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; p95 of the whole as a multiple of that of a tenth."""
    try:
        _set_server()
        tenth, whole = (_measured(size) for size in sizes())
    finally:
        connections.close_all()
        embedded.stop(VAR)
        shutil.rmtree(VAR, ignore_errors=True)
    compared = factors.compare(tenth, whole)
    for line in factors.table(compared):
        print(line)
    return factors.limits(compared)


def _set_server():
    line = psycopg2.connect(embedded.Cluster(VAR).url(embedded.SUPERUSER))
    line.autocommit = True
    with line.cursor() as cursor:
        for name, value in SERVER.items():
            cursor.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        cursor.execute("SELECT pg_reload_conf()")
    line.close()


def _measured(size):
    """Measure the pages of a province of this size, opened in turn, warm."""
    say(f"{size.visits:,} visits and {size.matters:,} matters")
    with clone.small_province(size, say):
        going_down.make_stays()
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
            say(f"  filled: {cursor.fetchone()[0]}")
        shown = pages.readers()
        cookies = {reader: pages.sign_in(user) for reader, user in shown.items()}
        county = User.objects.get(username=province.READERS["county"])
        cookies["county"] = pages.sign_in(county)
        chosen = [
            case
            for reader, user in shown.items()
            for case in pages.cases(reader, pages.lists(user))
        ]
        chosen += _figures()
        chosen += [pages.Case("province", "stays", *one) for one in TIMELINE.items()]
        with pages.gunicorn() as port:
            for _again in range(pages.WARM_UP):
                for case in chosen:
                    pages.open_page(port, case, cookies[case.reader])
            say(f"  {len(chosen)} pages are warm")
            pages.measure(port, chosen, cookies, pages.ROUNDS)
        say(f"  measured {pages.ROUNDS} times")
    return chosen


def _figures():
    return [
        pages.Case(reader, noun, period, f"{page}?period={period}")
        for reader in dashboard.MOST
        for period in dashboard.PERIODS
        for noun, page in DASHBOARD.items()
    ]


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
