"""Saves rows, and reports database errors with the messages of the constraints."""

from django.db import IntegrityError, transaction


def put(row, facts):
    """Set fields of a row without saving it."""
    for name, value in facts.items():
        setattr(row, name, value)


def put_what_differs(row, facts):
    """Set only the fields that differ; return their names."""
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    put(row, {name: facts[name] for name in changed})
    return changed


def change(row, **facts):
    """Set fields of a row, and save only them."""
    put(row, facts)
    row.save(update_fields=[*facts])


def keep(row, *, fields=None, exclude=(), **facts):
    """Validate a row and save it: only `facts` if given, only `fields` if named, else all.

    The database checks keys, unique values and constraints on saving. They are validated in Python
    only after an IntegrityError, to find the message.
    """
    put(row, facts)
    check_fields(row, exclude=exclude)
    try:
        with transaction.atomic():
            row.save(update_fields=[*facts] or fields)
    except IntegrityError:
        row.validate_unique()
        row.validate_constraints()
        raise


def check_fields(row, *, exclude=()):
    """Validate each field without querying the database, skipping relations and empty nullable
    fields."""
    settled = {
        field.name
        for field in row._meta.fields
        if (field.null if getattr(row, field.attname) is None else field.is_relation)
    }
    row.clean_fields(exclude={*settled, *exclude})
    row.clean()
