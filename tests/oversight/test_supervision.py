"""督办台账: one entry for each matter; proposed, established, assigned, reported on, struck off."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.models import SupervisionOrder
from oversight.actions import supervision
from oversight.ledgers.supervision import SUPERVISION_LEDGER
from oversight.models import SupervisionEntry
from portal.actions import reorganisations
from portal.duties import todo
from portal.models import AuditEntry, Reminder
from portal.places import succession
from tests.day import in_days, now, today
from tests.oversight.planning import (
    established,
    head,
    in_hand,
    issued,
    plan_of,
    proposed,
    words_task,
)
from tests.people import fresh
from tests.reading import words
from tests.telling import tell

HEADINGS = (
    "序号 督办编号 来源 批示领导、日期 督办事项 批示（议定）内容 牵头单位 协办单位 责任领导 "
    "交办日期 办理时限 反馈周期 进展情况 最近反馈日期 催办日期 办理结果 审核意见 办结日期 "
    "是否销号 备注"
)


def sees(user, entry):
    return SupervisionEntry.objects.visible_to(user).filter(pk=entry.pk).exists()


def order_of(people, leader=None):
    """An instruction on a matter of the water bureau."""
    matter = people.in_progress()
    return SupervisionOrder.objects.create(
        matter=matter,
        instruction="请水利局抓紧清淤",
        leader=leader or people.supervisor,
        issued_at=now(),
        due_on=in_days(20),
    )


def reported(people, by, **changes):
    entry = in_hand(people, by, **changes)
    return supervision.report_result(entry=entry, by=people.handler, at=now(), text="清淤完成")


def reviewed(people, by, **changes):
    entry = reported(people, by, **changes)
    return supervision.review_entry(entry=entry, by=people.desk, at=now(), opinion="已现场核实")


@pytest.fixture
def chief(people):
    return head(people)


# --- Who reads and proposes -----------------------------------------------------------------------


def test_desk_head_and_office_read_it_and_the_organ_once_it_is_given(people, chief):
    entry = proposed(people, organs=[people.roads])
    for one in (people.desk, people.desk2, people.office, people.supervisor, chief):
        assert sees(one, entry), one
    for one in (people.handler, people.support, people.host, people.neighbour_office):
        assert not sees(one, entry), one

    entry = established(people, chief, organs=[people.roads], title="另一件")
    assert not sees(people.handler, entry)
    supervision.assign_entry(entry=entry, by=people.desk, at=now())
    assert sees(people.handler, entry)
    assert sees(people.support, entry)
    assert not sees(people.neighbour_handler, entry)


def test_only_the_desk_proposes(people):
    for by in (people.office, people.handler, people.supervisor, people.host):
        with pytest.raises(PermissionDenied):
            proposed(people, by=by)


def test_numbers_run_by_the_year(people):
    first, second = proposed(people), proposed(people, title="第二件")
    assert (first.number, second.number) == (1, 2)
    assert second.number_label == f"DB{today().year}-0002"


# --- One matter, one entry ------------------------------------------------------------------------


def test_one_matter_has_one_entry_and_a_second_source_joins_it(people, chief):
    order = order_of(people)
    about = {"order": order, "matter": order.matter}
    entry = proposed(people, about=about)
    with pytest.raises(PermissionDenied, match=entry.number_label):
        proposed(people, about=about)
    with pytest.raises(PermissionDenied, match=entry.number_label):
        # Another instruction on the same matter.
        proposed(people, about={"matter": order.matter})

    plan = plan_of(people)
    item = words_task(people, plan)
    issued(people, plan)
    joined = supervision.join_ground(
        entry=entry,
        by=people.desk,
        at=now(),
        source="plan",
        given_on=today(),
        occasion="年度工作要点",
        about={"item": item},
    )
    assert joined.grounds.count() == 2
    with pytest.raises(ValidationError, match="已在督办"):
        supervision.join_ground(
            entry=proposed(people, title="别的事"),
            by=people.desk,
            at=now(),
            source="plan",
            given_on=today(),
            occasion="年度工作要点",
            about={"item": item},
        )


def test_a_source_about_a_matter_that_another_entry_follows_does_not_join(people, browse):
    order = order_of(people)
    entry = proposed(people, about={"order": order, "matter": order.matter})
    other = proposed(people, title="别的事")
    given = {"source": "meeting", "given_on": today(), "occasion": "调度会"}
    about = {"matter": order.matter}
    with pytest.raises(PermissionDenied, match=entry.number_label):
        supervision.join_ground(entry=other, by=people.desk, at=now(), about=about, **given)
    form = reverse("oversight:join_ground", args=[other.pk])
    page = browse("desk").post(form, given | {"matter": order.matter.number_label})
    assert page.status_code == 422 and entry.number_label in words(page)
    entry = supervision.join_ground(entry=entry, by=people.desk, at=now(), about=about, **given)
    assert entry.grounds.count() == 2


def test_who_proposed_it_is_not_told_to_decide(people, chief):
    entry = proposed(people)
    supervision.submit_entry(entry=entry, by=people.desk, at=now())
    assert todo.counts(fresh(chief))["entry_to_decide"] == 1
    SupervisionEntry.objects.filter(pk=entry.pk).update(proposed_by=chief)
    assert not todo.counts(fresh(chief)).get("entry_to_decide")


def test_the_heir_of_an_organ_reports_on_what_is_open(people, chief):
    entry = in_hand(people, chief, organs=[people.roads])
    plan = plan_of(people)
    item = words_task(people, plan)
    issued(people, plan)
    ended = proposed(people, title="别的事", lead_organ=people.water)
    SupervisionEntry.objects.filter(pk=ended.pk).update(state="revoked")
    for one in (ended, entry, item):
        one.refresh_from_db()
        assert one.lead_organ == people.water
    held = [p for f in succession.BLOCKERS for p in f(people.water, on=today())]
    counts = {one.code: one.count for one in held if one.count}
    assert (counts["supervision"], counts["plans"]) == (1, 1)
    reorganisations.merge(
        noun="organ",
        sources=[people.water],
        target=people.roads,
        by=people.office,
        at=now(),
        on=today(),
        document="云编〔2026〕3号",
    )
    for one in (ended, entry, item):
        one.refresh_from_db()
    assert (entry.lead_organ, item.lead_organ) == (people.roads, people.roads)
    assert not entry.organs.exists(), "It does not help itself."
    assert ended.lead_organ == people.water
    supervision.report_progress(entry=entry, by=fresh(people.support), at=now(), text="已开工")


def test_an_instruction_names_its_leader_and_reports_come_monthly(people):
    with pytest.raises(ValidationError, match="批示领导"):
        proposed(people, source="leader")
    with pytest.raises(ValidationError, match="每月"):
        proposed(people, report_days=45)
    with pytest.raises(ValidationError):
        proposed(people, given_on=in_days(1))


# --- Its way --------------------------------------------------------------------------------------


def test_the_desk_proposes_and_its_head_decides(people, chief):
    entry = supervision.submit_entry(entry=proposed(people), by=people.desk, at=now())
    for by in (people.desk, people.office, people.handler):
        with pytest.raises(PermissionDenied):
            supervision.establish(entry=entry, by=by, at=now())
    entry = supervision.establish(entry=entry, by=chief, at=now())
    entry = supervision.assign_entry(entry=entry, by=people.desk, at=now())
    assert entry.sign_by > today()
    with pytest.raises(PermissionDenied):
        supervision.sign_entry(entry=entry, by=people.support, at=now())


def test_what_the_state_refuses_is_said_in_a_sentence(people, chief):
    entry = proposed(people)
    with pytest.raises(PermissionDenied) as refused:
        supervision.assign_entry(entry=entry, by=people.desk, at=now())
    state = entry.get_state_display()
    assert str(refused.value) == f"目前状态为“{state}”，此事现在不能办理，请重新打开该页查看。"


def test_the_organ_reports_as_ordered(people, chief):
    entry = in_hand(people, chief)
    assert entry.report_on == in_days(15)
    later = now() + timedelta(days=10)
    entry = supervision.report_progress(entry=entry, by=people.handler, at=later, text="清淤一百米")
    assert (entry.last_report_on, entry.report_on) == (in_days(10), in_days(25))


def test_a_deadline_is_extended_once_with_a_reason(people, chief):
    entry = in_hand(people, chief)
    with pytest.raises(ValidationError):
        supervision.extend_entry(
            entry=entry, by=people.desk, at=now(), due_on=in_days(10), reason="更早"
        )
    day = in_days(60)
    entry = supervision.extend_entry(
        entry=entry, by=people.desk, at=now(), due_on=day, reason="汛期"
    )
    assert entry.due_on == day
    with pytest.raises(PermissionDenied):
        supervision.extend_entry(
            entry=entry, by=people.desk, at=now(), due_on=in_days(90), reason="再延"
        )


def test_a_page_opened_before_an_extension_cannot_shorten_it(people, chief):
    opened = in_hand(people, chief)
    supervision.extend_entry(
        entry=opened,
        by=people.desk,
        at=now(),
        due_on=in_days(60),
        reason="汛期",
    )
    with pytest.raises(ValidationError, match="新日期应晚于原日期"):
        supervision.take_long_term(
            entry=opened, by=chief, at=now(), due_on=in_days(50), reason="需列入项目"
        )


def test_a_result_that_does_not_pass_goes_back(people, chief):
    entry = reported(people, chief)
    with pytest.raises(PermissionDenied):
        supervision.review_entry(entry=entry, by=people.handler, at=now(), opinion="好")
    entry = supervision.return_entry(entry=entry, by=people.desk, at=now(), reason="缺塌口")
    assert (entry.state, entry.result, entry.report_on) == ("in_progress", "", in_days(15))


def test_the_instructing_leader_ends_it_and_nobody_else(people, chief):
    entry = reviewed(people, chief, source="leader", leader=people.cadre2)
    for by in (chief, people.desk, people.handler):
        with pytest.raises(PermissionDenied):
            supervision.end_entry(entry=entry, by=by, at=now())
    assert todo.counts(fresh(people.colleague))["entry_to_end"] == 1
    assert todo.counts(fresh(chief)).get("entry_to_end", 0) == 0
    entry = supervision.end_entry(entry=entry, by=people.colleague, at=now())
    assert (entry.state, entry.closed_on) == ("closed", today())
    assert supervision.archive_entry(entry=entry, by=people.desk, at=now()).state == "archived"


def test_without_a_leader_the_head_of_the_desk_ends_it(people, chief):
    entry = reviewed(people, chief)
    assert todo.counts(fresh(chief))["entry_to_end"] == 1
    entry = supervision.refuse_to_end(entry=entry, by=chief, at=now(), reason="再看一次")
    assert entry.state == "in_progress"


def test_it_is_taken_long_term_or_revoked(people, chief):
    entry = in_hand(people, chief)
    entry = supervision.take_long_term(
        entry=entry, by=chief, at=now(), due_on=in_days(300), reason="需列入项目"
    )
    assert entry.is_long_term
    with pytest.raises(PermissionDenied):
        supervision.revoke_entry(entry=entry, by=people.desk, at=now(), reason="并案")
    assert (
        supervision.revoke_entry(entry=entry, by=chief, at=now(), reason="并案").state == "revoked"
    )


# --- Told -----------------------------------------------------------------------------------------


def test_a_report_is_asked_for_on_the_day_before_and_once_after(people, chief):
    entry = in_hand(people, chief)
    assert todo.counts(fresh(people.handler))["entry_to_report"] == 0
    days = {}
    for n in range(-3, 5):
        day = entry.report_on + timedelta(days=n)
        tell("entry_to_report", day=day)
    told = Reminder.objects.filter(kind="entry_to_report")
    days = {(one.day - entry.report_on).days for one in told}
    assert days == {-1, 1}
    assert {one.user for one in told} == {people.handler}


def test_a_report_due_after_days_off_is_asked_for_before_them(people, chief):
    entry = in_hand(people, chief)
    monday = date(2026, 11, 30)
    SupervisionEntry.objects.filter(pk=entry.pk).update(report_on=monday)
    for n in range(-5, 5):
        day = monday + timedelta(days=n)
        tell("entry_to_report", day=day)
    told = Reminder.objects.filter(kind="entry_to_report").values_list("day", flat=True)
    assert sorted(set(told)) == [date(2026, 11, 27), date(2026, 12, 1)]


# --- Pages ----------------------------------------------------------------------------------------


def test_the_pages_of_the_register(people, chief, browse):
    order = order_of(people)
    early = timezone.localtime().replace(hour=2, minute=0)
    SupervisionOrder.objects.update(issued_at=early)
    client = browse("desk")
    waiting = words(client.get(reverse("oversight:unsupervised")))
    assert "请水利局抓紧清淤" in waiting
    form = client.get(reverse("oversight:propose_entry"), {"order": order.pk})
    assert "请水利局抓紧清淤" in words(form)
    assert form.context["form"].initial["given_on"] == early.date()
    sent = {
        "source": "meeting",
        "given_on": today().isoformat(),
        "occasion": "周例会",
        "title": "清淤",
        "content_text": "抓紧",
        "lead_organ": people.water.pk,
        "due_on": in_days(30).isoformat(),
        "report_days": 30,
        "order": order.pk,
    }
    client.post(reverse("oversight:propose_entry"), sent)
    entry = SupervisionEntry.objects.get()
    assert entry.grounds.get().matter == order.matter
    assert AuditEntry.objects.filter(event="supervision.proposed").count() == 1
    assert "请水利局抓紧清淤" not in words(client.get(reverse("oversight:unsupervised")))
    assert order.matter.number_label in words(client.get(entry.get_absolute_url()))
    part = reverse("oversight:supervision_of_matter", args=[order.matter.pk])
    assert entry.number_label in words(client.get(part))

    again = client.post(reverse("oversight:propose_entry"), sent)
    assert again.status_code == 422
    assert entry.number_label in words(again)


def test_the_sheet(people, chief):
    reviewed(people, chief)
    sheet = SUPERVISION_LEDGER.sheet(people.office, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == HEADINGS.split()
    assert sheet.signature.split() == ["督查室负责人：", "审核人：", "填表人：", "年", "月", "日"]
    row = next(iter(sheet.rows))
    assert row[2:7] == ("会议议定", f"{in_days(-3):%Y.%m.%d}", "东支渠清淤", row[5], "县水利局")
    assert row[11] == "每15日"
    assert "清淤完成" in row


def test_a_proposal_stands_in_the_register_once_it_is_decided(people, chief):
    entry = proposed(people)
    submitted = supervision.submit_entry(
        entry=proposed(people, title="待审定的"), by=people.desk, at=now()
    )
    assert not list(SUPERVISION_LEDGER.sheet(people.desk, QueryDict(), now()).rows)

    for one in (entry, submitted):
        assert sees(people.desk, one)
    supervision.establish(entry=submitted, by=chief, at=now())
    (row,) = SUPERVISION_LEDGER.sheet(people.desk, QueryDict(), now()).rows
    assert "待审定的" in row


def test_the_list_costs_the_same_for_one_row_and_three(people, browse):
    proposed(people)
    client, url = browse("desk"), reverse("oversight:supervision")

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    one = cost()
    proposed(people, title="第二件", organs=[people.roads])
    proposed(people, title="第三件", leader=people.cadre)
    assert cost() == one
