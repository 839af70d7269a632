"""Celery tasks; each only calls a function."""

import logging

from celery import current_app, shared_task
from django.core.cache import cache
from django.utils import timezone

from portal.run import by_the_clock

logger = logging.getLogger(__name__)

WORKER_ALIVE = "worker-alive"
# Seconds until a message expires that beat repeats until its row is settled.
SENT_AGAIN = 60


# Acknowledged early: the row is authoritative, and its lease reveals a killed worker.
@shared_task
def run_job(*, job_id):
    from portal.run import jobs

    jobs.run(job_id, clock=timezone.now)


@shared_task
def requeue_lapsed_jobs():
    from portal.run import jobs

    for job_id in jobs.requeue_lapsed(at=timezone.now()):
        logger.warning("Job %s is taken up again", job_id)
        # Sent every 15 seconds while the job waits: messages must not pile up behind long work.
        run_job.apply_async(kwargs={"job_id": job_id}, expires=SENT_AGAIN)  # pyright: ignore[reportCallIssue]  # a proxy of Celery


@shared_task
def catch_up():
    """Resend the daily work that nobody has done: see by_the_clock."""
    schedule = current_app.conf.beat_schedule  # pyright: ignore[reportAttributeAccessIssue]  # a proxy of Celery
    for name, given in by_the_clock.missed(schedule, at=timezone.now()):
        logger.warning("%s was missed and is sent again", name)
        current_app.send_task(name, kwargs=given, expires=SENT_AGAIN)  # pyright: ignore[reportCallIssue]  # likewise


@shared_task
def expire_jobs():
    from portal.imports import actions as imports
    from portal.run import jobs
    from portal.tools import shelf

    now = timezone.now()
    jobs.expire(at=now)
    imports.expire(now - imports.KEPT_FOR)
    shelf.delete_leftovers("jobs", "imports", at=now)


@shared_task
def seal_audit():
    from portal.records import audit

    audit.seal()


@shared_task
def roll_up_figures():
    from portal.sheets import figures

    while figures.roll_up() == figures.BATCH:
        pass


# A missed morning run is not repeated in the evening.
@shared_task
@by_the_clock.noted(until=18, unless="urgent_only")
def remind(*, on=None, urgent_only=False):
    from datetime import date

    from portal.duties import reminders

    day = date.fromisoformat(on) if on else timezone.localdate()
    at = reminders.morning_of(day) if on else timezone.now()
    reminders.tell(day=day, at=at, by="beat", urgent_only=urgent_only)
    send_deliveries.delay()


@shared_task
def send_deliveries():
    from portal.duties import sending

    for channel_id in sending.untested(at=timezone.now()):
        sending.send_test(channel_id, at=timezone.now())
    # One batch at a time, so that exports can run in between.
    if sending.send_due(clock=timezone.now) == sending.BATCH:
        send_deliveries.delay()


@shared_task
def send_test(*, channel_id):
    from portal.duties import sending

    sending.send_test(channel_id, at=timezone.now())


@shared_task
def make_scheduled_exports():
    from portal.actions import reports

    reports.make_scheduled_exports(today=timezone.localdate())


@shared_task
def beat_heart():
    cache.set(WORKER_ALIVE, timezone.now().isoformat(), 60)


@shared_task
@by_the_clock.noted()
def forget_sessions():
    from portal.actions import accounts

    accounts.forget_sessions(at=timezone.now())


@shared_task
@by_the_clock.noted()
def end_accounts():
    from portal.actions import accounts

    accounts.end_accounts_of_left(on=timezone.localdate())


@shared_task
@by_the_clock.noted()
def forget_before():
    from portal.records import undoing

    undoing.forget(at=timezone.now())
