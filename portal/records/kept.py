"""What is put together for a person without a query, kept by everything that decides it.

What a person sees depends on who they are, their grants, the day, the norms, the working days and
the language. With these as the key, SQL and filter fields are kept; rows and decisions are not.
"""

from collections import OrderedDict
from collections.abc import Callable

from django.db import connection
from django.utils.translation import get_language

from portal import parameters
from portal.days import workdays

KEPT = 1_000
# The value of something that queries the database while it is put together.
_NEVER = object()
_KEPT: OrderedDict[tuple, object] = OrderedDict()


def print_of(user):
    """Everything that decides what this person sees, as a value to compare.

    Read once per user object, as the grants are.
    """
    read_for, grants = (get_language(), user.today), user.grants_today()
    known = user.__dict__.get("_print")
    if known is None or known[0] != read_for or known[1] is not grants:
        norms = parameters.in_force(user.today)
        seen = (*read_for, user.pk, user.grants_print(), norms, workdays.known())
        known = user._print = (read_for, grants, seen)
    return known[2]


def kept(name: tuple, user, build: Callable):
    """`build(user)`, called once for each name and `print_of` a person, who comes with nothing
    loaded. None if it queries the database or returns nothing.
    """
    key = (*name, *print_of(user))
    if key not in _KEPT:
        _KEPT[key] = _built(build, user.bare())
        while len(_KEPT) > KEPT:
            _KEPT.popitem(last=False)
    _KEPT.move_to_end(key)
    found = _KEPT[key]
    return None if found is _NEVER else found


def _built(build, user):
    asked = []

    def note(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        built = build(user)
    return _NEVER if asked else built
