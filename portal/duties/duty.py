"""Duties: what waits for somebody, declared in one row each. No domain here.

From a row follow the group of the to-do list, its number, the approval and the reminder.
`records(on)` says for which records it is due, whoever asks; `whose` says who is to do it, as a
filter for one reader and as SQL for everybody at once. So no condition is written twice.
"""

import datetime
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from operator import attrgetter

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, DateField, ExpressionWrapper, F, Func, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import parameters
from portal.days import workdays
from portal.duties import reminders
from portal.models import Cadre
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission
from portal.trust.access import PLACE_COLUMNS, IsAnyOf, organ_reach, reach

NOBODY = Q(pk__in=())


# --- Whose it is -----------------------------------------------------------------------------


class Part:
    """Who is to do something. `q(user)` are the records that are this person's; `pairs(due)` is
    SQL of (id, user_id) over the rows of `due`. `|`, `&` and `-` join parts as sets."""

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
    """Two parts as one set."""

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
    """Whoever holds a permission where the record stands; `columns` is what `audience` reads:
    the organ, the host organ and the places."""

    permission: Permission

    @property
    def permissions(self):
        return (self.permission,)

    def pairs(self, due, when="true"):
        return due.want(self.permission, [due.column(one) for one in self.columns()], when)


@dataclass(frozen=True)
class Reach(Grants):
    """As `access.reach`: by the columns of the record's day."""

    via: str = ""

    def q(self, user):
        return reach(user, self.permission, via=self.via)

    def columns(self):
        places = [F(f"{self.via}{column}") for column in PLACE_COLUMNS.values()]
        array = Func(*places, template="array_remove(ARRAY[%(expressions)s], NULL)")
        return F(f"{self.via}organ"), F(f"{self.via}host_organ"), array


@dataclass(frozen=True)
class OrganReach(Grants):
    """As `access.organ_reach`: by where the organ stands today."""

    to: str = "organ"

    def q(self, user):
        return organ_reach(user, self.permission, to=self.to)

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
    """As `kept_by` of an app: by the organ of the record and its own area, where it has one."""

    _: KW_ONLY
    by: Callable
    area: str = "area"

    def q(self, user):
        return self.by(user, self.permission)

    def columns(self):
        return F(self.to), F(self.to), _ids_of(f"{self.area}__path")


@dataclass(frozen=True)
class Own(Part):
    """The person of a column and, while they are lent, whoever stands in; `holding` is what one
    must hold to do it. After `-` it is nobody's own matter."""

    person: str
    holding: Permission | None = None
    is_lent: bool = True

    @property
    def permissions(self):
        return (self.holding,) if self.holding else ()

    def _ids(self, user):
        if self.holding and not user.holds(self.holding):
            return set()
        return user.identity_ids if self.is_lent else {user.pk}

    def _relation(self, user):
        """The column of the row itself, and what it holds for this person."""
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
        # Unlike a comparison with an array, this is not NULL where the column is empty.
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
    """The person whom the rows of another table name: those whose `at` is the record's column."""

    column: str
    rows: Callable
    at: str
    person: str
    holding: Permission | None = None

    @property
    def permissions(self):
        return (self.holding,) if self.holding else ()

    def _named(self, user):
        rows = self.rows(user.today).filter(**{f"{self.person}__in": user.identity_ids})
        return rows.order_by().values(self.at)

    def q(self, user):
        if self.holding and not user.holds(self.holding):
            return NOBODY
        return Q(IsAnyOf(self.column, self._named(user)))

    def excluded(self, user):
        return Q(**{f"{self.column}__in": self._named(user)})

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
    """A part for those records only that meet a condition: a Q, or day → Q."""

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
    """By a function (records, user) → records, for what nobody is reminded of."""

    def __init__(self, choose, *permissions):
        self.choose, self.permissions = choose, permissions


def _on(said, day):
    return said(day) if callable(said) else said


# --- The row ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One row as everybody reads it: what, where, until when, and the one button."""

    what: str
    where: str
    url: str
    act_url: str
    due: datetime.date | None = None
    # What a tick box sends to the group's bulk act.
    chosen: int | None = None


def item(what, where, act="", *, due="", of="", page=""):
    """Reads a record as an Item: names of attributes or functions, and the address of the act;
    without one the button leads to the page, which is the record's own, that of what it is `of`,
    or the one named."""

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


def _read(said, record):
    return said(record) if callable(said) else attrgetter(said)(record)


by_deadline, soonest, oldest = (
    partial(lambda label, *columns: Sort(label, columns, descending=False), label)
    for label in (_("by deadline"), _("soonest first"), _("oldest first"))
)


@dataclass(frozen=True)
class BulkAct:
    label: str
    url_name: str
    arguments: tuple = ()

    @property
    def url(self):
        return reverse(self.url_name, args=self.arguments)


