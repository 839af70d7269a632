"""Computes a score from frozen sums, words and evidence: a pure function.

All values are decimals with far more digits than needed. Rounding (half up to 0.01, `ROUNDING`)
happens only where a value is stored: a component's value out of 100 and its points. Anybody can
thus repeat the computation by hand; `Score.lines` keeps each step.
"""

import hashlib
import json
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property, lru_cache
from operator import attrgetter

from evaluation.models.schemes import LINE, SCORED_DIMENSIONS, Component, Gate, Mark
from evaluation.models.scores import EvidenceDecision
from evaluation.models.words import Side

ROUNDING = "ROUND_HALF_UP 0.01"
CENT = Decimal("0.01")
HUNDRED = Decimal(100)
# Days of a full year, by which gates are prorated.
YEAR = 365
# Enough digits to tell any two different quotients apart.
_CONTEXT = Context(prec=160, rounding=ROUND_HALF_EVEN)
_EXACT = Decimal(1).scaleb(-120)

Verdict = EvidenceDecision.Verdict


def rounded(value):
    """Half up to 0.01; first to many digits, so that 1/3 + 2/3 is exactly 1."""
    return value.quantize(_EXACT, ROUND_HALF_EVEN, _CONTEXT).quantize(CENT, ROUND_HALF_UP, _CONTEXT)


def _lines(rows, *names):
    return tuple(map(attrgetter(*names), sorted(rows.all(), key=lambda row: row.pk)))


@dataclass(frozen=True)
class Rules:
    """The numbers of a scheme."""

    weights: dict
    dimension_weights: dict
    mark_points: dict
    minimum_ballots: int
    # (code, share, floor, cap, minimum_n)
    indicators: tuple = ()
    # (gate, limit)
    gates: tuple = ()

    @classmethod
    def of(cls, scheme):
        """Prefetch indicators and gates first."""
        return cls(
            weights=scheme.weights,
            dimension_weights=scheme.dimension_weights,
            mark_points={int(mark): points for mark, points in scheme.mark_points.items()},
            minimum_ballots=scheme.minimum_ballots,
            indicators=_lines(scheme.indicators, *LINE),
            gates=_lines(scheme.gates, "gate", "limit"),
        )


@dataclass(frozen=True)
class Counted:
    """The evidence of one indicator or gate after all decisions."""

    met: int = 0
    missed: int = 0
    left_out: int = 0
    value: Decimal | None = None

    @property
    def n(self):
        return self.met + self.missed


@dataclass
class Result:
    total: Decimal | None
    points: dict
    gates_met: bool
    lines: dict = field(default_factory=dict)

    @cached_property
    def text(self):
        """The lines as stored and as hashed."""
        return lines_json(self.lines)

    def figures(self):
        """(total, points of each component in order)"""
        return (self.total, *(self.points[component] for component in Component))


def verdicts(met, missed, decisions):
    """{record: (current verdict, frozen verdict or None)}. Decisions are (record, verdict), oldest
    first."""
    known = dict.fromkeys(met, (Verdict.MET, Verdict.MET))
    known |= dict.fromkeys(missed, (Verdict.MISSED, Verdict.MISSED))
    for record, verdict in decisions:
        known[record] = (Verdict(verdict), known.get(record, (None, None))[1])
    return known


def counted(met, missed, value, decisions):
    """Frozen evidence after decisions (record, verdict, value), oldest first."""
    if not decisions:
        return Counted(len(met), len(missed), 0, value)
    for record, _verdict, amount in decisions:
        if not record:
            value = amount
    chosen = [(record, verdict) for record, verdict, _amount in decisions if record]
    found = [now for now, _frozen in verdicts(met, missed, chosen).values()]
    return Counted(
        found.count(Verdict.MET), found.count(Verdict.MISSED), found.count(Verdict.LEFT_OUT), value
    )


def _mean(counts, points):
    """(number of ticks, sum of their points), without “do not know”."""
    n, total = 0, Decimal(0)
    for mark, each in points.items():
        if times := counts[mark - 1]:
            n += times
            total += each * times
    return n, total


def _of_dimensions(rules, counts):
    """(value out of 100 or None, lines): the weighted mean of the dimensions. A dimension without
    a tick gives its weight to the others."""
    lines, total, weights = [], Decimal(0), Decimal(0)
    for dimension in SCORED_DIMENSIONS:
        n, points = _mean(counts[dimension], rules.mark_points)
        weight = rules.dimension_weights[dimension]
        line = {"dimension": dimension.value, "weight": plain(weight), "n": n}
        if n:
            total += weight * points / n
            weights += weight
            line |= {"points": plain(points), "mean": plain(rounded(points / n))}
        lines.append(line)
    return (total / weights if weights else None), lines


def _ticks(words):
    """{dimension: counts by mark} of words, each {dimension: mark}."""
    counts = {dimension: [0] * len(Mark) for dimension in SCORED_DIMENSIONS}
    for word in words:
        for dimension in SCORED_DIMENSIONS:
            counts[dimension][word[dimension] - 1] += 1
    return counts


