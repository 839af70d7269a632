"""`make load`: rows with their limits; exits with 1 if one is missed.

python -m bench.load                                   200 users, 5 minutes, then the kills
BENCH_PROVINCE=small python -m bench.load --users 10 --seconds 20
"""

import argparse
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("PORTAL_VAR") or ROOT / "var").resolve()

from portal.run import embedded  # noqa: E402
from tools import nodes  # noqa: E402

PAGES = ["/today/", "/todo/", "/visits/?tab=all", "/matters/?tab=all", "/matters/?tab=open"]
MOST_P95 = 1.0
# How long a killed process stays away, and how long until its work must be settled.
AWAY_SECONDS, SETTLED_SECONDS = 10, 240
# After gigabytes were copied, the disk may be slow for minutes, which delays each commit. Users
# start once the slowest of ten writes takes less than the first number of seconds, or after the
# second.
CALM_SYNC_SECONDS, MOST_REST_SECONDS = 0.05, 300
# How long users go on after the province is back.
AFTER_SECONDS = 20
# Longer than a user retries a visit (users.py).
ENDS_SECONDS = 90
# Age after which beat sends a waiting job again.
OLD = timedelta(minutes=3)
# Number of exports started before each kill.
EXPORTS = 2
# Until all users are there: locust starts a tenth of them per second.
READY_SECONDS = 300
# Page times are also printed per window, which shows stalls.
WINDOW_SECONDS = 20


def main(words):
    asked = _asked(words)
    home = embedded._Home.at(VAR)
    home.log("load.log")
    with tempfile.TemporaryDirectory() as folder:
        broker = nodes.Broker(Path(folder))
        try:
            # This process uses the same broker, so that these nodes do the work it starts.
            os.environ |= {
                "PORTAL_VAR": str(VAR),
                "REDIS_URL": broker.url,
                "CACHE_PREFIX": "load",
                "CELERY_PREFIX": "load-",
                "DJANGO_SETTINGS_MODULE": "bench.settings",
            }
            os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
            import django  # noqa: PLC0415

            django.setup()
            rows = _measure(asked, broker, Path(folder))
        finally:
            broker.kill()
    print("\nLimits\n------")
    for name, measured, limit, ok in rows:
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
    kept = [dict(zip(("name", "measured", "limit", "ok"), row, strict=True)) for row in rows]
    (VAR / "bench").mkdir(parents=True, exist_ok=True)
    (VAR / "bench" / "load.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1))
    return 0 if all(row[3] for row in rows) else 1


def _measure(asked, broker, folder):
    from bench import clone  # noqa: PLC0415

    with clone.of_the_province():
        clone.warm_cache()
        environment = _environment(clone.CLONE, folder)
        from bench.load.beside import Beside  # noqa: PLC0415

        database = embedded.Cluster(VAR, durable=os.environ.get("PORTAL_DURABLE") != "no")
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"],
            cwd=ROOT,
            check=True,
            env=environment,
        )
        running = {}
        with contextlib.ExitStack() as stack:
            log = VAR / "log"
            beside = stack.enter_context(Beside(folder, database, environment))
            environment = beside.province.env
            rows, seconds = beside.join()
            print(f"{rows} totals published and copied to a nation in {seconds:.0f} s", flush=True)
            _until(lambda: _sync_seconds() < CALM_SYNC_SECONDS, MOST_REST_SECONDS)
            for name in ("web1", "web2", "worker1", "worker2"):
                start = nodes.web if name.startswith("web") else nodes.worker
                running[name] = start(name, environment, log)
                stack.callback(running[name].kill)
            running["beat"] = nodes.beat(environment, log, folder / "beat")
            stack.callback(running["beat"].kill)
            for name in ("web1", "web2"):
                running[name].wait()
            return _under_load(asked, broker, running, folder, beside)


def _sync_seconds():
    """Return the seconds of the slowest of ten synced writes to the disk of the database."""
    slowest = 0.0
    with tempfile.TemporaryFile(dir=VAR) as file:
        for _n in range(10):
            file.write(bytes(8192))
            file.flush()
            began = time.monotonic()
            os.fsync(file.fileno())
            slowest = max(slowest, time.monotonic() - began)
    return slowest


def _environment(database, folder):
    """Return the environment of all nodes: the same database, broker and folder of files, and
    production settings."""
    from django.conf import settings  # noqa: PLC0415

    services, there = settings.SERVICES, f"/{database}?"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": services.database_url.replace("/portal?", there),
        "DATABASE_OWNER_URL": services.owner_url.replace("/portal?", there),
        "DEBUG": "no",
    }


