"""Days on site in a month of a stay: days of the stay − leave − absences noted.

Trips on duty count as days on site. Visits prove no presence and are not read.
"""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from math import ceil

from outreach.models import DayNote, Leave, StayMonth
from portal import parameters
from portal.tools.prepared import Once, Place, among

Kind = DayNote.Kind


@dataclass(frozen=True)
class Tally:
    """A month of a stay in days, and what the norm asks of it."""

    stay: int
    leave: int
    absent: int
    away: int
    due: int

    @property
    def on_site(self):
        return max(0, self.stay - self.leave - self.absent)

    @property
    def is_met(self):
        return self.on_site >= self.due


def month_of(day):
    return day.replace(day=1)


def last_of(month):
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def month_to_attest(today):
    """The last month that is over; on its last day the present one."""
    this = month_of(today)
    return this if today == last_of(this) else month_of(this - timedelta(days=1))


def overlap(first, last, since, until):
    """How many days two periods have in common, all ends included."""
    return max(0, (min(last, until) - max(first, since)).days + 1)


def days_of(stay, month):
    return overlap(stay.starts_on, stay.last_day, month, last_of(month))


def months_of(stay, until):
    """The months of a stay that have begun, the newest first."""
    months, month = [], month_of(min(until, stay.last_day))
    while month >= month_of(stay.starts_on):
        months.append(month)
        month = month_of(month - timedelta(days=1))
    return months


def due_days(stay_days, month):
    """The norm of a whole month; of a part of one its share."""
    norm = parameters.number("posting.days_per_month", on=last_of(month))
    whole = last_of(month).day
    return norm if stay_days >= whole else min(stay_days, ceil(norm * stay_days / whole))


def year_so_far(stay, found, month):
    """(days on site, days due by the norm of a year) in the months of this year that are over;
    None before there is one. `found` is what `tallies` says of them."""
    over = [
        tally
        for (pk, one), (tally, _row, _notes) in found.items()
        if pk == stay.pk and one.year == month.year and one < month
    ]
    if not over:
        return None
    norm = parameters.number("posting.days_per_year", on=last_of(month))
    return sum(tally.on_site for tally in over), ceil(norm * sum(t.stay for t in over) / 365)


_MONTHS = Once(
    lambda: StayMonth.objects.filter(
        among("stay", "stays"), among("month", "months")
    ).select_related("attested_by")
)
_NOTES = Once(
    lambda: (
        DayNote.objects.filter(among("month", "months")).select_related("by").order_by("at", "pk")
    )
)
_LEAVES = Once(
    lambda: Leave.objects.granted().filter(
        among("stay", "stays"), starts_on__lte=Place("last"), last_day__gte=Place("first")
    )
)


def tallies(stays, months):
    """{(stay id, month): (Tally, StayMonth or None, its notes)}, in three queries for any number.

    What was attested stands as it was attested, with what the host added afterwards.
    """
    months = list(months)
    keys = [stay.pk for stay in stays]
    rows = _MONTHS.rows(stays=keys, months=months) if keys and months else []
    rows = {(row.stay_id, row.month): row for row in rows}
    notes, leaves = defaultdict(list), defaultdict(list)
    if rows:
        for note in _NOTES.rows(months=[row.pk for row in rows.values()]):
            notes[note.month_id].append(note)
    if keys and months:
        for leave in _LEAVES.rows(stays=keys, first=min(months), last=last_of(max(months))):
            leaves[leave.stay_id].append(leave)
    found = {}
    for stay, month in product(stays, months):
        row = rows.get((stay.pk, month))
        said = notes[row.pk] if row else []
        found[stay.pk, month] = _tally(stay, month, row, said, leaves[stay.pk]), row, said
    return found


def _tally(stay, month, row, notes, leaves):
    def noted(kind, *, late):
        return sum(n.days for n in notes if n.kind == kind and n.is_late == late)

    if row and row.is_attested:
        return Tally(
            stay=row.stay_days,
            leave=row.leave_days,
            absent=max(0, row.absent_days + noted(Kind.ABSENT, late=True)),
            away=max(0, row.away_days + noted(Kind.AWAY, late=True)),
            due=due_days(row.stay_days, month),
        )
    days = days_of(stay, month)
    first, last = max(month, stay.starts_on), min(last_of(month), stay.last_day)
    return Tally(
        stay=days,
        leave=sum(overlap(one.starts_on, one.last_day, first, last) for one in leaves),
        absent=noted(Kind.ABSENT, late=False),
        away=noted(Kind.AWAY, late=False),
        due=due_days(days, month),
    )


def tally(stay, month):
    return tallies([stay], [month])[stay.pk, month]


def whole_months(first: date, last: date):
    """Whole months from a day to a day, both included."""
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    return months - (after.day < first.day)
