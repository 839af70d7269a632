"""Celery tasks: find the records, call the work."""

from datetime import date

from celery import shared_task
from django.utils import timezone

from portal.run import by_the_clock


@shared_task
def take_over_unit_letters():
    from evaluation.actions import words
    from portal import uses

    if uses.is_on("evaluation"):
        words.take_over_letters(at=timezone.now())


@shared_task
@by_the_clock.noted()
def note_turnout(*, on=None):
    from evaluation.actions import hints
    from portal import uses

    if uses.is_on("evaluation"):
        hints.note_turnout(on=date.fromisoformat(on) if on else timezone.localdate())
