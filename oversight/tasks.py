"""Entry points for Celery: each finds its action and calls it."""

from celery import shared_task
from django.utils import timezone


@shared_task
def anonymise():
    from oversight.actions import retention

    retention.anonymise(at=timezone.now())


@shared_task
def count_plans():
    from oversight.actions import plans
    from portal import uses

    if uses.is_on("plans"):
        plans.count_plans(at=timezone.now())
