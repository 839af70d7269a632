"""Official sheets as .xlsx: openpyxl lays out the frame, the rows are streamed into it.

Knows paper, fonts and cells, but no ledgers, models or requests.

How values appear in the file:

- text stays text and never becomes a formula, number or date. CR LF becomes LF; control characters
  that XML forbids are removed; lone surrogates, U+FFFE and U+FFFF become U+FFFD; text over Excel's
  32,767 characters ends in TOO_LONG_MARK and is counted in the result;
- None and "" are empty cells with borders, True and False are 是 and 否;
- numbers are exact: with more than 15 significant digits, which Excel would round, they are text;
- dates are serial numbers; those before March 1900, which Excel miscounts, are text.
"""

import hashlib
import io
import os
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Literal

from isal import isal_zlib
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

CHINA = timezone(timedelta(hours=8))

ROWS_IN_A_SHEET = 1_048_576
CHARACTERS_IN_A_CELL = 32_767
TOO_LONG_MARK = "…（全文见系统）"
TALLEST_ROW = 409.0
META_SHEET = "_meta"
META_CHARACTERS = 30_000

# Up to version 2007, Excel shows longer cells of the format "text" as #####.
CHARACTERS_SHOWN_AS_TEXT = 255
# Excel stores numbers as binary doubles and shows this many digits.
EXACT_DIGITS = 15
# A zip entry or offset past 4 GiB needs zip64, which not every spreadsheet program reads.
LARGEST_PART = 3 * 2**30
LARGEST_FILE = 2**32 - 2**26

ROWS_IN_A_BATCH = 256
# isal has levels 0 to 3; at 2 a ledger of diaries is 2 % smaller and takes a tenth longer.
LEVEL = 1

TITLE_FONT = "方正小标宋简体"
UNIT_LINE_FONT = "楷体_GB2312"
HEADING_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"

TITLE_SIZES = (22, 20, 18)
UNIT_LINE_SIZE = 12
HEADING_SIZE = 12
BODY_SIZE = 11
NOTE_SIZE = 10.5
SIGNATURE_SIZE = 12

TITLE_HEIGHT = 42.0
UNIT_LINE_HEIGHT = 24.0
# In inches, on each side of the page.
SIDE_MARGIN = 0.6
HEADING_HEIGHT = 30.0
BODY_HEIGHT = 25.0
NOTE_HEIGHT = 20.0
SIGNATURE_HEIGHT = 36.0

NUMBER_FORMATS = {"text": "@", "integer": "0", "decimal": "0.00", "date": "yyyy.mm.dd"}
MOMENT_FORMAT = "yyyy.mm.dd hh:mm"

Align = Literal["left", "center", "right"]
Kind = Literal["text", "integer", "decimal", "date"]


class LedgerTooLarge(Exception):
    """The rows do not fit into one file."""


@dataclass(frozen=True)
class SheetColumn:
    heading: str
    width: float  # in Latin characters, as Excel counts it; a Chinese character takes two
    align: Align = "left"
    kind: Kind = "text"
    group: str = ""  # the heading above, shared by neighbours of the same group
    is_summed: bool = False  # has its sum in the row 合计
    is_off: bool = False  # left out, unless the office shows it
    number_format: str = ""  # overrides that of the kind, e.g. "yyyy.mm" or "0.0%"
    code: str = ""  # distinguishes columns with the same heading

    @property
    def known_as(self):
        return self.code or self.heading


@dataclass(frozen=True)
class SheetFrame:
    name: str  # on the sheet's tab
    title: str
    columns: Sequence[SheetColumn]
    unit_line: tuple[str, str, str] = ("", "", "")  # left, middle, right
    notes: tuple[str, ...] = ()  # each in a separate row
    signature: str = ""
    # One value for each column, including 合计, when all rows are written; None without a sum.
    total: Callable[[], Sequence[Any] | None] | None = None
    paper: Literal["A4", "A3"] = "A4"
    # Machine-readable text on a separate hidden sheet.
    meta: str = ""
    # Above each printed page and in the properties: who took the sheet, when, and its number.
    watermark: str = ""


