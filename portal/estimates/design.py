"""The design of a sample: what a variance needs to know of the draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Asked:
    """One drawn person, household or unit, whether it answered or not; or `count` units of one
    stratum, village and weight with the same answer. `village` is empty where units were drawn
    directly.
    """

    weight: float
    stratum: str = ""
    village: str = ""
    count: int = 1


class Group(NamedTuple):
    """Rows of `Design.asked` in one village, or one row of `units` drawn directly."""

    rows: list[int]
    units: int


@dataclass(frozen=True)
class Design:
    """`units` counts the first-stage population by stratum, `households` the population of each
    village.

    Without them the draw counts as with replacement: in two stages that is the usual variance
    between villages, which errs on the safe side. A systematic draw has no unbiased variance.
    """

    asked: Sequence[Asked]
    units: Mapping[str, int] = field(default_factory=dict)
    households: Mapping[str, int] = field(default_factory=dict)
    is_systematic: bool = False

    @classmethod
    def simple(cls, drawn: int, units: int) -> "Design":
        return cls([Asked(units / drawn)] * drawn, {"": units})

    @cached_property
    def has_villages(self) -> bool:
        return any(one.village for one in self.asked)

    @cached_property
    def population(self) -> int | None:
        """The units of a simple draw; None for any other design."""
        weights = {one.weight for one in self.asked}
        if self.has_villages or self.is_systematic or len(weights) > 1:
            return None
        return self.units.get("") if {one.stratum for one in self.asked} == {""} else None

    @cached_property
    def groups(self) -> dict[str, list[Group]]:
        """Groups by stratum."""
        found: dict[str, dict[str | int, Group]] = {}
        for at, one in enumerate(self.asked):
            groups = found.setdefault(one.stratum, {})
            if one.village:
                groups.setdefault(one.village, Group([], 1)).rows.append(at)
            else:
                groups[at] = Group([at], one.count)
        return {stratum: list(groups.values()) for stratum, groups in found.items()}
