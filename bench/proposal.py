"""A proposal for 3,000 candidates and 1,000 places with teams and couples, as a worker makes it.

python -m bench proposal      reads, matches, explains and saves, in a scratch database
"""

import os
import random
import resource
import time
from datetime import date, timedelta

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection  # noqa: E402 (Django first)
from django.utils import timezone  # noqa: E402

from bench import clone  # noqa: E402
from demo.outreach.province import Size  # noqa: E402
from outreach.models import BatchPlace, Nomination, Proposal, StayBatch  # noqa: E402
from outreach.models.batches import BatchState  # noqa: E402
from portal.models import AvoidancePair, Cadre, Division, GrassrootsUnit, Job, User  # noqa: E402
from portal.models.people import Skill  # noqa: E402
from portal.run import jobs  # noqa: E402

# Enough units and cadres to choose from; visits do not matter here.
COUNTIES = Size(
    cities=1,
    counties=12,
    townships=10,
    villages=10,
    town_cadres=30,
    organ_cadres=20,
    province_cadres=50,
    visits=400,
    matters=120,
    texts=60,
    days=200,
)
CANDIDATES, PLACES, COUPLES, AVOIDANCES = 3_000, 1_000, 150, 100
MOST_SECONDS = 60
MOST_MEMORY = 2_000  # MB
LEAST_STEPS = 5


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    with clone.small_province(COUNTIES):
        return _measured()


def _measured():
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    batch = _batch(random.Random(1))
    owner = batch.created_by
    first, seconds, seen = _computed(batch, owner)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    second, _again, _seen = _computed(batch, owner)
    if _lines(first) != _lines(second):
        raise AssertionError("The same question had two answers.")

    outcome = first.outcome
    better = outcome["value"] - outcome["baseline"]
    missing = outcome["bound"] - outcome["value"]
    print(f"{outcome['candidates']:,} candidates, {outcome['seats']:,} seats at {PLACES:,} places")
    print(f"placed {outcome['placed']:,}, places not filled {len(first.gaps):,}")
    print(f"value {outcome['value']:,}; greedy baseline {outcome['baseline']:,} ({better:,} less)")
    if outcome["optimal"]:
        print("proven to be the optimum")
    else:
        share = missing / (missing + better) if better else 0
        print(f"proven bound {outcome['bound']:,}: at most {missing:,} points missing to the best")
        print(f"of what greedy misses to the bound, {1 - share:.2%} is won")
    print(f"{seconds:.1f} s, {memory:,} MB, progress told {seen} times; twice the same")
    return [
        ("proposal of 3,000 × 1,000, s", round(seconds, 1), MOST_SECONDS, seconds < MOST_SECONDS),
        ("its worker's memory, MB", memory, MOST_MEMORY, memory < MOST_MEMORY),
        ("its value below the greedy baseline, points", max(0, -better), 0, better >= 0),
        (
            "its gap to the proven bound, per mille of the bound",
            round(1000 * missing / outcome["bound"], 4),
            1,
            missing * 1000 <= outcome["bound"],
        ),
        ("steps of progress missing", max(0, LEAST_STEPS - seen), 0, seen >= LEAST_STEPS),
    ]


def _computed(batch, owner):
    """Return (proposal, seconds, number of distinct progress reports)."""
    job = Job.objects.create(kind="proposal", title="x", owner=owner)
    proposal = Proposal.objects.create(batch=batch, job=job)
    told = set()

    def watch(progress):
        def noted(done, total=None):
            told.add(done)
            progress(done, total)

        return noted

    work = jobs._WORK["proposal"]
    jobs._WORK["proposal"] = lambda job, folder, progress: work(job, folder, watch(progress))
    began = time.perf_counter()
    jobs.run(job.pk, clock=timezone.now)
    seconds = time.perf_counter() - began
    jobs._WORK["proposal"] = work
    proposal.refresh_from_db()
    if proposal.finished_at is None:
        raise AssertionError(f"The job ended as {Job.objects.get(pk=job.pk).state}.")
    return proposal, seconds, len(told)


def _lines(proposal):
    rows = proposal.lines.order_by("pk")
    return list(rows.values_list("place", "nomination", "is_leader", "facts", "other_place"))


def _batch(rng):
    """Make places and qualified cadres of the province, with the facts that placing needs."""
    today = timezone.localdate()
    owner = User.objects.filter(organ__isnull=False).order_by("pk").first()
    batch = StayBatch.objects.create(
        title="bench",
        kind="member",
        organ=owner.organ,
        created_by=owner,
        team_min=3,
        team_max=5,
        starts_on=today + timedelta(days=60),
        ends_on=today + timedelta(days=790),
        nominate_by=today,
        state=BatchState.PROPOSING,
        created_at=timezone.now(),
    )
    cadres = list(Cadre.objects.order_by("pk")[: CANDIDATES * 3])
    cadres = rng.sample(cadres, CANDIDATES)
    _particulars(rng, cadres, today)
    skills = [code for code, _label in Skill.choices]
    units = GrassrootsUnit.objects.filter(division__isnull=False).order_by("pk")
    units = rng.sample(list(units[: PLACES * 8]), PLACES)
    BatchPlace.objects.bulk_create(
        BatchPlace(
            batch=batch,
            unit=unit,
            kind="member",
            hardship=rng.choice((1, 1, 2, 3)),
            wanted=rng.choice((1, 1, 1, 3, 4, 5)),
            hardship_reason="x",
            reasons="x",
            expertise=rng.sample(skills, rng.randint(0, 3)),
            continuity=rng.choice(cadres) if rng.random() < 0.2 else None,
            added_by=owner,
            added_at=timezone.now(),
        )
        for unit in units
    )
    Nomination.objects.bulk_create(
        Nomination(
            batch=batch,
            cadre=cadre,
            organ_id=cadre.organ_id,
            may_lead=rng.random() < 0.3,
            state="qualified",
            nominated_by=owner,
            nominated_at=timezone.now(),
        )
        for cadre in cadres
    )
    AvoidancePair.objects.bulk_create(
        AvoidancePair(cadre=a, other=b, made_by=owner, made_at=timezone.now())
        if n % 2
        else AvoidancePair(cadre=a, unit=rng.choice(units), made_by=owner, made_at=timezone.now())
        for n, (a, b) in enumerate(
            sorted(rng.sample(cadres, 2), key=lambda c: c.pk) for _n in range(AVOIDANCES)
        )
    )
    return batch


def _particulars(rng, cadres, today):
    counties = list(Division.objects.filter(level=3).order_by("pk"))
    skills = [code for code, _label in Skill.choices]
    for cadre in cadres:
        born = date(today.year - rng.randint(24, 50), rng.randint(1, 12), 1)
        cadre.birth_month = f"{born:%Y-%m}"
        cadre.home_division = rng.choice(counties)
        cadre.skills = rng.sample(skills, rng.randint(0, 3))
        cadre.spouse = None
    for a, b in zip(cadres[: 2 * COUPLES : 2], cadres[1 : 2 * COUPLES : 2], strict=True):
        # A couple with the same preferences: the flow alone would send both to one place.
        a.spouse, b.spouse = b, a
        b.skills, b.home_division, b.birth_month = a.skills, a.home_division, a.birth_month
    Cadre.objects.bulk_update(
        cadres, ["birth_month", "home_division", "skills", "spouse"], batch_size=500
    )


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
