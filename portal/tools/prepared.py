"""Querysets whose SQL is built once and run many times with different values.

Django builds the SQL of a queryset each time it is evaluated. For a statement in every request,
this takes ten times as long as the database needs to answer. PostgreSQL keeps the plan as well
(PREPARE): planning takes three times as long as executing. Behind a pooler there is no connection
to keep a plan, and the SQL is sent each time.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, Expression, F, Func, Model, prefetch_related_objects
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import ModelIterable
from django.db.models.query_utils import DeferredAttribute
from psycopg2.extensions import AsIs

from portal.tools.pooled.base import is_pooled

# Driver connection → names of its prepared statements.
_KEPT = WeakKeyDictionary()
_NUMBERS = count(1)
# Driver connection → {SQL: name} of recently planned statements.
_PLANNED = WeakKeyDictionary()
# Characters of SQL whose plans a connection keeps: a plan takes up to 200 times as many bytes.
PLANNED_UP_TO = 250_000
# A placeholder %s, but not after an escaped percent sign.
_PLACE = re.compile(r"(?<!%)(?:%%)*%s")
# Driver connection → {SQL: name} of the statements that find rows by given keys.
_KEYED = WeakKeyDictionary()
# A separate limit; these statements are shorter, and the same for all grants of the same shape.
KEYED_UP_TO = 250_000
# Text before a number that is compared with a column, also as the first of a list.
_COMPARED = re.compile(r'"\."\w+" (= |IN \()$')
# The same, for a column that refers to a row: a person, an organ, a place.
_NAMING = re.compile(r'\."(\w+_id|id)" (= |IN \()$')
# Attributes that a compiler sets when it builds its SQL.
COPIED = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")


@dataclass(frozen=True)
class _Named:
    """The name of a value that is supplied each time the SQL runs."""

    name: str


class Place(Expression):
    """A placeholder for such a value, supplied in the form that the database takes."""

    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does

    def __init__(self, name):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [_Named(self.name)]


def equal(column, name):
    """Condition: the column equals the named value."""
    return _Compared(F(column), Place(name), arg_joiner=" = ")


def among(column, name):
    """Condition: the column is one of the named values, a list."""
    return _Compared(F(column), Place(name), arg_joiner=" = ANY (", template="%(expressions)s)")


class _Compared(Func):
    template = "%(expressions)s"
    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


def planned(cursor, sql, values, **named):
    """Run the SQL on the cursor with a plan kept by the connection, for statements that take longer
    to plan than to run. `named` are values that differ each time. Ids that columns are compared
    with are parameters too, so that all grants of the same shape share a plan; all other values are
    part of the plan."""
    cursor.execute(*plan(cursor, sql, values, named))


def plan(cursor, sql, values, named):
    """Return (the SQL that runs such a statement, its values)."""
    if is_pooled(cursor.db):
        return sql, _filled(values, named)
    connection = cursor.db.connection
    known = _PLANNED.setdefault(connection, OrderedDict())
    places, given = _opened(values, _compared(sql, _NAMING))
    # Composed like the driver does: values that belong to the plan are in the text.
    with cursor.db.wrap_database_errors:
        text = connection.cursor().mogrify(sql, places).decode()
    if text not in known:
        name = f"planned_{next(_NUMBERS)}"
        cursor.execute(f"PREPARE {name} AS {text}")
        known[text] = name
        while len(known) > 1 and sum(map(len, known)) > PLANNED_UP_TO:
            _text, oldest = known.popitem(last=False)
            cursor.execute(f"DEALLOCATE {oldest}")
    known.move_to_end(text)
    return f"EXECUTE {known[text]}{_parameters(given)}", _filled(given, named)


def _parameters(given):
    return f" ({', '.join(['%s'] * len(given))})" if given else ""


def _opened(values, are_open):
    """Return (the value or parameter at each place of the SQL, the values of the parameters)."""
    places, given = [], []
    for value, is_open in zip(values, are_open, strict=True):
        if isinstance(value, _Named) or is_open and type(value) is int:
            given.append(value)
            value = AsIs(f"${len(given)}")
        places.append(value)
    return places, given


@lru_cache(maxsize=64)
def _compared(sql, before):
    """Return, for each value, whether it is compared with a column that `before` matches."""
    in_list, found = False, []
    for text in _PLACE.split(sql)[:-1]:
        in_list = text == ", " and in_list or bool(before.search(text))
        found.append(in_list)
    return found


class _Keyed:
    """SQL that finds rows by given keys. A connection keeps its plan, with the numbers that columns
    are compared with (of the reader, of organs, of places) as parameters. It takes longer to plan
    than to run, including the queries of each policy of a table (docs/adr/0084), and no number in
    it changes how rows with these keys are found."""

    sql: str
    values: list

    def keyed(self, connection, named):
        """Return (the SQL that runs it, its values)."""
        if is_pooled(connection):
            return self.sql, _filled(self.values, named)
        connection.ensure_connection()
        text, values = self._shape(connection)
        known = _KEYED.setdefault(connection.connection, OrderedDict())
        if text not in known:
            name = f"keyed_{next(_NUMBERS)}"
            _past_django(connection, f"PREPARE {name} AS {text}")
            known[text] = name
            while len(known) > 1 and sum(map(len, known)) > KEYED_UP_TO:
                _text, oldest = known.popitem(last=False)
                _past_django(connection, f"DEALLOCATE {oldest}")
        known.move_to_end(text)
        return f"EXECUTE {known[text]}{_parameters(values)}", _filled(values, named)

    def _shape(self, connection):
        """Return (the SQL with its parameters, their values), built once."""
        if not hasattr(self, "_shaped"):
            places, given = _opened(self.values, _compared(self.sql, _COMPARED))
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                self._shaped = cursor.mogrify(self.sql, places).decode(), given
        return self._shaped


def _past_django(connection, statement, values=None):
    """Bypass Django's cursor, which counts statements; a lost connection still raises Django's
    error."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(statement, values)


