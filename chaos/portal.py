"""The portal that the phones send to: its own database, gunicorn, and restarts of killed
servers."""

import asyncio
import contextlib
import ctypes
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from chaos import people, records, work
from chaos.enrolling import device_for
from portal.run import embedded
from sync.actions import devices, entries
from sync.models import Device, Entry

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "chaos"
# Each try takes a fifth of a second.
START_TRIES = 600
BEAT_SECONDS = 5
# Retries of a piece of work while the database is killed, half a second each.
MOST_TRIES = 240


class Portal:
    """A running portal. `database` exists already; if it may be killed, `data` is the directory of
    its cluster. `environment` holds further variables for gunicorn."""

    def __init__(self, database, *, data="", workers=3, environment=()):
        self.database, self.data, self.workers = database, str(data), workers
        self.environment = dict(environment)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = settings.VAR_DIR / "log" / "chaos-web.log"
        # A person may enrol only a few phones, so each keeps one phone for all seeds.
        self.people, self.writers, self.devices = [], [], {}
        self.restarts = 0

    @property
    def today(self):
        return timezone.localdate()

    def start(self):
        services = settings.SERVICES
        there = f"/{self.database}?"
        with self.log.open("a") as log:
            self.server = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "chaos.wsgi"),
                    *("--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers)),
                    *("--worker-class", "sync", "--timeout", "60", "--preload"),
                    *("--log-level", "warning"),
                ],
                cwd=ROOT,
                env=os.environ
                | {
                    "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
                    "DATABASE_URL": services.database_url.replace("/portal?", there),
                    "DATABASE_OWNER_URL": services.owner_url.replace("/portal?", there),
                    "REDIS_URL": services.redis_url,
                    "CHAOS_KILLS": self.data,
                }
                | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_its_parent,
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self):
        for _try in range(START_TRIES):
            if self.server.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                line.request("GET", "/readyz/")
                ready = line.getresponse().status == 200
                line.close()
                if ready:
                    return
            time.sleep(0.2)
        raise RuntimeError(f"The portal does not answer; see {self.log}.")

    def stop(self):
        """Kill gunicorn with its workers, whatever they are doing."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    @contextlib.asynccontextmanager
    async def alive(self):
        """Restart a killed database and run the periodic work within the context."""
        running = [asyncio.create_task(one()) for one in (self._watch, self._beat)]
        try:
            yield
        finally:
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await asyncio.to_thread(self._raise_database)

    async def _beat(self):
        """Do the worker's hourly task every few seconds, since a web worker may have been killed
        between an entry and those waiting for it."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with contextlib.suppress(OperationalError, InterfaceError):
                await asyncio.to_thread(self._try_again)

    def _try_again(self):
        try:
            entries.try_again(at=timezone.now())
        finally:
            connections.close_all()

    async def _watch(self):
        while True:
            await asyncio.sleep(0.1)
            await asyncio.to_thread(self._raise_database)

    def _raise_database(self):
        for tries in range(9, -1, -1):
            if not self.data or _lives(self.data):
                return
            self.restarts += 1
            try:
                embedded.ensure(settings.VAR_DIR)
            except embedded.EmbeddedProblem:
                # It may be killed again while it recovers.
                if not tries:
                    raise

    # Phones and their entries -------------------------------------------------------------------

    def writer(self, n):
        """Return the n-th phone's writer and device."""
        return self.writers[n], self.devices[n]

    def make_people(self, count):
        day = self.today
        self.people = [(user.acting(on=day), unit) for user, unit in people.make(count)]
        connections.close_all()

    def prepare(self):
        """Prepare a seed: make something to write about, and new phones for revoked ones."""
        try:
            self.writers = work.prepare(self.people, self.today)
            for n, (user, _unit) in enumerate(self.people):
                if n not in self.devices:
                    self.devices[n] = device_for(user, name=f"phone {n}", at=timezone.now())
        finally:
            connections.close_all()

    def revoke(self, n):
        """Revoke the phone, as an owner does who has lost it."""
        user, key = self.people[n][0], self.devices.pop(n).id

        def work():
            device = Device.objects.get(key=key)
            if not device.is_revoked:
                devices.revoke(device=device, by=user, at=timezone.now())

        _until_it_is_done(work)

    def end_waiting(self, username):
        """Give up waiting entries of a user, by dating them back a year."""

        def work():
            at = timezone.now()
            waiting = Entry.objects.filter(owner__username=username, state="held")
            waiting.update(received_at=at - timedelta(days=365))
            entries.end_waiting(at=at)

        _until_it_is_done(work)

    def stored(self, written):
        try:
            return records.stored(written)
        finally:
            connections.close_all()

    def extra(self, written):
        try:
            return records.extra(written, [user for user, _unit in self.people])
        finally:
            connections.close_all()


def _die_with_its_parent():
    """Have the kernel kill this process when its parent ends: remaining sessions would prevent
    making the next database. (Linux)"""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _until_it_is_done(work):
    """Run `work`, retrying while the database is killed."""
    for _try in range(MOST_TRIES):
        try:
            return work()
        except (OperationalError, InterfaceError):
            time.sleep(0.5)
        finally:
            connections.close_all()
    raise RuntimeError("The database does not come back.")


def _lives(data):
    try:
        pid = int((Path(data) / "postmaster.pid").read_text().split()[0])
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, ValueError, IndexError):
        return False
    return state not in "ZX"


# The test database ------------------------------------------------------------------------------


def data_of(var):
    """Return the data directory of the cluster of these servers."""
    return max(Path(var).resolve().glob("pg[0-9][0-9]"))


def fresh_database():
    """(Re)make the database from a template that is migrated once."""
    files = sorted(ROOT.glob("*/migrations/*.py"))
    recipe = hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()[:12]
    template = f"template_{recipe}"
    with _at("postgres") as ask:
        if not ask("SELECT 1 FROM pg_database WHERE datname = %s", template):
            print("The tables are made, once …", flush=True)
            for (old,) in ask(
                "SELECT datname FROM pg_database WHERE datname LIKE 'template#_%' ESCAPE '#'"
            ):
                ask(f"DROP DATABASE {old}")
            ask(f"DROP DATABASE IF EXISTS {DATABASE}")
            ask(f"CREATE DATABASE {DATABASE}")
            _migrate()
            ask(f"ALTER DATABASE {DATABASE} RENAME TO {template}")
        ask(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        ask(f"CREATE DATABASE {DATABASE} TEMPLATE {template} STRATEGY FILE_COPY")
    _point_at(DATABASE)


def _migrate():
    before = connections["default"].settings_dict["NAME"]
    _point_at(DATABASE)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        _point_at(before)


def _point_at(name):
    """Point all connections of this process to a database, including those of threads started
    later."""
    for alias in ("default", "owner"):
        connections[alias].close()
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@contextlib.contextmanager
def _at(name):
    """Yield a function that runs statements in another database of the server, as its owner."""
    one = connections.settings["owner"]
    line = psycopg2.connect(
        dbname=name, user=one["USER"], host=one["HOST"], port=one["PORT"] or None
    )
    line.autocommit = True

    def ask(sql, *values):
        with line.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    try:
        yield ask
    finally:
        line.close()
