"""调研活动登记表 (17), 问题责任任务清单, statistics, dashboard: each figure compared with its
records."""

import re
from datetime import UTC, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from outreach.models import Matter
from portal.sheets import ledgers, statistics
from portal.sheets.figures import Scope
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from research import dashboard
from research.actions import advice, problems
from research.ledgers.problems import FOUND_PROBLEMS
from research.ledgers.register import RESEARCH_REGISTER
from research.models import (
    Answer,
    DrawnUnit,
    HomeNote,
    Questionnaire,
    QuestionnaireVersion,
    Sample,
)
from tests.day import in_days, now
from tests.research import results as made

REGISTER = (
    "序号 课题 来源 牵头单位 组长、成员 批次 时间 地点（村、社区、企业数） 方式 场次 参加人次 "
    "有效问卷（份） 应答率 发现问题（条） 转入台账（件） 意见建议（条） 采纳（条） "
    "报告题目、审定日期 转化应用 备注"
)
PROBLEMS = "序号 问题 表现 原因 任务措施 完成标志 牵头单位 责任单位 责任人 时限 进展 是否销号"


def rows(ledger, user, query="tab=all"):
    with translation.override("zh-hans"):
        sheet = ledger.sheet(user, QueryDict(query), timezone.localtime())
        return sheet, [dict(zip(headings(sheet), row, strict=True)) for row in sheet.rows]


def headings(sheet):
    return ["序号", *(column.heading for column in sheet.columns)]


def survey(people, topic, *, complete=3, refused=1, ineligible=1, state="stripped"):
    """A questionnaire after stripping, with `complete` answers in its sample."""
    made_by = {"written_by": people.liaison, "created_at": now()}
    asked = Questionnaire.objects.create(
        topic=topic,
        organ=topic.lead_organ,
        title="管护问卷",
        state=state,
        number="云调〔2026〕1号",
        valid_until=in_days(90),
        reviewed_by=people.office,
        **made_by,
    )
    version = QuestionnaireVersion.objects.create(
        questionnaire=asked,
        number=1,
        definition={},
        workbook=b"",
        questions=1,
        minutes=1,
        uploaded_by=people.liaison,
        uploaded_at=now(),
    )
    sample = Sample.objects.create(
        questionnaire=asked,
        organ=topic.lead_organ,
        title="样本",
        source="rosters",
        described="全村",
        as_of=in_days(-40),
        method="simple",
        number=complete + refused + ineligible + 1,
        **made_by,
    )
    became = ["complete"] * complete + ["refused"] * refused + ["ineligible"] * ineligible
    # An empty house is no household: the sheet of the sample leaves it out too.
    became.append("empty")
    for n, disposition in enumerate([*became, "complete"]):
        DrawnUnit.objects.create(
            sample=sample,
            position=n,
            key=str(n),
            # The last one is in a reserve that was not released.
            reserve=int(n == len(became)),
            probability=0.1,
            disposition=disposition,
            disposed_on=in_days(-10),
        )
    given_up = Sample.objects.create(
        questionnaire=asked,
        organ=topic.lead_organ,
        title="作废的样本",
        source="rosters",
        described="全村",
        method="simple",
        number=1,
        given_up_at=now(),
        **made_by,
    )
    DrawnUnit.objects.create(sample=given_up, position=1, key="1", probability=0.1)
    for _n in range(complete):
        Answer.objects.create(version=version, weight=1, values={})


@pytest.fixture
def topic(people):
    """A topic with everything that the sheets count."""
    one = made.topic(people, members=[people.cadre2, people.neighbour])
    first = made.batch(people, one, day=-40)
    second = made.batch(people, one, units=[people.village, people.other_village], day=-30)
    made.activity(people, first, person_count=12)
    held = made.activity(people, second, person_count=5, place=people.other_village)
    made.activity(people, second, method="interview")
    held.matters.add(people.matter())
    survey(people, one)
    made.decided(people, one)
    made.batch(people, one, day=20, state="arranged")
    found = made.problem(people, one)
    made.problem(people, one, title="经费不足", person=people.neighbour)
    problems.make_matter(
        problem=found,
        unit=people.village,
        category="01",
        urgency="normal",
        by=people.author,
        at=now(),
    )
    taken = made.answered(people, one)
    advice.turn_advice(
        advice=taken, turned_into="云政办〔2026〕12号", text="", by=people.handler, at=now()
    )
    made.answered(people, one, "refused")
    made.suggestion(people, one, "加强培训")
    return one


# --- (17) ---------------------------------------------------------------------------------------