class Statement(_Keyed):
    """The SQL of a queryset of plain values, or wrapped around one. Empty if it can have no
    rows."""

    def __init__(self, queryset, around="%s"):
        self._using = queryset.db
        self.sql, self.values = _sql_of(queryset.query.get_compiler(using=queryset.db))
        if self.sql and around != "%s":
            self.sql = around.replace("%s", self.sql)

    def tuples(self, **named):
        """Return its rows, with these values for the placeholders."""
        if not self.sql:
            return []
        with connections[self._using].cursor() as cursor:
            cursor.execute(self.sql, _filled(self.values, named))
            return cursor.fetchall()

    def keyed_tuples(self, **named):
        """The same with a kept plan, for a statement that finds rows by these keys."""
        if not self.sql:
            return []
        with connections[self._using].cursor() as cursor:
            cursor.execute(*self.keyed(cursor.db, named))
            return cursor.fetchall()

    def planned_tuples(self):
        """The same with a kept plan, for a statement without placeholders (`planned`)."""
        if not self.sql:
            return []
        with connections[self._using].cursor() as cursor:
            planned(cursor, self.sql, self.values)
            return cursor.fetchall()


class Once:
    """A query that is built when first needed: `build()` returns the queryset, with a `Place` for
    each value supplied when it runs. For values that PREPARE does not accept."""

    def __init__(self, build):
        self._build = build

    @cached_property
    def _statement(self):
        return Statement(self._build())

    @cached_property
    def _compiled(self):
        return Compiled(self._build())

    def tuples(self, **named):
        """The rows of a queryset of plain values."""
        return self._statement.tuples(**named)

    def rows(self, **named):
        """The model instances."""
        return self._compiled.rows(**named)


def _sql_of(compiler):
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return "", []
    return sql, list(values)


def _filled(values, named):
    return [named[value.name] if isinstance(value, _Named) else value for value in values]


# Descriptors that only set an attribute of the instance.
_PLAIN = (DeferredAttribute, ForeignKeyDeferredAttribute)


class _Fresh:
    """Replaces a model when Django creates instances from rows: sets the columns and nothing else,
    in a third of the time. Only for models whose instances need nothing else."""

    def __init__(self, model):
        self._model, self._meta = model, model._meta

    @classmethod
    def of(cls, model):
        is_plain = (
            model.__init__ is Model.__init__
            and model.from_db.__func__ is Model.from_db.__func__
            and all(
                type(vars(model).get(field.attname)) in _PLAIN
                for field in model._meta.concrete_fields
            )
        )
        return cls(model) if is_plain else model

    def from_db(self, db, names, values):
        made = self._model.__new__(self._model)
        made._state = state = ModelState()
        state.db, state.adding = db, False
        made.__dict__.update(zip(names, values, strict=True))
        return made


def _fresh(klass_info):
    """Return the compiler's information about the models of its columns, with `_Fresh` instead of
    them."""
    made = klass_info | {"model": _Fresh.of(klass_info["model"])}
    if related := klass_info.get("related_klass_infos"):
        made["related_klass_infos"] = [_fresh(one) for one in related]
    return made


