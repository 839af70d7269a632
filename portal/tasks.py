"""Celery tasks; each only calls a function."""

import logging

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

logger = logging.getLogger(__name__)

WORKER_ALIVE = "worker-alive"


@shared_task(acks_late=True, reject_on_worker_lost=False)
def run_job(*, job_id):
    from portal.run import jobs

    jobs.run(job_id, clock=timezone.now)


@shared_task
def requeue_lapsed_jobs():
    from portal.run import jobs

    for job_id in jobs.requeue_lapsed(at=timezone.now()):
        logger.warning("Job %s is taken up again", job_id)
        run_job.delay(job_id=job_id)  # pyright: ignore[reportCallIssue]  # a proxy of Celery


@shared_task
def expire_jobs():
    from portal.imports import actions as imports
    from portal.run import jobs

    now = timezone.now()
    jobs.expire(at=now)
    imports.expire(now - imports.KEPT_FOR)


@shared_task
def seal_audit():
    from portal.records import audit

    audit.seal()


@shared_task
def roll_up_figures():
    from portal.sheets import figures

    while figures.roll_up() == figures.BATCH:
        pass


@shared_task
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
def forget_before():
    from portal.records import undoing

    undoing.forget(at=timezone.now())
