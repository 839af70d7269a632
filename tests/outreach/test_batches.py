"""分期分批: from places to be filled to published stays."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import batches as actions
from outreach.actions import stays
from outreach.models import BatchPlace, Nomination, Placement, Proposal, Stay, StayBatch
from outreach.placing import obstacles as placing
from outreach.placing import proposals
from outreach.rules import batches as rules
from portal import parameters
from portal.actions import people as staff
from portal.choosing import matching
from portal.duties import reminders, todo
from portal.models import AuditEntry, Cadre, Experience, Job, PolicyParameter, Reminder
from portal.roles import Role
from portal.run import jobs
from tests.day import TODAY, in_days, now
from tests.outreach.test_together import at_once
from tests.people import START, account, division, fresh, unit

# Import it early: a job's heartbeat does not see the rows of a test's transaction, so the work must
# end before the first beat.
assert matching


def make(people, by=None, **changes):
    terms = {
        "title": "2027年第一批",
        "programme": "千名干部驻百村",
        "kind": "member",
        "area": None,
        "starts_on": in_days(30),
        "ends_on": in_days(760),
        "nominate_by": in_days(10),
        "team_min": 1,
        "team_max": 3,
    } | changes
    return actions.make_batch(by=by or people.office, at=now(), **terms)


def add(people, batch, *units, by=None, **changes):
    facts = {
        "kind": "member",
        "wanted": 1,
        "hardship": 1,
        "hardship_reason": "",
        "reasons": "班子缺人手",
        "expertise": [],
        "continuity": None,
    } | changes
    return actions.add_places(
        batch=batch, by=by or people.office, at=now(), units=units or [people.village], **facts
    )


def move(people, batch, code, by=None, **more):
    return actions.move_batch(batch=batch, code=code, by=by or people.office, at=now(), **more)


def opened(people, *units, **changes):
    batch = make(people)
    add(people, batch, *units, **changes)
    return move(people, batch, "open")


def name(people, batch, *cadres, by=None, may_lead=True):
    return actions.nominate(
        batch=batch, by=by or people.office, at=now(), cadres=cadres, may_lead=may_lead
    )


def qualify(people, *nominations):
    for one in nominations:
        actions.judge_nomination(nomination=one, by=people.office, at=now(), state="qualified")


def chosen(people, *cadres, units=(), **changes):
    """A batch with closed nominations, in which these cadres are qualified."""
    batch = opened(people, *units, **changes)
    qualify(people, *name(people, batch, *(cadres or [people.cadre])))
    return move(people, batch, "close")


def nomination_of(batch, cadre):
    return Nomination.objects.get(batch=batch, cadre=cadre)


def place(people, batch, cadre, at_unit=None, by=None, leads=False, why="会议意见"):
    where = BatchPlace.objects.get(batch=batch, unit=at_unit or people.village, taken_out_at=None)
    return actions.place_by_hand(
        nomination=nomination_of(batch, cadre),
        place=where,
        by=by or people.office,
        at=now(),
        why=why,
        leads=leads,
    )


def decided(people, *cadres, **more):
    batch = chosen(people, *cadres, **more)
    place(people, batch, (cadres or [people.cadre])[0])
    return decide(people, batch)


def decide(people, batch):
    return actions.decide(
        batch=batch, by=people.office, at=now(), document="云组通〔2026〕5号", decided_on=in_days(0)
    )


def computed(people, batch):
    proposal = actions.ask_proposal(batch=batch, by=people.office)
    jobs.run(proposal.job_id, clock=timezone.now)
    proposal.refresh_from_db()
    return proposal


def standing(batch):
    rows = Placement.objects.filter(batch=batch, ended_at=None).order_by("pk")
    return [(one.place.unit.name, one.nomination.cadre.name, one.is_leader) for one in rows]


def sees(user, batch):
    return StayBatch.objects.visible_to(user).filter(pk=batch.pk).exists()


# --- The batch and its places ------------------------------------------------------------------


def test_a_batch_is_its_offices_until_it_is_opened_for_the_organs(people):
    batch = make(people)
    add(people, batch)
    assert batch.area == people.county
    assert [sees(u, batch) for u in (people.office, people.liaison)] == [True, False]

    batch = move(people, batch, "open")

    assert sees(people.liaison, batch)
    assert sees(people.neighbour_liaison, batch)
    for other in (people.neighbour_office, people.author, people.host, people.supervisor):
        assert not sees(other, batch)
    assert AuditEntry.objects.filter(event="batch.opened", noun_id=batch.pk).count() == 1
    assert [step.code for step in batch.steps.order_by("pk")] == ["made", "opened"]


@pytest.mark.parametrize("who", ["liaison", "host", "author", "supervisor", "neighbour_office"])
def test_nobody_else_makes_or_fills_a_batch_of_the_county(people, who):
    batch = make(people)

    with pytest.raises(PermissionDenied):
        make(people, by=getattr(people, who), area=people.county)
    with pytest.raises(PermissionDenied):
        add(people, batch, by=getattr(people, who))


def test_an_office_of_two_areas_says_which(people):
    people.office.grants.create(role=Role.OFFICE, division=people.other_county, starts_on=START)
    office = fresh(people.office)

    with pytest.raises(ValidationError):
        make(people, by=office)
    assert make(people, by=office, area=people.other_county).area == people.other_county


@pytest.mark.parametrize(
    "changes",
    [{"ends_on": in_days(29)}, {"nominate_by": in_days(30)}, {"team_min": 4}, {"team_max": 12}],
)
def test_terms_that_cannot_be_are_refused_by_the_database(people, changes):
    with pytest.raises(ValidationError):
        make(people, **changes)
    batch = make(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        StayBatch.objects.filter(pk=batch.pk).update(**changes)


def test_many_places_are_added_at_once_and_a_unit_stands_once(people):
    batch = make(people)
    added = add(people, batch, people.village, people.other_village, expertise=["water"])

    assert len(added) == 2
    assert AuditEntry.objects.filter(event="batch.place_added").count() == 2
    with pytest.raises(ValidationError, match="柳湾村"):
        add(people, batch)


def test_an_abolished_unit_and_one_outside_the_area_are_refused(people):
    batch = make(people)
    people.village.ended_on = in_days(-1)
    with pytest.raises(PermissionDenied):
        add(people, batch)
    outside = division("江心镇", 4, people.other_county, "990109001000")
    host = type(people.town_organ).objects.create(
        name="江心镇党委", kind="township", division=outside, started_on=in_days(-900), path="/9/"
    )
    with pytest.raises(PermissionDenied):
        add(people, batch, unit("江心村", host, outside))


@pytest.mark.parametrize("changes", [{"wanted": 4}, {"wanted": 9}, {"hardship": 3}])
def test_a_place_of_the_wrong_size_or_hard_without_a_reason_is_refused(people, changes):
    with pytest.raises(ValidationError):
        add(people, make(people, team_min=3), **changes)


def test_a_place_taken_out_stays_with_its_reason_and_can_come_back(people):
    batch = make(people)
    (first,) = add(people, batch)
    gone = actions.take_out_place(place=first, by=people.office, at=now(), why="已有第一书记")

    assert gone.taken_out_why == "已有第一书记"
    assert not rules.may_open(people.office, batch)
    add(people, batch)
    with pytest.raises(PermissionDenied):
        actions.take_out_place(place=first, by=people.office, at=now(), why="再来")


def test_a_place_where_somebody_is_to_go_is_not_taken_out(people):
    batch = chosen(people)
    place(people, batch, people.cadre)

    with pytest.raises(PermissionDenied):
        actions.take_out_place(place=batch.places.get(), by=people.office, at=now(), why="不需要")


def test_states_follow_each_other_and_no_step_is_taken_twice(people):
    batch = make(people)
    with pytest.raises(PermissionDenied):
        move(people, batch, "open")
    add(people, batch)
    batch = move(people, batch, "open")
    for code in ("open", "take_up_again"):
        with pytest.raises(PermissionDenied):
            move(people, batch, code)
    batch = move(people, batch, "close")
    with pytest.raises(PermissionDenied):
        actions.change_batch(batch=batch, by=people.office, at=now(), title="改名")
    batch = move(people, batch, "reopen", why="名额未满", nominate_by=in_days(12))
    assert (batch.state, batch.nominate_by) == ("nominating", in_days(12))

    batch = move(people, batch, "give_up", why="项目取消")

    assert batch.is_over
    assert batch.steps.order_by("-pk").first().why == "项目取消"
    with pytest.raises(PermissionDenied):
        move(people, batch, "give_up", why="再取消")


# --- Nomination and qualification --------------------------------------------------------------


def test_the_sending_organ_nominates_its_own_until_the_day_set(people):
    batch = opened(people)
    (one,) = name(people, batch, people.cadre, by=people.liaison)

    assert (one.organ, one.state) == (people.agriculture, "open")
    with pytest.raises(ValidationError):
        name(people, batch, people.cadre)
    with pytest.raises(PermissionDenied):
        name(people, batch, people.neighbour, by=people.liaison)
    StayBatch.objects.update(nominate_by=in_days(-1))
    batch.refresh_from_db()
    with pytest.raises(PermissionDenied):
        name(people, batch, people.cadre2, by=people.liaison)
    assert name(people, batch, people.cadre2)


@pytest.mark.parametrize("who", ["author", "host", "supervisor", "handler", "neighbour_office"])
def test_others_do_not_nominate(people, who):
    with pytest.raises(PermissionDenied):
        name(people, opened(people), people.cadre, by=getattr(people, who))


def test_who_left_is_not_nominated_and_nobody_before_the_batch_is_open(people):
    with pytest.raises(PermissionDenied):
        name(people, make(people), people.cadre)
    Cadre.objects.update(left_on=in_days(-1))
    with pytest.raises(PermissionDenied):
        name(people, opened(people), people.cadre)


def test_an_organ_sees_its_own_nominations_alone(people):
    batch = opened(people)
    name(people, batch, people.cadre, people.neighbour)

    def seen(user):
        rows = Nomination.objects.visible_to(user).filter(batch=batch)
        return sorted(one.cadre.name for one in rows)

    assert seen(people.office) == ["冯远", "王建国"]
    assert seen(people.liaison) == ["王建国"]
    assert seen(people.neighbour_liaison) == ["冯远"]
    assert seen(people.author) == seen(people.host) == seen(people.neighbour_office) == []


def test_no_address_tells_an_organ_which_places_have_somebody(people, browse):
    batch = chosen(people, units=[people.village, people.other_village])
    place(people, batch, people.cadre)
    places = reverse("outreach:batch_places", args=[batch.pk])

    assert browse("office").get(places, {"tab": "empty"}).context["total"] == 1
    for tab in ("all", "empty", "taken_out"):
        assert browse("liaison").get(places, {"tab": tab}).context["total"] == 2
    # Nor does a reopened nomination tell it.
    move(people, batch, "reopen", nominate_by=in_days(5), why="补充人选")
    own = nomination_of(batch, people.cadre)
    page = browse("liaison").get(reverse("outreach:nomination", args=[own.pk])).content.decode()
    assert str(rules.may_withdraw(people.office, own).refusal) not in page
    assert not rules.may_withdraw(people.liaison, own)


def test_the_office_judges_with_a_reason_and_may_judge_again(people):
    batch = opened(people)
    (one,) = name(people, batch, people.cadre)

    def judge(state, why="", by=None):
        return actions.judge_nomination(
            nomination=one, by=by or people.office, at=now(), state=state, why=why
        )

    with pytest.raises(ValidationError):
        judge("unqualified")
    with pytest.raises(PermissionDenied):
        judge("qualified", by=people.liaison)
    judge("unqualified", "正在借调")
    judge("qualified")

    assert [(s.state, s.why) for s in one.steps.order_by("pk")] == [
        ("unqualified", "正在借调"),
        ("qualified", ""),
    ]


def test_a_nomination_is_withdrawn_while_open_and_made_again(people):
    batch = opened(people)
    (one,) = name(people, batch, people.cadre, by=people.liaison)

    def withdraw(by):
        return actions.withdraw_nomination(nomination=one, by=by, at=now(), why="另有安排")

    with pytest.raises(PermissionDenied):
        withdraw(people.neighbour_liaison)
    withdraw(people.liaison)
    with pytest.raises(PermissionDenied):
        withdraw(people.liaison)
    name(people, batch, people.cadre, by=people.liaison)
    move(people, batch, "close")
    again = Nomination.objects.get(batch=batch, state="open")
    with pytest.raises(PermissionDenied):
        actions.withdraw_nomination(nomination=again, by=people.liaison, at=now(), why="晚了")
    assert rules.may_withdraw(people.office, again)


def three_gates_of(cadre):
    Experience.objects.create(
        cadre=cadre, organ_kind="county", place="县直机关", started_on=in_days(-900)
    )


def hints(people, batch, cadre):
    pool = placing.Pool(
        batch, on=TODAY, nominations=Nomination.objects.filter(batch=batch, cadre=cadre)
    )
    return {one.code: one.is_hard for one in pool.about(pool.nominations[0])}


def test_hints_name_age_stay_couple_avoidance_and_home(people):
    Cadre.objects.filter(pk=people.cadre.pk).update(birth_month="1960-01")
    staff.change_placing(
        cadre=people.cadre,
        by=people.office,
        spouse=people.cadre2,
        home_division=people.village_place,
        skills=[],
    )
    staff.add_avoidance(cadre=people.cadre, by=people.office, at=now(), unit=people.village)
    stay(people, people.cadre)
    batch = opened(people)
    name(people, batch, people.cadre, people.cadre2)

    assert hints(people, batch, people.cadre) == {
        "overlap": True,
        "age": False,
        "couple": False,
        "avoidance": False,
        "home": False,
    }
    assert hints(people, batch, people.cadre2) == {"age": False, "couple": False}


def stay(people, cadre, **changes):
    facts = {
        "unit": people.other_village,
        "kind": "residential",
        "starts_on": in_days(0),
        "ends_on": in_days(30),
        "document": "1号",
    } | changes
    return stays.publish_stay(cadre=cadre, by=people.office, at=now(), **facts)


def test_the_three_gate_hint_stands_on_the_offices_pages_alone(people, browse):
    three_gates_of(people.cadre)
    batch = opened(people)
    (one,) = name(people, batch, people.cadre)
    urls = [
        reverse("outreach:nominations", args=[batch.pk]) + "?tab=all",
        reverse("outreach:nomination", args=[one.pk]),
    ]

    for url in urls:
        assert "三门" in browse("office").get(url).content.decode()
        page = browse("liaison").get(url).content.decode()
        assert "王建国" in page
        assert "三门" not in page


# --- The proposal ------------------------------------------------------------------------------


def test_the_proposal_sends_the_young_without_experience_to_the_hard_place(people):
    three_gates_of(people.cadre)
    Cadre.objects.update(birth_month="1999-05", skills=["water"])
    Cadre.objects.filter(pk=people.cadre2.pk).update(skills=[])
    batch = chosen(
        people,
        people.cadre,
        people.cadre2,
        units=[people.other_village],
        hardship=3,
        hardship_reason="离县城90公里",
        expertise=["water"],
    )

    proposal = computed(people, batch)

    (line,) = proposal.lines.all()
    assert (line.nomination.cadre, line.place.unit) == (people.cadre, people.other_village)
    assert [code for code, _points in line.facts] == ["hardship", "young", "expertise"]
    assert line.other_nomination.cadre == people.cadre2
    assert proposal.outcome["optimal"]
    assert (proposal.job.state, proposal.job.file_name) == ("done", "")
    assert not Placement.objects.exists()


def test_couples_avoidances_homes_and_ages_bar(people):
    staff.change_placing(
        cadre=people.cadre, by=people.office, spouse=people.cadre2, home_division=None, skills=[]
    )
    staff.change_placing(
        cadre=people.neighbour,
        by=people.office,
        spouse=None,
        home_division=people.county,
        skills=[],
    )
    batch = chosen(people, people.cadre, people.cadre2, people.neighbour, wanted=3)
    three = computed(people, batch)
    assert {line.nomination.cadre_id for line in three.lines.all()} < {
        people.cadre.pk,
        people.cadre2.pk,
    }
    assert ["home", 1] in three.gaps[0]["reasons"]

    staff.add_avoidance(cadre=people.cadre, by=people.office, at=now(), unit=people.village)
    Cadre.objects.filter(pk=people.cadre2.pk).update(birth_month="1970-01")
    nobody = computed(people, batch)
    assert not nobody.lines.exists()
    assert {code for code, _n in nobody.gaps[0]["reasons"]} == {
        "age",
        "avoidance",
        "home",
        "nobody",
    }


def test_home_is_avoided_on_the_level_of_the_norm(people):
    Cadre.objects.update(home_division=people.other_place)
    batch = chosen(people, people.cadre)
    assert not computed(people, batch).lines.exists()

    set_norm(people, "proposal.home_level", 4)

    assert computed(people, batch).lines.exists()


def set_norm(people, code, value):
    PolicyParameter.objects.create(
        code=code, value=value, basis="本县规定", valid_from=in_days(0), set_by=people.office
    )
    parameters.forget()


def test_a_proposal_is_asked_by_the_office_once_at_a_time(people):
    batch = opened(people)
    with pytest.raises(PermissionDenied):
        actions.ask_proposal(batch=batch, by=people.office)
    batch = move(people, batch, "close")
    assert not rules.may_propose(people.office, batch)
    batch = chosen(people, units=[people.other_village])
    with pytest.raises(PermissionDenied):
        actions.ask_proposal(batch=batch, by=people.liaison)

    actions.ask_proposal(batch=batch, by=people.office)

    with pytest.raises(PermissionDenied):
        actions.ask_proposal(batch=batch, by=people.office)


def test_a_proposal_taken_over_places_everybody_with_its_reasons(people):
    batch = chosen(people, people.cadre, people.cadre2, units=[people.village], wanted=2)
    proposal = computed(people, batch)

    left_out = actions.take_over_proposal(proposal=proposal, by=people.office, at=now())

    assert left_out == 0
    assert len(standing(batch)) == 2
    assert [leads for _u, _n, leads in standing(batch)].count(True) == 1
    assert all(one.line.proposal == proposal for one in Placement.objects.all())


def is_stale(proposal):
    return proposals.stale(proposal, placing.Pool(proposal.batch, on=TODAY))


def test_what_changed_since_is_said_and_taken_over_only_knowingly(people):
    batch = chosen(people, people.cadre, people.cadre2)
    proposal = computed(people, batch)
    first = proposal.lines.get().nomination.cadre
    assert not is_stale(proposal)
    stay(people, first, starts_on=in_days(0), ends_on=in_days(90))

    assert is_stale(proposal)
    with pytest.raises(ValidationError):
        actions.take_over_proposal(proposal=proposal, by=people.office, at=now())
    left_out = actions.take_over_proposal(
        proposal=proposal, by=people.office, at=now(), knowingly=True
    )

    assert (left_out, standing(batch)) == (1, [])


@pytest.mark.parametrize("what", ["place", "nomination", "weight", "avoidance", "skills"])
def test_everything_a_proposal_rests_on_makes_it_old(people, what):
    batch = chosen(people, people.cadre, people.cadre2)
    proposal = computed(people, batch)

    if what == "place":
        add(people, batch, people.other_village)
    elif what == "nomination":
        actions.judge_nomination(
            nomination=nomination_of(batch, people.cadre2),
            by=people.office,
            at=now(),
            state="unqualified",
            why="借调",
        )
    elif what == "weight":
        set_norm(people, "proposal.weight.young", 77)
    elif what == "avoidance":
        staff.add_avoidance(cadre=people.cadre, by=people.office, at=now(), other=people.cadre2)
    else:
        Cadre.objects.filter(pk=people.cadre.pk).update(skills=["law"])

    assert is_stale(proposal)


def test_a_lapsed_attempt_writes_nothing(people):
    batch = chosen(people)
    proposal = actions.ask_proposal(batch=batch, by=people.office)
    job = jobs.take(proposal.job_id, at=timezone.now())
    Job.objects.filter(pk=job.pk).update(attempt=job.attempt + 1)

    with pytest.raises(jobs.LeaseLost):
        proposals.compute(job, None, lambda done, total: None)

    assert not Proposal.objects.get().lines.exists()


# --- By hand -----------------------------------------------------------------------------------


def test_a_cadre_is_moved_with_a_reason_and_every_row_stays(people):
    batch = chosen(people, people.cadre, units=[people.village, people.other_village])
    place(people, batch, people.cadre)
    place(people, batch, people.cadre, people.other_village, why="离家更远，便于锻炼")

    assert standing(batch) == [("上坪村", "王建国", False)]
    first, second = Placement.objects.filter(batch=batch).order_by("pk")
    assert (first.ended_by, first.ended_why) == (people.office, "离家更远，便于锻炼")
    assert second.placed_by == people.office
    assert set(
        AuditEntry.objects.filter(event__startswith="placement.").values_list("event", flat=True)
    ) == {"placement.made", "placement.ended"}


def test_what_cannot_be_is_refused_by_hand_as_well(people):
    batch = chosen(people, people.cadre, people.cadre2, wanted=2)
    staff.change_placing(
        cadre=people.cadre, by=people.office, spouse=people.cadre2, home_division=None, skills=[]
    )
    place(people, batch, people.cadre)

    with pytest.raises(ValidationError, match="王建国"):
        place(people, batch, people.cadre2)
    assert len(standing(batch)) == 1
    with pytest.raises(PermissionDenied):
        place(people, batch, people.cadre2, by=people.liaison)


def test_who_is_not_qualified_or_may_not_lead_is_refused(people):
    batch = opened(people)
    name(people, batch, people.cadre)
    qualify(people, *name(people, batch, people.cadre2, may_lead=False))
    batch = move(people, batch, "close")

    with pytest.raises(ValidationError):
        place(people, batch, people.cadre)
    with pytest.raises(ValidationError):
        place(people, batch, people.cadre2, leads=True)


def test_a_new_leader_leaves_the_earlier_one_in_the_team(people):
    batch = chosen(people, people.cadre, people.cadre2, wanted=2)
    place(people, batch, people.cadre, leads=True)
    place(people, batch, people.cadre2, leads=True)

    assert set(standing(batch)) == {("柳湾村", "王建国", False), ("柳湾村", "赵敏", True)}


def test_warnings_name_home_age_size_and_load(people):
    Cadre.objects.update(birth_month="1960-01", home_division=people.county)
    batch = chosen(people, people.cadre, people.cadre2, people.neighbour, units=[people.village])
    place(people, batch, people.cadre)
    pool = placing.Pool(batch, on=TODAY)
    own = pool.by_nomination[nomination_of(batch, people.cadre2).pk]

    found = pool.against(
        own, pool.places[0], [pool.by_nomination[nomination_of(batch, people.cadre).pk]]
    )

    assert {one.code: one.is_hard for one in found} == {
        "home": False,
        "age": False,
        "size": False,
        "load": False,
    }


def test_a_cadre_taken_out_stays_qualified(people):
    batch = chosen(people)
    placement = place(people, batch, people.cadre)

    actions.take_out_placement(placement=placement, by=people.office, at=now(), why="家庭原因")

    assert standing(batch) == []
    with pytest.raises(PermissionDenied):
        actions.take_out_placement(placement=placement, by=people.office, at=now(), why="再")


def test_the_page_of_a_change_checks_before_it_places(people, browse):
    Cadre.objects.update(home_division=people.county)
    batch = chosen(people, people.cadre, people.neighbour)
    client = browse("office")
    one = nomination_of(batch, people.cadre)
    url = f"{reverse('outreach:place_cadre', args=[batch.pk])}?nomination={one.pk}"
    sent = {"nomination": one.pk, "unit": people.village.pk, "why": "锻炼"}

    part = client.get(
        reverse("outreach:check_placement", args=[batch.pk]),
        {"nomination": one.pk, "unit": people.village.pk},
    )
    asked = client.post(url, sent)
    elsewhere = client.post(url, sent | {"unit": people.other_village.pk})
    assert [o.code for o in part.context["checked"]["soft"]] == ["home"]
    assert (asked.status_code, elsewhere.status_code, standing(batch)) == (422, 422, [])
    seen = asked.context["checked"]["seen"]
    assert seen in part.content.decode()
    done = client.post(url, sent | {"seen": seen})

    assert done.status_code == 302
    assert len(standing(batch)) == 1


# --- Decision, notice, publishing --------------------------------------------------------------


def test_a_decision_has_its_document_and_can_be_taken_up_again(people):
    batch = decided(people)
    assert (batch.state, batch.document) == ("decided", "云组通〔2026〕5号")
    with pytest.raises(PermissionDenied):
        place(people, batch, people.cadre)
    with pytest.raises(IntegrityError), transaction.atomic():
        StayBatch.objects.filter(pk=batch.pk).update(document="")

    batch = move(people, batch, "take_up_again", why="有人退出")

    assert (batch.state, batch.document) == ("proposing", "")
    assert batch.steps.filter(document="云组通〔2026〕5号").exists()


def test_nothing_is_decided_while_nobody_is_placed(people):
    with pytest.raises(PermissionDenied):
        decide(people, chosen(people))


def test_publishing_makes_all_stays_in_one_act(people):
    batch = chosen(people, people.cadre, people.cadre2, kind="secretary", wanted=2)
    place(people, batch, people.cadre, leads=True)
    place(people, batch, people.cadre2)
    batch = decide(people, batch)

    actions.publish_batch(batch=batch, by=people.office, at=now())

    rows = Stay.objects.order_by("pk")
    assert [(s.cadre, s.kind, s.is_leader, s.document, s.programme) for s in rows] == [
        (people.cadre, "secretary", True, "云组通〔2026〕5号", "千名干部驻百村"),
        (people.cadre2, "member", False, "云组通〔2026〕5号", "千名干部驻百村"),
    ]
    batch.refresh_from_db()
    assert (batch.state, batch.published_by) == ("published", people.office)
    with pytest.raises(PermissionDenied, match="李明"):
        actions.publish_batch(batch=batch, by=people.office, at=now())


def test_a_stay_that_came_between_stops_all_of_them_and_is_named(people, browse):
    batch = chosen(
        people, people.cadre, people.cadre2, units=[people.village, people.other_village]
    )
    place(people, batch, people.cadre)
    place(people, batch, people.cadre2, people.other_village)
    batch = decide(people, batch)
    stay(people, people.cadre2)

    with pytest.raises(actions.InTheWay) as problem:
        actions.publish_batch(batch=batch, by=people.office, at=now())
    answer = browse("office").post(reverse("outreach:publish_batch", args=[batch.pk]))

    assert [one.nomination.cadre for one, _why in problem.value.reasons] == [people.cadre2]
    assert Stay.objects.count() == 1
    assert answer.status_code == 422
    assert "赵敏" in answer.content.decode()


@pytest.mark.parametrize("who", ["liaison", "host", "supervisor", "neighbour_office"])
def test_others_publish_nothing(people, who):
    with pytest.raises(PermissionDenied):
        actions.publish_batch(batch=decided(people), by=getattr(people, who), at=now())


def test_two_people_publish_at_once_and_one_wins(committed_people):
    people = committed_people
    batch = decided(people)
    second = account("office2", "孙静", people.department, Role.OFFICE, place=people.county)

    def publish(by):
        return lambda: actions.publish_batch(batch=batch, by=by, at=now())

    results = at_once(publish(people.office), publish(second))

    refused = [r for r in results if isinstance(r, PermissionDenied)]
    assert len(refused) == 1, results
    assert Stay.objects.count() == 1


def test_the_notice_names_cadres_and_units_and_no_hint(people, browse):
    three_gates_of(people.cadre)
    staff.add_avoidance(cadre=people.cadre, by=people.office, at=now(), other=people.neighbour)
    batch = decided(people)

    page = browse("office").get(reverse("outreach:batch_notice", args=[batch.pk])).content.decode()

    for words in ("云组通〔2026〕5号", "王建国", "柳湾村", "县农业农村局", "工作队员"):
        assert words in page
    for words in ("三门", "回避", "冯远", "基层工作经历"):
        assert words not in page


# --- Pages, to-do, reminders -------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3])
def test_lists_ask_the_database_the_same_however_long(
    people, client, n, django_assert_max_num_queries
):
    cadres = [people.cadre, people.cadre2, people.neighbour][:n]
    units = [people.village, people.other_village, unit("河口村", people.town_organ, people.town)]
    batch = chosen(people, *cadres, units=units[:n])
    actions.take_over_proposal(proposal=computed(people, batch), by=people.office, at=now())
    for _n in range(n - 1):
        make(people)
    client.force_login(people.office)
    pages = {
        reverse("outreach:batches"): 14,
        reverse("outreach:batch_places", args=[batch.pk]): 16,
        f"{reverse('outreach:nominations', args=[batch.pk])}?tab=all": 24,
        reverse("outreach:placements", args=[batch.pk]): 14,
        batch.proposals.get().get_absolute_url(): 28,
    }
    for url, most in pages.items():
        with django_assert_max_num_queries(most) as asked:
            assert client.get(url).status_code == 200
        COUNTS.setdefault(url.split("/")[-2], {})[n] = len(asked)
    if n == 3:
        assert len(standing(batch)) == 3
        assert {page: c for page, c in COUNTS.items() if len(set(c.values())) > 1} == {}


COUNTS = {}


def waiting(user):
    return {code for code, n in todo.counts(user).items() if n}


def test_what_waits_follows_the_state(people):
    batch = opened(people)
    assert "nominate" in waiting(people.liaison)
    name(people, batch, people.cadre, by=people.liaison)
    assert "nominate" not in waiting(people.liaison)
    assert "nominate" in waiting(people.neighbour_liaison)
    assert waiting(people.office) >= {"qualify_nominations"}
    assert "qualify_nominations" not in waiting(people.neighbour_office)
    qualify(people, nomination_of(batch, people.cadre))
    StayBatch.objects.update(nominate_by=in_days(-1))
    assert "close_nomination" in waiting(people.office)
    batch = move(people, batch, "close")
    place(people, batch, people.cadre)
    assert "decide_batch" in waiting(people.office)
    decide(people, batch)
    assert "publish_batch" in waiting(people.office)


def test_who_named_nobody_is_told_that_nomination_closes(people):
    batch = opened(people)
    StayBatch.objects.update(nominate_by=in_days(1))
    name(people, batch, people.cadre)

    reminders.tell(day=timezone.localdate(), at=now(), by="x")

    told = Reminder.objects.filter(kind="nomination_closes")
    assert {one.user.username for one in told} == {"n-liaison"}
    assert reminders.with_titles(people.neighbour_liaison, list(told))


def test_forms_say_what_is_wrong_and_lose_nothing(people, browse):
    client = browse("office")
    batch = opened(people)
    add_url = reverse("outreach:add_places", args=[batch.pk])

    wrong = client.post(
        reverse("outreach:new_batch"),
        {
            "title": "=1+1",
            "kind": "member",
            "starts_on": "2027-01-01",
            "ends_on": "2026-01-01",
            "nominate_by": "2027-02-01",
        },
    )
    hard = client.post(
        add_url,
        {
            "units_text": "上坪村",
            "kind": "member",
            "wanted": 1,
            "hardship": 3,
            "reasons": "<script>alert(1)</script>",
        },
    )
    twice = client.post(
        add_url,
        {"units_text": "柳湾村", "kind": "member", "wanted": 1, "hardship": 1, "reasons": "缺人"},
    )

    assert [r.status_code for r in (wrong, hard, twice)] == [422, 422, 422]
    assert "&lt;script&gt;" in hard.content.decode()
    assert "上坪村" in hard.content.decode()
    assert "柳湾村" in twice.content.decode()


def test_a_whole_batch_through_its_pages(people, browse):
    client = browse("office")
    client.post(
        reverse("outreach:new_batch"),
        {
            "title": "2027年第二批",
            "kind": "residential",
            "starts_on": in_days(30),
            "ends_on": in_days(90),
            "nominate_by": in_days(5),
        },
    )
    batch = StayBatch.objects.get()
    places = {
        "units_text": "柳湾村、上坪村",
        "kind": "residential",
        "wanted": 1,
        "hardship": 1,
        "reasons": "摸清情况",
    }
    client.post(reverse("outreach:add_places", args=[batch.pk]), places)
    client.post(reverse("outreach:move_batch", args=[batch.pk, "open"]))
    browse("liaison").post(
        reverse("outreach:nominate", args=[batch.pk]),
        {"cadres": [people.cadre.pk, people.cadre2.pk]},
    )
    client = browse("office")
    chosen_ids = list(Nomination.objects.values_list("pk", flat=True))
    client.post(reverse("outreach:qualify_many", args=[batch.pk]), {"chosen": chosen_ids})
    client.post(reverse("outreach:move_batch", args=[batch.pk, "close"]))
    asked = client.post(reverse("outreach:ask_proposal", args=[batch.pk]))
    assert client.get(asked.url).status_code == 200
    proposal = Proposal.objects.get()
    assert client.get(reverse("job", args=[proposal.job_id])).url == proposal.get_absolute_url()
    jobs.run(proposal.job_id, clock=timezone.now)
    polled = client.get(asked.url, headers={"HX-Request": "true", "HX-Target": "proposal"})
    assert polled.headers["HX-Refresh"] == "true"
    shown = client.get(asked.url).content.decode()
    assert "王建国" in shown
    client.post(reverse("outreach:take_over", args=[batch.pk, proposal.pk]))
    assert len(standing(batch)) == 2
    client.post(
        reverse("outreach:decide_batch", args=[batch.pk]),
        {"document": "云组通〔2026〕9号", "decided_on": in_days(0)},
    )
    done = client.post(reverse("outreach:publish_batch", args=[batch.pk]))

    assert done.status_code == 302
    assert Stay.objects.filter(document="云组通〔2026〕9号").count() == 2
    assert client.get(batch.get_absolute_url()).status_code == 200
