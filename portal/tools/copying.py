"""COPY: writes many rows of Python values into a table in one statement."""

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import JSONField


class Copy(NamedTuple):
    """A COPY that is put together: lines of rows, and a statement to run after them."""

    statement: str
    lines: bytes
    then: str = ""


def copy_rows(table, rows):
    """Write rows {column: value}, all with the same columns. Values are None, text, numbers, dates,
    datetimes and booleans; others must be given as text."""
    made = put_together(table, rows)
    if made.statement:
        with connection.cursor() as cursor:
            _send(cursor, made)


def put_together(table, rows, then="") -> Copy:
    """What `copy_rows` writes; its statement is empty without rows."""
    lines, columns = io.BytesIO(), None
    for row in rows:
        columns = columns or list(row)
        fields = [_field(row[column]) for column in columns]
        lines.write(("\t".join(fields) + "\n").encode())
    names = ", ".join(f'"{column}"' for column in columns or ())
    return Copy(f"COPY {table} ({names}) FROM STDIN" if columns else "", lines.getvalue(), then)


@contextlib.contextmanager
def behind() -> Iterator[Callable[[Copy], None]]:
    """Inside, what this gives writes a COPY while the caller goes on.

    One after another, on the caller's own connection and in its transaction: any other query of it
    waits until all is written, and raises what went wrong. No server-side cursor may be read
    meanwhile.
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
        if made.statement:
            connection.ensure_connection()
            left.append(pool.submit(work, connection.connection, made))

    # The pool is left last: no statement is under way when the transaction ends.
    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(asked):
        yield send
        wait()


def _send(cursor, made):
    # In few pieces: before each of them a thread waits for the interpreter.
    cursor.copy_expert(made.statement, io.BytesIO(made.lines), size=1 << 20)
    if made.then:
        cursor.execute(made.then)


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
