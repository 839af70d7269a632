"""What a nation knows: the state of each cell, and sums of the published totals."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nation import wire
from nation.actions import connections_of_cells
from nation.models import CellState, Member, Way
from portal.models import Division
from portal.sheets import figures
from portal.text import Text

# A cell folds every two seconds.
LATE_AFTER = timedelta(seconds=15)
DOWN_AFTER = timedelta(minutes=2)
# What the pages show; the sheet has every figure.
SHOWN = (
    *("visits", "matters", "matters_closed", "matters_on_time", "matters_open"),
    *("words_sample", "pairings", "support_done"),
)
# Counted by a due day that may lie ahead, and as they stand today: no year limits them.
NOT_BY_YEAR = ("matters_open",)
STATES = {
    # code: (code of the tone, words)
    "live": ("done", pgettext_lazy("province", "Up to date")),
    "late": ("awaiting_word", pgettext_lazy("province", "Behind")),
    "down": ("overdue", pgettext_lazy("province", "No connection")),
    "refused": ("refused", pgettext_lazy("province", "Another version: not counted")),
    "waiting": ("planned", pgettext_lazy("province", "Nothing has come yet")),
    "file": ("noted", pgettext_lazy("province", "By signed file")),
}


@dataclass(frozen=True)
class Cell:
    code: str
    name: str
    way: str
    state: str
    as_of: datetime | None = None
    version: int | None = None
    lag: timedelta | None = None

    @property
    def tone(self):
        return STATES[self.state][0]

    @property
    def words(self) -> Text:
        if self.state == "refused":
            said = _("Version %(theirs)s, here %(ours)s: not counted")
            return said % {"theirs": self.version, "ours": wire.VERSION}
        return STATES[self.state][1]

    @property
    def is_counted(self):
        return self.as_of is not None and self.state != "refused"

    @property
    def is_behind(self):
        return self.state in {"late", "down", "refused", "waiting"}


def cells(code_prefixes, *, at):
    """Cells opened by these prefixes of codes, in the order of their codes."""
    states = {row.cell: row for row in CellState.objects.all()}
    stands = connections_of_cells()
    members = [m for m in Member.objects.order_by("cell") if _is_open(m.cell, code_prefixes)]
    names = names_of([m.cell for m in members])
    return [_cell(m, names, states.get(m.cell), stands.get(m.cell, True), at) for m in members]


def _is_open(cell, code_prefixes):
    return any(cell.startswith(one[:2]) for one in code_prefixes)


def _cell(member, names, state, stands, at):
    known = {"code": member.cell, "name": names.get(member.cell, member.cell), "way": member.way}
    if state is None:
        down = member.way == Way.REPLICATION and not stands
        return Cell(**known, state="down" if down else "waiting")
    lag = max(at - state.as_of, timedelta(0))
    if state.version != wire.VERSION:
        code = "refused"
    elif member.way == Way.FILE:
        code = "file"
    elif not stands or lag > DOWN_AFTER:
        code = "down"
    else:
        code = "late" if lag > LATE_AFTER else "live"
    return Cell(**known, state=code, as_of=state.as_of, version=state.version, lag=lag)


def names_of(codes):
    """{code: name} of provinces, cities and counties by the short codes of totals."""
    levels = {digits: level for level, digits in wire.DIGITS.items()}
    by_long = {
        (code.ljust(12, "0"), levels[len(code)]): code for code in codes if len(code) in levels
    }
    rows = Division.objects.filter(
        code__in={code for code, _level in by_long}, level__in=wire.DIGITS
    ).order_by("-valid_to")
    # Current divisions come first, as NULL sorts first in descending order.
    found = {}
    for code, level, name in rows.values_list("code", "level", "name"):
        if (code, level) in by_long:
            found.setdefault(by_long[code, level], name)
    return found


# --- Figures -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    code: str
    title: Text


def headings(codes=SHOWN):
    """Columns of the figures that this version of the portal knows."""
    known = figures.REGISTRY
    return [Heading(code, known[code].title) for code in codes if code in known]


@dataclass(frozen=True)
class Sums:
    """{key: {figure: n}}, and the (key, figure) pairs with a row known only as “fewer than
    five”."""

    of: dict[str, dict[str, int]]
    small: set[tuple[str, str]]

    def cells(self, key, columns):
        """n of each column, or None if only “fewer than five” is known."""
        row = self.of.get(key, {})
        return [
            None if (key, c.code) in self.small and not row.get(c.code) else row.get(c.code, 0)
            for c in columns
        ]


# SQL expressions over a published row by which `sums` groups.
BY_CELL = "cell"
BY_MONTH = "to_char(day, 'YYYY-MM')"
BY_PART = "part"


def by_place(digits):
    return f"left(division_code, {int(digits)})"


def sums(counted, within, year, codes, by):
    """Sums of a year over the places with these prefixes of codes."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    found, small = {}, set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {by}, figure, coalesce(sum(n), 0)::bigint, bool_or(n IS NULL)"
            " FROM nation_celltotal WHERE cell = ANY (%s) AND figure = ANY (%s)"
            " AND organ_code = '' AND (division_code ^@ ANY (%s) OR cell ^@ ANY (%s))"
            " AND (figure = ANY (%s) OR day >= %s AND day < %s)"
            " GROUP BY 1, 2",
            [
                [one.code for one in counted],
                list(codes),
                within,
                within,
                list(NOT_BY_YEAR),
                first,
                end,
            ],
        )
        for key, figure, n, is_small in cursor.fetchall():
            found.setdefault(key, {})[figure] = n
            if is_small:
                small.add((key, figure))
    return Sums(found, small)


def years(counted):
    """Years with totals of visits, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(year FROM min(day))::int, extract(year FROM max(day))::int"
            " FROM nation_celltotal WHERE figure = 'visits' AND cell = ANY (%s)",
            [[one.code for one in counted]],
        )
        first, last = cursor.fetchone()
    return list(range(last, first - 1, -1)) if first else []
