"""One record as somebody sees it, by SQL that is put together once.

What a person sees follows from who they are, their grants, the day, the norms and the working
days. With all of that as the key, the SQL of a lookup is kept: no row and no decision.
"""

from collections import OrderedDict
from functools import wraps
from types import SimpleNamespace

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigAutoField
from django.http import Http404
from django.utils.translation import get_language

from portal import parameters
from portal.days import workdays
from portal.pages.prepared import Compiled

# What a person without grants for a noun is told without a question.
_NOTHING = SimpleNamespace(sql="", values=[])
# A key that no record has: the place of the one that is asked for.
_PLACE = -(2**62) - 1
_HIGHEST = BigAutoField.MAX_BIGINT
KEPT = 300
_LOOKUPS: OrderedDict[tuple, "Compiled | None"] = OrderedDict()
# The first one of each lookup, whose columns the others share.
_FIRST = {}
# Every lookup there is, for the tests: what is kept must find what is made anew.
LOOKUPS = []


def seen(build):
    """Decorates `build(user)`, which returns the records of a noun that the person sees, with what
    a page needs. Makes it a function `(user, pk)` that returns the record.

    Raises Http404 where there is none or the person does not see it. A `build` that asks the
    database itself is called anew each time.
    """

    @wraps(build)
    def record(user, pk):
        found = _found(build, user, pk) if 0 < pk <= _HIGHEST else []
        if not found:
            raise Http404(f"{build.__module__}.{build.__name__} shows no record {pk}.")
        return found[0]

    LOOKUPS.append(record)
    return record


def _found(build, user, pk):
    compiled = _compiled(build, user)
    if compiled is None:
        return list(build(user).filter(pk=pk).order_by())
    values = [pk if value == _PLACE else value for value in compiled.values]
    return compiled.rows(compiled.sql, values) if compiled.sql else []


def print_of(user):
    """All that decides what this person sees, as a value to compare."""
    return (
        user.pk,
        user.today,
        user.grants_print(),
        parameters.in_force(user.today),
        workdays.known(),
    )


def _compiled(build, user):
    # A query may hold words of the reader's language.
    key = (build, get_language(), *print_of(user))
    if key not in _LOOKUPS:
        _LOOKUPS[key] = _compile(build, user.bare())
        while len(_LOOKUPS) > KEPT:
            _LOOKUPS.popitem(last=False)
    _LOOKUPS.move_to_end(key)
    return _LOOKUPS[key]


def _compile(build, user):
    """The lookup of a person with nothing loaded; None where making it asks the database."""
    asked = []

    def note(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        try:
            compiled = Compiled(build(user).filter(pk=_PLACE).order_by())
            compiled.sharing(_FIRST.setdefault(build, compiled))
        except EmptyResultSet:
            compiled = _NOTHING
    return None if asked else compiled
