"""Sample size and number of bad items allowed in it: exact for finite populations.

A plan is valid if, with the tolerable share of bad items, at most `risk` of all samples would pass.
For a population of N the tolerable number is N × tolerable, rounded down: fewer bad items are
harder to find, so the sample is never too small. Uses no models.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, comb

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.estimates.quantiles import hypergeometric_upper

# The planner offers plans with none to three allowed misses.
MOST_ALLOWED = 3
# Above this, treat the population as infinite; binomial tails are accurate enough.
ENDLESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Choice:
    """Draw `size`; the plan passes with at most `allowed` bad ones."""

    allowed: int
    size: int
    # A complete count, so that nothing is estimated.
    is_full: bool = False


def choices(
    population: int | None, tolerable: int, risk: int, most: int = MOST_ALLOWED
) -> Iterator[Choice]:
    """Yield the plans with 0, 1, … allowed misses, up to the first that needs a complete count.

    `tolerable` and `risk` are in per cent. Raises ValidationError if they make no sense.
    """
    _check(population, tolerable, risk)
    for allowed in range(most + 1):
        size = size_for(population, tolerable, risk, allowed)
        is_full = size == population
        yield Choice(allowed, size, is_full)
        if is_full:
            return


def size_for(population: int | None, tolerable: int, risk: int, allowed: int = 0) -> int:
    """Return the smallest sample size for this number of allowed misses, or the whole population if
    no sample is enough."""
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
    # With fewer bad items than allowed misses, only a complete count is conclusive.
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
    """P(at most `allowed` of n are bad), if each is bad with probability `share`."""
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(allowed + 1))


def _check(population: int | None, tolerable: int, risk: int) -> None:
    if population is not None and population < 1:
        raise ValidationError({"population": _("There is nothing to draw from.")})
    if not 1 <= tolerable <= 50:
        raise ValidationError({"tolerable": _("Between 1 and 50 percent.")})
    if not 1 <= risk <= 20:
        raise ValidationError({"risk": _("Between 1 and 20 percent.")})


def share_of(size: int, population: int) -> int:
    """Return the share of a population covered by a sample, in whole per cent, rounded up."""
    return ceil(100 * size / population)
