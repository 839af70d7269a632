"""Uploaded files before and during opening: .xlsx, .xls and .csv, and what is refused.

Anything wrong with a file raises `WorkbookProblem` with one sentence for the user.
"""

import csv
import hashlib
import io
import re
import struct
import zipfile
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from isal import isal_zlib
from openpyxl.utils import column_index_from_string, get_column_letter
from python_calamine import CalamineError, CalamineWorkbook, PasswordError
from xlrd.compdoc import CompDoc, CompDocError

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
# Encrypted workbooks are OLE containers too; the names in it are UTF-16.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

MOST_UNPACKED = 512 * 2**20
MOST_PARTS = 2_000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_SHEETS = 200
# The old format is read as a whole; no list of an office in it is larger than this.
MOST_OLD = 20 * 2**20
MOST_OLD_CELLS = 10_000_000
MOST_TEXT = 50 * 2**20
# Formulas without a result to remember at most.
MOST_NOTED = 10_000
SUFFIXES = (".xlsx", ".xls", ".csv")

# Cells with a value beyond column Z or row 99,999, for which the reader would allocate memory.
# Both patterns are bounded: a crafted file must not make the search slow.
_FAR_CELL = re.compile(rb'r="([A-Z]{2,3}\d{1,7}|[A-Z]\d{6,7})"[^<>/]{0,200}>')
# A formula without its cached result, as programs other than Excel and WPS write it: it would be
# read as an empty cell. An empty text counts as a result.
_NO_RESULT = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"(?![^<>]*t="str")[^<>]*>'
    rb"<f(?:[^<>]*/>|[^<>]*>[^<]*</f>)(?:<v></v>|<v ?/>)?</c>"
)
SEAM = 512


class WorkbookProblem(Exception):
    """The file cannot be read as requested; the message says why and what to do."""


# --- Before anything is opened ------------------------------------------------------------------


def judge(path: Path, *, formulas=True, lacking=None):
    """Reject non-workbooks and zip bombs before parsing. Also reject formulas without a result,
    unless the caller reports them itself (`formulas=False`): `lacking` then gets {part: their
    cells}."""
    with path.open("rb") as file:
        start = file.read(8)
        if not start:
            raise WorkbookProblem(_empty())
        if start == OLE:
            rest = file.read(2**20)
            if ENCRYPTED in rest:
                raise WorkbookProblem(_password())
            raise WorkbookProblem(
                _(
                    "This is a workbook of the old format (.xls), whatever it is called. Open it "
                    "in Excel or WPS, save it as “Excel workbook (.xlsx)” and upload that."
                )
            )
    if not start.startswith(ZIP):
        raise WorkbookProblem(_no_workbook())
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as problem:
        raise WorkbookProblem(_damaged()) from problem
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise WorkbookProblem(_no_workbook())
    if len(parts) > MOST_PARTS:
        raise WorkbookProblem(_bomb())
    unpacked = 0
    with path.open("rb") as file:
        for part in parts:
            if part.flag_bits & 1:
                raise WorkbookProblem(_password())
            unpacked += _weigh(file, part, MOST_UNPACKED - unpacked, formulas, lacking)


def _weigh(file, part, most, formulas, lacking):
    """Return the real unpacked size of a part in bytes, since its header may lie. Raise above
    `most`."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != ZIP:
        raise WorkbookProblem(_damaged())
    name, extra = struct.unpack("<2H", header[26:30])
    file.seek(name + extra, 1)
    is_sheet = part.filename.startswith("xl/worksheets/")
    size, seam = 0, b""
    for piece in _pieces(file, part):
        size += len(piece)
        if size > most:
            raise WorkbookProblem(_bomb())
        if is_sheet:
            _refuse_far_cells(seam + piece)
            if formulas:
                _refuse_formulas_without_result(seam + piece)
            elif lacking is not None:
                _note_formulas(lacking.setdefault(part.filename, set()), seam + piece)
            seam = piece[-SEAM:]
    return size


def _pieces(file, part):
    """Yield the unpacked bytes of a part, at most a megabyte at a time."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise WorkbookProblem(_damaged())
    is_deflated = part.compress_type == zipfile.ZIP_DEFLATED
    unpacker, left = isal_zlib.decompressobj(-15), part.compress_size
    while left > 0 and not unpacker.eof:
        packed = file.read(min(left, 2**18))
        if not packed:
            raise WorkbookProblem(_damaged())
        left -= len(packed)
        if is_deflated:
            yield from _unpacked(unpacker, packed)
        else:
            yield packed


