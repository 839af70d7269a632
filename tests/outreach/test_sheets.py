"""The content of official sheets and what they state: scope, period, paper size, sums."""

from datetime import date, datetime

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from outreach.ledgers.condolence import SUMMARY
from outreach.ledgers.matters import MATTER_LEDGER
from outreach.ledgers.needs import NEED_LEDGER
from outreach.ledgers.visits import VISIT_LEDGER
from outreach.models import CondolenceCampaign, ContactCard, Matter, ReceptionDay, Visit
from outreach.models.matters import Closure
from pairing.models import (
    ContactPoint,
    HelpNeed,
    Pairing,
    ProminentProblem,
    WeakOrganizationCase,
)
from portal import imports
from portal.imports import workbook
from portal.models import AuditEntry, Cadre, LedgerHeading
from portal.run import jobs
from portal.sheets import ledgers, paper, periods, statistics
from portal.sheets.ledgers import Column, Ledger
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from tests.outreach import test_receptions
from tests.outreach.test_cards import issue
from tests.outreach.test_condolence import approved, campaign_of, deliver, put
from tests.outreach.test_needs import published, take
from tests.outreach.test_stays import stay_of
from tests.pairing import branches, test_leading, test_problems, test_weak
from tests.pairing import test_needs as test_help_needs
from tests.people import account, fresh, unit
from tests.sheets import bring, problems

AT = timezone.make_aware(datetime(2026, 11, 11, 9))


def written(ledger, user, tmp_path, **filters):
    """(manifest, rows of the sheet)"""
    target = tmp_path / "sheet.xlsx"
    manifest = ledgers.write(ledger, user=user, filters=filters, target=target, at=AT)
    return manifest, list(openpyxl.load_workbook(target).active.values)


def texts(rows):
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()}


def keys(ledger, user, **filters):
    query = QueryDict(mutable=True)
    query.update(filters)
    return set(ledger.found(user, query).values_list("pk", flat=True))


# --- Whose rows -----------------------------------------------------------------------------------


def test_a_sheet_holds_the_rows_of_its_organ_and_none_of_its_typist(people, tmp_path):
    """张卫东 of 石桥镇 leads a matter of 青山乡 and took part in a visit there."""
    host = Cadre.objects.create(user=people.host, name="张卫东", organ=people.town_organ)
    people.matter()
    led = people.matter(place=people.other_village)
    Matter.objects.filter(pk=led.pk).update(lead_official=host)
    people.visit(place=people.other_village, companions=[host])

    assert Matter.objects.visible_to(people.host).filter(pk=led.pk).exists()
    at_its_places = """
        SELECT m.id FROM {} m JOIN portal_organ o ON o.id = m.host_organ_id
        WHERE o.name = '石桥镇党委'"""
    assert keys(MATTER_LEDGER, people.host) == sql(at_its_places.format("outreach_matter"))
    assert keys(VISIT_LEDGER, people.host) == sql(at_its_places.format("outreach_visit"))
    manifest, rows = written(MATTER_LEDGER, people.host, tmp_path)
    assert (manifest["written"], manifest["personal"]) == (1, 1)
    assert "上坪村" not in texts(rows)


def test_the_sheets_of_each_office_are_its_own_matters_by_hand_written_sql(people):
    people.matter()
    people.matter(place=people.other_village)
    people.assigned()
    people.matter(by=people.neighbour_cadre, place=people.other_village)
    registered = "SELECT m.id FROM outreach_matter m JOIN portal_organ o ON o.id = m.organ_id"
    given = """
        SELECT a.matter_id FROM outreach_matterassignment a JOIN portal_organ o ON o.id = a.organ_id
        WHERE a.ended_at IS NULL AND o.name = %s"""
    everything = sql("SELECT id FROM outreach_matter")

    assert len(everything) == 4
    for user in (people.office, people.desk, people.supervisor):
        assert keys(MATTER_LEDGER, user) == everything
    for user, organ in (
        (people.liaison, "县农业农村局"),
        (people.neighbour_liaison, "县交通运输局"),
    ):
        assert keys(MATTER_LEDGER, user) == sql(f"{registered} WHERE o.name = %s", organ)
    for user, organ in ((people.handler, "县水利局"), (people.support, "县交通运输局")):
        assert keys(MATTER_LEDGER, user) == sql(given, organ) != set()


