"""规划、年度工作要点: decided once, counted from records, one sentence a quarter, one reminder."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.actions import stays
from outreach.models import Matter
from oversight import measures
from oversight.actions import plans
from oversight.ledgers.plans import PLAN_LEDGER
from oversight.models import PlanItem, QuarterNote, WorkPlan
from oversight.models.plans import Measure, Standing, last_quarter
from portal.duties import todo
from portal.models import AuditEntry, Reminder
from tests.day import TODAY, in_days, now
from tests.oversight.planning import decided, heard, issued, plan_of, proposed, task, words_task
from tests.people import fresh
from tests.reading import words
from tests.telling import tell

HEADINGS = (
    "序号 工作要点 重点任务 工作措施 完成目标 计量方式 牵头领导 牵头单位 责任单位 责任人 完成时限 "
    "一季度 二季度 三季度 四季度 完成情况 备注"
)


def sees(user, plan):
    return WorkPlan.objects.visible_to(user).filter(pk=plan.pk).exists()


def late_matter(people, **changes):
    """An overdue matter of the water bureau."""
    matter = people.in_progress()
    days = {"due_on": in_days(-1), "original_due_on": in_days(-1)}
    Matter.objects.filter(pk=matter.pk).update(**days | changes)
    return matter


# --- Who reads and drafts it --------------------------------------------------------------------


def test_a_draft_is_the_offices_until_organs_are_heard_and_then_all_read_it(people):
    plan = plan_of(people)
    item = task(people, plan)
    assert sees(people.office, plan)
    for one in ("handler", "supervisor", "liaison", "host", "neighbour_office", "author"):
        assert not sees(getattr(people, one), plan), one

    plan = heard(people, plan)
    assert sees(people.handler, plan)
    assert PlanItem.objects.visible_to(people.handler).filter(pk=item.pk).exists()
    assert not sees(people.liaison, plan)

    plan = WorkPlan.objects.get(pk=plan.pk)
    plans.send_plan_back(plan=plan, by=people.office, at=now(), reason="指标再核")
    issued(people, plan)
    for one in ("handler", "supervisor", "liaison", "host", "author", "neighbour_cadre"):
        assert sees(getattr(people, one), plan), one
    assert not sees(people.auditor, plan)


def test_the_office_drafts_plans_of_its_area(people):
    assert plan_of(people).pk
    for by in (people.host, people.supervisor, people.liaison):
        with pytest.raises(PermissionDenied):
            plan_of(people, by=by)


def test_years_of_a_plan(people):
    long = plan_of(people, kind="long", title="为民服务三年规划", first_year=2025, last_year=2027)
    assert plan_of(people, above=long, first_year=2026).last_year == 2026
    with pytest.raises(PermissionDenied):
        plan_of(people, above=long, first_year=2029)
    with pytest.raises(ValidationError):
        plan_of(people, kind="long", first_year=2025, last_year=2026)


# --- The way of a plan ----------------------------------------------------------------------------


def test_organs_are_heard_and_only_those_named(people):
    plan = plan_of(people)
    with pytest.raises(PermissionDenied):
        heard(people, plan)
    task(people, plan)
    plan = heard(people, plan)
    plans.say_opinion(plan=plan, by=people.handler, at=now(), text="建议延至年底")
    with pytest.raises(PermissionDenied):
        plans.say_opinion(plan=plan, by=people.liaison, at=now(), text="也说一句")
    assert plan.steps.get(move="said").words == "建议延至年底"


def test_a_document_number_is_used_once(people):
    plan = plan_of(people)
    task(people, plan)
    issued(people, plan)
    second = plan_of(people, title="另一份要点")
    task(people, second)
    with pytest.raises(ValidationError, match="文号"):
        issued(people, second)


def test_no_plan_is_issued_before_it_was_decided(people, browse):
    plan = plan_of(people)
    task(people, plan)
    plan = decided(people, plan)
    for day in (in_days(-1), in_days(-300)):
        with pytest.raises(ValidationError, match="审定"):
            plans.issue_plan(
                plan=plan, by=people.office, at=now(), document="云组发〔2026〕1号", issued_on=day
            )
    sent = {"document": "云组发〔2026〕1号", "issued_on": str(in_days(-1))}
    url = reverse("oversight:issue_plan", args=[plan.pk])
    assert "不能早于" in words(browse("office").post(url, sent))
    plan.refresh_from_db()
    assert (plan.state, plan.issued_on) == ("decided", None)
    assert browse("office").post(url, sent | {"issued_on": str(in_days(0))}).status_code == 302


def test_only_the_deciding_body_adjusts_an_issued_plan(people):
    plan = plan_of(people)
    item = words_task(people, plan)
    plan = issued(people, plan)
    with pytest.raises(PermissionDenied):
        plans.change_item(item=item, by=people.office, task="换一件")
    with pytest.raises(ValidationError):
        plans.adjust_item(
            item=item,
            by=people.office,
            at=now(),
            reason="不变",
            document="常委会纪要3号",
            goal=item.goal,
            due_on=item.due_on,
        )
    later = {"goal": "印发实施", "due_on": in_days(20)}
    with pytest.raises(PermissionDenied):
        plans.adjust_item(item=item, by=people.handler, at=now(), reason="x", document="y", **later)
    item = plans.adjust_item(
        item=item,
        by=people.office,
        at=now(),
        reason="提前",
        document="常委会纪要3号",
        **later,
    )
    step = item.steps.get()
    assert (step.move, step.document, step.facts["goal"]) == (
        "adjusted",
        "常委会纪要3号",
        "按期办结率不低于九成",
    )
    assert plan.steps.filter(move="adjusted", document="常委会纪要3号").exists()

    plans.cancel_item(item=item, by=people.office, at=now(), reason="并入", document="纪要4号")
    item.refresh_from_db()
    assert item.stands(people.office.today, near=30) == Standing.CANCELLED


def test_a_plan_is_summed_up_at_its_end(people):
    plan = plan_of(people)
    task(people, plan)
    plan = issued(people, plan)
    with pytest.raises(PermissionDenied):
        plans.sum_up_plan(plan=plan, by=people.office, at=now(), summary="完成较好")

    december = timezone.make_aware(datetime(TODAY.year, 12, 20, 9))
    office = fresh(people.office).acting(on=december.date())
    plan = plans.sum_up_plan(plan=plan, by=office, at=december, summary="完成较好")
    plan = plans.archive_plan(plan=plan, by=office, at=december)
    assert plan.state == "archived"


# --- Counting -------------------------------------------------------------------------------------


def test_nothing_outside_of_the_closed_list_is_counted(people):
    plan = plan_of(people)
    with pytest.raises(ValidationError):
        task(people, plan, measure="meetings_held")
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.filter(pk=words_task(people, plan).pk).update(measure="in_time")


@pytest.mark.parametrize("measure", Measure.values)
def test_each_measure_counts(people, measure):
    plan = plan_of(people)
    for scope in ("area", "organs"):
        task(people, plan, measure=measure, counted_of=scope)
    plan = issued(people, plan)
    for item in plan.items.all():
        assert item.done is not None
        assert item.done <= item.whole


def test_matters_in_time_are_counted_and_never_typed(people):
    late_matter(people)
    done = late_matter(people, answered_on=in_days(-2))
    plan = plan_of(people)
    whole = task(people, plan)
    ours = task(people, plan, counted_of="organs")
    others = task(people, plan, counted_of="organs", lead_organ=people.roads)
    plan = issued(people, plan)
    found = dict(plan.items.values_list("pk", "done"))
    wholes = dict(plan.items.values_list("pk", "whole"))
    assert (found[whole.pk], wholes[whole.pk]) == (1, 2)
    assert (found[ours.pk], wholes[ours.pk]) == (1, 2)
    assert (found[others.pk], wholes[others.pk]) == (0, 0)
    whole.refresh_from_db()
    assert whole.reached_on is None

    Matter.objects.exclude(pk=done.pk).update(answered_on=in_days(-2))
    plans.count_plan(plan=plan, by=people.office, at=now())
    whole.refresh_from_db()
    assert (whole.done, whole.share, whole.reached_on) == (2, 100, people.office.today)
    assert whole.stands(people.office.today, near=30) == Standing.DONE


def counted_of(plan, item, day):
    return measures.counted(plan, [item], on=day)[item.pk]


def test_a_quarter_without_a_visit_counts_once_it_is_over(people):
    year = TODAY.year - 1
    plan = plan_of(people, first_year=year)
    item = task(people, plan, measure="covered", counted_of="area", due_on=date(year, 12, 31))
    people.visit(visited_on=date(year, 1, 12))
    _none, units = counted_of(plan, item, date(year, 1, 31))
    days = (date(year, 3, 31), date(year, 4, 1), date(year, 6, 30), date(year, 7, 1))
    assert [counted_of(plan, item, day) for day in days] == [
        (0, units),
        (1, units),
        (1, units),
        (0, units),
    ]
    # The last day counts for days after the end of the plan too.
    for month in (4, 7, 10):
        people.visit(visited_on=date(year, month, 12))
    days = (date(year, 12, 31), date(year + 1, 1, 1), date(year + 1, 6, 30))
    assert [counted_of(plan, item, day) for day in days] == [(1, units)] * 3


def test_a_month_of_a_stay_counts_once_it_is_over(people):
    year = TODAY.year - 1
    plan = plan_of(people, first_year=year)
    item = task(people, plan, measure="months", counted_of="area", due_on=date(year, 12, 31))
    stays.publish_stay(
        cadre=people.cadre,
        unit=people.village,
        document="云组发〔2026〕3号",
        by=people.office,
        at=now(),
        kind="residential",
        starts_on=date(year, 2, 1),
        ends_on=date(year, 12, 31),
    )
    days = (date(year, 2, 28), date(year, 3, 1), date(year, 6, 30), date(year, 7, 1))
    found = [counted_of(plan, item, day)[1] for day in days]
    assert [n - found[0] for n in found] == [0, 1, 4, 5]


def test_a_task_stands_as_its_days_and_records_say(people):
    plan = plan_of(people)
    item = words_task(people, plan)
    issued(people, plan)
    item = PlanItem.objects.get(pk=item.pk)
    due = item.due_on
    assert item.stands(due - timedelta(days=90), near=30) == Standing.ON_COURSE
    assert item.stands(due - timedelta(days=90), near=30, is_begun=False) == Standing.NOT_BEGUN
    assert item.stands(due - timedelta(days=30), near=30) == Standing.NEAR
    assert item.stands(due + timedelta(days=1), near=30) == Standing.LATE


def test_counting_costs_the_same_for_many_tasks(people, django_assert_num_queries):
    late_matter(people)
    plan = plan_of(people)
    items = [task(people, plan)]
    with django_assert_num_queries(3):
        measures.counted(plan, items, on=people.office.today)
    items += [task(people, plan, counted_of="organs") for _n in range(4)]
    with django_assert_num_queries(3):
        measures.counted(plan, items, on=people.office.today)


# --- Quarters -------------------------------------------------------------------------------------


def old_plan(people, *items):
    """A plan issued in January, with the tasks that `items` make."""
    plan = plan_of(people)
    made = [make(people, plan) for make in items]
    issued(people, plan, on=TODAY.replace(month=1, day=5))
    return plan, [PlanItem.objects.get(pk=one.pk) for one in made]


def test_one_sentence_a_quarter_and_no_second(people):
    _plan, (item,) = old_plan(people, words_task)
    with pytest.raises(PermissionDenied):
        plans.say_quarter(item=item, by=people.liaison, at=now(), text="不是我们的")
    plans.say_quarter(item=item, by=people.handler, at=now(), text="初稿已成")
    plans.say_quarter(item=item, by=people.handler, at=now(), text="初稿已征求意见")
    note = item.notes.get()
    assert (note.year, note.quarter) == last_quarter(people.handler.today)
    assert note.text == "初稿已征求意见"
    with pytest.raises(ValidationError):
        plans.say_quarter(item=item, by=people.handler, at=now(), text="长" * 101)

    plans.review_note(note=note, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        plans.say_quarter(item=item, by=people.handler, at=now(), text="再改")


def test_a_sentence_is_sent_back_with_its_reason(people):
    _plan, (item,) = old_plan(people, words_task)
    plans.say_quarter(item=item, by=people.handler, at=now(), text="进展顺利")
    plans.send_note_back(note=item.notes.get(), by=people.office, at=now(), reason="说清做了什么")
    assert not item.notes.exists()
    assert "说清做了什么" in item.steps.get().words
    assert plans.say_quarter(item=item, by=people.handler, at=now(), text="已印发")


def test_what_is_counted_takes_no_sentence(people):
    _plan, (item,) = old_plan(people, task)
    with pytest.raises(PermissionDenied):
        plans.say_quarter(item=item, by=people.handler, at=now(), text="完成九成")


def test_the_portal_keeps_the_count_of_a_quarter_from_its_third_day(people):
    late_matter(people, answered_on=in_days(-2))
    plan, (item,) = old_plan(people, task)
    year, quarter = last_quarter(TODAY)
    # Counted when the plan was issued, long after the quarter's third day.
    assert QuarterNote.objects.filter(item=item, year=year, quarter=quarter).count() == 1
    assert plans.count_plans(at=now()) == 1
    note = QuarterNote.objects.get(item=item)
    assert (note.written_by, note.text, note.done <= note.whole) == (None, "", True)
    assert plan.items.get().done == note.done


# --- Told -----------------------------------------------------------------------------------------


def test_who_owes_a_sentence_finds_it(people):
    _plan, (item,) = old_plan(people, words_task)
    assert todo.counts(fresh(people.handler))["plan_sentence"] == 1
    assert not todo.counts(fresh(people.liaison)).get("plan_sentence")
    plans.say_quarter(item=item, by=people.handler, at=now(), text="初稿已成")
    assert todo.counts(fresh(people.handler))["plan_sentence"] == 0
    assert todo.counts(fresh(people.office))["plan_note_review"] == 1
    QuarterNote.objects.update(written_by=people.office)
    assert not todo.counts(fresh(people.office)).get("plan_note_review")


def test_late_is_told_to_the_lead_organ_once(people):
    plan = plan_of(people)
    words_task(people, plan, due_on=in_days(-1))
    issued(people, plan)
    for n in (0, 1, 2):
        day = in_days(n)
        tell("plan_item_late", day=day)
    told = Reminder.objects.filter(kind="plan_item_late")
    assert {one.user for one in told} == {people.handler}
    assert told.count() == 1


def issued_in_2026(people, **task):
    """A plan of 2026, a year with known holidays, with a task that is not counted."""
    plan = plan_of(people)
    item = words_task(people, plan)
    issued(people, plan)
    days = dict.fromkeys(("decided_on", "issued_on"), date(2026, 1, 5))
    days |= {"first_year": 2026, "last_year": 2026}
    WorkPlan.objects.filter(pk=plan.pk).update(**days)
    PlanItem.objects.filter(pk=item.pk).update(**{"due_on": date(2026, 12, 31)} | task)


def told_on(code, days):
    """Run the reminders of these days; return the days on which anybody was reminded."""
    for day in days:
        tell(code, day=day)
    return sorted(set(Reminder.objects.filter(kind=code).values_list("day", flat=True)))


def test_what_falls_due_before_days_off_is_told_after_them(people):
    """The last day of a quarter often falls before a holiday."""
    issued_in_2026(people, due_on=date(2026, 9, 30))
    days = [date(2026, 9, 30) + timedelta(days=n) for n in range(12)]
    assert told_on("plan_item_late", days) == [date(2026, 10, 8)]


def test_a_sentence_is_asked_for_on_a_working_day(people):
    issued_in_2026(people)
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(20)]
    assert told_on("plan_sentence", days) == [date(2026, 10, 12)]


# --- Pages ----------------------------------------------------------------------------------------


def test_the_pages_of_a_plan(people, browse):
    plan, (item, _said) = old_plan(people, task, words_task)
    client = browse("office")
    page = words(client.get(plan.get_absolute_url()))
    assert "群众诉求按期办结" in page
    assert "云组发〔2026〕1号" in page
    assert client.get(item.get_absolute_url()).status_code == 200
    listed = words(client.get(reverse("oversight:plan_items"), {"tab": "all", "plan": plan.pk}))
    assert "修订管护办法" in listed
    assert client.get(reverse("oversight:plans")).status_code == 200


def test_the_list_shows_the_newest_sentence(people, browse):
    plan, (item,) = old_plan(people, words_task)
    client, page = browse("office"), reverse("oversight:plan_items")
    assert "未启动" in words(client.get(page))
    plans.say_quarter(item=item, by=people.handler, at=now(), text="初稿已成")
    listed = words(client.get(page))
    assert "初稿已成" in listed
    assert "未启动" not in listed
    assert "未启动" not in words(client.get(plan.get_absolute_url()))


def test_plans_are_drafted_and_filled_by_the_page(people, browse):
    client = browse("office")
    sent = {
        "kind": "year",
        "title": "2026年工作要点",
        "first_year": TODAY.year,
        "first_in_charge": people.cadre.pk,
        "in_charge": people.cadre2.pk,
    }
    client.post(reverse("oversight:new_plan"), sent)
    plan = WorkPlan.objects.get()
    item = {
        "point": "走访",
        "task": "走访全覆盖",
        "goal": "每季不漏村",
        "measure": "covered",
        "official": people.cadre.pk,
        "lead_organ": people.water.pk,
        "due_on": TODAY.replace(month=12, day=31).isoformat(),
    }
    refused = client.post(reverse("oversight:add_plan_item", args=[plan.pk]), item)
    assert refused.status_code == 422
    client.post(
        reverse("oversight:add_plan_item", args=[plan.pk]),
        item | {"target": 100, "counted_of": "area"},
    )
    assert plan.items.get().measure == "covered"
    assert AuditEntry.objects.filter(event="plan_item.added").count() == 1


def test_the_sheet_says_counts_and_sentences(people):
    _plan, (_counted, item) = old_plan(people, task, words_task)
    plans.say_quarter(item=item, by=people.handler, at=now(), text="初稿已成，黄奶奶满意")
    sheet = PLAN_LEDGER.sheet(people.office, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == HEADINGS.split()
    assert sheet.signature.split() == ["主要负责人（签字）：", "填表人：", "年", "月", "日（公章）"]
    rows = [list(row) for row in sheet.rows]
    assert rows[0][5] == "系统计算：事项按期答复（目标90%）"
    assert "初稿已成，×××满意" in rows[1]


def test_the_page_of_a_plan_reads_no_more_tasks_than_it_shows(people, browse):
    """A plan has up to 2,000 tasks, and once it is issued no button depends on all of them."""
    plan = plan_of(people)
    task(people, plan)
    issued(people, plan)
    client = browse("office")
    client.get(plan.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        client.get(plan.get_absolute_url())
    read = [one["sql"] for one in queries if 'FROM "oversight_planitem"' in one["sql"]]
    first, shown, counted = read
    assert "LIMIT" in first and " JOIN " not in first
    assert '"oversight_planitem"."id" IN (' in shown
    assert "COUNT(" in counted


@pytest.mark.parametrize("page", ["plans", "plan_items"])
def test_lists_cost_the_same_for_one_row_and_three(people, browse, page):
    plan = plan_of(people)
    task(people, plan)
    issued(people, plan)
    client, url = browse("office"), reverse(f"oversight:{page}")

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    one = cost()
    for n in (2, 3):
        other = plan_of(people, title=f"要点{n}")
        task(people, other)
        issued(people, other, document=f"云组发〔2026〕{n}号")
    assert cost() == one


# --- The leader's page ----------------------------------------------------------------------------


def test_the_leaders_page_shows_what_carries_the_name(people, browse):
    leader = people._cadre(people.supervisor, "副县长", 1)
    plan = plan_of(people)
    words_task(people, plan, task="修订管护办法", official=leader, due_on=in_days(-2))
    words_task(people, plan, task="别人的任务")
    issued(people, plan)
    proposed(people, title="东支渠清淤", source="leader", leader=leader)
    proposed(people, title="会上的事")
    client, part = browse("supervisor"), reverse("oversight:plans_dashboard")
    assert part in words(client.get(reverse("outreach:dashboard")))
    page = words(client.get(part))
    assert "修订管护办法" in page
    assert "东支渠清淤" in page
    assert "别人的任务" not in page
    assert "会上的事" not in page
    assert 'data-n="2"' in page
    mine = words(client.get(reverse("oversight:supervision"), {"tab": "mine"}))
    assert "东支渠清淤" in mine
    assert "会上的事" not in mine
