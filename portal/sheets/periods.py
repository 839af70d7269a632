"""The period of a sheet, for its title and for an empty sheet.

The requested days come first, then the range of its rows, then this year.
"""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max, Min
from django.utils import timezone

from portal.tools import asked

CODE = re.compile(r"(20\d\d)(?:H([12])|-(0[1-9]|1[0-2]))?")


def _last_of(day):
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class Period:
    """A range of days, both included; states are those on the last day."""

    first: date
    last: date
    # The day of counting, for what falls due only later in the period.
    today: date | None = field(default=None, compare=False)

    @property
    def seen_to(self):
        """The last day of the period that has already come."""
        return min(self.last, self.today) if self.today else self.last

    @classmethod
    def named(cls, code):
        """Return the period 2026, 2026H1 or 2026-05, or None for any other code."""
        match = CODE.fullmatch(code)
        if not match:
            return None
        year, half, month = int(match[1]), match[2], match[3]
        if month:
            first, last = int(month), int(month)
        else:
            first, last = {"1": (1, 6), "2": (7, 12), None: (1, 12)}[half]
        return cls(date(year, first, 1), _last_of(date(year, last, 1)))

    @property
    def begins_the_year(self):
        return (self.first.month, self.first.day) == (1, 1) and self.first.year == self.last.year

    @property
    def on_paper(self):
        """The period as in the title of an official sheet."""
        year = self.first.year
        for code, words in (("", "年"), ("H1", "年上半年"), ("H2", "年下半年")):
            if self == Period.named(f"{year}{code}"):
                return f"{year}{words}"
        if self == Period.named(f"{self.first:%Y-%m}"):
            return f"{year}年{self.first.month}月"
        other = f"{self.last.year}年" if self.last.year != year else ""
        if self.first.day == 1 and self.last == _last_of(self.last):
            return f"{year}年{self.first.month}月至{other}{self.last.month}月"
        first = f"{year}年{self.first.month}月{self.first.day}日"
        if self.first == self.last:
            return first
        return f"{first}至{other}{self.last.month}月{self.last.day}日"

    def __str__(self):
        return f"{self.first} – {self.last}"


def last_month(today):
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def year_so_far(today):
    return Period(today.replace(month=1, day=1), today)


# --- Of a sheet ---------------------------------------------------------------------------------


def of_days(query, names):
    """Return the requested [first, last] day of an address, each None if not requested."""
    return [asked.day(query.get(name, "")) for name in names] or [None, None]


def in_title(rows, *, day, days, at):
    """Return the period for the title of a sheet of these rows. `day` is the lookup path to the day
    of a row, `days` are the requested [first, last]."""
    first, last = days
    if day and None in days:
        found = rows.order_by().aggregate(first=Min(day), last=Max(day))
        found = [_day(found["first"]), _day(found["last"])]
        if days == [None, None] and None not in found:
            return _of_rows(*found).on_paper
        first, last = first or found[0], last or found[1]
    first, last = first or last, last or first
    if first is None or last is None or last < first:
        return f"{at.year}年"
    return Period(first, last).on_paper


def _day(value):
    return timezone.localdate(value) if isinstance(value, datetime) else value


def _of_rows(first, last):
    """The year of the rows, or the months from the first to the last."""
    if first.year == last.year:
        return Period(date(first.year, 1, 1), date(first.year, 12, 31))
    return Period(first.replace(day=1), _last_of(last))


def looked_at(days, at):
    """Return the days that were searched, for a sheet without rows."""
    first, last = days
    today = f"{at.year}年{at.month}月{at.day}日"
    if first and last:
        return Period(first, last).on_paper if first <= last else ""
    if first:
        return f"{first.year}年{first.month}月{first.day}日至{today}"
    return f"截至{last.year}年{last.month}月{last.day}日" if last else f"截至{today}"