def _unpacked(unpacker, packed):
    while packed:
        try:
            piece = unpacker.decompress(packed, 2**20)
        except isal_zlib.error as problem:  # pyright: ignore[reportGeneralTypeIssues]  # its stub
            raise WorkbookProblem(_damaged()) from problem
        packed = unpacker.unconsumed_tail
        if not piece and not packed:
            return
        yield piece


def _refuse_far_cells(xml):
    """Refuse distant cells: a reader allocates all cells before the last one, so one is costly."""
    for found in _FAR_CELL.finditer(xml):
        letters = found[1].rstrip(b"0123456789").decode()
        if column_index_from_string(letters) > MOST_COLUMNS:
            raise WorkbookProblem(_too_many_columns())
        if int(found[1][len(letters) :]) > MOST_ROWS:
            raise WorkbookProblem(_too_many_rows())


def _refuse_formulas_without_result(xml):
    if found := _NO_RESULT.search(xml):
        raise WorkbookProblem(without_result(found[1].decode()))


def _note_formulas(cells, xml):
    if len(cells) < MOST_NOTED:
        cells |= {found[1].decode() for found in _NO_RESULT.finditer(xml)}


def without_result(cell):
    words = _(
        "Cell %(cell)s holds a formula without its result. Open the workbook in Excel or "
        "WPS, save it there, and upload that."
    )
    return words % {"cell": cell}


def _empty():
    return _("The file is empty (0 bytes). Save the workbook again.")


def _no_workbook():
    return _("This is no Excel workbook. Save the table as “Excel workbook (.xlsx)”.")


def _too_many_columns():
    words = _("The sheet has cells beyond column %(letter)s. Delete what stands there.")
    return words % {"letter": get_column_letter(MOST_COLUMNS)}


def _too_many_rows():
    words = _("The sheet has more than %(n)s rows. Split it into several workbooks.")
    return words % {"n": MOST_ROWS}


def _password():
    return _("The workbook is protected by a password. Save it without one and upload it again.")


def _damaged():
    return _("The file is damaged. Open it in Excel or WPS, save it again and upload that.")


