"""Values of cells: dates, months, numbers and names as people write them."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.imports import Column
from portal.tools import languages

EARLIEST = date(1949, 10, 1)
LATEST = date(2100, 1, 1)
# Bare numbers that are read as Excel's serial days: from 1955 to 2064.
SERIALS = range(20_000, 60_000)
DAY_ZERO = date(1899, 12, 30)

_DAY = re.compile(r"(\d{4})\s*[.\-/年]\s*(\d{1,2})\s*[.\-/月]\s*(\d{1,2})\s*日?(?:[ T].*)?")
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[.\-/年]\s*(\d{1,2})(?:\s*月|[.\-/]\d{1,2})?")
_PLAIN_MONTH = re.compile(r"(\d{4})(\d{2})")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])[\s\u3000]+(?=[\u3400-\u9fff])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PHONE = re.compile(r"[0-9+()（）\-—\s、,，/转]{3,30}")


# Kinds whose empty cell is None; for the others it is an empty text.
EMPTY_IS_NONE = {"day", "integer", "money"}


class CellProblem(Exception):
    """The cell cannot be imported; says why."""


def read(column: Column, value):
    """The clean value of a cell; raises CellProblem."""
    if value is None or isinstance(value, str) and not value.strip("\u3000 \t\r\n"):
        if column.required:
            raise CellProblem(_("This must be filled in."))
        return None if column.kind in EMPTY_IS_NONE else ""
    return _READERS[column.kind](column, value)


def as_text(value):
    """The text of a cell, stripped, without control characters."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M") if value.hour else value.strftime("%Y-%m-%d")
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if not text.isprintable():
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("_x000D_", ""))
    return text.strip("\u3000\xa0 \t\r\n")


def without_gaps(text):
    """王　建国 → 王建国: names are often padded to equal width."""
    return _BETWEEN_HAN.sub("", text)


def _text(column, value):
    text = as_text(value)
    if len(text) > column.longest:
        raise CellProblem(
            _("%(n)s characters; at most %(most)s fit.") % {"n": len(text), "most": column.longest}
        )
    return text


def _name(column, value):
    return without_gaps(_text(column, value))


def _day(column, value):
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        day = _written_day(value)
    if day is None:
        raise CellProblem(_("Not a day. Write it as 2026-06-05, 2026.6.5 or 2026年6月5日."))
    if not EARLIEST <= day < LATEST:
        raise CellProblem(_("The year %(year)s is out of range.") % {"year": day.year})
    return day


def _written_day(value):
    text = unicodedata.normalize("NFKC", as_text(value))
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in SERIALS:
        return DAY_ZERO + timedelta(days=int(float(text)))
    found = _DAY.fullmatch(text) or _PLAIN_DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _month(column, value):
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    text = unicodedata.normalize("NFKC", as_text(value))
    if isinstance(value, float) and re.fullmatch(r"\d{4}\.1", text):
        # Excel drops the last nought of the number 1988.10.
        raise CellProblem(_("January or October? Write the month as 1988-01 or 1988-10."))
    if whole := _written_day(text):
        # A day of birth in full.
        return f"{whole:%Y-%m}"
    found = _MONTH.fullmatch(text) or _PLAIN_MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        raise CellProblem(_("Not a month. Write it as 1988-06, 1988.06 or 1988年6月."))
    return f"{found[1]}-{int(found[2]):02d}"


def _integer(column, value):
    text = unicodedata.normalize("NFKC", as_text(value)).replace(",", "")
    if not re.fullmatch(r"\d{1,6}", text):
        raise CellProblem(_("Not a whole number."))
    return int(text)


def _money(column, value):
    """Yuan with at most two decimals: 1,200, 300.5, ￥500, 500元."""
    text = unicodedata.normalize("NFKC", as_text(value)).replace(",", "")
    text = text.removeprefix("¥").removesuffix("元").strip()
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2}0*)?", text):
        raise CellProblem(_("Not an amount in yuan, such as 500 or 300.50."))
    return Decimal(text).quantize(Decimal("0.01"))


def _phone(column, value):
    text = unicodedata.normalize("NFKC", as_text(value))
    if not _PHONE.fullmatch(text):
        raise CellProblem(_("Not a phone number."))
    return text[: column.longest]


def _choice(column, value):
    choices = choices_of(column)
    plain = plainly(as_text(value))
    if plain in choices:
        return choices[plain]
    raise CellProblem(
        _("“%(value)s” is not one of: %(choices)s.")
        % {"value": as_text(value)[:20], "choices": "、".join(column.choices())}
    )


_choices = {}


def choices_of(column):
    """{what people may write: code}, blanks and brackets aside; computed once for a
    column and wording."""
    key = column.heading, languages.wording()
    known = _choices.get(key, (None, None))
    if known[0] is not column:
        table = column.choices()
        # Sheets that were written in the words of everybody are read as well.
        with override(languages.CHINESE):
            written = {plainly(label): code for label, code in column.choices().items()}
        written |= {plainly(label): code for label, code in table.items()}
        written |= {plainly(word): c for c, words in column.also.items() for word in words.split()}
        written |= {str(code): code for code in table.values()}
        known = _choices[key] = (column, written)
    return known[1]


def plainly(text):
    """Headings and choices are compared without blanks, stars, colons and kinds of brackets."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s*:：、,，/]", "", text).lower()


_READERS = {
    "text": _text,
    "name": _name,
    "day": _day,
    "month": _month,
    "integer": _integer,
    "money": _money,
    "phone": _phone,
    "choice": _choice,
}
