"""`make run`: the whole portal on one machine, until Ctrl-C."""

import contextlib
import json
import multiprocessing
import os
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone, translation
from honcho.manager import Manager
from honcho.printer import Printer

import portal
from portal import wordings
from portal.run import assets, certificate, error_reports, upgrading
from portal.run.embedded import EmbeddedProblem
from portal.run.practice import CELERY_ROOT_WARNING
from portal.tools import languages
from portal.trust import keys

LEAST_FREE_MEGABYTES = 500
# Celery ends its tasks within this time or is killed; an interrupted task is resumed once its lease
# expires.
STOP_SECONDS, PRACTICE_STOP_SECONDS = 8, 20
READY_SECONDS = 120
MUCH_LATER = timedelta(hours=1)
# By scale of seed_demo.
DEMOS = {"county": "demo county", "enterprise": "demo enterprise"}
WITHOUT_DEMO = "make run SEED=no starts without the demo"
# Offset of the ports of the villager's door and the practice area, or the next free port.
DOOR_ABOVE, PRACTICE_ABOVE = 100, 200


class Command(BaseCommand):
    help = "Prepares the database and runs web, worker and beat together until Ctrl-C."
    # Checks run with migrate; here they would only delay the first useful line.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--no-seed", action="store_true", help="Leave an empty database without demo."
        )
        parser.add_argument(
            "--scale",
            choices=list(DEMOS),
            default="county",
            help="The demo that an empty database is filled with.",
        )
        parser.add_argument(
            "--practice",
            action="store_true",
            help="Also the practice area, made once the portal is up.",
        )

        parser.add_argument(
            "--https",
            action="store_true",
            help="With a certificate of this machine: phones store nothing over http.",
        )

    def handle(self, *, port, no_seed, scale, practice, https, **options):
        # A closed terminal or stopped service shuts the portal down cleanly, also during start.
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        try:
            run = _Run(settings.VAR_DIR / f"serve-{port}.json")
            run.clear_left_over(self.say, port)
            _check_port(port)
            self.check_space()
            self.prepare(no_seed=no_seed, scale=scale)
            returncode = self.serve(port, run, has_practice=practice, is_https=https)
        except KeyboardInterrupt:
            self.say("Stopped.")
            return
        except (CommandError, EmbeddedProblem):
            raise
        except Exception as trouble:
            raise CommandError(_sentence("The portal could not start", trouble)) from None
        # A second Ctrl-C must not cut off the embedded servers' shutdown.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if returncode:
            sys.exit(1)

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()

    def check_space(self):
        free = shutil.disk_usage(settings.VAR_DIR).free >> 20
        if free < LEAST_FREE_MEGABYTES:
            self.say(f"Only {free} MB are free for {settings.VAR_DIR}: exports may fail.")

    def prepare(self, *, no_seed, scale):
        self.migrate()
        if not settings.DEBUG:
            assets.collect()
        if no_seed:
            self.without_demo()
        else:
            self.make_demo(scale)
        _warn_of_the_future(self.say)
        # The children are forks: none may share a connection with this process.
        connections.close_all()

    def migrate(self):
        upgrading.refuse_pooler(connections["owner"])
        upgrading.refuse_half_way(connections["owner"])
        executor = MigrationExecutor(connections["owner"])
        executor.check_replacements()
        # The rows of an app that was removed stay behind and do no harm.
        applied = [m for m in executor.loader.applied_migrations if m[0] in apps.app_configs]
        unknown = upgrading.unknown_migrations(applied)
        if unknown:
            raise CommandError(
                f"The database was made by another edition of the portal ({'.'.join(unknown[-1])}"
                f" is not of {portal.__version__}): see “Upgrade” in docs/operations.md, or move"
                f" {settings.VAR_DIR} away to begin anew."
            )
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not plan:
            return
        self.say(f"Preparing the database ({len(plan)} migrations) …")
        try:
            call_command("migrate", database="owner", interactive=False, verbosity=0)
        except (CommandError, EmbeddedProblem):
            raise
        except Exception as trouble:
            raise CommandError(_sentence("The database could not be migrated", trouble)) from None

    def make_demo(self, scale):
        """Make the demo in an empty database, or again if the last attempt was interrupted."""
        mark, demo = _demo_mark(), DEMOS[scale]
        if half_made := mark.exists():
            self.say(f"The {demo} was not finished last time: making it anew …")
        elif get_user_model().objects.exists():
            return
        else:
            self.say(f"Making the {demo} …")
        mark.touch()
        try:
            call_command("seed_demo", scale=scale, fresh=half_made, verbosity=0)
        except CommandError as trouble:
            raise CommandError(f"{trouble} {WITHOUT_DEMO}.") from None
        except Exception as trouble:
            sentence = _sentence(f"The {demo} could not be made", trouble)
            raise CommandError(f"{sentence} {WITHOUT_DEMO}.") from None
        mark.unlink()

    def without_demo(self):
        if _demo_mark().exists():
            self.say("The demo was not finished last time: make demo makes it anew.")

    def serve(self, port, run, *, has_practice=False, is_https=False):
        # honcho forks its children; newer Pythons would start them anew, without our settings.
        multiprocessing.set_start_method("fork", force=True)
        # The links of reminders lead to this very server, unless it is known by another name.
        tls = certificate.ensure(settings.VAR_DIR / "tls", at=timezone.now()) if is_https else None
        address = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        os.environ.setdefault("PORTAL_ADDRESS", address)
        door = _free_port(port + DOOR_ABOVE) if settings.SERVICES.door_url else None
        practice = _free_port(port + PRACTICE_ABOVE) if has_practice else None
        if practice:
            # Set before the web processes start, whose pages link to it.
            os.environ["PRACTICE_ADDRESS"] = f"http://127.0.0.1:{practice}"
        if door:
            os.environ.setdefault("PUBLIC_BASE_URL", f"http://127.0.0.1:{door}")
        manager = _Manager(run, Printer(_Steady(sys.stdout)))
        for name, words in _parts(port, tls).items():
            manager.add_process(name, f"exec {shlex.join(words)}", cwd=str(settings.BASE_DIR))
        if door:
            manager.add_process(
                "door",
                f"exec {shlex.join(_gunicorn(door))}",
                cwd=str(settings.BASE_DIR),
                env=_door_environment(),
            )
        else:
            self.say("No villager's door: DATABASE_URL is set and DOOR_DATABASE_URL is not.")
        manager.when_started = lambda: self.announce(address, port, manager, practice, tls)
        try:
            manager.loop()
        finally:
            manager.end_practice()
            run.forget()
        if manager.asked_to_stop:
            self.say("Stopped.")
            return 0
        return manager.returncode

    def announce(self, address, port, manager, practice=None, tls=None):
        """Print address and demo logins once pages are served; then start the practice area."""
        address = f"{address}/"
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(f"{address}readyz/", tls):
            if manager.is_stopping():
                return
            if time.monotonic() > deadline:
                self.say(f"{address} has not answered for {READY_SECONDS} s; see the lines above.")
                return
            time.sleep(0.2)
        lines = ["", f"The portal {portal.__version__} is ready: {address}   (Ctrl-C stops it)"]
        if tls:
            lines += [f"  Import {tls[0]} into your browser as an authority for web pages:"]
            lines += ["  without it, it warns and keeps nothing for writing without a signal."]
        lines += _logins()
        if _is_the_county():
            lines += [f"  A demo enterprise: make run SCALE=enterprise PORT={port + 1}"]
        if manager.has_door:
            lines += ["", f"The villager's door: {os.environ['PUBLIC_BASE_URL']}/{_demo_card()}"]
        if practice:
            lines += ["", f"The practice area: {os.environ['PRACTICE_ADDRESS']}/   (in a minute)"]
        self.say("\n".join([*lines, ""]))
        if practice:
            manager.practise(practice)


