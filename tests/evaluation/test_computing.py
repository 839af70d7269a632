"""The pure computation by hand, and against the reference over hundreds of random cases."""

import json
import random
from datetime import timedelta
from decimal import Decimal as D
from fractions import Fraction

import pytest
from django.utils import timezone

from evaluation.appraisal import computing, explaining, exporting, freezing, scoring
from evaluation.appraisal.computing import Counted, Rules, compute
from evaluation.appraisal.indicators import choices, family
from evaluation.models import (
    Appraised,
    EvidenceDecision,
    OrganAppraisal,
    Score,
    ScoreEvidence,
    Tally,
)
from evaluation.models.schemes import Component
from portal.models import Cadre, Job
from portal.run import jobs
from tests.day import in_days
from tests.evaluation.reference import recompute
from tests.evaluation.scored import appraised, cycle, scheme

A, S, R, O = Component  # noqa: E741 (masses, unit, results, organisation)


def rules(**changes):
    fields = {
        "weights": {A: D(40), S: D(20), R: D(30), O: D(10)},
        "dimension_weights": {"attitude": D(30), "style": D(30), "achievement": D(40)},
        "mark_points": {1: D(100), 2: D(85), 3: D(60), 4: D(0)},
        "minimum_ballots": 15,
        "most": D(5),
        "organ_fewest": 15,
        "indicators": (
            ("promises_kept", D(60), D(50), D(90), 5),
            ("suggestions_adopted", D(40), D(0), D(100), 5),
        ),
    } | changes
    return Rules(**fields)


class Sums:
    """The fields of Tally that the computation uses."""

    def __init__(self, valid, attitude, style=None, achievement=None):
        self.valid, self.attitude = valid, attitude
        self.style, self.achievement = style or attitude, achievement or attitude


def marks(attitude, style=None, achievement=None):
    return {
        "attitude": attitude,
        "style": style or attitude,
        "achievement": achievement or attitude,
    }


EVERYTHING = {
    "tally": Sums(20, [10, 10, 0, 0, 0]),
    "words": [("unit", marks(1)), ("sending", marks(2)), ("host", marks(3))],
    "evidence": {"promises_kept": Counted(7, 3), "suggestions_adopted": Counted(5, 5)},
}


def computed(the_rules=None, days=365, **changes):
    given = EVERYTHING | changes
    return compute(the_rules or rules(), given["tally"], given["words"], given["evidence"], days)


def test_all_four_components_by_hand():
    result = computed()

    # Masses (10 × 100 + 10 × 85) ÷ 20 = 92.5; unit 100; organisation (85 + 60) ÷ 2 = 72.5;
    # results (60 × (70 − 50) ÷ 40 + 40 × 50 ÷ 100) = 50.
    assert result.points == {A: D("37.00"), S: D("20.00"), R: D("15.00"), O: D("7.25")}
    assert result.total == D("79.25") and result.gates_met
    assert result.lines["masses"]["value"] == "92.5"


def test_do_not_know_is_no_mark_and_a_dimension_without_marks_is_neutral():
    only_attitude = Sums(20, [0, 15, 0, 0, 5], [0, 0, 0, 0, 20], [0, 0, 0, 0, 20])

    # 85 × 0.3 + 50 × 0.7: each of the others is filled with nine marks midway between 100 and 0.
    assert computed(tally=only_attitude).lines["masses"]["value"] == "60.5"
    nobody = Sums(20, [0, 0, 0, 0, 20])
    assert computed(tally=nobody).points[A] is None
    assert computed(tally=nobody).lines["masses"]["why"] == "no_ticks"


