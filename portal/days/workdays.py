"""Working days of the Chinese calendar, including make-up workdays.

`chinesecalendar` covers the years whose holidays the State Council has published and raises beyond
them. Rows of `WorkingDay` override it. For other years Monday to Friday are working days, and users
are notified.
"""

import csv
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import WorkingDay
from portal.tools import asked, held

_CACHE = "workdays"


class CalendarProblem(Exception):
    """An uploaded calendar cannot be read; the message says which line and why."""


def is_working_day(day, *, overrides=None):
    """Return whether a day is a working day. Callers that check many days read `overrides` once."""
    overrides = _overrides() if overrides is None else overrides
    known = overrides.get(day.isoformat()) if overrides else None
    return _by_the_calendar(day) if known is None else known


@lru_cache(maxsize=4096)
def _by_the_calendar(day):
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5


def add_working_days(day, count):
    """The day `count` working days after `day`; 0 returns the day itself."""
    overrides = _overrides() if count > 0 else {}
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, overrides=overrides):
            count -= 1
    return day


def working_days_between(start, end):
    """Working days after `start` up to and including `end`; negative if `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return len(working_days(start + timedelta(days=1), end))


def working_days(first, last, *, overrides=None):
    """The working days from one day to another, both included."""
    overrides = _overrides() if overrides is None else overrides
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if is_working_day(day, overrides=overrides)]


def is_working_day_before(day):
    """Whether this week has a working day before this day."""
    earlier = (day - timedelta(days=n) for n in range(1, day.weekday() + 1))
    return any(map(is_working_day, earlier))


def last_before(day):
    """The last working day before this day."""
    overrides = _overrides()
    day -= timedelta(days=1)
    while not is_working_day(day, overrides=overrides):
        day -= timedelta(days=1)
    return day


def is_first_of_week(day):
    """Whether this is the first working day of its week."""
    return is_working_day(day) and not is_working_day_before(day)


def end_of(day):
    """The end of the local day, when deadlines end."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def is_published(year):
    """Whether the holidays of a year are known, from the library or from uploaded rows."""
    if any(key.startswith(f"{year}-") for key in _overrides()):
        return True
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def unpublished_year_near(day):
    """Return the year of the day 90 days later if its holidays are unknown, else None."""
    year = (day + timedelta(days=90)).year
    return None if is_published(year) else year


def read_upload(file):
    """[(day, is_working, note)] from a csv of `2027-01-01,休,元旦`; raises CalendarProblem."""
    try:
        # Accept any line ending; the database stores no null characters.
        lines = file.read().decode("utf-8-sig").replace("\0", "").splitlines()
        read = list(csv.reader(lines))
    except UnicodeDecodeError as problem:
        raise CalendarProblem(_("The file is not UTF-8 text. Save it as “CSV UTF-8”.")) from problem
    except csv.Error as problem:
        raise CalendarProblem(_("The file cannot be read. Save it as “CSV UTF-8”.")) from problem
    rows, words = [], {"班": True, "休": False, "1": True, "0": False}
    for number, row in enumerate(read, start=1):
        if not row or not row[0].strip() or (number == 1 and row[0].strip() in {"日期", "day"}):
            continue
        day, is_working = asked.day(row[0].strip()), words.get("".join(row[1:2]).strip())
        if day is None or is_working is None:
            raise CalendarProblem(
                _("Line %(line)s: write a date, 班 or 休, and a note: 2027-01-01,休,元旦")
                % {"line": number}
            )
        rows.append((day, is_working, row[2].strip()[:60] if len(row) > 2 else ""))
    if not rows:
        raise CalendarProblem(_("The file contains no days."))
    return rows


def working_days_of(periods):
    """{(first, last): working days} of several periods."""
    overrides = _overrides()
    return {
        (first, last): working_days(first, last, overrides=overrides) for first, last in periods
    }


def _overrides():
    return held.held(_CACHE, _cached_overrides)


def _cached_overrides():
    known = held.cached(_CACHE)
    if known is None:
        rows = WorkingDay.objects.values_list("day", "is_working")
        known = {day.isoformat(): is_working for day, is_working in rows}
        cache.set(_CACHE, known, 300)
    return known


def known():
    """All overrides, as a value to compare."""
    return tuple(sorted(_overrides().items()))


def forget():
    cache.delete(_CACHE)
    held.forget()
