"""Quantiles of the beta and t distributions, and tails of the hypergeometric one."""

from collections.abc import Callable
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt

TINY = 1e-300


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    c, d = 1.0, 1 / _nonzero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1 / _nonzero(1 + term * d)
            c = _nonzero(1 + term / c)
            step *= c * d
        value *= step
        if abs(step - 1) < 1e-15:
            break
    return front * value


def beta_quantile(p: float, a: float, b: float) -> float:
    return _bisected(lambda x: beta_cdf(x, a, b) < p, 0.0, 1.0)


@lru_cache(maxsize=256)
def t_quantile(p: float, df: float) -> float:
    """Return the quantile for p ≥ 0.5."""
    # 2(1 − p) is the beta function of df/2 and 1/2 at df / (df + t²).
    x = beta_quantile(2 * (1 - p), df / 2, 0.5)
    return sqrt(df * (1 - x) / x)


def hypergeometric_upper(k: int, n: int, hits: int, total: int) -> float:
    """P(X ≥ k) for n drawn out of `total`, of which `hits` count."""
    least, most = max(0, n - (total - hits)), min(n, hits)
    if k <= least or k > most:
        return 1.0 if k <= least else 0.0
    # Sum the side where the terms decrease.
    if k * total > n * hits:
        return _tail(k, most, n, hits, total)
    return 1 - _tail(n - k + 1, n - least, n, total - hits, total)


def _tail(k: int, most: int, n: int, hits: int, total: int) -> float:
    first = _log_choose(hits, k) + _log_choose(total - hits, n - k) - _log_choose(total, n)
    term = summed = 1.0
    for x in range(k, most):
        term *= (hits - x) * (n - x) / ((x + 1) * (total - hits - n + x + 1))
        summed += term
        if term < summed * 1e-17:
            break
    return exp(first) * summed


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _nonzero(value: float) -> float:
    return value if abs(value) > TINY else TINY


def _bisected(is_below: Callable[[float], bool], low: float, high: float) -> float:
    while True:
        middle = (low + high) / 2
        if middle in (low, high) or high - low < 1e-15 * middle:
            return middle
        if is_below(middle):
            low = middle
        else:
            high = middle
