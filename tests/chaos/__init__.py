"""Tests of chaos/."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

# Otherwise a phone that never gives up would keep the thread and the run alive forever.
LONGEST_SECONDS = 600


def in_its_own_loop(whole):
    """Return what the coroutine function `whole` returns, or raise TimeoutError. It runs in another
    thread, since browser journeys leave a running event loop in the tests' thread."""

    def run():
        try:
            return asyncio.run(asyncio.wait_for(whole(), LONGEST_SECONDS))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
