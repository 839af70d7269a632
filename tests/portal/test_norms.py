"""Norms and the calendar of working days, as pages and in what they change."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from portal import parameters
from portal.days import workdays
from portal.models import AuditEntry, PolicyParameter, WorkingDay

TODAY = timezone.localdate


@pytest.fixture
def browse(client, people):
    def sign_in(name):
        client.force_login(getattr(people, name))
        return client

    return sign_in


@pytest.fixture(autouse=True)
def _commit_hooks_run(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        yield


def words(response):
    return response.content.decode()


def norm_form(**changes):
    return {
        "value": "5",
        "basis": "云岭县民情办理规程第八条",
        "valid_from": TODAY().isoformat(),
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
        code="matter.callback_sample", value="0.25", valid_from=TODAY(), set_by=people.office
    )
    page = words(browse("author").get(reverse("parameters")))

    assert "<strong>25%</strong>" in page
    assert "此前：20%" in page
    assert "0.25" not in page
    assert "matter.callback_sample<" not in page
    assert "<strong>5</strong> 户<" in page
    assert [parameters.shown(value) for value in ("5", "1/3", "0.5")] == ["5", "1/3", "50%"]


def test_the_office_sets_a_norm_that_counts_from_its_day(
    browse, people, django_capture_on_commit_callbacks
):
    assert parameters.number("matter.sla.normal", on=TODAY()) == 7

    with django_capture_on_commit_callbacks(execute=True):
        browse("office").post(reverse("set_parameter", args=["matter.sla.normal"]), norm_form())

    row = PolicyParameter.objects.get()
    assert (row.value, row.set_by) == ("5", people.office)
    assert parameters.number("matter.sla.normal", on=TODAY()) == 5
    assert AuditEntry.objects.get(event="norm.set").fields == ["matter.sla.normal"]
    assert "第八条" in words(browse("author").get(reverse("parameters")))


def test_a_norm_of_a_later_day_is_announced_and_does_not_count_yet(browse):
    later = TODAY() + timedelta(days=20)

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

    assert parameters.number("matter.callback_sample", on=TODAY()) == 1.0
    assert isinstance(parameters.number("matter.callback_sample", on=TODAY()), float)


def test_a_norm_is_not_set_behind_a_later_one(browse):
    PolicyParameter.objects.create(
        code="matter.sla.normal", value="9", basis="x", valid_from=TODAY()
    )

    response = browse("office").post(
        reverse("set_parameter", args=["matter.sla.normal"]),
        norm_form(valid_from=(TODAY() - timedelta(days=3)).isoformat()),
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
            valid_from=TODAY() - timedelta(days=n),
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
    "text", ["", "2099-13-01,休,x", "2099-01-01,也许,x", "2099-01-01", "x" * 300_000, "日期\n"]
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
