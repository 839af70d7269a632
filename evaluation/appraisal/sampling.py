"""Draws voters by the seed that was stored when the cycle was opened.

Seed, poll and reference alone give each possible voter a place in a sequence. The same input gives
the same sample on any machine, the next in the sequence is the substitute, and one more person
served moves nobody else. Uses references, never names.
"""

import hashlib

from django.db.models import Q

from evaluation.models.ballots import HOUSEHOLD, PollSample
from outreach.models import Household, Matter
from outreach.models.matters import Confidentiality, RaiserKind
from pairing.models import Pairing

Stratum = PollSample.Stratum


def sequence(seed, poll_id, stratum, references):
    """All references in the order of the draw."""

    def place(reference):
        text = f"{seed}|{poll_id}|{stratum}|{reference}"
        return hashlib.sha256(text.encode()).hexdigest(), reference

    return sorted(set(references), key=place)


def digest_of(references):
    return hashlib.sha256("\n".join(sorted(references)).encode()).hexdigest()


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
    return [
        *(matter.number_label for matter in matters),
        *(f"{HOUSEHOLD}:{serial}" for serial in households.values_list("serial", flat=True)),
    ]


def frame(poll, stratum):
    """All references that can be drawn in a stratum."""
    if stratum == Stratum.SERVED:
        return served(poll)
    return [str(number) for number in range(1, (poll.roster_size or 0) + 1)]
