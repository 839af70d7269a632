"""The subset of XPath: Python and JavaScript checked against one table."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from research.questionnaires.answers import WRONG, walk
from research.questionnaires.grammar import FUNCTIONS, REFUSED, ExpressionProblem, asked, parse
from research.questionnaires.patterns import PatternProblem, compiled, matches
from research.questionnaires.reader import read
from tests.research.forms import TABLE, answers, expressions
from tests.research.surveys import answer_sets, household_survey

ROOT = Path(__file__).resolve().parent.parent.parent
RUN = """
const { walk } = require(process.argv[1]);
const { definition, sets, today } = JSON.parse(require("fs").readFileSync(0));
process.stdout.write(JSON.stringify(sets.map((answers) => walk(definition, answers, today))));
"""


def in_javascript(definition, sets, *, today):
    """Run static/js/questionnaire.js on sets of answers in Node."""
    beside = Path(sys.executable).parent  # an environment may contain a Node of its own
    node = shutil.which("node", path=f"{os.environ['PATH']}:{beside}")
    run = subprocess.run(
        [node, "-e", RUN, str(ROOT / "static" / "js" / "questionnaire.js")],
        input=json.dumps({"definition": definition, "sets": sets, "today": today}),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def as_json(outcome):
    return json.loads(json.dumps(asdict(outcome)))


def parsed(text, columns=None):
    return parse(text, lambda name, whole=False: name, [("rows", True)], columns)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    form = read(expressions(tmp_path_factory.mktemp("forms") / "table.xlsx"))
    assert form.problems == []
    return form.definition


def results(values):
    return [values[f"r{number}"] for number in range(len(TABLE["cases"]))]


def test_each_case_of_the_table_gives_its_value(table):
    found = results(walk(table, answers(), today=TABLE["today"]).values)

    wrong = [
        (c[0], c[1], said) for c, said in zip(TABLE["cases"], found, strict=True) if c[1] != said
    ]
    assert wrong == []


def test_javascript_gives_the_same_values(table):
    [outcome] = in_javascript(table, [answers()], today=TABLE["today"])

    found = results(outcome["values"])
    wrong = [
        (c[0], c[1], said) for c, said in zip(TABLE["cases"], found, strict=True) if c[1] != said
    ]
    assert wrong == []


def test_python_and_javascript_agree_on_answers_of_all_kinds(tmp_path):
    definition = read(household_survey(tmp_path / "survey.xlsx")).definition
    sets = answer_sets(400, seed=3)
    # Input that a hostile phone may send.
    sets += [
        None,
        [],
        "x",
        {"members": {"name": "a"}},
        {"home": [], "members": [1, None, {"name": 3}]},
    ]
    sets += [{"age": "４０", "needs": "none none", "members": [{}] * 300, "last": "x" * 6000}]

    ours = [as_json(walk(definition, one, today="2026-03-01")) for one in sets]

    assert in_javascript(definition, sets, today="2026-03-01") == ours
    said = {wrong for one in ours for _place, wrong in one["wrong"]}
    assert {"required", "constraint", "type", "choice"} <= said <= set(WRONG)


def test_each_function_stands_in_the_table():
    said = " ".join(case[0] for case in TABLE["cases"])

    assert [name for name in FUNCTIONS if f"{name}(" not in said and name != "position"] == []


def test_each_difference_to_the_oracle_has_its_reason():
    given = {case[3] for case in TABLE["cases"] if len(case) > 2}

    assert given == set(TABLE["why"])


@pytest.mark.parametrize("name", REFUSED)
def test_a_function_that_is_refused_says_why(name):
    with pytest.raises(ExpressionProblem, match=str(REFUSED[name])[:20]):
        parsed(f"{name}()")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 +", "ends too early"),
        ("(1", "missing"),
        ("1 2", "not expected"),
        ("'a", "quotation mark"),
        ("a", "alone means nothing"),
        ("../a = 1", "Paths"),
        ("${a}/b", "Paths"),
        ("${a}[1]", "Paths"),
        ("frob(1)", "no function frob"),
        ("if(1, 2)", "not the right number"),
        ("regex(${a}, ${b})", "in quotes"),
        ("regex(${a}, '(')", "not closed"),
        ("regex(${a}, '(?=x)')", "looking ahead"),
        ("count(1)", "takes a question"),
        ("format-date(${a}, '%H')", "format-date"),
        ("position(../..)", "in no repeat"),
        ("#", "cannot be read"),
        ("(" * 100 + "1" + ")" * 100, "too deeply"),
        ("1" + " + 1" * 100, "too long"),
        ("1" * 5000, "longer than"),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong(text, says):
    with pytest.raises(ExpressionProblem, match=says):
        parsed(text)


def test_signs_that_a_keyboard_put_there_are_taken_as_meant():
    assert parsed("${a} ＝ ‘x’") == ["=", ["ask", "a"], ["text", "x"]]
    assert parsed("selected（${a}， 'x（'）") == ["call", "selected", ["ask", "a"], ["text", "x（"]]


def test_a_bare_name_is_a_column_in_a_choice_filter_alone():
    assert parsed("area = ${a}", {"area"}) == ["=", ["column", "area"], ["ask", "a"]]
    with pytest.raises(ExpressionProblem, match="no column"):
        parsed("town = ${a}", {"area"})


def test_what_an_expression_depends_on():
    tree = parsed("if(${a} > 1, concat(${b}, 'x'), regex(${c}, 'd')) or selected(${d}, 'e')")

    assert set(asked(tree)) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    "pattern", ["(a*)*b", "(a|a)*b", "(a|aa)+$b", "(.*){1,20}b", "([a-z]+)*1", "(a?){50}a{50}b"]
)
def test_no_pattern_takes_long(pattern):
    start = time.process_time()

    assert not matches(compiled(pattern), "a" * 900)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "pattern", ["a{1000}", "(a{100}){100}", "((a{9}){9}){9}", "(" * 60 + ")" * 60]
)
def test_a_pattern_that_would_grow_is_refused(pattern):
    with pytest.raises(PatternProblem):
        compiled(pattern)


def test_a_text_beyond_the_limit_never_matches():
    assert matches(compiled("a*"), "a" * 1_000)
    assert not matches(compiled("a*"), "a" * 1_001)


@pytest.mark.parametrize(
    "pattern", ["a)", "[a", "[z-a]", "a{2,1}", "*a", "\\", "\\q", "\\u12", "a{x}"]
)
def test_a_pattern_that_cannot_be_read_is_refused(pattern):
    with pytest.raises(PatternProblem):
        compiled(pattern)
