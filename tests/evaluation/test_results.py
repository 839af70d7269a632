"""Sheets (11) and (12), the dashboard's part, and the last columns of the statistics."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import load_workbook

from evaluation import dashboard
from evaluation.actions.scores import decide_evidence
from evaluation.appraisal import explaining, exporting, freezing, scoring
from evaluation.ledgers.results import BALLOT_SUMMARY, SCORE_SUMMARY
from evaluation.models import (
    BallotCode,
    EvidenceDecision,
    Grade,
    MeetingCount,
    Poll,
    Score,
    ScoreEvidence,
    Tally,
)
from pairing.models import WeakOrganizationCase
from portal.models import AuditEntry, Job, LedgerHeading, PartyOrganization
from portal.sheets import ledgers, statistics
from portal.sheets.figures import Scope
from portal.sheets.ledgers import LedgerProblem
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from tests.day import TODAY, in_days, now, today
from tests.evaluation import finished
from tests.evaluation import scored as computed_cases
from tests.people import START
from tests.reading import words

BALLOT_HEADINGS = (
    "序号 被评议对象 发出票 收回票 有效票 好（票/率） 较好 一般 差 不了解 满意率 得分 备注"
)
SCORE_HEADINGS = (
    "序号 姓名 单位 职务 派驻（联系）点 群众评议（40） 基层单位评价（20） 办事实绩（30）"
    " 组织评价（10） 总分 底线事项（驻村天数达标/纪律） 建议等次（主管部门提出） 审定等次 备注"
)


@pytest.fixture
def scored(people):
    """Two cadres whose official order is the reverse of their points, with ballots and scores."""
    cycle = finished.cycle(people)
    first = finished.appraised(people, cycle, 1, cadre=people.cadre)
    second = finished.appraised(people, cycle, 2, cadre=people.cadre2)
    finished.scored(cycle, first, total="70.00")
    finished.scored(cycle, second, total="95.00", gates_met=False)
    finished.tally(first)
    finished.tally(second, overall=(3, 0, 0, 0, 0), valid=3)
    return cycle, first, second


def test_the_summary_of_ballots_has_headings_rates_and_points(people, scored):
    cycle, _first, _second = scored
    never_asked = finished.appraised(people, cycle, 3, subject="organ", organ=people.agriculture)
    finished.tally(never_asked, overall=(0,) * 5, valid=0)
    never_asked.tally.issued = never_asked.tally.returned = 0
    never_asked.tally.save()
    sheet = BALLOT_SUMMARY.sheet(people.office, QueryDict(f"cycle={cycle.pk}"), now())
    assert ["序号", *(column.heading for column in sheet.columns)] == BALLOT_HEADINGS.split()
    one, few = sheet.rows
    assert one == (
        1,
        "王建国（县农业农村局）",
        18,
        15,
        14,
        "8/57.1%",
        "3/21.4%",
        "1/7.1%",
        "0/0.0%",
        "2/14.3%",
        "91.7%",
        Decimal("91.67"),
        "",
    )
    assert few[:5] == (2, "赵敏（县农业农村局）", 7, 4, 3)
    assert few[5:11] == ("", "", "", "", "", "") and few[11] is None and "不足5张" in few[12]


def test_few_ballots_beside_a_meeting_are_no_difference_of_two_sums(people, scored):
    """Whoever attended the meeting knows its sums, so two ballots by code must not be left as the
    difference."""
    cycle, first, _second = scored
    poll = Poll(
        cycle=cycle,
        organ=people.department,
        state="closed",
        issued=5,
        returned=2,
        closed_at=now(),
        closed_by=people.office,
    )
    poll.stand_at(people.village)
    poll.save()
    lines = {name: [12, 0, 0, 0, 0] for name in finished.MARKS}
    lines |= {name: [0, 12, 0] for name in finished.QUESTIONS}
    MeetingCount.objects.create(
        poll=poll,
        appraised=first,
        held_on=today(),
        issued=13,
        returned=12,
        valid=12,
        counted_by=people.desk,
        counted_at=now(),
        **lines,
    )
    summed = Tally.objects.with_meetings().get(appraised=first)
    assert (summed.valid, summed.in_meetings) == (14, 12)
    assert explaining.ballots(summed, 5) == ([], [])
    one, _few = BALLOT_SUMMARY.sheet(people.office, QueryDict(f"cycle={cycle.pk}"), now()).rows
    assert one[4:11] == (14, "", "", "", "", "", "") and "会议以外" in one[12]
    tallies = [line["tally"] for line in exporting.evidence(cycle, on=TODAY) if "tally" in line]
    assert [one["valid"] for one in tallies] == [14, 3]
    assert all(one["overall"] is None and one["gifts"] is None for one in tallies)
    # Five by code are enough to be shown by themselves.
    MeetingCount.objects.update(
        valid=9,
        **{name: [9, 0, 0, 0, 0] for name in finished.MARKS},
        **{name: [0, 9, 0] for name in finished.QUESTIONS},
    )
    one, _few = BALLOT_SUMMARY.sheet(people.office, QueryDict(f"cycle={cycle.pk}"), now()).rows
    assert one[5].startswith("8/")


def test_the_summary_of_the_appraisal_stands_in_the_official_order(people, scored):
    cycle, first, second = scored
    Grade.objects.create(
        appraised=first,
        value="competent",
        proposed_by=people.office,
        document="x",
        decided_on=today(),
        proposed_at=timezone.now(),
    )
    Grade.objects.create(
        appraised=second,
        value="basically",
        proposed_by=people.office,
        reason="x",
        proposed_at=timezone.now(),
    )
    sheet = SCORE_SUMMARY.sheet(people.office, QueryDict(f"cycle={cycle.pk}"), now())
    assert ["序号", *(column.heading for column in sheet.columns)] == SCORE_HEADINGS.split()
    rows = list(sheet.rows)
    assert [row[1] for row in rows] == ["王建国", "赵敏"], "never by points"
    assert rows[0][5:] == (
        Decimal("36.00"),
        Decimal("18.00"),
        Decimal("25.50"),
        Decimal("9.00"),
        Decimal("70.00"),
        "达标",
        "称职",
        "称职",
        "",
    )
    assert rows[1][10:13] == ("未达标", "基本称职", "")


def sheet_of(people, cycle, scheme=None):
    asked = QueryDict(f"cycle={cycle.pk}" + (f"&scheme={scheme.pk}" if scheme else ""))
    return SCORE_SUMMARY.sheet(people.office, asked, now())


def test_without_the_masses_word_there_is_no_total_and_what_is_known_stays(people):
    cycle = finished.cycle(people)
    first = finished.appraised(people, cycle, 1, cadre=people.cadre)
    second = finished.appraised(people, cycle, 2, cadre=people.cadre2)
    third = finished.appraised(people, cycle, 3, cadre=people.neighbour)
    finished.scored(cycle, first, total=None)
    finished.scored(cycle, second)

    rows = list(sheet_of(people, cycle).rows)

    assert [row[1] for row in rows] == [first.name, second.name, third.name]
    known = (Decimal("18.00"), Decimal("25.50"), Decimal("9.00"))
    assert rows[0][5:10] == ("缺数据", *known, "—")
    assert rows[0][13] == "群众评议有效票不足（n=3），总分暂缺，提请会议综合研判"
    # Not computed yet: neither.
    assert rows[2][5:10] == (None,) * 5 and rows[2][13] == ""


def test_each_scheme_has_a_sheet_whose_headings_are_its_weights(people, browse):
    cycle = finished.cycle(people)
    other = computed_cases.scheme(
        people, title="包联", weight_masses=Decimal("62.5"), weight_unit=0, weight_results="27.5"
    )
    cycle.schemes.add(other)
    first = finished.appraised(people, cycle, 1, cadre=people.cadre)
    second = finished.appraised(people, cycle, 2, cadre=people.cadre2)
    second.scheme = other
    second.save()
    finished.scored(cycle, first)
    (score,) = finished.scored(cycle, second)
    score.unit = None
    score.lines["unit"] = {"weight": "0", "words": 0, "why": "no_word"}
    score.save()

    with pytest.raises(LedgerProblem, match="方案"):
        sheet_of(people, cycle)
    one, two = sheet_of(people, cycle, cycle.scheme), sheet_of(people, cycle, other)
    assert [row[1] for row in one.rows] == [first.name]
    assert [row[1] for row in two.rows] == [second.name]
    assert "（包联）" in two.title and cycle.scheme.title in one.title
    headings = [column.heading for column in two.columns][4:8]
    assert headings == [
        "群众评议（62.5）",
        "基层单位评价（0）",
        "办事实绩（27.5）",
        "组织评价（10）",
    ]
    assert list(sheet_of(people, cycle, other).rows)[0][6] == "本方案不设此项"

    # A heading that the office chose stays; hidden columns stay hidden.
    LedgerHeading.objects.create(
        ledger="score_summary", column="群众评议（40）", heading="群众打分", set_by=people.office
    )
    LedgerHeading.objects.create(
        ledger="score_summary", column="组织评价（10）", is_hidden=True, set_by=people.office
    )
    shown, _rows = ledgers.arranged(SCORE_SUMMARY, two.columns, ())
    assert [column.heading for column in shown][4:8] == [
        "群众打分",
        "基层单位评价（0）",
        "办事实绩（27.5）",
        "总分",
    ]

    for name in ("score_summary_print", "export_score_summary"):
        address = reverse(f"evaluation:{name}", args=[cycle.pk])
        ask = browse("office").get if name.endswith("print") else browse("office").post
        assert ask(address).status_code == 403
        assert ask(address, {"scheme": "0"}).status_code == 403
        assert ask(address, {"scheme": "x"}).status_code == 403
        assert ask(address, {"scheme": other.pk}).status_code in (200, 302)
    page = words(browse("office").get(reverse("evaluation:cycle_honours", args=[cycle.pk])))
    assert f"?scheme={other.pk}" in page and f"?scheme={cycle.scheme.pk}" in page


def test_a_cycle_computed_by_the_earlier_rule_keeps_its_sheet(people, browse):
    """A final cycle of version 0.1 keeps its numbers, and the remark names the rule."""
    cycle = finished.cycle(people, state="final")
    first = finished.appraised(people, cycle, 1, cadre=people.cadre)
    second = finished.appraised(people, cycle, 2, cadre=people.cadre2)
    moved, without = finished.scored(cycle, first, second)
    for score in (moved, without):
        score.lines, score.results, score.organisation = earlier(), None, None
    moved.masses, moved.unit, moved.total = Decimal("60.00"), Decimal("33.33"), Decimal("93.33")
    moved.save()
    without.total = None
    without.save()

    one, two = sheet_of(people, cycle).rows

    assert one[5:7] == (Decimal("60.00"), Decimal("33.33")) and one[9] == Decimal("93.33")
    assert one[13] == "按原办法计分：缺数据的来源，其权重由其他来源承担"
    assert two[13].startswith("数据不足，由会议研究；按原办法")
    page = words(browse("office").get(reverse("evaluation:score", args=[first.pk])))
    assert "90 × 40 ÷ 60 = 60" in page and "按当时的办法" in page and "满分 66.67" in page
    assert "少于 5 条，当时不计" in page
    page = words(browse("office").get(reverse("evaluation:print_score", args=[first.pk])))
    assert "93.33" in page and "少于 5 条，当时不计" in page


def earlier():
    """The lines of a score as 0.1 wrote them: 60 of the weight had data and carried the rest."""

    def said(n, points, mean, **more):
        weights = {"attitude": "30", "style": "30", "achievement": "40"}
        dimensions = [
            {"dimension": one, "weight": weight, "n": n, "points": points, "mean": mean}
            for one, weight in weights.items()
        ]
        return {"dimensions": dimensions, "value": mean} | more

    few = {"indicator": "promises_kept", "minimum": 5, "counts": False, "rate": "75"}
    few |= {"share": "100", "floor": "50", "cap": "90", "met": 3, "missed": 1, "left_out": 0}
    return {
        "with_data": "60",
        "gates": [],
        "masses": said(20, "1800", "90", valid=20, minimum=15)
        | {"weight": "40", "weight_now": "66.67", "points": "60"},
        "unit": said(1, "100", "100", words=1)
        | {"weight": "20", "weight_now": "33.33", "points": "33.33"},
        "results": {"weight": "30", "why": "no_records", "indicators": [few]},
        "organisation": {"weight": "10", "why": "no_word", "sides": []},
    }


def organs(people, cycle, *, valid=(20, 3)):
    """Scores of leading teams, the first with enough ballots."""
    made = []
    scheme = computed_cases.scheme(
        people,
        subject="organ",
        weight_unit=0,
        weight_results=50,
        indicators=[("results_word", 60, 60, 95, 1), ("matters_in_time", 40, 60, 98, 1)],
        gates=[("findings", 0)],
    )
    cycle.schemes.set([scheme])
    freezing.freeze(cycle)
    for organ, n in zip((people.water, people.roads), valid, strict=True):
        one = computed_cases.appraised(
            people, cycle, scheme, cadre=None, organ=organ, name=organ.name, organ_name=organ.name
        )
        one.sort_key = f"{organ.sort_order:05}"
        one.save()
        finished.tally(one, overall=(n, 0, 0, 0, 0), valid=n)
        computed_cases.word(people, one, "sending", 1, 1, 1)
        for code, met, missed in (("results_word", [1], []), ("matters_in_time", [1, 2, 3], [4])):
            ScoreEvidence.objects.create(appraised=one, indicator=code, met=met, missed=missed)
        ScoreEvidence.objects.create(appraised=one, indicator="findings")
        made.append(one)
    scoring.compute(cycle, by=people.office, at=now())
    return made


def test_an_organ_with_few_ballots_has_a_sheet_of_counts_for_the_meeting(people, browse):
    cycle = finished.cycle(people)
    first, second = organs(people, cycle)

    many, few = sheet_of(people, cycle).rows

    assert isinstance(many[9], Decimal) and many[13] == ""
    assert few[9] == "—" and few[5] == "缺数据" and isinstance(few[7], Decimal)
    assert few[13] == "群众评议有效票不足（n=3），总分暂缺，提请会议综合研判"
    page = words(browse("office").get(reverse("evaluation:situation_of_organ", args=[second.pk])))
    # One of one, and three of four, each with its interval.
    assert "21～100" in page and "30～95" in page and "单位工作情况单" in page
    assert "群众评议有效票不足（n=3），总分暂缺，提请会议综合研判" in page
    assert "不足5张，不列票数" in page and "会议研究意见" in page
    whole = words(browse("office").get(reverse("evaluation:situations_of_organs", args=[cycle.pk])))
    assert whole.index(first.name) < whole.index(second.name) and whole.count("评定等次") == 2
    # The score's page links to it; the organ reads it once published.
    score = words(browse("office").get(reverse("evaluation:score", args=[second.pk])))
    assert reverse("evaluation:situation_of_organ", args=[second.pk]) in score and "缺数据" in score
    assert "本方案不设此项" in score


def test_an_organ_without_any_ballot_has_its_sheet_too(people, browse):
    cycle = finished.cycle(people)
    _first, second = organs(people, cycle, valid=(20, 0))
    Tally.objects.filter(appraised=second).delete()
    scoring.compute(cycle, by=people.office, at=now())

    page = words(browse("office").get(reverse("evaluation:situation_of_organ", args=[second.pk])))

    assert "无有效票" in page and "群众评议有效票不足（n=0）" in page


def test_situations_of_more_organs_cost_no_more_queries(people, browse):
    cycle = finished.cycle(people)
    organs(people, cycle)
    address = reverse("evaluation:situations_of_organs", args=[cycle.pk])
    client = browse("office")
    client.get(address)

    def queries():
        with CaptureQueriesContext(connection) as told:
            assert client.get(address).status_code == 200
        return len(told)

    twice = queries()
    Score.objects.filter(appraised__organ=people.roads).delete()
    assert queries() == twice


def test_the_cell_of_a_total_is_a_number_or_a_dash_in_the_file(people, tmp_path):
    cycle = finished.cycle(people)
    first = finished.appraised(people, cycle, 1, cadre=people.cadre)
    second = finished.appraised(people, cycle, 2, cadre=people.cadre2)
    finished.scored(cycle, first, total=None)
    finished.scored(cycle, second)
    target = tmp_path / "sheet.xlsx"
    ledgers.write(
        SCORE_SUMMARY, user=people.office, filters={"cycle": str(cycle.pk)}, target=target, at=now()
    )

    body = {row[1]: row for row in load_workbook(target).get_sheet_by_index(0).to_python()}

    assert (body[first.name][5], body[first.name][9]) == ("缺数据", "—")
    assert (body[second.name][5], body[second.name][9]) == (36.0, 88.5)


def test_the_months_of_the_sheet_are_those_that_the_score_went_by(people):
    """Decisions after the freeze count once scores are computed again."""
    cycle, one, _computation = computed_cases.scored(people, gates=[("stay_months", 80)])
    frozen = one.evidence.filter(indicator="stay_months")
    frozen.update(met=[1, 2, 3], missed=[4], value=Decimal(6))
    computed_cases.computed(cycle, people.office)

    def shown():
        sheet = SCORE_SUMMARY.sheet(people.office, QueryDict(f"cycle={cycle.pk}"), now())
        return list(sheet.rows)[0][10]

    before = "未达标（月度审核达标3个月、已审核4个月、未审核2个月）"
    assert shown() == before
    decide_evidence(
        appraised=one,
        by=people.office,
        at=now(),
        reason="补认定",
        decisions=[("stay_months", 4, EvidenceDecision.Verdict.MET, None)],
    )
    assert shown() == before
    computed_cases.computed(cycle, people.office)
    assert shown() == "达标（月度审核达标4个月、已审核4个月、未审核2个月）"


def test_scores_go_out_to_who_reads_them_alone_and_it_is_noted(people, scored, browse):
    cycle, first, _second = scored
    asked = QueryDict(f"cycle={cycle.pk}")
    for one in ("liaison", "supervisor", "neighbour_office", "author", "recipient"):
        with pytest.raises(LedgerProblem):
            SCORE_SUMMARY.rows(getattr(people, one), asked)
    with pytest.raises(LedgerProblem):
        SCORE_SUMMARY.rows(people.office, QueryDict(""))
    for name in ("export_ballot_summary", "export_score_summary"):
        address = reverse(f"evaluation:{name}", args=[cycle.pk])
        assert browse("office").post(address).status_code == 302
        assert browse("author").post(address).status_code == 403
        assert browse("neighbour_office").post(address).status_code == 404
    assert AuditEntry.objects.filter(event="scores.exported").count() == 2
    assert Job.objects.filter(kind="ledger").count() == 2
    for name in ("ballot_summary_print", "score_summary_print"):
        page = words(browse("office").get(reverse(f"evaluation:{name}", args=[cycle.pk])))
        assert first.name in page and "汇总表" in page
        assert (
            browse("supervisor").get(reverse(f"evaluation:{name}", args=[cycle.pk])).status_code
            == 403
        )


def poll(people, cycle, *appraised, **changes):
    row = Poll(cycle=cycle, organ=people.department, **changes)
    row.stand_at(people.village)
    row.save()
    row.appraised.add(*appraised)
    return row


def test_days_that_a_gate_asks_for_are_whole_days():
    line = {"gate": "stay_days", "limit": "200", "days": 280, "value": "160", "met": True}
    score = Score(lines={"gates": [line | {"needed": "153.42"}]})

    assert [one["needed"] for one in explaining.gates(score)] == [154]


def test_blank_ballots_have_the_lines_of_the_form(people, scored, browse):
    cycle, first, second = scored
    row = poll(people, cycle, first, second)
    for address, names in (
        (reverse("evaluation:blank_ballot", args=[first.pk]), [first.name]),
        (reverse("evaluation:blank_ballots_of_poll", args=[row.pk]), [first.name, second.name]),
    ):
        page = words(browse("office").get(address))
        assert all(name in page for name in names)
        assert all(line in page for line in ("① 工作态度", "④ 总体评价", "层层陪同", "不清楚"))
        assert (
            page.index("<th>没有</th>") < page.index("<th>不清楚</th>") < page.index("<th>有</th>")
        )
    assert (
        browse("author").get(reverse("evaluation:blank_ballot", args=[first.pk])).status_code == 403
    )
    assert (
        browse("author").get(reverse("evaluation:blank_ballots_of_poll", args=[row.pk])).status_code
        == 404
    )


# --- the dashboard's part ------------------------------------------------------------------------


def test_running_cycles_say_how_far_they_are_in_steps_of_five(people):
    cycle = finished.cycle(people, state="collecting")
    one = finished.appraised(people, cycle)
    row = poll(people, cycle, one, state="open")
    BallotCode.objects.bulk_create(
        BallotCode(poll=row, digest=f"{n:064}", is_used=n < 9) for n in range(20)
    )
    (shown,) = dashboard.running(people.supervisor)
    assert (shown.polls, shown.polls_closed, shown.appraised, shown.codes, shown.used) == (
        1,
        0,
        1,
        20,
        5,
    )
    assert dashboard.running(people.neighbour_office) == []


def test_points_spread_in_bands_and_too_few_stand_nowhere(people):
    cycle = finished.cycle(people)
    scope = Scope(people.supervisor, division=people.county)
    rows = [
        finished.appraised(people, cycle, n, subject="organ", organ=organ)
        for n, organ in enumerate((people.agriculture, people.water, people.roads, people.weather))
    ]
    finished.scored(cycle, *rows)
    assert dashboard.spread(scope) is None
    many = finished.cadres(people, cycle, 6, organ=people.desk_organ)
    shown = dashboard.spread(scope)
    assert (shown["n"], [band.n for band in shown["bands"]]) == (10, [0, 10, 0, 0, 0])
    many[0].scores.update(total=Decimal("95.00"))
    many[1].scores.update(total=None)
    shown = dashboard.spread(scope)
    # A single hidden band could be computed from the total and the others.
    assert [band.n for band in shown["bands"]] == [None, None, 0, 0, 0]
    assert dashboard.spread(Scope(people.neighbour_office, division=people.county)) is None
    # A later small cycle does not hide it.
    later = finished.cycle(people, title="试点", ends_on=today())
    finished.scored(later, finished.appraised(people, later, 1))
    assert dashboard.spread(scope)["cycle"] == cycle


def test_the_peoples_word_stands_by_years(people):
    for years, overall in ((0, (8, 3, 1, 0, 2)), (1, (2, 1, 0, 0, 1))):
        end = today().replace(year=today().year - years, month=1, day=15)
        cycle = finished.cycle(
            people, starts_on=end - timedelta(days=100), ends_on=end, ballots_until=end
        )
        one = finished.appraised(people, cycle)
        finished.tally(one, overall=overall, yes=3, valid=sum(overall))
    new, old = dashboard.over_the_years(Scope(people.office, division=people.county))
    assert (new.year, new.pleased, new.n) == (today().year, 92, 12)
    assert (old.pleased, old.n) == (None, None)
    assert [share for _label, share, _n in new.questions] == [21] * 4
    assert [(share, n) for _label, share, n in old.questions] == [(None, None)] * 4


def test_the_part_names_nobody(people, scored, browse):
    address = reverse("evaluation:evaluation_dashboard")
    page = words(browse("supervisor").get(address))
    assert "历年群众评价" in page and "王建国" not in page and "县农业农村局" not in page
    part = words(browse("supervisor").get(address, headers={"HX-Request": "true"}))
    assert "<html" not in part
    for one in ("author", "liaison", "host", "recipient"):
        assert browse(one).get(address).status_code == 403, one
    assert address in words(browse("supervisor").get(reverse("outreach:dashboard")))


# --- the statistics ------------------------------------------------------------------------------


def weak(people, unit, **changes):
    organization = PartyOrganization.objects.create(
        name=f"{unit.name}支部{PartyOrganization.objects.count()}",
        kind="branch",
        unit=unit,
        started_on=START,
    )
    fields = {
        "party_organization": organization,
        "year": today().year,
        "level": "weak",
        "state": "confirmed",
        "document": "x",
        "decided_on": in_days(-20),
        "noted_on": in_days(-30),
        "noted_by": people.host,
        "organ": unit.host_organ,
    } | changes
    case = WeakOrganizationCase(**fields)
    case.stand_at(unit)
    case.save()
    return case


def branches(people, unit, n):
    for _one in range(n):
        PartyOrganization.objects.create(
            name=f"支部{PartyOrganization.objects.count()}",
            kind="branch",
            unit=unit,
            started_on=START,
        )


def shown(people, by):
    period = Period(in_days(-60), today())
    table = statistics.count(Subject(division=people.county), by, period)
    at = [column.key for column in table.columns].index("weak_organizations")
    return {row.name: row.cells[at] for row in (*table.rows, table.total)}


def test_weak_organisations_stand_only_where_a_row_covers_five(people):
    weak(people, people.village)
    weak(people, people.other_village, state="noted")
    assert shown(people, "area") == {"石桥镇": None, "青山乡": None, "合计": None}
    branches(people, people.village, 5)
    # The narrow row could be computed from the total, so the next one is hidden too.
    assert shown(people, "area") == {"石桥镇": None, "青山乡": None, "合计": 1}
    branches(people, people.other_village, 5)
    assert shown(people, "area") == {"石桥镇": 1, "青山乡": 0, "合计": 1}
    by_organ = shown(people, "organ")
    assert (by_organ["石桥镇党委"], by_organ["县水利局"], by_organ["合计"]) == (1, 0, 1)


def test_what_was_not_confirmed_or_closed_before_is_not_counted(people):
    branches(people, people.village, 6)
    weak(people, people.village)
    transformed = {
        "state": "closed",
        "goal": "x",
        "plan_due_on": in_days(-400),
        "transformed_on": in_days(-390),
        "decided_on": in_days(-420),
    }
    weak(people, people.village, follow_up_until=in_days(-20), closed_on=in_days(-5), **transformed)
    weak(
        people, people.village, follow_up_until=in_days(-90), closed_on=in_days(-80), **transformed
    )
    period = Period(in_days(-60), today())
    table = statistics.count(Subject(division=people.county), "area", period)
    cells = dict(zip([column.key for column in table.columns], table.total.cells, strict=True))
    assert (cells["weak_organizations"], cells["weak_written_off"]) == (2, 1)
