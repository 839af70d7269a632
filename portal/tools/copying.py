"""COPY: writes many rows of Python values into a table in one statement.

COPY refuses a table with policies if they bind the role. For tables behind the second wall it runs
as the role `portal_copier`, which policies do not bind and which may insert but read nothing; an
installation without that role copies through a temporary table (docs/adr/0084).
"""

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, datetime
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import JSONField

from portal.run.embedded import COPIER
from portal.trust import walled

# Set until the end of the transaction or until it is reset. Returns no row if the role does not
# exist or may not write into the table.
AS_COPIER = """
SELECT set_config('role', rolname, true) FROM pg_roles
WHERE rolname = %s AND pg_has_role(oid, 'SET') AND has_table_privilege(oid, %s, 'INSERT')
"""
AS_BEFORE = "SET LOCAL ROLE NONE"
DETOUR = "CREATE TEMP TABLE {own} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"


class Copy(NamedTuple):
    """A prepared COPY: lines of rows, and a statement to run after them."""

    table: str
    columns: str
    lines: bytes
    then: str = ""


def copy_rows(table, rows):
    """Write rows {column: value}, all with the same columns. Values are None, text, numbers, dates,
    datetimes and booleans; others must be given as text."""
    made = build_copy(table, rows)
    if made.lines:
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            _send(cursor, made)


def build_copy(table, rows, then="") -> Copy:
    """Build what `copy_rows` writes; without rows it has no lines."""
    lines, columns = io.BytesIO(), []
    for row in rows:
        columns = columns or list(row)
        fields = [_field(row[column]) for column in columns]
        lines.write(("\t".join(fields) + "\n").encode())
    names = ", ".join(f'"{column}"' for column in columns)
    return Copy(table, names, lines.getvalue(), then)


@contextlib.contextmanager
def behind() -> Iterator[Callable[[Copy], None]]:
    """Yield a function that writes a COPY in the background while the caller continues.

    COPYs run one after another, on the caller's connection and in its transaction. Any other query
    of the caller waits until all are written, and raises their errors. Do not read a server-side
    cursor meanwhile.
    """
    left: list[Future] = []

    def wait():
        while left:
            with connection.wrap_database_errors:
                left.pop(0).result()

    def asked(execute, *args):
        wait()
        return execute(*args)

    def work(raw, made):
        with raw.cursor() as cursor:
            _send(cursor, made)

    def send(made):
        if made.lines:
            connection.ensure_connection()
            # The thread has the caller's context.
            left.append(pool.submit(copy_context().run, work, connection.connection, made))

    # The pool is left last, so no statement is running when the transaction ends.
    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(asked):
        yield send
        wait()


def _send(cursor, made):
    table, columns = made.table, made.columns
    if table not in walled.TABLES:
        _copy(cursor, table, made)
    elif _becomes_copier(cursor, table):
        _copy(cursor, table, made)
        cursor.execute(AS_BEFORE)
    else:
        own = f"copied_{table}"
        cursor.execute(DETOUR.format(own=own, columns=columns, table=table))
        _copy(cursor, own, made)
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {own}")
        cursor.execute(f"DROP TABLE {own}")
    if made.then:
        cursor.execute(made.then)


def _becomes_copier(cursor, table):
    cursor.execute(AS_COPIER, [COPIER, table])
    return cursor.fetchone() is not None


def _copy(cursor, table, made):
    # In few pieces: before each, the thread waits for the interpreter lock.
    statement = f"COPY {table} ({made.columns}) FROM STDIN"
    cursor.copy_expert(statement, io.BytesIO(made.lines), size=1 << 20)


def copy_records(records, *, without=()):
    """Write new records of one model. The table supplies the columns in `without`, and ids if there
    are none yet. A search column holds `search.literal`."""
    if not records:
        return
    model, left_out = type(records[0]), set(without)
    if records[0].pk is None:
        left_out.add(model._meta.pk.name)
    fields = [f for f in model._meta.concrete_fields if f.name not in left_out]
    rows = ({f.column: _stored(f, f.pre_save(one, True)) for f in fields} for one in records)
    copy_rows(model._meta.db_table, rows)


def _stored(field, value):
    if isinstance(field, JSONField):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(field, ArrayField):
        return "{" + ",".join(f'"{one}"' for one in value) + "}"
    return value


def _field(value):
    if isinstance(value, str):
        return escaped(value)
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def escaped(text):
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text


def next_ids(model, count):
    """Ids for new rows, so that rows that refer to them can be written in the same pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
