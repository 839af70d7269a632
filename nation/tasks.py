"""Entry points for Celery: each finds its action and calls it."""

from celery import shared_task
from django.utils import timezone

from portal.run import by_the_clock


@shared_task
def fold():
    from nation import folding

    folding.fold(at=timezone.now())


@shared_task
@by_the_clock.noted()
def fold_all():
    from nation import folding

    folding.fold_all(at=timezone.now())
