"""Entry points for Celery: each finds its action and calls it."""

from celery import shared_task
from django.utils import timezone


@shared_task
def fold():
    from nation import folding

    folding.fold(at=timezone.now())


@shared_task
def fold_all():
    from nation import folding

    folding.fold_all(at=timezone.now())
