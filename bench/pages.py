"""Visit list and matter ledger of a province, relative to the same page from memory.

python -m bench pages      a million visits, 300,000 matters; gunicorn with two workers
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from statistics import median, quantiles
from urllib.parse import quote

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402 (Django first)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import clone  # noqa: E402
from demo.outreach import province  # noqa: E402
from outreach.models import Matter, Visit  # noqa: E402
from portal.models import User  # noqa: E402

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "45"))
WARM_UP = 6
ADMIN_ROUNDS = 2
DEEP = 25_000

MOST_LIST = 2.5
MOST_SEARCH = 4.0
MOST_TODO = 3.0

WORDS = {"frequent": province.FREQUENT, "middling": province.MIDDLING, "rare": province.RARE}


@dataclass
class Case:
    """One page that one reader opens repeatedly."""

    reader: str
    noun: str
    name: str
    address: str
    limit: float = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def p50(self):
        return median(self.seconds)

    @property
    def p95(self):
        if len(self.seconds) < 20:
            return max(self.seconds)
        return quantiles(self.seconds, n=20, method="inclusive")[-1]


# Pages to measure -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A list: its address, the rows its reader sees, the day that sorts them, and its filters."""

    address: str
    rows: QuerySet
    day: str
    filters: dict
    # {filter: column}, for filters that are not by day.
    columns: dict
    # The query within which searches are made, and their words.
    searched: str = ""
    words: dict = field(default_factory=lambda: WORDS)


def half_a_year(day):
    since = timezone.localdate() - timedelta(days=365)
    return {f"{day}_from": f"{since}", f"{day}_to": f"{since + timedelta(days=180)}"}


def two_words(rows):
    """Return the search words: single ones, and pairs of a place in reach and texts."""
    place = rows.order_by("pk").select_related("unit").first().unit.name
    return WORDS | {
        "two: a place and a frequent": f"{place} {province.FREQUENT}",
        "two: a frequent and a rare": f"{province.FREQUENT} {province.RARE}",
    }


def lists(user):
    visits, matters = Visit.objects.visible_to(user).standing(), Matter.objects.visible_to(user)
    return {
        "visits": Listed(
            "/visits/",
            visits,
            "visited_on",
            {"": {}, "by mode": {"mode": "field"}, "half a year": half_a_year("visited")},
            {"mode": "mode"},
            "tab=all",
            two_words(visits),
        ),
        "matters": Listed(
            "/matters/",
            matters,
            "registered_on",
            {
                "": {"tab": "all"},
                "by category": {"tab": "all", "category": "02"},
                "half a year, closed": {"tab": "closed", **half_a_year("registered")},
            },
            {"category": "category", "tab": "stage"},
            "tab=all",
            two_words(matters),
        ),
    }


def cases(reader, shown):
    """Yield the floor of each list, its pages by every filter, one page deep in it, and its
    searches."""
    for noun, one in shown.items():
        yield Case(reader, noun, "floor", f"/floor/{noun}/?{one.searched}")
        if noun == "matters":
            yield Case(reader, noun, "the door: for me to do", one.address, MOST_LIST)
        for name, query in one.filters.items():
            words = "&".join(f"{key}={value}" for key, value in query.items())
            address = f"{one.address}?{words}"
            yield Case(reader, noun, f"first page {name}".strip(), address, MOST_LIST)
            depth, after = _deep(one, query)
            if after:
                name = f"row {depth:,} {name}".strip()
                yield Case(reader, noun, name, f"{address}&after={after}", MOST_LIST)
        for how_often, word in one.words.items():
            address = f"{one.address}?{one.searched}&q={quote(word)}"
            yield Case(reader, noun, f"search, {how_often} word", address, MOST_SEARCH)


def todo_cases(reader):
    """Yield the queue of the user with the most to do."""
    yield Case(reader, "to-do", "floor", "/floor/todo/")
    yield Case(reader, "to-do", "first page", "/todo/", MOST_TODO)


def _deep(listed, query):
    """Return (number, cursor) of the 25,000th row, or of one near the end of a shorter list."""
    rows, day = listed.rows, listed.day
    for key, value in query.items():
        if key.endswith(("_from", "_to")):
            lookup = "gte" if key.endswith("_from") else "lte"
            rows = rows.filter(**{f"{day}__{lookup}": value})
        elif value != "all":
            rows = rows.filter(**{listed.columns[key]: value})
    depth = min(DEEP, rows.order_by().count() - 60)
    if depth < 60:
        return 0, ""
    found = rows.order_by(f"-{day}", "-pk").values_list(day, "pk")[depth - 1]
    return depth, f"{found[0]}~{found[1]}"


