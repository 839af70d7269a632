"""How many to draw: the published tables, and the definition itself for small populations."""

from math import comb

import pytest
from django.core.exceptions import ValidationError

from oversight.inspections.planner import Choice, choices, share_of, size_for


@pytest.mark.parametrize(("tolerable", "sizes"), [(5, [59, 93, 124, 153]), (10, [29, 46, 61, 76])])
def test_sizes_of_the_audit_tables(tolerable, sizes):
    found = list(choices(None, tolerable, 5))
    assert [one.size for one in found] == sizes
    assert [one.allowed for one in found] == [0, 1, 2, 3]
    # A very large population needs no more.
    assert [one.size for one in choices(5_000_000, tolerable, 5)] == sizes


@pytest.mark.parametrize(("population", "size"), [(50, 39), (200, 51), (1_000, 57)])
def test_a_small_population_needs_fewer(population, size):
    assert size_for(population, 5, 5) == size


def passes(n, bad, population, allowed):
    good = population - bad
    ways = sum(comb(bad, k) * comb(good, n - k) for k in range(min(allowed, n) + 1))
    return ways / comb(population, n)


@pytest.mark.parametrize("population", [1, 7, 30, 61, 137])
@pytest.mark.parametrize("tolerable", [3, 5, 10, 30])
@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_it_is_the_smallest_that_holds_the_risk(population, tolerable, allowed):
    bad = population * tolerable // 100
    fits = [n for n in range(1, population) if passes(n, bad, population, allowed) <= 0.05]
    assert size_for(population, tolerable, 5, allowed) == (fits[0] if fits else population)


def test_where_no_sample_is_enough_all_are_looked_at():
    assert list(choices(12, 5, 5)) == [Choice(0, 12, is_full=True)]
    assert list(choices(1, 5, 5)) == [Choice(0, 1, is_full=True)]
    assert share_of(39, 50) == 78


@pytest.mark.parametrize(
    ("population", "tolerable", "risk"), [(0, 5, 5), (-3, 5, 5), (9, 0, 5), (9, 51, 5), (9, 5, 0)]
)
def test_bad_input_is_refused(population, tolerable, risk):
    with pytest.raises(ValidationError):
        list(choices(population, tolerable, risk))
