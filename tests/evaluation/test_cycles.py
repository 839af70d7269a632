"""Cycles: the appraised, every transition, who reads what, concurrent actions."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.actions import cycles as actions
from evaluation.actions import schemes
from evaluation.appraisal import hooks
from evaluation.models import Appeal, Appraised, Cycle, CycleStep
from evaluation.rules import cycles as rules
from outreach.models import ContactArea, Stay, Visit
from pairing.models import Pairing
from portal import parameters
from portal.actions import reorganisations
from portal.days import workdays
from portal.duties import reminders, todo
from portal.models import AuditEntry, Cadre, PartyOrganization, Reminder, RoleGrant
from portal.roles import Role
from portal.trust.access import ALLOWED, Decision
from tests.day import TODAY
from tests.evaluation.cast import (
    FIRST,
    LAST,
    collecting,
    computed,
    draft,
    line,
    names,
    opened,
    published,
    stay,
)
from tests.outreach.test_together import at_once
from tests.people import account, fresh
from tests.reading import words
from tests.telling import tell


def gathered(people, *chosen, **plan):
    cycle = opened(people, *chosen, **plan)
    actions.gather(cycle, by=people.office, at=timezone.now())
    return cycle


def visit(people, cadre=None, unit=None, **changes):
    fields = {
        "author": cadre or people.cadre,
        "typed_by": people.office,
        "mode": "home",
        "visited_on": date(2025, 6, 1),
        "summary": "走访",
        "organ": people.agriculture,
        "created_at": timezone.now(),
    } | changes
    row = Visit(**fields)
    row.stand_at(unit or people.village)
    row.save()
    return row


def pairing(people, **changes):
    fields = {
        "level": "unit",
        "organ": people.water,
        "starts_on": date(2025, 2, 1),
        "ends_on": date(2026, 1, 31),
        "created_by": people.office,
        "created_at": timezone.now(),
    } | changes
    row = Pairing(**fields)
    row.stand_at(changes.get("unit") or people.village)
    row.save()
    return row


def area(people, cadre, **changes):
    fields = {"cadre": cadre, "unit": people.village, "starts_on": date(2020, 1, 1)} | changes
    return ContactArea.objects.create(**fields)


@pytest.fixture
def hook(monkeypatch):
    """Add a hook for one test, in the place of another part of evaluation."""

    def put(name, function):
        monkeypatch.setattr(hooks, name, [*getattr(hooks, name), function])

    return put


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """Remove the hooks of other parts, which have tests of their own."""
    for name in (
        "BEFORE_COLLECTING",
        "BEFORE_CLOSING",
        "BEFORE_FINISH",
        "AFTER_START",
        "CLOSING",
        "AFTER_CLOSE",
        "AFTER_CANCEL",
        "AFTER_TAKING_IN",
    ):
        monkeypatch.setattr(hooks, name, [])


# --- Opening and changing ----------------------------------------------------------------------


def test_a_cycle_is_opened_with_published_schemes_alone(people):
    cycle = opened(people)

    assert (cycle.state, cycle.organ, cycle.division) == ("open", people.department, people.county)
    assert not cycle.has_seed_of_its_opening
    assert cycle.steps.get().move == "opened"
    assert AuditEntry.objects.filter(event="cycle.opened", noun_id=cycle.pk).exists()
    with pytest.raises(PermissionDenied, match="草稿"):
        opened(people, draft(people, title="草稿"))
    gone = schemes.withdraw_scheme(
        published(people, title="旧方案"), by=people.office, at=timezone.now()
    )
    with pytest.raises(PermissionDenied, match="停用"):
        opened(people, gone)


@pytest.mark.parametrize("who", ["supervisor", "liaison", "host", "author"])
def test_only_the_office_opens_cycles(people, who):
    with pytest.raises(PermissionDenied):
        opened(people, published(people), by=getattr(people, who))


def test_days_areas_and_schemes_make_sense(people):
    with pytest.raises(ValidationError):
        opened(people, starts_on=LAST, ends_on=FIRST)
    with pytest.raises(PermissionDenied):
        opened(people, published(people, title="别的"), division=people.other_county)
    with pytest.raises(ValidationError, match="至少选择"):
        actions.open_cycle(
            by=people.office,
            schemes=[],
            title="空",
            starts_on=FIRST,
            ends_on=LAST,
            ballots_until=LAST,
            at=timezone.now(),
        )


PLAN = {
    "title": "2025年度考核",
    "starts_on": FIRST,
    "ends_on": LAST,
    "ballots_until": date(2099, 1, 15),
}


def test_a_changed_plan_has_its_appraised_gathered_anew(people):
    stay(people)
    stay(people, people.cadre2, people.other_village)
    cycle = gathered(people)
    left_out = cycle.appraised.get(cadre=people.cadre2)
    actions.leave_out(left_out, by=people.office, reason="脱产学习")
    scheme = cycle.schemes.get()

    actions.change_cycle(
        cycle, by=people.office, schemes=[scheme], **PLAN | {"title": "新名称"}, at=timezone.now()
    )
    assert cycle.appraised.count() == 2
    actions.change_cycle(
        cycle,
        by=people.office,
        schemes=[scheme],
        **PLAN | {"ends_on": date(2025, 6, 30)},
        at=timezone.now(),
    )
    assert [one.cadre for one in cycle.appraised.all()] == [people.cadre2]

    actions.gather(cycle, by=people.office, at=timezone.now())
    assert cycle.appraised.get(cadre=people.cadre).to_day == date(2025, 6, 30)
    assert cycle.appraised.get(cadre=people.cadre2).is_left_out
    other = published(people, title="机关", subject="organ")
    actions.change_cycle(cycle, by=people.office, schemes=[other], **PLAN, at=timezone.now())
    assert not cycle.appraised.exists()


def test_a_scheme_withdrawn_since_stays_in_an_open_cycle(people):
    cycle = opened(people)
    scheme = schemes.withdraw_scheme(cycle.schemes.get(), by=people.office, at=timezone.now())

    actions.change_cycle(
        cycle, by=people.office, schemes=[scheme], **PLAN | {"title": "新名称"}, at=timezone.now()
    )
    cycle.refresh_from_db()
    assert cycle.title == "新名称"


def test_a_plan_stands_once_collecting_has_begun(people):
    """Neither the choice of schemes nor their content can change during a cycle."""
    cycle = collecting(people)
    scheme = cycle.schemes.get()
    other = published(people, title="别的方案")

    for chosen in ([other], [scheme, other], [scheme]):
        with pytest.raises(PermissionDenied, match="已于"):
            actions.change_cycle(
                cycle,
                by=people.office,
                schemes=chosen,
                **PLAN | {"title": "新名称"},
                at=timezone.now(),
            )
    with pytest.raises(PermissionDenied):
        schemes.set_indicators(scheme, by=people.office, lines=[line("contact_rhythm")])
    with pytest.raises(PermissionDenied):
        actions.gather(cycle, by=people.office, at=timezone.now())
    # A new version replaces the old one only in new cycles.
    second = schemes.publish_scheme(
        schemes.begin_version(scheme, by=people.office, at=timezone.now()),
        by=people.office,
        document="5号",
        at=timezone.now(),
    )
    assert list(cycle.schemes.all()) == [scheme]
    assert cycle.appraised.get().scheme != second


# --- Gathering ---------------------------------------------------------------------------------


def test_whoever_stays_there_in_the_days_is_appraised_for_their_days(people):
    stay(people)
    stay(people, people.cadre2, starts_on=date(2026, 1, 1))
    stay(people, people.neighbour, kind="secondment")

    one = gathered(people).appraised.get()

    assert (one.cadre, one.unit, one.organ, one.county) == (
        people.cadre,
        people.village,
        people.agriculture,
        people.county,
    )
    assert (one.from_day, one.to_day) == (date(2025, 3, 1), LAST)
    assert (one.name, one.post, one.organ_name) == ("王建国", "主任科员", "县农业农村局")


def test_two_stays_are_one_appraised_without_one_place(people):
    stay(
        people, ends_on=date(2025, 5, 31), state="ended", ended_on=date(2025, 5, 20), ending="early"
    )
    stay(people, unit=people.other_village, starts_on=date(2025, 8, 1))

    one = gathered(people).appraised.get()

    assert (one.unit, one.township, one.county) == (None, None, people.county)
    assert (one.from_day, one.to_day) == (date(2025, 3, 1), LAST)


def test_gathering_again_adds_the_new_and_doubles_nobody(people):
    stay(people)
    cycle = gathered(people)
    actions.leave_out(cycle.appraised.get(), by=people.office, reason="调离")
    stay(people, people.cadre2, people.other_village)

    assert actions.gather(cycle, by=people.office, at=timezone.now()) == 1
    assert actions.gather(cycle, by=people.office, at=timezone.now()) == 0
    assert cycle.appraised.get(cadre=people.cadre).left_out_reason == "调离"
    assert [step.text for step in cycle.steps.filter(move="gathered").order_by("pk")] == [
        "1",
        "1",
        "0",
    ]


def visiting(people, **terms):
    return published(people, title="包联干部考核方案", service="visiting", **terms)


def test_who_goes_down_from_home_is_found_by_area_pairing_or_visit(people):
    ContactArea.objects.all().delete()
    area(people, people.cadre)
    visit(people, people.cadre, people.other_village)
    visit(people, people.cadre2, people.other_village)
    pairing(people, level="unit", cadre=people.neighbour)
    cycle = gathered(people, visiting(people))

    assert names(cycle) == ["王建国", "赵敏", "冯远"]
    # One's own contact area remains the place of appraisal, whatever else one visits.
    assert cycle.appraised.get(cadre=people.cadre).unit == people.village
    assert cycle.appraised.get(cadre=people.cadre2).unit == people.other_village
    assert cycle.appraised.get(cadre=people.cadre).from_day == FIRST


def test_who_stays_somewhere_is_no_visitor_and_each_stands_under_the_narrower_scheme(people):
    ContactArea.objects.all().delete()
    stay(people)
    visit(people)
    visit(people, people.cadre2)
    stationed, every = published(people), published(people, title="全体", service="any")

    assert names(gathered(people, visiting(people))) == ["赵敏"]
    cycle = gathered(people, every, stationed)
    assert {one.name: one.scheme for one in cycle.appraised.all()} == {
        "王建国": stationed,
        "赵敏": every,
    }


def test_what_did_not_run_in_the_days_counts_for_nobody(people):
    ContactArea.objects.all().delete()
    area(people, people.cadre, ends_on=date(2024, 12, 31))
    visit(people, people.cadre2, visited_on=date(2026, 1, 1))
    visit(
        people, people.cadre2, voided_at=timezone.now(), voided_by=people.office, void_reason="重复"
    )
    pairing(people, cadre=people.neighbour, state="cancelled")

    assert names(gathered(people, visiting(people))) == []


def test_the_kind_of_unit_narrows_a_scheme_and_the_area_a_cycle(people):
    stay(people)
    company = published(people, title="企业", unit_kinds=["soe"])
    village = published(people, title="农村", unit_kinds=["rural"])

    assert names(gathered(people, company)) == []
    assert names(gathered(people, village)) == ["王建国"]
    assert names(gathered(people, village, division=people.other_town)) == []


def test_a_scheme_for_a_kind_of_staff_gathers_those_of_that_kind_alone(people):
    ContactArea.objects.all().delete()
    Cadre.objects.filter(pk=people.cadre.pk).update(staff_kind="civil")
    Cadre.objects.filter(pk=people.neighbour.pk).update(staff_kind="public")
    for cadre in (people.cadre, people.cadre2, people.neighbour):
        stay(people, cadre)
    civil = published(people, title="公务员", staff_kinds=["civil", "like"])
    every = published(people, title="全体")

    assert names(gathered(people, civil)) == ["王建国"]
    # Cadres without a known staff kind are appraised by the scheme for all.
    cycle = gathered(people, every, civil)
    assert {one.name: one.scheme for one in cycle.appraised.all()} == {
        "王建国": civil,
        "赵敏": every,
        "冯远": every,
    }


OVERLAPPING = [
    ({}, {}),
    ({"staff_kinds": ["civil", "like"]}, {"staff_kinds": ["civil", "public"]}),
    ({"staff_kinds": ["civil"]}, {"unit_kinds": ["rural"]}),
    ({"service": "any", "unit_kinds": ["rural"]}, {}),
]
TOLD_APART = [
    ({"staff_kinds": ["civil"]}, {"staff_kinds": ["public"]}),
    ({"staff_kinds": ["civil"]}, {"staff_kinds": ["civil", "public"]}),
    ({"staff_kinds": ["civil"], "unit_kinds": ["rural"]}, {"staff_kinds": ["civil"]}),
    ({"staff_kinds": ["civil"]}, {"service": "any"}),
    ({"staff_kinds": ["civil"]}, {"service": "visiting"}),
    ({"staff_kinds": ["civil"]}, {"subject": "team"}),
]


@pytest.mark.parametrize(("one", "other"), OVERLAPPING)
def test_schemes_that_fit_the_same_people_are_not_taken_together(people, one, other):
    pair = [published(people, title=f"方案{n}", **terms) for n, terms in enumerate((one, other))]

    with pytest.raises(PermissionDenied, match="“方案0”和“方案1”适用于相同人员"):
        opened(people, *pair)
    alone = opened(people, pair[0])
    plan = {"title": alone.title, "starts_on": FIRST, "ends_on": LAST}
    plan |= {"ballots_until": alone.ballots_until, "by": people.office, "at": timezone.now()}
    with pytest.raises(PermissionDenied):
        actions.change_cycle(alone, schemes=pair, **plan)
    # Overlapping schemes that were combined earlier stay.
    alone.schemes.set(pair)
    actions.change_cycle(alone, schemes=pair, **plan | {"title": "改名"})


@pytest.mark.parametrize(("one", "other"), TOLD_APART)
def test_schemes_of_which_one_is_narrower_are_taken_together(people, one, other):
    pair = [published(people, title=f"方案{n}", **terms) for n, terms in enumerate((one, other))]

    assert opened(people, *pair).schemes.count() == 2


def test_an_enterprise_group_gathers_its_own(people):
    """The role of this office is limited to an organ and has no area."""
    stay(people)
    stay(people, people.neighbour, people.other_village)
    user = account("soe", "企业", people.agriculture, Role.OFFICE, within=people.agriculture)
    scheme = published(people)
    cycle = opened(people, scheme, by=user)
    actions.gather(cycle, by=user, at=timezone.now())

    assert cycle.division is None
    assert names(cycle) == ["王建国"]


def test_teams_are_units_with_stays_and_have_a_leader(people):
    stay(people, people.cadre2)
    stay(people, kind="secretary", is_leader=True, ends_on=date(2026, 1, 31))
    one = gathered(people, published(people, title="工作队", subject="team")).appraised.get()

    assert (one.name, one.unit, one.cadre, one.organ) == (
        "柳湾村",
        people.village,
        people.cadre,
        people.agriculture,
    )


def branch(name, **place):
    return PartyOrganization.objects.create(
        name=name, kind="branch", started_on=date(2020, 1, 1), **place
    )


def test_branches_that_help_are_appraised_and_not_those_helped(people):
    helper = branch("县水利局机关党支部", organ=people.water)
    helped = branch("柳湾村党支部", unit=people.village)
    pairing(people, level="branch", helper_branch=helper, helped_branch=helped)
    one = gathered(people, published(people, title="党支部", subject="branch")).appraised.get()

    assert (one.branch, one.organ, one.unit) == (helper, people.water, people.village)


def test_organs_that_led_matters_or_help_are_appraised_where_they_stand(people):
    people.in_progress()
    pairing(people, organ=people.roads)
    # A station's work counts for the leading team above it.
    pairing(people, organ=people.station, unit=people.other_village)
    today = timezone.localdate()
    cycle = gathered(
        people,
        published(people, title="机关", subject="organ"),
        starts_on=today - timedelta(days=300),
        ends_on=today,
    )

    assert names(cycle) == ["县水利局", "县交通运输局", "石桥镇党委"]
    assert {one.county for one in cycle.appraised.all()} == {people.county}


def test_all_of_it_is_a_few_statements(people):
    ContactArea.objects.all().delete()
    cycle = opened(people, published(people, service="any"))
    counts = []
    for n in range(2):
        for i in range(3):
            cadre = Cadre.objects.create(name=f"新{n}{i}", organ=people.water)
            stay(people, cadre) if i % 2 else visit(people, cadre)
        with CaptureQueriesContext(connection) as queries:
            assert actions.gather(cycle, by=people.office, at=timezone.now()) == 3
        counts.append(len(queries))

    assert counts[0] == counts[1] < 20


# --- Who left or moved ---------------------------------------------------------------------------


def test_who_left_or_moved_stays_with_the_organ_of_gathering_and_is_hinted_at(people, browse):
    stay(people)
    stay(people, people.cadre2, people.other_village)
    stay(people, people.neighbour)
    cycle = gathered(people)
    Cadre.objects.filter(pk=people.cadre2.pk).update(left_on=date(2026, 1, 8))
    reorganisations.transfer(
        cadre=people.cadre,
        organ=people.water,
        by=people.office,
        at=timezone.now(),
        on=timezone.localdate(),
        document="8号",
        since=date(2020, 1, 1),
    )
    actions.gather(cycle, by=people.office, at=timezone.now())

    one = cycle.appraised.get(cadre=people.cadre)
    assert (one.organ, cycle.appraised.count()) == (people.agriculture, 3)
    url = reverse("evaluation:appraised_list", args=[cycle.pk])
    page = words(browse("office").get(url, {"tab": "since"}))
    assert "调往县水利局" in page
    assert "离任" in page
    assert "冯远" not in page
    assert "调往县水利局" in words(
        browse("office").get(reverse("evaluation:leave_out", args=[one.pk]))
    )


def test_a_merged_organ_moved_nobody(people, browse):
    stay(people)
    cycle = gathered(people)
    reorganisations.merge(
        noun="organ",
        sources=[people.agriculture],
        target=people.water,
        by=people.office,
        at=timezone.now(),
        on=timezone.localdate(),
        document="9号",
    )
    assert Cadre.objects.get(pk=people.cadre.pk).organ == people.water
    url = reverse("evaluation:appraised_list", args=[cycle.pk])
    assert "王建国" not in words(browse("office").get(url, {"tab": "since"}))


def test_who_left_before_the_days_is_not_gathered_and_later_served_until_then(people):
    stay(people)
    stay(people, people.cadre2, people.other_village)
    Cadre.objects.filter(pk=people.cadre.pk).update(left_on=date(2025, 2, 1))
    Cadre.objects.filter(pk=people.cadre2.pk).update(left_on=date(2025, 9, 1))

    one = gathered(people).appraised.get()

    assert (one.cadre, one.to_day) == (people.cadre2, date(2025, 8, 31))


def test_somebody_is_left_out_with_a_reason_and_taken_in_again(people, hook):
    cycle, told = collecting(people), []
    hook("AFTER_TAKING_IN", lambda row, by: told.append(row))
    one = cycle.appraised.get()

    with pytest.raises(ValidationError):
        actions.leave_out(one, by=people.office, reason="  ")
    actions.leave_out(one, by=people.office, reason="已调离")
    with pytest.raises(PermissionDenied, match="已调离"):
        actions.leave_out(one, by=people.office, reason="再次")
    actions.take_in_again(one, by=people.office)
    with pytest.raises(PermissionDenied):
        actions.take_in_again(one, by=people.office)
    with pytest.raises(PermissionDenied):
        actions.leave_out(one, by=people.liaison, reason="不想")
    assert told == [one]

    actions.close_collecting(cycle, by=people.office, at=timezone.now())
    with pytest.raises(PermissionDenied, match="截止"):
        actions.leave_out(one, by=people.office, reason="晚了")


# --- Moves ---------------------------------------------------------------------------------------


def test_a_cycle_goes_from_open_to_final(people, hook):
    done = []
    hook("AFTER_START", lambda cycle, by: done.append(("started", cycle.state, by)))
    hook("AFTER_CLOSE", lambda cycle, by: done.append(("closed", cycle.state, by)))
    cycle = computed(people)
    assert (cycle.state, cycle.data_at is not None) == ("checking", True)
    today = timezone.localdate()

    cycle = actions.publish_scores(cycle, by=people.office, on=today, at=timezone.now())
    days = parameters.number("notice.days", on=TODAY)
    assert cycle.objection_until == workdays.add_working_days(today, days)
    later = workdays.end_of(cycle.objection_until + timedelta(days=1))
    actions.note_computed(cycle, at=timezone.now())
    cycle = actions.finish_cycle(cycle, by=people.office, document="云组通〔2026〕1号", at=later)

    assert (cycle.state, cycle.final_on) == ("final", cycle.objection_until + timedelta(days=1))
    moves = list(cycle.steps.order_by("pk").values_list("move", flat=True))
    assert moves == [
        "opened",
        "gathered",
        "started",
        "closed",
        "computed",
        "published",
        "recomputed",
        "finished",
    ]
    assert done == [
        ("started", "collecting", people.office),
        ("closed", "computing", people.office),
    ]
    for move in ("started", "closed", "computed", "recomputed", "published", "finished"):
        assert AuditEntry.objects.filter(event=f"cycle.{move}", noun_id=cycle.pk).count() == 1


ORDER = ("start_collecting", "close_collecting", "publish_scores", "finish_cycle")
MORE = {"publish_scores": {"on": timezone.localdate}, "finish_cycle": {"document": lambda: "1号"}}


@pytest.mark.parametrize("act", ORDER)
def test_each_move_is_the_offices_and_has_its_time(people, act):
    cycle = opened(people) if act != "start_collecting" else computed(people)
    more = {name: value() for name, value in MORE.get(act, {}).items()}

    for by in (people.supervisor, people.neighbour_office, people.office):
        with pytest.raises(PermissionDenied):
            getattr(actions, act)(cycle, by=by, at=timezone.now(), **more)
    assert Cycle.objects.get(pk=cycle.pk).state == cycle.state


def test_nothing_is_collected_for_nobody_or_into_the_past(people, hook):
    cycle = opened(people)
    with pytest.raises(PermissionDenied, match="归集"):
        actions.start_collecting(cycle, by=people.office, at=timezone.now())
    stay(people)
    actions.gather(cycle, by=people.office, at=timezone.now())
    actions.change_cycle(
        cycle,
        by=people.office,
        schemes=cycle.schemes.all(),
        **PLAN | {"ballots_until": timezone.localdate() - timedelta(days=1)},
        at=timezone.now(),
    )
    with pytest.raises(PermissionDenied, match="已过"):
        actions.start_collecting(cycle, by=people.office, at=timezone.now())
    hook("BEFORE_COLLECTING", lambda cycle: Decision("先定名册"))
    with pytest.raises(PermissionDenied, match="先定名册"):
        before = workdays.end_of(timezone.localdate() - timedelta(days=3))
        actions.start_collecting(cycle, by=people.office, at=before)


def test_what_is_open_is_closed_when_that_is_said_and_half_typed_never(people, hook):
    cycle, polls = collecting(people), ["open"]
    hook("BEFORE_CLOSING", lambda cycle: hooks.StillOpen("2个测评未结束") if polls else ALLOWED)
    hook("CLOSING", lambda cycle, by, at: polls.clear())
    with pytest.raises(PermissionDenied, match="未结束"):
        actions.close_collecting(cycle, by=people.office, at=timezone.now())

    typed = ["half"]
    hook("BEFORE_CLOSING", lambda cycle: Decision("只录入一遍") if typed else ALLOWED)
    with pytest.raises(PermissionDenied, match="只录入一遍"):
        actions.close_collecting(cycle, by=people.office, close_open=True, at=timezone.now())
    typed.clear()
    assert (
        actions.close_collecting(cycle, by=people.office, close_open=True, at=timezone.now()).state
        == "computing"
    )


def test_the_second_to_close_is_told_who_was_first(people):
    cycle = collecting(people)
    actions.close_collecting(cycle, by=people.office, at=timezone.now())

    with pytest.raises(PermissionDenied, match="李明已于"):
        actions.close_collecting(cycle, by=people.office, at=timezone.now())
    assert cycle.steps.filter(move="closed").count() == 1


def test_of_two_who_close_at_once_one_does(committed_people):
    people = committed_people
    cycle = collecting(people)

    def close():
        by = fresh(people.office)
        return lambda: actions.close_collecting(cycle, by=by, at=timezone.now())

    results = at_once(close(), close())

    assert sorted(isinstance(one, PermissionDenied) for one in results) == [False, True]
    assert CycleStep.objects.filter(cycle=cycle, move="closed").count() == 1


def test_a_cycle_is_not_final_with_open_objections_or_before_its_days_are_over(people, hook):
    cycle = actions.publish_scores(
        computed(people), by=people.office, on=timezone.localdate(), at=timezone.now()
    )
    with pytest.raises(PermissionDenied, match="公示期"):
        actions.finish_cycle(cycle, by=people.office, document="1号", at=timezone.now())
    later = workdays.end_of(cycle.objection_until + timedelta(days=1))
    appeal = Appeal.objects.create(
        appraised=cycle.appraised.get(),
        text="少算一件",
        filed_by=people.author,
        filed_at=timezone.now(),
    )
    with pytest.raises(PermissionDenied, match="1件异议"):
        actions.finish_cycle(cycle, by=people.office, document="1号", at=later)
    appeal.delete()
    with pytest.raises(ValidationError):
        actions.finish_cycle(cycle, by=people.office, document=" ", at=later)
    hook("BEFORE_FINISH", lambda cycle: Decision("评优未定"))
    with pytest.raises(PermissionDenied, match="评优未定"):
        actions.finish_cycle(cycle, by=people.office, document="1号", at=later)


def test_scores_are_not_published_for_days_that_are_past(people):
    with pytest.raises(ValidationError):
        actions.publish_scores(
            computed(people),
            by=people.office,
            on=timezone.localdate() - timedelta(days=1),
            at=timezone.now(),
        )


@pytest.mark.parametrize("make", [opened, collecting, computed])
def test_a_cycle_is_broken_off_with_a_reason_and_once(people, make, hook):
    cycle = make(people)
    told = []
    hook("AFTER_CANCEL", lambda cycle, by, at: told.append(cycle))
    with pytest.raises(ValidationError):
        actions.cancel_cycle(cycle, by=people.office, reason=" ", at=timezone.now())
    actions.cancel_cycle(cycle, by=people.office, reason="方案有误", at=timezone.now())
    assert told == [cycle]

    with pytest.raises(PermissionDenied, match="中止"):
        actions.cancel_cycle(cycle, by=people.office, reason="再次", at=timezone.now())
    with pytest.raises(PermissionDenied):
        actions.note_computed(cycle, at=timezone.now())


def test_the_database_keeps_one_row_of_somebody_in_a_cycle(people):
    one = collecting(people).appraised.get()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.update(state="final")


# --- Who sees what -------------------------------------------------------------------------------


def test_the_supervisor_reads_cycles_and_nobody_in_them(people, browse):
    cycle = collecting(people)
    one = cycle.appraised.get()
    client = browse("supervisor")

    page = words(client.get(cycle.get_absolute_url()))
    assert "干部" in page
    assert "王建国" not in page
    assert client.get(one.get_absolute_url()).status_code == 404
    assert client.get(reverse("evaluation:appraised_list", args=[cycle.pk])).status_code == 403


def test_the_appraised_read_their_own_and_who_counts_ballots_the_cycle(people, browse):
    cycle = collecting(people)
    one = cycle.appraised.get()

    assert "2025年度考核" in words(browse("author").get(reverse("evaluation:my_appraisals")))
    assert "驻村干部考核方案" in words(browse("author").get(one.get_absolute_url()))
    assert browse("colleague").get(one.get_absolute_url()).status_code == 404
    assert browse("colleague").get(cycle.get_absolute_url()).status_code == 404
    assert browse("liaison").get(one.get_absolute_url()).status_code == 200
    assert browse("desk").get(cycle.get_absolute_url()).status_code == 404
    poll = cycle.polls.model(cycle=cycle, organ=people.department)
    poll.stand_at(people.village)
    poll.save()
    assert browse("desk").get(cycle.get_absolute_url()).status_code == 200


def test_whose_role_has_ended_reads_nothing_of_their_own(people):
    one = collecting(people).appraised.get()
    RoleGrant.objects.filter(user=people.author).update(ends_on=date(2025, 1, 1))

    assert one not in Appraised.objects.visible_to(fresh(people.author))


# --- Pages ---------------------------------------------------------------------------------------


def test_a_cycle_is_gone_through_in_the_browser(people, browse):
    stay(people)
    scheme, client = published(people), browse("office")
    sent = {
        "title": "2025年度考核",
        "schemes": [scheme.pk],
        "starts_on": "2025-01-01",
        "ends_on": "2025-12-31",
        "ballots_until": "2099-01-01",
    }
    wrong = client.post(reverse("evaluation:open_cycle"), sent | {"ends_on": "2024-12-31"})
    assert wrong.status_code == 422
    assert "2025年度考核" in words(wrong)
    client.post(reverse("evaluation:open_cycle"), sent)
    cycle = Cycle.objects.get()

    def go(act, **more):
        return client.post(reverse(f"evaluation:{act}", args=[cycle.pk]), more)

    assert "尚未归集" in words(client.get(cycle.get_absolute_url()))
    assert go("edit_cycle", **sent | {"title": "改名"}).status_code == 302
    assert go("gather_appraised").status_code == 302
    page = words(client.get(reverse("evaluation:appraised_list", args=[cycle.pk])))
    assert "王建国" in page
    assert go("start_collecting").status_code == 302
    page = words(client.get(reverse("evaluation:close_collecting", args=[cycle.pk])))
    assert "票箱关闭" in page
    assert go("close_collecting").status_code == 422
    assert go("close_collecting", sure="on").status_code == 302
    assert go("close_collecting", sure="on").status_code == 403
    actions.note_computed(cycle, at=timezone.now())
    assert go("publish_scores", on="2020-01-01").status_code == 422
    assert go("publish_scores", on=timezone.localdate().isoformat()).status_code == 302
    assert go("finish_cycle", document="1号").status_code == 403
    assert go("cancel_cycle", reason="").status_code == 422
    assert go("cancel_cycle", reason="方案有误").status_code == 302
    assert "方案有误" in words(client.get(cycle.get_absolute_url()))


def test_what_was_opened_meanwhile_is_told_where_the_ballots_are_closed(people, browse, hook):
    cycle = collecting(people)
    hook("BEFORE_CLOSING", lambda cycle: hooks.StillOpen("2个测评未结束"))
    client, url = browse("office"), reverse("evaluation:close_collecting", args=[cycle.pk])

    assert "2个测评未结束" in words(client.get(url))
    refused = client.post(url, {"sure": "on"})
    assert refused.status_code == 422
    assert Cycle.objects.get().state == "collecting"


def test_nobody_is_listed_by_a_figure(people, browse):
    stay(people)
    stay(people, people.neighbour, people.other_village)
    stay(people, people.cadre2)
    cycle = gathered(people)
    client, url = browse("office"), reverse("evaluation:appraised_list", args=[cycle.pk])

    for query in ({}, {"sort": "total"}, {"sort": "from_day"}):
        page = words(client.get(url, query))
        assert page.index("王建国") < page.index("赵敏") < page.index("冯远")
    assert "冯远" not in words(client.get(url, {"q": "农业"}))
    assert "王建国" not in words(client.get(url, {"organ": people.roads.pk}))
    assert "赵敏" not in words(client.get(url, {"subject": "organ"}))
    actions.leave_out(cycle.appraised.get(cadre=people.cadre2), by=people.office, reason="学习")
    assert "赵敏" not in words(client.get(url))
    assert "学习" in words(client.get(url, {"tab": "left_out"}))


def test_parts_of_others_stand_on_the_pages(people, browse, monkeypatch):
    cycle = collecting(people)
    monkeypatch.setattr(hooks, "CYCLE_PARTS", [("测评进度", "evaluation:scheme", "count_ballots")])
    monkeypatch.setattr(
        hooks, "APPRAISED_PARTS", [("得分", "evaluation:scheme", lambda user, row: row.cadre)]
    )

    assert "测评进度" in words(browse("office").get(cycle.get_absolute_url()))
    assert "测评进度" not in words(browse("supervisor").get(cycle.get_absolute_url()))
    assert "得分" in words(browse("author").get(cycle.appraised.get().get_absolute_url()))


@pytest.mark.parametrize("page", ["cycles", "appraised_list", "my_appraisals"])
@pytest.mark.parametrize("n", [1, 3])
def test_a_longer_list_costs_no_more_queries(people, browse, django_assert_num_queries, n, page):
    scheme, client = published(people), browse("author" if page == "my_appraisals" else "office")
    stay(people)
    for _cadre in range(n):
        stay(people, Cadre.objects.create(name="新", organ=people.water, left_on="2025-12-01"))
    for _cycle in range(n):
        cycle = gathered(people, scheme)
    args = [cycle.pk] if page == "appraised_list" else []
    client.get(reverse(f"evaluation:{page}", args=args))

    with django_assert_num_queries({"cycles": 9, "appraised_list": 12, "my_appraisals": 8}[page]):
        client.get(reverse(f"evaluation:{page}", args=args))


# --- To-do list and reminders --------------------------------------------------------------------


def waiting(user, code):
    kind = todo.kind_for(fresh(user), code)
    user = fresh(user)
    return [r.item.what for r in todo.queue(user, size=9, kinds=[kind]).rows] if kind else None


def told(user, day=None):
    day = day or timezone.localdate()
    tell("ballots_", "cycle_", "score", day=day)
    return set(Reminder.objects.filter(user=user, day=day).values_list("kind", flat=True))


# This day or the next working day.
def work(day=None):
    day = day or timezone.localdate()
    return day if workdays.is_working_day(day) else workdays.add_working_days(day, 1)


def test_the_office_finds_each_step_in_its_to_do_list(people):
    stay(people)
    cycle = gathered(people)
    assert waiting(people.office, "cycle_to_begin") == ["2025年度考核"]
    assert waiting(people.neighbour_office, "cycle_to_begin") == []
    assert waiting(people.supervisor, "cycle_to_begin") is None
    actions.start_collecting(cycle, by=people.office, at=timezone.now())
    assert waiting(people.office, "cycle_to_close") == []
    Cycle.objects.update(ballots_until=timezone.localdate() + timedelta(days=1))
    assert waiting(people.office, "cycle_to_close") == ["2025年度考核"]
    actions.close_collecting(cycle, by=people.office, at=timezone.now())
    actions.note_computed(cycle, at=timezone.now())
    assert waiting(people.office, "cycle_to_check") == ["2025年度考核"]
    actions.publish_scores(cycle, by=people.office, on=timezone.localdate(), at=timezone.now())
    assert waiting(people.author, "score_published") == ["2025年度考核"]
    assert waiting(people.colleague, "score_published") == []
    yesterday = timezone.localdate() - timedelta(days=1)
    Cycle.objects.update(objection_from=yesterday, objection_until=yesterday)
    assert waiting(people.office, "cycle_to_finish") == ["2025年度考核"]
    assert waiting(people.author, "score_published") == []


def test_people_are_told_of_each_step(people):
    stay(people)
    cycle = gathered(people)
    assert "cycle_to_begin" in told(people.office, work())
    assert "cycle_to_begin" not in told(people.neighbour_office, work())
    actions.start_collecting(cycle, by=people.office, at=timezone.now())
    Cycle.objects.update(ballots_until=work() + timedelta(days=1))
    assert "ballots_end" in told(people.office, work())
    actions.close_collecting(cycle, by=people.office, at=timezone.now())
    actions.note_computed(cycle, at=timezone.now())
    assert "scores_to_check" in told(people.office, work())


def test_the_appraised_are_told_until_they_have_read_it_and_when_the_days_end(people):
    cycle = actions.publish_scores(
        computed(people), by=people.office, on=timezone.localdate(), at=timezone.now()
    )
    day = work()
    Cycle.objects.update(objection_until=workdays.add_working_days(day, 8))
    assert told(people.author, day) == {"score_published"}
    one = Reminder.objects.get(user=people.author)
    assert one.link == cycle.appraised.get().get_absolute_url()
    assert reminders.with_titles(people.author, [one])[0].title == "2025年度考核"
    Reminder.objects.update(read_at=timezone.now())

    assert told(people.author, workdays.add_working_days(day, 1)) == set()
    assert told(people.author, workdays.add_working_days(day, 6)) == {"score_published"}
    over = workdays.add_working_days(day, 9)
    assert told(people.author, over) == set()
    assert told(people.office, over) == {"cycle_to_finish"}
    assert Stay.objects.count() == 1
    assert rules.may_finish_cycle(people.office, Cycle.objects.get(), on=over)