@dataclass(frozen=True)
class Written:
    rows: int
    sheets: int
    sha256: str
    size: int
    shortened: int  # cells whose text was cut to Excel's limit
    crowded: int  # rows whose text is complete but higher than Excel's limit of 409 points


def write_sheet(
    target: Path,
    frame: SheetFrame,
    rows: Iterable[Sequence[Any]],
    *,
    progress: Callable[[int], None] | None = None,
    empty_text: str = "无",
    max_rows_per_sheet: int = ROWS_IN_A_SHEET,
    zone: tzinfo = CHINA,
) -> Written:
    """Writes the whole file or nothing: an error in `rows` or `progress` leaves `target` unchanged.

    Memory does not grow with the rows. Rows beyond one sheet continue on further ones, each with
    the full head; notes and signature are on the last. Only the owner can read the file.
    """
    target = Path(target)
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=".ledger-", suffix=".part", delete=False
    ) as file:
        unfinished = Path(file.name)
        try:
            ledger = _Ledger(file, frame, empty_text, max_rows_per_sheet, zone)
            for batch in _batches(rows):
                ledger.add(batch)
                if progress is not None:
                    progress(ledger.rows)
            ledger.finish()
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]  # it reads into
            size = file.tell()
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    counts = {"shortened": ledger.cells.shortened, "crowded": ledger.crowded}
    return Written(rows=ledger.rows, sheets=ledger.sheets, sha256=digest, size=size, **counts)


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, ROWS_IN_A_BATCH)):
        yield batch


# The ledger: sheets of rows inside a package --------------------------------------------------


class _Ledger:
    def __init__(
        self, file: IO[bytes], frame: SheetFrame, empty_text: str, rows_per_sheet: int, zone: tzinfo
    ):
        self.frame = frame
        self.empty_text = empty_text
        self.layout = _Layout(frame, sheets=1)
        self.archive = _Archive(file)
        self.cells = _Cells(self.layout.columns, zone)
        footer = len(frame.notes) + bool(frame.signature) + (frame.total is not None)
        self.last_row = rows_per_sheet - footer
        if self.last_row <= self.layout.head_rows:
            raise ValueError(f"{rows_per_sheet} rows are too few for the head and one row")
        self.rows = 0
        self.sheets = 0
        self.crowded = 0
        self._open_sheet()

    def add(self, batch: list[Sequence[Any]]) -> None:
        while batch:
            if self.row > self.last_row or self.part.size > LARGEST_PART:
                self._close_sheet()
                self._open_sheet()
            room = self.last_row - self.row + 1
            self._write_rows(batch[:room])
            self.rows += len(batch[:room])
            batch = batch[room:]

    def finish(self) -> None:
        if not self.rows and self.empty_text:
            self._write_line(self.empty_text, self.layout.empty_style, BODY_HEIGHT, bordered=True)
        if self.rows and self.frame.total is not None and (total := self.frame.total()):
            self._write_rows([total])
        for note in self.frame.notes:
            lines = _lines(_clean(note), _capacity(self.layout.width, NOTE_SIZE))
            height = min(max(NOTE_HEIGHT, lines * 14.5 + 4), TALLEST_ROW)
            self._write_line(note, self.layout.note_style, height)
        if self.frame.signature:
            self._write_line(self.frame.signature, self.layout.signature_style, SIGNATURE_HEIGHT)
        self._close_sheet()
        # Only now the number of sheets is known.
        for name, content in _Layout(self.frame, sheets=self.sheets).other_parts.items():
            self.archive.add(name, content)
        self.archive.close()

    def _open_sheet(self) -> None:
        self.sheets += 1
        self.row = self.layout.head_rows + 1
        self.merged: list[str] = []
        name = f"xl/worksheets/sheet{self.sheets}.xml"
        self.part = self.archive.open(name, self.layout.opening("A1"))
        self.part.write(self.layout.head)

    def _close_sheet(self) -> None:
        last_row = self.row - 1
        self.part.write(self.layout.tail(self.merged, last_row))
        self.part.close(self.layout.opening(f"A1:{self.layout.last_column}{last_row}"))

    def _write_rows(self, batch: list[Sequence[Any]]) -> None:
        numbers = [str(number) for number in range(self.row, self.row + len(batch))]
        xml, crowded = self.cells.rows(batch, numbers)
        self.part.write(xml.encode())
        self.crowded += crowded
        self.row += len(batch)

    def _write_line(self, text: str, style: int, height: float, bordered: bool = False) -> None:
        """Write a row with one cell across the whole width."""
        number = str(self.row)
        cells = [self.cells.text_cell(text, "A", number, style)]
        if bordered:
            cells += [f'<c r="{name}{number}" s="{style}"/>' for name in self.layout.letters[1:]]
        row = f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'
        self.part.write(row.encode())
        if len(self.layout.letters) > 1:
            self.merged.append(f"A{number}:{self.layout.last_column}{number}")
        self.row += 1


