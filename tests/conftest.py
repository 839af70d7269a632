"""Databases of each xdist worker, cloned from a template that was migrated once."""

import contextlib
import fcntl
import functools
import gc
import hashlib
import importlib
import os
import pickle
import random
import subprocess
import sys
from collections import defaultdict
from functools import partial
from math import ceil
from pathlib import Path
from unittest import mock
from weakref import WeakKeyDictionary

import psycopg2
import pytest
from _pytest import runner
from django.conf import settings
from django.contrib.auth import login
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLResolver
from django.utils import translation

from demo import phones
from demo.outreach import county
from portal.pages import side_list
from portal.pages.sessions import SessionStore
from portal.run import embedded, jobs
from portal.run.room import with_room
from portal.trust import wall
from tests import joining
from tests.day import SHIFT, TODAY
from tests.people import Cast

# Tests see all records; a page that a test opens sees only what the signed-in user may read.
wall.for_process("tests")
joining.install()

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Tests in these databases are rolled back; the second one contains the cast.
EMPTY, WITH_CAST = f"test_{WORKER}", f"cast_{WORKER}"
# {scale of a demo and prefix of its fixture: name of its database}
DEMOS = {scale: f"{scale}_{WORKER}" for scale in ("tiny", "small")}

# The databases of a run read the suite's clock too.
SHIFTED_CLOCK = f"""
CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz LANGUAGE sql STABLE
AS $$ SELECT clock_timestamp() + interval '{SHIFT} seconds' $$
"""

ROOT = Path(__file__).resolve().parent.parent


def _connect(name, alias, user=None):
    role = settings.DATABASES[alias]
    connection = psycopg2.connect(
        dbname=name,
        user=user or role["USER"],
        password=role["PASSWORD"],
        host=role["HOST"],
        port=role["PORT"] or None,
    )
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


# {(database, alias): open connection}. Connections are kept because tests with and without the cast
# alternate.
_OPEN = {}


def _point_at(name):
    """Point both connections, also those of threads started from now on, at a database."""
    for alias in ("default", "owner"):
        connections.settings[alias]["NAME"] = name
        if (name, alias) not in _OPEN:
            one = _OPEN[name, alias] = connections.create_connection(alias)
            one.settings_dict = one.settings_dict.copy()
        connections[alias] = _OPEN[name, alias]


def _close(name):
    for alias in ("default", "owner"):
        if (name, alias) in _OPEN:
            _OPEN.pop((name, alias)).close()


