"""Whoever is appointed anywhere sees what they were given: every field that can name a person.

Each field that refers to a cadre or an account is listed here: either as an appointment, with a
test that the person opens the page and finds it in a list or among the duties, or as something
else. A new field fails until it is listed.
"""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from api.actions import tokens
from outreach.actions import areas, campaigns, needs, receptions, stays
from outreach.actions import visits as visit_actions
from outreach.models import (
    CampaignUnit,
    FollowUp,
    Leave,
    MatterCare,
    NeedPledge,
    StayHandover,
    SupervisionOrder,
)
from oversight.actions import inspections, supervision
from pairing.actions import leading, problems, weak_cases, weak_plans
from pairing.actions.pairings import agree_mentoring
from portal.duties import reminders, todo
from portal.models import Cadre, PartyOrganization, Reminder, StandIn, User
from portal.roles import Role
from research.actions import batches as research_batches
from research.actions import samples as sample_actions
from research.actions import topics
from tests.day import in_days, now, today
from tests.evaluation import collecting
from tests.oversight import planning
from tests.oversight.inspecting import Group
from tests.pairing.cast import paired
from tests.people import START, STATED, account, fresh
from tests.research import results
from tests.research.samples import drawn_sample, running, villages

# --- One record of each appointment; each returns (record, its page, list or duty) ----------------


def of_area(people, who):
    area = areas.arrange_area(cadre=who, unit=people.village, starts_on=today(), by=people.office)
    return area, reverse("outreach:contact_areas"), "outreach:contact_areas"


def a_stay(people, who, **changes):
    terms = {"kind": "residential", "starts_on": today(), "ends_on": in_days(60)} | changes
    document = "云组通〔2026〕5号"
    return stays.publish_stay(
        cadre=who, unit=people.village, document=document, by=people.office, at=now(), **terms
    )


def of_stay(people, who):
    stay = a_stay(people, who)
    return stay, stay.get_absolute_url(), "outreach:stays"


def of_leave(people, who):
    stay = a_stay(people, people.cadre)
    Leave.objects.create(
        stay=stay,
        kind="annual",
        starts_on=today(),
        ends_on=in_days(3),
        last_day=in_days(3),
        days=4,
        stand_in=who,
        asked_by=people.author,
        asked_at=now(),
        approved=True,
        decided_by=people.host,
        decided_at=now(),
    )
    return stay, stay.get_absolute_url(), "outreach:stays"


def _handover(people, who):
    stay = a_stay(people, people.cadre)
    return StayHandover.objects.create(
        stay=stay, successor=who, on=today(), promises="修路", by=people.office, at=now()
    )


def of_handover(people, who):
    handover = _handover(people, who)
    return handover, reverse("outreach:handover_sheet", args=[handover.pk]), "handed_to_me"


def of_campaign(people, who):
    campaign = campaigns.plan_campaign(
        by=people.office,
        at=now(),
        title="冬季大走访",
        kind="visit",
        purpose="",
        starts_on=today(),
        ends_on=in_days(20),
        document="",
        organizer=people.department,
        organs=[people.agriculture],
        units=[people.village],
    )
    CampaignUnit.objects.get(campaign=campaign).cadres.add(who)
    campaign = campaigns.announce_campaign(campaign=campaign, by=people.office, at=now())
    return campaign, campaign.get_absolute_url(), "outreach:campaigns"


def _led(people, who):
    matter = people.in_progress()
    matter.lead_official = who
    matter.save()
    return matter


def of_lead(people, who):
    matter = _led(people, who)
    return matter, matter.get_absolute_url(), "led_matter"


def of_care(people, who):
    matter = people.matter()
    MatterCare.objects.create(matter=matter, cadre=who, handover=_handover(people, people.cadre2))
    return matter, matter.get_absolute_url(), "outreach:matters"


def of_order(people, who):
    """An open instruction on a matter that its lead official no longer leads."""
    matter = people.in_progress()
    SupervisionOrder.objects.create(
        matter=matter,
        instruction="请抓紧",
        leader=who.user,
        issued_at=now(),
        due_on=in_days(5),
        answer="已清淤",
        answered_by=people.handler,
        answered_at=now(),
    )
    return matter, matter.get_absolute_url(), "settle_order"


def of_call(people, who):
    call = FollowUp.objects.get(matter=people.awaiting_word())
    FollowUp.objects.filter(pk=call.pk).update(
        caller=who.user, arranged_by=people.desk, starts_on=today()
    )
    return call, reverse("outreach:follow_up", args=[call.pk]), "call"


