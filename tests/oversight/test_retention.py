"""Retention: a job deletes names and phones and reports it; records are deleted only through
鉴定、审批、销毁清册."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from outreach.models import Matter, MatterContact
from oversight.actions import complaints, retention
from oversight.models import DataRequest, DestructionList, PortalComplaint, RetentionRun
from portal.duties import todo
from portal.models import AuditEntry
from portal.sheets import ledgers
from portal.trust import privacy
from tests.day import in_days, now, today
from tests.oversight.asking import admitted, burden_officer, destruction, leader_of_office
from tests.people import fresh


@pytest.fixture
def officer(people):
    return burden_officer(people)


# --- Names and phones ----------------------------------------------------------------------------


def _closed(people, on):
    matter = people.matter()
    fields = {"status": "closed", "closure": "solved", "closed_on": on}
    Matter.objects.filter(pk=matter.pk).update(**fields)
    matter.refresh_from_db()
    return matter


def _contacts(matter):
    with transaction.atomic(), privacy.opened(matter=matter.pk):
        return MatterContact.objects.filter(matter=matter).count()


def test_names_and_phones_go_three_years_after_closing(people):
    old, young = _closed(people, in_days(-1200)), _closed(people, in_days(-900))
    run = retention.anonymise(at=now())
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.raiser_display, _contacts(old)) == ("", 0)
    assert (young.raiser_display, _contacts(young)) == ("李××", 1)
    assert run.counts | {"contacts": 1, "raisers": 1} == run.counts
    assert run.before == retention.years_before(today(), 3)
    assert AuditEntry.objects.filter(event="retention.anonymised").count() == 1
    # A second run finds nothing more and reports so.
    assert set(retention.anonymise(at=now()).counts.values()) == {0}


def test_who_wrote_an_archived_complaint_is_forgotten(people, officer):
    complaint = complaints.send_complaint(by=people.author, at=now(), kind="fault", text="打不开")
    complaint = complaints.accept_complaint(complaint=complaint, by=officer, at=now())
    complaint = complaints.answer_complaint(
        complaint=complaint, by=officer, at=now(), answer="已修复"
    )
    complaints.rate_complaint(complaint=complaint, by=people.author, at=now(), rating="satisfied")
    PortalComplaint.objects.filter(pk=complaint.pk).update(
        state="archived", received_on=in_days(-1200), accepted_by=officer, accepted_on=today()
    )
    assert retention.anonymise(at=now()).counts["writers"] == 1
    complaint.refresh_from_db()
    assert complaint.author is None
    assert not complaint.steps.filter(by=people.author).exists()


def test_the_report_is_read_by_the_office_and_changed_by_nobody(browse, people):
    retention.anonymise(at=now())
    url = reverse("oversight:retention_runs")
    assert browse("office").get(url).context["total"] == 1
    assert browse("liaison").get(url).status_code == 403
    assert not RetentionRun.objects.visible_to(people.host).exists()


# --- Records -------------------------------------------------------------------------------------


def _old(people, officer, n=2):
    made = [admitted(people, officer, title=f"旧报表{i}") for i in range(n)]
    days = {"starts_on": in_days(-4400), "ends_on": in_days(-4300)}
    ids = [one.pk for one in made]
    # The office appraises requests made by its own organ and those below.
    DataRequest.objects.filter(pk__in=ids).update(organ=people.department, **days)
    return made


def test_what_is_too_young_cannot_be_destroyed(browse, people, officer):
    _old(people, officer)
    with pytest.raises(ValidationError, match="10"):
        destruction(people, before=in_days(-3000))
    admitted(people, officer)
    assert destruction(people).items.count() == 2
    sent = {"title": "清册", "kind": "request", "before": in_days(-3000)}
    page = browse("office").post(reverse("oversight:begin_destruction"), sent)
    assert page.status_code == 422
    assert "before" in page.context["form"].errors


def test_there_is_no_list_of_nothing(people):
    with pytest.raises(ValidationError):
        destruction(people)
    assert not DestructionList.objects.exists()


def test_records_go_by_appraisal_approval_and_a_list(people, officer):
    first, second = _old(people, officer)
    by, leader = {"by": people.office, "at": now()}, leader_of_office(people)
    listed = destruction(people)
    kept = listed.items.get(record=first.pk)
    retention.keep_records(listed=listed, by=people.office, items=[kept], reason="有查考价值")
    with pytest.raises(PermissionDenied):
        retention.destroy_list(listed=listed, witness=people.supervisor, **by)
    listed = retention.submit_list(listed=listed, **by)
    assert todo.counts(fresh(leader))["destruction_approve"] == 1
    for one in (people.office, people.supervisor, officer):
        with pytest.raises(PermissionDenied):
            retention.approve_list(listed=listed, by=one, at=now())
    listed = retention.approve_list(listed=listed, by=leader, at=now(), document="云档〔2026〕1号")
    for witness in (people.office, leader):
        with pytest.raises(PermissionDenied):
            retention.destroy_list(listed=listed, witness=witness, **by)
    listed = retention.destroy_list(listed=listed, witness=people.supervisor, **by)

    assert list(DataRequest.objects.filter(pk__in=[first.pk, second.pk])) == [first]
    assert [(one.label, one.is_gone) for one in listed.items.order_by("record")] == [
        ("旧报表0", False),
        ("旧报表1", True),
    ]
    moves = [one.move for one in listed.steps.order_by("pk")]
    assert moves == ["submitted", "approved", "destroyed"]
    given = QueryDict(mutable=True)
    given["list"] = str(listed.pk)
    lines = list(ledgers.REGISTRY["destruction"].sheet(people.office, given, now()).rows)
    assert [line[4] for line in lines] == ["继续保存：有查考价值", "保管期满，拟销毁"]
    assert lines[1][8] == people.supervisor.name


def test_it_is_sent_back_and_then_not_discarded(people, officer):
    _old(people, officer)
    by = {"by": people.office, "at": now()}
    listed = retention.submit_list(listed=destruction(people), **by)
    leader = leader_of_office(people)
    listed = retention.return_list(listed=listed, by=leader, at=now(), reason="重新鉴定")
    with pytest.raises(PermissionDenied):
        retention.drop_list(listed=listed, by=people.office)
    other = destruction(people)
    retention.drop_list(listed=other, by=people.office)
    assert DestructionList.objects.count() == 1


def test_nobody_appraises_records_of_an_organ_outside_of_their_role(people, officer):
    """The role covers another county than that of the account's organ."""
    _old(people, officer)
    known = {"title": "清册", "kind": "request", "before": in_days(-4000)}
    with pytest.raises(PermissionDenied):
        retention.begin_list(by=people.neighbour_office, at=now(), **known)


def test_the_database_destroys_nothing_without_approval(people, officer):
    _old(people, officer)
    listed = destruction(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        DestructionList.objects.filter(pk=listed.pk).update(state="approved")


def test_a_list_is_the_offices_own(people, officer):
    _old(people, officer)
    listed = destruction(people)
    for one in ("liaison", "host", "supervisor", "neighbour_office"):
        rows = DestructionList.objects.visible_to(getattr(people, one))
        assert not rows.filter(pk=listed.pk).exists(), one


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("destruction_lists", 9), ("destruction_list", 12)])
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, officer, django_assert_num_queries, row_count, page, queries
):
    _old(people, officer, n=row_count)
    made = [destruction(people) for _n in range(row_count)]
    url = reverse(f"oversight:{page}", args=[made[0].pk] if page == "destruction_list" else [])
    session = browse("office")
    session.get(url)
    with django_assert_num_queries(queries):
        session.get(url)