@pytest.mark.parametrize(
    ("n", "points", "total"),
    [(0, None, None), (1, None, None), (14, None, None), (15, 40, "82.25")],
)
def test_too_few_ballots_give_no_total_and_leave_the_other_points_as_they_are(n, points, total):
    result = computed(tally=Sums(n, [n, 0, 0, 0, 0]))

    assert result.points == {A: points, S: D("20.00"), R: D("15.00"), O: D("7.25")}
    assert result.total == (total and D(total))
    assert result.lines["masses"]["valid"] == n


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"tally": None}, "群众评议有效票不足（n=0）"),
        ({"tally": Sums(20, [0, 0, 0, 0, 20])}, "群众评议无有效评价（n=20）"),
        ({"words": EVERYTHING["words"][1:]}, "基层单位未作评价"),
        ({"words": EVERYTHING["words"][:1]}, "派出单位、管理单位未作评价"),
        ({"evidence": {"promises_kept": Counted(2, 1)}}, "办事实绩记录不足（n=3）"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_keeps_its_points(changes, gap):
    whole, result = computed(), computed(**changes)

    assert result.total is None
    assert explaining.gaps(result.lines) == [gap]
    (without,) = [one for one in Component if result.points[one] is None]
    assert {one: result.points[one] for one in Component if one != without} == {
        one: whole.points[one] for one in Component if one != without
    }
    said = explaining.why_no_total(Score(total=None, lines=result.lines))
    assert said == f"{gap}，总分暂缺，提请会议综合研判"


def test_a_scheme_whose_components_have_no_data_names_them_all():
    result = computed(tally=None, words=[], evidence={})

    assert result.total is None and set(result.points.values()) == {None}
    assert len(explaining.gaps(result.lines)) == 4


def test_one_word_of_the_organisation_counts_whole():
    assert computed(words=[("host", marks(2))]).lines["organisation"]["value"] == "85"


def test_few_records_are_filled_up_and_floor_and_cap_hold():
    few = {"promises_kept": Counted(4, 0), "suggestions_adopted": Counted(3, 2)}
    result = computed(evidence=few)
    first, second = result.lines["results"]["indicators"]
    # Six records of 70 besides four of 100: (400 + 420) ÷ 10 = 82, which is 80 % of the way from
    # floor to cap.
    assert (first["added"], first["filled_rate"], first["reached"]) == (6, "82", "80")
    assert (second["added"], second["reached"]) == (0, "60")
    assert result.lines["results"]["value"] == "72"

    low = computed(evidence={"promises_kept": Counted(1, 99)}).lines["results"]["value"]
    high = computed(evidence={"promises_kept": Counted(99, 1)}).lines["results"]["value"]
    # The other indicator has no record and counts as midway: 40 × 0.5.
    assert (low, high) == ("20", "80")


def test_one_record_below_or_above_the_fewest_is_no_jump():
    four = computed(evidence={"promises_kept": Counted(7, 3), "suggestions_adopted": Counted(4, 0)})
    five = computed(evidence={"promises_kept": Counted(7, 3), "suggestions_adopted": Counted(5, 0)})

    assert 0 < five.total - four.total <= 5


@pytest.mark.parametrize(("n", "has_total"), [(0, False), (1, False), (14, False), (15, True)])
def test_an_organ_has_no_total_below_fifteen_ballots_or_independent_answers(n, has_total):
    on_ballots = rules(subject="organ", minimum_ballots=5)
    assert (computed(on_ballots, tally=Sums(n, [n, 0, 0, 0, 0])).total is not None) == has_total
    # A cadre under the same scheme has a total from five ballots on.
    cadre = computed(rules(minimum_ballots=5), tally=Sums(n, [n, 0, 0, 0, 0]))
    assert (cadre.total is not None) == (n >= 5)

    on_none = rules(
        subject="organ",
        weights={A: D(0), S: D(0), R: D(90), O: D(10)},
        indicators=(
            ("results_word", D(50), D(0), D(100), 1),
            ("matters_in_time", D(50), D(0), D(100), 1),
        ),
    )
    asked = {"results_word": Counted(n, 0), "matters_in_time": Counted(40, 0)}
    result = computed(on_none, evidence=asked)
    assert (result.total is not None) == has_total
    # Known components stay visible.
    assert result.points[R] is not None
    gaps = [] if has_total else [f"独立回访答复不足（n={n}）"]
    assert explaining.gaps(result.lines) == gaps


@pytest.mark.parametrize("component", list(Component))
def test_one_component_may_weigh_everything(component):
    one = rules(weights=dict.fromkeys(Component, D(0)) | {component: D(100)})

    result = computed(one)

    assert result.total == result.points[component] == D(result.lines[component]["value"])
    assert [result.points[other] for other in Component if other != component] == [None] * 3
    assert computed(one, tally=None, words=[], evidence={}).total is None


def test_a_tie_is_rounded_half_up_also_where_thirds_make_it():
    # Means of 1/3 and 2/3: 0.3 × 100 ÷ 3 and so on fall exactly midway between two hundredths.
    third = rules(
        dimension_weights={"attitude": D(50), "style": D(50), "achievement": D(0)},
        mark_points={1: D("1.01"), 2: D("0.01"), 3: D(0), 4: D(0)},
    )
    words = [("unit", marks(1, 1)), ("unit", marks(3, 1)), ("unit", marks(3, 3))]

    # (1.01 ÷ 3 + 2.02 ÷ 3) ÷ 2 = 0.505
    assert compute(third, None, words, {}, 365).lines["unit"]["value"] == "0.51"


def test_a_component_of_no_weight_is_no_part_of_it():
    none = rules(weights={A: D(60), S: D(0), R: D(40), O: D(0)})

    result = computed(none)

    assert (result.points[S], result.points[O]) == (None, None)
    assert result.total == D("75.50")  # 92.5 × 0.6 + 50 × 0.4


def test_months_are_a_share_of_those_attested_and_the_others_are_neither():
    def gate(met, missed, everything, limit=80, left_out=0):
        known = Counted(met, missed, left_out, everything and D(everything))
        evidence = EVERYTHING["evidence"] | {"stay_months": known}
        result = computed(rules(gates=(("stay_months", limit),)), evidence=evidence)
        assert result.total == computed().total
        (line,) = result.lines["gates"]
        assert line["met"] == result.gates_met
        return line["met"], line["value"], line["unattested"]

    assert gate(4, 1, 12) == (True, "80", 7)
    assert gate(3, 1, 4) == (False, "75", 0)
    assert gate(2, 1, 3, limit=66) == (True, "66.67", 0)
    assert gate(2, 1, 3, limit=67) == (False, "66.67", 0)
    # Nothing attested, or no stay: nothing speaks against.
    assert gate(0, 0, 12) == (True, None, 12)
    assert gate(0, 0, None) == (True, None, 0)
    # A record that was left out no longer waits for the host's word.
    assert gate(4, 0, 5, left_out=1) == (True, "100", 0)


def test_days_frozen_before_the_hosts_word_are_asked_in_proportion_to_the_days_served():
    gates = (("stay_days", 200), ("findings", 0))

    def gate(value, days, findings=0):
        evidence = EVERYTHING["evidence"] | {
            "stay_days": Counted(value=value),
            "findings": Counted(missed=findings),
        }
        return computed(rules(gates=gates), days=days, evidence=evidence)

    assert gate(D("100.00"), 182).gates_met  # 99.73 needed
    assert not gate(D("100.00"), 184).gates_met
    assert gate(D("200.00"), 366).lines["gates"][0]["needed"] == "200"
    assert gate(None, 365).gates_met  # no stay at all
    assert not gate(D(300), 365, findings=1).gates_met
    assert gate(D(300), 365, findings=1).total == computed().total


def test_the_latest_decision_about_a_record_counts():
    decided = [(3, "left_out", None), (3, "met", None), (1, "left_out", None), (9, "missed", None)]

    assert computing.counted([1, 2], [3], None, decided) == Counted(2, 1, 1)
    assert computing.counted([5], [], D(10), [(0, "met", D(12))]).value == D(12)


def test_the_function_is_pure():
    one, two = computed(), computed()

    assert computing.canonical(1, one) == computing.canonical(1, two)
    assert computing.canonical(2, one) != computing.canonical(1, one)
    assert json.loads(computing.lines_json(one.lines)) == one.lines


# --- One record -----------------------------------------------------------------------------------

SCORED = ("attitude", "style", "achievement")


def _random_rules(rng, subject):
    """As varied as the forms allow: one weight may be everything, a cap may be next to its
    floor."""
    weights = _hundred(rng, 4) if rng.random() < 0.7 else [D(100), D(0), D(0), D(0)]
    rng.shuffle(weights)
    codes = [code for code, _title in choices(subject)]
    rng.shuffle(codes)
    chosen = codes[: rng.randint(1, len(codes))]
    shares = _hundred(rng, len(chosen)) if len(chosen) > 1 else [D(100)]
    indicators = []
    for code, share in zip(chosen, shares, strict=True):
        low = D(rng.randrange(9_999)) / 100
        width = rng.choice((D("0.01"), D(1), 100 - low, (100 - low) / 2))
        indicators.append((code, share, low, min(D(100), low + width), rng.randint(1, 8)))
    points = sorted(rng.sample(range(10_001), 4), reverse=True)
    return rules(
        weights=dict(zip(Component, weights, strict=True)),
        dimension_weights=dict(zip(SCORED, _hundred(rng, 3), strict=True)),
        mark_points={mark: D(one) / 100 for mark, one in enumerate(points, start=1)},
        minimum_ballots=rng.randint(1, 20),
        most=D(rng.choice((1, 2, 5, 5, 5, 8))),
        subject=subject,
        indicators=tuple(indicators),
    )


def _tally(ballots):
    counts = [
        [sum(ballot[place] == mark for ballot in ballots) for mark in range(1, 6)]
        for place in range(3)
    ]
    return Sums(len(ballots), *counts)


def _ballot(rng):
    """Marks on the three dimensions; 0 is none, 5 “do not know”."""
    return rng.choice(
        ([1] * 3, [4] * 3, [rng.randrange(6) for _dimension in range(3)], [5, 5, rng.randint(1, 4)])
    )


def _changed(rng, rows, new):
    """The rows with one added, removed or replaced."""
    rows = list(rows)
    act = rng.choice(("add", "remove", "replace"))
    if act != "remove" or not rows:
        rows.append(new)
    if act != "add":
        rows.pop(rng.randrange(len(rows)))
    return rows


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("subject", ["cadre", "organ", "team", "branch"])
def test_one_ballot_call_back_matter_or_decision_moves_a_total_by_at_most_the_norm(subject):
    rng = random.Random(f"one {subject}")
    both, moved, widest = 0, 0, D(0)
    words = [("unit", marks(1)), ("sending", marks(2)), ("host", marks(4))]
    for _case in range(1_500):
        the_rules = _random_rules(rng, subject)
        ballots = [_ballot(rng) for _n in range(rng.choice((0, 1, 5, 14, 15, 16, 20, 40)))]
        known = {
            code: [rng.random() < 0.7 for _n in range(rng.choice((0, 0, 1, 2, 4, 5, 9, 30)))]
            for code, *_rest in the_rules.indicators
        }

        def total(ballots, known, the_rules=the_rules):
            evidence = {code: Counted(sum(row), len(row) - sum(row)) for code, row in known.items()}
            return compute(the_rules, _tally(ballots), words, evidence, 365).total

        before = total(ballots, known)
        # Change one ballot, or one record in every indicator in which it may count: a matter that
        # was closed, called back about and handed on, an item of help, or the decision on a record
        # (changed or left out).
        alike, after = family(rng.choice(the_rules.indicators)[0]), {}
        for code, row in known.items():
            is_touched = family(code) == alike and rng.random() < 0.8
            after[code] = _changed(rng, row, rng.random() < 0.5) if is_touched else row
        for now in (total(_changed(rng, ballots, _ballot(rng)), known), total(ballots, after)):
            if before is None or now is None:
                continue
            both += 1
            moved += before != now
            assert abs(now - before) <= the_rules.most, (the_rules, ballots, known, after)
            widest = max(widest, abs(now - before) / the_rules.most)
    # The cases are worth something, and the rule damps no more than it must.
    assert both > 400 and moved > 300 and widest > D("0.9")


# --- Against the reference ------------------------------------------------------------------------


def _hundred(rng, parts, *, least=0):
    """Percentages of two places that sum to 100."""
    cuts = sorted(rng.sample(range(1, 10_000), parts - 1))
    pieces = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    return [D(piece) / 100 for piece in pieces]


def _random_scheme(people, rng):
    weights, lines = _hundred(rng, 4), _hundred(rng, 3)
    if rng.random() < 0.2:
        weights = [weights[0] + weights[1], D(0), *weights[2:]]
    points = sorted((D(rng.randrange(10_001)) / 100 for _ in range(20)), reverse=True)
    good, fairly, fair, poor = sorted(set(points), reverse=True)[:4]
    codes = [code for code, _title in choices("cadre")]
    rng.shuffle(codes)
    chosen = codes[: rng.randint(0, len(codes))]
    shares = _hundred(rng, len(chosen)) if len(chosen) > 1 else [D(100)]
    indicators = []
    for code, share in zip(chosen, shares, strict=False):
        low = D(rng.randrange(9_000)) / 100
        high = low + D(rng.randrange(1, int((100 - low) * 100) + 1)) / 100
        indicators.append((code, share, low, high, rng.randint(1, 6)))
    gates = [
        g
        for g in (
            ("stay_months", rng.randint(1, 100)),
            ("stay_days", rng.randint(0, 250)),
            ("findings", rng.randint(0, 2)),
        )
        if rng.random() < 0.6
    ]
    return scheme(
        people,
        indicators=indicators,
        gates=gates,
        **dict(
            zip(
                ("weight_masses", "weight_unit", "weight_results", "weight_organisation"),
                weights,
                strict=True,
            )
        ),
        **dict(zip(("weight_attitude", "weight_style", "weight_achievement"), lines, strict=True)),
        mark_good=good,
        mark_fairly_good=fairly,
        mark_fair=fair,
        mark_poor=poor,
        minimum_ballots=rng.randint(5, 20),
    )


def _random_evidence(people, rng, one, asked):
    """Rows of tally, words, evidence and decisions of one of the appraised."""
    counts = [[rng.choice((0, 0, 1, 3, rng.randint(0, 40))) for _ in range(5)] for _ in range(4)]
    tally = Tally(
        appraised=one,
        issued=99,
        returned=99,
        valid=rng.randint(0, 40),
        attitude=counts[0],
        style=counts[1],
        achievement=counts[2],
        overall=counts[3],
        dining=[0, 0, 0],
        gifts=[0, 0, 0],
        retinue=[0, 0, 0],
        burden=[0, 0, 0],
    )
    words = []
    for side in ("unit", "sending", "host"):
        if rng.random() < 0.7:
            place = {"unit": people.village} if side == "unit" else {"organ": people.agriculture}
            words.append(
                OrganAppraisal(
                    appraised=one,
                    side=side,
                    via="paper",
                    remark="见评价说明",
                    noted_by=people.office,
                    **place,
                    given_at=timezone.now() - timedelta(hours=1),
                    **{
                        d: rng.randint(1, 5)
                        for d in ("attitude", "style", "achievement", "overall")
                    },
                )
            )
    rows, decisions = [], []
    for code in asked:
        records = rng.sample(range(1, 60), rng.randint(0, 14))
        cut = rng.randint(0, len(records))
        met, missed, value = records[:cut], records[cut:], None
        if code == "stay_days":
            met, missed = [], []
            value = rng.choice((None, D(rng.randint(0, 25_000)) / 100))
        elif code == "stay_months":
            value = D(len(records) + rng.randint(0, 3))
        elif code == "findings":
            met, missed = [], records[: rng.randint(0, 3)]
        rows.append(
            ScoreEvidence(appraised=one, indicator=code, met=met, missed=missed, value=value)
        )
        for _n in range(rng.choice((0, 0, 1, 3))):
            amount = code == "stay_days"
            decisions.append(
                EvidenceDecision(
                    appraised=one,
                    indicator=code,
                    reason="核实",
                    by=people.office,
                    record_id=0 if amount else rng.randint(1, 60),
                    verdict="met" if amount else rng.choice(("met", "missed", "left_out")),
                    value=D(rng.randint(0, 25_000)) / 100 if amount else None,
                    at=timezone.now(),
                )
            )
    return [tally], words, rows, decisions


@pytest.mark.django_db
def test_an_independent_reference_finds_the_same_from_the_exported_evidence(
    people, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    rng = random.Random(20)
    schemes = [_random_scheme(people, rng) for _ in range(20)]
    a_cycle = cycle(people, *schemes, state="checking")
    cadres = Cadre.objects.bulk_create(
        Cadre(name=f"干部{n}", organ=people.agriculture, post="科员") for n in range(400)
    )
    made = [[], [], [], []]
    codes_by_scheme = freezing.codes_by_scheme(a_cycle)
    for one in Appraised.objects.bulk_create(
        appraised(
            people,
            a_cycle,
            rng.choice(schemes),
            cadre=cadre,
            saved=False,
            from_day=in_days(-rng.randint(2, 365)),
        )
        for cadre in cadres
    ):
        asked = [code for codes in codes_by_scheme[one.scheme_id] for code in codes]
        for rows, more in zip(made, _random_evidence(people, rng, one, asked), strict=True):
            rows.extend(more)
    for rows, model in zip(
        made, (Tally, OrganAppraisal, ScoreEvidence, EvidenceDecision), strict=True
    ):
        model.objects.bulk_create(rows)
    scoring.compute(a_cycle, by=people.office, at=timezone.now())

    job = Job.objects.create(
        kind=exporting.EVIDENCE, title="证据", owner=people.office, arguments={"cycle": a_cycle.pk}
    )
    jobs.run(job.pk, clock=timezone.now)
    job.refresh_from_db()
    found = recompute(jobs.file_of(job).read_text())

    assert len(found) == 400 and job.manifest["written"] == 420
    totals = 0
    for pk, (ours, theirs) in found.items():
        gates = theirs.pop("gates_met")
        said = {name: None if one is None else Fraction(one) for name, one in theirs.items()}
        assert said == {name: ours[name] for name in said}, pk
        assert gates == ours["gates_met"], pk
        totals += theirs["total"] is not None
    # The cases are worth something: some have a total, some have none.
    assert 60 < totals < 340
