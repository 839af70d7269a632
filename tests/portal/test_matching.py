"""portal.choosing.matching in isolation: small instances whose optimum is found by trying
everything."""

import itertools

import numpy as np
import pytest

from portal.choosing.matching import (
    APART,
    NO_LEADER,
    NOBODY,
    TAKEN,
    TOO_FEW,
    Apart,
    Bar,
    Factor,
    Need,
    Problem,
    Resource,
    propose,
)

FILL = 10_000


def problem(points, needs=None, resources=None, **more):
    points = np.array(points, dtype=np.int32)
    needs = needs or [Need(n, fill=FILL) for n in range(points.shape[0])]
    resources = resources or [Resource(100 + r) for r in range(points.shape[1])]
    return Problem(needs, resources, [Factor("fit", points)], **more)


def pairs(answer):
    return {(c.need, c.resource) for c in answer.choices}


def worth(given, one):
    """The value of one assignment as the module defines it, None if it is not allowed."""
    closed = [(n, r) for bar in given.bars for n, r in zip(*np.nonzero(bar.barred), strict=True)]
    total = 0
    for n, need in enumerate(given.needs):
        team = [r for r, at in enumerate(one) if at == n]
        if not team:
            continue
        led = any(given.resources[r].may_lead for r in team)
        if not need.least <= len(team) <= need.most or need.needs_leader and not led:
            return None
        if any((n, r) in closed for r in team):
            return None
        if any({pair.first, pair.second} <= set(team) for pair in given.apart):
            return None
        total += sum(need.fill + sum(int(f.points[n, r]) for f in given.factors) for r in team)
    return total


def best_by_trying(given):
    places = [None, *range(len(given.needs))]
    ways = itertools.product(places, repeat=len(given.resources))
    return max(value for way in ways if (value := worth(given, way)) is not None)


@pytest.mark.parametrize("seed", range(8))
def test_the_answer_is_the_best_there_is(seed):
    rng = np.random.default_rng(seed)
    needs = [
        Need(0, most=3, least=2, needs_leader=True, fill=3 * FILL),
        Need(1, fill=2 * FILL),
        Need(2, most=2, least=2, fill=FILL),
    ]
    resources = [Resource(100 + r, may_lead=bool(rng.random() < 0.4)) for r in range(6)]
    barred = rng.random((3, 6)) < 0.25
    given = problem(
        rng.integers(0, 200, (3, 6)),
        needs,
        resources,
        bars=[Bar("home", barred)],
        apart=[Apart(0, 1), Apart(2, 3)],
    )

    answer = propose(given)

    assert answer.value == answer.bound == best_by_trying(given)
    assert answer.is_optimal
    assert answer.baseline <= answer.value


def test_better_than_taking_the_best_pair_first():
    # Greedy gives A to the first need, and the second goes without its only cadre.
    given = problem([[100, 99], [90, 0]], needs=[Need(0, fill=FILL), Need(1, fill=FILL)])

    answer = propose(given)

    assert pairs(answer) == {(0, 101), (1, 100)}
    assert answer.baseline < answer.value


def test_couples_go_to_different_places():
    answer = propose(
        problem(
            [[50, 50, 10], [0, 0, 0]],
            needs=[Need(0, most=2, fill=FILL), Need(1, fill=FILL)],
            apart=[Apart(0, 1)],
        )
    )

    assert len(answer.choices) == 3
    assert len({c.resource for c in answer.choices if c.need == 0} & {100, 101}) == 1


def test_scarce_cadres_go_to_the_hardest_place():
    answer = propose(problem([[5], [500]], needs=[Need(0, fill=3 * FILL), Need(1, fill=2 * FILL)]))

    assert pairs(answer) == {(0, 100)}
    assert [(gap.need, gap.missing, gap.reasons) for gap in answer.gaps] == [(1, 1, ((TAKEN, 1),))]


def test_a_place_that_cannot_be_filled_says_why():
    barred = np.array([[True, True], [False, False]])
    answer = propose(problem([[9, 9], [1, 1]], bars=[Bar("home", barred)]))

    assert [gap.reasons for gap in answer.gaps] == [(("home", 2), (NOBODY, 0))]
    assert answer.unused == [
        next(r for r in (100, 101) if r not in {c.resource for c in answer.choices})
    ]


