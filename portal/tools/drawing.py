"""Random values that must be unique: retried with new ones if taken.

Rows are inserted with ON CONFLICT DO NOTHING; only those that collide are retried.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import models

from portal.tools.copying import next_ids

# If one value in ten is taken, this many draws all fail once in 10^20 times.
MOST_DRAWS = 20

M = TypeVar("M", bound=models.Model)


def save_drawn(rows: Iterable[M], draw: Callable[[M], object]) -> list[M]:
    """Save new rows of one model; `draw(row)` sets fresh random values. Raises IntegrityError if
    rows still collide after MOST_DRAWS draws."""
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    if isinstance(model._meta.pk, models.AutoField):
        for row, pk in zip(rows, next_ids(model, len(rows)), strict=True):
            row.pk = pk
    left = rows
    for _draw in range(MOST_DRAWS):
        for row in left:
            draw(row)
        model.objects.bulk_create(left, ignore_conflicts=True)
        known = model.objects.filter(pk__in=[row.pk for row in left])
        saved = set(known.values_list("pk", flat=True))
        for row in left:
            row._state.adding = row.pk not in saved
        left = [row for row in left if row._state.adding]
        if not left:
            return rows
    model.objects.bulk_create(left)
    return rows
