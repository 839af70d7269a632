"""Querysets whose SQL is built once and run many times with different values.

Django builds the SQL of a queryset each time it is evaluated. For a statement in every request,
this takes ten times as long as the database needs to answer. PostgreSQL keeps the plan as well
(PREPARE): planning takes three times as long as executing.
"""

from functools import cached_property
from itertools import count
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.models import prefetch_related_objects
from django.db.models.query import ModelIterable
from psycopg2.extensions import AsIs

# Driver connection → names of its prepared statements.
_KEPT = WeakKeyDictionary()
_NUMBERS = count(1)
# A key that no record has: a placeholder for that of the record which is asked for.
PLACE = -(2**62) - 1
# What a compiler knows after it has built its SQL.
COPIED = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")


class Compiled:
    """The SQL of a queryset, and what Django needs to turn its rows into instances."""

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

    @cached_property
    def _converters(self):
        """From values of the database to those of fields: finding them takes longer than reading
        one row."""
        return self._compiler.get_converters([column for column, *_ in self._compiler.select])

    def sharing(self, other):
        """Itself, sharing the columns of an equal one: they take nearly all of its memory."""
        if self._columns == other._columns:
            self._queryset, self._compiler = other._queryset, other._compiler
        return self

    def rows_of(self, pk):
        """The instances of a queryset that was filtered by PLACE, for this key."""
        return self.rows(self.sql, [pk if value == PLACE else value for value in self.values])

    def rows(self, sql, values):
        """The instances for the rows of `sql`, which has the columns of the queryset."""

        def compiler_of(using, **_options):
            compiler = type(self._compiler)(queryset.query, connections[using], using)
            for name in COPIED:
                setattr(compiler, name, getattr(self._compiler, name))
            compiler.as_sql = lambda *args, **kwargs: (sql, values)
            compiler.get_converters = lambda _columns: self._converters
            return compiler

        queryset = self._queryset.all()
        queryset.query.get_compiler = compiler_of
        rows = list(ModelIterable(queryset))
        prefetch_related_objects(rows, *queryset._prefetch_related_lookups)
        return rows


class Prepared:
    """One statement that is run with different values.

    `build(**values)` returns the queryset and must not depend on its values: it is called once,
    with `placeholders`, for each name a value that occurs nowhere else in the query. The SQL is
    kept, rows are not.
    """

    def __init__(self, build, **placeholders):
        self._build, self._placeholders = build, placeholders
        self._compiled, self._name = None, f"portal_{next(_NUMBERS)}"

    def rows(self, **values):
        """The model instances for these values, as a list."""
        compiled = self._compiled = self._compiled or self._compile()
        asked = [values[name] for name in self._placeholders]
        self._prepare(connections[self._using], compiled.sql)
        execute = f"EXECUTE {self._name} ({', '.join(['%s'] * len(asked))})"
        return compiled.rows(execute, asked)

    def _prepare(self, connection, sql):
        """Prepare once for each connection; a rollback does not undo it."""
        connection.ensure_connection()
        kept = _KEPT.setdefault(connection.connection, set())
        if self._name in kept:
            return
        places: dict = {name: AsIs(f"${n}") for n, name in enumerate(self._placeholders, start=1)}
        with connection.connection.cursor() as cursor:
            statement = f"PREPARE {self._name} AS {sql}"
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
