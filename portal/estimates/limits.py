"""Limits of a share that hold near 0 and 1 as well."""

from portal.estimates.quantiles import beta_quantile, hypergeometric_upper, t_quantile


def hypergeometric(hits: int, n: int, units: int, level: float) -> tuple[float, float]:
    """Exact limits for a simple draw of n out of `units`: all shares with which neither so many
    nor so few hits would be rare.

    If some of the drawn did not answer, n are those who did; `units` stays, which makes the limits
    wider.
    """
    rare = (1 - level) / 2
    return _fewest(hits, n, units, rare) / units, 1 - _fewest(n - hits, n, units, rare) / units


def korn_graubard(
    value: float, se: float, df: int, n: int, groups: int, level: float
) -> tuple[float, float]:
    """Clopper and Pearson's limits for the effective number of answers (Korn and Graubard 1998).

    If all say the same, nothing is known of how alike the groups are within: each then counts as
    one answer. The effective number never exceeds n.
    """
    half = (1 + level) / 2
    if value <= 0 or value >= 1:
        effective = float(groups)
    elif se == 0:
        effective = float(n)
    else:
        few = t_quantile(half, n - 1) / t_quantile(half, df)
        effective = min(float(n), value * (1 - value) / se**2 * few**2)
    hits, misses = value * effective, (1 - value) * effective
    low = 0.0 if value <= 0 else beta_quantile(1 - half, hits, misses + 1)
    high = 1.0 if value >= 1 else beta_quantile(half, hits + 1, misses)
    return low, high


def _fewest(hits: int, n: int, units: int, rare: float) -> int:
    """The fewest among all units with which so many hits, or more, are not rare."""
    low, high = hits, units - (n - hits)
    while low < high:
        middle = (low + high) // 2
        if hypergeometric_upper(hits, n, middle, units) > rare:
            high = middle
        else:
            low = middle + 1
    return low
