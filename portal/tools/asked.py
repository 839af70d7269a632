"""Parses addresses and forms: numbers, days, moments, rows.

Each function accepts any text and returns None if it is invalid; an invalid filter is ignored. All
numbers and days from requests are parsed here.
"""

from datetime import date, datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import DateField
from django.utils import timezone
from django.utils.translation import gettext_lazy

# No record has a date outside this range; month and time-zone arithmetic works at its limits.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
OUTSIDE = gettext_lazy("Write a day between the years 1900 and 2100.")


def whole_number(text):
    """Parse a whole number of at most 18 digits, small enough for a primary key."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def day(text):
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def moment(text):
    """Parse a moment; without a time zone it is in ours."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_DAY <= found.date() <= LAST_DAY:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def row(query, name, rows):
    """The row whose key is the parameter `name` of the query."""
    pk = whole_number(query.get(name) or "")
    return None if pk is None else rows.filter(pk=pk).first()


def bound_days(fields):
    """Limit all date fields of a form to FIRST_DAY–LAST_DAY."""
    for field in fields.values():
        if isinstance(field, DateField):
            field.validators += [
                MinValueValidator(FIRST_DAY, OUTSIDE),
                MaxValueValidator(LAST_DAY, OUTSIDE),
            ]
