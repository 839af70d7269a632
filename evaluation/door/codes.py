"""Codes of ballot slips: eleven digits drawn by lot and a check digit.

A code is printed once and kept by nobody; what is stored is a digest with a key that is outside
the database. The check digit tells a slip of the pen from a code that opens nothing.
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
    """A code for a slip that is printed; it stays in memory alone."""
    slip.code = fresh()
    slip.digest = digest(slip.code)


def is_code(digits):
    return is_well_formed(digits, DIGITS)


def digest(code):
    key = settings.KEYS.door.code_key
    return hmac.new(key, f"ballot|{code}".encode(), hashlib.sha256).hexdigest()


def in_groups(code):
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
