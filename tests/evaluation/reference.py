"""The scores computed again from the exported evidence alone, in fractions, following the wording
of the definitions and sharing no code with the portal's computation.

- A dimension of a ballot is the mean of its marks' points; “do not know” does not count. The
  dimensions count by their weights; one without a mark leaves its weight to the others.
- Few marks on a dimension are filled up with marks midway between the best and the worst, to the
  smallest number at which one mark moves the total by no more than the norm (less 0.02 for
  rounding). With fewer valid ballots than the scheme requires (for organs, also than the norm
  requires), or with no mark at all, the masses' component is empty.
- The unit's word is computed likewise from the words of units, without filling up. The words of
  sending organ and host count half each; if only one was given, it counts whole.
- An indicator gives nothing up to its floor, everything from its cap on, and linearly more
  between. Few records are filled up likewise with records midway between floor and cap, at least
  to the indicator's minimum of records. All indicators about matters (the matters themselves,
  call-backs, assignments) together move the total by no more than the norm. If no indicator has
  its minimum of records, the component is empty.
- A component is rounded half up to 0.01 as a value out of 100, and again as points of its weight.
  If a component with a weight is empty, there is no total; weights never move. An organ that is on
  no ballot has no total with fewer independent answers than the norm requires.
- The latest decision about a record counts.
- A threshold of months is the share of months met among those attested. Months without the host's
  word count neither way; if none is attested, the threshold is met.
- A threshold of days, in cycles frozen before hosts attested months, is scaled by the days served
  out of 365, at most to the whole, and rounded half up to 0.01.
- Findings are those that still count against the appraised.
"""

import json
from datetime import date
from fractions import Fraction
from math import ceil, floor


def cents(value):
    return Fraction(floor(Fraction(value) * 100 + Fraction(1, 2)), 100)


def recompute(text):
    """Return {appraised: (recomputed score, exported score)} for all lines."""
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
    points, complete = {}, True
    for name, weight in scheme["weights"].items():
        weight, value = Fraction(weight), parts[name]
        points[name] = None
        if weight and value is None:
            complete = False
        elif weight:
            points[name] = cents(cents(value) * weight / 100)
    if scheme["subject"] == "organ" and Fraction(scheme["weights"]["masses"]) == 0:
        answers = len(records.get("results_word", ({}, None))[0])
        complete = complete and answers >= scheme["organ_fewest"]
    total = sum(p for p in points.values() if p is not None) if complete else None
    return points | {"total": total, "gates_met": _gates(scheme, one, records)}


def _enough(scheme, points):
    """The smallest number of records at which each moves a total by at most the norm, if a single
    one would move it by `points`."""
    return max(1, ceil(Fraction(points) / (scheme["one_record_max"] - Fraction(2, 100))))


def _decided(one):
    """Return {code: [{record: whether it speaks for}, amount]} with the decisions applied."""
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


def _weighted(scheme, ticks, filled_to=0, neutral=0):
    """The weighted mean; `ticks` is {dimension: list of marks from 1 to 5}."""
    total = weight = Fraction(0)
    for dimension, share in scheme["dimensions"].items():
        marks = [Fraction(scheme["marks"][str(mark)]) for mark in ticks[dimension] if mark != 5]
        marks += [neutral] * (filled_to - len(marks))
        if marks:
            total += Fraction(share) * sum(marks) / len(marks)
            weight += Fraction(share)
    return total / weight if weight else None


def _masses(scheme, tally):
    fewest = scheme["minimum_ballots"]
    if scheme["subject"] == "organ":
        fewest = max(fewest, scheme["organ_fewest"])
    if tally is None or tally["valid"] < fewest:
        return None
    ticks = {
        dimension: [mark for mark, n in enumerate(tally[dimension], 1) for _ in range(n)]
        for dimension in scheme["dimensions"]
    }
    if all(mark == 5 for marks in ticks.values() for mark in marks):
        return None
    points = [Fraction(one) for one in scheme["marks"].values()]
    neutral = (max(points) + min(points)) / 2
    one_alone = Fraction(scheme["weights"]["masses"]) * (max(points) - min(points)) / 100
    return _weighted(scheme, ticks, _enough(scheme, one_alone), neutral)


def _words(scheme, words):
    return _weighted(scheme, {d: [word[d] for word in words] for d in scheme["dimensions"]})


def _organisation(scheme, words):
    sides = (_words(scheme, [w for w in words if w["side"] == s]) for s in ("sending", "host"))
    spoken = [value for value in sides if value is not None]
    return sum(spoken) / len(spoken) if spoken else None


OF_MATTERS = {
    "own_results_word",
    "own_results_lasting",
    "call_backs_in_time",
    "matters_signed_in_time",
    "matters_in_time",
    "results_word",
    "results_lasting",
}


def _results(scheme, records):
    reached = share = Fraction(0)
    is_known = False
    whole = sum(Fraction(one["share"]) for one in scheme["indicators"])
    of_matters = sum(
        Fraction(one["share"]) for one in scheme["indicators"] if one["indicator"] in OF_MATTERS
    )
    for one in scheme["indicators"]:
        known = list(records.get(one["indicator"], ({}, None))[0].values())
        is_known = is_known or len(known) >= one["minimum_n"]
        low, high = Fraction(one["floor"]), Fraction(one["cap"])
        together = of_matters if one["indicator"] in OF_MATTERS else Fraction(one["share"])
        one_alone = Fraction(scheme["weights"]["results"]) * together / whole * 100 / (high - low)
        filled_to = max(one["minimum_n"], _enough(scheme, one_alone))
        values = [100 * met for met in known]
        values += [(low + high) / 2] * (filled_to - len(values))
        rate = Fraction(sum(values)) / len(values)
        part = 0 if rate <= low else 1 if rate >= high else (rate - low) / (high - low)
        reached += Fraction(one["share"]) * part
        share += Fraction(one["share"])
    return 100 * reached / share if is_known else None


def _gates(scheme, one, records):
    days = (date.fromisoformat(one["to_day"]) - date.fromisoformat(one["from_day"])).days + 1
    for gate in scheme["gates"]:
        known, value = records[gate["gate"]]
        if gate["gate"] == "stay_months":
            if known and Fraction(100 * sum(known.values()), len(known)) < gate["limit"]:
                return False
        elif gate["gate"] == "stay_days":
            needed = cents(Fraction(gate["limit"]) * min(days, 365) / 365)
            if value is not None and Fraction(value) < needed:
                return False
        elif sum(not met for met in known.values()) > gate["limit"]:
            return False
    return True