# The frame, by openpyxl -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Column:
    letter: str
    kind: Kind
    capacity: int  # units of text on a line
    # Style ids: of the column, and for values of each type.
    own: int
    text: int
    long_text: int
    number: int
    day: int
    moment: int


class _Layout:
    """An empty ledger made by openpyxl, split where the rows belong, and the styles of the rows."""

    def __init__(self, frame: SheetFrame, sheets: int):
        self.frame = frame
        self.letters = [get_column_letter(index + 1) for index in range(len(frame.columns))]
        self.last_column = self.letters[-1]
        self.width = sum(column.width for column in frame.columns)
        self.heading_rows = 2 if any(column.group for column in frame.columns) else 1
        self.head_rows = 2 + self.heading_rows
        self.looks = 0
        self.workbook = Workbook()
        self.workbook.properties.creator = None
        self.workbook.properties.title = _clean(frame.title)
        if frame.watermark:
            self.workbook.properties.description = _clean(frame.watermark)
        for number in range(1, sheets + 1):
            sheet = self.workbook.worksheets[0] if number == 1 else self.workbook.create_sheet()
            sheet.title = _sheet_name(frame.name, number)
            self._set_up_page(sheet)
            self._write_title(sheet)
            self._write_unit_line(sheet)
            self._write_headings(sheet)
        if frame.meta:
            self._write_meta()
        self._choose_styles()
        self._cut()

    def opening(self, dimension: str) -> bytes:
        """The beginning of a sheet, of fixed length: the dimension is known only at the end."""
        return self.before_dimension + f'<dimension ref="{dimension}"'.encode().ljust(48) + b"/>"

    def tail(self, merged: list[str], last_row: int) -> bytes:
        # Otherwise Excel marks each code that looks like a number with a green corner.
        texts = f"A{self.head_rows + 1}:{self.last_column}{last_row}"
        ignored = f'<ignoredErrors><ignoredError sqref="{texts}" numberStoredAsText="1"/>'
        end = f"{ignored}</ignoredErrors></worksheet>".encode()
        tail = self.after_rows.replace(b"</worksheet>", end)
        more = "".join(f'<mergeCell ref="{cells}"/>' for cells in merged).encode()
        tail = tail.replace(b"</mergeCells>", more + b"</mergeCells>")
        count = tail.count(b"<mergeCell ")
        return re.sub(rb'<mergeCells count="\d+"', b'<mergeCells count="%d"' % count, tail)

    def style(self, font: Font, align: str, number_format: str = "General", **more: Any) -> int:
        """The id of a style in the file."""
        self.looks += 1  # one cell for each: openpyxl keeps the cell's style without copying it
        cell = self.workbook.worksheets[0].cell(self.head_rows + 1, self.looks)
        cell.font = font
        cell.alignment = _alignment(align)
        cell.number_format = number_format
        cell.border = more.get("border", Border())
        cell.quotePrefix = more.get("quote_prefix", False)
        return cell.style_id

    def body_style(self, align: str, number_format: str, quote_prefix: bool = False) -> int:
        font = _font(BODY_FONT, BODY_SIZE)
        return self.style(font, align, number_format, border=_box(), quote_prefix=quote_prefix)

    def _choose_styles(self) -> None:
        self.columns = [
            self._column(column, letter)
            for column, letter in zip(self.frame.columns, self.letters, strict=True)
        ]
        self.empty_style = self.body_style("center", "@")
        self.note_style = self.style(_font(BODY_FONT, NOTE_SIZE), "left", "@")
        self.signature_style = self.style(_font(BODY_FONT, SIGNATURE_SIZE), "left", "@")

    def _column(self, column: SheetColumn, letter: str) -> "_Column":
        own = column.number_format or NUMBER_FORMATS[column.kind]
        is_number, is_day = column.kind in ("integer", "decimal"), column.kind == "date"
        return _Column(
            letter=letter,
            kind=column.kind,
            capacity=_capacity(column.width, BODY_SIZE),
            own=self.body_style(column.align, own),
            text=self.body_style(column.align, NUMBER_FORMATS["text"]),
            # The quote prefix prevents formulas when somebody edits the cell.
            long_text=self.body_style(column.align, "General", quote_prefix=True),
            number=self.body_style(column.align, own if is_number else "General"),
            day=self.body_style(column.align, own if is_day else NUMBER_FORMATS["date"]),
            moment=self.body_style(
                column.align, (is_day and column.number_format) or MOMENT_FORMAT
            ),
        )

    def _write_meta(self) -> None:
        sheet = self.workbook.create_sheet(META_SHEET)
        sheet.sheet_state = "hidden"
        meta = self.frame.meta
        for row, start in enumerate(range(0, len(meta), META_CHARACTERS), start=1):
            cell = sheet.cell(row, 1, meta[start : start + META_CHARACTERS])
            cell.data_type = "s"

    def _set_up_page(self, sheet: Worksheet) -> None:
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9 if self.frame.paper == "A4" else 8
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        sheet.page_margins.top = sheet.page_margins.bottom = 0.8
        sheet.page_margins.left = sheet.page_margins.right = SIDE_MARGIN
        sheet.page_margins.header = sheet.page_margins.footer = 0.4
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"  # pyright: ignore[reportOptionalMemberAccess]  # always there
        if self.frame.watermark:
            # A single & would start a format code.
            said = _clean(self.frame.watermark).replace("&", "&&")
            sheet.oddHeader.right.text = said  # pyright: ignore[reportOptionalMemberAccess]  # as above
        sheet.print_title_rows = f"3:{self.head_rows}"
        sheet.freeze_panes = f"A{self.head_rows + 1}"
        for letter, column in zip(self.letters, self.frame.columns, strict=True):
            sheet.column_dimensions[letter].width = column.width

    def _write_title(self, sheet: Worksheet) -> None:
        title = _clean(self.frame.title)
        size = lines = 0
        for size in TITLE_SIZES:
            lines = _lines(title, _capacity(self.width, size))
            if lines == 1:
                break
        font = _font(TITLE_FONT, size)
        self._write_merged(sheet, (1, 1, 1, len(self.letters)), title, font, "center")
        sheet.row_dimensions[1].height = max(TITLE_HEIGHT, lines * size * 1.4 + 8)

    def _write_unit_line(self, sheet: Worksheet) -> None:
        texts = [_clean(text) for text in self.frame.unit_line]
        font = _font(UNIT_LINE_FONT, UNIT_LINE_SIZE)
        if len(self.letters) < 3:
            texts, stops, aligns = ["　".join(filter(None, texts))], [len(self.letters)], ["left"]
        else:
            stops = [*self._thirds(texts), len(self.letters)]
            aligns = ["left", "center", "right"]
        start, height = 1, UNIT_LINE_HEIGHT
        for text, stop, align in zip(texts, stops, aligns, strict=True):
            self._write_merged(sheet, (2, start, 2, stop), text, font, align)
            width = sum(column.width for column in self.frame.columns[start - 1 : stop])
            lines = _lines(text, _capacity(width, UNIT_LINE_SIZE))
            height = max(height, lines * 16.5 + 6)
            start = stop + 1
        sheet.row_dimensions[2].height = height

    def _thirds(self, texts: Sequence[str]) -> tuple[int, int]:
        """The last columns of the left and the middle text, so that each text fits and the middle
        one is near the middle of the page."""
        widths = [column.width for column in self.frame.columns]
        needs = [_units(text) * UNIT_LINE_SIZE / BODY_SIZE + 2 for text in texts]

        def cost(stops: tuple[int, int]) -> tuple[float, float]:
            left, right = sum(widths[: stops[0]]), sum(widths[stops[1] :])
            rooms = (left, self.width - left - right, right)
            missing = sum(max(0, need - room) for need, room in zip(needs, rooms, strict=True))
            return missing, abs(left - right)

        count = len(widths)
        return min(
            ((left, middle) for left in range(1, count - 1) for middle in range(left + 1, count)),
            key=cost,
        )

    def _write_headings(self, sheet: Worksheet) -> None:
        font = _font(HEADING_FONT, HEADING_SIZE)
        top, bottom = 3, self.head_rows
        upper = lower = whole = 0.0
        columns = self.frame.columns
        start = 0
        while start < len(columns):
            group, stop = columns[start].group, start + 1
            while group and stop < len(columns) and columns[stop].group == group:
                stop += 1
            if group:
                area = (top, start + 1, top, stop)
                self._write_merged(sheet, area, _clean(group), font, "center", _box())
                width = sum(column.width for column in columns[start:stop])
                upper = max(upper, _heading_height(group, width))
            for index in range(start, stop):
                heading, width = columns[index].heading, columns[index].width
                area = (bottom if group else top, index + 1, bottom, index + 1)
                self._write_merged(sheet, area, _clean(heading), font, "center", _box())
                if group:
                    lower = max(lower, _heading_height(heading, width))
                else:
                    whole = max(whole, _heading_height(heading, width))
            start = stop
        if top == bottom:
            sheet.row_dimensions[top].height = whole
        else:
            sheet.row_dimensions[top].height = upper
            sheet.row_dimensions[bottom].height = max(lower, whole - upper)

    def _write_merged(
        self,
        sheet: Worksheet,
        area: tuple[int, int, int, int],
        text: str,
        font: Font,
        align: str,
        border: Border | None = None,
    ) -> None:
        top, left, bottom, right = area
        if (top, left) != (bottom, right):
            sheet.merge_cells(None, top, left, bottom, right)
        for row in sheet.iter_rows(top, bottom, left, right):
            for cell in row:
                cell.font = font
                cell.alignment = _alignment(align)
                if border is not None:
                    cell.border = border
        cell = sheet.cell(top, left)
        cell.value = text or None  # pyright: ignore[reportAttributeAccessIssue]  # the first of merged
        if text:
            cell.data_type = "s"  # openpyxl would turn text that begins with "=" into a formula

    def _cut(self) -> None:
        saved = io.BytesIO()
        self.workbook.save(saved)
        with zipfile.ZipFile(saved) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = parts["xl/worksheets/sheet1.xml"]
        ours = {
            f"xl/worksheets/sheet{number}.xml"
            for number, sheet in enumerate(self.workbook.worksheets, start=1)
            if sheet.title != META_SHEET
        }
        self.other_parts = {name: part for name, part in parts.items() if name not in ours}
        self.before_dimension, after = re.split(rb"<dimension [^>]*>", sheet, maxsplit=1)
        rows_start = after.index(b'<row r="%d"' % (self.head_rows + 1))
        self.head = after[:rows_start]
        self.after_rows = after[after.index(b"</sheetData>") :]


