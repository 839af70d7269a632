"""Installations as real processes: databases, web, worker; started, killed, restarted."""

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from portal.run import embedded
from tools import nodes

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90
# Small, since there are seven servers. A nation retries a cell every second.
SERVER = {
    "shared_buffers": "24MB",
    "max_connections": "40",
    "max_worker_processes": "16",
    "max_logical_replication_workers": "12",
    "wal_retrieve_retry_interval": "1s",
}
WINDOW = SERVER | {"wal_level": "logical", "max_wal_senders": "10"}


def template():
    """Return a cluster that was migrated once, to be copied."""
    var = ROOT / "var" / "cells"
    var.mkdir(parents=True, exist_ok=True)
    files = sorted(ROOT.glob("*/migrations/*.py"))
    recipe = hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()[:12]
    made = var / f"template-{recipe}"
    if not (made / "done").exists():
        for old in var.glob("template-*"):
            embedded.stop(old)
            shutil.rmtree(old)
        print("The tables are made, once …", flush=True)
        run("migrate", "--verbosity", "0", env=environment(made))
        embedded.stop(made)
        (made / "done").touch()
    return made


def environment(var, **more):
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    }
    return kept | {
        "PORTAL_VAR": str(var),
        "PORTAL_DURABLE": "yes",
        "PORTAL_PG_SHARED_BUFFERS": "24MB",
        "DEBUG": "yes",
        **more,
    }


def pages(port):
    return [
        *("gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--workers", "1", "--timeout", "120", "--log-level", "warning"),
    ]


def work(queues, *more):
    return [
        *("celery", "-A", "portal", "worker", "-Q", queues, "--loglevel", "warning"),
        *("--without-gossip", "--without-mingle", *more),
    ]


def run(*words, env):
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {words[0]}: {done.stderr.strip()[-2000:]}")
    return done.stdout


class Installation:
    """A cell or the nation, in its own folder."""

    def __init__(self, var, name, **settings):
        self.var, self.name = var / name, name
        self.main = embedded.Cluster(self.var, more=SERVER)
        self.ports = [nodes.free_port()]
        self.env = environment(self.var, **settings)
        self.processes = []

    @property
    def clusters(self):
        return [self.main]

    def make(self, made):
        """Copy only the tables of the template; the installation makes its own keys."""
        subprocess.run(["cp", "-a", made / self.main.data.name, self.main.data], check=True)
        (self.var / "log").mkdir(exist_ok=True)

    def start_servers(self):
        for one in self.clusters:
            one.start()

    def start(self):
        with (self.var / "log" / "processes.log").open("a") as log:
            for words in self.commands():
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", *words],
                        cwd=ROOT,
                        env=self.env,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )

    def commands(self):
        """Return the commands of its processes, as arguments of `python -m`."""
        return [pages(self.ports[0]), [*work("quick", "--pool", "solo"), *("-B", "-s", self.beat)]]

    @property
    def beat(self):
        return str(self.var / "beat")

    def health(self):
        """Return the health report of the first node that is not well, or of the last one if all
        are."""
        for port in self.ports:
            if "is" in (said := self._health(port)):
                break
        return said

    def _health(self, port):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with (
            contextlib.closing(line),
            contextlib.suppress(OSError, http.client.HTTPException, ValueError),
        ):
            line.request("GET", "/healthz/")
            answer = line.getresponse()
            said = json.loads(answer.read())
            return said if answer.status == 200 else said | {"is": "not well"}
        return {"is": "silent"}

    def is_healthy(self):
        return "is" not in self.health()

    def kill(self):
        """Kill everything as in a power cut: nothing is notified or written any more."""
        for one in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        self.processes = []
        files = [one.data / "postmaster.pid" for one in self.clusters]
        for file in (*files, self.var / "valkey" / "valkey.pid"):
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                os.kill(int(file.read_text().split()[0]), signal.SIGKILL)

    def stop(self):
        for one in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        self.processes = []
        for one in reversed(self.clusters):
            with contextlib.suppress(embedded.EmbeddedProblem):
                one.stop()

    def ask(self, sql, *values):
        return ask(self.main.url(embedded.OWNER), sql, *values)


class Cell(Installation):
    def __init__(self, var, code):
        self.window = embedded.Cluster(var / code / "window", more=WINDOW)
        super().__init__(var, code, CELL=code, NATION_WINDOW_URL=self.window.url(embedded.OWNER))
        self.code = code

    @property
    def clusters(self):
        return [self.main, self.window]

    def publish(self):
        admin = self.var / "admin"
        admin.write_text(self.window.url(embedded.SUPERUSER))
        words = ("--password", str(self.var / "password"), "--admin", str(admin))
        return run("publish_cell", *words, env=self.env)

    def withdraw(self):
        return run("publish_cell", "--leave", "--admin", str(self.var / "admin"), env=self.env)

    def published(self):
        """Return what the nation should know: {(figure, division, organ, month, part): n}."""
        return _totals(self.window.url(embedded.OWNER), self.code)

    def counted(self):
        """Return the sum of all its figures, except unpublished sums of money."""
        return self.ask(
            "SELECT coalesce(sum(n), 0)::bigint FROM ("
            " SELECT n FROM portal_figuretotal WHERE division_id IS NULL AND organ_id IS NULL"
            " AND figure NOT LIKE 'money%%' UNION ALL"
            " SELECT n FROM portal_figuredelta WHERE figure NOT LIKE 'money%%') kept"
        )[0][0]


class Nation(Installation):
    def __init__(self, var):
        super().__init__(var, "nation", MODE="nation")

    def join(self, cell, *more):
        admin, line = self.var / "admin", self.var / f"connection-{cell.code}"
        admin.write_text(self.main.url(embedded.SUPERUSER))
        line.write_text(cell.window.url("portal_nation"))
        words = (cell.code, "--connection", str(line), "--admin", str(admin), *more)
        return run("join_nation", *words, env=self.env)

    def leave(self, cell):
        admin = str(self.var / "admin")
        return run("join_nation", cell.code, "--leave", "--admin", admin, env=self.env)

    def known(self, cell):
        return _totals(self.main.url(embedded.OWNER), cell.code)

    def connections(self):
        """Return {cell: whether it is connected}; pages show “no connection” by the same state."""
        rows = self.ask(
            "SELECT m.cell, coalesce(bool_or(s.pid IS NOT NULL"
            " AND s.last_msg_receipt_time > clock_timestamp() - interval '30 seconds'), false)"
            " FROM nation_member m LEFT JOIN pg_stat_subscription s"
            " ON s.subname = 'nation_' || lower(m.cell) AND s.relid IS NULL GROUP BY m.cell"
        )
        return dict(rows)


def _totals(url, cell):
    rows = ask(
        url,
        "SELECT figure, division_code, organ_code, day, part, n FROM nation_celltotal"
        " WHERE cell = %s",
        cell,
    )
    return {tuple(key): n for *key, n in rows}


def ask(url, sql, *values):
    line = psycopg2.connect(url)
    line.autocommit = True
    try:
        with line.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        line.close()


def until(condition, seconds, what):
    """Return the seconds until the condition holds; raise RuntimeError after `seconds`."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"Not within {seconds} s: {what}.")
        time.sleep(0.1)
    return time.monotonic() - began
