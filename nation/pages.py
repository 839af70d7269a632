"""Tables of the nation's pages and sheet."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from nation import reading
from outreach.models.matters import Category


@dataclass(frozen=True)
class Line:
    name: str
    values: list
    url: str = ""
    cell: reading.Cell | None = None

    @property
    def is_unknown(self):
        """Whether this province is not counted at all, which is not the same as 0."""
        return self.cell is not None and not self.cell.is_counted

    def beside(self, columns):
        """(heading, n) of each column."""
        return [(one.title, n) for one, n in zip(columns, self.values, strict=True)]


@dataclass(frozen=True)
class Place:
    """The place that a page is about: a cell, or a city or county in it."""

    cell: reading.Cell
    code: str
    name: str
    # Number of digits in the codes of the places below; 0 for a county.
    below: int

    @property
    def within(self):
        return [self.code if self.below != CITIES else ""]

    @property
    def url(self):
        return address(self.cell.code, self.code if self.below != CITIES else "")


CITIES, COUNTIES = 4, 6


def address(cell, code=""):
    return (
        reverse("nation:place", args=[cell, code]) if code else reverse("nation:cell", args=[cell])
    )


def lines_of_cells(cells, sums, columns):
    return [Line(one.name, sums.cells(one.code, columns), address(one.code), one) for one in cells]


def lines_of_places(place, sums, columns):
    """A line for each place below, and one for counts not divided among them."""
    whole = {key for key in sums.of if len(key) == place.below}
    names = reading.names_of(whole)
    lines = [
        Line(names.get(code, code), sums.cells(code, columns), address(place.cell.code, code))
        for code in sorted(whole)
    ]
    rest = [key for key in sums.of if key not in whole]
    if rest:
        values = [_added([sums.cells(key, [column])[0] for key in rest]) for column in columns]
        if any(value != 0 for value in values):
            lines.append(Line(_("Not divided further"), values))
    return lines


def _added(values):
    """The sum; None where all that is known is “fewer than five”."""
    known = [value for value in values if value is not None]
    return sum(known) if any(known) or len(known) == len(values) else None


def total(lines, columns):
    """The line of sums."""
    return Line("", [_added([line.values[i] for line in lines]) for i in range(len(columns))])


def behind_notice(cells):
    """Say which provinces are not up to date; empty if all are."""
    found = [
        _("%(name)s (%(state)s)") % {"name": one.name, "state": one.words}
        for one in cells
        if one.is_behind
    ]
    if not found:
        return ""
    said = _("Not up to date: %(names)s. The others are counted as they stand.")
    return said % {"names": _(", ").join(found)}


def lines_of_months(year, sums, columns):
    return [
        Line(f"{year}-{month:02}", sums.cells(f"{year}-{month:02}", columns))
        for month in range(12, 0, -1)
        if f"{year}-{month:02}" in sums.of
    ]


def lines_of_parts(sums, code):
    """(words, n) of the categories of a figure, the largest first; the rest without category is
    last."""
    words = dict(Category.choices)
    found = [(words.get(p, ""), n) for p, row in sums.of.items() if (n := row.get(code))]
    known = sorted((one for one in found if one[0]), key=lambda one: -one[1])
    rest = sum(n for label, n in found if not label)
    return [*known, *([(_("Not broken down"), rest)] if rest and known else [])]
