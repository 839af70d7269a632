"""Evaluate a definition for a set of answers: what is asked, what is wrong, what is calculated.

Answers are nested like the form: {"age": "40", "home": {"rooms": "3"}, "members": [{…}, {…}]}. A
place is written "members[2]/name", counted from 1. The definition's order puts each item after
everything it depends on, so a single pass is enough for dependency chains of any length.
"""

import math
import re
from dataclasses import dataclass, field

from research.questionnaires.evaluation import (
    BLANKS,
    days_of,
    evaluate,
    names,
    number,
    text,
    truth,
)

MOST_REPETITIONS = 100
LONGEST_ANSWER = 5_000
_WHOLE = re.compile(r"-?\d{1,15}", re.A)
_DECIMAL = re.compile(r"-?(?:\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})", re.A)


@dataclass
class Outcome:
    relevant: list[str] = field(default_factory=list)  # in form order
    values: dict[str, str] = field(default_factory=dict)  # of relevant questions
    # Number of repetitions of each relevant repeat, by its place without a row number.
    repeats: dict[str, int] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)  # where a choice filter applies
    starts: dict[str, str] = field(default_factory=dict)  # default values for a page
    # Labels, hints and messages that quote answers: {place: {"label": {language: text}}}; those of
    # choices as {place: {"choices": {name: {language: text}}}}.
    texts: dict[str, dict] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)  # place, what is wrong (WRONG)


WORDS = ("label", "hint", "constraint_message", "required_message")
# required: missing; constraint: fails the form's constraint; type: not a number or date; range: out
# of range; choice: not among the choices offered; long: too many characters.
WRONG = ("required", "constraint", "type", "range", "choice", "long")


def walk(definition, answers, *, today) -> Outcome:
    """Evaluate the answers. `today` is the day of the answer, as 2026-03-01."""
    return _Walk(definition, answers, today).outcome()


def index(definition):
    """{path: item}, of all items in the order of the form."""
    found, open_items = {}, list(reversed(definition["items"]))
    while open_items:
        item = open_items.pop()
        found[item["path"]] = item
        open_items += reversed(item.get("items", ()))
    return found


def path_of(place):
    """Return the path of the item at a place: members[2]/name → members/name."""
    if "[" not in place:
        return place
    return "/".join(part.partition("[")[0] for part in place.split("/"))


class _Walk:
    def __init__(self, definition, answers, today):
        self.definition, self.today = definition, today
        self.items = index(definition)
        self.repeats = {
            path: _repeats_of(path, self.items) for path in self.items
        }  # {path: paths of the repeats that enclose it, itself included}
        # Keyed by (path, repetitions): row counts of repeats, relevance, values.
        self.sizes, self.is_relevant, self.values = {}, {}, {}
        self.answers = {}
        self._gather(definition["items"], answers if isinstance(answers, dict) else {}, ())

    def _gather(self, items, answers, at):
        """Collect answers by (path, repetitions), dropping anything that is not in the form."""
        for item in items:
            given = answers.get(item["name"])
            if item["kind"] == "question":
                self.answers[item["path"], at] = given if isinstance(given, str) else ""
            elif item["kind"] == "group":
                self._gather(item["items"], given if isinstance(given, dict) else {}, at)
            else:
                rows = (
                    [row for row in given if isinstance(row, dict)]
                    if isinstance(given, list)
                    else []
                )
                rows = rows[:MOST_REPETITIONS]
                self.sizes[item["path"], at] = len(rows)
                for place, row in enumerate(rows):
                    self._gather(item["items"], row, (*at, place))

    def outcome(self):
        for path in self.definition["order"]:
            item = self.items[path]
            around = self.repeats[path]
            if item["kind"] == "repeat":
                around = around[:-1]
            for at in self._places(around):
                self._settle(item, at)
        found = Outcome()
        self._collect(self.definition["items"], (), found)
        return found

    def _places(self, repeats, fixed=()):
        """Return all repetitions of nested repeats, with the outer ones fixed."""
        places = [tuple(fixed)]
        for repeat in repeats[len(fixed) :]:
            places = [
                (*at, place) for at in places for place in range(self.sizes.get((repeat, at), 0))
            ]
        return places

    def _settle(self, item, at):
        path = item["path"]
        above = path.rpartition("/")[0]
        is_relevant = not above or self.is_relevant[above, at]
        here = _Here(self, path, at)
        if is_relevant and "relevant" in item:
            is_relevant = truth(evaluate(item["relevant"], here))
        if item["kind"] == "repeat":
            if "repeat_count" in item:
                asked = number(evaluate(item["repeat_count"], here))
                size = int(min(max(asked, 0), MOST_REPETITIONS)) if not math.isnan(asked) else 0
                self.sizes[path, at] = size
            for place in range(self.sizes.get((path, at), 0)):
                self.is_relevant[path, (*at, place)] = is_relevant
        self.is_relevant[path, at] = is_relevant
        if item["kind"] == "question":
            self.values[path, at] = self._value(item, at, here) if is_relevant else ""

    def _value(self, item, at, here):
        if "calculation" not in item:
            return self.answers.get((item["path"], at), "").strip(BLANKS)
        found = evaluate(item["calculation"], here)
        # A calculation without a finite result stays empty.
        return "" if isinstance(found, float) and not math.isfinite(found) else text(found)

    def _collect(self, items, at, found):
        for item in items:
            path = item["path"]
            if item["kind"] == "repeat":
                if not self.is_relevant[path, at]:
                    continue
                size = self.sizes.get((path, at), 0)
                found.repeats[self._written(path, at)] = size
                for place in range(size):
                    written = self._written(path, (*at, place))
                    found.relevant.append(written)
                    self._say(item, (*at, place), written, found)
                    self._collect(item["items"], (*at, place), found)
            elif self.is_relevant[path, at]:
                written = self._written(path, at)
                found.relevant.append(written)
                self._say(item, at, written, found)
                if item["kind"] == "group":
                    self._collect(item["items"], at, found)
                else:
                    self._judge(item, at, written, found)

    def _say(self, item, at, written, found):
        """Evaluate texts that quote answers, and the default of a question."""
        here = _Here(self, item["path"], at)
        said: dict[str, dict] = {
            means: here.said(item[means]) for means in WORDS if _quotes(item.get(means, {}))
        }
        choices = {
            choice["name"]: here.said(choice["label"])
            for choice in self.definition["lists"].get(item.get("list"), ())
            if _quotes(choice["label"])
        }
        if choices:
            said["choices"] = choices
        if said:
            found.texts[written] = said
        if "default" in item:
            found.starts[written] = text(evaluate(item["default"], here))

    def _judge(self, item, at, written, found):
        value = self.values[item["path"], at]
        found.values[written] = value
        here = _Here(self, item["path"], at)
        offered = None
        if "choice_filter" in item:
            offered = found.offered[written] = here.offered(item)
        if item["type"] in ("note", "calculate"):
            return
        wrong = self._wrong(item, value, here, offered)
        if wrong:
            found.wrong.append((written, wrong))

    def _wrong(self, item, value, here, offered):
        if value == "":
            is_required = "required" in item and truth(evaluate(item["required"], here))
            return "required" if is_required else None
        if len(value) > LONGEST_ANSWER:
            return "long"
        if not fits(item["type"], value):
            return "type"
        if item["type"] == "range" and not _in_range(item, value):
            return "range"
        if "list" in item:
            if offered is None:
                offered = [one["name"] for one in self.definition["lists"][item["list"]]]
            said = names(value) if item["type"] == "select_multiple" else [value]
            if len(set(said)) < len(said) or not set(said) <= set(offered):
                return "choice"
        if "constraint" in item and not truth(evaluate(item["constraint"], here)):
            return "constraint"
        return None

    def _written(self, path, at):
        """Return a place such as members[2]/name."""
        parts, walked, places = [], "", list(at)
        for part in path.split("/"):
            walked = f"{walked}/{part}" if walked else part
            is_repeat = self.items[walked]["kind"] == "repeat"
            parts.append(f"{part}[{places.pop(0) + 1}]" if is_repeat and places else part)
        return "/".join(parts)


