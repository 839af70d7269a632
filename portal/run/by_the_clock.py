"""Daily work that must not be missed: each run is noted in the audit, what was not done is due.

Beat sends a day's work to the broker once. A broker that loses the message, or a worker that is
killed while it works, would leave it undone until the next day. So a task marked `noted` leaves an
audit entry when it has ended, in the database, and a sweep sends again what has none.

A task that is `noted` is safe to run twice: it may have been done but for the entry.
"""

import inspect
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import wraps

from django.utils import timezone

from portal.models import AuditEntry
from portal.records import audit

EVENT = "clock.done"
# Longer than any of this work takes: until then it may still wait, or run.
GRACE = timedelta(minutes=15)
# The longest that daily or monthly work goes without being due.
LONGEST = 32


@dataclass(frozen=True)
class Noted:
    """A task that notes its runs. With `until` (an hour) it is not caught up with after that hour
    of its own day."""

    until: int | None
    takes_day: bool


NOTED: dict[str, Noted] = {}


def noted(*, until=None, unless=""):
    """Mark a task, below `shared_task`: note that it has ended; `unless` names an argument with
    which it is only part of the day's work."""

    def mark(function):
        name = f"{function.__module__}.{function.__name__}"
        NOTED[name] = Noted(until, "on" in inspect.signature(function).parameters)

        @wraps(function)
        def run(**given):
            function(**given)
            if not given.get(unless):
                audit.record(EVENT, by="beat", fields=[name])

        return run

    return mark


def missed(schedule, *, at):
    """[(name of the task, arguments)] of what was due some time ago and has not been done since.

    Only what was done before counts: beat does a thing for the first time, so that a new
    installation does not begin with the work of a month.
    """
    since = at - timedelta(days=LONGEST + 1)
    entries = AuditEntry.objects.filter(actor_id=None, event=EVENT, at__gte=since)
    done = {}
    for (name,), moment in entries.values_list("fields", "at").order_by("at"):
        done[name] = moment
    found = []
    for entry in schedule.values():
        name = entry["task"]
        if name not in NOTED or name not in done or entry.get("kwargs"):
            continue
        due = last_due(entry["schedule"], at=at - GRACE)
        if due is None or done[name] >= due or not _is_wanted(NOTED[name], due, at):
            continue
        found.append((name, {"on": f"{due.date()}"} if NOTED[name].takes_day else {}))
    return found


def _is_wanted(noted, due, at):
    now = timezone.localtime(at)
    return noted.until is None or (now.date() == due.date() and now.hour < noted.until)


def last_due(when, *, at):
    """The last moment up to `at` that a crontab names; None if that is long ago."""
    today = timezone.localdate(at)
    for days in range(LONGEST):
        day = today - timedelta(days=days)
        if day.day not in when.day_of_month or day.month not in when.month_of_year:
            continue
        if day.isoweekday() % 7 not in when.day_of_week:
            continue
        for hour in sorted(when.hour, reverse=True):
            for minute in sorted(when.minute, reverse=True):
                moment = timezone.make_aware(datetime.combine(day, time(hour, minute)))
                if moment <= at:
                    return timezone.localtime(moment)
    return None