def _under_load(asked, broker, running, folder, beside):
    mark = f"load{''.join(secrets.choice('abcdefgh') for _n in range(10))}-"
    plan, said = folder / "plan.json", folder / "said"
    said.touch()
    addresses = [running[name].address for name in ("web1", "web2")]
    plan.write_text(json.dumps(_plan(asked, addresses, mark, said), ensure_ascii=False))
    print(
        f"{asked.users} users on two nodes: {asked.warm:g} s to warm up, {asked.seconds:g} s"
        " undisturbed …",
        flush=True,
    )
    with (VAR / "log" / "load-users.log").open("w") as log:
        users = subprocess.Popen(
            [
                *(sys.executable, "-m", "locust", "-f", "bench/load/users.py", "--headless"),
                *("-u", f"{asked.users}", "-r", f"{max(1, asked.users / 10)}"),
                # When told to stop, each user first completes what it has begun.
                *("-s", f"{ENDS_SECONDS}", "--only-summary", "--loglevel", "WARNING"),
            ],
            cwd=ROOT,
            env=os.environ | {"LOAD_PLAN": str(plan)},
            stdout=log,
            stderr=log,
        )
    try:
        _until(lambda: _ready(said, users) == asked.users, READY_SECONDS)
        if _ready(said, users) != asked.users:
            raise SystemExit("Not all users came; see load-users.log.")
        # The database is a fresh copy, and the nodes have not served a page yet.
        time.sleep(asked.warm)
        calm_from = time.time()
        time.sleep(asked.seconds)
        calm_to = time.time()
        print(f"… {asked.disturbed} s while nodes, workers and broker are killed …", flush=True)
        jobs = _disturb(asked.disturbed, broker, running)
        print("… and then the whole province …", flush=True)
        jobs += _lose_the_province(broker, running, beside)
        users.terminate()
        users.wait(timeout=ENDS_SECONDS + 60)
    finally:
        users.kill()
        users.wait()
    equal = beside.equal_after()
    lines = [json.loads(line) for line in said.read_text().splitlines()]
    _until(lambda: not _open(jobs), SETTLED_SECONDS)
    return [*_rows(lines, calm_from, calm_to, mark, jobs), _row_of_nation(equal)]


