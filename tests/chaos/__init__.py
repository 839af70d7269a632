"""Tests of chaos/."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def in_its_own_loop(whole):
    """What the coroutine function `whole` returns. In a thread: journeys through the browser leave
    a running loop in that of the tests."""

    def run():
        try:
            return asyncio.run(whole())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
