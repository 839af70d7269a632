"""The to-do list (待办): what waits for a person, as one queue in the order of deadlines.

Its kinds are the duties (portal/duties/duty.py). Count, list and bulk act share one queryset, so
the number beside a kind always matches its rows. Reminders are about the same rows. No domain here.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from portal import uses
from portal.duties import reminders
from portal.duties.duty import AREAS, DUTIES, Duty, Item
from portal.models import Reminder
from portal.records.kept import NEVER, built, cache_key_of
from portal.roles import Permission
from portal.text import Text
from portal.tools import asked
from portal.tools.prepared import Compiled, Statement, among, planned

# A longer queue is shown as 999+.
COUNTED_UP_TO = 999
# Rows without a deadline that the queue shows of each kind; the kind's own page shows all.
UNDATED_UP_TO = 1_000
# Reminders shown on the page of reminders.
TOLD_UP_TO = 100


@dataclass(frozen=True)
class Shortcut:
    """A frequent act on the front page of those who hold one of the permissions."""

    label: Text
    url_name: str
    permissions: tuple[Permission, ...]
    # Text under the label of the big button; the first shortcut with a note is the big one.
    note: str = ""


@dataclass(frozen=True)
class At:
    """The place of a row in the queue: later rows come next."""

    code: str
    due: date | None
    pk: int

    def __str__(self):
        return f"{self.code}~{self.due or ''}~{self.pk}"

    @classmethod
    def read(cls, text):
        """Return the place given in an address, or None."""
        code, *rest = text.split("~")
        if code not in DUTIES or len(rest) != 2:
            return None
        due, pk = asked.day(rest[0]), asked.whole_number(rest[1])
        return None if pk is None or rest[0] and due is None else cls(code, due, pk)


@dataclass(frozen=True)
class Row:
    """One row of the queue."""

    kind: Duty
    item: Item
    at: At
    # Key of an unread reminder about it.
    told: int | None = None

    @property
    def act_url(self):
        """The address of the act, which afterwards leads on to the next row."""
        more = {"queue": str(self.at)} | ({"told": self.told} if self.told else {})
        joint = "&" if "?" in self.item.act_url else "?"
        address, mark, part = self.item.act_url.partition("#")
        return f"{address}{joint}{urlencode(more)}{mark}{part}"


@dataclass(frozen=True)
class Queue:
    rows: list[Row]
    has_more: bool

    @property
    def after(self):
        """Where the next page begins."""
        return self.rows[-1].at if self.has_more and self.rows else None


_SHORTCUTS: list[Shortcut] = []


def offer(*shortcuts):
    _SHORTCUTS.extend(shortcuts)


def kinds_for(user, *, approvals=False):
    """Return the kinds that this person may have, in order of registration."""
    kept = _shapes_of(user)
    if "kinds" not in kept:
        kept["kinds"] = [kind for kind in DUTIES.values() if kind.is_for(user)]
    return [kind for kind in kept["kinds"] if kind.is_approval or not approvals]


def kind_for(user, code):
    kind = DUTIES.get(code)
    return kind if kind and kind.is_for(user) else None


def counts(user):
    """Return {code: number of rows, at most COUNTED_UP_TO + 1} of all kinds, with one statement.

    The statement joins the SQL of the kinds as text: as annotations of one query, Django would
    resolve and rename each again, which costs as much as building it.
    """
    none = {kind.code: 0 for kind in kinds_for(user)}
    found = _shapes(none, user, _count)
    if not found:
        return none
    with connection.cursor() as cursor:
        parts = ", ".join(sql for sql, _values in found.values())
        values = [value for _sql, values in found.values() for value in values]
        planned(cursor, f"SELECT {parts}", values)
        return none | dict(zip(found, cursor.fetchone(), strict=True))


# Building SQL takes longer than running it. It is cached for each person, with everything that it
# depends on as the key; rows and numbers are not cached.
_SHAPES: OrderedDict[tuple, dict] = OrderedDict()
SHAPES_KEPT = 200
# The first compiled rows of each kind; the others share their columns.
_FIRST: dict[str, Compiled] = {}


def _shapes_of(user):
    """Return the cache of this person: {(build, code): what it returned}, and the kinds."""
    user.read_organ()
    key = cache_key_of(user)
    kept = _SHAPES.setdefault(key, {})
    _SHAPES.move_to_end(key)
    if len(_SHAPES) > SHAPES_KEPT:
        _SHAPES.popitem(last=False)
    return kept


def _shapes(codes, user, build):
    """Return {code: SQL and values} of the kinds for which the person's grants open anything."""
    kept = _shapes_of(user)
    return {code: shape for code in codes if (shape := _shape(kept, code, user, build))}


def _shape(kept, code, user, build):
    """Return `build(kind, user)`, called once for a person unless it queries the database."""
    make = partial(build, DUTIES[code])
    if (build, code) not in kept:
        kept[build, code] = built(make, user.bare())
    shape = kept[build, code]
    return make(user) if shape is NEVER else shape


