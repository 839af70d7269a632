"""Months recorded by exception, attesting many at once, leave; duties and reminders."""

from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import stay_months as actions
from outreach.actions import stays
from outreach.duties.stays import month_titles
from outreach.ledgers.stays import MONTH_LEDGER
from outreach.models import DayNote, Household, Leave, MonthWord, Stay, StayMonth
from outreach.models.stay_months import unattested
from outreach.rules import stay_months as rules
from outreach.rules import stay_reports as report_rules
from outreach.stay_days import last_of, month_of, one_month, summary, whole_months
from portal import parameters
from portal.days import workdays
from portal.duties.duty import DUTIES
from portal.duties.reminders import KINDS
from portal.models import AuditEntry, Cadre, PolicyParameter, Reminder, RoleGrant
from portal.sheets import ledgers
from tests.day import in_days, now
from tests.outreach.test_stays import stay_of
from tests.people import fresh


def last_month():
    """The first day of last month."""
    return month_of(month_of(timezone.localdate()) - timedelta(days=1))


def attest(people, *stays, by=None, month=None, is_met=True, **more):
    said = [actions.Said(stay, month or last_month(), is_met, **more) for stay in stays]
    return actions.attest_months(said=said, by=by or people.host, at=now())


def correct(people, stay, *, by=None, is_met=False, days=None, reason="核对后更正"):
    given = {"is_met": is_met, "days": days, "reason": reason}
    month = last_month()
    return actions.correct_month(stay=stay, month=month, by=by or people.host, at=now(), **given)


def note(people, stay, kind="absent", days=2, by=None, month=None, words="参加县里会议"):
    return actions.note_days(
        stay=stay,
        month=month or last_month(),
        kind=kind,
        days=days,
        note=words,
        by=by or people.author,
        at=now(),
    )


def leave_of(people, stay, *, first=3, days=3, by=None, **changes):
    given = {
        "kind": "annual",
        "starts_on": in_days(first),
        "ends_on": in_days(first + days - 1),
        "stand_in": people.cadre if stay.cadre == people.cadre2 else people.cadre2,
    } | changes
    return actions.ask_leave(stay=stay, by=by or people.author, at=now(), **given)


def decided(people, leave, by=None, *, approved=True):
    return actions.decide_leave(
        leave=leave,
        approved=approved,
        opinion="" if approved else "防汛值班",
        at=now(),
        by=by or people.host,
    )


def past_leave(people, stay, *, first, last):
    """Insert granted leave in the past, since leave can only be requested ahead."""
    return Leave.objects.create(
        stay=stay,
        kind="annual",
        starts_on=first,
        ends_on=last,
        last_day=last,
        days=(last - first).days + 1,
        stand_in=people.cadre2,
        stand_by="赵敏",
        asked_by=people.author,
        asked_at=now(),
        approved=True,
        decided_by=people.host,
        decided_at=now(),
    )


# --- the month ----------------------------------------------------------------------------------


def test_no_days_are_computed_from_what_is_known(people):
    """Working days, leave and notes are shown beside the word, and nothing is subtracted."""
    stay, month = stay_of(people), last_month()
    past_leave(people, stay, first=month + timedelta(days=4), last=month + timedelta(days=6))
    note(people, stay, "absent", 2)
    note(people, stay, "away", 4)

    found = one_month(stay, month)

    whole = len(workdays.working_days(month, last_of(month)))
    assert (found.working, found.norm) == (whole, min(20, whole))
    assert (found.leave, found.away, found.absent, len(found.notes)) == (3, 4, 2, 2)
    assert (found.word, found.state) == (None, "unattested")


@pytest.mark.parametrize(("month", "norm"), [("02", 16), ("05", 19), ("10", 18), ("11", 20)])
def test_the_norm_of_a_month_is_no_more_than_its_working_days(people, month, norm):
    stay = stay_of(people, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))

    assert one_month(stay, date.fromisoformat(f"2026-{month}-01")).norm == norm


def test_a_part_of_a_month_owes_a_part_of_the_norm(people):
    stay = stay_of(people, starts_on=date(2026, 9, 21), ends_on=date(2026, 12, 31))

    found = one_month(stay, date(2026, 9, 1))

    # Seven of 23 working days (including Sunday the 20th, excluding Mid-Autumn on the 25th): 20 × 7
    # ÷ 23.
    assert (found.working, found.norm) == (7, 7)


