"""Display a questionnaire page by page and read the answers; uses no request and no model.

    step = begin(definition, today="2026-11-30", language="zh-hans")
    step = proceed(definition, request.POST, today="2026-11-30")
    if step.is_finished:
        keep(step.answers)          # nested, relevant questions only: {"home": {"rooms": "3"}}
    else:
        step.page                   # rendered by templates/research/_questionnaire.html

`proceed` trusts nothing: it reads the fields of the posted page, adds them to the answers that the
form carries along (`carried`), and follows the button: next, back, another row of a repeat, another
language. On an error the page and everything typed are kept. Neither session nor script is needed.
`step.typed` holds everything typed so far; saved as a draft, it resumes with `begin(…,
answers=typed)`. `whole=True` puts the whole form on one page: for small forms with a script that
shows and hides questions at once (static/js/questionnaire-page.js).

The caller's form adds its own fields (its code, the CSRF token). It must not use the names `page`,
`carried`, `language`, `scripted` and `go`, nor names that begin with `a:`.
"""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from research.questionnaires.answers import MOST_REPETITIONS, WRONG, Outcome, index, path_of, walk
from research.questionnaires.evaluation import names
from research.questionnaires.grammar import asked

PREFIX = "a:"
PER_PAGE = 7  # questions, unless a group says “field-list”
WHOLE_UP_TO = 60  # questions; up to this many, a phone shows all on one page
MOST_ON_PAGE = 100  # fields of a repeat; above this, each row has its own page
MOST_ROWS = 1_000  # of all repeats together
MOST_CARRIED = 2**23
MOST_ON_WHOLE = 300  # fields; above this, a form with `whole` is split into pages after all
LIST_FROM = 12  # more choices than this become a drop-down list
MOST_STEPS = 11  # ranges of up to this many values are shown side by side
UNANSWERED = ("note", "calculate")


@dataclass
class Choice:
    name: str
    label: str
    is_chosen: bool = False


@dataclass
class Question:
    """One question as displayed. `control` is text, area, number, date, one, list, several, scale,
    note or output."""

    kind = "question"
    place: str  # members[2]/name
    control: str
    label: str
    hint: str
    number: int | None = None
    value: str = ""
    choices: list[Choice] = field(default_factory=list)
    error: str = ""
    is_required: bool = False
    is_fixed: bool = False
    is_shown: bool = True
    is_focused: bool = False
    inputmode: str = ""

    @property
    def name(self):
        return f"{PREFIX}{self.place}"

    @property
    def is_ask(self):
        return self.control not in ("note", "output")

    @property
    def has_legend(self):
        return self.control in ("one", "several", "scale")

    @property
    def describedby(self):
        parts = [f"{self.name}-error"] if self.error else []
        return " ".join([*parts, *([f"{self.name}-hint"] if self.hint else [])])


@dataclass
class Group:
    kind = "group"
    place: str
    label: str
    blocks: list
    is_shown: bool = True


@dataclass
class Row:
    number: int
    place: str
    blocks: list
    may_go: bool
    is_shown: bool = True


@dataclass
class Repeat:
    """A repeat as displayed. `rows` is empty if each row has its own pages; `size` is the number of
    rows."""

    kind = "repeat"
    place: str
    label: str
    rows: list[Row]
    size: int
    may_grow: bool
    is_shown: bool = True


@dataclass
class Error:
    place: str
    number: int | None
    label: str
    said: str

    @property
    def name(self):
        return f"{PREFIX}{self.place}"


@dataclass
class Page:
    key: str
    number: int
    of: int
    headings: list[str]
    blocks: list
    errors: list[Error]
    is_last: bool
    # The answers made new questions relevant that the page did not show before.
    has_more: bool
    language: str
    languages: list[str]
    carried: str

    @property
    def is_first(self):
        return self.number == 1

    @property
    def words(self):
        """Messages used by the script, as JSON."""
        return json.dumps({one: words_of(one) for one in WRONG})


@dataclass
class Step:
    answers: dict
    typed: dict
    outcome: Outcome
    page: Page | None = None

    @property
    def is_finished(self):
        return self.page is None


def is_whole(definition):
    """Whether the form is short enough for one page on a phone."""
    return len(questions_of(definition)) <= WHOLE_UP_TO


