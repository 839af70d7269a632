"""The draw itself: what follows from frame, plan and seed, and from nothing else."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.sampling import order
from portal.sampling.frame import Frame, roster
from portal.sampling.plan import Announcement, Method, Plan
from portal.sampling.seed import Seed


@dataclass(frozen=True, slots=True)
class Drawn:
    """`batch` 0 is the sample, 1 and more the reserve. `probability` is that of being drawn once
    all batches released so far count as drawn; the weight is its inverse."""

    key: str
    stratum: str
    village: str
    batch: int
    probability: float

    @property
    def weight(self) -> float:
        return 1 / self.probability


@dataclass(frozen=True)
class Sample:
    """`order` has the keys in the order of the draw by (stratum, village); the village is empty
    unless households are drawn."""

    frame: Frame
    plan: Plan
    order: dict[tuple[str, str], list[str]]

    def released(self, batches: int = 0) -> list[Drawn]:
        """Return the sample with its first batches of reserve, or as many of them as a stratum has.
        Replaced units stay in it as nonresponse."""
        if not 0 <= batches <= self.plan.most_batches:
            words = _("There are %(n)s batches of reserve.")
            raise ValidationError(words % {"n": self.plan.most_batches})
        return list(self._drawn(batches))

    def _drawn(self, batches: int) -> Iterator[Drawn]:
        # Of one stratum at a time, since they are as many as the frame has units.
        known, chances = None, {}
        for (stratum, village), keys in self.order.items():
            if stratum != known:
                known, chances = stratum, self._chances(stratum, batches)
            first = self._first(stratum, village)
            released = min(batches, self.plan.batches_in(stratum))
            taken = keys[: first + released * self.plan.batch]
            for at, key in enumerate(taken):
                batch = 0 if at < first else 1 + (at - first) // self.plan.batch
                if village:
                    size = self.frame.strata[stratum][village]
                    chance = chances[village] * len(taken) / size
                else:
                    chance = chances[key]
                yield Drawn(key, stratum, village, batch, chance)

    def _first(self, stratum: str, village: str) -> int:
        """Return how many at the start of the order form the sample."""
        return self.plan.households if village else self.plan.numbers[stratum]

    def _chances(self, stratum: str, batches: int) -> dict[str, float]:
        sizes = self.frame.strata[stratum]
        count, most = self.plan.numbers[stratum], self.plan.units_drawn(stratum)
        if not self.plan.households:
            count += min(batches, self.plan.batches_in(stratum)) * self.plan.batch
        if self.plan.method == Method.PARETO:
            chances = order.inclusions(sizes, most)
            return {key: chance * count / most for key, chance in chances.items()}
        return dict.fromkeys(sizes, count / len(sizes))

    def memory(self, batches: int = 0) -> dict[str, float]:
        """Return `Unit.before` for the next draw that avoids this one and those it avoided.

        Draws that avoid each other never share a unit, so their probabilities add up. Once they
        reach 1, every unit has had its turn, and only this draw is remembered.
        """
        drawn = {row.village or row.key for row in self.released(batches)}
        remembered = {}
        for stratum in self.frame.strata:
            for key, chance in self._chances(stratum, batches).items():
                earlier = self.frame.before.get(key, 0.0)
                if abs(earlier) + chance >= 1:
                    earlier = 0.0
                was_drawn = key in drawn or earlier > 0
                remembered[key] = (abs(earlier) + chance) * (1 if was_drawn else -1)
        return remembered

    def lines(self) -> Iterator[str]:
        """Stratum, batch and key of all that was drawn, reserve included, in order."""
        for (stratum, village), keys in self.order.items():
            first = self._first(stratum, village)
            for at, key in enumerate(keys):
                batch = 0 if at < first else 1 + (at - first) // self.plan.batch
                yield f"{stratum}\t{batch}\t{key}\n"

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256("".join(self.lines()).encode()).hexdigest()


def draw(frame: Frame, announced: Announcement, seed: Seed) -> Sample:
    """Raises ValidationError if the frame is not the announced one, or the seed not younger."""
    if frame.digest != announced.frame_digest:
        raise ValidationError(
            _("The frame is not the published one: its hash differs. Publish it again first.")
        )
    if seed.entered_at <= announced.at:
        raise ValidationError(
            _("The seed was entered before the frame was frozen; throw a new one now.")
        )
    plan = announced.plan
    drawn: dict[tuple[str, str], list[str]] = {}
    for stratum in frame.strata:
        keys = _of_stratum(frame, plan, seed.digits, stratum)
        if not plan.households:
            drawn[stratum, ""] = keys
            continue
        for village in keys:
            households = {unit.key: 1 for unit in roster(village, frame.strata[stratum][village])}
            count = plan.households + plan.reserve_of(stratum)
            drawn[stratum, village] = order.simple(seed.digits, households, {}, count)
    return Sample(frame, plan, drawn)


def _of_stratum(frame: Frame, plan: Plan, seed: str, stratum: str) -> list[str]:
    units, count = frame.strata[stratum], plan.units_drawn(stratum)
    if plan.method == Method.SYSTEMATIC:
        return order.systematic(seed, stratum, units, count)
    if plan.method == Method.PARETO:
        return order.pareto(seed, units, frame.before, count)
    return order.simple(seed, units, frame.before, count)
