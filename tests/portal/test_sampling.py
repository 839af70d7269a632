"""Frames, seeds, orders and draws; and the listing of docs/sampling.md, which redraws them."""

import hashlib
import random
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from math import sqrt
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from portal.sampling import allocation, order, seed
from portal.sampling.drawing import draw
from portal.sampling.frame import Frame, Unit, listed, roster
from portal.sampling.plan import Method, Plan, announce
from portal.sampling.seed import Seed

FROZEN = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = FROZEN + timedelta(hours=1)
THROWS = "35142635142651426351"
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "sampling.md"


@pytest.fixture(autouse=True)
def english():
    """Messages are built in the language of the request."""
    with translation.override("en"):
        yield


def drawn(frame, plan, digits=THROWS):
    return draw(frame, announce(frame, plan, at=FROZEN), Seed(digits, LATER))


def keys(sample, batches=0):
    return [row.key for row in sample.released(batches)]


def villages(count, *, strata=1):
    """Villages of 20 to 400 households."""
    return [
        Unit(f"6104{n:04d}", f"层{n % strata + 1}", 20 + n * 37 % 381) for n in range(1, count + 1)
    ]


def refusal(error):
    return list(error.value.messages)


# --- Frames -----------------------------------------------------------------------------------


def test_what_is_published_is_the_list_and_its_hash():
    frame = Frame.of([Unit("b", "乙", 12), Unit("a", "甲", before=-0.25), Unit("c", "乙")])

    assert frame.published.decode() == "乙\tb\t12\t0\n乙\tc\t1\t0\n甲\ta\t1\t-0.25\n"
    assert frame.digest == hashlib.sha256(frame.published).hexdigest()
    assert frame.count == 3


def test_one_name_written_in_two_ways_is_a_double():
    with pytest.raises(ValidationError) as error:
        Frame.of([Unit("Xi\u2019an e\u0301"), Unit(" Xi\u2019an \u00e9 ")])

    assert "stands more than once" in refusal(error)[0]


def test_doubles_are_named_also_across_strata_and_counted_after_five():
    units = [Unit(str(n), stratum) for n in range(8) for stratum in "甲乙"]
    with pytest.raises(ValidationError) as error:
        Frame.of([*units, Unit("0", "甲")])

    said = refusal(error)
    assert "0 stands more than once in the frame" in said[0]
    assert len(said) == 6
    assert said[-1] == "3 more problems of this kind are not shown."


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        (Unit(" "), "neither number nor name"),
        (Unit("a\u200bb"), "“a□b” contains an invisible character"),
        (Unit("a", "甲\x00乙"), "“甲□乙” contains an invisible character"),
        (Unit("a", size=0), "has no household"),
        (Unit("a", before=-1.0), "between 0 and 1"),
    ],
)
def test_a_unit_that_cannot_be_drawn_is_refused(unit, said):
    with pytest.raises(ValidationError) as error:
        Frame.of([unit])
    assert said in refusal(error)[0]


def test_white_space_in_a_name_becomes_one_space():
    units = [Unit(" 张\u3000 村\t一组\n", "东\u00a0片")]

    assert Frame.of(units).published.decode() == "东 片\t张 村 一组\t1\t0\n"


def test_an_empty_frame_is_refused():
    with pytest.raises(ValidationError) as error:
        Frame.of([])
    assert refusal(error) == ["The frame is empty: there is nothing to draw from."]


@pytest.mark.parametrize("total", [None, 0, -3])
def test_a_roster_without_its_total_is_refused(total):
    with pytest.raises(ValidationError, match="610402"):
        roster("610402", total)


def test_a_roster_is_its_serial_numbers():
    assert [unit.key for unit in roster("610402", 3, stratum="甲")] == [
        "610402/1",
        "610402/2",
        "610402/3",
    ]