def begin(definition, *, today, language="", answers=None, page="", whole=False) -> Step:
    form = _Form(definition, today, whole)
    form.typed = form.cleaned(answers)
    form.language = spoken(definition, language)
    return form.shown(page)


def proceed(definition, posted, *, today, whole=False) -> Step:
    """The next step after a page was sent; `posted` is a QueryDict."""
    form = _Form(definition, today, whole)
    form.typed = form.cleaned(unpacked(posted.get("carried", "")))
    form.language = spoken(definition, posted.get("language", ""))
    return form.proceed(posted)


def spoken(definition, wanted):
    """Return the best matching language of the form: by its name, or by a code in its name, 中文
    (zh)."""
    languages = definition["languages"]
    if wanted in languages:
        return wanted
    code = wanted.partition("-")[0].lower()
    fitting = [one for one in languages if code and f"({code}" in one.lower()]
    return fitting[0] if fitting else languages[0]


def questions_of(definition):
    """Return the items that ask something, in form order; questions in a repeat appear once."""
    return [
        item for item in index(definition).values() if item["kind"] == "question" and is_asked(item)
    ]


def is_asked(item):
    return item["type"] not in UNANSWERED and "calculation" not in item


# --- What is carried from page to page ------------------------------------------------------------


def packed(typed):
    text = json.dumps(typed, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()


def unpacked(said):
    """Undo `packed`; return {} if the value is damaged or too large."""
    try:
        opener = zlib.decompressobj()
        text = opener.decompress(base64.urlsafe_b64decode(said), MOST_CARRIED)
        return json.loads(text) if opener.eof else {}
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        return {}


# --- Pages ----------------------------------------------------------------------------------------


@dataclass
class _Sheet:
    """One page: items, each with the prefix of its place."""

    key: str
    parts: list  # (item, prefix)
    heads: list  # (item, its place, row number or 0)


class _Form:
    def __init__(self, definition, today, whole):
        self.definition, self.today, self.whole = definition, today, whole
        self.items = index(definition)
        self.numbers = {
            item["path"]: number for number, item in enumerate(questions_of(definition), start=1)
        }
        self.deciders = _deciders(definition, self.items)
        self.typed, self.language = {}, definition["languages"][0]
        self._outcome = None
        # The row that was just added: its first question has the focus.
        self.fresh = ""

    @property
    def outcome(self):
        if self._outcome is None:
            self._outcome = walk(self.definition, self.typed, today=self.today)
            self.relevant = set(self._outcome.relevant)
            # Skip errors in calculated or read-only questions, which nobody can correct.
            self.wrong = {
                place: wrong for place, wrong in self._outcome.wrong if self._is_typed(place)
            }
        return self._outcome

    def _is_typed(self, place):
        item = self.items[path_of(place)]
        return is_asked(item) and "read_only" not in item

    def changed(self):
        self._outcome = None

    # --- Where one goes ---------------------------------------------------------------------------

    def shown(self, key, *, is_tried=False, has_more=False):
        outcome = self.outcome
        sheets = self.sheets()
        place = next((at for at, one in enumerate(sheets) if one.key == key), 0)
        if not sheets:
            return self.finished()
        return Step(self.typed, self.typed, outcome, self.page(sheets, place, is_tried, has_more))

    def finished(self):
        return Step(self.kept(self.definition["items"], self.typed), self.typed, self.outcome)

    def proceed(self, posted):
        key, go = posted.get("page", ""), posted.get("go", "next")
        sheets = self.sheets()
        here = next((one for one in sheets if one.key == key), None)
        if here is None:
            return self.shown("")
        before = self.relevant
        for item, prefix in here.parts:
            self.read(item, prefix, posted)
        self.changed()
        verb, _colon, what = go.partition(":")
        if verb in ("add", "remove"):
            self.resize(verb, what)
            return self.shown(key)
        if verb == "speak":
            self.language = spoken(self.definition, what)
            return self.shown(key)
        sheets = self.sheets()
        at = next((at for at, one in enumerate(sheets) if one.key == key), -1)
        if verb == "back":
            return self.shown(sheets[max(at - 1, 0)].key if sheets else "")
        return self.on(sheets, at, before, is_scripted=bool(posted.get("scripted")))

    def on(self, sheets, at, before, *, is_scripted):
        if at >= 0:
            here = sheets[at]
            places = set(self.places(here))
            if places & self.wrong.keys():
                return self.shown(here.key, is_tried=True)
            fresh = [
                one
                for one in places & (self.relevant - before)
                if self.outcome.values.get(one) == "" and self._is_typed(one)
            ]
            if fresh and not is_scripted:
                return self.shown(here.key, has_more=True)
        if at + 1 < len(sheets):
            return self.shown(sheets[at + 1].key)
        if self.wrong:
            first = next(one for one in self.outcome.relevant if one in self.wrong)
            key = next((one.key for one in sheets if first in set(self.places(one))), "")
            return self.shown(key, is_tried=True)
        return self.finished()

    # --- Which pages there are --------------------------------------------------------------------

    def sheets(self):
        """The pages that have something to show now, in their order."""
        self.outcome  # noqa: B018, what is relevant
        found = []
        if self.whole:
            parts = [(item, "") for item in self.definition["items"] if _is_drawn(item)]
            found.append(_Sheet("all", parts, []))
            self.whole = sum(1 for _place in self.places(found[0])) <= MOST_ON_WHOLE
        if not self.whole:
            found.clear()
            self._lay_out(self.definition["items"], self.typed, "", [], found)
        return [one for one in found if any(self._shows(*part) for part in one.parts)]

    def _lay_out(self, items, record, prefix, heads, found):
        run, paths = [], set()

        def turn():
            if run:
                found.append(_Sheet(f"{prefix}{run[0]['name']}", [(i, prefix) for i in run], heads))
            run.clear()
            paths.clear()

        for item in items:
            place = f"{prefix}{item['name']}"
            if item["kind"] == "question":
                if not _is_drawn(item):
                    continue
                is_full = len(run) >= PER_PAGE or paths & self.deciders[item["path"]]
                if is_full:
                    turn()
                run.append(item)
                paths.add(item["path"])
                continue
            turn()
            given = record.get(item["name"])
            if item["kind"] == "group":
                if self._stays_together(item):
                    found.append(_Sheet(place, [(item, prefix)], heads))
                else:
                    inner = given if isinstance(given, dict) else {}
                    self._lay_out(
                        item["items"], inner, f"{place}/", [*heads, (item, place, 0)], found
                    )
                continue
            rows = self.rows(item, record)
            if self._fits_a_page(item, len(rows)):
                found.append(_Sheet(place, [(item, prefix)], heads))
                continue
            if "repeat_count" not in item:
                found.append(_Sheet(place, [(item, prefix)], heads))
            for number in range(self.size(item, prefix, rows)):
                row = rows[number] if number < len(rows) else {}
                at = f"{place}[{number + 1}]"
                self._lay_out(item["items"], row, f"{at}/", [*heads, (item, at, number + 1)], found)
        turn()

    def _shows(self, item, prefix):
        """Whether any part of the item is relevant now."""
        place = f"{prefix}{item['name']}"
        if item["kind"] == "repeat":
            return self._is_open(item, prefix)
        if place not in self.relevant:
            return False
        if item["kind"] == "question":
            return True
        return any(self._shows(one, f"{place}/") for one in item["items"] if _is_drawn(one))

    def _is_open(self, item, prefix):
        return f"{prefix}{item['name']}" in self.outcome.repeats

    def _stays_together(self, item):
        if "field-list" in item.get("appearance", ""):
            return True
        inner = list(_below(item))
        if any(one["kind"] == "repeat" for one in inner):
            return False
        questions = {one["path"] for one in inner if one["kind"] == "question" and _is_drawn(one)}
        if len(questions) > PER_PAGE:
            return False
        return not any(self.deciders[one["path"]] & questions for one in inner)

    def _fits_a_page(self, item, size):
        asked_in_row = sum(one["kind"] == "question" and _is_drawn(one) for one in _below(item))
        is_list = "field-list" in item.get("appearance", "")
        is_short = asked_in_row <= PER_PAGE or is_list
        return is_short and asked_in_row * max(size, 1) <= MOST_ON_PAGE

    def rows(self, item, record):
        given = record.get(item["name"]) if record else None
        return given if isinstance(given, list) else []

    def size(self, item, prefix, rows):
        """How many rows there are, as typed or as calculated."""
        if "repeat_count" not in item:
            return len(rows)
        return self.outcome.repeats.get(f"{prefix}{item['name']}", 0)

    def record(self, prefix):
        return _record(self.typed, prefix.rstrip("/")) or {}

    def places(self, sheet):
        """Places of the questions on a page."""
        for item, prefix in sheet.parts:
            yield from self._places(item, prefix, is_top=True)

    def _places(self, item, prefix, *, is_top=False):
        place = f"{prefix}{item['name']}"
        if item["kind"] == "question":
            if _is_drawn(item):
                yield place
        elif item["kind"] == "group":
            for one in item["items"]:
                yield from self._places(one, f"{place}/")
        else:
            rows = self.rows(item, self.record(prefix))
            if is_top and not self.whole and not self._fits_a_page(item, len(rows)):
                return
            for number in range(self.size(item, prefix, rows)):
                for one in item["items"]:
                    yield from self._places(one, f"{place}[{number + 1}]/")

    # --- Reading ----------------------------------------------------------------------------------

    def read(self, item, prefix, posted):
        """Store the posted values of an item's fields."""
        sheet = _Sheet("", [(item, prefix)], [])
        for place in self.places(sheet):
            above, _slash, name = place.rpartition("/")
            asking = self.items[path_of(place)]
            record = _record(self.typed, above, make=True)
            if record is None or not is_asked(asking):
                continue
            if "read_only" in asking:
                record.setdefault(name, self.outcome.starts.get(place, ""))
            elif asking["type"] == "select_multiple":
                record[name] = " ".join(posted.getlist(f"{PREFIX}{place}"))
            else:
                record[name] = posted.get(f"{PREFIX}{place}", "").replace("\r\n", "\n").strip()

    def resize(self, verb, what):
        """Add a row to the repeat at a place, or remove one."""
        place, _bracket, row = what.removesuffix("]").rpartition("[")
        place = what if verb == "add" else place
        item = self.items.get(path_of(place))
        if item is None or item["kind"] != "repeat" or "repeat_count" in item:
            return
        above, _slash, name = place.rpartition("/")
        record = _record(self.typed, above, make=True)
        if record is None:
            return
        rows = record.setdefault(name, [])
        if verb == "add" and len(rows) < MOST_REPETITIONS and self._count() < MOST_ROWS:
            rows.append({})
            self.fresh = f"{place}[{len(rows)}]/"
        elif verb == "remove" and row.isdigit() and 1 <= int(row) <= len(rows):
            del rows[int(row) - 1]
        self.changed()

    def _count(self):
        return _rows_in(self.typed)

    def cleaned(self, given):
        """Keep only values that answer a question of the form."""
        left = [MOST_ROWS]

        def of(items, record):
            found = {}
            for item in items:
                said = record.get(item["name"])
                if item["kind"] == "question":
                    if isinstance(said, str) and is_asked(item):
                        found[item["name"]] = said
                elif item["kind"] == "group":
                    if isinstance(said, dict):
                        found[item["name"]] = of(item["items"], said)
                elif isinstance(said, list):
                    rows = [one for one in said if isinstance(one, dict)][:MOST_REPETITIONS]
                    rows = rows[: max(left[0], 0)]
                    left[0] -= len(rows)
                    found[item["name"]] = [of(item["items"], one) for one in rows]
            return found

        return of(self.definition["items"], given if isinstance(given, dict) else {})

    def kept(self, items, record, prefix=""):
        """Return the answers to relevant questions and calculated values, nested like the form."""
        found = {}
        for item in items:
            place = f"{prefix}{item['name']}"
            if item["kind"] == "question":
                if said := self.outcome.values.get(place):
                    found[item["name"]] = said
            elif item["kind"] == "group":
                if place in self.relevant:
                    inner = record.get(item["name"])
                    inner = inner if isinstance(inner, dict) else {}
                    found[item["name"]] = self.kept(item["items"], inner, f"{place}/")
            else:
                rows = self.rows(item, record)
                found[item["name"]] = [
                    self.kept(
                        item["items"],
                        rows[number] if number < len(rows) else {},
                        f"{place}[{number + 1}]/",
                    )
                    for number in range(self.size(item, prefix, rows))
                    if f"{place}[{number + 1}]" in self.relevant
                ]
        return {name: said for name, said in found.items() if said not in ({}, [])}

    # --- Drawing ----------------------------------------------------------------------------------

    def page(self, sheets, at, is_tried, has_more):
        sheet = sheets[at]
        self.is_tried, self.errors = is_tried, []
        blocks = [self.block(item, prefix, is_top=True) for item, prefix in sheet.parts]
        return Page(
            key=sheet.key,
            number=at + 1,
            of=len(sheets),
            headings=[self._heading(*head) for head in sheet.heads],
            blocks=blocks,
            errors=self.errors,
            is_last=at + 1 == len(sheets),
            has_more=has_more,
            language=self.language,
            languages=self.definition["languages"],
            carried=packed(self.typed),
        )

    def _heading(self, item, place, number):
        label = self.said(item, place, "label") or item["name"]
        if not number:
            return label
        return _("%(label)s, no. %(n)s") % {"label": label, "n": number}

    def block(self, item, prefix, *, is_top=False):
        place = f"{prefix}{item['name']}"
        if item["kind"] == "question":
            return self.question(item, place)
        label = self.said(item, place, "label")
        if item["kind"] == "group":
            blocks = [self.block(one, f"{place}/") for one in item["items"] if _is_drawn(one)]
            return Group(place, label, blocks, self._shows(item, prefix))
        given = self.rows(item, self.record(prefix))
        size = self.size(item, prefix, given)
        is_apart = is_top and not self.whole and not self._fits_a_page(item, len(given))
        rows = []
        for number in () if is_apart else range(1, size + 1):
            at = f"{place}[{number}]"
            blocks = [self.block(one, f"{at}/") for one in item["items"] if _is_drawn(one)]
            rows.append(Row(number, at, blocks, "repeat_count" not in item, at in self.relevant))
        may_grow = "repeat_count" not in item and size < MOST_REPETITIONS
        shown = self._is_open(item, prefix)
        return Repeat(place, label or item["name"], rows, size, may_grow, shown)

    def question(self, item, place):
        found = Question(
            place=place,
            control=_control(item, self.definition),
            label=self.said(item, place, "label"),
            hint=self.said(item, place, "hint"),
            number=self.numbers.get(item["path"]),
            is_required=item.get("required") == ["call", "true"],
            is_fixed="read_only" in item,
            is_shown=place in self.relevant,
            inputmode={"integer": "numeric", "decimal": "decimal"}.get(item["type"], ""),
        )
        if not found.label and found.hint:
            found.label, found.hint = found.hint, ""
        found.value = self._value(item, place)
        if found.control in ("one", "several", "list", "scale"):
            found.choices = self._choices(item, place, found.value)
        if item["type"] == "range" and found.control == "number":
            start, end, step = (plain(one) for one in item["range"])
            said = _("From %(start)s to %(end)s in steps of %(step)s.")
            said %= {"start": start, "end": end, "step": step}
            found.hint = f"{found.hint} {said}".strip()
        if self.fresh and place.startswith(self.fresh) and found.is_ask and found.is_shown:
            found.is_focused, self.fresh = True, ""
        if self.is_tried and place in self.wrong and found.is_shown:
            found.error = self.message(item, place, self.wrong[place])
            found.is_focused = not self.errors
            self.errors.append(Error(place, found.number, found.label, found.error))
        return found

    def _value(self, item, place):
        if not is_asked(item):
            return self.outcome.values.get(place, "")
        above, _slash, name = place.rpartition("/")
        typed = (_record(self.typed, above) or {}).get(name)
        # A question that was never on a page starts with its default.
        return self.outcome.starts.get(place, "") if typed is None else typed

    def _choices(self, item, place, value):
        if item["type"] == "range":
            offered = [(one, one) for one in scale(item)]
        else:
            said = self.outcome.texts.get(place, {}).get("choices", {})
            allowed = self.outcome.offered.get(place)
            chosen = set(names(value))
            offered = [
                (one["name"], self._pick(said.get(one["name"]) or _joined(one["label"])))
                for one in self.definition["lists"][item["list"]]
                if allowed is None or one["name"] in allowed or one["name"] in chosen
            ]
        chosen = names(value) if item["type"] == "select_multiple" else [value]
        return [Choice(name, label, name in chosen) for name, label in offered]

    def said(self, item, place, means):
        texts = self.outcome.texts.get(place, {}).get(means)
        return self._pick(texts or _joined(item.get(means, {})))

    def _pick(self, texts):
        """Return the text in the language of the page, else the first non-empty one."""
        return texts.get(self.language) or next((one for one in texts.values() if one), "")

    def message(self, item, place, wrong):
        own = {"constraint": "constraint_message", "required": "required_message"}.get(wrong)
        return (own and self.said(item, place, own)) or words_of(wrong)


def words_of(wrong):
    """Return the error message for the respondent."""
    return {
        "required": _("Please answer this question."),
        "constraint": _("This answer is not possible here. Please check it."),
        "type": _("Please enter a number, or a day that exists."),
        "range": _("This is outside of what can be answered."),
        "choice": _("This choice is no longer offered. Please choose again."),
        "long": _("The answer is too long. Please shorten it."),
    }[wrong]


def _control(item, definition):
    if item["type"] == "note":
        return "note"
    if not is_asked(item):
        return "output"
    look = item.get("appearance", "")
    if item["type"] == "select_multiple":
        return "several"
    if item["type"] == "select_one":
        is_long = len(definition["lists"][item["list"]]) > LIST_FROM
        return "list" if is_long or "minimal" in look or "autocomplete" in look else "one"
    if item["type"] == "range":
        start, end, step = item["range"]
        return "scale" if abs(end - start) / step < MOST_STEPS else "number"
    if item["type"] in ("integer", "decimal"):
        return "number"
    if item["type"] == "date":
        return "date"
    return "area" if "multiline" in look else "text"


def _is_drawn(item):
    """Whether the item is displayed; calculations without a label are not."""
    if item["kind"] != "question" or item["type"] == "note":
        return True
    return is_asked(item) or item["type"] != "calculate" and bool(item.get("label"))


def _joined(words):
    """Return labels with quoted answers left out, since they are unknown."""
    return {
        language: "".join(part for part in parts if isinstance(part, str))
        for language, parts in words.items()
    }


def scale(item):
    """Return the values of a range as text."""
    start, end, step = item["range"]
    number, sign = int(abs(end - start) / step + 1e-9), 1 if end > start else -1
    return [plain(start + step * sign * at) for at in range(number + 1)]


def plain(value):
    """Return a number as people write it: up to ten decimals, no exponent."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def _record(record, place, *, make=False):
    """Return the answers of a group or row, or None if there are none. With `make` missing ones are
    created, up to MOST_REPETITIONS rows."""
    for part in place.split("/") if place else ():
        name, bracket, number = part.partition("[")
        if not bracket:
            if not isinstance(record.get(name), dict):
                if not make:
                    return None
                record[name] = {}
            record = record[name]
            continue
        rows, at = record.get(name), int(number.removesuffix("]")) - 1
        if not isinstance(rows, list):
            if not make:
                return None
            rows = record[name] = []
        if make and at < MOST_REPETITIONS:
            rows.extend({} for _missing in range(at + 1 - len(rows)))
        if at >= len(rows):
            return None
        record = rows[at]
    return record


def _rows_in(record):
    return sum(
        len(said) + sum(map(_rows_in, said)) if isinstance(said, list) else _rows_in(said)
        for said in record.values()
        if isinstance(said, (list, dict))
    )


def _below(item):
    open_items = list(reversed(item.get("items", ())))
    while open_items:
        one = open_items.pop()
        yield one
        open_items += reversed(one.get("items", ()))


def _deciders(definition, items):
    """Return {path: questions that decide what it shows}, following calculations."""
    through, found = {}, {}
    for path in definition["order"]:
        item = items[path]
        if "calculation" in item:
            through[path] = _questions(item["calculation"], through)
    for path, item in items.items():
        trees = [item[means] for means in ("relevant", "choice_filter", "default") if means in item]
        trees += [
            part
            for means in ("label", "hint")
            for parts in item.get(means, {}).values()
            for part in parts
            if not isinstance(part, str)
        ]
        found[path] = {one for tree in trees for one in _questions(tree, through)} - {path}
    return found


def _questions(tree, through):
    return {one for path in asked(tree) for one in through.get(path, {path})}
