"""Exports of personal data: a second person approves large ones, and each records who took it."""

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.ledgers.condolence import REGISTER
from outreach.ledgers.matters import MATTER_LEDGER
from portal.actions import exports
from portal.duties import duty
from portal.models import AuditEntry, ExportRequest, Job, LedgerHeading, PolicyParameter, StandIn
from portal.run import jobs
from portal.sheets import ledgers
from tests.day import TODAY, now
from tests.outreach.test_condolence import approved, campaign_of, put
from tests.people import START, account, fresh
from tests.telling import tell


@pytest.fixture
def limit(people):
    """Exports of two rows start at once; three need approval."""
    PolicyParameter.objects.create(
        code="export.personal_rows", value="2", basis="试行", valid_from=START, set_by=people.office
    )


@pytest.fixture
def three(people, limit):
    campaign = campaign_of(people)
    for name, source in (("欧阳秀英", "dues"), ("欧阳秀兰", "dues"), ("欧阳秀梅", "finance")):
        put(people, campaign, name=name, source=source)
    return approved(people, campaign)


def start(user, **filters):
    return ledgers.start_export(REGISTER, filters=filters, by=user)


def asked(user):
    return exports.ask_for_export(job=start(user), purpose="春节前入户慰问", by=user)


def done(job):
    jobs.run(job.pk, clock=timezone.now)
    job.refresh_from_db()
    return job


def get_file(client, user, job):
    client.force_login(user)
    response = client.get(reverse("job_file", args=[job.pk]))
    if response.streaming:
        b"".join(response)
        for close in response._resource_closers:
            close()
    return response


def test_a_large_sheet_of_names_waits_and_nobody_works_on_it(people, three, client):
    job = start(people.host)

    assert (job.state, job.arguments["personal_rows"]) == (Job.State.HELD, 3)
    assert jobs.take(job.pk, at=now()) is None
    assert jobs.requeue_lapsed(at=now()) == []
    assert get_file(client, people.host, job).status_code == 404
    page = client.get(job.get_absolute_url()).content.decode()
    assert "申请审批" in page
    # Possible approvers: another user of the same organ, and the office.
    assert people.host2.name in page
    assert people.office.name in page
    assert people.neighbour_host.name not in page


def test_small_ones_and_those_without_personal_data_are_made_at_once(people, three):
    assert start(people.host).state == Job.State.HELD
    assert start(people.host, source="finance").state == Job.State.QUEUED
    # Users who do not list recipients get masked names.
    assert start(people.supervisor).state == Job.State.QUEUED
    for _ in range(3):
        people.matter()
    matters = ledgers.start_export(MATTER_LEDGER, filters={"tab": "all"}, by=people.office)
    assert matters.state == Job.State.QUEUED
    # Invalid filters make the job fail.
    assert done(start(people.host, nonsense="1")).state == Job.State.FAILED


def test_a_sheet_whose_names_the_office_hides_is_made_at_once(people, three):
    LedgerHeading.objects.create(
        ledger=REGISTER.name, column="姓名", is_hidden=True, set_by=people.office
    )

    assert start(people.host).state == Job.State.QUEUED


def test_rows_that_came_after_the_start_do_not_slip_through(people, limit):
    campaign = campaign_of(people)
    for number in range(2):
        put(people, campaign, name=f"欧阳秀{'英兰'[number]}")
    job = start(people.host)
    put(people, campaign, name="欧阳秀梅")

    assert done(job).state == Job.State.FAILED
    assert "审批" in job.error
    assert jobs.file_of(job) is None


def test_it_is_approved_by_a_second_person_and_then_made(people, three, client):
    request = asked(people.host)

    exports.approve_export(request=request, by=people.host2, at=now())

    job = done(request.job)
    assert (job.state, job.manifest["personal_rows"]) == (Job.State.DONE, 3)
    assert (job.expires_at - job.finished_at).days == exports.KEPT_DAYS
    assert get_file(client, people.host, job).status_code == 200
    request.refresh_from_db()
    assert request.downloaded_at
    events = AuditEntry.objects.filter(noun="exportrequest").order_by("pk")
    assert list(events.values_list("event", "actor_id")) == [
        ("export.asked_for", people.host.pk),
        ("export.approved", people.host2.pk),
    ]


