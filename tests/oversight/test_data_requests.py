"""报表准入: who asks the grassroots for what, until when, and what the portal already has."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from outreach.actions import notices
from oversight import held, own_requests
from oversight.actions import data_requests
from oversight.models import DataRequest, UnadmittedRequest
from portal import parameters
from portal.actions import norms
from portal.days import workdays
from portal.duties import todo
from portal.models import AuditEntry, ImportBatch
from portal.roles import Role
from portal.sheets import ledgers
from research.actions import questionnaires
from research.models import Questionnaire, QuestionnaireVersion
from tests.day import in_days, now, today
from tests.oversight.asking import admitted, asked, burden_officer, drafted, submitted
from tests.people import account, fresh
from tests.people import organ as organ_of
from tests.research import answering
from tests.research.questionnaires import FORM, uploaded


@pytest.fixture
def officer(people):
    return burden_officer(people)


def form_of(**changes):
    fields = asked(**changes)
    return fields | {"columns": "\n".join(fields["columns"])}


# --- What the portal holds -----------------------------------------------------------------------


def test_what_the_portal_holds_is_struck(people):
    request = drafted(people)
    assert {one.name: bool(one.held_in) for one in request.items.all()} == {
        "过火面积": False,
        "登记干部": True,
    }
    assert held.held_in("登记干部") == held.held_in("登记 干部（姓名）") == "民情台账"
    assert held.held_in("备注") == "", "A heading that says nothing is held nowhere."


def test_the_page_shows_it_struck(browse, people):
    page = browse("liaison").get(drafted(people).get_absolute_url()).content.decode()
    assert "<s>登记干部</s>" in page
    assert "<s>过火面积</s>" not in page


# --- Drafting ------------------------------------------------------------------------------------


def test_an_organ_drafts_its_own_request(browse, people):
    page = browse("liaison").post(reverse("oversight:new_data_request"), form_of(), follow=True)
    request = DataRequest.objects.get()
    assert page.redirect_chain[-1][0] == request.get_absolute_url()
    assert (request.organ, request.state) == (people.agriculture, "draft")
    assert [one.name for one in request.items.order_by("place")] == ["过火面积", "登记干部"]
    for by in (people.author, people.desk, people.supervisor):
        with pytest.raises(PermissionDenied):
            drafted(people, by=by)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": ""}, "ends_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"kind": "emergency"}, "sent_on"),
        ({"columns": [""]}, "columns"),
        ({"columns": ["长" * 41]}, "columns"),
    ],
)
def test_a_request_without_its_end_or_columns_is_refused(browse, people, changes, field):
    page = browse("liaison").post(reverse("oversight:new_data_request"), form_of(**changes))
    assert page.status_code == 422
    (told,) = page.context["form"].errors[field]
    assert told
    assert "云农〔2026〕8号" in page.content.decode()


def test_a_draft_is_seen_by_its_organ_alone(people, officer):
    request = drafted(people)
    seen = [
        name
        for name in ("liaison", "office", "host", "neighbour_liaison", "desk")
        if DataRequest.objects.visible_to(getattr(people, name)).filter(pk=request.pk).exists()
    ]
    assert seen == ["liaison"]
    data_requests.submit_request(request=request, by=people.liaison, at=now())
    assert DataRequest.objects.visible_to(people.host).filter(pk=request.pk).exists()
    assert not DataRequest.objects.visible_to(people.system).exists()


# --- Deciding ------------------------------------------------------------------------------------


def test_the_approver_admits_it_and_not_the_programme_owner(people, officer):
    request = submitted(people)
    for by in (people.office, people.liaison, people.supervisor, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            data_requests.admit_request(request=request, by=by, at=now())
    request = data_requests.admit_request(request=request, by=officer, at=now())
    assert (request.state, request.number) == ("approved", f"ZR{today().year}-0001")
    assert "减负" in request.approver
    second = admitted(people, officer)
    assert second.number == f"ZR{today().year}-0002"


def test_who_approves_is_a_parameter(people, officer):
    norms.set_norm(
        code="requests.approver",
        value="县统计局",
        basis="县委深改委会议",
        valid_from=today(),
        by=people.office,
    )
    parameters.forget()
    assert admitted(people, officer).approver == "县统计局"


def test_a_number_of_the_portal_is_not_typed(people, officer):
    """A typed number of 40 digits would leave no next number."""
    request = submitted(people)
    for typed in ("ZR2026-9999", "zr2026-" + "9" * 33):
        with pytest.raises(ValidationError) as refused:
            data_requests.admit_request(request=request, by=officer, at=now(), number=typed)
        assert "number" in refused.value.message_dict
    request = data_requests.admit_request(request=request, by=officer, at=now())
    assert request.number == f"ZR{today().year}-0001"


def test_a_number_from_outside_is_given_once(browse, people, officer):
    request = submitted(people)
    request = data_requests.admit_request(
        request=request, by=officer, at=now(), number="国统制〔2026〕12号"
    )
    again = submitted(people)
    with pytest.raises(ValidationError), transaction.atomic():
        data_requests.admit_request(
            request=again, by=officer, at=now(), number="国统制〔2026〕12号"
        )
    again.refresh_from_db()
    assert again.state == "submitted"


def test_nobody_admits_what_their_own_organ_asks(people, officer):
    request = submitted(people)
    DataRequest.objects.filter(pk=request.pk).update(organ=people.desk_organ)
    request.refresh_from_db()
    with pytest.raises(PermissionDenied):
        data_requests.admit_request(request=request, by=officer, at=now())


def test_it_is_sent_back_or_taken_from_the_portal_instead(people, officer):
    request = data_requests.return_request(
        request=submitted(people), by=officer, at=now(), reason="与民情台账重复"
    )
    assert (request.state, request.submitted_on) == ("draft", None)
    with pytest.raises(PermissionDenied):
        data_requests.drop_request(request=request, by=people.liaison)
    request = data_requests.submit_request(request=request, by=people.liaison, at=now())
    request = data_requests.provide_request(
        request=request, by=officer, at=now(), text="由系统导出"
    )
    assert (request.state, request.decided_by) == ("provided", officer)


def test_it_expires_by_itself(people, officer):
    request = admitted(people, officer, ends_on=in_days(3), starts_on=in_days(1))
    standing = [request.standing(in_days(n)).value for n in (0, 1, 3, 4)]
    assert standing == ["planned", "running", "running", "expired"]
    assert DataRequest.objects.in_force(in_days(3)).exists()
    assert not DataRequest.objects.in_force(in_days(4)).exists()


def test_an_admitted_request_is_withdrawn_with_a_reason(people, officer):
    request = data_requests.withdraw_request(
        request=admitted(people, officer), by=people.liaison, at=now(), reason="工作结束"
    )
    assert request.state == "withdrawn"
    expired = admitted(people, officer)
    DataRequest.objects.filter(pk=expired.pk).update(starts_on=in_days(-9), ends_on=in_days(-1))
    expired.refresh_from_db()
    with pytest.raises(PermissionDenied):
        data_requests.withdraw_request(request=expired, by=officer, at=now(), reason="到期")


def test_an_emergency_is_sent_first_and_filed_within_five_working_days(people, officer):
    request = drafted(people, kind="emergency", sent_on=in_days(-20))
    assert request.file_by == workdays.add_working_days(in_days(-20), 5)
    assert todo.counts(fresh(people.liaison))["request_to_file"] == 1
    request = data_requests.submit_request(request=request, by=people.liaison, at=now())
    assert request.was_filed_late
    assert todo.counts(fresh(people.liaison))["request_to_file"] == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.filter(pk=request.pk).update(sent_on=None)


def test_where_there_is_one_table_new_collections_go_there(people):
    request = drafted(people)
    norms.set_norm(
        code="requests.one_table",
        value="省“一表通”平台",
        basis="省政府办公厅通知",
        valid_from=today(),
        by=people.office,
    )
    parameters.forget()
    with pytest.raises(PermissionDenied, match="一表通"):
        data_requests.submit_request(request=request, by=people.liaison, at=now())


def test_the_approver_finds_it_in_the_to_do_list(people, officer):
    submitted(people)
    assert todo.counts(fresh(officer))["request_to_decide"] == 1
    assert "request_to_decide" not in todo.counts(fresh(people.office))


# --- Asked without admission ---------------------------------------------------------------------


def test_a_host_tells_who_asks_without_admission_and_is_not_kept(browse, people, officer):
    sent = {"organ": people.water.pk, "text": "微信群要求当日报数", "asked_on": today()}
    browse("host").post(reverse("oversight:tell_unadmitted"), sent)
    told = UnadmittedRequest.objects.get()
    assert told.area == people.county
    entry = AuditEntry.objects.get(event="unadmitted_request.told")
    assert (entry.actor_id, entry.actor, entry.address) == (None, "sealed", None)
    names = {field.name for field in UnadmittedRequest._meta.fields}
    assert names == {
        "id",
        "organ",
        "text",
        "asked_on",
        "area",
        "settled_on",
        "settled_by",
        "outcome",
    }
    for one in ("host", "office", "liaison", "neighbour_office"):
        assert not UnadmittedRequest.objects.visible_to(getattr(people, one)).exists(), one
    assert todo.counts(fresh(officer))["unadmitted_to_settle"] == 1
    officer.grants.update(division=people.other_county)
    with pytest.raises(PermissionDenied):
        data_requests.settle_unadmitted(told=told, by=fresh(officer), at=now(), outcome="无")
    officer.grants.update(division=people.county)
    data_requests.settle_unadmitted(told=told, by=fresh(officer), at=now(), outcome="已叫停")
    assert todo.counts(fresh(officer))["unadmitted_to_settle"] == 0
    with pytest.raises(PermissionDenied):
        data_requests.tell_unadmitted(
            by=people.liaison, organ=people.water, text="报数", asked_on=today()
        )


def test_nothing_kept_for_the_page_says_who_told_it(browse, people, in_cache, parked):
    url = reverse("oversight:tell_unadmitted")
    session = browse("host")
    page = session.get(url)
    sent = {"organ": people.water.pk, "text": "微信群要求当日报数", "asked_on": today()}
    sent["key"] = str(page.context["key"])
    assert "owner" not in page.context, "A form that says whose it is, is kept."
    assert session.post(url, sent).status_code == 302
    assert all("act::/unadmitted/new/" in name for name in in_cache("act:"))
    assert not parked(url, sent, people.host)


# --- What the portal itself asks -----------------------------------------------------------------


def _notice(people, **changes):
    fields = {
        "title": "报送汛期走访情况",
        "text": "请报送。",
        "roles": [],
        "organs": [people.water],
        "asks": "text",
        "question": "走访几户？",
        "reply_due_on": in_days(9),
    } | changes
    notice = notices.draft_notice(by=people.office, at=now(), **fields)
    return notices.publish_notice(notice=notice, by=people.office, at=now())


def test_our_own_notices_stand_in_the_register(people, officer):
    _notice(people)
    _notice(people, asks="none", question="", reply_due_on=None)
    (own,) = own_requests.own_requests(people.office, today(), today())
    assert (own.kind, own.columns, own.asked_count, own.number) == ("notice", 1, 1, "")
    admitted(people, officer)
    assert _sheet(people.office).signature.startswith("申请单位负责人（签字）")
    lines = list(_sheet(people.office).rows)
    assert [line[2] for line in lines] == ["秸秆禁烧情况日报", "报送汛期走访情况"]
    assert lines[0][7:9] == (2, 1)
    assert (lines[0][15], lines[1][15], lines[1][16]) == ("生效", "未准入", "本平台索取")


def test_a_notice_that_was_admitted_has_its_number(people, officer):
    notice = _notice(people)
    request = drafted(people)
    DataRequest.objects.filter(pk=request.pk).update(notice=notice)
    request = data_requests.submit_request(request=request, by=people.liaison, at=now())
    request = data_requests.admit_request(request=request, by=officer, at=now())
    (own,) = own_requests.own_requests(people.office, today(), today())
    assert own.number == request.number


def test_a_questionnaire_counts_the_questions_of_its_version_in_force(people):
    questionnaire = answering.opened(people)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(opens_on=today())
    upload = uploaded([FORM[0], ["text", "b", "明年再问的"]])
    questionnaires.add_version(
        questionnaire=questionnaire, upload=upload, by=people.liaison, at=now()
    )
    (own,) = own_requests.own_requests(people.liaison, today(), today())
    assert (own.kind, own.columns) == ("questionnaire", questionnaire.in_force.questions)
    newest = QuestionnaireVersion.objects.newest().get(questionnaire=questionnaire)
    assert own.columns != newest.questions


def test_imports_are_counted_in_the_county_of_the_reader(people):
    organ = organ_of("望江县民政局", place=people.other_county)
    other = account("other", "苏木", organ, Role.LIAISON, within=organ)
    facts = {"kind": "visits", "state": "accepted", "accepted_at": now(), "size": 1}
    for owner in (people.office, other, other):
        ImportBatch.objects.create(owner=owner, **facts)
    for reader, n in ((people.office, 1), (other, 2)):
        (own,) = own_requests.own_requests(fresh(reader), today(), today())
        assert own.asked_count == n, reader


def _sheet(user, **query):
    given = QueryDict(mutable=True)
    given.update(query)
    return ledgers.REGISTRY["data_requests"].sheet(user, given, now())


def test_the_sheet_leaves_drafts_out(people):
    drafted(people)
    assert list(_sheet(people.liaison).rows) == []


# --- Pages ---------------------------------------------------------------------------------------


def test_the_list_has_what_is_in_force(browse, people, officer):
    running = admitted(people, officer)
    ahead = admitted(people, officer, title="年度统计", starts_on=in_days(5))
    url = reverse("oversight:data_requests")
    page = browse("host").get(url, {"tab": "in_force"}).content.decode()
    assert running.title in page
    assert ahead.title not in page
    assert browse(officer).get(url, {"tab": "all"}).context["total"] == 2


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("data_requests", 9), ("data_request", 9)])
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, officer, django_assert_num_queries, row_count, page, queries
):
    made = [admitted(people, officer, title=f"报表{n}") for n in range(row_count)]
    url = reverse(f"oversight:{page}", args=[made[0].pk] if page == "data_request" else [])
    session = browse("office")
    session.get(url)
    with django_assert_num_queries(queries):
        session.get(url)
