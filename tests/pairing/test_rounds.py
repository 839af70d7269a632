"""Rounds of pairing: needs meet offers, explained, changed by hand, confirmed once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from pairing import proposals
from pairing.actions import rounds as actions
from pairing.fitting import Pool
from pairing.models import MatchingProposal, MatchingRound, Pairing, PairingStep
from pairing.models.rounds import with_changes
from portal import parameters
from portal.actions import norms
from portal.choosing import matching
from portal.duties import todo
from portal.models import AuditEntry, AvoidancePair, Cadre, Job, Reminder
from portal.run import jobs
from tests.day import TODAY, in_days, now
from tests.outreach.test_together import at_once
from tests.pairing.test_needs import household, note, offer, pairing, words
from tests.telling import tell

# Import it early: a job's heartbeat does not see the rows of a test's transaction, so the work must
# end before the first beat.
assert matching


def begin(people, by=None, **changes):
    terms = {
        "title": "2027年结对",
        "level": "unit",
        "area": None,
        "starts_on": in_days(10),
        "ends_on": in_days(375),
    } | changes
    return actions.begin_round(by=by or people.office, at=now(), **terms)


def asked(people, round_):
    proposal = actions.ask_matching(round_=round_, by=people.office, at=now())
    jobs.run(proposal.job_id, clock=timezone.now)
    return MatchingProposal.objects.select_related("round").get(pk=proposal.pk)


def proposed(people, **changes):
    """Two villages in need, two organs that help; agriculture fits the first better."""
    note(people, kind="technology", what="种植技术")
    note(people, kind="funds", what="修渠", urgency=3, unit=people.other_village, by=people.office)
    offer(people)
    offer(
        people,
        by=people.office,
        organ=people.water,
        kind="funds",
        what="水利资金",
        expertise=["water"],
    )
    return asked(people, begin(people, **changes))


def confirm(people, proposal, by=None):
    return actions.confirm_matching(
        proposal=proposal,
        by=by or people.office,
        at=now(),
        document="云组通〔2026〕12号",
        decided_on=in_days(0),
    )


def helpers(proposal):
    lines = with_changes(proposal.lines.for_list().order_by("pk"))
    return {line.helped_label: line.now_organ and line.now_organ.name for line in lines}


# --- The proposal ------------------------------------------------------------------------------


def test_each_unit_gets_who_offers_what_it_needs(people):
    proposal = proposed(people)

    assert helpers(proposal) == {"柳湾村": "县农业农村局", "上坪村": "县水利局"}
    line = proposal.lines.get(unit=people.village)
    assert ["kind", 100] in line.facts
    assert ["near", 60] in line.facts
    assert (proposal.outcome["needs"], proposal.outcome["met"]) == (2, 2)
    assert proposal.outcome["optimal"]
    assert proposal.outcome["baseline"] <= proposal.outcome["value"]
    assert not Pairing.objects.exists()


def test_a_need_that_nobody_meets_says_why(people):
    note(people, kind="talent", what="缺会计")
    offer(people)
    proposal = asked(people, begin(people))

    (line,) = proposal.lines.unmet()
    assert line.facts == [["kind", 1], ["nobody", 0]]


def test_the_own_host_and_who_is_full_do_not_help(people):
    note(people)
    offer(people, by=people.office, organ=people.town_organ)
    offer(people, by=people.office, organ=people.water, capacity=1)
    pair = pairing(people, organ=people.water)
    Pairing.objects.filter(pk=pair.pk).update(unit=people.other_village)
    proposal = asked(people, begin(people))

    (line,) = proposal.lines.unmet()
    assert line.facts == [["full", 1], ["own", 1], ["nobody", 0]]


def test_who_is_paired_in_these_days_is_left_as_it_is(people):
    note(people)
    offer(people)
    pairing(people)

    proposal = asked(people, begin(people))

    assert (proposal.outcome["needs"], proposal.outcome["paired"]) == (0, 1)
    with pytest.raises(PermissionDenied):
        confirm(people, proposal)


def test_a_pair_that_has_stood_goes_on(people):
    note(people)
    offer(people)
    offer(people, by=people.office, organ=people.roads, what="道路技术")
    pairing(people, organ=people.roads, starts_on=in_days(-360), ends_on=in_days(5))

    proposal = asked(people, begin(people))

    assert helpers(proposal) == {"柳湾村": "县交通运输局"}
    assert ["kept", 150] in proposal.lines.get().facts


def test_every_household_gets_somebody_within_the_limit_of_a_cadre(people):
    Cadre.objects.exclude(pk=people.cadre.pk).update(left_on=in_days(-1))
    for n in range(6):
        note(people, household=household(people, serial=f"00{n}", name=f"户{n}"), kind="funds")
    proposal = asked(people, begin(people, level="household"))

    assert (proposal.outcome["needs"], proposal.outcome["met"]) == (6, 5)
    (line,) = proposal.lines.unmet()
    assert line.facts == [["taken", 1]]
    assert {one.cadre for one in proposal.lines.exclude(cadre=None)} == {people.cadre}


def test_an_avoidance_bars_a_cadre(people):
    Cadre.objects.exclude(pk__in=[people.cadre.pk, people.cadre2.pk]).update(left_on=in_days(-1))
    AvoidancePair.objects.create(
        cadre=people.cadre, unit=people.village, made_by=people.office, made_at=now()
    )
    note(people, household=household(people), kind="funds")

    proposal = asked(people, begin(people, level="household"))

    assert proposal.lines.get().cadre == people.cadre2


def test_too_many_at_once_ask_for_smaller_areas(people, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_PAIRS", 0)
    proposal = proposed(people)

    assert proposal.finished_at is None
    assert proposal.job.state == Job.State.FAILED
    assert proposal.job.error


# --- By hand -----------------------------------------------------------------------------------


def change(people, line, organ, cadre=None, by=None, why="会议意见"):
    return actions.change_match(
        match=line, by=by or people.office, at=now(), organ=organ, cadre=cadre, why=why
    )


def test_another_helper_by_hand_stands_with_its_reason(people):
    proposal = proposed(people)
    line = proposal.lines.get(unit=people.village)

    change(people, line, people.water)
    assert helpers(proposal)["柳湾村"] == "县水利局"
    with pytest.raises(ValidationError):
        change(people, line, people.water)
    change(people, line, None, why="村里暂不需要")

    assert helpers(proposal)["柳湾村"] is None
    assert [one.pk for one in proposal.lines.unmet()] == [line.pk]
    assert line.changes.count() == 2
    assert AuditEntry.objects.filter(event="matching.line_changed", noun_id=line.pk).count() == 2


@pytest.mark.parametrize("organ", ["town_organ", "roads"])
def test_what_cannot_be_is_refused_with_its_reason(people, organ):
    offer(people, by=people.office, organ=people.town_organ)
    proposal = proposed(people)
    line = proposal.lines.get(unit=people.village)

    with pytest.raises(ValidationError):
        change(people, line, getattr(people, organ))
    with pytest.raises(ValidationError):
        change(people, line, people.water, why=" ")
    with pytest.raises(PermissionDenied):
        change(people, line, people.water, by=people.neighbour_office)
    assert not line.changes.exists()


def test_the_page_of_a_change_warns_before_it_is_kept(people, browse):
    proposal = proposed(people)
    line = proposal.lines.get(unit=people.village)
    address = reverse("pairing:change_match", args=[proposal.round_id, proposal.pk, line.pk])
    check = reverse("pairing:check_match", args=[proposal.round_id, proposal.pk, line.pk])
    sent = {"helper_text": "县水利局", "why": "有水利项目"}
    client = browse("office")

    assert 'value="' in words(client.get(check, sent))
    warned = client.post(address, sent)
    assert warned.status_code == 422
    assert not line.changes.exists()
    kept = client.post(address, sent | {"seen": f"{people.water.pk}:kind"})

    assert kept.url == proposal.get_absolute_url()
    assert helpers(proposal)["柳湾村"] == "县水利局"
    assert client.post(address, {"why": "x"}).status_code == 422


# --- Confirming --------------------------------------------------------------------------------


def test_confirming_makes_the_pairings_once(people):
    proposal = proposed(people)

    made = confirm(people, proposal)

    pair = Pairing.objects.get(unit=people.village)
    assert len(made) == Pairing.objects.count() == 2
    assert (pair.organ, pair.level, pair.document) == (
        people.agriculture,
        "unit",
        "云组通〔2026〕12号",
    )
    assert (pair.starts_on, pair.ends_on, pair.county) == (in_days(10), in_days(375), people.county)
    assert PairingStep.objects.filter(pairing=pair, move="agreed").count() == 1
    assert proposal.lines.get(unit=people.village).pairing == pair
    round_ = MatchingRound.objects.get()
    assert (round_.state, round_.confirmed_by) == ("confirmed", people.office)
    with pytest.raises(PermissionDenied, match="李明"):
        confirm(people, proposal)
    assert Pairing.objects.count() == 2


def test_a_household_is_paired_with_its_cadre(people):
    home = household(people)
    note(people, household=home, kind="funds")
    proposal = asked(people, begin(people, level="household"))

    (pair,) = confirm(people, proposal)

    assert (pair.level, pair.household, pair.group) == ("household", home, "三组")
    assert pair.cadre.organ == pair.organ


def test_a_proposal_on_data_that_changed_is_refused(people, browse):
    proposal = proposed(people)
    offer(people, by=people.office, organ=people.roads, what="新的")

    with pytest.raises(ValidationError) as refusal:
        confirm(people, proposal)

    assert str(proposals.PARTS["helpers"]) in str(refusal.value)
    assert str(proposals.PARTS["needs"]) not in str(refusal.value)
    assert not Pairing.objects.exists()
    client = browse("office")
    page = words(client.get(proposal.get_absolute_url()))
    address = reverse("pairing:confirm_matching", args=[proposal.round_id, proposal.pk])
    assert str(proposals.PARTS["helpers"]) in page
    assert address not in page
    sent = {"document": "云组通〔2026〕12号", "decided_on": str(in_days(0))}
    response = client.post(address, sent)
    assert response.status_code == 422
    assert "云组通〔2026〕12号" in words(response)
    # Computed again it is valid; the old one is replaced.
    newer = asked(people, proposal.round)
    with pytest.raises(PermissionDenied):
        confirm(people, proposal)
    assert len(confirm(people, newer)) == 2


@pytest.mark.parametrize("part", ["needs", "pairings", "norms"])
def test_each_part_that_changes_is_named(people, part):
    proposal = proposed(people)
    if part == "needs":
        note(people, what="又一项")
    elif part == "pairings":
        pairing(people)
    else:
        norms.set_norm(
            code="matching.weight.near",
            value="10",
            basis="部务会",
            by=people.office,
            valid_from=in_days(0),
        )
        parameters.forget()

    pool = Pool(proposal.round, on=TODAY)
    assert proposals.PARTS[part] in proposals.changed_since(proposal, pool)


def test_a_line_that_cannot_be_is_in_the_way_of_all(people):
    offer(people, by=people.office, organ=people.roads, kind="funds", what="项目资金", capacity=1)
    proposal = proposed(people)
    for line in proposal.lines.all():
        line.changes.create(organ=people.roads, why="绕过检查", by=people.office, at=now())

    with pytest.raises(actions.InTheWay) as obstacle:
        confirm(people, proposal)

    assert len(obstacle.value.reasons) == 1
    assert not Pairing.objects.exists()


def test_two_confirm_one_proposal_at_once(committed_people):
    people = committed_people
    proposal = proposed(people)

    results = at_once(*[lambda: confirm(people, proposal)] * 2)

    refused = [one for one in results if isinstance(one, PermissionDenied)]
    assert len(refused) == 1
    assert "李明" in str(refused[0])
    assert Pairing.objects.count() == 2


def test_a_confirmed_round_needs_its_document(people):
    round_ = begin(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchingRound.objects.filter(pk=round_.pk).update(
            state="confirmed", confirmed_by=people.office, confirmed_at=now()
        )


# --- Rounds ------------------------------------------------------------------------------------


def test_a_round_is_begun_changed_and_given_up_by_its_office(people):
    with pytest.raises(PermissionDenied):
        begin(people, by=people.liaison)
    with pytest.raises(PermissionDenied):
        begin(people, area=people.other_county)
    round_ = begin(people)
    assert round_.area == people.county
    actions.change_round(
        round_=round_,
        by=people.office,
        at=now(),
        title="改名",
        level="unit",
        area=None,
        starts_on=in_days(20),
        ends_on=in_days(300),
    )
    with pytest.raises(PermissionDenied):
        actions.give_up_round(round_=round_, by=people.neighbour_office, at=now(), reason="x")

    actions.give_up_round(round_=round_, by=people.office, at=now(), reason="改为明年")

    assert list(round_.steps.order_by("pk").values_list("code", flat=True)) == [
        "begun",
        "changed",
        "given_up",
    ]
    with pytest.raises(PermissionDenied):
        actions.give_up_round(round_=round_, by=people.office, at=now(), reason="x")
    with pytest.raises(PermissionDenied):
        actions.ask_matching(round_=round_, by=people.office, at=now())


def test_a_second_proposal_waits_for_the_first(people):
    round_ = begin(people)
    actions.ask_matching(round_=round_, by=people.office, at=now())

    with pytest.raises(PermissionDenied):
        actions.ask_matching(round_=round_, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        actions.change_round(
            round_=round_,
            by=people.office,
            at=now(),
            title="x",
            level="unit",
            area=None,
            starts_on=in_days(20),
            ends_on=in_days(300),
        )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_and_print_say_who_and_why(people, browse, language):
    note(people, kind="talent", what="缺会计", unit=people.other_village, by=people.office)
    proposal = proposed(people)
    change(people, proposal.lines.get(unit=people.village), people.water)
    client = browse("office")
    client.cookies["django_language"] = language

    page = words(client.get(proposal.get_absolute_url()))
    assert "会议意见" in page
    assert "县水利局" in page
    assert words(client.get(proposal.round.get_absolute_url()))
    printed = words(
        client.get(reverse("pairing:matching_print", args=[proposal.round_id, proposal.pk]))
    )
    assert "2027年结对安排表" in printed
    assert "人工调整" in printed
    unmet = words(client.get(proposal.get_absolute_url(), {"tab": "unmet"}))
    assert "柳湾村" not in unmet.split('id="rows"')[1]


def test_a_computed_round_waits_for_the_office(people):
    proposal = proposed(people)

    def codes(user):
        return {k.code: k.rows(user).count() for k in todo.kinds_for(user, approvals=True)}

    assert codes(people.office)["confirm_matching"] == 1
    assert codes(people.neighbour_office)["confirm_matching"] == 0
    day = timezone.localdate()
    tell("confirm_matching", day=day)
    told = Reminder.objects.filter(kind="confirm_matching")
    assert {one.user for one in told} == {people.office}
    confirm(people, proposal)
    assert codes(people.office)["confirm_matching"] == 0


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize("page", ["rounds", "proposal"])
def test_pages_cost_the_same(people, browse, django_assert_max_num_queries, row_count, page):
    for n in range(row_count):
        note(people, household=household(people, serial=f"00{n}"), kind="funds")
    proposal = asked(people, begin(people, level="household"))
    for _n in range(row_count - 1):
        begin(people)
    address = proposal.get_absolute_url() if page == "proposal" else "/matching/"
    client = browse("office")
    with django_assert_max_num_queries(33 if page == "proposal" else 14):
        assert client.get(address).status_code == 200


def test_a_round_of_another_county_takes_none_of_these_needs(people):
    note(people)
    offer(people)
    pool = Pool(begin(people, by=people.neighbour_office), on=TODAY)

    assert (pool.targets, pool.helpers) == ([], [])
