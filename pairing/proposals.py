"""The proposal of a round, computed by a worker and kept with its reasons.

A proposal is advice and pairs nobody. Reasons are kept as codes with points; `WORDS` has their
labels.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.fitting import PARTS, Pool
from pairing.models import MatchingProposal, ProposedMatch
from portal.models.places import DivisionLevel
from portal.run import jobs

# Leaving a need unmet costs more than any preference between helpers.
SEAT = 100_000
# More pairs do not fit into a worker's memory; the user is asked for a smaller area.
MOST_PAIRS = 60_000_000

WORDS = {
    "kind": gettext_lazy("offers what is needed"),
    "expertise": gettext_lazy("knows what is needed"),
    "urgency": gettext_lazy("an urgent need is met"),
    "near": gettext_lazy("near"),
    "kept": gettext_lazy("the two were paired before"),
}
# Reasons why a need has no helper, each with the number of helpers it excludes.
REASONS = {
    "kind": gettext_lazy("offer none of what is needed"),
    "own": gettext_lazy("manage the unit anyway"),
    "full": gettext_lazy("have reached their limit"),
    "avoidance": gettext_lazy("avoidance"),
    "taken": gettext_lazy("are more useful elsewhere"),
    "nobody": gettext_lazy("no helper is possible"),
}


def changed_since(proposal, pool):
    """Labels of the parts of a proposal's input that have changed since."""
    now = pool.digests()
    return [PARTS[name] for name in PARTS if proposal.rests_on.get(name) != now[name]]


jobs.PAGES["matching"] = lambda job: MatchingProposal.objects.filter(job=job).first()


@jobs.work_of("matching")
def compute(job, folder, progress):
    proposal = MatchingProposal.objects.select_related("round__area").get(job=job)
    pool = Pool(proposal.round, on=job.owner.today)
    pairs = len(pool.targets) * len(pool.helpers)
    if pairs > MOST_PAIRS:
        said = _(
            "%(needs)s needs and %(helpers)s helpers are too many at once. Begin rounds for "
            "smaller areas."
        )
        words = {"needs": len(pool.targets), "helpers": len(pool.helpers)}
        raise jobs.JobProblem(said % words)
    answer = solve(pool, progress)
    with transaction.atomic():
        jobs.hold(job)
        keep(proposal, pool, answer, at=job.taken_at)
    return "", {"written": len(pool.targets), "expected": len(pool.targets)}


def solve(pool, progress=lambda done, total: None):
    """Run `matching` on a pool; the answer refers to the keys of targets and helpers."""
    # Imported here since it is slow to load and only workers need it.
    from portal.choosing import matching  # noqa: PLC0415

    return matching.propose(problem(pool, matching), progress)


def problem(pool, matching):
    import numpy as np  # noqa: PLC0415

    targets, helpers, weight = pool.targets, pool.helpers, pool.weights
    fitting = _common(np, [t.kinds for t in targets], [h.kinds for h in helpers])
    known = _common(np, [t.expertise for t in targets], [h.expertise for h in helpers])
    levels = np.array([t.urgency - 1 for t in targets], dtype=np.int8)[:, None]

    def factor(code, counted):
        return matching.Factor(code, counted, weight[code])

    return matching.Problem(
        needs=[matching.Need(t.key, fill=SEAT * (10 + t.urgency)) for t in targets],
        resources=[matching.Resource(h.key, group=h.organ, capacity=h.left) for h in helpers],
        factors=[
            factor("kind", fitting),
            factor("expertise", known),
            factor("urgency", levels * fitting),
            factor("near", _nearness(np, pool)),
            factor("kept", _kept(np, pool)),
        ],
        bars=_bars(np, pool, matching, fitting),
        load=weight["load"],
        # An organ without listed cadres counts as one.
        strengths={h.organ: pool.strength.get(h.organ, 1) for h in helpers},
    )


def _common(np, wanted, given):
    """Return a matrix of how many of the codes wanted by each row each column gives."""
    codes = sorted({code for one in wanted for code in one})

    def marked(many):
        rows = np.array([[code in one for code in codes] for one in many], dtype=np.int8)
        return rows.reshape(len(many), len(codes))

    return marked(wanted) @ marked(given).T


