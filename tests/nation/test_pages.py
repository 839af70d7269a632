"""Pages of a nation: who sees which province, their content, and what a nation does not have."""

import io
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from openpyxl import load_workbook

from nation import actions, files, reading, rules, urls, wire
from nation.models import CellState, CellTotal, Member, Way
from portal.models import AuditEntry
from portal.pages import first_day
from portal.roles import Permission
from tests.nation.conftest import THIS_YEAR, total

pytestmark = [pytest.mark.django_db, pytest.mark.pages]

YEAR = f"?year={THIS_YEAR}"
A, N, X, R, V = 200, 403, 404, 302, 422
WHO = ("office", "supervisor", "of_yunnan", "of_kunming", "neighbour", "system")
# {(method, address): the status for each of WHO, in their order}. The neighbour reads Shaanxi.
ACCESS = {
    ("get", "/nation/"): (A, A, A, A, A, N),
    ("get", "/nation/53/"): (A, A, A, X, X, N),
    ("get", "/nation/53/5301/"): (A, A, A, A, X, N),
    ("get", "/nation/53/530102/"): (A, A, A, A, X, N),
    ("get", "/nation/53/5399x/"): (X, X, X, X, X, N),
    ("get", "/nation/61/"): (A, A, X, X, A, N),
    ("get", "/nation/44/"): (X, X, X, X, X, N),
    ("get", "/nation/take-in/"): (A, N, N, N, N, N),
    ("post", "/nation/take-in/"): (V, N, N, N, N, N),
    ("post", "/nation/export/"): (A, A, A, A, A, N),
}


@pytest.mark.parametrize(("method", "address"), ACCESS)
def test_access(nation, client, method, address):
    found = []
    for who in WHO:
        client.force_login(getattr(nation, who))
        found.append(getattr(client, method)(address).status_code)

    assert tuple(found) == ACCESS[method, address]


def test_every_address_of_the_nation_stands_in_the_table(nation):
    asked = {one.name for one in urls.urlpatterns}
    named = {"overview", "cell", "place", "take_in", "export"}

    assert asked == named
    assert {path for _method, path in ACCESS} >= {
        *(reverse("nation:overview"), reverse("nation:cell", args=["53"])),
        *(reverse("nation:place", args=["53", "5301"]), reverse("nation:take_in")),
        reverse("nation:export"),
    }


def page(client, user, address):
    client.force_login(user)
    return client.get(address)


def values(lines):
    return {line.name: line.values[1] for line in lines}


def test_provinces_add_up(nation, client):
    total("53", "530102", 7)
    total("53", "5301", 5)
    total("53", "", 9)
    total("61", "610102", 20)
    total("61", "610102", 40, year=2025)
    found = page(client, nation.office, f"/nation/{YEAR}")

    assert [column.code for column in found.context["columns"]][1] == "matters"
    assert values(found.context["lines"]) == {"云南省": 21, "陕西省": 20}
    assert found.context["total"].values[1] == 41
    assert [(line.name, line.values[1]) for line in found.context["months"]] == [("2026-03", 41)]
    assert "截至" in found.content.decode()


def test_down_to_a_county(nation, client):
    total("53", "530102", 7, part="03")
    total("53", "5301", 5)
    total("53", "53", 6)
    province = page(client, nation.of_yunnan, f"/nation/53/{YEAR}")
    city = page(client, nation.of_yunnan, f"/nation/53/5301/{YEAR}")
    county = page(client, nation.of_yunnan, f"/nation/53/530102/{YEAR}")

    assert values(province.context["lines"]) == {"昆明市": 12, "未再细分": 6}
    assert province.context["lines"][0].url == "/nation/53/5301/"
    assert values(city.context["lines"]) == {"五华区": 7, "未再细分": 5}
    assert values(county.context["lines"]) == {"五华区": 7}
    assert [n for _words, n in county.context["parts"]] == [7]


def test_a_city_s_reader_sees_the_city_alone(nation, client):
    total("53", "530102", 7)
    total("53", "530302", 50)
    total("61", "610102", 20)
    found = page(client, nation.of_kunming, f"/nation/{YEAR}")

    assert values(found.context["lines"]) == {"云南省": 7}
    assert found.context["total"].values[1] == 7


def test_fewer_than_five_are_called_so(nation, client):
    total("53", "", None, figure="matters")
    found = page(client, nation.office, f"/nation/{YEAR}")

    assert values(found.context["lines"])["云南省"] is None
    assert "不足5" in found.content.decode()


def test_an_empty_nation_says_how_provinces_join(nation, client):
    Member.objects.all().delete()
    found = page(client, nation.office, "/nation/")

    assert "join_nation" in found.content.decode()


def test_a_place_without_totals_says_so(nation, client):
    found = page(client, nation.office, "/nation/53/5301/")

    assert found.context["lines"] == []
    assert 'class="empty"' in found.content.decode()


# --- States of cells -----------------------------------------------------------------------------


def state_of(monkeypatch, *, age, stands=True, version=wire.VERSION, way=Way.REPLICATION):
    at = timezone.now()
    Member.objects.filter(cell="53").update(way=way)
    CellState.objects.filter(cell="53").update(as_of=at - timedelta(seconds=age), version=version)
    monkeypatch.setattr(reading, "connections_of_cells", lambda: {"53": stands})
    return next(one for one in reading.cells([""], at=at) if one.code == "53")


