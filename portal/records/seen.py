"""Lookups of one record as a person sees it, with SQL that is built once.

What a person sees depends on who they are, their grants, the day, the norms and the working days.
With these as the key, the SQL of a lookup is cached; rows and decisions are not.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigAutoField
from django.http import Http404
from django.utils.translation import get_language

from portal import parameters
from portal.days import workdays
from portal.tools.prepared import PLACE, Compiled

# The lookup of a person without grants for a noun: no query at all.
_NOTHING = SimpleNamespace(sql="")
_HIGHEST = BigAutoField.MAX_BIGINT
KEPT = 300
_LOOKUPS: OrderedDict[tuple, Compiled | SimpleNamespace | None] = OrderedDict()
# The first compiled query of each lookup, whose columns the others share.
_FIRST = {}
# All lookups, for the tests: a cached one must find the same as a fresh one.
LOOKUPS = []


def seen(build: Callable) -> Callable:
    """Turns `build(user)`, which returns the records of a noun that the person sees, with all that
    a page needs, into a function `(user, pk)` that returns one record.

    Raises Http404 if there is none or the person may not see it. A `build` that queries the
    database itself is called each time.
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
    return compiled.rows_of(pk) if compiled.sql else []


def print_of(user):
    """Everything that decides what this person sees, as a value to compare."""
    norms = parameters.in_force(user.today)
    return user.pk, user.today, user.grants_print(), norms, workdays.known()


def _compiled(build, user):
    # A query may contain words in the reader's language.
    key = (build, get_language(), *print_of(user))
    if key not in _LOOKUPS:
        _LOOKUPS[key] = _compile(build, user.bare())
        while len(_LOOKUPS) > KEPT:
            _LOOKUPS.popitem(last=False)
    _LOOKUPS.move_to_end(key)
    return _LOOKUPS[key]


def _compile(build, user):
    """The lookup of a person with nothing loaded; None if building it queries the database."""
    asked = []

    def note(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        try:
            compiled = Compiled(build(user).filter(pk=PLACE).order_by())
            compiled.sharing(_FIRST.setdefault(build, compiled))
        except EmptyResultSet:
            compiled = _NOTHING
    return None if asked else compiled
