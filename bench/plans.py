"""The page of a plan with 2,000 tasks counted from records, relative to the same page from memory;
and the count of all its tasks.

python -m bench plans                      on a copy of the province
BENCH_SIZE=2000 python -m bench plans      number of tasks, in a few counties
"""

import os
import time
from datetime import date

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection  # noqa: E402 (Django first)
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import clone  # noqa: E402
from bench.pages import ROUNDS, WARM_UP, Case, gunicorn, measure, open_page, sign_in  # noqa: E402
from demo.outreach import province  # noqa: E402
from oversight.actions import plans  # noqa: E402
from oversight.models import PlanItem, WorkPlan  # noqa: E402
from oversight.models.plans import Counted, Measure, PlanState  # noqa: E402
from portal.models import Cadre, Organ, User  # noqa: E402

ITEMS = 2_000
MOST_FLOORS = 5.0
MOST_SECONDS = 60


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    items, place = ITEMS, clone.of_the_province()
    if size := os.environ.get("BENCH_SIZE"):
        items, place = int(size), clone.small_province(province.TINY)
    with place:
        office = User.objects.get(username=province.READERS["province"])
        plan = make_plan(office, items)
        began = time.perf_counter()
        plans.count_plans(at=timezone.now())
        seconds = time.perf_counter() - began
        counted = PlanItem.objects.filter(plan=plan).exclude(whole=None).count()
        print(f"{counted:,} of {items:,} tasks counted in {seconds:.1f} s")
        ratio = _page(office, plan)
    return [
        ("page of a plan, p95 in floors", ratio, MOST_FLOORS, ratio <= MOST_FLOORS),
        ("its tasks counted, s", round(seconds, 1), MOST_SECONDS, seconds <= MOST_SECONDS),
    ]


def make_plan(office, items):
    """Make a plan with every measure in turn, for organs in turn, in the area and by organ."""
    today, first = timezone.localdate(), Cadre.objects.order_by("pk").first()
    plan = WorkPlan(
        kind="year",
        title="年度工作要点",
        first_year=today.year,
        last_year=today.year,
        first_in_charge=first,
        in_charge=first,
        state=PlanState.ISSUED,
        decided_on=today,
        decided_in="省委常委会",
        issued_on=date(today.year, 1, 1),
        document="省委〔示例〕1号",
        written_by=office,
        created_at=timezone.now(),
    )
    plan.stand_with(office.organ)
    plan.save()
    organs = list(Organ.objects.order_by("pk").values_list("pk", flat=True)[:items])
    measures, scopes = Measure.values, Counted.values
    PlanItem.objects.bulk_create(
        PlanItem(
            plan=plan,
            position=n + 1,
            point=f"工作要点{n // 10 + 1}",
            task=f"重点任务{n + 1}",
            goal="达到目标",
            measure=measures[n % len(measures)],
            target=90,
            counted_of=scopes[n % len(scopes)],
            official=first,
            lead_organ_id=organs[n % len(organs)],
            due_on=date(today.year, n % 12 + 1, 28),
        )
        for n in range(items)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE oversight_planitem")
    return plan


def _page(office, plan):
    """Return the p95 of the page ÷ p95 of its floor."""
    cookies = {"province": sign_in(office)}
    floor = Case("province", "plan", "floor", f"/floor/plan/{plan.pk}/")
    page = Case("province", "plan", "page", reverse("oversight:plan", args=[plan.pk]))
    with gunicorn() as port:
        for _again in range(WARM_UP):
            for case in (floor, page):
                open_page(port, case, cookies["province"])
        measure(port, [floor, page], cookies, ROUNDS)
    for case in (floor, page):
        print(f"{case.name:6} p50 {case.p50 * 1000:7.1f} ms, p95 {case.p95 * 1000:7.1f} ms")
    return round(page.p95 / floor.p95, 2)


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
