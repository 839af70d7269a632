"""Celery and its schedule."""

import os

from celery import Celery
from celery.beat import PersistentScheduler
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class Scheduler(PersistentScheduler):
    """Survives a clock that was set back: an entry that last ran in the future would wait until
    then."""

    def setup_schedule(self):
        super().setup_schedule()
        now = self.app.now()
        for entry in self.schedule.values():
            entry.last_run_at = min(entry.last_run_at, now)


app.conf.beat_scheduler = "portal.celery:Scheduler"
app.conf.beat_schedule = {
    "seal the audit": {"task": "portal.tasks.seal_audit", "schedule": 5},
    "take up jobs whose worker died": {"task": "portal.tasks.requeue_lapsed_jobs", "schedule": 15},
    "say that a worker is alive": {"task": "portal.tasks.beat_heart", "schedule": 15},
    "roll up figures": {"task": "portal.tasks.roll_up_figures", "schedule": 20},
    # The door has no broker and cannot queue tasks. The next run replaces an expired one.
    "take over what came by the villager's door": {
        "task": "outreach.tasks.take_over_door_messages",
        "schedule": 3,
        "options": {"expires": 10},
    },
    "take over what units said by their links": {
        "task": "evaluation.tasks.take_over_unit_letters",
        "schedule": 5,
        "options": {"expires": 10},
    },
    # Once a day after the last slips: finer times would reveal who voted when.
    "note the turnout of polls": {
        "task": "evaluation.tasks.note_turnout",
        "schedule": crontab(hour=22, minute=40),
    },
    "throw away expired files": {"task": "portal.tasks.expire_jobs", "schedule": crontab(minute=7)},
    "remind in the morning": {"task": "portal.tasks.remind", "schedule": crontab(hour=8, minute=5)},
    # Not at night: it would use up the day's only message.
    "remind of urgent matters": {
        "task": "portal.tasks.remind",
        "schedule": crontab(hour="9-20", minute=5),
        "kwargs": {"urgent_only": True},
    },
    "send what waits": {"task": "portal.tasks.send_deliveries", "schedule": 60},
    "make the monthly sheets whose day has come": {
        "task": "portal.tasks.make_scheduled_exports",
        "schedule": crontab(minute=20),
    },
    "draw the call-back sample": {
        "task": "outreach.tasks.draw_call_back_sample",
        "schedule": crontab(hour=2, minute=30),
    },
    "take calls back from who has no role any more": {
        "task": "outreach.tasks.take_back_calls",
        "schedule": crontab(hour=0, minute=10),
    },
    "take down public lists whose last day is over": {
        "task": "outreach.tasks.drop_ended_lists",
        "schedule": crontab(hour=0, minute=5),
    },
    "forget wrong query codes": {
        "task": "outreach.tasks.drop_old_door_tries",
        "schedule": crontab(hour=2, minute=50),
    },
    "throw away old drafts": {
        "task": "outreach.tasks.drop_old_drafts",
        "schedule": crontab(hour=2, minute=40),
    },
}
