"""Finds and masks personal numbers in free text; opens P3 rows for those whom a rule admits."""

import contextlib
import re
from dataclasses import dataclass
from unicodedata import normalize

from django.db import connection

# The first two digits of an ID number.
_PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# Matched by shape, even with a wrong check digit. In one piece: a province and 16 more characters;
# in groups, as people paste them, and in the old length the birthday must be valid too.
_ID = re.compile(rf"(?:{_PROVINCES})\d{{15}}[0-9Xx]")
_ID_IN_GROUPS = re.compile(rf"(?:{_PROVINCES})\d{{4}}(?:18|19|20)\d\d{_DAY}\d{{3}}[0-9Xx]")
_OLD_ID = re.compile(rf"(?:{_PROVINCES})\d{{6}}{_DAY}\d{{3}}")
_ID_LIKE = re.compile(r"(?<![\dA-Za-z.])(?:(?:\d[\s–—-]?){17}[\dXxＸｘ]|\d{15})(?![\dA-Za-z])")
_CARD_LIKE = re.compile(r"(?<![\dA-Za-z.])(?:\d[ -]?){15,18}\d(?![\dA-Za-z])")
# Bank cards begin like this; in one piece or in groups, as printed on them.
_CARD = re.compile(
    r"[34569](?:\d{15,18}"
    r"|\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?:\1?\d{1,3})?|\d{5}[ -]\d{10,13})"
)
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
)
# Each kind has ten digits with little in between; most texts have none.
_ANY = re.compile(r"\d(?:[\s–—-]?\d){9}")


def is_id_number(text):
    """Whether it has the shape of an ID number; the check digit may be wrong."""
    text = normalize("NFKC", text)
    if text.isdecimal() and len(text) == 15:
        return bool(_OLD_ID.fullmatch(text))
    if text[:-1].isdecimal():
        return bool(_ID.fullmatch(text))
    return bool(_ID_IN_GROUPS.fullmatch("".join(c for c in text if c.isalnum())))


def is_card_number(text):
    """Return whether a text has the shape of a card number, or another beginning and a valid check
    digit."""
    text = normalize("NFKC", text)
    return bool(_CARD.fullmatch(text)) or _has_check_digit(text)


def _has_check_digit(text):
    """Luhn, 16 to 19 digits in one piece."""
    if not text.isdecimal() or len(set(text)) == 1:
        return False
    digits = [int(c) for c in text]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _spans(text, like, is_one):
    """Return the spans of numbers. A match may begin with other digits, such as a year, and so not
    be a number; the search then continues at the next character."""
    spans, at = [], 0
    while match := like.search(text, at):
        if is_one(match.group()):
            spans.append(match.span())
            at = match.end()
        else:
            at = match.start() + 1
    return spans


def _without(text, spans):
    for start, end in reversed(spans):
        stars = min(18, sum(c.isalnum() for c in text[start:end]))
        text = text[:start] + "*" * stars + text[end:]
    return text


@dataclass(frozen=True)
class Found:
    ids: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


NONE = Found()


def find(text):
    """ID, bank card and phone numbers in free text."""
    if not _ANY.search(text):
        return NONE
    ids = _spans(text, _ID_LIKE, is_id_number)
    rest = _without(text, ids)
    cards = _spans(rest, _CARD_LIKE, is_card_number)
    phones = _PHONE.findall(_without(rest, cards))
    return Found(
        tuple(text[start:end] for start, end in ids),
        tuple(rest[start:end] for start, end in cards),
        tuple(phones),
    )


def _masked(number):
    kept = number[:3]
    return kept + "*" * (len(number) - 7) + number[-4:] if len(number) > 9 else "*" * len(number)


def mask_ids(text):
    """Mask ID and card numbers; they never reach the database."""
    text = _without(text, _spans(text, _ID_LIKE, is_id_number))
    return _without(text, _spans(text, _CARD_LIKE, is_card_number))


def mask_others(text):
    """Mask phone numbers, if the writer agrees."""
    return _PHONE.sub(lambda m: _masked(m.group()), text)


def display_name(name):
    """李建国 → 李××: enough to tell whose matter it is."""
    name = name.strip()
    return f"{name[0]}××" if name else ""


@contextlib.contextmanager
def opened(*, user=None, matter=None, campaigns=(), households=(), entries=()):
    """Let row-level security show, within the block, this user's reflections and entries of phones,
    this matter's contacts, the names on the lists of these festival campaigns, the difficulties of
    these households or what is kept of these entries of phones.

    SET LOCAL: needs a surrounding transaction and ends with it at the latest.
    """
    listed = (",".join(map(str, ids)) for ids in (campaigns, households, entries))
    _set(user.pk if user else "", matter or "", *listed)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _set("", "", "", "", "")


def _set(user_id, matter_ids, campaign_ids, household_ids, entry_ids):
    with connection.cursor() as cursor:
        names = ("user_id", "matter_id", "campaign_id", "household_id", "entry_id")
        settings = ", ".join(f"set_config('portal.{name}', %s, true)" for name in names)
        values = [str(user_id), str(matter_ids), campaign_ids, household_ids, entry_ids]
        cursor.execute(f"SELECT {settings}", values)
