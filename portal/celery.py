"""Celery and its schedule."""

import os

from celery import Celery, signals
from celery.beat import PersistentScheduler
from celery.beat import Scheduler as BareScheduler
from celery.schedules import crontab
from django.conf import settings

from portal.run import kept_broker, logs
from portal.trust import wall

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
kept_broker.use()
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
logs.carry_request_ids(signals)


@signals.worker_init.connect
@signals.beat_init.connect
def _serves_nobody(**_sent):
    """Workers and beat act for no user. Work that a user requested, and that shows what the user
    may see, names that user itself (portal/sheets/ledgers.py)."""
    wall.for_process("worker")


TELL = "tell other systems of steps"


class Scheduler(PersistentScheduler):
    """Survives a clock that was set back: an entry that last ran in the future would wait until
    then."""

    def setup_schedule(self):
        super().setup_schedule()
        if not settings.WEBHOOK_HOSTS:
            self.schedule.pop(TELL, None)
        now = self.app.now()
        for entry in self.schedule.values():
            entry.last_run_at = min(entry.last_run_at, now)


# The whole schedule of the practice area: nothing is sent from there, and every night empties it.
IN_PRACTICE = (
    "seal the audit",
    "take up lapsed jobs",
    "report a living worker",
    "roll up figures",
)


class PracticeScheduler(BareScheduler):
    def setup_schedule(self):
        schedule = self.app.conf.beat_schedule
        self.merge_inplace({name: schedule[name] for name in IN_PRACTICE})


def _run(task, schedule, **more):
    return {"task": task, "schedule": schedule, **more}


app.conf.beat_scheduler = "portal.celery:Scheduler"
app.conf.beat_schedule = {
    "seal the audit": _run("portal.tasks.seal_audit", 5),
    "take up lapsed jobs": _run("portal.tasks.requeue_lapsed_jobs", 15),
    "catch up with missed work": _run(
        "portal.tasks.catch_up", crontab(minute="*/5"), options={"expires": 240}
    ),
    "report a living worker": _run("portal.tasks.beat_heart", 15),
    "roll up figures": _run("portal.tasks.roll_up_figures", 20),
    # The door has no broker and cannot queue tasks. The next run replaces an expired one.
    "take over letters of the door": _run(
        "outreach.tasks.take_over_door_messages", 3, options={"expires": 10}
    ),
    "take over letters of units": _run(
        "evaluation.tasks.take_over_unit_letters", 5, options={"expires": 10}
    ),
    # Once a day after the last slips: finer times would reveal who voted when.
    "note the turnout of polls": _run("evaluation.tasks.note_turnout", crontab(hour=22, minute=40)),
    # Before the morning's reminders, which say which tasks are behind.
    "count tasks of plans": _run("oversight.tasks.count_plans", crontab(hour=1, minute=40)),
    "throw away expired files": _run("portal.tasks.expire_jobs", crontab(minute=7)),
    "remind in the morning": _run("portal.tasks.remind", crontab(hour=8, minute=5)),
    # Not at night: it would use up the day's only message.
    "remind of urgent matters": _run(
        "portal.tasks.remind", crontab(hour="9-20", minute=5), kwargs={"urgent_only": True}
    ),
    "send deliveries": _run("portal.tasks.send_deliveries", 60),
    "make due monthly sheets": _run("portal.tasks.make_scheduled_exports", crontab(minute=20)),
    "draw the call-back sample": _run(
        "outreach.tasks.draw_call_back_sample", crontab(hour=2, minute=30)
    ),
    "take back calls without a caller": _run(
        "outreach.tasks.take_back_calls", crontab(hour=0, minute=10)
    ),
    "forget what stood before moves": _run(
        "outreach.tasks.forget_before", crontab(hour=0, minute=20)
    ),
    "forget what stood before steps": _run(
        "portal.tasks.forget_before", crontab(hour=0, minute=25)
    ),
    "end accounts of who has left": _run("portal.tasks.end_accounts", crontab(hour=0, minute=15)),
    "forget ended sessions": _run("portal.tasks.forget_sessions", crontab(hour=0, minute=30)),
    "take down ended public lists": _run(
        "outreach.tasks.drop_ended_lists", crontab(hour=0, minute=5)
    ),
    "forget wrong query codes": _run(
        "outreach.tasks.drop_old_door_tries", crontab(hour=2, minute=50)
    ),
    "anonymise what is kept too long": _run(
        "oversight.tasks.anonymise", crontab(day_of_month=1, hour=3, minute=10)
    ),
    "try entries of phones again": _run("sync.tasks.try_again", crontab(minute=35)),
    "tidy up entries of phones": _run("sync.tasks.tidy", crontab(hour=2, minute=45)),
    TELL: _run("api.tasks.tell_of_steps", 10, options={"expires": 30}),
    "forget answers and messages": _run("api.tasks.forget", crontab(hour=2, minute=55)),
    "throw away old drafts": _run("outreach.tasks.drop_old_drafts", crontab(hour=2, minute=40)),
}
if settings.CELL:
    app.conf.beat_schedule["fold totals for the nation"] = _run(
        "nation.tasks.fold", 2, options={"expires": 4}
    )
    # Codes of places may have changed without any change in the figures.
    app.conf.beat_schedule["fold all totals for the nation"] = _run(
        "nation.tasks.fold_all", crontab(hour=3, minute=30)
    )
