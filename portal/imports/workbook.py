"""Reads the sheets of an uploaded workbook: which have a table, its headings and its rows.

Anything wrong with the file raises `WorkbookProblem` with one sentence for the user.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.utils import get_column_letter

from portal.imports import Kind, files
from portal.imports.cells import ALIKE, alike, plainly
from portal.imports.files import MOST_ROWS, WorkbookProblem

META = "_meta"
SEARCHED_ROWS = 15
# Headings may take up to this many rows, one above the other.
MOST_LEVELS = 3
CHUNK = 2_000
AGAIN, OTHER = "again", "other"
# The rows of a longer sheet are not counted before they are read.
COUNTED_ROWS = 20_000

# Below the rows of an official sheet: sums, notes and signatures.
_SUM = re.compile(r".{0,12}(合计|总计|小计|共计|累计)[:：]?")
_NOTE = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,2}[)）、.．]|(附?注|备注|审核|制表|填表|复核|审批|签字|单位负责人|说明|填表说明|主要负责人|负责人|审核人|填表人|填报人|制表人|联系人|填报时间"
    r"|填报日期|填报单位)[0-9（(：:1]"
)
# A row above the headings that is not part of them: 填报单位：石桥镇, 2026年6月.
_SAID = re.compile(r"[:：]|\d{4}\s*年")
LONGEST_GROUP = 20
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*(?=[年.\-/])")
_PERSONAL = re.compile(r"手机|电话|联系方式|住址|户主")
_NUMBERS = re.compile(r"身份证|证件号|公民身份|银行|卡号|账号(?!名)")


@dataclass(frozen=True)
class Table:
    """The rows below the headings of one sheet."""

    sheet: str
    header_row: int  # the last of the headings, as Excel counts
    first_column: int  # 0 is A
    headings: tuple[str, ...]
    fingerprint: str
    rows: Any  # of calamine, from the first row of the sheet
    lacking: frozenset[str] = frozenset()  # formulas without result
    # Headings of the kind, to recognise repeated headings.
    words: frozenset[str] = frozenset()
    # The row in which another table begins, known after the rows were read.
    ends: list[int] = field(default_factory=list)
    # The year that the title or the name of the sheet gives, if it is unique.
    year: int | None = None

    @property
    def total(self):
        return max(self.rows.end[0] + 1 - self.header_row, 0)

    def letter(self, place):
        return get_column_letter(self.first_column + place + 1)

    def chunks(self, shared=frozenset()) -> Iterator[list[tuple[int, list]]]:
        """Yield [(row number, cells)] in chunks, without empty rows, sums, notes and repeated
        headings.

        A cell that is merged downwards in a column of `shared` counts for each of its rows.
        """
        merged, until, above = self._merged_downwards(shared), {}, ()
        spread, chunk, words = self._spread(), [], self.words
        for number, cells in enumerate(self.rows.iter_rows(), start=1):
            is_record = number > self.header_row and not _is_no_record(cells)
            is_record = is_record and number not in spread
            if is_record and _first_text(cells) in words and (again := self._headings_in(cells)):
                is_record = False
                if again == OTHER:
                    self.ends[:] = [number]
                    break
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

    def _headings_in(self, cells):
        """Return AGAIN if the row repeats the headings, as on every page of a long list, OTHER if
        it has those of another table, else an empty string."""
        filled = {p: " ".join(cell.split()) for p, cell in enumerate(cells) if _is_text(cell)}
        if len(filled) < 2 or any(not _is_text(cell) for cell in cells if cell != ""):
            return ""
        if sum(text == self.headings[p] for p, text in filled.items()) * 2 >= len(filled):
            return AGAIN
        known = sum(text in self.words for text in filled.values())
        return OTHER if known > 1 and known * 2 >= len(filled) else ""

    def counted(self):
        """Return how many rows `chunks` yields; for a very long sheet, an upper bound."""
        if self.total > COUNTED_ROWS:
            return self.total
        return sum(len(chunk) for chunk in self.chunks())

    def _spread(self):
        """Return the rows with one cell across the whole table: notes, signatures, 无."""
        last = self.first_column + len(self.headings) - 1
        return {
            top + 1
            for (top, left), (bottom, right) in self.rows.merged_cell_ranges or ()
            if top == bottom and (left, right) == (self.first_column, last) and left < right
        }

    def _merged_downwards(self, shared):
        """Return {row in which a cell merged downwards begins: [(place, its last row)]}, below the
        headings."""
        begins = {}
        for (top, left), (bottom, right) in self.rows.merged_cell_ranges or ():
            place = left - self.first_column
            if left == right and place in shared and bottom > top >= self.header_row:
                begins.setdefault(top + 1, []).append((place, bottom + 1))
        return begins


def _first_text(cells):
    """Return the first cell that is not empty."""
    return next((cell for cell in cells if cell != ""), None)


def _is_text(cell):
    return isinstance(cell, str) and bool(cell)


def _is_no_record(cells):
    filled = (cell for cell in cells if cell != "" and cell is not None)
    first = next(filled, None)
    if first is None:
        return True
    if not isinstance(first, str):
        return next(filled, None) is None and len(cells) > 2
    first = first.strip()
    if _SUM.fullmatch(re.sub(r"\s", "", first)):
        return True
    # Also several next to each other: 审核人：… 填表人：…
    return bool(_NOTE.match(first)) and all(_NOTE.match(str(cell).strip()) for cell in filled)


@dataclass(frozen=True)
class Found:
    """Result for one sheet: its table, or why it is not imported."""

    sheet: str
    table: Table | None
    hits: int = 0
    why: str = ""


def open_table(path: Path, kind: Kind, known: frozenset[str] = frozenset()) -> Table:
    """Return the table of the first sheet that is imported; refuse formulas without a result."""
    found = open_tables(path, kind, known, formulas=True)
    return next(one.table for one in found if one.table is not None and not one.why)


def open_tables(path, kind, known=frozenset(), chosen=None, *, formulas=False) -> list[Found]:
    """Return every sheet of the workbook; those to be imported have no `why`.

    These are the visible sheets whose headings fit the kind about as well as the best sheet's, or
    those named by `chosen`. `known` are fingerprints of headings that were matched before.
    """
    book = files.Book(path, formulas=formulas)
    if len(book.names) > files.MOST_SHEETS:
        words = _("The workbook has more than %(n)s sheets. Split it into several workbooks.")
        raise WorkbookProblem(words % {"n": files.MOST_SHEETS})
    _check_template(book, kind)
    found = [_looked_at(book, name, kind, known) for name in book.names if name != META]
    if not any(one.table for one in found):
        raise WorkbookProblem(_no_table(found))
    found = [_chosen(one, chosen, found, book, kind, known) for one in found]
    taken = [one.table for one in found if one.table and not one.why]
    if not taken:
        raise WorkbookProblem(_("There are no rows below the headings."))
    if sum(table.total for table in taken) > MOST_ROWS:
        words = _("The sheet has more than %(n)s rows. Split it into several workbooks.")
        raise WorkbookProblem(words % {"n": MOST_ROWS})
    return found


def _no_table(found):
    if any(one.hits for one in found):
        return _("There are no rows below the headings.")
    return _("The workbook holds no table: no sheet has a row of headings.")


def _looked_at(book, name, kind, known):
    sheet = book.sheet(name)
    if sheet.start is None:
        return Found(name, None, why=pgettext("import", "empty"))
    hits, table = _best_headings(sheet, name, kind, known) or (0, None)
    if table is None:
        return Found(name, None, why=_("no row of headings"))
    table = Table(**{**vars(table), "lacking": book.lacking(name)})
    if not table.total or next(table.chunks(), None) is None:
        return Found(name, None, hits, _("no rows below the headings"))
    return Found(name, table, hits)


def _chosen(one, chosen, all_found, book, kind, known):
    """Return the sheet, with a `why` if its rows are not imported."""
    if one.table is None:
        return one
    if chosen is not None:
        why = "" if one.sheet in chosen else _("left out by you")
        return Found(one.sheet, one.table, one.hits, why)
    why = ""
    if book.is_hidden(one.sheet):
        why = pgettext("import", "hidden")
    elif not _fits(one, all_found, book, kind, known):
        why = _("has other headings")
    return Found(one.sheet, one.table, one.hits, why)


def _fits(one, all_found, book, kind, known):
    """Return whether the headings fit the kind: they include all required ones, or about as many
    as the best sheet has, or are the same as that sheet's."""
    if one.table.fingerprint in known or not missing(kind, propose(kind, one.table.headings)):
        return True
    best = max(
        (other for other in all_found if other.table and not book.is_hidden(other.sheet)),
        key=lambda other: other.hits,
        default=one,
    )
    if one.table.fingerprint == best.table.fingerprint:
        return True
    return one.hits > 1 and one.hits * 3 >= min(best.hits, len(best.table.headings)) * 2


