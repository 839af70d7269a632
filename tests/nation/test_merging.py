"""Small counts are merged upwards, and the sum stays."""

import random

import pytest

from nation.merging import above_division, above_organ, merged
from nation.wire import LEAST

COUNTY, OTHER, CITY, PROVINCE, ALL = ((code, "") for code in ("530102", "530103", "5301", "53", ""))


@pytest.mark.parametrize(
    ("own", "published"),
    [
        ({COUNTY: 5, OTHER: 9}, {COUNTY: 5, OTHER: 9}),
        # Two small counties are merged into the rest of their city.
        ({COUNTY: 2, OTHER: 3}, {CITY: 5}),
        # A single one could be computed from its city, so the smallest other is merged with it.
        ({COUNTY: 4, OTHER: 9, ("530104", ""): 8}, {OTHER: 9, CITY: 12}),
        # The city's own count already hides it.
        ({COUNTY: 4, OTHER: 9, CITY: 7}, {OTHER: 9, CITY: 11}),
        # A city that is small as a whole is merged into its province.
        ({COUNTY: 4, ("5303", ""): 3, ("530201", ""): 30}, {PROVINCE: 7, ("530201", ""): 30}),
        # A part is first merged with the other parts of its own place.
        ({("530102", "01"): 2, ("530102", "02"): 3, OTHER: 6}, {COUNTY: 5, OTHER: 6}),
        ({("530102", "01"): 2, ("530102", "02"): 7}, {COUNTY: 9}),
        # Fewer than five in all: only this fact is published.
        ({COUNTY: 4}, {ALL: None}),
        ({COUNTY: 0}, {}),
        ({}, {}),
        # A negative row is an error somewhere, and is not published either.
        ({COUNTY: -1, OTHER: 9}, {CITY: 8}),
    ],
)
def test_small_counts_go_up(own, published):
    assert merged(own, above_division) == published


def test_organs_stand_beside_each_other():
    own = {("A1", ""): 3, ("A2", ""): 8, ("A3", "x"): 9}

    assert merged(own, above_organ) == {("", ""): 11, ("A3", "x"): 9}


def test_the_sum_stays_and_nothing_small_can_be_reckoned():
    """In a thousand random trees, rows add up to the whole and none is small."""
    rng = random.Random(79)
    for _ in range(1000):
        own = {
            (f"53{rng.randint(1, 3):02}{rng.randint(1, 4):02}"[: rng.choice((4, 6, 6))], part): n
            for part in ("", "01", "02")
            for n in (rng.choice((0, 1, 2, 4, 5, 6, 40)),)
        }
        whole = sum(own.values())
        rows = merged(own, above_division)
        if 0 < whole < LEAST:
            assert rows == {ALL: None}
        else:
            assert sum(rows.values()) == whole
            assert all(n >= LEAST for n in rows.values())