def test_an_uploaded_list_names_its_bad_rows():
    assert listed([("甲村", "东片", "１２"), ("", "", ""), ("乙村",)]) == (
        [Unit("甲村", "东片", 12), Unit("乙村")],
        [],
    )
    units, problems = listed(
        [
            ("甲村", "", "约百户"),
            ("", "东片", "5"),
            ("丙村", "", "-4"),
            ("丁村", "", "1_0"),
            ("戊村",),
        ]
    )
    assert units == [Unit("戊村")]
    assert [str(one) for one in problems] == [
        "Row 1: “约百户” is no whole number of households.",
        "Row 2: the number or name is missing.",
        "Row 3: “-4” is no whole number of households.",
        "Row 4: “1_0” is no whole number of households.",
    ]


def test_a_frame_is_read_back_from_what_was_published():
    frame = Frame.of([*villages(9, strata=2), Unit("x", "层1", before=-1 / 3)])

    assert Frame.read(frame.published) == frame
    assert Frame.read(frame.published).digest == frame.digest


# --- Seeds ------------------------------------------------------------------------------------


def test_throws_are_read_however_they_are_written():
    assert seed.dice("35142 63514、26514；26351") == THROWS
    assert seed.dice("３５１４２-63514-26514-26351") == THROWS
    assert seed.public_digits("03 09 17 21 26 33，08，2026") == "030917212633082026"


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (seed.dice, "35142", "The seed has 5 digits; at least 20 are needed."),
        (seed.dice, THROWS + "7", "A die shows 1 to 6, not “7”."),
        (seed.dice, "", "The seed has 0 digits; at least 20 are needed."),
        (seed.public_digits, "12345", "The seed has 5 digits; at least 16 are needed."),
        (seed.public_digits, "12345六", "A seed of public numbers consists of digits, not “六”."),
    ],
)
def test_what_is_no_seed_is_refused(read, text, said):
    with pytest.raises(ValidationError) as error:
        read(text)
    assert refusal(error) == [said]


def test_refusals_are_said_in_chinese():
    with translation.override("zh-hans"), pytest.raises(ValidationError) as error:
        seed.dice("35142")
    assert error.value.messages == ["种子只有5位数字，至少需要20位。"]


# --- Orders -----------------------------------------------------------------------------------


def test_a_number_is_what_sha256sum_says():
    said = hashlib.sha256(f"{THROWS}\tunit\t610402/17".encode()).hexdigest()

    assert order.number(THROWS, "unit", "610402/17") == int(said[:13], 16)
    # printf '35142635142651426351\tunit\t610402/17' | sha256sum
    assert said.startswith("0cd9d923e050e9b3")


def test_a_memory_of_nothing_changes_no_order():
    sizes = dict.fromkeys(map(str, range(200)), 1)

    assert order.simple(THROWS, sizes, {"201": 0.5}, 50) == order.simple(THROWS, sizes, {}, 50)


def test_one_unit_more_moves_nobody():
    sizes = dict.fromkeys(map(str, range(200)), 1)
    before = order.simple(THROWS, sizes, {}, 200)
    after = order.simple(THROWS, sizes | {"新": 1}, {}, 201)

    assert [key for key in after if key != "新"] == before


def test_another_seed_is_another_sample():
    frame = Frame.of(villages(100))
    plan = Plan(Method.SIMPLE, {"层1": 20})

    assert drawn(frame, plan).digest == drawn(frame, plan).digest
    assert drawn(frame, plan).digest != drawn(frame, plan, THROWS[::-1]).digest


def test_each_unit_by_itself_is_taken_by_its_share():
    taken = sum(order.falls_in("secret", str(n), 0.1) for n in range(20_000))

    assert taken == pytest.approx(2_000, abs=4 * sqrt(20_000 * 0.1 * 0.9))
    assert not order.falls_in("secret", "1", 0)
    assert order.falls_in("secret", "1", 1)


def test_a_secret_key_is_committed_to():
    assert seed.commitment("secret") == hashlib.sha256(b"secret").hexdigest()


