"""Writes the template of a kind, and the user's workbook with bad cells marked."""

from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from portal.imports import Kind
from portal.imports.cells import as_text
from portal.imports.files import MOST_ROWS
from portal.imports.workbook import META
from portal.sheets.wording import worded
from portal.sheets.xlsx import BODY_FONT, HEADING_FONT

A3, A4 = 8, 9
HOW_TO_FILL = (
    "填写说明：加“*”的列必填；日期写成 2026-06-05、2026.6.5 或 2026年6月5日；"
    "带下拉列表的列请从列表中选择；不要改动表头，不要合并单元格；表头以上和“合计”行不导入。"
)
LIST = "问题清单"
BAD_ROWS = "待更正"
# A larger workbook is not loaded; its bad rows are written to a new one.
MARKED_CELLS = 300_000
BAD_ROWS_AT_MOST = 10_000
COMMENTS_AT_MOST = 5_000
# Longer lists mostly repeat one mistake; the page shows all of them.
LISTED_AT_MOST = 20_000

_FILL = PatternFill("solid", start_color="FFFFD6D6")
_LINE = Side(style="thin", color="FF999999")
_BOX = Border(_LINE, _LINE, _LINE, _LINE)
_FORMATS = {"day": "yyyy-mm-dd", "integer": "0"}