def test_a_month_is_shown_with_the_norm_that_it_is_measured_by(people, browse):
    stay_of(people)
    PolicyParameter.objects.create(
        code="posting.days_per_month", value="7", basis="试行", valid_from=in_days(0)
    )
    parameters.forget()

    page = browse("host").get(reverse("outreach:stay_months"), {"month": f"{last_month()}"})

    assert page.context["month"] == last_month()
    (line,) = page.context["lines"]
    assert page.context["norm"] == line["facts"].norm != 7


def test_many_are_attested_at_once_and_each_word_is_a_row(people):
    first, second = stay_of(people), stay_of(people, cadre=people.cadre2)

    made = attest(people, first, second, days=19, remark="情况属实 11010519491231002X")

    assert {word.month.stay_id for word in made} == {first.pk, second.pk}
    word = one_month(first, last_month()).word
    assert (word.is_met, word.days, word.by) == (True, 19, people.host)
    assert "11010519491231002X" not in word.remark
    assert AuditEntry.objects.filter(event="stay_month.attested").count() == 2
    with pytest.raises(PermissionDenied, match="already|已"):
        attest(people, first)
    with pytest.raises(PermissionDenied):
        note(people, first)


def test_a_number_of_days_is_there_only_if_the_host_gave_one(people):
    stay = stay_of(people)
    attest(people, stay)

    assert MonthWord.objects.get().days is None
    assert summary(stay, timezone.localdate()).days is None


def test_a_leaders_stay_has_a_plan_and_a_report_and_no_month(people, browse):
    month = last_month()
    stay = stay_of(
        people,
        kind="leader",
        starts_on=month + timedelta(days=3),
        ends_on=month + timedelta(days=6),
    )

    assert "不作月度审核" in str(rules.may_attest(people.host, stay, month).refusal)
    with pytest.raises(PermissionDenied):
        attest(people, stay)
    with pytest.raises(PermissionDenied):
        note(people, stay)
    assert not DUTIES["attest_month"].rows(people.host).exists()
    page = browse("host").get(reverse("outreach:stay_months"), {"month": f"{month}", "tab": "all"})
    assert page.context["lines"] == []
    sent = attest_form(stay)
    assert (
        browse("host").post(f"{reverse('outreach:stay_months')}?month={month}", sent).status_code
        == 422
    )
    at = [stay.pk, month.year, month.month]
    assert browse("host").get(reverse("outreach:stay_month", args=at)).status_code == 404
    assert "蹲点计划" in browse("host").get(stay.get_absolute_url()).content.decode()


@pytest.mark.parametrize("days", [2, 8, 400])
def test_a_leaders_stay_is_one_of_some_days(people, days):
    with pytest.raises(PermissionDenied):
        stay_of(people, kind="leader", starts_on=in_days(1), ends_on=in_days(days))


def test_the_plan_is_written_by_the_leader_or_who_enters_for_them(people, browse):
    stay = stay_of(people, kind="leader", starts_on=in_days(1), ends_on=in_days(4))
    url = reverse("outreach:write_stay_plan", args=[stay.pk])

    assert browse("author").post(url, {"plan": "看东支渠"}).status_code == 302
    assert browse("liaison").post(url, {"plan": "看东支渠、饮水点"}).status_code == 302
    assert browse("supervisor").post(url, {"plan": "不看"}).status_code == 403

    assert browse("host").get(stay.get_absolute_url()).status_code == 404
    Stay.objects.filter(pk=stay.pk).update(starts_on=in_days(0))
    assert "看东支渠、饮水点" in browse("host").get(stay.get_absolute_url()).content.decode()
    assert AuditEntry.objects.filter(event="stay.plan_written").count() == 2
    other = stay_of(people, cadre=people.cadre2)
    assert not report_rules.may_write_plan(people.liaison, other)


def test_a_month_is_not_attested_before_its_last_day(people):
    stay, today = stay_of(people), timezone.localdate()
    decision = rules.may_attest(people.host, stay, month_of(today))

    assert bool(decision) == (today == last_of(today))
    after = last_of(today) + timedelta(days=1)
    with pytest.raises(PermissionDenied):
        attest(people, stay, month=after)


@pytest.mark.parametrize("who", ["author", "liaison", "office", "neighbour_host", "supervisor"])
def test_only_the_host_attests(people, who):
    with pytest.raises(PermissionDenied):
        attest(people, stay_of(people), by=getattr(people, who))


