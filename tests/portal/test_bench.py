"""How `make bench` compares several runs; the measuring itself is not tested."""

import json
import re

import pytest
from django.urls import reverse

from bench import factors, floors, pages
from bench.__main__ import keep
from portal import urls as portal_urls


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.delenv("BENCH_ONLY", raising=False)
    return tmp_path / "latest.json"


def limit(part, name, measured):
    return {"part": part, "name": name, "measured": measured, "limit": 2, "ok": True}


def kept(file):
    return {one["name"]: (one["measured"], one["at"]) for one in read(file)["limits"]}


def read(file):
    return json.loads(file.read_text())


def test_a_run_of_one_part_leaves_the_others_with_their_time(file):
    keep(file, [limit("sheet", "a", 1), limit("pages", "b", 1)], [], at="Monday")

    keep(file, [limit("pages", "c", 2)], [], at="Tuesday")

    assert kept(file) == {"a": (1, "Monday"), "c": (2, "Tuesday")}
    assert read(file)["at"] == "Tuesday"


def test_a_narrowed_run_replaces_what_it_measured_and_says_so(file, monkeypatch):
    keep(file, [limit("pages", "b", 1), limit("pages", "c", 1)], [], at="Monday")
    monkeypatch.setenv("BENCH_ONLY", "text search")

    keep(file, [limit("pages", "c", 2)], [], at="Tuesday")

    assert kept(file) == {"b": (1, "Monday"), "c": (2, "Tuesday")}
    assert [one.get("only") for one in read(file)["limits"]] == [None, "text search"]


def test_a_broken_part_keeps_its_old_numbers_until_it_runs_again(file):
    keep(file, [limit("sheet", "a", 1), limit("pages", "b", 1)], [], at="Monday")
    keep(file, [], ["pages"], at="Tuesday")

    assert (kept(file)["b"], read(file)["broken"]) == ((1, "Monday"), ["pages"])

    keep(file, [limit("pages", "b", 2)], [], at="Wednesday")

    assert (kept(file)["b"], read(file)["broken"]) == ((2, "Wednesday"), [])


def test_numbers_of_an_older_file_get_the_time_of_their_run(file):
    file.write_text(json.dumps({"at": "Sunday", "limits": [limit("sheet", "a", 1)], "broken": []}))

    keep(file, [limit("pages", "b", 2)], [], at="Monday")

    assert kept(file) == {"a": (1, "Sunday"), "b": (2, "Monday")}


PAGES = {
    "visits": "outreach:visits",
    "matters": "outreach:matters",
    "stays": "outreach:stay_timeline",
    "pairings": "pairing:pairings",
    "support_items": "pairing:support_items",
    "todo": "todo",
}


class Addresses:
    """The addresses of the portal and of the floors."""

    urlpatterns = [*floors.urlpatterns, *portal_urls.urlpatterns]
    handler403, handler404 = portal_urls.handler403, portal_urls.handler404


@pytest.mark.parametrize("page", [*PAGES])
def test_a_floor_has_the_frame_of_its_page(client, people, settings, page):
    settings.ROOT_URLCONF = Addresses
    client.force_login(people.office)

    whole = client.get(reverse(PAGES[page]))
    first, again = (client.get(f"/floor/{page}/") for _ in range(2))

    assert side_list_of(whole) == side_list_of(first) == side_list_of(again) != []


@pytest.mark.parametrize("page", ["visits", "matters", "todo"])
def test_a_floor_shows_the_rows_of_its_page(client, people, settings, page):
    settings.ROOT_URLCONF = Addresses
    people.matter(title="东支渠漏水")
    client.force_login(people.host)

    whole = client.get(f"{reverse(PAGES[page])}?tab=all").content.decode()
    _first, again = (client.get(f"/floor/{page}/?tab=all").content.decode() for _ in range(2))

    assert "柳湾村" in again
    for tag in ("<tr", "<li"):
        assert again.count(tag) == whole.count(tag)


def side_list_of(answer):
    assert answer.status_code == 200
    side = answer.content.decode().partition('<nav class="side')[2].partition("</nav>")[0]
    return re.findall(r'href="([^"]+)"', side)


# --- Two sizes of a province, compared ------------------------------------------------------------


def case(reader, noun, name, ms):
    return pages.Case(reader, noun, name, "/", seconds=[ms / 1000] * 3)


def test_growth_is_the_worst_page_of_each_kind_in_times_of_its_floor():
    tenth = [
        case("office", "visits", "floor", 10),
        case("office", "matters", "floor", 10),
        case("county", "visits", "floor", 10),
        case("office", "visits", "first page", 20),
        case("office", "matters", "search, rare word", 30),
        case("county", "dashboard", "year", 40),
        case("office", "stays", "by unit", 50),
    ]
    whole = [
        # The machine became slower between the runs.
        case("office", "visits", "floor", 20),
        case("office", "matters", "floor", 10),
        case("county", "visits", "floor", 12.5),
        case("office", "visits", "first page", 48),
        case("office", "matters", "search, rare word", 60),
        # Without a floor of their own: corrected by the median floor, which took 1.25 times as
        # long.
        case("county", "dashboard", "year", 50),
        case("office", "stays", "by unit", 31.25),
    ]

    found = factors.limits(factors.compare(tenth, whole))

    assert found == [
        ("lists, p95 in floors, in times of a tenth of it", 1.2, 1.3, True),
        ("text search, p95 in floors, in times of a tenth of it", 2.0, 1.3, False),
        ("figures, p95 in floors, in times of a tenth of it", 1.0, 1.3, True),
        ("timeline, p95 in floors, in times of a tenth of it", 0.5, 1.3, True),
    ]


def test_a_row_deep_in_a_list_is_compared_with_one_of_another_depth():
    tenth = [case("office", "visits", "row 649 by mode", 20)]
    whole = [
        case("office", "visits", "row 25,000 by mode", 30),
        case("office", "visits", "row 25,000", 30),
    ]

    (line,) = list(factors.table(factors.compare(tenth, whole)))[1:]

    assert "row 25,000 by mode" not in line and "deep by mode" in line
    assert "1.50" in line and line.endswith("MISSED")
