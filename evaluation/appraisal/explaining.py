"""Explains a score in words, with the numbers to repeat the computation by hand."""

from decimal import Decimal
from math import ceil, floor

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.appraisal import records
from evaluation.appraisal.computing import plain
from evaluation.appraisal.counting import is_enough
from evaluation.models.ballots import Answer, Question
from evaluation.models.schemes import Component, Dimension, Gate, Mark
from evaluation.models.words import Side

WHY = {
    "few_ballots": lambda line: (
        _("%(n)s valid ballots are fewer than the %(minimum)s that the scheme asks for.")
        % {"n": line["valid"], "minimum": line["minimum"]}
    ),
    "no_ticks": lambda line: _("All who voted ticked “do not know”."),
    "no_word": lambda line: _("Nobody has given a word that counts."),
    "no_records": lambda line: _("No indicator has enough records."),
}


def components(score, ranges):
    """A dictionary for each component with a weight."""
    scheme = score.appraised.scheme
    shown = []
    for component in Component:
        line = score.lines[component.value]
        if line["weight"] == "0":
            continue
        one = {
            "code": component.value,
            "title": component.label,
            "points": getattr(score, component.value),
            "weight": line["weight"],
            "weight_now": line.get("weight_now"),
            "value": line.get("value"),
            "why": WHY[line["why"]](line) if "why" in line else "",
            "steps": list(_STEPS[component](line, scheme)),
            "usual": usual(ranges, component.value),
        }
        if one["points"] is not None:
            one["steps"].append(_points(score.lines, line))
        shown.append(one)
    return shown


def usual(ranges, name):
    """Whole points between which the middle half of the class lies; empty for small classes.

    The quartiles are scores of real people; decimals would identify them in a class of five.
    """
    found = ranges.get(name)
    if not found:
        return []
    lower, upper = map(Decimal, found["quarters"])
    return [floor(lower), ceil(upper)]


def _points(lines, line):
    """The last step: from the value out of 100 to points."""
    spread = "100" if line["weight_now"] == line["weight"] else lines["with_data"]
    formula = f"{line['value']} × {line['weight']} ÷ {spread} = {line['points']}"
    if spread != "100":
        return _(
            "Its points: %(formula)s. Components without data leave their weight to the others."
        ) % {"formula": formula}
    return _("Its points: %(formula)s.") % {"formula": formula}


def _dimensions(line, scheme):
    counted = [one for one in line["dimensions"] if one["n"]]
    if not counted:
        return ""
    weights = plain(sum(Decimal(one["weight"]) for one in counted))
    parts = " + ".join(
        f"{Dimension(one['dimension']).label} {one['points']} ÷ {one['n']} × {one['weight']}"
        for one in counted
    )
    return f"({parts}) ÷ {weights}"


def _marks(scheme):
    return _(
        "Good counts %(good)s, fairly good %(fairly)s, fair %(fair)s, poor %(poor)s; “do not "
        "know” does not count."
    ) % {
        "good": plain(scheme.mark_good),
        "fairly": plain(scheme.mark_fairly_good),
        "fair": plain(scheme.mark_fair),
        "poor": plain(scheme.mark_poor),
    }


def _masses(line, scheme):
    if "dimensions" not in line:
        return
    yield _("%(n)s valid ballots. ") % {"n": line["valid"]} + _marks(scheme)
    if formula := _dimensions(line, scheme):
        yield _summed(formula, line)


def _summed(formula, line):
    words = _("Sum of the marks ÷ their number × weight: %(formula)s = %(value)s out of 100.")
    return words % {"formula": formula, "value": line["value"]}


def _unit(line, scheme):
    if formula := _dimensions(line, scheme):
        n = line["words"]
        said = ngettext("%(n)s word of units. ", "%(n)s words of units. ", n)
        yield said % {"n": n} + _marks(scheme)
        yield _summed(formula, line)


def _organisation(line, scheme):
    given = [side for side in line["sides"] if "value" in side]
    if not given:
        return
    yield _marks(scheme)
    for side in given:
        named = {"side": Side(side["side"]).label, "formula": _dimensions(side, scheme)}
        words = _("%(side)s: %(formula)s = %(value)s out of 100.")
        yield words % (named | {"value": side["value"]})
    if len(given) == 2:
        yield _("Each counts half: %(value)s out of 100.") % {"value": line["value"]}
    else:
        yield _("Only one has spoken; it counts whole.")


def _results(line, scheme):
    if "value" not in line:
        return
    counted = [one for one in line["indicators"] if one["counts"]]
    parts = " + ".join(f"{one['reached']} × {one['share']}" for one in counted)
    shares = plain(sum(Decimal(one["share"]) for one in counted))
    yield _(
        "Each indicator gives nothing up to its floor, all from its cap on, and evenly between. "
        "Reached × share: (%(parts)s) ÷ %(shares)s = %(value)s out of 100."
    ) % {"parts": parts, "shares": shares, "value": line["value"]}
    if len(counted) < len(line["indicators"]):
        yield _("An indicator with too few records leaves its share to the others in proportion.")


_STEPS = {
    Component.MASSES: _masses,
    Component.UNIT: _unit,
    Component.RESULTS: _results,
    Component.ORGANISATION: _organisation,
}


def indicators(score):
    """The indicators' lines with titles and definitions."""
    return [
        line
        | {
            "title": records.title_of(line["indicator"]),
            "definition": records.INDICATORS[line["indicator"]].definition,
            "n": line["met"] + line["missed"],
        }
        for line in score.lines[Component.RESULTS]["indicators"]
    ]


def gates(score):
    shown = []
    for line in score.lines["gates"]:
        one = line | {"title": Gate(line["gate"]).label, "is_days": "needed" in line}
        if one["is_days"]:
            one["formula"] = _("%(limit)s days in a full year × %(days)s days served ÷ 365") % line
        shown.append(one)
    return shown


def ballots(tally, least):
    """(lines of marks, lines of questions) as counts; empty if fewer than `least` voted. Needs
    with_meetings()."""
    if tally is None or not is_enough(tally.valid, tally.in_meetings, least):
        return [], []
    return _counts(tally, Dimension, Mark, least), _counts(tally, Question, Answer, least)


def _counts(tally, lines, ticks, least):
    """[(line, [(tick, count)])] of the lines with at least `least` ticks."""
    counted = [(line.label, getattr(tally, line.value)) for line in lines]
    return [
        (label, [(tick.label, n) for tick, n in zip(ticks, counts, strict=True)])
        for label, counts in counted
        if sum(counts) >= least
    ]