@pytest.mark.parametrize("who", ["host", "author", "neighbour_host", "supervisor", "system"])
def test_nobody_else_approves_it_and_nobody_their_own(people, three, who):
    request = asked(people.host)

    with pytest.raises(PermissionDenied):
        exports.approve_export(request=request, by=getattr(people, who), at=now())

    request.job.refresh_from_db()
    assert request.job.state == Job.State.HELD


def test_a_stand_in_does_not_approve_what_their_principal_asked_for(people, three):
    StandIn.objects.create(
        principal=people.host,
        stand_in=people.host2,
        starts_on=TODAY,
        ends_on=TODAY,
        named_by=people.office,
    )
    request = asked(people.host)
    stand_in = fresh(people.host2)

    assert people.host.pk in stand_in.identity_ids
    with pytest.raises(PermissionDenied):
        exports.approve_export(request=request, by=stand_in, at=now())
    assert not duty.DUTIES["approve_export"].rows(stand_in).exists()


def test_it_stands_in_the_to_do_list_of_those_who_approve_and_they_are_told(people, three):
    request = asked(people.host)
    waiting = duty.DUTIES["approve_export"]

    assert list(waiting.rows(people.host2)) == [request]
    assert list(waiting.rows(people.office)) == [request]
    for other in ("host", "neighbour_host", "neighbour_office", "desk"):
        assert not waiting.rows(getattr(people, other)).exists()
    tell("approve_export", day=TODAY)
    told = people.host2.reminders.filter(kind="approve_export")
    assert list(told.values_list("noun_id", flat=True)) == [request.pk]
    assert not people.host.reminders.filter(kind="approve_export").exists()

    exports.refuse_export(request=request, reason="范围过大", by=people.office, at=now())
    tell("export_decided", day=TODAY)
    assert people.host.reminders.filter(kind="export_decided", noun_id=request.pk).exists()


def test_it_is_refused_with_a_reason_that_its_owner_reads(people, three, client):
    request = asked(people.host)
    client.force_login(people.host2)
    url = reverse("refuse_export", args=[request.pk])

    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"reason": "名单范围过大，请按村导出"}).status_code == 302

    request.job.refresh_from_db()
    assert request.job.state == Job.State.REFUSED
    client.force_login(people.host)
    page = client.get(request.job.get_absolute_url()).content.decode()
    assert "名单范围过大，请按村导出" in page
    assert get_file(client, people.host, request.job).status_code == 404


def test_a_decision_is_taken_back_until_the_download(people, three, client):
    request = asked(people.host)
    exports.approve_export(request=request, by=people.host2, at=now())
    job = done(request.job)
    file = jobs.file_of(job)
    assert file.exists()

    with pytest.raises(PermissionDenied):
        exports.take_back_export(request=request, by=people.office)
    with transaction.atomic():
        exports.take_back_export(request=request, by=people.host2)

    job.refresh_from_db()
    request.refresh_from_db()
    assert (job.state, request.state) == (Job.State.HELD, "waiting")
    assert get_file(client, people.host, job).status_code == 404

    exports.approve_export(request=request, by=people.office, at=now())
    done(job)
    assert get_file(client, people.host, job).status_code == 200
    with pytest.raises(PermissionDenied, match="下载"):
        exports.take_back_export(request=request, by=people.office)


def test_the_message_of_an_approval_offers_to_take_it_back(people, three, client):
    request = asked(people.host)
    client.force_login(people.host2)

    answer = client.post(reverse("approve_export", args=[request.pk]))

    page = client.get(answer.url).content.decode()
    assert reverse("take_back_export", args=[request.pk]) in page
    assert client.post(reverse("take_back_export", args=[request.pk])).status_code == 302
    request.refresh_from_db()
    assert request.state == "waiting"


def test_whoever_asked_withdraws_it_while_it_waits(people, three):
    request = asked(people.host)

    with pytest.raises(PermissionDenied):
        exports.withdraw_export(request=request, by=people.host2)
    exports.withdraw_export(request=request, by=people.host)

    request.job.refresh_from_db()
    assert request.job.state == Job.State.EXPIRED
    with pytest.raises(PermissionDenied):
        exports.approve_export(request=request, by=people.host2, at=now())