def test_nobody_attests_their_own_month(people):
    RoleGrant.objects.create(
        user=people.author, role="host", organ=people.town_organ, starts_on="2020-01-01"
    )
    stay = stay_of(people)

    assert not rules.may_attest(people.author, stay, last_month())
    with pytest.raises(PermissionDenied):
        attest(people, stay, by=people.author)
    assert not DUTIES["attest_month"].rows(people.author).exists()
    assert DUTIES["attest_month"].rows(people.host).get() == stay


def test_a_correction_is_a_further_word_and_the_first_stays(people):
    stay = stay_of(people)
    attest(people, stay, days=20)

    correct(people, stay, by=people.host2, days=15, reason="两次回单位未报备")

    first, last = one_month(stay, last_month()).words
    assert (first.is_met, first.days, first.by) == (True, 20, people.host)
    assert (last.is_met, last.days, last.remark) == (False, 15, "两次回单位未报备")
    assert MonthWord.objects.newest().get() == last
    with pytest.raises(PermissionDenied):
        correct(people, stay, by=people.author)
    with pytest.raises(ValidationError):
        correct(people, stay, reason=" ")
    with pytest.raises(ValidationError):
        correct(people, stay, days=last_of(last_month()).day + 1)


def test_before_the_word_there_is_nothing_to_correct(people):
    with pytest.raises(PermissionDenied):
        correct(people, stay_of(people))


def test_after_the_word_the_host_alone_notes_days_with_a_reason(people):
    stay = stay_of(people)
    note(people, stay, "away", 4)
    attest(people, stay)

    with pytest.raises(PermissionDenied):
        note(people, stay, "away", 1)
    with pytest.raises(ValidationError):
        note(people, stay, "away", -1, by=people.host, words="")
    with pytest.raises(ValidationError):
        note(people, stay, "away", -5, by=people.host)
    note(people, stay, "away", -1, by=people.host, words="一次未成行")

    assert one_month(stay, last_month()).away == 3
    assert [one.is_late for one in DayNote.objects.order_by("pk")] == [False, True]


def test_more_days_than_the_month_has_are_refused(people):
    stay = stay_of(people)

    with pytest.raises(ValidationError), transaction.atomic():
        note(people, stay, "absent", 31) and note(people, stay, "absent", 2)
    with pytest.raises(ValidationError, match="王建国"), transaction.atomic():
        attest(people, stay, days=last_of(last_month()).day + 1)
    short = stay_of(
        people, cadre=people.cadre2, starts_on=last_of(last_month()) - timedelta(days=3)
    )
    with pytest.raises(ValidationError), transaction.atomic():
        attest(people, short, days=5)
    attest(people, short, days=4)


@pytest.mark.parametrize("months", [-30, 1])
def test_a_month_before_the_stay_or_in_the_future_has_no_word(people, months):
    stay = stay_of(people)
    month = month_of(last_of(last_month()) + timedelta(days=31 * months))

    with pytest.raises(PermissionDenied):
        attest(people, stay, month=month)


