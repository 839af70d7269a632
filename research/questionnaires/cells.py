"""Cells of an .xlsx or .xls workbook, as the text that the form means."""

import io
import re
import struct
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath

import xlrd
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from portal.imports.files import ENCRYPTED, OLE, WorkbookProblem, judge
from research.questionnaires.problems import Problem

FORM_SHEETS = {"survey", "choices", "settings"}
MOST_ROWS = 10_000
MOST_COLUMNS = 200
# As in pyxform: anything beyond this many empty rows or columns is not part of the form.
EMPTY_ROWS, EMPTY_COLUMNS = 60, 20
MOST_FILE = 20 * 2**20
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A formula and whether it has a cached result. Attribute lengths are bounded to keep the search
# fast.
_FORMULA = re.compile(
    rb'<c [^<>]{0,200}?\br="([A-Z]{1,3}\d{1,7})"[^<>]{0,200}>\s{0,9}'
    rb"<f(?:[^<>]{0,200}/>|[^<>]{0,200}>[^<]*</f>)\s{0,9}(<v>[^<])?"
)


@dataclass
class Sheet:
    name: str  # as in the workbook
    headings: dict[int, str] = field(default_factory=dict)  # (row number, cells)
    rows: list[tuple[int, dict[int, str]]] = field(default_factory=list)  # below, with number


def at(column, row):
    return f"{get_column_letter(column)}{row}"


def read_sheets(path: Path) -> tuple[dict[str, Sheet], list[Problem]]:
    """Return sheets by lower-case name, and problems. Raises WorkbookProblem if the file is not a
    workbook."""
    with path.open("rb") as file:
        start = file.read(8)
    if path.stat().st_size > MOST_FILE:
        raise WorkbookProblem(
            _("The file is larger than %(n)s MB; no form is. Remove pictures from it.")
            % {"n": MOST_FILE // 2**20}
        )
    if start == OLE:
        grids = _old_grids(path)
    else:
        judge(path, formulas=False)
        grids = _grids(path)
    sheets, problems = {}, []
    for name, grid, formulas in grids:
        key, found = name.strip().lower(), []
        sheet = _sheet(name, grid, formulas, found)
        sheets.setdefault(key, sheet)
        problems += [(key, one) for one in found]
    # Extra sheets beside those of the form may contain anything.
    used = FORM_SHEETS & set(sheets) or set(sheets)
    return sheets, [one for key, one in problems if key in used]


def _sheet(name, grid, formulas, problems):
    sheet = Sheet(name)
    for number, row in enumerate(grid, start=1):
        texts = {}
        for column, value in enumerate(row[:MOST_COLUMNS], start=1):
            cell = at(column, number)
            text = _text(value)
            has_result = formulas.get(cell)
            if text in _ERRORS or has_result is False:
                problems.append(_no_result(name, cell))
            elif has_result and text:
                problems.append(_taken(name, cell))
            if text:
                texts[column] = text
        if number == 1:
            sheet.headings = _until_gap(texts)
            continue
        if not texts:
            continue
        if number - (sheet.rows[-1][0] if sheet.rows else 1) > EMPTY_ROWS + 1:
            problems.append(_beyond(name, at(min(texts), number)))
            break
        sheet.rows.append((number, texts))
        if len(sheet.rows) > MOST_ROWS:
            problems.append(_too_many(name, number))
            break
    return sheet


def _until_gap(headings):
    found, last = {}, 0
    for column, text in headings.items():
        if column - last > EMPTY_COLUMNS + 1:
            break
        found[column], last = text, column
    return found


def _text(value):
    """Convert a cell as pyxform does, except that a date without a time becomes 2026-03-01."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).replace("\u00a0", " ").strip()


# --- .xlsx --------------------------------------------------------------------------------------


def _grids(path):
    try:
        book = CalamineWorkbook.from_path(str(path))
        formulas = _formulas(path)
        for name in book.sheet_names:
            yield name, _rows(book.get_sheet_by_name(name)), formulas.get(name, {})
    except (CalamineError, OSError, ValueError, KeyError) as problem:
        raise WorkbookProblem(_damaged()) from problem


def _rows(sheet):
    """Yield rows starting at column A: the reader starts at the first column in use."""
    if sheet.start is not None:
        before = [None] * sheet.start[1]
        yield from (before + row for row in sheet.iter_rows())


def _formulas(path):
    """Return {sheet name: {cell: whether its result is cached}}."""
    found = {}
    try:
        with zipfile.ZipFile(path) as package:
            parts = {
                one.get("Id"): one.get("Target", "")
                for one in fromstring(package.read("xl/_rels/workbook.xml.rels"))
            }
            for one in fromstring(package.read("xl/workbook.xml")).iter():
                target = parts.get(one.get(_RELATION)) if one.tag.endswith("}sheet") else None
                if target:
                    part = str(PurePosixPath("xl") / target).removeprefix("/")
                    found[one.get("name")] = {
                        cell.decode(): bool(result)
                        for cell, result in _FORMULA.findall(package.read(part))
                    }
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException) as problem:
        raise WorkbookProblem(_damaged()) from problem
    return found


# --- .xls ---------------------------------------------------------------------------------------

# Everything that xlrd can raise on damaged files, from its source: most have no exception of their
# own.
_XLRD = (XLRDError, CompDocError, AssertionError, struct.error, LookupError)
_XLRD += (ValueError, TypeError, AttributeError, OverflowError, EOFError)


def _old_grids(path):
    """Read an .xls. Formulas come as results, which the old format always stores."""
    content = path.read_bytes()
    if ENCRYPTED in content[: 2**20]:
        raise WorkbookProblem(
            _("The workbook is protected by a password. Save it without one and upload it again.")
        )
    try:
        # Ragged, so that a single distant cell does not exhaust memory.
        book = xlrd.open_workbook(file_contents=content, ragged_rows=True, logfile=io.StringIO())
        return [(sheet.name, _old_rows(book, sheet), {}) for sheet in book.sheets()]
    except _XLRD as problem:
        raise WorkbookProblem(_damaged()) from problem


def _old_rows(book, sheet):
    return [[_old_value(book, cell) for cell in sheet.row(number)] for number in range(sheet.nrows)]


def _old_value(book, cell):
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return _ERRORS[2]
    return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value


# --- Problems -----------------------------------------------------------------------------------


def _no_result(sheet, cell):
    return Problem(
        sheet,
        cell,
        _("The formula has no result, or the result is an error."),
        _("Write the value itself. In Excel or WPS: copy, then paste as values."),
    )


def _taken(sheet, cell):
    return Problem(
        sheet,
        cell,
        _("The cell holds a formula. Its saved result is taken and does not change any more."),
        _("If it should say something else, write the value itself."),
        refuses=False,
    )


def _beyond(sheet, cell):
    return Problem(
        sheet,
        cell,
        _("What stands here, far below the last row, is left out."),
        _("If it belongs to the form, delete the empty rows above it."),
        refuses=False,
    )


def _too_many(sheet, row):
    return Problem(
        sheet,
        at(1, row),
        _("The sheet has more than %(n)s rows.") % {"n": MOST_ROWS},
        _("Split the form into several."),
    )


def _damaged():
    return _("The file is damaged. Open it in Excel or WPS, save it again and upload that.")