def _demo_mark():
    """A file that exists while the demo is made, and remains if the start is killed."""
    return settings.VAR_DIR / "demo-begun"


def _sentence(what, trouble):
    """The error in one sentence that names the log with the traceback."""
    where = error_reports.write_down(trouble, what, log="run.log", at=timezone.now())
    said = str(trouble).strip().partition("\n")[0].rstrip(".")
    named = f"{type(trouble).__name__}{f', {said}' if said else ''}"
    return f"{error_reports.no_space()}{what}: {named} ({where})."


def _warn_of_the_future(say):
    """Warn if the clock was set back: entries of the “future” do not count yet."""
    newest = apps.get_model("portal", "AuditEntry").objects.order_by("-pk").first()
    now = timezone.now()
    if newest and newest.at > now + MUCH_LATER:
        say(
            f"The newest entry is of {timezone.localtime(newest.at):%Y-%m-%d %H:%M}, and the clock"
            f" of this machine says {timezone.localtime(now):%Y-%m-%d %H:%M}: set the clock, or"
            " make the demo anew (make demo)."
        )


def _interrupt(number, frame):
    raise KeyboardInterrupt


def _parts(port, tls=None):
    # No banner, and no warning about root.
    celery = [sys.executable, "-W", f"ignore:{CELERY_ROOT_WARNING}", "-m", "celery"]
    celery += ["--quiet", "-A", "portal"]
    quiet = ["--loglevel", "WARNING"]
    schedule = str(settings.VAR_DIR / f"beat-{port}")
    return {
        "web": _gunicorn(port, tls),
        "worker": [
            *(*celery, "worker", "-Q", "quick,long", "--prefetch-multiplier", "1", "-c", "2"),
            *(*quiet, "--without-gossip", "--without-mingle"),
        ],
        "beat": [*celery, "beat", "--schedule", schedule, "--pidfile=", *quiet],
    }


