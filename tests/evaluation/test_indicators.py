"""Indicators measure shares of records, never their number, and only what one controls."""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from evaluation.appraisal import measuring
from evaluation.appraisal.indicators import INDICATORS, KINDS, choices
from evaluation.models.schemes import Subject
from outreach.models import (
    FollowUp,
    Matter,
    MatterAssignment,
    MatterRequest,
    MatterStep,
    MonthWord,
    Stay,
    StayMonth,
    StayReport,
    Suggestion,
    Visit,
)
from pairing.models import SupportItem, SupportStep
from portal.models import ImportBatch
from tests.day import TODAY, in_days, now
from tests.pairing.cast import household, paired

pytestmark = pytest.mark.django_db
_numbers = itertools.count(1)


def ago(n):
    return timezone.now() - timedelta(days=n)


def who(people, subject="cadre", **fields):
    given = {
        "cadre": {"cadre": people.cadre.pk},
        "team": {"unit": people.village.pk},
        "organ": {},
        "branch": {},
    }[subject]
    return measuring.Measured(
        **{
            "id": 7,
            "subject": subject,
            "cadre": None,
            "branch": None,
            "unit": None,
            "organ": people.water.pk if subject == "organ" else people.agriculture.pk,
            "from_day": in_days(-300),
            "to_day": in_days(-10),
        }
        | given
        | fields
    )


def measured(people, code, *, at=None, subject=None, **fields):
    """Return (records that speak for the appraised, records that speak against)."""
    subject = subject or ("organ" if INDICATORS[code].subjects == (Subject.ORGAN,) else "cadre")
    found = measuring.measure(code, [who(people, subject, **fields)], at or now())
    met, missed = found.get(7, ([], []))
    return len(met), len(missed)


# --- Records, each speaking for or against --------------------------------------------------------


def matter(people, place=None, **fields):
    one = Matter(
        **{
            "number_area": "test",
            "number_year": 2026,
            "number": next(_numbers),
            "registered_by": people.cadre,
            "typed_by": people.author,
            "organ": people.agriculture,
            "registered_on": in_days(-100),
            "category": "02",
            "title": "路灯不亮",
            "due_on": in_days(-90),
            "original_due_on": in_days(-90),
            "created_at": ago(100),
        }
        | fields
    )
    one.stand_at(place or people.village)
    one.save()
    return one


def closed(people, *, reopened=False, **fields):
    return matter(
        people,
        **{
            "status": "closed",
            "stage": "closed",
            "closure": "unrated",
            "closed_on": in_days(-80),
            "answered_on": in_days(-91),
            "reopen_count": int(reopened),
        }
        | fields,
    )


def at_once(people, **fields):
    one = closed(people, **fields)
    MatterRequest.objects.create(
        matter=one,
        kind="on_the_spot",
        reason="当场换了灯泡",
        status_before="registered",
        asked_by=people.author,
        asked_at=ago(100),
        decided_by=people.host,
        decided_at=ago(99),
        approved=True,
    )
    return one


def asked(people, of, met, **fields):
    return FollowUp.objects.create(
        matter=of,
        starts_on=in_days(-80),
        due_on=in_days(-70),
        answered_at=ago(75),
        answered_by=people.host,
        word="satisfied" if met else "unsatisfied",
        **{"kind": "sample"} | fields,
    )


def _call_back(people, met):
    FollowUp.objects.create(
        matter=closed(people),
        starts_on=in_days(-80),
        due_on=in_days(-70),
        caller=people.author,
        kind="word",
        answered_at=ago(71 if met else 69),
        answered_by=people.author,
        word="satisfied",
    )


def _contact(people, met):
    number = str(next(_numbers))
    door = household(people, serial=number, name="王××户")
    one = paired(people, door=door, starts_on=in_days(-100), created_at=ago(100))
    type(one).objects.filter(pk=one.pk).update(created_at=ago(100))
    if met:
        visit(people, door, in_days(-55))


def visit(people, door, day, **fields):
    one = Visit(
        author=people.cadre,
        typed_by=people.author,
        visited_on=day,
        organ=people.agriculture,
        summary="走访",
        created_at=ago(50),
        **fields,
    )
    one.stand_at(people.village)
    one.save()
    one.households.add(door)
    return one


def item(people, pairing, met, **fields):
    return SupportItem.objects.create(
        **_placed(people)
        | {
            "pairing": pairing,
            "organ": people.agriculture,
            "kind": "policy",
            "what": "讲政策",
            "promised_on": in_days(-90),
            "promised_for": in_days(-60),
            "noted_by": people.author,
            "state": "done",
            "done_on": in_days(-61 if met else -59),
            "created_at": ago(90),
        }
        | fields
    )