@dataclass(frozen=True)
class Told:
    """That people are told of it. Without more: whose it is, of the same records, every morning.

    As an entry of its own, of what is nobody's to do, it has a code, records and whose.
    """

    sentence: str
    # Code of what it is about, a `reminders.Noun`.
    noun: str
    # The day it is due: a column, an expression, or day → expression.
    due: str | Callable | None = None
    # Of the reminder, where it is not that of the duty.
    code: str = ""
    records: Callable | None = None
    whose: Part | None = None
    # day → whether anybody is told on that day.
    days: Callable = lambda day: True
    # (records, day, at) → those of which people are told.
    only: Callable = lambda records, day, at: records
    # Not again once it was read with the same day due; or day → Q of the records for which that
    # holds.
    until_read: bool | Callable = False
    # What does not wait: a Q of the records that are told in every round.
    urgent: Q | None = None
    # What the noun's id is: a column, or day → expression.
    about: str | Callable = "pk"
    # Its number, as an expression.
    number: object = None
    # day → address, where it is not the page of the noun; {id} in it stands for the id, or for
    # the column `key`.
    link: Callable | None = None
    key: str = ""

    def kind(self):
        urgent = self.urgent is not None and partial(_statement, self, urgent_only=True)
        return reminders.Kind(self.code, self.sentence, partial(_statement, self), urgent or None)


@dataclass(frozen=True)
class Duty:
    """One thing to be done: for which records, by whom, how a row reads, who is told of it."""

    code: str
    title: str
    act: str
    # day → the records for which it is due.
    records: Callable
    whose: Part
    item: Callable
    # The deadline; its column must not be empty.
    sort: Sort
    # Adds what a row shows.
    load: Callable = lambda records: records
    bulk: tuple[BulkAct, ...] = ()
    # What stands under the title, said to the reader.
    note: Callable = lambda user: ""
    # Looks into the database for more than the person's grants: its SQL is never kept.
    looks_up: bool = False
    # Waits for this person's confirmation of what somebody else asked.
    is_approval: bool = False
    told: Told | None = None

    def is_for(self, user):
        """Whether this person could have such things at all."""
        return any(user.holds(permission) for permission in self.whose.permissions)

    def rows(self, user):
        return self.whose.choose(self.records(user.today), user)


DUTIES: dict[str, Duty] = {}
AREAS: dict[str, Area] = {}


def register(area, *entries):
    """Duties of an area, whose line shows how many wait; with them what else people are told, and
    the nouns that reminders are about."""
    for entry in entries:
        if isinstance(entry, Duty):
            DUTIES[entry.code], AREAS[entry.code] = entry, area
            if told := entry.told:
                told = replace(
                    told,
                    code=told.code or entry.code,
                    records=told.records or entry.records,
                    whose=told.whose or entry.whose,
                )
                reminders.register(told.kind())
        else:
            reminders.register(entry.kind() if isinstance(entry, Told) else entry)


# --- Everybody who is told, in one statement ---------------------------------------------------


def soon(day):
    """The last day of which people are told beforehand."""
    return workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))


class _Due:
    """The records that are due, with the columns by which their people are found."""

    def __init__(self, day):
        self.day = day
        self.expressions, self.wants, self.holding, self.values = {}, [], set(), {}

    def column(self, expression):
        """The name of a column of `due` that holds this expression."""
        name = f"told_{len(self.expressions)}"
        return self.expressions.setdefault(expression, name)

    def want(self, permission, columns, when, source="due"):
        """SQL of those whose grants reach rows of `source` by organ, host organ and places."""
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
        """SQL: that whoever acts holds a permission today, wherever."""
        if permission is None:
            return "true"
        self.holding.add(permission)
        return (
            "EXISTS (SELECT FROM holder WHERE holder.user_id = acting.user_id"
            f" AND holder.permission = '{permission}')"
        )

    def compiled(self, records):
        """The SQL of a queryset, its values by names of their own."""
        sql, values = records.query.sql_with_params()
        names = [f"value_{len(self.values) + n}" for n in range(len(values))]
        self.values |= zip(names, values, strict=True)
        return sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)

    def tables(self, records):
        """The common table expressions: `due` and who holds and reaches what."""
        named = {name: expression for expression, name in self.expressions.items()}
        rows = records.order_by().annotate(**named).values_list("pk", *named)
        tables = [f"due ({', '.join(['id', *named])}) AS MATERIALIZED ({self.compiled(rows)})"]
        if self.wants:
            tables += [f"wants AS ({' UNION ALL '.join(self.wants)})"]
            return [*tables, reminders.audience(*sorted(self.holding), want="w.want")]
        return [*tables, reminders.holders(*sorted(self.holding))]


def _statement(told, day, at, *, urgent_only=False):
    """(SQL of the reminders of a day, its values), or None where there is nothing to be told."""
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
    """SQL: not told again what this person has read."""
    if not told.until_read:
        return "true"
    again = "false"
    if callable(told.until_read):
        holds = ExpressionWrapper(told.until_read(due.day), BooleanField())
        again = f"NOT due.{due.column(holds)}"
    return f"""({again} OR NOT EXISTS (
            SELECT FROM portal_reminder earlier
            WHERE earlier.user_id = told.user_id AND earlier.kind = %(kind)s
              AND earlier.noun = '{told.noun}' AND earlier.noun_id = due.{about}
              AND earlier.due IS NOT DISTINCT FROM {limit} AND earlier.read_at IS NOT NULL))"""


def _expression(said, day):
    said = _on(said, day)
    if isinstance(said, str):
        return F(said)
    return Value(said, DateField()) if isinstance(said, datetime.date) else said


def _link(told, day):
    """The address, in which {id} stands for that of the noun."""
    if told.link:
        return told.link(day)
    return "{id}".join(reminders.around_id(reminders.NOUNS[told.noun].page))
