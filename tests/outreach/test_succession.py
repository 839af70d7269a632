"""A merged township and a transferred cadre: every open matter stays in somebody's hands."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from outreach.actions import follow_ups
from outreach.filters.matters import MATTERS_AT
from outreach.ledgers.matters import MATTER_LEDGER
from outreach.ledgers.visits import VISIT_LEDGER
from outreach.models import (
    ConductReport,
    ContactArea,
    FollowUp,
    Household,
    Matter,
    MatterStep,
    Visit,
)
from outreach.rules import matters as rules
from portal.actions import reorganisations
from portal.models import (
    AuditEntry,
    Cadre,
    GrassrootsUnit,
    Organ,
    Reorganisation,
    RoleGrant,
    StandIn,
)
from portal.roles import Role
from portal.sheets import figures
from tests.day import now, today
from tests.outreach.test_together import at_once
from tests.people import account, division, fresh, unit

DOCUMENT = "云编〔2026〕3号"


def merge(people, *sources, into=None, noun="organ", by=None, **facts):
    return reorganisations.merge(
        noun=noun,
        sources=list(sources),
        target=into,
        by=by or people.office,
        at=now(),
        on=facts.pop("on", today()),
        document=DOCUMENT,
        **facts,
    )


def rename(people, source, name, noun="organ", **facts):
    return reorganisations.rename(
        noun=noun,
        source=source,
        name=name,
        by=people.office,
        at=now(),
        on=today(),
        document=DOCUMENT,
        **facts,
    )


def split(people, source, *names, noun="organ", heir=0, hosts=None):
    reorganisations.split(
        noun=noun,
        source=source,
        parts=[{"name": name} for name in names],
        heir=heir,
        hosts=hosts or {},
        by=people.office,
        at=now(),
        on=today(),
        document=DOCUMENT,
    )
    return [type(source).objects.get(name=name) for name in names]


def move(people, source, noun="unit", **where):
    if noun == "unit":
        where = {"parent": source.parent, "division": source.division} | where
    return reorganisations.move(
        noun=noun, source=source, by=people.office, at=now(), on=today(), document=DOCUMENT, **where
    )


def transfer(people, cadre, to, **facts):
    return reorganisations.transfer(
        cadre=cadre,
        organ=to,
        by=people.office,
        at=now(),
        on=facts.pop("on", today()),
        document=DOCUMENT,
        since=facts.pop("since", date(2022, 1, 1)),
        **facts,
    )


def in_every_state(people):
    """{state: matter} of 柳湾村; the township handles some itself, the water bureau the others."""
    taken_up = people.move(people.matter(), "take_up", people.host)
    proposed = people.move(
        people.move(people.matter(), "take_up", people.host),
        "ask_suspended",
        people.host,
        text="等雨季过去",
    )
    suspended = people.move(
        people.move(
            people.move(people.matter(), "take_up", people.host),
            "ask_suspended",
            people.host,
            text="等雨季过去",
        ),
        "confirm",
        people.host2,
    )
    reported = people.move(
        people.move(people.matter(), "take_up", people.host),
        "report",
        people.host,
        resolution="solved",
        text="已疏通",
    )
    awaiting = people.move(
        people.move(
            people.move(people.matter(), "take_up", people.host),
            "report",
            people.host,
            resolution="solved",
            text="已疏通",
        ),
        "pass_review",
        people.host2,
    )
    escalated = people.move(people.matter(), "pass_up", people.host, text="镇里无法单独处理")
    return {
        "registered": people.matter(),
        "escalated": escalated,
        "assigned": people.assigned(),
        "in_progress": taken_up,
        "proposed": proposed,
        "suspended": suspended,
        "reported": reported,
        "awaiting_word": awaiting,
    }


def numbers_of(people, code, place, day):
    scope = figures.Scope(people.supervisor, division=place)
    return figures.counts(figures.REGISTRY[code], scope, last=day).total()


def differing():
    return sum(figures.rebuild(check=True).values())


# --- a merged township ------------------------------------------------------------------------


def test_a_merged_township_keeps_every_open_matter_in_hands_and_finishes_it(people):
    matters = in_every_state(people)

    merge(people, people.town_organ, into=people.other_town_organ)

    host, second = fresh(people.neighbour_host), fresh(people.host2)
    seen = set(Matter.objects.visible_to(host).values_list("pk", flat=True))
    assert {m.pk for m in matters.values()} <= seen
    heir = people.other_town_organ
    assert set(Matter.objects.open().values_list("host_organ", flat=True)) == {heir.pk}
    assert not Matter.objects.open().filter(lead_organ=people.town_organ).exists()
    waits_for_host = set(Matter.objects.waiting_for(host).values_list("pk", flat=True))
    assert waits_for_host == {
        matters[s].pk for s in ("registered", "in_progress", "proposed", "reported")
    }
    waits_for_desk = Matter.objects.waiting_for(fresh(people.desk)).values_list("pk", flat=True)
    assert {matters["escalated"].pk} <= set(waits_for_desk)

    people.move(matters["registered"], "take_up", host)
    people.move(matters["proposed"], "confirm", host)
    people.move(matters["suspended"], "resume", second)
    people.move(matters["in_progress"], "report", second, resolution="solved", text="已清淤")
    people.move(matters["reported"], "pass_review", host)
    people.move(matters["escalated"], "assign", people.desk, lead=people.water)
    call = FollowUp.objects.get(matter=matters["awaiting_word"])
    follow_ups.record_word(follow_up=call, by=people.author, at=now(), word="satisfied")

    closed = Matter.objects.get(pk=matters["awaiting_word"].pk)
    assert closed.closure == "satisfied"
    assert Matter.objects.get(pk=matters["registered"].pk).lead_organ == heir


def test_each_matter_tells_into_whose_hands_it_came_and_by_which_document(people):
    matter = people.matter()

    merge(people, people.town_organ, into=people.other_town_organ)

    step = matter.steps.get(move="hand_over")
    assert (step.from_status, step.to_status) == ("registered", "registered")
    assert step.text == "石桥镇党委 → 青山乡党委"
    assert step.facts == {"document": DOCUMENT}
    assert AuditEntry.objects.get(event="matter.hand_over").noun_id == matter.pk
    assert AuditEntry.objects.get(event="reorganisation.merge").actor_id == people.office.pk


def test_who_reorganised_did_not_handle_the_matters(people):
    matter = people.matter()

    merge(people, people.town_organ, into=people.other_town_organ)

    assert not Matter.objects.touched_by(people.office).exists()
    assert not rules.is_in_chain(people.office, matter)


def test_past_lists_figures_and_sheets_keep_the_old_name(people):
    visit = people.visit()
    closed = people.awaiting_word()
    follow_ups.record_word(
        follow_up=FollowUp.objects.get(matter=closed), by=people.author, at=now(), word="satisfied"
    )
    opened = people.matter()
    town, day = people.town, today()
    before = [numbers_of(people, code, town, day) for code in figures.REGISTRY]

    merge(people, people.town_organ, into=people.other_town_organ, divisions_too=True)

    assert [numbers_of(people, code, town, day) for code in figures.REGISTRY] == before
    assert differing() == 0
    visit.refresh_from_db()
    closed.refresh_from_db()
    opened.refresh_from_db()
    assert visit.host_organ.name == closed.host_organ.name == "石桥镇党委"
    assert (visit.township.name, opened.township.name) == ("石桥镇", "石桥镇")
    assert opened.place_label == "石桥镇 柳湾村"
    assert opened.host_organ == people.other_town_organ
    host = fresh(people.neighbour_host)
    assert {closed.pk, opened.pk} <= set(
        Matter.objects.visible_to(host).values_list("pk", flat=True)
    )
    assert visit in Visit.objects.visible_to(host)


def test_sheets_and_pages_of_the_past_print_the_old_names(people, client):
    matter = people.matter()

    rename(people, people.agriculture, "县农业局")
    merge(people, people.town_organ, into=people.other_town_organ, divisions_too=True)

    office = fresh(people.office)
    for ledger, wanted in ((VISIT_LEDGER, "县农业农村局 主任科员"), (MATTER_LEDGER, "石桥镇")):
        rows = ledger.found(office, QueryDict())
        (cells,) = ledger.lines(rows, office)
        assert wanted in cells
    client.force_login(office)
    page = client.get(matter.get_absolute_url()).content.decode()
    assert "王建国 · 县农业农" in page
    assert DOCUMENT in page


def test_new_records_after_the_merger_stand_at_the_new_place(people):
    merge(people, people.town_organ, into=people.other_town_organ, divisions_too=True)
    people.village = GrassrootsUnit.objects.select_related("division", "host_organ").get(
        pk=people.village.pk
    )

    matter = people.matter()

    assert (matter.township, matter.host_organ) == (people.other_town, people.other_town_organ)
    assert matter.division.name == "柳湾村"
    assert matter.division != people.village_place
    assert differing() == 0


def test_a_matter_closed_before_is_in_hands_again_when_it_reopens(people):
    matter = people.move(
        people.move(
            people.move(people.matter(), "take_up", people.host),
            "report",
            people.host,
            resolution="solved",
            text="已疏通",
        ),
        "pass_review",
        people.host2,
    )
    follow_ups.record_word(
        follow_up=FollowUp.objects.get(matter=matter), by=people.author, at=now(), word="satisfied"
    )
    FollowUp.objects.create(
        matter=matter,
        kind="sample",
        caller=people.neighbour_cadre,
        starts_on=today(),
        due_on=today(),
    )
    merge(people, people.town_organ, into=people.other_town_organ)

    follow_ups.record_word(
        follow_up=FollowUp.objects.get(kind="sample"),
        by=people.neighbour_cadre,
        at=now(),
        word="unsatisfied",
    )

    host = fresh(people.neighbour_host)
    reopened = Matter.objects.visible_to(host).get(pk=matter.pk)
    assert reopened.status == "in_progress"
    people.move(reopened, "report", host, resolution="solved", text="再次疏通")
    assert differing() == 0


def test_an_organ_that_leads_and_supports_after_a_merger_leads_alone(people):
    matter = people.in_progress()

    merge(people, people.water, people.roads, name="县水利和交通局")

    heir = Organ.objects.get(name="县水利和交通局")
    (lead,) = matter.assignments.live()
    assert (lead.organ, lead.part, lead.officer) == (heir, "lead", "刘洋")
    assert lead.signed_by == people.handler
    assert Matter.objects.get(pk=matter.pk).lead_organ == heir
    people.move(matter, "report", fresh(people.support), resolution="solved", text="已清淤")


def test_a_lead_goes_before_the_support_that_the_heir_gave(people):
    matter = people.in_progress()

    merge(people, people.water, into=people.roads)

    (lead,) = matter.assignments.live()
    assert (lead.organ, lead.part) == (people.roads, "lead")


def test_an_unsigned_assignment_waits_for_the_heir_with_its_old_deadline(people):
    matter = people.assigned()
    due = matter.assignments.live().get(part="lead").sign_due_on

    rename(people, people.water, "县水务局")

    lead = matter.assignments.live().get(part="lead")
    assert (lead.organ.name, lead.sign_due_on, lead.signed_at) == ("县水务局", due, None)
    handler = fresh(people.handler)
    assert matter in Matter.objects.waiting_for(handler)
    assert people.move(matter, "sign", handler).status == "in_progress"


def test_a_renamed_organ_finds_what_it_registered_under_its_old_name(people):
    matter = people.matter()

    rename(people, people.agriculture, "县农业农村和乡村振兴局")
    rename(people, Organ.objects.get(name="县农业农村和乡村振兴局"), "县农业局")

    liaison = fresh(people.liaison)
    assert list(MATTERS_AT.sheet_rows(liaison, {"view": "registered"})) == [matter]
    assert matter.organ.name == "县农业农村局"
    heir = Organ.objects.get(name="县农业局")
    people.agriculture.refresh_from_db()
    assert people.agriculture.path == f"{heir.path}{people.agriculture.pk}/"


def test_whoever_would_ask_about_their_own_organs_work_is_relieved_of_the_call(people):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)
    assert call.caller == people.author

    merge(people, people.agriculture, into=people.water)

    call.refresh_from_db()
    assert call.caller is None
    assert rules.may_arrange_call(people.desk, call)
    assert AuditEntry.objects.filter(event="follow_up.released", noun_id=call.pk).exists()


def test_reports_about_a_merged_organ_stay_closed_to_its_new_colleagues(people):
    recipient = account("r2", "纪工", people.roads, Role.CONDUCT, place=people.county)
    report = ConductReport.objects.create(subject_organ=people.water, received_on=today())
    assert report in ConductReport.objects.visible_to(recipient)

    merge(people, people.water, into=people.roads)

    assert report not in ConductReport.objects.visible_to(fresh(recipient))


# --- split, move ------------------------------------------------------------------------------


def test_a_split_township_gives_each_village_and_its_matters_a_host(people):
    second = unit("下坪村", people.town_organ, people.town)
    here, there = people.matter(), people.matter(place=second)
    led = people.move(people.matter(place=second), "take_up", people.host)

    old_town, new_town = split(
        people, people.town_organ, "石桥街道", "下坪镇", hosts={second.pk: 1}
    )

    hosts = dict(Matter.objects.values_list("pk", "host_organ"))
    assert hosts == {here.pk: old_town.pk, there.pk: new_town.pk, led.pk: new_town.pk}
    assert Matter.objects.get(pk=led.pk).lead_organ == new_town
    host = fresh(people.host)
    assert {g.organ for g in host.grants_today()} == {old_town, new_town}
    assert set(Matter.objects.waiting_for(host)) == {here, there, led}
    people.move(led, "report", host, resolution="solved", text="已疏通")
    people.station.refresh_from_db()
    assert people.station.parent == old_town


def test_a_village_under_another_host_takes_its_open_matters_along(people):
    opened = people.matter()
    led = people.move(people.matter(), "take_up", people.host, organ=people.station)
    given = people.assigned()

    move(people, people.village, host_organ=people.other_town_organ)

    assert set(Matter.objects.values_list("host_organ", flat=True)) == {people.other_town_organ.pk}
    assert Matter.objects.get(pk=led.pk).lead_organ == people.other_town_organ
    assert Matter.objects.get(pk=given.pk).lead_organ == people.water
    host = fresh(people.neighbour_host)
    assert {opened, led, given} <= set(Matter.objects.visible_to(host))
    assert opened not in Matter.objects.visible_to(fresh(people.host))
    people.move(opened, "take_up", host)


def test_a_township_moved_to_another_county_is_read_there(people):
    matter = people.move(people.matter(), "pass_up", people.host, text="跨镇渠道")
    day = today()
    county, other = people.county, people.other_county
    before = numbers_of(people, "matters", county, day)
    people.office = account("city", "市委组织部", people.department, Role.OFFICE, place=people.city)
    desk = account("d3", "邻县督查", people.desk_organ, Role.DESK, place=other)
    assert matter not in Matter.objects.visible_to(desk)

    move(people, people.town, noun="division", parent=other, code="990109001000")

    desk = fresh(desk)
    assert matter in Matter.objects.waiting_for(desk)
    people.move(matter, "assign", desk, lead=people.water)
    assert numbers_of(people, "matters", county, day) == before
    assert differing() == 0
    people.village.refresh_from_db()
    assert people.village.division.parent.parent == other


# --- units ------------------------------------------------------------------------------------


def test_a_merged_village_passes_areas_and_households_on_under_its_name(people):
    Household.objects.create(unit=people.village, serial="12", group="三组", display_name="李××户")
    Household.objects.create(unit=people.other_village, serial="12", display_name="赵××户")
    opened = people.matter()

    merge(people, people.village, into=people.other_village, noun="unit")

    people.area.refresh_from_db()
    assert people.area.ends_on == today() - timedelta(days=1)
    area = ContactArea.objects.running(today()).get(cadre=people.cadre)
    assert (area.unit, area.kind, area.group) == (people.other_village, "part", "柳湾村")
    moved = Household.objects.get(display_name="李××户")
    assert (moved.unit, moved.serial, moved.group) == (
        people.other_village,
        "柳湾村12",
        "柳湾村三组",
    )
    opened.refresh_from_db()
    assert (opened.unit, opened.host_organ) == (people.village, people.other_town_organ)
    people.move(opened, "take_up", fresh(people.neighbour_host))


def test_a_renamed_village_stays_a_whole_contact_area(people):
    rename(people, people.village, "柳湾社区", noun="unit")

    area = ContactArea.objects.running(today()).get(cadre=people.cadre)
    assert (area.unit.name, area.kind, area.group) == ("柳湾社区", "village", "")
    assert people.village.name == "柳湾村"


# --- a transferred cadre ----------------------------------------------------------------------


def test_a_transferred_cadre_hears_of_old_matters_and_calls_back(people):
    matter = people.awaiting_word()
    people.author.grants.update(organ=people.agriculture)

    record = transfer(people, people.cadre, people.weather, post="副站长", heir=people.cadre2)

    author = fresh(people.author)
    assert author.organ == people.weather
    assert matter in Matter.objects.visible_to(author)
    follow_ups.record_word(
        follow_up=FollowUp.objects.get(matter=matter), by=author, at=now(), word="satisfied"
    )
    (grant,) = author.grants_today()
    assert (grant.role, grant.organ) == (Role.CADRE, people.weather)
    area = ContactArea.objects.running(today()).get()
    assert (area.cadre, area.unit, area.post) == (people.cadre2, people.village, "科员")
    old, new = people.cadre.experiences.order_by("started_on")
    assert (old.place, old.ended_on, old.organ_kind) == ("县农业农村局 主任科员", today(), "county")
    assert (new.place, new.ended_on) == ("县气象站 副站长", None)
    assert ["registered", 1] in record.passed
    assert ["calls", 1] in record.passed
    assert matter.organ == people.agriculture


def test_roles_of_the_old_organ_end_and_contact_areas_without_an_heir_too(people):
    liaison = Cadre.objects.create(user=people.liaison, name="陈静", organ=people.agriculture)
    area = ContactArea.objects.create(cadre=liaison, unit=people.village, starts_on="2026-01-01")

    record = transfer(people, liaison, people.water)

    assert fresh(people.liaison).grants_today() == []
    area.refresh_from_db()
    assert area.ends_on == today() - timedelta(days=1)
    assert ["grants_ended", 1] in record.passed
    assert ["areas_ended", 1] in record.passed
    assert ["grants_vacant", 1] in record.passed


def test_a_role_that_a_colleague_holds_as_well_is_not_told_as_vacant(people):
    host = Cadre.objects.create(user=people.host, name="张卫东", organ=people.town_organ)
    matter = people.matter()

    record = transfer(people, host, people.water)

    assert "grants_vacant" not in dict(record.passed)
    assert matter in Matter.objects.waiting_for(fresh(people.host2))


def test_a_role_for_an_area_stays_and_is_told(people):
    desk = Cadre.objects.create(user=people.desk, name="周正", organ=people.desk_organ)

    record = transfer(people, desk, people.water)

    assert [g.role for g in fresh(people.desk).grants_today()] == [Role.DESK]
    assert ["grants_kept", 1] in record.passed


def test_who_is_transferred_to_the_handlers_does_not_call_about_their_work(people):
    matter = people.awaiting_word()

    transfer(people, people.cadre, people.water)

    call = FollowUp.objects.get(matter=matter)
    assert call.caller is None
    assert call in FollowUp.objects.visible_to(fresh(people.desk))


def test_a_matter_does_not_wait_for_a_lead_official_who_went(people):
    matter = people.matter()
    people.move(matter, "pass_up", people.host, text="涉及多个部门")
    people.move(matter, "assign", people.desk, lead=people.water, lead_official=people.neighbour)

    transfer(people, people.neighbour, people.weather)

    matter.refresh_from_db()
    assert matter.lead_official is None
    assert matter.steps.filter(move="hand_over").exists()


def test_stand_ins_go_on(people):
    stand_in = StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.author,
        starts_on=today(),
        ends_on=today() + timedelta(days=7),
    )

    transfer(people, people.cadre, people.weather)

    assert StandIn.objects.running(today()).get() == stand_in


# --- nothing by halves, nobody in the way -------------------------------------------------------


def test_a_rehearsal_tells_the_truth_and_leaves_nothing(people):
    in_every_state(people)
    steps, grants = MatterStep.objects.count(), list(RoleGrant.objects.order_by("pk").values())
    facts = {
        "noun": "organ",
        "sources": [people.town_organ],
        "target": people.other_town_organ,
        "by": people.office,
        "at": now(),
        "on": today(),
        "document": DOCUMENT,
    }

    told = reorganisations.rehearse(reorganisations.merge, **facts)

    assert MatterStep.objects.count() == steps
    assert list(RoleGrant.objects.order_by("pk").values()) == grants
    done = reorganisations.merge(**facts)
    assert done.passed == told.passed
    assert dict(done.passed)["matters"] == 8
    assert dict(done.passed)["grants"] == 2


def test_the_office_of_another_county_merges_nothing_here(people):
    people.matter()

    with pytest.raises(PermissionDenied):
        merge(people, people.town_organ, into=people.other_town_organ, by=people.neighbour_office)

    assert Matter.objects.get().host_organ == people.town_organ


@pytest.mark.parametrize("count", [1, 3])
def test_a_merger_costs_the_same_for_any_number_of_matters(
    people, count, django_assert_num_queries
):
    for _n in range(count):
        people.move(people.matter(), "take_up", people.host)

    # Sixteen of these queries are for inspections, requests for data, supervision and plans.
    with django_assert_num_queries(100):
        merge(people, people.town_organ, into=people.other_town_organ)


def test_divisions_named_as_former_are_read_by_who_reads_the_heir(people):
    matter = people.matter()
    supervisor = account("s2", "镇领导", None, Role.SUPERVISOR, place=people.other_town)
    empty = division("空镇", 4, people.county, "990101009000")
    other = account("s3", "空镇领导", None, Role.SUPERVISOR, place=empty)

    merge(people, people.town, into=people.other_town, noun="division")

    assert matter in Matter.objects.visible_to(fresh(supervisor))
    assert fresh(supervisor).holds("read_matters", on=matter)
    assert matter not in Matter.objects.visible_to(fresh(other))


def test_a_merger_and_a_move_at_once_both_happen(committed_people):
    people = committed_people
    matters = [people.matter() for _n in range(3)]

    def take_up(matter, host):
        return lambda: people.move(matter, "take_up", fresh(host))

    results = at_once(
        lambda: merge(people, people.town_organ, into=people.other_town_organ),
        *[take_up(matter, people.host) for matter in matters],
    )

    assert isinstance(results[0], Reorganisation)
    assert {type(one) for one in results[1:]} <= {Matter, PermissionDenied}
    for matter in Matter.objects.all():
        assert matter.host_organ == people.other_town_organ
        if matter.status == "in_progress":
            assert matter.lead_organ in Organ.objects.under(people.other_town_organ)
    assert differing() == 0
