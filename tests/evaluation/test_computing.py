"""The pure computation by hand, and against the reference over hundreds of random cases."""

import json
import random
from datetime import timedelta
from decimal import Decimal as D
from fractions import Fraction

import pytest
from django.utils import timezone

from evaluation.appraisal import computing, exporting, freezing, scoring
from evaluation.appraisal.computing import Counted, Rules, compute
from evaluation.appraisal.indicators import choices
from evaluation.models import Appraised, EvidenceDecision, OrganAppraisal, ScoreEvidence, Tally
from evaluation.models.schemes import Component
from portal.models import Cadre, Job
from portal.run import jobs
from tests.evaluation.reference import recompute
from tests.evaluation.scored import appraised, cycle, in_days, scheme

A, S, R, O = Component  # noqa: E741 (masses, unit, results, organisation)


def rules(**changes):
    fields = {
        "weights": {A: D(40), S: D(20), R: D(30), O: D(10)},
        "dimension_weights": {"attitude": D(30), "style": D(30), "achievement": D(40)},
        "mark_points": {1: D(100), 2: D(85), 3: D(60), 4: D(0)},
        "minimum_ballots": 15,
        "indicators": (
            ("promises_kept", D(60), D(50), D(90), 5),
            ("suggestions_adopted", D(40), D(0), D(100), 5),
        ),
    } | changes
    return Rules(**fields)


class Sums:
    """The fields of Tally that count."""

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


def test_do_not_know_is_no_mark_and_an_empty_dimension_leaves_its_weight():
    only_attitude = Sums(20, [0, 15, 0, 0, 5], [0, 0, 0, 0, 20], [0, 0, 0, 0, 20])

    assert computed(tally=only_attitude).lines["masses"]["value"] == "85"
    nobody = Sums(20, [0, 0, 0, 0, 20])
    assert computed(tally=nobody).points[A] is None
    assert computed(tally=nobody).lines["masses"]["why"] == "no_ticks"


def test_too_few_ballots_leave_the_weight_to_the_others():
    result = computed(tally=Sums(14, [14, 0, 0, 0, 0]))

    assert result.points == {A: None, S: D("33.33"), R: D("25.00"), O: D("12.08")}
    assert result.total == D("70.41")
    assert result.lines["unit"]["weight_now"] == "33.33"


def test_less_than_half_of_the_weight_gives_no_total_and_exactly_half_does():
    less = computed(tally=None, evidence={})
    assert less.total is None
    assert less.points == {A: None, S: D("20.00"), R: None, O: D("7.25")}

    half = computed(words=[("sending", marks(1))], evidence={})
    assert half.total == D("94.00")  # 92.5 × 40 ÷ 50 + 100 × 10 ÷ 50


def test_one_word_of_the_organisation_counts_whole():
    assert computed(words=[("host", marks(2))]).lines["organisation"]["value"] == "85"


def test_few_records_are_left_out_and_floor_and_cap_hold():
    few = {"promises_kept": Counted(4, 0), "suggestions_adopted": Counted(3, 2)}
    result = computed(evidence=few)
    assert result.lines["results"]["value"] == "60"
    first, second = result.lines["results"]["indicators"]
    assert (first["counts"], second["share_now"]) == (False, "100")

    low = computed(evidence={"promises_kept": Counted(1, 9)}).lines["results"]["value"]
    high = computed(evidence={"promises_kept": Counted(9, 1)}).lines["results"]["value"]
    assert (low, high) == ("0", "100")


def test_a_tie_is_rounded_half_up_also_where_thirds_make_it():
    # Words of 1/3 and 2/3: 0.3 × 100 ÷ 3 and so on meet exactly in the middle of two hundredths.
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


def test_days_are_asked_in_proportion_to_the_days_served():
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
        for g in (("stay_days", rng.randint(0, 250)), ("findings", rng.randint(0, 2)))
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
    asked_of = freezing.asked_of(a_cycle)
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
        asked = [code for codes in asked_of[one.scheme_id] for code in codes]
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
    # The cases are worth something: most have a total, some have none.
    assert 200 < totals < 400
