"""Duties: work that waits for somebody, each declared in one row. No domain here.

A row determines the group in the to-do list, its number, the approval and the reminder.
`records(on)` returns the records for which it is due; `whose` says who has to do it, both as a
filter for one reader and as SQL for everybody at once. So no condition is written twice.
"""

import datetime
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet
from django.db.models import (
    BooleanField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import parameters, uses
from portal.days import workdays
from portal.duties import reminders
from portal.models import Cadre
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission
from portal.text import Text
from portal.trust.access import PLACE_COLUMNS, IsAnyOf, organ_reach, reach

NOBODY = Q(pk__in=())


# --- Whose it is -----------------------------------------------------------------------------


class Part:
    """Who has to do something. `q(user)` selects this person's records; `pairs(due)` is SQL of (id,
    user_id) over the rows of `due`; holders of any of the `permissions` may have the duty. `|`, `&`
    and `-` combine parts as sets."""

    holding: Permission | None
    q: Callable[..., Q]
    excluded: Callable[..., Q]
    pairs: Callable[..., str]

    @property
    def permissions(self) -> tuple[Permission, ...]:
        return (self.holding,) if self.holding else ()

    def __or__(self, other):
        return Joined("UNION", self, other)

    def __and__(self, other):
        return Joined("INTERSECT", self, other)

    def __sub__(self, other):
        return Joined("EXCEPT", self, other)

    def choose(self, records, user):
        return records.filter(self.q(user))


@dataclass(frozen=True)
class Joined(Part):
    """Two parts combined as sets."""

    operator: str
    one: Part
    other: Part

    @property
    def permissions(self):
        more = self.other.permissions if self.operator == "UNION" else ()
        return (*self.one.permissions, *more)

    def q(self, user):
        if self.operator == "EXCEPT":
            return self.one.q(user) & ~self.other.excluded(user)
        if self.operator == "INTERSECT":
            return self.one.q(user) & self.other.q(user)
        return self.one.q(user) | self.other.q(user)

    def pairs(self, due, when="true"):
        one, other = self.one.pairs(due, when), self.other.pairs(due, when)
        return f"({one}) {self.operator} ({other})"


@dataclass(frozen=True)
class Grants(Part):
    """Holders of a permission that reaches the record. `columns` returns the expressions for
    `audience`: the organ, the host organ and the places."""

    holding: Permission
    columns: ClassVar[Callable]

    def pairs(self, due, when="true"):
        return due.want(self.holding, [due.column(one) for one in self.columns()], when)


@dataclass(frozen=True)
class Reach(Grants):
    """Like `access.reach`: by the place and organs stored with the record."""

    via: str = ""

    def q(self, user):
        return reach(user, self.holding, via=self.via)

    def columns(self):
        places = [F(f"{self.via}{column}") for column in PLACE_COLUMNS.values()]
        array = Func(*places, template="array_remove(ARRAY[%(expressions)s], NULL)")
        return F(f"{self.via}organ"), F(f"{self.via}host_organ"), array


@dataclass(frozen=True)
class OrganReach(Grants):
    """Like `access.organ_reach`: by the present place of the organ."""

    to: str = "organ"

    def q(self, user):
        return organ_reach(user, self.holding, to=self.to)

    def columns(self):
        return F(self.to), F(self.to), _ids_of(f"{self.to}__division__path")


def _ids_of(path):
    template = (
        "coalesce(string_to_array(trim(both '/' FROM %(expressions)s), '/')::bigint[],"
        " ARRAY[]::bigint[])"
    )
    return Func(F(path), template=template)


@dataclass(frozen=True)
class Kept(OrganReach):
    """Like `kept_by` of an app: by the organ of the record and its own area, if any."""

    _: KW_ONLY
    by: Callable
    area: str = "area"

    def q(self, user):
        return self.by(user, self.holding)

    def columns(self):
        return F(self.to), F(self.to), _ids_of(f"{self.area}__path")


@dataclass(frozen=True)
class Own(Part):
    """The person in a column and, with `is_lent`, their stand-in; both need the permission
    `holding`. After `-` it excludes a person's own records."""

    person: str
    holding: Permission | None = None
    is_lent: bool = True

    def _ids(self, user):
        if self.holding and not user.holds(self.holding):
            return set()
        return user.identity_ids if self.is_lent else {user.pk}

    def _relation(self, user):
        """Return the column of the row, and its values for this person."""
        ids, relation = self._ids(user), self.person.removesuffix("__user")
        if relation == self.person or not ids:
            return self.person, ids
        return relation, Cadre.objects.filter(user__in=ids).values("pk")

    def q(self, user):
        column, persons = self._relation(user)
        if isinstance(persons, QuerySet):
            return Q(IsAnyOf(column, persons))
        return Q(**{f"{column}__in": persons})

    def excluded(self, user):
        # Unlike a comparison with an array, this is not NULL where the column is.
        column, persons = self._relation(user)
        return Q(**{f"{column}__in": persons})

    def pairs(self, due, when="true"):
        person = due.column(F(self.person))
        return (
            "SELECT due.id, acting.user_id FROM due"
            f" JOIN acting ON acting.as_id = due.{person}"
            f" WHERE {when} AND {'true' if self.is_lent else 'acting.user_id = acting.as_id'}"
            f" AND {due.held(self.holding)}"
        )


@dataclass(frozen=True)
class Through(Part):
    """The person in rows of another table whose `at` equals the record's `column`."""

    column: str
    rows: Callable
    at: str
    person: str
    holding: Permission | None = None

    def _named(self, user):
        rows = self.rows(user.today).filter(**{f"{self.person}__in": user.identity_ids})
        return rows.order_by().values(self.at)

    def q(self, user):
        if self.holding and not user.holds(self.holding):
            return NOBODY
        return Q(IsAnyOf(self.column, self._named(user)))

    def excluded(self, user):
        # Correlated, so that it runs for each record after the cheaper conditions. NOT IN would
        # read all rows that name the person, and rescan them once they exceed work_mem.
        named = self._named(user).filter(**{self.at: OuterRef(self.column)})
        return Q(Exists(named))

    def pairs(self, due, when="true"):
        column = due.column(F(self.column))
        named = due.compiled(self.rows(due.day).order_by().values_list(self.at, self.person))
        return (
            f"SELECT due.id, acting.user_id FROM due JOIN ({named}) named (at_id, person_id)"
            f" ON named.at_id = due.{column} JOIN acting ON acting.as_id = named.person_id"
            f" WHERE {when} AND {due.held(self.holding)}"
        )


@dataclass(frozen=True)
class When(Part):
    """A part limited to the records that meet a condition: a Q, or day → Q."""

    condition: Q | Callable
    part: Part

    @property
    def permissions(self):
        return self.part.permissions

    def q(self, user):
        return _on(self.condition, user.today) & self.part.q(user)

    def pairs(self, due, when="true"):
        flag = due.column(ExpressionWrapper(_on(self.condition, due.day), BooleanField()))
        return self.part.pairs(due, f"{when} AND {flag}")


class Chosen(Part):
    """A function (records, user) → records, for duties without reminders."""

    def __init__(self, choose, *permissions):
        self.choose, self.held = choose, permissions

    @property
    def permissions(self):
        return self.held


def _on(given, day):
    return given(day) if callable(given) else given


# --- The row ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One row of the to-do list: what, where, until when, and its button."""

    what: str
    where: str
    url: str
    act_url: str
    due: datetime.date | None = None
    # The value that a tick box sends to the bulk act.
    chosen: int | None = None
    # The deadline of the matter, if the act has a separate one.
    matter_due: datetime.date | None = None
    # Mark beside the row.
    mark: str = ""


def item(what, where, act="", *, due: str | Callable = "", of="", page=""):
    """Return a function that reads a record as an Item, from attribute names or functions.

    The button leads to `act`, else to a page: the record's page, that of the record it is `of`, or
    the one with the URL name `page`.
    """

    def read(record):
        shown = _read(of, record) if of else record
        url = reverse(page, args=[shown.pk]) if page else shown.get_absolute_url()
        return Item(
            what=_read(what, record),
            where=_read(where, record),
            url=url,
            act_url=reverse(act, args=[record.pk]) if act else url,
            due=_read(due, record) if due else None,
        )

    return read


def _read(given, record) -> Any:
    return given(record) if callable(given) else attrgetter(given)(record)


class Deadline(Sort):
    """An order by a deadline as first column; it also orders the groups of the to-do list."""


by_deadline, soonest, oldest = (
    partial(lambda order, label, *columns: order(label, columns, descending=False), order, label)
    for order, label in (
        (Deadline, _("by deadline")),
        (Deadline, _("soonest first")),
        (Sort, _("oldest first")),
    )
)


@dataclass(frozen=True)
class BulkAct:
    label: Text
    url_name: str
    arguments: tuple = ()

    @property
    def url(self):
        return reverse(self.url_name, args=self.arguments)


@dataclass(frozen=True)
class Told:
    """A reminder. By default it tells the people of the duty about its records every morning.

    Registered without a duty, it needs a code, records and whose.
    """

    sentence: Text
    # Code of its subject, a `reminders.Noun`.
    noun: str
    # The deadline: a column, an expression, or day → expression.
    due: str | Callable | None = None
    # These three default to those of the duty.
    code: str = ""
    records: Callable | None = None
    whose: Part | None = None
    # day → whether anybody is reminded on that day.
    days: Callable = lambda day: True
    # (records, day, at) → the records to remind of.
    only: Callable = lambda records, day, at: records
    # Whether a reminder is not repeated once read, while its deadline is the same; or day → Q of
    # the records for which this holds.
    until_read: bool | Callable[..., Q] = False
    # A Q of the records to remind of in every round.
    urgent: Q | None = None
    # The id of the noun: a column, or day → expression.
    about: str | Callable = "pk"
    # The number of the noun, as an expression.
    number: object = None
    # day → address, if not the page of the noun; {id} is replaced by the id or by the column `key`.
    link: Callable | None = None
    key: str = ""

    def kind(self):
        urgent = self.urgent is not None and partial(_statement, self, urgent_only=True)
        return reminders.Kind(self.code, self.sentence, partial(_statement, self), urgent or None)


@dataclass(frozen=True)
class Duty:
    """Something to do: for which records, by whom, how a row looks, who is reminded."""

    code: str
    title: Text
    act: Text
    # day → the records for which it is due.
    records: Callable
    whose: Part
    item: Callable
    # By deadline; its column must not be NULL.
    sort: Sort
    # The deadline that orders the groups, if not that of `sort`: a column, or day → expression.
    nearest: str | Callable = ""
    # day → a day or NULL: the row is placed in the queue as if due then, if that is earlier.
    raised: Callable | None = None
    # records → the records with everything that a row shows.
    load: Callable = lambda records: records
    bulk: tuple[BulkAct, ...] = ()
    # user → a note under the title.
    note: Callable = lambda user: ""
    # Whether it approves somebody else's request.
    is_approval: bool = False
    # Name of a row's deadline.
    due_label: Text = _("Deadline")
    told: Told | None = None
    # (code of a noun, column): the noun and id of its reminders, if `told` does not give them.
    about: tuple[str, str] | None = None
    # The use without which nobody has it (`portal/uses.py`).
    use: str = ""

    def is_for(self, user):
        """Whether this person may have this duty at all."""
        return uses.is_on(self.use) and any(
            user.holds(permission) for permission in self.whose.permissions
        )

    def rows(self, user):
        return self.whose.choose(self.records(user.today), user)

    def shown(self, user):
        """Return the rows with everything that is shown, in order."""
        return self.load(self.rows(user)).order_by(*self.sort.order())

    @property
    def reminded(self):
        """(code of a noun, column with its id) of the reminders about a row; None without
        reminders."""
        if self.about or not self.told or self.told.about != "pk":
            return self.about
        return self.told.noun, "pk"

    def reminder_of(self, record):
        """(code of a noun, id) of this record, or None."""
        if (reminded := self.reminded) is None:
            return None
        noun, column = reminded
        return noun, getattr(record, column)

    def deadline(self, day):
        """Return the expression of a row's deadline, or None if rows have none."""
        if self.nearest:
            return _expression(self.nearest, day)
        return F(self.sort.fields[0]) if isinstance(self.sort, Deadline) else None

    def place(self, day):
        """Return the expression of a row's day in the queue, or None if rows have none."""
        deadline = self.deadline(day)
        if deadline is None or self.raised is None:
            return deadline
        return Least(deadline, self.raised(day))


DUTIES: dict[str, Duty] = {}
AREAS: dict[str, Area] = {}


def register(area, *entries, use=""):
    """Register duties, which count in the area's line, other reminders and nouns of reminders.
    `use` applies to all of them."""
    for entry in entries:
        if isinstance(entry, Duty):
            DUTIES[entry.code], AREAS[entry.code] = replace(entry, use=use), area
            if told := entry.told:
                shared = ("code", "records", "whose")
                given = {name: getattr(told, name) or getattr(entry, name) for name in shared}
                reminders.register(replace(told, **given).kind(), use=use)
        else:
            reminders.register(entry.kind() if isinstance(entry, Told) else entry, use=use)


# --- Everybody to remind, in one statement -----------------------------------------------------


def soon(day):
    """Return the last deadline of which people are reminded in advance on this day."""
    return workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))


