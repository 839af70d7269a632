"""One seed: phones write and send on bad lines, the portal is killed meanwhile, all is compared."""

import asyncio
import random
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from chaos import line, plan
from chaos.phone import Outbox, Pace, Phone
from chaos.proxy import Proxy
from chaos.toxics import Dealer
from chaos.verdict import Case, judge

# A day of a phone in seconds: what takes a second to five minutes there takes a hundredth here.
PACE = Pace(first=0.03, most=1.5, silence=1.5)
# How long the line stays bad after the last entry is written, and how long it may then take until
# everything has arrived.
BAD_SECONDS, CALM_SECONDS = 6, 120


@dataclass
class Result:
    seed: str
    entries: int
    verdict: object
    dealt: dict
    requests: int
    seconds: float

    @property
    def is_good(self):
        return self.verdict.is_good


def deeds_at_most(entries):
    """Kills are bounded: each one of the database costs a restart."""
    return {
        "die": max(3, entries // 60),
        "cut": max(2, entries // 100),
        "database": max(1, entries // 1500),
    }


async def run(seed, portal, *, phones, entries, pace=PACE, deeds=None, line_share=1.0):
    """`portal` is what chaos/portal.py has: `port`, `today`, `writer`, `stored`, `extra`."""
    began = time.monotonic()
    writers = [portal.writer(n) for n in range(phones)]
    at_most = deeds_at_most(entries) if deeds is None else deeds
    dealer = Dealer(seed, silence=pace.silence, at_most=at_most, line=line_share)
    proxy = Proxy(portal.port, dealer)
    lives = plan.lives(seed, [writer for writer, _device in writers], entries, portal.today)
    with ExitStack() as files:
        folder = Path(files.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        living = [
            Living(seed, n, *who, life, folder, pace, await proxy.open(n))
            for n, (who, life) in enumerate(zip(writers, lives, strict=True))
        ]
        for one in living:
            files.callback(one.close)
        try:
            await _live(living, dealer)
            await proxy.settle()
        finally:
            await proxy.close()
        cases = [case for one in living for case in one.cases]
        stored = await asyncio.to_thread(portal.stored, [case.written for case in cases])
        extra = await asyncio.to_thread(portal.extra, [case.written for case in cases])
        verdict = judge(cases, stored, [one.phone for one in living], extra)
        sent = sum(one.requests for one in living)
    return Result(seed, len(cases), verdict, dealer.dealt, sent, time.monotonic() - began)


async def _live(living, dealer):
    written = asyncio.Event()

    async def calm_down():
        await written.wait()
        await asyncio.sleep(BAD_SECONDS)
        dealer.is_calm = True

    async def all_of_it():
        await asyncio.gather(*(one.write_everything() for one in living))
        written.set()
        await asyncio.gather(*(one.empty() for one in living))

    calming = asyncio.create_task(calm_down())
    try:
        await all_of_it()
    finally:
        calming.cancel()


class Living:
    """A phone with its owner: who remembers what was written, whatever the phone does."""

    def __init__(self, seed, number, writer, device, life, folder, pace, port):
        self.rng = random.Random(f"{seed} phone {number}")
        self.writer, self.life, self.pace, self.port = writer, life, pace, port
        # Every second phone has its outbox in a file, and its process ends now and then.
        where = folder / f"{number}.sqlite" if number % 2 else ":memory:"
        self.phone = Phone(device, Outbox(where), self.rng, pace)
        self.cases, self.requests = [], 0

    async def write_everything(self):
        for planned, requests, ends in self.life.steps:
            written = self.phone.write(**planned.write)
            self.cases.append(Case(planned, written, self.writer.username))
            if planned.is_spoiled:
                _spoil(self.phone.outbox)
            for _n in range(requests):
                await self._send_once()
            if ends:
                self.restart()
            await asyncio.sleep(0)

    def restart(self):
        """The process ends and begins again: only the outbox is left of it."""
        old = self.phone
        self.phone = Phone(old.device, old.outbox.reopened(), self.rng, self.pace)

    def close(self):
        self.phone.outbox.rows.close()

    async def empty(self):
        """Until the outbox is empty but for what needs help, or time is over."""
        end = time.monotonic() + BAD_SECONDS + CALM_SECONDS
        while time.monotonic() < end and (due := self.phone.next(time.time())) is not None:
            if isinstance(due, float):
                await asyncio.sleep(min(1, max(0.001, due - time.time())))
            else:
                await self._send(due)

    async def _send_once(self):
        due = self.phone.next(time.time())
        if due is not None and not isinstance(due, float):
            await self._send(due)

    async def _send(self, request):
        self.requests += 1
        answer = await line.ask(self.port, request, self.phone.device, self.pace.silence)
        self.phone.take(request, answer, time.time())


def _spoil(outbox):
    """One letter of the base64 turns over in the last entry."""
    ((n, letter),) = outbox.ask("SELECT n, letter FROM entry ORDER BY n DESC LIMIT 1")
    at = len(letter) // 2
    other = "A" if letter[at] != "A" else "B"
    with outbox.rows:
        outbox.change(
            "UPDATE entry SET letter = ? WHERE n = ?", letter[:at] + other + letter[at + 1 :], n
        )
