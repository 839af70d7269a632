"""Computes on the grid how far a paper reaches on its last page, and where 版记 goes after it.

GB/T 9704 puts 版记 at the foot of the last page, which must be an even one, and drops that page's
number if an empty page precedes it. Neither Word nor a browser can do this by itself, so it is
computed here; content that ends within a few lines of the end of a page gets another page.
"""

import enum
from dataclasses import dataclass
from math import ceil

from portal.papers import grid
from portal.papers.paper import Paper, Table

PAGE_PT = grid.LINES * grid.PITCH_PT
# Heights of a line of the imprint, a table row and a note below it, as in `word.py` and paper.css.
IMPRINT_PT, ROW_PT, NOTE_PT, BORDER_PT = grid.SMALL_PT * 1.6, grid.TABLE_PT * 1.6, 20, 0.75
FIRST_COLUMN_PT, COLUMN_EDGE_PT = 100, 2
# Safety margin, since fonts differ: a text may be a line longer or shorter, a long table several.
SURE_LINES, ROWS_A_LINE = 1, 15
# Characters that cannot begin a line; the character before moves to the next line with them.
_NOT_FIRST = "，。、；：？！）》”’〕】"


class Place(enum.Enum):
    SAME_PAGE = "same"
    NEXT_PAGE = "next"
    AFTER_EMPTY = "empty"


@dataclass
class _Sheet:
    """Pages being filled from above."""

    pages: int = 1
    used: float = 0.0

    def add(self, height):
        """Add something that stays on one page: a line, a row, a head."""
        # Tolerate a point of rounding.
        if self.used and self.used + height > PAGE_PT + 1:
            self.pages, self.used = self.pages + 1, 0.0
        self.used += height

    def add_lines(self, count):
        for _line in range(count):
            self.add(grid.PITCH_PT)

    def turn(self):
        self.pages, self.used = self.pages + 1, 0.0


@dataclass(frozen=True)
class Imprint:
    """The page of 版记, and the empty lines above that push it to the foot of the same page."""

    place: Place
    lines_above: int = 0


def imprint_of(paper: Paper) -> Imprint:
    sheet = _filled(paper)
    sure = (SURE_LINES + sum(len(one.rows) for one in paper.tables) // ROWS_A_LINE) * grid.PITCH_PT
    own = (bool(paper.copied) + bool(paper.printed_by)) * IMPRINT_PT
    left = PAGE_PT - sheet.used - own - sure
    if sheet.pages % 2:
        return Imprint(Place.NEXT_PAGE)
    if sheet.used > sure and left >= grid.PITCH_PT:
        return Imprint(Place.SAME_PAGE, int(left // grid.PITCH_PT))
    return Imprint(Place.AFTER_EMPTY)


def _filled(paper):
    sheet = _Sheet()
    if paper.masthead:
        sheet.add(_head_pt(paper.masthead))
    sheet.add_lines(len(paper.title_lines) + 1)
    if paper.addressed:
        sheet.add_lines(lines_of(f"{paper.addressed}："))
    for one in paper.body:
        sheet.add_lines(lines_of(one.text, indent=2))
    if paper.annexes:
        sheet.add_lines(1 + sum(lines_of(one, 2) for one in paper.annex_lines))
    if paper.signed_as:
        sheet.add_lines(2)
        sheet.add(2 * grid.PITCH_PT)
    for table in paper.tables:
        sheet.turn()
        _add_table(sheet, table)
    return sheet


def _head_pt(masthead):
    above = grid.MARK_BELOW_MM + grid.LINE_BELOW_MM
    lines = 5 if not masthead.is_bulletin else 5.1
    return above * grid.PT_PER_MM + grid.mark_pt(masthead.name) * 1.2 + lines * grid.PITCH_PT


def _add_table(sheet, table: Table):
    sheet.add_lines(2 + len(table.title_lines) + 1)
    columns = max(len(table.headings) - 1, 1)
    width = (grid.WIDTH_PT - FIRST_COLUMN_PT) / columns - COLUMN_EDGE_PT
    widths = [FIRST_COLUMN_PT - 2 * COLUMN_EDGE_PT - 2, *[width] * columns]
    heading, *rows = (_row_pt(cells, widths) for cells in (table.headings, *table.rows))
    sheet.add(heading)
    for height in rows:
        page = sheet.pages
        sheet.add(height)
        if sheet.pages > page:
            # The headings are repeated.
            sheet.used += heading
    for note in table.notes:
        for _line in range(ceil(grid.width_pt(note, grid.TABLE_PT) / grid.WIDTH_PT)):
            sheet.add(NOTE_PT)


def _row_pt(cells, widths):
    lines = (
        sum(max(1, ceil(grid.width_pt(part, grid.TABLE_PT) / width)) for part in cell.split("\n"))
        for cell, width in zip(cells, widths, strict=True)
    )
    return max(lines) * ROW_PT + BORDER_PT


def lines_of(text, indent=0):
    """How many lines of 28 characters a paragraph takes; Latin letters take half a character and
    stay together."""
    lines, at, begins = 1, float(indent), True
    for word in _words(text):
        width = sum(0.5 if char.isascii() else 1 for char in word)
        if at + width > grid.CHARACTERS and not begins:
            # A character that cannot begin a line overhangs the edge or takes the previous one
            # down.
            lines, at = lines + 1, 1.0 if word in _NOT_FIRST else 0.0
        at, begins = at + width, False
        while at > grid.CHARACTERS:
            lines, at = lines + 1, at - grid.CHARACTERS
    return lines


def _words(text):
    word = ""
    for char in text:
        if char.isascii() and not char.isspace():
            word += char
            continue
        if word:
            yield word
        word = ""
        yield char
    if word:
        yield word
