"""Uploads that hold more than may be stored: write a workbook with our columns only, and in each
row only what the kind allows."""

from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from portal.imports import Kind, cells, files, workbook

# The upload is processed within its request.
MOST_ROWS = 20_000


def write_scrubbed(kind: Kind, source: Path, target: Path):
    """Write the reduced workbook. Rows keep their numbers. Headings that are not columns of the
    kind are dropped, because nobody could say later what they meant."""
    table = workbook.open_table(source, kind)
    mapping = workbook.propose(kind, table.headings)
    if lacking := workbook.missing(kind, mapping):
        raise files.WorkbookProblem(
            _("These headings are missing: %(headings)s.")
            % {"headings": "、".join(column.shown for column in lacking)}
        )
    if table.total > MOST_ROWS:
        said = _("The sheet has more than %(n)s rows. Split it into several workbooks.")
        raise files.WorkbookProblem(said % {"n": MOST_ROWS})
    kept = [column for column in kind.columns if not column.is_left_out]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.title[:31])
    written = 0

    def write(number, values):
        nonlocal written
        while written < number - 1:
            sheet.append([])
            written += 1
        sheet.append([_text_cell(sheet, value) for value in values])
        written += 1

    write(table.header_row, [column.heading for column in kept])
    for chunk in table.chunks():
        for number, raw in chunk:
            values = _scrubbed(kind, table, mapping, raw)
            write(number, [values.get(column.name, "") for column in kept])
    book.save(target)


def _scrubbed(kind, table, mapping, raw):
    texts = ["" if value in (None, "") else cells.as_text(value) for value in raw]
    given, days = {}, {}
    for name, place in mapping.items():
        if place >= len(raw):
            continue
        given[name] = texts[place]
        if kind.column(name).kind == "day":
            days[name] = _day(kind.column(name), raw[place])
    ours = set(mapping.values())
    others = {
        heading: texts[place]
        for place, heading in enumerate(table.headings)
        if place not in ours and place < len(texts)
    }
    kept = kind.scrub(given, others)
    # Of a cell with a day keep only the day: the rest of its text may be anything.
    return kept | {name: days[name] for name in days if name in kept}


def _day(column, value):
    try:
        day = cells.read(column, value)
    except cells.CellProblem:
        return "？"
    return f"{day:%Y-%m-%d}" if isinstance(day, date) else ""


def _text_cell(sheet, value):
    """Return a cell with the value as text, including formulas."""
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
