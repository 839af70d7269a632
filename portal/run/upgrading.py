"""Whether a database of an earlier version can be upgraded.

Squashed migrations are gone; only the version before can still apply them one by one. `manage.py
upgrade` refuses everything it refuses before its first change (docs/migrations.md).
"""

import os
import shutil
import time

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError
from django.db import OperationalError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

import portal
from portal.run import embedded
from portal.tools import shelf
from portal.trust import walled

# Each version, oldest first, with the last migration of each app in it (docs/releases.md). A
# database is of the newest version whose migrations it has in full.
RELEASES = {
    "0.1": {
        ("portal", "0005_jobs_with_a_page"),
        ("outreach", "0007_old_ledgers_invent_nothing"),
        ("pairing", "0003_the_recorder_of_a_contact_point"),
        ("evaluation", "0003_a_gate_of_months"),
    },
    "0.2": {
        ("portal", "0013_found_sooner"),
        ("outreach", "0014_months_taken_back"),
        ("pairing", "0006_found_sooner"),
        ("evaluation", "0005_schemes_by_staff"),
        ("research", "0003_steps_taken_back"),
        ("oversight", "0002_steps_taken_back"),
        ("neighbours", "0004_steps_taken_back"),
        ("works", "0004_steps_taken_back"),
        ("sync", "0002_fetching_needs_the_pin"),
        ("api", "0001_tokens_and_messages"),
        ("nation", "0001_totals_and_members"),
    },
}
# The oldest version that can be upgraded to this one in one step.
OLDEST = "0.1"
# A transaction open for so long holds locks that a migration would wait for.
OPEN_SECONDS = 10
# Older web nodes and workers do not declare who reads, and see no visits or matters after it.
SECOND_WALL = ("portal", "0017_second_wall")


def folded():
    """{migration: the migrations that it replaces and whose files are gone}."""
    there = MigrationLoader(None).disk_migrations
    replaced = {key: set(one.replaces) - set(there) for key, one in there.items()}
    return {key: gone for key, gone in replaced.items() if gone}


def lacking(applied):
    """Return ["app.name"] of replaced migrations missing from a database that has others of the
    same squash."""
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


def refuse_pooler(connection):
    """Raise CommandError if this connection passes a pooler: locks and settings of migrations and
    pg_dump need a session, which a pooler does not give."""
    if not settings.POOLER:
        return
    try:
        passed = passes_a_pooler(connection)
    except OperationalError as problem:
        # A pooler's answer to the time-outs in the start-up parameters.
        if "startup parameter" not in str(problem):
            raise
        passed = True
    if passed:
        raise CommandError(
            "Migrations and backups go past the pooler: DATABASE_OWNER_URL is not set or leads to"
            " the pooler as well. Let it name the PostgreSQL server itself."
        )


def passes_a_pooler(connection):
    """Return whether a pooler is in between: it signs in with a different process number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0] != connection.connection.info.backend_pid


def unknown_migrations(applied):
    """Return applied migrations that only a newer portal has."""
    on_disk = MigrationLoader(None).disk_migrations
    known = {*on_disk, *(old for one in on_disk.values() for old in one.replaces)}
    return sorted(set(applied) - known)


def version_of(applied):
    """Return the version of these tables; "" if it is older than all known ones. Between two
    versions the earlier one counts."""
    found = [name for name, last in RELEASES.items() if last <= set(applied)]
    return found[-1] if found else ""


def waiting(connection):
    """Migrations of this checkout that the database lacks, in their order."""
    loader = MigrationLoader(connection)
    plan, seen = [], set(loader.applied_migrations)
    for target in sorted(loader.graph.leaf_nodes()):
        for one in loader.graph.forwards_plan(target):
            if one not in seen:
                seen.add(one)
                plan.append(one)
    return plan


def superuser_steps(connection):
    """[(whether it is done, what holds then, what to do)] of what makes the second wall fast and
    only a superuser can do. The portal works without it (docs/adr/0084)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proleakproof FROM pg_proc"
            " WHERE oid = 'ts_match_vq(tsvector, tsquery)'::regprocedure"
        )
        [(is_leakproof,)] = cursor.fetchall()
        cursor.execute(
            "SELECT coalesce(bool_and(has_table_privilege(one.oid, table_name, 'INSERT')), false)"
            " FROM pg_roles one, unnest(%s) table_name"
            " WHERE one.rolname = %s AND one.rolbypassrls AND to_regclass(table_name) IS NOT NULL"
            " AND pg_has_role(%s, one.oid, 'SET')",
            [list(walled.TABLES), embedded.COPIER, embedded.APP],
        )
        [(is_copied,)] = cursor.fetchall()
    as_superuser = "as a superuser in this database:"
    copier = "; ".join(embedded.COPIER_MADE)
    return [
        (
            is_leakproof,
            "The search is answered by its indexes.",
            f"The search reads every row; {as_superuser} {embedded.LEAKPROOF};",
        ),
        (
            is_copied,
            "Imports are written by COPY.",
            f"Imports take a detour; {as_superuser} {copier}; then manage.py migrate.",
        ),
    ]


