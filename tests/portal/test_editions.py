"""Editions: locked as reported, compared with today, replaced but never changed; imported ones are
kept separate."""

import json
import re
import zipfile
from copy import deepcopy
from datetime import date
from functools import partial
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from portal import editions as reports
from portal import rules
from portal.actions import reports as actions
from portal.models import AuditEntry, ReportedEdition, RoleGrant
from portal.sheets import statistics
from portal.sheets.periods import Period, year_so_far
from portal.sheets.statistics import Subject
from portal.trust.access import ALLOWED
from portal.views.reports import _changed_rows, _head, _kept, _row_of
from tests.day import in_days, today
from tests.people import START, account, division, organ
from tests.reading import words

NUMBER = "云组通〔2026〕5号"


@pytest.fixture(autouse=True)
def may_report(monkeypatch):
    """The rule about periods that still run. The other tests bypass it, since they report the
    current year up to today."""
    rule = rules.may_report
    monkeypatch.setattr(rules, "may_report", lambda period, on: ALLOWED)
    return rule


@pytest.fixture
def lock(people):
    """lock(people.county, by="office") returns an edition of the year so far."""
    return partial(_locked, people)


def _locked(people, place=None, *, by="office", breakdown="area", at=None, **more):
    return actions.lock_edition(
        subject=more.pop("subject", None) or Subject(place or people.county),
        breakdown=breakdown,
        period=more.pop("period", year_so_far(today())),
        document_number=more.pop("document_number", NUMBER),
        by=getattr(people, by),
        at=at or timezone.now(),
        **more,
    )


def cell(edition, key, row=None):
    at = [column["key"] for column in edition.table["columns"]].index(key)
    if row is None:
        return edition.table["total"][at]
    return next(one["cells"][at] for one in edition.table["rows"] if one["key"] == row.pk)


# --- Locking ------------------------------------------------------------------------------------


def test_an_edition_keeps_asker_time_number_and_figures(people, lock):
    people.matter()

    edition = lock()

    assert (edition.asked_by, edition.document_number) == (people.office, NUMBER)
    assert edition.title.endswith("云岭县深入基层为民服务情况统计表")
    assert cell(edition, "matters", people.town) == 1
    assert reports.digest(edition.table) == edition.digest
    assert AuditEntry.objects.filter(event="edition.locked", noun_id=edition.pk).exists()


def test_it_is_locked_from_the_page_with_a_number(browse, people):
    people.matter()
    office = browse("office")
    exact = office.get(reverse("statistics"), {"rows": "area"}).context["exact"]
    url = f"{reverse('new_edition')}?{exact}"

    assert office.post(url, {"document_number": ""}).status_code == 422
    response = office.post(url, {"document_number": NUMBER})

    edition = ReportedEdition.objects.get()
    assert response.url == edition.get_absolute_url()
    assert edition.breakdown == "area"
    assert NUMBER in words(office.get(response.url))


def test_the_figures_stay_when_the_records_change(people, lock, tmp_path):
    edition = lock()
    reports.write_edition(edition, tmp_path / "before.xlsx")

    people.matter()
    edition.refresh_from_db()
    reports.write_edition(edition, tmp_path / "after.xlsx")

    def cells(name):
        return [[c.value for c in row] for row in load_workbook(tmp_path / name).active]

    assert cells("before.xlsx") == cells("after.xlsx")