class _Due:
    """The due records, with the columns that lead to the people concerned."""

    def __init__(self, day):
        self.day = day
        self.expressions, self.wants, self.holding, self.values = {}, [], set(), {}

    def column(self, expression):
        """Return the name of the column of `due` with this expression."""
        name = f"told_{len(self.expressions)}"
        return self.expressions.setdefault(expression, name)

    def want(self, permission, columns, when, source="due"):
        """Return SQL of the people whose grants reach rows of `source` by organ, host organ and
        places."""
        number = len(self.wants)
        self.holding.add(permission)
        organ, host, places = columns
        self.wants.append(
            f"SELECT DISTINCT due.id, {number} AS want, '{permission}' AS permission,"
            f" {organ} AS organ_id, {host} AS host_organ_id, {places} AS places"
            f" FROM {source} WHERE {when}"
        )
        return f"SELECT id, user_id FROM reached WHERE want = {number}"

    def held(self, permission):
        """Return SQL: whether the acting person holds a permission today, anywhere."""
        if permission is None:
            return "true"
        self.holding.add(permission)
        return (
            "EXISTS (SELECT FROM holder WHERE holder.user_id = acting.user_id"
            f" AND holder.permission = '{permission}')"
        )

    def compiled(self, records):
        """Return the SQL of a queryset, with named values."""
        sql, values = records.query.sql_with_params()
        names = [f"value_{len(self.values) + n}" for n in range(len(values))]
        self.values |= zip(names, values, strict=True)
        return sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)

    def tables(self, records):
        """Return the common table expressions: `due`, and who holds and reaches what."""
        named = {name: expression for expression, name in self.expressions.items()}
        rows = records.order_by().annotate(**named).values_list("pk", *named)
        tables = [f"due ({', '.join(['id', *named])}) AS MATERIALIZED ({self.compiled(rows)})"]
        if self.wants:
            tables += [f"wants AS ({' UNION ALL '.join(self.wants)})"]
            return [*tables, reminders.audience(*sorted(self.holding), want="w.want")]
        return [*tables, reminders.holders(*sorted(self.holding))]


