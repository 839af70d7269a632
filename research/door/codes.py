"""Codes of questionnaire slips: four digits of the questionnaire, eleven random ones and a check
digit.

A code is printed once and never stored; the database holds a digest keyed with a secret outside it.
Once the strip has deleted all digests, the first four digits still show that the code came too
late.
"""

import hashlib
import hmac
import secrets

from django.conf import settings

from outreach.models.cards import is_well_formed, with_check_digit

DIGITS, GROUP, OF_ALL = 16, 4, 10_000


def draw(link, questionnaire_id):
    """Set a new code and its digest on a link; the code stays in memory."""
    random = "".join(secrets.choice("0123456789") for _n in range(DIGITS - 5))
    link.code = with_check_digit(f"{questionnaire_id % OF_ALL:04d}{random}")
    link.digest = digest(link.code)


def is_code(digits):
    return is_well_formed(digits, DIGITS)


def number_of(code):
    """The last four digits of the questionnaire's key."""
    return int(code[:4])


def digest(code):
    key = settings.KEYS.door.code_key
    return hmac.new(key, f"answer|{code}".encode(), hashlib.sha256).hexdigest()


def in_groups(code):
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
