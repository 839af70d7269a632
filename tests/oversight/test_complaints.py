"""投诉建议 about the portal: who reads them, what is stored of an anonymous one, the two other
channels."""

import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from outreach.models import ConductReport
from oversight.actions import complaints
from oversight.models import PortalComplaint
from oversight.rules import complaints as rules
from portal.days import workdays
from portal.duties import todo
from portal.models import AuditEntry
from portal.roles import Role
from portal.sheets import ledgers
from tests.day import now, today
from tests.oversight.asking import burden_officer
from tests.people import account, fresh


@pytest.fixture
def officer(people):
    return burden_officer(people)


def sent(people, *, by=None, **changes):
    fields = {"kind": "burden", "text": "同一张表报了三次"} | changes
    return complaints.send_complaint(by=by or people.author, at=now(), **fields)


def accepted(people, officer, **changes):
    return complaints.accept_complaint(complaint=sent(people, **changes), by=officer, at=now())


def answered(people, officer, **changes):
    complaint = accepted(people, officer, **changes)
    return complaints.answer_complaint(
        complaint=complaint, by=officer, at=now(), answer="已合并", adopted="yes"
    )


# --- Who reads it --------------------------------------------------------------------------------


def test_two_recipients_read_it_one_of_them_outside_the_office(people, officer):
    complaint = sent(people)
    seen = [
        name
        for name in ("author", "office", "supervisor", "host", "desk", "recipient", "colleague")
        if PortalComplaint.objects.visible_to(getattr(people, name)).filter(pk=complaint.pk)
    ]
    assert seen == ["author", "office"]
    assert PortalComplaint.objects.visible_to(officer).get() == complaint
    assert officer.organ != people.office.organ
    assert not PortalComplaint.objects.visible_to(people.neighbour_office).exists()


@pytest.mark.parametrize("who", ["author", "system", "auditor", "recipient", "neighbour_cadre"])
def test_everybody_may_write_one_from_every_foot(browse, people, who):
    url = reverse("oversight:new_complaint")
    session = browse(who)
    assert url in session.get(reverse("help")).content.decode()
    page = session.get(url).content.decode()
    assert reverse("outreach:new_matter") in page
    assert reverse("outreach:new_conduct_report") in page
    session.post(url, {"kind": "fault", "text": "导出打不开"})
    assert PortalComplaint.objects.get().author == getattr(people, who)


def test_the_page_says_when_nobody_outside_the_office_receives_it(browse, people):
    assert not rules.has_outside_recipient(people.author)
    # One of a single organ receives nothing of a county.
    account("narrow", "钟窄", people.desk_organ, Role.BURDEN, within=people.desk_organ)
    assert not rules.has_outside_recipient(people.author)
    burden_officer(people)
    assert rules.has_outside_recipient(people.author)
    assert browse("author").get(reverse("oversight:new_complaint")).context["has_outside_recipient"]


# --- Without a name ------------------------------------------------------------------------------


def test_of_an_anonymous_one_only_county_day_and_digest_are_kept(browse, people, officer):
    url = reverse("oversight:new_complaint")
    sent_form = {"kind": "clocking", "text": "要求天天打卡", "is_anonymous": "on"}
    page = browse("author").post(url, sent_form, follow=True)
    code = re.search(r"[A-HJ-NP-Z2-9]{12}", page.content.decode()).group()
    assert f"已提交。查询码：{code}" in page.content.decode()
    complaint = PortalComplaint.objects.get()
    assert (complaint.author, complaint.area, complaint.organ) == (None, people.county, None)
    assert code not in str(PortalComplaint.objects.values().get())
    entry = AuditEntry.objects.get(event="complaint.received")
    assert (entry.actor_id, entry.actor, entry.address) == (None, "sealed", None)
    assert not PortalComplaint.objects.visible_to(people.author).exists()
    assert "王建国" not in browse(officer).get(complaint.get_absolute_url()).content.decode()


def test_the_code_shows_the_answer_and_rates_it(browse, people, officer):
    complaint = sent(people, is_anonymous=True)
    code = complaint.code
    complaints.accept_complaint(complaint=complaint, by=officer, at=now())
    complaints.answer_complaint(complaint=complaint, by=officer, at=now(), answer="已取消打卡")
    session = browse("colleague")
    page = session.post(reverse("oversight:complaint_by_code"), {"code": code.lower()})
    assert "已取消打卡" in page.content.decode()
    session.post(reverse("oversight:rate_by_code"), {"code": code, "rating": "satisfied"})
    complaint.refresh_from_db()
    assert complaint.rating == "satisfied"
    step = complaint.steps.get(move="rated")
    assert (step.by, step.at) == (None, workdays.end_of(today()))
    again = {"code": code, "rating": "unsatisfied"}
    session.post(reverse("oversight:rate_by_code"), again)
    complaint.refresh_from_db()
    assert complaint.rating == "satisfied", "It is rated once."


