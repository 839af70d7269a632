"""Estimates compared with published results of R, and the coverage of their limits."""

import csv
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest
from django.utils import translation

from portal.estimates import limits
from portal.estimates.design import Asked, Design
from portal.estimates.linearised import LEVEL, Note, mean, ratio, share, total
from portal.estimates.quantiles import (
    beta_cdf,
    beta_quantile,
    hypergeometric_upper,
    t_quantile,
)
from portal.sampling.drawing import draw
from portal.sampling.frame import Frame, Unit, roster
from portal.sampling.plan import Method, Plan, announce
from portal.sampling.seed import Seed

SURVEY = Path(__file__).parent / "survey"
FROZEN = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = FROZEN + timedelta(hours=1)


def schools(name):
    with (SURVEY / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


def column(rows, name):
    return [None if row[name] == "NA" else float(row[name]) for row in rows]


def stratified():
    rows = schools("apistrat")
    asked = [Asked(float(row["pw"]), row["stype"]) for row in rows]
    return rows, Design(asked, {row["stype"]: int(row["fpc"]) for row in rows})


def clustered():
    """Whole districts, of 757. The file's weights are not 757 / 15, but R uses them as given."""
    rows = schools("apiclus1")
    return rows, Design([Asked(float(row["pw"]), village=row["dnum"]) for row in rows], {"": 757})


def two_stage():
    rows = schools("apiclus2")
    drawn = Counter(row["dnum"] for row in rows)
    there = {row["dnum"]: int(row["fpc2"]) for row in rows}
    asked = [
        Asked(757 / len(drawn) * there[row["dnum"]] / drawn[row["dnum"]], village=row["dnum"])
        for row in rows
    ]
    return rows, Design(asked, {"": 757}, there)


# --- Published results ------------------------------------------------------------------------


def printed(estimate, digits):
    return f"{estimate.value:,.{digits}f}", f"{estimate.se:,.{digits}f}"


@pytest.mark.parametrize(
    ("sample", "api00", "enroll"),
    [
        (stratified, ("662.2874", "9.4089"), ("3,687,178", "114,642")),
        (clustered, ("644.1694", "23.5422"), ("3,404,940", "932,235")),
        (two_stage, ("670.8118", "30.0990"), ("2,639,273", "799,638")),
    ],
)
def test_means_and_totals_are_those_of_r(sample, api00, enroll):
    rows, design = sample()

    assert printed(mean(design, column(rows, "api00")), 4) == api00
    assert printed(total(design, column(rows, "enroll")), 0) == enroll


def test_shares_and_ratios_are_those_of_r():
    rows, design = clustered()
    found = share(design, [row["stype"] == "E" for row in rows])
    assert printed(found, 4) == ("0.7869", "0.0463")
    found = ratio(design, column(rows, "api.stu"), column(rows, "enroll"))
    assert (f"{found.value:.7f}", f"{found.se:.9f}") == ("0.8497087", "0.008386297")


def test_design_effects_are_those_of_r():
    rows, design = clustered()

    assert f"{mean(design, column(rows, 'api00')).design_effect:.4f}" == "9.3459"
    assert f"{total(design, column(rows, 'enroll')).design_effect:.3f}" == "31.311"


def test_n_villages_and_degrees_of_freedom_stand_beside_the_value():
    rows, design = two_stage()
    found = total(design, column(rows, "enroll"))

    assert (found.n, found.villages, found.df) == (120, 38, 37)
    assert found.weights == pytest.approx(
        sum(
            one.weight for one, row in zip(design.asked, rows, strict=True) if row["enroll"] != "NA"
        )
    )


# --- Designs ----------------------------------------------------------------------------------


def test_a_simple_draw_has_the_variance_of_the_textbook():
    design, values = Design.simple(5, 20), [1.0, 2.0, 4.0, 4.0, 9.0]
    found = mean(design, values)

    # s² = 9.5; (1 − 5/20) × 9.5 / 5
    assert (found.value, found.se) == (4.0, pytest.approx(1.425**0.5))
    assert found.design_effect == pytest.approx(1)
    assert found.high - 4 == pytest.approx(2.7764451 * 1.425**0.5)
    assert total(design, values).se == pytest.approx(20 * 1.425**0.5)


def test_without_the_number_of_all_the_draw_counts_as_with_replacement():
    values = [1.0, 2.0, 4.0, 4.0, 9.0]

    assert mean(Design([Asked(4)] * 5), values).se == pytest.approx((9.5 / 5) ** 0.5)


def test_of_a_census_nothing_is_uncertain():
    found = mean(Design.simple(3, 3), [1.0, 2.0, 6.0])

    assert (found.value, found.se, found.low, found.high) == (3.0, 0, 3.0, 3.0)


def test_a_part_of_the_population_is_asked_about_by_leaving_the_others_out():
    rows, design = stratified()
    values = [
        float(row["api00"]) if row["both"] == "Yes" else None for row in rows
    ]  # not a stratum
    alone = ratio(
        design,
        [value or 0.0 for value in values],
        [0.0 if value is None else 1.0 for value in values],
    )
    found = mean(design, values)

    assert found.n == sum(value is not None for value in values)
    assert (found.value, found.se) == (pytest.approx(alone.value), pytest.approx(alone.se))


def village_answers(villages, each=5, value=lambda village, n: float((village + n) % 3)):
    asked = [Asked(10, village=str(v)) for v in range(villages) for _n in range(each)]
    return Design(asked), [value(v, n) for v in range(villages) for n in range(each)]


@pytest.mark.parametrize(
    ("alone", "units", "households"),
    [
        (False, {}, {}),
        (False, {"层0": 60, "层1": 25}, {}),
        (False, {"层0": 60, "层1": 25}, {f"村{v}": 100 for v in range(20)}),
        (True, {"层0": 6_000, "层1": 2_500}, {}),
    ],
)
def test_answers_counted_together_say_the_same_as_one_by_one(alone, units, households):
    """As a database aggregates them: one row for each village and answer."""
    rng = random.Random(7)
    drawn = [
        (
            Asked(v % 3 + 5, f"层{v % 2}", "" if alone else f"村{v}"),
            rng.choice([None, 1.0, 2.0, 5.0]),
        )
        for v in range(20)
        for _n in range(30)
    ]
    counted = Counter(drawn)
    together = Design(
        [replace(one, count=n) for (one, _v), n in counted.items()], units, households
    )
    found = mean(together, [value for _one, value in counted])
    one_by_one = mean(
        Design([one for one, _value in drawn], units, households), [value for _one, value in drawn]
    )

    assert vars(found) == {key: pytest.approx(value) for key, value in vars(one_by_one).items()}


def test_under_eight_villages_there_is_no_interval():
    few, enough = mean(*village_answers(7)), mean(*village_answers(8))

    assert (few.note, few.low, few.high) == (Note.FEW_VILLAGES, None, None)
    assert few.value is not None
    assert (few.se or 0) > 0
    assert enough.note is None
    assert enough.low < enough.value < enough.high
    with translation.override("zh-hans"):
        assert str(few.note.label) == "样本村不足，仅供参考"


def test_a_village_where_nobody_answered_is_none_of_the_eight():
    design, values = village_answers(8)
    answers = [
        None if one.village == "0" else v for one, v in zip(design.asked, values, strict=True)
    ]

    assert mean(design, answers).note == Note.FEW_VILLAGES
    assert share(design, [None if v is None else v > 1 for v in answers]).note == Note.FEW_VILLAGES


def test_a_systematic_draw_claims_no_variance():
    design = Design([Asked(4)] * 5, {"": 20}, is_systematic=True)
    for found in (mean(design, [1.0, 2, 3, 4, 5]), share(design, [True, False, True, True, None])):
        assert (found.note, found.se, found.low, found.high) == (Note.SYSTEMATIC, None, None, None)
        assert found.value is not None


def test_one_alone_in_a_stratum_or_village_has_no_variance():
    alone = Design([Asked(4, "a"), Asked(4, "a"), Asked(4, "b")])
    assert mean(alone, [1.0, 2.0, 3.0]).note == Note.SINGLE

    villages = [Asked(4, village=str(v)) for v in range(10)]
    once = Design(villages, {"": 50}, {str(v): 8 for v in range(10)})
    assert mean(once, [float(v) for v in range(10)]).note == Note.SINGLE
    # One household per village is enough for the variance between villages.
    assert mean(Design(villages), [float(v) for v in range(10)]).note is None


def test_of_no_answer_nothing_is_known():
    design = Design.simple(3, 30)
    for found in (
        mean(design, [None] * 3),
        share(design, [None] * 3),
        total(design, [None] * 3),
        ratio(design, [None] * 3, [1.0] * 3),
    ):
        assert (found.value, found.n, found.note) == (None, 0, Note.NO_ANSWER)


# --- Quantiles and limits ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("df", "t"),
    [
        (1, 12.7062047362),
        (2, 4.3026527297),
        (5, 2.5705818356),
        (10, 2.2281388520),
        (30, 2.0422724563),
        (120, 1.9799304051),
    ],
)
def test_quantiles_of_t_are_those_of_the_tables(df, t):
    assert t_quantile(0.975, df) == pytest.approx(t, abs=5e-10)


