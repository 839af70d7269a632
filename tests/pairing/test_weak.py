"""软弱涣散: from the yearly check to the end of the case; visibility; that nobody is named."""

import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import stays
from pairing.actions import weak_cases as cases
from pairing.actions import weak_checks as checks
from pairing.actions import weak_plans as plans
from pairing.duties.weak import TEAM_OF_ITEM
from pairing.ledgers.weak import WEAK_LEDGER
from pairing.models import (
    CaseSituation,
    CaseSupport,
    RectificationItem,
    WeakCheck,
    WeakCheckReport,
    WeakOrganizationCase,
)
from pairing.models.weak_cases import CaseState
from pairing.models.weak_work import Aspect, Part
from pairing.rules import weak as rules
from pairing.succession import weak as succession
from portal import parameters
from portal.actions import reorganisations
from portal.days import workdays
from portal.duties import todo
from portal.models import AuditEntry, Job, PartyOrganization, PolicyParameter, Reminder
from portal.pages.side_list import Area
from portal.sheets import ledgers
from tests.day import in_days, now
from tests.outreach.test_together import at_once
from tests.people import START, fresh, unit
from tests.reading import words
from tests.sheets import accepted, bring, problems, workbook
from tests.telling import tell

SECRETARY = "钱守田"


def branch(place, name=None, **more):
    return PartyOrganization.objects.create(
        name=name or f"中共{place.name}支部委员会",
        kind="branch",
        unit=place,
        started_on=START,
        secretary=SECRETARY,
        member_count=23,
        **more,
    )


def noted(people, *, by=None, organization=None, **changes):
    facts = {"year": 2026, "level": "weak", "situations": ["01", "04"]} | changes
    return cases.note_case(
        organization=organization or branch(people.village), by=by or people.host, at=now(), **facts
    )


def confirmed(people, **changes):
    return cases.decide_case(
        case=noted(people, **changes),
        confirmed=True,
        document="云委〔2026〕7号",
        decided_on=in_days(-2),
        by=people.office,
        at=now(),
    )


def item(people, case, situation="01", **changes):
    facts = {
        "measure": "选优配强班子",
        "responsible": "镇党委副书记",
        "due_on": in_days(20),
    } | changes
    return plans.add_item(case=case, situation=situation, by=people.host, at=now(), **facts)


def rectifying(people, **changes):
    case = confirmed(people, **changes)
    for one in case.situations.all():
        item(people, case, one.situation)
    return cases.lay_down_plan(
        case=case, goal="三个月转化", plan_due_on=in_days(90), by=people.host, at=now()
    )


def waiting(people, **changes):
    case = rectifying(people, **changes)
    for one in case.items.all():
        plans.end_item(item=one, done=True, outcome="已补选", by=people.host, at=now())
    return cases.ask_acceptance(case=case, by=people.host, at=now())


def accept(people, case, *, overall=(14, 4, 2), points=(20, 20, 20, 20), ballots=(8, 12), **more):
    total = sum(ballots)
    counts = {aspect: [total, 0, 0] for aspect in Aspect.values} | {"overall": list(overall)}
    facts = {
        "held_on": in_days(0),
        "member_ballots": ballots[0],
        "mass_ballots": ballots[1],
        "points": dict(zip(Part.values, points, strict=True)),
        "ballots": counts,
        "opinion": "同意",
        "by": people.office,
        "at": now(),
    } | more
    return cases.accept_case(case=case, **facts)


def transformed(people, **changes):
    case = waiting(people, **changes)
    accept(people, case)
    case.refresh_from_db()
    return case


def at_the_end(case):
    """Move the acceptance more than a year into the past."""
    WeakOrganizationCase.objects.filter(pk=case.pk).update(
        transformed_on=in_days(-380), follow_up_until=in_days(-10), next_look_on=in_days(-10)
    )
    case.refresh_from_db()
    return case


def closed(people, **changes):
    case = at_the_end(transformed(people, **changes))
    cases.follow_up(case=case, on=in_days(0), finding="巩固", stands=True, by=people.host, at=now())
    return cases.close_case(case=case, document="云委〔2027〕9号", by=people.office, at=now())


def sees(user, case):
    return WeakOrganizationCase.objects.visible_to(user).filter(pk=case.pk).exists()


