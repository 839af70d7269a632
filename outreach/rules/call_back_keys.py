"""When the key of a month of sample call-backs is shown."""

from datetime import timedelta

from portal import parameters
from portal.days import workdays

# The nights after a result on which it can still be drawn.
NIGHTS = 7


def month_of(day):
    """The first day of its month."""
    return day.replace(day=1)


def month_after(month):
    return month_of(month + timedelta(days=31))


def shown_from(key):
    """The first day on which no call drawn by the key can still lie ahead."""
    last_drawn = month_after(key.month) + timedelta(days=NIGHTS - 1)
    days = parameters.number("matter.callback_wd", on=last_drawn)
    return workdays.add_working_days(last_drawn, days) + timedelta(days=1)


def is_shown(key, *, on):
    return on >= shown_from(key)
