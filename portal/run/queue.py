"""Work for Celery, asked for by name: nobody who asks imports what the work imports."""

from celery import current_app
from django.db import transaction


def enqueue(task, **given):
    """Queue a task like "portal.tasks.run_job" once this transaction is committed.

    Should the broker be down, the transaction stands and the task is lost: whoever asks says what
    finds the work then.
    """
    transaction.on_commit(lambda: send(task, **given), robust=True)


def send(task, **given):
    current_app.signature(task, kwargs=given).apply_async()
