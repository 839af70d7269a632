"""Saving a visit with three matters: queries, and sixteen writers with and without figures or
audit.

python -m bench writers      through the action itself, on a copy of the province
"""

import multiprocessing
import os
import random
import threading
import time
import uuid
from contextlib import ExitStack
from statistics import median
from unittest import mock

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection, connections  # noqa: E402 (Django first)
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import clone  # noqa: E402
from demo.outreach.county import stated  # noqa: E402
from outreach.actions.visits import record_visit  # noqa: E402
from outreach.models import ContactArea  # noqa: E402
from portal.records import audit  # noqa: E402
from portal.sheets import figures  # noqa: E402

WRITERS = 16
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
ROUNDS = 5

MOST_QUERIES = 30
MOST_RATIO = 1.3

SUMMARY = (
    "走访了四户，大家最关心的是东支渠淤积、秧田缺水，以及村口路灯长期不亮、夜里出行不便。"
    "和支书一起看了三组的水渠，塌口两处；低保户王大爷的危房改造申请已经交到镇里，等候核实。"
)
TITLES = ("三组灌溉渠道淤堵，秧田缺水", "村口路灯损坏三个月无人维修", "危房改造申请等候核实")


def save(area, number=0):
    """Save one visit with three matters, as from the form."""
    cadre = area.cadre
    # As in a request: the signed-in user is reloaded with the grants.
    by = type(cadre.user).objects.get(pk=cadre.user_id).acting(on=timezone.localdate())
    record_visit(
        client_key=uuid.uuid4(),
        author=cadre,
        by=by,
        unit=area.unit,
        visited_on=timezone.localdate(),
        summary=f"{SUMMARY}第{number}次。",
        at=timezone.now(),
        **stated(random.Random(number)),
        reported_matters=[
            {
                "client_key": uuid.uuid4(),
                "title": title,
                "category": "02",
                "urgency": "normal",
                "request_text": SUMMARY,
                "raiser_name": "李大山",
                "raiser_phone": "100-0000-0001",
            }
            for title in TITLES
        ],
    )


def areas(*, of_one_county=False):
    """Return places for as many writers: each in a different county, or all in one."""
    rows = ContactArea.objects.select_related("cadre__user", "unit__host_organ", "unit__division")
    every = 210 if not of_one_county else 13  # villages of a county; not two in one township
    return [rows.order_by("pk")[number * every] for number in range(WRITERS)]


# Sixteen concurrent writers -----------------------------------------------------------------------

LEFT_OUT = ((figures, "count_new"), (audit, "record"), (audit, "record_each"))


def write(area, bare, ready, saved):
    """Save visits until the time is over, in a separate process."""
    connections.close_all()
    with ExitStack() as without:
        for module, name in LEFT_OUT if bare else ():
            without.enter_context(mock.patch.object(module, name))
        save(area)  # connects, and fills caches
        ready.wait()
        end = time.monotonic() + SECONDS
        number = 0
        while time.monotonic() < end:
            number += 1
            save(area, number)
    saved.put(number)


def visits_per_second(chosen, *, bare):
    forked = multiprocessing.get_context("fork")
    ready, saved = forked.Barrier(len(chosen)), forked.Queue()
    connections.close_all()
    writers = [forked.Process(target=write, args=(area, bare, ready, saved)) for area in chosen]
    for writer in writers:
        writer.start()
    over = threading.Event()
    beat = threading.Thread(target=_beat, args=(over,))
    beat.start()
    try:
        return sum(saved.get(timeout=SECONDS + 120) for _writer in writers) / SECONDS
    finally:
        for writer in writers:
            writer.join()
        over.set()
        beat.join()


def _beat(over):
    """Do meanwhile what the worker does."""
    while not over.wait(2):
        audit.seal()
        figures.roll_up()
    connections.close_all()


# Results ------------------------------------------------------------------------------------------


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    with clone.of_the_province():
        queries = _queries(areas()[0])
        ratios = {}
        for name, of_one_county in (("a county each", False), ("all in one county", True)):
            chosen = areas(of_one_county=of_one_county)
            ratios[name] = _ratio(name, chosen)
    return [
        (
            "queries of saving a visit with three matters",
            queries,
            MOST_QUERIES,
            queries <= MOST_QUERIES,
        ),
        *(
            (
                f"16 writers, {name}: without figures and audit, times",
                ratio,
                MOST_RATIO,
                ratio <= MOST_RATIO,
            )
            for name, ratio in ratios.items()
        ),
    ]


def _queries(area):
    save(area)
    with CaptureQueriesContext(connection) as captured:
        save(area)
    inside = [q["sql"].split("(")[0][:64] for q in captured]
    # Includes BEGIN, COMMIT, and reading the account and its grants.
    print(f"a visit with three matters: {len(inside)} statements")
    if os.environ.get("BENCH_ONLY"):
        print("\n".join(f"   {sql}" for sql in inside))
    return len(inside)


def _ratio(name, chosen):
    pairs = []
    for _round in range(ROUNDS):
        whole = visits_per_second(chosen, bare=False)
        bare = visits_per_second(chosen, bare=True)
        pairs.append((whole, bare))
    ratio = round(median(bare / whole for whole, bare in pairs), 2)
    whole, bare = (median(side) for side in zip(*pairs, strict=True))
    print(
        f"16 writers, {name}: {whole:.0f} visits/s with figures and audit,"
        f" {bare:.0f} without: {ratio} times"
    )
    return ratio


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