def test_what_is_too_large_for_its_share_is_certain():
    assert order.inclusions({"a": 90, "b": 6, "c": 3, "d": 1}, 2) == {
        "a": 1.0,
        "b": 0.6,
        "c": 0.3,
        "d": 0.1,
    }
    assert set(order.inclusions({"a": 90, "b": 6}, 2).values()) == {1.0}
    # Certain only when the larger one is taken out.
    assert order.inclusions({"a": 100, "b": 9, "c": 1, "d": 1}, 2)["b"] == pytest.approx(9 / 11)
    assert order.inclusions({"a": 100, "b": 9, "c": 1, "d": 1}, 3)["b"] == 1.0


def often(frame, plan, draws, batches=0):
    """Count how often each unit is drawn, over many seeds."""
    counts = dict.fromkeys((key for sizes in frame.strata.values() for key in sizes), 0)
    announced = announce(frame, plan, at=FROZEN)
    for n in range(draws):
        for row in draw(frame, announced, Seed(str(n), LATER)).released(batches):
            counts[row.key] += 1
    return counts


@pytest.mark.parametrize("method", Method)
def test_units_are_drawn_as_often_as_their_probability_says(method):
    frame = Frame.of(villages(40))
    plan, draws = Plan(method, {"层1": 10}), 2_000
    counts = often(frame, plan, draws)

    said = order.inclusions(frame.strata["层1"], 10)
    for key, count in counts.items():
        chance = said[key] if method == Method.PARETO else 0.25
        assert count / draws == pytest.approx(chance, abs=0.045), key


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_a_reserve_in_proportion_to_size_keeps_the_probabilities(batches):
    frame = Frame.of(villages(30))
    plan, draws = Plan(Method.PARETO, {"层1": 8}, batch=3, batches=2), 2_000
    counts = often(frame, plan, draws, batches)

    for row in drawn(frame, plan).released(batches):
        assert counts[row.key] / draws == pytest.approx(row.probability, abs=0.05), row.key


@pytest.mark.long
def test_pareto_samples_meet_their_probabilities_closely():
    frame = Frame.of(villages(400))
    plan, draws = Plan(Method.PARETO, {"层1": 40}), 20_000
    counts = often(frame, plan, draws)

    said = order.inclusions(frame.strata["层1"], 40)
    far = [(counts[k] / draws - p) / sqrt(p * (1 - p) / draws) for k, p in said.items()]
    # As far as expected by chance.
    assert sqrt(sum(z * z for z in far) / len(far)) == pytest.approx(1, abs=0.1)


# --- Avoiding earlier draws -------------------------------------------------------------------


def again(units, sample):
    """The same villages with the memory of a sample."""
    memory = sample.memory()
    return Frame.of(unit._replace(before=memory[unit.key]) for unit in units)


def test_nobody_is_drawn_twice_before_all_had_their_turn():
    units, plan = villages(60), Plan(Method.SIMPLE, {"层1": 20})
    frame, met = Frame.of(units), []
    for digits in "123":
        sample = drawn(frame, plan, digits)
        met.append(set(keys(sample)))
        frame = again(units, sample)

    assert set.union(*met) == {unit.key for unit in units}
    assert sum(map(len, met)) == 60


def test_after_everybodys_turn_only_the_last_draw_is_avoided():
    units, plan = villages(50), Plan(Method.SIMPLE, {"层1": 20})
    first = drawn(Frame.of(units), plan, "1")
    second = drawn(again(units, first), plan, "2")
    third = drawn(again(units, second), plan, "3")
    fourth = drawn(again(units, third), plan, "4")

    assert not {*keys(first)} & {*keys(second)}
    assert len({*keys(third)} - {*keys(first), *keys(second)}) == 10
    assert not {*keys(third)} & {*keys(fourth)}


@pytest.mark.parametrize("method", [Method.SIMPLE, Method.PARETO])
def test_the_memory_changes_no_probability(method):
    units, plan, draws = villages(40), Plan(method, {"层1": 8}), 2_000
    counts, both = dict.fromkeys((unit.key for unit in units), 0), 0
    frame = Frame.of(units)
    for n in range(draws):
        first = drawn(frame, plan, f"first {n}")
        second = keys(drawn(again(units, first), plan, f"second {n}"))
        both += len({*keys(first)} & {*second})
        for key in second:
            counts[key] += 1

    said = order.inclusions(frame.strata["层1"], 8)
    for key, count in counts.items():
        chance = said[key] if method == Method.PARETO else 0.2
        assert count / draws == pytest.approx(chance, abs=0.04), key
    # By chance alone, 1.6 of the eight would meet again.
    assert both / draws < 0.05