def _statement(told, day, at, *, urgent_only=False):
    """Return (SQL of the reminders of a day, values), or None if there are none."""
    if not told.days(day):
        return None
    due, records = _Due(day), told.only(told.records(day), day, at)
    if urgent_only:
        records = records.filter(told.urgent)
    about = due.column(_expression(told.about, day))
    key = due.column(F(told.key)) if told.key else about
    limit = f"due.{due.column(_expression(told.due, day))}" if told.due else "NULL::date"
    number = f"due.{due.column(told.number)}" if told.number else "''"
    try:
        people = told.whose.pairs(due)
        unread = _unread(told, due, about, limit)
        tables = ", ".join(due.tables(records))
    except EmptyResultSet:
        return None
    sql = f"""
        WITH {tables}
        SELECT told.user_id, '{told.noun}', due.{about}, {number}, min({limit})::date,
               replace(%(link)s, '{{id}}', due.{key}::text)
        FROM ({people}) told (id, user_id) JOIN due ON due.id = told.id
        WHERE {unread}
        GROUP BY told.user_id, due.{about}, 4, due.{key}"""
    return sql, due.values | {"day": day, "link": _link(told, day)}


def _unread(told, due, about, limit):
    """Return SQL: whether the person has not read this reminder yet."""
    if not told.until_read:
        return "true"
    again = "false"
    if not isinstance(told.until_read, bool):
        holds = ExpressionWrapper(told.until_read(due.day), BooleanField())
        again = f"NOT due.{due.column(holds)}"
    return f"""({again} OR NOT EXISTS (
            SELECT FROM portal_reminder earlier
            WHERE earlier.user_id = told.user_id AND earlier.kind = %(kind)s
              AND earlier.noun = '{told.noun}' AND earlier.noun_id = due.{about}
              AND earlier.due IS NOT DISTINCT FROM {limit} AND earlier.read_at IS NOT NULL))"""


def _expression(given, day):
    given = _on(given, day)
    if isinstance(given, str):
        return F(given)
    return Value(given, DateField()) if isinstance(given, datetime.date) else given


def _link(told, day):
    """Return the address, with {id} in place of the noun's id."""
    if told.link:
        return told.link(day)
    return "{id}".join(reminders.url_prefix_and_suffix(reminders.NOUNS[told.noun].page))