def stationed(people, user_cadre=None, **changes):
    facts = {
        "cadre": user_cadre or people.cadre,
        "unit": people.village,
        "kind": "secretary",
        "starts_on": in_days(-30),
        "ends_on": in_days(300),
        "document": "云组通〔2026〕1号",
    } | changes
    return stays.publish_stay(by=people.office, at=now(), **facts)


def test_who_stays_for_some_days_as_a_leader_is_no_stationed_cadre(people, browse):
    case = rectifying(people)
    work = case.items.first()
    stationed(people, kind="leader", starts_on=in_days(-1), ends_on=in_days(3))
    author = fresh(people.author)

    assert not sees(author, case)
    assert not rules.may_note_progress(author, work)
    assert not RectificationItem.objects.filter(TEAM_OF_ITEM.q(author)).exists()
    assert browse("author").get(reverse("pairing:weak_cases")).status_code == 403


def test_the_register_has_a_line_for_whom_a_case_is_named_and_for_nobody_else(people, browse):
    line = f'<a href="{reverse("pairing:weak_cases")}">'
    area = Area.PAIRING.url
    assert line in words(browse("office").get(area))
    assert line not in words(browse("author").get(area))

    case = rectifying(people)
    plans.name_support(
        case=case,
        kind="township",
        cadre=people.cadre,
        starts_on=in_days(0),
        by=people.host,
        at=now(),
    )

    assert line in words(browse("author").get(area))
    assert line not in words(browse("colleague").get(area))


# --- nobody is named ----------------------------------------------------------------------------


def test_a_situation_can_be_tied_to_no_person():
    fields = {f.name: f for f in CaseSituation._meta.get_fields()}
    assert set(fields) == {"id", "case", "situation", "noted_by"}
    # A code from the closed list: no room for free text, so none for a name.
    assert len(fields["situation"].choices) == 10
    assert fields["situation"].max_length == 2
    assert not CaseSituation._meta.many_to_many

    people_of_case = {
        f.name
        for f in WeakOrganizationCase._meta.get_fields()
        if isinstance(f, models.ForeignKey)
        and f.related_model._meta.model_name in {"cadre", "user"}
    }
    assert people_of_case == {"noted_by"}


def test_the_database_knows_the_ten_situations_alone(people):
    case = noted(people)
    with pytest.raises(IntegrityError, match="one_of_the_ten"), transaction.atomic():
        CaseSituation.objects.create(case=case, situation="11", noted_by=people.host)


# --- the yearly check ---------------------------------------------------------------------------


def opened(people, **changes):
    facts = {"year": 2026, "area": people.county, "answer_by": in_days(20), "document": ""}
    return checks.open_check(by=people.office, at=now(), **(facts | changes))


def test_every_host_is_asked_and_a_nil_report_is_an_answer(people, browse):
    check = opened(people)
    assert {one.organ for one in check.reports.all()} == {
        people.town_organ,
        people.other_town_organ,
    }
    mine = check.reports.get(organ=people.town_organ)
    assert todo.counts(people.host)["answer_weak_check"] == 1
    page = browse("host").get(check.get_absolute_url())
    assert "零报告" in words(page)
    # A host does not see the answers of others.
    assert "青山乡" not in words(page)

    checks.answer_check(report=mine, by=people.host, at=now())

    assert todo.counts(people.host)["answer_weak_check"] == 0
    assert "零报告" in words(browse("office").get(check.get_absolute_url()))
    with pytest.raises(PermissionDenied):
        checks.answer_check(report=mine, by=people.host, at=now())
    with pytest.raises(PermissionDenied):
        checks.answer_check(
            report=check.reports.get(organ=people.other_town_organ), by=people.host, at=now()
        )


def test_a_check_is_opened_once_by_the_office_of_its_area(people):
    opened(people)
    with pytest.raises(ValidationError):
        opened(people)
    with pytest.raises(PermissionDenied):
        opened(people, area=people.other_county)
    with pytest.raises(PermissionDenied):
        opened(people, area=None)
    with pytest.raises(PermissionDenied):
        checks.open_check(
            year=2026, area=people.town, answer_by=in_days(3), document="", by=people.host, at=now()
        )
    assert not WeakCheck.objects.visible_to(people.neighbour_office).exists()
    assert not WeakCheckReport.objects.visible_to(people.supervisor).exists()


# --- noting and confirming ----------------------------------------------------------------------


