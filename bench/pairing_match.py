"""Matching: 2,000 organs (for 7 to 16 at once) × 20,000 units in need; built, matched and
explained as by a worker, from rows as the database returns them.

python -m bench pairing_match      BENCH_SIZE=200x2000 for a smaller problem
"""

import os
import random
import resource
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from pairing.fitting import Helper, Pool, Target  # noqa: E402 (Django first)
from pairing.models.needs import HelpKind, Urgency  # noqa: E402
from pairing.proposals import problem  # noqa: E402
from portal import parameters  # noqa: E402
from portal.models.people import Skill  # noqa: E402
from portal.models.places import DivisionLevel  # noqa: E402

ORGANS, UNITS = 2_000, 20_000
MOST_SECONDS = 60
MOST_MEMORY = 1_500  # MB
WEIGHTS = ("kind", "expertise", "urgency", "near", "kept", "load")


class _Round:
    is_for_households = False


class _Pool(Pool):
    """An invented round of a province: cities of ten counties, counties of twenty townships."""

    def __init__(self, organs, units):
        rng = random.Random(1)
        self.round, self.weights = _Round(), {}
        for code in WEIGHTS:
            norm = parameters.NORMS[f"matching.weight.{code}"]
            self.weights[code] = int(norm.value)
        kinds, skills = HelpKind.values, Skill.values
        counties = max(2, units // 200)
        self.targets, self.unit_place = [], {}
        self.organ_path, self.organ_place = {}, {}
        # Hosts are townships, numbered after the organs; they offer no help.
        for n in range(units):
            county = n % counties
            township = county * 20 + rng.randrange(20)
            host = organs + 1 + township
            self.organ_path[host] = f"/{host}/"
            self.organ_place[host] = self._place(county, township)
            self.unit_place[n + 1] = self._place(county, township)
            self.targets.append(
                Target(
                    n + 1,
                    None,
                    host,
                    set(rng.sample(kinds, rng.choice((1, 1, 2, 3)))),
                    set(rng.sample(skills, rng.randint(0, 3))),
                    rng.choice(Urgency.values),
                )
            )
        self.helpers, self.strength = [], {}
        for n in range(1, organs + 1):
            self.organ_path[n] = f"/{n}/"
            self.organ_place[n] = self._place(n % counties, None)
            self.strength[n] = rng.randint(5, 120)
            self.helpers.append(
                Helper(
                    n,
                    None,
                    rng.randint(7, 16),
                    set(rng.sample(kinds, rng.randint(1, 3))),
                    set(rng.sample(skills, rng.randint(1, 4))),
                )
            )
        self.kept = {(n, rng.randint(1, organs)) for n in range(1, units + 1, 5)}
        self.avoided = set()
        self.by_helper = {one.key: one for one in self.helpers}

    @staticmethod
    def _place(county, township):
        place = {DivisionLevel.CITY: 1 + county // 10, DivisionLevel.COUNTY: 1 + county}
        return place | ({DivisionLevel.TOWNSHIP: 1 + township} if township is not None else {})


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    from portal.choosing import matching  # noqa: PLC0415

    organs, units = ORGANS, UNITS
    if size := os.environ.get("BENCH_SIZE"):
        organs, units = (int(part) for part in size.split("x"))
    pool, told = _Pool(organs, units), set()
    began, worked = time.perf_counter(), time.process_time()
    given = problem(pool, matching)
    built = time.perf_counter() - began
    answer = matching.propose(given, lambda done, total: told.add(done))
    seconds = time.perf_counter() - began
    worked = time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    places = sum(helper.capacity for helper in pool.helpers)
    better, missing = answer.value - answer.baseline, answer.bound - answer.value
    print(f"{organs:,} organs with {places:,} places, {units:,} units in need")
    print(
        f"helped {len(answer.choices):,} (greedy {answer.baseline_seats:,}); "
        f"left {len(answer.gaps):,}, each with its reasons"
    )
    print(f"value {answer.value:,}; greedy baseline {answer.baseline:,} ({better:,} less)")
    if answer.is_optimal:
        print("proven to be the optimum over all pairs")
    else:
        print(f"proven bound {answer.bound:,}: at most {missing:,} points missing to the best")
    print(
        f"{seconds:.1f} s ({worked:.1f} s of the processor), of these {built:.1f} s to build it; "
        f"{memory:,} MB, progress told {len(told)} times"
    )
    if any(not choice.facts and choice.points for choice in answer.choices):
        raise AssertionError("A choice has points and no reasons.")
    return [
        (
            "who helps whom, 2,000 × 20,000, s",
            round(seconds, 1),
            MOST_SECONDS,
            seconds < MOST_SECONDS,
        ),
        ("its worker's memory, MB", memory, MOST_MEMORY, memory < MOST_MEMORY),
        ("its value below the greedy baseline, points", max(0, -better), 0, better >= 0),
        (
            "its gap to the proven bound, per mille of the bound",
            round(1000 * missing / max(1, answer.bound), 4),
            1,
            missing * 1000 <= answer.bound,
        ),
    ]
