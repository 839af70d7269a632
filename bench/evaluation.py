"""A cycle of 100,000 cadres with 2,000,000 ballots: frozen and computed twice with the same hash;
and the page that explains the points, relative to the same page from memory.

python -m bench evaluation           on a copy of the province, with its visits, matters and items
BENCH_SIZE=2000x20 python -m bench evaluation      cadres × ballots for each, in a few counties
"""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connections  # noqa: E402 (Django first)
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import clone  # noqa: E402
from bench.pages import (  # noqa: E402
    ROUNDS,
    WARM_UP,
    Case,
    gunicorn,
    measure,
    open_page,
    sign_in,
)
from demo.outreach import province  # noqa: E402
from evaluation.appraisal import freezing, scoring  # noqa: E402
from evaluation.models import Appraised, Cycle, Scheme, SchemeGate, SchemeIndicator  # noqa: E402
from portal.models import User  # noqa: E402

CADRES, BALLOTS = 100_000, 20
MOST_SECONDS = 180
MOST_MEMORY = 1_000  # MB
MOST_FLOORS = 5.0
# Number of pages opened in turn, so that none is warm by chance.
PAGES = 12
INDICATORS = (
    ("own_results_lasting", 20),
    ("own_results_word", 20),
    ("call_backs_in_time", 20),
    ("contact_rhythm", 20),
    ("promises_kept", 20),
)


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    cadres, ballots, place = CADRES, BALLOTS, clone.of_the_province()
    if size := os.environ.get("BENCH_SIZE"):
        cadres, ballots = (int(part) for part in size.split("x"))
        place = clone.small_province(province.TINY)
    with place:
        began = time.monotonic()
        cycle = make_cycle(cadres, ballots)
        print(
            f"{cadres:,} cadres, {cadres * ballots:,} ballots made in "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
        first, again = _in_a_process(cycle), _in_a_process(cycle)
        ratio = _page(cycle)
    print(
        f"frozen {first['frozen']:,} in {first['freezing']:.1f} s, computed in "
        f"{first['computing']:.1f} s; once more in {again['computing']:.1f} s"
    )
    print(f"{first['memory']:,} MB; {first['hash'][:16]}… and {again['hash'][:16]}…")
    seconds = first["freezing"] + first["computing"]
    memory = max(first["memory"], again["memory"])
    differ = int(first["hash"] != again["hash"])
    return [
        ("a cycle frozen and computed, s", round(seconds, 1), MOST_SECONDS, seconds < MOST_SECONDS),
        ("its worker's memory, MB", memory, MOST_MEMORY, memory < MOST_MEMORY),
        ("hashes of two computations that differ", differ, 0, not differ),
        ("where my points come from, p95 in floors", ratio, MOST_FLOORS, ratio <= MOST_FLOORS),
    ]


# --- The cycle ------------------------------------------------------------------------------------


def make_cycle(cadres, ballots):
    """Make the cycle in SQL; marks are derived from hashes, so that each run is the same."""
    today, office = timezone.localdate(), User.objects.get(username=province.READERS["province"])
    scheme = Scheme.objects.create(
        title="干部考核方案",
        organ_id=office.organ_id,
        subject="cadre",
        state="published",
        document="1",
        published_on=today,
        published_by=office,
        written_by=office,
        created_at=timezone.now(),
    )
    for code, share in INDICATORS:
        SchemeIndicator.objects.create(scheme=scheme, indicator=code, share=share, minimum_n=2)
    SchemeGate.objects.create(scheme=scheme, gate="stay_months", limit=80)
    SchemeGate.objects.create(scheme=scheme, gate="findings", limit=0)
    cycle = Cycle.objects.create(
        title="年度考核",
        organ_id=office.organ_id,
        starts_on=today - timedelta(days=365),
        ends_on=today,
        ballots_until=today,
        written_by=office,
        state="objection",
        data_at=timezone.now(),
        objection_from=today,
        objection_until=today + timedelta(days=7),
        created_at=timezone.now(),
    )
    cycle.schemes.add(scheme)
    values = {
        "cycle": cycle.pk,
        "scheme": scheme.pk,
        "office": office.pk,
        "cadres": cadres,
        "ballots": ballots,
        "organ": office.organ_id,
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        _enough_cadres(cursor, cadres)
        for statement in _ROWS:
            cursor.execute(statement, values)
    return cycle


def _enough_cadres(cursor, wanted):
    cursor.execute("SELECT count(*) FROM portal_cadre")
    missing = wanted - cursor.fetchone()[0]
    if missing <= 0:
        return
    cursor.execute(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
        " WHERE table_name = 'portal_cadre' AND column_name NOT IN ('id', 'user_id')"
    )
    columns = cursor.fetchone()[0]
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence('portal_cadre', 'id'), max(id)) FROM portal_cadre"
    )
    cursor.execute(
        f"INSERT INTO portal_cadre ({columns}) SELECT {columns} FROM portal_cadre"
        " CROSS JOIN generate_series(1, 1000) LIMIT %s",
        [missing],
    )


