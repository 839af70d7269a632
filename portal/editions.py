"""情况统计表 as an official sheet and, as plain values, as an edition stores it.

An edition's table is JSON: `columns` [{key, heading, unit, share}], `rows` [{key, name, cells}] and
`total` [cells] as counted here; `outside` [{edition, name, cells}] and `outside_total` as reported
by units outside this portal. A cell is a number (whole yuan in a column in 万元) or [part, whole]
of a rate.
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
from portal.sheets import ledgers, statistics, xlsx
from portal.sheets.ledgers import Sheet
from portal.sheets.wording import worded
from portal.sheets.xlsx import META_SHEET, SheetColumn
from portal.tools import asked, languages

TITLE = "情况统计表"
NOTES = (
    (
        "注：1.“办结”指本期收集、截至期末已办结的问题；按期以报告结果之日不迟于办理时限为准，"
        "原台账未载时限的补录问题不计入按期办结率。"
    ),
    "2.满意率只计非承办人员的抽样回访，不足{least}件的不计算。",
)
# Notes that other apps add about their columns.
MORE_NOTES: list[str] = []
FOLDED = "注：按基层单位分列的，以编制时的隶属关系归并。"
NIL_NOTE = "零报告：本期无走访、无问题。"
FORMAT = "portal-edition-1"
LARGEST_WORKBOOK = 5_000_000
LARGEST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
# Raised when a file has another structure than ours.
DAMAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


# --- Tables as values ---------------------------------------------------------------------------


def as_values(table, *, columns, outside=()):
    """A counted table as an edition stores it. `columns` are the arranged columns of the sheet."""
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
    """What another portal counted and what was reported to it, in our columns."""
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
    """Column sums; None where a unit does not report or withholds a number."""
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
        if mine is not None and not ledgers.is_left_out(column, row):
            shown.append((mine, column.heading, bool(row and row.heading)))
    return shown


def column_values(period):
    return [_as_value(column, heading) for column, heading, _is_own in shown_columns(period)]


def _as_value(column, heading=""):
    return {
        "key": column.key,
        "heading": heading or column.heading,
        "unit": column.unit,
        "share": column.is_share,
    }


# --- The official sheet -------------------------------------------------------------------------


def _sheet_columns(columns):
    """The unit, then a column for each number."""
    return (SheetColumn("单位", 32, "left", "text"), *map(_number_column, columns))


def _number_column(column):
    kind = "decimal" if column["share"] or column["unit"] == statistics.WAN else "integer"
    percent = "0.0%" if column["share"] else ""
    # Fits 100.0% in the sheet's type.
    width = 7.5 if column["share"] else 6
    return SheetColumn(column["heading"], width, "center", kind, number_format=percent)


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
    """合计, then each unit; reports from outside follow with a separate 合计."""
    columns = values["columns"]
    rows: list[tuple] = [(None, "合计", *_on_paper(columns, values["total"]))]
    for number, row in enumerate(values["rows"], start=1):
        rows.append((number, row["name"], *_on_paper(columns, row["cells"])))
    if values["outside"]:
        reported = _on_paper(columns, values["outside_total"])
        rows.append((None, "外部报送合计（不计入上列）", *reported))
        for number, row in enumerate(values["outside"], start=1):
            name = f"{row['name']}（外部报送）"
            rows.append((number, name, *_on_paper(columns, row["cells"])))
    return rows


def _sheet(title, columns, rows, notes, **more):
    frame = {"title": title, "columns": _sheet_columns(columns), "notes": notes}
    return Sheet(**frame, rows=rows, expected=len(rows), **more)


def sheet_notes(*, on):
    """Notes with the norms in force on the last day of the period."""
    least = parameters.number("eval.min_display_n", on=on)
    return tuple(worded(note).format(least=least) for note in (*NOTES, *MORE_NOTES))


def title_of(subject, period):
    return f"{period.on_paper}{subject.name}{worded('深入基层为民服务')}{TITLE}"


class StatisticsLedger:
    """A registered sheet like a ledger, but its rows are counted, not listed."""

    name = "statistics"
    title = TITLE
    english = "Statistics"
    days = ("first", "last")

    @property
    def columns(self):
        return _sheet_columns(map(_as_value, statistics.columns_of()))

    @property
    def kept(self):
        """Columns that cannot be hidden: a rate of answers always appears with the number of
        answers."""
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
        period = asked["period"]
        table = statistics.count(asked["subject"], asked["by"], period)
        columns = [*map(_as_value, table.columns)]
        rows = sheet_rows(as_values(table, columns=columns))
        title, notes = title_of(table.layout.subject, period), sheet_notes(on=period.last)
        if asked["by"] == "unit":
            notes = (*notes, FOLDED)
        return _sheet(title, columns, rows, notes)


STATISTICS = ledgers.register(StatisticsLedger())


def read(user, query):
    """The cleaned query of an address; raises LedgerProblem."""
    form = StatisticsForm(query, user=user)
    ledgers.require_valid(form, form.unknown)
    return form.cleaned_data


# --- The workbook of an edition ------------------------------------------------------------------


def edition_sheet(edition):
    """The official sheet, only from what the edition stores."""
    values = edition.table
    rows = sheet_rows(values)
    notes = ((NIL_NOTE,) if edition.is_nil else ()) + sheet_notes(on=edition.last)
    if edition.document_number:
        notes += (f"文号：{edition.document_number}",)
    stamps = {"unit": edition.stamped_by, "filled_in_by": edition.filled_in_by}
    return _sheet(edition.title, values["columns"], rows, notes, **stamps, meta=_meta(edition))


def write_edition(edition, target):
    with translation.override(languages.chinese()):
        sheet = edition_sheet(edition)
        frame = ledgers.frame(TITLE, sheet, timezone.localtime(edition.asked_at))
        return xlsx.write_sheet(target, frame, sheet.rows)


def _meta(edition):
    kept = ("title", "document_number", "is_nil", "table", "digest")
    meta = {name: getattr(edition, name) for name in kept}
    meta |= {name: getattr(edition, name).isoformat() for name in ("first", "last", "asked_at")}
    meta |= {"format": FORMAT, "edition": str(edition.key), "unit": edition.unit_name}
    return json.dumps(meta, ensure_ascii=False, sort_keys=True)


class WrongWorkbook(Exception):
    """The file is not an edition workbook or was changed; the message says why."""


def read_workbook(content):
    """{unit, first, last, table, …} of an unchanged edition workbook; raises WrongWorkbook.

    The digest detects accidental changes; it does not prove who sent the file.
    """
    if len(content) > LARGEST_WORKBOOK:
        raise WrongWorkbook(_("This file is too large for an edition workbook."))
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
    if found != said["digest"] or not _contains(written, rows):
        raise WrongWorkbook(
            _(
                "The numbers in this workbook were changed after it was written. Take in the file "
                "as it was downloaded; what is wrong is corrected by a new edition there."
            )
        )
    return said | {"first": asked.day(said["first"]), "last": asked.day(said["last"])}


def _check_shape(said):
    """Raises one of DAMAGE unless everything is present and has the right type and size."""
    table, texts = said["table"], ("unit", "title", "document_number", "edition")
    if not all(isinstance(said[name], str) for name in texts) or not said["unit"].strip():
        raise ValueError("texts")
    if len(said["unit"]) > 120 or len(said["title"]) > 200 or len(said["document_number"]) > 60:
        raise ValueError("lengths")
    first, last = asked.day(said["first"]), asked.day(said["last"])
    if first is None or last is None or last < first:
        raise ValueError("period")
    if type(said["is_nil"]) is not bool or type(said["digest"]) is not str:
        raise ValueError("types")
    # The database stores no null characters, lone surrogates, infinities or NaN.
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
    names = [row["name"] for row in rows]
    names += [column[part] for column in table["columns"] for part in ("key", "heading")]
    if not all(isinstance(name, str) for name in names):
        raise ValueError("names")


def _open(content):
    """(rows of the visible sheet, text of the hidden one)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise WrongWorkbook(_("This file is too large for an edition workbook."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        with closing(book):
            return _read(book)
    except WrongWorkbook:
        raise
    except Exception as problem:  # openpyxl passes on any exception of its parsers
        raise WrongWorkbook(
            _("This is not an .xlsx workbook, or it is damaged or locked by a password.")
        ) from problem


def _read(book):
    if META_SHEET not in book.sheetnames or len(book.sheetnames) < 2:
        raise WrongWorkbook(
            _("This is not an edition workbook: it has no hidden sheet %(name)s.")
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
    """A cell's value, normalised so that written and read values are equal."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float, Decimal)):
        return round(float(value), 4)
    return str(value)


def _contains(written, rows):
    """Whether the sheet contains the written rows, complete and in this order."""
    width = len(written[0])
    read = [(row + [None] * width)[:width] for row in rows]
    start = next((i for i, row in enumerate(read) if row == written[0]), None)
    return start is not None and read[start : start + len(written)] == written
