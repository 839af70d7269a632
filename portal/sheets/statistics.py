"""情况统计表 (DOMAIN 2.2 (18)): what an area or an organ did in a period, counted from records.

Each app registers the columns that it counts. A subject is the area or organ of a sheet, a layout
breaks it down into rows, a table is the result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal import uses
from portal.kinds import KINDS
from portal.models import Division, GrassrootsUnit, Organ
from portal.models.places import DivisionLevel, OrganKind, UnitKind
from portal.sheets.periods import Period
from portal.sheets.scope import whole_group
from portal.text import Text
from portal.tools import languages
from portal.trust.access import PLACE_COLUMNS

# A city or province has too many organs for one page; its rows are areas.
WIDEST_BY_ORGANS = DivisionLevel.COUNTY
NOT_PLACED = "（未落到下级）"
# A column in this unit is counted in whole yuan, for exact sums, and divided only for display.
WAN = "万元"
MONEY = ("元", WAN)
# The units of the official sheet, in the reader's language.
UNITS = {
    "%": "%",
    "人": pgettext_lazy("unit", "people"),
    "人次": pgettext_lazy("unit", "person-times"),
    "户次": pgettext_lazy("unit", "calls"),
    "人月": pgettext_lazy("unit", "person-months"),
    "天": pgettext_lazy("unit", "days"),
    "件": pgettext_lazy("unit", "matters"),
    "对": pgettext_lazy("unit", "pairs"),
    "个": pgettext_lazy("unit", "number"),
    "场": pgettext_lazy("unit", "sessions"),
    "条": pgettext_lazy("unit", "entries"),
    "元": pgettext_lazy("unit", "yuan"),
    WAN: pgettext_lazy("unit", "10,000 yuan"),
}


# --- Columns ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of the sheet. With `share_of` it is a rate: the column `share_of` divided by the
    column `whole`, withheld if `whole` is less than `least`."""

    key: str
    order: int
    heading: str  # on the official sheet
    title: Text  # on pages, in the reader's language
    unit: str = "件"
    # (where, period) → address of the list of the counted rows; `where` holds the filters of
    # subject and row.
    link: Callable | None = None
    share_of: str = ""
    whole: str = ""
    least: Callable[[date], int] | None = None
    # Column that measures how much a row covers: the number is withheld if that is below `least`.
    covers: str = ""
    # Counted only for a rate, not shown.
    is_hidden: bool = False
    # The number is entered by somebody; if nobody did, it is None and blank, not 0.
    is_given: bool = False
    # Shown only if the period begins with the year.
    is_yearly: bool = False
    # Wordings whose readers see the column; empty for all.
    only_in: frozenset[str] = frozenset()

    @property
    def is_read_here(self):
        return not self.only_in or languages.wording() in self.only_in

    @property
    def is_share(self):
        return bool(self.whole)

    @property
    def unit_title(self):
        """The unit on pages, in the reader's language."""
        return UNITS.get(self.unit, self.unit)


@dataclass(frozen=True)
class _Counting:
    columns: tuple[Column, ...]
    count: Callable
    touched: Callable


_COUNTINGS: list[_Counting] = []


def register_columns(*columns, count, touched):
    """Add columns that are counted together.

    `count(layout, period)` returns {value of layout.key: one number for each column, without the
    rates}. A set instead of a number is counted without duplicates in the totals. `touched(layout,
    period, key, since, limit)` returns (name, address) of the records that may have changed the
    numbers of a row since a moment.
    """
    _COUNTINGS.append(_Counting(columns, count, touched))


def link_to(page, *days, **asked):
    """Return a column's link: to this list with these filters, limited to the period by its two day
    filters `days`. A filter may be a function (period) → value."""

    def link(where, period):
        query = {name: one(period) if callable(one) else one for name, one in asked.items()}
        between = zip(days, (period.first, period.last), strict=False)
        return f"{reverse(page)}?{urlencode({**where, **dict(between), **query})}"

    return link


def columns_of(period=None):
    """Return the shown columns in order; yearly ones only if the period begins with the year."""
    off = uses.off()
    shown = [
        column
        for counting in _COUNTINGS
        for column in counting.columns
        if not column.is_hidden
        and uses.of_column(column.key) not in off
        and column.is_read_here
        and (period is None or period.begins_the_year or not column.is_yearly)
    ]
    return sorted(shown, key=lambda column: column.order)


def column_of(key):
    """Return the column with this key, or None if nothing counts it any more."""
    columns = (column for counting in _COUNTINGS for column in counting.columns)
    return next((column for column in columns if column.key == key), None)


def touched(layout, period, row_key, since, *, limit):
    """Return [(name, address)] of records that may have changed a row since, a few of each kind."""
    return [
        record
        for counting in _COUNTINGS
        for record in counting.touched(layout, period, row_key, since, limit)
    ]