def test_the_database_refuses_an_impossible_word(people):
    stay = stay_of(people)
    note(people, stay)
    attest(people, stay)

    # Words can only be added: the running role may not change or delete them.
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        MonthWord.objects.update(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthWord.objects.create(
            month=StayMonth.objects.get(), is_met=True, days=32, by=people.host, at=now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        StayMonth.objects.update(month="2026-10-02")


def test_the_database_keeps_corrections_with_their_reason(people):
    note(people, stay_of(people), words="")

    for changes in ({"days": -1}, {"is_late": True}, {"days": 40}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DayNote.objects.update(**changes)


# --- Taken back -----------------------------------------------------------------------------------


def take_back(people, stay, by=None):
    given = {"reason": "勾错了人", "by": fresh(by or people.host), "at": now()}
    return actions.take_back_month(stay=stay, month=last_month(), **given)


def test_an_attested_month_is_taken_back_and_waits_again(people):
    stay = stay_of(people)
    attest(people, stay)

    take_back(people, stay)

    facts = one_month(stay, last_month())
    assert (facts.word, facts.state) == (None, "unattested")
    assert [word.is_met for word in facts.words] == [True, None]
    assert facts.words[-1].remark == "勾错了人"
    assert stay in unattested(Stay.objects.all(), last_month())
    said = summary(stay, timezone.localdate())
    assert (said.met, said.missed) == (0, 0)
    assert AuditEntry.objects.filter(event="stay_month.taken_back").exists()
    attest(people, stay, is_met=False)
    assert one_month(stay, last_month()).state == "unmet"


def test_whoever_attests_is_told_again(people):
    stay = stay_of(people)
    number = last_month().year * 100 + last_month().month
    told = {"user": people.host, "kind": "attest_month", "noun": "staymonths", "noun_id": number}
    Reminder.objects.create(**told, day=timezone.localdate(), read_at=now(), link="/")
    attest(people, stay)

    take_back(people, stay)

    assert not Reminder.objects.filter(noun="staymonths").exists()


def test_a_correction_taken_back_leaves_the_first_word(people):
    stay = stay_of(people)
    attest(people, stay)
    correct(people, stay)

    take_back(people, stay)

    facts = one_month(stay, last_month())
    assert facts.word.is_met
    assert [word.is_met for word in facts.words] == [True, False, True]


def test_the_office_takes_a_month_back_too(people):
    stay = stay_of(people)
    attest(people, stay)

    take_back(people, stay, by=people.office)

    assert one_month(stay, last_month()).word is None


@pytest.mark.parametrize("who", ["author", "colleague", "supervisor", "neighbour_host"])
def test_others_take_no_month_back(people, who):
    stay = stay_of(people)
    attest(people, stay)

    with pytest.raises(PermissionDenied):
        take_back(people, stay, by=getattr(people, who))


def test_a_month_is_taken_back_once_and_not_before_it_is_attested(people):
    stay = stay_of(people)
    with pytest.raises(PermissionDenied):
        take_back(people, stay)
    attest(people, stay)
    take_back(people, stay)

    with pytest.raises(PermissionDenied):
        take_back(people, stay)


def test_a_month_is_taken_back_within_the_hours(people):
    stay = stay_of(people)
    said = [actions.Said(stay, last_month(), True)]
    actions.attest_months(said=said, by=people.host, at=now() - timedelta(hours=25))

    with pytest.raises(PermissionDenied):
        take_back(people, stay)


def test_a_month_that_an_appraisal_has_counted_stays(people, monkeypatch):
    stay = stay_of(people)
    attest(people, stay)
    monkeypatch.setattr(rules, "COUNTED", [lambda stay, month: month == last_month()])

    with pytest.raises(PermissionDenied):
        take_back(people, stay)


def test_the_database_keeps_the_reason_of_taking_back(people):
    stay = stay_of(people)
    attest(people, stay)
    row = StayMonth.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        MonthWord.objects.create(month=row, is_met=None, by=people.host, at=now())


def test_the_page_of_the_month_takes_it_back(browse, people):
    stay = stay_of(people)
    attest(people, stay)
    month = last_month()
    page = reverse("outreach:stay_month", args=[stay.pk, month.year, month.month])
    back = reverse("outreach:take_back_month", args=[stay.pk, month.year, month.month])

    assert back in browse("host").get(page).content.decode()
    assert browse("host").post(back, {"reason": ""}).status_code == 422
    shown = browse("host").post(back, {"reason": "勾错了人"}, follow=True).content.decode()

    assert "已收回审核" in shown
    assert "勾错了人" in shown
    assert back not in shown


def test_whole_months_of_a_stay():
    day = timezone.datetime
    for first, last, months in (
        ("2026-01-01", "2026-06-30", 6),
        ("2026-01-15", "2026-07-13", 5),
        ("2026-01-15", "2026-07-14", 6),
    ):
        assert whole_months(day.fromisoformat(first), day.fromisoformat(last)) == months


# --- the page of the month ----------------------------------------------------------------------


def attest_form(*stays, word="met", **changes):
    sent = {"stay": [stay.pk for stay in stays]}
    return sent | {f"s{stay.pk}-word": word for stay in stays} | changes


def test_the_host_says_its_word_on_all_stays_on_one_page(browse, people):
    first, second = stay_of(people), stay_of(people, cadre=people.cadre2)
    third = stay_of(people, cadre=people.neighbour)
    url = reverse("outreach:stay_months")
    page = browse("host").get(url)
    assert page.context["open_count"] == 3
    # As shown, one press attests all: no field has to be filled in.
    assert {line["form"]["word"].initial for line in page.context["lines"]} == {"met"}
    # Visits prove nothing, and are not shown beside the word.
    assert "走访" not in page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]

    changes = {
        f"s{first.pk}-word": "unmet",
        f"s{first.pk}-days": 11,
        f"s{first.pk}-remark": "请假较多",
        f"s{third.pk}-word": "unattested",
    }
    response = browse("host").post(url, attest_form(first, second, third, **changes))

    assert response.status_code == 302
    said = MonthWord.objects.values_list("month__stay", "is_met", "days", "remark")
    assert set(said) == {(first.pk, False, 11, "请假较多"), (second.pk, True, None, "")}
    page = browse("host").get(url)
    assert [line["stay"] for line in page.context["lines"]] == [third]
    again = browse("host").post(url, attest_form(first))
    assert again.status_code == 422
    assert again.context["problems"]


def test_nothing_chosen_or_nonsense_typed_attests_nothing(browse, people):
    stay, url = stay_of(people), reverse("outreach:stay_months")
    days = f"s{stay.pk}-days"

    for sent in (
        {},
        {"stay": [stay.pk]},
        attest_form(stay, word="perhaps"),
        attest_form(stay, word="unattested"),
        attest_form(stay, word="unattested", **{days: 20}),
        attest_form(stay, **{days: "x"}),
        attest_form(stay, **{days: 32}),
        attest_form(stay, **{days: -1}),
    ):
        answer = browse("host").post(url, sent)
        assert answer.status_code == 422 and answer.context["problems"], sent
    future = f"{url}?month={last_of(timezone.localdate()) + timedelta(days=1)}"
    assert browse("host").post(future, attest_form(stay)).status_code == 422
    assert not MonthWord.objects.exists()


def test_the_office_reads_the_page_and_attests_nothing(browse, people):
    stay, url = stay_of(people), reverse("outreach:stay_months")

    assert browse("office").get(url).context["open_count"] == 0
    assert browse("office").post(url, attest_form(stay)).status_code == 403


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_pages_cost_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count
):
    for cadre in (people.cadre, people.cadre2, people.neighbour)[:row_count]:
        stay = stay_of(people, cadre=cadre)
        leave_of(people, stay, by=people.liaison if cadre == people.cadre2 else people.host)
        note(people, stay, by=people.host)
    session = browse("host")
    # Named explicitly, since on a month's last day the page shows the current month by default.
    for page, queries in ((f"stay_months?month={last_month()}", 12), ("leaves", 8)):
        name, _, query = page.partition("?")
        url = f"{reverse(f'outreach:{name}')}?{query}"
        session.get(url)
        with django_assert_num_queries(queries):
            session.get(url)


def test_the_cadre_corrects_the_month_by_exception(browse, people):
    stay, month = stay_of(people), last_month()
    at = [stay.pk, month.year, month.month]

    response = browse("author").post(
        reverse("outreach:note_days", args=at), {"kind": "away", "days": 2, "note": "县里开会"}
    )
    browse("author").post(reverse("outreach:write_stay_work", args=at), {"work": "修通东支渠"})

    assert response.url == reverse("outreach:stay_month", args=at)
    page = browse("author").get(response.url).content.decode()
    assert "县里开会" in page
    assert "修通东支渠" in page
    assert browse("colleague").get(response.url).status_code == 404
    sent = {"kind": "away", "days": 99}
    bad = browse("author").post(reverse("outreach:note_days", args=at), sent)
    assert bad.status_code == 422
    assert (
        browse("author").get(reverse("outreach:stay_month", args=[stay.pk, 1999, 1])).status_code
        == 404
    )


def test_the_front_door_shows_ones_own_stay(browse, people):
    stay = stay_of(people)
    stay_of(people, cadre=people.cadre2)

    page = browse("author").get(reverse("outreach:today"))

    assert [one for one, _month, _facts in page.context["my_stays"]] == [stay]
    assert reverse("outreach:ask_leave", args=[stay.pk]) in page.content.decode()


def test_the_monthly_sheet_counts_and_says_that_visits_prove_no_days(people, tmp_path):
    stay, month = stay_of(people), last_month()
    people.visit(visited_on=month + timedelta(days=3), household_count=4)
    # Three more, chosen from the list of the village.
    chosen = [
        Household.objects.create(unit=people.village, serial=f"{n}", display_name="李××户")
        for n in range(3)
    ]
    people.visit(visited_on=month + timedelta(days=4), households=chosen)
    note(people, stay, "away", 2)
    attest(people, stay)

    ledgers.write(
        MONTH_LEDGER,
        user=people.host,
        filters={"month": str(month)},
        target=tmp_path / "m.xlsx",
        at=timezone.now(),
    )

    rows = [
        [cell for cell in row if cell is not None]
        for row in openpyxl.load_workbook(tmp_path / "m.xlsx").active.iter_rows(values_only=True)
    ]
    assert [
        "序号",
        "姓名",
        "派驻村",
        "当月工作日",
        "本月应驻天数",
        "月度审核",
        "审核认定天数",
        "因公外出天数",
        "请假天数",
        "走访户数",
        "收集问题",
        "办结问题",
        "主要工作",
        "乡镇党委审核意见",
    ] in rows
    assert f"{month.year}年{month.month}月" in rows[0][0]
    line = next(row for row in rows if "王建国" in row)
    # The number of days is blank, since nobody gave one.
    found = one_month(stay, month)
    assert line[2:10] == ["柳湾村", found.working, found.norm, "达标", 2, 0, 7, 0]
    assert "张卫东" in str(line[-1])
    assert any("不证明驻村天数" in str(cell) for row in rows for cell in row)


# --- leave --------------------------------------------------------------------------------------


def test_short_leave_is_decided_by_the_host_and_longer_by_the_office(people):
    stay = stay_of(people)
    short, longer = leave_of(people, stay), leave_of(people, stay, first=20, days=6)

    assert rules.may_decide_leave(people.host, short)
    assert not rules.may_decide_leave(people.office, short)
    assert not rules.may_decide_leave(people.host, longer)
    decided(people, short)
    decided(people, longer, people.office, approved=False)

    short.refresh_from_db()
    longer.refresh_from_db()
    assert (short.state, longer.state) == ("granted", "refused")
    with pytest.raises(PermissionDenied):
        decided(people, short, people.host2)


def test_leave_is_decided_by_a_second_person(people):
    leave = leave_of(people, stay_of(people), by=people.host)

    assert not rules.may_decide_leave(people.host, leave)
    assert rules.may_decide_leave(people.host2, leave)
    with pytest.raises(IntegrityError), transaction.atomic():
        Leave.objects.update(approved=True, decided_by=people.host, decided_at=now())


def test_overlapping_leave_is_refused_unless_the_first_was(people):
    stay = stay_of(people)
    first = leave_of(people, stay)
    with pytest.raises(ValidationError):
        leave_of(people, stay, first=5)

    decided(people, first, approved=False)

    assert leave_of(people, stay, first=5)


@pytest.mark.parametrize(
    "given", [{"starts_on": in_days(9), "ends_on": in_days(8)}, {"ends_on": in_days(900)}]
)
def test_leave_lies_within_the_stay_and_ends_after_it_begins(people, given):
    with pytest.raises(ValidationError):
        leave_of(people, stay_of(people), **given)


def test_who_stands_in_is_a_cadre_and_none_of_the_village(browse, people):
    stay = stay_of(people)
    url = reverse("outreach:ask_leave", args=[stay.pk])
    sent = {"kind": "sick", "starts_on": in_days(1), "ends_on": in_days(2)}
    gone = people.neighbour
    gone.left_on = in_days(-1)
    gone.save()

    for words in ("村党支部书记", "村委会主任", ""):
        assert browse("author").post(url, sent | {"stand_in_text": words}).status_code == 422
    for cadre in (stay.cadre, gone):
        assert browse("author").post(url, sent | {"stand_in": cadre.pk}).status_code == 422
        with pytest.raises(PermissionDenied):
            leave_of(people, stay, stand_in=cadre)
    assert browse("author").post(url, sent | {"stand_in_text": "赵敏"}).status_code == 302

    leave = Leave.objects.get()
    # A later post does not change the slip.
    assert (leave.stand_in, leave.stand_by) == (people.cadre2, f"赵敏 {people.cadre2.post}".strip())


def test_leave_in_an_attested_month_is_refused(people):
    stay = stay_of(people)
    attest(people, stay)

    with pytest.raises(ValidationError):
        leave_of(people, stay, starts_on=last_month(), ends_on=last_month())


def test_leave_after_the_end_of_a_stay_waits_for_nobody(people):
    stay = stay_of(people)
    before, waiting, granted = (leave_of(people, stay, first=day) for day in (3, 20, 30))
    decided(people, granted)

    stays.end_stay(
        stay=stay,
        on=in_days(10),
        ending="early",
        document="云组通〔2026〕9号",
        reason="工作调整",
        by=people.office,
        at=now(),
    )

    for leave, state in ((before, "asked"), (waiting, "withdrawn"), (granted, "withdrawn")):
        leave.refresh_from_db()
        assert leave.state == state


def test_leave_after_a_shortened_term_waits_for_nobody(people):
    stay = stay_of(people)
    before, waiting = (leave_of(people, stay, first=day) for day in (3, 20))

    stays.change_end(
        stay=stay,
        ends_on=in_days(10),
        document="云组通〔2026〕9号",
        reason="工作调整",
        by=people.office,
        at=now(),
    )

    for leave, state in ((before, "asked"), (waiting, "withdrawn")):
        leave.refresh_from_db()
        assert leave.state == state


def test_an_early_return_ends_the_days_away(people):
    stay = stay_of(people)
    leave = past_leave(people, stay, first=in_days(-3), last=in_days(2))

    with pytest.raises(ValidationError):
        actions.note_return(leave=leave, returned_on=in_days(-3), by=people.author, at=now())
    actions.note_return(leave=leave, returned_on=in_days(0), by=people.author, at=now())

    leave.refresh_from_db()
    assert (leave.last_day, leave.state) == (in_days(-1), "returned")
    with pytest.raises(PermissionDenied):
        actions.note_return(leave=leave, returned_on=in_days(0), by=people.host, at=now())


@pytest.mark.parametrize("planned", [3, -1])
def test_a_return_in_a_later_month_changes_nothing_in_an_attested_one(people, planned):
    """Leave until the end of last month, in fact or as planned."""
    stay, over = stay_of(people), last_of(last_month())
    last = over + timedelta(days=max(0, planned))
    leave = past_leave(people, stay, first=over - timedelta(days=2), last=last)
    attest(people, stay)
    back = over + timedelta(days=1 if planned > 0 else 2)
    at = timezone.make_aware(datetime.combine(max(back, timezone.localdate()), time(9)))

    actions.note_return(leave=leave, returned_on=back, by=people.author, at=at)

    leave.refresh_from_db()
    assert leave.last_day == back - timedelta(days=1)


def test_a_return_that_changes_an_attested_month_is_refused(people):
    stay, over = stay_of(people), last_of(last_month())
    leave = past_leave(people, stay, first=over - timedelta(days=2), last=over)
    attest(people, stay)

    with pytest.raises(ValidationError):
        actions.note_return(leave=leave, returned_on=over, by=people.author, at=now())


def test_on_the_first_day_of_leave_nothing_untrue_is_said_of_its_return(people):
    stay = stay_of(people)
    today = past_leave(people, stay, first=in_days(0), last=in_days(2))
    later = past_leave(people, stay, first=in_days(5), last=in_days(6))

    assert "尚未开始" in rules.may_note_return(people.author, later).refusal
    assert "今日开始" in rules.may_note_return(people.author, today).refusal


def test_leave_is_taken_back_before_it_begins(people):
    stay = stay_of(people)
    leave = leave_of(people, stay)

    actions.withdraw_leave(leave=leave, by=people.author, at=now())

    assert rules.may_decide_leave(people.host, leave_of(people, stay)) is not True
    with pytest.raises(PermissionDenied):
        actions.withdraw_leave(leave=leave, by=people.author, at=now())


@pytest.mark.parametrize("who", ["colleague", "supervisor", "neighbour_host"])
def test_others_neither_ask_nor_decide(people, who):
    stay = stay_of(people)
    leave = leave_of(people, stay)

    assert not rules.may_ask_leave(getattr(people, who), stay)
    assert not rules.may_decide_leave(getattr(people, who), leave)


def test_leave_on_the_phone_and_its_slip(browse, people):
    stay = stay_of(people)
    url = reverse("outreach:ask_leave", args=[stay.pk])
    sent = {
        "kind": "sick",
        "starts_on": in_days(1),
        "ends_on": in_days(2),
        "stand_in": people.cadre2.pk,
    }

    form = browse("author").get(url).context["form"]
    assert not {"reason", "illness"} & set(form.fields)
    assert browse("author").post(url, sent | {"ends_on": in_days(0)}).status_code == 422
    assert browse("author").post(url, sent).status_code == 302
    again = browse("author").post(url, sent)
    assert again.status_code == 422 and "赵敏" in again.content.decode()
    leave = Leave.objects.get()
    decide = reverse("outreach:decide_leave", args=[leave.pk])
    assert browse("host").post(decide, {"approved": "0", "opinion": ""}).status_code == 422
    assert browse("host").post(decide, {"approved": "1"}).status_code == 302

    slip = browse("author").get(reverse("outreach:leave_sheet", args=[leave.pk])).content.decode()
    for words in ("请销假审批单", "病假", "赵敏", "同意", "张卫东", "不填写病情"):
        assert words in slip


def test_leave_whose_answer_was_lost_is_sent_again_and_asked_for_once(browse, people):
    stay = stay_of(people)
    url = reverse("outreach:ask_leave", args=[stay.pk])
    sent = {
        "kind": "sick",
        "starts_on": in_days(1),
        "ends_on": in_days(2),
        "stand_in": people.cadre2.pk,
    }
    sent["client_key"] = browse("author").get(url).context["form"]["client_key"].value()

    answers = [browse("author").post(url, sent) for _again in range(2)]

    assert [answer.url for answer in answers] == [stay.get_absolute_url()] * 2
    assert Leave.objects.count() == 1
    other = browse("author").post(url, sent | {"ends_on": in_days(3)})
    assert other.status_code == 422
    assert "请新开一张" in other.content.decode()


# --- what waits, who is told --------------------------------------------------------------------

EVERYBODY = (
    "author",
    "colleague",
    "liaison",
    "host",
    "host2",
    "desk",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_office",
    "neighbour_cadre",
)


def test_what_waits_is_what_the_rules_allow(people):
    stay = stay_of(people)
    leaves = [leave_of(people, stay, by=people.host), leave_of(people, stay, first=20, days=9)]
    month = last_month()

    for who in EVERYBODY:
        user = getattr(people, who)
        allowed = {leave.pk for leave in leaves if rules.may_decide_leave(user, leave)}
        assert set(DUTIES["decide_leave"].rows(user).values_list("pk", flat=True)) == allowed, who
        may_attest = bool(rules.may_attest(user, stay, month))
        if timezone.localdate() != last_of(timezone.localdate()):
            assert DUTIES["attest_month"].rows(user).filter(pk=stay.pk).exists() == may_attest, who


def told(kind, day):
    sql, parameters = KINDS[kind].rows(day, now())
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {(user, noun, pk) for user, noun, pk, *_rest in cursor.fetchall()}


def test_those_are_told_who_may_act(people):
    stay = stay_of(people)
    leave = leave_of(people, stay, by=people.host)
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())

    assert told("leave", timezone.localdate()) == {(people.host2.pk, "leave", leave.pk)}
    first = next(
        monday + timedelta(days=n)
        for n in range(7)
        if workdays.is_first_of_week(monday + timedelta(days=n))
    )
    months = told("stay_months", first)
    assert {user for user, _noun, _pk in months} == {people.host.pk, people.host2.pk}
    ends = told("stay_ends", stay.ends_on)
    expected = {people.author, people.host, people.host2, people.office}
    assert ends == {(user.pk, "stay", stay.pk) for user in expected}
    begins = told("stay_begins", stay.starts_on)
    assert begins == {(u.pk, "stay", stay.pk) for u in expected - {people.office}}
    titles = month_titles(people.host, [first.year * 100 + first.month])
    assert titles


