"""Results in publishable form: small cells hidden, rates only from enough answers. Page, sheet and
text file all use this module."""

from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.estimates.linearised import Note
from portal.tools.languages import base
from research.results import suppression
from research.results.estimation import ALL
from research.results.questions import MANY, NUMBER, named

# Rates from fewer answers would suggest more precision than they have.
LEAST_FOR_RATES = 30
HIDDEN = f"<{suppression.FEWEST}"


@dataclass
class Row:
    label: str
    # None: hidden.
    count: int | None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    design_effect: float | None = None
    note: str = ""

    @property
    def shown(self):
        return HIDDEN if self.count is None else str(self.count)

    @property
    def width(self):
        """Width of its bar in per cent."""
        return f"{100 * self.share:.1f}" if self.share is not None else ""

    @property
    def percent(self):
        return f"{100 * self.share:.1f}%" if self.share is not None else ""

    @property
    def interval(self):
        if self.low is None or self.high is None:
            return ""
        return f"{100 * self.low:.1f}–{100 * self.high:.1f}%"

    @property
    def value(self):
        """The mean, formatted; only for the row of means."""
        return f"{self.share:,.2f}" if self.share is not None else ""

    @property
    def between(self):
        if self.low is None or self.high is None:
            return ""
        return f"{self.low:,.2f} – {self.high:,.2f}"

    @property
    def effect(self):
        return f"{self.design_effect:.2f}" if self.design_effect is not None else ""


@dataclass
class Table:
    """One question, of all answers or of one stratum."""

    stratum: str
    # None: fewer than five.
    n: int | None
    weights: float | None
    villages: int
    rows: list[Row] = field(default_factory=list)
    mean: Row | None = None
    note: str = ""

    @property
    def has_rates(self):
        return self.n is not None and self.n >= LEAST_FOR_RATES


@dataclass
class Result:
    position: int
    path: str
    label: str
    kind: str
    repeats: bool
    tables: list[Table]

    @property
    def whole(self):
        return self.tables[0]

    @property
    def by_strata(self):
        """[(label, [Row of all and of each stratum])]"""
        return [
            (row.label, [table.rows[at] for table in self.tables])
            for at, row in enumerate(self.whole.rows)
        ]


def languages():
    """Languages of labels: that of the reader."""
    return (base(),)


def title(result):
    return named(result.figures["label"], result.path, languages())


def shown(result):
    """Return a QuestionResult in publishable form."""
    figures = result.figures
    kind, parts = figures["kind"], figures["parts"]
    labels = _labels(figures)
    strata = [one for one in parts if one != ALL]
    # A single stratum without a name has no part of its own.
    hide, small = _hidden(kind, parts, [ALL, *strata])
    tables = [
        _table(_named(stratum), parts[stratum], labels, hide[stratum], is_small=stratum in small)
        for stratum in [ALL, *strata]
    ]
    return Result(
        result.position,
        result.path,
        title(result),
        kind,
        figures["repeats"],
        tables,
    )


def _labels(figures):
    if figures["kind"] == NUMBER:
        return [one["label"].get("", one["name"]) for one in figures["rows"]]
    return [named(one["label"], one["name"], languages()) for one in figures["rows"]]


def _named(stratum):
    """Label of a stratum. Strata with a single village have a number instead of a name, *1: see
    strip."""
    if not stratum.startswith("*"):
        return stratum
    return gettext("stratum of one village, no. %(n)s") % {"n": stratum[1:]}


def _hidden(kind, parts, strata):
    """({stratum: places of hidden rows}, strata whose number of answers is hidden)"""
    whole, rest = parts[ALL], [parts[one] for one in strata[1:]]
    small = suppression.hidden_of([part["n"] for part in rest])
    if kind == MANY:
        return _hidden_of_many(whole, rest, strata, small), {strata[at + 1] for at in small}
    found = {ALL: suppression.hidden_of(whole["counts"])}
    if rest:
        table = [list(row) for row in zip(*(part["counts"] for part in rest), strict=True)]
        known = set(range(len(table))) - found[ALL]
        also = {(row, column) for row in range(len(table)) for column in small}
        places = suppression.hidden(table, rows_known=known, also=also)
        for at, stratum in enumerate(strata[1:]):
            found[stratum] = {row for row, column in places if column == at}
    return found, {strata[at + 1] for at in small}


