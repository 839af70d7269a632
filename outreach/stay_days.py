"""A month of a stay: the host's word, with the facts noted beside it.

Days of presence are never computed. Working days, leave, trips on duty and absences are shown
beside the word as noted, and visits are not read.
"""

import calendar
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from math import ceil

from outreach.models import DayNote, Leave, MonthWord, StayMonth
from outreach.models.stay_months import MONTH_STATES
from outreach.models.stays import StayState
from portal import parameters
from portal.days import workdays
from portal.tools.prepared import Once, Place, Prepared, among


@dataclass(frozen=True)
class Month:
    """A month of a stay. `row` is None before something is stored, `words` has the newest last."""

    month: date
    # Working days of the month while the stay runs, and of the whole month.
    working: int
    whole: int
    # Calendar days of granted leave, and days noted.
    leave: int
    away: int
    absent: int
    row: StayMonth | None
    words: list
    notes: list

    @property
    def norm(self):
        """The number of working days that the norm requires."""
        return norm_of(self.month, self.working, self.whole)

    @property
    def word(self):
        """The host's word in force, or None."""
        return self.words[-1] if self.words and self.words[-1].is_met is not None else None

    @property
    def work(self):
        return self.row.work if self.row else ""

    @property
    def state(self):
        return self.word.state if self.word else "unattested"

    @property
    def state_label(self):
        return MONTH_STATES[self.state]


def month_of(day):
    return day.replace(day=1)


def last_of(month):
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def month_to_attest(today):
    """Return the last month that has ended; on its last day, the present month."""
    this = month_of(today)
    return this if today == last_of(this) else month_of(this - timedelta(days=1))


def overlap(first, last, since, until):
    """Return the number of days that two periods share, ends included."""
    return max(0, (min(last, until) - max(first, since)).days + 1)


def days_of(stay, month):
    """Calendar days of the stay in the month."""
    return overlap(stay.starts_on, stay.last_day, month, last_of(month))


def months_of(stay, until):
    """The months of a stay that have begun, the newest first; none if it was cancelled."""
    if stay.state == StayState.CANCELLED:
        return []
    months, month = [], month_of(min(until, stay.last_day))
    while month >= month_of(stay.starts_on):
        months.append(month)
        month = month_of(month - timedelta(days=1))
    return months


def norm_of(month, working, whole):
    """Return the norm, at most the working days of the month, and pro rata for part of a month."""
    most = min(parameters.number("posting.days_per_month", on=last_of(month)), whole)
    return most if working >= whole else ceil(most * working / whole)


_MONTHS = Once(lambda: StayMonth.objects.filter(among("stay", "stays"), among("month", "months")))
_WORDS = Once(
    lambda: MonthWord.objects.filter(among("month", "months")).select_related("by").order_by("pk")
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


def months(stays, wanted):
    """Return {(stay id, month): Month}, in four queries whatever the number of stays."""
    wanted = list(wanted)
    keys = [stay.pk for stay in stays]
    asked = keys and wanted
    rows = _MONTHS.rows(stays=keys, months=wanted) if asked else []
    rows = {(row.stay_id, row.month): row for row in rows}
    stored = [row.pk for row in rows.values()]
    words, notes, leaves = defaultdict(list), defaultdict(list), defaultdict(list)
    if stored:
        for word in _WORDS.rows(months=stored):
            before = words[word.month_id]
            word.is_correction = bool(before) and None not in (before[-1].is_met, word.is_met)
            before.append(word)
        for note in _NOTES.rows(months=stored):
            notes[note.month_id].append(note)
    if asked:
        for leave in _LEAVES.rows(stays=keys, first=min(wanted), last=last_of(max(wanted))):
            leaves[leave.stay_id].append(leave)
    working = workdays.working_days_of((month, last_of(month)) for month in wanted)
    found = {}
    for stay, month in product(stays, wanted):
        row = rows.get((stay.pk, month))
        first, last = max(month, stay.starts_on), min(last_of(month), stay.last_day)
        whole = working[month, last_of(month)]
        noted = notes[row.pk] if row else []
        days = Counter()
        for note in noted:
            days[note.kind] += note.days
        found[stay.pk, month] = Month(
            month=month,
            working=sum(first <= day <= last for day in whole),
            whole=len(whole),
            leave=sum(overlap(one.starts_on, one.last_day, first, last) for one in leaves[stay.pk]),
            away=days[DayNote.Kind.AWAY],
            absent=days[DayNote.Kind.ABSENT],
            row=row,
            words=words[row.pk] if row else [],
            notes=noted,
        )
    return found


def one_month(stay, month):
    return months([stay], [month])[stay.pk, month]


@dataclass(frozen=True)
class Summary:
    """The host's words on the months of a stay that have ended."""

    met: int
    missed: int
    unattested: int
    # The sum of the days stated in the words (None if none states any), and in how many words.
    days: int | None
    with_days: int


_SAID = Prepared(
    lambda stay: (
        MonthWord.objects.standing()
        .filter(month__stay=stay)
        .order_by()
        .values_list("is_met", "days")
    ),
    stay=-1,
)


def summary(stay, today):
    """Summarise the host's words on all months of a stay that have ended by today, in one query."""
    over = [month for month in months_of(stay, today) if last_of(month) <= today]
    said = _SAID.tuples(stay=stay.pk)
    given = [days for _is_met, days in said if days is not None]
    met = sum(is_met for is_met, _days in said)
    return Summary(
        met=met,
        missed=len(said) - met,
        unattested=len(over) - len(said),
        days=sum(given) if given else None,
        with_days=len(given),
    )


def whole_months(first: date, last: date):
    """Whole months from a day to a day, both included."""
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    return months - (after.day < first.day)