def _gunicorn(port, tls=None):
    secure = ("--certfile", str(tls[0]), "--keyfile", str(tls[1])) if tls else ()
    return [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}"),
        # Imports are made once, before the workers are forked.
        *("--workers", "2", "--preload", "--log-level", "warning", "--graceful-timeout", "5"),
        # No proxy buffers uploads: photos on a weak signal take minutes. As long as a page waits
        # for them (UPLOAD_ENDS in static/js/portal.js).
        *("--timeout", "900"),
        *secure,
    ]


def _door_environment():
    """The environment of the door: its own role and keys, none of the portal's."""
    path = settings.VAR_DIR / "door-keys.json"
    keys.write_door(settings.KEYS.door, path)
    closed = {"KEYS_FILE", "SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in closed}
    return kept | {
        "DOOR": "yes",
        "DOOR_DATABASE_URL": settings.SERVICES.door_url,
        "DOOR_CACHE_URL": settings.SERVICES.redis_url,
        "DOOR_KEYS_FILE": str(path),
    }


def _free_port(first):
    for candidate in range(first, first + 20):
        with contextlib.suppress(CommandError):
            _check_port(candidate)
            return candidate
    raise CommandError(f"No port from {first} on is free.")


def _demo_card():
    """The address of the first card in force, for users without a code to scan."""
    cards = apps.get_model("outreach", "ContactCard").objects.in_force(timezone.localdate())
    try:
        card = cards.order_by("pk").first()
        return f"c/{card.token}/   (number {card.code_in_groups})" if card else ""
    finally:
        connections.close_all()


def _check_port(port):
    try:
        with socket.socket() as door:
            # As gunicorn does: a port whose connections have just ended is free.
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", port))
    except OverflowError as trouble:
        raise CommandError(f"{port} is not a port number.") from trouble
    except PermissionError as trouble:
        raise CommandError(f"Port {port} is for root alone; use make run PORT=8001") from trouble
    except OSError as trouble:
        raise CommandError(f"Port {port} is taken; use make run PORT={port + 1}") from trouble


def _answers(address, tls=None):
    # Never through a proxy that the environment may name.
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if tls:
        context = ssl.create_default_context(cafile=str(tls[0]))
        handlers.append(urllib.request.HTTPSHandler(context=context))
    opener = urllib.request.build_opener(*handlers)
    try:
        with opener.open(address, timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.HTTPError):
        return False


def _logins():
    """Logins of the demo; on an empty installation, how to make the first accounts."""
    from demo.places import logins  # noqa: PLC0415 (the demo and all it imports, once, at the end)

    try:
        if not get_user_model().objects.exists():
            return [
                "  Nobody can sign in yet; run: .venv/bin/python manage.py first_administrators"
            ]
        words = wordings.of_all(timezone.localdate())
        with translation.override(languages.variant(languages.CHINESE, words)):
            return _table(logins())
    finally:
        connections.close_all()


def _is_the_county():
    """Whether the demo county is here, and no other."""
    from demo.places import is_the_county  # noqa: PLC0415 (as above)

    try:
        return is_the_county()
    finally:
        connections.close_all()


def _table(rows):
    """Columns that also line up where Chinese characters are two cells wide."""
    if not rows:
        return []
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    padded = [
        [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        for row in rows
    ]
    return ["  " + "  ".join(row) for row in padded]


def _width(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


class _Steady:
    """Output that ignores errors: a closed terminal must not prevent a clean end."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(text)

    def flush(self):
        with contextlib.suppress(OSError, ValueError):
            self.stream.flush()

    def isatty(self):
        return self.stream.isatty()


class _Manager(Manager):
    """honcho's manager with a clean end: SIGTERM to each part alone, SIGKILL after a while."""

    def __init__(self, run, printer):
        super().__init__(printer)
        self.run = run
        self.asked_to_stop = False
        self.when_started: Callable[[], None] | None = None
        self.practice: subprocess.Popen[bytes] | None = None

    @property
    def has_door(self):
        return "door" in self._processes

    def is_stopping(self):
        return self._terminating

    def practise(self, port):
        """Start the practice area beside the parts: if it ends, the portal goes on."""
        if self.asked_to_stop or self.is_stopping():
            return
        with (settings.VAR_DIR / "log" / "practice.log").open("a") as log:
            self.practice = subprocess.Popen(
                [sys.executable, "manage.py", "practice", "--port", str(port)],
                cwd=settings.BASE_DIR,
                env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.practice_settings"},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end_practice(self):
        if self.practice is None:
            return
        self.practice.terminate()
        try:
            self.practice.wait(PRACTICE_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.practice.pid, signal.SIGKILL)

    def _start(self):
        # honcho has just set its own handlers; a signal may arrive before all parts have started.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)
        super()._start()
        threading.Thread(target=self.when_started, daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _asked(self, number, frame):
        self.asked_to_stop = True
        self.returncode = 0

    def _watch(self):
        """Records the parts as they start, and ends them on request."""
        written = 0
        while not self.asked_to_stop:
            pids = self._pids()
            if len(pids) > written:
                self.run.note(pids)
                written = len(pids)
            if self._any_stopped():
                return
            time.sleep(0.1)
        while not self._all_started():
            time.sleep(0.05)
        if self.practice:
            self.practice.terminate()
        self.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if self._all_stopped():
                return
            time.sleep(0.05)
        self.kill()

    def _pids(self):
        pids = [part["pid"] for part in self._processes.values() if "pid" in part]
        return pids + [self.practice.pid] if self.practice else pids

    def _killall(self, force=False):
        for part in self._processes.values():
            if "pid" in part and "returncode" not in part:
                with contextlib.suppress(ProcessLookupError):
                    # Signal only the part itself at first: Celery's children would die mid-task.
                    if force:
                        os.killpg(part["pid"], signal.SIGKILL)
                    else:
                        os.kill(part["pid"], signal.SIGTERM)

    def _system_print(self, line):
        # "started (pid=…)" tells a user nothing; that a part ended by itself does.
        if "stopped" in line and not self._terminating:
            super()._system_print(line)


class _Run:
    """The processes of a port, in a file that the next start reads after a kill -9."""

    def __init__(self, path):
        self.path = Path(path)

    def note(self, pids):
        me = os.getpid()
        known = {"serve": [me, _born(me)], "parts": [[pid, _born(pid)] for pid in pids]}
        self.path.write_text(json.dumps(known))

    def forget(self):
        self.path.unlink(missing_ok=True)

    def clear_left_over(self, say, port):
        try:
            known = json.loads(self.path.read_text())
            serve, parts = known["serve"], known["parts"]
        except (FileNotFoundError, ValueError, KeyError):
            return
        if _same(*serve):
            raise CommandError(f"Already running: http://127.0.0.1:{port}/ (process {serve[0]}).")
        left = [pid for pid, born in parts if _same(pid, born)]
        if left:
            say("Clearing what a killed run left behind …")
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, number)
            deadline = time.monotonic() + 5
            while any(_same(*part) for part in parts) and time.monotonic() < deadline:
                time.sleep(0.05)
        self.forget()


def _born(pid):
    """Return the start of a process in kernel ticks, which identifies it together with its pid."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if stat[0] in "ZX" else int(stat[19])


def _same(pid, born):
    return born is not None and _born(pid) == born
