"""Sampling frames: units of the register, their rosters or an uploaded list, by stratum, and the
allocation to strata. Read-only."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.models import Division, GrassrootsUnit
from portal.models.places import DivisionLevel, OrganKind
from portal.places.headquarters import works_for
from portal.sampling import allocation
from portal.sampling.frame import Frame, Unit, cleaned, roster, shortened
from portal.sampling.plan import Method, named, problems_of
from portal.text import Text
from research.models import Sample
from research.models.samples import Allocation, FrameSource

# No real list is longer, and drawing from a longer one would take more than a few seconds.
MOST_UNITS = 1_000_000


class Village(NamedTuple):
    """A unit of the register as it appears in the frame."""

    pk: int
    name: str
    key: str
    stratum: str
    households: int | None
    before: float


class Stratum(NamedTuple):
    name: Text
    units: int
    size: int
    # None while a problem prevents the allocation.
    number: int | None


@dataclass
class Outline:
    """The frame in numbers before the freeze, with all obstacles to freezing it."""

    counts: dict[str, tuple[int, int]]
    numbers: dict[str, int] = field(default_factory=dict)
    problems: list[Text] = field(default_factory=list)
    # Townships of the area that have no unit of these kinds.
    left_out: list[str] = field(default_factory=list)

    @property
    def units(self) -> int:
        return sum(units for units, _size in self.counts.values())

    @property
    def strata(self) -> list[Stratum]:
        return [
            Stratum(named(name), units, size, self.numbers.get(name))
            for name, (units, size) in sorted(self.counts.items())
        ]


def outline_of(sample: Sample, *, on) -> Outline:
    """Report all problems at once: gaps in the register, strata that are too small, the plan."""
    if sample.source == FrameSource.LIST:
        outline = Outline({name: (n, size) for name, (n, size) in sample.strata.items()})
        remembers = False
    else:
        found = villages(sample, on=on)
        outline = _outline_of(sample, found)
        remembers = any(one.before for one in found)
        outline.left_out = _without_units(sample, found, on=on)
    if outline.units > MOST_UNITS:
        words = _("The frame has %(n)s units; %(most)s are the most that can be drawn from.")
        outline.problems.append(words % {"n": outline.units, "most": MOST_UNITS})
    # If numbers of households are missing, an allocation of households would be wrong.
    if outline.units and not (outline.problems and _is_of_serials(sample)):
        _allocate(sample, outline, remembers)
    return outline


def _outline_of(sample, found):
    counts: dict[str, tuple[int, int]] = {}
    for one in found:
        units, size = counts.get(one.stratum, (0, 0))
        known = one.households or 0
        more = known if _is_of_serials(sample) else 1
        counts[one.stratum] = units + more, size + (known if _asks_size(sample) else 1)
    outline = Outline(counts)
    if not found:
        outline.problems.append(_("No unit of these kinds lies in this area."))
    if _asks_size(sample):
        words = _(
            "%(unit)s: the number of households is not in the register of units. The office enters "
            "it on the page of the unit, under “Correct”."
        )
        unknown: list[Text] = [words % {"unit": one.key} for one in found if not one.households]
        outline.problems += shortened(unknown)
    return outline


def _allocate(sample, outline, remembers):
    units = {name: n for name, (n, _size) in outline.counts.items()}
    try:
        outline.numbers = _numbers(sample, units)
    except ValidationError as problem:
        outline.problems += problem.messages
        return
    plan = sample.plan_of(outline.numbers)
    outline.problems += shortened(problems_of(plan, units, remembers=remembers))


def _numbers(sample, units: Mapping[str, int]) -> dict[str, int]:
    if sample.allocation == Allocation.FIXED:
        return allocation.fixed(units, sample.number)
    if sample.allocation == Allocation.PROPORTIONAL:
        return allocation.proportional(units, sample.number)
    if unknown := sorted(set(sample.deviations) - set(units)):
        words = _("%(stratum)s has no unit in the frame: remove it from the plan.")
        raise ValidationError([words % {"stratum": one} for one in unknown])
    return allocation.optimal(units, sample.number, deviations=sample.deviations)


def _is_of_serials(sample):
    """Whether the frame consists of the serial numbers of all rosters."""
    return sample.source == FrameSource.ROSTERS and not sample.households


def _asks_size(sample):
    return sample.source == FrameSource.ROSTERS or sample.method == Method.PARETO


# --- Units of the register ------------------------------------------------------------------------


def villages(sample: Sample, *, on) -> list[Village]:
    """Units of these kinds within the area, in the official order."""
    rows = _units(sample, on).select_related("division", "host_organ")
    found = list(
        rows.order_by("host_organ__sort_order", "host_organ_id", "sort_order", "pk").only(
            "name",
            "code",
            "household_count",
            "division__level",
            "division__path",
            "host_organ__name",
            "host_organ__short_name",
        )
    )
    towns = {one.pk: township_of(one) for one in found}
    names = _names_of(set(towns.values()) - {None})
    before = _remembered(sample)
    places = {one.pk: names.get(towns[one.pk]) or one.host_organ.label for one in found}
    keys = {one.pk: cleaned(f"{places[one.pk]}{one.name}") for one in found}
    doubles = {key for key, n in Counter(keys.values()).items() if n > 1}
    return [
        Village(
            one.pk,
            one.name,
            f"{key}({one.code or one.pk})" if (key := keys[one.pk]) in doubles else key,
            cleaned(places[one.pk]) if sample.is_by_township else "",
            one.household_count,
            before.get(str(one.pk), 0.0),
        )
        for one in found
    ]


def area_of(organ):
    """Return the filter on units for an organ's area: units in its division or, in an enterprise
    group, those managed by it and its organs, or by the headquarters it belongs to."""
    if organ.kind == OrganKind.ENTERPRISE or not organ.division_id:
        return {"host_organ__path__startswith": works_for(organ).path}
    return {"division__path__startswith": organ.division.path}


def _units(sample, on):
    rows = GrassrootsUnit.objects.current(on).filter(kind__in=sample.kinds, **area_of(sample.organ))
    return rows.filter(division__path__startswith=sample.area.path) if sample.area else rows


def township_of(unit) -> int | None:
    """Return the id of the unit's township. The unit's division must be loaded."""
    if unit.division is None:
        return None
    return unit.division.ancestors_by_level.get(DivisionLevel.TOWNSHIP)


def units_in(drawn) -> list[GrassrootsUnit]:
    """The units of these drawn rows, each once, with division and host organ."""
    rows = GrassrootsUnit.objects.filter(pk__in=drawn.order_by().values("unit"))
    return list(rows.select_related("division", "host_organ").order_by("pk"))


def townships_of(units) -> dict[int | None, int | None]:
    """Return {unit id: township id}."""
    rows = GrassrootsUnit.objects.filter(pk__in=units).select_related("division")
    return {one.pk: township_of(one) for one in rows.only("division__level", "division__path")}


def _names_of(ids) -> dict[int | None, str]:
    """Return the names of townships, preceded by the county if two share a name."""
    rows = Division.objects.filter(pk__in=ids).select_related("parent")
    named_so = Counter(one.name for one in rows)
    return {
        one.pk: f"{one.parent.name}{one.name}"
        if named_so[one.name] > 1 and one.parent
        else one.name
        for one in rows
    }


def _without_units(sample, found, *, on) -> list[str]:
    area = sample.area or sample.organ.division
    if not (sample.is_by_township and area and found):
        return []
    rows = Division.objects.current(on).filter(
        level=DivisionLevel.TOWNSHIP, path__startswith=area.path
    )
    there = set(townships_of({one.pk for one in found}).values())
    names = _names_of(rows.values("pk"))
    return sorted(name for pk, name in names.items() if pk not in there)


def _remembered(sample) -> dict[str, float]:
    """Return {unit id: memory} of the organ's earlier samples; the latest sample wins."""
    if not (sample.avoids_earlier and sample.draws_villages):
        return {}
    if sample.method == Method.SYSTEMATIC:
        return {}
    earlier = Sample.objects.standing().filter(organ=sample.organ, drawn_at__isnull=False)
    known: dict[str, float] = {}
    for memory in earlier.order_by("-drawn_at", "-pk").values_list("memory", flat=True):
        known = memory | known
    return known


# --- The frame itself -----------------------------------------------------------------------------


def frame_of(sample: Sample, *, on) -> tuple[Frame, dict[str, int]]:
    """Return the frame and {key: unit id} of its units or villages. Raises ValidationError."""
    if sample.source == FrameSource.LIST:
        return sample.frame, {}
    found = villages(sample, on=on)
    return Frame.of(_rows(sample, found)), {one.key: one.pk for one in found}


def _rows(sample, found) -> Iterator[Unit]:
    for one in found:
        if _is_of_serials(sample):
            yield from roster(one.key, one.households, stratum=one.stratum)
        else:
            size = (one.households or 0) if _asks_size(sample) else 1
            yield Unit(one.key, one.stratum, size, one.before)


def counts_of(frame: Frame) -> dict[str, tuple[int, int]]:
    return {name: (len(sizes), sum(sizes.values())) for name, sizes in frame.strata.items()}