def test_the_summary_counts_nobody_whom_its_typist_visited_elsewhere(people, tmp_path):
    host = Cadre.objects.create(user=people.host, name="张卫东", organ=people.town_organ)
    campaign = campaign_of(people)
    put(people, campaign)
    other = put(people, campaign, unit=people.other_village, by=people.neighbour_host)

    approved(people, CondolenceCampaign.objects.get())
    other.refresh_from_db()
    deliver(people, other, by=people.neighbour_host, first_cadre=host)
    assert other in type(other).objects.visible_to(fresh(people.host))

    _manifest, rows = written(SUMMARY, fresh(people.host), tmp_path)

    assert "上坪村" not in texts(rows)
    assert ("合计", 1) in {row[1:3] for row in rows}


def test_the_office_has_who_took_up_a_need_and_a_supervisor_no_false_nil(people, tmp_path):
    people.community = unit("云溪社区", people.town_organ, people.village_place, kind="community")
    take(people, published(people))

    manifest, rows = written(NEED_LEDGER, people.office, tmp_path)
    assert manifest["written"] == 1 and "王建国" in texts(rows)

    manifest, rows = written(NEED_LEDGER, people.supervisor, tmp_path)
    assert manifest["written"] == 0
    assert "另有填报人无权查看的记录" in texts(rows)
    assert "无（" not in texts(rows)


def test_rows_of_the_organ_that_the_typist_may_not_see_make_the_sheet_say_so(people, tmp_path):
    own = account("water", "郭亮", people.water, "cadre")
    own.cadre = Cadre.objects.create(user=own, name="郭亮", organ=people.water)
    people.assigned()
    assert "无权查看" not in texts(written(MATTER_LEDGER, people.handler, tmp_path)[1])

    people.matter(by=own, place=people.other_village)
    manifest, rows = written(MATTER_LEDGER, people.handler, tmp_path)
    assert manifest["written"] == 1
    assert "注：本单位（区域）另有填报人无权查看的记录，未列入本表。" in texts(rows)
    # There are none in that period.
    _manifest, rows = written(MATTER_LEDGER, people.handler, tmp_path, registered_to="2020-01-31")
    assert "无权查看" not in texts(rows)


def _reception(people):
    reception = test_receptions.today_at(people)
    test_receptions.register(people, reception)
    return ReceptionDay.objects


def _activity(people):
    branches.held(people, _partnership(people).get())
    return Pairing.objects


def _partnership(people):
    helper = branches.branch("农业农村局党支部", organ=people.agriculture)
    helped = branches.branch("柳湾村党支部", unit=people.village)
    branches.agree(people, helper, helped)
    return Pairing.objects


def _point(people):
    test_leading.arranged(people)
    return ContactPoint.objects


def _problem(people):
    test_problems.lifted(people)
    return ProminentProblem.objects


def _weak(people):
    test_weak.noted(people)
    return WeakOrganizationCase.objects