def _check_template(book, kind):
    """Refuse a template of another kind or an old version; a hidden sheet names both."""
    if META not in book.names:
        return
    said = {str(row[0]): row[1] for row in book.sheet(META).to_python() if len(row) > 1}
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


# --- Headings -----------------------------------------------------------------------------------


class _Top:
    """The first rows of a sheet, which contain the headings."""

    def __init__(self, sheet):
        self.first, left = sheet.start
        self.rows, last = [], self.first + SEARCHED_ROWS + MOST_LEVELS
        for number, cells in enumerate(sheet.iter_rows()):
            if number > last:
                break
            self.rows.append(cells)
        self.texts = [tuple(" ".join(str(c).split())[:80] for c in row) for row in self.rows]
        # Ranges merged across in a row; places merged downwards, with their last row.
        self.across, self.down = {}, {}
        for (top, begin), (bottom, end) in sheet.merged_cell_ranges or ():
            if begin < end and top == bottom:
                self.across.setdefault(top, []).append(range(begin - left, end - left + 1))
            elif begin == end and bottom > top:
                self.down.setdefault(top, []).append((begin - left, bottom))

    def searched(self):
        return range(self.first, min(self.first + SEARCHED_ROWS, len(self.rows)))

    def goes_on(self, row):
        """Return whether the headings of this row continue in the next: it has groups, or most of
        its cells are merged downwards."""
        deep = [place for place, last in self.down.get(row, ()) if last <= row + MOST_LEVELS - 1]
        filled = sum(map(bool, self.texts[row]))
        return len(deep) > 1 and (bool(self.across.get(row)) or len(deep) * 2 > filled)

    def grouped(self, row):
        """Return the places below a heading that spans several columns; None if there are none or
        the row is not an upper row of headings."""
        if row + 1 >= len(self.rows):
            return None
        upper, lower = self.texts[row], self.texts[row + 1]
        filled = [text for text in upper if text]
        if len(filled) < 2 or any(len(t) > LONGEST_GROUP or _SAID.search(t) for t in filled):
            return None
        merged = {place for places in self.across.get(row, ()) for place in places}
        if merged:
            return merged if sum(bool(lower[p]) for p in merged) > 1 else None
        # Groups without merged cells: where the upper cell is empty the lower is filled, and vice
        # versa.
        if not any(u and not low for u, low in zip(upper, lower, strict=True)):
            return None
        found, is_group = set(), False
        for place in range(1, len(upper)):
            is_under = not upper[place] and bool(lower[place])
            is_group = is_under and (is_group or bool(lower[place - 1]))
            if is_group:
                found |= {place - 1, place}
        return found or None

    def ways(self, row, ours):
        """Yield the possible headings that end in this row, with one, two or three levels."""
        headings = self.texts[row]
        yield headings
        for up in range(row - 1, max(row - MOST_LEVELS, self.first - 1), -1):
            if (places := self.grouped(up)) is None:
                return
            headings = _joined(self.texts[up], headings, places, ours)
            yield headings


