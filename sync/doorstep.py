"""The receipt at the doorstep: number and code of a matter that has no signal yet.

They follow from the key of the phone, the id of the entry and the place of the matter in it, so
that the phone shows them at once and the portal makes the same slip when the entry comes. The key
of a phone follows from a key that stands outside the database: no row tells a code.
"""

import hashlib
import hmac

from django.conf import settings

from outreach.door.codes import CODE_DIGITS, NUMBER_DIGITS
from outreach.models.cards import with_check_digit


def key_of(device_key):
    """The key that a phone gets when it is enrolled, 32 bytes."""
    purpose = f"doorstep|{device_key}".encode()
    return hmac.new(settings.KEYS.door.code_key, purpose, hashlib.sha256).digest()


def shown(key, entry_id, place):
    """(number, code) of the matter at this place (0, 1 …) of an entry. docs/sync.md has a vector;
    48 bits of the digest are whole numbers in JavaScript too."""
    number = _drawn(key, f"number|{entry_id}|{place}") % 10 ** (NUMBER_DIGITS - 1)
    code = _drawn(key, f"code|{entry_id}|{place}") % 10**CODE_DIGITS
    return with_check_digit(f"{number:0{NUMBER_DIGITS - 1}d}"), f"{code:0{CODE_DIGITS}d}"


def _drawn(key, text):
    return int.from_bytes(hmac.new(key, text.encode(), hashlib.sha256).digest()[:6])
