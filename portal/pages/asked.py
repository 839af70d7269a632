"""What somebody asks for in an address or a form: numbers, days, moments, rows.

Each function accepts any text and returns None if it is invalid; an invalid filter is ignored.
Nothing else in the portal turns what was sent into a number or a day.
"""

from datetime import date, datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import DateField
from django.utils import timezone
from django.utils.translation import gettext_lazy

# No record has a date outside this range; month and time-zone arithmetic still works at its ends.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
OUTSIDE = gettext_lazy("Write a day between the years 1900 and 2100.")


def whole_number(text):
    """A whole number as addresses and posts carry it, within what a key can be."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def day(text):
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def moment(text):
    """A moment; one that names no time zone is ours."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_DAY <= found.date() <= LAST_DAY:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def row(query, name, rows):
    """The row that a part of the address names by its key."""
    pk = whole_number(query.get(name) or "")
    return None if pk is None else rows.filter(pk=pk).first()


def bound_days(fields):
    """Every day that a form takes lies within what can be reckoned with."""
    for field in fields.values():
        if isinstance(field, DateField):
            field.validators += [
                MinValueValidator(FIRST_DAY, OUTSIDE),
                MaxValueValidator(LAST_DAY, OUTSIDE),
            ]
