"""走访慰问: imports, reminders, duties, figures."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from demo.outreach import condolence as demo_condolence
from outreach.actions import condolence as actions
from outreach.models import (
    CondolenceCampaign,
    CondolenceName,
    CondolenceObjection,
    CondolenceRecipient,
    CondolenceVisit,
)
from outreach.rules import condolence as rules
from portal.days import festivals, workdays
from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder
from portal.sheets import periods, statistics
from portal.trust import privacy
from tests.day import now, today
from tests.outreach.test_condolence import (
    NAME,
    approved,
    browse,  # noqa: F401 (a fixture)
    campaign_of,
    deliver,
    heard,
    objected,
    overdue,
    published,
    put,
)
from tests.people import everybody
from tests.sheets import accepted, bring, problems, undone, workbook
from tests.telling import tell

HEADINGS = [
    "序号",
    "慰问节日",
    "单位",
    "姓名",
    "性别",
    "出生年月/年龄段",
    "慰问类别",
    "入党时间（党员）",
    "困难原因（类别）",
    "慰问金（元）",
    "慰问品（名称、折价）",
    "折价（元）",
    "资金来源",
    "慰问日期",
    "慰问人（两人）",
    "领取人签字",
    "备注",
]


def line(
    *,
    name=NAME,
    unit="石桥镇柳湾村",
    festival="2027年元旦",
    category="老党员",
    amount=800,
    reason="",
    source="代管党费",
    goods="",
    worth="",
    remark="",
):
    return [
        1,
        festival,
        unit,
        name,
        "女",
        "80岁及以上",
        category,
        "1968.07",
        reason,
        amount,
        goods,
        worth,
        source,
        "",
        "",
        "",
        remark,
    ]


# --- bringing a list in -------------------------------------------------------------------------


def test_a_list_comes_in_with_encrypted_names_and_goes_again(people):
    campaign = campaign_of(people)
    rows = [
        line(),
        line(
            name="李大山",
            category="困难群众",
            amount="￥300",
            reason="收入低",
            source="财政",
            festival="元旦",
        ),
    ]
    checked = bring("recipients", workbook(HEADINGS, *rows), people.host)
    assert problems(checked) == []
    batch = accepted(checked)

    assert batch.good_count == 2
    one, two = CondolenceRecipient.objects.order_by("pk")
    assert (one.masked_name, one.amount, one.age_band, one.joined_party) == (
        "欧××",
        800,
        "80",
        "1968-07",
    )
    assert (two.reason, two.source, two.batch, two.campaign) == (
        "income",
        "finance",
        batch,
        campaign,
    )
    with privacy.opened(campaigns=[campaign.pk]):
        kept = CondolenceName.objects.get(recipient=one)
    assert NAME not in kept.name_cipher
    assert actions.decrypted(kept.name_cipher) == NAME
    assert AuditEntry.objects.filter(event="condolence.put_forward").count() == 2

    assert undone(batch).obstacles == []
    assert not CondolenceRecipient.objects.exists()
    with privacy.opened(campaigns=[campaign.pk]):
        assert not CondolenceName.objects.exists()


def test_bad_rows_are_named_and_no_name_stands_among_the_problems(people):
    campaign_of(people)
    rows = [
        line(amount=-5),
        line(name="=cmd()"),
        line(amount=99999),
        line(unit="上坪村"),
        line(festival="2031年春节"),
        line(category="上访户"),
        line(source="社会捐助"),
        line(name="李大山"),
        line(name="李大山"),
        line(unit="没有村"),
    ]
    batch = bring("recipients", workbook(HEADINGS, *rows), people.host)

    found = problems(batch)
    assert {int(cell.lstrip("ABCDEFGHIJKLMNOPQ")) for cell, _v, _r in found} == {
        *range(2, 9),
        10,
        11,
    }
    assert all(value == "" for _cell, value, _reason in found)
    assert NAME not in str(found)
    assert batch.good_count == 1
    assert not CondolenceRecipient.objects.exists()


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "6222 0202 0011 2233 445", 110105194912310020]
)
def test_an_id_or_bank_number_in_any_cell_is_refused_with_row_and_column(people, number):
    campaign_of(people)
    rows = [line(remark=number), line(name="李大山")]
    batch = bring("recipients", workbook(HEADINGS, *rows), people.host)

    ((_cell, value, reason),) = problems(batch)
    assert value == ""
    assert "2" in reason
    assert "Q" in reason
    assert "110105" not in reason
    assert accepted(batch).good_count == 1


def test_an_id_number_in_a_column_of_choices_is_not_repeated(people):
    campaign_of(people)
    batch = bring(
        "recipients", workbook(HEADINGS, line(category="11010519491231002X")), people.host
    )
    assert "110105" not in str(problems(batch))


def test_a_list_under_notice_is_not_undone(people):
    campaign = campaign_of(people)
    batch = accepted(bring("recipients", workbook(HEADINGS, line()), people.host))
    published(people, campaign)

    batch = undone(batch)

    assert batch.state == "accepted"
    assert batch.obstacles[0][0] == "2027年元旦"
    assert CondolenceRecipient.objects.exists()


# --- who is told --------------------------------------------------------------------------------


def told(kind):
    rows = Reminder.objects.filter(kind=kind, replaced=False)
    return sorted(rows.values_list("user__username", flat=True).distinct())


LISTING = ["host", "host2", "liaison", "n-host", "n-liaison", "n-office", "office"]


def test_a_window_is_told_until_it_was_read_of(people):
    first = festivals.window_of("spring", 2030).first
    day = first if workdays.is_working_day(first) else workdays.add_working_days(first, 1)
    tell("condolence_", day=day)
    assert told("condolence_window") == LISTING

    Reminder.objects.filter(user=people.host).update(read_at=now())
    tell("condolence_", day=workdays.add_working_days(day, 1))
    spring = Reminder.objects.filter(kind="condolence_window", replaced=False, read_at=None)
    assert people.host.pk not in spring.values_list("user", flat=True)
    shown = reminders.with_titles(people.office, spring.filter(user=people.office))
    assert "2030年春节走访慰问" in {one.title for one in shown}


def test_a_notice_due_one_ending_and_visits_left_are_told(people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    near = campaign.festival_on - timedelta(days=9)
    near = near if workdays.is_working_day(near) else workdays.add_working_days(near, 1)
    tell("condolence_", day=near)
    assert told("condolence_due") == ["office"]

    published(people, campaign)
    CondolenceCampaign.objects.update(notice_to=near)
    tell("condolence_", day=near)
    assert told("condolence_ending") == ["office"]

    overdue(campaign)
    actions.end_notice(campaign=campaign, by=people.office, at=now())
    actions.approve_list(campaign=campaign, by=people.office, at=now())
    shortly = campaign.festival_on - timedelta(days=2)
    shortly = shortly if workdays.is_working_day(shortly) else workdays.add_working_days(shortly, 1)
    tell("condolence_", day=shortly)
    assert told("condolence_visits") == ["host", "host2", "office"]
    deliver(people, recipient)
    Reminder.objects.all().delete()
    tell("condolence_", day=shortly)
    assert told("condolence_visits") == []


# --- what waits ---------------------------------------------------------------------------------


def waiting(code):
    """{username} of those for whom something of this kind waits."""
    found = set()
    for user in everybody():
        kind = todo.kind_for(user, code)
        if kind and kind.rows(user).exists():
            found.add(user.username)
            todo.queue(user, size=5, kinds=[kind])
    return found


def allowed(rule, record):
    return {user.username for user in everybody() if rule(user, record)}


def test_the_to_do_list_says_what_the_rules_say(people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    put(people, campaign, by=people.liaison, name="李大山")
    published(people, campaign)
    objection = objected(people, campaign, recipient)
    objected(people, campaign)
    assert waiting("decide_objection") >= allowed(rules.may_decide, objection)
    CondolenceObjection.objects.filter(recipient=None).update(
        decision="noted", decided_reason="x", decided_at=now(), decided_by=people.office
    )
    assert waiting("decide_objection") == allowed(rules.may_decide, objection) != set()

    overdue(campaign)
    assert waiting("end_condolence_notice") == set()
    actions.decide_objection(
        objection=objection, by=people.office, at=now(), decision="kept", reason="属实"
    )
    assert waiting("end_condolence_notice") == allowed(rules.may_end_notice, campaign) == {"office"}
    campaign = actions.end_notice(campaign=campaign, by=people.office, at=now())
    assert waiting("approve_condolence") == allowed(rules.may_approve, campaign) == {"office"}
    CondolenceRecipient.objects.update(put_forward_by=people.office)
    assert waiting("approve_condolence") == set()


# --- what is counted ----------------------------------------------------------------------------


def test_statistics_and_dashboard_count_visits_and_lead_to_them(browse, people):  # noqa: F811
    campaign = campaign_of(people)
    one = put(people, campaign)
    two = put(
        people,
        campaign,
        name="李大山",
        category="masses",
        source="finance",
        amount=Decimal("300.50"),
    )
    put(people, campaign, name="王小二", amount=Decimal(100))
    approved(people, campaign)
    deliver(people, one)
    deliver(people, two)

    table = statistics.count(
        statistics.Subject(people.county), "area", periods.year_so_far(today())
    )
    place = {column.key: n for n, column in enumerate(table.columns)}
    assert table.total.cells[place["condolence_people"]] == 2
    assert table.total.cells[place["condolence_yuan"]] == 1100
    link = table.link(table.columns[place["condolence_people"]], table.total)
    assert browse("office").get(link).context["total"] == 2

    page = browse("office").get(reverse("outreach:festival_visits"), {"period": "month"})
    shown = page.context["festival_visits"]
    assert shown["total"].n == 2
    assert shown["yuan"] == Decimal("1100.50")
    for line_of in shown["lines"]:
        assert browse("office").get(line_of.number.url).context["total"] == line_of.number.n == 1
    elsewhere = browse("office").get(
        reverse("outreach:festival_visits"), {"period": "month", "area": people.other_town.pk}
    )
    assert elsewhere.context["festival_visits"]["total"].n == 0
    assert elsewhere.context["festival_visits"]["lines"] == []


def test_what_moved_since_an_edition_is_found(people):
    campaign = campaign_of(people)
    recipient = put(people, campaign)
    approved(people, campaign)
    since = timezone.now() - timedelta(minutes=1)
    deliver(people, recipient)
    layout = statistics.Layout(statistics.Subject(people.county), "organ")

    found = statistics.touched(
        layout, periods.year_so_far(today()), people.town_organ.pk, since, limit=5
    )
    assert recipient.get_absolute_url() in {address for _name, address in found}


def test_a_list_heard_needs_no_open_objection(people):
    campaign = campaign_of(people)
    put(people, campaign)
    assert heard(people, campaign).state == "heard"
    assert not CondolenceVisit.objects.exists()


def test_the_demo_names_nobody_twice_at_one_unit():
    """The demo's lists obey the rule that they show: as many names as places."""
    names = [demo_condolence._name(n) for n in range(60)]
    assert all(len(set(names[n : n + 7])) == 7 for n in range(50))
