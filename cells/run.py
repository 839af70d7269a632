"""The run: start, equal, nodes killed, a cell killed, the others go on, restarted, equal again."""

import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cells import people
from cells.servers import ROOT, Cell, Nation, template, until
from cells.whole import WholeCell
from portal.run import embedded

CODES = ("41", "53", "61")
UP_SECONDS, EQUAL_SECONDS = 60, 5


def go(var: Path | None = None, *, codes=CODES, changes=20_000, say=print, after=()):
    """Run everything; return {step: seconds}. Raises RuntimeError if a condition does not hold.

    `after` are further steps of tests: functions of (nation, cells).
    """
    var = var or ROOT / "var" / "cells"
    var.mkdir(parents=True, exist_ok=True)
    made = template()
    _clear(var, codes)
    measured, began = {}, time.monotonic()
    whole, *others = codes
    cells, nation = [WholeCell(var, whole), *(Cell(var, code) for code in others)], Nation(var)
    everybody = [*cells, nation]
    try:
        with ThreadPoolExecutor(len(everybody)) as pool:
            list(pool.map(lambda one: one.make(made), everybody))
            list(pool.map(lambda one: one.start_servers(), everybody))
            for one in everybody:
                one.start()
            list(pool.map(lambda one: _bring(one, nation, changes), cells))
        for one in everybody:
            until(one.is_healthy, 120, f"{one.name} is healthy: {one.health()}")
        until(lambda: is_equal(nation, cells), 120, "the nation equals the sum of its cells")
        measured["up and equal"] = time.monotonic() - began
        _say_sums(say, nation, cells)
        cells[0].see_parts(say)
        measured["equal without nodes and broker"] = _lose_nodes(say, nation, cells)
        measured |= _kill_one(say, nation, cells)
        for step in after:
            step(nation, cells)
    finally:
        for one in reversed(everybody):
            one.stop()
    return measured


def _clear(var, codes):
    for name in (*codes, "nation"):
        for servers in (var / name / "window", var / name):
            if servers.exists():
                embedded.stop(servers)
        for pid in embedded._processes_in(var / name / "replica" / "data"):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(var / name, ignore_errors=True)


def _bring(cell, nation, changes):
    """Make something to count, publish it, and let the nation read it."""
    people.make_places(cell)
    people.write(cell, f"{cell.code} at first", changes)
    cell.publish()
    nation.join(cell)


def is_equal(nation, cells):
    """Whether the nation holds what each cell published, and each cell published all that it
    counts."""
    return all(
        nation.known(cell) == (rows := cell.published()) and _whole(rows) == cell.counted()
        for cell in cells
    )


def _whole(rows):
    """Return the sum over the divisions."""
    return sum(n or 0 for (_f, _division, organ, _d, _p), n in rows.items() if not organ)


def _say_sums(say, nation, cells):
    for cell in cells:
        rows = nation.known(cell)
        say(f"  {cell.code}: {len(rows)} totals, {_whole(rows)} counted, equal")


def _lose_nodes(say, nation, cells):
    """Kill one node of each kind and the broker; the other worker node and beat must carry on.
    Returns the seconds until equal."""
    whole = cells[0]
    whole.lose_nodes()
    people.write(whole, f"{whole.code} without nodes", 500)
    equal = until(lambda: is_equal(nation, cells), 60, "equal without nodes and broker")
    say(f"  a node of each kind and the broker of {whole.code} killed: equal after {equal:.1f} s")
    return equal


def _kill_one(say, nation, cells):
    lost, *others = cells
    people.write(lost, f"{lost.code} just before", 500)
    lost.kill()
    down = until(lambda: not nation.connections()[lost.code], 30, "the killed cell is shown down")
    say(f"  {lost.code} killed; shown down after {down:.1f} s")
    for cell in others:
        people.write(cell, f"{cell.code} meanwhile", 500)
    on = until(lambda: is_equal(nation, others), 30, "the others go on")
    if not all(nation.connections()[cell.code] for cell in others):
        raise RuntimeError(f"The others are not connected: {nation.connections()}")
    say(f"  the others go on: 500 changes of each are there after {on:.1f} s")
    began = time.monotonic()
    lost.start_servers()
    lost.start()
    until(lost.is_healthy, 90, f"{lost.code} is healthy again")
    healthy = time.monotonic() - began
    equal = until(lambda: is_equal(nation, cells), 60, "the killed cell is equal again")
    say(f"  {lost.code} healthy {healthy:.1f} s after its start, equal {equal:.1f} s later")
    return {"shown down": down, "others go on": on, "equal again": equal}