def test_it_is_asked_for_once(people, three):
    job = asked(people.host).job

    with pytest.raises(PermissionDenied):
        exports.ask_for_export(job=job, purpose="再申请一次", by=people.host)


def test_an_approver_reads_what_for_and_how_much_and_no_name(people, three, client):
    request = asked(people.host)
    client.force_login(people.host2)

    page = client.get(request.get_absolute_url()).content.decode()

    assert "春节前入户慰问" in page
    assert people.host.name in page
    assert "欧阳" not in page


def test_where_nobody_else_approves_the_page_says_what_to_do(people, three, client):
    alone = account("alone", "方圆", None, "office")
    client.force_login(alone)
    job = start(fresh(alone))
    assert job.state == Job.State.HELD
    # The only other users who reach everything.
    page = client.get(job.get_absolute_url()).content.decode()

    assert "安全管理员" in page
    assert people.host2.name not in page


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "approved"},
        {"state": "refused", "decided_at": "2026-11-20T08:00Z"},
        {"downloaded_at": "2026-11-20T08:00Z"},
    ],
)
def test_the_database_refuses_decisions_of_nobody(people, three, facts):
    request = asked(people.host)

    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.filter(pk=request.pk).update(**facts)


# --- Watermarks -----------------------------------------------------------------------------------


def test_each_page_of_a_sheet_says_who_took_it_when_and_its_number(people, three):
    job = done(start(people.host, source="finance"))

    book = openpyxl.load_workbook(jobs.file_of(job))

    said = book.worksheets[0].oddHeader.right.text
    assert said.startswith("导出人：张卫东（host）　2026.")
    assert said.endswith(f"编号：{job.pk}")
    assert book.properties.description == said


def test_an_and_sign_in_a_name_is_no_code_of_the_header(people, tmp_path):
    people.office.name = "A&B"

    ledgers.write(
        MATTER_LEDGER,
        user=people.office,
        filters={"tab": "all"},
        target=tmp_path / "sheet.xlsx",
        at=now(),
    )

    book = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    assert "A&&B" in book.worksheets[0].oddHeader.right.text
    assert "A&B（" in book.properties.description


def test_a_print_with_names_carries_its_audit_entry(people, three, client):
    client.force_login(people.host)

    page = client.post(reverse("outreach:print_condolence_register", args=[three.pk]))

    entry = AuditEntry.objects.get(event="sheet.printed")
    assert (entry.noun, entry.noun_id, entry.actor_id) == (
        "condolencecampaign",
        three.pk,
        people.host.pk,
    )
    assert f"编号：{entry.pk}" in page.content.decode()
    assert "打印人：张卫东（host）" in page.content.decode()


def test_a_diary_is_marked_where_the_reflection_is_printed(people, client):
    visit = people.visit(reflection="今天的路不好走。")
    client.force_login(people.author)
    url = reverse("outreach:diary", args=[visit.pk])

    assert "打印人" not in client.get(url).content.decode()
    assert "打印人" in client.get(f"{url}?with=reflection").content.decode()


# Columns whose headings look personal, and why they are not marked.
OPEN = {
    ("matters", "反映人/户别"): "the first character alone",
    ("access", "姓名"): "of an account, in office; when they last signed in is marked",
    ("cards", "干部姓名"): "printed on public cards",
    ("honours", "姓名（名称）"): "published",
    ("needs", "姓名"): "of a cadre, in office",
    ("stays", "姓名"): "of a cadre, in office",
    ("stay_months", "姓名"): "of a cadre, in office",
    ("contact_points", "领导姓名"): "of a leader, in office",
    ("condolence", "困难原因（类别）"): "coarse; the name beside it is marked",
}


def test_columns_about_people_are_marked_or_say_why_not():
    about = ("姓名", "来访人", "反映人", "谈话对象", "原因（类别）", "薄弱）原因")
    found = {
        (name, column.heading)
        for name, ledger in ledgers.REGISTRY.items()
        for column in ledger.columns
        if any(word in column.heading for word in about)
        and not getattr(column, "is_personal", False)
    }

    assert found == OPEN.keys()
