"""The frame from which the voters of a poll are drawn, and the draw (docs/sampling.md).

A frame has two strata: people served there, by the record that shows it, and serial numbers of the
village's roster. It holds references, never names. In the published files the code of the unit
precedes each reference, since one seed draws for several units.
"""

import zlib

from django.db.models import Q

from evaluation.models.ballots import HOUSEHOLD, PollSample
from evaluation.models.paper import COMPARED
from outreach.models import Household, Matter
from outreach.models.matters import Confidentiality, RaiserKind
from pairing.models import Pairing
from portal.sampling.drawing import draw
from portal.sampling.frame import Frame, Unit, roster
from portal.sampling.plan import Announcement, Method, Plan, announce
from portal.sampling.seed import Seed

Stratum = PollSample.Stratum
# Largest number of substitutes in a stratum; they are drawn one at a time.
MOST_SUBSTITUTES = 100
# The stratum of typed sheets in their published files.
PAPER = "paper"


def served(poll):
    """References of people served there in the cycle's days: raisers by the number of their matter,
    households visited or paired by their number in the roster. Excludes raisers whose name the
    host may not know (the host hands out the slips) and those who asked not to be disturbed."""
    days = (poll.cycle.starts_on, poll.cycle.ends_on)
    matters = (
        Matter.objects.filter(unit=poll.unit_id, registered_on__range=days, referred_to="")
        .filter(confidentiality=Confidentiality.NAMED)
        .exclude(raiser_kind=RaiserKind.CADRE_FOUND)
        .only("number_year", "number")
    )
    visited = Q(visits__visited_on__range=days, visits__voided_at=None)
    paired = Pairing.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=days[0]), unit=poll.unit_id, starts_on__lte=days[1]
    )
    households = Household.objects.filter(
        visited | Q(pk__in=paired.values("household")),
        unit=poll.unit_id,
        ended_on=None,
        do_not_disturb=False,
    )
    return sorted(
        {
            *(matter.number_label for matter in matters),
            *(f"{HOUSEHOLD}:{serial}" for serial in households.values_list("serial", flat=True)),
        }
    )


def _place(poll):
    return poll.unit.code.replace("/", "-") or str(poll.unit_id)


def frame_of(poll, references):
    """The frame of a poll, from the people served and its roster; a stratum from which nobody is
    wanted is left out. Raises ValidationError if nobody is left."""
    place = _place(poll)
    units = []
    if poll.served_wanted:
        units += [Unit(f"{place}/{one}", Stratum.SERVED.value) for one in references]
    if poll.roster_wanted:
        units += roster(place, poll.roster_size, stratum=Stratum.ROSTER.value)
    return Frame.of(units)


def announcement(poll, frame, *, at):
    """Freeze the frame. The plan draws the wanted number from each stratum, or all if there are
    fewer, and holds further ones in reserve as substitutes."""
    wanted = {Stratum.SERVED: poll.served_wanted, Stratum.ROSTER: poll.roster_wanted}
    plan = {}
    for stratum, units in frame.strata.items():
        number = min(wanted[Stratum(stratum)], len(units))
        plan[stratum] = number, min(len(units) - number, MOST_SUBSTITUTES)
    return announce(frame, plan_of(plan), at=at)


def plan_of(plan):
    """The announced plan of {stratum: (number, reserve)}."""
    numbers = {stratum: number for stratum, (number, _reserve) in plan.items()}
    reserve = {stratum: reserve for stratum, (_number, reserve) in plan.items()}
    return Plan(Method.SIMPLE, numbers, batch=1, batches_of=reserve)


def published_frame(poll):
    return zlib.decompress(poll.frame_file)


def sample_of(poll, throw):
    """Draw with a seed. Raises ValidationError if the frame is not the frozen one or the seed is
    not younger."""
    announced = Announcement(poll.frame_digest, plan_of(poll.plan), poll.frozen_at)
    seed = Seed(throw.digits, throw.entered_at)
    return draw(Frame.read(published_frame(poll)), announced, seed)


def drawn_by(sample, stratum):
    """References in the order of the draw: the sample, then the substitutes."""
    return [key.partition("/")[2] for key in sample.order.get((stratum, ""), ())]


def sheets_of(poll):
    """The frame of the typed sheets of a poll: "place/batch-sheet"."""
    batches = poll.paper_batches.order_by("number").values_list("number", "sheets")
    return Frame.of(
        Unit(f"{_place(poll)}/{number}-{sheet}", PAPER)
        for number, sheets in batches
        for sheet in range(1, sheets + 1)
    )


def sheets_plan():
    return Plan(Method.SIMPLE, {PAPER: COMPARED})


def all_sheets(frame):
    """The sample file where all sheets are compared."""
    return "".join(f"{PAPER}\t0\t{key}\n" for key in frame.strata[PAPER])


def sheets_drawn(audit, seed):
    """The sample file of the sheets that a seed draws. Raises ValidationError if the seed is not
    younger than the frame."""
    announced = Announcement(audit.frame_digest, sheets_plan(), audit.begun_at)
    return "".join(draw(Frame.read(audit.frame.encode()), announced, seed).lines())
