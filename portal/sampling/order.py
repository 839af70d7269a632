"""Keyed hashes as random numbers, and the orders that follow from them.

number = the first 13 hexadecimal digits of SHA-256("seed TAB kind TAB name"), a whole number below
16^13. Divided by 16^13 it is exact in a float of any language.
"""

import hashlib
import heapq
from collections.abc import Mapping

NUMBERS = 16**13
UNIT, START, RESERVE = "unit", "start", "reserve"

Before = Mapping[str, float]


def number(seed: str, kind: str, name: str) -> int:
    text = f"{seed}\t{kind}\t{name}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:13], 16)


def falls_in(seed: str, key: str, share: float) -> bool:
    """Return whether a unit is drawn, each independently with the probability `share`."""
    return number(seed, UNIT, key) < share * NUMBERS


def place(seed: str, key: str, before: float) -> float:
    """Return the unit's number in [0, 1), remembering earlier draws.

    With p the probability of having been drawn, units not drawn are uniform below 1 − p and drawn
    units above. Over both, the number is as uniform as without a memory.
    """
    uniform = number(seed, UNIT, key) / NUMBERS
    if before > 0:
        return 1 - before + before * uniform
    return uniform * (1 + before)


def simple(seed: str, keys: Mapping[str, int], before: Before, count: int) -> list[str]:
    """The first `count` keys by their numbers; equal numbers by key."""
    if before:
        numbered = ((place(seed, key, before.get(key, 0.0)), key) for key in keys)
        return [key for _number, key in heapq.nsmallest(count, numbered)]
    # The same order, by hexadecimal digits and with the prefix encoded once.
    prefix, sha256 = f"{seed}\t{UNIT}\t".encode(), hashlib.sha256
    hashed = ((sha256(prefix + key.encode()).hexdigest()[:13], key) for key in keys)
    return [key for _digits, key in heapq.nsmallest(count, hashed)]


def systematic(seed: str, stratum: str, keys: Mapping[str, int], count: int) -> list[str]:
    """Every N/n-th key from one random start, in the order of the frame."""
    start, total = number(seed, START, stratum), len(keys)
    ordered = list(keys)
    return [ordered[(start + step * NUMBERS) * total // (count * NUMBERS)] for step in range(count)]


def inclusions(sizes: Mapping[str, int], count: int) -> dict[str, float]:
    """Return the target probabilities of a draw of `count` proportional to size.

    Units that would exceed 1 are certain; the others share the rest.
    """
    certain: set[str] = set()
    while True:
        left = count - len(certain)
        total = sum(size for key, size in sizes.items() if key not in certain)
        more = {key for key in sizes if key not in certain and left * sizes[key] >= total}
        if not more:
            break
        certain |= more
    return {key: 1.0 if key in certain else left * sizes[key] / total for key in sizes}


def pareto(seed: str, sizes: Mapping[str, int], before: Before, count: int) -> list[str]:
    """Pareto sampling (Rosén 1997): return the `count` keys with the smallest ranks, in a separate
    random order, so that the first of them are a simple sample of all."""

    def rank(key: str, probability: float) -> float:
        # The odds of the number divided by the odds of the probability, as odds / (1 + odds).
        at = place(seed, key, before.get(key, 0.0))
        early, late = at * (1 - probability), (1 - at) * probability
        return early / (early + late) if early else 0.0

    ranked = ((rank(key, chance), key) for key, chance in inclusions(sizes, count).items())
    drawn = [key for _rank, key in heapq.nsmallest(count, ranked)]
    return sorted(drawn, key=lambda key: (number(seed, RESERVE, key), key))
