"""How a sample is to be drawn, announced with the frame and before the seed."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.sampling.frame import Frame, shortened
from portal.text import Text


class Method(TextChoices):
    SIMPLE = "simple", _("simple random draw")
    SYSTEMATIC = "systematic", _("systematic draw")
    PARETO = "pareto", _("draw in proportion to size")


@dataclass(frozen=True)
class Plan:
    """`numbers` to draw in each stratum, as `portal.sampling.allocation` returns them.

    With `households` the units are villages, and that many households are drawn simply from the
    serial numbers of each village drawn. The reserve is `batches` of `batch` in each stratum or,
    with `households`, in each village. `batches_of` sets other numbers of batches for some strata.
    """

    method: Method
    numbers: Mapping[str, int]
    households: int = 0
    batch: int = 0
    batches: int = 0
    batches_of: Mapping[str, int] = field(default_factory=dict)

    def batches_in(self, stratum: str) -> int:
        return self.batches_of.get(stratum, self.batches)

    @property
    def most_batches(self) -> int:
        return max(map(self.batches_in, self.numbers), default=0)

    def reserve_of(self, stratum: str) -> int:
        return self.batch * self.batches_in(stratum)

    def units_drawn(self, stratum: str) -> int:
        """Including the reserve, unless that consists of households."""
        return self.numbers[stratum] + (0 if self.households else self.reserve_of(stratum))

    def lines(self) -> Iterator[str]:
        for stratum in sorted(self.numbers):
            number, batches = self.numbers[stratum], self.batches_in(stratum)
            facts = (number, self.households, self.batch, batches)
            yield "\t".join((stratum, self.method.value, *map(str, facts))) + "\n"

    @property
    def published(self) -> bytes:
        return "".join(self.lines()).encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.published).hexdigest()


@dataclass(frozen=True)
class Announcement:
    """What is published before the seed is thrown: the hash of the frame, and the plan."""

    frame_digest: str
    plan: Plan
    at: datetime


def announce(frame: Frame, plan: Plan, *, at: datetime) -> Announcement:
    """Freeze frame and plan. Raises ValidationError where the plan does not fit the frame."""
    units = {stratum: len(sizes) for stratum, sizes in frame.strata.items()}
    if problems := problems_of(plan, units, remembers=bool(frame.before)):
        raise ValidationError(shortened(problems))
    return Announcement(frame.digest, plan, at)


def problems_of(plan: Plan, units: Mapping[str, int], *, remembers: bool = False) -> list[Text]:
    """Return a sentence for each way in which the plan does not fit a frame with these units per
    stratum; `remembers` says that earlier draws are to be avoided."""
    return [*_of_the_plan(plan), *_of_the_strata(plan, units, remembers)]


def named(stratum: str) -> Text:
    return stratum or _("The whole frame")


def _of_the_plan(plan: Plan) -> Iterator[Text]:
    if min(plan.households, plan.batch, plan.batches, *plan.batches_of.values()) < 0:
        yield _("Numbers of households and of the reserve are not below 0.")
    reserve = plan.batch * plan.most_batches
    if plan.method == Method.SYSTEMATIC and reserve and not plan.households:
        yield _("A systematic draw has no reserve: draw more at once, or draw simply.")


def _of_the_strata(plan: Plan, units: Mapping[str, int], remembers: bool) -> Iterator[Text]:
    if plan.method == Method.SYSTEMATIC and remembers:
        yield _("A systematic draw cannot avoid earlier draws: leave them out, or draw simply.")
    for stratum in sorted(set(units) - set(plan.numbers)):
        words = _("The plan draws nothing in %(stratum)s: nothing could be said about it.")
        yield words % {"stratum": named(stratum)}
    for stratum, count in sorted(plan.numbers.items()):
        there = units.get(stratum, 0)
        reserve = 0 if plan.households else plan.reserve_of(stratum)
        facts = {"stratum": named(stratum), "n": there, "count": count, "reserve": reserve}
        if not there:
            yield _("%(stratum)s has no unit in the frame: remove it from the plan.") % facts
        elif count < 1:
            yield _("%(stratum)s: at least one has to be drawn.") % facts
        elif count > there:
            yield _("%(stratum)s has %(n)s units, fewer than the %(count)s to be drawn.") % facts
        elif count + reserve > there:
            words = _(
                "%(stratum)s has %(n)s units, fewer than the %(count)s to be drawn and "
                "%(reserve)s in reserve."
            )
            yield words % facts
