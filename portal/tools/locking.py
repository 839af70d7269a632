"""One way to lock rows and re-read them. No domain here.

An action locks before it checks the rule, so the second of two people sees what the first did. Rows
are always locked in the same order: parents before children (the cycle before its pool, the batch
before its place), and rows of one model by primary key.
"""

from functools import cache

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext as _

from portal.tools.prepared import Compiled, equal


def locked(row, *related, no_key=False, **above):
    """Lock and reload the row until the transaction ends, with its `related` rows joined.

    With `no_key`, inserts of rows that refer to this one do not wait. `above` are rows that were
    already locked, by the attribute that leads to them: `locked(place, batch=locked(place.batch))`.
    """
    found = _locked(row, related, no_key)
    if not all(_is_joined(found, name.partition("__")[0]) for name in related):
        found = _locked(row, related, no_key)
    for name, held in above.items():
        setattr(found, name, held)
    return found


def _locked(row, related, no_key):
    compiled = _lock_of(row._meta.model, related, no_key)
    if connection.get_autocommit():
        raise TransactionManagementError("A lock outside of a transaction ends at once.")
    return _first_of(lambda: next(iter(compiled.rows(pk=row.pk)), None))


@cache
def _lock_of(model, related, no_key):
    """Compile the lock once: building its SQL takes ten times as long as locking, and every act
    does it."""
    rows = model.objects.filter(equal("pk", "pk")).order_by()
    rows = rows.select_related(*related) if related else rows
    return Compiled(rows.select_for_update(of=("self",), no_key=no_key))


def _is_joined(row, name):
    """Return False if the related row of this name changed while the lock waited."""
    return getattr(row, f"{name}_id") is None or getattr(row, name) is not None


def locked_one(rows, *, no_key=False):
    """Lock and return the only row of a queryset; raise ValidationError if it has been deleted."""
    return _first_of(lambda: locked_or_none(rows, no_key=no_key))


def _first_of(look):
    # After a wait the database still joins the old related rows, and finds nothing if they have
    # changed; a second query joins the current ones.
    found = look() or look()
    if found is None:
        raise ValidationError(_("This has been deleted in the meantime."))
    return found


def locked_or_none(rows, *, no_key=False):
    """Lock and return the first row of a queryset, or None."""
    return rows.select_for_update(of=("self",), no_key=no_key).first()


def locked_many(rows, *, no_key=False):
    """Lock all rows in the order of their primary keys, and return them as a list."""
    return list(rows.select_for_update(of=("self",), no_key=no_key).order_by("pk"))


def free(rows):
    """Skip locked rows, for workers that share a queue."""
    return rows.select_for_update(of=("self",), skip_locked=True)


def lock_name(name):
    """Lock a name until the transaction ends, for things without a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def lock_table(model):
    """Lock a whole table for changes: two concurrent moves in a tree could form a cycle."""
    lock_name(model._meta.db_table)