def of_pledge(people, who):
    need = needs.publish_need(
        by=people.host,
        at=now(),
        unit=people.village,
        job="law",
        title="普法",
        details="",
        when="周六",
        wanted=3,
        until=in_days(9),
    )
    NeedPledge.objects.create(need=need, cadre=who, organ=who.organ, pledged_at=now())
    return need, need.get_absolute_url(), "outreach:needs"


def of_reception(people, who):
    reception = receptions.plan_reception(
        by=people.office,
        at=now(),
        organ=people.department,
        leader=who,
        duties="",
        theme="",
        starts_at="09:00",
        ends_at="11:00",
        place="村委会",
        form="case",
        unit=people.village,
        held_on=in_days(9),
    )
    return reception, reception.get_absolute_url(), "outreach:receptions"


def of_companion(people, who):
    visit = people.visit(companions=[who])
    return visit, visit.get_absolute_url(), "outreach:visits"


def of_entry(people, who):
    """A visit entered for them by the person named at the contact point."""
    leading.arrange_point(
        leader=who,
        unit=people.village,
        year=today().year,
        by=people.office,
        at=now(),
        planned_visits=4,
        recorder=people.cadre,
    )
    visit, _new = visit_actions.record_visit(
        client_key=uuid.uuid4(),
        author=who,
        by=people.author,
        unit=people.village,
        visited_on=today(),
        at=now(),
        **STATED,
    )
    return visit, visit.get_absolute_url(), "confirm_visit"


def of_pairing(people, who):
    pairing = paired(people, level="unit", cadre=who, organ=who.organ)
    return pairing, pairing.get_absolute_url(), "pairing:my_pairings"


def of_apprentice(people, who):
    pairing = agree_mentoring(
        cadre=people.cadre2 if who == people.cadre else people.cadre,
        apprentice=who,
        unit=people.village,
        starts_on=today(),
        ends_on=in_days(300),
        by=people.office,
        at=now(),
    )
    return pairing, pairing.get_absolute_url(), "pairing:mentoring"


def of_point(people, who, **more):
    point = leading.arrange_point(
        **{"leader": who, "unit": people.village, "year": today().year, "planned_visits": 4} | more,
        by=people.office,
        at=now(),
    )
    return point, point.get_absolute_url(), "contact_point"


def of_recorder(people, who):
    point, page, _duty = of_point(people, people.cadre, recorder=who)
    return point, page, "pairing:contact_points"


def of_found_problem(people, who):
    found = results.problem(people, results.topic(people), person=who)
    return found, found.get_absolute_url(), "found_problem"


def of_problem(people, who):
    problem = problems.lift_problem(
        matters=[people.matter()],
        title="东支渠多年失修",
        why="涉及三个村",
        official=who,
        organ=people.water,
        review_days=30,
        by=people.desk,
        at=now(),
    )
    return problem, problem.get_absolute_url(), "pairing:problems"


def _case(people, responsible=None):
    """A confirmed case, with one item of its plan."""
    branch = PartyOrganization.objects.create(
        name="柳湾村党支部", kind="branch", unit=people.village, started_on=START
    )
    case = weak_cases.note_case(
        organization=branch,
        year=today().year,
        level="weak",
        situations=["01"],
        by=people.host,
        at=now(),
    )
    case = weak_cases.decide_case(
        case=case,
        confirmed=True,
        document="云委〔2026〕7号",
        decided_on=today(),
        by=people.office,
        at=now(),
    )
    item = weak_plans.add_item(
        case=case,
        situation="01",
        measure="补选",
        responsible="镇党委副书记",
        cadre=responsible,
        due_on=in_days(30),
        by=people.host,
        at=now(),
    )
    return case, item


def of_four(people, who):
    case, _item = _case(people)
    weak_plans.name_support(
        case=case, kind="leader", cadre=who, starts_on=today(), by=people.host, at=now()
    )
    return case, case.get_absolute_url(), "visit_weak_case"


def of_item(people, who):
    case, _item = _case(people, responsible=who)
    return case, case.get_absolute_url(), "team_weak_item"


def of_appraised(people, who):
    one = collecting.appraised(people, collecting.cycle(people), cadre=who)
    return one, one.get_absolute_url(), "evaluation:my_appraisals"


def of_plan(people, who, **charge):
    plan = planning.plan_of(people, **charge or {"first_in_charge": who})
    planning.words_task(people, plan)
    plan = planning.issued(people, plan)
    return plan, plan.get_absolute_url(), "oversight:plans"


def of_charge(people, who):
    return of_plan(people, who, in_charge=who)


def of_task(people, who, field="official"):
    plan = planning.plan_of(people)
    item = planning.words_task(people, plan, **{field: who})
    planning.issued(people, plan)
    return item, item.get_absolute_url(), "oversight:plan_items"


