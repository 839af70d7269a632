"""Servers that an operator sets up around the portal's own, for tests and trials on one machine: a
pooler before a database, and a streaming replica behind it. All use sockets.

`python -m tools.servers [arguments of pytest]` runs tests with a pooler before their database.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from portal.run import embedded

SECONDS = 30


def pgbouncer():
    """Return the path of the program; None if the operator has not installed it."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Pooler:
    """pgbouncer in transaction mode."""

    port = 6432

    def __init__(self, folder: Path, sockets: Path, *, port=5432, size=2):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        roles = (embedded.OWNER, embedded.APP, embedded.DOOR, embedded.SUPERUSER)
        (folder / "users.txt").write_text("".join(f'"{role}" ""\n' for role in roles))
        (folder / "pgbouncer.ini").write_text(f"""
[databases]
* = host={sockets} port={port}
[pgbouncer]
pool_mode = transaction
listen_addr =
listen_port = {self.port}
unix_socket_dir = {folder}
unix_socket_mode = 0700
auth_type = trust
auth_file = {folder}/users.txt
admin_users = {embedded.SUPERUSER}
default_pool_size = {size}
max_client_conn = 200
max_prepared_statements = 0
logfile = {folder}/pgbouncer.log
pidfile =
""")
        self.process = None

    def url(self, role, database, host=None):
        return f"postgresql://{role}@:{self.port}/{database}?host={quote(str(host or self.folder))}"

    def start(self):
        program = pgbouncer()
        assert program, "pgbouncer is not installed."
        command = [*_cloak(self.folder), program, "-q", str(self.folder / "pgbouncer.ini")]
        self.process = subprocess.Popen(command, cwd="/", env=_bare())
        _until(lambda: (self.folder / f".s.PGSQL.{self.port}").exists(), "pgbouncer", self.process)
        return self

    def stop(self):
        _end(self.process, signal.SIGINT)


class Primary:
    """A PostgreSQL server with the portal's roles that replicas can follow. Fast, as it need not
    survive a power cut."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.sockets = folder
        self.server = _Followed(embedded._Home.at(folder), folder)

    def start(self):
        self.server.bring_up()
        return self

    def stop(self):
        self.server.bring_down(self.server.data)


class _Followed(embedded._PostgreSQL):
    def _settings(self):
        quick = {"fsync": "off", "full_page_writes": "off", "max_locks_per_transaction": "512"}
        followed = {"wal_level": "replica", "max_wal_senders": "4", "shared_buffers": "32MB"}
        lines = (f"{name} = '{value}'\n" for name, value in (quick | followed).items())
        return super()._settings() + "".join(lines)


class Standby:
    """A streaming replica of the server at `sockets`."""

    def __init__(self, folder: Path, sockets: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.sockets, self.data = folder, sockets, folder / "data"
        self.programs = embedded._PostgreSQL(embedded._Home.at(folder), folder).programs
        self.process = None

    def url(self, role, database):
        return f"postgresql://{role}@/{database}?host={quote(str(self.folder))}"

    def make(self):
        """Copy the running server in its current state."""
        shutil.rmtree(self.data, ignore_errors=True)
        whence = ["-h", str(self.sockets), "-U", embedded.SUPERUSER]
        copy = ["-D", str(self.data), "-X", "stream", "-R", "--checkpoint=fast", "--no-sync"]
        self._run("pg_basebackup", *whence, *copy)
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(
                f"unix_socket_directories = '{self.folder}'\nhot_standby_feedback = on\n"
            )
            settings.write(
                "max_standby_streaming_delay = 30s\nwal_retrieve_retry_interval = 100ms\n"
            )
        return self

    def start(self):
        """Start the replica, which follows until it is stopped."""
        program = str(self.programs / "postgres")
        with (self.folder / "standby.log").open("a") as log:
            self.process = subprocess.Popen(
                [*_cloak(self.folder), program, "-D", str(self.data)],
                cwd="/",
                env=_bare(),
                stdout=log,
                stderr=log,
            )
        _until(self.answers, "the replica", self.process)
        return self

    def answers(self):
        asked = ["-h", str(self.folder), "-U", embedded.SUPERUSER, "-d", "postgres", "-XAtc"]
        command = [str(self.programs / "psql"), *asked, "SELECT pg_is_in_recovery()"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=_bare())
        return done.stdout.strip() == "t"

    def kill(self):
        """Kill it as in a power cut."""
        for pid in embedded._processes_in(self.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait(10)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self.folder.glob(".s.PGSQL.*"):
            left.unlink()

    def stop(self):
        _end(self.process, signal.SIGINT)

    def _run(self, program, *words):
        command = [*_cloak(self.folder), str(self.programs / program), *words]
        done = subprocess.run(
            command, cwd="/", env=_bare(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} did not work: {done.stderr.strip()}")


def _cloak(folder):
    """Return the command prefix under which a server that refuses root can run."""
    return embedded._PostgreSQL(embedded._Home.at(folder), folder).cloak[0]


def _bare():
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _until(is_there, what, process=None):
    deadline = time.monotonic() + SECONDS
    while not is_there():
        if process and process.poll() is not None:
            raise RuntimeError(f"{what} ended with {process.returncode}.")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} is not there after {SECONDS} s.")
        time.sleep(0.02)


def _end(process, number):
    if process and process.poll() is None:
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait(10)


def tests_through_a_pooler(*words):
    """Run pytest with the application's role through a pooler; the owner's role connects
    directly."""
    root = Path(__file__).resolve().parent.parent
    services = embedded.ensure(root / "var" / "test", durable=False)
    sockets = parse_qs(urlsplit(services.database_url).query)["host"][0]
    with tempfile.TemporaryDirectory() as folder:
        pooler = Pooler(Path(folder), Path(sockets), size=20).start()
        told = {
            "POOLER": "yes",
            "DATABASE_URL": pooler.url(embedded.APP, embedded.DATABASE),
            "DATABASE_OWNER_URL": services.owner_url,
            "DOOR_DATABASE_URL": services.door_url,
            "REDIS_URL": services.redis_url,
        }
        try:
            command = [sys.executable, "-m", "pytest", *words]
            return subprocess.run(command, cwd=root, env=os.environ | told, check=False).returncode
        finally:
            pooler.stop()


if __name__ == "__main__":
    sys.exit(tests_through_a_pooler(*sys.argv[1:]))
