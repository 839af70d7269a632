"""Which questions have results, and how each answer counts. Uses no models."""

from dataclasses import dataclass, field

from research.questionnaires.answers import index, path_of

CHOICE, MANY, NUMBER, YEAR, TEXT = "choice", "many", "number", "year", "text"
KINDS = {
    "select_one": CHOICE,
    "select_multiple": MANY,
    "integer": NUMBER,
    "decimal": NUMBER,
    "range": NUMBER,
    "date": YEAR,
    "calculate": NUMBER,
    "text": TEXT,
}


@dataclass
class Question:
    path: str
    kind: str
    label: dict = field(default_factory=dict)
    # {name: label} of its choices, in the order of the form.
    choices: dict = field(default_factory=dict)
    # Whether it is inside a repeat: an answer then has several values.
    repeats: bool = False


def questions_of(definitions):
    """Return {path: Question} over all versions, given oldest first; texts are those of the
    newest."""
    found = {}
    for definition in definitions:
        items = index(definition)
        texts = _free(definition, items)
        repeats = [path for path, item in items.items() if item["kind"] == "repeat"]
        for path, item in items.items():
            kind = KINDS.get(item.get("type"))
            if item["kind"] != "question" or kind is None or path in texts and kind != TEXT:
                continue
            choices = {
                one["name"]: words(one["label"])
                for one in definition["lists"].get(item.get("list"), ())
            }
            before = found.pop(path, None)
            if before and before.kind == kind:
                choices |= {
                    name: label for name, label in before.choices.items() if name not in choices
                }
            repeated = any(path.startswith(f"{one}/") for one in repeats)
            found[path] = Question(path, kind, words(item.get("label", {})), choices, repeated)
    return found


def words(said):
    """Return {language: text} of a label, with quoted answers replaced by “…”."""
    return {
        language: "".join(part if isinstance(part, str) else "…" for part in parts)
        for language, parts in said.items()
    }


def named(said, name, languages):
    """Return the label in the first of these languages available, by language name or by a code in
    it, 中文 (zh); else in any language; else the name."""
    for wanted in languages:
        code = f"({wanted.partition('-')[0].lower()}" if wanted else None
        for language, label in said.items():
            if label and (language == wanted or code and code in language.lower()):
                return label
    return next(filter(None, said.values()), name)


def _free(definition, items):
    """Paths of free texts and of calculations from them. Their values are never stored with the
    rest of an answer."""
    found = {path for path, item in items.items() if item.get("type") == "text"}
    for path in definition["order"]:
        item = items[path]
        if "calculation" in item and _asks(item["calculation"], found):
            found.add(path)
    return found


def _asks(tree, paths):
    if not isinstance(tree, list):
        return False
    if len(tree) > 1 and tree[0] == "ask" and tree[1] in paths:
        return True
    return any(isinstance(one, str) and one in paths or _asks(one, paths) for one in tree[1:])


def split(definition, outcome):
    """Split an evaluated answer into ({path: value or [values]}, [(path, text)]): values to count,
    and free texts. Values calculated from a text are dropped."""
    items = index(definition)
    free = _free(definition, items)
    values, texts = {}, []
    for place, value in outcome.values.items():
        path = path_of(place)
        item = items[path]
        if value == "" or item["type"] == "note":
            continue
        if item["type"] == "text":
            texts.append((path, value))
        elif path not in free:
            if "[" in place:
                values.setdefault(path, []).append(value)
            else:
                values[path] = value
    return values, texts