def test_a_host_notes_what_it_manages_and_the_county_confirms(people):
    case = noted(people)
    assert (case.state, case.organ, case.host_organ) == (
        "noted",
        people.town_organ,
        people.town_organ,
    )
    assert todo.counts(people.office)["decide_weak_case"] == 1

    case = cases.decide_case(
        case=case,
        confirmed=True,
        document="云委〔2026〕7号",
        decided_on=in_days(0),
        by=people.office,
        at=now(),
    )

    assert case.state == CaseState.CONFIRMED
    assert [step.move for step in case.steps.order_by("pk")] == ["noted", "confirmed"]
    assert AuditEntry.objects.filter(event="weak_case.confirmed", noun_id=case.pk).exists()
    with pytest.raises(PermissionDenied, match="李明"):
        cases.decide_case(case=case, confirmed=False, reason="重复", by=people.office, at=now())


def test_a_first_check_is_corrected_until_it_is_decided(people, browse):
    case = noted(people)
    address = reverse("pairing:correct_weak_case", args=[case.pk])
    assert browse("office").get(address).status_code == 403
    given = {"year": "2026", "level": "behind", "situations": ["04", "07"], "reason": "再查"}
    assert browse("host").post(address, given).status_code == 302
    case.refresh_from_db()
    assert case.level == "behind"
    assert [one.situation for one in case.situations.all()] == ["04", "07"]
    assert [step.move for step in case.steps.all()] == ["noted", "noted"]
    assert browse("host").post(address, given | {"situations": []}).status_code == 422
    cases.decide_case(
        case=case,
        confirmed=True,
        document="云委〔2026〕7号",
        decided_on=in_days(0),
        by=people.office,
        at=now(),
    )
    assert browse("host").post(address, given).status_code == 403


def test_what_is_not_confirmed_says_why_and_is_no_label(people, browse):
    check = opened(people)
    case = noted(people)
    with pytest.raises(ValidationError):
        cases.decide_case(case=case, confirmed=False, reason="", by=people.office, at=now())
    cases.decide_case(case=case, confirmed=False, reason="班子已配齐", by=people.office, at=now())

    assert not WeakOrganizationCase.objects.current().exists()
    # The host finds the reason from its answer to the check; the neighbour finds nothing.
    name = case.party_organization.name
    assert name in words(browse("host").get(check.get_absolute_url()))
    assert "班子已配齐" in words(browse("host").get(case.get_absolute_url()))
    assert name not in words(browse("neighbour_host").get(check.get_absolute_url()))
    # It may be recorded again.
    noted(people, organization=case.party_organization)


@pytest.mark.parametrize("who", ["office", "neighbour_host", "author", "supervisor", "liaison"])
def test_others_do_not_note(people, who):
    with pytest.raises(PermissionDenied):
        noted(people, by=getattr(people, who))


def test_bad_organisations_are_refused(people):
    ended = branch(people.village, "中共旧支部", ended_on=in_days(-1))
    of_organ = PartyOrganization.objects.create(
        name="水利局机关支部", kind="branch", organ=people.water, started_on=START
    )
    elsewhere = branch(people.other_village)
    for organization, reason in ((ended, "旧支部"), (of_organ, "水利局"), (elsewhere, "范围")):
        with pytest.raises(PermissionDenied, match=reason):
            noted(people, organization=organization)
    case = noted(people)
    with pytest.raises(PermissionDenied, match="柳湾村"):
        noted(people, organization=case.party_organization)
    with pytest.raises(IntegrityError, match="has_one_open_weak_case"), transaction.atomic():
        WeakOrganizationCase.objects.create(
            party_organization=case.party_organization,
            year=2027,
            level="weak",
            unit=case.unit,
            organ=case.organ,
            host_organ=case.host_organ,
            noted_by=people.host,
            noted_on=in_days(0),
        )
    with pytest.raises(ValidationError):
        noted(people, organization=branch(people.village, "第二支部"), situations=[])


def test_two_confirm_at_once(committed_people):
    people = committed_people
    case = noted(people)

    def decide(yes):
        return cases.decide_case(
            case=case,
            confirmed=yes,
            document="云委〔2026〕7号",
            decided_on=in_days(0),
            reason="" if yes else "不符合",
            by=people.office,
            at=now(),
        )

    results = at_once(lambda: decide(True), lambda: decide(False))

    assert sum(isinstance(one, PermissionDenied) for one in results) == 1
    assert case.steps.count() == 2


