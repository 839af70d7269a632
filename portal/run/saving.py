"""Rows are saved, and what the database refuses is said in the words of its constraints."""

from django.db import IntegrityError, transaction


def put(row, facts):
    """Set these facts of a row, which is saved later."""
    for name, value in facts.items():
        setattr(row, name, value)


def put_what_differs(row, facts):
    """The same, but only what differs; returns the names of what has changed."""
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    put(row, {name: facts[name] for name in changed})
    return changed


def change(row, **facts):
    """Set these facts of a row, and save them alone."""
    put(row, facts)
    row.save(update_fields=[*facts])


def keep(row, *, fields=None, exclude=(), **facts):
    """Check what a row says and save it; given `facts`, these are set and saved alone, otherwise
    with `fields` those that were set before.

    The database judges keys, unique values and constraints when the row comes, so they are not
    asked for one by one before; only of a row that it refuses, for the sentence to say.
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
    """Each field by itself, without asking the database; what is empty and may be is left out."""
    settled = {
        field.name
        for field in row._meta.fields
        if (field.null if getattr(row, field.attname) is None else field.is_relation)
    }
    row.clean_fields(exclude={*settled, *exclude})
    row.clean()