def _masses(rules, tally):
    if tally is None:
        return None, {"valid": 0, "minimum": rules.minimum_ballots, "why": "few_ballots"}
    line = {"valid": tally.valid, "minimum": rules.minimum_ballots}
    if tally.valid < rules.minimum_ballots:
        return None, line | {"why": "few_ballots"}
    counts = {dimension: getattr(tally, dimension.value) for dimension in SCORED_DIMENSIONS}
    value, lines = _of_dimensions(rules, counts)
    line["dimensions"] = lines
    return value, line if value is not None else line | {"why": "no_ticks"}


def _unit(rules, words):
    chosen = [marks for side, marks in words if side == Side.UNIT]
    value, lines = _of_dimensions(rules, _ticks(chosen))
    line = {"words": len(chosen), "dimensions": lines}
    return value, line if value is not None else line | {"why": "no_word"}


def _organisation(rules, words):
    """Sending organ and host count half each; a single one counts in full."""
    sides, values = [], []
    for asked in (Side.SENDING, Side.HOST):
        chosen = [marks for side, marks in words if side == asked]
        value, lines = _of_dimensions(rules, _ticks(chosen))
        side = {"side": asked.value, "words": len(chosen), "dimensions": lines}
        if value is not None:
            values.append(value)
            side["value"] = plain(rounded(value))
        sides.append(side)
    line = {"sides": sides}
    if not values:
        return None, line | {"why": "no_word"}
    return sum(values, Decimal(0)) / len(values), line


def _results(rules, evidence):
    """Each indicator grows from floor to cap. One with too few records gives its share to the
    others in proportion."""
    lines, total, shares = [], Decimal(0), Decimal(0)
    for code, share, floor, cap, minimum_n in rules.indicators:
        known = evidence.get(code, Counted())
        line = {"indicator": code, "minimum": minimum_n, "counts": False}
        line |= {"share": plain(share), "floor": plain(floor), "cap": plain(cap)}
        line |= {"met": known.met, "missed": known.missed, "left_out": known.left_out}
        if known.n:
            rate = HUNDRED * known.met / known.n
            line["rate"] = plain(rounded(rate))
            if known.n >= minimum_n:
                reached = min(Decimal(1), max(Decimal(0), (rate - floor) / (cap - floor)))
                total += share * reached
                shares += share
                line |= {"counts": True, "reached": plain(rounded(HUNDRED * reached))}
        lines.append(line)
    line = {"indicators": lines}
    if not shares:
        return None, line | {"why": "no_records"}
    for one in lines:
        if one["counts"]:
            # Share out of 100 after redistribution.
            one["share_now"] = plain(rounded(HUNDRED * Decimal(one["share"]) / shares))
    return HUNDRED * total / shares, line


def gate_lines(rules, evidence, days):
    """For each threshold, the required and the actual value."""
    lines = []
    for gate, limit in rules.gates:
        known = evidence.get(gate, Counted())
        line = {"gate": gate, "limit": limit}
        if gate == Gate.STAY_DAYS:
            needed = rounded(Decimal(limit) * min(days, YEAR) / YEAR)
            line |= {"days": days, "needed": plain(needed), "value": plain(known.value)}
            # Met if there was no stay to count.
            line["met"] = known.value is None or known.value >= needed
        else:
            line |= {"value": str(known.missed), "met": known.missed <= limit}
        lines.append(line)
    return lines


def compute(rules, tally, words, evidence, days):
    """The score of one appraised. `tally` is a Tally or None, `words` (side, {dimension: mark}),
    `evidence` {code: Counted}, `days` the number of days served."""
    with localcontext(_CONTEXT):
        found = {
            Component.MASSES: _masses(rules, tally),
            Component.UNIT: _unit(rules, words),
            Component.RESULTS: _results(rules, evidence),
            Component.ORGANISATION: _organisation(rules, words),
        }
        gates = gate_lines(rules, evidence, days)
        weights = {c: rules.weights[c] for c in Component}
        with_data = sum((weights[c] for c in Component if found[c][0] is not None), Decimal(0))
        # With too little data the meeting decides and weights are not redistributed.
        is_enough = with_data * 2 >= HUNDRED
        spread = with_data if is_enough else HUNDRED
        points, lines = {}, {}
        for component in Component:
            value, line = found[component]
            line["weight"] = plain(weights[component])
            points[component] = None
            if value is not None and weights[component]:
                line["value"] = plain(rounded(value))
                points[component] = rounded(rounded(value) * weights[component] / spread)
                line["points"] = plain(points[component])
                line["weight_now"] = plain(rounded(HUNDRED * weights[component] / spread))
            lines[component.value] = line
        total = None
        if is_enough:
            total = sum((p for p in points.values() if p is not None), Decimal(0))
    lines["gates"], lines["with_data"] = gates, plain(with_data)
    return Result(total, points, all(gate["met"] for gate in gates), lines)


@lru_cache(maxsize=50_000)
def plain(value):
    """A decimal as text, without exponent and trailing zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_encoder = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def lines_json(lines):
    return _encoder.encode(lines)


def canonical(pk, result):
    """One line of the text that a computation's hash covers."""
    figures = ";".join("" if one is None else f"{one:.2f}" for one in result.figures())
    digest = hashlib.sha256(result.text.encode()).hexdigest()
    return f"{pk};{figures};{int(result.gates_met)};{digest}\n"
