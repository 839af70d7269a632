"""Three figures side by side: reported, verified, and the bounds if the silent say no, or yes.

All limits are exact for a simple draw out of a finite population (hypergeometric). Knows no models.
"""

from dataclasses import dataclass
from functools import cached_property

from portal.estimates.limits import hypergeometric

LEVEL = 0.95
# Below that nothing is said of a part: of an organ, a township, a category.
LEAST = 30


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `of` with its limits; `n` is how many it stands on.

    `is_certain` if all were counted, so that there is nothing to estimate.
    """

    value: float
    low: float
    high: float
    n: int
    is_certain: bool

    @property
    def percent(self) -> int:
        return percent(self.value)

    @property
    def low_percent(self) -> int:
        """Rounded down, so that the limits never promise too much."""
        return int(100 * self.low + 1e-9)

    @property
    def high_percent(self) -> int:
        return _up(self.high)


def percent(value: float) -> int:
    """Half up; 100 and 0 only if it is all, or none."""
    whole = int(100 * value + 0.5)
    if whole == 100 and value < 1:
        return 99
    if whole == 0 and value > 0:
        return 1
    return whole


@dataclass(frozen=True, slots=True)
class Bounds:
    """All who could not be reached count as unsolved (`low_value`) and as solved (`high_value`);
    `low` and `high` are widened by the exact limits of the draw."""

    low_value: float
    high_value: float
    low: float
    high: float
    n: int
    is_certain: bool

    @property
    def low_percent(self) -> int:
        return int(100 * self.low + 1e-9)

    @property
    def high_percent(self) -> int:
        return _up(self.high)


def _up(value: float) -> int:
    whole = int(100 * value)
    return min(100, whole if 100 * value - whole < 1e-9 else whole + 1)


@dataclass(frozen=True)
class Looked:
    """A simple draw out of `population` closed matters: how many were drawn, and what was found.

    Whoever is in neither `solved` nor `unsolved` could not be reached, or was not looked at yet.
    """

    population: int
    drawn: int
    solved: int
    unsolved: int

    @property
    def reached(self) -> int:
        return self.solved + self.unsolved

    @property
    def unreached(self) -> int:
        return self.drawn - self.reached

    @property
    def is_shown(self) -> bool:
        """Whether the draw is large enough to say anything. A full count of fewer says nothing
        either: it would be the figure of an organ, and of single matters."""
        return self.drawn >= LEAST

    def verified(self, level: float = LEVEL) -> Share | None:
        """Of those reached; None if nobody was. It says nothing of the silent."""
        if not self.reached:
            return None
        low, high = hypergeometric(self.solved, self.reached, self.population, level)
        is_certain = self.reached == self.population
        return Share(self.solved / self.reached, low, high, self.reached, is_certain)

    def bounds(self, level: float = LEVEL) -> Bounds | None:
        """Each side has half of the risk, so together they hold at `level` whatever the silent
        would have said. None if nothing was drawn."""
        if not self.drawn:
            return None
        most = self.solved + self.unreached
        low, _high = hypergeometric(self.solved, self.drawn, self.population, level)
        _low, high = hypergeometric(most, self.drawn, self.population, level)
        values = self.solved / self.drawn, most / self.drawn
        return Bounds(*values, low, high, self.drawn, self.drawn == self.population)


@dataclass(frozen=True)
class Reported:
    """Counted from all closed matters of the period: nothing is estimated."""

    solved: int
    population: int

    @property
    def share(self) -> Share | None:
        if not self.population:
            return None
        value = self.solved / self.population
        return Share(value, value, value, self.population, True)


@dataclass(frozen=True)
class Truth:
    """The three figures of an area or a part of it. `seen` is what was seen on site, `said` the
    raiser's word, `either` both together: what was seen counts before what was said."""

    reported: Reported
    seen: Looked
    said: Looked
    either: Looked

    @cached_property
    def is_shown(self) -> bool:
        return self.either.is_shown
