"""Rate limits and form tokens, without accounts.

The limits allow for carrier-grade NAT: a township whose phones share one address.
"""

import logging
from enum import Enum

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils import timezone

from portal.pages.middleware import client_address

logger = logging.getLogger(__name__)

FASTEST_SECONDS = 3
OLDEST_SECONDS = 6 * 3600
# Per hour and address: by one card, for a household and its neighbours; in all, for a township.
MESSAGES_BY_CARD = 30
MESSAGES_IN_ALL = 900
QUESTIONS_IN_ALL = 3_000
# Per card and day. Further matters are held for a person to look at, not refused.
MATTERS_OF_A_CARD = 30
HOUR, DAY = 3600, 86_400


class Age(Enum):
    RIGHT, TOO_FAST, TOO_OLD, BROKEN = range(4)


def _signer():
    return signing.TimestampSigner(key=settings.KEYS.door.django_secret, salt="door.form")


def new_form(key, subject):
    """Return the signed token of a form about a card or slip, with its key and time of issue."""
    return _signer().sign(f"{key}|{subject}")


def read_form(token, subject):
    """Return (key, age) of a submitted form; the key is None if the token is not ours."""
    try:
        key, _bar, about = _signer().unsign(token).partition("|")
    except signing.BadSignature:
        return None, Age.BROKEN
    if about != str(subject):
        return None, Age.BROKEN
    try:
        _signer().unsign(token, max_age=OLDEST_SECONDS)
    except signing.SignatureExpired:
        return key, Age.TOO_OLD
    try:
        _signer().unsign(token, max_age=FASTEST_SECONDS)
    except signing.SignatureExpired:
        return key, Age.RIGHT
    return key, Age.TOO_FAST


def may_send(request, subject, *, at):
    """Count a message of this address about this card or slip; False if there were too many."""
    address = client_address(request)
    by_card = _count(f"send:{address}:{subject}", HOUR, at) <= MESSAGES_BY_CARD
    return by_card and _count(f"send:{address}", HOUR, at) <= MESSAGES_IN_ALL


def may_ask(request, *, at):
    """Count a lookup of a number or code from this address; return False if there were too many."""
    return _count(f"ask:{client_address(request)}", HOUR, at) <= QUESTIONS_IN_ALL


def overflows(card_id, *, at):
    """Count a matter of a card; return True if a person should check it before it is registered."""
    day = timezone.localdate(at)
    return _count(f"card:{card_id}:{day}", DAY, at) > MATTERS_OF_A_CARD


def _count(name, seconds, at):
    """Increment and return the count of this period of `seconds`. If the cache is down, everybody
    is let through."""
    period = int(at.timestamp()) // seconds
    key = f"door:{name}:{period}"
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key)
    except ValueError:
        # The counter expired between the two calls.
        return 1
    except Exception:
        logger.exception("The counters of the door cannot be reached")
        return 0
