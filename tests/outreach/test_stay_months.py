"""The month by its exceptions, attesting many at once, leave; what waits and who is told."""

from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import stay_months as actions
from outreach.actions import stays
from outreach.duties.stays import month_titles
from outreach.ledgers.stays import MONTH_LEDGER
from outreach.models import DayNote, Leave, StayMonth
from outreach.rules import stay_months as rules
from outreach.stay_days import last_of, month_of, tally, whole_months
from portal import parameters
from portal.days import workdays
from portal.duties.duty import DUTIES
from portal.duties.reminders import KINDS
from portal.models import AuditEntry, PolicyParameter, RoleGrant
from portal.sheets import ledgers
from tests.outreach.test_stays import in_days, now, stay_of


@pytest.fixture
def browse(client, people):
    def sign_in(name):
        client.force_login(getattr(people, name))
        return client

    return sign_in


def last_month():
    """The first day of the month before this one."""
    return month_of(month_of(timezone.localdate()) - timedelta(days=1))


def attest(people, *stays, by=None, month=None, exceptions=()):
    months = [(stay, month or last_month(), list(exceptions), "") for stay in stays]
    return actions.attest_months(months=months, by=by or people.host, at=now())


def note(people, stay, kind="absent", days=2, by=None, month=None):
    return actions.note_days(
        stay=stay,
        month=month or last_month(),
        kind=kind,
        days=days,
        note="参加县里会议",
        by=by or people.author,
        at=now(),
    )


