"""Values that many places of one page ask for, read once for the request at hand.

Each is kept elsewhere for longer, in the cache, where asking for it costs a round trip.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.core.signals import request_finished, request_started

_HELD = threading.local()


def _begin(**_sent):
    _HELD.values = {}


def _end(**_sent):
    _HELD.values = None


request_started.connect(_begin, dispatch_uid="portal.held")
request_finished.connect(_end, dispatch_uid="portal.held")


@contextmanager
def holding() -> Iterator[None]:
    """Values are held inside as in a request: for a batch of short jobs."""
    if getattr(_HELD, "values", None) is not None:
        yield
        return
    _begin()
    try:
        yield
    finally:
        _end()


def held(name: str, read: Callable[[], Any]) -> Any:
    """What `read()` returns; called each time outside a request and `holding`."""
    values = getattr(_HELD, "values", None)
    if values is None:
        return read()
    if name not in values:
        values[name] = read()
    return values[name]


# Names in the cache that nearly each page asks for.
TOGETHER = ("norms", "workdays")


def cached(name: str) -> Any:
    """What the cache has under a name of `TOGETHER`, or None: the first brings all of them."""
    return held("cached", lambda: cache.get_many(TOGETHER)).get(name)


def forget():
    """Read all again; whoever changes what a value depends on calls this."""
    if getattr(_HELD, "values", None) is not None:
        _HELD.values = {}
