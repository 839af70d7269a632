"""Assigns resources to needs, and explains the result.

The only module that uses OR-Tools; it knows no models and no words. Import it only inside tasks: it
loads slowly. The same inputs always give the same answer: one thread, a fixed seed, and limits in
the solver's deterministic time.

The core is a minimum-cost flow from resources to seats of needs, with separate seats for leaders
and rising costs for what a group gives beyond its share. Its graph starts with the best pairs.
Prices show which other pairs could improve the flow; these are added, and when none is left the
flow is optimal over all pairs. Flows cannot express resources to keep apart or teams that must be
complete: CP-SAT repairs the needs where the flow violates them. The flow, which ignores these
conditions, gives the proven bound.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

# Up to this many possible pairs, CP-SAT solves the whole problem to optimality.
WHOLE_UP_TO = 20_000
# How many broken needs are repaired together, how many others around each, and how many empty needs
# are retried.
MENDED_AT_ONCE = 5
AROUND = 6
MOST_EMPTY = 20
PAIRS_OF_A_RESOURCE = 12
ROUNDS = 12
# In CP-SAT's own time, which is the same on every machine.
MOST_EFFORT_WHOLE = 12.0
MOST_EFFORT_AROUND = 1.5
# The most pairs in one flow; for more, only the prices give the bound.
FLOW_UP_TO = 4_000_000
# Pairs ranked together, to limit memory.
RANKED_AT_ONCE = 2_000_000
ROWS_AT_ONCE = 500
SEED = 20260101
INFINITE = 2**31


@dataclass(frozen=True)
class Need:
    """Seats of a place. It gets nobody, or `least` to `most` resources, one of them a possible
    leader if `needs_leader`. `fill` is the value of a filled seat, far above any pair's points."""

    key: int
    most: int = 1
    least: int = 1
    needs_leader: bool = False
    fill: int = 100_000


@dataclass(frozen=True)
class Resource:
    key: int
    group: int = 0
    capacity: int = 1
    may_lead: bool = True


@dataclass(frozen=True)
class Factor:
    """Points of each pair for one reason; rows are needs, columns resources. `points` has a small
    integer type to save memory; each point is worth `weight`."""

    code: str
    points: np.ndarray
    weight: int = 1


@dataclass(frozen=True)
class Bar:
    """Impossible pairs, for one reason."""

    code: str
    barred: np.ndarray


@dataclass(frozen=True)
class Apart:
    """Two resources (by index) that never serve the same need."""

    first: int
    second: int


@dataclass(frozen=True)
class Problem:
    needs: list[Need]
    resources: list[Resource]
    factors: list[Factor] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    # The cost of each resource that a group gives beyond its share; twice as much far beyond.
    load: int = 0
    # {group: strength} for the shares; by default the capacity of the groups.
    strengths: dict | None = None


@dataclass(frozen=True)
class Choice:
    """One pair of the answer. `facts` are (code of a factor, points), the largest first."""

    need: int
    resource: int
    leads: bool
    points: int
    facts: tuple
    # The next best need for this resource and the next best resource for this need, each with its
    # loss of points (negative: a gain, but at a greater cost to others).
    other_need: int | None = None
    other_need_less: int = 0
    other_resource: int | None = None
    other_resource_less: int = 0


@dataclass(frozen=True)
class Gap:
    """Empty seats and the reasons: (code of a bar or one of the codes below, resources)."""

    need: int
    missing: int
    reasons: tuple


# Reasons of a gap besides the bars.
TAKEN, NO_LEADER, TOO_FEW, NOBODY, APART = "taken", "no_leader", "too_few", "nobody", "apart"


@dataclass(frozen=True)
class Answer:
    choices: list[Choice]
    gaps: list[Gap]
    unused: list[int]
    value: int
    bound: int
    baseline: int
    # Seats that the baseline fills.
    baseline_seats: int = 0

    @property
    def is_optimal(self):
        return self.value >= self.bound

    @property
    def gap(self):
        """The greatest possible distance from the optimum, as a share of the bound."""
        return max(0, self.bound - self.value) / max(1, abs(self.bound))


