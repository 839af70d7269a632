"""Receiving what phones wrote without a signal.

python -m bench sync      1,000 queued entries of one phone; 50 phones at once; gunicorn with two
                          workers, on a copy of the province
"""

import asyncio
import io
import os
import random
import time
import uuid
from pathlib import Path

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402

from bench import clone, pages  # noqa: E402
from chaos import line  # noqa: E402
from chaos.enrolling import device_for  # noqa: E402
from chaos.phone import Outbox, Pace, Phone  # noqa: E402
from outreach.actions.visits import record_visit  # noqa: E402
from outreach.models import ContactArea, Visit  # noqa: E402

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000"))
PHONES, WAVES = 50, 3
# Entries of a phone in a wave; one in four has a photo.
IN_A_WAVE = 20

MOST_TIMES = 3.0
MOST_GROWTH = 8.0

SUMMARY = "走访了四户，大家最关心的是东支渠淤积、秧田缺水，以及村口路灯长期不亮、夜里出行不便。"


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    with clone.of_the_province(), pages.gunicorn() as port:
        areas = _areas(PHONES)
        times = _one_phone(areas[0], port)
        errors, growth = _many_phones(areas, port)
    return [
        (
            f"{ENTRIES:,} queued entries of one phone, times the same actions",
            *_most(times, MOST_TIMES),
        ),
        (f"{PHONES} phones at once: errors", *_most(errors, 0)),
        (f"{PHONES} phones at once: growth of a web worker, MB", *_most(growth, MOST_GROWTH)),
    ]


def _most(measured, limit):
    return measured, limit, measured <= limit


def _areas(count):
    """Return contact areas, one for each writer."""
    rows = ContactArea.objects.select_related("cadre__user", "unit__host_organ", "unit__division")
    found = {}
    for area in rows.filter(cadre__user__isnull=False).order_by("pk").iterator():
        found.setdefault(area.cadre.user_id, area)
        if len(found) == count:
            break
    return list(found.values())


# One phone with a long queue --------------------------------------------------------------------


def _one_phone(area, port):
    """Return the time relative to a loop of the actions: the lower of two alternating rounds of
    each."""
    looped, sent = [], []
    phone = _phone(area, number=0)
    for _round in range(2):
        looped.append(_in_a_loop(area))
        phone.said.clear()
        for n in range(ENTRIES):
            _write(phone, area, n)
        sent.append(_sent([phone], port)[0])
        _check([phone], ENTRIES)
    times = round(min(sent) / min(looped), 2)
    print(
        f"{ENTRIES:,} visits: {min(looped):.1f} s by the action in a loop,"
        f" {min(sent):.1f} s from a phone: {times} times"
    )
    return times


def _in_a_loop(area):
    began = time.monotonic()
    cadre, by = area.cadre, area.cadre.user.acting(on=timezone.localdate())
    for n in range(ENTRIES):
        record_visit(
            client_key=uuid.uuid4(),
            author=cadre,
            by=by,
            unit=area.unit,
            visited_on=timezone.localdate(),
            summary=f"{SUMMARY}第{n}次。",
            mode="home",
            at=timezone.now(),
        )
    return time.monotonic() - began


# Many phones ------------------------------------------------------------------------------------


def _many_phones(areas, port):
    """Return (errors, MB by which the fastest-growing worker grew after the first wave)."""
    phones = [_phone(area, number=n) for n, area in enumerate(areas)]
    errors, before = 0, {}
    for wave in range(WAVES):
        for phone, area in zip(phones, areas, strict=True):
            for n in range(IN_A_WAVE):
                _write(phone, area, n, photos=[_photo()] if n % 4 == 0 else [])
        seconds, wrong = _sent(phones, port)
        errors += wrong + sum(bool(why) for phone in phones for _id, _hash, why in phone.unsent)
        memory = {pid: _megabytes(pid) for pid in _workers()}
        before = before or memory
        print(
            f"wave {wave + 1}: {PHONES * IN_A_WAVE:,} entries of {PHONES} phones in"
            f" {seconds:.1f} s, {wrong} errors;"
            f" workers {', '.join(f'{mb:.1f} MB' for mb in memory.values())}"
        )
    errors += len(set(memory) - set(before))
    _check(phones, WAVES * PHONES * IN_A_WAVE)
    return errors, round(max(memory[pid] - before[pid] for pid in before if pid in memory), 1)


def _workers():
    """Return the worker processes: children of the gunicorn that this process started."""
    return [
        worker
        for pid in _children(os.getpid())
        if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()
        for worker in _children(pid)
    ]


def _children(pid):
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (thread / "children").read_text().split())
    return found


def _megabytes(pid):
    """Return the private memory of this process; pages shared with its parent do not count."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(one.split()[1]) for one in lines if one.startswith("Private_")) / 1024


# Phones -----------------------------------------------------------------------------------------


def _phone(area, number):
    user = area.cadre.user.acting(on=timezone.localdate())
    device = device_for(user, name=f"bench {number}", at=timezone.now())
    return Phone(device, Outbox(), random.Random(number), Pace(first=0.05, most=2, silence=600))


def _write(phone, area, n, photos=()):
    today = timezone.localdate()
    fields = {"unit": [str(area.unit_id)], "visited_on": [f"{today}"], "mode": ["home"]}
    phone.write(
        id=str(uuid.uuid4()),
        kind="visit",
        fields=fields | {"summary": [f"{SUMMARY}第{n}次。"]},
        made=f"{today}T09:30:00+08:00",
        photos=photos,
    )


def _photo():
    """Return a photo of some 40 kB, like those that the phone makes smaller."""
    image = Image.frombytes("RGB", (160, 160), os.urandom(160 * 160 * 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _sent(phones, port):
    """Return (seconds until every outbox is empty, number of responses other than 200)."""

    async def empty(phone):
        wrong = 0
        while (due := phone.next(time.time())) is not None:
            if isinstance(due, float):
                await asyncio.sleep(max(0.001, due - time.time()))
                continue
            answer = await line.ask(port, due, phone.device)
            wrong += answer is None or answer.status != 200
            phone.take(due, answer, time.time())
        return wrong

    async def everything():
        return sum(await asyncio.gather(*map(empty, phones)))

    began = time.monotonic()
    wrong = asyncio.run(everything())
    return time.monotonic() - began, wrong


def _check(phones, count):
    """Check that what is measured is what is intended."""
    said = [state for phone in phones for state in phone.said.values()]
    ids = {id for phone in phones for id, _hash in phone.said}
    there = Visit.objects.filter(client_key__in=ids).count()
    if said != ["accepted"] * count or there != count:
        states = {state: said.count(state) for state in set(said)}
        raise AssertionError(f"Of {count} entries {there} are visits; phones were told {states}.")


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
