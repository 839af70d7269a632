"""突出问题包案: held by a lead official until all its matters are closed; nobody is named."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from outreach.models import Matter
from pairing.actions import problems
from pairing.ledgers.problems import PROBLEM_LEDGER
from pairing.models import ProblemMatter, ProminentProblem
from portal.duties import reminders, todo
from portal.models import AuditEntry, Cadre, Reminder, Reorganisation
from portal.places import succession
from tests.day import TODAY, now
from tests.reading import words

HEADINGS = (
    "序号 问题 所在乡镇村 涉及事项编号 包案领导 职务 "
    "责任单位 包案时间 进展情况 化解时间 群众评价 备注"
)


def raised(people, n=1, **fields):
    return people.matter(title=f"东支渠淤堵{n}", raiser_phone=f"100-0000-00{n:02}", **fields)


def lifted(people, *matters, **changes):
    fields = {
        "matters": list(matters) or [raised(people)],
        "title": "东支渠多年失修",
        "why": "涉及三个村，产权不清",
        "official": people.cadre2,
        "organ": people.water,
        "review_days": 30,
        "by": people.desk,
    } | changes
    return problems.lift_problem(at=now(), **fields)


def close(matter, word="satisfied", closure="satisfied"):
    Matter.objects.filter(pk=matter.pk).update(
        status="closed", stage="closed", closure=closure, word=word, closed_on=timezone.localdate()
    )


def sees(user, problem):
    return ProminentProblem.objects.visible_to(user).filter(pk=problem.pk).exists()


# --- lifting -----------------------------------------------------------------------------------


def test_desk_and_office_lift_and_the_official_leads_the_matters_too(people):
    matter = raised(people)
    assert not Matter.objects.visible_to(people.colleague).filter(pk=matter.pk).exists()
    problem = lifted(people, matter)

    matter.refresh_from_db()
    assert (matter.lead_official, problem.county) == (people.cadre2, people.county)
    assert Matter.objects.visible_to(people.colleague).filter(pk=matter.pk).exists()
    assert matter.steps.filter(move="lead", facts__official="赵敏").exists()
    events = ["problem.lifted", "matter.lead"]
    assert AuditEntry.objects.filter(event__in=events).count() == 2
    for one in (people.host, people.supervisor, people.neighbour_office, people.author):
        with pytest.raises(PermissionDenied):
            lifted(people, raised(people, 2), by=one)


def test_a_matter_belongs_to_one_open_problem(people):
    matter = raised(people)
    problem = lifted(people, matter)
    with pytest.raises(PermissionDenied, match=matter.number_label):
        lifted(people, matter, by=people.office)
    other = lifted(people, raised(people, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        ProblemMatter.objects.create(problem=other, matter=matter)

    problems.hand_back(problem=problem, by=people.desk, at=now(), reason="按常规办理")
    assert lifted(people, matter)


def test_closed_matters_and_those_of_another_area_are_refused(people):
    closed = raised(people)
    close(closed)
    with pytest.raises(PermissionDenied):
        lifted(people, closed)
    with pytest.raises(ValidationError):
        problems.lift_problem(
            matters=[],
            title="x",
            why="y",
            official=people.cadre,
            organ=people.water,
            review_days=30,
            by=people.desk,
            at=now(),
        )
    far = raised(people, 3)
    Matter.objects.filter(pk=far.pk).update(county=people.other_county)
    with pytest.raises(PermissionDenied):
        lifted(people, raised(people, 2), far)


def test_who_left_leads_nothing(people):
    people.cadre2.left_on = timezone.localdate()
    with pytest.raises(PermissionDenied, match="赵敏"):
        lifted(people)


def test_it_is_seen_within_reach_by_the_official_and_the_lead_organ(people):
    problem = lifted(people)

    for one in ("colleague", "handler", "host", "desk", "office", "supervisor"):
        assert sees(getattr(people, one), problem), one
    for one in ("author", "support", "neighbour_host", "neighbour_office", "recipient", "auditor"):
        assert not sees(getattr(people, one), problem), one


# --- until it is solved ------------------------------------------------------------------------


def test_progress_is_noted_by_the_official_or_the_desk_and_moves_the_next_word(people):
    problem = lifted(people)
    ProminentProblem.objects.update(next_review_on=timezone.localdate())
    for one in (people.colleague, people.desk):
        problems.note_progress(problem=problem, by=one, at=now(), text="已现场会商")
    problem.refresh_from_db()
    assert problem.next_review_on == timezone.localdate() + timedelta(days=30)
    assert problem.steps.filter(move="noted").count() == 2
    for one in (people.handler, people.supervisor, people.host):
        with pytest.raises(PermissionDenied):
            problems.note_progress(problem=problem, by=one, at=now(), text="看过")


def test_it_is_solved_only_when_all_its_matters_are(people):
    first, second = raised(people), raised(people, 2)
    problem = lifted(people, first, second)
    close(first)
    with pytest.raises(PermissionDenied, match=second.number_label):
        problems.solve_problem(problem=problem, by=people.desk, at=now(), text="已疏通")
    # Merged into an open matter: the need is not met.
    third = raised(people, 3)
    close(second, word="", closure="unrated")
    Matter.objects.filter(pk=second.pk).update(closure="merged", merged_into=third)
    with pytest.raises(PermissionDenied):
        problems.solve_problem(problem=problem, by=people.desk, at=now(), text="已疏通")
    close(third, word="unsatisfied", closure="unsatisfied")
    with pytest.raises(PermissionDenied):
        problems.solve_problem(problem=problem, by=people.colleague, at=now(), text="已疏通")

    problem = problems.solve_problem(problem=problem, by=people.desk, at=now(), text="已疏通")
    assert (problem.state, problem.closed_on) == ("solved", timezone.localdate())
    assert not problem.links.filter(released_on=None).exists()
    with pytest.raises(PermissionDenied):
        problems.solve_problem(problem=problem, by=people.desk, at=now(), text="再次")


def test_handed_back_its_matters_are_led_by_who_led_them_before(people):
    matter, other = raised(people), raised(people, 2)
    matter.lead_official = people.neighbour
    matter.save()
    problem = lifted(people, matter, other)
    problems.hand_back(problem=problem, by=people.office, at=now(), reason="条件不成熟")
    matter.refresh_from_db()
    other.refresh_from_db()
    assert (matter.lead_official, other.lead_official) == (people.neighbour, None)
    with pytest.raises(PermissionDenied):
        problems.hand_back(problem=problem, by=people.office, at=now(), reason="再次")


def test_another_official_takes_the_open_matters_over(people):
    matter = raised(people)
    problem = lifted(people, matter)
    change = {"problem": problem, "by": people.desk, "at": now(), "reason": "分工调整"}
    problems.change_official(official=people.neighbour, **change)
    matter.refresh_from_db()
    assert matter.lead_official == people.neighbour and not sees(people.colleague, problem)
    with pytest.raises(ValidationError):
        problems.change_official(official=people.neighbour, **change)


def test_what_belongs_to_it_as_well_is_added(people, browse):
    problem, more = lifted(people), raised(people)
    address = reverse("pairing:add_problem_matters", args=[problem.pk])
    assert browse("liaison").get(address).status_code in (403, 404)
    desk = browse("desk")
    assert desk.post(address, {"matters": "、"}).status_code == 422
    assert desk.post(address, {"matters": more.number_label}).status_code == 302
    more.refresh_from_db()
    assert more.lead_official == people.cadre2 and problem.matters.count() == 2
    assert more.number_label in words(desk.get(problem.get_absolute_url()))
    # It belongs to an open problem now.
    assert desk.post(address, {"matters": more.number_label}).status_code == 422


# --- pages -------------------------------------------------------------------------------------


def posted(people, matter, **changes):
    return {
        "matters": matter.number_label,
        "title": "东支渠失修",
        "why": "久拖未决",
        "official": people.cadre2.pk,
        "organ": people.water.pk,
        "review_days": 30,
    } | changes


def test_lifting_from_a_matters_page(people, browse):
    matter = raised(people)
    client = browse("desk")
    part = reverse("pairing:problems_of_matter", args=[matter.pk])
    assert part in words(client.get(matter.get_absolute_url()))
    address = f"{reverse('pairing:lift_problem')}?matter={matter.pk}"
    assert address in words(client.get(part, headers={"HX-Request": "true"}))
    assert matter.number_label in words(client.get(address))
    assert client.post(address, posted(people, matter)).status_code == 302
    again = client.post(address, posted(people, matter))
    assert again.status_code == 422 and "已列入" in words(again) and "久拖未决" in words(again)
    assert ProminentProblem.objects.count() == 1
    assert "东支渠失修" in words(client.get(part))
    assert address not in words(browse("host").get(part))


@pytest.mark.parametrize(
    "changes",
    [
        {"matters": "MQ2020-9999"},
        {"matters": "无"},
        {"title": ""},
        {"official": ""},
        {"review_days": 0},
        {"why": "电话13800000000"},
    ],
)
def test_bad_input_is_said_and_nothing_is_kept(people, browse, changes):
    response = browse("desk").post(
        reverse("pairing:lift_problem"), posted(people, raised(people), **changes)
    )
    assert response.status_code == 422 and not ProminentProblem.objects.exists()


def test_no_page_names_who_raised_it(people, browse):
    matter = raised(people)
    problem = lifted(people, matter)
    client = browse("supervisor")
    for address in (
        problem.get_absolute_url(),
        reverse("pairing:problems"),
        reverse("pairing:problem_print", args=[problem.pk]),
    ):
        page = words(client.get(address))
        assert "东支渠多年失修" in page and "李大山" not in page and "李××" not in page


@pytest.mark.parametrize("text", ["失修", "柳湾", "赵敏"])
def test_search_finds_problem_place_and_official(people, browse, text):
    lifted(people)
    address, client = reverse("pairing:problems"), browse("office")
    assert "东支渠多年失修" in words(client.get(address, {"q": text}))
    assert "东支渠多年失修" not in words(client.get(address, {"q": "李大山"}))
    assert "东支渠多年失修" not in words(client.get(address, {"q": text, "tab": "solved"}))


def test_list_costs_the_same_for_one_row_and_three(people, browse, django_assert_num_queries):
    client, address = browse("office"), reverse("pairing:problems")
    lifted(people)
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    lifted(people, raised(people, 2), raised(people, 3))
    lifted(people, raised(people, 4), official=people.neighbour)
    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 10


def test_the_ledger_has_numbers_words_and_no_names(people):
    first, second = raised(people), raised(people, 2)
    problem = lifted(people, first, second)
    problems.note_progress(problem=problem, by=people.colleague, at=now(), text="已现场会商")
    close(first)
    close(second, word="", closure="unrated")
    problems.solve_problem(problem=problem, by=people.desk, at=now(), text="清淤并明确产权")
    sheet = PROBLEM_LEDGER.sheet(people.office, QueryDict("tab=all"), now())

    assert ["序号", *(column.heading for column in sheet.columns)] == HEADINGS.split()
    today = timezone.localdate()
    assert list(sheet.rows) == [
        (
            1,
            "东支渠多年失修",
            "石桥镇 柳湾村",
            f"{first.number_label}、{second.number_label}",
            "赵敏",
            "科员",
            "县水利局",
            today,
            "清淤并明确产权",
            today,
            "满意1件、未评价1件",
            "",
        )
    ]


# --- what waits --------------------------------------------------------------------------------


def told(kind):
    day = timezone.localdate()
    while not reminders.workdays.is_working_day(day):
        day += timedelta(days=1)
    reminders.tell(day=day, at=reminders.morning_of(day), by="test")
    return {one.user for one in Reminder.objects.filter(kind=kind)}


def test_the_official_is_asked_for_a_word_when_it_is_due(people):
    problem = lifted(people)
    assert todo.counts(people.colleague)["problem_progress"] == 0
    ProminentProblem.objects.update(next_review_on=timezone.localdate())
    assert todo.counts(people.colleague)["problem_progress"] == 1
    assert todo.counts(people.author)["problem_progress"] == 0
    assert told("problem_progress") == {people.colleague}
    problems.note_progress(problem=problem, by=people.colleague, at=now(), text="在办")
    assert todo.counts(people.colleague)["problem_progress"] == 0


def test_a_problem_whose_official_left_waits_for_desk_and_office(people):
    lifted(people)
    assert todo.counts(people.desk)["problem_official"] == 0
    Cadre.objects.filter(pk=people.cadre2.pk).update(left_on=timezone.localdate())
    for one in (people.desk, people.office):
        assert todo.counts(one)["problem_official"] == 1
    assert todo.counts(people.neighbour_office)["problem_official"] == 0
    assert told("problem_official") == {people.desk, people.desk2, people.office}


# --- reorganisations ---------------------------------------------------------------------------


def test_open_problems_pass_on_and_closed_ones_keep_their_names(people):
    problem, closed = lifted(people), lifted(people, raised(people, 2))
    problems.hand_back(problem=closed, by=people.desk, at=now(), reason="不成熟")
    record = Reorganisation.objects.create(
        kind="merge",
        noun="organ",
        on=timezone.localdate(),
        document="云编〔2026〕9号",
        title="改革",
        by=people.office,
        at=timezone.now(),
    )

    def held():
        found = [p for f in succession.BLOCKERS for p in f(people.water, on=TODAY)]
        return {p.code: p.count for p in found}["problems"]

    assert held() == 1
    for function in succession.ORGAN_ENDED:
        function(people.water, people.roads, record)
    for function in succession.CADRE_TRANSFERRED:
        function(people.cadre2, None, record)
    problem.refresh_from_db()
    closed.refresh_from_db()
    assert (problem.organ, problem.official, closed.organ) == (people.roads, None, people.water)
    assert held() == 0
    with pytest.raises(PermissionDenied):
        problems.solve_problem(problem=problem, by=people.desk, at=now(), text="好了")
    assert sees(people.office, problem)


def test_the_heir_of_an_official_leads_problem_and_matters(people):
    matter = raised(people)
    problem = lifted(people, matter)
    record = Reorganisation.objects.create(
        kind="transfer",
        noun="cadre",
        on=timezone.localdate(),
        document="云组〔2026〕9号",
        title="调动",
        by=people.office,
        at=timezone.now(),
    )
    for function in succession.CADRE_TRANSFERRED:
        function(people.cadre2, people.neighbour, record)
    problem.refresh_from_db()
    matter.refresh_from_db()
    assert problem.official == matter.lead_official == people.neighbour