# --- plan, items, help, reviews -----------------------------------------------------------------


def test_a_plan_has_a_measure_against_each_situation(people):
    case = confirmed(people)
    item(people, case, "01")
    assert (
        "：" in rules.may_lay_down(people.host, case).refusal
        or ":" in rules.may_lay_down(people.host, case).refusal
    )
    with pytest.raises(ValidationError):
        item(people, case, "09")
    item(people, case, "04")

    case = cases.lay_down_plan(
        case=case, goal="转化", plan_due_on=in_days(60), by=people.host, at=now()
    )

    assert case.state == CaseState.RECTIFYING
    with pytest.raises(PermissionDenied):
        cases.lay_down_plan(
            case=case, goal="转化", plan_due_on=in_days(60), by=people.host, at=now()
        )


def test_progress_is_added_by_the_team_and_items_end_once(people):
    case = rectifying(people)
    one = case.items.first()
    with pytest.raises(PermissionDenied):
        plans.note_progress(item=one, on=in_days(0), text="开会", by=people.author, at=now())
    stationed(people)
    assert todo.counts(people.author)["team_weak_item"] == 2

    plans.note_progress(item=one, on=in_days(0), text="已摸底", by=people.author, at=now())

    assert one.progress.get().by == people.author
    with pytest.raises(PermissionDenied):
        plans.end_item(item=one, done=True, outcome="好", by=people.author, at=now())
    with pytest.raises(ValidationError):
        plans.end_item(item=one, done=True, outcome=" ", by=people.host, at=now())
    plans.end_item(item=one, done=False, outcome="并入另一项", by=people.host, at=now())
    with pytest.raises(PermissionDenied):
        plans.end_item(item=one, done=True, outcome="好", by=people.host, at=now())


def test_one_of_each_of_the_four_helps_at_a_time(people):
    case = confirmed(people)
    stay = stationed(people)

    def name(kind, days=0, **more):
        return plans.name_support(
            case=case, kind=kind, starts_on=in_days(days), by=people.host, at=now(), **more
        )

    secretary = name("secretary", cadre=people.cadre)
    assert secretary.stay == stay
    leader = name("leader", -5, cadre=people.cadre2)
    with pytest.raises(ValidationError):
        name("leader", -6, cadre=people.neighbour)
    name("leader", cadre=people.neighbour)
    leader.refresh_from_db()
    assert leader.ends_on == in_days(-1)
    with pytest.raises(ValidationError):
        name("organ", cadre=people.cadre)
    with pytest.raises(IntegrityError, match="one_helper_of_each_kind"), transaction.atomic():
        CaseSupport.objects.create(
            case=case, kind="leader", cadre=people.cadre, starts_on=in_days(3), named_by=people.host
        )
    plans.end_support(support=secretary, on=in_days(0), by=people.host)
    with pytest.raises(PermissionDenied):
        plans.end_support(support=secretary, on=in_days(0), by=people.host)


def test_one_review_a_month_and_none_of_a_future_month(people):
    case = rectifying(people)

    def review(month, by=people.host):
        return plans.review_case(
            case=case,
            month=month,
            held_on=in_days(0),
            findings="进展慢",
            next_steps="加快",
            by=by,
            at=now(),
        )

    review(in_days(0))
    with pytest.raises(ValidationError):
        review(in_days(0).replace(day=1))
    with pytest.raises(ValidationError):
        review(in_days(40))
    with pytest.raises(ValidationError, match="晚于"):
        review(in_days(-70))
    with pytest.raises(PermissionDenied):
        review(in_days(-40), by=people.author)


# --- acceptance ---------------------------------------------------------------------------------


def test_acceptance_waits_for_the_items_and_says_which(people):
    case = rectifying(people)
    refusal = rules.may_ask_acceptance(people.host, case).refusal
    assert "选优配强班子" in refusal
    with pytest.raises(PermissionDenied, match="选优配强班子"):
        cases.ask_acceptance(case=case, by=people.host, at=now())
    with pytest.raises(PermissionDenied, match="选优配强班子"):
        accept(people, case)


