"""`make calendar`: the whole demo county and the fast part of the suite, on each difficult day.

    python -m tools.calendar [DAY…]         by default, all days of tests/hard_days.py

It takes hours. The county is made on separate servers under var/calendar.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.hard_days import DAYS, JUST_AFTER_MIDNIGHT

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "calendar"
FAST = ["-m", "pytest", "-q", "-m", "not long and not browser and not slow", "--whole"]


def main(days):
    VAR.mkdir(parents=True, exist_ok=True)
    try:
        manage("migrate", "--database", "owner", "--verbosity", "0")
        failed = [day for day in days if not all([county(day), suite(day)])]
    finally:
        run("-m", "portal.run.embedded", "stop", str(VAR))
    print(f"Failed on: {', '.join(failed)}" if failed else f"All {len(days)} days are green.")
    return bool(failed)


def county(day):
    on = day[:10]
    made = manage("seed_demo", "--on", on, "--fresh", "--verbosity", "0", check=False)
    return told(day, "county", made)


def suite(day):
    return told(day, "suite", run(*FAST, TEST_DAY=day))


def told(day, what, result):
    print(f"{day}  {what:7} {'ok' if result.returncode == 0 else 'FAILED'}", flush=True)
    return result.returncode == 0


def manage(*words, check=True):
    # Deleted at the end, so it need not survive a power cut.
    return run("manage.py", *words, check=check, PORTAL_VAR=str(VAR), PORTAL_DURABLE="no")


def run(*words, check=False, **more):
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=os.environ | more, check=check)


if __name__ == "__main__":
    everything = [*DAYS.values(), JUST_AFTER_MIDNIGHT, time.strftime("%F")]
    sys.exit(main(sys.argv[1:] or everything))
