"""How long a questionnaire takes, and how two of its versions differ."""

from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from research.questionnaires.answers import index
from research.questionnaires.drawing import questions_of


def minutes(definition, *, seconds, text_seconds, rows):
    """Return the estimated minutes, rounded up. A question in a repeat counts `rows` times."""
    items, total = index(definition), 0
    for item in questions_of(definition):
        parts = item["path"].split("/")
        around = ("/".join(parts[: n + 1]) for n in range(len(parts)))
        repeated = sum(items[path]["kind"] == "repeat" for path in around)
        total += (text_seconds if item["type"] == "text" else seconds) * rows**repeated
    return ceil(total / 60)


@dataclass(frozen=True)
class Difference:
    kind: str  # new, gone, changed, moved
    number: int | None  # the current or former number
    label: str
    # Changed parts: label, hint, type, choices, condition, check, required, default.
    parts: tuple[str, ...] = ()

    @property
    def said(self):
        return {
            "new": _("New"),
            "gone": pgettext("questionnaires", "Left out"),
            "changed": pgettext("questionnaires", "Changed"),
            "moved": _("Moved"),
        }[self.kind]

    @property
    def parts_said(self):
        words = {
            "label": _("text"),
            "hint": _("hint"),
            "type": _("type"),
            "choices": _("choices"),
            "condition": _("when it is asked"),
            "check": _("what is checked"),
            "required": _("whether it must be answered"),
            "default": _("default"),
        }
        return _(", ").join(words[one] for one in self.parts)


_PARTS = {
    "label": ("label",),
    "hint": ("hint",),
    "type": ("kind", "type", "range", "read_only", "appearance"),
    "condition": ("relevant", "repeat_count", "calculation"),
    "check": ("constraint", "constraint_message"),
    "required": ("required", "required_message"),
    "default": ("default",),
}


def differences(old, new):
    """Return the differences of the new version from the old, in the order of the new one."""
    before, after = index(old), index(new)
    numbers, former = _numbers(new), _numbers(old)
    found = []
    for path, item in after.items():
        if path not in before:
            found.append(Difference("new", numbers.get(path), _label(item, new)))
        elif parts := _changed(before[path], item, old, new):
            found.append(Difference("changed", numbers.get(path), _label(item, new), parts))
    kept_before = [path for path in before if path in after]
    kept_after = [path for path in after if path in before]
    found += [
        Difference("moved", numbers.get(path), _label(after[path], new))
        for path in _moved(kept_before, kept_after)
    ]
    found += [
        Difference("gone", former.get(path), _label(item, old))
        for path, item in before.items()
        if path not in after
    ]
    return found


def _moved(before, after):
    """Return the paths that moved relative to the others: all except a longest common
    subsequence."""
    if before == after:
        return []
    places = {path: at for at, path in enumerate(before)}
    # Longest increasing subsequence of the former positions.
    tails, last, above = [], [], {}
    for path in after:
        at = places[path]
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if tails[middle] < at else (low, middle)
        above[path] = last[low - 1] if low else None
        tails[low : low + 1], last[low : low + 1] = [at], [path]
    stayed, path = set(), last[-1] if last else None
    while path is not None:
        stayed.add(path)
        path = above[path]
    return [path for path in after if path not in stayed]


def _numbers(definition):
    return {item["path"]: n for n, item in enumerate(questions_of(definition), start=1)}


def _changed(before, after, old, new):
    parts = [
        part
        for part, means in _PARTS.items()
        if any(before.get(one) != after.get(one) for one in means)
    ]
    if _offered(before, old) != _offered(after, new):
        parts.append("choices")
    return tuple(parts)


def _offered(item, definition):
    return definition["lists"].get(item.get("list")), item.get("choice_filter")


def _label(item, definition):
    parts = next(iter(item.get("label", {}).values()), None) or [item["name"]]
    return "".join(part if isinstance(part, str) else "…" for part in parts)
