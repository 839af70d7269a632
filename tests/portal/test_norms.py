"""Norms and the calendar of working days: their pages and their effects."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from outreach.actions.matters import deadline_of
from portal import parameters
from portal.actions.norms import set_norm
from portal.days import workdays
from portal.models import (
    AuditEntry,
    GrassrootsUnit,
    Organ,
    PolicyParameter,
    WorkingDay,
)
from portal.places.levels import level_of
from tests.day import in_days, today
from tests.reading import words


@pytest.fixture(autouse=True)
def _commit_hooks_run(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        yield


def norm_form(**changes):
    return {
        "value": "5",
        "basis": "云岭县民情办理规程第八条",
        "valid_from": today().isoformat(),
    } | changes


def calendar(text, name="2099.csv"):
    return {"days": SimpleUploadedFile(name, text.encode())}


@pytest.mark.parametrize("who", ["author", "host", "office"])
def test_every_norm_is_shown_with_its_basis(browse, who):
    response = browse(who).get(reverse("parameters"))

    shown = {row["code"] for row in response.context["rows"]}
    assert shown == set(parameters.NORMS)
    assert "黔南州" in words(response)


def test_a_share_reads_as_percent_and_no_code_is_shown(browse, people):
    PolicyParameter.objects.create(
        code="matter.callback_sample", value="0.25", valid_from=today(), set_by=people.office
    )
    page = words(browse("author").get(reverse("parameters")))

    assert "<strong>25%</strong>" in page
    assert "此前：20%" in page
    assert "0.25" not in page
    assert "matter.callback_sample<" not in page
    assert "<strong>5</strong> 户<" in page
    assert [parameters.shown(value) for value in ("5", "1/3", "0.5")] == ["5", "1/3", "50%"]


def test_a_name_with_a_point_is_shown_as_it_is(browse):
    office = browse("office")
    office.post(
        reverse("set_parameter", args=["requests.one_table"]), norm_form(value="一表通V2.0")
    )

    assert "一表通V2.0" in words(office.get(reverse("parameters")))


def test_the_office_sets_a_norm_that_counts_from_its_day(
    browse, people, django_capture_on_commit_callbacks
):
    assert parameters.number("matter.sla.normal", on=today()) == 7

    with django_capture_on_commit_callbacks(execute=True):
        browse("office").post(reverse("set_parameter", args=["matter.sla.normal"]), norm_form())

    row = PolicyParameter.objects.get()
    assert (row.value, row.set_by) == ("5", people.office)
    assert parameters.number("matter.sla.normal", on=today()) == 5
    assert AuditEntry.objects.get(event="norm.set").fields == ["matter.sla.normal"]
    assert "第八条" in words(browse("author").get(reverse("parameters")))


def test_a_norm_of_a_later_day_is_announced_and_does_not_count_yet(browse):
    later = in_days(20)

    browse("office").post(
        reverse("set_parameter", args=["matter.sla.normal"]),
        norm_form(valid_from=later.isoformat()),
    )

    row = next(
        r
        for r in browse("author").get(reverse("parameters")).context["rows"]
        if r["code"] == "matter.sla.normal"
    )
    assert row["value"] == "7"
    assert [one.value for one in row["coming"]] == ["5"]


@pytest.mark.parametrize("who", ["author", "liaison", "supervisor", "system", "security"])
def test_only_the_office_sets_norms_and_calendar(browse, who):
    client = browse(who)

    norm = client.post(reverse("set_parameter", args=["matter.sla.normal"]), norm_form())
    days = client.post(reverse("upload_workdays"), calendar("2099-01-01,休,元旦"))

    assert (norm.status_code, days.status_code) == (403, 403)
    assert not PolicyParameter.objects.exists()
    assert not WorkingDay.objects.exists()


@pytest.mark.parametrize(
    ("code", "changes", "field"),
    [
        ("matter.sla.normal", {"value": "五"}, "value"),
        ("matter.sla.normal", {"value": "-1"}, "value"),
        ("matter.sla.normal", {"value": "99999"}, "value"),
        ("retention.personal_years", {"value": "0"}, "value"),
        ("retention.record_years", {"value": "9"}, "value"),
        ("retention.record_years", {"value": "9999"}, "value"),
        ("matter.callback_sample", {"value": "20%"}, "value"),
        ("matter.callback_sample", {"value": "1.5"}, "value"),
        ("matter.sla.normal", {"basis": ""}, "basis"),
        ("matter.sla.normal", {"valid_from": "x"}, "valid_from"),
        ("programme.office_name", {"value": " "}, "value"),
    ],
)
def test_a_norm_that_makes_no_sense_is_not_set(browse, code, changes, field):
    response = browse("office").post(reverse("set_parameter", args=[code]), norm_form(**changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not PolicyParameter.objects.exists()


def test_a_share_stays_a_share(browse, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        browse("office").post(
            reverse("set_parameter", args=["matter.callback_sample"]), norm_form(value="1")
        )

    assert parameters.number("matter.callback_sample", on=today()) == 1.0
    assert isinstance(parameters.number("matter.callback_sample", on=today()), float)


def test_a_norm_is_not_set_behind_a_later_one(browse):
    PolicyParameter.objects.create(
        code="matter.sla.normal", value="9", basis="x", valid_from=today()
    )

    response = browse("office").post(
        reverse("set_parameter", args=["matter.sla.normal"]),
        norm_form(valid_from=in_days(-3).isoformat()),
    )

    assert response.status_code == 422
    assert PolicyParameter.objects.count() == 1


def test_an_unknown_norm_is_not_there(browse):
    assert browse("office").get(reverse("set_parameter", args=["x.y"])).status_code == 404


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_page_of_norms_costs_the_same_for_any_history(
    browse, people, row_count, django_assert_num_queries
):
    for n in range(row_count):
        PolicyParameter.objects.create(
            code="matter.sla.normal",
            value="9",
            basis="x",
            set_by=people.office,
            valid_from=in_days(-n),
        )
    client = browse("author")
    client.get(reverse("parameters"))

    with django_assert_num_queries(7):
        client.get(reverse("parameters"))


# --- the calendar ----------------------------------------------------------------------------


def test_an_uploaded_calendar_counts_at_once(browse, django_capture_on_commit_callbacks):
    assert workdays.is_working_day(date(2099, 1, 1))
    text = "日期,班休,说明\n2099-01-01,休,元旦\n2099-01-03,班,元旦调休\n"

    with django_capture_on_commit_callbacks(execute=True):
        response = browse("office").post(reverse("upload_workdays"), calendar(text))

    assert response.url == f"{reverse('workdays')}?year=2099"
    assert not workdays.is_working_day(date(2099, 1, 1))
    assert workdays.is_working_day(date(2099, 1, 3))
    assert workdays.is_published(2099)
    assert "元旦调休" in words(browse("author").get(response.url))


def test_the_upload_says_that_deadlines_already_set_stay(browse):
    client = browse("office")
    client.cookies["django_language"] = "en"

    pages = [words(client.get(reverse(name))) for name in ("workdays", "upload_workdays")]

    assert all("Existing deadlines keep their dates." in page for page in pages)


def test_a_second_upload_corrects_the_first(browse, people):
    client = browse("office")

    client.post(reverse("upload_workdays"), calendar("2099-01-01,休,元旦"))
    client.post(reverse("upload_workdays"), calendar("2099-01-01,班,更正\n2099-01-01,班,更正"))

    day = WorkingDay.objects.get()
    assert (day.is_working, day.note, day.set_by) == (True, "更正", people.office)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2099-13-01,休,x",
        "2099-01-01,也许,x",
        "2099-01-01",
        pytest.param("x" * 300_000, id="long"),
        "日期\n",
    ],
)
def test_a_broken_calendar_changes_nothing(browse, text):
    response = browse("office").post(reverse("upload_workdays"), calendar(text))

    assert response.status_code == 422
    assert "days" in response.context["form"].errors
    assert not WorkingDay.objects.exists()


def test_a_calendar_in_another_encoding_is_refused_with_what_to_do(browse):
    file = SimpleUploadedFile("gbk.csv", "2099-01-01,休,元旦".encode("gbk"))

    response = browse("office").post(reverse("upload_workdays"), {"days": file})

    assert response.status_code == 422
    assert "UTF-8" in words(response)


@pytest.mark.parametrize("year", ["2098", "abc", "99999999999999999999", "1", "-5", "２０２６"])
def test_any_year_can_be_asked_for(browse, year):
    assert browse("author").get(reverse("workdays"), {"year": year}).status_code == 200


def test_a_missing_year_is_said(browse, monkeypatch):
    monkeypatch.setattr(workdays, "is_published", lambda year: year < 2026)

    response = browse("author").get(reverse("workdays"))

    assert response.context["calendar_gap"]
    assert 'class="hint"' in words(response)


# --- norms of a part of the whole (实行分类指导) -----------------------------------------------

CODE = "matter.sla.normal"


@pytest.fixture
def limited(people):
    """limited(value, …) creates a row for only a part of the installation, valid from 1 January."""

    def put(value, **scope):
        first = today().replace(month=1, day=1)
        row = PolicyParameter.objects.create(
            code=CODE, value=value, basis=f"第{value}号", valid_from=first, **scope
        )
        parameters.forget()
        return row

    return put


def at(unit):
    return parameters.number(CODE, on=today(), at=parameters.place_of_unit(unit))


def test_the_row_that_fits_most_closely_counts(people, limited):
    unit = people.village
    host, county = unit.host_organ, people.county
    asked = [at(unit)]
    limited("8")
    asked.append(at(unit))
    limited("9", level="township")
    asked.append(at(unit))
    limited("10", division=county)
    asked.append(at(unit))
    limited("11", division=unit.division)
    asked.append(at(unit))
    limited("12", organ=host)
    asked.append(at(unit))
    limited("13", organ=host, division=county)
    asked.append(at(unit))

    assert asked == [7, 8, 9, 10, 11, 12, 13]
    # A query without a place, as for figures of all places, gets the general row.
    assert parameters.number(CODE, on=today()) == 8
    assert parameters.basis(CODE, on=today(), at=parameters.place_of_unit(unit)) == "第13号"


def test_a_row_of_another_place_level_or_kind_of_staff_does_not_count(people, limited):
    limited("20", organ=people.water)
    limited("21", division=people.other_village.division)
    limited("22", level="province")
    limited("23", staff_kind="skilled")

    assert at(people.village) == 7
    skilled = parameters.place_of(people.village.host_organ, "skilled")
    assert parameters.number(CODE, on=today(), at=skilled) == 23


def test_a_limited_row_counts_from_its_day(people, limited):
    row = limited("9", organ=people.village.host_organ)
    place = parameters.place_of_unit(people.village)

    before = parameters.number(CODE, on=row.valid_from - timedelta(days=1), at=place)
    assert (before, parameters.number(CODE, on=row.valid_from, at=place)) == (7, 9)


def test_a_matter_of_the_township_is_due_by_its_own_norm(people, limited):
    limited("2", organ=people.village.host_organ)

    due_on, _at = deadline_of("normal", today(), timezone.now(), people.village)

    assert due_on == workdays.add_working_days(today(), 2)


def test_where_no_row_is_limited_no_place_is_read(people, django_assert_num_queries):
    unit = GrassrootsUnit.objects.get(pk=people.village.pk)
    at(unit)

    with django_assert_num_queries(0):
        assert at(unit) == 7


def test_the_office_limits_a_norm_and_the_page_says_for_whom(
    browse, people, django_capture_on_commit_callbacks
):
    host = people.village.host_organ
    client = browse("office")

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            reverse("set_parameter", args=[CODE]), norm_form(value="4", organ=host.pk)
        )

    assert response.status_code == 302
    assert at(people.village) == 4
    assert parameters.number(CODE, on=today()) == 7
    page = words(client.get(reverse("parameters")))
    assert f"适用于{host.label}：4" in page


@pytest.mark.parametrize(
    ("code", "scope", "field"),
    [
        (CODE, lambda people: {"level": "no such"}, "level"),
        (CODE, lambda people: {"level": "province", "organ": people.water.pk}, "level"),
        (
            CODE,
            lambda people: {"organ": people.water.pk, "division": people.village.division_id},
            "division",
        ),
    ],
)
def test_a_scope_that_makes_no_sense_is_refused(browse, people, code, scope, field):
    response = browse("office").post(
        reverse("set_parameter", args=[code]), norm_form(**scope(people))
    )

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not PolicyParameter.objects.exists()


def test_a_norm_of_everybody_takes_no_scope(people):
    with pytest.raises(ValidationError, match="全平台统一"):
        set_norm(
            code="visit.draft_days",
            value="3",
            basis="x",
            valid_from=today(),
            by=people.office,
            organ=people.water,
        )


def test_a_norm_that_nobody_asks_for_a_person_takes_no_kind_of_staff(people):
    with pytest.raises(ValidationError, match="人员类别"):
        set_norm(
            code=CODE,
            value="3",
            basis="x",
            valid_from=today(),
            by=people.office,
            staff_kind="civil",
        )


def test_an_ended_organ_gets_no_norm_of_its_own(people):
    people.water.ended_on = today()
    people.water.save()

    with pytest.raises(ValidationError, match="已撤并"):
        set_norm(
            code=CODE,
            value="3",
            basis="x",
            valid_from=today(),
            by=people.office,
            organ=people.water,
        )


def test_a_norm_outside_the_own_area_is_not_set(people):
    with pytest.raises(PermissionDenied):
        set_norm(
            code=CODE,
            value="3",
            basis="x",
            valid_from=today(),
            by=people.office,
            division=people.other_county,
        )


def test_a_later_row_of_another_scope_stands_in_nobodys_way(browse, people, limited):
    limited("9", organ=people.village.host_organ)
    PolicyParameter.objects.update(valid_from=today())
    earlier = in_days(-3).isoformat()

    response = browse("office").post(
        reverse("set_parameter", args=[CODE]), norm_form(valid_from=earlier)
    )

    assert response.status_code == 302


def test_the_level_of_an_organ_follows_from_its_place(people):
    group = Organ.objects.create(name="集团", kind="enterprise", started_on=date(2000, 1, 1))
    below = Organ.objects.create(name="二级", kind="party", parent=group, started_on=today())
    for organ in (group, below):
        organ.place_under_parent()

    assert [level_of(o) for o in (group, below, people.village.host_organ, people.water)] == [
        "group",
        "second",
        "township",
        "county",
    ]


def test_the_page_of_a_matter_names_the_document_of_its_place(browse, people, limited):
    matter = people.matter()
    address = reverse("outreach:matter", args=[matter.pk])
    assert "本地标准" not in words(browse("host").get(address))

    limited("2", organ=people.village.host_organ)

    assert "本地标准：第2号" in words(browse("host").get(address))


def test_a_term_of_years_is_no_age(browse):
    page = words(browse("author").get(reverse("parameters"), {"q": "retention"}))

    assert "<strong>10</strong> 年<" in page
