"""Confidence limits of a share that also hold near 0 and 1."""

from portal.estimates.quantiles import beta_quantile, hypergeometric_upper, t_quantile


def hypergeometric(hits: int, n: int, units: int, level: float) -> tuple[float, float]:
    """Return exact limits for a simple draw of n out of `units`: all shares under which neither so
    many nor so few hits would be rare.

    With nonresponse, n counts those who answered; `units` stays, which widens the limits.
    """
    rare = (1 - level) / 2
    return _fewest(hits, n, units, rare) / units, 1 - _fewest(n - hits, n, units, rare) / units


def korn_graubard(
    value: float, se: float, df: int, n: int, groups: int, level: float
) -> tuple[float, float]:
    """Return Clopper–Pearson limits for the effective number of answers (Korn and Graubard 1998).

    If all answers agree, nothing is known of the similarity within groups: each group then counts
    as one answer. The effective number never exceeds n.
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
    """Return the smallest number of hits among all units under which `hits` or more are not
    rare."""
    low, high = hits, units - (n - hits)
    while low < high:
        middle = (low + high) // 2
        if hypergeometric_upper(hits, n, middle, units) > rare:
            high = middle
        else:
            low = middle + 1
    return low
