"""Reads a whole table in parts, each with its own statement, so that processing the rows needs
neither one long transaction nor a cursor that outlives one."""


def in_parts(rows, key, size):
    """Yield all rows, ordered by a unique column that is never null."""
    rows = rows.order_by(key)
    part = list(rows[:size])
    while part:
        yield from part
        last = getattr(part[-1], key)
        part = list(rows.filter(**{f"{key}__gt": last})[:size]) if len(part) == size else []
