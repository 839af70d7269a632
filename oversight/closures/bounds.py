"""Three figures side by side: reported, verified, and bounds for either answer of non-respondents.

All limits are exact for a simple random sample from a finite population (hypergeometric). Uses no
models.
"""

from dataclasses import dataclass
from functools import cached_property

from portal.estimates.limits import hypergeometric

LEVEL = 0.95
# No figures for a part (organ, township, category) with fewer drawn.
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
    """Round half up, but give 100 and 0 only for all and none."""
    whole = int(100 * value + 0.5)
    if whole == 100 and value < 1:
        return 99
    if whole == 0 and value > 0:
        return 1
    return whole


@dataclass(frozen=True, slots=True)
class Bounds:
    """Shares if all those not reached count as unsolved (`low_value`) or as solved (`high_value`);
    `low` and `high` add the exact limits of the draw."""

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
class CheckedSample:
    """A simple random sample from `population` closed matters: number drawn, and results.

    Matters in neither `solved` nor `unsolved` could not be reached or have not been looked at yet.
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
        """Whether the sample is large enough to report. A complete count of fewer is not reported
        either: it would be the figure of an organ, or of single matters."""
        return self.drawn >= LEAST

    def verified(self, level: float = LEVEL) -> Share | None:
        """Return the share among those reached, or None if nobody was. It does not cover
        non-respondents."""
        if not self.reached:
            return None
        low, high = hypergeometric(self.solved, self.reached, self.population, level)
        is_certain = self.reached == self.population
        return Share(self.solved / self.reached, low, high, self.reached, is_certain)

    def bounds(self, level: float = LEVEL) -> Bounds | None:
        """Return the bounds, or None if nothing was drawn. Each side takes half of the risk, so
        together they hold at `level` whatever non-respondents would have said."""
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
    """The three figures of an area or part. `seen` is the finding on site, `said` the raiser's
    word, `either` both combined: the finding on site takes precedence."""

    reported: Reported
    seen: CheckedSample
    said: CheckedSample
    either: CheckedSample

    @cached_property
    def is_shown(self) -> bool:
        return self.either.is_shown
