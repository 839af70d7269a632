"""Celery tasks; each only calls a function."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from portal.run import by_the_clock


@shared_task
def tell_of_steps():
    """Queue new messages, then send all that are due, a batch at a time."""
    from api.actions import webhooks

    if not settings.WEBHOOK_HOSTS:
        return
    webhooks.note_steps(at=timezone.now())
    while webhooks.send_due(clock=timezone.now) == webhooks.BATCH:
        pass


@shared_task
@by_the_clock.noted()
def forget():
    from api.actions import calls, webhooks

    now = timezone.now()
    calls.forget(at=now)
    webhooks.forget(at=now)
