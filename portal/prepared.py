"""Querysets whose SQL is put together once and asked many times with other values.

Django builds the SQL of a queryset anew each time it is evaluated. For a statement that every
request asks, this takes ten times as long as the database needs to answer it. PostgreSQL keeps
the plan as well (PREPARE): making it takes three times as long as going by it.
"""

from itertools import count
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.models.query import ModelIterable
from psycopg2.extensions import AsIs

# Connection of the driver → names of the statements that PostgreSQL keeps for it.
_KEPT = WeakKeyDictionary()
_NUMBERS = count(1)


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
        queryset, compiled, sql, params = self._compiled
        asked = [values[name] for name in self._placeholders]
        execute = f"EXECUTE {self._name} ({', '.join(['%s'] * len(asked))})"

        def compiler_of(using, **_options):
            compiler = type(compiled)(queryset.query, connections[using], using)
            for name in (
                "select",
                "klass_info",
                "annotation_col_map",
                "col_count",
                "has_extra_select",
            ):
                setattr(compiler, name, getattr(compiled, name))
            self._prepare(connections[using], sql, params)
            compiler.as_sql = lambda *args, **kwargs: (execute, asked)
            return compiler

        queryset = queryset.all()
        queryset.query.get_compiler = compiler_of
        return list(ModelIterable(queryset))

    def _prepare(self, connection, sql, params):
        """Once for each connection; what a transaction takes back, it does not take back."""
        connection.ensure_connection()
        kept = _KEPT.setdefault(connection.connection, set())
        if self._name in kept:
            return
        places = {name: AsIs(f"${n}") for n, name in enumerate(self._placeholders, start=1)}
        with connection.connection.cursor() as cursor:
            statement = f"PREPARE {self._name} AS {sql}"
            cursor.execute(statement, [places.get(name, fixed) for name, fixed in params])
        kept.add(self._name)

    def _compile(self):
        queryset = self._build(**self._placeholders)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, values = compiler.as_sql()
        names = {value: name for name, value in self._placeholders.items()}
        params = [(names.get(value), value) for value in values]
        if lost := self._placeholders.keys() - {name for name, _value in params}:
            raise ValueError(f"The query has no place for {', '.join(sorted(lost))}.")
        return queryset, compiler, sql, params
