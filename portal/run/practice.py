"""The practice area: its processes, and how its content is deleted and made again.

Everything is in one folder with separate servers, so that emptying means deleting the folder. While
it is being made, a page at the same address says so.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from datetime import time as hour
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from portal.run import embedded

# When a night has come: after midnight's deadlines, before anybody works.
EMPTIED_AT = hour(3, 30)
SCALE = "tiny"
# Locks of processes that keep running; everything else in the folder is deleted.
LOCKS = frozenset({"in-use", "starting", "keeper"})
LOOK_SECONDS = 2
STOP_SECONDS = 10
GENTLY = 10
CELERY_ROOT_WARNING = "You're running the worker with superuser privileges"


class NotMade(Exception):
    """Raised if a command that makes it failed; the command has reported the reason itself."""


class AlreadyKept(Exception):
    """Another process keeps it; the argument is its process id."""


# --- Is it to be made? ------------------------------------------------------------------------


def _mark():
    """Return the path of a file that exists while the area is complete."""
    return settings.VAR_DIR / "made"


@cache
def edition():
    """Return a fingerprint of the schema; an area of another edition is made again on start."""
    files = sorted(path.name for path in settings.BASE_DIR.glob("*/migrations/0*.py"))
    return hashlib.sha256("\n".join(files).encode()).hexdigest()[:12]


def last_night(at):
    local = timezone.localtime(at)
    night = datetime.combine(local.date(), EMPTIED_AT, local.tzinfo)
    return night if night <= local else night - timedelta(days=1)


def is_due(at):
    """Return whether it was never completed, a night has passed, or the portal has changed."""
    try:
        made = json.loads(_mark().read_text())
        since = datetime.fromisoformat(made["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return True
    # Made “later”: the clock was set back, and no night would come for long.
    return made.get("of") != edition() or not last_night(at) <= since <= at


# --- Emptying ---------------------------------------------------------------------------------


def empty():
    """Delete database, cache, files, keys and logs; the next process starts new servers."""
    var = settings.VAR_DIR
    _mark().unlink(missing_ok=True)
    embedded.stop(var)
    gone = var / "gone"
    shutil.rmtree(gone, ignore_errors=True)
    gone.mkdir()
    # Move first: a half-deleted database folder would be taken for a complete one.
    for path in list(var.iterdir()):
        if path.name not in LOCKS and path != gone:
            path.rename(gone / path.name)
    shutil.rmtree(gone)


# --- One process keeps it -----------------------------------------------------------------------


@contextlib.contextmanager
def kept():
    """Hold the lock of the area; raise AlreadyKept if another process has it."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.VAR_DIR / "keeper"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyKept(int(file.read() or 0)) from None
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()


def listening(port):
    """Return the socket of the web processes, and of the page shown while the area is being
    made."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind(("127.0.0.1", port))
        line.listen(128)
    except BaseException:
        line.close()
        raise
    return line


class Keeper:
    """Web and worker of the practice area, from night to night."""

    def __init__(self, line, say, clock):
        self.line, self.say, self.clock = line, say, clock
        self.is_ending = self.is_asked = False
        self._bell = threading.Event()
        self._parts: list[subprocess.Popen[bytes]] = []

    def obey_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        signal.signal(signal.SIGUSR1, self._empty)

    def _end(self, number, frame):
        self.is_ending = True
        self._bell.set()

    def _empty(self, number, frame):
        self.is_asked = True
        self._bell.set()

    def keep(self):
        """Until a signal ends it (True) or a part ends by itself (False)."""
        while not self.is_ending:
            if self.is_asked or is_due(self.clock()):
                self.is_asked = False
                with _being_made(self.line):
                    self.make()
            if self.is_ending:
                break
            self._start()
            try:
                if not self._wait():
                    self.say("A process of the practice area has ended by itself.")
                    return False
            finally:
                self._stop()
        return True

    def make(self):
        self.say("The practice area is emptied and made anew …")
        began, at = time.monotonic(), self.clock()
        empty()
        for words in (["migrate"], ["seed_demo", "--scale", SCALE]):
            self._run([sys.executable, "manage.py", *words, "--verbosity", "0"])
            if self.is_ending:
                return
        _mark().write_text(json.dumps({"at": at.isoformat(), "of": edition()}))
        self.say(f"The practice area is made, in {time.monotonic() - began:.0f} s.")

    def _run(self, words):
        """Run a command in a separate process, which frees its memory at the end, with lower
        priority than users' work."""
        child = subprocess.Popen(words, cwd=settings.BASE_DIR)
        with contextlib.suppress(OSError):
            mine = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, child.pid, max(mine, GENTLY))
        while child.poll() is None:
            if self.is_ending:
                child.kill()
            time.sleep(0.1)
        if child.returncode and not self.is_ending:
            raise NotMade(words[2])

    def _start(self):
        line = self.line.fileno()
        for words in (_web(line), _worker()):
            self._parts.append(subprocess.Popen(words, cwd=settings.BASE_DIR, pass_fds=(line,)))

    def _wait(self):
        """Until there is something to do (True), or a part is missing."""
        while not (self.is_ending or self.is_asked or is_due(self.clock())):
            if any(part.poll() is not None for part in self._parts):
                return False
            self._bell.wait(LOOK_SECONDS)
            self._bell.clear()
        return True

    def _stop(self):
        for part in self._parts:
            part.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for part in self._parts:
            try:
                part.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()
        self._parts = []


def _web(line):
    return [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"fd://{line}"),
        *("--workers", "2", "--preload", "--log-level", "warning", "--graceful-timeout", "5"),
    ]


def _worker():
    return [
        *(sys.executable, "-W", f"ignore:{CELERY_ROOT_WARNING}", "-m", "celery", "--quiet"),
        *("-A", "portal", "worker", "-Q", "quick,long", "-c", "1", "--prefetch-multiplier", "1"),
        *("--beat", "--scheduler", "portal.celery:PracticeScheduler", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle"),
    ]


# --- While it is made -----------------------------------------------------------------------------


@contextlib.contextmanager
def _being_made(line):
    """Serve a page that says that it is being made and reloads itself."""
    page = Path(settings.BASE_DIR, "templates", "portal", "practice_is_made.html").read_bytes()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(503)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Retry-After", "10")
            self.send_header("Refresh", "5")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(page)

        do_HEAD = do_POST = do_GET

        def log_message(self, *words):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            """The client has disconnected."""

    server = Server(("127.0.0.1", 0), Answer, bind_and_activate=False)
    server.socket.close()
    server.socket = line
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
