"""Codes of ballot slips: eleven random digits and a check digit.

A code is printed once and never stored; the database has a digest made with a key kept outside it.
The check digit distinguishes typing errors from unknown codes.
"""

import hashlib
import hmac
import secrets

from django.conf import settings

from outreach.models.cards import is_well_formed, with_check_digit

DIGITS, GROUP = 12, 4


def fresh():
    return with_check_digit("".join(secrets.choice("0123456789") for _n in range(DIGITS - 1)))


def draw(slip):
    """Set a new code and its digest on a slip; the code stays in memory."""
    slip.code = fresh()
    slip.digest = digest(slip.code)


def is_code(digits):
    return is_well_formed(digits, DIGITS)


def digest(code):
    key = settings.KEYS.door.code_key
    return hmac.new(key, f"ballot|{code}".encode(), hashlib.sha256).hexdigest()


def in_groups(code):
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
