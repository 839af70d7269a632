"""Who is asked: drawn by a seed that was noted when the cycle was opened.

Each possible voter has a place in a sequence, which follows from the seed, the poll and their
number alone: the same input gives the same sample on any machine, a substitute is whoever comes
next, and one more who was served moves nobody else. References only, never names.
"""

import hashlib

from django.db.models import Q

from evaluation.models.ballots import HOUSEHOLD, PollSample
from outreach.models import Household, Matter
from outreach.models.matters import Confidentiality, RaiserKind
from pairing.models import Pairing

Stratum = PollSample.Stratum


def sequence(seed, poll_id, stratum, references):
    """All of them in the order of being drawn."""

    def place(reference):
        text = f"{seed}|{poll_id}|{stratum}|{reference}"
        return hashlib.sha256(text.encode()).hexdigest(), reference

    return sorted(set(references), key=place)


def digest_of(references):
    return hashlib.sha256("\n".join(sorted(references)).encode()).hexdigest()


def served(poll):
    """Whom the work reached there in the days of the cycle: raisers who can be asked, by the
    number of their matter, and households visited or paired, by their number in the roster.
    Left in peace: whose name the host, who brings the slips, may not know, and whoever asks not
    to be disturbed."""
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
    """All who could be drawn in a stratum."""
    if stratum == Stratum.SERVED:
        return served(poll)
    return [str(number) for number in range(1, (poll.roster_size or 0) + 1)]