# --- Subjects and their rows --------------------------------------------------------------------

# {wording: breakdowns of what happened at units}, if these are not by organ or area.
_OF_UNITS = {
    row.wording: row.breakdowns
    for row in KINDS.values()
    if row.breakdowns[0] not in ("organ", "area")
}
_OF_UNITS["group"] = _OF_UNITS["works"]
# Wordings of readers whose units are enterprises, with workers, teams and master craftsmen.
OF_ENTERPRISES = frozenset(
    {"group", KINDS[UnitKind.STATE_ENTERPRISE].wording, KINDS[UnitKind.NON_PUBLIC].wording}
)


def offered():
    """Return the breakdowns from which readers of this wording choose."""
    return _OF_UNITS.get(languages.wording(), ("organ", "area"))


@dataclass(frozen=True)
class Subject:
    """What a sheet covers: an area, an organ with everything below it, or both. With `is_hosted` it
    counts what happened at the units that the organ manages, otherwise what its own people did."""

    division: Division | None = None
    organ: Organ | None = None
    is_hosted: bool = False

    @classmethod
    def of_record(cls, record):
        return cls(record.division, record.organ, record.is_hosted)

    @property
    def name(self):
        names = [one.name for one in (self.division, self.organ) if one]
        if self.organ and self.division and self.organ.division_id == self.division.pk:
            names = [self.organ.name]
        return "".join(names) or whole_group()

    @property
    def place(self):
        """The area whose divisions can be rows."""
        return self.division or (self.organ.division if self.organ and self.is_hosted else None)

    @property
    def breakdowns(self):
        """Its possible breakdowns, the usual one first; for an enterprise by what it manages."""
        own = _OF_UNITS.get(languages.wording())
        if own is None or (self.organ and not self.is_hosted):
            return self._by_place
        return [one for one in own if one != "host" or self.hosts_below.exists()]

    @property
    def hosts_below(self):
        """Organs below it that manage units."""
        organs = Organ.objects.under(self.organ) if self.organ else Organ.objects.all()
        if self.organ:
            organs = organs.exclude(pk=self.organ.pk)
        elif self.division:
            organs = organs.filter(division__path__startswith=self.division.path)
        return organs.filter(hosted_units__isnull=False).distinct()

    @property
    def units(self):
        """The units that it manages, or all of its area."""
        units = GrassrootsUnit.objects.all()
        if self.organ:
            units = units.filter(host_organ__in=self.organ_ids)
        if self.division:
            units = units.filter(division__path__startswith=self.division.path)
        return units

    @property
    def _by_place(self):
        if self.place is None:
            return ["organ"] if self.organ or not Division.objects.exists() else ["area"]
        if self.place.level < WIDEST_BY_ORGANS and not self.organ:
            return ["area"]
        if self.place.level == DivisionLevel.VILLAGE:
            return ["organ"]
        by_organ = self.organ and not self.is_hosted or not self.organ and self.place
        return ["organ", "area"] if by_organ else ["area", "organ"]

    @cached_property
    def organ_ids(self):
        return list(Organ.objects.under(self.organ).order_by("pk").values_list("pk", flat=True))

    @property
    def where(self):
        """The subject as filters of a ledger."""
        where = {}
        if self.division:
            where["area"] = self.division.pk
        if self.organ:
            where["host" if self.is_hosted else "organ"] = self.organ.pk
        return where

    def of(self, records, at=""):
        """The placed records that it covers; `at` is the lookup path to them (`visit__`)."""
        limits = {}
        if self.division:
            column = PLACE_COLUMNS[self.division.level]
            limits[f"{at}{column}_id"] = self.division.pk
        if self.organ:
            limits[f"{at}{'host_organ' if self.is_hosted else 'organ'}_id__in"] = self.organ_ids
        return records.filter(**limits)


@dataclass(frozen=True)
class Line:
    """A row of the sheet before counting."""

    key: int | None
    name: str
    # The row as filters of a ledger; None if no filter can express it.
    where: dict | None


