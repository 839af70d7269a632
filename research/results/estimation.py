"""Estimates for each question; one pass over the answers handles a few questions.

Equal answers are counted together (`Asked.count`), so the cost of an estimate grows with villages
and choices, not answers. Drawn units that did not answer stay in the design without an answer.
"""

from collections import Counter, defaultdict
from math import floor, log10

from portal.estimates import linearised
from portal.estimates.design import Asked, Design
from research.results.questions import CHOICE, MANY, NUMBER, TEXT, YEAR

# Number of questions whose values are held in memory at once.
AT_ONCE = 8
BANDS = 8
ALL = ""


class Survey:
    """The answers and the sampling design behind them.

    `answers()` yields (stratum, cluster, weight, values); `silent` counts non-respondents:
    {(stratum, cluster, weight): count}. `units` is the number of units in the frame by stratum, for
    a simple one-stage draw.
    """

    def __init__(self, answers, silent, units, *, is_systematic=False):
        self.answers, self.silent, self.units = answers, silent, units
        self.is_systematic = is_systematic

    def design(self, rows, stratum):
        """(design, values) of {(stratum, cluster, weight, value): count}."""
        rows = [
            *rows.items(),
            *(((*place, None), count) for place, count in self.silent.items()),
        ]
        if stratum is not None:
            rows = [row for row in rows if row[0][0] == stratum]
        asked = [
            Asked(weight, of, f"{cluster}" if cluster else "", count)
            for (of, cluster, weight, _value), count in rows
        ]
        units = {k: n for k, n in self.units.items() if stratum is None or k == stratum}
        return Design(asked, units, is_systematic=self.is_systematic), [row[0][3] for row in rows]


def figures(survey, questions, strata, *, progress=lambda done: None):
    """[(path, figures)] of all questions but free texts."""
    counted = [one for one in questions.values() if one.kind != TEXT]
    found = []
    for at in range(0, len(counted), AT_ONCE):
        some = counted[at : at + AT_ONCE]
        tallies = _tallies(survey, some)
        for question in some:
            found.append(
                (question.path, _figures(survey, question, tallies[question.path], strata))
            )
            progress(len(found))
    return found


def _tallies(survey, questions):
    tallies = {one.path: Counter() for one in questions}
    for stratum, cluster, weight, values in survey.answers():
        for one in questions:
            value = values.get(one.path)
            if one.kind == YEAR and value is not None:
                value = [day[:4] for day in value] if one.repeats else value[:4]
            if isinstance(value, list):
                value = tuple(value)
            tallies[one.path][stratum, cluster, weight, value] += 1
    return tallies


def _figures(survey, question, rows, strata):
    """Return {"kind", "label", "repeats", "rows": [{"name", "label"}], "parts": {stratum: Part}};
    the part "" is the total."""
    kind = question.kind
    if kind == NUMBER:
        rows, is_numeric = _as_numbers(rows)
        if not is_numeric:
            kind = CHOICE
    bands, is_whole = _bands(rows) if kind == NUMBER else (None, False)
    names = _names(question, kind, rows, bands)
    parts = {ALL: _part(survey, question, kind, rows, names, bands, None)}
    if len(strata) > 1:
        for stratum in strata:
            parts[stratum] = _part(survey, question, kind, rows, names, bands, stratum)
    return {
        "kind": kind,
        "label": question.label,
        "repeats": question.repeats,
        "rows": [
            {"name": name, "label": _label(question, kind, name, bands, is_whole=is_whole)}
            for name in names
        ],
        "parts": parts,
    }


def _values(value):
    """The values of one answer as a tuple."""
    return () if value is None else value if isinstance(value, tuple) else (value,)


def _as_numbers(rows):
    found = Counter()
    for (*place, value), count in rows.items():
        try:
            numbers = tuple(float(one) for one in _values(value))
        except ValueError:
            return rows, False
        found[(*place, numbers or None)] += count
    return found, True


def _names(question, kind, rows, bands):
    if kind == NUMBER:
        return [str(at) for at in range(len(bands) + 1)] if bands else []
    said = {
        name
        for (*_place, value) in rows
        for one in _values(value)
        for name in (one.split() if kind == MANY else [one])
    }
    # Choices no longer in the form come last.
    return [*question.choices, *sorted(said - set(question.choices))]


