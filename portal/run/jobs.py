"""Long-running jobs as rows: leased by a worker, renewed by a heartbeat, published by attempt."""

import logging
import threading
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone, translation

from portal import wordings
from portal.models import Job
from portal.records import audit
from portal.tools import replica, shelf
from portal.tools.locking import locked_many
from portal.tools.queue import enqueue

logger = logging.getLogger(__name__)

# The lease and beat's interval of 15 s together stay under half a minute.
LEASE = timedelta(seconds=12)
HEARTBEAT_SECONDS = 4
# Until rows are counted: show the total early.
FIRST_BEAT_SECONDS = 1
KEPT_FOR = timedelta(hours=24)
MAX_ATTEMPTS = 5

_WORK = {}
# {kind: function(job) → the record whose page shows its progress and result}
PAGES = {}


class LeaseLost(Exception):
    """Another worker has taken the job; this one must stop and publish nothing."""


class JobProblem(Exception):
    """The work cannot be done; the message is for the owner of the job."""


def work_of(kind):
    """Register a function `(job, folder, progress) -> (file name, manifest)` for a kind."""

    def register(function):
        _WORK[kind] = function
        return function

    return register


def start(*, kind, title, arguments, by, is_held=False):
    """Create a job and queue it after the commit; a job that `is_held` waits for `release`."""
    state = Job.State.HELD if is_held else Job.State.QUEUED
    job = Job.objects.create(kind=kind, title=title, arguments=arguments, owner=by, state=state)
    audit.record(f"job.{kind}.asked", on=job, by=by, values=arguments)
    if not is_held:
        _queue(job)
    return job


def _queue(job):
    # If the broker is down, beat queues the row again within minutes.
    enqueue("portal.tasks.run_job", job_id=job.pk)


def release(job, **arguments):
    """Queue a held job, with more arguments."""
    arguments = job.arguments | arguments
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, arguments=arguments)
    _queue(job)


def stop(job, state, error=""):
    """Hold, refuse or end a job whatever its state: its file is deleted, and a running worker
    publishes nothing."""
    Job.objects.filter(pk=job.pk).update(
        state=state,
        error=error[:300],
        file_name="",
        manifest={},
        done_count=0,
        total_count=None,
        lease_until=None,
        finished_at=None,
        expires_at=None,
    )
    transaction.on_commit(_all_of(job).drop)


def folder_of(job):
    return Path(settings.MEDIA_ROOT) / "jobs" / str(job.key)


def _all_of(job):
    return shelf.Folder(f"jobs/{job.key}")


def _attempt_of(job):
    return shelf.Folder(f"jobs/{job.key}/{job.attempt}")


def file_of(job):
    """Return the published file, a Path or the store's equivalent; None if it has expired or was
    never written."""
    return _attempt_of(job).find(job.file_name) if job.file_name else None


def take(job_id, *, at):
    """Take a queued job under a lease; None if another worker was first.

    The owner acts on that day, and the work uses `taken_at` as the current time.
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

    `clock()` returns the current time; the heartbeat calls it again for each renewal.
    """
    job = take(job_id, at=clock())
    if job is None:
        return
    kept = _attempt_of(job)
    folder = kept.make()
    with _Heartbeat(job, clock) as heart:
        try:
            with translation.override(wordings.chinese_of(job.owner, on=job.owner.today)):
                file_name, manifest = _WORK[job.kind](job, folder, heart.progress)
            if not file_name and job.kind not in PAGES:
                raise ValueError(f"A job of kind {job.kind} ends with a file or has a page.")
            kept.keep()
        except LeaseLost:
            kept.drop()
            return
        except JobProblem as problem:
            _fail(job, str(problem), at=clock())
            return
        except OSError as problem:
            logger.exception("Job %s could not write its file", job.pk)
            _fail(job, problem.strerror or "I/O error", at=clock())
            return
        except Exception:
            # The outer edge of a task: the owner sees that it failed, the log has the traceback.
            _fail(job, "", at=clock())
            raise
    _publish(job, file_name, manifest, at=clock())
    replica.remember_write(job.owner)
    kept.clear()


def _kept_for(job):
    """Return how long to keep the file: longer than a day if nobody waits for it (a monthly
    sheet)."""
    days = job.arguments.get("kept_days")
    return timedelta(days=days) if days else KEPT_FOR


def _of_this_attempt(job):
    """The row of a job, if this attempt still runs it."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempt=job.attempt)


def _publish(job, file_name, manifest, *, at):
    with transaction.atomic():
        published = _of_this_attempt(job).update(
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
        _attempt_of(job).drop()


def _fail(job, error, *, at):
    _attempt_of(job).drop()
    _of_this_attempt(job).update(
        state=Job.State.FAILED, error=error[:300], finished_at=at, lease_until=None
    )


def hold(job):
    """Lock the job for the transaction that saves its result; raises LeaseLost."""
    if not locked_many(_of_this_attempt(job)):
        raise LeaseLost


def requeue_lapsed(*, at):
    """Requeue jobs whose worker died; return their ids and those of jobs whose message was lost."""
    ids = []
    for job in Job.objects.lapsed(at).order_by("pk"):
        if job.attempt >= MAX_ATTEMPTS:
            _fail(job, "", at=at)
            continue
        still = Job.objects.lapsed(at).filter(pk=job.pk, attempt=job.attempt)
        if still.update(state=Job.State.QUEUED, lease_until=None):
            _attempt_of(job).drop()
            ids.append(job.pk)
    # The broker has lost their messages.
    waiting = Job.objects.filter(state=Job.State.QUEUED, created_at__lt=at - timedelta(minutes=2))
    return ids + list(waiting.exclude(pk__in=ids).values_list("pk", flat=True))


def expire(*, at):
    """Delete the files of expired jobs; returns how many jobs."""
    expired = list(Job.objects.filter(state=Job.State.DONE, expires_at__lt=at))
    for job in expired:
        _all_of(job).drop()
        Job.objects.filter(pk=job.pk).update(state=Job.State.EXPIRED)
    return len(expired)


class _Heartbeat:
    """Renews the lease from a separate thread, so a slow query does not lose the lease."""

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
                renewed = _of_this_attempt(self.job).update(
                    lease_until=self.clock() + LEASE, done_count=done, total_count=total
                )
                if not renewed:
                    self.lost = True
                    return
        finally:
            connection.close()
