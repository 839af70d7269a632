"""COPY: writes many rows of Python values into a table in one statement."""

import io
import json
from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import JSONField


def copy_rows(table, rows):
    """Write rows {column: value}, all with the same columns. Values are None, text, numbers, dates,
    datetimes and booleans; others must be given as text."""
    lines, columns = io.StringIO(), None
    for row in rows:
        columns = columns or list(row)
        lines.write("\t".join([_field(row[column]) for column in columns]) + "\n")
    if columns is None:
        return
    lines.seek(0)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", lines)


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
