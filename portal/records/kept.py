"""A cache of what can be built for a user without a query, keyed by everything that decides it.

What a user sees depends on who they are, their grants, the day, the norms, the working days and the
language. With these as the key, SQL and filter fields are kept; rows and decisions are not.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection
from django.utils.translation import get_language

from portal import parameters
from portal.days import workdays
from portal.models.people import columns_of

# Some forty for each person at work; six kilobytes each.
KEPT = 4_000
# Markers for a `build` that queries the database: for the organ of the account first, or for other
# rows.
BY_ORGAN, NEVER = object(), object()
_KEPT: OrderedDict[tuple, Any] = OrderedDict()
Built = TypeVar("Built")


def cache_key_of(user):
    """Everything that decides what this person sees, as a value to compare.

    Read once per user object, as the grants are.
    """
    organ = user.loaded_organ
    read_for, grants = (get_language(), user.today, organ), user.grants_today()
    known = getattr(user, "_cache_key", None)
    if known is None or known[0] != read_for or known[1] is not grants:
        norms = parameters.in_force(user.today)
        who = (user.pk, columns_of(organ), user.grants_key())
        seen = (get_language(), user.today, *who, norms, workdays.known())
        known = user._cache_key = (read_for, grants, seen)
    return known[2]


def kept(name: tuple, user, build: Callable[[Any], Built]) -> Built | None:
    """Return `build(user)`, called once for each name and `cache_key_of(user)`, with nothing
    loaded. None if it queries the database or returns nothing.

    If it reads the organ of the account, that is loaded first and becomes part of the key.
    """
    found = _kept(name, user, build)
    if found is BY_ORGAN and user.read_organ():
        found = _kept(name, user, build)
    return None if found is NEVER or found is BY_ORGAN else found


def _kept(name, user, build):
    key = (*name, *cache_key_of(user))
    if key not in _KEPT:
        _KEPT[key] = built(build, user.bare())
        while len(_KEPT) > KEPT:
            _KEPT.popitem(last=False)
    _KEPT.move_to_end(key)
    return _KEPT[key]


def built(build, user):
    """Return `build(user)`, or a marker if it queries the database."""
    asked, had_organ = [], user.loaded_organ is not None

    def note(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        made = build(user)
    if not asked:
        return made
    return BY_ORGAN if user.loaded_organ and not had_organ else NEVER
