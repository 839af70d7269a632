"""Lookups as a person sees them, with SQL that is built once."""

from collections.abc import Callable
from functools import wraps

from django.db.models import BigAutoField
from django.http import Http404

from portal.records.kept import kept
from portal.tools.prepared import Compiled, Statement, among, equal

_HIGHEST = BigAutoField.MAX_BIGINT
# The first compiled query of each lookup, whose columns the others share.
_FIRST: dict[Callable, Compiled] = {}
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


def seen_all(build: Callable) -> Callable:
    """Turns `build(user)` into a function `(user)` that returns its records as a list."""

    def made(user):
        return Compiled(build(user)).sharing(_FIRST, build)

    @wraps(build)
    def rows(user):
        return (kept((build,), user, made) or made(user)).rows()

    return rows


def seen_by(column: str) -> Callable[[Callable], Callable]:
    """Turns `build(user)` into a function `(user, key)` that returns, as a list, those of its
    records whose column has this value."""

    def decorate(build):
        def made(user):
            compiled = Compiled(build(user).filter(equal(column, "key")))
            return compiled.sharing(_FIRST, build)

        @wraps(build)
        def rows(user, key):
            return (kept((build,), user, made) or made(user)).keyed_rows(key=key)

        return rows

    return decorate


def seen_among(column: str) -> Callable[[Callable], Callable]:
    """Turns `build(user)` into a function `(user, keys)` that returns, as a list, those of its
    records whose column has one of these values."""

    def decorate(build):
        def made(user):
            compiled = Compiled(build(user).filter(among(column, "keys")))
            return compiled.sharing(_FIRST, build)

        @wraps(build)
        def rows(user, keys):
            keys = list(keys)
            return (kept((build,), user, made) or made(user)).keyed_rows(keys=keys) if keys else []

        return rows

    return decorate


def values_of(column: str) -> Callable[[Callable], Callable]:
    """Turns `build(user)`, a queryset of values, into a function `(user, keys)` that returns those
    of its rows whose column has one of these values, as tuples."""

    def decorate(build):
        def made(user):
            return Statement(build(user).filter(among(column, "keys")))

        @wraps(build)
        def rows(user, keys):
            keys = list(keys)
            return (
                (kept((build,), user, made) or made(user)).keyed_tuples(keys=keys) if keys else []
            )

        return rows

    return decorate


def seen_values(build: Callable) -> Callable:
    """Turns `build(user)`, a queryset of values with a `Place` for each value that is given when it
    runs, into a function `(user, **named)` that returns its rows as tuples."""

    def made(user):
        return Statement(build(user))

    @wraps(build)
    def rows(user, **named):
        return (kept((build,), user, made) or made(user)).keyed_tuples(**named)

    return rows


def sees(user, model, pk):
    """Whether the person sees the record of this noun; False without a key."""

    def made(user):
        rows = model.objects.visible_to(user).filter(equal("pk", "pk")).order_by()
        return Statement(rows.values_list("pk"))

    if pk is None:
        return False
    return bool((kept(("sees", model), user, made) or made(user)).keyed_tuples(pk=pk))


def _found(build, user, pk):
    compiled = kept((build,), user, lambda bare: _compile(build, bare))
    if compiled is None:
        return list(build(user).filter(pk=pk).order_by())
    return compiled.keyed_rows(pk=pk)


def _compile(build, user):
    compiled = Compiled(build(user).filter(equal("pk", "pk")).order_by())
    return compiled.sharing(_FIRST, build)
