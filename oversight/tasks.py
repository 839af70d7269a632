"""Doors for Celery: find, call, done."""

from celery import shared_task
from django.utils import timezone


@shared_task
def count_plans():
    from oversight.actions import plans

    plans.count_plans(at=timezone.now())