def test_the_database_itself_lets_nobody_change_an_edition(lock):
    edition = lock()
    contained = ReportedEdition.contains.through

    for act in (
        lambda: ReportedEdition.objects.filter(pk=edition.pk).update(document_number="x"),
        edition.delete,
        contained.objects.all().delete,
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            act()


def test_everything_in_it_is_counted_in_one_moment(committed_people, monkeypatch):
    def isolation(layout, period):
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            seen.append(cursor.fetchone()[0])
        return {}

    seen, people = [], committed_people
    column = statistics.Column("seen", 999, "", "", is_hidden=True)
    counting = statistics._Counting((column,), isolation, None)
    monkeypatch.setattr(statistics, "_COUNTINGS", [*statistics._COUNTINGS, counting])

    edition = actions.lock_edition(
        subject=Subject(people.county),
        breakdown="area",
        period=year_so_far(today()),
        document_number=NUMBER,
        by=people.office,
        at=timezone.now(),
    )

    assert seen == ["repeatable read"]
    assert ReportedEdition.objects.get() == edition


@pytest.mark.parametrize("last", [date(2026, 11, 30), date(2026, 12, 31)])
def test_a_period_that_still_runs_is_not_locked(may_report, last):
    assert not may_report(Period(date(2026, 1, 1), last), on=date(2026, 11, 30))
    assert may_report(Period(date(2026, 1, 1), last), on=date(2027, 1, 1))


def test_the_page_of_what_still_runs_says_so_and_locks_nothing(
    browse, people, lock, monkeypatch, may_report
):
    monkeypatch.setattr(rules, "may_report", may_report)
    office = browse("office")
    url = f"{reverse('new_edition')}?last={today()}"

    page = office.get(url).content.decode()
    office.post(url, {"document_number": NUMBER})

    offered = [
        reverse("new_edition") in office.get(reverse("statistics"), {"last": last}).content.decode()
        for last in (in_days(-1), today())
    ]
    assert offered == [True, False]
    assert "起可以锁定" in page
    assert "锁定以上数据" not in page
    with pytest.raises(ValidationError):
        lock()
    assert not ReportedEdition.objects.exists()


def test_the_same_period_is_reported_once(lock):
    lock()

    with pytest.raises(ValidationError, match="correct that edition|请更正"):
        lock()
    assert ReportedEdition.objects.count() == 1


def test_a_correction_is_another_edition_that_says_why(browse, people, lock):
    first = lock()
    people.matter()
    url = reverse("correct_edition", args=[first.pk])
    office = browse("office")

    assert office.post(url, {"document_number": "6号"}).status_code == 422
    office.post(url, {"document_number": "6号", "reason": "补报一件"})

    second = ReportedEdition.objects.get(replaces=first)
    assert (cell(first, "matters"), cell(second, "matters")) == (0, 1)
    assert office.get(url).status_code == 403
    assert "补报一件" in words(office.get(first.get_absolute_url()))


def test_the_form_of_a_correction_says_that_it_is_one(browse, lock):
    first = lock()
    page = words(browse("office").get(reverse("correct_edition", args=[first.pk])))
    assert "<h1>更正上报稿</h1>" in page
    assert f'本稿更正上报稿<a href="{first.get_absolute_url()}">{NUMBER}</a>，原稿' in page


def test_an_edition_is_read_in_the_readers_language_where_its_heading_is_the_portals(browse, lock):
    first = lock()
    office = browse("office")
    heads = [
        str(heading)
        for heading, _unit in office.get(first.get_absolute_url()).context["shown"]["heads"]
    ]
    assert heads == [column["heading"] for column in first.table["columns"]]

    office.post(reverse("set_language"), {"language": "en", "next": "/"})
    shown = office.get(first.get_absolute_url()).context["shown"]["heads"]
    assert ("Matters collected", "matters") in shown
    assert ("Reached on festival visits", "person-times") in shown

    # A custom heading of the installation stays as reported.
    own = next(c for c in first.table["columns"] if c["key"] == "matters") | {"heading": "群众诉求"}
    with translation.override("en"):
        assert _head(own) == ("群众诉求", "matters")


def test_money_is_divided_and_its_unit_said_once_also_on_a_phone(browse, lock):
    first = lock()
    place = [column["key"] for column in first.table["columns"]].index("support_yuan")
    table = deepcopy(first.table)
    table["total"][place] = 196_200
    edition = SimpleNamespace(table=table)
    assert _kept(edition)["heads"][place] == ("资金（万元）", "")
    assert _kept(edition)["total"][1][place] == ("资金（万元）", "19.62", "")
    with translation.override("en"):
        assert _kept(edition)["total"][1][place][:2] == ("Money delivered (10,000 yuan)", "19.62")
    page = words(browse("office").get(reverse("statistics")))
    assert 'data-label="帮扶资金（万元）"' in page


@pytest.mark.parametrize(("by", "subject"), [("liaison", "county"), ("neighbour_office", "county")])
def test_nobody_reports_what_lies_outside_their_grants(people, lock, by, subject):
    with pytest.raises(PermissionDenied):
        lock(getattr(people, subject), by=by)


@pytest.mark.sampled(one_in=3)
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("office", {"county", "town", "organ", "hosted"}),
        ("supervisor", {"county", "town", "organ", "hosted"}),
        ("liaison", {"organ"}),
        ("host", {"hosted"}),
        ("neighbour_host", set()),
        ("neighbour_liaison", set()),
        ("neighbour_office", set()),
        ("desk", set()),
        ("author", set()),
        ("system", set()),
    ],
)
def test_an_edition_is_seen_where_its_area_or_organ_lies_within_the_grants(people, lock, who, sees):
    editions = {
        "county": lock(),
        "town": lock(people.town),
        "organ": lock(subject=Subject(None, people.agriculture), by="liaison", breakdown="organ"),
        "hosted": lock(subject=Subject(None, people.town_organ, True), by="host"),
    }

    seen = set(
        ReportedEdition.objects.visible_to(getattr(people, who)).values_list("pk", flat=True)
    )

    assert seen == {editions[name].pk for name in sees}


