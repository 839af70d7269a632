"""蹲点报告 and 期满鉴定: writing, review, accepted suggestions, the sheets, the figures."""

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import stay_reports as actions
from outreach.ledgers.stays import REPORT_LEDGER
from outreach.models import StayOpinion, StayReport, Suggestion
from outreach.overview import stay_board
from outreach.rules import stay_reports as rules
from portal.duties.duty import DUTIES
from portal.models import AuditEntry
from portal.sheets import ledgers
from portal.sheets.figures import Scope
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject, count
from tests.day import in_days, now
from tests.outreach.test_stays import stay_of


def content_of(**changes):
    return {
        "title": "柳湾村水利设施蹲点调研",
        "starts_on": in_days(-40),
        "ends_on": in_days(-10),
        "members": "",
        "method": "入户、座谈",
        "situation": "全村六个组，三百余户。",
        "problems": "东支渠淤积",
        "causes": "多年未清",
        "solved": "清淤三百米",
    } | changes


def report_of(people, *, handed_in=True, stay=None, suggestions=("整修东支渠", "设管护员")):
    stay = stay or stay_of(people)
    report = actions.draft_report(
        stay=stay, by=people.author, at=now(), suggestions=suggestions, **content_of()
    )
    return actions.hand_in(report=report, by=people.author, at=now()) if handed_in else report


def accepted(people, **more):
    return actions.review_report(
        report=report_of(people, **more), accepted=True, text="", by=people.office, at=now()
    )


def test_a_draft_is_its_writers_alone_until_it_is_handed_in(people):
    report = report_of(people, handed_in=False)

    assert not StayReport.objects.visible_to(people.office).exists()
    assert not StayReport.objects.visible_to(people.host).exists()
    actions.hand_in(report=report, by=people.author, at=now())

    assert StayReport.objects.visible_to(people.office).get() == report
    with pytest.raises(PermissionDenied):
        actions.change_report(report=report, by=people.author, **content_of())


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("office", True),
        ("liaison", True),
        ("host", False),
        ("author", False),
        ("neighbour_office", False),
        ("supervisor", False),
    ],
)
def test_office_and_sending_organ_review(people, who, may):
    report, user = report_of(people), getattr(people, who)

    assert bool(rules.may_review(user, report)) == may
    assert DUTIES["review_stay_report"].rows(user).exists() == may


def test_a_report_that_was_sent_back_is_written_on_and_handed_in_again(people):
    report = report_of(people)

    actions.review_report(
        report=report, accepted=False, text="原因分析不够", by=people.liaison, at=now()
    )
    report.refresh_from_db()
    actions.change_report(
        report=report, by=people.author, suggestions=["整修东支渠"], **content_of(causes="产权不清")
    )
    actions.hand_in(report=report, by=people.author, at=now())

    assert list(report.steps.order_by("pk").values_list("move", flat=True)) == [
        "handed_in",
        "sent_back",
        "handed_in",
    ]
    assert report.suggestions.count() == 1
    with pytest.raises(PermissionDenied):
        actions.hand_in(report=report, by=people.author, at=now())


def test_a_suggestion_is_decided_once_with_its_reason(people):
    one = accepted(people).suggestions.first()
    given = {"adopted": True, "why": "列入冬修计划", "at": now()}

    for who in ("author", "liaison", "supervisor"):
        with pytest.raises(PermissionDenied):
            actions.decide_suggestion(suggestion=one, by=getattr(people, who), **given)
    actions.decide_suggestion(suggestion=one, by=people.host, **given)

    one.refresh_from_db()
    assert (one.adopted, one.decided_by) == (True, people.host)
    with pytest.raises(PermissionDenied):
        actions.decide_suggestion(suggestion=one, by=people.office, **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=one.pk).update(why="")


def test_nothing_is_decided_before_the_report_is_accepted(people):
    one = report_of(people).suggestions.first()

    assert not rules.may_decide_suggestion(people.host, one)


def test_opinions_at_the_end_are_rows_and_the_newest_stands_on_the_sheet(browse, people):
    stay = stay_of(people, ends_on=in_days(10))
    for who, part, text in (
        ("author", "work", "清淤三百米"),
        ("host", "host", "先写的意见"),
        ("host2", "host", "作风扎实，同意鉴定"),
        ("liaison", "organ", "同意"),
        ("office", "office", "同意，期满考核合格"),
    ):
        actions.give_opinion(stay=stay, part=part, text=text, by=getattr(people, who), at=now())

    page = browse("host").get(reverse("outreach:stay_appraisal", args=[stay.pk])).content.decode()

    assert StayOpinion.objects.count() == 5
    assert "作风扎实" in page
    assert "先写的意见" not in page
    assert "期满考核鉴定表" in page
    with pytest.raises(PermissionDenied):
        actions.give_opinion(stay=stay, part="office", text="好", by=people.host, at=now())
    assert not rules.may_give_opinion(people.colleague, stay)
    assert AuditEntry.objects.filter(event="stay.opinion_given").count() == 5


