"""The bounds on closures cover the truth, whatever those not reached would have said."""

import random

import pytest

from oversight.closures.bounds import LEAST, CheckedSample, Reported

ROUNDS = 400


def simulated(population, drawn, share, silent, *, biased, seed):
    """Return how often the bounds cover the true share, and how often the limits of those reached
    cover the share among all who can be reached."""
    chance = random.Random(seed)
    solved, quiet = round(population * share), round(population * silent)
    units = [True] * solved + [False] * (population - solved)
    # If biased, the silent are the unsolved as far as these suffice; otherwise each round draws
    # them anew.
    mute = set(range(population - quiet, population))
    within = bounded = 0
    for _round in range(ROUNDS):
        if not biased:
            mute = set(chance.sample(range(population), quiet))
        sample = chance.sample(range(population), drawn)
        yes = sum(units[i] for i in sample if i not in mute)
        no = sum(not units[i] for i in sample if i not in mute)
        looked = CheckedSample(population, drawn, yes, no)
        bounds, verified = looked.bounds(), looked.verified()
        truth = solved / population
        bounded += bounds.low <= truth <= bounds.high
        reachable = truth if not biased else min(solved, population - quiet) / (population - quiet)
        within += verified is None or verified.low <= reachable <= verified.high
    return bounded / ROUNDS, within / ROUNDS


@pytest.mark.sampled(one_in=6)
@pytest.mark.parametrize("population", [50, 200, 1_000, 5_000])
@pytest.mark.parametrize("silent", [0, 0.1, 0.4])
@pytest.mark.parametrize("share", [0.97, 0.7])
def test_bounds_cover_whoever_is_silent(population, silent, share):
    drawn = min(59, population - 5)
    for biased in (False, True):
        seed = f"{population} {silent} {share} {biased}"
        bounded, within = simulated(population, drawn, share, silent, biased=biased, seed=seed)
        assert bounded >= 0.95
        assert within >= 0.95


def test_a_full_count_is_certain_and_a_draw_is_not():
    full = CheckedSample(40, 40, 30, 10)
    assert full.verified().is_certain and full.bounds().is_certain
    assert full.verified().low == full.verified().high == 0.75
    assert (full.bounds().low, full.bounds().high) == (0.75, 0.75)
    # All were drawn, but four did not answer: the bounds are certain, the share of the others not.
    silent = CheckedSample(40, 40, 30, 6)
    assert silent.bounds().is_certain and not silent.verified().is_certain
    assert (silent.bounds().low, silent.bounds().high) == (0.75, 0.85)
    drawn = CheckedSample(400, 40, 30, 10)
    assert not drawn.bounds().is_certain
    assert drawn.bounds().low < 0.75 < drawn.bounds().high


def test_the_bounds_are_wider_than_the_silent_alone():
    looked = CheckedSample(1_000, 100, 70, 10)
    bounds, verified = looked.bounds(), looked.verified()
    assert (bounds.low_value, bounds.high_value) == (0.7, 0.9)
    assert bounds.low < 0.7 and bounds.high > 0.9
    assert (verified.value, verified.n) == (0.875, 80)
    assert bounds.low < verified.low < verified.high < bounds.high
    assert (bounds.low_percent, bounds.high_percent) == (60, 95)


def test_little_says_nothing():
    assert not CheckedSample(500, LEAST - 1, 20, 9).is_shown
    assert CheckedSample(500, LEAST, 20, 9).is_shown
    # Not even if that is everything: it would be the figure of a single organ.
    assert not CheckedSample(12, 12, 10, 2).is_shown
    assert not CheckedSample(0, 0, 0, 0).is_shown
    assert CheckedSample(500, 40, 0, 0).verified() is None
    assert CheckedSample(500, 0, 0, 0).bounds() is None
    assert (
        CheckedSample(500, 40, 0, 0).bounds().low == 0
        and CheckedSample(500, 40, 0, 0).bounds().high == 1
    )


def test_what_is_reported_is_counted():
    share = Reported(97, 100).share
    assert (share.percent, share.n, share.is_certain) == (97, 100, True)
    assert Reported(0, 0).share is None
    # 100 only if all were solved.
    assert Reported(999, 1_000).share.percent == 99
    assert Reported(1, 1_000).share.percent == 1
