"""The proposal for a batch: a matching problem that a worker solves, stored with its reasons.

It is advice and places nobody. Reasons are stored as codes and points; `WORDS` translates them.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from outreach.models import Proposal, ProposedPlacement
from outreach.models.stays import RESIDENTIAL_KINDS
from outreach.placing.obstacles import Pool, weights
from portal.run import jobs

# The cost of an empty seat: above any preference between cadres, and higher for harder places.
SEAT = 100_000

WORDS = {
    "expertise": _("knows what the place needs"),
    "hardship": _("the place is hard, and what it needs is met"),
    "young": _("young, and without grassroots experience"),
    "continuity": _("has stayed there before"),
    # Reasons for empty seats.
    "home": _("home"),
    "age": _("over the age"),
    "overlap": _("stays somewhere else"),
    "left": _("no longer serves"),
    "avoidance": _("avoidance"),
    "taken": _("needed at other places"),
    "no_leader": _("nobody left who may lead"),
    "too_few": _("too few left for a team"),
    "nobody": _("no helper is possible"),
    "apart": _("not together with who goes there"),
}


def stale(proposal, pool):
    """Whether its input has changed since it was computed."""
    return proposal.data != pool.digest()


jobs.PAGES["proposal"] = lambda job: Proposal.objects.filter(job=job).first()


@jobs.work_of("proposal")
def compute(job, folder, progress):
    proposal = Proposal.objects.select_related("batch").get(job=job)
    pool = Pool(proposal.batch, on=job.owner.today)
    answer = solve(pool, progress)
    with transaction.atomic():
        jobs.hold(job)
        keep(proposal, pool, answer, at=job.taken_at)
    places = len(pool.places)
    return "", {"written": places, "expected": places}


def solve(pool, progress=lambda done, total: None):
    """Return the answer of `matching` for a pool, with the keys of places and nominations."""
    # Imported here because it is slow to load and only workers need it.
    from portal.choosing import matching  # noqa: PLC0415

    return matching.propose(_problem(pool, matching), progress)


def _problem(pool, matching):
    import numpy as np  # noqa: PLC0415

    places, people = pool.places, pool.nominations
    weight = weights(pool.today)
    shape = len(places), len(people)
    codes = sorted({code for place in places for code in place.expertise})
    wanted = np.array([[c in p.expertise for c in codes] for p in places], dtype=np.int32)
    known = np.array([[c in n.cadre.skills for c in codes] for n in people], dtype=np.int32)
    wanted, known = wanted.reshape(len(places), -1), known.reshape(len(people), -1)
    fitting = wanted @ known.T
    asked = np.maximum(1, wanted.sum(axis=1))[:, None]
    hard = np.array([place.hardship - 1 for place in places])[:, None]
    lacking = pool.lacking_experience
    young = np.array([n.pk in lacking for n in people], dtype=np.int32)
    before = np.zeros(shape, dtype=np.int32)
    column = {n.cadre_id: i for i, n in enumerate(people)}
    for row, place in enumerate(places):
        if place.continuity_id in column:
            before[row, column[place.continuity_id]] = 1

    def factor(code, points):
        return matching.Factor(code, np.broadcast_to(points, shape).astype(np.int32))

    return matching.Problem(
        needs=[_need(matching, place) for place in places],
        resources=[matching.Resource(n.pk, group=n.organ_id, may_lead=n.may_lead) for n in people],
        factors=[
            factor("expertise", weight["expertise"] * fitting),
            factor("hardship", weight["hardship"] * hard * fitting // asked),
            factor("young", weight["young"] * young[None, :]),
            factor("continuity", weight["continuity"] * before),
        ],
        bars=_bars(pool, matching, np),
        apart=[
            matching.Apart(column[cadre], column[other])
            for cadre, other in _apart(pool)
            if cadre in column and other in column
        ],
        load=weight["load"],
    )


def _need(matching, place):
    fill, leads = SEAT * (10 + place.hardship), place.wanted > 1
    return matching.Need(
        place.pk, most=place.wanted, least=place.least, needs_leader=leads, fill=fill
    )


def _apart(pool):
    """Return the pairs of couples and avoidances, each once."""
    pairs = {(n.cadre_id, n.cadre.spouse_id) for n in pool.nominations if n.cadre.spouse_id}
    pairs |= {(cadre, other) for cadre, others in pool.apart.items() for other in others}
    return sorted({(min(pair), max(pair)) for pair in pairs})


def _bars(pool, matching, np):
    places, people = pool.places, pool.nominations
    shape = len(places), len(people)

    def whole_columns(are_barred):
        return np.broadcast_to(np.array(are_barred, dtype=bool)[None, :], shape)

    lives_there = np.array([p.kind in RESIDENTIAL_KINDS for p in places], dtype=bool)[:, None]
    elsewhere = np.array([n.cadre_id in pool.overlapping for n in people], dtype=bool)[None, :]
    there = np.array([_at(p.unit.division, pool.home_level) for p in places])[:, None]
    homes = np.array([_at(n.cadre.home_division, pool.home_level) for n in people])[None, :]
    avoided = np.zeros(shape, dtype=bool)
    rows = {p.unit_id: i for i, p in enumerate(places)}
    for i, nomination in enumerate(people):
        for unit in pool.closed_units.get(nomination.cadre_id, ()):
            if unit in rows:
                avoided[rows[unit], i] = True
    return [
        matching.Bar("left", whole_columns([bool(n.cadre.left_on) for n in people])),
        matching.Bar("age", whole_columns([pool.is_too_old(n.cadre) for n in people])),
        matching.Bar("overlap", lives_there & elsewhere),
        matching.Bar("home", (there == homes) & (homes != 0)),
        matching.Bar("avoidance", avoided),
    ]


def _at(division, level):
    return (division.ancestors_by_level.get(level) if division else None) or 0


def keep(proposal, pool, answer, *, at):
    """Store the answer, replacing that of an earlier attempt."""
    proposal.lines.all().delete()
    ProposedPlacement.objects.bulk_create(
        [
            ProposedPlacement(
                proposal=proposal,
                place_id=c.need,
                nomination_id=c.resource,
                is_leader=c.leads,
                facts=[list(fact) for fact in c.facts],
                other_place_id=c.other_need,
                other_place_less=c.other_need_less,
                other_nomination_id=c.other_resource,
                other_nomination_less=c.other_resource_less,
            )
            for c in answer.choices
        ],
        batch_size=1000,
    )
    proposal.data = pool.digest()
    proposal.gaps = [
        {"place": gap.need, "missing": gap.missing, "reasons": [list(r) for r in gap.reasons]}
        for gap in answer.gaps
    ]
    proposal.outcome = {
        "value": answer.value,
        "bound": answer.bound,
        "baseline": answer.baseline,
        "optimal": answer.is_optimal,
        "seats": sum(p.wanted for p in pool.places),
        "placed": len(answer.choices),
        "candidates": len(pool.nominations),
        "unused": len(answer.unused),
        "weights": weights(pool.today),
    }
    proposal.finished_at = at
    proposal.save(update_fields=["data", "gaps", "outcome", "finished_at"])