def _refuse_blind_nodes(connection):
    """Refuse while the running role is connected: after the second wall those nodes would see no
    rows, and count figures from nothing."""
    if SECOND_WALL not in waiting(connection):
        return
    own = connections["default"].connection
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = %s"
            " AND pid <> %s ORDER BY pid",
            [embedded.APP, own.info.backend_pid if own else 0],
        )
        pids = [str(pid) for (pid,) in cursor.fetchall()]
    if pids:
        raise CommandError(
            "For this upgrade nothing of the portal may run: what is of before it would see no"
            f" visit and no matter. Stop web, workers, beat and pooler ({embedded.APP} is still"
            f" connected: {', '.join(pids[:5])})."
        )


def refuse_wrong_path(connection, *, folder):
    """Return the version of the database; raise CommandError in one sentence, without any change,
    if an upgrade would fail or lose something."""
    refuse_pooler(connection)
    applied = set(MigrationRecorder(connection).applied_migrations())
    if not applied:
        raise CommandError(
            "This database is empty: there is nothing to upgrade. Begin with manage.py migrate, see"
            " “First installation” in docs/operations.md."
        )
    # The rows of an app that was removed stay behind and do no harm.
    if newer := unknown_migrations(one for one in applied if one[0] in apps.app_configs):
        raise CommandError(
            f"This database is of a newer portal: {'.'.join(newer[0])} is not of"
            f" {portal.__version__}. Check out the version that made it."
        )
    refuse_half_way(connection)
    version = version_of(applied)
    if not version or _older(version, OLDEST):
        raise CommandError(
            f"This database is of {version or 'a time before 0.1'}, and {portal.__version__} is"
            f" reached from {OLDEST} on: check out {OLDEST}, migrate with it, and come back."
        )
    _refuse_role(connection)
    _refuse_open_transactions(connection)
    _refuse_folder(connection, folder)
    _refuse_blind_nodes(connection)
    return version


def _older(version, than):
    order = list(RELEASES)
    return order.index(version) < order.index(than)


def _refuse_role(connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, pg_get_userbyid(relowner) FROM pg_class"
            " WHERE oid = 'django_migrations'::regclass"
        )
        here, owner = cursor.fetchone()
    if here != owner:
        raise CommandError(
            f"The tables belong to {owner}, and this is {here}: set DATABASE_OWNER_URL to the"
            f" address of {owner}."
        )


def _at_work(connection):
    """Return {transaction: (role, process)} of others that hold locks on our tables. Their queries
    and start times are hidden from the owner; their locks are not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT lock.virtualtransaction, coalesce(usename, ''), lock.pid"
            " FROM pg_locks AS lock LEFT JOIN pg_stat_activity AS session USING (pid)"
            " WHERE lock.locktype = 'relation' AND lock.granted AND lock.pid <> pg_backend_pid()"
            " AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND lock.relation IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace)"
        )
        return {transaction: (role, pid) for transaction, role, pid in cursor.fetchall()}


def _refuse_open_transactions(connection):
    """Refuse long transactions: one that stays open blocks a migration, and with it all other
    requests."""
    until = time.monotonic() + OPEN_SECONDS
    staying = _at_work(connection)
    while staying and time.monotonic() < until:
        time.sleep(0.5)
        staying = {one: who for one, who in _at_work(connection).items() if one in staying}
    if staying:
        role, pid = next(iter(staying.values()))
        raise CommandError(
            f"{role or 'Somebody'} has been at work in the tables for {OPEN_SECONDS} s (process"
            f" {pid}): wait until that ends, or stop web, workers and beat first."
        )


def _refuse_folder(connection, folder):
    if folder is None:
        return
    if not folder.is_dir():
        raise CommandError(
            f"There is no folder {folder} for the backup: make it, or name another one with"
            " --backup."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandError(f"Nothing can be written to {folder}, where the backup is to go.")
    if embedded.client_program(settings.VAR_DIR, "pg_dump") is None:
        raise CommandError(
            "pg_dump is missing, and without it there is no backup: install the client programs of"
            " PostgreSQL."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    size += shelf.size_below("attachments")
    free = shutil.disk_usage(folder).free
    # The dump is smaller than the tables, but exists twice until the archive is complete.
    if free < size:
        raise CommandError(
            f"{folder} has {free >> 20} MB left, and the backup may need {size >> 20} MB: name"
            " another folder with --backup."
        )
