"""Finds and masks personal numbers in free text; opens P3 rows for those whom a rule admits."""

import contextlib
import re
from dataclasses import dataclass

from django.db import connection

# As people paste them: grouped by spaces or hyphens, a phone with a leading 86.
_ID = re.compile(r"(?<![0-9A-Za-z])(?:\d[\s–—-]?){17}[0-9Xx](?![0-9A-Za-z])")
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){15,18}\d(?!\d)")
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
)

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_id_number(text):
    """GB 11643 checksum."""
    text = "".join(c for c in text if c.isalnum())
    weighted = sum(int(d) * w for d, w in zip(text, _ID_WEIGHTS, strict=False))
    return "10X98765432"[weighted % 11] == text[17].upper()


def is_bank_card(text):
    """Luhn, 16 to 19 digits."""
    digits = [int(c) for c in text if c.isdigit()]
    if not 16 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _id_spans(text):
    """The spans of ID numbers. Digits before a number, such as a year, may match first without
    being an ID number, so the search continues at the next character."""
    spans, at = [], 0
    while match := _ID.search(text, at):
        if is_id_number(match.group()):
            spans.append(match.span())
            at = match.end()
        else:
            at = match.start() + 1
    return spans


def _without(text, spans, put):
    for start, end in reversed(spans):
        text = text[:start] + put + text[end:]
    return text


@dataclass(frozen=True)
class Found:
    ids: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def find(text):
    """ID, bank card and phone numbers in free text."""
    spans = _id_spans(text)
    ids = tuple(text[start:end] for start, end in spans)
    rest = _without(text, spans, "")
    cards = tuple(m.group() for m in _CARD.finditer(rest) if is_bank_card(m.group()))
    phones = tuple(m.group() for m in _PHONE.finditer(rest))
    return Found(ids, cards, phones)


def _masked(number):
    kept = number[:3]
    return kept + "*" * (len(number) - 7) + number[-4:] if len(number) > 9 else "*" * len(number)


def mask_ids(text):
    """Mask ID numbers; they never reach the database."""
    return _without(text, _id_spans(text), "*" * 18)


def mask_others(text):
    """Mask bank cards and phone numbers, if the writer agrees."""
    text = _CARD.sub(lambda m: "*" * 16 if is_bank_card(m.group()) else m.group(), text)
    return _PHONE.sub(lambda m: _masked(m.group()), text)


def display_name(name):
    """李建国 → 李××: enough to tell whose matter it is."""
    name = name.strip()
    return f"{name[0]}××" if name else ""


@contextlib.contextmanager
def opened(*, user=None, matter=None, campaigns=(), households=()):
    """Inside, row-level security shows this user's reflections, this matter's contacts, the names
    on the lists of these festival campaigns or the difficulties of these households.

    SET LOCAL: needs a surrounding transaction and ends with it at the latest.
    """
    listed = (",".join(map(str, ids)) for ids in (campaigns, households))
    _set(user.pk if user else "", matter or "", *listed)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _set("", "", "", "")


def _set(user_id, matter_ids, campaign_ids, household_ids):
    with connection.cursor() as cursor:
        names = ("user_id", "matter_id", "campaign_id", "household_id")
        settings = ", ".join(f"set_config('portal.{name}', %s, true)" for name in names)
        values = [str(user_id), str(matter_ids), campaign_ids, household_ids]
        cursor.execute(f"SELECT {settings}", values)
