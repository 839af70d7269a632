"""Freezing (ballots as sums, records as ids, stored once), and computing from frozen data."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from evaluation.appraisal import counting, freezing, hooks, scoring
from evaluation.models import Ballot, Computation, Score, ScoreEvidence, Tally
from portal import parameters
from portal.models import Job, PolicyParameter
from portal.run import jobs
from tests.evaluation.scored import (
    appraised,
    ballots,
    computed,
    cycle,
    meeting,
    poll,
    scheme,
    scored,
    word,
)
from tests.people import account, unit

pytestmark = pytest.mark.django_db


def test_tallies_sum_codes_paper_and_meetings_of_closed_polls(people):
    a_scheme = scheme(people)
    a_cycle = cycle(people, a_scheme)
    one = appraised(people, a_cycle, a_scheme)
    other = appraised(people, a_cycle, a_scheme, cadre=people.cadre2)
    closed = poll(people, a_cycle, one)
    ballots(closed, one, 1, 1, 5, gifts=2)
    Ballot.objects.create(poll=closed, appraised=one, source="paper", dining=1)
    meeting(people, closed, one, good=4, poor=1, replaced_at=timezone.now())
    meeting(people, closed, one, good=7, poor=2)
    # An open poll's ballots are sealed; its meeting counts once it closes.
    still_open = poll(people, a_cycle, one, unit=people.other_village, state="open")
    meeting(people, still_open, one, good=3)

    found = {row["appraised_id"]: row for row in counting.tallies(a_cycle)}

    assert found[one.pk]["valid"] == 3 + 9  # a ballot with questions only has no marks
    assert found[one.pk]["attitude"] == [2 + 7, 0, 0, 2, 1]
    assert found[one.pk]["overall"] == [7, 0, 0, 2, 0]
    assert found[one.pk]["gifts"] == [0, 3 + 9, 0]
    assert found[one.pk]["dining"] == [1, 9, 0]
    assert (found[one.pk]["issued"], found[one.pk]["returned"]) == (40 + 10, 30 + 9)
    assert found[other.pk]["valid"] == 0


def test_evidence_is_frozen_once_and_stays_when_ballots_change(people):
    a_cycle, one, _first = scored(
        people,
        indicators=[("promises_kept", 100, 0, 100, 1)],
        gates=[("stay_months", 80), ("findings", 0)],
    )
    before = list(Tally.objects.values())
    codes = set(ScoreEvidence.objects.values_list("indicator", flat=True))
    ballots(a_cycle.polls.get(), one, 4, 4, 4)

    assert freezing.freeze(a_cycle) == 0
    assert list(Tally.objects.values()) == before
    assert codes == {"promises_kept", "stay_months", "findings"}


def test_the_same_frozen_data_give_the_same_hash_and_new_rows(people):
    a_cycle, one, first = scored(people)
    again = scoring.compute(a_cycle, by=people.office, at=timezone.now())

    assert again.result_hash == first.result_hash
    assert (first.number, again.number) == (1, 2)
    assert Score.objects.filter(appraised=one).count() == 2
    assert a_cycle.steps.filter(move="recomputed").count() == 2


def test_who_is_left_out_gets_no_score(people):
    a_cycle, one, first = scored(people)
    one.left_out_reason = "借调"
    one.save()

    again = scoring.compute(a_cycle, by=people.office, at=timezone.now())

    assert again.result_hash != first.result_hash
    assert not again.scores.exists()


def test_a_word_given_or_replaced_after_the_freeze_changes_nothing(people):
    a_cycle, one, first = scored(people)
    old = one.words.get(side="unit")
    old.replaced_at = timezone.now() + timedelta(minutes=1)
    old.save()
    word(people, one, "unit", 4, 4, 4, given_at=timezone.now() + timedelta(minutes=1))

    assert (
        scoring.compute(a_cycle, by=people.office, at=timezone.now()).result_hash
        == first.result_hash
    )


def test_few_people_and_few_chunks_freeze_alike(people, monkeypatch):
    a_scheme = scheme(people, indicators=[("promises_kept", 100, 0, 100, 1)])
    a_cycle = cycle(people, a_scheme)
    for cadre in (people.cadre, people.cadre2, people.neighbour):
        appraised(people, a_cycle, a_scheme, cadre=cadre)
    monkeypatch.setattr(freezing, "CHUNK", 2)
    told = []

    assert freezing.freeze(a_cycle, lambda done, total=None: told.append(done)) == 3
    assert told == [2, 3]
    assert Tally.objects.count() == 3 == ScoreEvidence.objects.count()


def test_the_job_freezes_computes_and_tells_who_waits_for_it(
    people, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    a_scheme = scheme(people)
    a_cycle = cycle(people, a_scheme)
    one = appraised(people, a_cycle, a_scheme)
    ballots(poll(people, a_cycle, one), one, *[1] * 20)
    told = []
    monkeypatch.setattr(hooks, "AFTER_COMPUTED", [lambda c, by, at: told.append((c.pk, by))])
    job = Job.objects.create(
        kind=scoring.KIND, title="得分", arguments={"cycle": a_cycle.pk}, owner=people.office
    )

    jobs.run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    computation = Computation.objects.get()
    assert (job.state, job.done_count, job.total_count) == ("done", 2, 2)
    assert told == [(a_cycle.pk, people.office)]
    # The hash is that of the file, so anybody with the file can check it.
    content = jobs.file_of(job).read_bytes()
    assert hashlib.sha256(content).hexdigest() == computation.result_hash
    score = Score.objects.get()
    # Only 40 of 100 have data: no total, and the component keeps its weight.
    assert (score.masses, score.total) == (Decimal("40.00"), None)


def test_norms_are_those_of_the_day_of_the_freeze(people):
    a_scheme = scheme(people, subject="organ", weight_masses=70, weight_results=0)
    a_cycle = cycle(people, a_scheme)
    one = appraised(people, a_cycle, a_scheme, cadre=None)
    ballots(poll(people, a_cycle, one), one, *[1] * 15)
    word(people, one, "unit", 1, 1, 1)
    word(people, one, "host", 1, 1, 1)

    def total(frozen_days_ago):
        a_cycle.data_at = timezone.now() - timedelta(days=frozen_days_ago)
        rules = scoring.rules_of(a_cycle)[a_scheme.pk]
        frozen = scoring.Frozen([one.pk], timezone.now())
        return frozen.result(one, rules).total

    freezing.freeze(a_cycle)
    assert total(0) is not None
    day = timezone.localdate() - timedelta(days=5)
    PolicyParameter.objects.create(code="eval.organ_fewest", value="16", basis="x", valid_from=day)
    PolicyParameter.objects.create(code="eval.one_record_max", value="0", basis="x", valid_from=day)
    parameters.forget()
    assert total(9) is not None and total(0) is None
    # A norm of 0 counts as the minimum of 1, since no number of records could satisfy 0.
    assert scoring.norms(timezone.localdate())["most"] == 1


def test_a_job_of_a_cycle_that_is_gone_says_so(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    job = Job.objects.create(
        kind=scoring.KIND, title="得分", arguments={"cycle": 0}, owner=people.office
    )

    jobs.run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    assert job.state == "failed" and job.error


def test_ranges_are_kept_for_classes_of_five_alone(people):
    a_scheme = scheme(people)
    a_cycle = cycle(people, a_scheme)
    for number, good in enumerate((20, 18, 15, 10, 5)):
        organ = (people.agriculture, people.water, people.roads, people.weather, people.station)[
            number
        ]
        cadre = people._cadre.__func__(people, _account(people, number, organ), "科员", number)
        one = appraised(people, a_cycle, a_scheme, cadre=cadre, organ=organ)
        ballots(
            poll(people, a_cycle, one, unit=_unit(people, number)),
            one,
            *[1] * good,
            *[4] * (20 - good),
        )
        word(people, one, "unit", 1, 1, 1)

    computation = computed(a_cycle, people.office)

    found = computation.ranges[str(a_scheme.pk)]
    assert found["masses"]["n"] == 5
    # Quartiles in points of the component's 40; the values are 100, 93, 82.5, 65 and 47.5 per cent.
    assert found["masses"]["quarters"] == ["26.00", "37.20"]
    # Nobody has results, so there is no total.
    assert "results" not in found and "total" not in found


def _account(people, number, organ):
    return account(f"more{number}", f"干部{number}", organ, "cadre")


def _unit(people, number):
    return unit(f"村{number}", people.town_organ, people.village_place)