def _font(name: str, size: float) -> Font:
    return Font(name=name, size=size, charset=134)  # GB2312: any substitute font has Chinese


def _alignment(align: str) -> Alignment:
    return Alignment(horizontal=align, vertical="center", wrap_text=True)


def _box() -> Border:
    side = Side(style="thin")
    return Border(left=side, right=side, top=side, bottom=side)


def _sheet_name(name: str, number: int) -> str:
    """A valid tab name: Excel allows 31 characters and forbids some."""
    allowed = str.maketrans("\\/*?:[]\n\r\t", "＼／＊？：［］   ")
    name = _clean(name).translate(allowed).strip("' ") or "Sheet"
    ending = f"（{number}）" if number > 1 else ""
    return name[: 31 - len(ending)] + ending


# Rows as sheet XML ----------------------------------------------------------------------------


# A column's cells and the number of lines of each, or None if all have one.
_ColumnXml = tuple[list[str], list[int] | None]

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
UNPAIRED = re.compile("[\ud800-\udfff\ufffe\uffff]")
MARKUP = ("&", "<", ">", "\r", "_x", "_X")
# Programs read _x000D_ as a carriage return unless it is split over two runs of text.
ESCAPE = re.compile("_(?=[xX][0-9A-Fa-f]{4}_)")
DIGITS = frozenset("0123456789.-")
PLAIN_NUMBERS = frozenset({int, Decimal, float, type(None)})
PLAIN_DAYS = frozenset({date, type(None)})
DAY_ZERO = date(1899, 12, 30).toordinal()
FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900


