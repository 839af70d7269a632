"""COPY: many rows into a table in one statement, from values of Python."""

import io
from datetime import date, datetime

from django.db import connection


def copy_rows(table, columns, rows):
    """Rows of None, text, numbers, days, moments and booleans; the rest is given as text."""
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join(map(_field, row)) + "\n")
    lines.seek(0)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", lines)


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
    """Ids for rows to come, so that those that refer to them are written in the same pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
