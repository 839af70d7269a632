"""The cost of row-level security: the same statements on a province with its policies, and as the
owner of the tables, to whom no policy applies.

python -m bench wall      lists, counts and searches, relative to the owner
"""

import os
import re
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connections, transaction  # noqa: E402 (Django first)

from bench import clone  # noqa: E402
from bench.pages import readers  # noqa: E402
from demo.outreach import province  # noqa: E402
from outreach.models import FollowUp, Matter, MatterStep, Visit  # noqa: E402
from portal.trust import wall  # noqa: E402

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
PAGE = 50
WORDS = {"frequent": province.FREQUENT, "middling": province.MIDDLING, "rare": province.RARE}
# Multiples of the same statement without policies; for the context of a transaction, milliseconds.
MOST_LIST, MOST_COUNT, MOST_SEARCH, MOST_BELOW = 2.5, 2.0, 2.0, 3.0
MOST_OVERHEAD_MS = 3.0
# Slow statements get fewer rounds.
LONG_ENOUGH_MS, FEW_ROUNDS = 3_000, 5
# Below this, a statement is mostly planning time, and the difference says more than the ratio.
SHORT_MS, MOST_MORE_MS = 5.0, 4.0


def statements(user):
    """Return {name: (limit, queryset)} of the queries of one reader's pages."""
    visits, matters = Visit.objects.visible_to(user), Matter.objects.visible_to(user)
    steps = MatterStep.objects.filter(matter__in=matters.order_by("-pk").values("pk")[:PAGE])
    calls = FollowUp.objects.visible_to(user)
    open_calls, ended_calls = calls.open_on(user.today), calls.exclude(answered_at=None)
    found = {
        "list of visits": (MOST_LIST, visits.order_by("-visited_on", "-pk").values("pk")[:PAGE]),
        "list of matters": (
            MOST_LIST,
            matters.order_by("-registered_on", "-pk").values("pk", "title")[:PAGE],
        ),
        "count of visits": (MOST_COUNT, visits.order_by().values("pk")),
        "count of matters": (MOST_COUNT, matters.order_by().values("pk")),
        "count of a category": (MOST_COUNT, matters.filter(category="02").order_by().values("pk")),
        "steps of a page of matters": (MOST_BELOW, steps.order_by().values("pk")),
        "list of open call-backs": (
            MOST_BELOW,
            open_calls.order_by("due_on", "pk").values("pk")[:PAGE],
        ),
        "list of ended call-backs": (
            MOST_BELOW,
            ended_calls.order_by("-answered_at", "-pk").values("pk")[:PAGE],
        ),
        "count of ended call-backs": (MOST_BELOW, ended_calls.order_by().values("pk")),
    }
    for how_often, word in WORDS.items():
        for noun, rows in (("visits", visits), ("matters", matters)):
            searched = rows.extra(where=["search @@ %s::tsquery"], params=[f"'{word}'"])
            found[f"search of {noun}, {how_often} word"] = (
                MOST_SEARCH,
                searched.order_by().values("pk"),
            )
    return found


def counted(name, queryset):
    sql, values = queryset.query.sql_with_params()
    return (
        (f"SELECT count(*) FROM ({sql}) counted", values) if "list" not in name else (sql, values)
    )


@contextmanager
def asked(alias, user):
    """Yield a cursor like that of a page: in a transaction that knows its reader."""
    with wall.reading(user), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")
        yield cursor


def seconds(cursor, sql, values):
    began = perf_counter()
    cursor.execute(sql, values)
    rows = cursor.fetchall()
    return perf_counter() - began, rows


def compared(user, sql, values):
    """Return (ms without policies, ms with them), measured alternately, and the plan with them."""
    without, within = [], []
    with asked("owner", user) as owner, asked("default", user) as app:
        for _round in range(ROUNDS):
            one, rows = seconds(owner, sql, values)
            other, same = seconds(app, sql, values)
            assert sorted(rows) == sorted(same), sql
            without.append(one * 1000)
            within.append(other * 1000)
            if sum(without + within) > LONG_ENOUGH_MS and len(without) >= FEW_ROUNDS:
                break
        app.execute(f"EXPLAIN {sql}", values)
        plan = [line for (line,) in app.fetchall()]
    return median(without), median(within), plan


def context_overhead(user):
    """Return the p95, in ms, of setting the context of a transaction."""
    found = []
    for _round in range(max(ROUNDS, 20)):
        with wall.reading(user), transaction.atomic(), connections["default"].cursor() as cursor:
            found.append(seconds(cursor, "SELECT 1", None)[0] * 1000)
    return quantiles(found, n=20, method="inclusive")[-1]


def run():
    with clone.of_the_province():
        return measured()


def measured():
    results, row_by_row = [], []
    print(f"{'':48} {'owner ms':>10} {'wall ms':>10} {'times':>7}")
    for reader, user in readers().items():
        worst = {}
        for name, (limit, queryset) in statements(user).items():
            without, within, plan = compared(user, *counted(name, queryset))
            is_short = without < SHORT_MS
            times = within / without
            is_kept = within - without <= MOST_MORE_MS if is_short else times <= limit
            print(
                f"{reader:9} {name:38} {without:10.2f} {within:10.2f} {times:7.2f}"
                f"{'' if is_kept else '  MISSED'}"
            )
            kind = name.split(" of ")[0]
            value = within - without if is_short else times
            worst.setdefault((kind, is_short, limit), []).append((value, is_kept))
            if any(re.search(r"(Filter|Cond):.*_wall", line) for line in plan):
                row_by_row.append(f"{reader} {name}")
        for (kind, is_short, limit), found in worst.items():
            unit = "ms more" if is_short else "in times of the owner"
            results.append(
                (
                    f"{kind}, {reader} reader, {unit}",
                    round(max(value for value, _ok in found), 2),
                    MOST_MORE_MS if is_short else limit,
                    all(ok for _value, ok in found),
                )
            )
        overhead = context_overhead(user)
        name = f"telling who reads, {reader} reader, p95 ms"
        results.append((name, round(overhead, 2), MOST_OVERHEAD_MS, overhead <= MOST_OVERHEAD_MS))
    results.append(("policies asked row by row", len(row_by_row), 0, not row_by_row))
    return results


if __name__ == "__main__":
    for name, value, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {value} (limit {limit})")