def test_the_beta_function_is_a_binomial_tail():
    for a, b, x in [(2, 5, 0.3), (8, 3, 0.9), (40, 61, 0.41), (300, 12, 0.97)]:
        n, exact = a + b - 1, Fraction(x)
        tail = sum(comb(n, j) * exact**j * (1 - exact) ** (n - j) for j in range(a, n + 1))
        assert beta_cdf(x, a, b) == pytest.approx(float(tail), rel=1e-12)
        assert beta_quantile(float(tail), a, b) == pytest.approx(x, rel=1e-9)


def test_hypergeometric_tails_are_exact():
    for n, hits, units in [(10, 4, 30), (15, 28, 30), (50, 300, 1000), (5, 0, 9)]:
        for k in range(-1, n + 2):
            ways = sum(comb(hits, x) * comb(units - hits, n - x) for x in range(max(k, 0), n + 1))
            exact = float(Fraction(ways, comb(units, n)))
            assert hypergeometric_upper(k, n, hits, units) == pytest.approx(exact, abs=1e-12)


def test_hypergeometric_limits_hold_for_every_population():
    """Exact, since the probability of each answer is known."""
    n, units = 15, 60
    found = [limits.hypergeometric(k, n, units, LEVEL) for k in range(n + 1)]
    for hits in range(units + 1):
        held = sum(
            Fraction(comb(hits, k) * comb(units - hits, n - k), comb(units, n))
            for k, (low, high) in enumerate(found)
            if low - 1e-12 <= hits / units <= high + 1e-12
        )
        assert held >= 0.95