_HASH = "abs(hashint8(a.id * 31 + n * 7 + {salt}))"
_MARK = (
    f"CASE WHEN {_HASH} % 100 < 55 THEN 1 WHEN {_HASH} % 100 < 80 THEN 2"
    f" WHEN {_HASH} % 100 < 92 THEN 3 WHEN {_HASH} % 100 < 96 THEN 4 ELSE 5 END"
)
_ROWS = (
    """INSERT INTO evaluation_appraised ("group", organ_id, host_organ_id, province_id, unit_id,
           cycle_id, scheme_id, subject, cadre_id, name, post, organ_name, sort_key, from_day,
           to_day, left_out_reason)
       SELECT '', c.organ_id, u.host_organ_id, 1, u.id, %(cycle)s, %(scheme)s, 'cadre', c.id,
           c.name, c.post, o.name, lpad(c.id::text, 9, '0'), y.starts_on, y.ends_on, ''
       FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM portal_cadre
             ORDER BY id LIMIT %(cadres)s) c
       JOIN portal_organ o ON o.id = c.organ_id
       JOIN (SELECT *, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS all_of_them
             FROM portal_grassrootsunit) u ON u.n = c.n %% u.all_of_them + 1
       JOIN evaluation_cycle y ON y.id = %(cycle)s""",
    """INSERT INTO evaluation_poll ("group", unit_id, organ_id, host_organ_id, province_id,
           cycle_id, state, served_wanted, roster_wanted, served_digest, public_key,
           private_cipher, issued, returned, closed_at, closed_by_id)
       SELECT '', unit_id, %(organ)s, min(host_organ_id), 1, %(cycle)s, 'closed', 10, 20,
           '', '', '', %(ballots)s + 5, %(ballots)s, now(), %(office)s
       FROM evaluation_appraised WHERE cycle_id = %(cycle)s GROUP BY unit_id""",
    """INSERT INTO evaluation_poll_appraised (poll_id, appraised_id)
       SELECT p.id, a.id FROM evaluation_appraised a
       JOIN evaluation_poll p ON p.cycle_id = a.cycle_id AND p.unit_id = a.unit_id
       WHERE a.cycle_id = %(cycle)s""",
    """INSERT INTO evaluation_ballot (id, poll_id, appraised_id, source, attitude, style,
           achievement, overall, dining, gifts, retinue, burden)
       SELECT gen_random_uuid(), p.poll_id, a.id, 'slip', {marks}, 2, 2, 2, 2
       FROM evaluation_appraised a
       JOIN evaluation_poll_appraised p ON p.appraised_id = a.id
       CROSS JOIN generate_series(1, %(ballots)s) n
       WHERE a.cycle_id = %(cycle)s""".format(
        marks=", ".join(_MARK.replace("%", "%%").format(salt=salt) for salt in (1, 2, 3, 4))
    ),
    """INSERT INTO evaluation_organappraisal (appraised_id, side, unit_id, organ_id, attitude,
           style, achievement, overall, remark, via, given_at, noted_by_id)
       SELECT a.id, side, CASE WHEN side = 'unit' THEN a.unit_id END,
           CASE WHEN side <> 'unit' THEN a.organ_id END, {marks}, '评价说明', 'paper',
           y.data_at - interval '1 day', %(office)s
       FROM evaluation_appraised a
       JOIN evaluation_cycle y ON y.id = a.cycle_id
       CROSS JOIN (VALUES ('unit', 1), ('sending', 2), ('host', 3)) sides (side, n)
       WHERE a.cycle_id = %(cycle)s""".format(
        marks=", ".join(_MARK.replace("%", "%%").format(salt=salt) for salt in (5, 6, 7, 8))
    ),
    "ANALYZE evaluation_appraised, evaluation_ballot, evaluation_poll_appraised, portal_cadre",
)


# --- Measuring ------------------------------------------------------------------------------------


def _in_a_process(cycle):
    """Compute in a separate process, like a worker, so that its memory can be measured."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.evaluation", "--compute", str(cycle.pk)],
        cwd=clone.ROOT,
        env=clone.environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def compute(pk):
    cycle, began = Cycle.objects.get(pk=pk), time.perf_counter()
    frozen = freezing.freeze(cycle)
    middle = time.perf_counter()
    computation = scoring.compute(cycle, by=cycle.written_by, at=timezone.now())
    return {
        "frozen": frozen,
        "freezing": middle - began,
        "computing": time.perf_counter() - middle,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "hash": computation.result_hash,
    }


def _page(cycle):
    """Return the p95 of the page as a multiple of its floor, for the office and for an appraised
    cadre."""
    named = Appraised.objects.filter(cycle=cycle).select_related("cadre__user")
    own = named.filter(cadre__user__isnull=False).order_by("pk").first()
    office = User.objects.get(username=province.READERS["province"])
    cookies = {"office": sign_in(office), "own": sign_in(own.cadre.user)}
    chosen = [
        Case("own", "score", "floor", f"/floor/score/{own.pk}/"),
        Case("own", "score", "page", reverse("evaluation:score", args=[own.pk])),
    ]
    for one in named.order_by("pk")[:: max(1, named.count() // PAGES)]:
        chosen.append(Case("office", "score", "floor", f"/floor/score/{one.pk}/"))
        chosen.append(Case("office", "score", "page", reverse("evaluation:score", args=[one.pk])))
    with gunicorn() as port:
        for _again in range(WARM_UP):
            for case in chosen:
                open_page(port, case, cookies[case.reader])
        measure(port, chosen, cookies, max(2, ROUNDS // PAGES))
    worst = 0
    for reader in ("own", "office"):
        pages, floors = (
            Case(
                reader,
                "score",
                name,
                "",
                seconds=[
                    second
                    for case in chosen
                    if (case.reader, case.name) == (reader, name)
                    for second in case.seconds
                ],
            )
            for name in ("page", "floor")
        )
        ratio = pages.p95 / floors.p95
        worst = max(worst, ratio)
        print(
            f"{reader:7} p50 {pages.p50 * 1000:.1f} ms, p95 {pages.p95 * 1000:.1f} ms, "
            f"floor p95 {floors.p95 * 1000:.1f} ms: {ratio:.2f}"
        )
    return round(worst, 2)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--compute"]:
        print(json.dumps(compute(int(sys.argv[2]))))
    else:
        for name, measured, limit, ok in run():
            print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
