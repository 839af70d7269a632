"""待办 over all nouns: what waits for an act of one person, counted and grouped. No domain.

Its kinds are the duties (portal/duties/duty.py). One queryset serves count, list and bulk act, so
that the number beside a group is the number of rows in it.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.urls import reverse

from portal.duties.duty import AREAS, DUTIES, Duty
from portal.roles import Permission
from portal.trust.seen import print_of

# A longer queue is shown as 999+; nobody works by such a number.
COUNTED_UP_TO = 999


@dataclass(frozen=True)
class Shortcut:
    """A much used act on the front door of who holds one of the permissions."""

    label: str
    url_name: str
    permissions: tuple[Permission, ...]
    # Said under the label of the one big button; only the first of these is big.
    note: str = ""


@dataclass(frozen=True)
class Group:
    kind: Duty
    count: int
    items: list
    note: str = ""

    @property
    def label(self):
        return capped(self.count)

    @property
    def more(self):
        return self.count - len(self.items)

    @property
    def first_due(self):
        return self.items[0].due or date.max


_SHORTCUTS: list[Shortcut] = []


def offer(*shortcuts):
    _SHORTCUTS.extend(shortcuts)


def kinds_for(user, *, approvals=False):
    """The kinds that can wait for this person, in the order in which they were registered."""
    return [
        kind
        for kind in DUTIES.values()
        if kind.is_for(user) and (kind.is_approval or not approvals)
    ]


def kind_for(user, code):
    kind = DUTIES.get(code)
    return kind if kind and kind.is_for(user) else None


def counts(user):
    """{code: rows}, of all kinds in one statement; more than COUNTED_UP_TO are not counted on.

    The statement is put together from those of the kinds as they are: taken as annotations of a
    query, each would be resolved and renamed once more by Django, which costs as much again as
    making it.
    """
    sizes, values, asked = [], [], []
    found = {kind.code: 0 for kind in kinds_for(user)}
    for code, (sql, inside) in _counting(user, tuple(found)):
        sizes.append(sql)
        values.extend(inside)
        asked.append(code)
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(sizes)}", values)
            found |= zip(asked, cursor.fetchone(), strict=True)
    return found


# Putting this SQL together takes longer than counting: it is kept for people who come again, with
# all that it was made from as the key. No row and no number is kept.
_SHAPES: OrderedDict[tuple, dict] = OrderedDict()
SHAPES_KEPT = 200


def _counting(user, codes):
    """[(code, (SQL that counts its rows, values))] of the kinds that may hold any."""
    if not codes:
        return []
    key = (codes, *print_of(user))
    if key not in _SHAPES:
        bare = user.bare()
        _SHAPES[key] = {code: _shape_of(code, bare) for code in codes if not DUTIES[code].looks_up}
        while len(_SHAPES) > SHAPES_KEPT:
            _SHAPES.popitem(last=False)
    _SHAPES.move_to_end(key)
    made = _SHAPES[key] | {code: _shape_of(code, user) for code in codes if DUTIES[code].looks_up}
    return [(code, made[code]) for code in codes if made[code]]


def _shape_of(code, user):
    """(SQL, values), or None where the person's grants open nothing: no need to ask."""
    rows = DUTIES[code].rows(user).order_by().values("pk")[: COUNTED_UP_TO + 1]
    try:
        sql, inside = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"(SELECT count(*) FROM ({sql}) counted)", inside


def numbers(user):
    """{name of a line in the side list: what waits}, of the to-do list and of each area."""
    waiting = Counter()
    for code, n in counts(user).items():
        waiting[f"area-{AREAS[code].value}"] += n
        waiting["todo"] += n
    return {name: capped(n) for name, n in waiting.items()}


def waiting_in(area, user):
    """[(title of a kind, how many wait, address of their list)] of one area."""
    return [
        (str(DUTIES[code].title), capped(n), f"{reverse('todo')}?kind={code}")
        for code, n in counts(user).items()
        if n and AREAS[code] == area
    ]


def capped(n):
    return n if n <= COUNTED_UP_TO else f"{COUNTED_UP_TO}+"


def groups(user, *, numbers, size, approvals=False):
    """The kinds that hold something, the nearest deadline first, each with its first rows."""
    found = [
        Group(kind, numbers[kind.code], items_of(kind, kind.rows(user), size=size), kind.note(user))
        for kind in kinds_for(user, approvals=approvals)
        if numbers[kind.code]
    ]
    return sorted((group for group in found if group.items), key=lambda group: group.first_due)


def items_of(kind, rows, *, size):
    return [kind.item(row) for row in kind.load(rows).order_by(*kind.sort.order())[:size]]


def shortcuts_for(user):
    """(the big one or None, the others) of the front door."""
    held = [s for s in _SHORTCUTS if any(user.holds(p) for p in s.permissions)]
    big = next((s for s in held if s.note), None)
    return big, [s for s in held if s is not big]
