"""Numbers and query codes of slips: digits alone, for any keypad.

The code is shown once and never stored; the database holds a digest with a key kept elsewhere. A
slip of the door is derived from the key of its form, so a form sent twice shows the same slip.
"""

import hashlib
import hmac
import secrets

from django.conf import settings

from outreach.models.cards import is_well_formed, with_check_digit

NUMBER_DIGITS, CODE_DIGITS = 9, 6


def _keyed(purpose, text):
    key = settings.KEYS.door.code_key
    return hmac.new(key, f"{purpose}|{text}".encode(), hashlib.sha256)


def of_form(client_key):
    """(number, code) of the slip of a form."""
    number = int(_keyed("number", client_key).hexdigest(), 16) % 10 ** (NUMBER_DIGITS - 1)
    code = int(_keyed("code", client_key).hexdigest(), 16) % 10**CODE_DIGITS
    return with_check_digit(f"{number:0{NUMBER_DIGITS - 1}d}"), f"{code:0{CODE_DIGITS}d}"


def of_receipt(client_key):
    """Return (number, code) of the receipt of a newly registered matter: it can be shown again
    without being stored. Differs from `of_form`, whose slips belong to villagers only."""
    return of_form(f"receipt|{client_key}")


def fresh():
    """(number, code) of a slip that the desk prints."""
    return of_form(secrets.token_hex(16))


def draw_slip(slip):
    """Draw number and code for a slip that the desk prints; the code is kept in memory only."""
    slip.number, slip.code = fresh()
    slip.code_digest = digest(slip.number, slip.code)


def digest(number, code):
    """The digest stored in place of a code; comparing digests leaks nothing through timing."""
    return _keyed("slip", f"{number}|{code}").hexdigest()


def content_digest(kind, content):
    return _keyed("content", f"{kind}|{content}").hexdigest()


def is_number(text):
    return is_well_formed(text, NUMBER_DIGITS)


def digits_of(text):
    """Return the digits typed, without spaces and hyphens; also full-width digits of Chinese
    keyboards."""
    wide = str.maketrans("０１２３４５６７８９", "0123456789")
    return "".join(c for c in text.translate(wide) if c.isascii() and c.isdigit())


def in_groups(digits):
    return " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))