# --- Plans and allocation ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "more", "said"),
    [
        ({"层1": 3}, {}, "The plan draws nothing in 层2: nothing could be said about it."),
        (
            {"层1": 3, "层2": 3, "层3": 3},
            {},
            "层3 has no unit in the frame: remove it from the plan.",
        ),
        ({"层1": 3, "层2": 0}, {}, "层2: at least one has to be drawn."),
        ({"层1": 3, "层2": 6}, {}, "层2 has 5 units, fewer than the 6 to be drawn."),
        (
            {"层1": 3, "层2": 3},
            {"batch": 2, "batches": 2},
            "层1 has 5 units, fewer than the 3 to be drawn and 4 in reserve.",
        ),
        (
            {"层1": 3, "层2": 3},
            {"batch": -1},
            "Numbers of households and of the reserve are not below 0.",
        ),
    ],
)
def test_a_plan_that_does_not_fit_its_frame_is_refused(numbers, more, said):
    with pytest.raises(ValidationError) as error:
        announce(Frame.of(villages(10, strata=2)), Plan(Method.SIMPLE, numbers, **more), at=FROZEN)
    assert refusal(error)[0] == said


def test_a_systematic_draw_has_neither_reserve_nor_memory():
    frame = Frame.of([*villages(9), Unit("x", "层1", before=0.5)])
    with pytest.raises(ValidationError) as error:
        announce(frame, Plan(Method.SYSTEMATIC, {"层1": 2}, batch=1, batches=1), at=FROZEN)
    assert [said[:25] for said in refusal(error)] == [
        "A systematic draw has no ",
        "A systematic draw cannot ",
    ]


def test_proportional_numbers_sum_up_with_a_floor():
    assert allocation.proportional({"a": 500, "b": 300, "c": 200}, 10) == {"a": 5, "b": 3, "c": 2}
    assert allocation.proportional({"a": 970, "b": 20, "c": 10, "d": 1}, 50) == {
        "a": 45,
        "b": 2,
        "c": 2,
        "d": 1,
    }
    assert allocation.proportional({"a": 3, "b": 3, "c": 3}, 8) == {"a": 3, "b": 3, "c": 2}
    assert allocation.fixed({"a": 3, "b": 9}, 3) == {"a": 3, "b": 3}


def test_proportional_numbers_stay_beside_the_exact_ones():
    rng = random.Random(3)
    for _case in range(200):
        units = {str(n): rng.randint(1, 400) for n in range(rng.randint(1, 30))}
        floors = {stratum: min(2, size) for stratum, size in units.items()}
        count = rng.randint(sum(floors.values()), sum(units.values()))
        given = allocation.proportional(units, count)

        assert sum(given.values()) == count
        for stratum, size in units.items():
            assert floors[stratum] <= given[stratum] <= size
            # The floors of small strata take from others, and nobody else gets more.
            exact = count * size / sum(units.values())
            assert given[stratum] < max(exact + 1, floors[stratum] + 1)


def variance(given, units, deviations):
    return sum((units[s] * deviations[s]) ** 2 / given[s] for s in units)


def test_optimal_numbers_are_the_best_of_all():
    units = {"a": 40, "b": 25, "c": 9, "d": 3}
    deviations = {"a": 1.0, "b": 4.0, "c": 30.0, "d": 2.0}
    given = allocation.optimal(units, 24, deviations=deviations)

    ways = product(*(range(2, size + 1) for size in units.values()))
    best = min(
        variance(dict(zip(units, way, strict=True)), units, deviations)
        for way in ways
        if sum(way) == 24
    )
    assert given["c"] == 9  # all of them; the others share the rest
    assert variance(given, units, deviations) == pytest.approx(best)