# --- Changes since ------------------------------------------------------------------------------


def test_nothing_has_changed_right_after_the_lock(browse, people, lock):
    people.matter()
    edition = lock()

    response = browse("office").get(reverse("edition_changes", args=[edition.pk]))

    assert response.context["rows"] == []


def test_a_place_of_later_with_nothing_in_it_is_no_change(browse, people, lock):
    edition = lock()
    division("新设乡", 4, people.county, "990101199000")

    response = browse("office").get(reverse("edition_changes", args=[edition.pk]))

    assert response.context["rows"] == []


def test_a_column_that_is_counted_no_more_is_no_change(people, lock):
    edition = lock()
    column = {"key": "stay_days", "heading": "驻村（蹲点）天数", "unit": "天", "share": False}
    edition.table["columns"].append(column)
    for cells in [edition.table["total"], *(row["cells"] for row in edition.table["rows"])]:
        cells.append(31)

    assert _changed_rows(edition) == []


def test_changed_rows_name_the_figures_and_the_records(browse, people, lock):
    people.matter()
    edition = lock()
    late = people.matter(place=people.other_village)

    rows = browse("office").get(reverse("edition_changes", args=[edition.pk])).context["rows"]

    changed = {row["name"]: row for row in rows}
    assert set(changed) >= {"青山乡"} and "石桥镇" not in changed
    assert ("收集问题", "0", "1") in changed["青山乡"]["cells"]
    assert (f"{late.number_label} {late.title}", late.get_absolute_url()) in changed["青山乡"][
        "records"
    ]


def test_a_voided_visit_is_named_as_what_took_a_figure_away(browse, people, lock):
    visit = people.visit(household_count=3)
    edition = lock()
    visit.voided_at, visit.voided_by, visit.void_reason = timezone.now(), people.author, "重复"
    visit.save()

    rows = browse("office").get(reverse("edition_changes", args=[edition.pk])).context["rows"]

    assert ("走访户次", "3", "0") in rows[1]["cells"]
    assert rows[1]["records"][0][1] == visit.get_absolute_url()


# --- Nil reports --------------------------------------------------------------------------------


def state_nothing(people, by="liaison"):
    return actions.state_nothing(
        subject=Subject(None, people.agriculture),
        breakdown="organ",
        period=year_so_far(today()),
        by=getattr(people, by),
        at=timezone.now(),
    )


def test_nothing_is_stated_in_one_press(browse, people):
    liaison = browse("liaison")
    page = liaison.get(reverse("statistics"))
    assert page.context["is_all_zero"]

    response = liaison.post(f"{reverse('state_nothing')}?{page.context['exact']}", follow=True)

    edition = ReportedEdition.objects.get()
    assert edition.is_nil
    assert response.redirect_chain[-1][0] == edition.get_absolute_url()
    assert AuditEntry.objects.filter(event="edition.nothing_stated").exists()


