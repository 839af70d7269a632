"""When the key of a month of sample call-backs is shown."""

from datetime import timedelta

from portal import parameters
from portal.days import workdays

# For how many nights a result can still be drawn.
NIGHTS = 7


def month_of(day):
    """The first day of its month."""
    return day.replace(day=1)


def month_after(month):
    return month_of(month + timedelta(days=31))


def shown_from(key):
    """Return the first day on which all calls drawn by the key are past."""
    last_drawn = month_after(key.month) + timedelta(days=NIGHTS - 1)
    days = parameters.number("matter.callback_wd", on=last_drawn)
    return workdays.add_working_days(last_drawn, days) + timedelta(days=1)


def is_shown(key, *, on):
    return on >= shown_from(key)
