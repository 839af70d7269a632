"""Means, totals, shares and ratios with their Taylor-linearised variances and limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.estimates import limits
from portal.estimates.design import Design, Group
from portal.estimates.quantiles import t_quantile

# With fewer villages an interval would be unreliable.
LEAST_VILLAGES = 8
LEVEL = 0.95

# None: no answer, or not of the part of the population that is asked about.
Values = Sequence[float | None]
# (value, standard error, degrees of freedom, answers, villages) → (low, high)
Limits = Callable[[float, float, int, int, int], tuple[float, float]]


class Note(TextChoices):
    """Why there is no interval."""

    NO_ANSWER = "no_answer", _("No answer")
    SYSTEMATIC = "systematic", _("Systematic draw: no unbiased variance")
    SINGLE = "single", _("Only one drawn in a stratum or village: variance not known")
    FEW_VILLAGES = "few_villages", _("Too few villages in the sample; for reference only")


@dataclass(frozen=True)
class Estimate:
    """`n` answers of `villages` villages represent `weights` units. Unknown values are None."""

    value: float | None
    n: int
    villages: int
    weights: float
    se: float | None = None
    df: int = 0
    low: float | None = None
    high: float | None = None
    design_effect: float | None = None
    note: Note | None = None


def total(design: Design, values: Values) -> Estimate:
    """Estimate a total for those who answer; nonresponse is not imputed."""
    value = sum(
        one.weight * one.count * value
        for one, value in zip(design.asked, values, strict=True)
        if value is not None
    )
    return _estimate(design, value, values, 1.0, _by_t)


def mean(design: Design, values: Values) -> Estimate:
    return _ratio(design, values, [1.0] * len(values), _by_t)


def share(design: Design, flags: Sequence[bool | None]) -> Estimate:
    """Hypergeometric limits for a simple draw, Korn and Graubard's for any other."""
    population = design.population
    hits = sum(one.count for one, flag in zip(design.asked, flags, strict=True) if flag)

    def find(value: float, se: float, df: int, n: int, villages: int) -> tuple[float, float]:
        if population is not None:
            return limits.hypergeometric(hits, n, population, LEVEL)
        return limits.korn_graubard(value, se, df, n, villages or n, LEVEL)

    values = [None if flag is None else float(flag) for flag in flags]
    return _ratio(design, values, [1.0] * len(values), find)


def ratio(design: Design, numerators: Values, denominators: Values) -> Estimate:
    """Estimate the total of the numerators divided by that of the denominators."""
    return _ratio(design, numerators, denominators, _by_t)


def _ratio(design: Design, numerators: Values, denominators: Values, find: Limits) -> Estimate:
    above = below = 0.0
    for one, a, b in zip(design.asked, numerators, denominators, strict=True):
        if a is not None and b is not None:
            above += one.weight * one.count * a
            below += one.weight * one.count * b
    if not below:
        return Estimate(None, 0, 0, 0.0, note=Note.NO_ANSWER)
    value = above / below
    rests = [
        None if a is None or b is None else a - value * b
        for a, b in zip(numerators, denominators, strict=True)
    ]
    return _estimate(design, value, rests, below, find)


def _estimate(design: Design, value: float, rests: Values, below: float, find: Limits) -> Estimate:
    """Build an estimate whose error is the sum of weight × rest ÷ `below`; a rest of None is
    nonresponse."""
    n, weights, simple = _under_a_simple_draw(design, rests)
    answering = [units for groups in design.groups.values() if (units := _units(groups, rests))]
    villages = sum(answering) if design.has_villages else 0
    known = Estimate(value, n, villages, weights, df=sum(answering) - len(answering))
    if not n:
        return replace(known, value=None, df=0, note=Note.NO_ANSWER)
    if design.is_systematic:
        return replace(known, note=Note.SYSTEMATIC)
    scores = [
        0.0 if rest is None else one.weight * rest / below
        for one, rest in zip(design.asked, rests, strict=True)
    ]
    variance = variance_of(design, scores)
    if variance is None or known.df < 1:
        return replace(known, note=Note.SINGLE)
    known = replace(
        known,
        se=sqrt(variance),
        design_effect=variance / (simple * (weights / below) ** 2) if simple else None,
    )
    if design.has_villages and villages < LEAST_VILLAGES:
        return replace(known, note=Note.FEW_VILLAGES)
    low, high = find(value, sqrt(variance), known.df, n, villages)
    return replace(known, low=low, high=high)


def variance_of(design: Design, scores: Sequence[float]) -> float | None:
    """The variance of the sum of scores: between first-stage units, and within villages where the
    first stage counts as without replacement. None if one unit alone was drawn somewhere."""
    asked, summed = design.asked, 0.0
    for stratum, groups in design.groups.items():
        units = design.units.get(stratum)
        fraction = sum(group.units for group in groups) / units if units else 0.0
        parts = [
            (sum(asked[at].count * scores[at] for at in group.rows) / group.units, group.units)
            for group in groups
        ]
        between = _spread(parts, fraction)
        if between is None:
            return None
        summed += between
        if not (design.households and fraction):
            continue
        for group in groups:
            parts = [(scores[at], asked[at].count) for at in group.rows]
            there = design.households[asked[group.rows[0]].village]
            within = _spread(parts, sum(count for _score, count in parts) / there)
            if within is None:
                return None
            summed += fraction * within
    return summed


def _spread(parts: list[tuple[float, int]], fraction: float) -> float | None:
    """The variance of the sum of parts (score, how many) drawn as this fraction of all."""
    if fraction >= 1:
        return 0.0
    n = sum(count for _score, count in parts)
    if n < 2:
        return None
    middle = sum(score * count for score, count in parts) / n
    squares = sum(count * (score - middle) ** 2 for score, count in parts)
    return (1 - fraction) * n / (n - 1) * squares


def _under_a_simple_draw(design: Design, rests: Values) -> tuple[int, float, float | None]:
    """Return the number of answers, their weights, and the variance of the mean rest under simple
    sampling without replacement of the same size."""
    n, weights, weighted, squares = 0, 0.0, 0.0, 0.0
    for one, rest in zip(design.asked, rests, strict=True):
        if rest is not None:
            n += one.count
            weights += one.weight * one.count
            weighted += one.weight * one.count * rest
    if n < 2 or weights <= n:
        return n, weights, None
    middle = weighted / weights
    for one, rest in zip(design.asked, rests, strict=True):
        if rest is not None:
            squares += one.weight * one.count * (rest - middle) ** 2
    return n, weights, squares / weights / (n - 1) * (1 - n / weights)


def _units(groups: Sequence[Group], rests: Values) -> int:
    """Count the first-stage units with an answer."""
    return sum(group.units for group in groups if any(rests[at] is not None for at in group.rows))


def _by_t(value: float, se: float, df: int, n: int, villages: int) -> tuple[float, float]:
    reach = t_quantile((1 + LEVEL) / 2, df) * se
    return value - reach, value + reach
