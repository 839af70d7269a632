"""Reads from a streaming replica, in an explicit block.

    with replica(by=request.user):
        …

Inside, the thread's connection is that of the replica: visible_to, row-level settings, cursors and
prepared statements work as usual, and a write raises an error. If the replica is down, too far
behind, or lacks what this person just wrote, the block reads from the primary. Without REPLICA_URL
it always does.
"""

import contextlib
import functools
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakSet

from django.conf import settings
from django.core.cache import cache
from django.db import (
    DatabaseError,
    Error,
    InterfaceError,
    OperationalError,
    connections,
    transaction,
)
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

ALIAS = "replica"
# Seconds that a page, and a job, wait for the replica to catch up.
PAGE_WAITS, JOB_WAITS = 0.03, 3.0
# Seconds for which a failed replica is not used, and between log messages about it.
LEFT_ALONE_SECONDS = 30
# Longer than any tolerated lag.
WRITES_KEPT_SECONDS = 3600
# A position that no log reaches: whoever wrote last reads from the primary.
THE_END = "FFFFFFFF/FFFFFFFF"
CANCELLED = "57014"  # by statement timeout: the primary would take as long
READ_ONLY = "25006"
WRITES = "A block that may read at the replica writes"


class WriteAtReplica(DatabaseError):
    """Code that writes does not belong in the block."""


@dataclass
class State:
    """What monitoring reads from this process."""

    # {where a block read, or why not from the replica: how often}
    blocks: Counter = field(default_factory=Counter)
    # Seconds behind the primary when last checked; None before that, and while it is down.
    lag: float | None = None
    left_alone_until: float = 0.0
    said: dict = field(default_factory=dict)


STATE = State()
# Driver connections known to lead to a replica of our own database.
_OURS = WeakSet()


def is_set():
    return ALIAS in settings.DATABASES


@contextlib.contextmanager
def replica(*, by, waits=None) -> Iterator[str]:
    """Yield where the block reads: "replica", or the reason for reading from the primary. `by` is
    the reader; `waits` is how many seconds to wait for the replica, by default those of a page."""
    if not is_set():
        with _strictly():
            yield "none"
        return
    primary = connections["default"]
    if primary.alias == ALIAS:
        yield "replica"
        return
    why = _why_not(primary, by, PAGE_WAITS if waits is None else waits)
    STATE.blocks[why or "replica"] += 1
    if why:
        with _strictly():
            yield why
        return
    connections["default"] = connections[ALIAS]
    try:
        # Transaction-local settings need a transaction, as the primary has one.
        with transaction.atomic() if primary.in_atomic_block else contextlib.nullcontext():
            yield "replica"
    except DatabaseError as problem:
        if _code(problem) == READ_ONLY:
            raise WriteAtReplica(f"{WRITES}: {problem}") from problem
        raise
    finally:
        connections["default"] = primary


def read(work, *, by, waits=None):
    """Return work(). If the replica fails midway, work() runs again at the primary, so it must only
    read."""
    place = ""
    try:
        with replica(by=by, waits=waits) as place:
            return work()
    except Error as problem:
        if not is_set() or place != "replica" or not _is_its_fault(problem):
            raise
        _leave_alone("ended", problem)
    with _strictly():
        return work()


def reads_at_replica(view):
    """Decorate a view that only reads."""

    @functools.wraps(view)
    def reading(request, *args, **kwargs):
        if not is_set() and not settings.REPLICA_STRICT:
            return view(request, *args, **kwargs)
        return read(lambda: view(request, *args, **kwargs), by=request.user)

    return reading


def remember_write(user):
    """Remember the position of this user's committed write, so that they read nothing older."""
    if not is_set():
        return
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
            ((place,),) = cursor.fetchall()
    except Error:
        place = THE_END
    # If it cannot be stored, it cannot be read below either.
    with contextlib.suppress(RedisError):
        cache.set(_key(user), place, WRITES_KEPT_SECONDS)


def _key(user):
    return f"wrote:{user.pk}"


# --- Whether it may be read ---------------------------------------------------------------------


