"""Protection against floods and guessing, without accounts.

The limits allow for a township whose phones share one address of their carrier.
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
    """The token of a form about a card or slip: when it was given out, and under which key."""
    return _signer().sign(f"{key}|{subject}")


def read_form(token, subject):
    """(key, age) of a form that came back; the key is None when it is none of ours."""
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
    """Count a try of a number or code from this address; False if there were too many."""
    return _count(f"ask:{client_address(request)}", HOUR, at) <= QUESTIONS_IN_ALL


def overflows(card_id, *, at):
    """Count a matter of a card; True if a person should look before it is registered."""
    day = timezone.localdate(at)
    return _count(f"card:{card_id}:{day}", DAY, at) > MATTERS_OF_A_CARD


def _count(name, seconds, at):
    """How often so far in this period of `seconds`. If the cache is down, everybody may go on."""
    period = int(at.timestamp()) // seconds
    key = f"door:{name}:{period}"
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key)
    except ValueError:
        # It lapsed between the two.
        return 1
    except Exception:
        logger.exception("The counters of the door cannot be reached")
        return 0