def _hidden_of_many(whole, rest, strata, small):
    """Suppress each choice as a table of its own: those who named it and those who did not."""
    found = {stratum: set() for stratum in strata}
    for at in range(len(whole["counts"])):
        said = whole["counts"][at], whole["n"] - whole["counts"][at]
        is_hidden = bool(suppression.hidden_of(said))
        if is_hidden:
            found[ALL].add(at)
        if not rest:
            continue
        table = [
            [part["counts"][at] for part in rest],
            [part["n"] - part["counts"][at] for part in rest],
        ]
        known = {1} if is_hidden else {0, 1}
        also = {(row, column) for row in (0, 1) for column in small}
        for _row, column in suppression.hidden(table, rows_known=known, also=also):
            found[strata[column + 1]].add(at)
    return found


def _table(stratum, part, labels, hide, *, is_small):
    n = part["n"]
    if is_small or 0 < n < suppression.FEWEST:
        return Table(stratum, None, None, 0, [Row(label, None) for label in labels])
    table = Table(stratum, n, part["weights"], part["villages"])
    for at, label in enumerate(labels):
        if at in hide:
            table.rows.append(Row(label, None))
            continue
        table.rows.append(_row(label, part["counts"][at], part["shares"][at], n))
    if "mean" in part and n >= suppression.FEWEST:
        table.mean = _row(gettext("Mean"), n, part["mean"], LEAST_FOR_RATES)
    notes = [one["note"] for one in (*part["shares"], part.get("mean")) if one and one["note"]]
    table.note = str(Note(notes[0]).label) if notes else ""
    return table


def _row(label, count, told, n):
    if n < LEAST_FOR_RATES:
        return Row(label, count)
    return Row(label, count, told["value"], told["low"], told["high"], told["deff"], told["note"])


# --- Two questions ------------------------------------------------------------------------------


@dataclass
class Cross:
    """Answers to two questions: `rows` are [(label, Cell of the row sum, [Cell])], followed by the
    column sums."""

    columns: list[str]
    rows: list
    sums: list
    n: int | None


@dataclass
class Cell:
    count: int | None
    share: float | None = None

    @property
    def shown(self):
        return HIDDEN if self.count is None else str(self.count)

    @property
    def percent(self):
        return f"{100 * self.share:.1f}%" if self.share is not None else ""


def cross(down, across, counted):
    """Build the table. `counted` is {(name, name): (count, weight)}; `down` and `across` are the
    figures of two single-choice questions."""
    names = [[one["name"] for one in figures["rows"]] for figures in (down, across)]
    table = [[counted.get((row, column), (0, 0.0)) for column in names[1]] for row in names[0]]
    counts = [[count for count, _weight in row] for row in table]
    hide, hide_sums, hide_below = suppression.hidden_across(counts)
    sums = [sum(row) for row in counts]
    below = [sum(column) for column in zip(*counts, strict=True)]
    n = sum(sums)
    rows = []
    for at, label in enumerate(_labels(down)):
        weights = sum(weight for _count, weight in table[at])
        has_rates = sums[at] >= LEAST_FOR_RATES and at not in hide_sums
        cells = [
            Cell(None)
            if (at, column) in hide
            else Cell(count, weight / weights if has_rates else None)
            for column, (count, weight) in enumerate(table[at])
        ]
        rows.append((label, Cell(None if at in hide_sums else sums[at]), cells))
    return Cross(
        _labels(across),
        rows,
        [Cell(None if at in hide_below else count) for at, count in enumerate(below)],
        None if 0 < n < suppression.FEWEST else n,
    )


KINDS = {
    "choice": _("One answer"),
    "many": _("Several answers"),
    "number": _("Number"),
    "year": _("Year"),
}
