"""情况统计表 as an official sheet, and what an edition keeps of it: a table as plain values.

An edition's table is JSON: `columns` [{key, heading, unit, share}], `rows` [{key, name, cells}] and
`total` [cells] as counted here, `outside` [{edition, name, cells}] and `outside_total` as reported
by units that are not on this portal. A cell is a number (of a
column in 万元 whole yuan), or [part, whole] of a rate.
"""

import hashlib
import io
import json
import zipfile
from contextlib import closing
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from portal import parameters
from portal.forms.reports import StatisticsForm
from portal.pages import asked
from portal.sheets import ledgers, statistics, xlsx
from portal.sheets.ledgers import LedgerProblem, Sheet
from portal.sheets.xlsx import META_SHEET, SheetColumn

TITLE = "情况统计表"
NOTES = (
    "注：1.“办结”指本期收集、截至期末已办结的问题；按期以报告结果之日不迟于办理时限为准。",
    "2.满意率只计非承办人员的抽样回访，不足{least}件的不计算。",
)
# What apps above have to say of their columns.
MORE_NOTES: list[str] = []
NIL_NOTE = "零报告：本期无走访、无问题。"
FORMAT = "portal-edition-1"
LARGEST_WORKBOOK = 5_000_000
LARGEST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
# What reading something of another shape than ours raises.
DAMAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


# --- Tables as values ---------------------------------------------------------------------------


def as_values(table, *, columns, outside=()):
    """A counted table as an edition keeps it. `columns` are the sheet's, arranged already."""
    order = {column.key: index for index, column in enumerate(table.columns)}
    picked = [order[column["key"]] for column in columns]
    values = {
        "columns": columns,
        "rows": [
            {"key": row.key, "name": row.name, "cells": [row.cells[i] for i in picked]}
            for row in table.rows
        ],
        "total": [table.total.cells[i] for i in picked],
        "outside": [row for edition in outside for row in _outside_rows(edition, columns)],
    }
    values["outside_total"] = _sums([row["cells"] for row in values["outside"]], len(columns))
    return values


def _outside_rows(edition, columns):
    """What another portal counted, and what it had itself from outside, under our columns."""
    known = {column["key"]: index for index, column in enumerate(edition.table["columns"])}
    reported = [(edition.unit_name, edition.table["total"])]
    reported += [
        (f"{edition.unit_name}·{row['name']}", row["cells"]) for row in edition.table["outside"]
    ]
    return [
        {
            "edition": edition.pk,
            "name": name,
            "cells": [cells[known[c["key"]]] if c["key"] in known else None for c in columns],
        }
        for name, cells in reported
    ]


def _sums(rows, width):
    """Column sums; what a unit does not report, or withholds, cannot be in a sum."""
    return [_sum([cells[i] for cells in rows]) for i in range(width)] if rows else []


def _sum(cells):
    if None in cells:
        return None
    if all(isinstance(cell, list) for cell in cells):
        parts, wholes = zip(*cells, strict=True)
        return [None if None in parts else sum(parts), sum(wholes)]
    return sum(cells)


def digest(values):
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def shown_columns(period):
    """The columns of a period with this installation's headings, order and hidden ones."""
    known = {column.heading: column for column in statistics.columns_of(period)}
    original = STATISTICS.columns
    shown = []
    for index, column, row in ledgers.headings(STATISTICS):
        mine = known.get(original[index].heading)
        if mine is not None and not (row and row.is_hidden):
            shown.append((mine, column.heading, bool(row and row.heading)))
    return shown


def column_values(period):
    return [
        {"key": column.key, "heading": heading, "unit": column.unit, "share": column.is_share}
        for column, heading, _is_own in shown_columns(period)
    ]


# --- The official sheet -------------------------------------------------------------------------


def _sheet_columns(columns):
    """Unit first, then a column for each number."""
    return (
        SheetColumn("单位", 32, "left", "text"),
        *(
            SheetColumn(
                column["heading"],
                10,
                "center",
                "decimal" if column["share"] or column["unit"] == statistics.WAN else "integer",
                number_format="0.0%" if column["share"] else "",
            )
            for column in columns
        ),
    )


def _on_paper(columns, cells):
    return [_value(cell, column["unit"]) for column, cell in zip(columns, cells, strict=True)]


def _value(cell, unit):
    if cell is None:
        return None
    if not isinstance(cell, list):
        return statistics.in_unit(cell, unit)
    share = statistics.rounded(cell)
    return "—" if share is None else share


