"""Chooses the paper of a sheet by the width of its columns: A4 if the text stays large enough, else
A3.

Sheets are printed landscape, as wide as the page. Text columns are narrowed a little first, which
makes their rows higher.
"""

from dataclasses import replace

from portal.sheets.xlsx import BODY_SIZE, SIDE_MARGIN

# Long sides in inches, and the smallest legible size for an official sheet, in points.
WIDTHS = {"A4": 297 / 25.4, "A3": 420 / 25.4}
SMALLEST = 8
# Text columns at least this wide may be narrowed to this fraction.
WIDE, NARROWED = 12, 0.75


def _pixels(columns):
    return sum(column.width * 7 + 5 for column in columns)


def _room(paper):
    """Return the pixels on a line of the page when its text has the smallest size."""
    return (WIDTHS[paper] - 2 * SIDE_MARGIN) * 96 * BODY_SIZE / SMALLEST


def size_on(paper, columns):
    """Return the text size in points when these columns fill the width of the page."""
    return min(1, _room(paper) * SMALLEST / BODY_SIZE / _pixels(columns)) * BODY_SIZE


def laid_out(columns, *, chosen=""):
    """Return (paper, columns with their printed widths); `chosen` is the paper chosen by the
    office."""
    paper, part = "A3", NARROWED
    for paper in (chosen,) if chosen else ("A4", "A3"):
        missing = _pixels(columns) - _room(paper)
        if missing <= 0:
            return paper, columns
        narrow = sum(column.width * 7 for column in columns if _gives_way(column))
        part = 1 - missing / narrow if narrow else 0
        if part >= NARROWED:
            break
    return paper, [_narrowed(column, max(part, NARROWED)) for column in columns]


def _gives_way(column):
    return column.kind == "text" and column.align == "left" and column.width >= WIDE


def _narrowed(column, part):
    if not _gives_way(column):
        return column
    return replace(column, width=round(column.width * part, 2))