class _Here:
    """The context of an expression; implements evaluation.Setting."""

    def __init__(self, walk, path, at, choice=None):
        self.walk, self.path, self.at, self.row = walk, path, at, choice
        self.today = walk.today

    def own(self):
        return self.walk.values[self.path, self.at]

    def ask(self, path, at):
        walk = self.walk
        item, around = walk.items[path], walk.repeats[path]
        mine = walk.repeats[self.path][: len(self.at)]
        # Keep the repetitions shared by both items; when asking for a repeat itself, use all its
        # rows.
        theirs = around[:-1] if item["kind"] == "repeat" else around
        fixed = []
        for repeat, place in zip(mine, self.at, strict=True):
            if theirs[len(fixed) : len(fixed) + 1] != [repeat] or repeat in at:
                break
            fixed.append(place)
        if len(fixed) == len(around):
            return self._one(path, tuple(fixed))
        places = [
            place
            for place in walk._places(around, fixed)
            if all(
                at.get(repeat, number) == number
                for repeat, number in zip(around, place, strict=True)
            )
        ]
        found = [
            self._one(path, place) for place in places if walk.is_relevant.get((path, place), True)
        ]
        return text(found) if at else found

    def _one(self, path, at):
        walk = self.walk
        if walk.items[path]["kind"] == "question":
            return walk.values.get((path, at), "")
        return ""

    def place(self, repeat):
        return self.at[self.walk.repeats[self.path].index(repeat)] + 1

    def column(self, name):
        return (self.row or {}).get("columns", {}).get(name, "")

    def choice(self, path, name):
        item = self.walk.items[path]
        language = self.walk.definition["languages"][0]
        for choice in self.walk.definition["lists"].get(item.get("list"), ()):
            if choice["name"] == name:
                said = self.said(choice["label"])
                return said.get(language) or next(iter(said.values()))
        return ""

    def said(self, words):
        """Render {language: [text or tree, …]} as {language: text}."""
        return {
            language: "".join(
                part if isinstance(part, str) else str(text(evaluate(part, self))) for part in parts
            )
            for language, parts in words.items()
        }

    def offered(self, item):
        return [
            choice["name"]
            for choice in self.walk.definition["lists"][item["list"]]
            if truth(evaluate(item["choice_filter"], _Here(self.walk, self.path, self.at, choice)))
        ]


def _quotes(words):
    return any(not isinstance(part, str) for parts in words.values() for part in parts)


def _repeats_of(path, items):
    parts = path.split("/")
    above = ("/".join(parts[: length + 1]) for length in range(len(parts)))
    return [one for one in above if items[one]["kind"] == "repeat"]


def fits(kind, value):
    if kind == "integer":
        return bool(_WHOLE.fullmatch(value))
    if kind in ("decimal", "range"):
        return bool(_DECIMAL.fullmatch(value))
    return kind != "date" or (len(value) == 10 and days_of(value) is not None)


def _in_range(item, value):
    """Whether the value is within the limits and on a step."""
    start, end, step = item["range"]
    low, high, said = min(start, end), max(start, end), float(value)
    if not low <= said <= high:
        return False
    steps = (said - start) / step
    return abs(steps - math.floor(steps + 0.5)) < 1e-9