@pytest.mark.parametrize(
    ("points", "overall", "passed"),
    [
        ((20, 20, 20, 10), (14, 4, 2), True),  # exactly 70
        ((20, 20, 20, 9), (14, 4, 2), False),  # 69
        ((25, 25, 25, 25), (5, 5, 10), True),  # just half is not more than half
        ((25, 25, 25, 25), (5, 4, 11), False),
    ],
)
def test_the_result_is_worked_out(people, points, overall, passed):
    case = waiting(people)
    acceptance = accept(people, case, points=points, overall=overall)

    case.refresh_from_db()
    assert acceptance.passed is passed
    assert acceptance.score == sum(points)
    assert case.state == (CaseState.TRANSFORMED if passed else CaseState.RECTIFYING)
    assert case.round == (1 if passed else 2)
    if passed:
        assert case.follow_up_until == cases.months_after(in_days(0), 12)
    else:
        # The new round needs new measures.
        assert not rules.may_ask_acceptance(people.host, case)


def test_ballots_add_up_and_are_enough(people):
    case = waiting(people)
    with pytest.raises(ValidationError):
        accept(people, case, overall=(14, 4, 3))
    with pytest.raises(ValidationError):
        accept(people, case, ballots=(5, 9), overall=(14, 0, 0))
    with pytest.raises(ValidationError):
        accept(people, case, points=(40, 40, 20, 10))
    with pytest.raises(PermissionDenied):
        accept(people, case, by=people.host)
    acceptance = accept(people, case)
    with pytest.raises(PermissionDenied):
        accept(people, case)
    rows = type(acceptance).objects.filter(pk=acceptance.pk)
    with pytest.raises(IntegrityError, match="ballots_on_overall_add_up"), transaction.atomic():
        rows.update(overall=[1, 1, 1])
    with pytest.raises(IntegrityError, match="never_passes"), transaction.atomic():
        rows.update(report_points=0)


def test_norms_count_as_of_the_acceptance(people):
    PolicyParameter.objects.create(
        code="weakorg.pass_score",
        value="90",
        basis="县里另定",
        set_by=people.office,
        valid_from=in_days(0),
    )
    parameters.forget()
    assert not accept(people, waiting(people)).passed


# --- follow-up and the end ----------------------------------------------------------------------


def test_it_is_written_off_after_the_year_alone(people):
    case = transformed(people)
    assert case.next_look_on == cases.months_after(in_days(0), 3)
    with pytest.raises(PermissionDenied):
        cases.close_case(case=case, document="云委〔2026〕8号", by=people.office, at=now())
    at_the_end(case)
    assert todo.counts(people.host)["follow_up_weak_case"] == 1
    with pytest.raises(PermissionDenied):
        cases.close_case(case=case, document="云委〔2026〕8号", by=people.office, at=now())

    cases.follow_up(case=case, on=in_days(0), finding="好", stands=True, by=people.host, at=now())
    assert todo.counts(people.office)["close_weak_case"] == 1
    with pytest.raises(PermissionDenied):
        cases.close_case(case=case, document="云委〔2026〕8号", by=people.host, at=now())
    case = cases.close_case(case=case, document="云委〔2026〕8号", by=people.office, at=now())

    assert (case.state, case.closed_on) == ("closed", in_days(0))


def test_a_relapse_is_put_right_again(people):
    case = transformed(people)
    cases.follow_up(
        case=case, on=in_days(0), finding="班子又散", stands=False, by=people.host, at=now()
    )
    case.refresh_from_db()
    assert (case.state, case.round, case.follow_up_until) == ("rectifying", 2, None)
    assert case.acceptances.count() == 1


def test_days_written_down_late_do_not_turn_the_order_round(people):
    case = waiting(people)
    accept(people, case, held_on=in_days(-1), points=(10, 10, 10, 10))
    case.refresh_from_db()
    # The host is told, and sets aim and day anew.
    assert todo.counts(people.host)["replan_weak_case"] == 1
    due = in_days(200)
    case = cases.lay_down_plan(case=case, goal="再转化", plan_due_on=due, by=people.host, at=now())
    with pytest.raises(PermissionDenied):
        cases.lay_down_plan(case=case, goal="再转化", plan_due_on=due, by=people.host, at=now())
    item(people, case)
    assert todo.counts(people.host)["replan_weak_case"] == 0
    again = case.items.get(state="open")
    plans.end_item(item=again, done=True, outcome="已补选", by=people.host, at=now())
    case = cases.ask_acceptance(case=case, by=people.host, at=now())
    with pytest.raises(ValidationError, match="上一次验收"):
        accept(people, case, held_on=in_days(-2))
    accept(people, case, held_on=in_days(-1))

    for day in (0, -1):
        case = cases.follow_up(
            case=case, on=in_days(day), finding="好", stands=True, by=people.host, at=now()
        ).case
    assert case.next_look_on == cases.months_after(in_days(0), 3)


