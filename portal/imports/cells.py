"""Values of cells: dates, months, numbers and names as people write them."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.imports import Column, Unknown
from portal.tools import languages

EARLIEST = date(1949, 10, 1)
LATEST = date(2100, 1, 1)
# Bare numbers that are read as Excel's serial dates: from 1955 to 2064.
SERIALS = range(20_000, 60_000)
DAY_ZERO = date(1899, 12, 30)

# After a day: its time or the day of the week.
_REST = r"\s*[日号]?\s*(?:[ T(]?\s*(?:星期|周|礼拜|上午|下午|\d{1,2}[:时点]).*|T.*| .*)?"
_DAY = re.compile(r"(\d{4})\s*[.\-/年]\s*(\d{1,2})\s*[.\-/月]\s*(\d{1,2})" + _REST)
_YEARLESS = re.compile(r"(\d{1,2})\s*[.\-/月]\s*(\d{1,2})" + _REST)
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[.\-/年]\s*(\d{1,2})(?:\s*月|[.\-/]\d{1,2})?")
_PLAIN_MONTH = re.compile(r"(\d{4})(\d{2})")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])[\s\u3000]+(?=[\u3400-\u9fff])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BETWEEN_NAMES = re.compile(r"[、,，;；\n]+")
_NUMBER = re.compile(
    r"[(（]?(?:身份证|证件)?(?:号码?)?(?:电话|手机|联系方式)?[:： ]?\d(?:[\d -]{4,})\d[\dXx]*[)）]?"
)
# Counted things: 5户, 3 件, 共12人.
_COUNTED = re.compile(r"[共约]?(\d{1,6})(?:\.0+)?[户件人次个张场条项名元份]?次?")
_PHONE = re.compile(r"[0-9+()（）\-—\s、,，/转]{3,30}")


# Least similarity of two words for one to be proposed as the other.
ALIKE = 0.6

# Kinds whose empty cell is None; the others have an empty text.
EMPTY_IS_NONE = {"day", "integer", "money"}


class CellProblem(Exception):
    """The cell cannot be imported; the message says why."""


class Yearless(CellProblem):
    """A day without its year, which another place in the sheet may give."""

    def __init__(self, words, month, number):
        super().__init__(words)
        self.month, self.number = month, number

    def of(self, year):
        """Return the day in this year, or None if the year has no such day."""
        try:
            return date(year, self.month, self.number)
        except ValueError:
            return None


class UnknownWord(CellProblem, Unknown):
    """The word is none of the choices."""


def read(column: Column, value):
    """Return the clean value of a cell; raise CellProblem."""
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


def _names(column, value):
    """Several names in one cell: 王建国、赵　敏."""
    names = (without_gaps(part.strip()) for part in _BETWEEN_NAMES.split(_text(column, value)))
    return "、".join(filter(None, names))


def _person(column, value):
    """A name without an identity or phone number written beside it: 孙某某 身份证5101…"""
    return without_gaps(_text(column, _NUMBER.sub("", as_text(value)).strip()))


def _day(column, value):
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        day = _written_day(value)
    if day is None:
        _refuse_yearless(value)
        raise CellProblem(_("Not a day. Write it as 2026-06-05, 2026.6.5 or 2026年6月5日."))
    if not EARLIEST <= day < LATEST:
        raise CellProblem(_("The year %(year)s is out of range.") % {"year": day.year})
    return day


def _refuse_yearless(value):
    """Refuse a day without a year, such as 6月9日 or ６.12; the number 6.1 may be the first or the
    tenth."""
    text = _plain(value)
    found = _YEARLESS.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= 12:
        return
    if isinstance(value, float) and re.fullmatch(r"\d{1,2}\.[123]", text):
        raise CellProblem(_("Which day? Write it as 2026-06-05."))
    words = _("A day without a year. Write it as 2026-06-05.")
    raise Yearless(words, int(found[1]), int(found[2]))


def _plain(value):
    """Normalise to half-width characters, without the apostrophe that marks a number as text."""
    return unicodedata.normalize("NFKC", as_text(value)).lstrip("'’‘`").strip()


def _written_day(value):
    text = _plain(value)
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
    text = _plain(value)
    if isinstance(value, float) and re.fullmatch(r"\d{4}\.1", text):
        # Excel drops the trailing zero of the number 1988.10.
        raise CellProblem(_("January or October? Write the month as 1988-01 or 1988-10."))
    if whole := _written_day(text):
        # A full date of birth.
        return f"{whole:%Y-%m}"
    found = _MONTH.fullmatch(text) or _PLAIN_MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        raise CellProblem(_("Not a month. Write it as 1988-06, 1988.06 or 1988年6月."))
    return f"{found[1]}-{int(found[2]):02d}"


def _integer(column, value):
    text = _plain(value).replace(",", "")
    found = _COUNTED.fullmatch(re.sub(r"\s", "", text))
    if found is None:
        raise CellProblem(_("Not a whole number."))
    return int(found[1])


def _money(column, value):
    """Yuan with at most two decimals: 1,200, 300.5, ￥500, 500元."""
    text = _plain(value).replace(",", "")
    text = text.removeprefix("¥").removesuffix("元").strip()
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2}0*)?", text):
        raise CellProblem(_("Not an amount in yuan, such as 500 or 300.50."))
    return Decimal(text).quantize(Decimal("0.01"))


def _phone(column, value):
    text = _plain(value)
    if not _PHONE.fullmatch(text):
        raise CellProblem(_("Not a phone number."))
    return text[: column.longest]


def _choice(column, value):
    choices = choices_of(column)
    plain = plainly(as_text(value))
    if plain in choices:
        return choices[plain]
    raise UnknownWord(
        _("“%(value)s” is not one of: %(choices)s.")
        % {"value": as_text(value)[:20], "choices": "、".join(column.choices())},
        said=as_text(value),
    )


_choices = {}


def choices_of(column):
    """Return {what people may write: code}, ignoring blanks and brackets; cached for each column
    and wording."""
    key = column.heading, languages.wording()
    known = _choices.get(key, (None, None))
    if known[0] is not column:
        table = column.choices()
        # Sheets written in the standard wording are read as well.
        with override(languages.CHINESE):
            written = {plainly(label): code for label, code in column.choices().items()}
        written |= {plainly(label): code for label, code in table.items()}
        written |= {plainly(word): c for c, words in column.also.items() for word in words.split()}
        written |= {str(code): code for code in table.values()}
        known = _choices[key] = (column, written)
    return known[1]


def plainly(text):
    """Normalise a heading or choice for comparison: without blanks, stars, colons and kinds of
    brackets."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s*:：、,，/]", "", text).lower()


