"""Rows that accompany a change: saved at once, or all together at the end while a demo is
generated."""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar

from portal.tools.copying import copy_records


class WaitingRows:
    """`database_sets` names the columns that the database fills; `made_into` converts the waiting
    rows into those to save."""

    def __init__(self, model, *, database_sets=(), made_into: Callable[[list], list] = list):
        self.model, self.database_sets, self.made_into = model, database_sets, made_into
        self._waiting: ContextVar[list | None] = ContextVar(
            f"waiting_{model.__name__}", default=None
        )

    def save(self, rows):
        waiting = self._waiting.get()
        if waiting is None:
            self.model.objects.bulk_create(rows)
        else:
            waiting += rows

    @contextmanager
    def saved_at_the_end(self):
        """Collect rows inside the block; save them at the end unless an error occurs."""
        waiting = []
        token = self._waiting.set(waiting)
        try:
            yield
        finally:
            self._waiting.reset(token)
        copy_records(self.made_into(waiting), without=self.database_sets)