def _bomb():
    return _(
        "Unpacked, the file would be larger than %(size)s MB; no list of an office is. Copy the "
        "rows into a new workbook."
    ) % {"size": MOST_UNPACKED // 2**20}


def digest(path: Path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- The old format -----------------------------------------------------------------------------

# Record types that hold a cell, each beginning with its row and column: numbers, texts, formulas,
# booleans, several numbers in a row, blanks.
_CELLS = {0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x0006, 0x0205, 0x0201, 0x00BE, 0x00D6}
_BEGIN, _LOCKED = 0x0809, 0x002F


def _judge_old(path):
    """Reject files that are not .xls, that have a password, or whose cells are so far apart that a
    reader would allocate too much memory."""
    content = path.read_bytes()
    if ENCRYPTED in content[: 2**20]:
        raise WorkbookProblem(_password())
    try:
        package = CompDoc(content, logfile=io.StringIO())
        found = package.locate_named_stream("Workbook")
        if found[0] is None:
            found = package.locate_named_stream("Book")  # before Excel 97
    except (CompDocError, struct.error, IndexError, ValueError, AssertionError) as problem:
        raise WorkbookProblem(_damaged()) from problem
    stream, start, size = found
    if stream is None:
        raise WorkbookProblem(_no_workbook())
    at, end, boxes, box = start, start + size, 0, None
    while at + 4 <= end:
        code, length = struct.unpack_from("<2H", stream, at)
        if code == _LOCKED:
            raise WorkbookProblem(_password())
        if code == _BEGIN:
            boxes, box = boxes + _area(box), None
        elif code in _CELLS and length >= 4 and at + 8 <= end:
            row, column = struct.unpack_from("<2H", stream, at + 4)
            top, left, bottom, right = box or (row, column, row, column)
            box = min(top, row), min(left, column), max(bottom, row), max(right, column)
            if boxes + _area(box) > MOST_OLD_CELLS:
                raise WorkbookProblem(_bomb())
        at += 4 + length


def _area(box):
    return (box[2] - box[0] + 1) * (box[3] - box[1] + 1) if box else 0


# --- Lists as text -------------------------------------------------------------------------------


class Lines:
    """The lines of a .csv, with the interface of a workbook's sheet."""

    merged_cell_ranges = None

    def __init__(self, rows):
        width = max(map(len, rows), default=0)
        self.rows = [[*row, *[""] * (width - len(row))] for row in rows]
        self.start = (0, 0) if rows and width else None
        self.end = (len(rows) - 1, max(width - 1, 0))

    def iter_rows(self):
        return (list(row) for row in self.rows)


def _decoded(content):
    """Decode a .csv: in the encodings of Excel and WPS, or of other programs."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if b"\0" in content:
        raise WorkbookProblem(_no_workbook())
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _lines(path):
    """Return the rows of a .csv as texts. The separator is the sign that most of the first lines
    contain."""
    try:
        text = _decoded(path.read_bytes())
    except UnicodeDecodeError as problem:
        raise WorkbookProblem(_no_workbook()) from problem
    first = [line for line in text.splitlines()[:30] if line.strip()]
    counted = {sign: sum(sign in line for line in first) for sign in "\t,;，"}
    sign = max(counted, key=lambda one: counted[one])
    if text.lstrip().startswith("<") or counted[sign] < 2:
        raise WorkbookProblem(_no_workbook())
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            rows.append(row)
            if len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:]):
                raise WorkbookProblem(_too_many_columns())
            if len(rows) > MOST_ROWS:
                raise WorkbookProblem(_too_many_rows())
    except csv.Error as problem:
        raise WorkbookProblem(_damaged()) from problem
    return Lines([row[:MOST_COLUMNS] for row in rows])


# --- Files of all three kinds -------------------------------------------------------------------


def suffix_of(path: Path):
    """Return the format of a file by its content, whatever its name; raise WorkbookProblem if it is
    empty or too large."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise WorkbookProblem(_empty())
    if start.startswith(ZIP):
        return ".xlsx"
    suffix, most = (".xls", MOST_OLD) if start == OLE else (".csv", MOST_TEXT)
    if path.stat().st_size > most:
        words = _(
            "A file of this format may have %(limit)s MB. Save it as “Excel workbook (.xlsx)”."
        )
        raise WorkbookProblem(words % {"limit": most // 2**20})
    return suffix


def judge_any(path: Path):
    """Reject files that cannot be opened, in any of the three formats, before anything is
    parsed."""
    suffix = suffix_of(path)
    if suffix == ".csv":
        _lines(path)
    elif suffix == ".xls":
        _judge_old(path)
    else:
        judge(path, formulas=False)


class Book:
    """An uploaded file, checked and opened."""

    def __init__(self, path: Path, *, formulas=False):
        """With `formulas`, refuse formulas without a result; otherwise `lacking` lists their
        cells."""
        self.suffix, noted = suffix_of(path), {}
        if self.suffix == ".csv":
            self._lines = _lines(path)
            self.names, self._hidden = ["CSV"], set()
            return
        if self.suffix == ".xls":
            _judge_old(path)
        else:
            judge(path, formulas=formulas, lacking=noted)
        try:
            self._book = CalamineWorkbook.from_path(str(path))
        except PasswordError as problem:
            raise WorkbookProblem(_password()) from problem
        except (CalamineError, OSError, ValueError) as problem:
            raise WorkbookProblem(_damaged()) from problem
        told = self._book.sheets_metadata
        sheets = [one for one in told if str(one.typ).endswith("WorkSheet")]
        self.names = [one.name for one in sheets]
        self._hidden = {one.name for one in sheets if not str(one.visible).endswith("Visible")}
        parts = _parts_of_sheets(path) if any(noted.values()) else {}
        self._lacking = {parts.get(part): cells for part, cells in noted.items()}

    def is_hidden(self, name):
        return name in self._hidden

    def sheet(self, name):
        """Return the sheet as calamine gives it."""
        if self.suffix == ".csv":
            return self._lines
        try:
            return self._book.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError) as problem:
            raise WorkbookProblem(_damaged()) from problem

    def lacking(self, name) -> frozenset[str]:
        """Return the cells of a sheet that hold a formula without its result."""
        return frozenset(self._lacking.get(name, ())) if self.suffix == ".xlsx" else frozenset()


def _parts_of_sheets(path):
    """{file in the package: name of the sheet}."""
    end = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    try:
        with zipfile.ZipFile(path) as package:
            files = {
                one.get("Id"): one.get("Target", "")
                for one in fromstring(package.read("xl/_rels/workbook.xml.rels"))
            }
            sheets = [
                (one.get("name"), files.get(one.get(end), ""))
                for one in fromstring(package.read("xl/workbook.xml")).iter()
                if one.tag.endswith("}sheet")
            ]
    except (KeyError, ParseError, DefusedXmlException, OSError, ValueError):
        return {}
    return {
        file.removeprefix("/") if file.startswith("/") else f"xl/{file}": name
        for name, file in sheets
    }