def alike(ours, theirs):
    """Return the similarity of two words from 0 to 1; if one contains the other, at least 0.8."""
    if len(ours) > 1 and len(theirs) > 1 and (ours in theirs or theirs in ours):
        return 0.8 + 0.2 * min(len(ours), len(theirs)) / max(len(ours), len(theirs))
    return SequenceMatcher(None, ours, theirs).ratio()


def meant(column, value, meanings):
    """Replace words by their given meaning, by {what they write: what it means}; return (new value,
    words that were replaced)."""
    text = as_text(value)
    plain = plainly(text)
    if column.kind == "names":
        names = _BETWEEN_NAMES.split(text)
        words = [name for name in names if plainly(name) in meanings]
        return "、".join(meanings.get(plainly(name), name) for name in names), words
    if column.kind == "organ_post":
        said = max((one for one in meanings if plain.startswith(one)), key=len, default="")
        return (f"{meanings[said]}{plain[len(said) :]}", [said]) if said else (value, [])
    return (meanings[plain], [text]) if plain in meanings else (value, [])


_READERS = {
    "text": _text,
    "name": _name,
    "names": _names,
    "organ_post": _name,
    "person": _person,
    "day": _day,
    "month": _month,
    "integer": _integer,
    "money": _money,
    "phone": _phone,
    "choice": _choice,
}