ADMIN = {
    "visits": (Visit, "/admin/outreach/visit/"),
    "matters": (Matter, "/admin/outreach/matter/"),
}
ADMIN_ROWS = 50


def admin_cases(reader):
    filters = {"visits": "mode__exact=field", "matters": "category__exact=02"}
    for noun, (model, address) in ADMIN.items():
        # At most the last page, in a small province.
        deep = min(500, model.objects.count() // ADMIN_ROWS)
        yield Case(reader, noun, "admin, first page", address)
        yield Case(reader, noun, f"admin, page {deep}", f"{address}?p={deep}")
        yield Case(reader, noun, "admin, filter", f"{address}?{filters[noun]}")
        yield Case(reader, noun, "admin, search", f"{address}?q={quote(province.FREQUENT)}")


# Measuring ---------------------------------------------------------------------------------------


def sign_in(user):
    """Return the cookie of a session like that of a sign-in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    now = int(time.time())
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["seen"] = session["began"] = now
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.cookie}"


@contextmanager
def gunicorn():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "portal.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--worker-class",
        "sync",
        "--timeout",
        "300",
        "--preload",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen(command, cwd=clone.ROOT, env=clone.environment())
    try:
        for _attempt in range(1_200):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def open_page(port, case, cookie):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        began = time.perf_counter()
        connection.request("GET", case.address, headers={"Cookie": cookie})
        answer = connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - began
    if answer.status != 200:
        raise AssertionError(f"{case.address} answered {answer.status}: {text[:300]!r}")
    return seconds


def measure(port, chosen, cookies, rounds):
    """Open the pages in turn, so that other load on the machine affects all alike."""
    for _round in range(rounds):
        for case in chosen:
            case.seconds.append(open_page(port, case, cookies[case.reader]))


# Results -----------------------------------------------------------------------------------------


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; the p95 as a multiple of the floor's p95, at most its
    limit."""
    with clone.of_the_province():
        return measure_lists(lists, admin_cases("province"), todo_cases)


def readers():
    """Return the readers of one township and of everything, as of today."""
    today = timezone.localdate()
    return {
        reader: User.objects.get(username=province.READERS[reader]).acting(on=today)
        for reader in ("township", "province")
    }


def measure_lists(shown, beside=(), others=lambda reader: ()):
    """Measure each list of `shown(user)` and further pages for both readers, relative to their
    floors; `beside` are pages for comparison."""
    cookies = {reader: sign_in(user) for reader, user in readers().items()}
    chosen = [case for reader, user in readers().items() for case in cases(reader, shown(user))]
    chosen += [case for reader in readers() for case in others(reader)]
    if wanted := os.environ.get("BENCH_ONLY"):
        chosen = [
            c for c in chosen if c.name == "floor" or wanted in f"{c.reader} {c.noun} {c.name}"
        ]
    beside = list(beside)
    with gunicorn() as port:
        for _again in range(WARM_UP):
            for case in chosen:
                open_page(port, case, cookies[case.reader])
        measure(port, chosen, cookies, ROUNDS)
        if not os.environ.get("BENCH_ONLY"):
            measure(port, beside, cookies, ADMIN_ROUNDS)
    return _table(chosen, beside)


def _table(chosen, beside):
    floors = {(c.reader, c.noun): c for c in chosen if c.name == "floor"}
    worst = {}
    print(f"{'':53} {'p50 ms':>8} {'p95 ms':>8} {'p50/floor':>10} {'p95/floor':>10}")
    for case in [*chosen, *(c for c in beside if c.seconds)]:
        floor = floors[case.reader, case.noun]
        ratio = case.p95 / floor.p95
        print(
            f"{case.reader:8} {case.noun:7} {case.name:36} {case.p50 * 1000:8.1f}"
            f" {case.p95 * 1000:8.1f} {case.p50 / floor.p50:10.2f} {ratio:10.2f}"
            f"{'  MISSED' if case.limit and ratio > case.limit else ''}"
        )
        if case.limit:
            kind = "text search" if case.limit == MOST_SEARCH else "list"
            worst.setdefault((kind, case.reader, case.noun, case.limit), []).append(ratio)
    return [
        (
            f"{kind} of {noun}, {reader} reader, p95 in floors",
            round(max(ratios), 2),
            limit,
            max(ratios) <= limit,
        )
        for (kind, reader, noun, limit), ratios in worst.items()
    ]


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
