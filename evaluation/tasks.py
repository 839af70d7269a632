"""Doors for Celery: find, call, done."""

from datetime import date

from celery import shared_task
from django.utils import timezone


@shared_task
def take_over_unit_letters():
    from evaluation.actions import words
    from portal import uses

    if uses.is_on("evaluation"):
        words.take_over_letters(at=timezone.now())


@shared_task
def note_turnout(*, on=None):
    from evaluation.actions import hints
    from portal import uses

    if uses.is_on("evaluation"):
        hints.note_turnout(on=date.fromisoformat(on) if on else timezone.localdate())


@shared_task
def find_hints(*, cycle_id):
    from evaluation.actions import hints

    hints.find(cycle_id=cycle_id, at=timezone.now())
