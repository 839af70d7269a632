"""Reads uploaded workbooks: safety checks, headings, rows.

Anything wrong with the file raises `WorkbookProblem` with one sentence for the user.
"""

import hashlib
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from isal import isal_zlib
from openpyxl.utils import column_index_from_string, get_column_letter
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from portal.imports import Kind
from portal.imports.cells import plainly

META = "_meta"
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
# Encrypted workbooks are such a container too; the names in it are UTF-16.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

MOST_UNPACKED = 512 * 2**20
MOST_PARTS = 2_000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
SEARCHED_ROWS = 15
CHUNK = 2_000

# Cells with a value beyond column Z or row 99,999, for which the reader would allocate memory.
# Both patterns are bounded: a crafted file must not make the search slow.
_FAR_CELL = re.compile(rb'r="([A-Z]{2,3}\d{1,7}|[A-Z]\d{6,7})"[^<>/]{0,200}>')
# A formula without its cached result, as programs other than Excel and WPS write them: it would
# be read as an empty cell. An empty text is a result.
_NO_RESULT = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"(?![^<>]*t="str")[^<>]*>'
    rb"<f(?:[^<>]*/>|[^<>]*>[^<]*</f>)(?:<v></v>|<v ?/>)?</c>"
)
SEAM = 512
# Below the rows of an official sheet: sums, notes and the line of signatures.
_SUMS = {"合计", "总计", "小计"}
_NOTE = re.compile(r"(附?注|备注|说明|填表说明|主要负责人|负责人|审核人|填表人|填报人)[0-9（(：:1]")


class WorkbookProblem(Exception):
    """The file cannot be read as asked; says why and what to do."""


# --- Before anything is opened ------------------------------------------------------------------


def judge(path: Path, *, formulas=True):
    """Reject non-workbooks and zip bombs before parsing, and formulas without their results unless
    the caller names those itself (`formulas=False`)."""
    with path.open("rb") as file:
        start = file.read(8)
        if not start:
            raise WorkbookProblem(_("The file is empty (0 bytes). Save the workbook again."))
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
            unpacked += _weigh(file, part, MOST_UNPACKED - unpacked, formulas)