def _sql(rows, around="{}"):
    """Return (SQL, values), or None if the person's grants open nothing."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return around.format(sql), values


def _count(kind, user):
    rows = kind.rows(user).order_by().values("pk")[: COUNTED_UP_TO + 1]
    return _sql(rows, "(SELECT count(*) FROM ({}) counted)")


def _placed(kind, user):
    """Return the SQL of its rows with their days in the queue."""
    place = kind.place(user.today)
    if place is None:
        rows = kind.rows(user).order_by(*kind.sort.order())
        return _sql(rows.values_list("pk")[:UNDATED_UP_TO])
    return _sql(kind.rows(user).order_by().annotate(queued_on=place).values_list("pk", "queued_on"))


def _told(kind, user):
    """Return the statement of its rows that are the subjects of reminders with these ids."""
    place, about = kind.place(user.today), kind.reminded[1]
    rows = kind.rows(user).order_by().filter(among(about, "ids"))
    # A day and an interval make a timestamp, which must be a day like the others.
    rows = rows.annotate(queued_on=Cast(Value(None) if place is None else place, DateField()))
    return Statement(rows.values_list("pk", about, "queued_on"))


def _whole(kind, user):
    rows = kind.load(kind.rows(user)).order_by().filter(among("pk", "ids"))
    return Compiled(rows).sharing(_FIRST, kind.code)


# --- The queue -----------------------------------------------------------------------------------


def queue(user, *, size, kinds=None, after=None):
    """Return the first rows of the kinds, or those after a place: by deadline, then those without
    one."""
    kinds = kinds_for(user) if kinds is None else kinds
    found = []
    for is_dated in (True, False):
        of_part = [one.code for one in kinds if (one.deadline(user.today) is not None) == is_dated]
        if len(found) <= size and not (is_dated and after and after.due is None):
            found += _places(of_part, user, is_dated, after, size + 1 - len(found))
    return Queue(_rows(user, found[:size]), len(found) > size)


def next_after(user, place):
    """The next row of the same kind, or None."""
    kind = kind_for(user, place.code)
    rows = queue(user, size=1, kinds=[kind], after=place).rows if kind else []
    return rows[0] if rows else None


def _places(codes, user, is_dated, after, size):
    """Return [At] of the first rows, with one statement: one part for each kind, which reads no
    more rows than are shown."""
    order = {code: n for n, code in enumerate(DUTIES)}
    parts, values = [], []
    for code, (sql, its_values) in _shapes(codes, user, _placed).items():
        limits, compared = _beyond(order, code, is_dated, after)
        if limits is None:
            continue
        columns, by = ("id, due", "due::date, id") if is_dated else ("id", "id")
        shown = "due::date" if is_dated else "NULL::date"
        parts.append(
            f"(SELECT {order[code]} AS kind, {shown} AS due, id FROM ({sql}) one ({columns})"
            f" WHERE {limits} ORDER BY {by} LIMIT {size})"
        )
        values += [*its_values, *compared]
    if not parts:
        return []
    known = list(DUTIES)
    with connection.cursor() as cursor:
        union = " UNION ALL ".join(parts)
        planned(
            cursor,
            f"SELECT kind, due, id FROM ({union}) placed ORDER BY due, kind, id LIMIT {size}",
            values,
        )
        return [At(known[kind], due, pk) for kind, due, pk in cursor.fetchall()]


def _beyond(order, code, is_dated, after):
    """Return (condition of the rows of a kind after a place, its values); None if there are
    none."""
    if after is None or is_dated != (after.due is not None):
        return "true", []
    if code == after.code:
        if is_dated:
            return "(due::date, id) > (%s, %s)", [after.due, after.pk]
        return "id > %s", [after.pk]
    stands_later = order[code] > order[after.code]
    if is_dated:
        return ("due::date >= %s" if stands_later else "due::date > %s"), [after.due]
    return ("true", []) if stands_later else (None, [])


def _rows(user, places, unread=None):
    """Return the rows at these places, without those that somebody has done meanwhile."""
    if not places:
        return []
    unread = reminders.unread(user) if unread is None else unread
    kept, records = _shapes_of(user), {}
    for code in dict.fromkeys(one.code for one in places):
        ids = [one.pk for one in places if one.code == code]
        for record in _shape(kept, code, user, _whole).planned_rows(ids=ids):
            records[code, record.pk] = record
    found = []
    for place in places:
        if record := records.get((place.code, place.pk)):
            kind = DUTIES[place.code]
            called = kind.reminder_of(record) if unread else None
            told = unread.get(called) if called else None
            found.append(Row(kind, kind.item(record), place, told))
    return found


def told(user):
    """Return (rows that unread reminders are about, reminders about none of them)."""
    rows = Reminder.objects.visible_to(user).unread(on=user.today)
    if hidden := reminders.unused():
        rows = rows.exclude(kind__in=sorted(hidden))
    unread = list(rows.order_by("-pk")[:TOLD_UP_TO])
    about = {(one.noun, one.noun_id): one.pk for one in unread}
    ids = {noun: [pk for its_noun, pk in about if its_noun == noun] for noun, _pk in about}
    kept, found, seen = _shapes_of(user), [], set()
    for order, kind in enumerate(kinds_for(user)):
        noun = kind.reminded and kind.reminded[0]
        if noun in ids:
            statement = _shape(kept, kind.code, user, _told)
            for pk, of, due in statement.tuples(ids=ids[noun]):
                found.append((due or date.max, order, At(kind.code, due, pk)))
                seen.add((noun, of))
    places = [place for *_order, place in sorted(found, key=lambda one: (*one[:2], one[2].pk))]
    others = [one for one in unread if (one.noun, one.noun_id) not in seen]
    return _rows(user, places, about), reminders.with_titles(user, others)


# --- Numbers ----------------------------------------------------------------------------------


def numbers(user):
    """Return {name of a line in the side list: number} of the to-do list and of each area."""
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


def shortcuts_for(user):
    """(the big shortcut or None, the others) for the front page."""
    held = [
        s
        for s in _SHORTCUTS
        if uses.is_open(s.url_name) and any(user.holds(p) for p in s.permissions)
    ]
    big = next((s for s in held if s.note), None)
    return big, [s for s in held if s is not big]
