"""Results of topics: reports, problems, suggestions, and who may move them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.models import Matter
from portal.days.months import months_after
from portal.days.workdays import add_working_days
from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder, Reorganisation
from portal.places import succession
from research.actions import advice, problems, reports
from research.library import named_in
from research.models import Advice, FoundProblem, ResearchReport
from tests.day import TODAY, in_days, now
from tests.research import results as made
from tests.telling import tell


@pytest.fixture
def topic(people):
    one = made.topic(people)
    made.batch(people, one)
    return one


@pytest.fixture
def boss(people):
    return made.boss(people)


def moves(record):
    return [*record.steps.order_by("pk").values_list("move", flat=True)]


def state(topic):
    topic.refresh_from_db()
    return topic.state


def sees(user, record):
    return type(record).objects.visible_to(user).filter(pk=record.pk).exists()


def browse(user):
    client = Client()
    client.force_login(user)
    return client


def told(kind):
    day = timezone.localdate()
    while not reminders.workdays.is_working_day(day):
        day += timedelta(days=1)
    tell(kind, day=day)
    return {one.user for one in Reminder.objects.filter(kind=kind)}


# --- The report ---------------------------------------------------------------------------------


def test_a_report_goes_from_draft_to_decision_and_the_topic_with_it(people, topic, boss):
    report = made.report(people, topic)
    assert (report.state, state(topic)) == ("draft", "under_way")
    reports.hand_in(report=report, by=people.author, at=now())
    assert state(topic) == "reported"
    report = reports.review_report(
        report=report, accepted=True, text="同意", by=people.liaison, at=now()
    )
    assert report.reviewed_by == people.liaison
    report = reports.decide_report(
        report=report,
        accepted=True,
        text="",
        decided_on=in_days(0),
        document="",
        by=boss,
        at=now(),
    )
    report = reports.send_report(
        report=report, text="县委办公室", document="云农〔2026〕8号", by=people.liaison, at=now()
    )

    assert (report.state, report.decided_on) == ("sent", in_days(0))
    assert moves(report) == ["handed_in", "reviewed", "decided", "sent"]
    assert state(topic) == "concluded"
    assert moves(topic) == ["reported", "concluded"]
    events = AuditEntry.objects.filter(event__startswith="research_report.")
    assert {one.event.partition(".")[2] for one in events} == {
        *("drafted", "handed_in", "reviewed", "decided", "sent")
    }


def test_group_and_lead_organ_write_it_once_the_topic_is_under_way(people, topic):
    for one in (people.handler, people.host, people.neighbour_liaison, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            made.report(people, topic, by=one)
    early = made.topic(people, state="approved")
    with pytest.raises(PermissionDenied):
        made.report(people, early)
    made.report(people, topic, by=people.colleague)
    with pytest.raises(PermissionDenied):
        made.report(people, topic)


def test_a_report_with_gaps_is_kept_but_not_handed_in(people, topic):
    report = made.report(people, topic, causes="")
    with pytest.raises(ValidationError):
        reports.hand_in(report=report, by=people.author, at=now())
    report = reports.change_report(report=report, by=people.author, **made.TEXTS)
    assert reports.hand_in(report=report, by=people.author, at=now()).state == "review"


def test_nobody_reviews_or_decides_what_they_wrote_last(people, topic):
    report = made.report(people, topic)
    report = reports.change_report(report=report, by=people.liaison, **made.TEXTS)
    reports.hand_in(report=report, by=people.author, at=now())
    with pytest.raises(PermissionDenied):
        reports.review_report(report=report, accepted=True, text="", by=people.liaison, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ResearchReport.objects.filter(pk=report.pk).update(reviewed_by=people.liaison)
    for one in (people.author, people.handler, people.neighbour_liaison, people.supervisor):
        with pytest.raises(PermissionDenied):
            reports.review_report(report=report, accepted=True, text="", by=one, at=now())
    reports.review_report(report=report, accepted=True, text="", by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        reports.decide_report(
            report=report,
            accepted=True,
            text="",
            decided_on=in_days(0),
            document="会议",
            by=people.liaison,
            at=now(),
        )


def test_whoever_only_records_a_decision_names_the_meeting_or_document(people, topic):
    report = made.reviewed(people, topic)
    terms = {"report": report, "accepted": True, "text": "", "by": people.liaison, "at": now()}
    with pytest.raises(ValidationError):
        reports.decide_report(decided_on=in_days(0), document="", **terms)
    with pytest.raises(ValidationError):
        reports.decide_report(decided_on=in_days(1), document="会议", **terms)
    report = reports.decide_report(decided_on=in_days(-1), document="会议", **terms)
    assert report.steps.get(move="decided").document == "会议"
    assert topic.steps.get(move="concluded").document == "会议"


def test_a_report_is_sent_back_by_review_and_decision_with_words(people, topic, boss):
    report = made.report(people, topic)
    for by, step in ((people.liaison, "review_report"), (boss, "decide_report")):
        reports.hand_in(report=report, by=people.author, at=now())
        terms = {}
        if step == "decide_report":
            reports.review_report(
                report=report, accepted=True, text="", by=people.liaison, at=now()
            )
            terms = {"decided_on": in_days(0), "document": ""}
        back = getattr(reports, step)(
            report=report, accepted=False, text="原因不清", by=by, at=now(), **terms
        )
        assert (back.state, back.reviewed_by, state(topic)) == ("sent_back", None, "under_way")
        assert todo.counts(people.author)["report_sent_back"] == 1
    assert told("report_sent_back") == {people.author}


def test_a_decided_report_is_taken_back_before_it_goes_further(people, topic):
    report = made.decided(people, topic)
    with pytest.raises(PermissionDenied):
        reports.take_back_report(report=report, reason="补充", by=people.author, at=now())
    back = reports.take_back_report(report=report, reason="补充", by=people.liaison, at=now())
    assert (back.state, back.decided_on, state(topic)) == ("sent_back", None, "under_way")
    reports.hand_in(report=report, by=people.author, at=now())
    reports.review_report(report=report, accepted=True, text="", by=people.liaison, at=now())
    reports.decide_report(
        report=report,
        accepted=True,
        text="",
        decided_on=in_days(0),
        document="会议",
        by=people.liaison,
        at=now(),
    )
    reports.send_report(report=report, text="县委", document="", by=people.liaison, at=now())
    with pytest.raises(PermissionDenied):
        reports.take_back_report(report=report, reason="补充", by=people.liaison, at=now())


def test_a_report_is_seen_with_its_topic_and_by_the_reach_of_its_lead_organ(people, topic, boss):
    report = made.report(people, topic)
    seen = (people.author, people.colleague, people.liaison, people.office, people.supervisor, boss)
    assert all(sees(one, report) for one in seen)
    unseen = ("host", "handler", "desk", "neighbour_liaison", "neighbour_office", "neighbour_cadre")
    assert not any(sees(getattr(people, one), report) for one in unseen)


# --- The library --------------------------------------------------------------------------------


def test_a_published_report_is_found_by_its_words_and_shows_no_group(people, topic):
    report = made.decided(people, topic)
    assert not sees(people.handler, report)
    reports.publish_report(report=report, by=people.liaison, at=now())

    client = browse(people.handler)
    page = client.get(reverse("research:library"), {"q": "管护经费"}).content.decode()
    assert report.title in page
    page = client.get(reverse("research:library"), {"q": "学校食堂"}).content.decode()
    assert report.title not in page
    for name in ("report", "report_print"):
        page = client.get(reverse(f"research:{name}", args=[report.pk])).content.decode()
        assert "管护经费" in page
        assert people.cadre.name not in page
        assert people.cadre2.name not in page
        assert people.liaison.name not in page
    inside = browse(people.liaison).get(reverse("research:report_print", args=[report.pk]))
    assert people.cadre2.name in inside.content.decode()

    reports.withdraw_report(report=report, reason="待修订", by=people.liaison, at=now())
    assert client.get(report.get_absolute_url()).status_code == 404
    assert moves(report)[-2:] == ["published", "withdrawn"]


def test_a_drafted_report_is_not_in_the_library(people, topic):
    report = made.report(people, topic)
    with pytest.raises(PermissionDenied):
        reports.publish_report(report=report, by=people.liaison, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ResearchReport.objects.filter(pk=report.pk).update(published_at=now())


@pytest.mark.parametrize("words", ["柳湾村的东支渠", "电话13900001234"])
def test_places_of_the_fieldwork_and_numbers_never_enter_the_library(people, topic, words):
    report = made.decided(people, topic, situation=words)
    for read in (False, True):
        with pytest.raises(ValidationError):
            reports.publish_report(report=report, read=read, by=people.liaison, at=now())
    assert words[:3] in str(named_in(report).surely) or "139" in str(named_in(report).surely)


@pytest.mark.parametrize("words", ["上坪村也是这样", "赵敏说过", "找到李大爷了解"])
def test_words_that_may_name_somebody_are_read_first(people, topic, words):
    report = made.decided(people, topic, situation=words)
    with pytest.raises(ValidationError):
        reports.publish_report(report=report, by=people.liaison, at=now())
    page = browse(people.liaison).get(reverse("research:publish_research_report", args=[report.pk]))
    assert named_in(report, everywhere=True).perhaps[0] in page.content.decode()
    report = reports.publish_report(report=report, read=True, by=people.liaison, at=now())
    assert report.steps.get(move="published").text


def test_hints_stand_on_the_page_while_it_is_written(people, topic):
    report = made.report(people, topic, situation="柳湾村的东支渠")
    page = browse(people.author).get(report.get_absolute_url()).content.decode()
    assert "柳湾村" in page.partition("<h2>")[0]


# --- Problems -----------------------------------------------------------------------------------


def test_a_problem_is_noted_by_the_responsible_organ_and_settled_by_the_lead(people, topic):
    problem = made.problem(people, topic)
    assert sees(people.handler, problem)
    assert not sees(people.support, problem)
    assert not sees(people.neighbour_liaison, problem)
    problems.note_progress(problem=problem, text="已签协议", by=people.handler, at=now())
    with pytest.raises(PermissionDenied):
        problems.settle_problem(problem=problem, text="好了", by=people.handler, at=now())
    for one in (people.support, people.neighbour_liaison, people.supervisor):
        with pytest.raises(PermissionDenied):
            problems.note_progress(problem=problem, text="x", by=one, at=now())
    problem = problems.settle_problem(problem=problem, text="好了", by=people.liaison, at=now())
    assert problem.is_settled
    with pytest.raises(PermissionDenied):
        problems.note_progress(problem=problem, text="x", by=people.handler, at=now())
    problem = problems.reopen_problem(problem=problem, reason="又堵", by=people.liaison, at=now())
    assert (problem.settled_on, moves(problem)) == (None, ["progress", "settled", "reopened"])


def test_problems_have_their_places_in_the_list(people, topic):
    first, second = made.problem(people, topic), made.problem(people, topic, title="经费不足")
    assert (first.position, second.position) == (1, 2)
    for one in (people.handler, people.neighbour_liaison, people.host):
        with pytest.raises(PermissionDenied):
            made.problem(people, topic, by=one)
    with pytest.raises(PermissionDenied):
        made.problem(people, made.topic(people, state="archived"))
    with pytest.raises(ValidationError):
        made.problem(people, topic, due_on=None)


def test_one_press_makes_a_matter_and_its_progress_is_the_matters(people, topic):
    problem = made.problem(people, topic)
    terms = {"unit": people.village, "category": "01", "urgency": "normal"}
    with pytest.raises(PermissionDenied):
        problems.make_matter(problem=problem, by=people.handler, at=now(), **terms)
    problem = problems.make_matter(problem=problem, by=people.author, at=now(), **terms)

    matter = problem.matter
    assert (matter.title, matter.source, matter.unit) == (
        problem.title,
        "research",
        people.village,
    )
    assert matter.raiser_kind == "found"
    for act, who in (("note_progress", people.handler), ("settle_problem", people.liaison)):
        with pytest.raises(PermissionDenied):
            getattr(problems, act)(problem=problem, text="x", by=who, at=now())
    with pytest.raises(PermissionDenied):
        problems.make_matter(problem=problem, by=people.author, at=now(), **terms)
    assert FoundProblem.objects.unsettled().get() == problem
    Matter.objects.filter(pk=matter.pk).update(
        status="closed", stage="closed", closure="unrated", closed_on=in_days(0)
    )
    assert FoundProblem.objects.settled().get().is_settled
    assert not FoundProblem.objects.unsettled().exists()


def test_a_problem_waits_for_its_organ_and_person(people, topic):
    made.problem(people, topic, person=people.neighbour, due_on=in_days(90))
    for one in (people.handler, people.neighbour_cadre):
        assert todo.counts(one)["found_problem"] == 1
    assert todo.counts(people.support).get("found_problem", 0) == 0
    assert told("found_problem") == set()
    FoundProblem.objects.update(due_on=in_days(0))
    assert told("found_problem") == {people.handler, people.neighbour_cadre}


# --- Suggestions --------------------------------------------------------------------------------


def test_a_suggestion_is_sent_once_the_report_is_decided(people, topic):
    raised = made.suggestion(people, topic)
    terms = {"advice": raised, "addressed_to": people.water, "at": now()}
    with pytest.raises(PermissionDenied):
        advice.send_advice(by=people.liaison, **terms)
    assert not sees(people.handler, raised)
    made.decided(people, topic)
    for one in (people.handler, people.author, people.neighbour_liaison):
        with pytest.raises(PermissionDenied):
            advice.send_advice(by=one, **terms)
    sent = advice.send_advice(by=people.liaison, **terms)
    assert sent.answer_by == add_working_days(in_days(0), 20)
    assert sees(people.handler, sent)
    assert not sees(people.support, sent)
    assert state(topic) == "followed"
    assert moves(topic)[-1] == "followed"


def test_the_addressed_organ_answers_carries_out_and_turns_it(people, topic):
    made.decided(people, topic)
    one = made.answered(people, topic)
    assert (one.state, one.look_back_on) == ("adopted", months_after(in_days(0), 6))
    one = advice.carry_out_advice(advice=one, text="编预算", by=people.handler, at=now())
    one = advice.turn_advice(
        advice=one, turned_into="云政办〔2026〕12号", text="", by=people.handler, at=now()
    )
    assert (one.state, one.turned_into) == ("turned", "云政办〔2026〕12号")
    with pytest.raises(PermissionDenied):
        advice.look_back_at_advice(advice=one, text="x", by=people.liaison, at=now())
    Advice.objects.update(look_back_on=in_days(0))
    assert todo.counts(people.liaison)["advice_look_back"] == 1
    assert todo.counts(people.handler).get("advice_look_back", 0) == 0
    with pytest.raises(PermissionDenied):
        advice.look_back_at_advice(advice=one, text="x", by=people.handler, at=now())
    one = advice.look_back_at_advice(advice=one, text="经费到位", by=people.liaison, at=now())
    assert (one.state, one.look_back_on) == ("looked_back", None)
    assert moves(one) == ["sent", "adopted", "carried_out", "turned", "looked_back"]


@pytest.mark.parametrize("outcome", ["partly", "studied", "refused"])
def test_whatever_is_not_adopted_wholly_has_a_reason(people, topic, outcome):
    made.decided(people, topic)
    with pytest.raises(ValidationError):
        made.answered(people, topic, outcome, text=" ")
    one = made.answered(people, topic, outcome, text="财力不足")
    assert one.state == outcome
    assert Advice.objects.taken_up().exists() == (outcome == "partly")
    terms = {"advice": one, "text": "改列预算", "document": "", "by": people.handler, "at": now()}
    if outcome == "studied":
        assert advice.answer_advice(outcome="adopted", **terms).state == "adopted"
    else:
        with pytest.raises(PermissionDenied):
            advice.answer_advice(outcome="adopted", **terms)


def test_the_lead_organ_records_what_it_was_told_with_the_document(people, topic):
    made.decided(people, topic)
    with pytest.raises(ValidationError):
        made.answered(people, topic, by=people.liaison)
    one = made.answered(people, topic, by=people.liaison, document="云水函〔2026〕2号")
    assert one.steps.get(move="adopted").document == "云水函〔2026〕2号"
    for who in (people.support, people.neighbour_liaison, people.author):
        with pytest.raises(PermissionDenied):
            made.answered(people, topic, by=who)


def test_a_suggestion_waits_for_the_addressed_organ(people, topic):
    made.decided(people, topic)
    made.sent(people, topic)
    assert todo.counts(people.handler)["advice_to_answer"] == 1
    assert todo.counts(people.support).get("advice_to_answer", 0) == 0
    assert told("advice_to_answer") == {people.handler}


# --- Duties of the report -----------------------------------------------------------------------


def _to_write(user):
    return todo.counts(user).get("report_to_write", 0)


def test_a_report_is_due_20_working_days_after_the_fieldwork(people, topic):
    made.batch(people, topic, day=-20)
    assert _to_write(people.author) == 1
    assert _to_write(people.liaison) == 1
    assert _to_write(people.colleague) == 0
    assert _to_write(people.neighbour_liaison) == 0
    assert told("report_to_write") == {people.author, people.liaison, people.office}
    reminder = Reminder.objects.filter(kind="report_to_write", user=people.author).get()
    assert reminder.due == add_working_days(in_days(-20), 20)
    page = browse(people.author).get(reverse("todo"), {"kind": "report_to_write"})
    assert reverse("research:topic_results", args=[topic.pk]) in page.content.decode()
    report = made.report(people, topic)
    assert _to_write(people.author) == 1
    reports.hand_in(report=report, by=people.author, at=now())
    assert _to_write(people.author) == 0


def test_no_report_is_due_while_a_batch_is_open_or_none_went(people, topic):
    later = made.batch(people, topic, day=10, state="arranged")
    assert _to_write(people.author) == 0
    later.state = "cancelled"
    later.save()
    assert _to_write(people.author) == 1
    topic.batches.all().update(state="cancelled")
    assert _to_write(people.author) == 0


def test_every_duty_leads_to_its_act(people, topic, boss):
    """The rows of the to-do list, with their buttons."""
    problem = made.problem(people, topic)
    report = made.report(people, topic)
    reports.hand_in(report=report, by=people.author, at=now())

    def listed(user, kind):
        page = browse(user).get(reverse("todo"), {"kind": kind})
        return page.content.decode()

    act = reverse("research:review_research_report", args=[report.pk])
    assert act in listed(people.liaison, "report_to_review")
    act = reverse("research:note_found_problem", args=[problem.pk])
    assert act in listed(people.handler, "found_problem")
    reports.review_report(report=report, accepted=True, text="", by=people.liaison, at=now())
    act = reverse("research:decide_research_report", args=[report.pk])
    assert act in listed(boss, "report_to_decide")
    terms = {"decided_on": in_days(0), "document": "", "by": boss, "at": now()}
    reports.decide_report(report=report, accepted=True, text="", **terms)
    said = made.sent(people, topic)
    act = reverse("research:answer_advice", args=[said.pk])
    assert act in listed(people.handler, "advice_to_answer")
    Advice.objects.update(state="turned", look_back_on=in_days(0))
    act = reverse("research:look_back_at_advice", args=[said.pk])
    assert act in listed(people.liaison, "advice_look_back")


def test_reviewers_and_the_leader_are_told(people, topic, boss):
    report = made.report(people, topic, by=people.liaison)
    reports.hand_in(report=report, by=people.liaison, at=now())
    # Not the writer.
    assert todo.counts(people.liaison).get("report_to_review", 0) == 0
    assert told("report_to_review") == {people.office}
    reports.review_report(report=report, accepted=True, text="", by=people.office, at=now())
    assert todo.counts(boss)["report_to_decide"] == 1
    assert told("report_to_decide") == {boss}


# --- Pages --------------------------------------------------------------------------------------


def test_the_part_of_a_topic_shows_its_results_and_what_begins_them(people, topic):
    address = reverse("research:topic_results", args=[topic.pk])
    assert (
        reverse("research:write_report", args=[topic.pk])
        in browse(people.author).get(address).content.decode()
    )
    made.decided(people, topic)
    found, said = made.problem(people, topic), made.sent(people, topic)
    page = browse(people.supervisor).get(address).content.decode()
    for one in (topic.report, found, said):
        assert one.get_absolute_url() in page
    assert reverse("research:write_report", args=[topic.pk]) not in page
    part = browse(people.author).get(address, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()


def test_pages_of_a_handler_lead_to_no_topic(people, topic):
    made.decided(people, topic)
    found, said = made.problem(people, topic), made.sent(people, topic)
    client = browse(people.handler)
    for one in (found, said):
        page = client.get(one.get_absolute_url()).content.decode()
        assert topic.title in page
        assert reverse("research:topic_results", args=[topic.pk]) not in page
    assert client.get(reverse("research:topic_results", args=[topic.pk])).status_code == 404


def test_a_report_is_written_and_handed_in_on_pages(people, topic):
    client = browse(people.author)
    address = reverse("research:write_report", args=[topic.pk])
    assert topic.title in client.get(address).content.decode()
    answer = client.post(address, made.TEXTS)
    report = topic.report
    assert answer.url == report.get_absolute_url()
    client.post(reverse("research:hand_in_research_report", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == "review"
    page = browse(people.liaison).get(report.get_absolute_url()).content.decode()
    assert reverse("research:review_research_report", args=[report.pk]) in page


LISTS = {"reports": 10, "library": 8, "found_problems": 9, "suggestions": 11, "register": 8}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_much_for_one_row_as_for_three(
    people, topic, django_assert_num_queries, name
):
    def fill(one):
        report = made.decided(people, one)
        reports.publish_report(report=report, read=True, by=people.liaison, at=now())
        made.problem(people, one)
        made.sent(people, one)

    fill(topic)
    client, address = browse(people.office), reverse(f"research:{name}")
    client.get(address)
    with django_assert_num_queries(LISTS[name]):
        client.get(address)
    for n in range(2):
        fill(made.topic(people, title=f"课题{n}"))
    with django_assert_num_queries(LISTS[name]):
        client.get(address)


# --- Reorganisations ----------------------------------------------------------------------------


def test_what_is_not_finished_goes_to_the_heir(people, topic):
    made.decided(people, topic)
    found, settled = made.problem(people, topic, person=people.cadre2), made.problem(people, topic)
    problems.settle_problem(problem=settled, text="好了", by=people.liaison, at=now())
    said = made.sent(people, topic)
    record = Reorganisation.objects.create(
        kind="merge",
        noun="organ",
        on=timezone.localdate(),
        document="云编〔2026〕9号",
        title="改革",
        by=people.office,
        at=now(),
    )

    def held():
        found = [p for f in succession.BLOCKERS for p in f(people.water, on=TODAY)]
        counts = {p.code: p.count for p in found}
        return counts["found_problems"], counts["research_advice"]

    assert held() == (1, 1)
    for function in succession.ORGAN_ENDED:
        function(people.water, people.roads, record)
    for function in succession.CADRE_TRANSFERRED:
        function(people.cadre2, people.neighbour, record)
    for one in (found, settled, said):
        one.refresh_from_db()
    assert (found.responsible_organ, found.person) == (people.roads, people.neighbour)
    assert (settled.responsible_organ, said.addressed_to) == (people.water, people.roads)
    assert held() == (0, 0)
