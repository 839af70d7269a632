"""Merge small counts upwards: into the rest of their place, then into the place above."""

from nation.wire import LEAST


def merged(own, above):
    """{place: n} of a tree of counts, with the same total.

    `own` is {place: n} without the places below; `above(place)` is None for the root. A count below
    LEAST joins the rest of the place above. A rest that is itself too small absorbs the smallest
    count below it, since it could otherwise be computed by subtraction. If the whole is too small,
    the root is None: fewer than LEAST.
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
    """(place, the place above) of all places and their ancestors, deepest first."""
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
    """The place above a part is its place; above a place it is the one that contains it."""
    code, part = node
    if part:
        return code, ""
    return (code[:-2], "") if code else None


def above_organ(node):
    """Organs are siblings: figures by organ do not add up along the tree of organs."""
    code, part = node
    if part:
        return code, ""
    return ("", "") if code else None
