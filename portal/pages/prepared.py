"""Querysets whose SQL is put together once and asked many times with other values.

Django builds the SQL of a queryset anew each time it is evaluated. For a statement that every
request asks, this takes ten times as long as the database needs to answer it. PostgreSQL keeps
the plan as well (PREPARE): making it takes three times as long as going by it.
"""

from itertools import count
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.models import prefetch_related_objects
from django.db.models.query import ModelIterable
from psycopg2.extensions import AsIs

# Connection of the driver → names of the statements that PostgreSQL keeps for it.
_KEPT = WeakKeyDictionary()
_NUMBERS = count(1)


class Compiled:
    """The SQL of a queryset, and what Django needs to make instances of its rows."""

    def __init__(self, queryset):
        self._queryset = queryset
        self._compiler = queryset.query.get_compiler(using=queryset.db)
        self.sql, values = self._compiler.as_sql()
        self.values = list(values)

    @property
    def _columns(self):
        select = [
            (type(e), getattr(e, "target", None), name) for e, _, name in self._compiler.select
        ]
        return (select, self._compiler.annotation_col_map, self._queryset._prefetch_related_lookups)

    def sharing(self, other):
        """This one, holding the columns of a like one: they take nearly all of its memory."""
        if self._columns == other._columns:
            self._queryset, self._compiler = other._queryset, other._compiler
        return self

    def rows(self, sql, values):
        """The instances that `sql` brings, which has the columns of the queryset."""

        def compiler_of(using, **_options):
            compiler = type(self._compiler)(queryset.query, connections[using], using)
            for name in (
                "select",
                "klass_info",
                "annotation_col_map",
                "col_count",
                "has_extra_select",
            ):
                setattr(compiler, name, getattr(self._compiler, name))
            compiler.as_sql = lambda *args, **kwargs: (sql, values)
            return compiler

        queryset = self._queryset.all()
        queryset.query.get_compiler = compiler_of
        rows = list(ModelIterable(queryset))
        prefetch_related_objects(rows, *queryset._prefetch_related_lookups)
        return rows


class Prepared:
    """One statement; only its values differ from one question to the next.

    `build(**values)` returns the queryset and must not look at its values: it is called once, with
    `placeholders`, a value for each name that stands nowhere else in the query. The SQL is kept,
    never a row.
    """

    def __init__(self, build, **placeholders):
        self._build, self._placeholders = build, placeholders
        self._compiled, self._name = None, f"portal_{next(_NUMBERS)}"

    def rows(self, **values):
        """The model instances for these values, as a list."""
        if self._compiled is None:
            self._compiled = self._compile()
        asked = [values[name] for name in self._placeholders]
        self._prepare(connections[self._using])
        execute = f"EXECUTE {self._name} ({', '.join(['%s'] * len(asked))})"
        return self._compiled.rows(execute, asked)

    def _prepare(self, connection):
        """Once for each connection; what a transaction takes back, it does not take back."""
        connection.ensure_connection()
        kept = _KEPT.setdefault(connection.connection, set())
        if self._name in kept:
            return
        places = {name: AsIs(f"${n}") for n, name in enumerate(self._placeholders, start=1)}
        with connection.connection.cursor() as cursor:
            statement = f"PREPARE {self._name} AS {self._compiled.sql}"
            cursor.execute(statement, [places.get(name, fixed) for name, fixed in self._params])
        kept.add(self._name)

    def _compile(self):
        queryset = self._build(**self._placeholders)
        compiled, self._using = Compiled(queryset), queryset.db
        names = {value: name for name, value in self._placeholders.items()}
        self._params = [(names.get(value), value) for value in compiled.values]
        if lost := self._placeholders.keys() - {name for name, _value in self._params}:
            raise ValueError(f"The query has no place for {', '.join(sorted(lost))}.")
        return compiled