def _need(people):
    test_help_needs.note(people)
    return HelpNeed.objects


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("receptions", _reception),
        ("joint_activities", _activity),
        ("partnerships", _partnership),
        ("contact_points", _point),
        ("problems", _problem),
        ("weak_organizations", _weak),
        ("unmet_needs", _need),
    ],
)
def test_each_sheet_says_that_its_typist_may_not_read_all(people, name, make):
    """Rows of 县交通运输局, whose cadre has no role that reads them."""
    make(people).update(organ=people.roads)

    def said(user, **filters):
        query = QueryDict(mutable=True)
        query.update(filters)
        sheet = ledgers.REGISTRY[name].sheet(user, query, timezone.localtime(AT))
        assert sheet.expected == 0
        return sheet.empty

    assert "无权查看" in said(people.neighbour_cadre)
    assert said(people.author).startswith("无（查询范围：")
    # There are none in that period or year.
    other = {"contact_points": {"year": "2020"}}
    if days := getattr(ledgers.REGISTRY[name], "days", ()):
        other[name] = {days[1]: "2020-01-31"}
    if name in other:
        assert said(people.neighbour_cadre, **other[name]).startswith("无（查询范围：")


# Sheets without the note on unreadable records, and why.
WITHOUT_UNREADABLE_NOTE = {
    "access": "who reviews it reads all roles of the area",
    "ballot_summary": "of one cycle, read as a whole",
    "campaigns": "an announced campaign is read by all whom it concerns",
    "cards": "the list itself is of those who issue them",
    "complaints": "its recipients read all of their area",
    "data_requests": "the register is read by all",
    "destruction": "of one list, read as a whole",
    "found_problems": "who may export it reads all problems of the topics of the organ",
    "honours": "public",
    "hotline_codes": "a table of categories, of no organ",
    "hotline_results": "who may export it reads all tickets of the organ",
    "hotline_tickets": "who may export it reads all tickets of the organ",
    "member_appraisal": "of one branch",
    "notices": "a published notice is read by all whom it concerns",
    "pairings_with_reasons": "of the hosted units alone, read as a whole",
    "personnel_reference": "of one cycle, read as a whole",
    "research_register": "who may export it reads all topics of the organ",
    "responses": "of one sample, read as a whole",
    "score_evidence": "of one cycle, read as a whole",
    "score_summary": "of one cycle, read as a whole",
    "stay_months": "of the stays of one month that the organ or host attests",
    "stay_reports": "a report is its writer's until it is handed in",
}


def test_every_sheet_of_rows_knows_the_whole_or_says_why_not(people):
    lists = {name: one for name, one in ledgers.REGISTRY.items() if isinstance(one, Ledger)}
    without = {name for name, ledger in lists.items() if not ledger.whole}

    assert without - {"burden"} == WITHOUT_UNREADABLE_NOTE.keys()


def test_an_empty_sheet_says_where_it_looked(people, tmp_path):
    asked = {"visited_from": "2026-03-01", "visited_to": "2026-03-31", "mode": "home"}
    _manifest, rows = written(VISIT_LEDGER, people.office, tmp_path, **asked)
    nothing = next(row[0] for row in rows if str(row[0]).startswith("无"))
    assert nothing.startswith("无（查询范围：2026年3月，云岭县；条件：")

    _manifest, rows = written(VISIT_LEDGER, people.liaison, tmp_path)
    assert "无（查询范围：截至2026年11月11日，县农业农村局）" in texts(rows)


def test_the_page_of_the_export_says_what_stays_out(people, client):
    host = Cadre.objects.create(user=people.host, name="张卫东", organ=people.town_organ)
    led = people.matter(place=people.other_village)
    Matter.objects.filter(pk=led.pk).update(lead_official=host)

    job = ledgers.start_export(MATTER_LEDGER, filters={}, by=fresh(people.host))
    jobs.run(job.pk, clock=timezone.now)
    client.force_login(people.host)

    assert "另有1条" in client.get(job.get_absolute_url()).content.decode()


# --- Period ---------------------------------------------------------------------------------------


def titled(ledger, user, **filters):
    query = QueryDict(mutable=True)
    query.update(filters)
    return ledger.sheet(user, query, timezone.localtime(AT)).title


