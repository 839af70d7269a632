"""工作纪律: findings by document, readable by those who need them; retinues, weeks and meals by
organ."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from evaluation import burden
from evaluation.actions import discipline
from evaluation.discipline import findings_of
from evaluation.ledgers.burden import BURDEN_LEDGER
from evaluation.models import DisciplineFinding
from outreach.models import Visit
from outreach.overview.dashboard import Period
from portal import parameters
from portal.days import workdays
from portal.models import AuditEntry, Job, PolicyParameter, Reminder
from portal.roles import Role
from portal.sheets.figures import Scope
from portal.sheets.ledgers import LedgerProblem
from portal.sheets.periods import year_so_far
from tests.day import TODAY, in_days, now, today
from tests.evaluation import finished
from tests.people import account
from tests.reading import words
from tests.telling import tell


def recorded(people, *, by=None, **changes):
    fields = {
        "cadre": people.cadre,
        "kind": "dining",
        "happened_on": in_days(-60),
        "document": "云纪〔2026〕5号",
        "source": "inspection",
        "reference": "督查2026-3",
    } | changes
    return discipline.record_finding(by=by or people.recipient, at=now(), **fields)


def sees(user, finding):
    return DisciplineFinding.objects.visible_to(user).filter(pk=finding.pk).exists()


# --- findings ------------------------------------------------------------------------------------


def test_a_recipient_records_and_the_person_alone_reads_it_beside(people):
    finding = recorded(people)
    assert finding.organ == people.agriculture
    assert sees(people.recipient, finding) and sees(people.author, finding)
    for one in (
        "colleague",
        "liaison",
        "host",
        "desk",
        "office",
        "supervisor",
        "auditor",
        "system",
        "neighbour_cadre",
    ):
        assert not sees(getattr(people, one), finding), one
    entry = AuditEntry.objects.get(event="finding.recorded")
    assert "云纪" not in str(entry.__dict__), "the audit holds no contents"
    for one in (people.office, people.supervisor, people.author, people.desk):
        with pytest.raises(PermissionDenied):
            recorded(people, by=one, document="x")


def test_nobody_of_the_organ_concerned_records_or_reads_it(people):
    inside = account("inside", "谢明", people.agriculture, Role.CONDUCT)
    finding = recorded(people)
    assert not sees(inside, finding)
    with pytest.raises(PermissionDenied):
        recorded(people, by=inside, document="x")
    inside.organ = people.water
    inside.save()
    assert not sees(inside, finding), "a transfer opens it to nobody of that day"
    elsewhere = account("elsewhere", "高远", people.roads, Role.CONDUCT, within=people.water)
    assert not sees(elsewhere, finding), "a role within one organ opens that organ's"


def test_without_document_or_beyond_today_nothing_is_recorded(people):
    for wrong in (
        {"document": " "},
        {"reference": ""},
        {"happened_on": in_days(1)},
        {"cadre": None},
    ):
        with pytest.raises(ValidationError):
            recorded(people, **wrong)
    recorded(people)
    with pytest.raises(ValidationError):
        recorded(people)
    of_organ = recorded(people, cadre=None, organ=people.water)
    with pytest.raises(ValidationError):
        recorded(people, cadre=None, organ=people.water)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisciplineFinding.objects.filter(pk=of_organ.pk).update(document="")


def test_a_later_document_lifts_it_and_the_finding_stays(people):
    finding = recorded(people)

    def lift(by=people.recipient, **changes):
        fields = {"document": "云纪〔2026〕9号", "reason": "查无实据", "lifted_on": today()}
        discipline.lift_finding(finding=finding, by=by, at=now(), **fields | changes)

    with pytest.raises(PermissionDenied):
        lift(by=people.author)
    with pytest.raises(ValidationError):
        lift(lifted_on=in_days(-90))
    with pytest.raises(ValidationError):
        lift(lifted_on=in_days(1))
    lift()
    finding = DisciplineFinding.objects.get(pk=finding.pk)
    assert (finding.document, finding.lift.reason) == ("云纪〔2026〕5号", "查无实据")
    with pytest.raises(PermissionDenied):
        lift()


def test_who_steps_aside_sees_it_no_more(people):
    finding = recorded(people)
    discipline.step_aside(finding=finding, by=people.recipient)
    assert not sees(people.recipient, finding)
    with pytest.raises(PermissionDenied):
        discipline.step_aside(finding=finding, by=people.author)


def test_findings_are_counted_for_the_gate(people):
    cycle = finished.cycle(people)
    mine = finished.appraised(people, cycle, 1, cadre=people.cadre)
    other = finished.appraised(people, cycle, 2, cadre=people.cadre2)
    organ = finished.appraised(people, cycle, 3, subject="organ")
    days = (cycle.starts_on, cycle.ends_on)
    all_of_them = [mine, other, organ]
    assert findings_of(all_of_them, *days) == {}
    finding = recorded(people)
    recorded(people, happened_on=in_days(-61))
    recorded(people, happened_on=in_days(-1))
    recorded(people, cadre=None, organ=people.agriculture)
    assert findings_of(all_of_them, *days) == {mine.pk: 2, organ.pk: 1}
    discipline.lift_finding(
        finding=finding, by=people.recipient, at=now(), document="x", reason="y", lifted_on=today()
    )
    assert findings_of(all_of_them, *days) == {mine.pk: 1, organ.pk: 1}


def test_pages_say_no_word_of_a_complaint_and_the_person_gets_no_reference(people, browse):
    finding = recorded(people, source="complaint", reference="密2026-7")
    page = words(browse("author").get(finding.get_absolute_url()))
    assert "云纪〔2026〕5号" in page and "密2026-7" not in page and "密封举报" not in page
    page = words(browse("recipient").get(finding.get_absolute_url()))
    assert "密2026-7" in page
    assert "云纪〔2026〕5号" in words(browse("author").get(reverse("evaluation:findings")))
    assert "云纪" not in words(browse("liaison").get(reverse("evaluation:findings")))
    assert browse("office").get(finding.get_absolute_url()).status_code == 404
    assert reverse("evaluation:findings") in words(
        browse("author").get(reverse("evaluation:honours"))
    )


def test_the_form_refuses_in_words(people, browse):
    client, page = browse("recipient"), reverse("evaluation:record_finding")
    sent = {
        "cadre": people.cadre.pk,
        "kind": "gifts",
        "happened_on": in_days(-3),
        "document": "云纪〔2026〕6号",
        "source": "other",
        "reference": "1",
    }
    for wrong in (
        {"document": ""},
        {"cadre": ""},
        {"happened_on": in_days(2)},
        {"organ": people.water.pk},
    ):
        assert client.post(page, sent | wrong).status_code == 422, wrong
    assert not DisciplineFinding.objects.exists()
    assert client.post(page, sent).status_code == 302
    assert client.post(page, sent).status_code == 422, "sent twice is recorded once"
    finding = DisciplineFinding.objects.get()
    lift = reverse("evaluation:lift_finding", args=[finding.pk])
    assert client.post(lift, {"document": "x"}).status_code == 422
    aside = reverse("evaluation:step_aside_from_finding", args=[finding.pk])
    assert client.post(aside).status_code == 302
    assert client.get(finding.get_absolute_url()).status_code == 404


def test_the_person_is_told_until_it_was_read(people):
    recorded(people)
    day = today()
    while not workdays.is_working_day(day):
        day += timedelta(days=1)
    tell("finding_about_me", day=day)
    rows = Reminder.objects.filter(kind="finding_about_me")
    assert {one.user for one in rows} == {people.author}


def test_the_list_costs_the_same_for_one_row_and_three(people, browse, django_assert_num_queries):
    client, address = browse("recipient"), reverse("evaluation:findings")
    recorded(people)
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    recorded(people, document="二")
    recorded(people, document="三", cadre=None, organ=people.water)
    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 9


# --- meals declared on a visit -------------------------------------------------------------------


def test_meals_are_said_only_by_who_wants_to(people, browse):
    plain = people.visit()
    assert plain.meals == ""
    said = people.visit(meals="paid", summary="又走了两户")
    assert said.meals == "paid"
    again = people.visit(client_key=plain.client_key, meals="")
    assert again == plain, "an empty choice is the same form as before it could be said"
    page = words(browse("author").get(reverse("outreach:new_visit")))
    assert page.index("<details") < page.index('name="meals"'), "folded away, never in the way"
    assert "自付餐费" in words(browse("author").get(said.get_absolute_url()))


# --- retinue and burden --------------------------------------------------------------------------


@pytest.fixture
def this_year():
    return Period(today().replace(month=1, day=1), today())


def counted(people, period):
    scope = Scope(people.office, division=people.county)
    visits = burden.visits_of(scope, period)
    organs = burden.organs(visits).order_by("sort_order", "pk")
    lines = burden.lines(visits, period, list(organs), on=TODAY)
    return {one: lines[one.pk] for one in organs}


def test_retinue_weeks_and_meals_are_counted_by_organ(people, this_year):
    for n in range(3):
        people.visit(summary=f"第{n}次", meals="treated" if n else "none")
    Visit.objects.filter(meals="none").update(companion_count=4)
    people.visit(by=people.neighbour_cadre, place=people.other_village, summary="另一村")
    lines = counted(people, this_year)
    assert list(lines) == [people.agriculture, people.roads], "in the official order"
    mine = lines[people.agriculture]
    assert (mine["visits"], mine["followed"], mine["weeks"]) == (3, 1, 1)
    assert (mine["none"], mine["paid"], mine["treated"]) == (1, 0, 2)
    assert lines[people.roads]["weeks"] == 0


def test_a_past_period_is_counted_by_its_own_norms(people):
    monday = TODAY - timedelta(days=TODAY.weekday() + 7)
    for day in range(2):
        people.visit(visited_on=monday + timedelta(days=day), companions=[people.cadre2])
    for code, value in (("visit.unit_week_limit", "1"), ("visit.entourage_max", "0")):
        PolicyParameter.objects.create(code=code, value=value, basis="试行", valid_from=TODAY)
    parameters.forget()

    (past,) = counted(people, Period(monday, monday + timedelta(days=6))).values()
    (running,) = counted(people, Period(monday, TODAY + timedelta(days=30))).values()

    assert (past["followed"], past["weeks"]) == (0, 0)
    assert (running["followed"], running["weeks"]) == (2, 1)


@pytest.mark.parametrize("valid", [4, 6])
def test_answers_of_ballots_stand_from_five_on(people, this_year, valid):
    people.visit()
    cycle = finished.cycle(people, ends_on=today())
    finished.tally(finished.appraised(people, cycle), yes=2, valid=valid)
    shown = dict.fromkeys(["dining", "gifts", "retinue", "burden"], (2, 6)) if valid > 4 else {}
    assert counted(people, this_year)[people.agriculture]["answers"] == shown


def test_the_page_and_the_sheet_of_burden(people, browse, django_assert_num_queries):
    people.visit(meals="paid")
    address = reverse("evaluation:burden") + "?period=year"
    page = words(browse("office").get(address))
    assert people.agriculture.label in page and "自付1" in page
    for one in ("author", "liaison", "host", "recipient"):
        assert browse(one).get(address).status_code == 403, one
    sheet = BURDEN_LEDGER.sheet(people.office, QueryDict("period=year"), now())
    (row,) = sheet.rows
    assert row[:9] == (1, people.agriculture.name, 1, 0, "0.0%", 0, 0, 1, 0)
    with pytest.raises(LedgerProblem):
        BURDEN_LEDGER.check(people.liaison, QueryDict(""))
    client = browse("office")
    client.get(address)
    with django_assert_num_queries(BURDEN_QUERIES):
        client.get(address)
    people.visit(by=people.neighbour_cadre, place=people.other_village)
    with django_assert_num_queries(BURDEN_QUERIES):
        client.get(address)


BURDEN_QUERIES = 12


def test_burden_is_of_this_year_unless_it_is_asked_otherwise(people, browse):
    def title_and_empty(**query):
        asked = QueryDict(mutable=True)
        asked.update(query)
        sheet = BURDEN_LEDGER.sheet(people.office, asked, now())
        return sheet.title, sheet.empty

    span = year_so_far(today()).on_paper
    title, empty = title_and_empty()
    assert title == f"{span}云岭县轻车简从和基层负担情况统计表"
    assert empty == f"无（查询范围：{span}，云岭县）"
    asked = {"period": "days", "first": "2025-12-01", "last": "2025-12-01"}
    assert title_and_empty(**asked)[1] == "无（查询范围：2025年12月1日，云岭县）"
    page = browse("office").get(reverse("evaluation:burden"))
    assert page.context["days"].first == today().replace(month=1, day=1)
    assert next(iter(page.context["form"].fields["period"].choices))[0] == "year"


def test_a_name_of_the_code_in_an_export_of_burden_is_a_filter_nobody_knows(people, browse):
    typed = {"request": "1", "ledger": "1", "self": "1", "period": "year"}
    answer = browse("office").post(reverse("evaluation:export_burden"), typed)
    assert answer.status_code == 302 and Job.objects.get().get_absolute_url() == answer.url
