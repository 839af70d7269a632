"""A working copy of the province; its template stays unchanged."""

import contextlib
import os
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections
from django.utils import timezone

from demo.outreach import province
from portal.run import embedded

ROOT = Path(__file__).parent.parent
CLONE = "portal_bench"
SMALL = province.Size(
    cities=2,
    counties=3,
    townships=6,
    villages=8,
    town_cadres=12,
    organ_cadres=10,
    province_cadres=60,
    visits=20_000,
    matters=6_000,
    texts=2_000,
)


@contextlib.contextmanager
def of_the_province(*, is_spent=False):
    """Point both connections of this process to a copy within the context.

    A part that is measured alone gets a fresh copy. The parts of a run (named by BENCH_RUN) share
    one, since copying may take longer than measuring, until a part fails or passes `is_spent`,
    because no other can use what it leaves. With BENCH_PROVINCE=small the copy is a fiftieth of the
    province, to see whether a part runs at all.
    """
    if os.environ.get("BENCH_PROVINCE") == "small":
        with small_province(SMALL):
            yield
        return
    run = os.environ.get("BENCH_RUN", "")
    if not run or _left_to() != run:
        _copy()
    _leave_to("")
    try:
        with province.pointed_at(CLONE):
            yield
    except BaseException:
        clear()
        raise
    if run and not is_spent:
        _leave_to(run)
    else:
        clear()


def _copy():
    # Connect to a database that every server has: the province may not exist yet.
    with province.pointed_at("postgres"):
        if not province.is_there():
            province.build(timezone.localdate(), lambda line: print(line, flush=True))
    began = time.monotonic()
    _drop()
    _run(f"CREATE DATABASE {CLONE} TEMPLATE {province.NAME} STRATEGY file_copy")
    buffers = _run("SHOW shared_buffers")
    print(f"{province.NAME} copied in {time.monotonic() - began:.0f} s; shared_buffers {buffers}")


def _left_to():
    """Return the run whose parts may reuse the copy."""
    with province.pointed_at("postgres"):
        return _run(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            f" WHERE datname = '{CLONE}'"
        )


def _leave_to(run):
    """Set the run that may reuse the copy; "" while a part works on it, since the part may be
    killed."""
    with province.pointed_at("postgres"):
        _run(f"COMMENT ON DATABASE {CLONE} IS '{run}'")


def clear():
    """Drop the copy, if any."""
    with province.pointed_at("postgres"):
        _drop()


@contextlib.contextmanager
def small_province(size, say=lambda line: None):
    """Point both connections to a new province of this size within the context."""
    with province.pointed_at("postgres"):
        _drop()
        _run(f"CREATE DATABASE {CLONE}")
    try:
        with province.pointed_at(CLONE):
            call_command("migrate", verbosity=0, interactive=False)
            province.fill(size, timezone.localdate(), say)
            yield
    finally:
        clear()


def warm_cache():
    """Read the files of the copy once and print their size.

    A new copy is only on the disk, while a server after its first morning has it in memory. Does
    nothing for a remote server.
    """
    began = time.monotonic()
    with province.pointed_at("postgres"):
        oid = _run(f"SELECT oid FROM pg_database WHERE datname = '{CLONE}'")
    files = list(embedded.Cluster(settings.VAR_DIR).data.glob(f"base/{oid}/*"))
    size = sum(_length(file) for file in files)
    print(f"{size / 2**30:.1f} GB read in {time.monotonic() - began:.0f} s", flush=True)


def _length(file):
    total = 0
    # Files may disappear while the server runs.
    with contextlib.suppress(FileNotFoundError), file.open("rb", buffering=0) as opened:
        while part := opened.read(2**22):
            total += len(part)
    return total


def _drop():
    """Drop the copy without FORCE, which fails on sessions of other roles; those of a stopping
    server are about to end."""
    for seconds in range(10):
        try:
            _run(f"DROP DATABASE IF EXISTS {CLONE}")
            return
        except OperationalError:
            time.sleep(seconds)
    _run(f"DROP DATABASE IF EXISTS {CLONE}")


def _run(statement):
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row and row[0]


def environment():
    """Return the environment for processes that work on the copy, with the servers of this one."""
    services = settings.SERVICES
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "BENCH_DATABASE": CLONE,
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
        "CACHE_PREFIX": CLONE,
        # The admin's search reads every text several times.
        "PORTAL_STATEMENT_TIMEOUT_MS": "300000",
    }