def test_the_register_has_the_official_headings_and_foot(people, topic):
    sheet, found = rows(RESEARCH_REGISTER, people.office, "")
    assert headings(sheet) == REGISTER.split()
    groups = {column.heading: column.group for column in sheet.columns}
    assert [h for h, group in groups.items() if group == "组织实施"] == REGISTER.split()[5:13]
    assert [h for h, group in groups.items() if group == "成果"] == REGISTER.split()[13:19]
    assert sheet.signature.startswith("牵头单位负责人（签字）")
    assert len(found) == 1


def test_each_column_is_counted_from_the_records(people, topic):
    made.topic(people, title="未开展的课题", members=[])
    _sheet, (row, bare) = rows(RESEARCH_REGISTER, people.office, "")
    assert row == {
        "序号": 1,
        "课题": topic.title,
        "来源": "年度计划",
        "牵头单位": "县农业农村局",
        "组长、成员": "王建国；赵敏、冯远",
        "批次": 2,
        "时间": f"{in_days(-40):%Y.%m.%d}—{in_days(-30):%Y.%m.%d}",
        "地点（村、社区、企业数）": 2,
        "方式": "座谈会、个别访谈",
        "场次": 3,
        "参加人次": 17,
        "有效问卷（份）": 3,
        "应答率": "75.0%",
        "发现问题（条）": 2,
        "转入台账（件）": 2,
        "意见建议（条）": 3,
        "采纳（条）": 1,
        "报告题目、审定日期": f"《{topic.report.title}》（{in_days(0):%Y.%m.%d}）",
        "转化应用": "云政办〔2026〕12号",
        "备注": "1场未记人次",
    }
    # People were not counted and there was no survey, so no 0 is invented.
    assert (bare["参加人次"], bare["有效问卷（份）"]) == (None, None)
    assert (bare["应答率"], bare["时间"], bare["报告题目、审定日期"]) == ("", "", "")


SQL = {
    "批次": "SELECT count(*) FROM research_researchbatch WHERE topic_id = %s"
    " AND state IN ('under_way', 'over')",
    "地点（村、社区、企业数）": "SELECT count(DISTINCT u.unit_id) FROM research_batchunit u"
    " JOIN research_researchbatch b ON b.id = u.batch_id WHERE b.topic_id = %s"
    " AND b.state IN ('under_way', 'over')",
    "场次": "SELECT count(*) FROM research_researchactivity a"
    " JOIN research_researchbatch b ON b.id = a.batch_id WHERE b.topic_id = %s",
    "参加人次": "SELECT sum(person_count) FROM research_researchactivity a"
    " JOIN research_researchbatch b ON b.id = a.batch_id WHERE b.topic_id = %s",
    "有效问卷（份）": "SELECT count(*) FROM research_answer a"
    " JOIN research_questionnaireversion v ON v.id = a.version_id"
    " JOIN research_questionnaire q ON q.id = v.questionnaire_id WHERE q.topic_id = %s",
    "应答率": "SELECT round(100.0 * count(*) FILTER (WHERE d.disposition = 'complete')"
    " / count(*) FILTER (WHERE d.disposition NOT IN ('ineligible', 'empty')), 1) || '%%'"
    " FROM research_drawnunit d JOIN research_sample s ON s.id = d.sample_id"
    " JOIN research_questionnaire q ON q.id = s.questionnaire_id"
    " WHERE q.topic_id = %s AND d.reserve <= s.batches_released AND s.given_up_at IS NULL",
    "发现问题（条）": "SELECT count(*) FROM research_foundproblem WHERE topic_id = %s",
    "转入台账（件）": "SELECT count(*) FROM outreach_matter m WHERE EXISTS (SELECT FROM"
    " research_foundproblem p WHERE p.matter_id = m.id AND p.topic_id = %s) OR EXISTS (SELECT FROM"
    " research_researchactivity_matters r JOIN research_researchactivity a"
    " ON a.id = r.researchactivity_id JOIN research_researchbatch b ON b.id = a.batch_id"
    " WHERE r.matter_id = m.id AND b.topic_id = %s)",
    "意见建议（条）": "SELECT count(*) FROM research_advice WHERE topic_id = %s",
    "采纳（条）": "SELECT count(DISTINCT s.advice_id) FROM research_advicestep s"
    " JOIN research_advice a ON a.id = s.advice_id"
    " WHERE a.topic_id = %s AND s.move IN ('adopted', 'partly')",
}


