"""The same pages at two sizes, compared.

The two measurements are some twenty minutes apart, during which the machine may get faster or
slower. Therefore each page is measured relative to its floor, the same page from memory.
"""

import re
from statistics import median

LIMIT = 1.3
LISTS, SEARCH, FIGURES, TIMELINE = "lists", "text search", "figures", "timeline"


def kind_of(case):
    """Return the kind that a page measures; "" for a floor, which shows how the machine itself
    changed."""
    if _is_floor(case):
        return ""
    if case.name.startswith("search"):
        return SEARCH
    return {"stays": TIMELINE, "visits": LISTS, "matters": LISTS}.get(case.noun, FIGURES)


def _is_floor(case):
    return "floor" in (case.name, case.noun)


def named(cases):
    """Return {(reader, noun, name): case}; a row deep in a list has the same name at both sizes."""
    return {(c.reader, c.noun, re.sub(r"^row [\d,]+", "deep", c.name)): c for c in cases}


def compare(tenth, whole):
    """Return [(kind, (reader, noun, name), small case, large case, factor of their p95)], in the
    order of `whole`.

    The factor of a page is divided by that of its floor, or of the median floor if it has none.
    """
    small, large = named(tenth), named(whole)
    times = {key: case.p95 / small[key].p95 for key, case in large.items() if key in small}
    floors = {key[:2]: factor for key, factor in times.items() if _is_floor(large[key])}
    usual = median(floors.values()) if floors else 1
    return [
        (
            kind_of(case),
            key,
            small[key],
            case,
            times[key] / (floors.get(key[:2], usual) if kind_of(case) else 1),
        )
        for key, case in large.items()
        if key in small
    ]


def table(compared):
    """Yield the lines to print."""
    yield f"{'p95 in ms, at a tenth and at the whole':64} {'tenth':>8} {'whole':>8} {'times':>6}"
    for kind, key, small, large, factor in compared:
        missed = "  MISSED" if kind and factor > LIMIT else ""
        yield (
            f"{key[0]:8} {key[1]:30} {key[2]:24} {small.p95 * 1000:8.1f} {large.p95 * 1000:8.1f}"
            f" {factor:6.2f}{missed}"
        )


def limits(compared):
    """Return [(name, measured, limit, ok)] of the worst factor of each kind."""
    worst = {}
    for kind, _key, _small, _large, factor in compared:
        if kind:
            worst[kind] = max(worst.get(kind, 0), factor)
    return [
        (
            f"{kind}, p95 in floors, in times of a tenth of it",
            round(factor, 2),
            LIMIT,
            factor <= LIMIT,
        )
        for kind, factor in worst.items()
    ]