def test_the_sheet_is_not_filled_in_long_before_the_end(people):
    assert not rules.may_give_opinion(people.host, stay_of(people))


def test_from_the_form_to_the_review(browse, people):
    stay = stay_of(people)
    url = reverse("outreach:new_stay_report", args=[stay.pk])
    sent = content_of(advice="整修东支渠\n\n设管护员")

    bad = browse("author").post(url, sent | {"ends_on": in_days(-90), "situation": ""})
    assert bad.status_code == 422
    assert {"ends_on", "situation"} <= set(bad.context["form"].errors)
    kept = browse("author").post(url, sent)
    report = StayReport.objects.get()
    assert kept.url == report.get_absolute_url()
    assert [one.text for one in report.suggestions.order_by("position")] == [
        "整修东支渠",
        "设管护员",
    ]
    browse("author").post(reverse("outreach:hand_in_report", args=[report.pk]))
    review = reverse("outreach:review_report", args=[report.pk])
    assert browse("office").post(review, {"accepted": "0"}).status_code == 422
    assert browse("office").post(review, {"accepted": "1"}).status_code == 302
    one = report.suggestions.first()
    decide = reverse("outreach:decide_suggestion", args=[one.pk])
    assert browse("host").post(decide, {"adopted": "1", "why": ""}).status_code == 422
    browse("host").post(decide, {"adopted": "0", "why": "已有项目"})

    sheet = browse("host").get(reverse("outreach:stay_report_sheet", args=[report.pk]))
    for words in ("蹲点调研报告", "整修东支渠", "未采纳", "已有项目", "原因分析"):
        assert words in sheet.content.decode()


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count
):
    stay = stay_of(people)
    for _ in range(row_count):
        report_of(people, stay=stay)
    session, url = browse("office"), reverse("outreach:stay_reports")
    session.get(url)
    with django_assert_num_queries(8):
        session.get(url)


def test_the_list_of_reports_as_a_sheet(people, tmp_path):
    report = accepted(people)
    actions.decide_suggestion(
        suggestion=report.suggestions.first(),
        adopted=True,
        why="列入计划",
        by=people.host,
        at=now(),
    )

    ledgers.write(
        REPORT_LEDGER, user=people.office, filters={}, target=tmp_path / "r.xlsx", at=timezone.now()
    )

    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx").active.iter_rows(values_only=True))
    line = next(row for row in rows if row and report.title in row)
    assert {"2条", "采纳1条", "柳湾村"} <= set(line)


def test_a_report_of_ones_own_is_asked_for_near_the_end_only(people):
    stay = stay_of(people)
    assert not DUTIES["write_stay_report"].rows(people.author).exists()

    stay.ends_on = in_days(20)
    stay.save()
    assert DUTIES["write_stay_report"].rows(people.author).get() == stay
    report_of(people, stay=stay)

    assert not DUTIES["write_stay_report"].rows(people.author).exists()


def test_a_term_that_is_over_waits_for_the_office(people):
    stay = stay_of(people, ends_on=in_days(-1))

    assert DUTIES["complete_stay"].rows(people.office).get() == stay
    assert not DUTIES["complete_stay"].rows(people.neighbour_office).exists()
    assert not DUTIES["complete_stay"].rows(people.host).exists()


# --- numbers ------------------------------------------------------------------------------------


def test_numbers_of_the_dashboard_lead_to_what_they_count(browse, people):
    stay_of(people)
    stay_of(
        people,
        cadre=people.cadre2,
        unit=people.other_village,
        kind="secretary",
        ends_on=in_days(9),
        programme="",
    )

    found = browse("office").get(reverse("outreach:going_down")).context["stays"]

    numbers = [
        found["running"],
        found["ending"],
        *[line.number for line in found["kinds"]],
        *[line.number for line in found["programmes"]],
    ]
    assert [one.n for one in numbers] == [2, 1, 1, 1, 1]
    for number in numbers:
        page = browse("office").get(number.url)
        assert page.context["total"] == number.n, number.url
    assert (found["coverage"]["with"].n, found["coverage"]["without"].n) == (2, 0)
    assert stay_board.section(Scope(people.desk)) is None


def test_columns_of_the_statistics_count_people_once_and_leaders_without_months(people):
    stay_of(people, starts_on=in_days(-9), ends_on=in_days(0))
    stay_of(people, kind="secondment", starts_on=in_days(-4), ends_on=in_days(30))
    stay_of(people, cadre=people.cadre2, kind="leader", starts_on=in_days(-4), ends_on=in_days(-1))

    table = count(Subject(people.county), "area", Period(in_days(-9), in_days(0), in_days(0)))

    shown = {column.key: n for column, n in zip(table.columns, table.total.cells, strict=True)}
    assert shown["stay_people"] == 2
    assert shown["stay_months_met"] == shown["stay_days_months"] == 0
    assert shown["stay_days_attested"] is None
