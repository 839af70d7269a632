"""A duty defines its holders once: reminders go to those whose to-do list contains it."""

from dataclasses import replace
from functools import partial
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from outreach.models import CondolenceRecipient, Matter
from portal.days import workdays
from portal.duties import duty as duties
from portal.duties import reminders, todo
from portal.duties.duty import Duty, Own, Reach, Told, item, oldest, register
from portal.models import Reminder, User
from portal.pages.side_list import Area
from portal.roles import Permission as P
from tests.day import TODAY
from tests.people import everybody
from tests.telling import tell

TOLD = {
    code: kind.rows.args[0]
    for code, kind in reminders.KINDS.items()
    if isinstance(kind.rows, partial)
}
# Not in any to-do list: they go to organs in a campaign, and to those who keep branches.
OF_NO_LIST = {"campaign_behind", "member_missing"}
# The demo has no such record, or nobody responsible for it.
NOBODY_IN_THE_DEMO = {
    "finding_about_me",
    "unsigned",
    "word_due",
    # Nothing is ten years old, so that no list of destruction is to be approved.
    "destruction_approve",
    # No other system is connected.
    "token_collect",
    "token_ending",
    # No export of the demo is large.
    "approve_export",
    "export_decided",
}


def told_of(told, day=TODAY):
    """Return {(id of the record, user)} of those reminded on that day."""
    sql, values = told.kind().rows(day, reminders.morning_of(day))
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"kind": told.code})
        return {(noun_id, user) for user, _noun, noun_id, *_rest in cursor.fetchall()}


def listed(whose, records):
    """Return {(id of a record, user)} of those whose list contains it."""
    return {
        (pk, user.pk)
        for user in User.objects.filter(is_active=True)
        for pk in whose.choose(records, user.acting(on=TODAY)).values_list("pk", flat=True)
    }


def of_all_records(told):
    """The same duty, for all records of the noun and on any day."""
    every = told.records(TODAY).model.objects.all()
    changes = {"only": lambda records, day, at: records, "days": lambda day: True}
    return replace(told, records=lambda day: every, until_read=False, about="pk", **changes), every


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize("code", sorted(TOLD.keys() - OF_NO_LIST))
def test_whoever_is_told_has_it_in_their_list_and_nobody_else(tiny, code):
    told, every = of_all_records(TOLD[code])

    assert told_of(told) == listed(told.whose, every)
    assert bool(told_of(told)) != (code in NOBODY_IN_THE_DEMO)


@pytest.mark.parametrize("code", ["condolence_visits", "member_missing", "overdue"])
def test_records_meet_grants_that_are_spread_over_organs_already(db, code):
    """If one join contains records, grants and the tree of organs, the planner first pairs each
    record with each holder of the permission: two minutes for 20,000 records and 1,500 hosts."""
    sql, values = TOLD[code].kind().rows(TODAY, reminders.morning_of(TODAY))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values | {"kind": code})
        ((plan,),) = cursor.fetchall()

    joined = [read for node in _nodes(plan[0]["Plan"]) if "wants" in (read := _read_by(node))]
    assert {"wants", "holds"} in joined
    assert not any("above" in read for read in joined)


def test_what_one_is_named_in_is_asked_of_each_record(people):
    """NOT IN reads all rows that name the person, which is slow if there are many."""
    approving = duties.DUTIES["approve_condolence"]
    waiting = CondolenceRecipient.objects.waiting_for_visit()

    for rows in (approving.rows(people.office), waiting):
        assert "EXISTS(SELECT" in str(rows.query)
        assert " IN (SELECT" not in str(rows.query)


def _nodes(node):
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)


def _read_by(join):
    """The common table expressions that a join reads."""
    if not join["Node Type"].endswith(("Join", "Loop")):
        return set()
    return {node["CTE Name"] for node in _nodes(join) if "CTE Name" in node}


@patch.dict(duties.DUTIES, clear=True)
@patch.dict(duties.AREAS, clear=True)
@patch.dict(reminders.KINDS, clear=True)
@patch.dict(todo._SHAPES, clear=True)
def test_one_row_is_a_duty_with_its_reminder(people):
    matter = people.matter()
    row = Duty(
        code="look",
        title="Matters to look at",
        act="Look",
        records=lambda on: Matter.objects.filter(registered_on__lte=on),
        whose=Reach(P.HOST_MATTERS) - Own("typed_by"),
        item=item("title", "place_label", due="due_on"),
        sort=oldest("due_on"),
        told=Told("Look at it", "matter", due="due_on", until_read=True),
    )
    register(Area.GOING_DOWN, row)

    hosts = {people.host.pk, people.host2.pk}
    users = [user for user in everybody() if todo.kind_for(user, "look")]
    assert {user.pk for user in users if row.rows(user).exists()} == hosts
    assert todo.counts(people.host)["look"] == 1
    (shown,) = todo.queue(people.host, size=5, kinds=[row]).rows
    act = f"{matter.get_absolute_url()}?queue=look"
    assert shown.item.what == matter.title and shown.act_url.startswith(act)

    first, second = TODAY, workdays.add_working_days(TODAY, 1)
    tell("look", day=first)
    assert set(Reminder.objects.values_list("user", flat=True)) == hosts
    assert set(Reminder.objects.values_list("noun_id", "due", "link")) == {
        (matter.pk, matter.due_on, matter.get_absolute_url())
    }
    Reminder.objects.filter(user=people.host).update(read_at=timezone.now())
    tell("look", day=second)
    again = Reminder.objects.filter(day=second)
    assert [one.user for one in again] == [people.host2]