def test_korn_and_graubards_limits_are_clopper_and_pearsons_for_independent_answers():
    p, n = 0.8, 10
    low, high = limits.korn_graubard(p, (p * (1 - p) / n) ** 0.5, n - 1, n, n, LEVEL)

    assert (low, high) == (pytest.approx(0.4439045), pytest.approx(0.9747893))


def test_where_all_agree_each_village_counts_once():
    design, flags = village_answers(30, each=10, value=lambda village, n: True)
    found = share(design, flags)

    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025 ** (1 / 30))


def test_effective_answers_are_never_more_than_the_answers():
    # Each village has the same share, so there is no variance between villages.
    design, flags = village_answers(10, each=10, value=lambda village, n: n < 5)
    found = share(design, flags)

    assert found.se == pytest.approx(0, abs=1e-9)
    low, high = limits.korn_graubard(0.5, 0.0, 9, 100, 10, LEVEL)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert low == pytest.approx(0.3983, abs=1e-4)


# --- How often the limits hold the truth ------------------------------------------------------


class Villages:
    """Villages of 30 to 150 households that are more alike within than among each other."""

    def __init__(self, count, answer):
        rng = random.Random(count)
        self.answers = {}
        for n in range(count):
            ask = answer(rng)
            self.answers[f"村{n:03d}"] = [ask() for _one in range(rng.randint(30, 150))]
        self.frame = Frame.of(Unit(v, size=len(each)) for v, each in self.answers.items())
        everybody = [value for each in self.answers.values() for value in each]
        self.truth = sum(everybody) / len(everybody)

    def cover(self, estimate, *, villages, draws):
        """The share of draws whose limits contain the truth, with ten households in each
        village."""
        plan = Plan(Method.PARETO, {"": villages}, households=10)
        announced = announce(self.frame, plan, at=FROZEN)
        held = 0
        for n in range(draws):
            rows = draw(self.frame, announced, Seed(f"{villages} {n}", LATER)).released()
            design = Design([Asked(row.weight, row.stratum, row.village) for row in rows])
            values = [self.answers[row.village][int(row.key.split("/")[1]) - 1] for row in rows]
            found = estimate(design, values)
            held += found.low <= self.truth <= found.high
        return held / draws


