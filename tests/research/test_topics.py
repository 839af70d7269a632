"""调研课题: drafted by the lead organ, decided once, followed to the archive."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from outreach.actions.meetings import prepare_meeting
from outreach.models import StayReport
from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder
from portal.roles import Role
from portal.sheets.figures import Scope
from research import planning
from research.actions import topics
from research.models import ResearchTopic
from research.rules import topics as rules
from tests.day import TODAY, in_days, now
from tests.people import account, fresh
from tests.reading import words
from tests.research import results
from tests.test_appointed import a_stay


def chief(people):
    """The leader of the bureau of agriculture, who decides its topics."""
    named = account("chief", "高山", people.agriculture, Role.LEADER, within=people.agriculture)
    people._cadre(named, "局长", 1)
    return fresh(named)


def fields(people, **changes):
    return {
        "title": "农村小型水利设施管护",
        "source": "plan",
        "outline": "管护主体、经费、群众意见。",
        "duties": "农田水利",
        "lead_organ": people.agriculture,
        "leader": people.cadre,
        "members": [people.cadre2],
        "methods": ["symposium", "interview", "spot_check", "on_site"],
        "starts_on": in_days(-5),
        "ends_on": in_days(60),
    } | changes


def drafted(people, by=None, **changes):
    return topics.draft_topic(by=by or people.liaison, at=now(), **fields(people, **changes))


def submitted(people, **changes):
    return topics.submit_topic(topic=drafted(people, **changes), by=people.liaison, at=now())


def decided(people, **changes):
    topic = submitted(people, **changes)
    return topics.record_decision(
        topic=topic, by=people.liaison, at=now(), decision="云农党组〔2026〕3号"
    )


def form_of(people, **changes):
    return {
        "title": "农村小型水利设施管护",
        "source": "plan",
        "outline": "管护主体、经费、群众意见。",
        "leader": people.cadre.pk,
        "methods": ["symposium"],
        "starts_on": in_days(0).isoformat(),
        "ends_on": in_days(60).isoformat(),
    } | changes


def sees(user, topic):
    return ResearchTopic.objects.visible_to(user).filter(pk=topic.pk).exists()


# --- Who sees and drafts it ----------------------------------------------------------------------


def test_the_lead_organ_the_office_and_those_named_see_a_topic(people):
    topic = drafted(people)
    for one in ("liaison", "office", "supervisor", "author", "colleague"):
        assert sees(getattr(people, one), topic), one
    assert sees(chief(people), topic)
    for one in ("host", "handler", "desk", "neighbour_liaison", "neighbour_office", "recipient"):
        assert not sees(getattr(people, one), topic), one


def test_each_organ_drafts_its_own_topics(people):
    assert drafted(people, by=people.office, lead_organ=people.department).pk
    for by in (people.neighbour_liaison, people.office, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            drafted(people, by=by)
    for by in (people.author, people.host, people.supervisor):
        with pytest.raises(PermissionDenied):
            drafted(people, by=by)


def test_a_draft_is_written_on_one_page(browse, people):
    page = browse("liaison").post(reverse("research:new_topic"), form_of(people), follow=True)
    topic = ResearchTopic.objects.get()
    assert page.redirect_chain[-1][0] == topic.get_absolute_url()
    assert (topic.lead_organ, topic.leader, topic.methods) == (
        people.agriculture,
        people.cadre,
        ["symposium"],
    )
    assert "云岭" not in topic.title
    assert reverse("research:drop_topic", args=[topic.pk]) in words(page), "It can be undone."
    assert AuditEntry.objects.filter(event="research_topic.drafted").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"methods": []}, "methods"),
        ({"source": "recurring"}, "category"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"leader": ""}, "leader"),
    ],
)
def test_what_is_missing_is_said_at_the_field(browse, people, changes, field):
    page = browse("liaison").post(reverse("research:new_topic"), form_of(people, **changes))
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_a_lead_organ_that_is_not_the_own_is_refused_at_the_field(browse, people):
    changes = {"lead_organ": people.water.pk}
    page = browse("liaison").post(reverse("research:new_topic"), form_of(people, **changes))
    assert page.status_code == 422
    assert "县水利局" in page.context["form"].errors["lead_organ"][0]


def test_a_draft_is_changed_and_discarded_until_it_was_submitted(people):
    topic = drafted(people)
    changes = fields(people, title="小型水利", members=[], starts_on=in_days(1))
    topic = topics.change_topic(topic=topic, by=people.liaison, **changes)
    assert (topic.title, topic.members.count()) == ("小型水利", 0)
    topics.drop_topic(topic=topic, by=people.liaison)
    assert not ResearchTopic.objects.exists()

    topic = topics.take_back_topic(topic=submitted(people), by=people.liaison, at=now())
    with pytest.raises(PermissionDenied):
        topics.drop_topic(topic=topic, by=people.liaison)


# --- Deciding ------------------------------------------------------------------------------------


def test_it_is_submitted_with_an_outline_and_taken_back(browse, people):
    topic = drafted(people, outline="")
    with pytest.raises(PermissionDenied, match="outline"):
        topics.submit_topic(topic=topic, by=people.liaison, at=now())
    topic = drafted(people)
    page = browse("liaison").post(reverse("research:submit_topic", args=[topic.pk]), follow=True)
    assert reverse("research:take_back_topic", args=[topic.pk]) in words(page)
    browse("liaison").post(reverse("research:take_back_topic", args=[topic.pk]))
    topic.refresh_from_db()
    assert topic.state == "draft"
    assert [one.move for one in topic.steps.order_by("pk")] == ["submitted", "taken_back"]


def test_the_leader_of_the_lead_organ_decides_it(people):
    topic, leader = submitted(people), chief(people)
    for by in (people.liaison, people.office, people.supervisor, people.author):
        with pytest.raises(PermissionDenied):
            topics.approve_topic(topic=topic, by=by, at=now())
    other = account("other", "万里", people.water, Role.LEADER, within=people.water)
    with pytest.raises(PermissionDenied):
        topics.approve_topic(topic=topic, by=fresh(other), at=now())

    topic = topics.approve_topic(topic=topic, by=leader, at=now(), text="同意")
    assert (topic.state, topic.decided_on, topic.decision) == ("approved", in_days(0), "")
    assert topic.steps.get(move="approved").text == "同意"
    with pytest.raises(PermissionDenied):
        topics.approve_topic(topic=topic, by=leader, at=now())


def test_the_lead_organ_enters_the_decision_of_the_party_group(people):
    topic = submitted(people)
    with pytest.raises(ValidationError):
        topics.record_decision(topic=topic, by=people.liaison, at=now())
    with pytest.raises(PermissionDenied):
        topics.record_decision(topic=topic, by=people.office, at=now(), decision="云农〔2026〕3号")
    topic = topics.record_decision(
        topic=topic, by=people.liaison, at=now(), decision="云农〔2026〕3号"
    )
    # The day of the meeting is not known, and not invented.
    assert (topic.state, topic.decided_on) == ("approved", None)
    assert topic.steps.get(move="approved").document == "云农〔2026〕3号"
    assert AuditEntry.objects.filter(event="research_topic.approved").count() == 1

    topic = topics.record_decision(
        topic=submitted(people), by=people.liaison, at=now(), decided_on=in_days(-1)
    )
    assert (topic.decided_on, topic.decision) == (in_days(-1), "")


@pytest.mark.parametrize("typed", [{}, {"decided_on": "2100-01-01"}])
def test_a_decision_says_its_day_or_document(browse, people, typed):
    topic = submitted(people)
    url = reverse("research:record_decision", args=[topic.pk])
    assert browse("liaison").post(url, typed).status_code == 422


def test_the_database_keeps_when_or_by_what_it_was_decided(people):
    topic = submitted(people)
    topic.state = "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        topic.save()


def test_leader_and_office_send_it_back_with_a_reason(people):
    for by in (chief(people), people.office):
        topic = topics.send_back_topic(topic=submitted(people), by=by, at=now(), reason="太宽")
        assert (topic.state, topic.steps.latest("pk").text) == ("draft", "太宽")
    for by in (people.liaison, people.supervisor, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            topics.send_back_topic(topic=submitted(people), by=by, at=now(), reason="太宽")


def test_the_leader_finds_it_in_the_to_do_list_and_is_reminded(people):
    topic, leader = submitted(people, starts_on=in_days(3)), chief(people)
    assert todo.counts(fresh(leader))["topic_to_decide"] == 1
    assert "topic_to_decide" not in todo.counts(fresh(people.liaison))
    reminders.tell(day=TODAY, at=reminders.morning_of(TODAY), by="test")
    told = Reminder.objects.filter(kind="topic_to_decide")
    assert {(one.user_id, one.noun_id) for one in told} == {(leader.pk, topic.pk)}


# --- Its course ----------------------------------------------------------------------------------


def test_a_decided_plan_is_changed_with_a_reason(browse, people):
    topic = decided(people)
    plan = {"leader": people.cadre2, "members": [], "ends_on": in_days(90)}
    names = ("title", "outline", "duties", "methods", "starts_on")
    kept = {name: getattr(topic, name) for name in names}
    topic = topics.change_plan(
        topic=topic, by=people.liaison, at=now(), reason="人员变动", **kept, **plan
    )
    assert (topic.leader, topic.steps.latest("pk").text) == (people.cadre2, "人员变动")
    typed = form_of(people, reason="")
    url = reverse("research:change_plan", args=[topic.pk])
    assert browse("liaison").post(url, typed).status_code == 422
    with pytest.raises(PermissionDenied):
        topics.change_plan(
            topic=drafted(people), by=people.liaison, at=now(), reason="改", **kept, **plan
        )


def test_its_report_concludes_it_a_suggestion_follows_and_it_is_archived(people):
    topic, by = results.topic(people), {"by": people.liaison}
    with pytest.raises(PermissionDenied):
        topics.archive_topic(topic=topic, at=now(), **by)
    results.decided(people, topic)
    results.sent(people, topic)
    topic = topics.archive_topic(topic=topic, at=now(), **by)
    assert topic.state == "archived"
    topic = topics.restore_topic(topic=topic, at=now(), **by)
    assert topic.state == "followed", "It is back where it was."
    moves = [one.move for one in topic.steps.order_by("pk")]
    assert moves[-4:] == ["concluded", "followed", "archived", "restored"]

    short = results.topic(people)
    results.decided(people, short)
    short = topics.archive_topic(topic=short, at=now(), **by)
    assert topics.restore_topic(topic=short, at=now(), **by).state == "concluded"


def test_it_is_broken_off_with_a_reason(people):
    topic = topics.stop_topic(topic=decided(people), by=people.liaison, at=now(), reason="机构改革")
    assert topic.state == "stopped"
    topic = topics.stop_topic(topic=decided(people), by=chief(people), at=now(), reason="重复")
    with pytest.raises(PermissionDenied):
        topics.stop_topic(topic=topic, by=people.liaison, at=now(), reason="再次")
    with pytest.raises(PermissionDenied):
        topics.stop_topic(topic=decided(people), by=people.office, at=now(), reason="重复")


# --- Where it starts from ------------------------------------------------------------------------


def test_a_topic_starts_from_a_category_of_the_monthly_analysis(browse, people):
    people.matter()
    meeting = prepare_meeting(
        by=people.office,
        at=now(),
        month=date(TODAY.year, TODAY.month, 1),
        scope=Scope(people.office, division=people.county),
        held_on=TODAY,
    )
    url = f"{reverse('research:new_topic')}?category=01"
    assert url in words(browse("office").get(meeting.get_absolute_url()))
    assert url not in words(browse("supervisor").get(meeting.get_absolute_url()))
    form = browse("office").get(url).context["form"]
    assert (form["source"].value(), form["category"].value()) == ("recurring", "01")


def test_a_topic_starts_from_an_accepted_stay_report(browse, people):
    report = StayReport.objects.create(
        stay=a_stay(people, people.cadre),
        title="柳湾村蹲点报告",
        starts_on=TODAY,
        ends_on=TODAY,
        situation="情况",
        state="accepted",
        created_at=now(),
        handed_in_on=TODAY,
    )
    url = f"{reverse('research:new_topic')}?stay_report={report.pk}"
    assert url in words(browse("liaison").get(report.get_absolute_url()))
    page = browse("liaison").get(url)
    assert "柳湾村蹲点报告" in words(page)
    browse("liaison").post(
        reverse("research:new_topic"), form_of(people, source="stay", stay_report=report.pk)
    )
    assert ResearchTopic.objects.get().stay_report == report
    # Those who cannot read it cannot choose it.
    page = browse("neighbour_liaison").get(url)
    assert "柳湾村蹲点报告" not in words(page)


@pytest.mark.parametrize("query", ["?category=77", "?stay_report=x", "?stay_report=999999"])
def test_an_odd_address_starts_an_empty_draft(browse, people, query):
    assert browse("liaison").get(f"{reverse('research:new_topic')}{query}").status_code == 200


# --- The office looks for duplicates -------------------------------------------------------------


def test_the_office_sees_likely_duplicates_and_nothing_is_held_up(browse, people):
    by_water = {"by": people.office, "lead_organ": people.department}
    other = drafted(people, **by_water, title="农村小型水利设施管护机制", category="01")
    drafted(people, **by_water, title="社区养老服务")
    same = drafted(people, **by_water, title="小型水利管护办法", category="05")
    last_year = {"starts_on": in_days(-400), "ends_on": in_days(-300)}
    drafted(people, **by_water, title="农村小型水利设施管护机制", **last_year)
    topic = submitted(people, category="05")

    assert planning.likely_duplicates(topic, people.office) == [other, same]
    assert other.title in words(browse("office").get(topic.get_absolute_url()))
    assert other.title not in words(browse("liaison").get(topic.get_absolute_url()))
    topics.record_decision(topic=topic, by=people.liaison, at=now(), decided_on=in_days(0))
    assert other.title not in words(browse("office").get(topic.get_absolute_url()))
    assert not rules.sees_duplicates(people.liaison, topic)


# --- Pages ---------------------------------------------------------------------------------------


def test_the_list_has_mine_running_and_all(browse, people):
    running, mine = decided(people), drafted(people, title="村级账目公开")
    session, url = browse("author"), reverse("research:topics")
    assert "村级账目公开" in words(session.get(url))
    assert mine.title not in words(session.get(url, {"tab": "running"}))
    assert running.title in words(session.get(url, {"tab": "running"}))
    office = browse("office")
    assert office.get(url).context["tab"] == "all"
    for query, n in (
        ({"tab": "all", "state": "draft"}, 1),
        ({"tab": "all", "organ": people.agriculture.pk}, 2),
        ({"tab": "all", "organ": people.water.pk}, 0),
        ({"tab": "all", "source": "leader"}, 0),
        ({"tab": "all", "q": "账目"}, 1),
    ):
        assert office.get(url, query).context["total"] == n, query


def test_topics_are_found_by_their_words_by_who_sees_them(browse, people):
    topic, search = drafted(people, title="村级账目公开"), f"{reverse('search')}?q=账目"
    assert topic.get_absolute_url() in words(browse("office").get(search))
    assert topic.get_absolute_url() not in words(browse("host").get(search))


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("topics", 10), ("topic", 14)])
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, page, queries
):
    made = [submitted(people, title=f"水利管护{n}") for n in range(row_count + 1)]
    url = reverse(f"research:{page}", args=[made[0].pk] if page == "topic" else [])
    session = browse("office")
    session.get(url)
    with django_assert_num_queries(queries):
        session.get(url)