def _nearness(np, pool):
    """Return 3 for the same township, 2 for the same county or enterprise, 1 for the same city,
    else 0."""
    near = np.zeros((len(pool.targets), len(pool.helpers)), dtype=np.int8)
    levels = (DivisionLevel.CITY, DivisionLevel.COUNTY, DivisionLevel.TOWNSHIP)
    for points, level in enumerate(levels, start=1):
        there = np.array([pool.unit_place[t.unit].get(level, 0) for t in pool.targets])
        # Different default values, so that two missing places are not equal.
        here = np.array([pool.organ_place[h.organ].get(level, 0) or -(2**62) for h in pool.helpers])
        near[there[:, None] == here[None, :]] = points
    return near


def _kept(np, pool):
    kept = np.zeros((len(pool.targets), len(pool.helpers)), dtype=np.int8)
    rows = {target.key: n for n, target in enumerate(pool.targets)}
    columns = {helper.key: n for n, helper in enumerate(pool.helpers)}
    for helped, helper in pool.kept:
        if helped in rows and helper in columns:
            kept[rows[helped], columns[helper]] = 1
    return kept


def _bars(np, pool, matching, fitting):
    targets, helpers = pool.targets, pool.helpers
    shape = len(targets), len(helpers)
    full = np.array([not helper.left for helper in helpers], dtype=bool)
    bars = [matching.Bar("full", np.broadcast_to(full[None, :], shape))]
    barred = np.zeros(shape, dtype=bool)
    if pool.round.is_for_households:
        columns = {helper.cadre: n for n, helper in enumerate(helpers)}
        rows = {}
        for n, target in enumerate(targets):
            rows.setdefault(target.unit, []).append(n)
        for cadre, unit in pool.avoided:
            if cadre in columns and unit in rows:
                barred[rows[unit], columns[cadre]] = True
        return [*bars, matching.Bar("avoidance", barred)]
    columns = {helper.organ: n for n, helper in enumerate(helpers)}
    for n, target in enumerate(targets):
        for organ in pool.organ_path[target.host].strip("/").split("/"):
            if int(organ) in columns:
                barred[n, columns[int(organ)]] = True
    # An organ must offer the kind of help to a unit; for households this is no bar.
    return [matching.Bar("kind", fitting == 0), *bars, matching.Bar("own", barred)]


def keep(proposal, pool, answer, *, at):
    """Store the answer, and replace that of an earlier attempt."""
    proposal.lines.all().delete()
    chosen = {choice.need: choice for choice in answer.choices}
    reasons = {gap.need: gap.reasons for gap in answer.gaps}
    lines = []
    for target in pool.targets:
        side = {"unit_id": target.unit, "household_id": target.household}
        line = ProposedMatch(proposal=proposal, urgency=target.urgency, **side)
        line.kinds = sorted(target.kinds)
        if choice := chosen.get(target.key):
            helper = pool.by_helper[choice.resource]
            line.organ_id, line.cadre_id = helper.organ, helper.cadre
            line.points, line.facts = choice.points, [list(fact) for fact in choice.facts]
            if other := pool.by_helper.get(choice.other_resource):
                line.other_organ_id, line.other_cadre_id = other.organ, other.cadre
                line.other_less = choice.other_resource_less
        else:
            line.facts = [list(reason) for reason in reasons[target.key]]
        lines.append(line)
    ProposedMatch.objects.bulk_create(lines, batch_size=1000)
    proposal.rests_on = pool.digests()
    proposal.outcome = {
        "value": answer.value,
        "bound": answer.bound,
        "baseline": answer.baseline,
        "optimal": answer.is_optimal,
        "needs": len(pool.targets),
        "met": len(answer.choices),
        "baseline_met": answer.baseline_seats,
        "helpers": len(pool.helpers),
        "unused": len(answer.unused),
        "paired": pool.paired_already,
        "weights": pool.weights,
    }
    proposal.finished_at = at
    proposal.save(update_fields=["rests_on", "outcome", "finished_at"])
