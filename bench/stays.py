"""The timeline of 5,000 stays, relative to the same page from memory.

python -m bench stays      5,000 stays of a province's cadres; gunicorn with two workers
"""

import os

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from bench import clone, going_down  # noqa: E402 (Django first)
from bench.pages import ROUNDS, WARM_UP, Case, gunicorn, measure, open_page, sign_in  # noqa: E402
from demo.outreach import province  # noqa: E402
from portal.models import User  # noqa: E402

MOST = 3.0


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; the p95 as a multiple of the floor's p95, at most its
    limit."""
    with clone.of_the_province():
        print(f"{going_down.make_stays():,} stays")
        user = User.objects.get(username=province.READERS["province"])
        cookies = {"province": sign_in(user)}
        floor = Case("province", "stays", "floor", "/floor/stays/")
        cases = [
            Case("province", "stays", "by unit", "/stays/timeline/", MOST),
            Case("province", "stays", "by cadre", "/stays/timeline/?by=cadre", MOST),
        ]
        with gunicorn() as port:
            for _again in range(WARM_UP):
                for case in (floor, *cases):
                    open_page(port, case, cookies[case.reader])
            measure(port, [floor, *cases], cookies, ROUNDS)
    for case in (floor, *cases):
        print(
            f"{case.name:12} p50 {case.p50 * 1000:8.1f} ms   p95 {case.p95 * 1000:8.1f} ms"
            f"   {case.p95 / floor.p95:6.2f} floors"
        )
    return [
        (
            f"timeline of {going_down.STAYS:,} stays {case.name}, p95 in floors",
            round(case.p95 / floor.p95, 2),
            case.limit,
            case.p95 / floor.p95 <= case.limit,
        )
        for case in cases
    ]


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