def _text(cell, value, font=None):
    """Write text as text, even if it looks like a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    if font:
        cell.font = font


# --- Templates ----------------------------------------------------------------------------------


def write_template(kind: Kind, target):
    """Write the template: instructions, headings, lists of choices, and a hidden sheet with kind
    and version."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = kind.shown_title[:31]
    columns = [column for column in kind.columns if not column.is_left_out]
    words = [
        HOW_TO_FILL,
        *map(worded, kind.notes),
        *(f"{column.shown}：{worded(column.note)}" for column in columns if column.note),
    ]
    _text(sheet.cell(1, 1), "\n".join(words), Font(name=BODY_FONT, size=11))
    sheet.cell(1, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    width = sum(column.width for column in columns)
    lines = sum(1 + int(len(line) * 2.1 // width) for line in words)
    sheet.row_dimensions[1].height = min(16 * lines + 8, 400)
    sheet.row_dimensions[2].height = 32
    lists = book.create_sheet("_lists")
    lists.sheet_state = "hidden"
    for place, column in enumerate(columns, start=1):
        cell = sheet.cell(2, place)
        heading = f"*{column.shown}" if column.required else column.shown
        _text(cell, heading, Font(name=HEADING_FONT, size=12, bold=column.required))
        cell.alignment = Alignment("center", "center", wrap_text=True)
        cell.border = _BOX
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].number_format = _FORMATS.get(column.kind, "@")
        if column.kind == "choice":
            _offer(sheet, lists, letter, place, column)
    sheet.freeze_panes = "A3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A3 if width > 200 else A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "2:2"
    meta = book.create_sheet(META)
    meta.sheet_state = "hidden"
    for row in (("kind", kind.name), ("title", kind.shown_title), ("version", kind.version)):
        meta.append(row)
    book.save(target)


def _offer(sheet, lists, letter, place, column):
    labels = list(column.choices())
    for number, label in enumerate(labels, start=1):
        _text(lists.cell(number, place), label)
    rule = DataValidation(
        "list",
        formula1=f"_lists!${letter}$1:${letter}${len(labels)}",
        allow_blank=not column.required,
        showErrorMessage=True,
        errorTitle=column.shown,
        error="请从列表中选择。",
    )
    rule.add(f"{letter}3:{letter}{MOST_ROWS}")
    sheet.add_data_validation(rule)


# --- The marked workbook ------------------------------------------------------------------------


def write_marked(source: Path, target: Path, tables, problems, *, total, bad_rows=None):
    """Write the user's workbook with coloured and commented bad cells, and a sheet that lists them.

    `problems` yields (sheet, row, letter, heading, value, reason); the sheet is empty if only one
    is imported. A large workbook, or one of another format, is not loaded: its `bad_rows` {(sheet,
    row): cells} are written with their headings, to be corrected and imported separately.
    """
    several = len(tables) > 1
    rows, firsts, sheets = None, {}, {}
    if bad_rows is None:
        book = load_workbook(source)
        for table in tables:
            sheets[table.sheet if several else ""] = sheet = book[table.sheet]
            # Only the first cell of a merged range can be marked.
            firsts |= {
                (sheet.title, *place): (merged.min_row, merged.min_col)
                for merged in sheet.merged_cells.ranges
                for place in merged.cells
            }
    else:
        book, rows = Workbook(), {}
        del book[book.sheetnames[0]]
        for number, table in enumerate(tables, start=1):
            name = table.sheet if several else ""
            bad = {row: raw for (sheet, row), raw in bad_rows.items() if sheet == name}
            title = f"{BAD_ROWS}{number}" if several else BAD_ROWS
            sheets[name] = sheet = book.create_sheet(title)
            written = _write_bad_rows(sheet, table, bad)
            rows |= {(name, row): there for row, there in written.items()}
    if LIST in book.sheetnames:
        del book[LIST]
    listed = book.create_sheet(LIST)
    _head(listed, total, len(bad_rows) if bad_rows is not None else None)
    reasons = {}
    letters = {table.sheet if several else "": table.letter(0) for table in tables}
    for number, problem in enumerate(problems):
        name, row, letter, *_told, reason = problem
        if number < LISTED_AT_MOST:
            told = [f"{name} {row}" if name else row, *problem[2:]]
            for place, value in enumerate(told, start=1):
                _text(listed.cell(number + 3, place), value)
        if len(reasons) < COMMENTS_AT_MOST:
            here = row if rows is None else rows.get((name, row))
            if here:
                place = (here, column_index_from_string(letter or letters[name]))
                place = firsts.get((sheets[name].title, *place), place)
                said = reasons.setdefault((name, *place), [])
                if reason not in said:
                    said.append(reason)
    for (name, *place), said in reasons.items():
        cell = sheets[name].cell(*place)
        cell.fill = _FILL
        cell.comment = Comment("；".join(said)[:1000], "平台", width=320, height=90)
    book.active = book.sheetnames.index(next(iter(sheets.values())).title)
    book.save(target)


def can_be_loaded(source: Path, tables):
    """Return whether the workbook itself can be marked: an .xlsx that is small enough."""
    cells = sum(table.total * max(len(table.headings), 1) for table in tables)
    is_small = cells <= MARKED_CELLS and source.stat().st_size < 20 * 2**20
    return is_small and source.suffix == ".xlsx"


def _write_bad_rows(sheet, table, bad_rows):
    """Write the bad rows below their headings, each cell in its own column; return {old row: new
    row}."""
    places = {}
    for place, heading in enumerate(table.headings):
        cell = sheet.cell(1, table.first_column + place + 1)
        _text(cell, heading, Font(name=HEADING_FONT, size=12))
        sheet.column_dimensions[cell.column_letter].width = 16
    for row, cells in bad_rows.items():
        places[row] = len(places) + 2
        for place, value in enumerate(cells):
            if value not in ("", None):
                cell = sheet.cell(places[row], table.first_column + place + 1)
                _text(cell, value if not isinstance(value, str) else as_text(value))
    sheet.freeze_panes = "A2"
    return places


def _head(sheet, total, bad_rows):
    said = f"共 {total} 处问题。"
    if total > LISTED_AT_MOST:
        said += f"本表列出前 {LISTED_AT_MOST} 处，其余见平台。"
    if bad_rows is not None:
        said += (
            f"原表行数较多或为旧格式，有问题的行已单独列在“{BAD_ROWS}”表中（{bad_rows} 行），"
            "更正后可直接导入该表；其余各行可先行导入。"
        )
    else:
        said += "有问题的单元格已标色并加批注，更正后请重新上传本工作簿。"
    _text(sheet.cell(1, 1), said, Font(name=BODY_FONT, size=11))
    headings = (("行", 8), ("列", 6), ("表头", 22), ("填写内容", 34), ("问题", 70))
    for place, (heading, width) in enumerate(headings, start=1):
        cell = sheet.cell(2, place)
        _text(cell, heading, Font(name=HEADING_FONT, size=12))
        cell.border = _BOX
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A3"
