"""A lost broker and a killed worker lose no work, and none is done twice: real processes."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from outreach.ledgers.matters import MATTER_LEDGER
from portal import imports
from portal.imports import actions
from portal.models import AuditEntry, ImportBatch, Job
from portal.run import jobs
from portal.sheets import ledgers
from portal.tools import queue
from tests.broker.servers import Broker, Worker, is_done, state_of, until
from tests.broker.worker import KIND
from tests.portal.test_imports import organs
from tests.sheets import upload

LOST_FOR = timedelta(minutes=3)


class Servers:
    def __init__(self, people, folder, media, *, beats=False):
        self.people, self.folder, self.media, self.beats = people, folder, media, beats
        self.database = connections["default"].settings_dict["NAME"]
        self.diary = folder / "diary"
        self.diary.touch()
        self.broker, self.workers = Broker(folder), {}

    def work(self, *names):
        for name in names:
            self.workers[name] = Worker(
                name, self.broker, self.database, self.media, beats=self.beats
            )

    def kill(self, name):
        self.workers.pop(name).kill()

    def stop(self):
        for name in list(self.workers):
            self.kill(name)
        self.broker.kill()

    def job(self, gate=None):
        told = {"diary": str(self.diary)} | ({"gate": str(gate)} if gate else {})
        return jobs.start(kind=KIND, title="told", arguments=told, by=self.people.office)

    def gate(self, name):
        return self.folder / name

    def diary_of(self, job):
        return Counter(line.split()[1] for line in self.lines() if line.split()[0] == f"{job.pk}")

    def lines(self):
        return self.diary.read_text().splitlines()

    def begun(self, job):
        return until(lambda: self.diary_of(job)["begun"])

    def sweep(self, *lost):
        """Run beat's sweep later, when the `lost` jobs have waited for minutes."""
        for job in lost:
            Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - LOST_FOR)
        self.broker.send("portal.tasks.requeue_lapsed_jobs")

    def done_once(self, job, runs=1):
        until(lambda: is_done(job))
        told = AuditEntry.objects.filter(event=f"job.{job.kind}.done", noun_id=job.pk)
        assert told.count() == 1
        assert self.diary_of(job)["begun"] == runs
        assert self.diary_of(job)["ended"] == 1
        assert len(list(jobs.folder_of(job).iterdir())) == 1


@pytest.fixture
def servers(committed_people, tmp_path, settings, monkeypatch, request):
    settings.MEDIA_ROOT = tmp_path / "media"
    given = getattr(request, "param", {})
    servers = Servers(committed_people, tmp_path, settings.MEDIA_ROOT, **given)
    monkeypatch.setattr(queue, "send", servers.broker.send)
    yield servers
    servers.stop()


@pytest.mark.slow
def test_each_job_is_done_once_whenever_the_broker_forgets_it(servers):
    # Lost before a worker takes it.
    lost = servers.job()
    servers.broker.wipe()
    servers.work("one")
    first = servers.job()
    servers.done_once(first)
    assert state_of(lost) == Job.State.QUEUED
    servers.sweep(lost)
    servers.done_once(lost)

    # Lost while it works: the broker comes back empty, and the worker reconnects.
    gate = servers.gate("while")
    running = servers.job(gate)
    servers.begun(running)
    servers.broker.kill()
    unsent = servers.job()
    servers.broker.start()
    gate.touch()
    servers.done_once(running)
    servers.sweep(unsent)
    servers.done_once(unsent)

    # Lost after it has ended: nothing is repeated.
    servers.broker.wipe()
    servers.sweep(first, lost, running)
    after = servers.job()
    servers.done_once(after)
    for job in (first, lost, running, unsent):
        servers.done_once(job)


@pytest.mark.slow
def test_a_killed_workers_job_is_done_by_another_and_two_take_none_twice(servers):
    servers.work("one", "two")
    gate = servers.gate("never")
    cut = servers.job(gate)
    servers.begun(cut)
    servers.kill("one")
    servers.kill("two")
    gate.touch()
    Job.objects.filter(pk=cut.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    servers.work("three", "four")
    servers.sweep()
    servers.done_once(cut, runs=2)
    assert Job.objects.get(pk=cut.pk).attempt == 2

    several = [servers.job() for _n in range(8)]
    for _again in range(4):
        for job in several:
            servers.broker.send("portal.tasks.run_job", job_id=job.pk)
    for job in several:
        servers.done_once(job)


@pytest.mark.long
@pytest.mark.parametrize("servers", [{"beats": True}], indirect=True)
def test_exports_and_imports_outlive_brokers_and_workers_killed_at_random(servers, request):
    """Real beat on its real schedule: lost messages are sent again after two minutes."""
    rng = random.Random(request.config.getoption("randomly_seed", 0))
    people = servers.people
    for _n in range(30):
        people.matter()
    servers.work("one", "two")
    exports, batches, told = [], [], []
    for n in range(24):
        exports.append(
            ledgers.start_export(MATTER_LEDGER, filters={"tab": "all"}, by=people.office)
        )
        batches.append(_brought(people, n))
        told.append(servers.job())
        time.sleep(rng.uniform(0.2, 1.5))
        deed = rng.choice(("kill", "wipe", "worker", "worker", ""))
        if deed == "kill":
            servers.broker.kill()
            time.sleep(rng.uniform(0, 2))
            servers.broker.start()
        elif deed == "wipe":
            servers.broker.wipe()
        elif deed == "worker":
            name = rng.choice(list(servers.workers))
            servers.kill(name)
            servers.work(name)
    open_ = {Job.State.QUEUED, Job.State.RUNNING}
    until(lambda: not Job.objects.filter(state__in=open_).exists(), seconds=600)

    for job in exports:
        job.refresh_from_db()
        assert (job.state, job.manifest["written"]) == (Job.State.DONE, 30)
        assert jobs.file_of(job).stat().st_size == job.manifest["size"]
    for batch in batches:
        batch.refresh_from_db()
        assert (batch.state, batch.good_count, batch.error) == (ImportBatch.State.CHECKED, 1, "")
    for job in told:
        job.refresh_from_db()
        assert job.state == Job.State.DONE
        assert AuditEntry.objects.filter(event="job.told.done", noun_id=job.pk).count() == 1


def _brought(people, n):
    content = organs([f"县第{n}局", "政府机关", "", ""])
    return actions.receive(
        kind=imports.REGISTRY["organs"],
        file=upload(content),
        name=f"{n}.xlsx",
        reason="接管原台账",
        document="组通〔2026〕5号",
        by=people.office,
    )