@pytest.mark.sampled(one_in=3)
@pytest.mark.parametrize("heading", SQL)
def test_each_number_agrees_with_sql_of_its_own(people, topic, heading):
    _sheet, (row,) = rows(RESEARCH_REGISTER, people.office, "")
    with connection.cursor() as cursor:
        cursor.execute(SQL[heading], [topic.pk] * SQL[heading].count("%s"))
        (expected,) = cursor.fetchone()
    assert row[heading] == expected


def test_a_survey_that_still_runs_has_no_numbers_yet(people):
    one = made.topic(people)
    survey(people, one, state="running")
    _sheet, (row,) = rows(RESEARCH_REGISTER, people.office, "")
    assert (row["有效问卷（份）"], row["应答率"]) == (None, "")


def test_the_register_is_of_roles_and_leaves_out_what_is_only_drafted(people, topic):
    made.topic(people, title="草拟", state="draft", decided_on=None, decision="")
    made.topic(people, title="别处", lead_organ=people.roads, leader=people.neighbour)
    seen = {
        one: [row["课题"] for row in rows(RESEARCH_REGISTER, getattr(people, one), "")[1]]
        for one in ("office", "liaison", "author", "neighbour_liaison", "handler")
    }
    assert seen == {
        "office": [topic.title, "别处"],
        "liaison": [topic.title],
        # He is only named in it.
        "author": [],
        "neighbour_liaison": ["别处"],
        "handler": [],
    }


def test_the_number_of_queries_does_not_grow(people, topic, django_assert_num_queries):
    rows(RESEARCH_REGISTER, people.office, "")
    with django_assert_num_queries(REGISTER_QUERIES):
        rows(RESEARCH_REGISTER, people.office, "")
    for n in range(3):
        one = made.topic(people, title=f"课题{n}")
        made.activity(people, made.batch(people, one))
        made.problem(people, one)
    with django_assert_num_queries(REGISTER_QUERIES):
        rows(RESEARCH_REGISTER, people.office, "")


REGISTER_QUERIES = 14


# --- 问题责任任务清单 --------------------------------------------------------------------------


def test_the_list_of_problems_follows_the_matter(people, topic):
    sheet, (first, second) = rows(FOUND_PROBLEMS, people.office)
    assert headings(sheet) == PROBLEMS.split()
    matter = topic.problems.get(position=1).matter
    assert first == {
        "序号": 1,
        "问题": "末级渠系无人管护",
        "表现": "渠道淤堵，三个村灌不上水",
        "原因": "产权没有移交",
        "任务措施": "移交产权，落实管护",
        "完成标志": "管护协议签订",
        "牵头单位": "县农业农村局",
        "责任单位": "县水利局",
        "责任人": "",
        "时限": in_days(20),
        "进展": f"台账{matter.number_label}：待受理",
        "是否销号": "否",
    }
    assert (second["责任人"], second["进展"], second["是否销号"]) == ("冯远", "", "否")

    Matter.objects.filter(pk=matter.pk).update(
        status="closed", stage="closed", closure="unrated", closed_on=in_days(0)
    )
    own = topic.problems.get(position=2)
    problems.note_progress(problem=own, text="已报预算", by=people.handler, at=now())
    _sheet, (first, second) = rows(FOUND_PROBLEMS, people.office)
    assert first["进展"].endswith("办结·未评价")
    assert first["是否销号"] == "是"
    assert (second["进展"], second["是否销号"]) == ("已报预算", "否")
    problems.settle_problem(problem=own, text="已安排", by=people.liaison, at=now())
    assert rows(FOUND_PROBLEMS, people.office)[1][1]["是否销号"] == "是"


def test_the_list_of_problems_is_of_roles(people, topic):
    assert len(rows(FOUND_PROBLEMS, people.handler)[1]) == 2
    for one in ("author", "neighbour_cadre", "neighbour_liaison", "support"):
        assert rows(FOUND_PROBLEMS, getattr(people, one))[1] == []


def test_both_sheets_are_written_whole(people, topic, tmp_path):
    for ledger in (FOUND_PROBLEMS, RESEARCH_REGISTER):
        assert ledgers.REGISTRY[ledger.name] is ledger
        written = ledgers.write(
            ledger, user=people.office, filters={}, target=tmp_path / "a.xlsx", at=now()
        )
        assert written["written"] == written["expected"] > 0


# --- Statistics and dashboard -------------------------------------------------------------------

KEYS = (
    *("research_topics", "research_records", "research_people", "research_problems"),
    *("research_to_ledger", "research_advice", "research_adopted"),
)


def english(user):
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def table(subject, by="organ"):
    counted = statistics.count(subject, by, Period(in_days(-365), in_days(0)))
    places = [[column.key for column in counted.columns].index(key) for key in KEYS]
    by_name = {
        row.name: [row.cells[place] for place in places] for row in [*counted.rows, counted.total]
    }
    return counted, by_name


