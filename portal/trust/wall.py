"""The second wall: each transaction tells the database who reads (docs/adr/0084).

The policies of the tables in `portal/trust/walled.py` compare each row's stored places and organs
with the reader's grants of a day. They are told who reads and when, nothing more:

    with wall.reading(user): …                 # what this person's grants open
    with wall.as_system("rebuild figures"): …  # all rows, for the stated reason
    (nothing)                                  # no row

A request reads as the signed-in user (portal/pages/middleware.py), commands and workers read as the
system (`for_process`). The setting ends with its transaction, so that it holds behind a pooler and
at the replica; nothing is left on a connection.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from psycopg2 import extensions, sql

# The reader to tell, or a function that finds it when a statement runs. Unset: that of the process.
_HERE: ContextVar[str | Callable[[], str] | None] = ContextVar("wall", default=None)
NOBODY = ""
SYSTEM = "system: "
_of_process = NOBODY


@contextlib.contextmanager
def reading(user) -> Iterator[None]:
    """Read as this user, on the day on which they act."""
    with _told(_of(user)):
        yield


@contextlib.contextmanager
def as_system(what_for: str) -> Iterator[None]:
    """Open all rows. The reason is part of the statement, so that it appears in the database
    log."""
    with _told(SYSTEM + what_for):
        yield


@contextlib.contextmanager
def of_request(request) -> Iterator[None]:
    """Read as the signed-in user, including one who signs in during this request."""
    # Load session and account now, as nobody, and not while another statement is being sent.
    with _told(NOBODY):
        _of(request.user)
    with _told(lambda: _of(request.user)):
        yield


def for_process(what_for: str) -> None:
    """Let this process, which serves no user, read as the system unless a reader is set."""
    global _of_process
    _of_process = SYSTEM + what_for


def kept(parts):
    """Wrap the parts of a streamed answer, so that each is made with the current reader."""
    return _each(iter(parts), _HERE.get())


def _each(parts, told):
    while True:
        with _told(told):
            try:
                part = next(parts)
            except StopIteration:
                return
        yield part


@contextlib.contextmanager
def _told(what):
    before = _HERE.set(what)
    try:
        yield
    finally:
        _HERE.reset(before)


def _of(user):
    if not user.is_authenticated or user._today is None:
        return NOBODY
    return f"{user.pk} {user.today.isoformat()}"


def current_reader() -> str:
    """Return the reader: a user's id and a day, the system and its reason, or nobody."""
    here = _HERE.get()
    if here is None:
        return _of_process
    return here if isinstance(here, str) else here()


# --- The driver -----------------------------------------------------------------------------------

_IDLE = extensions.TRANSACTION_STATUS_IDLE
_BROKEN = extensions.TRANSACTION_STATUS_INERROR
# Sent without the reader: one repairs a broken transaction, one must be its first statement.
_BACK = "ROLLBACK TO SAVEPOINT"
_ALONE = (_BACK, "SAVEPOINT", "RELEASE SAVEPOINT", "SET TRANSACTION")
# After a rollback to a savepoint the reader from before it is in force again, whoever that is.
_UNKNOWN = "?"


class Connection(extensions.connection):
    """A psycopg2 connection that remembers the reader of its transaction."""

    told: str = NOBODY

    @property
    def is_idle(self):
        return self.get_transaction_status() == _IDLE


class Cursor(extensions.cursor):
    """Sends the reader together with a statement: the first one of a transaction, and whenever it
    changes. Works below Django, so that nothing bypasses it."""

    connection: Connection

    def execute(self, query, vars=None):
        telling, told = self._telling(query)
        if not telling:
            super().execute(query, vars)
        elif self.name is not None:
            self._declare(telling, query, vars)
        else:
            super().execute(telling + self._text(query), vars)
        self._remember(query, told)

    def executemany(self, query, vars_list):
        telling, told = self._telling(query)
        super().executemany(telling + self._text(query) if telling else query, vars_list)
        self._remember(query, told)

    def copy_expert(self, statement, file, size=8192):
        if not (self.connection.autocommit and self.connection.is_idle):
            telling, told = self._telling(statement)
            if telling:
                super().execute(telling)
            self._remember(statement, told)
        return super().copy_expert(statement, file, size)

    def _telling(self, query):
        """Return (SQL to send before the next statement, the reader of the transaction after
        it)."""
        one, is_idle = self.connection, self.connection.is_idle
        if is_idle:
            one.told = NOBODY
        is_broken = one.get_transaction_status() == _BROKEN
        if is_broken or _begins(query, _ALONE) or (now := current_reader()) == one.told:
            return "", one.told
        # A user's lists are built once per transaction. A single autocommit statement builds only
        # those it needs.
        is_single = one.autocommit and is_idle
        made = "portal_wall_enter({})" if now[:1].isdigit() and not is_single else _SET
        quoted = "'" + now.replace("'", "''") + "'"
        return f"SELECT {made.format(quoted)}; ", now

    def _remember(self, query, told):
        one = self.connection
        if one.is_idle:
            told = NOBODY
        elif _begins(query, _BACK):
            told = _UNKNOWN
        one.told = told

    def _declare(self, telling, query, vars):
        """Declare a server-side cursor, whose statement cannot be prefixed."""
        one, plain = self.connection, extensions.cursor(self.connection)
        if not (one.autocommit and one.is_idle):
            plain.execute(telling)
            super().execute(query, vars)
            return
        # WITH HOLD: its rows are materialised when the declaring transaction ends.
        plain.execute(f"BEGIN; {telling}")
        try:
            super().execute(query, vars)
        except BaseException:
            plain.execute("ROLLBACK")
            raise
        plain.execute("COMMIT")

    def _text(self, query):
        if isinstance(query, sql.Composable):
            return query.as_string(self)
        return query.decode() if isinstance(query, bytes) else query


_SET = "set_config('portal.reader', {}, true)"


def _begins(query, words):
    return isinstance(query, str) and query.startswith(words)


# Options of connections of the portal's running role.
OPTIONS = {"connection_factory": Connection, "cursor_factory": Cursor}
