"""Reads a whole table a part at a time, each part by a statement of its own: what is done between
two rows needs no transaction around all of it, and no cursor that outlives one."""


def in_parts(rows, key, size):
    """All rows, ordered by a unique column that is never null."""
    rows = rows.order_by(key)
    part = list(rows[:size])
    while part:
        yield from part
        last = getattr(part[-1], key)
        part = list(rows.filter(**{f"{key}__gt": last})[:size]) if len(part) == size else []