@pytest.mark.parametrize(
    ("so", "state", "is_counted"),
    [
        ({"age": 3}, "live", True),
        ({"age": 16}, "late", True),
        ({"age": 121}, "down", True),
        ({"age": 3, "stands": False}, "down", True),
        ({"age": 3, "version": wire.VERSION + 1}, "refused", False),
        ({"age": 900_000, "way": Way.FILE}, "file", True),
    ],
)
def test_states(nation, monkeypatch, so, state, is_counted):
    found = state_of(monkeypatch, **so)

    assert (found.state, found.is_counted) == (state, is_counted)


def test_a_cell_that_never_came_waits(nation):
    CellState.objects.all().delete()

    assert {one.state for one in reading.cells([""], at=timezone.now())} == {"waiting"}


def test_one_that_is_down_keeps_its_numbers_and_the_others_go_on(nation, client, monkeypatch):
    total("53", "530102", 7)
    total("61", "610102", 20)
    state_of(monkeypatch, age=600)
    found = page(client, nation.office, f"/nation/{YEAR}")

    assert "云南省" in found.context["behind"]
    assert "陕西省" not in found.context["behind"]
    assert found.context["total"].values[1] == 27
    assert "notice-warning" in found.content.decode()


def test_one_that_never_came_has_no_moment_and_no_zeros(nation, client, monkeypatch):
    state_of(monkeypatch, age=3, stands=False)
    CellState.objects.filter(cell="53").delete()
    overview = page(client, nation.office, f"/nation/{YEAR}")
    province = page(client, nation.office, "/nation/53/").content.decode()

    found = {line.name: line.is_unknown for line in overview.context["lines"]}
    assert found == {"云南省": True, "陕西省": False}
    assert overview.content.decode().count("—</td>") == len(overview.context["columns"])
    assert "该省数据未计入" in province
    assert "所列数据截至" not in province


def test_another_version_is_not_counted_and_told(nation, client, monkeypatch):
    total("53", "530102", 7)
    total("61", "610102", 20)
    state_of(monkeypatch, age=1, version=wire.VERSION + 1)
    found = page(client, nation.office, f"/nation/{YEAR}")

    assert found.context["total"].values[1] == 20
    assert str(wire.VERSION + 1) in found.context["behind"]


# --- Sheet and files -----------------------------------------------------------------------------


def test_the_sheet_has_a_row_for_each_place_and_month(nation, client):
    total("53", "530102", 7)
    total("53", "530102", 8, month=4)
    total("61", "610102", 20)
    client.force_login(nation.of_yunnan)
    answer = client.post(f"/nation/export/{YEAR}")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    texts = [[cell.value for cell in row] for row in sheet.iter_rows()]

    rows = [row for row in texts if "云南省" in row]
    assert [(row[1], row[3]) for row in rows] == [("五华区", "2026-03"), ("五华区", "2026-04")]
    assert not [row for row in texts if "陕西省" in row]
    assert AuditEntry.objects.filter(event="nation.exported").count() == 1


def test_a_file_is_taken_in_by_page(nation, client):
    key = Ed25519PrivateKey.generate()
    actions.join("53", Way.FILE, key=files.public_text(key), by="test", at=timezone.now())
    rows = [("matters", "530102", "", timezone.localdate().replace(day=1), "", 9)]
    content = files.signed("53", wire.VERSION, timezone.now(), rows, key)
    client.force_login(nation.office)

    def send():
        return client.post("/nation/take-in/", {"totals": SimpleUploadedFile("53.totals", content)})

    assert send().status_code == R
    assert CellTotal.objects.get(cell="53").n == 9
    # The same file again is refused with a message.
    assert send().status_code == V


# --- What a nation is not ------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/visits/", "/matters/", "/pairings/", "/today/"])
def test_a_nation_has_no_records(nation, client, address):
    assert page(client, nation.office, address).status_code == X


def test_its_front_page_is_the_overview(nation, client):
    assert page(client, nation.office, "/")["Location"] == "/nation/"


def test_the_portal_s_own_pages_stand(nation, client):
    for address in ("/help/", "/divisions/", "/roles/", "/jobs/"):
        assert page(client, nation.office, address).status_code == A, address
    assert page(client, nation.system, "/accounts/").status_code == A


def test_a_cell_has_no_pages_of_a_nation(client, people):
    client.force_login(people.office)

    assert client.get("/nation/").status_code == X
    assert not people.office.holds(Permission.READ_NATION)
    with pytest.raises(NoReverseMatch):
        reverse("nation:overview")


def test_a_nation_holds_only_what_it_needs(nation):
    assert nation.office.holds(Permission.READ_NATION)
    assert not nation.office.holds(Permission.READ_MATTERS)
    assert rules.code_prefixes(nation.of_kunming) == ["5301"]
    assert rules.code_prefixes(nation.supervisor) == [""]


def test_pages_cost_few_statements(nation, client, django_assert_max_num_queries):
    for n in range(1, 10):
        total("53", f"5301{n:02}", 7, part="01")
    client.force_login(nation.office)
    client.get("/nation/")
    with django_assert_max_num_queries(20):
        client.get("/nation/")
    with django_assert_max_num_queries(20):
        client.get("/nation/53/5301/")


def test_the_first_day_of_a_nation_asks_for_provinces_and_nothing_of_a_county(nation):
    """Until the first province has joined."""
    assert list(first_day.steps()) == [10, 20, 30, 41, 101]
    assert first_day.is_over()
    Member.objects.all().delete()
    assert not first_day.is_over()
    (last,) = [row for row in first_day.steps_for(nation.office) if row["step"].number == 101]
    assert last["is_next"] and "join_nation" in last["step"].command