def of_task_person(people, who):
    return of_task(people, who, "person")


def of_instruction(people, who):
    entry = planning.proposed(people, source="leader", leader=who)
    return entry, entry.get_absolute_url(), "oversight:supervision"


def of_supervised(people, who):
    entry = planning.established(people, planning.head(people), official=who)
    entry = supervision.assign_entry(entry=entry, by=people.desk, at=now())
    return entry, entry.get_absolute_url(), "oversight:supervision"


def of_stand_in(people, who, **more):
    named = {"principal": people.author, "stand_in": who.user} | more
    standing = StandIn.objects.create(
        **named, named_by=people.office, starts_on=today(), ends_on=in_days(9)
    )
    return standing, reverse("stand_ins"), "stand_ins"


def of_principal(people, who):
    return of_stand_in(people, who, principal=who.user, stand_in=people.author)


def _topic(people, **changes):
    plan = {
        "title": "小型水利设施管护",
        "source": "plan",
        "outline": "管护主体、经费。",
        "lead_organ": people.agriculture,
        "leader": people.cadre,
        "methods": ["symposium"],
        "starts_on": today(),
        "ends_on": in_days(90),
    }
    by = {"by": people.liaison, "at": now()}
    topic = topics.submit_topic(topic=topics.draft_topic(**plan | changes, **by), **by)
    return topics.record_decision(topic=topic, decided_on=today(), **by)


def of_topic(people, who):
    topic = _topic(people, leader=who)
    return topic, topic.get_absolute_url(), "research:topics"


def of_member(people, who):
    topic = _topic(people, members=[who])
    return topic, topic.get_absolute_url(), "research:topics"


def of_research(people, who):
    """An arranged batch that its host was told of."""
    by = {"by": people.liaison, "at": now()}
    batch = research_batches.plan_batch(
        topic=_topic(people),
        units=[people.village],
        people=[who],
        methods=["symposium"],
        starts_on=in_days(20),
        ends_on=in_days(25),
        **by,
    )
    batch = research_batches.submit_batch(batch=batch, **by)
    batch = research_batches.arrange_batch(batch=batch, by=people.office, at=now())
    return batch, batch.get_absolute_url(), "research:batches"


def of_asking(people, who):
    villages(people)
    sample = running(drawn_sample(people, number=10))
    sample_actions.assign_asker(sample=sample, cadre=who, by=people.liaison, at=now())
    # Only one stays open, since the others are alike.
    drawn = sample.drawn.order_by("position").first()
    for other in sample.drawn.exclude(pk=drawn.pk):
        sample_actions.dispose(other, "refused", by=people.liaison, at=now())
    return drawn, drawn.get_absolute_url(), "drawn_to_ask"


def _inspected(people, who, **named):
    group = Group(people)
    one = group.planned(**named)
    if "approver" in named:
        one = inspections.submit_inspection(inspection=one, by=people.supervisor, at=now())
    return one, one.get_absolute_url(), "oversight:inspections"


def of_inspection_head(people, who):
    return _inspected(people, who, head=who)


def of_inspection_member(people, who):
    return _inspected(people, who, members=[who])


def of_inspection_approver(people, who):
    return _inspected(people, who, approver=who)


def of_system(people, who):
    machine = account("machine", "热线对接", people.town_organ)
    service = tokens.declare(
        account=machine, system="县12345热线", responsible=who.user, by=people.system, at=now()
    )
    return service, service.get_absolute_url(), "api:services"


