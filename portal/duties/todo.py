"""The to-do list (待办): what waits for a person, counted and grouped. No domain here.

Its kinds are the duties (portal/duties/duty.py). Count, list and bulk act share one queryset, so
the number beside a group always matches its rows.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.urls import reverse

from portal.duties.duty import AREAS, DUTIES, Duty
from portal.records.kept import print_of
from portal.roles import Permission
from portal.text import Text

# A longer queue is shown as 999+.
COUNTED_UP_TO = 999


@dataclass(frozen=True)
class Shortcut:
    """A frequent act on the front page of those who hold one of the permissions."""

    label: Text
    url_name: str
    permissions: tuple[Permission, ...]
    # Text under the label of the big button; the first shortcut with a note is the big one.
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
    """The kinds that this person may have, in the order of their registration."""
    found = [kind for kind in DUTIES.values() if kind.is_for(user)]
    return [kind for kind in found if kind.is_approval] if approvals else found


def kind_for(user, code):
    kind = DUTIES.get(code)
    return kind if kind and kind.is_for(user) else None


def counts(user):
    """{code: number of rows, at most COUNTED_UP_TO + 1} of all kinds, in one statement.

    The statement joins the SQL of the kinds as text: as annotations of one query, Django would
    resolve and rename each again, which costs as much as building it.
    """
    found = {kind.code: 0 for kind in kinds_for(user)}
    counting = _counting(user, tuple(found))
    if counting:
        with connection.cursor() as cursor:
            sizes = ", ".join(sql for _code, (sql, _values) in counting)
            values = [value for _code, (_sql, values) in counting for value in values]
            cursor.execute(f"SELECT {sizes}", values)
            codes = [code for code, _shape in counting]
            found |= zip(codes, cursor.fetchone(), strict=True)
    return found


# Building this SQL takes longer than counting. It is cached, with everything that it depends on as
# the key; rows and numbers are not.
_SHAPES: OrderedDict[tuple, dict] = OrderedDict()
SHAPES_KEPT = 200


def _counting(user, codes):
    """[(code, (SQL that counts its rows, values))] of the kinds that may have rows."""
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
    return [(code, shape) for code in codes if (shape := made[code])]


def _shape_of(code, user):
    """(SQL, values), or None if the person's grants open nothing."""
    rows = DUTIES[code].rows(user).order_by().values("pk")[: COUNTED_UP_TO + 1]
    try:
        sql, inside = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"(SELECT count(*) FROM ({sql}) counted)", inside


def numbers(user):
    """{name of a line in the side list: number} of the to-do list and of each area."""
    waiting = Counter()
    for code, n in counts(user).items():
        waiting[f"area-{AREAS[code].value}"] += n
        waiting["todo"] += n
    return {name: capped(n) for name, n in waiting.items()}


def waiting_in(area, user):
    """[(title of a kind, number, address of its list)] of one area."""
    return [
        (str(DUTIES[code].title), capped(n), f"{reverse('todo')}?kind={code}")
        for code, n in counts(user).items()
        if n and AREAS[code] == area
    ]


def capped(n):
    return n if n <= COUNTED_UP_TO else f"{COUNTED_UP_TO}+"


def groups(user, *, numbers, size, approvals=False):
    """The kinds that have rows, by the nearest deadline, each with its first rows."""
    found = [
        Group(kind, numbers[kind.code], items_of(kind, kind.rows(user), size=size), kind.note(user))
        for kind in kinds_for(user, approvals=approvals)
        if numbers[kind.code]
    ]
    return sorted((group for group in found if group.items), key=lambda group: group.first_due)


def items_of(kind, rows, *, size):
    return [kind.item(row) for row in kind.load(rows).order_by(*kind.sort.order())[:size]]


def shortcuts_for(user):
    """(the big shortcut or None, the others) for the front page."""
    held = [s for s in _SHORTCUTS if any(user.holds(p) for p in s.permissions)]
    big = next((s for s in held if s.note), None)
    return big, [s for s in held if s is not big]
