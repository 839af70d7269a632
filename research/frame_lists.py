"""Read the uploaded list of a sample: number or name, stratum, size."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from portal.imports.files import WorkbookProblem, judge
from portal.sampling.frame import Frame, listed, shortened
from portal.text import Text
from portal.trust import privacy

MOST_BYTES = 64 * 2**20
# Recognised headings of the three columns. Without a heading row the columns are in this order.
HEADINGS = (
    {"编号", "名称", "编号或名称", "单元", "单位", "村", "村（社区）", "key", "name", "number"},
    {"层", "分层", "所属层", "乡镇", "乡镇（街道）", "stratum"},
    {"规模", "户数", "总户数", "人数", "size", "households"},
)


def frame_in(upload) -> Frame:
    """Return the frame of an uploaded .xlsx or .csv. Raises ValidationError that reports all bad
    rows, duplicates and personal numbers at once."""
    if upload.size > MOST_BYTES:
        words = _("The file is larger than %(n)s MB.")
        raise ValidationError(words % {"n": MOST_BYTES // 2**20})
    units, bad = listed(_in_order(_rows(upload)))
    problems = [*_personal(units), *shortened(bad)]
    frame = Frame({})
    try:
        if units or not problems:
            frame = Frame.of(units)
    except ValidationError as more:
        problems += more.messages
    if problems:
        raise ValidationError([str(one) for one in problems])
    return frame


def _personal(units) -> list[Text]:
    """Reject personal numbers, since a frame is published."""
    found = privacy.find("\n".join(f"{one.key}\n{one.stratum}" for one in units))
    if not (found.ids or found.cards or found.phones):
        return []
    return [
        _(
            "The list holds numbers of persons (ID, bank card or phone). It is published: replace "
            "them by serial numbers, and keep the list of names where it is."
        )
    ]


def _in_order(rows: Iterable[list[str]]) -> Iterator[tuple[str, str, str]]:
    """Yield key, stratum and size of each row. A heading row is yielded empty, so that row numbers
    match the file."""
    places: list[int | None] = [0, 1, 2]
    for at, row in enumerate(rows):
        if at == 0 and (found := _places(row)):
            places = found
            yield "", "", ""
        else:
            key, stratum, size = (_cell(row, place) for place in places)
            yield key, stratum, size


def _cell(row, place):
    return row[place] if place is not None and place < len(row) else ""


def _places(row) -> list[int | None]:
    """Return the index of each of the three columns, or [] if this is not a heading row."""
    said = ["".join(cell.split()).lower() for cell in row]
    found = [next((at for at, one in enumerate(said) if one in known), None) for known in HEADINGS]
    return found if found[0] is not None else []


def _rows(upload) -> Iterable[list[str]]:
    if upload.name.lower().endswith(".csv"):
        return _of_csv(upload.read())
    return _of_workbook(upload)


def _of_csv(content: bytes) -> Iterable[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel on Chinese Windows saves .csv in this encoding.
        text = content.decode("gb18030", errors="replace")
    if "\0" in text or not text.strip():
        raise ValidationError(_("The file is no list: save the table as .xlsx or .csv."))
    first = text[: text.find("\n") + 1] or text
    between = max("\t;,", key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=between)


def _of_workbook(upload) -> Iterable[list[str]]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        try:
            judge(Path(file.name))
            book = CalamineWorkbook.from_path(file.name)
            sheet = book.get_sheet_by_index(0)
            rows = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
        except WorkbookProblem as problem:
            raise ValidationError(str(problem)) from problem
        except (CalamineError, PasswordError, OSError, ValueError) as problem:
            words = _("The file is no list: save the table as .xlsx or .csv.")
            raise ValidationError(words) from problem
    return rows


def _text(cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
