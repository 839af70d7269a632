"""Parsing addresses and forms: what cannot be a number, a day or a row is ignored or refused."""

import uuid
from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal.models import ImportBatch, Job, Organ
from portal.pages.filters import PlacedFilter
from portal.pages.forms import ReaderForm
from portal.pages.web import sent_key
from portal.tools import asked


def statuses(client, *addresses):
    return {address: client.get(address).status_code for address in addresses}


@pytest.fixture
def browse(people):
    def sign_in(name):
        client = Client(raise_request_exception=False)
        client.force_login(getattr(people, name))
        return client

    return sign_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("0", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5_000, None),
        ("²", None),
        ("٣", None),
        ("-1", None),
        ("1_0", None),
        (" 1", None),
        ("", None),
    ],
)
def test_a_whole_number(text, number):
    assert asked.whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-18", date(2026, 11, 18)),
        ("1900-01-01", date(1900, 1, 1)),
        ("1899-12-31", None),
        ("2100-12-31", date(2100, 12, 31)),
        ("2101-01-01", None),
        ("9999-12-31", None),
        ("0001-01-01", None),
        ("2026-02-30", None),
        ("99999-01-01", None),
        ("", None),
    ],
)
def test_a_day(text, day):
    assert asked.day(text) == day


def test_a_moment_without_a_zone_is_ours():
    assert asked.moment("2026-11-18T09:12") == timezone.make_aware(
        timezone.datetime(2026, 11, 18, 9, 12)
    )
    assert asked.moment("9999-12-31T23:59:59-23:59") is None
    assert asked.moment("0001-01-01T00:00:00+23:59") is None
    assert asked.moment("abc") is None


def test_a_row_is_named_by_its_key(people):
    rows = Organ.objects.all()
    assert asked.row({"organ": str(people.water.pk)}, "organ", rows) == people.water
    for text in ("²", "0", "9" * 400, "x", "", None):
        assert asked.row({"organ": text}, "organ", rows) is None


# --- Each cause of a server error that was found ------------------------------------------------


def test_a_year_of_the_calendar_that_is_none(browse):
    addresses = [f"/workdays/?year={year}" for year in ("²", "020261", "9" * 5_000, "1999", "2101")]
    assert set(statuses(browse("office"), *addresses).values()) == {200}
    assert browse("office").get("/workdays/?year=2027").context["year"] == 2027


@pytest.mark.parametrize("text", ["²", "9" * 400, "-1"])
def test_a_place_or_organ_that_is_none(browse, people, text):
    pages = (
        "/reorganisations/?organ={}",
        "/reorganisations/new/?organ={}",
        "/dashboard/?area={}",
        "/dashboard/?within={}",
        "/dashboard/going-down/?area={}",
        "/burden/?area={}",
        "/dashboard/pairing/?within={}",
        "/organs/?under={}",
        "/units/?host={}",
        "/party-organizations/new/?unit={}",
        "/cadres/?organ={}",
    )
    got = statuses(browse("office"), *(page.format(text) for page in pages))
    assert {page: status for page, status in got.items() if status not in {200, 422}} == {}

    sent = {"area": text, "month": "2026-11-01", "held_on": "2026-11-01"}
    assert browse("host").post(reverse("outreach:new_meeting"), sent).status_code == 422


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("key", ["after", "before", "jump"])
@pytest.mark.parametrize(
    "cursor",
    ["9999-12-31T23:59:59-23:59~1", "0001-01-01T00:00:00+23:59~1", "9999-12-31~1", "9999-12-31"],
)
def test_a_cursor_at_the_end_of_time_is_the_first_page(browse, key, cursor):
    pages = ("/words/", "/schemes/", "/objections/", "/stay-reports/", "/condolence/recipients/")
    got = statuses(
        browse("office"), *(f"{page}?{key}={cursor.replace('+', '%2B')}" for page in pages)
    )
    assert set(got.values()) == {200}


def test_a_day_at_the_end_of_time_is_refused_at_its_field(browse):
    said = browse("office").get("/words/?answered_to=9999-12-31").content.decode()
    assert "1900" in said and "2100" in said
    months = ("/stays/months/?month=9999-12-31", "/stays/months/?month=0001-01-01")
    assert set(statuses(browse("office"), *months).values()) == {200}


def test_a_parameter_called_items_is_only_a_parameter(browse):
    pages = (
        "/honours/",
        "/weak/",
        "/notices/",
        "/contact-points/",
        "/co-building/activities/",
        "/condolence/recipients/",
        "/stays/",
        "/matters/",
        "/visits/",
    )
    got = statuses(browse("office"), *(f"{page}?items=x&urlencode=y" for page in pages))
    assert set(got.values()) == {200}


def test_an_export_keeps_the_filters_of_its_list_without_the_paging(browse):
    said = browse("office").get("/visits/?q=水渠&sort=oldest&after=x~1&tab=a").content.decode()
    export = said[said.index(reverse("outreach:export_visits")) :].split("</form>")[0]
    assert 'name="q" value="水渠"' in export and 'name="sort" value="oldest"' in export
    assert 'name="after"' not in export