class _Cells:
    """Turns a batch of rows into XML column by column, so that most checks run once a column."""

    def __init__(self, columns: list[_Column], zone: tzinfo):
        self.columns = columns
        self.zone = zone
        self.shortened = 0
        self.writers = {
            "text": self._texts,
            "integer": self._numbers,
            "decimal": self._numbers,
            "date": self._days,
        }

    def rows(self, batch: list[Sequence[Any]], numbers: list[str]) -> tuple[str, int]:
        """Return the XML of the rows, and how many of them have more lines than a row can show."""
        for number, row in zip(numbers, batch, strict=True):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} values, not {len(self.columns)}")
        cells, heights = [], []
        for column, values in zip(self.columns, zip(*batch, strict=True), strict=True):
            written, lines = self.writers[column.kind](column, values, numbers)
            cells.append(written)
            if lines is not None:
                heights.append(lines)
        if not heights:
            tallest = [1] * len(batch)
        elif len(heights) == 1:
            tallest = heights[0]
        else:
            tallest = list(map(max, *heights))
        crowded = 0
        if max(tallest) > MOST_LINES:
            crowded = sum(lines > MOST_LINES for lines in tallest)
            tallest = [min(lines, MOST_LINES) for lines in tallest]
        starts = [
            f'<row r="{number}" ht="{ROW_HEIGHTS[lines]}" customHeight="1">'
            for number, lines in zip(numbers, tallest, strict=True)
        ]
        ends = ["</row>"] * len(batch)
        return "".join(chain.from_iterable(zip(starts, *cells, ends, strict=True))), crowded

    def text_cell(self, text: str, letter: str, number: str, style: int) -> str:
        return f'<c r="{letter}{number}" s="{style}" t="inlineStr">{_inline(self._fit(text))}</c>'

    def _texts(self, column: _Column, values: Sequence[Any], numbers: list[str]) -> _ColumnXml:
        if set(map(type, values)) != {str}:
            values = [v if type(v) is str else _as_text(v, self.zone) for v in values]
        joined = "".join(values)
        longest = max(map(len, values))
        # Characters that need care are unprintable or in MARKUP: check all cells at once.
        common = joined.replace("\n", "").replace("\u3000", "")
        if not common.isprintable() or longest * 2 > CHARACTERS_IN_A_CELL:
            values = [self._fit(v) for v in values]
            joined = "".join(values)

        capacity, half = column.capacity, column.capacity // 2
        if longest <= half and "\n" not in joined:
            lines = None
        else:
            lines = [1 if len(v) <= half and "\n" not in v else _lines(v, capacity) for v in values]

        if any(mark in joined for mark in MARKUP):
            values = [v and _inline(v) for v in values]
            opened, closed = "", "</c>"
        elif " " not in joined and joined.isprintable():
            opened, closed = "<is><t>", "</t></is></c>"
        else:
            opened, closed = '<is><t xml:space="preserve">', "</t></is></c>"
        cell = f'<c r="{column.letter}'
        text = f'" s="{column.text}" t="inlineStr">{opened}'
        long_text = f'" s="{column.long_text}" t="inlineStr">{opened}'
        empty = f'" s="{column.own}"/>'
        return [
            f"{cell}{number}{text if len(v) <= CHARACTERS_SHOWN_AS_TEXT else long_text}{v}{closed}"
            if v
            else f"{cell}{number}{empty}"
            for v, number in zip(values, numbers, strict=True)
        ], lines

    def _numbers(self, column: _Column, values: Sequence[Any], numbers: list[str]) -> _ColumnXml:
        if set(map(type, values)) <= PLAIN_NUMBERS:
            digits = ["" if v is None else str(v) for v in values]
            if max(map(len, digits)) <= EXACT_DIGITS and DIGITS.issuperset("".join(digits)):
                letter, style = column.letter, column.number
                return [
                    f'<c r="{letter}{number}" s="{style}"><v>{v}</v></c>'
                    if v
                    else f'<c r="{letter}{number}" s="{style}"/>'
                    for v, number in zip(digits, numbers, strict=True)
                ], None
        return self._mixed(column, values, numbers)

    def _days(self, column: _Column, values: Sequence[Any], numbers: list[str]) -> _ColumnXml:
        types = set(map(type, values))
        if types <= PLAIN_DAYS and all(v is None or v >= FIRST_DAY for v in values):
            letter, style = column.letter, column.day
            return [
                f'<c r="{letter}{number}" s="{style}"/>'
                if v is None
                else f'<c r="{letter}{number}" s="{style}"><v>{v.toordinal() - DAY_ZERO}</v></c>'
                for v, number in zip(values, numbers, strict=True)
            ], None
        return self._mixed(column, values, numbers)

    def _mixed(self, column: _Column, values: Sequence[Any], numbers: list[str]) -> _ColumnXml:
        """Cells by the type of each value, whatever the kind of the column."""
        cells, lines = [], []
        for value, number in zip(values, numbers, strict=True):
            style, content = self._number_or_day(column, value)
            if content:
                cells.append(f'<c r="{column.letter}{number}" s="{style}"><v>{content}</v></c>')
                lines.append(1)
            else:
                cell, taken = self._texts(column, [value], [number])
                cells += cell
                lines += taken or [1]
        return cells, lines

    def _number_or_day(self, column: _Column, value: Any) -> tuple[int, str]:
        """(style, Excel's number); an empty number if only text is exact."""
        if isinstance(value, bool):
            return column.text, ""
        if isinstance(value, int | float | Decimal):
            return column.number, _number(value)
        if isinstance(value, datetime):
            moment = _local(value, self.zone)
            if moment.date() >= FIRST_DAY:
                return column.moment, _serial(moment)
        elif isinstance(value, date) and value >= FIRST_DAY:
            return column.day, str(value.toordinal() - DAY_ZERO)
        return column.text, ""

    def _fit(self, text: str) -> str:
        """The text, cleaned and cut to what a cell can hold."""
        text = _clean(text)
        # Excel counts UTF-16 units: characters outside the basic plane are two.
        if len(text) * 2 > CHARACTERS_IN_A_CELL:
            units = text.encode("utf-16-le")
            if len(units) > CHARACTERS_IN_A_CELL * 2:
                kept = units[: (CHARACTERS_IN_A_CELL - len(TOO_LONG_MARK)) * 2]
                text = kept.decode("utf-16-le", "ignore") + TOO_LONG_MARK
                self.shortened += 1
        return text


