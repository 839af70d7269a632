"""民主评议党员: only names and sums, at most a third excellent, no grade for probationary
members."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from evaluation.actions import members
from evaluation.filters.members import missing
from evaluation.ledgers.members import MEMBER_LEDGER
from evaluation.models import AppraisedMember, MemberAppraisal
from evaluation.models.members import most_outstanding, organizations_of
from portal import parameters
from portal.duties import reminders, todo
from portal.models import PartyOrganization, PolicyParameter, Reminder
from portal.sheets.ledgers import LedgerProblem
from tests.day import TODAY, now, today
from tests.people import START
from tests.reading import words
from tests.telling import tell

HEADINGS = "序号 姓名 应到/实到/有效票 优秀 合格 基本合格 不合格 组织评定等次"


def branch(people, name="柳湾村党支部", *, organ=None, kind="branch"):
    return PartyOrganization.objects.create(
        name=name, kind=kind, organ=organ, unit=None if organ else people.village, started_on=START
    )


def begun(people, organization=None, *, by=None, year=None, names=("甲", "乙", "丙", "丁")):
    appraisal = members.begin_appraisal(
        organization=organization or branch(people),
        year=year or today().year,
        by=by or people.host,
        at=now(),
    )
    rows = [(name, False) for name in names] + [("新", True)]
    members.add_members(appraisal=appraisal, members=rows, by=by or people.host, at=now())
    return appraisal


def held(people, appraisal, *, expected=5, present=5, valid=4, held_on=None):
    return members.note_meeting(
        appraisal=appraisal,
        by=people.host,
        at=now(),
        held_on=held_on or today(),
        expected=expected,
        present=present,
        valid=valid,
    )


def results(appraisal, *grades, ballots=(2, 2, 0, 0)):
    """Results by member, with grades in the order given, also for the probationary one."""
    rows = appraisal.members.order_by("place")
    return {
        one.pk: {"self_done": True, "peers": [1, 2, 0, 0], "ballots": list(ballots), "grade": grade}
        for one, grade in zip(rows, grades, strict=True)
    }


def noted(people, appraisal, *grades, by=None, **more):
    return members.note_results(
        appraisal=appraisal,
        results=results(appraisal, *grades, **more),
        by=by or people.host,
        at=now(),
    )


def test_a_third_is_a_fraction_and_the_whole_part_of_it(people):
    assert [most_outstanding(n, on=TODAY) for n in (2, 3, 5, 6, 9)] == [0, 1, 1, 2, 3]
    PolicyParameter.objects.create(
        code="appraisal.member_excellent_max",
        value="1/5",
        basis="x",
        valid_from=today(),
        set_by=people.office,
    )
    parameters.forget()
    assert most_outstanding(9, on=TODAY) == 1


def test_who_holds_it_for_which_branch(people):
    of_unit = branch(people)
    of_organ = branch(people, "农业农村局机关支部", organ=people.agriculture)
    committee = branch(people, "石桥镇党委", organ=people.town_organ, kind="committee")

    def holds(user):
        return set(organizations_of(user))

    assert holds(people.host) == {of_unit}
    assert holds(people.liaison) == {of_organ}
    assert holds(people.office) == {of_unit, of_organ}
    for one in (people.author, people.supervisor, people.neighbour_host, people.neighbour_office):
        assert not holds(one), one
    for user, organization in (
        (people.liaison, of_unit),
        (people.host, of_organ),
        (people.host, committee),
        (people.supervisor, of_unit),
    ):
        with pytest.raises(PermissionDenied):
            begun(people, organization, by=user)
    begun(people, of_unit)
    begun(people, of_organ, by=people.liaison)
    assert MemberAppraisal.objects.visible_to(people.liaison).count() == 1
    assert MemberAppraisal.objects.visible_to(people.office).count() == 2
    assert MemberAppraisal.objects.visible_to(people.neighbour_host).count() == 0


def test_one_a_year_and_names_once(people):
    organization = branch(people)
    appraisal = begun(people, organization)
    with pytest.raises(ValidationError):
        begun(people, organization)
    members.add_members(
        appraisal=appraisal, members=[("甲", False), ("戊", False)], by=people.host, at=now()
    )
    names = list(appraisal.members.order_by("place").values_list("name", flat=True))
    assert names == ["甲", "乙", "丙", "丁", "新", "戊"]
    members.remove_member(member=appraisal.members.get(name="戊"), by=people.host, at=now())
    assert appraisal.members.count() == 5
    with pytest.raises(PermissionDenied):
        begun(people, organization, year=today().year - 3)


def test_sums_fit_the_meeting(people):
    appraisal = begun(people)
    with pytest.raises(ValidationError):  # no meeting yet
        noted(people, appraisal, 2, 2, 2, 2, None)
    for wrong in ({"present": 6}, {"valid": 6}, {"held_on": today() + timedelta(days=1)}):
        with pytest.raises(ValidationError):
            held(people, appraisal, **wrong)
    held(people, appraisal)
    with pytest.raises(ValidationError, match="甲"):
        noted(people, appraisal, 2, 2, 2, 2, None, ballots=(3, 2, 0, 0))
    assert not any(sum(one.ballots) for one in appraisal.members.all()), "all of them or nothing"
    noted(people, appraisal, 1, 2, 2, 3, 2)
    with pytest.raises(ValidationError):  # fewer valid ballots than were counted
        held(people, appraisal, valid=3)
    assert appraisal.members.get(name="新").grade is None


def test_no_more_than_a_third_is_outstanding(people):
    appraisal = held(people, begun(people))
    with pytest.raises(PermissionDenied):
        noted(people, appraisal, 1, 1, 2, 2, None)
    noted(people, appraisal, 1, 2, 2, 2, None)


def test_it_is_finished_when_all_steps_are_taken_and_opened_again_with_a_reason(people):
    appraisal = begun(people)

    def finish(by=people.host):
        return members.finish_appraisal(appraisal=appraisal, by=by, at=now())

    with pytest.raises(PermissionDenied):
        finish()
    held(people, appraisal)
    noted(people, appraisal, 1, 2, 2, None, None)
    with pytest.raises(PermissionDenied, match="丁"):
        finish()
    noted(people, appraisal, 1, 2, 2, 4, None)
    assert todo.counts(people.host)["member_appraisal_open"] == 1
    assert todo.counts(people.host2)["member_appraisal_open"] == 0
    with pytest.raises(PermissionDenied):
        finish(people.neighbour_host)
    assert finish().state == "finished"
    assert todo.counts(people.host)["member_appraisal_open"] == 0
    for again in (finish, lambda: noted(people, appraisal, 2, 2, 2, 2, None)):
        with pytest.raises(PermissionDenied):
            again()
    members.reopen_appraisal(appraisal=appraisal, reason="唱票有误", by=people.host, at=now())
    assert appraisal.steps.filter(move="reopened", text="唱票有误").exists()
    assert noted(people, appraisal, 2, 2, 2, 2, None)


def test_the_database_gives_a_probationary_member_no_grade(people):
    appraisal = begun(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        appraisal.members.filter(is_probationary=True).update(grade=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberAppraisal.objects.filter(pk=appraisal.pk).update(state="finished")


def test_nothing_but_a_name_is_kept_of_a_member():
    kept = {field.name for field in AppraisedMember._meta.get_fields()}
    assert kept == {
        "id",
        "appraisal",
        "place",
        "name",
        "is_probationary",
        "self_done",
        "peers",
        "ballots",
        "grade",
    }


def test_the_sheet_has_its_headings_and_sums(people, browse):
    appraisal = held(people, begun(people))
    noted(people, appraisal, 1, 2, 2, 3, None)
    asked = QueryDict(f"appraisal={appraisal.pk}")
    sheet = MEMBER_LEDGER.sheet(people.host, asked, now())
    assert ["序号", *(column.heading for column in sheet.columns)] == HEADINGS.split()
    rows = list(sheet.rows)
    assert rows[0] == (1, "甲", "5/5/4", 2, 2, 0, 0, "优秀")
    assert rows[4] == (5, "新", "5/5/4", 2, 2, 0, 0, "预备党员，不定等次")
    assert sheet.title == f"柳湾村党支部{today().year}年度民主评议党员测评汇总表"
    for user in (people.neighbour_host, people.supervisor):
        with pytest.raises(LedgerProblem):
            MEMBER_LEDGER.rows(user, asked)
    page = words(
        browse("host").get(reverse("evaluation:member_appraisal_print", args=[appraisal.pk]))
    )
    assert "甲" in page and "5/5/4" in page


def test_pages_take_names_meeting_and_sums_and_say_what_is_wrong(people, browse):
    organization, client = branch(people), browse("host")
    begin = reverse("evaluation:begin_member_appraisal")
    assert client.post(begin, {"organization_text": "无此支部", "year": 2026}).status_code == 422
    answer = client.post(begin, {"organization_text": organization.name, "year": today().year})
    appraisal = MemberAppraisal.objects.get()
    assert answer.url == appraisal.get_absolute_url()

    def post(name, data):
        return client.post(reverse(f"evaluation:{name}", args=[appraisal.pk]), data)

    assert post("add_appraised_members", {"names": "甲\n13800000000"}).status_code == 422
    assert post("add_appraised_members", {"names": "甲\n乙\n丙、丁（预备）"}).status_code == 302
    assert appraisal.members.filter(name="丁", is_probationary=True).exists()
    meeting = {"held_on": today(), "expected": 4, "present": 4, "valid": 3}
    assert post("note_member_meeting", meeting | {"present": 9}).status_code == 422
    assert post("note_member_meeting", meeting).status_code == 302
    page = reverse("evaluation:note_member_results", args=[appraisal.pk])
    assert client.get(page).status_code == 200
    first, second, third, last = appraisal.members.order_by("place")
    sent = {}
    for one in (first, second, third, last):
        sent |= {f"m{one.pk}-self_done": "on", f"m{one.pk}-ballots_1": "1", f"m{one.pk}-grade": "2"}
    too_many = sent | {f"m{first.pk}-grade": "1", f"m{second.pk}-grade": "1"}
    answer = client.post(page, too_many)
    assert answer.status_code == 422 and 'value="1"' in words(answer)
    assert client.post(page, sent | {f"m{first.pk}-ballots_1": "x"}).status_code == 422
    assert client.post(page, sent | {f"m{first.pk}-ballots_1": "9"}).status_code == 422
    assert not AppraisedMember.objects.filter(grade__isnull=False).exists()
    assert client.post(page, sent | {f"m{first.pk}-grade": "1"}).status_code == 302
    assert (
        client.post(reverse("evaluation:finish_member_appraisal", args=[appraisal.pk])).status_code
        == 302
    )


def test_branches_without_one_are_told_of_once_gently(people, browse):
    organization = branch(people)
    branch(people, "农业农村局机关支部", organ=people.agriculture)

    def told(month):
        day = today().replace(month=month, day=10)
        while not reminders.workdays.is_working_day(day):
            day += timedelta(days=1)
        tell("member_missing", day=day)
        rows = Reminder.objects.filter(kind="member_missing", day=day)
        return sorted(one.user.username for one in rows)

    assert told(6) == []
    assert told(11) == ["host", "host2", "liaison"], "one line each, and the office is spared"
    Reminder.objects.filter(kind="member_missing").update(read_at=now())
    assert told(12) == []
    page = words(browse("host").get(reverse("evaluation:missing_member_appraisals")))
    assert organization.name in page
    begun(people, organization)
    assert missing(people.host).count() == 0


def test_the_list_costs_the_same_for_one_row_and_three(people, browse, django_assert_num_queries):
    client, address = browse("host"), reverse("evaluation:member_appraisals")
    begun(people)
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    begun(people, branch(people, "二支部"))
    begun(people, branch(people, "三支部"))
    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 10
