"""The figures that a cell publishes."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from nation import folding, wire
from nation.models import CellState, CellTotal, ChangedMonth
from portal.models import FigureDelta
from portal.sheets import figures
from tests.people import division, organ

DAY = date(2026, 3, 14)
MONTH = date(2026, 3, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_cell(settings, monkeypatch):
    settings.CELL = "53"
    monkeypatch.setattr(figures, "WITH_ROLL_UP", [folding.NOTE_MONTHS])
    monkeypatch.setattr(figures, "AFTER_REBUILD", [folding.note_figure])


@pytest.fixture
def places(db):
    province = division("Y", 1, None, "530000000000")
    city = division("K", 2, province, "530100000000")
    counties = [division(f"C{n}", 3, city, f"53010{n}000000") for n in (2, 3)]
    office = organ("市府办", place=city)
    office.code = "Q-1"
    office.save()
    station = organ("街道站", parent=office)
    return province, city, counties, (office, station)


def change(places, county, n, *, day=DAY, part="01", figure="matters", of=1):
    province, city, counties, organs = places
    FigureDelta.objects.create(
        figure=figure,
        part=part,
        day=day,
        n=n,
        province=province,
        city=city,
        county=counties[county] if county is not None else None,
        organ=organs[of],
    )


def fold():
    return folding.fold(at=timezone.now())


def rows():
    return {
        (row.figure, row.division_code, row.organ_code, row.day, row.part): row.n
        for row in CellTotal.objects.all()
    }


def test_months_of_counties_are_published(places):
    change(places, 0, 6)
    change(places, 1, 3)
    change(places, 1, 4, day=date(2026, 3, 31))
    change(places, 1, 9, day=date(2026, 4, 1))

    assert fold() == 2
    assert rows() == {
        ("matters", "530102", "", MONTH, "01"): 6,
        ("matters", "530103", "", MONTH, "01"): 7,
        ("matters", "530103", "", date(2026, 4, 1), "01"): 9,
        # Work of the station counts for its nearest ancestor with a code.
        ("matters", "", "Q-1", MONTH, "01"): 13,
        ("matters", "", "Q-1", date(2026, 4, 1), "01"): 9,
    }
    assert not FigureDelta.objects.exists()
    assert not ChangedMonth.objects.exists()


def test_a_change_moves_only_its_rows(places):
    change(places, 0, 6)
    change(places, 1, 7)
    fold()
    change(places, 1, -4)
    fold()

    # The small county, and the other that would reveal it, are merged into the rest of the city.
    assert rows()["matters", "5301", "", MONTH, ""] == 9
    assert not {key for key in rows() if key[1] in {"530102", "530103"}}

    change(places, 1, 5)
    fold()

    assert rows()["matters", "530103", "", MONTH, "01"] == 8
    assert rows()["matters", "530102", "", MONTH, "01"] == 6
    assert ("matters", "5301", "", MONTH, "") not in rows()


def test_what_has_no_place_counts_for_the_whole(places):
    FigureDelta.objects.create(figure="visits", part="02", day=DAY, n=8, organ=places[3][0])
    fold()

    assert rows()["visits", "", "", MONTH, "02"] == 8


def test_fewer_than_five_in_all_are_only_called_so(places):
    change(places, 0, 4)
    fold()

    assert rows() == {("matters", "", "", MONTH, ""): None}


def test_a_county_without_a_code_counts_for_its_city(places):
    for number, one in enumerate(places[2]):
        one.code = f"local-{number}"
        one.save()
    change(places, 0, 6)
    change(places, 1, 7)
    fold()

    assert rows()["matters", "5301", "", MONTH, "01"] == 13


def test_money_never_leaves(places):
    change(places, 0, 120_000, figure="money_done", part="cash")
    fold()

    assert not CellTotal.objects.exists()
    assert CellState.objects.get().version == wire.VERSION


def test_a_rebuilt_figure_is_folded_anew(places):
    change(places, 0, 6)
    fold()
    # According to the records there are none.
    assert figures.rebuild()["matters"]
    fold()

    assert not CellTotal.objects.exists()


def test_all_is_folded_anew_where_a_code_changed(places):
    change(places, 0, 6)
    fold()
    places[2][0].code = "530109000000"
    places[2][0].save()
    fold()
    assert ("matters", "530102", "", MONTH, "01") in rows()

    folding.fold_all(at=timezone.now())

    assert rows()["matters", "530109", "", MONTH, "01"] == 6
    assert ("matters", "530102", "", MONTH, "01") not in rows()


def test_as_of_is_when_it_was_folded(places):
    at = timezone.now()
    folding.fold(at=at)

    state = CellState.objects.get()
    assert (state.cell, state.as_of) == ("53", at)


def test_months_left_over_keep_the_moment_before(places, monkeypatch):
    first = timezone.now()
    folding.fold(at=first)
    monkeypatch.setattr(folding, "TURN", 1)
    change(places, 0, 6)
    change(places, 0, 6, day=date(2026, 4, 2))

    assert fold() == 1
    assert CellState.objects.get().as_of == first
    assert fold() == 1
    assert fold() == 0
    assert CellState.objects.get().as_of > first


def test_nothing_is_noted_where_nothing_is_published(places, monkeypatch):
    monkeypatch.setattr(figures, "WITH_ROLL_UP", [])
    change(places, 0, 6)

    assert figures.roll_up() == 1
    assert not ChangedMonth.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 4},
        {"n": 0},
        {"part": "张三"},
        {"organ_code": "县委办"},
        {"division_code": "5301x"},
        {"figure": "A matter"},
        {"day": DAY},
        {"cell": "云南"},
    ],
)
def test_the_table_itself_takes_codes_and_no_small_counts(wrong):
    right = {
        "cell": "53",
        "figure": "matters",
        "division_code": "",
        "organ_code": "",
        "day": MONTH,
        "part": "01",
        "n": 5,
    }
    CellTotal.objects.create(**right)
    with pytest.raises(IntegrityError), transaction.atomic():
        CellTotal.objects.create(**right | wrong)


def test_a_cell_may_write_only_its_own_rows():
    """The triggers fire only for replication; a worker's subscription says for which cell it
    writes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'R'"
            " AND tgname IN ('own_rows', 'never_emptied') ORDER BY 1, 2"
        )
        found = cursor.fetchall()

    assert found == [
        (table, name) for table in sorted(wire.TABLES) for name in ("never_emptied", "own_rows")
    ]