def test_a_reminder_counts_the_months_that_its_reader_attests(people):
    """Not those of the reader's own stay."""
    month = last_month()
    number = month.year * 100 + month.month
    stay_of(people)
    Cadre.objects.filter(pk=people.cadre2.pk).update(user=people.host)
    title = month_titles(fresh(people.host), [number])
    stay_of(people, cadre=people.cadre2)
    host = fresh(people.host)

    assert DUTIES["attest_month"].rows(host).count() == 1
    assert month_titles(host, [number]) == title


def test_a_stay_cancelled_before_it_began_has_no_months(people, browse):
    stay = stay_of(people)
    Stay.objects.filter(pk=stay.pk).update(state="cancelled")
    stay.refresh_from_db()

    assert summary(stay, timezone.localdate()).unattested == 0
    assert browse("host").get(stay.get_absolute_url()).context["months"] == []


def test_the_township_learns_of_a_leaders_stay_on_its_first_day(people):
    today = timezone.localdate()
    stay = stay_of(
        people,
        kind="leader",
        plan="走访村民小组，与村干部、农户座谈。",
        starts_on=today + timedelta(days=2),
        ends_on=today + timedelta(days=5),
    )

    assert stay in Stay.objects.visible_to(people.office)
    assert stay in Stay.objects.visible_to(people.author)
    assert stay in Stay.objects.visible_to(people.liaison)
    assert stay not in Stay.objects.visible_to(people.host)
    assert told("stay_begins", stay.starts_on) == {(people.author.pk, "stay", stay.pk)}

    Stay.objects.filter(pk=stay.pk).update(starts_on=today)
    assert stay in Stay.objects.visible_to(people.host)


@pytest.mark.parametrize("month", ["0000-1", "2026-13", "9999-12", "99999-1"])
def test_a_month_that_no_calendar_has_is_no_page(browse, people, month):
    stay = stay_of(people)

    assert browse("author").get(f"{stay.get_absolute_url()}{month}/").status_code == 404
