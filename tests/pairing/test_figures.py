"""Figures of pairing: stored ones agree with the records, each has its list, nobody sees more than
allowed."""

import html
import re
from datetime import timedelta
from decimal import Decimal
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import visits
from pairing import dashboard as board
from pairing import statistics as own
from pairing.figures import MONEY_DONE, MONEY_PROMISED, PAIRINGS, SUPPORT_DONE, SUPPORT_PROMISED
from pairing.models import HelpNeed, Pairing, SupportItem, SupportStep
from portal import editions as reports
from portal.models import RoleGrant
from portal.sheets import figures, statistics
from portal.sheets.figures import Scope
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from tests.day import in_days, today
from tests.pairing.changes import Changes
from tests.people import fresh

pytestmark = pytest.mark.each_run

NUMBER = re.compile(r'<a [^>]*href="([^"]+)" data-n="(\d+)"')
COUNTED = (PAIRINGS, SUPPORT_PROMISED, SUPPORT_DONE)
SUMMED = (MONEY_PROMISED, MONEY_DONE)


@pytest.fixture
def changes(people):
    return Changes(people)


def scopes(people):
    """Scopes of both kinds: summed ones (county, organ) and those counted live."""
    return [
        Scope(people.office, division=people.county),
        Scope(people.liaison, organ=people.agriculture),
        Scope(people.office, division=people.town),
        Scope(people.host, host=people.town_organ),
        Scope(people.office, division=people.county, organ=people.agriculture),
    ]


def days_ago(n):
    return in_days(-n)


def this_year():
    return Period(days_ago(365), today())


def silent():
    return Pairing.objects.contact_due(days_ago(1), 60, on=today())


# --- kept figures ------------------------------------------------------------------------------


@pytest.mark.slow
def test_figures_agree_with_the_records_through_every_change(people):
    changes = Changes(people, seed=20261125)
    for number in range(90):
        changes.step()
        if number % 30 == 0:
            check_all(people)
        if number == 45:
            with transaction.atomic():
                figures.roll_up()

    check_all(people)
    assert set(figures.rebuild(check=True).values()) == {0}
    assert all(figures.counts_of(COUNTED + SUMMED, scopes(people)[0]).values()), "nothing untried"


def check_all(people):
    """Compare every figure in every scope with its live count and its list."""
    for scope in scopes(people):
        for figure in COUNTED + SUMMED:
            with mock.patch.object(Scope, "is_summed", False):
                live = figures.counts(figure, scope)
            assert figures.counts(figure, scope) == live, (figure.code, scope)
            listed = figure.rows(scope.user, figure.query | scope.query)
            if figure in COUNTED:
                assert live.total() == listed.count()
            else:
                assert live.total() == sum(item.fen for item in listed)


def test_a_summed_number_never_shows_more_than_its_reader_sees(people, changes):
    changes.pair(level="unit", unit=people.village)
    RoleGrant.objects.filter(user=people.office).update(division=people.other_county)

    assert not figures.counts(PAIRINGS, Scope(people.office, division=people.county))


# --- contact -----------------------------------------------------------------------------------


def test_a_pairing_is_in_contact_by_a_visit_of_its_cadre_alone(people, changes):
    pairing = changes.pair(
        level="unit",
        unit=people.village,
        cadre=people.cadre,
        starts_on=days_ago(100),
        ends_on=days_ago(-100),
    )
    assert list(silent()) == [pairing]

    people.visit(by=people.colleague, place=people.village)
    changes.visit(pairing, visited_on=days_ago(61))
    people.visit(by=people.author, place=people.other_village)
    assert list(silent()) == [pairing]
    assert Pairing.objects.get().last_contact_on == days_ago(61)

    people.visit(by=people.colleague, companions=[people.cadre], visited_on=days_ago(60))
    assert not silent().exists()
    assert Pairing.objects.get().last_contact_on == days_ago(60)