def test_a_wrong_code_shows_nothing_and_cannot_be_guessed(browse, people):
    sent(people, is_anonymous=True)
    session, url = browse("colleague"), reverse("oversight:complaint_by_code")
    for _n in range(20):
        assert session.post(url, {"code": "ABCDEFGHJKLM"}).status_code == 422
    assert session.post(url, {"code": "ABCDEFGHJKLM"}).status_code == 403


def test_the_database_wants_a_writer_or_a_code(people):
    complaint = sent(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        PortalComplaint.objects.filter(pk=complaint.pk).update(author=None)


def test_nothing_kept_for_the_page_says_who_sent_it(browse, people, in_cache, parked):
    """Neither the result of the form, nor the texts it asked about, nor a form lost with a
    session."""
    url = reverse("oversight:new_complaint")
    session = browse("author")
    page = session.get(url)
    typed = {"kind": "clocking", "text": "黄奶奶说天天打卡", "is_anonymous": "on"}
    typed["key"] = str(page.context["key"])
    assert "owner" not in page.context, "A form that says whose it is, is kept."
    asked = session.post(url, typed)
    assert asked.status_code == 422, "It comes back once, because of the form of address."
    # The question about a text is not tied to a user: a colleague is not asked again.
    browse("colleague")
    sent_again = session.post(url, typed | {"people": "keep", "key": str(uuid.uuid4())})
    assert sent_again.status_code == 302
    kept = in_cache("act:")
    assert kept and all("act::/complaints/new/" in name for name in kept)
    assert not parked(url, typed, people.author)


def test_pages_where_somebody_may_stay_unnamed_are_in_no_log(settings):
    conf = (settings.BASE_DIR / "deploy/nginx.conf").read_text()
    left_out = re.findall(r"~(\^/\S+) 0;", conf)
    assert "portal if=$is_logged;" in conf
    for page in (
        *("oversight:new_complaint", "oversight:complaint_by_code", "oversight:rate_by_code"),
        *("oversight:consent_by_code", "oversight:tell_unadmitted"),
        "outreach:new_conduct_report",
    ):
        assert any(re.match(one, reverse(page)) for one in left_out), page
    assert not any(re.match(one, reverse("oversight:complaints")) for one in left_out)


# --- Its course ----------------------------------------------------------------------------------


def test_it_is_taken_up_in_a_day_and_answered_in_five(people, officer):
    complaint = sent(people)
    assert complaint.due_on == workdays.add_working_days(today(), 1)
    complaint = complaints.accept_complaint(complaint=complaint, by=officer, at=now())
    assert complaint.due_on == workdays.add_working_days(today(), 5)
    complaint = complaints.extend_complaint(
        complaint=complaint, by=people.office, at=now(), reason="需要升级"
    )
    assert complaint.due_on == workdays.add_working_days(today(), 10)
    with pytest.raises(PermissionDenied):
        complaints.extend_complaint(complaint=complaint, by=officer, at=now(), reason="再延")


def test_the_form_of_the_answer_shows_what_is_answered(browse, people, officer):
    complaint = accepted(people, officer, text="黄奶奶家的表报了三次")
    page = browse(officer).get(reverse("oversight:answer_complaint", args=[complaint.pk]))
    shown = page.content.decode()
    assert "家的表报了三次" in shown
    assert "黄奶奶" not in shown


def test_nobody_answers_their_own(browse, people, officer):
    complaint = sent(people, by=people.office)
    with pytest.raises(PermissionDenied):
        complaints.accept_complaint(complaint=complaint, by=people.office, at=now())
    assert todo.counts(fresh(people.office))["complaint_to_accept"] == 0
    assert todo.counts(fresh(officer))["complaint_to_accept"] == 1
    assert "填表负担" in browse(officer).get(reverse("todo")).content.decode()
    complaints.accept_complaint(complaint=complaint, by=officer, at=now())


def test_its_writer_rates_the_answer_and_it_goes_to_the_archive(people, officer):
    complaint = answered(people, officer)
    with pytest.raises(PermissionDenied):
        complaints.rate_complaint(complaint=complaint, by=officer, at=now(), rating="satisfied")
    complaint = complaints.rate_complaint(
        complaint=complaint, by=people.author, at=now(), rating="basically"
    )
    complaint = complaints.archive_complaint(complaint=complaint, by=officer, at=now())
    moves = [one.move for one in complaint.steps.order_by("pk")]
    assert moves == ["accepted", "answered", "rated", "archived"]


# --- The other two doors -------------------------------------------------------------------------


def test_it_goes_through_another_door_only_if_its_writer_agrees(people, officer):
    complaint = accepted(people, officer)
    with pytest.raises(PermissionDenied):
        complaints.pass_on_complaint(complaint=complaint, by=officer, at=now())
    complaint = complaints.ask_consent(complaint=complaint, by=officer, at=now(), door="conduct")
    assert todo.counts(fresh(people.author))["complaint_consent"] == 1
    with pytest.raises(PermissionDenied):
        complaints.agree(complaint=complaint, by=officer, at=now())
    declined = complaints.decline(complaint=complaint, by=people.author, at=now())
    with pytest.raises(PermissionDenied):
        complaints.pass_on_complaint(complaint=declined, by=officer, at=now())
    assert not ConductReport.objects.exists()


def test_with_consent_it_is_sealed_and_its_text_is_gone_here(people, officer):
    complaint = accepted(people, officer, text="某干部收了两条烟")
    complaint = complaints.ask_consent(complaint=complaint, by=officer, at=now(), door="conduct")
    complaint = complaints.agree(complaint=complaint, by=people.author, at=now())
    complaint = complaints.pass_on_complaint(complaint=complaint, by=officer, at=now())
    assert complaint.state == "passed_on"
    complaint.refresh_from_db()
    assert "两条烟" not in complaint.text
    assert ConductReport.objects.count() == 1
    # The author of a complaint about a person is deleted here.
    assert complaint.author is None
    assert not complaint.steps.filter(by=people.author).exists()


def test_as_a_matter_it_names_the_matter_that_was_registered(browse, people, officer):
    matter = people.matter()
    complaint = accepted(people, officer)
    by = {"by": people.office, "at": now()}
    complaint = complaints.ask_consent(complaint=complaint, door="matter", **by)
    complaint = complaints.agree(complaint=complaint, by=people.author, at=now())
    with pytest.raises(ValidationError):
        complaints.pass_on_complaint(complaint=complaint, **by)
    url = reverse("oversight:pass_on_complaint", args=[complaint.pk])
    session = browse("office")
    assert session.post(url, {"matter": "MQ2026-99999"}).status_code == 422
    assert session.post(url, {"matter": "第三件"}).status_code == 422
    session.post(url, {"matter": matter.number_label})
    complaint.refresh_from_db()
    assert (complaint.state, complaint.matter) == ("passed_on", matter)


# --- Pages and sheet -----------------------------------------------------------------------------


def test_the_register_names_no_writer(people, officer):
    answered(people, officer)
    given = QueryDict(mutable=True)
    (line,) = ledgers.REGISTRY["complaints"].sheet(officer, given, now()).rows
    assert line[3:6] == ("填表负担", "同一张表报了三次", "钟减")
    assert line[8] == "采纳"
    assert "王建国" not in str(line)
    assert not list(ledgers.REGISTRY["complaints"].sheet(people.author, given, now()).rows)


def test_the_list_says_to_all_how_many_there_are(browse, people, officer):
    answered(people, officer)
    page = browse("handler").get(reverse("oversight:complaints")).content.decode()
    assert "本年共收到1件：未办结0件，采纳1件" in page
    assert "同一张表" not in page


def test_who_receives_none_sees_their_own(browse, people, officer):
    own, other = sent(people), sent(people, by=people.colleague, text="建议精简")
    page = browse("author").get(reverse("oversight:complaints")).content.decode()
    assert own.number_label in page
    assert other.number_label not in page
    assert browse(officer).get(reverse("oversight:complaints")).context["total"] == 2


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("complaints", 10), ("complaint", 9)])
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, officer, django_assert_num_queries, row_count, page, queries
):
    made = [accepted(people, officer) for n in range(row_count)]
    url = reverse(f"oversight:{page}", args=[made[0].pk] if page == "complaint" else [])
    session = browse(officer)
    session.get(url)
    with django_assert_num_queries(queries):
        session.get(url)
