"""Whether a database of an earlier version can be upgraded.

Squashed migrations are gone; only the version before can still apply them one by one.
"""

from django.core.management import CommandError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def folded():
    """{migration: the migrations that it replaces and whose files are gone}."""
    there = MigrationLoader(None).disk_migrations
    replaced = {key: set(one.replaces) - set(there) for key, one in there.items()}
    return {key: gone for key, gone in replaced.items() if gone}


def lacking(applied):
    """["app.name"] of replaced migrations that this database lacks while it has others of them."""
    return sorted(
        ".".join(one)
        for key, gone in folded().items()
        if key not in applied and not gone.isdisjoint(applied)
        for one in gone.difference(applied)
    )


def refuse_half_way(connection):
    """Raises CommandError for a database that has only some of the replaced migrations."""
    if missing := lacking(set(MigrationRecorder(connection).applied_migrations())):
        raise CommandError(
            f"This database was made before 0.1 and lacks {missing[0]}. Check out the commit that"
            " CHANGELOG.md names under 0.1, start that once with make run, and come back."
        )