def _bands(rows):
    """Return (band limits, whether all numbers and therefore all limits are whole). Limits are
    round and cover the middle 90 % of the numbers; the outer bands are open, so that no limit
    reveals the smallest or largest answer."""
    counts = Counter()
    for (*_place, value), count in rows.items():
        for one in _values(value):
            counts[one] += count
    is_whole = all(value.is_integer() for value in counts)
    if len(counts) < 2:
        return [], is_whole
    low, high = _at(counts, 0.05), _at(counts, 0.95)
    if low == high:
        low, high = min(counts), max(counts)
    rough = (high - low) / (BANDS - 2)
    size = 10 ** floor(log10(rough))
    step = next(size * n for n in (1, 2, 5, 10) if size * n >= rough)
    if is_whole:
        step = max(step, 1)
    first = floor(low / step) + 1
    limits = [round((first + n) * step, 10) for n in range(BANDS - 1)]
    return [limit for limit in limits if limit <= high], is_whole


def _at(counts, share):
    left = share * sum(counts.values())
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    return max(counts)


def _label(question, kind, name, bands, *, is_whole):
    """Return {language: text}; the label of a band is its limits, under the language "". Bands of
    whole numbers show their first and last number."""
    if kind != NUMBER:
        return question.choices.get(name, {})
    at = int(name)
    if at == 0:
        return {"": f"≤ {bands[0] - 1:g}" if is_whole else f"< {bands[0]:g}"}
    if at == len(bands):
        return {"": f"≥ {bands[-1]:g}"}
    first, last = bands[at - 1], bands[at]
    if is_whole:
        return {"": f"{first:g}" if last - first == 1 else f"{first:g} – {last - 1:g}"}
    return {"": f"{first:g} – {last:g}"}


def _part(survey, question, kind, rows, names, bands, stratum):
    """Return {"n", "total", "weights", "villages", "counts", "shares"}, and "mean" for numbers."""
    if kind == NUMBER:
        banded = Counter()
        for (*place, value), count in rows.items():
            said = tuple(_band(one, bands) for one in _values(value))
            banded[(*place, said or None)] += count
        shares = _shares(survey, question, CHOICE, banded, names, stratum)
        return shares | {"mean": _mean(survey, rows, stratum)}
    return _shares(survey, question, kind, rows, names, stratum)


def _band(value, bands):
    return str(sum(value >= limit for limit in bands))


def _shares(survey, question, kind, rows, names, stratum):
    design, values = survey.design(rows, stratum)
    said = [_said(value, kind) for value in values]
    counts, estimates = [], []
    for name in names:
        hits = [None if one is None else one[0].get(name, 0) for one in said]
        counts.append(
            sum(row.count * hit for row, hit in zip(design.asked, hits, strict=True) if hit)
        )
        if question.repeats:
            whole = [None if one is None else float(one[1]) for one in said]
            found = linearised.ratio(design, hits, whole)
        else:
            found = linearised.share(design, [None if hit is None else hit > 0 for hit in hits])
        estimates.append(_told(found))
    n, total, weights, villages = _basis(design, said)
    return {
        "n": n,
        "total": total,
        "weights": weights,
        "villages": villages,
        "counts": counts,
        "shares": estimates,
    }


def _said(value, kind):
    """Return ({name: count}, number of repetitions) of one answer, or None without an answer."""
    if value is None:
        return None
    found = defaultdict(int)
    for one in _values(value):
        for name in set(one.split()) if kind == MANY else [one]:
            found[name] += 1
    return found, len(_values(value))


def _basis(design, said):
    n = total = 0
    weights, villages = 0.0, set()
    for row, one in zip(design.asked, said, strict=True):
        if one is not None:
            n += row.count
            total += row.count * one[1]
            weights += row.count * row.weight
            villages.add((row.stratum, row.village))
    return n, total, weights, len(villages) if design.has_villages else 0


def _mean(survey, rows, stratum):
    design, values = survey.design(rows, stratum)
    sums = [None if value is None else sum(value) for value in values]
    sizes = [None if value is None else float(len(value)) for value in values]
    return _told(linearised.ratio(design, sums, sizes))


def _told(found):
    return {
        "value": found.value,
        "se": found.se,
        "low": found.low,
        "high": found.high,
        "deff": found.design_effect,
        "note": found.note.value if found.note else "",
    }