def test_the_title_has_the_range_of_the_rows(people):
    assert titled(VISIT_LEDGER, people.office) == "2026年云岭县走访登记表"
    first, second = people.visit(), people.visit()
    Visit.objects.filter(pk=first.pk).update(visited_on=date(2025, 12, 30))
    Visit.objects.filter(pk=second.pk).update(visited_on=date(2025, 3, 1))
    assert titled(VISIT_LEDGER, people.office) == "2025年云岭县走访登记表"
    Visit.objects.filter(pk=second.pk).update(visited_on=date(2026, 1, 4))
    assert titled(VISIT_LEDGER, people.office) == "2025年12月至2026年1月云岭县走访登记表"
    asked = {"visited_from": "2025-12-01", "visited_to": "2026-02-28"}
    assert titled(VISIT_LEDGER, people.office, **asked) == "2025年12月至2026年2月云岭县走访登记表"
    assert titled(VISIT_LEDGER, people.liaison, visited_from="2026-01-01") == (
        "2026年1月1日至1月4日县农业农村局走访登记表"
    )


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ((2026, 1, 1), (2026, 12, 31), "2026年"),
        ((2026, 1, 1), (2026, 6, 30), "2026年上半年"),
        ((2026, 7, 1), (2026, 12, 31), "2026年下半年"),
        ((2026, 2, 1), (2026, 2, 28), "2026年2月"),
        ((2026, 3, 1), (2026, 5, 31), "2026年3月至5月"),
        ((2025, 12, 1), (2026, 1, 31), "2025年12月至2026年1月"),
        ((2025, 12, 30), (2026, 1, 31), "2025年12月30日至2026年1月31日"),
        ((2026, 12, 1), (2026, 12, 1), "2026年12月1日"),
    ],
)
def test_periods_on_paper(first, last, words):
    assert Period(date(*first), date(*last)).on_paper == words


def test_days_that_end_before_they_begin_are_no_period():
    days = [date(2026, 5, 1), date(2026, 4, 1)]
    assert periods.in_title(Visit.objects.none(), day="", days=days, at=AT) == "2026年"
    assert periods.looked_at(days, AT) == ""


# --- Paper ----------------------------------------------------------------------------------------


def test_the_paper_is_a4_where_the_text_stays_readable_else_a3():
    narrow, wider, wide = ([Column.text("甲", 60)] * n for n in (3, 4, 5))

    assert paper.laid_out(narrow) == ("A4", narrow)
    size, columns = paper.laid_out(wider)
    assert size == "A4" and {column.width for column in columns} == {48.75}
    assert round(paper.size_on("A4", columns), 2) == 8
    assert paper.laid_out(wide)[0] == "A3"
    # Only text columns change their width.
    numbers = [Column.number("数", 6)] * 60
    assert paper.laid_out(numbers) == ("A3", numbers)
    # The office's own choice.
    assert paper.laid_out(narrow, chosen="A3") == ("A3", narrow)
    size, columns = paper.laid_out(wide, chosen="A4")
    assert size == "A4" and {column.width for column in columns} == {45}


def shown(ledger):
    return [column for _at, column, row in ledgers.headings(ledger) if not column.is_off]


@pytest.mark.usefixtures("people")
def test_every_sheet_is_printed_in_at_least_eight_points():
    for ledger in ledgers.REGISTRY.values():
        columns = [Column.number("序号", 6), *shown(ledger)]
        size = paper.size_on(*paper.laid_out(columns))
        assert size >= 7.999, (ledger.title, round(size, 2))


# --- Sums -----------------------------------------------------------------------------------------

# Numbers without a meaningful sum, or whose rows are sums already.
NOT_SUMMED = {
    "burden": "all",
    "condolence_summary": "all",
    "score_evidence": "all",
    "score_summary": "all",
    "statistics": "all",
    "ballot_summary": "all",
    "member_appraisal": "all",
    "stay_months": "all",
    "responses": "all",
    "honours": {"年度"},
    # Columns and minutes of single requests; their sum is nobody's burden.
    "data_requests": {"指标数", "其中系统可提供", "预计时长（分钟）"},
    # A village may appear in several topics.
    "research_register": {"地点（村、社区、企业数）"},
    "unmet_needs": {"未满足天数"},
}


