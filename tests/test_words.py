"""An English word with two meanings has a context for each, because the Chinese differ.

“Name” was a column (姓名) and a button (确定), and the button read 姓名. A msgid of one or two
words without a context must therefore be of one kind and in one app, or listed in SHARED with a
reason.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.each_run

APPS = (
    "portal",
    "outreach",
    "neighbours",
    "works",
    "research",
    "sync",
    "api",
    "pairing",
    "evaluation",
    "oversight",
)
WORDS = {"_", "gettext", "gettext_lazy", "noop", "gettext_noop"}

# What a word names: something to do, how something stands, or what something is called.
ACT, STATE, LABEL = "act", "state", "label"

ACTS = {"Act", "Move", "Button"}
LABELS = {"Col", "between", "day_by", "day_from", "day_to", "ref", "optional_ref", "text", "phone"}


def kind_of_call(name, position):
    """The kind of a word that is a positional argument of this call."""
    if name in ACTS:
        return ACT
    if name == "choice":
        return LABEL if position == 0 else STATE
    if name in LABELS or name.lower().endswith(("field", "filter")):
        return LABEL
    return None


def kind_of_keyword(name, room):
    if name == "submit" or (name == "label" and room == "acts"):
        return ACT
    return LABEL if name in {"label", "verbose_name"} else None


def kinds_in_python(source, room):
    """(word, kind) of the words without a context in a module of this room."""
    stack = [(ast.parse(source), "")]
    while stack:
        node, kind = stack.pop()
        if isinstance(node, ast.ClassDef):
            bases = " ".join(ast.unparse(base) for base in node.bases)
            kind = STATE if "Choices" in bases or "Enum" in bases else ""
        elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
            kind = ""
        elif isinstance(node, ast.Assign) and room in {"filters", "models"}:
            kind = STATE if ast.unparse(node.targets[0]).isupper() else kind
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            name = node.func.attr if isinstance(node.func, ast.Attribute) else name
            first = node.args[0] if node.args else None
            if name in WORDS and isinstance(first, ast.Constant):
                yield first.value, kind
                continue
            for position, argument in enumerate(node.args):
                stack.append((argument, kind_of_call(name, position) or kind))
            for keyword in node.keywords:
                stack.append((keyword.value, kind_of_keyword(keyword.arg, room) or ""))
            continue
        stack += [(child, kind) for child in ast.iter_child_nodes(node)]


TRANSLATED = re.compile(r"""{% translate (["'])([^"']*)\1(?! context)""")
HEADINGS = ("<th", "<dt", "<h1", "<h2", "<h3", "<label", "<legend", "<caption")


def kinds_in_template(source):
    for match in TRANSLATED.finditer(source):
        tag = source[source.rfind("<", 0, match.start()) : match.start()]
        if tag.startswith(("<button", '<a class="button')):
            yield match[2], ACT
        elif tag.startswith(HEADINGS) or tag.endswith('data-label="'):
            yield match[2], LABEL


def uses():
    """Return {word: {(kind, app): {files}}} of words short enough to be ambiguous."""
    base, found = Path(settings.BASE_DIR), defaultdict(lambda: defaultdict(set))
    for app in APPS:
        for path in (base / app).rglob("*.py"):
            room = path.relative_to(base / app).parts[0].removesuffix(".py")
            if room != "migrations":
                for word, kind in kinds_in_python(path.read_text(), room):
                    found[word][kind, app].add(str(path.relative_to(base)))
    for path in (base / "templates").rglob("*.html"):
        where = path.relative_to(base)
        for word, kind in kinds_in_template(path.read_text()):
            app = where.parts[1] if where.parts[1] in APPS else "portal"
            found[word][kind, app].add(str(where))
    return {
        word: {at: files for at, files in places.items() if at[0]}
        for word, places in found.items()
        if len(word.split()) <= 2 and word.strip(": ")
    }


# Lower-case words with the same meaning in all their places, grouped by the reason.
SHARED = {
    "a verb on a button, done to whatever the page is about": (
        "add, back, cancel, change, clear, correct, discard, enter, go on, keep, keep it, "
        "look again, nominate, note it, note progress, print it, save, show, step aside, void it"
    ),
    "the heading of the page or part that its button opens": (
        "change password, changes since, confirm, coverage, festival visits, joint activities, "
        "my pairings, reorganise, reply, search, sign in, sign out, stay reports, tokens"
    ),
    "the heading of the column that holds its button, or of what the button enters": (
        "answer, end, print, record, unlock"
    ),
    "where, when, who and how much of any record": (
        "account, address, area, attempts, cadres, date, day, deadline, document, "
        "document number, done on, entered, from, "
        "held on, host organ, how many, kept by, last day, meals, month, name, number, "
        "organ, organ alone, period, place, post, published on, roles today, source, to, "
        "size, to whom, unit, until, visits, when, working days, year"
    ),
    "what any record is about and what became of it": (
        "decided on, decision, expertise wanted, facts, files, gender, group, keyword, kind, "
        "knows about, merged into, need, nominations, note, objections, photos, please check, "
        "problem, proposal, reason, second best, seed, state, steps, theme, urgency, "
        "what happened, why"
    ),
    "a state, and the heading over those in it or over the day of it": (
        "all, appraised, arranged, closed, done, dropped, final, nominated, not confirmed, "
        "not there, outstanding, published, qualified, not qualified, received, running, "
        "taken over, undone, visited, written off"
    ),
    "one of the answers to a question, and the heading over that answer": (
        "ballots, basically satisfied, by phone, in person, in writing, not satisfied, satisfied"
    ),
    "a noun that is one of several to choose from, and a field or part of its own": (
        "cadre, contact point, division, festival visit, hard, honour, new name, official order, "
        "party branch, party organisation, progress, public notice, sample call-back, sending organ"
    ),
    "what is printed at a count, and read at the villager's door": (
        "before whom, given out, observers, sheets compared, slips"
    ),
    "a state that records of several apps have alike": (
        "draft, drafts, ending soon, given up, nobody yet, nomination withdrawn, overdue, "
        "plan changed, taken back, under way, withdraw"
    ),
    "a choice that several lists have alike": (
        "enterprise, grassroots unit, host, housing (住房困难), other, party building"
    ),
}


def test_no_short_word_stands_for_two_things_without_a_context():
    allowed = {word for words in SHARED.values() for word in words.split(", ")}
    twice = {word: places for word, places in uses().items() if len(places) > 1}

    wrong = {word: places for word, places in twice.items() if word.lower() not in allowed}
    assert not wrong, "\n".join(
        f"{word}: " + ", ".join(f"{kind} in {sorted(files)[0]}" for (kind, _a), files in at.items())
        for word, at in sorted(wrong.items())
    )
    assert allowed - {word.lower() for word in twice} == set(), "no longer in two places"


def test_words_are_marked_by_names_that_the_catalogue_collects():
    """A word marked by another name (`gettext as said`) would silently stay English."""
    other = re.compile(r"\bn?gettext(?:_lazy|_noop)? as (?!(?:_|noop)\b)\w+")
    wrong = {
        str(path.relative_to(settings.BASE_DIR)): found
        for room in APPS
        for path in sorted((settings.BASE_DIR / room).rglob("*.py"))
        if (found := other.findall(path.read_text()))
    }
    assert not wrong


def test_the_kind_of_a_word_follows_from_where_it_stands():
    assert set(kinds_in_python('Act("x", _("Go"), submit=_("Name"))', "acts")) == {
        ("Go", ACT),
        ("Name", ACT),
    }
    assert list(kinds_in_python('Col(_("Name"), "name")', "listings")) == [("Name", LABEL)]
    assert list(kinds_in_python('TABS = {"a": _("Decided")}', "filters")) == [("Decided", STATE)]
    assert list(kinds_in_python('Act("x", pgettext_lazy("act", "Name"))', "acts")) == []
    page = '<th>{% translate "Name" %}</th><button>{% translate "Send" %}</button>'
    page += '<dt>{% translate "Name" context "act" %}</dt>'
    assert list(kinds_in_template(page)) == [("Name", LABEL), ("Send", ACT)]
