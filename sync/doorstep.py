"""The receipt at the doorstep: number and code of a matter before it reaches the portal.

They are derived from the phone's key, the entry's id and the matter's place in it, so that the
phone can show them at once and the portal makes the same slip when the entry arrives. The phone's
key is derived from a key kept outside the database, so no row reveals a code.
"""

import hashlib
import hmac

from django.conf import settings

from outreach.door.codes import CODE_DIGITS, NUMBER_DIGITS
from outreach.models.cards import with_check_digit


def key_of(device_key):
    """Return the 32-byte key that a phone gets at enrolment."""
    purpose = f"doorstep|{device_key}".encode()
    return hmac.new(settings.KEYS.door.code_key, purpose, hashlib.sha256).digest()


def shown(key, entry_id, place):
    """Return (number, code) of the matter at this place (0, 1 …) of an entry. See docs/sync.md for
    a test vector. 48 bits of the digest fit exactly into a JavaScript number."""
    number = _drawn(key, f"number|{entry_id}|{place}") % 10 ** (NUMBER_DIGITS - 1)
    code = _drawn(key, f"code|{entry_id}|{place}") % 10**CODE_DIGITS
    return with_check_digit(f"{number:0{NUMBER_DIGITS - 1}d}"), f"{code:0{CODE_DIGITS}d}"


def _drawn(key, text):
    return int.from_bytes(hmac.new(key, text.encode(), hashlib.sha256).digest()[:6])