def test_a_household_is_in_contact_by_the_visit_that_names_it(people, changes):
    pairing = changes.pair(
        level="household",
        unit=people.village,
        cadre=people.cadre,
        starts_on=days_ago(100),
        ends_on=days_ago(-100),
        household=changes.household(people.village),
    )
    other = changes.household(people.village)
    people.visit(households=[other])
    assert list(silent()) == [pairing]
    assert Pairing.objects.get().last_contact_on is None

    visit = people.visit(
        by=people.colleague,
        companions=[people.cadre],
        households=[pairing.household],
        visited_on=days_ago(3),
    )
    assert not silent().exists()
    assert Pairing.objects.get().last_contact_on == days_ago(3)

    visits.void_visit(visit=visit, by=people.colleague, reason="录错", at=timezone.now())
    assert list(silent()) == [pairing]


@pytest.mark.parametrize(
    "fields",
    [
        {"starts_on": -59},
        {"ends_on": -1},
        {"cadre": None},
        {"state": "ended", "ended_on": -1, "ending": "solved"},
    ],
)
def test_no_contact_is_due_before_the_norm_or_after_the_end_or_of_nobody(people, changes, fields):
    fields = {
        name: days_ago(-value) if isinstance(value, int) else value
        for name, value in fields.items()
    }
    pairing = changes.pair(level="unit", starts_on=days_ago(100), ends_on=days_ago(-100))
    assert list(silent()) == [pairing]

    Pairing.objects.update(**fields)

    assert not silent().exists()


def test_nobody_is_sent_to_a_door_that_asks_not_to_be_visited(people, changes):
    changes.pair(
        level="member",
        starts_on=days_ago(100),
        ends_on=days_ago(-100),
        unit=people.village,
        household=changes.household(people.village, do_not_disturb=True),
    )

    assert not silent().exists()


def test_a_visit_before_the_pairing_is_no_contact_of_it(people, changes):
    pairing = changes.pair(level="unit", starts_on=days_ago(10), ends_on=days_ago(-100))
    changes.visit(pairing, visited_on=days_ago(11))

    assert Pairing.objects.get().last_contact_on is None


# --- the dashboard's part ----------------------------------------------------------------------


PARTS = ("pairing:pairing_dashboard", "pairing:help_dashboard", "pairing:contact_dashboard")


def section(people, scope=None):
    scope = scope or scopes(people)[0]
    return board.who_helps_whom(scope, this_year()) | board.needed_and_given(scope, this_year())


def contact(people, scope=None):
    return board.contact(scope or scopes(people)[0], this_year())


def parts(session, **query):
    return [session.get(reverse(name), query) for name in PARTS]


@pytest.mark.slow
@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("reader", ["office", "supervisor", "host", "liaison"])
def test_every_number_equals_its_list_after_random_changes(client, people, reader, every):
    changes = Changes(people, seed=f"{reader} 2026")
    for _number in range(35):
        changes.step()
    client.force_login(getattr(people, reader))

    pages = "".join(page.content.decode() for page in parts(client, period="year"))

    found = [(html.unescape(url), int(n)) for url, n in NUMBER.findall(pages)]
    assert len(found) > 10
    assert sum(n for _url, n in found) > 10
    # One in `every`, different ones for each reader; all of them in make test-long.
    for url, n in found[len(reader) % every :: every]:
        opened = client.get(url)
        assert opened.status_code == 200, url
        if "filter" in opened.context:
            assert opened.context["filter"].unknown == [], url
            assert not opened.context["filter"].errors, url
        assert opened.context["total"] == n, (reader, url)


def test_coverage_says_how_many_have_somebody_of_how_many(people, changes):
    pairing = changes.pair(
        level="household", unit=people.village, starts_on=days_ago(100), ends_on=days_ago(-100)
    )
    changes.pair(level="unit", unit=people.village, starts_on=days_ago(9), ends_on=days_ago(-9))
    door = changes.household(people.village)
    for household in (pairing.household, door):
        need = changes.note(
            unit=people.village,
            household=household,
            what="",
            noted_on=days_ago(1),
            until=days_ago(-30),
        )
        HelpNeed.objects.filter(pk=need.pk).update(state="open", closed_on=None, closed_by=None)

    shown = section(people)
    doors, units = shown["doors"], shown["units"]

    assert (doors.has.n, doors.lacks.n, doors.n, doors.share) == (1, 1, 2, 50)
    assert (units.has.n, units.lacks.n) == (1, 1)
    of_organ = section(people, scopes(people)[1])
    assert of_organ["doors"] is of_organ["units"] is None


