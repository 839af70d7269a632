"""Computes a score from frozen sums, words and evidence: a pure function.

All values are decimals with far more digits than needed. Rounding (half up to 0.01, `ROUNDING`)
happens only where a value is stored: a component's value out of 100 and its points. Anybody can
thus repeat the computation by hand; `Score.lines` keeps each step.

Points are out of a component's own weight, and no weight moves to another component: a component
without enough data is empty, and without it there is no total. Few ballots or records are filled up
with neutral ones to a number (`Rules.ballots_filled_to`, `Rules.filled_to`) at which one ballot or
record moves a total by at most `Rules.most` points.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property, lru_cache
from operator import attrgetter

from evaluation.appraisal.indicators import INDICATORS, family
from evaluation.models.schemes import LINE, SCORED_DIMENSIONS, Component, Gate, Mark, Subject
from evaluation.models.scores import EvidenceDecision
from evaluation.models.words import Side

ROUNDING = "ROUND_HALF_UP 0.01"
CENT = Decimal("0.01")
HUNDRED = Decimal(100)
# What rounding a value and its points, before and after, may add to a move.
ROUNDED_AWAY = Decimal("0.02")
# Days of a full year, by which gates are prorated.
YEAR = 365
# Enough digits to distinguish any two different quotients.
_CONTEXT = Context(prec=160, rounding=ROUND_HALF_EVEN)
_EXACT = Decimal(1).scaleb(-120)

Verdict = EvidenceDecision.Verdict


def rounded(value):
    """Round half up to 0.01, but first to many digits, so that 1/3 + 2/3 is exactly 1."""
    return value.quantize(_EXACT, ROUND_HALF_EVEN, _CONTEXT).quantize(CENT, ROUND_HALF_UP, _CONTEXT)


def _lines(rows, *names):
    return tuple(map(attrgetter(*names), sorted(rows.all(), key=lambda row: row.pk)))


@dataclass(frozen=True)
class Rules:
    """The numbers of a scheme, and two norms of the day of the freeze."""

    weights: dict
    dimension_weights: dict
    mark_points: dict
    minimum_ballots: int
    # Points by which one ballot or record moves a total at most.
    most: Decimal
    # Fewest valid ballots or independent answers with which an organ has a total.
    organ_fewest: int
    subject: str = Subject.CADRE
    # (code, share, floor, cap, minimum_n)
    indicators: tuple = ()
    # (gate, limit)
    gates: tuple = ()

    @classmethod
    def of(cls, scheme, *, most, organ_fewest):
        """Prefetch indicators and gates first."""
        return cls(
            weights=scheme.weights,
            dimension_weights=scheme.dimension_weights,
            mark_points={int(mark): points for mark, points in scheme.mark_points.items()},
            minimum_ballots=scheme.minimum_ballots,
            most=Decimal(most),
            organ_fewest=organ_fewest,
            subject=scheme.subject,
            indicators=_lines(scheme.indicators, *LINE),
            gates=_lines(scheme.gates, "gate", "limit"),
        )

    @property
    def is_of_organ(self):
        return self.subject == Subject.ORGAN

    @property
    def fewest_ballots(self):
        fewest = self.organ_fewest if self.is_of_organ else 0
        return max(self.minimum_ballots, fewest)

    @property
    def neutral_mark(self):
        """The points of a neutral mark: midway between the best and the worst."""
        return (max(self.mark_points.values()) + min(self.mark_points.values())) / 2

    @cached_property
    def ballots_filled_to(self):
        """The number of marks on a dimension below which neutral ones are added."""
        width = max(self.mark_points.values()) - min(self.mark_points.values())
        return self._enough(self.weights[Component.MASSES] * width, HUNDRED)

    @cached_property
    def filled_to(self):
        """{indicator: the number of records below which neutral ones are added}

        A matter may count in several indicators: itself, by a call-back and by an assignment. These
        share the limit on what one record may move.
        """
        shares, whole = Counter(), Decimal(0)
        for code, share, *_rest in self.indicators:
            shares[family(code)] += share
            whole += share
        weight = self.weights[Component.RESULTS] * HUNDRED
        return {
            code: max(
                minimum_n,
                self._enough(weight * shares[family(code)], whole * (cap - floor)),
            )
            for code, _share, floor, cap, minimum_n in self.indicators
        }

    def _enough(self, moved, of):
        """The number of records at which one of them moves a total by `most`, if it would move it
        by `moved` ÷ `of` points alone. A single division keeps whole numbers whole."""
        needed = Decimal(moved) / (of * (self.most - ROUNDED_AWAY))
        return max(1, int(needed.to_integral_value(ROUND_CEILING)))


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


def _of_dimensions(rules, counts, filled_to=0):
    """(value out of 100 or None, lines): the weighted mean of the dimensions, each filled up with
    neutral marks. A dimension without any mark leaves its weight to the others."""
    lines, total, weights = [], Decimal(0), Decimal(0)
    for dimension in SCORED_DIMENSIONS:
        n, points = _mean(counts[dimension], rules.mark_points)
        weight = rules.dimension_weights[dimension]
        line = {"dimension": dimension.value, "weight": plain(weight), "n": n}
        if n or filled_to:
            added = max(0, filled_to - n)
            mean = (points + added * rules.neutral_mark) / (n + added)
            total += weight * mean
            weights += weight
            line |= {"points": plain(points), "added": added, "mean": plain(rounded(mean))}
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
    line = {"valid": tally.valid if tally else 0, "minimum": rules.fewest_ballots}
    if tally is None or tally.valid < rules.fewest_ballots:
        return None, line | {"why": "few_ballots"}
    counts = {dimension: getattr(tally, dimension.value) for dimension in SCORED_DIMENSIONS}
    if not any(_mean(one, rules.mark_points)[0] for one in counts.values()):
        return None, line | {"why": "no_ticks"}
    filled_to = rules.ballots_filled_to
    value, lines = _of_dimensions(rules, counts, filled_to)
    line |= {"filled_to": filled_to, "neutral": plain(rules.neutral_mark), "dimensions": lines}
    return value, line


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
    """Rate each indicator between floor and cap, filled up with records midway between them. If no
    indicator has its fewest records, the results have no value."""
    lines, total, shares, is_known = [], Decimal(0), Decimal(0), False
    for code, share, floor, cap, minimum_n in rules.indicators:
        known, filled_to = evidence.get(code, Counted()), rules.filled_to[code]
        added, neutral = max(0, filled_to - known.n), (floor + cap) / 2
        rate = (HUNDRED * known.met + added * neutral) / (known.n + added)
        reached = min(Decimal(1), max(Decimal(0), (rate - floor) / (cap - floor)))
        total += share * reached
        shares += share
        is_known = is_known or known.n >= minimum_n
        line = {"indicator": code, "minimum": minimum_n, "filled_to": filled_to, "added": added}
        line |= {"share": plain(share), "floor": plain(floor), "cap": plain(cap)}
        line |= {"met": known.met, "missed": known.missed, "left_out": known.left_out}
        line |= {"neutral": plain(neutral), "filled_rate": plain(rounded(rate))}
        if known.n:
            line["rate"] = plain(rounded(HUNDRED * known.met / known.n))
        lines.append(line | {"reached": plain(rounded(HUNDRED * reached))})
    line = {"indicators": lines}
    if not is_known:
        return None, line | {"why": "no_records"}
    return HUNDRED * total / shares, line


def _answers(rules, evidence):
    """Count the independent answers about an organ that is on no ballot; None for others."""
    if not rules.is_of_organ or rules.weights[Component.MASSES]:
        return None
    codes = [code for code, *_rest in rules.indicators if INDICATORS[code].kind == "word"]
    n = sum(evidence.get(code, Counted()).n for code in codes)
    return {"n": n, "minimum": rules.organ_fewest}


def _months(known):
    """Months met, attested and not attested, and the share of met months among the attested. The
    `value` of the evidence is the number of months."""
    unattested = int(known.value or 0) - known.n - known.left_out
    share = plain(rounded(HUNDRED * known.met / known.n)) if known.n else None
    return {
        "months_met": known.met,
        "attested": known.n,
        "unattested": max(0, unattested),
        "value": share,
    }


def gate_lines(gates, evidence, days):
    """For each threshold (gate, limit), the required and the actual value."""
    lines = []
    for gate, limit in gates:
        known = evidence.get(gate, Counted())
        line = {"gate": gate, "limit": limit}
        if gate == Gate.STAY_MONTHS:
            line |= _months(known)
            # Unattested months count neither way; the gate is met if none is attested.
            line["met"] = HUNDRED * known.met >= limit * known.n
        elif gate == Gate.STAY_DAYS:
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
        gates, answers = gate_lines(rules.gates, evidence, days), _answers(rules, evidence)
        points, lines = {}, {}
        for component in Component:
            value, line = found[component]
            weight = rules.weights[component]
            line["weight"] = plain(weight)
            points[component] = None
            if value is not None and weight:
                line["value"] = plain(rounded(value))
                points[component] = rounded(rounded(value) * weight / HUNDRED)
                line["points"] = plain(points[component])
            lines[component.value] = line
        lines["gates"] = gates
        if answers:
            lines["answers"] = answers
        total = None
        if not (missing(lines) or has_few_answers(lines)):
            total = sum((p for p in points.values() if p is not None), Decimal(0))
    return Result(total, points, all(gate["met"] for gate in gates), lines)


def weights_moved(lines):
    """Whether a score was computed by the rule of version 0.1, under which a component without data
    left its weight to the others."""
    return "with_data" in lines


def missing(lines):
    """The components with a weight and without data."""
    return [
        one
        for one in Component
        if lines[one.value]["weight"] != "0" and "value" not in lines[one.value]
    ]


def has_few_answers(lines):
    """Whether an organ that is on no ballot has too few independent answers for a total."""
    answers = lines.get("answers")
    return bool(answers) and answers["n"] < answers["minimum"]


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
