"""How many to draw, and how many of them may be bad: exact for finite populations.

A plan holds if at most `risk` of all draws would pass although the tolerable share is reached. For
a population of N the whole number N × tolerable, rounded down, counts as reached: the fewer there
are, the harder to find, so the sample is never too small. Knows no models.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, comb

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.estimates.quantiles import hypergeometric_upper

# Allowed misses that the planner offers: none to three.
MOST_ALLOWED = 3
# Above that a population is as good as without end, and the tails of the binomial are exact enough.
ENDLESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """Draw `size`; the plan passes with at most `allowed` bad ones."""

    allowed: int
    size: int
    # All are looked at: then nothing is estimated.
    is_full: bool = False


def choices(
    population: int | None, tolerable: int, risk: int, most: int = MOST_ALLOWED
) -> Iterator[Choice]:
    """The plans with 0, 1, … allowed misses, up to the first that has to look at all.

    `tolerable` and `risk` are percent. Raises ValidationError where they make no sense.
    """
    _check(population, tolerable, risk)
    for allowed in range(most + 1):
        size = size_for(population, tolerable, risk, allowed)
        is_full = size == population
        yield Choice(allowed, size, is_full)
        if is_full:
            return


def size_for(population: int | None, tolerable: int, risk: int, allowed: int = 0) -> int:
    """The smallest sample with so many allowed misses; the whole population if none is enough."""
    _check(population, tolerable, risk)
    if population is None or population > ENDLESS:
        return _endless(tolerable / 100, risk / 100, allowed)
    bad = population * tolerable // 100
    low, high = allowed + 1, population
    while low < high:
        middle = (low + high) // 2
        if 1 - hypergeometric_upper(allowed + 1, middle, bad, population) <= risk / 100:
            high = middle
        else:
            low = middle + 1
    # With fewer bad ones than are allowed to be seen, only a full count tells.
    return min(low, population)


def _endless(tolerable: float, risk: float, allowed: int) -> int:
    low, high = allowed + 1, allowed + 1
    while _passes(high, tolerable, allowed) > risk:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if _passes(middle, tolerable, allowed) <= risk:
            high = middle
        else:
            low = middle + 1
    return low


def _passes(n: int, share: float, allowed: int) -> float:
    """P(at most `allowed` of n are bad) where each is bad with this chance."""
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(allowed + 1))


def _check(population: int | None, tolerable: int, risk: int) -> None:
    if population is not None and population < 1:
        raise ValidationError({"population": _("There is nothing to draw from.")})
    if not 1 <= tolerable <= 50:
        raise ValidationError({"tolerable": _("Between 1 and 50 percent.")})
    if not 1 <= risk <= 20:
        raise ValidationError({"risk": _("Between 1 and 20 percent.")})


def share_of(size: int, population: int) -> int:
    """The whole percent of a population that a sample looks at, rounded up."""
    return ceil(100 * size / population)
