"""Tests of chaos/."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

# A phone that never gives up would keep the thread, and with it the run, alive for good.
LONGEST_SECONDS = 600


def in_its_own_loop(whole):
    """What the coroutine function `whole` returns. In a thread: journeys through the browser leave
    a running loop in that of the tests. Raises TimeoutError."""

    def run():
        try:
            return asyncio.run(asyncio.wait_for(whole(), LONGEST_SECONDS))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