class Compiled(_Keyed):
    """The SQL of a queryset, and what Django needs to turn its rows into instances."""

    def __init__(self, queryset):
        self._queryset = queryset
        self._compiler = queryset.query.get_compiler(using=queryset.db)
        self.sql, self.values = _sql_of(self._compiler)
        if self._compiler.klass_info:
            self._compiler.klass_info = _fresh(self._compiler.klass_info)
        # Converters of column values to Python; set when rows are first read.
        self._converters = {}

    @property
    def _columns(self):
        select = [
            (type(e), getattr(e, "target", None), name) for e, _, name in self._compiler.select
        ]
        return (select, self._compiler.annotation_col_map, self._queryset._prefetch_related_lookups)

    def sharing(self, first, name):
        """Return itself, sharing the columns of the first of its name if they are equal: they take
        nearly all of its memory."""
        if self.sql:
            other = first.setdefault(name, self)
            if self._columns == other._columns:
                self._queryset, self._compiler = other._queryset, other._compiler
                self._converters = other._converters
        return self

    def rows(self, **named):
        """Return the instances, with these values for the placeholders."""
        return self.rows_of(self.sql, _filled(self.values, named)) if self.sql else []

    def keyed_rows(self, **named):
        """The same with a kept plan, for a statement that finds rows by these keys."""
        connection = connections[self._queryset.db]
        return self.rows_of(*self.keyed(connection, named)) if self.sql else []

    def planned_rows(self, **named):
        """The same, with a plan that the connection keeps."""
        if not self.sql:
            return []
        with connections[self._queryset.db].cursor() as cursor:
            return self.rows_of(*plan(cursor, self.sql, self.values, named))

    def _converters_of(self, expressions):
        if "found" not in self._converters:
            self._converters["found"] = self._compiler.get_converters(expressions)
        return self._converters["found"]

    def rows_of(self, sql, values):
        """Return the instances for the rows of `sql`, which has the columns of the queryset."""

        def compiler_of(using, **_options):
            compiler = type(self._compiler)(queryset.query, connections[using], using)
            for name in COPIED:
                setattr(compiler, name, getattr(self._compiler, name))
            compiler.as_sql = lambda *args, **kwargs: (sql, values)
            compiler.get_converters = self._converters_of
            return compiler

        queryset = self._queryset.all()
        queryset.query.get_compiler = compiler_of
        rows = list(ModelIterable(queryset))
        prefetch_related_objects(rows, *queryset._prefetch_related_lookups)
        return rows


class Prepared:
    """One statement that is run with different values.

    `build(**values)` returns the queryset and must not depend on its values. It is called once,
    with `placeholders`: for each name a value that occurs nowhere else in the query. The SQL is
    cached, rows are not.
    """

    def __init__(self, build, **placeholders):
        self._build, self._placeholders = build, placeholders
        self._compiled, self._name = None, f"portal_{next(_NUMBERS)}"

    def rows(self, **values):
        """Return the model instances for these values, as a list."""
        compiled, execute, asked = self._prepared(values)
        return compiled.rows_of(execute, asked)

    def tuples(self, **values):
        """The rows of a queryset of plain values, as a list."""
        _compiled, execute, asked = self._prepared(values)
        with connections[self._using].cursor() as cursor:
            cursor.execute(execute, asked)
            return cursor.fetchall()

    def first(self, **values):
        """Return the first row, or None. The queryset must limit itself to one row."""
        return next(iter(self.rows(**values)), None)

    def _prepared(self, values):
        """Return (the compiled query, the SQL that runs it on this connection, its values)."""
        compiled = self._compiled = self._compiled or self._compile()
        connection = connections[self._using]
        if is_pooled(connection):
            return compiled, compiled.sql, [values.get(name, fixed) for name, fixed in self._params]
        asked = [values[name] for name in self._placeholders]
        self._prepare(connection, compiled.sql)
        return compiled, f"EXECUTE {self._name} ({', '.join(['%s'] * len(asked))})", asked

    def _prepare(self, connection, sql):
        """Prepare once for each connection; a rollback does not undo it."""
        connection.ensure_connection()
        kept = _KEPT.setdefault(connection.connection, set())
        if self._name in kept:
            return
        places: dict = {name: AsIs(f"${n}") for n, name in enumerate(self._placeholders, start=1)}
        values = [places.get(name, fixed) for name, fixed in self._params]
        _past_django(connection, f"PREPARE {self._name} AS {sql}", values)
        kept.add(self._name)

    def _compile(self):
        queryset = self._build(**self._placeholders)
        compiled, self._using = Compiled(queryset), queryset.db
        names = {value: name for name, value in self._placeholders.items()}
        self._params = [(names.get(value), value) for value in compiled.values]
        if lost := self._placeholders.keys() - {name for name, _value in self._params}:
            raise ValueError(f"The query has no place for {', '.join(sorted(lost))}.")
        return compiled