def test_where_there_is_something_nothing_cannot_be_stated(browse, people):
    people.matter()
    with pytest.raises(PermissionDenied):
        state_nothing(people)

    response = browse("liaison").post(reverse("state_nothing"), follow=True)

    assert not ReportedEdition.objects.exists()
    assert 'class="notice notice-error"' in words(response)


def test_the_sheet_of_a_nil_report_says_so(people, tmp_path):
    reports.write_edition(state_nothing(people), tmp_path / "n.xlsx")

    values = [c.value for row in load_workbook(tmp_path / "n.xlsx").active for c in row]
    assert reports.NIL_NOTE in values


# --- Upwards ------------------------------------------------------------------------------------


@pytest.fixture
def city(people):
    """A city office above two counties."""
    people.city_office = account("city", "市办", people.department, "office", place=people.city)
    return people.city_office


def test_an_edition_of_an_area_contains_those_below_it(browse, people, lock, city):
    below = lock()
    inner = lock(people.town)
    people.matter()

    above = lock(people.city, by="city_office")

    assert set(above.contains.all()) == {below, inner}
    contained = browse("city_office").get(above.get_absolute_url()).context["contained"]
    against = dict(contained)[below]
    assert ("收集问题", "1", "0") in against


@pytest.mark.parametrize(
    ("breakdown", "is_hosted", "row"),
    [
        ("area", False, None),
        ("organ", False, "organ"),
        ("organ", True, None),
        ("host", True, "organ"),
        ("host", False, None),
        ("unit", True, None),
    ],
)
def test_an_edition_of_an_organ_is_compared_with_the_row_of_what_it_counted(
    people, breakdown, is_hosted, row
):
    part = ReportedEdition(organ=people.water, division=people.county, is_hosted=is_hosted)

    assert _row_of(breakdown, part) == (people.water.pk if row else None)


@pytest.mark.parametrize("breakdown", ["area", "organ", "host", "unit"])
def test_an_edition_of_an_area_is_compared_with_rows_of_areas_alone(people, breakdown):
    part = ReportedEdition(division=people.county)

    key = _row_of(breakdown, part)

    assert key == (people.county.pk if breakdown == "area" else None)


def test_another_period_and_replaced_editions_are_not_contained(people, lock, city):
    old = lock()
    lock(replaces=old, reason="更正", document_number="6号")
    lock(people.town, period=Period.named(f"{today().year - 1}"))

    above = lock(people.city, by="city_office")

    assert [one.document_number for one in above.contains.all()] == ["6号"]


@pytest.fixture(scope="module")
def workbook_once(standing, tmp_path_factory):
    path = tmp_path_factory.mktemp("edition") / "w.xlsx"

    def write(people):
        people.matter()
        with transaction.atomic(), pytest.MonkeyPatch.context() as patched:
            patched.setattr(rules, "may_report", lambda period, on: ALLOWED)
            reports.write_edition(_locked(people), path)
            transaction.set_rollback(True)
        return path.read_bytes()

    return standing(write)


@pytest.fixture
def workbook(workbook_once):
    """The bytes of an edition of another portal, counted here and then deleted."""
    return workbook_once()


def take_in(people, content, **more):
    return actions.take_in_edition(
        content=content,
        division=more.pop("division", people.other_county),
        by=getattr(people, more.pop("by", "city_office")),
        at=timezone.now(),
        **more,
    )


def test_what_is_taken_in_stands_apart_and_in_a_total_of_its_own(people, lock, city, workbook):
    outside = take_in(people, workbook)

    above = lock(people.city, by="city_office")

    assert outside.is_outside
    assert cell(outside, "matters") == 1
    assert cell(above, "matters") == 1  # counted once
    assert [row["name"] for row in above.table["outside"]] == ["云岭县"]
    at = [column["key"] for column in above.table["columns"]].index("matters")
    assert above.table["outside_total"][at] == 1
    assert all(
        row["key"] != people.other_county.pk or row["cells"][at] == 0 for row in above.table["rows"]
    )


