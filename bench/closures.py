"""How often the bounds on the truth of closures contain it, in per cent, in the worst case.

python -m bench closures      populations of 50 to 5,000, of which 0 to 40 % cannot be reached

Nothing is drawn: the probabilities of all possible draws are added up, so the figure has no noise.
Those not reached are random, or the solved ones first, or the unsolved ones first, or like the
others. tests/oversight/test_bounds.py has a short simulation.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import exp, lgamma

from oversight.closures import bounds
from oversight.closures.bounds import LEVEL, CheckedSample

POPULATIONS = (50, 100, 200, 500, 1_000, 5_000)
DRAWN = (30, 59, 124)
SILENT = (0, 0.1, 0.2, 0.3, 0.4)
SOLVED = (0.02, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99)
# Smaller probabilities do not change any digit that is shown.
NOTHING = 1e-13
# Tolerance for a limit and a share that differ only in the last bit.
NEAR = 1e-12


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at least its limit."""
    # Many draws need the same numbers.
    bounds.hypergeometric = cache(bounds.hypergeometric)
    worst = {"bounds": (1.0, ""), "verified share": (1.0, "")}
    cases = 0
    for population, drawn, silent, solved in product(POPULATIONS, DRAWN, SILENT, SOLVED):
        if drawn > population:
            continue
        for who, truth, reachable, draws in _cases(population, drawn, silent, solved):
            cases += 1
            held = {"bounds": 0.0, "verified share": 0.0}
            for chance, looked in draws:
                found = looked.bounds()
                held["bounds"] += chance * (found is None or _holds(found, truth))
                found = looked.verified()
                held["verified share"] += chance * (found is None or _holds(found, reachable))
            said = f"{drawn} of {population:,}, {solved:.0%} solved, {silent:.0%} silent: {who}"
            for name, chance in held.items():
                worst[name] = min(worst[name], (chance, said))
    print(f"{cases:,} cases")
    for name, (chance, said) in worst.items():
        print(f"{name}: {100 * chance:.2f} % at {said}")
    least = 100 * LEVEL
    return [
        (f"truth held by the {name}, % of draws, at least", round(100 * chance, 2), least, ok)
        for name, (chance, _said) in worst.items()
        for ok in [chance >= LEVEL]
    ]


def _cases(population, drawn, silent, solved) -> Iterator:
    """Yield (who is not reached, share solved, share solved of those reachable, all draws)."""
    good, quiet = round(population * solved), round(population * silent)
    reachable = population - quiet
    truth = good / population
    # Independent of the result: those reached are a simple random sample of all.
    yield "at random", truth, truth, _draws(population, drawn, reachable, population, good)
    for who, left in (
        ("the unsolved first", good - max(0, quiet - (population - good))),
        ("the solved first", max(0, good - quiet)),
        ("like the others", min(reachable, round(good * reachable / population))),
    ):
        draws = _draws(population, drawn, reachable, reachable, left)
        yield who, truth, left / reachable, draws


def _draws(population, drawn, reachable, among, good):
    """Yield (probability, result) for each number reached and solved.

    `good` of `among` are solved, and those reached are a simple random sample of `among`.
    """
    for reached in range(max(0, drawn - (population - reachable)), min(drawn, reachable) + 1):
        so_many = _chance(reached, drawn, reachable, population)
        if so_many < NOTHING:
            continue
        for solved in range(max(0, reached - (among - good)), min(reached, good) + 1):
            chance = so_many * _chance(solved, reached, good, among)
            if chance >= NOTHING:
                yield chance, CheckedSample(population, drawn, solved, reached - solved)


def _chance(k, n, hits, total):
    """Return P(k of n drawn are among the hits)."""
    ways = _log_choose(hits, k) + _log_choose(total - hits, n - k) - _log_choose(total, n)
    return exp(ways)


def _log_choose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _holds(found, truth):
    return found.low - NEAR <= truth <= found.high + NEAR


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
