"""The one day on which the suite runs: every clock that a test reads says this day.

A Wednesday in mid-month, far from holidays, festival windows and quarter ends, from ten in the
morning on.
`TEST_DAY=2026-12-31 make test` and `make calendar` take others; TEST_DAY may also name a moment
(2026-12-31T00:00:05), in the portal's time zone.
"""

import os
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

BEGINS = datetime.fromisoformat(os.environ.get("TEST_DAY", "2026-11-11"))
if "T" not in os.environ.get("TEST_DAY", ""):
    BEGINS = BEGINS.replace(hour=10)
BEGINS = BEGINS.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = BEGINS.date()

# Seconds from the real clock to the suite's. Processes that the suite starts inherit it, so that
# all use one clock.
SHIFT = float(os.environ.setdefault("TEST_CLOCK_SHIFT", str(BEGINS.timestamp() - time.time())))


def begin():
    """Set this process's clock to the suite's; it goes on ticking."""
    time_machine.travel(time.time() + SHIFT, tick=True).start()
    time.time()  # ticking starts with the first reading


def now():
    return timezone.now()


def today():
    """The date of now(). TODAY stays; this follows a test that moves the clock, and midnight."""
    return timezone.localdate()


def in_days(n):
    return today() + timedelta(days=n)