def test_the_label_leaves_every_current_view_at_closure(people, browse):
    case = closed(people)
    name = case.party_organization.name
    assert not sees(people.host, case)
    assert sees(people.office, case)
    assert browse("host").get(case.get_absolute_url()).status_code == 404
    for who in ("host", "office"):
        assert name not in words(browse(who).get(reverse("pairing:weak_cases")))
        unit_page = browse(who).get(reverse("unit", args=[people.village.pk]))
        assert "整顿" not in words(unit_page).replace("软弱涣散整顿", "")
    archive = {"tab": "archive"}
    assert name in words(browse("office").get(reverse("pairing:weak_cases"), archive))
    assert name not in words(browse("host").get(reverse("pairing:weak_cases"), archive))


# --- who sees it --------------------------------------------------------------------------------


def test_office_host_and_the_stationed_team_while_it_is_there(people, browse):
    case = confirmed(people)
    for who in ("host", "office"):
        assert sees(getattr(people, who), case), who
    for who in (
        "author",
        "liaison",
        "desk",
        "handler",
        "supervisor",
        "recipient",
        "system",
        "neighbour_host",
        "neighbour_office",
        "neighbour_cadre",
    ):
        assert not sees(getattr(people, who), case), who
    stay = stationed(people)
    assert sees(people.author, case)
    assert browse("author").get(case.get_absolute_url()).status_code == 200
    stays.end_stay(
        stay=stay,
        ending="early",
        on=in_days(-1),
        document="云组通〔2026〕2号",
        reason="调整",
        by=people.office,
        at=now(),
    )
    assert not sees(people.author, case)


def test_the_team_sees_nothing_before_it_is_confirmed(people):
    stationed(people)
    assert not sees(people.author, noted(people))


# --- pages --------------------------------------------------------------------------------------


def test_the_pages_of_a_case(people, browse):
    case = transformed(people)
    shown = words(browse("office").get(case.get_absolute_url()))
    assert "选优配强班子" in shown
    assert SECRETARY not in shown
    assert words(browse("host").get(reverse("pairing:weak_checks")))


def acceptance_form(**changes):
    form = {
        "held_on": in_days(0).isoformat(),
        "member_ballots": 8,
        "mass_ballots": 12,
        "opinion": "好",
    }
    for aspect in Aspect.values:
        form |= {f"{aspect}_0": 14, f"{aspect}_1": 4, f"{aspect}_2": 2}
    return form | dict.fromkeys(Part.values, 20) | changes


def test_forms_say_what_is_wrong_and_keep_what_was_typed(people, browse):
    case = waiting(people)
    url = reverse("pairing:accept_weak_case", args=[case.pk])
    client = browse("office")
    for wrong in (
        {"overall_2": 3},
        {"member_ballots": 1, "mass_ballots": 2},
        {"site_points": 100},
        {"held_on": in_days(3).isoformat()},
        {"held_on": in_days(-9).isoformat()},
    ):
        response = client.post(url, acceptance_form(**wrong))
        assert response.status_code == 422, wrong
        for name, typed in wrong.items():
            assert re.search(f'name="{name}" value="{typed}"', response.content.decode()), name
    assert client.post(url, acceptance_form()).status_code == 302
    # Sent twice: refused with the reason, nothing twice.
    assert client.post(url, acceptance_form()).status_code == 403
    assert case.acceptances.count() == 1