def yes_or_no(share):
    """Shares of villages follow a beta distribution with an intra-class correlation of 0.1."""

    def answer(rng):
        own = rng.betavariate(share * 9, (1 - share) * 9)
        return lambda: rng.random() < own

    return answer


def marks(rng):
    own = rng.gauss(70, 6)
    return lambda: rng.gauss(own, 12)


SHARES = [0.5, 0.8, 0.97]


@pytest.mark.sampled(one_in=3)
@pytest.mark.parametrize("share_of_yes", SHARES)
def test_limits_of_shares_hold_the_truth(share_of_yes):
    population = Villages(200, yes_or_no(share_of_yes))

    assert population.cover(share, villages=20, draws=150) >= 0.92


def test_limits_of_means_hold_the_truth():
    assert 0.93 <= Villages(200, marks).cover(mean, villages=20, draws=300) <= 0.97


@pytest.mark.sampled(one_in=3)
@pytest.mark.parametrize("share_of_yes", SHARES)
def test_limits_of_a_simple_draw_hold_the_truth(share_of_yes):
    assert simple_cover(share_of_yes, draws=150) >= 0.95


def simple_cover(share_of_yes, *, draws):
    units, n = 1_500, 90
    hits = round(units * share_of_yes)
    frame = Frame.of(roster("村", units))
    announced, held = announce(frame, Plan(Method.SIMPLE, {"": n}), at=FROZEN), 0
    for number in range(draws):
        rows = draw(frame, announced, Seed(str(number), LATER)).released()
        found = share(Design.simple(n, units), [int(row.key[2:]) <= hits for row in rows])
        held += found.low <= hits / units <= found.high
    return held / draws


@pytest.mark.long
@pytest.mark.parametrize("villages", [8, 20, 40])
@pytest.mark.parametrize("share_of_yes", [0.5, 0.65, 0.8, 0.9, 0.97])
def test_limits_of_shares_hold_the_truth_over_many_draws(share_of_yes, villages):
    population = Villages(300, yes_or_no(share_of_yes))

    assert population.cover(share, villages=villages, draws=1_000) >= 0.92


@pytest.mark.long
@pytest.mark.parametrize("villages", [20, 30, 60])
def test_limits_of_means_hold_the_truth_over_many_draws(villages):
    assert 0.93 <= Villages(300, marks).cover(mean, villages=villages, draws=2_000) <= 0.97


@pytest.mark.long
@pytest.mark.parametrize("share_of_yes", [0.5, 0.65, 0.8, 0.9, 0.97])
def test_limits_of_a_simple_draw_hold_the_truth_over_many_draws(share_of_yes):
    assert simple_cover(share_of_yes, draws=2_000) >= 0.95