def sheet_rows(values):
    """合计 first, then each unit; what was reported from outside apart, with a 合计 of its own."""
    columns = values["columns"]
    rows = [(None, "合计", *_on_paper(columns, values["total"]))]
    for number, row in enumerate(values["rows"], start=1):
        rows.append((number, row["name"], *_on_paper(columns, row["cells"])))
    if values["outside"]:
        reported = _on_paper(columns, values["outside_total"])
        rows.append((None, "外部报送合计（不计入上列）", *reported))
        for number, row in enumerate(values["outside"], start=1):
            name = f"{row['name']}（外部报送）"
            rows.append((number, name, *_on_paper(columns, row["cells"])))
    return rows


def sheet_notes(*, on):
    """The norms in them are those of the last day of the period."""
    least = parameters.number("eval.min_display_n", on=on)
    return tuple(note.format(least=least) for note in (*NOTES, *MORE_NOTES))


def title_of(subject, period):
    return f"{period.on_paper}{subject.name}深入基层为民服务{TITLE}"


class StatisticsLedger:
    """Registered beside the ledgers; its rows are counted instead of listed."""

    name = "statistics"
    title = TITLE
    days = ("first", "last")

    @property
    def columns(self):
        keys = [
            {"key": c.key, "heading": c.heading, "unit": c.unit, "share": c.is_share}
            for c in statistics.columns_of()
        ]
        return _sheet_columns(keys)

    @property
    def kept(self):
        """A rate of answers is never shown without their number."""
        columns = statistics.columns_of()
        wholes = {column.whole for column in columns if column.least}
        return tuple(column.heading for column in columns if column.key in wholes)

    def check(self, user, query):
        asked = read(user, query)
        form = StatisticsForm(user=user)
        return [
            (form.fields["division"].label, asked["subject"].name),
            (form.fields["rows"].label, str(statistics.BREAKDOWNS[asked["by"]])),
        ]

    def sheet(self, user, query, at):
        asked = read(user, query)
        table = statistics.count(asked["subject"], asked["by"], asked["period"])
        columns = [
            {"key": c.key, "heading": c.heading, "unit": c.unit, "share": c.is_share}
            for c in table.columns
        ]
        rows = sheet_rows(as_values(table, columns=columns))
        return Sheet(
            title=title_of(asked["subject"], asked["period"]),
            columns=_sheet_columns(columns),
            expected=len(rows),
            rows=rows,
            notes=sheet_notes(on=asked["period"].last),
            paper="A4",
        )


STATISTICS = ledgers.register(StatisticsLedger())


def read(user, query):
    """What an address asks for; raises LedgerProblem in words."""
    form = StatisticsForm(query, user=user)
    if form.unknown:
        raise LedgerProblem(_("There is no filter called “%(name)s”.") % {"name": form.unknown[0]})
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        label = f"{form.fields[field].label}: " if field in form.fields else ""
        raise LedgerProblem(f"{label}{errors[0]}")
    return form.cleaned_data


# --- The workbook of an edition ------------------------------------------------------------------


def edition_sheet(edition):
    """The official sheet once more, from what was stored and nothing else."""
    values = edition.table
    rows = sheet_rows(values)
    notes = ((NIL_NOTE,) if edition.is_nil else ()) + sheet_notes(on=edition.last)
    if edition.document_number:
        notes += (f"文号：{edition.document_number}",)
    return Sheet(
        title=edition.title,
        columns=_sheet_columns(values["columns"]),
        expected=len(rows),
        rows=rows,
        notes=notes,
        paper="A4",
        unit=edition.stamped_by,
        filled_in_by=edition.filled_in_by,
        meta=_meta(edition),
    )


def write_edition(edition, target):
    with translation.override("zh-hans"):
        sheet = edition_sheet(edition)
        frame = ledgers.frame(TITLE, sheet, timezone.localtime(edition.asked_at))
        return xlsx.write_sheet(target, frame, sheet.rows)