def _placed(people):
    return {"unit": people.village, "host_organ": people.town_organ, "county": people.county}


def _promise(people, met):
    pairing = people.__dict__.setdefault("a_pairing", None) or paired(people, level="unit")
    people.a_pairing = pairing
    item(people, pairing, met)


def stay(people, **fields):
    one = Stay(
        **{
            "cadre": people.cadre,
            "kind": "member",
            "starts_on": in_days(-200),
            "ends_on": in_days(100),
            "document": "云组〔2026〕3号",
            "organ": people.agriculture,
            "created_at": ago(200),
        }
        | fields
    )
    one.stand_at(people.village)
    one.save()
    return one


def _suggestion(people, met):
    if not Stay.objects.exists():
        stay(people)
    report = StayReport.objects.create(
        stay=Stay.objects.get(),
        title="土地流转",
        starts_on=in_days(-90),
        ends_on=in_days(-70),
        situation="…",
        state="accepted",
        handed_in_on=in_days(-60),
        created_at=ago(60),
    )
    Suggestion.objects.create(
        report=report,
        position=1,
        text="建立台账",
        adopted=met,
        why="可行",
        decided_by=people.office,
        decided_at=ago(50),
    )


def assigned(people, of, *, signed_days_ago=None, **fields):
    signed = signed_days_ago and {"signed_at": ago(signed_days_ago), "signed_by": people.handler}
    return MatterAssignment.objects.create(
        **{
            "matter": of,
            "organ": people.water,
            "assigned_by": people.desk,
            "assigned_at": ago(100),
            "sign_due_on": in_days(-98),
        }
        | (signed or {})
        | fields
    )


MAKE = {
    "own_results_word": lambda p, met: asked(p, at_once(p), met),
    "own_results_lasting": lambda p, met: at_once(p, reopened=not met),
    "call_backs_in_time": _call_back,
    "contact_rhythm": _contact,
    "promises_kept": _promise,
    "suggestions_adopted": _suggestion,
    "matters_signed_in_time": lambda p, met: assigned(
        p, matter(p, lead_organ=p.water), signed_days_ago=99 if met else 97
    ),
    "matters_in_time": lambda p, met: closed(
        p, lead_organ=p.water, answered_on=in_days(-91 if met else -89)
    ),
    "results_word": lambda p, met: asked(p, closed(p, lead_organ=p.water), met),
    "results_lasting": lambda p, met: closed(p, lead_organ=p.water, reopened=not met),
}


def test_the_list_is_closed_and_no_kind_counts_volume():
    assert set(MAKE) == set(INDICATORS) == set(measuring.MEASURES)
    assert {one.kind for one in INDICATORS.values()} <= set(KINDS)
    assert set(KINDS) == {"rate", "timeliness", "word", "verified"}
    # What handlers do is no indicator for cadres.
    assert "matters_in_time" not in dict(choices(Subject.CADRE))
    assert "contact_rhythm" not in dict(choices(Subject.ORGAN))


@pytest.mark.parametrize("code", INDICATORS)
def test_twice_as_many_records_of_the_same_quality_change_nothing(people, code):
    for met in (True, True, True, False):
        MAKE[code](people, met)
    once = measured(people, code)
    for met in (True, True, True, False):
        MAKE[code](people, met)
    twice = measured(people, code)

    assert once == (3, 1) and twice == (6, 2)
    assert Decimal(once[0]) / sum(once) == Decimal(twice[0]) / sum(twice)


@pytest.mark.parametrize("code", INDICATORS)
def test_records_outside_the_days_or_of_others_do_not_count(people, code):
    MAKE[code](people, True)
    organ = INDICATORS[code].subjects == (Subject.ORGAN,)
    other = {"organ": people.roads.pk} if organ else {"cadre": people.cadre2.pk}

    assert measured(people, code) == (1, 0)
    assert measured(people, code, from_day=in_days(-300), to_day=in_days(-250)) == (0, 0)
    assert measured(people, code, **other) == (0, 0)


def test_neither_lateness_nor_result_of_a_handler_is_the_cadres(people):
    passed_on = closed(people, lead_organ=people.water, answered_on=in_days(-20), reopened=True)
    asked(people, passed_on, False)
    assigned(people, passed_on, signed_days_ago=50)

    for code, _title in choices(Subject.CADRE):
        assert measured(people, code) == (0, 0), code
    assert measured(people, "matters_in_time") == (0, 1)