APPOINTED = {
    "outreach.ContactArea.cadre": of_area,
    "outreach.Stay.cadre": of_stay,
    "outreach.StayHandover.successor": of_handover,
    "outreach.Leave.stand_in": of_leave,
    "outreach.CampaignUnit.cadres": of_campaign,
    "outreach.Matter.lead_official": of_lead,
    "outreach.MatterCare.cadre": of_care,
    "outreach.SupervisionOrder.leader": of_order,
    "outreach.FollowUp.caller": of_call,
    "outreach.NeedPledge.cadre": of_pledge,
    "outreach.ReceptionDay.leader": of_reception,
    "outreach.Visit.author": of_entry,
    "outreach.Visit.companions": of_companion,
    "outreach.VisitCompanion.cadre": of_companion,
    "research.DrawnUnit.asked_by": of_asking,
    "pairing.Pairing.apprentice": of_apprentice,
    "pairing.Pairing.cadre": of_pairing,
    "pairing.ContactPoint.leader": of_point,
    "pairing.ContactPoint.recorder": of_recorder,
    "pairing.ProminentProblem.official": of_problem,
    "pairing.CaseSupport.cadre": of_four,
    "pairing.RectificationItem.cadre": of_item,
    "research.FoundProblem.person": of_found_problem,
    "evaluation.Appraised.cadre": of_appraised,
    "research.ResearchTopic.leader": of_topic,
    "research.ResearchTopic.members": of_member,
    "research.ResearchBatch.people": of_research,
    "oversight.Inspection.approver": of_inspection_approver,
    "oversight.Inspection.head": of_inspection_head,
    "oversight.Inspection.members": of_inspection_member,
    "oversight.WorkPlan.first_in_charge": of_plan,
    "oversight.WorkPlan.in_charge": of_charge,
    "oversight.PlanItem.official": of_task,
    "oversight.PlanItem.person": of_task_person,
    "oversight.SupervisionEntry.leader": of_instruction,
    "oversight.SupervisionEntry.official": of_supervised,
    "api.ServiceAccount.responsible": of_system,
    "portal.StandIn.principal": of_principal,
    "portal.StandIn.stand_in": of_stand_in,
}

# Fields that say who did something; they appoint nobody.
ACTOR_FIELDS = (
    "by on_behalf_of owner typed_by voided_by ended_by created_by published_by added_by"
    " taken_out_by nominated_by placed_by written_by issued_by revoked_by changed_by assigned_by"
    " signed_by asked_by decided_by answered_by arranged_by closed_by opened_by put_forward_by"
    " removed_by entered_by made_by read_by prepared_by recorded_by confirmed_by noted_by"
    " withdrawn_by planned_by announced_by held_by cancelled_by attested_by returned_by lifted_by"
    " named_by reported_by counted_by proposed_by first_by second_by filed_by granted_by"
    " unlocked_by called_by set_by undone_by registered_by handed_by receipt_noted_by reviewed_by"
    " uploaded_by concluded_by found_by checked_by received_by accepted_by approved_by"
    " destroyed_by settled_by collected_by dropped_by begun_by compared_by"
)
# Other fields that name a person.
OTHER_FIELDS = {
    # Proposals: only the office sees them until the decision, after which there is a stay or a
    # pairing.
    "outreach.Nomination.cadre",
    "outreach.BatchPlace.continuity",
    "pairing.ProposedMatch.cadre",
    "pairing.ProposedMatch.other_cadre",
    "pairing.MatchChange.cadre",
    # Recorded afterwards; it gives nobody anything to do.
    "outreach.CondolenceVisit.first_cadre",
    "outreach.CondolenceVisit.second_cadre",
    "pairing.SupportStep.for_cadre",
    # The cadre's own request; it gives nobody anything to do.
    "oversight.PrivacyRequest.cadre",
    "works.Talk.cadre",
    "works.Talk.other",
    "research.ResearchActivity.conducted_by",
    # Named by the organ when it reports what was done; the finding is the organ's.
    "oversight.Finding.official",
    "oversight.Finding.person",
    # Says who did it; the paper stays among their papers.
    "oversight.Paper.checked_by",
    "oversight.DestructionList.witness",
    # The earlier value of a change.
    "pairing.ProblemMatter.official_before",
    "portal.ReorganisationChange.cadre",
    # Sealed from the person or kept by the personnel side.
    "outreach.ConductReport.recused",
    "outreach.ConductReport.barred",
    "evaluation.DisciplineFinding.cadre",
    "evaluation.DisciplineFinding.recused",
    "evaluation.DisciplineFinding.barred",
    "portal.AvoidancePair.cadre",
    "portal.AvoidancePair.other",
    # Facts about the person or the account, and the person's own things.
    "portal.Cadre.user",
    "portal.Cadre.spouse",
    "portal.Experience.cadre",
    "research.HomeNote.author",
    "portal.RoleGrant.user",
    "portal.BreakGlass.user",
    "portal.BreakGlass.seen_by",
    "portal.PasswordSlip.user",
    "portal.PastPassword.user",
    "portal.SavedFilter.user",
    "portal.Reminder.user",
    "portal.ContactChannel.user",
    "portal.Delivery.user",
    "oversight.PortalComplaint.author",
    "sync.Device.owner",
    "api.ServiceAccount.user",
    "api.CalendarFeed.owner",
    "sync.Entry.owner",
    "sync.KeptEntry.owner",
}


def naming():
    """Return the app.Model.field of everything that can name a person."""
    ours = {
        "portal",
        "outreach",
        "neighbours",
        "works",
        "research",
        "sync",
        "api",
        "pairing",
        "evaluation",
        "oversight",
    }
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ours
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.related_model in (User, Cadre)
    }


