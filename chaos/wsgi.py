"""The portal, with what a request may say in `X-Chaos`: kill this worker, its session of the
database, or the database itself, between COMMIT and answer or anywhere within the request.

Never part of an installation: it starts only where CHAOS_KILLS says what may be killed.
"""

import contextlib
import os
import signal
import threading
from pathlib import Path

import psycopg2
from django.db import connection

from portal.wsgi import application as portal

# Where the data of the database are that may be killed; empty where only workers may be.
DATA = os.environ["CHAOS_KILLS"]


def application(environ, start_response):
    deed, _colon, seconds = environ.pop("HTTP_X_CHAOS", "").partition(":")
    if seconds:
        # The view runs in this thread, on this connection.
        session = threading.Timer(float(seconds), _within, [deed, connection.connection])
        session.daemon = True
        session.start()
    answer = portal(environ, start_response)
    # The transaction is over; nothing has been answered yet.
    if deed.startswith("database after"):
        kill_database(DATA)
    if deed in ("die after", "database after, die"):
        die()
    return answer


def _within(deed, session):
    if deed == "die within":
        die()
    elif deed == "database within":
        kill_database(DATA)
    elif session is not None and not session.closed:
        cut(session)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def cut(session):
    """End a session of the database as its administrator would."""
    other = psycopg2.connect(session.dsn)
    other.autocommit = True
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [session.info.backend_pid])
    other.close()


def kill_database(data):
    """All its processes at once: nothing of what they hold in memory is written."""
    for pid in processes_in(data) if data else ():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def processes_in(directory):
    """Processes with this working directory, as those of a cluster have. (Linux)"""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == Path(directory):
                found.append(int(entry.name))
    return found
