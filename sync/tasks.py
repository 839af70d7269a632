"""Celery tasks; each only calls a function."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from portal.run import by_the_clock


@shared_task
def try_again():
    from sync.actions import entries

    entries.try_again(at=timezone.now())


@shared_task
@by_the_clock.noted()
def tidy():
    from sync.actions import entries, late_answers, parts

    now = timezone.now()
    with transaction.atomic():
        late_answers.forget_stripped(at=now)
    entries.end_waiting(at=now)
    entries.expire(at=now)
    parts.tidy(at=now)
