"""The portal, with deeds named in `X-Chaos`: kill this worker, its database session, or the
database, between COMMIT and response or anywhere within the request.

Never part of an installation: it starts only if CHAOS_KILLS says what may be killed.
"""

import contextlib
import os
import signal
import threading
from pathlib import Path

import psycopg2
from django.db import connection

from portal.wsgi import application as portal

# Data directory of the database that may be killed; empty if only workers may be.
DATA = os.environ["CHAOS_KILLS"]


def application(environ, start_response):
    deed, _colon, seconds = environ.pop("HTTP_X_CHAOS", "").partition(":")
    if seconds:
        # The view runs in this thread and uses this connection.
        session = threading.Timer(float(seconds), _within, [deed, connection.connection])
        session.daemon = True
        session.start()
    answer = portal(environ, start_response)
    # The transaction is committed, but no response has been sent yet.
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
    """Terminate a database session, as an administrator would."""
    other = psycopg2.connect(session.dsn)
    other.autocommit = True
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [session.info.backend_pid])
    other.close()


def kill_database(data):
    """Kill all processes of the cluster at once, so that nothing in memory is written."""
    for pid in processes_in(data) if data else ():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def processes_in(directory):
    """Return the processes with this working directory, such as those of a cluster. (Linux)"""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == Path(directory):
                found.append(int(entry.name))
    return found
