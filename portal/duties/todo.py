"""The to-do list (待办): what waits for a person, counted and grouped. No domain here.

Its kinds are the duties (portal/duties/duty.py). Count, list and bulk act share one queryset, so
the number beside a group always matches its rows.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.urls import reverse

from portal.duties.duty import AREAS, DUTIES, Duty
from portal.records.kept import NEVER, built, print_of
from portal.roles import Permission
from portal.text import Text
from portal.tools.prepared import Compiled

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
    def url(self):
        return address_of(self.kind)


_SHORTCUTS: list[Shortcut] = []


def offer(*shortcuts):
    _SHORTCUTS.extend(shortcuts)


def kinds_for(user, *, approvals=False):
    """The kinds that this person may have, in the order of their registration."""
    kept = _shapes_of(user)
    if "kinds" not in kept:
        kept["kinds"] = [kind for kind in DUTIES.values() if kind.is_for(user)]
    return [kind for kind in kept["kinds"] if kind.is_approval or not approvals]


def kind_for(user, code):
    kind = DUTIES.get(code)
    return kind if kind and kind.is_for(user) else None


def counts(user):
    """{code: number of rows, at most COUNTED_UP_TO + 1} of all kinds, in one statement."""
    none = {kind.code: 0 for kind in kinds_for(user)}
    return none | _of_each(none, user, _count)


def _of_each(codes, user, build):
    """{code: value} of the SQL that `build(kind, user)` returns for each kind, in one statement.

    The statement joins the SQL of the kinds as text: as annotations of one query, Django would
    resolve and rename each again, which costs as much as building it.
    """
    kept = _shapes_of(user)
    found = {code: shape for code in codes if (shape := _shape(kept, code, user, build))}
    if not found:
        return {}
    with connection.cursor() as cursor:
        parts = ", ".join(sql for sql, _values in found.values())
        values = [value for _sql, values in found.values() for value in values]
        cursor.execute(f"SELECT {parts}", values)
        return dict(zip(found, cursor.fetchone(), strict=True))


# Building SQL takes longer than running it. It is cached for each person, with everything that it
# depends on as the key; rows and numbers are not.
_SHAPES: OrderedDict[tuple, dict] = OrderedDict()
SHAPES_KEPT = 200
# The first compiled rows of each kind, whose columns the others share.
_FIRST: dict[str, Compiled] = {}


def _shapes_of(user):
    """What is kept for this person: {(build, code): what it returned}, and the kinds."""
    user.read_organ()
    key = print_of(user)
    kept = _SHAPES.setdefault(key, {})
    _SHAPES.move_to_end(key)
    if len(_SHAPES) > SHAPES_KEPT:
        _SHAPES.popitem(last=False)
    return kept


def _shape(kept, code, user, build):
    """`build(kind, user)`, called once for a person unless it queries the database."""
    make = partial(build, DUTIES[code])
    if (build, code) not in kept:
        kept[build, code] = built(make, user.bare())
    shape = kept[build, code]
    return make(user) if shape is NEVER else shape


def _count(kind, user):
    """(SQL of the number, values), or None if the person's grants open nothing."""
    rows = kind.rows(user).order_by().values("pk")[: COUNTED_UP_TO + 1]
    return _as_one_value(rows, "(SELECT count(*) FROM ({}) counted)")


def _nearest(kind, user):
    """(SQL of the nearest deadline, values), or None if there is none."""
    deadline = kind.deadline(user.today)
    if deadline is None:
        return None
    rows = kind.rows(user).annotate(deadline=deadline).order_by("deadline").values("deadline")
    return _as_one_value(rows[:1], "({})::date")


def _as_one_value(rows, around):
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return around.format(sql), values


def _first_rows(kind, user):
    return Compiled(kind.shown(user)).sharing(_FIRST, kind.code)


def numbers(user):
    """{name of a line in the side list: number} of the to-do list and of each area."""
    return numbers_of(counts(user))


def numbers_of(counted):
    waiting = Counter()
    for code, n in counted.items():
        waiting[f"area-{AREAS[code].value}"] += n
        waiting["todo"] += n
    return {name: capped(n) for name, n in waiting.items()}


def waiting_in(area, user):
    """[(title of a kind, number, address of its list)] of one area."""
    return [
        (str(DUTIES[code].title), capped(n), address_of(DUTIES[code]))
        for code, n in counts(user).items()
        if n and AREAS[code] == area
    ]


def address_of(kind):
    return f"{reverse('todo')}?kind={kind.code}"


def capped(n):
    return n if n <= COUNTED_UP_TO else f"{COUNTED_UP_TO}+"


def groups(user, *, numbers, size, opened=None, approvals=False):
    """The kinds that have rows, by the nearest deadline; all or the first `opened` of them with
    their first rows."""
    kinds = [kind for kind in kinds_for(user, approvals=approvals) if numbers[kind.code]]
    if len(kinds) > 1:
        nearest = _of_each([kind.code for kind in kinds], user, _nearest)
        kinds.sort(key=lambda kind: nearest.get(kind.code) or date.max)
    shown = len(kinds) if opened is None else opened
    found = [
        Group(kind, numbers[kind.code], items_of(kind, user, size=size), kind.note(user))
        for kind in kinds[:shown]
    ]
    closed = [Group(kind, numbers[kind.code], []) for kind in kinds[shown:]]
    return [group for group in found if group.items] + closed


def items_of(kind, user, *, size):
    """The first rows of a kind."""
    rows = _shape(_shapes_of(user), kind.code, user, _first_rows)
    return [kind.item(row) for row in rows.limited(size)]


def shortcuts_for(user):
    """(the big shortcut or None, the others) for the front page."""
    held = [s for s in _SHORTCUTS if any(user.holds(p) for p in s.permissions)]
    big = next((s for s in held if s.note), None)
    return big, [s for s in held if s is not big]
