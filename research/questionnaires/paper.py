"""Questionnaires on paper: numbers, boxes, and skip instructions in words.

`sheet` turns a definition into lines for templates/research/slips/_paper.html. Question numbers are
the same as on the pages of `drawing`.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from research.questionnaires.answers import index
from research.questionnaires.drawing import MOST_STEPS, is_asked, plain, questions_of, scale, spoken
from research.questionnaires.evaluation import evaluate, truth
from research.questionnaires.grammar import asked

COPIES = 3  # of the questions of a repeat; one for a nested repeat
MOST_LISTED = 40  # choices; a longer list is not printed


@dataclass
class Box:
    label: str
    then: str = ""  # where to go on if it is ticked


@dataclass
class Line:
    """`kind` is heading, row (of a repeat), note, or the kind of answer."""

    kind: str
    label: str
    hint: str = ""
    number: int | None = None
    boxes: list[Box] = field(default_factory=list)
    when: str = ""
    depth: int = 0
    unit: str = ""


def sheet(definition, *, language="", today):
    """The lines in their order."""
    return _Paper(definition, spoken(definition, language), today).lines()


class _Paper:
    def __init__(self, definition, language, today: str):
        self.definition, self.language, self.today = definition, language, today
        self.items = index(definition)
        self.asked = questions_of(definition)
        self.numbers = {one["path"]: at for at, one in enumerate(self.asked, start=1)}
        self.jumps, self.told = {}, set()
        for item in self.asked:
            if item["type"] == "select_one":
                self._jump(item)

    def lines(self):
        return list(self._lines(self.definition["items"], 0))

    def _lines(self, items, depth, *, is_inside=False):
        for item in items:
            if item["kind"] == "question":
                line = self._question(item)
                if line:
                    line.depth = depth
                    yield line
                continue
            label = self._said(item, "label") or item["name"]
            yield Line("heading", label, when=self._when(item), depth=depth)
            if item["kind"] == "group":
                yield from self._lines(item["items"], depth + 1, is_inside=is_inside)
                continue
            for number in range(1, (1 if is_inside else COPIES) + 1):
                yield Line("row", _("No. %(n)s") % {"n": number}, depth=depth)
                yield from self._lines(item["items"], depth + 1, is_inside=True)
            yield Line("note", _("For more of them, use another copy of this part."), depth=depth)

    def _question(self, item):
        label, hint = self._said(item, "label"), self._said(item, "hint")
        label, hint = (label, hint) if label else (hint, "")
        if item["type"] == "note":
            return Line("note", label, hint, when=self._when(item))
        if not is_asked(item):
            return None
        line = Line(_kind(item), label, hint, self.numbers[item["path"]], when=self._when(item))
        if item["type"] == "range":
            start, end, step = item["range"]
            if abs(end - start) / step < MOST_STEPS:
                line.kind, line.boxes = "scale", [Box(one) for one in scale(item)]
                return line
            numbers = {"start": plain(start), "end": plain(end), "step": plain(step)}
            line.unit = _("From %(start)s to %(end)s in steps of %(step)s.") % numbers
        elif "list" in item:
            self._list(item, line)
        return line

    def _list(self, item, line):
        choices = self.definition["lists"][item["list"]]
        if len(choices) > MOST_LISTED:
            line.kind = "text"
            return
        jumps = self.jumps.get(item["path"], {})
        line.boxes = [
            Box(self._text(one["label"]) or one["name"], jumps.get(one["name"], ""))
            for one in choices
        ]

    # --- What is skipped --------------------------------------------------------------------------

    def _jump(self, item):
        """Record where each choice leads. Questions skipped only by such jumps need no condition in
        words."""
        at = self.numbers[item["path"]]
        following = self.asked[at:]
        skipped, shut = {}, {}
        for choice in self.definition["lists"][item["list"]]:
            name = choice["name"]
            over = []
            for one in following:
                trees = self._conditions(one, item)
                if not trees or not self._is_shut(trees, item, name):
                    break
                over.append(one["path"])
            skipped[name] = set(over)
            shut[name] = {
                one["path"]
                for one in following
                if (trees := self._conditions(one, item)) and self._is_shut(trees, item, name)
            }
            if over:
                self.jumps.setdefault(item["path"], {})[name] = self._onward(following, len(over))
        for one in following:
            trees = self._conditions(one, item)
            without = [name for name in shut if one["path"] in shut[name]]
            if trees and without and all(one["path"] in skipped[name] for name in without):
                self.told.add(one["path"])

    def _onward(self, following, over):
        if over < len(following):
            number = self.numbers[following[over]["path"]]
            return _("go to question %(n)s") % {"n": number}
        return _("this was the last question")

    def _conditions(self, item, of):
        """Return the conditions on an item that follows `of`, if they depend only on the answer to
        `of`."""
        trees = []
        for one in self._around(item):
            if f"{of['path']}/".startswith(f"{one['path']}/"):
                continue  # encloses both
            if one["kind"] == "repeat":
                return []
            if "relevant" in one:
                trees.append(one["relevant"])
        paths = {path for tree in trees for path in asked(tree)}
        return trees if paths == {of["path"]} else []

    def _around(self, item):
        parts = item["path"].split("/")
        return [self.items["/".join(parts[: n + 1])] for n in range(len(parts))]

    def _is_shut(self, trees, of, name):
        here = _Only(of["path"], name, self.today)
        return not all(truth(evaluate(tree, here)) for tree in trees)

    # --- Conditions in words ----------------------------------------------------------------------

    def _when(self, item):
        if "relevant" not in item:
            return ""
        below = [
            one["path"] for one in self.asked if f"{one['path']}/".startswith(item["path"] + "/")
        ]
        if below and all(path in self.told for path in below):
            return ""
        said = self._words(item["relevant"])
        if said is None:
            numbers = sorted({n for path in asked(item["relevant"]) for n in self._numbers(path)})
            said = _("it depends on question %(n)s") % {"n": _(", ").join(map(str, numbers))}
            return _("(%(said)s)") % {"said": said}
        return _("(only if %(said)s)") % {"said": said}

    def _numbers(self, path):
        if path in self.numbers:
            return [self.numbers[path]]
        item = self.items[path]
        inner = item.get("calculation") or [""]
        return [n for one in asked(inner) for n in self._numbers(one)]

    def _words(self, tree):
        kind = tree[0]
        if kind in ("and", "or"):
            parts = [self._words(one) for one in tree[1:]]
            if None in parts:
                return None
            return (_(" and ") if kind == "and" else _(" or ")).join(parts)
        if kind == "call" and tree[1] == "selected":
            return self._compared("=", tree[2], tree[3])
        if kind == "call" and tree[1] == "not":
            inner = tree[2]
            if inner[0] == "call" and inner[1] == "selected":
                return self._compared("!=", inner[2], inner[3])
            return None
        if kind in _SAID and len(tree) == 3:
            return self._compared(kind, tree[1], tree[2])
        return None

    def _compared(self, sign, left, right):
        if left[0] != "ask" or right[0] not in ("text", "number") or left[1] not in self.numbers:
            return None
        item = self.items[left[1]]
        value = right[1] if right[0] == "text" else plain(right[1])
        about: dict[str, object] = {"n": self.numbers[left[1]]}
        if value == "":
            if sign not in ("=", "!="):
                return None
            empty = _("question %(n)s is not answered"), _("question %(n)s is answered")
            return empty[sign == "!="] % about
        if "list" in item:
            labels = {one["name"]: one["label"] for one in self.definition["lists"][item["list"]]}
            if value not in labels or sign not in ("=", "!="):
                return None
            about["value"] = self._text(labels[value]) or value
            if sign == "=":
                return _("in question %(n)s “%(value)s” is ticked") % about
            return _("in question %(n)s “%(value)s” is not ticked") % about
        about |= {"sign": _SAID[sign], "value": value}
        return _("the answer to question %(n)s is %(sign)s %(value)s") % about

    # --- Texts ------------------------------------------------------------------------------------

    def _said(self, item, means):
        return self._text(item.get(means, {}))

    def _text(self, words):
        parts = words.get(self.language) or next(iter(words.values()), ())
        return "".join(part if isinstance(part, str) else self._quoted(part) for part in parts)

    def _quoted(self, tree):
        numbers = [n for path in asked(tree) for n in self._numbers(path)]
        if not numbers:
            return "____"
        return _("[answer to question %(n)s]") % {"n": numbers[0]}


_SAID = {"=": "＝", "!=": "≠", "<": "＜", "<=": "≤", ">": "＞", ">=": "≥"}


def _kind(item):
    if item["type"] in ("select_one", "select_multiple"):
        return "several" if item["type"] == "select_multiple" else "one"
    if item["type"] in ("integer", "decimal", "range"):
        return "number"
    if item["type"] == "text" and "multiline" in item.get("appearance", ""):
        return "area"
    return item["type"]


class _Only:
    """A context in which only one question is answered; implements evaluation.Setting."""

    def __init__(self, path: str, value: str, today: str):
        self.path, self.value, self.today = path, value, today

    def own(self):
        return ""

    def ask(self, path, at):
        return self.value if path == self.path else ""

    def place(self, repeat):
        return 1

    def column(self, name):
        return ""

    def choice(self, path, name):
        return ""
