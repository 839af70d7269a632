"""Whether a database made by an earlier edition can be taken over.

Migrations that were folded into one have gone: what they did one by one, only the edition before
can still do.
"""

from django.core.management import CommandError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def folded():
    """{migration: those that it stands for and that are no files any more}."""
    there = MigrationLoader(None).disk_migrations
    stands_for = {key: set(one.replaces) - set(there) for key, one in there.items()}
    return {key: gone for key, gone in stands_for.items() if gone}


def lacking(applied):
    """["app.name"] of what this database never saw, though it saw others folded with it."""
    return sorted(
        ".".join(one)
        for key, gone in folded().items()
        if key not in applied and not gone.isdisjoint(applied)
        for one in gone.difference(applied)
    )


def refuse_half_way(connection):
    """CommandError for a database that stopped among migrations that are gone."""
    if missing := lacking(set(MigrationRecorder(connection).applied_migrations())):
        raise CommandError(
            f"This database was made before 0.1 and lacks {missing[0]}. Check out the commit that"
            " CHANGELOG.md names under 0.1, start that once with make run, and come back."
        )
