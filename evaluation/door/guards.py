"""Codes tried in bulk: counted by address, and over all addresses.

Only wrong ones count, so that a village behind one address of its carrier votes unhindered. Once
many are wrong everywhere, each address has fewer tries left; whoever types a right code the first
time goes on voting. A last limit stands in the database (`door_ballot`).
"""

import logging

from django.core.cache import cache

from portal.pages.middleware import client_address

logger = logging.getLogger(__name__)

# Within an hour. A typing mistake does not count: the check digit finds it.
WRONG_OF_AN_ADDRESS = 40
WRONG_IN_ALL = 400
WRONG_OF_AN_ADDRESS_THEN = 3
HOUR = 3600


def _keys(request, at):
    hour = int(at.timestamp()) // HOUR
    return f"vote:wrong:{client_address(request)}:{hour}", f"vote:wrong:{hour}"


def may_try(request, *, at):
    """A cache that is down lets everybody in, to the limit of the database."""
    own, all_of_them = _keys(request, at)
    try:
        counted = cache.get_many([own, all_of_them])
    except Exception:
        logger.exception("The counters of ballot codes cannot be reached")
        return True
    many = counted.get(all_of_them, 0) >= WRONG_IN_ALL
    limit = WRONG_OF_AN_ADDRESS_THEN if many else WRONG_OF_AN_ADDRESS
    return counted.get(own, 0) < limit


def note_wrong(request, *, at):
    for key in _keys(request, at):
        try:
            cache.add(key, 0, timeout=HOUR)
            cache.incr(key)
        except ValueError:
            # It lapsed between the two.
            continue
        except Exception:
            logger.exception("The counters of ballot codes cannot be reached")
