"""Rows are saved, and what the database refuses is said in the words of its constraints."""

from django.db import IntegrityError, transaction


def change(row, **facts):
    """Set these facts of a row, and save them alone."""
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=[*facts])


def keep(row, *, fields=None, exclude=(), **facts):
    """Check what a row says and save it; given `facts`, these are set and saved alone, otherwise
    with `fields` those that were set before.

    The database judges keys, unique values and constraints when the row comes, so they are not
    asked for one by one before; only of a row that it refuses, for the sentence to say.
    """
    for name, value in facts.items():
        setattr(row, name, value)
    row.clean_fields(exclude={*_settled(row), *exclude})
    row.clean()
    try:
        with transaction.atomic():
            row.save(update_fields=[*facts] or fields)
    except IntegrityError:
        row.validate_unique()
        row.validate_constraints()
        raise


def _settled(row):
    """What is empty and may be, and relations that are set."""
    return {
        field.name
        for field in row._meta.fields
        if (field.null if getattr(row, field.attname) is None else field.is_relation)
    }