def test_every_number_has_its_sum_or_a_reason(people):
    for name, ledger in ledgers.REGISTRY.items():
        without = {
            column.heading
            for column in ledger.columns
            if column.kind in {"integer", "decimal"} and not column.is_summed
        }
        allowed = NOT_SUMMED.get(name, set())
        assert allowed == "all" or without == allowed, name


def test_sums_are_numbers_below_the_rows(people, tmp_path):
    people.visit(household_count=4, matters=[{}])
    people.visit(household_count=3)
    people.visit()

    _manifest, rows = written(VISIT_LEDGER, people.office, tmp_path)

    [total] = [row for row in rows if row[0] == "合计"]
    upper, lower = rows[2], rows[3]
    of = {top or below: cell for top, below, cell in zip(upper, lower, total, strict=True)}
    [(doors, raised)] = [(of["走访户数"], of["反映问题（件）"])]
    assert (doors, raised) == (7, 1)
    assert of["走访日期"] is None
    assert "合计" not in texts(written(VISIT_LEDGER, people.neighbour_host, tmp_path)[1])


# --- Columns --------------------------------------------------------------------------------------


def test_a_column_that_nothing_feeds_is_off_until_the_office_shows_it(people, client, tmp_path):
    people.visit()
    _manifest, rows = written(VISIT_LEDGER, people.office, tmp_path)
    assert "宣传政策内容" not in texts(rows)

    client.force_login(people.office)
    index = [column.heading for column in VISIT_LEDGER.columns].index("宣传政策内容")
    page = client.get(reverse("set_heading", args=["visits", index]))
    assert page.context["form"].initial["is_hidden"] is True
    client.post(page.request["PATH_INFO"], {"heading": "宣传政策内容", "place": (index + 1) * 10})
    _manifest, rows = written(VISIT_LEDGER, people.office, tmp_path)
    assert "宣传政策内容" in texts(rows)

    client.post(
        page.request["PATH_INFO"],
        {"heading": "宣传政策内容", "place": (index + 1) * 10, "is_hidden": "on"},
    )

    assert not LedgerHeading.objects.exists()


def test_cards_are_counted_from_their_records_once_a_day(people):
    people.cadre.public_phone = "100-0000-0003"
    people.cadre.save()
    first, second, later = people.visit(), people.visit(), people.visit(place=people.other_village)
    issue(people, people.area)
    ContactCard.objects.update(issued_on=first.visited_on)
    at = [column.heading for column in VISIT_LEDGER.columns].index("发放联系卡（张）")
    lines = list(
        VISIT_LEDGER.lines(
            Visit.objects.filter(pk__in=[first.pk, second.pk, later.pk]), people.office
        )
    )
    assert sorted(str(line[at]) for line in lines) == ["1", "None", "None"]


def column_of(heading, matter, user):
    at = [column.heading for column in MATTER_LEDGER.columns].index(heading)
    [line] = MATTER_LEDGER.lines(Matter.objects.filter(pk=matter.pk), user)
    return line[at]


def test_results_are_results_and_only_a_word_of_the_people_writes_off(people):
    matter = people.in_progress()
    assert column_of("办理结果", matter, people.office) == ""
    assert column_of("办理措施及进展", matter, people.office).startswith("办理中")
    assert column_of("是否销号", matter, people.office) == "否"

    reported = people.awaiting_word()
    assert column_of("办理结果", reported, people.office) == "已解决"
    for closure, word, words in (
        (Closure.SATISFIED, "satisfied", "是"),
        (Closure.UNSATISFIED, "unsatisfied", "否"),
        (Closure.UNRATED, "unreachable", "—"),
    ):
        Matter.objects.filter(pk=reported.pk).update(
            closure=closure,
            word=word,
            status="closed",
            stage="closed",
            closed_on=reported.registered_on,
        )
        assert column_of("是否销号", reported, people.office) == words