def test_needs_stand_by_how_long_they_are_open(people, changes):
    for age in (0, 30, 31, 90, 91, 400):
        need = changes.note(unit=people.village, noted_on=days_ago(age), until=days_ago(-1))
        HelpNeed.objects.filter(pk=need.pk).update(state="open", closed_on=None, closed_by=None)
    changes.note(unit=people.village, noted_on=days_ago(40), until=days_ago(1))

    lines = section(people)["needs"]

    assert [line.number.n for line in lines] == [2, 2, 2]
    assert [line.is_over for line in lines] == [False, False, True]


def test_promised_and_delivered_stand_with_their_money(people, changes):
    pairing = changes.pair(level="unit", unit=people.village)
    for amount in ("12000.50", "500"):
        item = changes.promise(
            pairing=pairing,
            kind="funds",
            amount=Decimal(amount),
            source="own",
            promised_on=days_ago(20),
        )
    item.state, item.done_on = "promised", None
    figures.remember(item)
    item.state, item.done_on = "done", today()
    item.save()
    figures.recount(item)

    (row,) = section(people)["support"]

    assert [(number.n, money.wan) for number, money in row["cells"]] == [(2, "1.25"), (1, "0.05")]
    # Overdue items are counted as of today, whatever the period.
    SupportItem.objects.promised().update(promised_for=days_ago(1))
    assert section(people)["overdue"].n == 1


def test_pairings_without_contact_stand_by_organ_in_official_order(people, changes):
    lasting = {"starts_on": days_ago(100), "ends_on": days_ago(-100), "level": "unit"}
    changes.pair(cadre=people.neighbour, unit=people.village, **lasting)
    for cadre in (people.neighbour, people.cadre):
        changes.pair(cadre=cadre, unit=people.other_village, **lasting)
    changes.pair(cadre=people.cadre2, unit=people.village, **lasting)
    people.visit(by=people.colleague)

    shown = contact(people)

    assert shown["total"].n == 3
    assert [(label, a.n, b.n) for label, a, b in shown["lines"]] == [
        (people.agriculture.label, 1, 2),
        (people.roads.label, 2, 2),
    ]
    query = parse_qs(urlsplit(shown["lines"][1][1].url).query)
    assert query["itself"] == [str(people.roads.pk)] and query["contact"] == ["overdue"]


def test_above_a_county_contact_stands_by_place(people, changes):
    changes.pair(level="unit", starts_on=days_ago(100), ends_on=days_ago(-100))
    RoleGrant.objects.filter(user=people.office).update(division=people.city)
    people.office = fresh(people.office)

    shown = contact(people, Scope(people.office, division=people.city))

    assert shown["by_place"]
    assert [(label, n.n) for label, n, _all in shown["lines"]] == [(people.county.name, 1)]


