"""Values that many places of one page need, read once for each request.

Each is kept elsewhere for longer, in the cache, which costs a round trip.
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
    """Hold values inside the block as in a request: for a batch of short jobs."""
    if getattr(_HELD, "values", None) is not None:
        yield
        return
    _begin()
    try:
        yield
    finally:
        _end()


def held(name: str, read: Callable[[], Any]) -> Any:
    """Return `read()`, called once in a request or in `holding`, and each time elsewhere."""
    values = getattr(_HELD, "values", None)
    if values is None:
        return read()
    if name not in values:
        values[name] = read()
    return values[name]


# Cache keys that nearly every page needs.
TOGETHER = ("norms", "workdays")


def cached(name: str) -> Any:
    """Return the cached value of a key of `TOGETHER`, or None; the first call reads all of them."""
    return held("cached", lambda: cache.get_many(TOGETHER)).get(name)


def forget():
    """Drop the held values. Call this after changing what a value depends on."""
    if getattr(_HELD, "values", None) is not None:
        _HELD.values = {}