class Layout:
    """A subject broken down into rows: by organ, by the areas in it, by the organs below it that
    manage units, or by these units.

    Managing organs and units are folded into the first level of the tree below the subject, as the
    tree is today: a record stores its unit but not the units above it.
    """

    _KEYS = {"organ": "organ_id", "host": "host_organ_id", "unit": "unit_id"}

    def __init__(self, subject, by):
        self.subject, self.by = subject, by
        place = subject.place
        self.level = (place.level + 1 if place else 1) if by == "area" else None

    @property
    def key(self):
        """The column of a placed record that names its row."""
        return f"{PLACE_COLUMNS[self.level]}_id" if self.level else self._KEYS[self.by]

    def of(self, records, at=""):
        return self.subject.of(records, at)

    def in_row(self, records, key):
        records = self.of(records)
        if self.level or key is None:
            return records.filter(**{self.key: key})
        if self.by in {"host", "unit"}:
            model = Organ if self.by == "host" else GrassrootsUnit
            one = model.objects.get(pk=key)
            is_whole = len(one.ancestor_ids) == self._depth
            below = [*model.objects.under(one).values_list("pk", flat=True)] if is_whole else [key]
            return records.filter(**{f"{self.key}__in": below})
        return records.filter(organ_id__in=with_stations(Organ.objects.get(pk=key)))

    def lines(self, period, found):
        """Return (lines in official order, {key of a record: key of its line}). Records outside the
        present structure keep the name of their old place or organ."""
        if self.by == "host":
            inside = self.subject.hosts_below
            if self.subject.organ:
                inside |= Organ.objects.filter(pk=self.subject.organ.pk).distinct()
            return self._folded(Organ, inside, period, found)
        if self.by == "unit":
            return self._folded(GrassrootsUnit, self.subject.units, period, found)
        return self._areas(period, found) if self.level else self._organs(period, found)

    @cached_property
    def _depth(self):
        """The depth of its rows in the tree: one below the subject or, if it manages one unit with
        parts, that of the parts."""
        if self.by == "host":
            return len(self.subject.organ.ancestor_ids) + 1 if self.subject.organ else 2
        paths = self.subject.units.values_list("path", flat=True)
        return 2 if len({path.split("/")[1] for path in paths}) == 1 else 1

    def _folded(self, model, inside, period, found):
        inside = inside.filter(started_on__lte=period.last).current(period.first)
        rows = {one.pk: one for one in inside}
        missing = [key for key in found if key is not None and key not in rows]
        rows |= model.objects.in_bulk(missing)
        folded = {pk: one.ancestor_ids[: self._depth][-1] for pk, one in rows.items()}
        known = rows | model.objects.in_bulk([key for key in folded.values() if key not in rows])
        shown = sorted(
            {known[key] for key in folded.values()},
            key=lambda one: (len(one.ancestor_ids), one.sort_order, one.pk),
        )
        lines = [Line(one.pk, one.name, self._where(one, shown)) for one in shown]
        if None in found:
            # Records of an organ that belong to none of its units.
            lines.append(Line(None, NOT_PLACED, None))
            folded[None] = None
        return lines, folded

    def _where(self, one, shown):
        """Return the filters of a managing organ or unit, or None if none can express it. A unit
        above others in the rows is shown without these."""
        is_above = any(one.pk in other.ancestor_ids[:-1] for other in shown)
        if one.ended_on or (is_above and self.by == "host"):
            return None
        where = {**self._above, self.by: one.pk}
        return where if is_above or self.by == "host" else {**where, "below": "1"}

    def _areas(self, period, found):
        known = {key for key in found if key is not None}
        divisions = Division.objects.filter(pk__in=known)
        place = self.subject.place
        inside = Division.objects.filter(level=self.level, valid_from__lte=period.last).current(
            period.first
        )
        inside = inside.filter(parent=place) if place else inside.filter(parent=None)
        rows = sorted({*divisions, *inside}, key=lambda one: (one.code, one.pk))
        lines = [
            Line(one.pk, one.name, None if one.valid_to else {**self._above, "area": one.pk})
            for one in rows
        ]
        if None in found:
            lines.append(Line(None, NOT_PLACED, None))
        return lines, {key: key for key in found}

    def _organs(self, period, found):
        if self.subject.organ and not self.subject.is_hosted:
            inside = Organ.objects.under(self.subject.organ)
        elif self.subject.place:
            inside = Organ.objects.filter(division__path__startswith=self.subject.place.path)
        elif self.subject.organ:
            inside = Organ.objects.none()  # only organs whose people came to its units
        else:
            inside = Organ.objects.all()
        inside = inside.filter(started_on__lte=period.last).current(period.first)
        organs = {one.pk: one for one in inside}
        organs |= Organ.objects.in_bulk([key for key in found if key not in organs])
        above = {key for one in organs.values() for key in one.ancestor_ids} - organs.keys()
        known = organs | Organ.objects.in_bulk(list(above))
        top = self.subject.organ if not self.subject.is_hosted else None
        folded = {pk: _line_of(one, known, top) for pk, one in organs.items()}
        shown = sorted(
            {known[key] for key in folded.values()}, key=lambda one: (one.sort_order, one.pk)
        )
        parents = {key for one in shown for key in one.ancestor_ids[:-1]}
        lines = []
        for one in shown:
            where = {**self._above, "organ": one.pk}
            if one.pk in parents:
                where["alone"] = "1"
            lines.append(Line(one.pk, one.name, None if one.ended_on else where))
        return lines, folded

    @property
    def _above(self):
        """The filters of the subject that the row does not replace."""
        above = self.subject.where
        above.pop("area" if self.level else self.by, None)
        return above


