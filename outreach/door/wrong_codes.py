"""Limits guessing of codes of one kind (“vote”, “answer”), per address and over all addresses.

Only wrong codes count, so a village behind one carrier address can go on. When many codes are wrong
overall, each address has fewer tries; people with right codes are not affected. The database has a
last limit (`door_ballot`, `door_answer`).
"""

import logging

from django.core.cache import cache

from portal.pages.middleware import client_address

logger = logging.getLogger(__name__)

# Per hour. Typing errors do not count; the check digit catches them.
WRONG_OF_AN_ADDRESS = 40
WRONG_IN_ALL = 400
WRONG_OF_AN_ADDRESS_THEN = 3
HOUR = 3600


def _keys(kind, request, at):
    hour = int(at.timestamp()) // HOUR
    return f"{kind}:wrong:{client_address(request)}:{hour}", f"{kind}:wrong:{hour}"


def may_try(kind, request, *, at):
    """Whether this address may try a code. Allows everybody if the cache is down."""
    own, all_of_them = _keys(kind, request, at)
    try:
        counted = cache.get_many([own, all_of_them])
    except Exception:
        logger.exception("The counters of wrong codes cannot be reached")
        return True
    many = counted.get(all_of_them, 0) >= WRONG_IN_ALL
    limit = WRONG_OF_AN_ADDRESS_THEN if many else WRONG_OF_AN_ADDRESS
    return counted.get(own, 0) < limit


def note_wrong(kind, request, *, at):
    for key in _keys(kind, request, at):
        try:
            cache.add(key, 0, timeout=HOUR)
            cache.incr(key)
        except ValueError:
            # The counter expired between the two calls.
            continue
        except Exception:
            logger.exception("The counters of wrong codes cannot be reached")
