"""`make chaos`: several seeds, each with the entries that were lost, doubled or invisible.

python -m chaos                                        five seeds of 10,000 entries on 50 phones
python -m chaos --seed 7 --phones 3 --entries 30       repeat one seed
"""

import argparse
import asyncio
import os
import secrets
import signal
import sys
import time
from collections import Counter

import django

# The servers that are killed here must never be configured ones.
if {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"} & set(os.environ):
    sys.exit("chaos kills its database: it runs with servers of its own, not with those named.")
os.environ["DJANGO_SETTINGS_MODULE"] = "chaos.settings"
django.setup()

from django.conf import settings  # noqa: E402 (Django first)

from chaos import portal, run  # noqa: E402

WORKERS = 4


def main(words):
    asked = _asked(words)
    seeds = (
        asked.seed.split(",") if asked.seed else [secrets.token_hex(3) for _n in range(asked.seeds)]
    )
    # Exit normally on SIGTERM, so that the servers started here are stopped.
    signal.signal(signal.SIGTERM, lambda *_frame: sys.exit(143))
    portal.fresh_database()
    server = portal.Portal(portal.DATABASE, data=portal.data_of(settings.VAR_DIR), workers=WORKERS)
    server.make_people(asked.phones)
    try:
        server.start()
        return 0 if asyncio.run(_all(server, seeds, asked)) else 1
    finally:
        server.stop()


def drawn(count):
    return [secrets.token_hex(3) for _n in range(count)]


async def _all(server, seeds, asked):
    began, is_good = time.monotonic(), True
    kinds, revoked = Counter(), 0
    print(HEADING, flush=True)
    async with server.alive():
        for seed in seeds:
            if time.monotonic() > began + asked.minutes * 60:
                print(f"{asked.minutes} minutes are over: {seed} and what follows is left out.")
                return False
            result = await run.run(seed, server, phones=asked.phones, entries=asked.entries)
            print(line(result), flush=True)
            kinds, revoked = kinds + result.kinds, revoked + result.revoked
            if not result.is_good:
                is_good = False
                explain(result, asked)
    print(", ".join(f"{count:,} × {kind}" for kind, count in kinds.most_common()))
    print(f"{revoked} phones were revoked while they wrote.")
    print(f"The database was killed and started again {server.restarts} times.")
    print(f"It took {(time.monotonic() - began) / 60:.1f} minutes.")
    return is_good


HEADING = (
    f"{'seed':8} {'entries':>8} {'lost':>6} {'doubled':>8} {'unseen':>7} {'altered':>8}"
    f" {'astray':>7} {'stuck':>6} {'requests':>9} {'harmed':>7} {'killed':>7} {'seconds':>8}"
)


def line(result):
    counts, dealt = result.verdict.counts, result.dealt
    killed = sum(n for name, n in dealt.items() if name.startswith(("die", "data", "cut")))
    return (
        f"{result.seed:8} {result.entries:8,} {counts['lost']:6} {counts['doubled']:8}"
        f" {counts['unseen']:7} {counts['altered']:8} {counts['astray']:7} {counts['stuck']:6}"
        f" {result.requests:9,} {sum(dealt.values()) - killed:7,} {killed:7,}"
        f" {result.seconds:8.1f}"
    )


def explain(result, asked):
    for name in result.verdict.counts:
        for id in sorted(getattr(result.verdict, name))[:20]:
            print(f"    {name}: {id}")
    print(
        f"    again: make chaos SEED={result.seed} PHONES={asked.phones} ENTRIES={asked.entries}",
        flush=True,
    )


def _asked(words):
    parser = argparse.ArgumentParser(prog="python -m chaos")
    parser.add_argument("--seed", default="", help="this seed, or several with commas")
    parser.add_argument("--seeds", type=int, default=5, help="so many drawn ones")
    parser.add_argument("--phones", type=int, default=50)
    parser.add_argument("--entries", type=int, default=10_000, help="of all phones, each seed")
    parser.add_argument("--minutes", type=float, default=60, help="no seed begins after these")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