def propose(problem: Problem, progress: Callable = lambda done, total: None) -> Answer:
    """The best assignment found, with its bound and an explanation of each choice."""
    if not problem.needs or not problem.resources:
        gaps = [Gap(n.key, n.most, ((NOBODY, 0),)) for n in problem.needs]
        return Answer([], gaps, [r.key for r in problem.resources], 0, 0, 0)
    return _Matching(problem, progress).answer()


class _Matching:
    def __init__(self, problem, progress):
        self.problem, self.progress = problem, progress
        self.needs, self.resources = problem.needs, problem.resources
        # Half for the flow, a quarter each for mending and explaining.
        self.total = 4 * len(self.needs)
        shape = len(self.needs), len(self.resources)
        self.points = np.zeros(shape, dtype=np.int32)
        for start in range(0, shape[0], ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            for factor in problem.factors:
                self.points[rows] += factor.points[rows].astype(np.int32) * factor.weight
        self.open = np.zeros(shape, dtype=bool)
        for bar in problem.bars:
            self.open |= bar.barred
        np.logical_not(self.open, out=self.open)
        self.alone = np.array([r.capacity == 1 for r in self.resources], dtype=bool)
        self.leads = np.array([r.may_lead for r in self.resources], dtype=bool)
        self.groups = sorted({r.group for r in self.resources})
        place = {group: n for n, group in enumerate(self.groups)}
        self.group_of = np.array([place[r.group] for r in self.resources])
        self.shares = self._shares()
        self.apart = {}
        for pair in problem.apart:
            self.apart.setdefault(pair.first, set()).add(pair.second)
            self.apart.setdefault(pair.second, set()).add(pair.first)

    def _shares(self):
        """The number of resources that each group gives without extra cost."""
        seats = sum(need.most for need in self.needs)
        if self.problem.strengths is not None:
            strong = [self.problem.strengths[group] for group in self.groups]
            return [math.ceil(seats * one / max(1, sum(strong))) for one in strong]
        offered = np.bincount(
            self.group_of, weights=[r.capacity for r in self.resources], minlength=len(self.groups)
        )
        share = min(1.0, seats / max(1.0, offered.sum()))
        return [math.ceil(share * n) for n in offered]

    def answer(self):
        greedy = self._greedy()
        baseline = self._value(greedy)
        simple_seats = sum(len(team) for team in greedy)
        chosen, bound, pairs = self._flow()
        if int(self.open.sum()) <= WHOLE_UP_TO:
            everything = set(range(len(self.needs)))
            chosen, found = self._solve(everything, chosen, pairs=None, effort=MOST_EFFORT_WHOLE)
            bound = min(bound, found)
        elif self._value(chosen) < bound or not self._are_whole(chosen):
            chosen = self._mended(self._rounded(chosen, pairs), pairs)
            # Never worse than the greedy baseline.
            chosen = max(chosen, greedy, key=self._value)
        value = self._value(chosen)
        choices = self._explained(chosen)
        gaps = self._gaps(chosen)
        used = {r for team in chosen for r in team}
        unused = [one.key for n, one in enumerate(self.resources) if n not in used]
        return Answer(choices, gaps, unused, value, max(bound, value), baseline, simple_seats)

    # --- The value of an assignment -----------------------------------------------------------

    def _counts(self, chosen):
        given = np.array([r for team in chosen for r in team], dtype=int)
        return np.bincount(self.group_of[given], minlength=len(self.groups))

    def _load(self, counts):
        cost = 0
        for count, share in zip(counts, self.shares, strict=True):
            over = max(0, int(count) - share)
            far = max(0, over - math.ceil(share / 2))
            cost += self.problem.load * (over + far)
        return cost

    def _worth(self, chosen):
        pairs = ((n, r) for n, team in enumerate(chosen) for r in team)
        return sum(int(self.points[n, r]) + self.needs[n].fill for n, r in pairs)

    def _value(self, chosen):
        return self._worth(chosen) - self._load(self._counts(chosen))

    def _is_whole(self, n, team):
        need = self.needs[n]
        if not team:
            return True
        if len(team) < need.least or need.needs_leader and not self.leads[list(team)].any():
            return False
        return not self._quarrels(team)

    def _are_whole(self, chosen):
        return all(self._is_whole(n, team) for n, team in enumerate(chosen))

    def _quarrels(self, team):
        return any(self.apart.get(r, frozenset()) & set(team) for r in team)

    # --- The greedy baseline: the most valuable needs first, with the best remaining resources ---

    def _greedy(self):
        left = np.array([r.capacity for r in self.resources])
        chosen = [[] for _need in self.needs]
        order = sorted(range(len(self.needs)), key=lambda n: (-self.needs[n].fill, n))
        for n in order:
            need, team = self.needs[n], []
            free = self.open[n] & (left > 0)
            while len(team) < need.most:
                able = free & self.leads if need.needs_leader and not team else free
                if not able.any():
                    break
                one = int(np.argmax(np.where(able, self.points[n], -INFINITE)))
                team.append(one)
                free[one] = False
                for other in self.apart.get(one, ()):
                    free[other] = False
            if self._is_whole(n, team):
                chosen[n] = team
                left[team] -= 1
        return chosen

    # --- The core: a flow of least cost ---------------------------------------------------------

    def _first_pairs(self):
        """The best needs of each resource and the best resources of each need. A fixed shuffle
        among equal points spreads the choices."""
        n_needs, n_resources = self.points.shape
        pairs = np.zeros_like(self.open)
        best = min(PAIRS_OF_A_RESOURCE, n_needs)
        width = max(1, RANKED_AT_ONCE // n_needs)
        for start in range(0, n_resources, width):
            block = slice(start, min(start + width, n_resources))
            ranked = self._ranked(slice(None), block)
            rows = np.argpartition(-ranked, best - 1, axis=0)[:best]
            pairs[rows, np.arange(block.start, block.stop)[None, :]] = True
        height = max(1, RANKED_AT_ONCE // n_resources)
        for start in range(0, n_needs, height):
            block = slice(start, start + height)
            for n, ranked in enumerate(self._ranked(block, slice(None)), start):
                need = self.needs[n]
                best = min(3 * need.most + 6, n_resources)
                pairs[n, np.argpartition(-ranked, best - 1)[:best]] = True
                if need.needs_leader:
                    able = np.where(self.leads, ranked, -(2**60))
                    pairs[n, np.argpartition(-able, min(6, n_resources) - 1)[:6]] = True
        pairs &= self.open
        return pairs

    def _ranked(self, rows, columns):
        """Points of some pairs, equal ones shuffled and impossible ones last."""
        n_needs, n_resources = self.points.shape
        mixed = (
            np.arange(n_needs, dtype=np.int64)[rows, None] * 7919
            + np.arange(n_resources, dtype=np.int64)[None, columns] * 104729
        ) % 1021
        mixed += self.points[rows, columns].astype(np.int64) * 1024
        mixed[~self.open[rows, columns]] = -(2**60)
        return mixed

    def _flow(self):
        """(assignment, its value as the bound, the pairs considered)."""
        pairs, slack = self._first_pairs(), 0
        flow = _Flow(self)
        for turn in range(ROUNDS):
            chosen, cost = flow.solved(pairs)
            missing = flow.worth_adding(pairs)
            done = len(self.needs) * min(turn + 1, 4) // 2
            self.progress(done, self.total)
            if not missing.any():
                break
            pairs |= missing
        else:
            # Not optimal over all pairs yet: compute the bound from every pair at once, or add the
            # slack of the prices.
            if int(self.open.sum()) <= FLOW_UP_TO:
                chosen, cost = flow.solved(self.open)
            else:
                chosen, cost = flow.solved(pairs)
                slack = flow.slack(pairs)
        seats = sum(need.most * need.fill for need in self.needs)
        self.progress(2 * len(self.needs), self.total)
        return chosen, seats - cost + slack, pairs

    def _rounded(self, chosen, pairs):
        """Complete the teams that the flow leaves partial where resources are scarce: give up some,
        the least valuable first, until the others are complete."""
        flow, given_up = _Flow(self), np.zeros(len(self.needs), dtype=bool)
        while partial := [n for n, team in enumerate(chosen) if self._is_partial(n, team)]:
            spare = {n: len(chosen[n]) - self.needs[n].least for n in partial}
            partial.sort(key=lambda n: (self.needs[n].fill, spare[n], n))
            given_up[partial[: (len(partial) + 2) // 3]] = True
            for _turn in range(3):
                chosen, _cost = flow.solved(pairs & ~given_up[:, None])
                missing = flow.worth_adding(pairs) & ~given_up[:, None]
                if not missing.any():
                    break
                pairs |= missing
        return chosen

    def _is_partial(self, n, team):
        need = self.needs[n]
        led = not need.needs_leader or self.leads[team].any()
        return bool(team) and (len(team) < need.least or not led)

    # --- Side conditions ------------------------------------------------------------------------

    def _mended(self, chosen, pairs):
        """Repair the needs that the flow violates: first by the cheapest exchange, then by CP-SAT,
        a few needs and their neighbours at a time."""
        broken = [n for n, team in enumerate(chosen) if not self._is_whole(n, team)]
        empty = [n for n, team in enumerate(chosen) if not team]
        for n in broken:
            self._exchange(n, chosen)
        looked_at = broken + empty[:MOST_EMPTY]
        for start in range(0, len(looked_at), MENDED_AT_ONCE):
            around = self._around(looked_at[start : start + MENDED_AT_ONCE], chosen, pairs)
            better, _bound = self._solve(around, chosen, pairs, effort=MOST_EFFORT_AROUND)
            if self._value(better) > self._value(chosen):
                chosen = better
            share = len(self.needs) * (start + MENDED_AT_ONCE) // (len(looked_at) + MENDED_AT_ONCE)
            self.progress(2 * len(self.needs) + share, self.total)
        return chosen

    def _exchange(self, n, chosen):
        """Repair one team by exchanging members with other needs or idle resources, or by dropping
        them."""
        serving = {r: m for m, team in enumerate(chosen) for r in team}
        # Each round resolves one conflict, so there are at most as many rounds as members.
        for _round in range(len(chosen[n])):
            quarrelling = [r for r in chosen[n] if self.apart.get(r, frozenset()) & set(chosen[n])]
            if not quarrelling:
                break
            best = max(
                (way for r in quarrelling for way in self._exchanges(n, r, chosen, serving)),
                default=None,
            )
            if best is None:
                chosen[n].remove(quarrelling[-1])
                continue
            _gain, r, other = best
            m = serving.pop(other, None)
            chosen[n][chosen[n].index(r)] = other
            serving[other] = n
            if m is None:
                serving.pop(r)
            else:
                chosen[m][chosen[m].index(other)] = r
                serving[r] = m
        if not self._is_whole(n, chosen[n]):
            chosen[n] = []

    def _exchanges(self, n, r, chosen, serving):
        """The best (gain, member, replacement) that leaves both teams complete."""
        gain = self.points[n] - int(self.points[n, r])
        for other, m in serving.items():
            gain[other] += int(self.points[m, r]) - int(self.points[m, other])
        # A resource that can serve several needs is not exchanged.
        able = self.open[n] & self.alone
        able[chosen[n]] = False
        found = np.flatnonzero(able)
        rest = [one for one in chosen[n] if one != r]
        for other in found[np.argsort(-gain[found], kind="stable")].tolist():
            m = serving.get(other)
            if self.apart.get(other, frozenset()) & set(rest):
                continue
            if m is not None:
                there = [one for one in chosen[m] if one != other] + [r]
                if r in chosen[m] or not self.open[m, r] or not self._is_whole(m, there):
                    continue
            if self.needs[n].needs_leader and not self.leads[[*rest, other]].any():
                continue
            yield int(gain[other]), r, other
            return

    def _around(self, broken, chosen, pairs):
        """The broken needs and those that could best exchange with them."""
        taken = set(broken)
        serving = {r: n for n, team in enumerate(chosen) for r in team}
        for n in broken:
            offers = sorted(
                np.flatnonzero(pairs[n]).tolist(), key=lambda r: (-int(self.points[n, r]), r)
            )
            others = [serving[r] for r in offers if r in serving and serving[r] != n]
            for r in chosen[n]:
                ways = np.flatnonzero(pairs[:, r]).tolist()
                others += sorted(ways, key=lambda m: (-int(self.points[m, r]), m))[:3]
            taken |= set(list(dict.fromkeys(others))[:AROUND])
        return taken

    def _solve(self, inside, chosen, pairs, *, effort):
        """Solve the needs `inside` again, leaving all others unchanged; (assignment, bound)."""
        outside = [() if n in inside else team for n, team in enumerate(chosen)]
        fixed = self._counts(outside)
        spent = np.zeros(len(self.resources), dtype=int)
        for team in outside:
            for r in team:
                spent[r] += 1
        left = np.array([r.capacity for r in self.resources]) - spent
        model = cp_model.CpModel()
        takes, by_resource, by_group, terms = {}, {}, {}, []
        for n in sorted(inside):
            need = self.needs[n]
            able = self.open[n] if pairs is None else pairs[n] & self.open[n]
            able = able & (left > 0)
            for r in chosen[n]:
                able[r] = self.open[n, r]
            row = []
            for r in np.flatnonzero(able).tolist():
                takes[n, r] = one = model.new_bool_var("")
                row.append((r, one))
                by_resource.setdefault(r, []).append(one)
                by_group.setdefault(int(self.group_of[r]), []).append(one)
                terms.append((int(self.points[n, r]) + need.fill) * one)
            if need.least > 1 or need.needs_leader:
                filled = model.new_bool_var("")
                heads = sum(one for _r, one in row)
                model.add(heads >= need.least * filled)
                model.add(heads <= need.most * filled)
                if need.needs_leader:
                    model.add(sum(one for r, one in row if self.leads[r]) >= filled)
            elif row:
                model.add(sum(one for _r, one in row) <= need.most)
            known = dict(row)
            for r, one in row:
                for other in self.apart.get(r, ()):
                    if other > r and other in known:
                        model.add_at_most_one([one, known[other]])
        for r, ways in by_resource.items():
            model.add(sum(ways) <= int(left[r]))
        if self.problem.load:
            terms += self._load_terms(model, by_group, fixed)
        model.maximize(sum(terms))
        for (n, r), one in takes.items():
            model.add_hint(one, r in chosen[n] and self._is_whole(n, chosen[n]))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        solver.parameters.max_deterministic_time = effort
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            # Nothing found within the limit: leave incomplete teams empty.
            broken = {n for n in inside if not self._is_whole(n, chosen[n])}
            kept = [[] if n in broken else team for n, team in enumerate(chosen)]
            return kept, INFINITE * INFINITE
        settled = [list(team) for team in outside]
        for (n, r), one in takes.items():
            if solver.boolean_value(one):
                settled[n].append(r)
        # The solver's value excludes the load of the needs outside.
        bound = math.floor(solver.best_objective_bound + 1e-6)
        return settled, bound + self._outside_worth(outside, by_group, fixed)

    def _load_terms(self, model, by_group, fixed):
        terms = []
        for group, ways in by_group.items():
            share, given = self.shares[group], int(fixed[group])
            most = len(ways) + given
            for limit in (share, share + math.ceil(share / 2)):
                over = model.new_int_var(0, most, "")
                model.add(over >= sum(ways) + given - limit)
                terms.append(-self.problem.load * over)
        return terms

    def _outside_worth(self, outside, by_group, fixed):
        alone = np.array([0 if g in by_group else c for g, c in enumerate(fixed)])
        return self._worth(outside) - self._load(alone)

    # --- Explanations -----------------------------------------------------------------------------

    def _explained(self, chosen):
        choices = []
        # From here on only possible pairs matter.
        self.points[~self.open] = -INFINITE
        firsts = self._best_needs({r for team in chosen for r in team})
        for n, team in enumerate(chosen):
            leader = self._leader(n, team)
            for r in sorted(team, key=lambda r: (r != leader, r)):
                choices.append(self._explain(n, r, team, firsts[r], leads=r == leader))
            if n % 20 == 0:
                self.progress(3 * len(self.needs) + n, self.total)
        return choices

    def _best_needs(self, resources):
        """{resource: (best need, next best)}, so that each has an alternative to its own."""
        firsts = {}
        for r in sorted(resources):
            column = self.points[:, r].copy()
            first = int(np.argmax(column))
            column[first] = -INFINITE
            firsts[r] = first, int(np.argmax(column))
        return firsts

    def _leader(self, n, team):
        """The possible leader with most points; resources are in official order."""
        able = [r for r in team if self.leads[r]] if self.needs[n].needs_leader else []
        return max(able, key=lambda r: (int(self.points[n, r]), -r), default=None)

    def _explain(self, n, r, team, best_needs, *, leads):
        points = int(self.points[n, r])
        facts = [(f.code, f.weight * int(f.points[n, r])) for f in self.problem.factors]
        facts = tuple(sorted((f for f in facts if f[1]), key=lambda f: -abs(f[1])))
        other_need = best_needs[1] if best_needs[0] == n else best_needs[0]
        need_points = int(self.points[other_need, r])
        row = self.points[n].copy()
        row[team] = -INFINITE
        other = int(np.argmax(row))
        has_need = other_need != n and need_points > -INFINITE
        has_other = row[other] > -INFINITE
        return Choice(
            need=self.needs[n].key,
            resource=self.resources[r].key,
            leads=leads,
            points=points,
            facts=facts,
            other_need=self.needs[other_need].key if has_need else None,
            other_need_less=points - need_points if has_need else 0,
            other_resource=self.resources[other].key if has_other else None,
            other_resource_less=points - int(row[other]) if has_other else 0,
        )

    def _gaps(self, chosen):
        gaps = []
        used = np.zeros(len(self.resources), dtype=int)
        for team in chosen:
            used[team] += 1
        free = used < np.array([r.capacity for r in self.resources])
        for n, team in enumerate(chosen):
            missing = self.needs[n].most - len(team)
            if missing:
                gaps.append(Gap(self.needs[n].key, missing, self._reasons(n, team, free)))
        return gaps

    def _reasons(self, n, team, free):
        need = self.needs[n]
        reasons = [(bar.code, int(bar.barred[n].sum())) for bar in self.problem.bars]
        reasons = [reason for reason in reasons if reason[1]]
        possible = int(self.open[n].sum())
        if not possible:
            return (*reasons, (NOBODY, 0))
        if taken := int((self.open[n] & ~free).sum()) - len(team):
            reasons.append((TAKEN, taken))
        if need.needs_leader and not team and not (self.open[n] & free & self.leads).any():
            reasons.append((NO_LEADER, int((self.open[n] & self.leads).sum())))
        left = int((self.open[n] & free).sum())
        if not team and 0 < left < need.least:
            reasons.append((TOO_FEW, left))
        possible = np.flatnonzero(self.open[n] & free).tolist()
        if apart := sum(bool(self.apart.get(r, set()) & set(team)) for r in possible):
            reasons.append((APART, apart))
        return tuple(reasons)


class _Flow:
    """The flow over some pairs, and the prices that show which others could improve it."""

    def __init__(self, matching):
        self.matching = matching
        m = matching
        self.seats = []  # (need, how many, only for leaders)
        for n, need in enumerate(m.needs):
            if need.needs_leader:
                self.seats.append((n, 1, True))
            if need.most > need.needs_leader:
                self.seats.append((n, need.most - need.needs_leader, False))
        self.first_resource = 1 + len(m.groups)
        self.first_seat = self.first_resource + len(m.resources)
        self.size = self.first_seat + len(self.seats) + 1
        self.sink = self.size - 1
        self.supply = sum(count for _n, count, _l in self.seats)
        self.seat_need = np.array([n for n, _c, _l in self.seats])
        self.seat_led = np.array([led for _n, _c, led in self.seats])

    def _frame(self):
        """Arcs from source to groups at rising cost, groups to resources, seats to sink, and for
        empty seats."""
        m, rows = self.matching, []
        for g, share in enumerate(m.shares):
            load = m.problem.load
            far = math.ceil(share / 2)
            for many, cost in ((share, 0), (far, load), (self.supply, 2 * load)):
                rows.append((0, 1 + g, many, cost))
        for r, one in enumerate(m.resources):
            rows.append((1 + int(m.group_of[r]), self.first_resource + r, one.capacity, 0))
        for s, (n, count, _led) in enumerate(self.seats):
            rows.append((self.first_seat + s, self.sink, count, 0))
            rows.append((0, self.first_seat + s, count, m.needs[n].fill))
        return np.array(rows, dtype=np.int64)

    def _ways(self, pairs):
        """(resources, seats) of the pairs; a leader can take either kind of seat."""
        m = self.matching
        able = pairs[self.seat_need] & (~self.seat_led[:, None] | m.leads[None, :])
        seat, resource = np.nonzero(able)
        return resource, seat

    def solved(self, pairs):
        m = self.matching
        frame = self._frame()
        resource, seat = self._ways(pairs)
        costs = -m.points[self.seat_need[seat], resource].astype(np.int64)
        tail = np.concatenate([frame[:, 0], self.first_resource + resource])
        head = np.concatenate([frame[:, 1], self.first_seat + seat])
        capacity = np.concatenate([frame[:, 2], np.ones(len(resource), dtype=np.int64)])
        cost = np.concatenate([frame[:, 3], costs])
        solver = min_cost_flow.SimpleMinCostFlow()
        # The type stubs of ortools take an array's dtype for its shape.
        add = solver.add_arcs_with_capacity_and_unit_cost
        arcs = add(tail, head, capacity, cost)  # pyright: ignore[reportArgumentType]  # see above
        supplies = np.zeros(self.size, dtype=np.int64)
        supplies[0], supplies[self.sink] = self.supply, -self.supply
        nodes = np.arange(self.size)
        solver.set_nodes_supplies(nodes, supplies)  # pyright: ignore[reportArgumentType]  # see above
        if solver.solve() != solver.OPTIMAL:
            raise ArithmeticError("The flow has no answer, though every seat may stay empty.")
        flows = np.asarray(solver.flows(arcs))  # pyright: ignore[reportArgumentType]  # see above
        self._price(tail, head, capacity, cost, flows)
        chosen = [[] for _need in m.needs]
        for way in np.flatnonzero(flows[len(frame) :]).tolist():
            n, r = int(self.seat_need[seat[way]]), int(resource[way])
            if r not in chosen[n]:
                chosen[n].append(r)
        return chosen, int(solver.optimal_cost())

    def _price(self, tail, head, capacity, cost, flows):
        """Shortest paths in the residual graph: prices that prove the flow optimal."""
        forth, back = flows < capacity, flows > 0
        start = np.concatenate([tail[forth], head[back]])
        end = np.concatenate([head[forth], tail[back]])
        length = np.concatenate([cost[forth], -cost[back]])
        order = np.argsort(end, kind="stable")
        start, end, length = start[order], end[order], length[order]
        firsts = np.flatnonzero(np.r_[True, end[1:] != end[:-1]])
        ends = end[firsts]
        prices = np.zeros(self.size, dtype=np.int64)
        for _turn in range(self.size):
            nearer = np.minimum.reduceat(prices[start] + length, firsts)
            if not (nearer < prices[ends]).any():
                break
            prices[ends] = np.minimum(prices[ends], nearer)
        self.prices = prices

    def _gains(self, pairs):
        """For each seat, yield the gains that the prices promise for all pairs, and which missing
        pairs promise one."""
        m = self.matching
        givers = self.prices[self.first_resource : self.first_seat]
        for s, (n, count, led) in enumerate(self.seats):
            gain = m.points[n] - givers + self.prices[self.first_seat + s]
            able = m.open[n] & ~pairs[n] & (gain > 0)
            if led:
                able &= m.leads
            yield n, count, gain, able

    def slack(self, pairs):
        """Return how much more than the flow an assignment over all pairs could be worth: a missing
        pair adds at most what the prices promise."""
        return sum(
            count * int(gain[able].max())
            for _n, count, gain, able in self._gains(pairs)
            if able.any()
        )

    def worth_adding(self, pairs):
        """Missing pairs that could improve the flow; the best few of each need."""
        missing = np.zeros_like(pairs)
        for n, count, gain, able in self._gains(pairs):
            found = np.flatnonzero(able)
            best = 10 + 4 * count
            if len(found) > best:
                found = found[np.argsort(-gain[found], kind="stable")[:best]]
            missing[n, found] = True
        return missing
