"""A draw of 10,000 out of 1,000,000 in 300 strata: frame from a list, announcement with its hash,
draw.

python -m bench sampling
"""

import os
import resource
import time
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from portal.sampling import allocation  # noqa: E402 (Django first)
from portal.sampling.drawing import draw  # noqa: E402
from portal.sampling.frame import Frame, Unit  # noqa: E402
from portal.sampling.plan import Method, Plan, announce  # noqa: E402
from portal.sampling.seed import Seed  # noqa: E402

UNITS, STRATA, DRAWN = 1_000_000, 300, 10_000
MOST_SECONDS, MOST_MEMORY = 3, 300  # MB
FROZEN = datetime(2026, 11, 2, 9, tzinfo=UTC)
THROWN = datetime(2026, 11, 2, 10, tzinfo=UTC)


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    units = (Unit(f"6104{n:08d}", f"{n % STRATA:03d}") for n in range(UNITS))
    began = time.perf_counter()
    frame = Frame.of(units)
    built = time.perf_counter()
    counts = {stratum: len(sizes) for stratum, sizes in frame.strata.items()}
    plan = Plan(Method.SIMPLE, allocation.proportional(counts, DRAWN))
    announced = announce(frame, plan, at=FROZEN)
    frozen, worked = time.perf_counter(), time.process_time()
    sample = draw(frame, announced, Seed("35142635142651426351", THROWN))
    rows = sample.released()
    seconds, worked = time.perf_counter() - frozen, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    assert len(rows) == DRAWN and abs(sum(row.weight for row in rows) - UNITS) < 1
    print(f"{built - began:.1f} s to read the list, {frozen - built:.1f} s to freeze it")
    print(
        f"{seconds:.1f} s to draw ({worked:.1f} s of the processor), {memory:,} MB; "
        f"sample {sample.digest[:16]}"
    )
    return [
        ("draw of 10,000, s", round(seconds, 2), MOST_SECONDS, seconds <= MOST_SECONDS),
        ("draw of 10,000, MB with its frame", memory, MOST_MEMORY, memory <= MOST_MEMORY),
    ]