def test_optimal_numbers_keep_their_caps_and_mind_the_cost():
    units, deviations = {"a": 100, "b": 100}, {"a": 5.0, "b": 5.0}

    assert allocation.optimal(units, 40, deviations=deviations) == {"a": 20, "b": 20}
    assert allocation.optimal(units, 40, deviations=deviations, caps={"a": 8})["b"] == 32
    dear = allocation.optimal(units, 40, deviations=deviations, costs={"a": 4.0})
    assert dear["a"] == pytest.approx(40 / 3, abs=1)


@pytest.mark.parametrize(
    ("count", "more", "said"),
    [
        (3, {}, "3 are too few: the strata need 4 at least."),
        (21, {}, "21 are more than the 20 that can be drawn."),
        (9, {"deviations": {"a": 1.0}}, "b: the expected standard deviation is missing."),
        (9, {"costs": {"a": 0}}, "a: the cost is above 0."),
        (9, {"costs": {"a": float("nan")}}, "a: the cost is above 0."),
    ],
)
def test_what_cannot_be_allocated_is_said(count, more, said):
    with pytest.raises(ValidationError) as error:
        allocation.optimal(
            {"a": 10, "b": 10}, count, **{"deviations": {"a": 1.0, "b": 1.0}, **more}
        )
    assert refusal(error) == [said]


# --- Draws ------------------------------------------------------------------------------------


def test_a_seed_of_before_the_freeze_is_refused():
    frame = Frame.of(villages(10))
    announced = announce(frame, Plan(Method.SIMPLE, {"层1": 2}), at=FROZEN)
    for at in (FROZEN, FROZEN - timedelta(days=1)):
        with pytest.raises(ValidationError) as error:
            draw(frame, announced, Seed(THROWS, at))
        assert refusal(error) == [
            "The seed was entered before the frame was frozen; throw a new one now."
        ]


def test_another_frame_than_the_published_one_is_refused():
    announced = announce(Frame.of(villages(10)), Plan(Method.SIMPLE, {"层1": 2}), at=FROZEN)
    with pytest.raises(ValidationError) as error:
        draw(Frame.of(villages(11)), announced, Seed(THROWS, LATER))
    assert "its hash differs" in refusal(error)[0]


def test_a_systematic_draw_takes_every_nth_from_one_start():
    frame = Frame.of(roster("村", 103))
    serials = [
        int(key.split("/")[1]) for key in keys(drawn(frame, Plan(Method.SYSTEMATIC, {"": 10})))
    ]

    assert serials == sorted(serials)
    steps = [b - a for a, b in zip(serials, serials[1:], strict=False)]
    assert set(steps) <= {10, 11}
    assert len(serials) == 10


def test_the_reserve_is_released_in_batches_and_counts_as_drawn():
    frame = Frame.of(villages(60, strata=2))
    sample = drawn(frame, Plan(Method.SIMPLE, {"层1": 6, "层2": 4}, batch=3, batches=2))

    assert [row.batch for row in sample.released(2)] == [*[0] * 6, *[1] * 3, *[2] * 3, *[0] * 4] + [
        1
    ] * 3 + [2] * 3
    assert {row.probability for row in sample.released() if row.stratum == "层1"} == {6 / 30}
    assert {row.probability for row in sample.released(1) if row.stratum == "层1"} == {9 / 30}
    assert sum(row.weight for row in sample.released(2)) == pytest.approx(60)
    assert {*keys(sample)} < {*keys(sample, 1)} < {*keys(sample, 2)}
    with pytest.raises(ValidationError, match="2"):
        sample.released(3)


def test_two_stages_give_each_household_the_same_weight():
    frame = Frame.of(villages(80))
    total = sum(frame.strata["层1"].values())
    sample = drawn(frame, Plan(Method.PARETO, {"层1": 10}, households=12, batch=4, batches=1))
    rows = sample.released()

    assert len({row.village for row in rows}) == 10
    assert len(rows) == 120
    assert [row.weight for row in rows] == pytest.approx([total / 120] * 120)
    assert [row.weight for row in sample.released(1)] == pytest.approx([total / 160] * 160)
    assert {row.batch for row in sample.released(1)} == {0, 1}