def _weigh(file, part, most, formulas):
    """The real unpacked size of a part in bytes; its header may lie. Stops above `most`."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != ZIP:
        raise WorkbookProblem(_damaged())
    name, extra = struct.unpack("<2H", header[26:30])
    file.seek(name + extra, 1)
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise WorkbookProblem(_damaged())
    is_sheet = part.filename.startswith("xl/worksheets/")
    unpacker, left, size, seam = isal_zlib.decompressobj(-15), part.compress_size, 0, b""
    while left > 0 and not unpacker.eof:
        packed = unpacker.unconsumed_tail
        if not packed:
            packed = file.read(min(left, 2**18))
            if not packed:
                raise WorkbookProblem(_damaged())
            left -= len(packed)
        try:
            while packed:
                piece = unpacker.decompress(packed, 2**20)
                packed = unpacker.unconsumed_tail
                size += len(piece)
                if size > most:
                    raise WorkbookProblem(_bomb())
                if is_sheet:
                    _refuse_far_cells(seam + piece)
                    if formulas:
                        _refuse_formulas_without_result(seam + piece)
                    seam = piece[-SEAM:]
                if not piece and not packed:
                    break
        except isal_zlib.error as problem:  # pyright: ignore[reportGeneralTypeIssues]  # its stub
            raise WorkbookProblem(_damaged()) from problem
    return size


def _refuse_far_cells(xml):
    """A reader allocates all cells before the last one, so a single far cell is costly."""
    for found in _FAR_CELL.finditer(xml):
        letters = found[1].rstrip(b"0123456789").decode()
        if column_index_from_string(letters) > MOST_COLUMNS:
            raise WorkbookProblem(
                _("The sheet has cells beyond column %(letter)s. Delete what stands there.")
                % {"letter": get_column_letter(MOST_COLUMNS)}
            )
        if int(found[1][len(letters) :]) > MOST_ROWS:
            raise WorkbookProblem(_too_many_rows())


def _refuse_formulas_without_result(xml):
    if found := _NO_RESULT.search(xml):
        raise WorkbookProblem(
            _(
                "Cell %(cell)s holds a formula without its result. Open the workbook in Excel or "
                "WPS, save it there, and upload that."
            )
            % {"cell": found[1].decode()}
        )


def _no_workbook():
    return _("This is no Excel workbook. Save the table as “Excel workbook (.xlsx)”.")


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


# --- Sheets, headings, rows ---------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """The rows below the headings of one sheet."""

    sheet: str
    header_row: int  # as Excel counts
    first_column: int  # 0 is A
    headings: tuple[str, ...]
    fingerprint: str
    rows: Any  # of calamine, from the first row of the sheet

    @property
    def total(self):
        return max(self.rows.end[0] + 1 - self.header_row, 0)

    def letter(self, place):
        return get_column_letter(self.first_column + place + 1)

    def chunks(self, shared=frozenset()) -> Iterator[list[tuple[int, list]]]:
        """[(row number, cells)] in chunks, without empty rows, sums and notes.

        A cell that is merged downwards in a column of `shared` counts for each of its rows.
        """
        merged, until, above = self._merged_downwards(shared), {}, ()
        spread, chunk = self._spread(), []
        for number, cells in enumerate(self.rows.iter_rows(), start=1):
            is_record = number > self.header_row and not _is_no_record(cells)
            is_record = is_record and number not in spread
            for place, last in until.items():
                if number <= last:
                    cells[place] = above[place]
            until.update(merged.get(number, ()))
            above = cells
            if not is_record:
                continue
            chunk.append((number, cells))
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _spread(self):
        """The rows with one cell across the whole table: notes, signatures, 无."""
        last = self.first_column + len(self.headings) - 1
        return {
            top + 1
            for (top, left), (bottom, right) in self.rows.merged_cell_ranges or ()
            if top == bottom and (left, right) == (self.first_column, last) and left < right
        }

    def _merged_downwards(self, shared):
        """{row in which such a cell begins: [(place, its last row)]}, below the headings."""
        begins = {}
        for (top, left), (bottom, right) in self.rows.merged_cell_ranges or ():
            place = left - self.first_column
            if left == right and place in shared and bottom > top >= self.header_row:
                begins.setdefault(top + 1, []).append((place, bottom + 1))
        return begins


def _is_no_record(cells):
    filled = (cell for cell in cells if cell != "" and cell is not None)
    first = next(filled, None)
    if first is None:
        return True
    if not isinstance(first, str):
        return next(filled, None) is None and len(cells) > 2
    first = first.strip()
    if first.replace(" ", "") in _SUMS:
        return True
    return bool(_NOTE.match(first)) and next(filled, None) is None


def open_table(path: Path, kind: Kind, known: frozenset[str] = frozenset()) -> Table:
    """The table whose headings fit the kind best, or whose fingerprint is in `known`.

    Titles above the headings are skipped.
    """
    judge(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        _check_template(book, kind)
        names = [
            one.name
            for one in book.sheets_metadata
            if str(one.visible).endswith("Visible") and str(one.typ).endswith("WorkSheet")
        ]
        best = None
        for name in names[:8]:
            found = _best_headings(book.get_sheet_by_name(name), name, kind, known)
            if found and (best is None or found[0] > best[0]):
                best = found
            if best and best[0] >= _enough(kind):
                break
    except PasswordError as problem:
        raise WorkbookProblem(_password()) from problem
    except (CalamineError, OSError, ValueError) as problem:
        raise WorkbookProblem(_damaged()) from problem
    if best is None:
        raise WorkbookProblem(_("The workbook holds no table: no sheet has a row of headings."))
    table = best[1]
    if table.total == 0:
        raise WorkbookProblem(_("There are no rows below the headings."))
    if table.total > MOST_ROWS:
        raise WorkbookProblem(_too_many_rows())
    return table


def _check_template(book, kind):
    """Refuse a template of another kind or of an old version; a hidden sheet names both."""
    if META not in book.sheet_names:
        return
    said = {str(row[0]): row[1] for row in book.get_sheet_by_name(META).to_python() if len(row) > 1}
    version = str(said.get("version")).removesuffix(".0")
    if "kind" not in said:
        return
    if said["kind"] != kind.name:
        raise WorkbookProblem(
            _("This is the template “%(theirs)s”, not “%(ours)s”. Choose the right import.")
            % {"theirs": said.get("title", said["kind"]), "ours": kind.shown_title}
        )
    if version != str(kind.version):
        raise WorkbookProblem(
            _(
                "This is version %(theirs)s of the template; now it is version %(ours)s. Download "
                "the template again and copy your rows into it."
            )
            % {"theirs": version, "ours": kind.version}
        )


def _enough(kind):
    """Number of matching headings from which no further sheet is searched."""
    return sum(column.required for column in kind.columns) + 1


def _best_headings(sheet, name, kind, known):
    """(number of matches, Table) of the row most like headings; None for an empty sheet."""
    if sheet.start is None:
        return None
    ours = {plainly(one) for column in kind.columns for one in column.headings}
    best, above, grouped = None, (), _two_levels(sheet)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > sheet.start[0] + SEARCHED_ROWS:
            break
        headings = row = tuple(" ".join(str(cell).split())[:80] for cell in cells)
        if under := grouped.get(number - 1):
            headings = _joined(above, row, under, ours)
        above = row
        texts = {plainly(one) for one in headings if one}
        mark = fingerprint(headings)
        # Only a row of several different texts can be headings at all.
        hits = 10_000 if mark in known else len(texts & ours) if len(texts) > 1 else 0
        words = sum(isinstance(cell, str) and 0 < len(cell) < 30 for cell in cells)
        if len(texts) > 1 and (best is None or (hits, words) > best[:2]) and (hits or not best):
            best = (hits, words, number, headings, mark)
    if best is None:
        return None
    hits, _words, number, headings, mark = best
    return hits, Table(name, number, sheet.start[1], headings, mark, sheet)


def _two_levels(sheet):
    """{row of upper headings: {place: text above}}: where cells side by side are merged into one
    heading of several columns, each with a heading of its own below."""
    above = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top == bottom and left < right and top < sheet.start[0] + SEARCHED_ROWS:
            places = range(left - sheet.start[1], right - sheet.start[1] + 1)
            above.setdefault(top + 1, set()).update(places)
    return above


def _joined(upper, lower, grouped, ours):
    """The headings of two rows. A lower one that is not known by itself, or that stands twice, has
    the upper one before it."""
    repeated = {one for one in lower if lower.count(one) > 1}
    headings, group = [], ""
    for place, (top, below) in enumerate(zip(upper, lower, strict=True)):
        group = top or (group if place in grouped else "")
        if not below:
            headings.append(top)
        elif place not in grouped or plainly(below) in ours and below not in repeated:
            headings.append(below)
        else:
            headings.append(f"{group}{below}")
    return tuple(headings)


def fingerprint(headings):
    return hashlib.sha256("|".join(plainly(one) for one in headings).encode()).hexdigest()


def propose(kind: Kind, headings) -> dict[str, int]:
    """{column name: position of the heading} for all headings that are known."""
    places = {}
    for place, heading in enumerate(headings):
        if heading:
            places.setdefault(plainly(heading), place)
    found = {}
    for column in kind.columns:
        for word in column.headings:
            place = places.get(plainly(word))
            if place is not None and place not in found.values():
                found[column.name] = place
                break
    return found


def is_template(kind: Kind, headings) -> bool:
    """Whether all headings of the template are there; their meaning is then fixed."""
    theirs = {plainly(heading) for heading in headings}
    columns = [column for column in kind.columns if not column.is_left_out]
    return any(
        {plainly(heading) for heading in ours} <= theirs
        for ours in ([one.heading for one in columns], [one.shown for one in columns])
    )


def unfit(kind: Kind, headings, mapping) -> dict[str, str]:
    """{column name: why this heading cannot mean it}. A heading about a person needs a private
    column, which no list shows; other headings must not have one."""
    found = {}
    for name, place in mapping.items():
        column, heading = kind.column(name), headings[place]
        if not column.is_private and _is_private(kind, heading):
            found[name] = _(
                "“%(heading)s” is about a person. It can be matched with a protected column alone; "
                "“%(column)s” is open to everybody who sees the record."
            ) % {"heading": heading, "column": column.shown}
        elif column.is_private and _is_open(kind, heading):
            found[name] = _(
                "“%(heading)s” is an open column of this list. It cannot be matched with the "
                "protected column “%(column)s”."
            ) % {"heading": heading, "column": column.shown}
    return found


def _words(column):
    return {plainly(word) for word in column.headings}


def _is_open(kind, heading):
    return any(plainly(heading) in _words(c) for c in kind.columns if not c.is_private)


def _is_private(kind, heading):
    """Also true for longer headings: “反映人姓名” contains “反映人”."""
    if _is_open(kind, heading):
        return False
    said = plainly(heading)
    return any(word in said for c in kind.columns if c.is_private for word in _words(c))


def missing(kind: Kind, mapping) -> list:
    """Required columns without a heading."""
    return [c for c in kind.columns if c.required and c.name not in mapping]
