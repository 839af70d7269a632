"""Long work as rows: taken under a lease, renewed by a heartbeat, published by attempt number."""

import logging
import shutil
import threading
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.models import Job
from portal.run.locking import locked_many
from portal.run.queue import enqueue
from portal.trust import audit

logger = logging.getLogger(__name__)

# Lease plus beat's round of 15 s stay under half a minute.
LEASE = timedelta(seconds=12)
HEARTBEAT_SECONDS = 4
# Until the first rows are counted: whoever waits sees early how much there is.
FIRST_BEAT_SECONDS = 1
KEPT_FOR = timedelta(hours=24)
MAX_ATTEMPTS = 5

_WORK = {}
# {kind: function(job) giving the record on whose page its progress and result are shown}
PAGES = {}


class LeaseLost(Exception):
    """Another worker has taken the job; this one must stop and publish nothing."""


class JobProblem(Exception):
    """The work cannot be done; the message is for the person who asked."""


def work_of(kind):
    """Register a function `(job, folder, progress) -> (file name, manifest)` for a kind."""

    def register(function):
        _WORK[kind] = function
        return function

    return register


def start(*, kind, title, arguments, by):
    """Make a job and queue it once this transaction is committed."""
    job = Job.objects.create(kind=kind, title=title, arguments=arguments, owner=by)
    audit.record(f"job.{kind}.asked", on=job, by=by, values=arguments)
    # The row is the truth: should the broker be down now, beat queues it within minutes.
    enqueue("portal.tasks.run_job", job_id=job.pk)
    return job


def folder_of(job):
    return Path(settings.MEDIA_ROOT) / "jobs" / str(job.key)


def file_of(job):
    """The published file, or None when it expired or never was."""
    path = folder_of(job) / str(job.attempt) / job.file_name
    return path if job.file_name and path.is_file() else None


def take(job_id, *, at):
    """Take a waiting job under a lease; None when somebody else was first.

    The owner acts on the day of the taking, and `taken_at` is what the work calls now.
    """
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        lease_until=at + LEASE,
        attempt=F("attempt") + 1,
        done_count=0,
        error="",
    )
    if not taken:
        return None
    job = Job.objects.select_related("owner").get(pk=job_id)
    job.owner.acting(on=timezone.localdate(at))
    job.taken_at = at
    return job


def run(job_id, *, clock):
    """Take the job, do the work, publish file and manifest together. Safe to call twice.

    `clock()` returns the current time; it is called repeatedly because the lease is renewed during
    the work.
    """
    job = take(job_id, at=clock())
    if job is None:
        return
    folder = folder_of(job) / str(job.attempt)
    folder.mkdir(parents=True, exist_ok=True)
    with _Heartbeat(job, clock) as heart:
        try:
            file_name, manifest = _WORK[job.kind](job, folder, heart.progress)
        except LeaseLost:
            shutil.rmtree(folder, ignore_errors=True)
            return
        except JobProblem as problem:
            _fail(job, str(problem), at=clock())
            return
        except OSError as problem:
            logger.exception("Job %s could not write its file", job.pk)
            _fail(job, problem.strerror or "I/O error", at=clock())
            return
        except Exception:
            # The outer edge of a task: the person sees that it failed, the log has the rest.
            _fail(job, "", at=clock())
            raise
    _publish(job, file_name, manifest, at=clock())


def _kept_for(job):
    """What nobody waits for (a monthly sheet) is kept for longer than a day."""
    days = job.arguments.get("kept_days")
    return timedelta(days=days) if days else KEPT_FOR


def _publish(job, file_name, manifest, *, at):
    with transaction.atomic():
        published = Job.objects.filter(
            pk=job.pk, state=Job.State.RUNNING, attempt=job.attempt
        ).update(
            state=Job.State.DONE,
            file_name=file_name,
            manifest=manifest,
            done_count=manifest.get("written", 0),
            total_count=manifest.get("expected"),
            finished_at=at,
            expires_at=at + _kept_for(job),
            lease_until=None,
        )
        if published:
            audit.record(f"job.{job.kind}.done", on=job, by=job.owner, values=manifest)
    if not published:
        shutil.rmtree(folder_of(job) / str(job.attempt), ignore_errors=True)


def _fail(job, error, *, at):
    shutil.rmtree(folder_of(job) / str(job.attempt), ignore_errors=True)
    Job.objects.filter(pk=job.pk, attempt=job.attempt).update(
        state=Job.State.FAILED, error=error[:300], finished_at=at, lease_until=None
    )


def hold(job):
    """Within the transaction that writes what a job made: only the attempt that holds it may."""
    same = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempt=job.attempt)
    if not locked_many(same):
        raise LeaseLost


def requeue_lapsed(*, at):
    """Jobs whose worker died go back to the queue; returns their ids."""
    ids = []
    for job in Job.objects.lapsed(at).order_by("pk"):
        if job.attempt >= MAX_ATTEMPTS:
            _fail(job, "", at=at)
            continue
        still = Job.objects.lapsed(at).filter(pk=job.pk, attempt=job.attempt)
        changed = still.update(state=Job.State.QUEUED, lease_until=None)
        if changed:
            shutil.rmtree(folder_of(job) / str(job.attempt), ignore_errors=True)
            ids.append(job.pk)
    # A message lost with the broker: the row still waits, so it is queued again.
    forgotten = Job.objects.filter(
        state=Job.State.QUEUED, created_at__lt=at - timedelta(minutes=2)
    ).exclude(pk__in=ids)
    return ids + list(forgotten.values_list("pk", flat=True))


def expire(*, at):
    """Throw away files whose time is over; returns how many."""
    expired = 0
    for job in Job.objects.filter(state=Job.State.DONE, expires_at__lt=at):
        shutil.rmtree(folder_of(job), ignore_errors=True)
        Job.objects.filter(pk=job.pk).update(state=Job.State.EXPIRED)
        expired += 1
    return expired


class _Heartbeat:
    """Renews the lease from a thread of its own, so that one slow query costs no attempt."""

    def __init__(self, job, clock):
        self.job, self.clock = job, clock
        self.lost = False
        self._over = threading.Event()
        self._counts = (0, None)
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def progress(self, done, total=None):
        if self.lost:
            raise LeaseLost
        self._counts = (done, total if total is not None else self._counts[1])

    def _pause(self):
        return HEARTBEAT_SECONDS if self._counts[0] else FIRST_BEAT_SECONDS

    def _beat(self):
        close_old_connections()
        try:
            while not self._over.wait(self._pause()):
                done, total = self._counts
                renewed = Job.objects.filter(
                    pk=self.job.pk, state=Job.State.RUNNING, attempt=self.job.attempt
                ).update(lease_until=self.clock() + LEASE, done_count=done, total_count=total)
                if not renewed:
                    self.lost = True
                    return
        finally:
            connection.close()
