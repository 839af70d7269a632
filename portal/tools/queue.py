"""Queues Celery tasks by name, so that callers need not import them."""

from celery.canvas import Signature
from django.db import transaction


def enqueue(task, **given):
    """Queue a task like "portal.tasks.run_job" after the transaction commits.

    If the broker is down, the task is lost but the transaction stays committed; the caller must say
    what finds the work later.
    """
    transaction.on_commit(lambda: send(task, **given), robust=True)


def send(task, **given):
    Signature(task, kwargs=given).apply_async()
