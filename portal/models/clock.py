"""The database clock, for rows that the villager's door inserts and for storage timestamps.

A storage timestamp records when a row was inserted; no rule depends on it. The time of an act is
passed to its action (`at=`).
"""

from django.db.models import DateTimeField, Func


class DatabaseClock(Func):
    """`portal_clock()`: the moment by the database's clock, which no process can choose."""

    function = "portal_clock"
    arity = 0
    output_field = DateTimeField()  # pyright: ignore[reportAssignmentType]  # as Django does
