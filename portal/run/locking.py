"""One way to lock rows and to read them again. No domain here.

An action locks before it asks the rule, so that of two people the second reads what the first did.
Several rows are always locked in the same order: what others hang on before what hangs on it (the
cycle before its pool, the batch before its place), and rows of one kind by their primary key.
"""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _


def locked(row, *related, no_key=False, **above):
    """The row as it is now, held until the transaction ends, with its `related` rows joined.

    `no_key`: whoever only writes a record that names this row does not wait. `above` are rows that
    were locked before it, under the name by which it reads them:
    `locked(place, batch=locked(place.batch))`.
    """
    rows = row._meta.model.objects.filter(pk=row.pk)
    rows = rows.select_related(*related) if related else rows
    found = locked_one(rows, no_key=no_key)
    if not all(_is_joined(found, name.partition("__")[0]) for name in related):
        found = locked_one(rows, no_key=no_key)
    for name, held in above.items():
        setattr(found, name, held)
    return found


def _is_joined(row, name):
    """False where a row that was waited for was given another one of this name meanwhile."""
    return getattr(row, f"{name}_id") is None or getattr(row, name) is not None


def locked_one(rows, *, no_key=False):
    """The only row of a queryset. It was taken away meanwhile where there is none."""
    # A row that was waited for is joined as it was before, and not found where it was given other
    # related rows meanwhile: asked a second time, the database joins it as it is.
    found = locked_or_none(rows, no_key=no_key) or locked_or_none(rows, no_key=no_key)
    if found is None:
        raise ValidationError(_("This was taken away meanwhile."))
    return found


def locked_or_none(rows, *, no_key=False):
    """The first row of a queryset, None where there is none."""
    return rows.select_for_update(of=("self",), no_key=no_key).first()


def locked_many(rows, *, no_key=False):
    """A list of all rows, locked in the order in which everybody locks them."""
    return list(rows.select_for_update(of=("self",), no_key=no_key).order_by("pk"))


def free(rows):
    """Only the rows that nobody holds, for workers that share a queue."""
    return rows.select_for_update(of=("self",), skip_locked=True)


def lock_name(name):
    """Until the transaction ends, who locks the same name waits: for what is no row yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def lock_table(model):
    """One at a time changes a table as a whole: two moves in a tree could close a circle."""
    lock_name(model._meta.db_table)
