"""A morning of the province: everybody is reminded of what is due, in one message by e-mail.

python -m bench reminders      on a copy of the province, a third of its accounts with e-mail
"""

import os
import time
from datetime import timedelta

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402 (Django first)
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import clone  # noqa: E402
from portal.days import workdays  # noqa: E402
from portal.duties import reminders, sending  # noqa: E402
from portal.models import Delivery, Reminder, User  # noqa: E402
from portal.trust import crypto  # noqa: E402

LEAST_REMINDERS = 50_000
MOST_SECONDS = 60
MOST_BELL = 5.0  # ms

# Gives messages that bundle some 50,000 reminders, the number that the limit is about.
SOME_BY_MAIL = """
    INSERT INTO portal_contactchannel (user_id, channel, service, address_cipher, shown,
        code_cipher, code_failures, trouble, verified_at)
    SELECT id, 'mail', '', %s, '', '', 0, '', now() FROM portal_user WHERE id %% 3 = 0
"""
# Makes every open matter of the province due on one morning.
ALL_DUE = "UPDATE outreach_matter SET due_on = %s WHERE status NOT IN ('closed', 'suspended')"
DAY_BEFORE = "UPDATE outreach_followup SET due_on = %s WHERE answered_at IS NULL"


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    # Messages are composed and then discarded: network time is not measured.
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with clone.of_the_province(is_spent=True):
        return _measured()


def _measured():
    day = workdays.add_working_days(timezone.localdate(), 1)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(SOME_BY_MAIL, [crypto.encrypt("somebody@example.cn", sending.ADDRESS)])
        cursor.execute(ALL_DUE, [day])
        cursor.execute(DAY_BEFORE, [day - timedelta(days=1)])
        cursor.execute("ANALYZE")

    told, telling = _timed(lambda: reminders.tell(day=day, at=reminders.morning_of(day), by="x"))
    if told.reminders < LEAST_REMINDERS:
        raise AssertionError(f"Only {told.reminders} reminders; the limit speaks of 50,000.")
    sent, bundling = _timed(_send_all)
    again, repeating = _timed(lambda: reminders.tell(day=day, at=reminders.morning_of(day), by="x"))
    waiting = Delivery.objects.exclude(state=Delivery.State.SENT).count()
    if again.reminders or again.messages or waiting or sent != told.messages:
        raise AssertionError(f"Told or sent twice, or not at all: {again}, {sent}, {waiting}.")
    busiest = Reminder.objects.values_list("user", flat=True).first()
    user = User.objects.get(pk=busiest).acting(on=day)
    bell = min(_timed(lambda: reminders.unread_count(user))[1] for _n in range(20)) * 1000

    reached = Delivery.objects.values("user")
    bundled = Reminder.objects.filter(user__in=reached).count()
    if bundled < LEAST_REMINDERS:
        raise AssertionError(f"Only {bundled} reminders in messages; the limit speaks of 50,000.")
    whole = round(telling + bundling, 1)
    print(f"{told.reminders:,} reminders computed in {telling:.1f} s")
    print(f"{bundled:,} of them in {told.messages:,} messages, handed over in {bundling:.1f} s")
    print(f"the same round again, nothing told: {repeating:.1f} s")
    print(f"the bell: {bell:.1f} ms")
    return [
        (
            f"{told.reminders:,} reminders computed, {bundled:,} of them sent, s",
            whole,
            MOST_SECONDS,
            whole < MOST_SECONDS,
        ),
        ("unread reminders of the bell, ms", round(bell, 1), MOST_BELL, bell < MOST_BELL),
    ]


def _send_all():
    sent = 0
    while taken := sending.send_due(clock=timezone.now):
        sent += taken
    return sent


def _timed(work):
    began = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - began


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
