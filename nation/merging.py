"""Small counts go up: into the rest of their place, then into the place above."""

from nation.wire import LEAST


def merged(own, above):
    """{place: n} of a tree of counts, which add up to the same sum.

    `own` is {place: n} without what is below it; `above(place)` is None for the root. A count below
    LEAST joins the rest of the place above; a rest that is itself too small takes the smallest
    count below it along, since it could be reckoned otherwise. Where the whole is too small, the
    root is None: fewer than LEAST.
    """
    rests, below, published = {}, {}, {}
    for place, parent in _deepest_first(own, above):
        rest = rests.pop(place, 0) + own.get(place, 0)
        rows = sorted(below.pop(place, []), key=lambda row: published[row], reverse=True)
        while rest and rest < LEAST and rows:
            rest += published.pop(rows.pop())
        if rest >= LEAST:
            published[place], rest = rest, 0
            rows.append(place)
        elif rest and parent is None:
            published[place] = None
        if parent is not None:
            rests[parent] = rests.get(parent, 0) + rest
            below.setdefault(parent, []).extend(rows)
    return published


def _deepest_first(own, above):
    """(place, the one above) of all places and of those above them."""
    depths, parents = {}, {}

    def depth(place):
        if place not in depths:
            parents[place] = parent = above(place)
            depths[place] = 0 if parent is None else depth(parent) + 1
        return depths[place]

    for place in own:
        depth(place)
    return [
        (place, parents[place]) for place in sorted(depths, key=depths.__getitem__, reverse=True)
    ]


def above_division(node):
    """Above a part stands its place, above a place the one that holds it."""
    code, part = node
    if part:
        return code, ""
    return (code[:-2], "") if code else None


def above_organ(node):
    """Organs stand beside each other: whose work it is does not add up along their tree."""
    code, part = node
    if part:
        return code, ""
    return ("", "") if code else None