def test_what_a_cadre_settled_badly_is_not_the_organs(people):
    """Reopened after the first word, then given to an organ, whose result lasted."""
    one = at_once(people, lead_organ=people.water, reopened=True)
    asked(people, one, False)
    asked(people, one, True, round=1)

    assert measured(people, "own_results_word") == (0, 1)
    assert measured(people, "own_results_lasting") == (0, 1)
    assert measured(people, "results_word") == (1, 0)
    assert measured(people, "results_lasting") == (1, 0)


def test_silence_is_no_answer(people):
    asked(people, at_once(people), True)
    FollowUp.objects.update(word="unreachable")

    assert measured(people, "own_results_word") == (0, 0)


def test_what_was_returned_suspended_or_closed_otherwise_is_not_judged(people):
    assigned(people, matter(people), ended_at=ago(99), returned_reason="不属本单位职责")
    matter(people, lead_organ=people.water, status="suspended")
    closed(people, lead_organ=people.water, closure="withdrawn", answered_on=in_days(-20))
    late = closed(people, lead_organ=people.water, answered_on=in_days(-20))
    assigned(people, late, assigned_at=ago(80), sign_due_on=in_days(-400))

    assert measured(people, "matters_signed_in_time") == (0, 0)
    assert measured(people, "matters_in_time") == (0, 0)


def test_what_an_old_ledger_does_not_tell_is_not_judged(people):
    batch = ImportBatch.objects.create(
        kind="matters", owner=people.office, reason="接管原台账", size=1
    )
    old = {"lead_organ": people.water, "batch": batch}
    silent = closed(people, **old, due_on=None, original_due_on=None)
    working = closed(people, **old, original_due_on=None)
    late = closed(people, **old, answered_on=in_days(-20))
    for one, sign_due_on in ((silent, None), (working, in_days(-98)), (late, None)):
        given = {"is_imported": True, "assigned_at": ago(50), "sign_due_on": sign_due_on}
        assigned(people, one, **given)

    assert measured(people, "matters_signed_in_time") == (0, 0)
    # Late by the ledger's days, although it was entered only after the deadline.
    assert measured(people, "matters_in_time") == (0, 1)

    MatterAssignment.objects.filter(matter=late).update(told_on=in_days(-89))
    assert measured(people, "matters_in_time") == (0, 0)


def test_records_count_as_they_stood_when_the_data_were_frozen(people):
    then = ago(5)
    one = at_once(people, reopened=True)
    MatterStep.objects.create(matter=one, move="reopen", to_status="in_progress", at=ago(1))
    promise = item(people, paired(people, level="unit"), True)
    SupportStep.objects.create(
        item=promise,
        move="done",
        at=ago(1),
        by=people.author,
        facts={"done_on": in_days(-61).isoformat()},
    )

    assert measured(people, "own_results_lasting", at=then) == (1, 0)
    assert measured(people, "own_results_lasting") == (0, 1)
    assert measured(people, "promises_kept", at=then) == (0, 1)
    assert measured(people, "promises_kept") == (1, 0)


def test_a_day_moved_after_the_freeze_does_not_help(people):
    promise = item(people, paired(people, level="unit"), False, promised_for=in_days(-50))
    SupportStep.objects.create(
        item=promise,
        move="changed",
        at=ago(1),
        by=people.author,
        facts={"promised_for": in_days(-60).isoformat()},
    )

    assert measured(people, "promises_kept", at=ago(5)) == (0, 1)


def test_dropped_and_cancelled_promises_do_not_count_and_each_helper_is_asked(people):
    pairing = paired(people, level="unit")
    item(people, pairing, True)
    item(
        people,
        pairing,
        True,
        state="dropped",
        done_on=None,
        dropped_on=in_days(-70),
        drop_reason="项目取消",
    )

    assert measured(people, "promises_kept") == (1, 0)
    assert measured(people, "promises_kept", subject="organ", organ=people.agriculture.pk) == (1, 0)
    stay(people)
    assert measured(people, "promises_kept", subject="team") == (1, 0)