def _line_of(organ, known, top):
    """Return the organ in whose row an organ is counted; stations count with their organ."""
    for key in reversed(organ.ancestor_ids):
        one = known[key]
        if one.kind != OrganKind.STATION or (top and key == top.pk):
            return key
    return organ.pk


def with_stations(organ):
    """Ids of an organ and its stations, without other organs below it and their stations."""
    below = list(Organ.objects.under(organ))
    known = {one.pk: one for one in below}
    known |= Organ.objects.in_bulk([key for key in organ.ancestor_ids if key not in known])
    return [one.pk for one in below if _line_of(one, known, organ) == organ.pk]


# --- Counting -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    key: int | None
    name: str
    # For each column a number (None if nobody gave it) or the [part, whole] of a rate; part is None
    # if withheld.
    cells: list
    where: dict | None = None


@dataclass(frozen=True)
class Table:
    layout: Layout
    period: Period
    columns: list[Column]
    rows: list[Row]
    total: Row

    @property
    def is_all_zero(self):
        return not any(any(cell) if isinstance(cell, list) else cell for cell in self.total.cells)

    def link(self, column, row):
        if column.link is None or row.where is None:
            return ""
        return column.link(row.where, self.period)


def count(subject, by, period):
    """Count the whole table, in a number of statements that does not depend on the rows."""
    layout = Layout(subject, by)
    counted = {}
    for counting in _COUNTINGS:
        if not any(column.is_read_here for column in counting.columns):
            continue
        names = [column.key for column in counting.columns if not column.is_share]
        for key, numbers in counting.count(layout, period).items():
            counted.setdefault(key, {}).update(zip(names, numbers, strict=True))
    lines, folded = layout.lines(period, counted)
    by_line, everything = {}, {}
    for key, numbers in counted.items():
        _add(by_line.setdefault(folded[key], {}), numbers)
        _add(everything, numbers)
    columns = columns_of(period)
    withheld = {c: _withheld(c, by_line, on=period.last) for c in columns if c.covers}
    shares = [c for counting in _COUNTINGS for c in counting.columns if c.is_share]
    rows = []
    for line in lines:
        narrow = {column for column, keys in withheld.items() if line.key in keys}
        numbers = by_line.get(line.key, {})
        cells = _cells(columns, shares, numbers, narrow, on=period.last)
        rows.append(Row(line.key, line.name, cells, line.where))
    narrow = {column for column in withheld if _is_too_narrow(column, everything, on=period.last)}
    cells = _cells(columns, shares, everything, narrow, on=period.last)
    return Table(layout, period, columns, rows, Row(None, "合计", cells, subject.where))


def _is_too_narrow(column, numbers, *, on):
    return 0 < numbers.get(column.covers, 0) < column.least(on)


def _withheld(column, by_line, *, on):
    """Return the rows whose number is withheld: those that cover too little, and as many of the
    next narrowest as needed so that the total minus the shown rows reveals nothing."""
    covered = sorted((n.get(column.covers, 0), key or 0, key) for key, n in by_line.items())
    keys, together, least = set(), 0, column.least(on)
    for n, _order, key in covered:
        if not n:
            continue
        if n >= least and (not keys or together >= least):
            break
        keys.add(key)
        together += n
    return keys


def _add(sums, numbers):
    for name, n in numbers.items():
        if isinstance(n, set):
            sums[name] = sums.get(name, set()) | n
        elif n is not None:
            sums[name] = sums.get(name, 0) + n


def _cells(columns, shares, numbers, withheld=(), *, on):
    plain = {name: len(n) if isinstance(n, set) else n for name, n in numbers.items()}
    cells = []
    for column in columns:
        if column in withheld or column not in shares:
            unknown = None if column.is_given else 0
            cells.append(None if column in withheld else plain.get(column.key, unknown))
            continue
        part, whole = plain.get(column.share_of, 0), plain.get(column.whole, 0)
        too_few = column.least is not None and whole < column.least(on)
        cells.append([None if too_few else part, whole])
    return cells


def in_unit(n, unit):
    """A counted number in its column's unit."""
    return Decimal(n) / 10_000 if unit == WAN else n


def share_words(cell):
    """Return a rate as text, or a dash if it is withheld or nobody was asked."""
    share = rounded(cell)
    return "—" if share is None else f"{share * 100:.1f}%"


def rounded(cell):
    """A rate rounded to a tenth of a per cent, for page and paper; None if there is none."""
    part, whole = cell
    if not whole or part is None:
        return None
    return Decimal((2000 * part + whole) // (2 * whole)) / 1000


BREAKDOWNS = {
    "organ": gettext_lazy("each organ"),
    "area": gettext_lazy("each area below"),
    "host": gettext_lazy("each managing organ"),
    "unit": gettext_lazy("each unit"),
}
