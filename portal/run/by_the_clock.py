"""Daily work that must not be missed: runs are recorded in the audit, and missed ones are repeated.

Beat sends a day's work to the broker once. If the broker loses the message or the worker is killed,
the work would be missing until the next day. So a task marked `noted` adds an audit entry when it
ends, and a sweep sends tasks without one again.

A `noted` task must be idempotent: everything but its entry may already be done.
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
# Daily or monthly work is due at least this often, in days.
LONGEST = 32


@dataclass(frozen=True)
class Noted:
    """A task that records its runs. With `until` (an hour) it is not made up for after that hour of
    its own day."""

    until: int | None
    takes_day: bool


NOTED: dict[str, Noted] = {}


def noted(*, until=None, unless=""):
    """Mark a task, below `shared_task`, to record when it ends, unless the argument named `unless`
    is set, with which it does only part of the day's work."""

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
    """Return [(name of the task, arguments)] of what was due some time ago and has not been done
    since.

    Only tasks that have run before count: beat starts each one for the first time, so that a new
    installation does not begin with a month of work.
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