def test_of_a_village_with_fewer_households_all_are_drawn():
    sample = drawn(Frame.of([Unit("小村", size=5)]), Plan(Method.SIMPLE, {"": 1}, households=12))

    assert sorted(keys(sample)) == [f"小村/{n}" for n in range(1, 6)]
    assert {row.probability for row in sample.released()} == {1.0}


def test_a_stratum_gives_as_many_batches_of_reserve_as_it_has():
    frame = Frame.of(villages(60, strata=2))
    fewer = {"层1": 0, "层2": 1}
    plan = Plan(Method.SIMPLE, {"层1": 30, "层2": 26}, batch=4, batches=5, batches_of=fewer)
    sample = drawn(frame, plan)

    assert [plan.units_drawn(stratum) for stratum in plan.numbers] == [30, 30]
    assert {row.probability for row in sample.released()} == {1.0, 26 / 30}
    assert {row.probability for row in sample.released(1)} == {1.0}
    with pytest.raises(ValidationError, match="1"):
        sample.released(2)
    with pytest.raises(ValidationError):
        announce(frame, replace(plan, batches_of={"层1": 1, "层2": 1}), at=FROZEN)


def test_a_published_frame_is_read_as_it_was_written():
    frame = Frame.of([*villages(9, strata=2), Unit("村 甲", "层3", 7, 0.25), Unit("乙/1", "层3")])

    assert Frame.read(frame.published) == frame
    assert Frame.read(frame.published).digest == frame.digest


# --- The listing of the guide -----------------------------------------------------------------


def listing():
    return re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.S)[1]


def test_the_listing_needs_no_code_of_ours_and_is_short():
    lines = [line for line in listing().splitlines() if line.strip()]

    assert [line for line in lines if "import" in line] == ["import hashlib, sys"]
    assert len(lines) <= 28


def redrawn(tmp_path, sample, digits):
    (tmp_path / "redraw.py").write_text(listing())
    (tmp_path / "frame.tsv").write_bytes(sample.frame.published)
    (tmp_path / "plan.tsv").write_bytes(sample.plan.published)
    words = [sys.executable, "-I", "redraw.py", "frame.tsv", "plan.tsv", digits]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True, encoding="utf-8")
    return done.stdout


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "plan",
    [
        Plan(Method.SIMPLE, {"层1": 12, "层2": 7, "层3": 3}, batch=2, batches=3),
        Plan(
            Method.SIMPLE,
            {"层1": 12, "层2": 40, "层3": 3},
            batch=1,
            batches=9,
            batches_of={"层2": 0, "层3": 2},
        ),
        Plan(Method.PARETO, {"层1": 12, "层2": 7, "层3": 3}, batch=5, batches=1),
        Plan(Method.PARETO, {"层1": 12, "层2": 7, "层3": 38}, households=15, batch=5, batches=2),
        Plan(Method.SIMPLE, {"层1": 2, "层2": 2, "层3": 2}, households=40),
        Plan(Method.SYSTEMATIC, {"层1": 12, "层2": 7, "层3": 3}),
        Plan(Method.SYSTEMATIC, {"层1": 12, "层2": 7, "层3": 3}, households=5, batch=1, batches=2),
    ],
)
def test_the_listing_redraws_every_sample(tmp_path, plan):
    units = villages(120, strata=3)
    sample = drawn(Frame.of(units), plan)
    assert redrawn(tmp_path, sample, THROWS) == "".join(sample.lines())
    assert sha256(tmp_path / "frame.tsv") == sample.frame.digest
    assert sha256(tmp_path / "plan.tsv") == sample.plan.digest
    assert redrawn(tmp_path, sample, THROWS[::-1]) != "".join(sample.lines())

    if plan.method != Method.SYSTEMATIC:
        following = drawn(again(units, sample), plan, THROWS[::-1])
        assert redrawn(tmp_path, following, THROWS[::-1]) == "".join(following.lines())
