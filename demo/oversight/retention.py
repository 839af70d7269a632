"""Runs of the anonymising job in the last months. There is no list of destruction: records are kept
for ten years, and those of the county cover only one."""

from oversight.actions import retention

RUNS = 3


def make(county):
    """Run the job in the night of the first of each month."""
    day, firsts = county.anchor, []
    for _n in range(county.few([RUNS], 0) and RUNS or 1):
        day = _first_before(day)
        firsts.append(day)
    for first in reversed(firsts):
        retention.anonymise(at=county.moment(first, 3, 3))


def _first_before(day):
    """Return the latest first of a month before this day."""
    if day.day > 1:
        return day.replace(day=1)
    return day.replace(year=day.year - (day.month == 1), month=(day.month - 2) % 12 + 1)
