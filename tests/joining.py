"""Check that no page joins records that its reader may not open.

A row may refer to a record behind the second wall that its reader does not see (`walled.NAMED`).
Fetching the record by its key works (`portal.rows.ByName`), but a join finds nothing: with
`select_related` the record is None, with an inner join the row itself is missing and counts are too
low.
"""

from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import Join

from portal.trust import wall, walled

_as_sql = SQLCompiler.as_sql


def _checked(self, *args, **kwargs):
    made = _as_sql(self, *args, **kwargs)
    if wall.current_reader()[:1].isdigit():
        assert not (found := joined(self.query)), (
            f"{found} joined for {wall.current_reader()}: {made[0]}"
        )
    return made


def joined(query):
    """The fields of walled.NAMED that a query joins."""
    joins = [
        one
        for alias, one in query.alias_map.items()
        if query.alias_refcount[alias] and isinstance(one, Join)
    ]
    names = {f"{one.join_field.model._meta.label}.{one.join_field.name}" for one in joins}
    return sorted(names & walled.NAMED.keys())


def install():
    SQLCompiler.as_sql = _checked