def test_the_sheet_above_has_two_totals(people, lock, city, workbook, tmp_path):
    take_in(people, workbook)
    reports.write_edition(lock(people.city, by="city_office"), tmp_path / "c.xlsx")

    names = [row[1].value for row in load_workbook(tmp_path / "c.xlsx").worksheets[0]]

    assert names.index("合计") == 3
    assert names.index("外部报送合计（不计入上列）") > names.index("望江县")
    assert "云岭县（外部报送）" in names


def test_a_province_takes_over_what_the_city_had_from_outside(people, lock, city, workbook):
    take_in(people, workbook)
    lock(people.city, by="city_office")
    RoleGrant.objects.filter(user=people.supervisor).update(division=people.province)

    above = lock(people.province, by="supervisor")

    assert [row["name"] for row in above.table["outside"]] == ["云岭县"]


def test_an_edition_above_taken_in_brings_its_own_outside_rows(
    people, lock, city, workbook, tmp_path
):
    take_in(people, workbook)
    with transaction.atomic():
        reports.write_edition(lock(people.city, by="city_office"), tmp_path / "c.xlsx")
        transaction.set_rollback(True)
    elsewhere = division("外省", 1, None, "980000000000")
    people.nation = account("nation", "部", None, "office")
    RoleGrant.objects.filter(user=people.nation).update(division=elsewhere)
    far = division("外市", 2, elsewhere, "980100000000")
    take_in(people, (tmp_path / "c.xlsx").read_bytes(), division=far, by="nation")

    above = lock(elsewhere, by="nation")

    assert [row["name"] for row in above.table["outside"]] == ["岚江市", "岚江市·云岭县"]


def test_the_same_workbook_is_taken_in_once(people, city, workbook):
    take_in(people, workbook)

    with pytest.raises(ValidationError):
        take_in(people, workbook)
    assert ReportedEdition.objects.count() == 1


def test_a_newer_report_of_the_unit_replaces_the_older_with_a_reason(
    people, city, lock, workbook, tmp_path
):
    first = take_in(people, workbook)
    people.matter()
    with transaction.atomic():
        reports.write_edition(lock(), tmp_path / "again.xlsx")
        transaction.set_rollback(True)
    again = (tmp_path / "again.xlsx").read_bytes()

    with pytest.raises(ValidationError):
        take_in(people, again)
    second = take_in(people, again, reason="县里更正")

    assert second.replaces == first
    assert (cell(first, "matters"), cell(second, "matters")) == (1, 2)


def _without_meta(book):
    del book["_meta"]


def _other_version(book):
    meta = json.loads(book["_meta"]["A1"].value)
    book["_meta"]["A1"].value = json.dumps(meta | {"format": "portal-edition-0"})


def _changed_cell(book):
    book.worksheets[0]["E4"].value = 99


def _changed_both(book):
    meta = json.loads(book["_meta"]["A1"].value)
    table = deepcopy(meta["table"])
    table["total"][0] = 99
    book["_meta"]["A1"].value = json.dumps(meta | {"table": table})
    book.worksheets[0]["C4"].value = 99


def _text_for_a_number(book):
    meta = json.loads(book["_meta"]["A1"].value)
    table = deepcopy(meta["table"])
    table["total"][0] = "many"
    meta |= {"table": table, "digest": reports.digest(table)}
    book["_meta"]["A1"].value = json.dumps(meta)


@pytest.mark.parametrize(
    "spoil", [_without_meta, _other_version, _changed_cell, _changed_both, _text_for_a_number]
)
def test_a_workbook_that_is_not_as_it_was_written_is_refused_in_a_sentence(
    browse, people, city, workbook, spoil
):
    book = load_workbook(BytesIO(workbook))
    spoil(book)
    spoiled = BytesIO()
    book.save(spoiled)

    response = browse("city_office").post(
        reverse("take_in_edition"),
        {
            "division": people.other_county.pk,
            "workbook": SimpleUploadedFile("x.xlsx", spoiled.getvalue()),
        },
    )

    assert response.status_code == 422
    assert "workbook" in response.context["form"].errors
    assert not ReportedEdition.objects.exists()


def _meta_with(**changes):
    """Change the hidden sheet and correct its digest."""

    def spoil(book):
        meta = json.loads(book["_meta"]["A1"].value) | changes
        book["_meta"]["A1"].value = json.dumps(meta)

    return spoil