def _template():
    """Return (name of the migrated template database, whether it exists)."""
    name = f"template_{_recipe()}"
    return name, bool(_run("portal", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def migrated_template():
    """Return the name of the migrated template database; make it if migrations have changed."""
    with (settings.VAR_DIR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        name, is_there = _template()
        if not is_there:
            _run("portal", f"DROP DATABASE IF EXISTS {name}_new", f"CREATE DATABASE {name}_new")
            _point_at(f"{name}_new")
            call_command("migrate", verbosity=0)
            _close(f"{name}_new")
            _run("portal", f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


def take_as_template(name):
    """Run the tests of this installation on the tables of one of its databases, emptied, instead of
    on freshly migrated ones. Nobody may be connected to that database."""
    template, _is_there = _template()
    _run("postgres", f"CREATE DATABASE {template} TEMPLATE {name}")
    _run(template, DELETE_ALL_ROWS, user=embedded.SUPERUSER)


# Everything that a test may change in a database except its rows, plus the rows that migrations
# made.
SHAPE = """
SELECT count(*), sum(xmin::text::bigint) FROM (
    SELECT xmin FROM pg_class UNION ALL SELECT xmin FROM pg_attribute
    UNION ALL SELECT xmin FROM pg_constraint UNION ALL SELECT xmin FROM pg_proc
    UNION ALL SELECT xmin FROM pg_trigger UNION ALL SELECT xmin FROM pg_policy
    UNION ALL SELECT xmin FROM pg_namespace UNION ALL SELECT xmin FROM django_migrations
    UNION ALL SELECT xmin FROM django_content_type UNION ALL SELECT xmin FROM auth_permission
) everything
"""
# In this mode triggers that protect records do not fire and foreign keys are not checked.
DELETE_ALL_ROWS = """
SET session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
    FOR name IN
        SELECT oid::regclass FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
          AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
          AND pg_relation_size(oid) > 0
    LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
END $$
"""
# {database made by this process: its shape when made}
_MADE = {}


def _shape(name):
    return _run(name, SHAPE, user=embedded.SUPERUSER)


def _emptied_for_reuse(name):
    """Empty a database that this process made; return whether that was possible.

    Making it anew takes ten times as long, but is necessary if a test changed its shape.
    """
    if name not in _MADE or _shape(name) != _MADE[name]:
        return False
    _run(name, DELETE_ALL_ROWS, user=embedded.SUPERUSER)
    return True


def fresh_database(name):
    """Make a database from the template, or empty it, and point both connections at it."""
    template = migrated_template()
    _close(name)
    # End sessions that a killed run left behind or that are just ending; each role may end only its
    # own.
    roles = [settings.DATABASES[alias]["USER"] for alias in ("default", "owner")]
    for user in (*roles, embedded.DOOR):
        _run(
            "portal",
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
            " AND usename = current_user",
            user=user,
        )
    if _emptied_for_reuse(name):
        _point_at(name)
        return
    # No FORCE: it fails on autovacuum sessions, which a plain DROP ends.
    _run("portal", f"DROP DATABASE IF EXISTS {name}")
    with (settings.VAR_DIR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Copy as files: copying through the WAL takes four times as long.
        _run("portal", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    _run(name, SHIFTED_CLOCK)
    _MADE[name] = _shape(name)
    _point_at(name)


@contextlib.contextmanager
def another_database(name):
    """Make a database anew and use it, then return to the one of the current test."""
    with _pointed_at(connections.settings["default"]["NAME"]):
        fresh_database(name)
        yield


@contextlib.contextmanager
def _pointed_at(name):
    before = connections.settings["default"]["NAME"]
    _point_at(name)
    try:
        yield
    finally:
        _point_at(before)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    if WORKER == "main" and (terminal := config.pluginmanager.get_plugin("terminalreporter")):
        config.pluginmanager.register(_FailureReporter(terminal))


def pytest_sessionstart(session):
    """In a parallel run, migrate the template while the workers collect."""
    if WORKER == "main" and session.config.getoption("numprocesses", None) and not _template()[1]:
        make = "import django; django.setup(); import tests.conftest as c; c.migrated_template()"
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        migrating = subprocess.Popen([sys.executable, "-c", make], cwd=ROOT, env=environment)
        session.config.add_cleanup(migrating.wait)


def pytest_collection(session):
    """In a fresh clone, rewrite asserts only once: worker gw1 imports the tests from the end while
    another starts at the front, and each uses what the other has cached."""
    if WORKER != "gw1" or any(".py" in one for one in session.config.args):
        return
    # Collection itself reports what cannot be imported.
    with contextlib.suppress(Exception):
        for path in sorted((ROOT / "tests").rglob("test_*.py"), reverse=True):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


# Tests without a marker of their own are sampled: by default a run draws one in N rows of a
# parametrised test, and in each module one in N of the slow tests, of those that ask for pages, and
# of the others.
ONE_ROW_IN, ONE_SLOW_IN, ONE_PAGE_IN, ONE_TEST_IN = 5, 5, 3, 2


def mark_samples(items):
    """Mark tests as sampled, except those marked each_run, unmarked browser journeys, and the short
    variant of a long test."""
    with_long = {_table(item) for item in items if item.get_closest_marker("long")}
    for item in items:
        said = any(map(item.get_closest_marker, ("sampled", "each_run", "long", "browser")))
        if said or _table(item) in with_long:
            continue
        if "[" in item.nodeid:
            item.add_marker(pytest.mark.sampled(one_in=ONE_ROW_IN))
        else:
            kind, one_in = _kind(item)
            of = f"{kind} in {item.nodeid.partition('::')[0]}"
            item.add_marker(pytest.mark.sampled(of=of, one_in=one_in))


def _kind(item):
    """Return (cost class, N of "one in N")."""
    if item.get_closest_marker("slow"):
        return "slow", ONE_SLOW_IN
    if item.get_closest_marker("pages"):
        return "pages", ONE_PAGE_IN
    return "others", ONE_TEST_IN


def _table(item):
    return item.nodeid.partition("[")[0].partition("@")[0]


def draw_samples(config, items):
    """Mark as long all sampled tests that the run's seed does not draw. A run that names a file or
    test, or uses -k, gets all of them (ADR 0065)."""
    if config.option.keyword or any(".py" in one for one in config.args):
        return
    groups = defaultdict(list)
    for item in items:
        if marker := item.get_closest_marker("sampled"):
            name = item.nodeid.partition("@")[0]
            groups[marker.kwargs.get("of", _table(item))].append((name, marker, item))
    seed = getattr(config.option, "randomly_seed", 0)
    for group, cases in groups.items():
        cases.sort(key=lambda one: one[0])
        size = ceil(len(cases) / cases[0][1].kwargs["one_in"])
        drawn = set(random.Random(f"{seed} {group}").sample(range(len(cases)), size))
        for n, (_name, _marker, item) in enumerate(cases):
            if n not in drawn:
                item.add_marker(pytest.mark.long)


def pytest_addoption(parser):
    words = "leave nothing to the draw but what is marked sampled"
    parser.addoption("--whole", action="store_true", help=words)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Runs before pytest applies -m."""
    # Modules with explicitly slow tests; a test marked slow below for its fixture takes much less
    # time.
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
        if "committed" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
        if "client" in item.fixturenames:
            item.add_marker(pytest.mark.pages)
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.timeout(0))
    if not config.option.whole:
        mark_samples(items)
    draw_samples(config, items)
    yield
    # Whatever the shuffle, run journeys first, then modules with long tests, since the run waits
    # for what starts last. Within a module, tests with standing records come last, since the others
    # must not see these records.
    module = {item.path: n for n, item in enumerate(items)}

    def place(item):
        quick = "/browser/" not in str(item.path), item.path not in slow
        return quick, module[item.path], "standing" in item.fixturenames

    items.sort(key=place)


class _FailureReporter:
    """Print a line for each failure as it happens, so that an interrupted run has reported them."""

    def __init__(self, terminal):
        self.terminal = terminal

    def pytest_runtest_logreport(self, report):
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            why = f"{crash.path}:{crash.lineno}: {crash.message}" if crash else report.longreprtext
            self.terminal.ensure_newline()
            self.terminal.write_line(f"{report.nodeid}: {why[:600]}")


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Print how to repeat a failed run with the same sample and order."""
    if exitstatus and (seed := getattr(config.option, "randomly_seed", None)):
        terminalreporter.write_line(f"Again: make test ARGS=--randomly-seed={seed}")


def pytest_collection_finish(session):
    """Exclude objects that live as long as the run from garbage collection, and collect less often:
    collection took a tenth of the time of all tests."""
    grouped = [one.nodeid for one in session.items if one.get_closest_marker("xdist_group")]
    # Without grouping, pytest-xdist would silently spread them, and each worker would build a
    # county and a stack.
    if WORKER != "main" and not all("@" in one for one in grouped):
        pytest.exit("pytest-xdist does not keep tests marked xdist_group together.")
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


# Otherwise a test's speed depends on its call depth.
_run_test = with_room(runner.pytest_runtest_protocol)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    return _run_test(item, nextitem)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    with django_db_blocker.unblock():
        with another_database(EMPTY):
            pass
        with another_database(WITH_CAST):
            _CAST.append(pickle.dumps(Cast()))
        yield
        for name in (EMPTY, WITH_CAST):
            _close(name)


# The pickled cast, once it is saved.
_CAST = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Choose the database of a test before its transaction begins."""
    asked = set(item.fixturenames)
    with_cast = WITH_CAST if {"people", "standing"} & asked else EMPTY
    of_demo = (name for scale, name in DEMOS.items() if f"{scale}_once" in asked)
    _point_at(next(of_demo, with_cast))


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """standing(make) returns a function that returns a copy of what make(people) returned when its
    rows were saved. The rows are made once per module and never committed: each test is a savepoint
    on top of them."""
    around = transaction.atomic()

    def once(make):
        with django_db_blocker.unblock():
            made = pickle.dumps(make(pickle.loads(_CAST[0])))
        return lambda: pickle.loads(made)

    with django_db_blocker.unblock():
        _point_at(WITH_CAST)
        around.__enter__()
    yield once
    with django_db_blocker.unblock():
        _point_at(WITH_CAST)
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@contextlib.contextmanager
def _savepoints(are_used):
    features = connections["default"].features
    before = features.uses_savepoints
    features.uses_savepoints = are_used
    try:
        yield
    finally:
        features.uses_savepoints = before


def made_quickly(make):
    """Return make(), run without savepoints.

    A demo performs a thousand actions, and in a test each is a savepoint, which costs a quarter of
    the time. Entries of phones keep theirs, since some are refused. If the database refuses another
    action, as it may when a random name is retried, everything is made again with savepoints.
    """
    refused = mock.patch.object(phones, "make", _savepoints(True)(phones.make))
    try:
        with transaction.atomic(), refused, _savepoints(False):
            return make()
    except DatabaseError:
        return make()


@contextlib.contextmanager
def _demo(scale, blocker, made_by=lambda make: make()):
    """A demo county on the suite's day, made once for the run and never committed: each test is a
    savepoint on top of it. Its modules share the group "demo"."""
    with blocker.unblock(), another_database(DEMOS[scale]):
        around = transaction.atomic()
        around.__enter__()
        made = made_by(partial(county.make, scale, 1, TODAY))
    yield made
    with blocker.unblock(), _pointed_at(DEMOS[scale]):
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
    _close(DEMOS[scale])


@pytest.fixture(scope="session")
def tiny_once(django_db_setup, django_db_blocker):
    with _demo("tiny", django_db_blocker, made_quickly) as made:
        yield made


@pytest.fixture(scope="session")
def small_once(django_db_setup, django_db_blocker):
    with _demo("small", django_db_blocker) as made:
        yield made


@pytest.fixture
def tiny(tiny_once, db):
    """A tiny county of every noun."""
    return tiny_once


@pytest.fixture
def small(small_once, db):
    """The small county."""
    return small_once


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A separate database where commits are real, for tests of threads, workers, locks and the
    sealer."""
    with django_db_blocker.unblock(), another_database(f"committed_{WORKER}"):
        cache.clear()
        yield


@pytest.fixture(autouse=True)
def _chinese():
    """Restore the language: an English page leaves its own active in the thread."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _clean_cache(request):
    if "db" in request.fixturenames or "committed" in request.fixturenames:
        cache.clear()


@pytest.fixture(autouse=True)
def _no_heartbeat_within_a_transaction(request, monkeypatch):
    """The heartbeat thread cannot see a test's own transaction, so on a busy machine a job would
    believe its lease lost."""
    if "committed" not in request.fixturenames:
        for name in ("HEARTBEAT_SECONDS", "FIRST_BEAT_SECONDS"):
            monkeypatch.setattr(jobs, name, 600)


_load_middleware = ClientHandler.load_middleware
_CHAINS = WeakKeyDictionary()


def _load_middleware_once(self, is_async=False):
    """Share one middleware chain among all clients, as the requests of a server do. A test that
    overrides settings gets another."""
    chains = _CHAINS.setdefault(settings._wrapped, {})
    if is_async not in chains:
        _load_middleware(self, is_async)
        chains[is_async] = self._middleware_chain
    self._middleware_chain = chains[is_async]


ClientHandler.load_middleware = _load_middleware_once

# An address always resolves to the same view, so cache this for thousands of requests.
URLResolver.resolve = functools.lru_cache(2_000)(URLResolver.resolve)


@pytest.fixture
def bare_refusals(monkeypatch):
    """Bare 403 and 404 pages, for tables that check thousands of times whether access is refused,
    not how the page says so."""

    def refused(request, exception):
        return HttpResponse(str(exception), status=403)

    def not_found(request, exception):
        return HttpResponse(status=404)

    monkeypatch.setattr("portal.urls.handler403", refused)
    monkeypatch.setattr("portal.urls.handler404", not_found)


def _session(self):
    """Like Django's own, except that the cookie is not the session key."""
    cookie = self.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie:
        return SessionStore.of_cookie(cookie.value)
    session = SessionStore()
    session.save()
    self.cookies[settings.SESSION_COOKIE_NAME] = session.cookie
    return session


_set_login_cookies = Client._set_login_cookies


def _set_cookie_of_session(self, request):
    _set_login_cookies(self, request)
    self.cookies[settings.SESSION_COOKIE_NAME] = request.session.cookie


Client.session = property(_session)
Client._set_login_cookies = _set_cookie_of_session


class _Client(Client):
    """A client that saves the first session once. Django's own saves two empty ones before it,
    which take most of the time of a sign-in.

    The side list counts as just computed, with nothing waiting: a test of its numbers calls
    side_list.forget_counts first.
    """

    def _login(self, user, backend=None):
        if settings.SESSION_COOKIE_NAME in self.cookies:
            super()._login(user, backend)
            return
        request = HttpRequest()
        request.session = SessionStore()
        request.session.cycle_key = lambda: None
        login(request, user, backend)
        request.session.save()
        self._set_login_cookies(request)
        side_list.keep_counts(user, {})


@pytest.fixture
def client():
    return _Client()


@pytest.fixture
def people(db):
    """The small cast used everywhere, already in the database; see tests/people.py."""
    return pickle.loads(_CAST[0])


@pytest.fixture
def browse(client, people):
    """browse("host").get(…): the client, signed in as one of the cast or as an account."""

    def sign_in(who):
        client.force_login(getattr(people, who) if isinstance(who, str) else who)
        return client

    return sign_in


@pytest.fixture
def at_the_door(settings):
    """Make the client reach the pages of the door."""
    settings.ROOT_URLCONF, settings.MIDDLEWARE = settings.DOOR_URLCONF, settings.DOOR_MIDDLEWARE


@pytest.fixture
def committed_people(committed):
    return Cast()
