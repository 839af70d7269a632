"""The scores once more, from the exported evidence alone: written from the words of the
definitions, in fractions, sharing nothing with the portal's own computation.

- A dimension of a ballot is the mean of its marks' points; “do not know” does not count. The
  dimensions count by their weights; one without a mark leaves its weight to the others.
- Fewer valid ballots than the scheme asks for: the masses' component is empty.
- The unit's word likewise, over the words of units. Sending organ and host are half each; where
  one alone has spoken, it counts whole.
- An indicator gives nothing up to its floor, everything from its cap on, evenly between; with fewer
  records than its minimum it is left out, and its share is spread over the others in proportion.
- A component is rounded half up to 0.01 as a value out of 100, and again as points of its weight.
  An empty component's weight is spread over the others in proportion. If less than half of the
  weight has data there is no total, and each keeps its own weight.
- Of the decisions about a record the latest counts.
- A threshold of days is taken in the proportion of the days served to 365, at most whole, rounded
  half up to 0.01; findings are those that still speak against.
"""

import json
from datetime import date
from fractions import Fraction
from math import floor


def cents(value):
    return Fraction(floor(Fraction(value) * 100 + Fraction(1, 2)), 100)


def recompute(text):
    """{appraised: (score, as it was exported)} of all lines."""
    schemes, found = {}, {}
    for line in text.splitlines():
        one = json.loads(line)
        if "weights" in one:
            schemes[one["scheme"]] = one
        else:
            found[one["appraised"]] = (_score(schemes[one["scheme"]], one), one["score"])
    return found


def _score(scheme, one):
    records = _decided(one)
    parts = {
        "masses": _masses(scheme, one["tally"]),
        "unit": _words(scheme, [w for w in one["words"] if w["side"] == "unit"]),
        "results": _results(scheme, records),
        "organisation": _organisation(scheme, one["words"]),
    }
    weights = {name: Fraction(weight) for name, weight in scheme["weights"].items()}
    with_data = sum(weights[name] for name, value in parts.items() if value is not None)
    enough = with_data >= 50
    points = {}
    for name, value in parts.items():
        if value is None or weights[name] == 0:
            points[name] = None
        else:
            whole = with_data if enough else 100
            points[name] = cents(cents(value) * weights[name] / whole)
    total = sum(p for p in points.values() if p is not None) if enough else None
    return points | {"total": total, "gates_met": _gates(scheme, one, records)}


def _decided(one):
    """{code: ({record: speaks for}, amount)} with the decisions applied."""
    found = {}
    for code, row in one["evidence"].items():
        records = dict.fromkeys(row["met"], True)
        records.update(dict.fromkeys(row["missed"], False))
        found[code] = [records, row["value"]]
    for decision in one["decisions"]:
        records = found[decision["indicator"]][0]
        if decision["record"] == 0:
            found[decision["indicator"]][1] = decision["value"]
        elif decision["verdict"] == "left_out":
            records.pop(decision["record"], None)
        else:
            records[decision["record"]] = decision["verdict"] == "met"
    return found


def _weighted(scheme, ticks):
    """`ticks` are {dimension: list of marks from 1 to 5}."""
    total = weight = Fraction(0)
    for dimension, share in scheme["dimensions"].items():
        marks = [Fraction(scheme["marks"][str(mark)]) for mark in ticks[dimension] if mark != 5]
        if marks:
            total += Fraction(share) * sum(marks) / len(marks)
            weight += Fraction(share)
    return total / weight if weight else None


def _masses(scheme, tally):
    if tally is None or tally["valid"] < scheme["minimum_ballots"]:
        return None
    ticks = {
        dimension: [mark for mark, n in enumerate(tally[dimension], 1) for _ in range(n)]
        for dimension in scheme["dimensions"]
    }
    return _weighted(scheme, ticks)


def _words(scheme, words):
    return _weighted(scheme, {d: [word[d] for word in words] for d in scheme["dimensions"]})


def _organisation(scheme, words):
    sides = (_words(scheme, [w for w in words if w["side"] == s]) for s in ("sending", "host"))
    spoken = [value for value in sides if value is not None]
    return sum(spoken) / len(spoken) if spoken else None


def _results(scheme, records):
    reached = share = Fraction(0)
    for one in scheme["indicators"]:
        known = list(records.get(one["indicator"], ({}, None))[0].values())
        if len(known) < max(1, one["minimum_n"]):
            continue
        rate = Fraction(100 * sum(known), len(known))
        low, high = Fraction(one["floor"]), Fraction(one["cap"])
        part = 0 if rate <= low else 1 if rate >= high else (rate - low) / (high - low)
        reached += Fraction(one["share"]) * part
        share += Fraction(one["share"])
    return 100 * reached / share if share else None


def _gates(scheme, one, records):
    days = (date.fromisoformat(one["to_day"]) - date.fromisoformat(one["from_day"])).days + 1
    for gate in scheme["gates"]:
        known, value = records[gate["gate"]]
        if gate["gate"] == "stay_days":
            needed = cents(Fraction(gate["limit"]) * min(days, 365) / 365)
            if value is not None and Fraction(value) < needed:
                return False
        elif sum(not met for met in known.values()) > gate["limit"]:
            return False
    return True
