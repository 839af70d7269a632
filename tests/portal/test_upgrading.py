"""A database older than the squashing of 0.1's migrations into one for each app."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from portal.management.commands import serve
from portal.models import Division
from portal.run import backup, upgrading
from tests.people import division

pytestmark = pytest.mark.each_run

FOLDED = [("portal", "0001_initial"), ("outreach", "0002_rows_open_only_when_let_in")]


def applied():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


@pytest.fixture
def before(committed):
    """As recorded at that time: every squashed migration is applied."""
    division("云川省", 1, None, "990000000000")
    with connections["owner"].cursor() as cursor:
        for (app, name), gone in upgrading.folded().items():
            cursor.execute(
                "DELETE FROM django_migrations WHERE app = %s AND name = %s", [app, name]
            )
            cursor.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", gone
            )


def half_way():
    """As a version some weeks older left it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'outreach' AND name LIKE '0020%'")


def test_each_app_has_one_migration_that_stands_for_all_before():
    assert {app for app, _name in upgrading.folded()} == {
        "portal",
        "outreach",
        "pairing",
        "evaluation",
    }
    assert set(FOLDED) <= set().union(*upgrading.folded().values())


@pytest.mark.parametrize("start", ["migrate", "run"])
def test_a_whole_database_goes_on_without_a_step(before, start):
    assert applied().isdisjoint(upgrading.folded())

    if start == "migrate":
        call_command("migrate", verbosity=0)
    else:
        serve.Command(stdout=io.StringIO()).migrate()

    assert applied() >= set(upgrading.folded())
    assert Division.objects.get().name == "云川省"


@pytest.mark.parametrize("start", ["migrate", "run"])
def test_a_database_left_half_way_is_told_what_to_do(before, start):
    half_way()

    with pytest.raises(CommandError, match=r"lacks outreach\.0020.* CHANGELOG\.md names"):
        if start == "migrate":
            call_command("migrate", verbosity=0)
        else:
            serve.Command(stdout=io.StringIO()).migrate()

    assert applied().isdisjoint(upgrading.folded())
    assert Division.objects.get().name == "云川省"


def test_a_backup_is_known_whole_and_refused_half_way(before):
    told = {"format": backup.FORMAT, "keys": backup._mark_of_keys()}
    backup._check(told | {"migrations": sorted(map(list, applied()))})

    half_way()
    with pytest.raises(backup.BackupProblem, match=r"lacks outreach\.0020"):
        backup._check(told | {"migrations": sorted(map(list, applied()))})