def test_the_diary_says_who_was_met_and_what_was_answered_there(people, client):
    visit = people.visit(
        household_count=4,
        matters=[{"outcome": "on_the_spot", "result_text": "当场教会用手机缴费。"}],
    )
    client.force_login(people.host)

    page = client.get(reverse("outreach:diary", args=[visit.pk])).content.decode()

    assert "4户；反映人：" in page
    assert "当场教会用手机缴费。" in page.partition("现场答复")[2]


# --- Headings of two levels -----------------------------------------------------------------------


def test_headings_of_two_levels_are_written_and_read(people, tmp_path):
    people.visit(group="三组", household_count=4)
    target = tmp_path / "visits.xlsx"
    ledgers.write(VISIT_LEDGER, user=people.office, filters={}, target=target, at=AT)
    rows = list(openpyxl.load_workbook(target).active.values)
    at = rows[2].index("走访地点")
    assert rows[3][at : at + 2] == ("乡镇（街道）", "村（社区）、组")
    assert rows[2][at + 1] is None
    # As received by an office that does not have these visits.
    Visit.objects.update(visited_on=date(2026, 1, 5))

    batch = bring("visits", target.read_bytes(), people.liaison)

    assert problems(batch) == []
    assert (batch.state, batch.good_count) == ("checked", 1)


def test_a_heading_that_stands_under_several_has_the_upper_one_before_it(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["序号", "走访日期", "走访地点", None, "慰问", None, "帮扶", None])
    book.active.append([None, None, "乡镇", "走访村", "元", "人", "元", "人"])
    book.active.append([1, "2026.01.02", "石桥镇", "柳湾村", 1, 2, 3, 4])
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1"):
        book.active.merge_cells(cells)
    path = tmp_path / "x.xlsx"
    book.save(path)

    table = workbook.open_table(path, imports.REGISTRY["visits"])

    headings = "序号 走访日期 乡镇 走访村 慰问元 慰问人 帮扶元 帮扶人"
    assert table.headings == tuple(headings.split())
    assert (table.header_row, table.total) == (2, 1)


def test_the_office_keeps_the_paper_that_it_chose(people, client, tmp_path):
    people.visit()
    client.force_login(people.office)
    page = reverse("set_paper", args=["visits"])
    target = tmp_path / "x.xlsx"

    def printed():
        ledgers.write(VISIT_LEDGER, user=people.office, filters={}, target=target, at=AT)
        return openpyxl.load_workbook(target).active.page_setup.paperSize

    assert printed() == 9
    assert client.post(page, {"paper": "B5"}).status_code == 422
    assert client.post(page, {"paper": "A3"}).status_code == 302
    assert (printed(), AuditEntry.objects.filter(event="paper.set").count()) == (8, 1)
    assert client.get(page).context["form"].initial["paper"] == "A3"
    client.post(page, {"paper": ""})
    assert printed() == 9
    client.force_login(people.supervisor)
    assert client.get(page).status_code == 403


def test_who_is_stationed_takes_part(people):
    def cadres():
        table = statistics.count(Subject(people.county), "organ", periods.year_so_far(AT.date()))
        place = [column.key for column in table.columns].index("cadres")
        return {row.name: row.cells[place] for row in table.rows if row.cells[place]}

    assert cadres() == {}
    stay_of(people)
    stationed = sql(
        """SELECT o.name FROM outreach_stay s JOIN portal_organ o ON o.id = s.organ_id
           WHERE s.starts_on <= %s AND s.ends_on >= %s""",
        AT.date(),
        date(AT.year, 1, 1),
    )
    assert cadres() == dict.fromkeys(stationed, 1)
    # A cadre who also visits counts once.
    people.visit()
    assert cadres() == {"县农业农村局": 1}