def test_a_team_is_whole_with_a_leader_or_nobody_goes():
    team = [Need(0, most=3, least=2, needs_leader=True, fill=FILL)]
    nobody_leads = [Resource(r, may_lead=False) for r in range(3)]

    few = propose(problem([[1]], team, [Resource(1)]))
    led = propose(
        problem([[1, 2, 3]], team, [Resource(1), Resource(2, may_lead=False), Resource(3)])
    )
    leaderless = propose(problem([[1, 2, 3]], team, nobody_leads))

    assert not few.choices
    assert (TOO_FEW, 1) in few.gaps[0].reasons
    assert [c.resource for c in led.choices if c.leads] == [3]
    assert not leaderless.choices
    assert (NO_LEADER, 0) in leaderless.gaps[0].reasons


def test_a_seat_left_empty_by_a_couple_says_so():
    answer = propose(problem([[5, 5]], [Need(0, most=2, fill=FILL)], apart=[Apart(0, 1)]))

    assert answer.gaps[0].reasons == ((APART, 1),)


def test_load_is_spread_over_groups():
    # Two groups of three; the first fits slightly better everywhere.
    resources = [Resource(r, group=r // 3) for r in range(6)]
    points = [[10] * 3 + [5] * 3] * 4

    alone = propose(problem(points, resources=resources))
    spread = propose(problem(points, resources=resources, load=50))

    assert sorted(c.resource // 3 for c in alone.choices) == [0, 0, 0, 1]
    assert sorted(c.resource // 3 for c in spread.choices) == [0, 0, 1, 1]


def test_a_resource_serves_as_many_needs_as_it_can():
    answer = propose(problem([[5], [4], [3]], resources=[Resource(7, capacity=2)]))

    assert pairs(answer) == {(0, 7), (1, 7)}


def test_every_choice_names_its_reasons_and_the_second_best():
    answer = propose(problem([[30, 10], [20, 5]]))

    first = next(c for c in answer.choices if c.resource == 100)
    assert first.facts == (("fit", first.points),)
    assert {first.other_need, first.need} == {0, 1}
    assert first.other_resource == 101
    assert first.points - first.other_resource_less == (10 if first.need == 0 else 5)


def large(rng):
    n_needs, n_resources = 120, 320
    needs = [
        Need(n, most=3, least=3, needs_leader=True, fill=FILL * (10 + n % 3))
        if n % 2
        else Need(n, fill=FILL * (10 + n % 3))
        for n in range(n_needs)
    ]
    resources = [Resource(r, group=r % 17, may_lead=r % 3 == 0) for r in range(n_resources)]
    points = rng.integers(0, 6, (n_needs, n_resources)) * 60
    for r in range(0, 100, 2):
        points[:, r + 1] = points[:, r]
    return problem(
        points, needs, resources, apart=[Apart(r, r + 1) for r in range(0, 100, 2)], load=40
    )


def test_many_places_keep_every_side_condition_near_the_bound():
    given = large(np.random.default_rng(5))

    answer = propose(given)

    way = [None] * len(given.resources)
    for choice in answer.choices:
        way[choice.resource - 0] = choice.need
    assert worth(given, way) is not None
    assert answer.baseline <= answer.value <= answer.bound
    assert answer.gap < 0.001
    assert sum(c.leads for c in answer.choices) == 60


def test_the_same_question_has_the_same_answer():
    first, second = (propose(large(np.random.default_rng(7))) for _n in range(2))

    assert first == second


def test_progress_only_grows_and_reaches_its_end():
    seen = []
    propose(large(np.random.default_rng(1)), lambda done, total: seen.append((done, total)))

    assert [done for done, _t in seen] == sorted(done for done, _t in seen)
    assert seen[-1][0] <= seen[-1][1]
    assert len({total for _d, total in seen}) == 1


def test_nothing_asked_and_nobody_there():
    assert propose(Problem([], [])).choices == []
    assert propose(Problem([Need(1)], [])).gaps[0].reasons == ((NOBODY, 0),)