def test_what_was_found_the_day_before_the_edition_has_not_moved_since(people, topic):
    """The edition is asked for tomorrow morning, when today has not ended in UTC."""
    since = timezone.localtime().replace(hour=6, minute=0) + timedelta(days=1)
    since = since.astimezone(UTC)
    layout = statistics.Layout(Subject(division=people.county), "organ")
    days = Period(in_days(-365), in_days(0))
    row = topic.lead_organ_id
    moved = statistics.touched(layout, days, row, since, limit=9)
    assert not [one for one, _address in moved if one.startswith(topic.title)]
    moved = statistics.touched(layout, days, row, since - timedelta(days=1), limit=9)
    assert [one for one, _address in moved if one.startswith(topic.title)]


def test_the_statistics_count_research_once_in_the_total(people, topic):
    _table, found = table(Subject(people.county))
    numbers = [1, 3, 17, 2, 1, 3, 1]
    assert found["县农业农村局"] == found["合计"] == numbers
    _table, found = table(Subject(people.county), "area")
    assert found["石桥镇"] == [1, 2, 12, 2, 1, 3, 1]
    assert found["青山乡"] == [1, 1, 5, 2, 1, 3, 1]
    assert found["合计"] == numbers
    _table, found = table(Subject(organ=people.agriculture))
    assert found["县农业农村局"] == numbers


def test_nobody_counted_is_no_number(people):
    made.activity(people, made.batch(people, made.topic(people)))
    _table, found = table(Subject(people.county))
    assert found["县农业农村局"][:3] == [1, 1, None]


def test_each_linked_number_is_that_of_its_list(people, topic):
    made.batch(people, made.topic(people, lead_organ=people.roads), units=[people.other_village])
    client = english(people.office)
    checked = 0
    for by in ("organ", "area"):
        counted, _found = table(Subject(people.county), by)
        for row in [*counted.rows, counted.total]:
            for column, n in zip(counted.columns, row.cells, strict=True):
                if column.key in KEYS and (link := counted.link(column, row)):
                    page = client.get(link).content.decode()
                    assert f"{n} in all" in page, (column.key, row.name)
                    checked += 1
    assert checked >= 20


def test_numbers_of_the_dashboard_are_those_of_their_lists(people, topic):
    own = topic.problems.get(position=2)
    own.due_on = in_days(-1)
    own.save()
    topic.suggestions.filter(state="turned").update(look_back_on=in_days(-1))
    made.sent(people, topic)
    topic.suggestions.filter(state="sent").update(answer_by=in_days(-1))
    period = Period(in_days(-10), in_days(0))
    for scope in (
        Scope(people.office, division=people.county),
        Scope(people.office, division=people.other_town),
        Scope(people.liaison, organ=people.agriculture),
        Scope(people.office, division=people.other_county),
    ):
        numbers = dashboard.research(scope, period)
        is_here = scope.division != people.other_county
        expected = {
            "found": 2,
            "in_ledger": 1,
            "overdue": 1,
            "raised": 4,
            "taken_up": 1,
            "late": 1,
            "look_back": 1,
        }
        counted = {name: number.n for name, number in numbers.items()}
        assert counted == (expected if is_here else dict.fromkeys(expected, 0))
        client = english(scope.user)
        for number in numbers.values():
            page = client.get(number.url).content.decode()
            assert re.search(rf"(?<!\d){number.n} in all", page), number.url


def test_the_dashboard_shows_the_part_to_those_who_read_research(people, topic):
    address = reverse("research:research_dashboard")
    client = english(people.office)
    assert address in client.get(reverse("outreach:dashboard")).content.decode()
    assert "Problems found in this period" in client.get(address).content.decode()
    client.force_login(people.desk)
    assert address not in client.get(reverse("outreach:dashboard")).content.decode()
    assert client.get(address).status_code == 403


def test_what_people_saw_at_home_enters_nothing(people, topic):
    def numbers():
        scope = Scope(people.office, division=people.county)
        period = Period(in_days(-365), in_days(0))
        return (
            rows(RESEARCH_REGISTER, people.office, "")[1],
            table(Subject(people.county))[1],
            {name: one.n for name, one in dashboard.research(scope, period).items()},
        )

    before = numbers()
    HomeNote.objects.create(
        author=people.cadre,
        seen_on=in_days(-3),
        place="老家",
        situation="渠道淤堵",
        suggestion="清淤",
        given_at=now(),
        created_at=now(),
    )
    assert numbers() == before
