"""双报到 of units: a report, one line a quarter, and concerns of residents that become matters."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from neighbours.actions import reports as actions
from neighbours.ledgers.reports import BRANCH_REPORT_LEDGER, QUARTER_LINE_LEDGER
from neighbours.models import BranchReport, QuarterLine
from neighbours.models.reports import is_open, last_day, quarter_of, quarter_to_write
from neighbours.rules import reports as rules
from outreach.models import Matter
from portal.duties import todo
from portal.models import AuditEntry, Reminder
from tests.day import now, today
from tests.neighbours.reporting import (
    branch,
    community,
    confirmed,
    drafted,
    handed_in,
    line_of,
    need_of,
    sees,
)
from tests.people import division, fresh, organ, unit
from tests.reading import words
from tests.telling import tell

REPORT_HEADINGS = (
    "序号 机关党组织 书记 联络员、电话 报到社区 报到日期 可提供资源 认领需求 社区党组织意见（章）"
)
LINE_HEADINGS = "序号 季度 社区 报到单位 参与事项 完成情况 居民反映问题 建议"


# --- Writing and confirming -----------------------------------------------------------------------


def test_a_report_from_its_draft_to_its_end(people):
    report = drafted(people)
    assert (report.state, report.organ, report.secretary) == ("draft", people.agriculture, "杨柳")
    assert (report.host_organ, report.township) == (people.town_organ, people.town)
    with pytest.raises(PermissionDenied):
        actions.confirm_report(report=report, by=people.host, at=now(), opinion="同意")
    report = actions.hand_in(report=report, by=people.liaison, at=now())
    assert (report.state, report.reported_on) == ("handed_in", today())
    for by in (people.liaison, people.neighbour_host, people.desk):
        with pytest.raises(PermissionDenied):
            actions.confirm_report(report=report, by=by, at=now(), opinion="同意")
    report = actions.return_report(report=report, by=people.host, at=now(), reason="补联络电话")
    assert report.state == "returned"
    with pytest.raises(PermissionDenied, match="报到单已提交过"):
        actions.drop_report(report=report, by=people.liaison)
    report = actions.hand_in(report=report, by=people.liaison, at=now())
    report = actions.confirm_report(report=report, by=people.host, at=now(), opinion="同意报到")
    assert (report.state, report.opinion, report.confirmed_on) == ("confirmed", "同意报到", today())
    with pytest.raises(PermissionDenied):
        actions.change_report(
            report=report,
            by=people.liaison,
            contact_name="王",
            contact_phone="0990-1",
            resources="改",
        )
    report = actions.end_report(report=report, by=people.liaison, at=now())
    assert (report.state, report.ended_on) == ("ended", today())
    assert AuditEntry.objects.filter(event="branch_report.confirmed").count() == 1


def test_a_secretary_need_not_be_known(people):
    report = handed_in(people, party=branch(people, secretary=""))
    assert (report.state, report.secretary) == ("handed_in", "")


def test_only_the_liaison_of_the_organ_or_the_office_writes(people):
    party = branch(people)
    for by in (people.author, people.host, people.desk, people.neighbour_liaison):
        with pytest.raises(PermissionDenied):
            drafted(people, party=party, by=by)
    assert drafted(people, party=party, by=people.office).state == "draft"


def test_a_branch_of_a_village_reports_nowhere(people):
    own = branch(people, name="柳湾村党支部", organ=people.agriculture)
    own.organ, own.unit = None, people.village
    own.save()
    with pytest.raises(PermissionDenied, match="柳湾村党支部"):
        drafted(people, party=own)


def test_an_ended_party_organisation_and_a_works_are_refused(people):
    with pytest.raises(PermissionDenied):
        drafted(people, party=branch(people, ended_on=today()))
    works = unit("云岭机械厂", people.town_organ, people.town, "soe")
    with pytest.raises(PermissionDenied, match="社区"):
        drafted(people, party=branch(people), place=works)


def test_a_community_of_another_county_is_refused(people):
    street = division("望江街道", 4, people.other_county, "990109001000")
    host = organ("望江街道党工委", "township", order=80, place=street)
    far = unit("江边社区", host, street, "community")
    with pytest.raises(PermissionDenied, match="江边社区"):
        drafted(people, place=far)


def test_a_branch_reports_to_a_community_once(people):
    party, place = branch(people), community(people)
    report = confirmed(people, party=party, place=place)
    with pytest.raises(ValidationError, match="已到此社区报到"):
        drafted(people, party=party, place=place)
    actions.end_report(report=report, by=people.host, at=now())
    assert drafted(people, party=party, place=place).state == "draft"


def test_needs_of_the_community_alone_are_taken_up(people):
    place = community(people)
    need, other = need_of(people, place), need_of(people, people.village)
    report = drafted(people, place=place)
    content = {"contact_name": "陈静", "contact_phone": "0990-6600112", "resources": "农技"}
    with pytest.raises(ValidationError):
        actions.change_report(report=report, by=people.liaison, needs=[other], **content)
    actions.change_report(report=report, by=people.liaison, needs=[need], **content)
    assert report.needs.get() == need


def test_the_database_holds_what_the_rules_say(people):
    report = confirmed(people)
    rows = BranchReport.objects.filter(pk=report.pk)
    for broken in ({"state": "ended"}, {"reported_on": None}, {"confirmed_on": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)
    line = line_of(people, report)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuarterLine.objects.filter(pk=line.pk).update(quarter=5)


def test_an_id_number_is_never_stored(people):
    report = drafted(people, resources="联系人身份证110101199003070011")
    assert "199003070011" not in BranchReport.objects.values_list("resources", flat=True)[0]
    line = line_of(
        people, confirmed(people, party=branch(people, name="二支部")), advice="110101199003070011"
    )
    assert "199003070011" not in str(QuarterLine.objects.get(pk=line.pk).advice)
    assert report.pk


# --- No hours, no heads ---------------------------------------------------------------------------


def test_nothing_is_a_number_but_year_and_quarter():
    numbers = (models.IntegerField, models.FloatField, models.DecimalField, models.DurationField)
    found = {
        field.name
        for model in (BranchReport, QuarterLine)
        for field in model._meta.local_concrete_fields
        if isinstance(field, numbers) and not field.primary_key and not field.is_relation
    }
    assert found == {"year", "quarter"}
    pages = Path(settings.BASE_DIR, "templates", "neighbours")
    text = " ".join(
        (pages / name).read_text() for name in ("branch_report.html", "_reports_of_place.html")
    )
    assert not re.search(r"length|hour(?!s, no heads)|attend|\bcame\b|head_count", text)


# --- Who reads it ---------------------------------------------------------------------------------


def test_who_reads_a_report_and_its_phone(people, browse):
    draft = drafted(people, party=branch(people, name="二支部"))
    assert sees(people.liaison, draft)
    for one in (people.host, people.supervisor, people.author, people.neighbour_liaison):
        assert not sees(one, draft), one
    report = handed_in(people, place=draft.unit)
    assert sees(people.host, report)
    assert not sees(people.neighbour_host, report)
    report = actions.confirm_report(report=report, by=people.host, at=now(), opinion="同意")
    for one in (people.author, people.neighbour_host, people.desk):
        assert sees(one, report), one
    assert not sees(people.system, report)
    for name, reads in (
        ("host", True),
        ("liaison", True),
        ("neighbour_host", False),
        ("author", False),
    ):
        page = words(browse(name).get(report.get_absolute_url()))
        assert ("0990-6600112" in page) is reads, name


def test_the_lines_are_read_by_the_organ_and_not_by_all(people, browse):
    line = line_of(people)
    for name, reads in (("host", True), ("liaison", True), ("office", True), ("author", False)):
        page = words(browse(name).get(line.report.get_absolute_url()))
        assert ("法律咨询两次" in page) is reads, name
        seen = QuarterLine.objects.visible_to(getattr(people, name))
        assert seen.exists() is reads, name


# --- The line of a quarter ------------------------------------------------------------------------


def test_one_line_a_quarter_and_none_of_a_quarter_to_come(people):
    report = confirmed(people)
    year, quarter = quarter_of(today())
    line_of(people, report)
    with pytest.raises(PermissionDenied, match="已填写"):
        line_of(people, report)
    with pytest.raises(PermissionDenied):
        line_of(people, report, year=year + 1, quarter=1)
    with pytest.raises(PermissionDenied):
        line_of(people, report, year=year - 1, quarter=quarter)
    BranchReport.objects.update(confirmed_on=date(year - 2, 1, 1))
    report.refresh_from_db()
    with pytest.raises(PermissionDenied):
        line_of(people, report, year=year - 1, quarter=quarter)


def test_before_the_confirmation_there_is_no_line(people):
    with pytest.raises(PermissionDenied):
        line_of(people, handed_in(people))


def test_its_writer_corrects_a_line_until_the_next_quarter_ends(people):
    line = line_of(people)
    facts = {"joined": "法律咨询三次", "done": "按约到场", "advice": "增加周末"}
    with pytest.raises(PermissionDenied):
        actions.correct_line(line=line, by=people.host2, at=now(), **facts)
    line = actions.correct_line(line=line, by=people.host, at=now(), **facts)
    assert line.joined == "法律咨询三次"
    assert line.report.steps.latest("pk").move == "corrected"
    QuarterLine.objects.update(year=today().year - 1)
    line.refresh_from_db()
    assert not rules.may_correct_line(people.host, line)
    assert not rules.may_hear_problem(people.host, line)


@pytest.mark.parametrize(
    ("day", "waiting"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), (2026, 4)),
        (date(2026, 12, 31), (2026, 4)),
        (date(2027, 1, 10), (2026, 4)),
        (date(2027, 1, 11), None),
        (date(2027, 3, 1), (2027, 1)),
    ],
)
def test_a_quarter_waits_from_its_last_month_until_ten_days_after(day, waiting):
    assert quarter_to_write(day) == waiting


def test_a_quarter_stays_open_until_the_next_one_ends():
    assert is_open(2026, 3, on=date(2026, 12, 31))
    assert not is_open(2026, 3, on=date(2027, 1, 1))
    assert not is_open(2026, 4, on=date(2026, 9, 30))
    assert [last_day(2026, n).isoformat() for n in (1, 2, 3, 4)] == [
        *("2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31")
    ]


# --- What residents raise -------------------------------------------------------------------------


def test_a_problem_of_residents_becomes_a_matter(people, browse):
    line = line_of(people)
    page = reverse("neighbours:hear_problem", args=[line.pk])
    form = words(browse("host").get(page))
    assert "河西社区" in form
    key = re.search(r'name="key" value="([^"]+)"', form)[1]
    sent = {
        "key": key,
        "unit": line.report.unit_id,
        "source": "reported",
        "title": "楼道灯坏了两个月",
        "category": "02",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
    }
    answer = browse("host").post(page, sent)
    matter = Matter.objects.get()
    assert answer.url == matter.get_absolute_url()
    assert (matter.source, matter.unit, line.matters.get()) == (
        "reported",
        line.report.unit,
        matter,
    )
    assert matter.number_label in words(browse("host").get(line.report.get_absolute_url()))
    # Sent again after a lost answer, it is the same matter, heard once.
    assert browse("host").post(page, sent).url == matter.get_absolute_url()
    assert Matter.objects.count() == line.report.steps.filter(move="heard").count() == 1
    elsewhere = browse("host").post(
        page, sent | {"unit": people.village.pk, "key": key[:-4] + "0000"}
    )
    assert elsewhere.status_code == 422
    for name in ("liaison", "neighbour_host"):
        assert browse(name).get(page).status_code in {403, 404}


# --- What waits, what passes on -------------------------------------------------------------------


def test_the_host_is_told_of_a_report_and_not_of_a_quarter(people):
    report = handed_in(people)
    assert todo.counts(fresh(people.host))["report_to_confirm"] == 1
    assert todo.counts(fresh(people.neighbour_host)).get("report_to_confirm", 0) == 0
    tell("report_to_confirm", day=today())
    told = Reminder.objects.filter(kind="report_to_confirm")
    assert {one.user for one in told} == {people.host, people.host2}

    actions.confirm_report(report=report, by=people.host, at=now(), opinion="同意")
    year, quarter = quarter_of(today())
    in_last_month = last_day(year, quarter) - timedelta(days=3)
    waiting = BranchReport.objects.without_line(in_last_month)
    assert waiting.count() == 1
    line_of(people, report)
    assert not BranchReport.objects.without_line(in_last_month).exists()
    assert not BranchReport.objects.without_line(date(year, quarter * 3 - 1, 15)).exists()


def test_the_successor_has_reported_in_its_place(people):
    report = confirmed(people)
    heir = branch(people, organ=people.water, name="水利局机关支部")
    assert [one.count for one in actions.held_by_parties([report.party_id], on=today())] == [1]
    passed = {"by": people.office, "at": now(), "on": today()}
    actions.pass_on_party(report.party, heir, **passed)
    report.refresh_from_db()
    assert (report.party, report.organ) == (heir, people.water)
    second = branch(people, name="第二支部")
    other = confirmed(people, party=second, place=report.unit)
    actions.pass_on_party(second, heir, **passed)
    other.refresh_from_db()
    assert other.state == "ended"


# --- Pages and sheets -----------------------------------------------------------------------------


def test_the_forms_of_a_report(people, browse):
    party, place = branch(people), community(people)
    need = need_of(people, place)
    sent = {
        "party": party.pk,
        "unit": place.pk,
        "contact_name": "陈静",
        "contact_phone": "打电话给我",
        "resources": "农技",
    }
    page = reverse("neighbours:draft_branch_report")
    assert browse("liaison").post(page, sent).status_code == 422
    browse("liaison").post(page, sent | {"contact_phone": "0990-6600112"})
    report = BranchReport.objects.get()
    edit = reverse("neighbours:change_branch_report", args=[report.pk])
    assert "法律咨询" in words(browse("liaison").get(edit))
    typed = {"contact_name": "陈静", "contact_phone": "0990-6600112", "resources": "农技"}
    browse("liaison").post(edit, typed | {"needs": [need.pk]})
    assert report.needs.get() == need
    browse("liaison").post(reverse("neighbours:hand_in_branch_report", args=[report.pk]))
    confirm = reverse("neighbours:confirm_branch_report", args=[report.pk])
    browse("host").post(confirm, {"opinion": "同意报到"})
    write = reverse("neighbours:write_quarter_line", args=[report.pk])
    year, quarter = quarter_of(today())
    line = {"quarter": f"{year}-{quarter}", "joined": "义诊", "done": "完成"}
    browse("host").post(write, line)
    assert QuarterLine.objects.get().joined == "义诊"
    assert browse("host").post(write, line).status_code == 422
    for name, place_page in (
        ("host", reverse("neighbours:reports_of_unit", args=[place.pk])),
        ("liaison", reverse("neighbours:reports_of_organ", args=[people.agriculture.pk])),
    ):
        assert party.name in words(browse(name).get(place_page))
    assert "义诊" in words(browse("host").get(reverse("neighbours:quarter_lines")))


def test_the_sheets(people):
    line = line_of(people)
    sheet = BRANCH_REPORT_LEDGER.sheet(people.office, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == REPORT_HEADINGS.split()
    assert "0990-6600112" in str(list(sheet.rows))
    sheet = BRANCH_REPORT_LEDGER.sheet(people.supervisor, QueryDict(), now())
    rows = str(list(sheet.rows))
    assert "陈静" in rows
    assert "0990-6600112" not in rows
    sheet = QUARTER_LINE_LEDGER.sheet(people.host, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == LINE_HEADINGS.split()
    assert line.joined in str(list(sheet.rows))


def test_the_lists_cost_the_same_for_one_row_and_three(people, browse):
    place = community(people)
    line_of(people, confirmed(people, place=place))
    client = browse("host")
    urls = [reverse("neighbours:branch_reports"), reverse("neighbours:quarter_lines")]

    def cost(url):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    one = [cost(url) for url in urls]
    for name in ("二支部", "三支部"):
        line_of(people, confirmed(people, place=place, party=branch(people, name=name)))
    assert [cost(url) for url in urls] == one


def test_who_confirms_reads_on_the_form_what_is_offered(client, people):
    client.force_login(people.host)
    report = handed_in(people)

    page = client.get(reverse("neighbours:confirm_branch_report", args=[report.pk]))

    assert "会议室周末可用" in page.content.decode()


def test_a_draft_says_that_needs_can_be_taken_up(client, people):
    client.force_login(people.liaison)
    report = drafted(people)
    need = need_of(people, report.unit)
    hint = "有1项需求可以认领"

    assert hint in client.get(report.get_absolute_url()).content.decode()

    facts = {name: getattr(report, name) for name in ("contact_name", "contact_phone", "resources")}
    actions.change_report(report=report, by=people.liaison, needs=[need], **facts)
    assert hint not in client.get(report.get_absolute_url()).content.decode()


def test_who_sends_a_report_back_comes_to_a_page_that_is_there(client, people):
    client.force_login(people.host)
    report = handed_in(people)

    sent = reverse("neighbours:return_branch_report", args=[report.pk])
    page = client.post(sent, {"reason": "请补联络电话"}, follow=True)

    assert page.status_code == 200
    assert page.redirect_chain == [(reverse("neighbours:branch_reports"), 302)]
