"""Explains a score in words, with the numbers to repeat the computation by hand."""

from decimal import Decimal
from math import ceil, floor

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.appraisal import computing, records
from evaluation.appraisal.computing import plain
from evaluation.appraisal.counting import is_enough
from evaluation.models.ballots import Answer, Question
from evaluation.models.schemes import Component, Dimension, Gate, Mark
from evaluation.models.words import Side

WHY = {
    "few_ballots": lambda line: (
        _("%(n)s valid ballots are fewer than the %(minimum)s asked for.")
        % {"n": line["valid"], "minimum": line["minimum"]}
    ),
    "no_ticks": lambda line: _("All who voted ticked “do not know”."),
    "no_word": lambda line: _("Nobody has given a word that counts."),
    "no_records": lambda line: _("No indicator has its fewest records."),
}


# What is missing for a total; also used in the remark on a sheet.
MISSING = {
    "few_ballots": lambda line: (
        _("Too few valid ballots of the masses (n=%(n)s)") % {"n": line["valid"]}
    ),
    "no_ticks": lambda line: (
        _("No mark that counts on the masses' ballots (n=%(n)s)") % {"n": line["valid"]}
    ),
    Component.UNIT: lambda line: _("The grassroots unit has not given its word"),
    Component.ORGANISATION: lambda line: _("The organisation has not given its word"),
    "no_records": lambda line: (
        _("Too few records of results (n=%(n)s)")
        % {"n": sum(one["met"] + one["missed"] for one in line["indicators"])}
    ),
}


def gaps(lines):
    """What is missing for a total, in words."""
    found = []
    for component in computing.missing(lines):
        line = lines[component.value]
        words = MISSING.get(component) or MISSING[line["why"]]
        found.append(words(line))
    if computing.has_few_answers(lines):
        words = _("Too few independent answers (n=%(n)s)")
        found.append(words % {"n": lines["answers"]["n"]})
    return found


def why_no_total(score):
    """The remark of a score without a total, on pages and sheets; empty if it has one."""
    if score.total is not None:
        return ""
    if computing.weights_moved(score.lines):
        return _("Too little data; the meeting decides")
    words = _("%(gaps)s: no total yet; the meeting is asked to judge on all that is known")
    return words % {"gaps": _("; ").join(gaps(score.lines))}


def damping(rules):
    """The rule for few ballots and records of a scheme, in words."""
    return _(
        "One ballot or record moves a total by at most %(most)s points: on a dimension fewer than "
        "%(ballots)s marks are filled up with marks of %(neutral)s points, and few records of an "
        "indicator with records midway between floor and cap."
    ) % {
        "most": plain(rules.most),
        "ballots": rules.ballots_filled_to,
        "neutral": plain(rules.neutral_mark),
    }


def components(score, ranges):
    """A dictionary for each component; `is_part` says whether it has a weight in the scheme."""
    scheme = score.appraised.scheme
    shown = []
    for component in Component:
        line = score.lines[component.value]
        if line["weight"] == "0":
            shown.append({"title": component.label, "is_part": False})
            continue
        one = {
            "is_part": True,
            "code": component.value,
            "title": component.label,
            "points": getattr(score, component.value),
            "weight": line["weight"],
            # Only by the rule of version 0.1 did it carry the weight of others.
            "out_of": line.get("weight_now", line["weight"]),
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
    moved = computing.weights_moved(lines) and line["weight_now"] != line["weight"]
    spread = lines["with_data"] if moved else "100"
    formula = f"{line['value']} × {line['weight']} ÷ {spread} = {line['points']}"
    if moved:
        return _(
            "Its points: %(formula)s. Components without data left their weight to the others, by "
            "the rule of that time."
        ) % {"formula": formula}
    return _("Its points: %(formula)s.") % {"formula": formula}


def _dimensions(line, scheme, neutral=""):
    """The weighted mean in numbers; `neutral` are the points of each mark that was added."""
    counted = [one for one in line["dimensions"] if "mean" in one]
    if not counted:
        return ""
    weights = plain(sum(Decimal(one["weight"]) for one in counted))
    parts = " + ".join(
        f"{Dimension(one['dimension']).label} {_mean(one, neutral)} × {one['weight']}"
        for one in counted
    )
    return f"({parts}) ÷ {weights}"


def _mean(one, neutral):
    if not one.get("added"):
        return f"{one['points']} ÷ {one['n']}"
    return f"({one['points']} + {one['added']} × {neutral}) ÷ {one['n'] + one['added']}"


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
    if any(one.get("added") for one in line["dimensions"]):
        words = _(
            "A dimension with fewer than %(filled_to)s marks is filled up to %(filled_to)s with "
            "marks of %(neutral)s points, so that one ballot does not decide."
        )
        yield words % line
    if formula := _dimensions(line, scheme, line.get("neutral", "")):
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
    counted = [one for one in line["indicators"] if one.get("counts", True)]
    parts = " + ".join(f"{one['reached']} × {one['share']}" for one in counted)
    shares = plain(sum(Decimal(one["share"]) for one in counted))
    yield _(
        "Each indicator gives nothing up to its floor, all from its cap on, and evenly between. "
        "Reached × share: (%(parts)s) ÷ %(shares)s = %(value)s out of 100."
    ) % {"parts": parts, "shares": shares, "value": line["value"]}


_STEPS = {
    Component.MASSES: _masses,
    Component.UNIT: _unit,
    Component.RESULTS: _results,
    Component.ORGANISATION: _organisation,
}


def indicators(score):
    """The indicators' lines with titles, definitions and what they reach, in words."""
    return [
        line
        | {
            "title": records.title_of(line["indicator"]),
            "definition": records.INDICATORS[line["indicator"]].definition,
            "n": line["met"] + line["missed"],
            "reach": reach(line),
        }
        for line in score.lines[Component.RESULTS]["indicators"]
    ]


def reach(line):
    """What an indicator reaches, in words, with the neutral records that it was filled up with."""
    if not line.get("counts", True):
        return _("Fewer than %(minimum)s records: it did not count.") % line
    shown = line | {"share": line.get("share_now", line["share"])}
    words = _(
        "No points up to %(floor)s %%, all from %(cap)s %%: %(reached)s out of 100 reached, with a "
        "share of %(share)s in the results."
    )
    if not line.get("added"):
        return words % shown
    added = _(
        "Filled up to %(filled_to)s records with %(added)s of the middle value (%(neutral)s %%): "
        "%(filled_rate)s %%. "
    )
    return added % shown + words % shown


def gates(score):
    shown = []
    for line in score.lines["gates"]:
        one = line | {"title": Gate(line["gate"]).label, "is_days": "needed" in line}
        one["is_months"] = line["gate"] == Gate.STAY_MONTHS
        if one["is_days"]:
            one["needed"] = ceil(Decimal(line["needed"]))
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
