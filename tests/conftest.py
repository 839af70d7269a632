"""One database of each xdist worker, cloned from a template that was migrated once."""

import fcntl
import gc
import hashlib
import os
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections

from portal import embedded, jobs
from tests.day import SHIFT
from tests.people import Cast

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

# The databases of a run read the suite's clock too.
SHIFTED_CLOCK = f"""
CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz LANGUAGE sql STABLE
AS $$ SELECT clock_timestamp() + interval '{SHIFT} seconds' $$
"""

ROOT = Path(__file__).resolve().parent.parent


def _connect(name, alias, user=None):
    role = settings.DATABASES[alias]
    connection = psycopg2.connect(
        dbname=name, user=user or role["USER"], password=role["PASSWORD"], host=role["HOST"],
        port=role["PORT"] or None,
    )  # fmt: skip
    connection.autocommit = True
    return connection


def _run(name, *statements, alias="owner", user=None):
    connection = _connect(name, alias, user)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else None
    connection.close()
    return rows


def _recipe():
    files = sorted(ROOT.glob("*/migrations/*.py")) + [ROOT / "requirements.txt"]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


def _point_at(name):
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def migrated_template():
    """Name of the migrated template database, made when migrations changed."""
    name = f"template_{_recipe()}"
    with (settings.VAR_DIR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _run("portal", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            _run("portal", f"DROP DATABASE IF EXISTS {name}_new", f"CREATE DATABASE {name}_new")
            _point_at(f"{name}_new")
            call_command("migrate", verbosity=0)
            _point_at("portal")
            _run("portal", f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


def fresh_database(name):
    """(Re)make a database from the template and point both connections at it."""
    template = migrated_template()
    # Sessions that a killed run left behind, or that are just ending, are each role's own to end.
    roles = [settings.DATABASES[alias]["USER"] for alias in ("default", "owner")]
    for user in (*roles, embedded.DOOR):
        _run(
            "portal",
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
            " AND usename = current_user",
            user=user,
        )
    # Not by force, which stops at the autovacuum's sessions; without it PostgreSQL ends those.
    _run("portal", f"DROP DATABASE IF EXISTS {name}")
    with (settings.VAR_DIR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _run("portal", f"CREATE DATABASE {name} TEMPLATE {template}")
    _run(name, SHIFTED_CLOCK)
    _point_at(name)


def pytest_collection_finish(session):
    """The collector passes over what lives as long as the run, and comes less often: a tenth of
    the time of all tests was its."""
    grouped = [one.nodeid for one in session.items if one.get_closest_marker("xdist_group")]
    # Without a word, they were dealt out once: each process made the county and a stack of its own.
    if WORKER != "main" and not all("@" in one for one in grouped):
        pytest.exit("pytest-xdist does not keep tests marked xdist_group together.")
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    with django_db_blocker.unblock():
        fresh_database(f"test_{WORKER}")
        yield
        for alias in ("default", "owner"):
            connections[alias].close()


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A database of its own where commits are real: threads, workers, locks, the sealer."""
    with django_db_blocker.unblock():
        fresh_database(f"committed_{WORKER}")
        cache.clear()
        yield
        _point_at(f"test_{WORKER}")


@pytest.fixture(autouse=True)
def _clean_cache(request):
    if "db" in request.fixturenames or "committed" in request.fixturenames:
        cache.clear()


@pytest.fixture(autouse=True)
def _no_heartbeat_within_a_transaction(request, monkeypatch):
    """The thread of the heartbeat sees nothing of a test's own transaction: on a busy machine a
    job would take its lease for lost."""
    if "committed" not in request.fixturenames:
        for name in ("HEARTBEAT_SECONDS", "FIRST_BEAT_SECONDS"):
            monkeypatch.setattr(jobs, name, 600)


@pytest.fixture
def people(db):
    """The small cast used everywhere; see tests/people.py."""
    return Cast()


@pytest.fixture
def committed_people(committed):
    return Cast()
