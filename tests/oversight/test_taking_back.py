"""The last step of a record is taken back: the previous state returns, and both steps stay."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from oversight.actions import inspections, plans
from oversight.models import Inspection, WorkPlan
from portal import tasks
from portal.celery import app
from portal.models import AuditEntry, StepBefore
from portal.pages.acts import ACTS
from portal.records import undoing
from portal.records.steps import history
from tests.day import now, today
from tests.outreach.test_batches import set_norm
from tests.oversight import planning
from tests.oversight.inspecting import Group
from tests.people import fresh


@pytest.fixture
def group(people):
    return Group(people)


def undo(name, record, by, reason="点错了"):
    acts, act = ACTS["oversight", name]
    return act.action(**{acts.keyword: record}, reason=reason, by=fresh(by), at=now())


def columns(record):
    return type(record).objects.filter(pk=record.pk).values().get()


def cancelled(group):
    one = group.approved()
    why = {"by": group.people.supervisor, "at": now(), "reason": "任务并入全面督查"}
    return one, inspections.cancel_inspection(inspection=one, **why)


def concluded(group):
    one = group.begun()
    group.checking(one)
    group.answered(one)
    before = columns(one)
    words = {"by": group.leader, "at": now(), "text": "总体属实。"}
    inspections.conclude_inspection(inspection=one, **words)
    return one, before


def test_a_step_is_taken_back_and_the_record_stands_as_before(group):
    one = group.approved()
    before = columns(one)
    why = {"by": group.people.supervisor, "at": now(), "reason": "任务并入全面督查"}
    inspections.cancel_inspection(inspection=one, **why)

    undo("take_back_inspection_step", one, group.people.supervisor)

    assert columns(one) == before
    steps = history(one)
    assert [step.move for step in steps[:2]] == ["undone", "cancelled"]
    assert (steps[0].words, steps[0].by) == ("点错了", group.people.supervisor)
    assert [step.is_taken_back for step in steps[:3]] == [False, True, False]
    entry = AuditEntry.objects.filter(event="inspection.taken_back").get()
    assert (entry.actor_id, entry.noun_id) == (group.people.supervisor.pk, one.pk)


def test_what_was_written_with_the_step_goes_and_may_be_written_again(group):
    one, before = concluded(group)

    undo("take_back_inspection_step", one, group.leader)

    assert columns(one) == before
    again = {"by": group.leader, "at": now(), "text": "基本属实。"}
    assert inspections.conclude_inspection(inspection=one, **again).conclusion == "基本属实。"


def test_what_the_leader_concluded_is_taken_back_by_nobody_else(group):
    one, _before = concluded(group)

    with pytest.raises(PermissionDenied):
        undo("take_back_inspection_step", one, group.people.supervisor)


def test_others_of_the_area_take_back_each_others_steps(group):
    one, _gone = cancelled(group)

    undo("take_back_inspection_step", one, group.checker)

    assert Inspection.objects.get(pk=one.pk).state == "approved"


def test_once_somebody_has_gone_on_it_stays(group):
    one, _before = concluded(group)
    inspections.give_feedback(inspection=one, by=group.inspector, at=now())

    with pytest.raises(PermissionDenied):
        undo("take_back_inspection_step", one, group.leader)


def test_it_is_taken_back_once(group):
    one, _gone = cancelled(group)
    undo("take_back_inspection_step", one, group.people.supervisor)

    with pytest.raises(PermissionDenied):
        undo("take_back_inspection_step", one, group.people.supervisor)


def test_a_beginning_stays_once_something_is_written_down(group):
    one = group.begun()
    group.found(one)

    with pytest.raises(PermissionDenied, match="written down|已有"):
        undo("take_back_inspection_step", one, group.inspector)


def test_after_the_hours_it_stays_and_nothing_is_kept(group):
    one, _gone = cancelled(group)
    StepBefore.objects.update(until=timezone.now() - timedelta(seconds=1))

    with pytest.raises(PermissionDenied):
        undo("take_back_inspection_step", one, group.people.supervisor)

    tasks.forget_before()
    assert not StepBefore.objects.exists()
    assert tasks.forget_before.name in {e["task"] for e in app.conf.beat_schedule.values()}


def test_with_no_hours_nothing_is_kept(group, people):
    set_norm(people, "takeback.hours", "0")
    cancelled(group)

    assert not StepBefore.objects.exists()


def test_what_stood_before_is_sealed(people):
    plan = planning.plan_of(people)
    WorkPlan.objects.filter(pk=plan.pk).update(state="heard")
    by = {"by": people.office, "at": now(), "deliberated_on": today()}
    plans.deliberate_plan(plan=WorkPlan.objects.get(pk=plan.pk), **by)

    kept = StepBefore.objects.get()

    assert "heard" not in kept.sealed
    assert undoing.last_step(plan).kept == kept.pk


def test_the_message_offers_it_and_the_page_strikes_the_step_through(client, group):
    one = group.approved()
    client.force_login(group.people.supervisor)
    address = reverse("oversight:cancel_inspection", args=[one.pk])

    answer = client.post(address, {"reason": "任务并入全面督查"}, follow=True)
    back = reverse("oversight:take_back_inspection_step", args=[one.pk])
    assert f'href="{back}"' in answer.content.decode()

    asked = client.get(back).content.decode()
    assert "两步都留在记录中" in asked
    page = client.post(back, {"reason": "点错了"}, follow=True).content.decode()
    assert 'class="taken-back"' in page
    assert "点错了" in page