def _clean(text: str) -> str:
    if text.isprintable():
        return text
    text = ILLEGAL.sub("", text.replace("\r\n", "\n"))
    return UNPAIRED.sub("\ufffd", text)


def _inline(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("\r", "&#13;")
    if "_" in text and ESCAPE.search(text):
        runs = ESCAPE.sub('_</t></r><r><t xml:space="preserve">', text)
        return f'<is><r><t xml:space="preserve">{runs}</t></r></is>'
    return f'<is><t xml:space="preserve">{text}</t></is>'


def _as_text(value: Any, zone: tzinfo) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"{_local(value, zone):%Y.%m.%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y.%m.%d}"
    return str(value)


def _number(value: int | float | Decimal) -> str:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    digits = text.lstrip("-").replace(".", "")
    if isinstance(value, float):
        return text if digits[:1].isdigit() else ""  # else nan and inf
    if not digits.isdigit() or len(digits) > 300 or len(digits.strip("0")) > EXACT_DIGITS:
        return ""
    return text


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _serial(moment: datetime) -> str:
    since_midnight = moment - datetime(moment.year, moment.month, moment.day)
    return str(moment.toordinal() - DAY_ZERO + since_midnight / timedelta(days=1))


# The space that text takes ---------------------------------------------------------------------


def _units(text: str) -> int:
    """The width in Latin characters; a Chinese one is two wide and has three bytes in UTF-8."""
    return (len(text) + len(text.encode())) // 2


def _capacity(width: float, size: float) -> int:
    """How many units of text in this font size fit on a line of this column width."""
    pixels = width * 7 - 5
    unit = size * 96 / 72 / 2
    return max(2, int(pixels / unit) // 2 * 2)


def _lines(text: str, capacity: int) -> int:
    count = 0
    for line in text.split("\n"):
        units = _units(line)
        # Lines may end early before a word or punctuation mark: add a sixteenth.
        count += 1 if units <= capacity else -(-(units + units // 16) // capacity)
    return count


def _heading_height(heading: str, width: float) -> float:
    lines = _lines(_clean(heading), _capacity(width, HEADING_SIZE))
    return min(max(HEADING_HEIGHT, lines * 16.5 + 6), TALLEST_ROW)


def _row_height(lines: int) -> float:
    return max(BODY_HEIGHT, lines * 16 + 4)


MOST_LINES = next(n for n in range(1, 100) if _row_height(n + 1) > TALLEST_ROW)
ROW_HEIGHTS = [f"{_row_height(lines):g}" for lines in range(MOST_LINES + 1)]


# The package ----------------------------------------------------------------------------------


class _Archive:
    """A zip file deflated by isal. Python's zipfile supports neither another compressor nor first
    bytes that are known only at the end."""

    def __init__(self, file: IO[bytes]):
        self.file = file
        self.entries: list[bytes] = []

    def end(self) -> int:
        end = self.file.tell()
        if end > LARGEST_FILE:
            raise LedgerTooLarge("the rows do not fit into a file of 4 GiB: export fewer at once")
        return end

    def open(self, name: str, opening: bytes = b"") -> "_Part":
        return _Part(self, name.encode(), opening)

    def add(self, name: str, content: bytes) -> None:
        part = self.open(name)
        part.write(content)
        part.close(b"")

    def close(self) -> None:
        directory = b"".join(self.entries)
        start, count = self.file.tell(), len(self.entries)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0)
        self.file.write(directory + end)


class _Part:
    """One file of the package. On closing, its opening is replaced by one of the same length."""

    def __init__(self, archive: _Archive, name: bytes, opening: bytes):
        self.archive, self.file, self.name = archive, archive.file, name
        self.offset = self.file.tell()
        self.opening_length = len(opening)
        self.size = 0
        self.checksum = 0
        self.compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15)
        self.file.write(self._header(opening, 0) + _stored(opening))

    def write(self, content: bytes) -> None:
        self.size += len(content)
        self.checksum = isal_zlib.crc32(content, self.checksum)
        self.file.write(self.compressor.compress(content))

    def close(self, opening: bytes) -> None:
        if len(opening) != self.opening_length:
            raise ValueError("a part must be closed with an opening as long as its first")
        self.file.write(self.compressor.flush())
        end = self.archive.end()
        self.file.seek(self.offset)
        header = self._header(opening, end)
        self.file.write(header + _stored(opening))
        self.file.seek(end)
        central = struct.pack("<4sH", b"PK\1\2", 20) + header[4:30]
        more = struct.pack("<3H2L", 0, 0, 0, 0, self.offset)
        self.archive.entries.append(central + more + self.name)

    def _header(self, opening: bytes, end: int) -> bytes:
        first = isal_zlib.crc32(opening)
        checksum = isal_zlib.crc32_combine(first, self.checksum, self.size)
        size = len(opening) + self.size
        packed = max(0, end - self.offset - 30 - len(self.name))
        utf8_names, deflated, midnight, first_of_1980 = 0x800, 8, 0, 0x21
        sizes = (checksum, packed, size, len(self.name), 0)
        kind = (b"PK\3\4", 20, utf8_names, deflated, midnight, first_of_1980)
        return struct.pack("<4s5H3L2H", *kind, *sizes) + self.name


def _stored(content: bytes) -> bytes:
    """An uncompressed deflate block, which can be overwritten in place."""
    return struct.pack("<BHH", 0, len(content), len(content) ^ 0xFFFF) + content if content else b""
