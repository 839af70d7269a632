"""The clock of the database, for rows that the villager's door inserts by itself."""

from django.db.models import DateTimeField, Func


class DatabaseClock(Func):
    """`portal_clock()`: the moment by the database's clock, which no process can choose."""

    function = "portal_clock"
    arity = 0
    output_field = DateTimeField()
