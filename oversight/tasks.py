"""Entry points for Celery: each finds its action and calls it."""

from celery import shared_task
from django.utils import timezone

from portal.run import by_the_clock


@shared_task
@by_the_clock.noted()
def anonymise():
    from oversight.actions import retention

    retention.anonymise(at=timezone.now())


@shared_task
@by_the_clock.noted()
def count_plans():
    from oversight.actions import plans
    from portal import uses

    if uses.is_on("plans"):
        plans.count_plans(at=timezone.now())
