"""One seed: phones write and send on bad connections while the portal is killed; then all is
compared."""

import asyncio
import random
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from chaos import line, plan
from chaos.phone import Outbox, Pace, Phone
from chaos.proxy import Proxy
from chaos.toxics import Dealer
from chaos.verdict import Case, judge

# Phones run a hundred times faster: waits of one second to five minutes take a hundredth.
PACE = Pace(first=0.03, most=1.5, silence=1.5, each=0.06, is_uneven=True)
# How long the connection stays bad after the last entry is written, and how long a phone may then
# go without any progress.
BAD_SECONDS, CALM_SECONDS = 6, 120
# After this long without progress, no entry waits for an earlier one any more.
WAITING_SECONDS = 15
# Longer steps count as this many seconds.
LONGEST_STEP = 10


@dataclass
class Result:
    seed: str
    entries: int
    verdict: object
    # Entries of each kind, and phones revoked meanwhile.
    kinds: dict
    revoked: int
    dealt: dict
    requests: int
    seconds: float

    @property
    def is_good(self):
        return self.verdict.is_good


def deeds_at_most(entries):
    """Return the limits on kills; each one of the database costs a restart."""
    return {
        "die": max(3, entries // 60),
        "cut": max(2, entries // 100),
        "database": max(1, entries // 1500),
    }


async def run(seed, portal, *, phones, entries, pace=PACE, deeds=None, line_share=1.0):
    """Run one seed.

    `portal` has the interface of chaos/portal.py: `port`, `today`, `prepare`, `writer`, `revoke`,
    `end_waiting`, `stored`, `extra`.
    """
    await asyncio.to_thread(portal.prepare)
    began = time.monotonic()
    writers = [portal.writer(n) for n in range(phones)]
    at_most = deeds_at_most(entries) if deeds is None else deeds
    dealer = Dealer(seed, at_most=at_most, line=line_share)
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
            await _live(living, dealer, portal)
            await proxy.settle()
        finally:
            await proxy.close()
        cases = [case for one in living for case in one.cases]
        stored = await asyncio.to_thread(portal.stored, [case.written for case in cases])
        extra = await asyncio.to_thread(portal.extra, [case.written for case in cases])
        verdict = judge(cases, stored, [one.phone for one in living], extra)
        sent = sum(one.requests for one in living)
    kinds = Counter(case.planned.write["kind"] for case in cases)
    revoked = sum(one.is_revoked for one in living)
    took = time.monotonic() - began
    return Result(seed, len(cases), verdict, kinds, revoked, dealer.dealt, sent, took)


async def _live(living, dealer, portal):
    written = asyncio.Event()

    async def calm_down():
        await written.wait()
        await asyncio.sleep(BAD_SECONDS)
        dealer.is_calm = True

    async def all_of_it():
        await asyncio.gather(*(one.write_everything(portal) for one in living))
        written.set()
        await asyncio.gather(*(one.empty(portal) for one in living))

    calming = asyncio.create_task(calm_down())
    try:
        await all_of_it()
    finally:
        calming.cancel()


class Living:
    """A phone and its owner, who remembers what was written, whatever the phone does."""

    def __init__(self, seed, number, writer, device, life, folder, pace, port):
        self.rng = random.Random(f"{seed} phone {number}")
        self.writer, self.life, self.pace, self.port = writer, life, pace, port
        self.number, self.is_revoked = number, False
        # Every second phone keeps its outbox in a file, and its process ends now and then.
        where = folder / f"{number}.sqlite" if number % 2 else ":memory:"
        self.phone = Phone(device, Outbox(where), self.rng, pace)
        self.cases, self.requests = [], 0

    async def write_everything(self, portal):
        for n, (planned, requests, ends) in enumerate(self.life.steps):
            if n == self.life.revoked_at:
                await asyncio.to_thread(portal.revoke, self.number)
                self.is_revoked = True
            written = self.phone.write(**planned.write)
            later = self.life.revoked_at is not None
            revoked = "before" if self.is_revoked else "later" if later else ""
            self.cases.append(Case(planned, written, self.writer.username, revoked))
            if planned.is_spoiled:
                _spoil(self.phone.outbox)
            for _n in range(requests):
                await self._send_once()
            if ends:
                self.restart()
            await asyncio.sleep(0)

    def restart(self):
        """Restart the process: only the outbox survives."""
        old = self.phone
        self.phone = Phone(old.device, old.outbox.reopened(), self.rng, self.pace)

    def close(self):
        self.phone.outbox.rows.close()

    async def empty(self, portal):
        """Send until only entries that need help are left, or there is no more progress.

        A stalled machine is no reason to give up, so long steps count only in part; sending the
        same again is no progress.
        """
        idle, left, before, is_late = 0.0, self.phone.left, time.monotonic(), False
        while idle < BAD_SECONDS + CALM_SECONDS:
            due = self.phone.next(time.time())
            if due is None:
                return
            if isinstance(due, float):
                await asyncio.sleep(min(1, max(0.001, due - time.time())))
            else:
                await self._send(due)
            now = time.monotonic()
            idle, before = idle + min(LONGEST_STEP, now - before), now
            if self.phone.left < left:
                idle, left = 0.0, self.phone.left
            elif self.is_revoked and not is_late and idle > WAITING_SECONDS:
                # A correction waits for a visit that arrived after the phone was revoked.
                await asyncio.to_thread(portal.end_waiting, self.writer.username)
                is_late = True

    async def _send_once(self):
        due = self.phone.next(time.time())
        if due is not None and not isinstance(due, float):
            await self._send(due)

    async def _send(self, request):
        self.requests += 1
        answer = await line.ask(self.port, request, self.phone.device)
        self.phone.take(request, answer, time.time())


def _spoil(outbox):
    """Change one character of the base64 of the last entry."""
    ((n, letter),) = outbox.ask("SELECT n, letter FROM entry ORDER BY n DESC LIMIT 1")
    at = len(letter) // 2
    other = "A" if letter[at] != "A" else "B"
    with outbox.rows:
        outbox.change(
            "UPDATE entry SET letter = ? WHERE n = ?", letter[:at] + other + letter[at + 1 :], n
        )