def _why_not(primary, by, waits):
    """Return why the block must not read from the replica, or an empty string."""
    if time.monotonic() < STATE.left_alone_until:
        return "down"
    try:
        wrote = cache.get(_key(by)) or "0/0" if by else "0/0"
    except RedisError:
        wrote = None  # unknown: the replica must have everything written
    with primary.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        ((now_at,),) = cursor.fetchall()
    try:
        lag, knows_own = _look(now_at, wrote or now_at, waits)
    except Error as problem:
        _leave_alone("down", problem)
        return "down"
    STATE.lag = lag
    if not knows_own:
        return "own_write"
    if lag > settings.REPLICA_MAX_LAG_SECONDS:
        _say("behind", f"The replica is {lag:.0f} s behind; pages read at the primary.")
        return "behind"
    return ""


def _look(now_at, wrote, waits):
    """Return (seconds behind the primary's position, whether it has what the person wrote)."""
    until = time.monotonic() + waits
    while True:
        behind, lag, knows_own = _places(now_at, wrote)
        if not behind:
            return 0.0, True
        if time.monotonic() >= until:
            return lag, knows_own
        time.sleep(0.005)


def _places(now_at, wrote):
    one = connections[ALIAS]
    _ensure_ours(one)
    with one.cursor() as cursor:
        # Time of the last replayed transaction. After a quiet period that is long ago; then the
        # short wait above is enough.
        cursor.execute(
            "SELECT replayed < %s::pg_lsn, coalesce(greatest(extract(epoch FROM clock_timestamp()"
            " - pg_last_xact_replay_timestamp()), 0), 1e9)::float8, replayed >= %s::pg_lsn"
            " FROM pg_last_wal_replay_lsn() AS replayed",
            [now_at, wrote],
        )
        ((behind, lag, knows_own),) = cursor.fetchall()
    return behind, lag, knows_own


IDENTITY = (
    "SELECT system_identifier, current_database(), pg_is_in_recovery() FROM pg_control_system()"
)


def identity(connection):
    """Return (system identifier of the cluster, name of the database, whether it is a replica)."""
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY)
        ((number, name, is_replica),) = cursor.fetchall()
    return number, name, is_replica


def _ensure_ours(one):
    """Check each connection once: REPLICA_URL may name another province's replica, or a server that
    has since been promoted."""
    one.ensure_connection()
    if one.connection in _OURS:
        return
    number, name, is_replica = identity(one)
    if (number, name) != identity(_primary())[:2] or not is_replica:
        one.close()
        raise OperationalError("REPLICA_URL leads to no replica of this database.")
    _OURS.add(one.connection)


def _primary():
    return connections["default"]


def _code(problem):
    return getattr(problem.__cause__, "pgcode", None)


def _is_its_fault(problem):
    """Return whether the error is a lost connection or a query cancelled by replay, not a
    timeout."""
    return isinstance(problem, OperationalError | InterfaceError) and _code(problem) != CANCELLED


def _leave_alone(what, problem):
    STATE.left_alone_until, STATE.lag = time.monotonic() + LEFT_ALONE_SECONDS, None
    with contextlib.suppress(Error):
        connections[ALIAS].close()
    lines = str(problem).strip().splitlines()
    _say(what, f"The replica is not used for {LEFT_ALONE_SECONDS} s: {lines[0] if lines else what}")


def _say(what, line):
    now = time.monotonic()
    if now - STATE.said.get(what, -LEFT_ALONE_SECONDS) >= LEFT_ALONE_SECONDS:
        STATE.said[what] = now
        logger.warning(line)


# --- Writes inside --------------------------------------------------------------------------------

_WRITES = re.compile(
    r"^\s*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP|COPY|LOCK)\b"
    r"|\bFOR (?:NO KEY )?UPDATE\b|\bnextval\(",
    re.I,
)


@contextlib.contextmanager
def _strictly():
    """In tests, refuse writes in a block even when it reads from the primary."""
    if not settings.REPLICA_STRICT:
        yield
        return

    def look(execute, sql, *rest):
        if _WRITES.search(str(sql)):
            raise WriteAtReplica(f"{WRITES}: {str(sql)[:200]}")
        return execute(sql, *rest)

    with connections["default"].execute_wrapper(look):
        yield
