"""The portal under chaos: nothing lost, nothing doubled, nothing invisible to everybody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from chaos import run
from chaos.phone import Pace
from chaos.portal import Portal
from tests.chaos import in_its_own_loop
from tests.conftest import WORKER

ROOT = Path(__file__).resolve().parent.parent.parent
PHONES, ENTRIES = 5, 100


@pytest.fixture
def portal(committed, monkeypatch):
    """The suite's cluster must not be killed, so only workers and their sessions are."""
    monkeypatch.setattr(run, "BAD_SECONDS", 3)
    environment = {
        "PYTEST_XDIST_WORKER": WORKER,
        "STACK_PREFIX": f"chaos-{os.getpid()}-",
    }
    portal = Portal(connections["default"].settings_dict["NAME"], environment=environment)
    portal.make_people(PHONES)
    portal.start()
    yield portal
    portal.stop()


@pytest.mark.slow
def test_a_hundred_entries_arrive_once_while_workers_are_killed(portal, request):
    seed = f"{request.config.getoption('randomly_seed', 0)}"
    deeds = {"die": 6, "cut": 3}

    async def whole():
        async with portal.alive():
            return await run.run(
                seed,
                portal,
                phones=PHONES,
                entries=ENTRIES,
                deeds=deeds,
                pace=Pace(0.03, 1, 1.5, 0.06),
            )

    result = in_its_own_loop(whole)

    # Repeat with: make test ARGS="--randomly-seed=… tests/chaos/test_chaos.py"
    assert result.verdict.is_good, (seed, result.verdict)
    assert result.entries == ENTRIES
    assert sum(result.dealt.values()) > 20


@pytest.mark.long
def test_nothing_is_lost_with_a_database_that_is_killed():
    ours = ("TEST_", "PYTEST_", "PORTAL_", "DJANGO_", "CACHE_", "CELERY_", "DEBUG")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    words = ["--seeds", "200", "--entries", "300", "--phones", "10", "--minutes", "240"]

    done = subprocess.run(
        [sys.executable, "-m", "chaos", *words],
        cwd=ROOT,
        env=outside,
        stdout=subprocess.PIPE,
        text=True,
    )

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("\n") >= 200