def test_contact_stops_with_the_days_served_and_rests_with_who_wants_peace(people):
    door = household(people, serial="1")
    one = paired(people, door=door)
    type(one).objects.update(created_at=ago(100))

    assert measured(people, "contact_rhythm") == (0, 1)
    # In so few days no contact fell due.
    assert measured(people, "contact_rhythm", from_day=in_days(-69)) == (0, 0)
    visit(people, door, in_days(-60), voided_at=None)
    assert measured(people, "contact_rhythm") == (1, 0)
    Visit.objects.update(voided_at=ago(2), voided_by=people.author, void_reason="录错")
    assert measured(people, "contact_rhythm") == (0, 1)
    assert measured(people, "contact_rhythm", at=ago(5)) == (1, 0)
    door.do_not_disturb = True
    door.save()
    assert measured(people, "contact_rhythm") == (0, 0)


def test_a_team_is_who_stayed_there_on_their_days(people):
    stay(people, starts_on=in_days(-120))
    at_once(people)
    at_once(people, place=people.other_village)
    at_once(people, registered_on=in_days(-150))
    at_once(people, registered_by=people.cadre2)

    assert measured(people, "own_results_lasting", subject="team") == (1, 0)
    assert measured(people, "own_results_lasting") == (3, 0)


# --- Gates ----------------------------------------------------------------------------------------


def _months(people, one, *words):
    """Make months of a stay from its second on, one for each word: met, not met, or None for no
    word."""
    made = []
    for n, is_met in enumerate(words, 1):
        first = (one.starts_on.replace(day=1) + timedelta(days=31 * n)).replace(day=1)
        month = StayMonth.objects.create(stay=one, month=first)
        made.append(month)
        if is_met is not None:
            MonthWord.objects.create(month=month, is_met=is_met, by=people.host, at=ago(20))
    return made


def _whole_months(first, last):
    """The number of months that end in these days."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum((day + timedelta(days=1)).day == 1 for day in days)


def test_months_of_a_stay_count_by_the_newest_word_and_without_one_for_nothing(people):
    one = stay(people)
    met, missed, silent = _months(people, one, True, False, None)
    corrected = MonthWord.objects.create(month=met, is_met=False, by=people.host, at=ago(1))
    here = who(people)
    everything = Decimal(_whole_months(one.starts_on, min(here.to_day, TODAY)))

    assert measuring.stay_months([here], now())[7] == ([], [met.pk, missed.pk], everything)
    # As attested by that day.
    assert measuring.stay_months([here], ago(5))[7][:2] == ([met.pk], [missed.pk])
    assert measuring.stay_months([here], ago(30))[7][:2] == ([], [])
    assert measuring.stay_months([who(people, cadre=people.cadre2.pk)], now()) == {}
    # The number of days plays no part.
    MonthWord.objects.create(month=silent, is_met=True, days=1, by=people.host, at=corrected.at)
    assert measuring.stay_months([here], now())[7][0] == [silent.pk]


def test_a_month_counts_in_the_days_in_which_it_ends(people):
    one = stay(people)
    met, missed = _months(people, one, True, False)
    ends = missed.month - timedelta(days=1)

    early = who(people, from_day=one.starts_on, to_day=ends)
    late = who(people, from_day=ends + timedelta(days=1), to_day=in_days(0))

    assert measuring.stay_months([early], now())[7][:2] == ([met.pk], [])
    assert measuring.stay_months([late], now())[7][:2] == ([], [missed.pk])
    middle = who(people, from_day=met.month, to_day=ends - timedelta(days=1))
    assert measuring.stay_months([middle], now()) == {}


def test_a_leaders_stay_has_no_months(people):
    stay(people, kind="leader", starts_on=in_days(-60), ends_on=in_days(-20))

    assert measuring.stay_months([who(people)], now()) == {}


def test_a_team_has_the_months_of_all_who_stayed_there(people):
    days = {"starts_on": in_days(-199), "ends_on": in_days(-100)}
    ours = _months(people, stay(people, **days), True)
    theirs = _months(people, stay(people, cadre=people.cadre2, **days), False)

    team = who(people, "team", from_day=in_days(-199), to_day=in_days(-100))

    found = measuring.stay_months([team], now())[7]
    assert found[:2] == ([ours[0].pk], [theirs[0].pk])
    assert found[2] == 2 * _whole_months(in_days(-199), in_days(-100))


def test_findings_come_from_whoever_keeps_them(people, monkeypatch):
    assert measuring.findings([who(people)], now()) == {}
    monkeypatch.setattr(
        measuring, "FINDINGS", [lambda people, at: [(7, 3), (7, 3)], lambda people, at: [(7, 1)]]
    )

    assert measuring.findings([who(people)], now()) == {7: [1, 3]}