def leave_of(people, stay, *, first=3, days=3, by=None, **changes):
    given = {
        "kind": "annual",
        "starts_on": in_days(first),
        "ends_on": in_days(first + days - 1),
        "stand_by": "赵敏",
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
    """Granted leave that lies behind: leave is asked for ahead, and days pass."""
    return Leave.objects.create(
        stay=stay,
        kind="annual",
        starts_on=first,
        ends_on=last,
        last_day=last,
        days=(last - first).days + 1,
        stand_by="赵敏",
        asked_by=people.author,
        asked_at=now(),
        approved=True,
        decided_by=people.host,
        decided_at=now(),
    )


# --- the month ----------------------------------------------------------------------------------


def test_days_on_site_are_the_stay_less_leave_less_absence(people):
    stay, month = stay_of(people), last_month()
    past_leave(people, stay, first=month + timedelta(days=4), last=month + timedelta(days=6))
    note(people, stay, "absent", 2)
    note(people, stay, "away", 4)

    counted, row, notes = tally(stay, month)

    assert counted.stay == last_of(month).day
    assert (counted.leave, counted.absent, counted.away) == (3, 2, 4)
    assert counted.on_site == last_of(month).day - 5
    assert counted.is_met
    assert not row.is_attested
    assert len(notes) == 2


def test_a_part_of_a_month_owes_a_part_of_the_norm(people):
    month = last_month()
    stay = stay_of(people, starts_on=last_of(month) - timedelta(days=5))

    counted, _row, _notes = tally(stay, month)

    assert (counted.stay, counted.due) == (6, 4)


def test_a_month_is_shown_with_the_norm_that_it_is_measured_by(people, browse):
    stay_of(people)
    PolicyParameter.objects.create(
        code="posting.days_per_month", value="7", basis="试行", valid_from=in_days(0)
    )
    parameters.forget()

    page = browse("host").get(reverse("outreach:stay_months"), {"month": f"{last_month():%Y-%m}"})

    assert page.context["month"] == last_month()
    (line,) = page.context["lines"]
    assert page.context["norm"] == line["tally"].due != 7


def test_many_are_attested_at_once_and_then_locked(people):
    first, second = stay_of(people), stay_of(people, cadre=people.cadre2)

    rows = attest(people, first, second, exceptions=[("absent", 1, "未请假离岗")])

    assert {row.stay_id for row in rows} == {first.pk, second.pk}
    assert {row.absent_days for row in rows} == {1}
    assert AuditEntry.objects.filter(event="stay_month.attested").count() == 2
    with pytest.raises(PermissionDenied, match="already|已"):
        attest(people, first)
    with pytest.raises(PermissionDenied):
        note(people, first)


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


def test_a_correction_is_a_row_of_the_host_beside_what_was_attested(people):
    stay = stay_of(people)
    attest(people, stay, exceptions=[("absent", 3, "")])
    given = {"stay": stay, "month": last_month(), "kind": "absent", "at": now()}

    actions.correct_month(days=-2, reason="其中两天为公假", by=people.host2, **given)

    row = StayMonth.objects.get(stay=stay)
    assert row.absent_days == 3
    assert tally(stay, last_month())[0].absent == 1
    with pytest.raises(PermissionDenied):
        actions.correct_month(days=1, reason="补", by=people.author, **given)
    with pytest.raises(ValidationError):
        actions.correct_month(days=-2, reason="过多", by=people.host, **given)
    with pytest.raises(ValidationError):
        actions.correct_month(days=1, reason="", by=people.host, **given)


def test_more_days_than_the_month_has_are_refused(people):
    stay = stay_of(people)

    with pytest.raises(ValidationError), transaction.atomic():
        note(people, stay, "absent", 31) and note(people, stay, "absent", 2)
    with pytest.raises(ValidationError), transaction.atomic():
        attest(people, stay, exceptions=[("absent", 20, ""), ("away", 20, "")])


@pytest.mark.parametrize(
    "changes", [{"attested_at": timezone.now()}, {"month": "2026-10-02"}, {"leave_days": 2}]
)
def test_the_database_refuses_half_an_attestation(people, changes):
    note(people, stay_of(people))

    with pytest.raises(IntegrityError), transaction.atomic():
        StayMonth.objects.update(**changes)


def test_the_database_keeps_corrections_with_their_reason(people):
    note(people, stay_of(people))

    for changes in ({"days": -1}, {"is_late": True, "note": ""}, {"days": 40}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DayNote.objects.update(**changes)


def test_whole_months_of_a_stay():
    day = timezone.datetime
    for first, last, months in (
        ("2026-01-01", "2026-06-30", 6),
        ("2026-01-15", "2026-07-13", 5),
        ("2026-01-15", "2026-07-14", 6),
    ):
        assert whole_months(day.fromisoformat(first), day.fromisoformat(last)) == months


# --- the page of the month ----------------------------------------------------------------------


def attest_form(*stays, **changes):
    sent = {"stay": [stay.pk for stay in stays]}
    return sent | {f"s{stay.pk}-chosen": "on" for stay in stays} | changes


def test_the_host_attests_on_one_page_touching_exceptions_only(browse, people):
    first, second = stay_of(people), stay_of(people, cadre=people.cadre2)
    url = reverse("outreach:stay_months")
    page = browse("host").get(url)
    assert page.context["open_count"] == 2
    # Visits prove nothing, and are not shown beside days.
    assert "走访" not in page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]

    sent = attest_form(first, second, **{f"s{first.pk}-absent": 2, f"s{first.pk}-note": "离岗"})
    response = browse("host").post(url, sent)

    assert response.status_code == 302
    assert StayMonth.objects.get(stay=first).absent_days == 2
    assert StayMonth.objects.get(stay=second).absent_days == 0
    again = browse("host").post(url, attest_form(first))
    assert again.status_code == 422
    assert again.context["problems"]


def test_nothing_ticked_or_nonsense_typed_attests_nothing(browse, people):
    stay, url = stay_of(people), reverse("outreach:stay_months")

    many = {f"s{stay.pk}-absent": 31, f"s{stay.pk}-away": 9}
    wrong = attest_form(stay, **{f"s{stay.pk}-absent": "x"})
    for sent in ({}, {"stay": [stay.pk]}, wrong, attest_form(stay, **many)):
        assert browse("host").post(url, sent).status_code == 422
    assert not StayMonth.objects.filter(attested_at__isnull=False).exists()


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
    # The month by name: by itself the page shows the present one on a month's last day.
    for page, queries in ((f"stay_months?month={last_month()}", 11), ("leaves", 8)):
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

    assert [one for one, _month, _tally in page.context["my_stays"]] == [stay]
    assert reverse("outreach:ask_leave", args=[stay.pk]) in page.content.decode()


def test_the_monthly_sheet_counts_and_says_that_visits_prove_no_days(people, tmp_path):
    stay, month = stay_of(people), last_month()
    people.visit(visited_on=month + timedelta(days=3), household_count=4)
    attest(people, stay, exceptions=[("away", 2, "")])

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
        "本月应驻天数",
        "实际驻村天数",
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
    assert line[2:9] == ["柳湾村", 20, last_of(month).day, 2, 0, 4, 0]
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
    sent = {"kind": "sick", "starts_on": in_days(1), "ends_on": in_days(2), "stand_by": "赵敏"}

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
    sent = {"kind": "sick", "starts_on": in_days(1), "ends_on": in_days(2), "stand_by": "赵敏"}
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


@pytest.mark.parametrize("month", ["0000-1", "2026-13", "9999-12", "99999-1"])
def test_a_month_that_no_calendar_has_is_no_page(browse, people, month):
    stay = stay_of(people)

    assert browse("author").get(f"{stay.get_absolute_url()}{month}/").status_code == 404