def test_null_characters_of_a_form_are_left_out(browse, people):
    answer = browse("office").post("/matters/export/", {"tab": "a\0ll"})
    assert answer.status_code == 302
    assert Job.objects.get().arguments["filters"]["tab"] == "all"


@pytest.mark.parametrize(
    "where", ["abc", "outreach:matters", "matter", "http://[", "//evil.example"]
)
def test_where_a_form_came_from_is_an_address_and_no_name(browse, where):
    for page in ("/large-type/", "/shortcuts/", "/lists/units/columns/"):
        answer = browse("office").post(page, {"next": where})
        assert answer.status_code == 302
        assert answer.url in {"/", "/units/"}
    assert browse("office").post("/large-type/", {"next": "/visits/?q=x"}).url == "/visits/?q=x"


@pytest.mark.parametrize(
    "content",
    [
        "\0",
        "2027-01-01,休\r2027-01-02,休",
        "2027-01-01",
        '"2027-01-01',
        "²,休",
        "9999-12-31,休",
        "0001-01-01,休",
        pytest.param("2027-01-01,休," + "字" * 200_000, id="long"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_said_to_be(browse, content):
    answer = browse("office").post(
        "/workdays/upload/", {"days": SimpleUploadedFile("2027.csv", content.encode())}
    )
    assert answer.status_code in {302, 422}


def test_a_job_of_an_import_leads_to_the_import(browse, people, records_of_imports):
    old, batch = records_of_imports
    assert browse("office").get(f"/jobs/{old.pk}/").url == batch.get_absolute_url()
    batch.delete()
    assert browse("office").get(f"/jobs/{old.pk}/").status_code == 200


@pytest.fixture
def records_of_imports(people):
    """The job of a first check, and the batch, which was checked again since."""
    batch = ImportBatch.objects.create(
        kind="organs", owner=people.office, file_name="a.xlsx", size=1, sha256="0"
    )
    jobs = [
        Job.objects.create(
            kind="import",
            title="单位",
            owner=people.office,
            state=Job.State.DONE,
            arguments={"batch": batch.pk, "act": "check"},
            manifest={"written": 1, "expected": 1},
            expires_at=timezone.now(),
        )
        for _n in range(2)
    ]
    batch.job = jobs[1]
    batch.save()
    return jobs[0], batch


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "gbk", "none"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("checked", [False, True])
def test_a_form_in_another_charset_cannot_be_read_and_that_is_all(db, charset, kind, checked):
    client = Client(raise_request_exception=False, enforce_csrf_checks=checked)
    for page in ("/account/login/", "/matters/new/", "/nowhere/", "/language/"):
        answer = client.generic(
            "POST",
            page,
            b"login=a&password=b",
            content_type=f"{kind}; boundary=x; charset={charset}",
        )
        assert answer.status_code in {200, 302, 400, 403, 404}


@pytest.mark.parametrize("page", ["/account/login/", "/language/"])
def test_a_form_that_is_too_large_cannot_be_read_and_that_is_all(db, page):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    many = "&".join(f"f{n}=x" for n in range(1_100)).encode()
    for body in (b"login=" + b"a" * 6_000_000, many):
        answer = client.generic("POST", page, body, "application/x-www-form-urlencoded")
        assert answer.status_code == 400


def test_a_cookie_may_be_anything(db):
    for name in ("sessionid", "csrftoken", "django_language"):
        client = Client(raise_request_exception=False)
        client.cookies[name] = "x"
        for value in ('"\\000aaaaaaaaa"', "a" * 5_000, "²" * 20):
            answer = client.get("/account/login/", headers={"cookie": f"{name}={value}"})
            assert answer.status_code == 200, (name, value)


# --- Editions from outside ----------------------------------------------------------------------


# --- All forms ----------------------------------------------------------------------------------


def _all_below(one):
    for below in one.__subclasses__():
        yield below
        yield from _all_below(below)


def test_every_day_of_a_form_is_bound():
    """Only the two form classes that limit their days have date fields."""
    loose = {
        form.__qualname__
        for form in _all_below(forms.Form)
        if form.__module__.split(".")[0] in {"portal", "outreach", "pairing", "evaluation"}
        and not issubclass(form, ReaderForm)
        and any(isinstance(field, forms.DateField) for field in form.base_fields.values())
    }
    assert loose == set()
    assert list(_all_below(PlacedFilter))


def test_the_same_form_with_another_file_of_its_size_is_another_sending():
    key = str(uuid.uuid4())

    def sent(content):
        photo = SimpleUploadedFile("a.jpg", content, "image/jpeg")
        request = RequestFactory().post("/", {"key": key, "text": "修好了", "photo": photo})
        found = sent_key(request)
        assert request.FILES["photo"].read() == content
        return found

    assert sent(b"before") == sent(b"before") != sent(b"after.")
