"""The review of access: who holds which role where, since when, and whose role should end."""

from datetime import timedelta

import openpyxl
import pytest
from django.contrib.auth.models import update_last_login
from django.urls import reverse
from django.utils import timezone

from portal.listings.access import ACCESS_LEDGER
from portal.models import Cadre, Job, PolicyParameter, RoleGrant, User
from portal.roles import Role
from portal.run import jobs
from portal.sheets import ledgers
from tests.day import TODAY
from tests.people import START, account, fresh


def review(client, user, **query):
    client.force_login(user)
    return client.get(reverse("access_review"), query)


def holders(response):
    return {grant.user.username for grant in response.context["page"]}


def words(response):
    return response.content.decode()


def test_administrators_review_everybody_and_the_office_its_area(client, people):
    everybody = set(User.objects.values_list("username", flat=True))

    for who in ("system", "security", "auditor"):
        assert holders(review(client, getattr(people, who))) == everybody
    # Grants in the county; administrators have no organ.
    assert {"author", "host", "n-host"} < holders(review(client, people.office))
    assert not holders(review(client, people.office)) & {"system", "security", "auditor"}
    assert holders(review(client, people.neighbour_office)) == set()
    assert review(client, people.host).status_code == 403


def test_a_row_says_who_where_since_when_and_when_last_seen(client, people):
    client.cookies["django_language"] = "en"
    RoleGrant.objects.filter(user=people.host).update(granted_by=people.security)
    update_last_login(None, people.host)

    page = words(review(client, people.security, q="host"))

    row = page[page.index("张卫东") :].partition("</tr>")[0]
    assert people.host.get_absolute_url() in page
    assert "石桥镇党" in row and "Host" in row and f"given by {people.security.name}" in row
    assert "never" not in row
    # The office cannot open accounts, so there is no link.
    assert people.host.get_absolute_url() not in words(review(client, people.office, q="host"))


def test_what_ends_soon_who_has_left_and_who_never_came(client, people):
    soon = RoleGrant.objects.filter(user__in=[people.author, people.liaison])
    soon.update(ends_on=TODAY + timedelta(days=30))
    RoleGrant.objects.filter(user=people.host).update(ends_on=TODAY + timedelta(days=31))
    # A grant that has ended is no longer access.
    RoleGrant.objects.filter(user=people.handler).update(ends_on=TODAY - timedelta(days=1))
    Cadre.objects.filter(user=people.colleague).update(left_on=TODAY)
    update_last_login(None, people.desk)

    assert holders(review(client, people.office, tab="ending")) == {"author", "liaison"}
    assert holders(review(client, people.office, tab="left")) == {"colleague"}
    assert "desk" not in holders(review(client, people.office, tab="never"))
    assert "desk2" in holders(review(client, people.office, tab="never"))
    assert "handler" not in holders(review(client, people.office))


def test_a_grant_of_an_ended_account_is_shown_as_one_of_somebody_who_has_left(client, people):
    """Ending an account ends its roles; roles that remained in another way are shown here."""
    User.objects.filter(pk=people.colleague.pk).update(is_active=False)

    assert holders(review(client, people.system, tab="left")) == {"colleague"}


def test_roles_are_found_by_name_organ_and_role(client, people):
    assert holders(review(client, people.office, q="王建国")) == {"author"}
    by_organ = review(client, people.office, organ=people.agriculture.pk)
    assert holders(by_organ) == {"author", "colleague", "liaison"}
    assert holders(review(client, people.office, role=Role.DESK)) == {"desk", "desk2"}


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_review_costs_the_same_for_any_rows(
    client, people, row_count, django_assert_num_queries
):
    RoleGrant.objects.exclude(user=people.security).delete()
    for n in range(row_count):
        person = account(f"x{n}", "某人", people.water, Role.CADRE, within=people.water)
        Cadre.objects.create(user=person, name="某人", organ=people.water)
    review(client, people.security)

    with django_assert_num_queries(7):
        response = client.get(reverse("access_review"))

    assert len(response.context["page"]) == row_count + 1


def test_the_sheet_has_the_rows_of_the_page(client, people):
    Cadre.objects.filter(user=people.colleague).update(left_on=TODAY)
    client.force_login(people.security)

    client.post(reverse("export_access_review"), {"tab": "left"})

    job = Job.objects.get(owner=people.security)
    jobs.run(job.pk, clock=timezone.now)
    job.refresh_from_db()
    sheet = openpyxl.load_workbook(jobs.file_of(job)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (row,) = [row for row in cells if "colleague" in row]
    assert "从未登录" in row and f"{TODAY:%Y.%m.%d}离任" in row and "县农业农村局 科员" in row
    file = client.get(reverse("job_file", args=[job.pk]))
    assert (file.status_code, b"".join(file)[:2]) == (200, b"PK")


def test_a_large_sheet_waits_for_a_second_person(client, people):
    PolicyParameter.objects.create(
        code="export.personal_rows", value="2", basis="试行", valid_from=START, set_by=people.office
    )

    job = ledgers.start_export(ACCESS_LEDGER, filters={}, by=fresh(people.office))

    assert job.state == Job.State.HELD