def _meta(edition):
    return json.dumps(
        {
            "format": FORMAT,
            "edition": str(edition.key),
            "unit": edition.unit_name,
            "title": edition.title,
            "first": edition.first.isoformat(),
            "last": edition.last.isoformat(),
            "document_number": edition.document_number,
            "is_nil": edition.is_nil,
            "asked_at": edition.asked_at.isoformat(),
            "table": edition.table,
            "digest": edition.digest,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


class WrongWorkbook(Exception):
    """The file is not an edition workbook, or no longer what the portal wrote; says why."""


def read_workbook(content):
    """{unit, first, last, table, …} of an edition workbook whose cells are those it was written
    with. The digest shows that a file was changed by accident; who sent it, the office knows."""
    if len(content) > LARGEST_WORKBOOK:
        raise WrongWorkbook(_("An edition workbook is never this large."))
    rows, meta = _open(content)
    try:
        said = json.loads(meta)
        is_known = said["format"] == FORMAT
    except DAMAGE:
        is_known = False
    if not is_known:
        raise WrongWorkbook(
            _("The hidden sheet of this workbook is of another version; download it there again.")
        )
    try:
        _check_shape(said)
        written = [[_as_read(value) for value in row] for row in sheet_rows(said["table"])]
        found = digest(said["table"])
    except DAMAGE as problem:
        raise WrongWorkbook(_("The hidden sheet of this workbook is damaged.")) from problem
    if found != said["digest"] or not _stands_in(written, rows):
        raise WrongWorkbook(
            _(
                "The numbers in this workbook were changed after it was written. Take in the file "
                "as it was downloaded; what is wrong is corrected by a new edition there."
            )
        )
    return said | {"first": asked.day(said["first"]), "last": asked.day(said["last"])}


def _check_shape(said):
    """Raises like any damaged file unless everything is there and of its type."""
    table, texts = said["table"], ("unit", "title", "document_number", "edition")
    if not all(isinstance(said[name], str) for name in texts) or not said["unit"].strip():
        raise ValueError("texts")
    if len(said["unit"]) > 120 or len(said["title"]) > 200 or len(said["document_number"]) > 60:
        raise ValueError("lengths")
    if asked.day(said["last"]) < asked.day(said["first"]):
        raise ValueError("period")
    if type(said["is_nil"]) is not bool or type(said["digest"]) is not str:
        raise ValueError("types")
    # What a database keeps: no null character, no half of a pair, no number without an end.
    if "\\u0000" in json.dumps(said, ensure_ascii=False, allow_nan=False).encode().decode():
        raise ValueError("characters")
    width = len(table["columns"])
    if not width or width > 200 or len(table["rows"] + table["outside"]) > MOST_ROWS:
        raise ValueError("size")
    rows = [*table["rows"], *table["outside"]]
    lists = [table["total"], *(row["cells"] for row in rows)]
    if table["outside"]:
        lists.append(table["outside_total"])
    if any(len(cells) != width for cells in lists):
        raise ValueError("cells")
    for cells in lists:
        for column, cell in zip(table["columns"], cells, strict=True):
            numbers = cell if isinstance(cell, list) else [cell]
            if len(numbers) != (2 if column["share"] and cell is not None else 1):
                raise ValueError("cell")
            if any(n is not None and (type(n) is not int or not 0 <= n < 10**12) for n in numbers):
                raise ValueError("number")
    for column in table["columns"]:
        if not (isinstance(column["key"], str) and isinstance(column["heading"], str)):
            raise ValueError("column")
    if not all(isinstance(row["name"], str) for row in rows):
        raise ValueError("name")


def _open(content):
    """(rows of the visible sheet, text of the hidden one)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise WrongWorkbook(_("An edition workbook is never this large."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        with closing(book):
            return _read(book)
    except WrongWorkbook:
        raise
    except Exception as problem:  # openpyxl raises whatever its parsers do, rows later than sheets
        raise WrongWorkbook(
            _("This is not an .xlsx workbook, or it is damaged or locked by a password.")
        ) from problem


def _read(book):
    if META_SHEET not in book.sheetnames or len(book.sheetnames) < 2:
        raise WrongWorkbook(
            _("This is no edition workbook: it has no hidden sheet %(name)s.")
            % {"name": META_SHEET}
        )
    meta = "".join(str(row[0]) for row in book[META_SHEET].iter_rows(values_only=True) if row[0])
    first = book[next(name for name in book.sheetnames if name != META_SHEET)]
    rows = [
        [_as_read(value) for value in row]
        for row in first.iter_rows(values_only=True, max_row=MOST_ROWS + 50)
    ]
    return rows, meta


def _as_read(value):
    """A cell's value the same before it is written and after it is read."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float, Decimal)):
        return round(float(value), 4)
    return str(value)


def _stands_in(written, rows):
    """Whether the written rows stand in the sheet, one after the other and whole."""
    width = len(written[0])
    read = [(row + [None] * width)[:width] for row in rows]
    start = next((i for i, row in enumerate(read) if row == written[0]), None)
    return start is not None and read[start : start + len(written)] == written
