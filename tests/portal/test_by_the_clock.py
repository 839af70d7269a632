"""Scheduled work that was sent but not done becomes due again; finished work does not."""

from datetime import datetime, timedelta

import pytest
from celery import current_app
from celery.schedules import crontab
from django.utils import timezone

from api import tasks as api
from evaluation import tasks as evaluation
from nation import tasks as nation
from outreach import tasks as outreach
from oversight import tasks as oversight
from portal import tasks
from portal.celery import app
from portal.models import AuditEntry
from portal.run import by_the_clock
from portal.tasks import catch_up
from sync import tasks as sync

MODULES = (tasks, outreach, oversight, evaluation, sync, api, nation)
DROP, REMIND = "outreach.tasks.drop_ended_lists", "portal.tasks.remind"


def moment(hour, minute=0, *, days=0):
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, datetime.min.time())).replace(
        hour=hour, minute=minute
    )


def done(name, at):
    AuditEntry.objects.create(actor="beat", event=by_the_clock.EVENT, fields=[name], at=at)


def missed(at):
    return by_the_clock.missed(app.conf.beat_schedule, at=at)


def test_a_task_notes_that_it_has_ended(people):
    outreach.drop_ended_lists(on=f"{timezone.localdate()}")

    entry = AuditEntry.objects.get(event=by_the_clock.EVENT)
    assert (entry.fields, entry.actor) == ([DROP], "beat")


def test_reminders_of_urgent_matters_are_not_the_mornings(people, monkeypatch):
    monkeypatch.setattr(tasks.send_deliveries, "delay", lambda: None)
    tasks.remind(urgent_only=True)
    assert not AuditEntry.objects.filter(event=by_the_clock.EVENT).exists()
    tasks.remind()
    assert AuditEntry.objects.get(event=by_the_clock.EVENT).fields == [REMIND]


def test_what_failed_is_not_noted(people, monkeypatch):
    def fail(**_given):
        raise OSError("no space left")

    monkeypatch.setattr("outreach.actions.condolence.drop_ended_lists", fail)
    with pytest.raises(OSError, match="no space"):
        outreach.drop_ended_lists()
    assert not AuditEntry.objects.exists()


def test_it_is_due_again_a_while_after_its_time_until_it_is_done(db):
    done(DROP, moment(0, 6, days=-1))

    assert missed(moment(0, 4)) == []
    assert missed(moment(0, 15)) == []
    again = [(DROP, {"on": f"{timezone.localdate()}"})]
    assert missed(moment(0, 21)) == again
    assert missed(moment(23)) == again
    done(DROP, moment(0, 22))
    assert missed(moment(0, 30)) == []


def test_what_was_never_done_is_left_to_beat(db):
    assert missed(moment(12)) == []


def test_nobody_is_told_of_the_morning_in_the_evening_or_the_day_after(db):
    done(REMIND, moment(8, 6, days=-2))

    today = [(REMIND, {"on": f"{timezone.localdate()}"})]
    assert missed(moment(8, 10)) == missed(moment(7)) == []
    assert missed(moment(8, 30)) == missed(moment(17, 59)) == today
    assert missed(moment(18)) == []


def test_a_month_has_one_due_day():
    monthly = crontab(day_of_month=1, hour=3, minute=10)
    at = datetime(2026, 11, 11, 10, tzinfo=timezone.get_current_timezone())
    assert by_the_clock.last_due(monthly, at=at) == at.replace(day=1, hour=3, minute=10)
    weekly = crontab(day_of_week="sunday", hour=5, minute=0)
    assert by_the_clock.last_due(weekly, at=at) == at.replace(day=8, hour=5, minute=0)
    long_ago = crontab(day_of_month=1, month_of_year=2, hour=1, minute=0)
    assert by_the_clock.last_due(long_ago, at=at) is None


def test_all_that_beat_sends_at_most_once_a_day_is_noted():
    for module in MODULES:
        assert module.__name__
    for name, entry in app.conf.beat_schedule.items():
        when = entry["schedule"]
        is_daily = isinstance(when, crontab) and len(when.hour) == 1
        assert (entry["task"] in by_the_clock.NOTED) == is_daily or entry.get("kwargs"), name
    assert by_the_clock.NOTED[REMIND].until


def test_beat_has_it_sent_again(db, monkeypatch):
    sent = []
    monkeypatch.setattr(
        current_app._get_current_object().__class__,
        "send_task",
        lambda self, name, kwargs, expires: sent.append((name, kwargs)),
    )
    monkeypatch.setattr(
        by_the_clock, "missed", lambda schedule, at: [("a.task", {"on": "2026-11-11"})]
    )
    catch_up()
    assert sent == [("a.task", {"on": "2026-11-11"})]