def test_each_field_that_can_name_a_person_has_its_place():
    placed = APPOINTED.keys() | OTHER_FIELDS
    unplaced = {
        one for one in naming() - placed if one.rpartition(".")[2] not in ACTOR_FIELDS.split()
    }
    assert unplaced == set(), "Say in tests/test_appointed.py what the person sees."
    assert placed - naming() == set()
    assert not APPOINTED.keys() & OTHER_FIELDS


@pytest.fixture
def who(people):
    """A leader of another organ whose role opens only records that name the leader."""
    named = account("named", "罗明", people.department, Role.LEADER, within=people.department)
    return people._cadre(named, "县委常委", 4)


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("field", APPOINTED)
def test_whoever_is_named_opens_the_page_and_finds_it(people, who, field):
    client = Client()
    client.force_login(who.user)
    before = todo.counts(fresh(who.user))
    record, page, where = APPOINTED[field](people, who)

    assert client.get(page).status_code == 200, "The page of what carries the name."
    if where in before:
        assert todo.counts(fresh(who.user))[where] == before[where] + 1
        listed = client.get(reverse("todo"), {"kind": where})
    else:
        listed = client.get(reverse(where))
    assert listed.status_code == 200
    shown = listed.content.decode()
    if page != reverse(where if where not in before else "todo"):
        assert page.partition("#")[0] in shown, "The way to it."
    assert "李大山" not in client.get(page).content.decode(), "Names of raisers are masked."


# --- 四不两直: no day on which a leader means to go is known beforehand --------------------------

# Date fields of records that name a leader; none says when the leader will go there. New ones must
# be checked here: the law requires only receptions to be announced.
DAYS = {
    "pairing.ContactPoint": {"arranged_on", "ended_on"},
    "pairing.ContactPointStep": {"at"},
    "pairing.CaseSupport": {"starts_on", "ends_on"},
}


@pytest.mark.parametrize("noun", DAYS)
def test_no_planned_day_of_a_leader_is_stored(noun):
    days = (models.DateField, models.DateTimeField)
    found = {field.name for field in apps.get_model(noun)._meta.fields if isinstance(field, days)}
    assert found == DAYS[noun]


def tell_until(last, every):
    """Send the reminders of today and of every `every`-th day for `last` days."""
    for ahead in range(0, last, every):
        day = today() + timedelta(days=ahead)
        reminders.tell(day=day, at=reminders.morning_of(day), by="test")


@pytest.mark.parametrize("every", [28, pytest.param(7, marks=pytest.mark.long)])
def test_the_village_and_its_host_are_told_of_no_leader(people, who, every):
    """No reminder of a year, no to-do list and no page of the village names the leader."""
    of_point(people, who)
    of_four(people, who)
    tell_until(360, every)
    told = Reminder.objects.filter(kind__in=["contact_point_half", "visit_weak_case"])
    assert set(told.values_list("user", "kind")) == {(who.user.pk, "contact_point_half")}
    for one in (people.host, people.host2, people.author, people.liaison):
        client = Client()
        client.force_login(one)
        for page in (reverse("todo"), reverse("outreach:today"), f"{reverse('todo')}?tab=told"):
            assert who.name not in client.get(page).content.decode(), (one.name, page)
        assert who.name not in client.get(people.village.get_absolute_url()).content.decode()


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.long)])
def test_the_host_is_told_of_research_and_not_which_leader_comes(people, who, every):
    batch, page, listed = of_research(people, who)
    tell_until(25, every)
    for one in (people.host, people.host2):
        client = Client()
        client.force_login(one)
        assert batch.topic.title in client.get(page).content.decode()
        names = ("todo", "outreach:today", "reminders", listed)
        for each in (page, *map(reverse, names), people.village.get_absolute_url()):
            shown = client.get(each, follow=True).content.decode()
            assert who.name not in shown, (one.name, each)


def test_a_visit_is_written_down_afterwards(people, who):
    """A leader's visit cannot be entered before its day."""
    client = Client()
    client.force_login(who.user)
    typed = {
        "key": str(uuid.uuid4()),
        "visited_on": f"{in_days(1):%F}",
        "unit": people.village.pk,
        "summary": "明天去。",
        "purposes": ["contact_point"],
        "matters-TOTAL_FORMS": 0,
        "matters-INITIAL_FORMS": 0,
    }
    assert client.post(reverse("outreach:new_visit"), typed).status_code == 422
    assert (
        client.post(
            reverse("outreach:new_visit"), typed | {"visited_on": f"{today():%F}"}
        ).status_code
        == 302
    )
