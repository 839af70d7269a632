"""Migration operations that are grouped give the same tables as one by one."""

import pytest
from django.core.management import call_command
from django.db import migrations, models

from portal.migrations import _together
from portal.migrations._together import Together
from portal.run import backup
from tests.conftest import WORKER, _close, _point_at, _run, migrated_template

NUMBER = models.IntegerField()


def add(name, table="visit"):
    return migrations.AddField(table, name, NUMBER)


def alter(name, table="visit"):
    return migrations.AlterField(table, name, NUMBER)


def create(table):
    return migrations.CreateModel(table, [("id", models.BigAutoField(primary_key=True))])


def shape(*operations):
    """Return the sizes of the groups."""
    return [
        len(one.operations) if isinstance(one, Together) else 1
        for one in _together._grouped(operations)
    ]


def test_what_follows_each_other_goes_together():
    assert shape(add("one"), alter("two"), create("Step"), add("by", "step")) == [4]


def test_one_alone_stays_as_it_is():
    one = add("one")

    assert list(_together._grouped([one])) == [one]


@pytest.mark.parametrize(
    "between",
    [
        migrations.RunSQL("SELECT 1"),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.RenameField("visit", "two", "three"),
    ],
    ids=["sql", "code", "renaming"],
)
def test_others_stand_between_two_groups(between):
    assert shape(add("one"), add("two"), between, add("four"), add("five")) == [2, 1, 2]


def test_what_is_changed_twice_is_in_two_groups():
    assert shape(add("one"), add("two"), alter("two"), alter("one")) == [2, 2]


def test_what_a_group_makes_is_changed_in_the_next_one():
    assert shape(create("Step"), add("by", "step"), alter("id", "step"), add("one")) == [2, 2]


@pytest.mark.long
def test_the_tables_are_those_of_one_by_one(django_db_setup, django_db_blocker, monkeypatch):
    """Takes minutes, which grouping saves."""
    monkeypatch.setattr(_together, "_grouped", list)
    name = f"one_by_one_{WORKER}"
    _run("portal", f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    with django_db_blocker.unblock():
        try:
            _point_at(name)
            call_command("migrate", verbosity=0)
            one_by_one = schema()
            _close(name)
            _point_at(migrated_template())
            together = schema()
        finally:
            _close(migrated_template())
            _point_at(f"test_{WORKER}")
    _run("portal", f"DROP DATABASE {name}")

    assert len(one_by_one) > 10_000
    assert together == one_by_one


def schema():
    """The dump of all tables, functions and rights, line by line, without the dump's own key."""
    text = backup._run("pg_dump", "--schema-only", *backup._where())
    return [line for line in text.splitlines() if not line.startswith("\\")]