def _best_headings(sheet, name, kind, known):
    """Return (number of matches, Table) for the rows most like headings, or None without any."""
    ours = {plainly(one) for column in kind.columns for one in column.headings}
    top, best = _Top(sheet), None
    for row in top.searched():
        if top.goes_on(row):
            continue
        for headings in top.ways(row, ours):
            texts = {plainly(one) for one in headings if one}
            # Headings are at least two different texts.
            if len(texts) < 2:
                continue
            mark = fingerprint(headings)
            hits = 10_000 if mark in known else len(texts & ours)
            words = sum(isinstance(c, str) and 0 < len(c) < 30 for c in top.rows[row])
            if (best is None or (hits, words) > best[:2]) and (hits or not best):
                best = (hits, words, row + 1, headings, mark)
    if best is None:
        return None
    hits, _words, number, headings, mark = best
    said = " ".join([name, *(text for row in top.texts[: number - 1] for text in row)])
    years = {int(year) for year in _YEAR.findall(said)}
    year = years.pop() if len(years) == 1 else None
    words = frozenset(w for column in kind.columns for w in column.headings) | {*headings} - {""}
    place = name, number, sheet.start[1]
    return hits, Table(*place, headings, mark, sheet, words=words, year=year)


def _joined(upper, lower, grouped, ours):
    """Combine the headings of two rows. A lower heading that is unknown or occurs twice is prefixed
    with the upper one."""
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
    """Return {column name: position of the heading} for all known headings."""
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