def test_a_neighbour_reads_nothing_of_it(people, changes):
    for level in ("unit", "household"):
        changes.pair(level=level, unit=people.village, starts_on=days_ago(100))
    changes.promise()

    scope = Scope(people.neighbour_host, host=people.other_town_organ)
    shown = section(people, scope)

    assert [(running.n, begun.n) for _label, running, begun in shown["levels"]] == [(0, 0)] * 4
    assert contact(people, scope)["lines"] == shown["support"] == []
    assert shown["units"].n == 1


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_loaded_after_the_dashboard_by_who_reads_pairings(client, people, name):
    for reader, times in (("office", 1), ("desk", 0)):
        client.force_login(getattr(people, reader))
        page = client.get(reverse("outreach:dashboard"), {"period": "year"}).content.decode()
        assert page.count(f"{reverse(name)}?period=year") == times
    assert client.get(reverse(name)).status_code == 403

    client.force_login(people.office)
    inner = client.get(reverse(name), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in inner
    assert client.get(reverse(name), {"area": people.other_county.pk}).status_code == 422


@pytest.mark.parametrize("row_count", [1, 6])
@pytest.mark.parametrize(("name", "queries"), list(zip(PARTS, (11, 14, 9), strict=True)))
def test_a_part_costs_as_many_queries_however_much_there_is(
    client, people, changes, django_assert_num_queries, name, queries, row_count
):
    for _number in range(row_count):
        changes.promise(pairing=changes.pair(unit=people.village))
        changes.note(unit=people.village)
    client.force_login(people.office)
    client.get(reverse(name))

    with django_assert_num_queries(queries):
        client.get(reverse(name))


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_units_behind_the_coverage_cost_as_many_queries_for_one_row_as_for_three(
    client, people, changes, django_assert_num_queries, row_count
):
    for organ in (people.agriculture, people.roads, people.water)[:row_count]:
        changes.pair(level="unit", unit=people.village, organ=organ, starts_on=days_ago(9))
    client.force_login(people.office)
    url = reverse("pairing:paired_units")
    assert people.village.name in client.get(url).content.decode()
    assert people.village.name not in client.get(url, {"has": "nobody"}).content.decode()

    with django_assert_num_queries(UNIT_QUERIES):
        client.get(url)


UNIT_QUERIES = 10


# --- the statistics ----------------------------------------------------------------------------


def numbers(subject, period, by="organ"):
    table = statistics.count(subject, by, period)
    cells = {column.key: i for i, column in enumerate(table.columns)}
    rows = {row.name: row.cells for row in table.rows} | {"合计": table.total.cells}
    ours = ("paired_households", "paired_members", "paired_organizations", "support_yuan")
    return {name: [row[cells[key]] for key in ours] for name, row in rows.items()}


def test_the_statistics_count_three_kinds_and_the_money(people, changes):
    period = Period(days_ago(30), today())
    for level in ("household", "household", "member", "unit", "branch"):
        pairing = changes.pair(
            level=level,
            unit=people.village,
            cadre=people.cadre,
            starts_on=days_ago(200),
            ends_on=days_ago(-30),
        )
    changes.pair(level="unit", starts_on=days_ago(200), ends_on=days_ago(31))
    money = {
        "pairing": pairing,
        "amount": Decimal("12345.60"),
        "source": "own",
        "promised_on": days_ago(100),
    }
    for done_on in (today(), days_ago(31), None):
        item = changes.promise(**money)
        if done_on:
            SupportItem.objects.filter(pk=item.pk).update(state="done", done_on=done_on)

    counted = numbers(Subject(division=people.county), period)

    assert counted[people.agriculture.name] == counted["合计"] == [2, 1, 2, 12346]


def test_money_is_said_in_ten_thousands_on_page_and_paper(people, changes):
    pairing = changes.pair(level="unit", unit=people.village, cadre=people.cadre)
    item = changes.promise(pairing=pairing, amount=Decimal("12345.60"), source="own")
    SupportItem.objects.filter(pk=item.pk).update(state="done", done_on=today())
    table = statistics.count(Subject(division=people.county), "organ", Period(today(), today()))
    columns = [
        {"key": c.key, "heading": c.heading, "unit": c.unit, "share": c.is_share}
        for c in table.columns
    ]
    at = next(i for i, c in enumerate(columns) if c["heading"] == "资金（万元）")

    rows = reports.sheet_rows(reports.as_values(table, columns=columns))

    assert rows[0][2 + at] == Decimal("1.2346")
    assert columns[at]["unit"] == own.WAN


def test_what_moved_since_is_named(people, changes):
    pairing = changes.pair(level="unit", unit=people.village, cadre=people.cadre)
    layout = statistics.Layout(Subject(division=people.county), "organ")
    moved = statistics.touched(
        layout, this_year(), people.agriculture.pk, timezone.now() - timedelta(hours=1), limit=5
    )

    assert (f"{pairing.starts_on} {pairing.unit.name}", pairing.get_absolute_url()) in moved


def test_money_of_an_old_promise_that_was_given_since_is_named(people, changes):
    pairing = changes.pair(level="unit", unit=people.village, cadre=people.cadre)
    at = timezone.now()
    item = changes.promise(
        pairing=pairing, amount=Decimal("500"), source="own", promised_on=days_ago(3)
    )
    SupportItem.objects.filter(pk=item.pk).update(
        created_at=at - timedelta(days=3), state="done", done_on=today()
    )
    layout = statistics.Layout(Subject(division=people.county), "organ")
    asked = layout, Period(today(), today()), pairing.organ_id, at - timedelta(hours=1)
    line = (f"{today()} {item.unit.name}", item.get_absolute_url())
    assert line not in statistics.touched(*asked, limit=5)
    SupportStep.objects.create(item=item, move="done", by=people.author, at=at)
    assert line in statistics.touched(*asked, limit=5)
