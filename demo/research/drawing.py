"""Samples of the invented county: prepared, frozen, drawn by dice, assigned to cadres."""

from django.utils import timezone

from outreach.models import ContactArea, Stay
from portal.models.places import UnitKind
from portal.sampling.plan import Method
from portal.sampling.seed import LEAST_THROWS, SeedKind
from research import frames
from research.actions import samples
from research.models.samples import Allocation, FrameSource
from research.rules import samples as rules


def plan(**changes):
    """Return a plan: households from rosters, villages in proportion to size, with `changes`."""
    facts = {
        "source": FrameSource.ROSTERS,
        "kinds": [UnitKind.RURAL],
        "area": None,
        "as_of": None,
        "is_by_township": False,
        "avoids_earlier": True,
        "method": Method.PARETO,
        "allocation": Allocation.PROPORTIONAL,
        "reserve_size": 0,
        "reserve_batches": 0,
        "deviations": {},
    }
    return facts | changes


def draw(told, sample, by, *, frozen, seeded):
    """Freeze and publish the frame first, then throw the dice before an outside witness."""
    sample = told.do(samples.freeze_sample, by, frozen, sample=sample)
    return told.do(
        samples.enter_seed,
        by,
        seeded,
        sample=sample,
        kind=SeedKind.DICE,
        digits="".join(told.county.rng.choices("123456", k=LEAST_THROWS + 5)),
        how="会议室当场掷骰子二十五次",
        organiser=by.name,
        witness="杨振华",
        witness_of="县人大常委会办公室",
    )


def give_to(told, sample, by, ago, cadres):
    """Assign the villages in turn to those of the cadres who may ask there; a village without one
    stays unassigned."""
    at = told.at(ago)
    by = told.acting(by, at)
    open_ = sample.drawn.released().filter(asked_by=None, disposition="")
    for n, unit in enumerate(frames.units_in(open_)):
        turn = [*cadres[n % len(cadres) :], *cadres[: n % len(cadres)]]
        free = (one for one in turn if _stays_free(one, unit, timezone.localdate(at)))
        if cadre := next(free, None):
            samples.assign_asker(sample=sample, by=by, at=at, cadre=cadre, unit=unit)


def _stays_free(cadre, unit, on):
    """Whether the cadre may ask there on this and every later day. A stay or contact area that
    begins after the assignment would forbid it."""
    there = {"cadre": cadre, "unit": unit}
    if Stay.objects.filter(**there).exists() or ContactArea.objects.filter(**there).exists():
        return False
    return not rules.refused_places(cadre, [unit], on=on)