def guess(kind: Kind, headings, mapping) -> dict[str, int]:
    """Return {column name: position} for headings that only resemble ours, to be confirmed by the
    user."""
    free = [p for p, one in enumerate(headings) if one and p not in mapping.values()]
    pairs = sorted(
        (
            (alike(plainly(word), plainly(headings[place])), column.name, place)
            for column in kind.columns
            if column.name not in mapping and not column.is_left_out
            for word in column.headings
            for place in free
        ),
        reverse=True,
    )
    found = {}
    for likeness, name, place in pairs:
        if likeness < ALIKE:
            break
        is_free = name not in found and place not in found.values()
        if is_free and not unfit(kind, headings, {name: place}):
            found[name] = place
    return found


def is_template(kind: Kind, headings) -> bool:
    """Return whether all headings of the template are present; their meaning is then fixed."""
    theirs = {plainly(heading) for heading in headings}
    columns = [column for column in kind.columns if not column.is_left_out]
    return any(
        {plainly(heading) for heading in ours} <= theirs
        for ours in ([one.heading for one in columns], [one.shown for one in columns])
    )


def unfit(kind: Kind, headings, mapping) -> dict[str, str]:
    """Return {column name: why this heading cannot mean it}. A heading about a person needs a
    private column, which no list shows; other headings must not have one."""
    found = {}
    for name, place in mapping.items():
        column, heading = kind.column(name), headings[place]
        if is_never_taken(heading):
            words = _("“%(heading)s” is neither taken over nor stored.")
            found[name] = words % {"heading": heading}
            continue
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


def is_never_taken(heading):
    """Return whether a heading is an identity, bank or account number, for which no list of the
    portal has a column."""
    return bool(_NUMBERS.search(heading))


def is_about_person(kind: Kind, heading) -> bool:
    """Return whether the values below are about a person, so that they are hidden until
    protected."""
    words = {plainly(w) for c in kind.columns if c.is_private for w in c.headings}
    is_private = _is_private(kind, heading) or plainly(heading) in words
    return is_private or is_never_taken(heading) or bool(_PERSONAL.search(heading))


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
    """Return the required columns without a heading."""
    return [c for c in kind.columns if c.required and c.name not in mapping]