def _nested(book):
    book["_meta"]["A1"].value = "[" * 30_000
    book["_meta"]["A2"].value = "[" * 30_000


@pytest.mark.parametrize(
    "spoil",
    [
        _nested,
        _meta_with(is_nil=None),
        _meta_with(first="0001-01-01"),
        _meta_with(last="9999-12-31"),
        _meta_with(first=1),
        _meta_with(unit="云\0岭"),
        _meta_with(title="\ud800"),
        _meta_with(digest=[]),
        _meta_with(edition="none"),
        _meta_with(table=[]),
        _meta_with(table={"columns": "ab", "rows": [], "outside": []}),
        _meta_with(more=float("inf")),
        _meta_with(format=[]),
    ],
)
def test_a_hidden_sheet_of_any_shape_is_refused_in_a_sentence(people, city, workbook, spoil):
    book = load_workbook(BytesIO(workbook))
    spoil(book)
    spoiled = BytesIO()
    book.save(spoiled)

    with pytest.raises((reports.WrongWorkbook, ValidationError)):
        take_in(people, spoiled.getvalue())


@pytest.mark.parametrize(
    "cell",
    [
        f"<v>{'9' * 400}</v>",
        f"<v>{'9' * 5_000}</v>",
        ' t="s"><v>99999</v>',
        ' t="d"><v>99999-01-01</v>',
        ' t="d"><v>never</v>',
        ' t="b"><v>x</v>',
    ],
)
def test_a_sheet_with_any_cell_is_refused_in_a_sentence(people, city, workbook, cell):
    spoiled = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as old, zipfile.ZipFile(spoiled, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                given = cell if cell.startswith(" ") else f">{cell}"
                row = f'<sheetData><row r="1"><c r="A1"{given}</c></row>'
                content = re.sub(rb"<sheetData>", row.encode(), content, count=1)
            new.writestr(part, content)

    with pytest.raises((reports.WrongWorkbook, ValidationError)):
        take_in(people, spoiled.getvalue())


def test_what_is_written_beside_a_whole_edition_changes_nothing(people, city, workbook):
    book = load_workbook(BytesIO(workbook))
    meta = book["_meta"]["A1"].value
    deep = '{"x": ' * 900 + "1" + "}" * 900
    book["_meta"]["A1"].value = f'{meta[:-1]}, "more": {deep}}}'
    book.worksheets[0]["A1"].value = "#N/A"
    book.worksheets[0]["A2"].value = 1e300
    changed = BytesIO()
    book.save(changed)

    assert take_in(people, changed.getvalue()).unit_name == "云岭县"


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused_in_a_sentence(browse, people, city, content):
    response = browse("city_office").post(
        reverse("take_in_edition"),
        {"division": people.other_county.pk, "workbook": SimpleUploadedFile("x.xlsx", content)},
    )

    assert response.status_code == 422


def test_an_untouched_workbook_opened_and_saved_by_a_spreadsheet_is_still_itself(
    people, city, workbook
):
    saved = BytesIO()
    load_workbook(BytesIO(workbook)).save(saved)

    assert take_in(people, saved.getvalue()).unit_name == "云岭县"


def test_nothing_is_taken_in_for_an_area_outside_the_grants(people, workbook):
    with pytest.raises(PermissionDenied):
        take_in(people, workbook, by="office")


# --- The list -----------------------------------------------------------------------------------


@pytest.mark.parametrize("row_count", [1, 3])
def test_editions_cost_the_same_for_one_row_and_three(
    browse, people, lock, row_count, django_assert_num_queries
):
    for year in range(2020, 2020 + row_count):
        lock(period=Period.named(str(year)))
    office = browse("office")

    with django_assert_num_queries(12):
        office.get(reverse("editions"))


def test_every_organ_of_the_county_has_a_row_even_with_nothing(people, lock):
    organ("县文化馆", "institution", order=77, place=people.county)

    edition = lock(breakdown="organ")

    assert "县文化馆" in [row["name"] for row in edition.table["rows"]]
    assert edition.first >= START