def test_noting_by_the_page(people, browse):
    branch(people.village)
    url, client = reverse("pairing:note_weak_case"), browse("host")
    form = {
        "organization_text": "中共柳湾村支部委员会",
        "year": 2026,
        "level": "weak",
        "situations": ["01"],
        "reason": "",
    }
    assert client.post(url, form | {"situations": []}).status_code == 422
    assert client.post(url, form | {"year": 2040}).status_code == 422
    assert client.post(url, form | {"reason": "电话13800000000"}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 422
    assert WeakOrganizationCase.objects.count() == 1


def test_the_review_of_a_future_month_is_said_at_the_field(people, browse):
    case = rectifying(people)
    url = reverse("pairing:review_weak_case", args=[case.pk])
    form = {"held_on": in_days(0).isoformat(), "findings": "慢", "next_steps": "快"}
    future = in_days(40)
    assert browse("host").post(url, form | {"month": f"{future:%Y-%m}"}).status_code == 422
    assert browse("host").post(url, form | {"month": f"{in_days(0):%Y-%m}"}).status_code == 302


def test_a_longer_list_costs_no_more_queries(people, browse, django_assert_max_num_queries):
    client = browse("office")
    rectifying(people)
    url = reverse("pairing:weak_cases")
    client.get(url)
    with django_assert_max_num_queries(100) as one:
        client.get(url)
    for n in range(2):
        place = unit(f"新村{n}", people.town_organ, people.village_place)
        rectifying(people, organization=branch(place))
    with django_assert_max_num_queries(len(one)):
        client.get(url)


def test_filters_and_search(people, browse):
    case = rectifying(people)
    client, url = browse("office"), reverse("pairing:weak_cases")
    name = case.party_organization.name
    for query, is_shown in (
        ({"q": "柳湾"}, True),
        ({"q": "上坪"}, False),
        ({"state": "rectifying"}, True),
        ({"state": "noted"}, False),
        ({"year": 2026}, True),
        ({"year": 2025}, False),
        ({"level": "behind"}, False),
        ({"late": "1"}, False),
        ({"area": people.county.pk}, True),
        ({"area": people.other_town.pk}, False),
    ):
        assert (name in words(client.get(url, query))) == is_shown, query
    case.items.update(written_on=in_days(-9), due_on=in_days(-1))
    assert name in words(client.get(url, {"late": "1"}))
    assert todo.counts(people.host)["overdue_weak_item"] == 2


# --- on paper -----------------------------------------------------------------------------------


def test_the_plan_names_the_secretary_by_choice_with_a_reason_alone(people, browse):
    case = rectifying(people)
    client = browse("host")
    assert SECRETARY not in words(client.get(reverse("pairing:weak_plan", args=[case.pk])))
    url = reverse("pairing:weak_plan_named", args=[case.pk])
    assert SECRETARY not in words(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422
    assert SECRETARY in words(client.post(url, {"reason": "报县委常委会"}))
    assert AuditEntry.objects.filter(event="weak_case.secretary_named", noun_id=case.pk).exists()


def sheet(people, tmp_path, **filters):
    target = tmp_path / "sheet.xlsx"
    ledgers.write(
        WEAK_LEDGER, user=people.office, filters=filters, target=target, at=timezone.now()
    )
    return [
        [cell.value for cell in row] for row in openpyxl.load_workbook(target).active.iter_rows()
    ]


def test_the_sheet_has_the_official_headings_and_no_secretary(people, tmp_path):
    case = transformed(people)
    plans_made = case.items.count()
    rows = sheet(people, tmp_path)
    headings = next(row for row in rows if row[0] == "序号")
    assert headings == [
        "序号",
        "乡镇（街道）",
        "党组织名称",
        "党组织书记",
        "党员人数",
        "类型（软弱涣散/后进）",
        "存在问题（对应情形）",
        "整改措施",
        "联村县级领导",
        "第一书记",
        "结对帮扶单位",
        "包村乡镇领导",
        "责任人",
        "完成时限",
        "进展情况",
        "验收时间",
        "群众满意度",
        "是否销号",
        "备注",
    ]
    body = rows[rows.index(headings) + 1]
    assert body[2] == case.party_organization.name
    assert not body[3]
    assert body[5] == "软弱涣散"
    assert body[16] == "90%"
    assert body[17] == "否"
    assert plans_made == 2
    assert SECRETARY in str(sheet(people, tmp_path, secretary="上报需要"))


def test_exports_are_for_office_and_host_and_a_reason_is_kept(people, browse):
    rectifying(people)
    assert browse("host").post(reverse("pairing:export_weak_cases")).status_code == 302
    named = reverse("pairing:export_weak_cases_named")
    assert browse("office").post(named, {"reason": ""}).status_code == 422
    narrowed = f"{named}?tab=archive&year=2025&secretary=1"
    listed = browse("office").get(reverse("pairing:weak_cases"), {"tab": "archive", "year": "2025"})
    assert f"{named}?tab=archive&amp;year=2025" in listed.content.decode()
    assert browse("office").post(narrowed, {"reason": "上报市委"}).status_code == 302
    job = Job.objects.filter(kind="ledger").latest("pk")
    assert job.arguments["filters"] == {"tab": "archive", "year": "2025", "secretary": "上报市委"}
    assert Job.objects.filter(kind="ledger").count() == 2
    assert AuditEntry.objects.filter(event="weak_case.secretaries_exported").exists()
    assert browse("supervisor").post(named, {"reason": "看看"}).status_code == 403


HEADINGS = [
    "乡镇（街道）",
    "党组织名称",
    "党组织书记",
    "类型（软弱涣散/后进）",
    "存在问题（对应情形）",
    "整改措施",
    "责任人",
    "完成时限",
    "是否销号",
]


def test_an_old_register_is_taken_over(people):
    branch(people.village)
    branch(people.other_village)
    due = f"{in_days(60):%Y-%m-%d}"
    good = [
        "石桥镇",
        "中共柳湾村支部委员会",
        SECRETARY,
        "软弱涣散",
        "1、4",
        "补选书记",
        "镇党委书记",
        due,
        "否",
    ]
    bad = ["", "中共没有村支部", "", "后进", "很差", "x", "y", "2020-01-01", "是"]
    batch = bring("weak_organizations", workbook(HEADINGS, good, bad), people.office)
    assert {where for where, _value, _reason in problems(batch)} == {"B3", "E3", "H3", "I3"}
    assert batch.good_count == 1

    accepted(batch)

    case = WeakOrganizationCase.objects.get()
    assert (case.state, case.document) == ("rectifying", "组通〔2026〕5号")
    assert [one.situation for one in case.situations.all()] == ["01", "04"]
    assert case.items.count() == 2
    assert case.steps.get().move == "taken_over"


# --- reminders ----------------------------------------------------------------------------------


def working_day(day):
    """This day or the next one on which reminders are sent."""
    return workdays.add_working_days(day - timedelta(days=1), 1)


def told(day):
    Reminder.objects.all().delete()
    tell("weak_", day=day)
    return set(
        Reminder.objects.filter(kind__startswith="weak_").values_list("kind", "user__username")
    )


def test_who_is_told_of_what(people):
    case = rectifying(people)
    stationed(people)
    day = working_day(in_days(0).replace(day=26))
    case.items.update(written_on=day - timedelta(days=30), due_on=day)
    hosts = {"host", "host2"}
    assert told(day) == {("weak_item", who) for who in {*hosts, "author"}} | {
        ("weak_review", who) for who in hosts
    }
    early = working_day(day.replace(day=2))
    assert {kind for kind, _who in told(early)}.isdisjoint({"weak_review"})
    for one in case.items.all():
        plans.end_item(item=one, done=True, outcome="好", by=people.host, at=now())
    case = cases.ask_acceptance(case=case, by=people.host, at=now())
    assert told(day) == {("weak_acceptance", "office")}
    accept(people, case)
    assert told(day) == set()
    case.refresh_from_db()
    assert told(working_day(case.next_look_on)) == {("weak_follow_up", who) for who in hosts}


# --- reorganisations ----------------------------------------------------------------------------


def test_a_case_goes_on_when_its_host_or_unit_is_merged(people):
    case = rectifying(people)
    held = succession.weak_case_blockers(people.village, on=in_days(0))
    assert [one.count for one in held] == [1]
    reorganisation = reorganisations.Reorganisation(
        kind="merge",
        noun="unit",
        on=in_days(0),
        document="云编〔2026〕3号",
        title="合并",
        by=people.office,
        at=now(),
    )
    reorganisation.save()

    succession.pass_on_weak_cases_of_unit(
        people.village, people.other_village, reorganisation, "柳湾"
    )
    case.refresh_from_db()
    assert (case.unit, case.host_organ) == (people.other_village, people.other_town_organ)
    assert case.steps.filter(move="reorganised").exists()
    assert sees(people.neighbour_host, case)
    assert not sees(people.host, case)

    check = opened(people)
    succession.pass_on_weak_cases_of_organ(
        people.other_town_organ, people.town_organ, reorganisation
    )
    case.refresh_from_db()
    assert case.host_organ == people.town_organ
    assert check.reports.count() == 1
    succession.pass_on_weak_cases_of_host(
        [people.other_village], people.town_organ, people.water, reorganisation
    )
    case.refresh_from_db()
    assert case.host_organ == people.water