def _plan(asked, addresses, mark, said):
    from django.utils import timezone  # noqa: PLC0415

    from bench.pages import sign_in  # noqa: PLC0415
    from outreach.models import ContactArea  # noqa: PLC0415

    today = timezone.localdate()
    areas = ContactArea.objects.running(today).filter(cadre__user__is_active=True)
    areas = areas.select_related("cadre__user").order_by("cadre__user", "pk")
    found = list({area.cadre.user_id: area for area in areas}.values())
    # Users from all over the province.
    step = max(1, len(found) // asked.users)
    users = [
        {"cookie": sign_in(area.cadre.user), "unit": str(area.unit_id)}
        for area in found[::step][: asked.users]
    ]
    return {
        "nodes": addresses,
        "users": users,
        "pages": PAGES,
        "every": asked.every,
        "day": f"{today}",
        "mark": mark,
        "said": str(said),
    }


def _start_exports():
    """Start long jobs to be under way during a kill, and return their ids.

    They are dated back like jobs whose message was lost, so that beat soon sends them again.
    """
    from django.utils import timezone  # noqa: PLC0415

    import portal.celery  # noqa: F401, PLC0415 (else messages go to no broker of ours)
    from demo.outreach.province import READERS  # noqa: PLC0415
    from outreach.ledgers.matters import MATTER_LEDGER  # noqa: PLC0415
    from portal.models import Job, User  # noqa: PLC0415
    from portal.sheets import ledgers  # noqa: PLC0415

    reader = User.objects.get(username=READERS["township"]).acting(on=timezone.localdate())
    made = [
        ledgers.start_export(MATTER_LEDGER, filters={"tab": "all"}, by=reader)
        for _n in range(EXPORTS)
    ]
    ids = [job.pk for job in made]
    Job.objects.filter(pk__in=ids).update(created_at=timezone.now() - OLD)
    return ids


def _open(ids):
    from portal.models import Job  # noqa: PLC0415

    return Job.objects.filter(pk__in=ids, state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists()


def _ready(said, users):
    """Return how many users are ready."""
    if users.poll() is not None:
        raise SystemExit("The users have ended; see load-users.log.")
    return sum("ready" in json.loads(line) for line in said.read_text().splitlines())


def _until(what, seconds):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(1)


def _disturb(seconds, broker, running):
    """Kill and restart one after the other, at last several at once; return the ids of the exports
    that were under way."""
    away, jobs = min(AWAY_SECONDS, seconds / 6), []
    end = time.monotonic() + seconds
    for deed in (["web1"], ["worker1"], ["broker"], ["web2", "worker2", "broker"]):
        jobs += _start_exports()
        for name in deed:
            (broker if name == "broker" else running[name]).kill()
        time.sleep(away)
        for name in deed:
            (broker if name == "broker" else running[name]).start()
        for name in deed:
            if name.startswith("web"):
                running[name].wait()
        time.sleep(away / 2)
    time.sleep(max(0, end - time.monotonic()))
    return jobs


def _lose_the_province(broker, running, beside):
    """Kill database, window, nodes and broker at once and restart them; return the ids of the
    exports that were under way."""
    from django.db import connections  # noqa: PLC0415

    jobs = _start_exports()
    for one in (*running.values(), broker, beside.province):
        one.kill()
    connections.close_all()
    began = time.monotonic()
    beside.province.start_again()
    for one in (broker, *running.values()):
        one.start()
    for name in ("web1", "web2"):
        running[name].wait()
    print(f"… which answers again {time.monotonic() - began:.0f} s after its start", flush=True)
    time.sleep(AFTER_SECONDS)
    return jobs


def _row_of_nation(seconds):
    from bench.load.beside import EQUAL_SECONDS, GIVEN_UP_SECONDS  # noqa: PLC0415

    measured = f"more than {GIVEN_UP_SECONDS}" if seconds is None else round(seconds, 1)
    ok = seconds is not None and seconds <= EQUAL_SECONDS
    return "load: nation equals the province after the last save, s", measured, EQUAL_SECONDS, ok


def _rows(lines, calm_from, calm_to, mark, jobs):
    """Return [(name, measured, limit, ok)]."""
    from outreach.models import Visit  # noqa: PLC0415
    from portal.models import AuditEntry, Job  # noqa: PLC0415

    pages = [one for one in lines if "page" in one]
    calm = [one for one in pages if calm_from <= one["at"] <= calm_to]
    saves = [one for one in lines if "key" in one]
    visits = Visit.objects.filter(summary__contains=mark)
    stored = Counter(text.rpartition(mark)[2] for text in visits.values_list("summary", flat=True))
    told = {one["key"] for one in saves if one["status"] == 302}
    unanswered = [one["key"] for one in saves if one["status"] != 302]
    lost = [key for key in told if not stored[key]]
    doubled = [key for key, n in stored.items() if n > 1]
    entries = AuditEntry.objects.filter(
        noun="visit", event="visit.recorded", noun_id__in=list(visits.values_list("pk", flat=True))
    )
    audited = Counter(entries.values_list("noun_id", flat=True))
    unaudited = [pk for pk in visits.values_list("pk", flat=True) if audited[pk] != 1]
    done = Job.objects.filter(pk__in=jobs, state=Job.State.DONE).count()
    ends = AuditEntry.objects.filter(event="job.ledger.done", noun_id__in=jobs).count()
    bad = [one for one in calm if one["status"] != 200]
    p95 = quantiles([one["seconds"] for one in calm], n=20)[-1] if len(calm) > 1 else 99.0
    again = sum(one["sent"] > 1 for one in saves)
    disturbed = [one for one in pages if one["at"] > calm_to]
    print(
        f"{len(calm)} pages undisturbed, {len(disturbed)} disturbed of which"
        f" {sum(one['status'] != 200 for one in disturbed)} failed; {len(saves)} visits saved,"
        f" {again} of them tried more than once"
    )
    for page in sorted({one["page"] for one in calm}):
        times = [one["seconds"] for one in calm if one["page"] == page]
        if len(times) > 1:
            cuts = quantiles(times, n=20)
            print(
                f"   {page}: {len(times)}, half in {cuts[9]:.2f} s, 95 in 100 in {cuts[18]:.2f} s"
            )
    windows = defaultdict(list)
    for one in calm:
        windows[int((one["at"] - calm_from) // WINDOW_SECONDS)].append(one["seconds"])
    slow = [f"{quantiles(of, n=20)[-1]:.2f}" for _n, of in sorted(windows.items()) if len(of) > 1]
    print(f"   95 in 100 of each {WINDOW_SECONDS} s, in s: {' '.join(slow)}")
    print(f"   not answered well: {Counter((b['page'], b['status']) for b in bad).most_common(5)}")
    rows = [
        ("load: p95 of a page, undisturbed, s", round(p95, 3), MOST_P95, p95 <= MOST_P95),
        ("load: pages that failed, undisturbed", len(bad), 0, not bad),
        ("load: visits lost that were said to be saved", len(lost), 0, not lost),
        ("load: visits saved twice", len(doubled), 0, not doubled),
        ("load: visits not saved within a minute", len(unanswered), 0, not unanswered),
        ("load: visits without exactly one audit entry", len(unaudited), 0, not unaudited),
        ("load: exports not done", len(jobs) - done, 0, done == len(jobs)),
        ("load: exports done more than once", ends - done, 0, ends == done),
    ]
    if not saves:
        rows.append(("load: visits saved", 0, "at least 1", False))
    return rows


def _asked(words):
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=300, help="undisturbed")
    parser.add_argument("--warm", type=float, default=60, help="before anything is measured")
    parser.add_argument("--disturbed", type=float, default=120, help="while things are killed")
    parser.add_argument("--every", type=float, default=10, help="seconds between two pages of one")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
