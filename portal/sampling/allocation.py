"""How many to draw in each stratum."""

import heapq
from collections.abc import Mapping
from math import sqrt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.sampling.plan import named

# Two in a stratum are the fewest from which a variance can be estimated.
LEAST = 2


def fixed(units: Mapping[str, int], count: int) -> dict[str, int]:
    """The same number in each stratum."""
    return dict.fromkeys(units, count)


def proportional(units: Mapping[str, int], count: int, *, least: int = LEAST) -> dict[str, int]:
    """In proportion to the units, by largest remainders, but `least` (or all) in each stratum."""
    floors = _floors(units, count, least)
    at_floor: set[str] = set()
    while True:
        left = count - sum(floors[stratum] for stratum in at_floor)
        total = sum(units[stratum] for stratum in units if stratum not in at_floor)
        below = {
            stratum
            for stratum in units
            if stratum not in at_floor and left * units[stratum] < floors[stratum] * total
        }
        if not below:
            break
        at_floor |= below
    given = {
        stratum: floors[stratum] if stratum in at_floor else left * size // total
        for stratum, size in units.items()
    }
    others = sorted(units.keys() - at_floor)
    by_remainder = sorted(others, key=lambda stratum: -(left * units[stratum] % total))
    for stratum in by_remainder[: count - sum(given.values())]:
        given[stratum] += 1
    return given


def optimal(
    units: Mapping[str, int],
    count: int,
    *,
    deviations: Mapping[str, float],
    costs: Mapping[str, float] | None = None,
    caps: Mapping[str, int] | None = None,
    least: int = LEAST,
) -> dict[str, int]:
    """Return the whole numbers with the smallest variance of the total (Neyman; Wright 2012).

    `deviations` are the standard deviations expected in the strata. Each further unit goes where it
    lowers the variance most (with `costs`: relative to its cost), so units that a full stratum or a
    cap cannot take go to the others. Ties go to the stratum that comes first by code point.
    """
    costs, caps = costs or {}, caps or {}
    most = {stratum: min(size, caps.get(stratum, size)) for stratum, size in units.items()}
    for stratum in units:
        facts = {"stratum": named(stratum)}
        if not deviations.get(stratum, -1) >= 0:
            words = _("%(stratum)s: the expected standard deviation is missing.")
            raise ValidationError(words % facts)
        if not costs.get(stratum, 1) > 0:
            raise ValidationError(_("%(stratum)s: the cost is above 0.") % facts)
    given = _floors(most, count, least)

    def gain(stratum: str) -> float:
        drawn = given[stratum]
        spread = units[stratum] * deviations[stratum] / sqrt(costs.get(stratum, 1))
        return spread / sqrt(drawn * (drawn + 1)) if drawn else float("inf")

    waiting = [(-gain(s), s) for s in units if given[s] < most[s]]
    heapq.heapify(waiting)
    for _one in range(count - sum(given.values())):
        _gain, stratum = heapq.heappop(waiting)
        given[stratum] += 1
        if given[stratum] < most[stratum]:
            heapq.heappush(waiting, (-gain(stratum), stratum))
    return given


def _floors(most: Mapping[str, int], count: int, least: int) -> dict[str, int]:
    """Return the minimum for each stratum; raise ValidationError if `count` is out of reach."""
    floors = {stratum: min(least, size) for stratum, size in most.items()}
    facts = {"count": count, "least": sum(floors.values()), "most": sum(most.values())}
    if count < facts["least"]:
        words = _("%(count)s are too few: the strata need %(least)s at least.")
        raise ValidationError(words % facts)
    if count > facts["most"]:
        words = _("%(count)s are more than the %(most)s that can be drawn.")
        raise ValidationError(words % facts)
    return floors
