"""Set up the transport of totals: the window of a cell, the subscription of a nation.

Both need rights that the portal itself never has; an administrator of the server provides them
once.
"""

import psycopg2
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import errors, sql

from nation import wire

MIGRATION = ("nation", "0001_totals_and_members")


class SetupProblem(Exception):
    """What is missing, in one sentence."""


def connect(url):
    """Connect in autocommit mode, which statements on subscriptions need."""
    try:
        line = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.OperationalError as trouble:
        said = str(trouble).strip().splitlines()[-1]
        raise SetupProblem(f"The server does not answer: {said}") from trouble
    line.autocommit = True
    return line


def ask(line, statement, *values):
    with line.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


# --- In a cell -----------------------------------------------------------------------------------


def make_tables(window):
    """Create the published tables in a window, and none of the portal's others."""
    executor = MigrationExecutor(window)
    executor.migrate([MIGRATION])


def opened(password):
    """The statements that let a nation read the published tables and nothing else in the window."""
    tables = sql.SQL(", ").join(map(sql.Identifier, wire.TABLES))
    reader, publication = sql.Identifier(wire.READER), sql.Identifier(wire.PUBLICATION)
    return [
        sql.SQL("CREATE ROLE {} LOGIN REPLICATION NOINHERIT PASSWORD {}").format(
            reader, sql.Literal(password)
        ),
        sql.SQL("GRANT SELECT ON {} TO {}").format(tables, reader),
        # Without TRUNCATE, which would empty the nation's table of all cells.
        sql.SQL(
            "CREATE PUBLICATION {} FOR TABLE {} WITH (publish = 'insert, update, delete')"
        ).format(publication, tables),
    ]


def open_window(line, password):
    """Create the role, grant and publication that are missing. An existing role gets the
    password."""
    role, grant, publication = opened(password)
    if ask(line, "SELECT 1 FROM pg_roles WHERE rolname = %s", wire.READER):
        role = sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(wire.READER), sql.Literal(password)
        )
    if ask(line, "SHOW wal_level") != [("logical",)]:
        raise SetupProblem("The window's server needs wal_level = logical, and a start anew.")
    try:
        ask(line, role)
        ask(line, grant)
        if not ask(line, "SELECT 1 FROM pg_publication WHERE pubname = %s", wire.PUBLICATION):
            ask(line, publication)
    except errors.InsufficientPrivilege as trouble:
        raise SetupProblem(
            "Only a superuser of the window's server may do this: name one with --admin FILE."
        ) from trouble


def close_window(line):
    """Revoke it all, including the replication slots left by a nation: they would keep the server's
    log for ever."""
    for slot, pid in ask(
        line, "SELECT slot_name, active_pid FROM pg_replication_slots WHERE slot_type = 'logical'"
    ):
        if pid:
            ask(line, "SELECT pg_terminate_backend(%s, 5000)", pid)
        ask(line, "SELECT pg_drop_replication_slot(%s)", slot)
    ask(line, f"DROP PUBLICATION IF EXISTS {wire.PUBLICATION}")
    if ask(line, "SELECT 1 FROM pg_roles WHERE rolname = %s", wire.READER):
        ask(line, f"DROP OWNED BY {wire.READER}")
        ask(line, f"DROP ROLE {wire.READER}")


# --- In the nation -------------------------------------------------------------------------------


def look_at(cell, url):
    """Refuse a window of another cell or another version."""
    line = connect(url)
    try:
        rows = ask(line, "SELECT cell, version FROM nation_cellstate")
    except psycopg2.Error as trouble:
        raise SetupProblem("There are no published totals: run publish_cell there.") from trouble
    finally:
        line.close()
    if [one for one, _version in rows] != [cell]:
        told = ", ".join(one for one, _version in rows) or "nobody yet"
        raise SetupProblem(f"This is the window of {told}, not of {cell}.")
    if rows[0][1] != wire.VERSION:
        raise SetupProblem(
            f"{cell} publishes version {rows[0][1]}, this nation reads version {wire.VERSION}:"
            " upgrade the older of the two."
        )


def subscribe(line, cell, url):
    name = sql.Identifier(wire.subscription(cell))
    try:
        ask(
            line,
            sql.SQL("CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH ({})").format(
                name,
                sql.Literal(url),
                sql.Identifier(wire.PUBLICATION),
                # Copy only changes that were made in the cell itself.
                sql.SQL("origin = none, disable_on_error = false"),
            ),
        )
    except errors.InsufficientPrivilege as trouble:
        raise SetupProblem(
            "Only a superuser of the nation's server may subscribe: name one with --admin FILE."
        ) from trouble
    except psycopg2.Error as trouble:
        raise SetupProblem(str(trouble).strip().splitlines()[0]) from trouble


def unsubscribe(line, cell):
    """Drop the subscription; returns whether its slot in the cell is gone too.

    If the cell does not answer, the slot stays and has to be dropped there, because it keeps the
    window's log.
    """
    name = wire.subscription(cell)
    if not ask(line, "SELECT 1 FROM pg_subscription WHERE subname = %s", name):
        return True
    try:
        ask(line, f"DROP SUBSCRIPTION {name}")
    except psycopg2.Error:
        ask(line, f"ALTER SUBSCRIPTION {name} DISABLE")
        ask(line, f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)")
        ask(line, f"DROP SUBSCRIPTION {name}")
        return False
    return True
