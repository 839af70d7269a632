"""From a workbook to a definition; every refusal names sheet and cell."""

import json
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from portal.imports.files import WorkbookProblem
from research.questionnaires.answers import index, walk
from research.questionnaires.reader import read
from tests.research.forms import workbook

FORMS = Path(__file__).parent / "xlsforms"
# For each form written by others: () if it is accepted, otherwise the cells refused first.
EXPECTED = json.loads((Path(__file__).parent / "xlsforms.json").read_text())
HEADINGS = ["type", "name", "label", "relevant", "constraint", "required", "calculation", "default"]
HEADINGS += ["choice_filter", "hint", "parameters", "repeat_count"]
YES_NO = [["list_name", "name", "label"], ["yn", "y", "Yes"], ["yn", "n", "No"]]


def form(tmp_path, *rows, choices=YES_NO, headings=HEADINGS, **sheets):
    """The form of rows of the sheet “survey”; a row is a list, or a dict by heading."""
    survey = [list(headings)]
    for row in rows:
        survey.append([row.get(one) for one in headings] if isinstance(row, dict) else row)
    return read(workbook(tmp_path / "form.xlsx", survey=survey, choices=choices, **sheets))


def refused(found):
    return [(one.sheet, one.cell) for one in found.refusals]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_form_of_others_is_accepted_or_refused_with_cell_and_reason(name):
    expected = EXPECTED[name]

    found = read(FORMS / name)

    assert [f"{one.sheet}!{one.cell}" for one in found.refusals] == expected["refused"]
    assert (found.definition is None) == bool(expected["refused"])
    assert all(one.what and one.to_do for one in found.refusals)
    assert len([one for one in found.problems if not one.refuses]) == expected["told"]


def test_all_forms_of_others_are_expected():
    assert sorted(EXPECTED) == sorted(one.name for one in FORMS.glob("*.xls*"))
    assert len(EXPECTED) == 38


def test_a_form_becomes_a_definition(tmp_path):
    found = form(
        tmp_path,
        {"type": "begin_group", "name": "home", "label": "Home"},
        {
            "type": "integer",
            "name": "rooms",
            "label": "Rooms?",
            "hint": "All",
            "constraint": ". > 0",
        },
        {
            "type": "select_one yn",
            "name": "own",
            "label": "Yours?",
            "required": "yes",
            "default": "y",
        },
        {"type": "end_group"},
        {"type": "note", "name": "thanks", "label": "You have ${rooms}.", "relevant": "${own}='y'"},
        settings=[["form_title", "form_id", "version"], ["Homes", "homes", "3"]],
    )

    assert found.problems == []
    definition = found.definition
    assert (definition["title"], definition["id"], definition["version"]) == ("Homes", "homes", "3")
    items = index(definition)
    assert list(items) == ["home", "home/rooms", "home/own", "thanks"]
    assert items["home/rooms"]["constraint"] == [">", ["self"], ["number", 0]]
    assert items["home/rooms"]["hint"] == {"default": ["All"]}
    assert items["home/own"]["required"] == ["call", "true"]
    assert items["home/own"]["default"] == ["text", "y"]
    assert items["thanks"]["label"] == {"default": ["You have ", ["ask", "home/rooms"], "."]}
    assert definition["lists"]["yn"][0] == {"name": "y", "label": {"default": ["Yes"]}}
    assert json.loads(json.dumps(definition)) == definition


def test_languages_come_from_the_headings(tmp_path):
    found = form(
        tmp_path,
        ["text", "a", "Where?", "哪里？"],
        headings=["type", "name", "label::English (en)", "label::中文 (zh)"],
        choices=[["list_name", "name", "label"]],
        settings=[["default_language"], ["中文 (zh)"]],
    )

    assert found.definition["languages"] == ["中文 (zh)", "English (en)"]
    assert found.definition["items"][0]["label"] == {
        "English (en)": ["Where?"],
        "中文 (zh)": ["哪里？"],
    }


def test_or_other_adds_a_choice_and_a_question(tmp_path):
    found = form(tmp_path, ["select_one yn or_other", "own", "Yours?"])

    assert [one["name"] for one in found.definition["lists"]["yn"]] == ["y", "n", "other"]
    outcome = walk(found.definition, {"own": "other"}, today="2026-03-01")
    assert outcome.relevant == ["own", "own_other"]


def test_a_group_around_may_be_asked_for_its_place(tmp_path):
    found = form(
        tmp_path,
        ["begin_repeat", "rows", "Rows"],
        {"type": "calculate", "name": "n", "calculation": "position(..)"},
        ["end_repeat"],
    )

    outcome = walk(found.definition, {"rows": [{}, {}]}, today="2026-03-01")
    assert outcome.values == {"rows[1]/n": "1", "rows[2]/n": "2"}


# --- Bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "cell", "says"),
    [
        ([["photo", "a", "A"]], "A2", "No pictures"),
        ([["geopoint", "a", "A"]], "A2", "No positions"),
        ([["barcode", "a", "A"]], "A2", "No codes"),
        ([["deviceid", "a"]], "A2", "about the phone"),
        ([["frob", "a", "A"]], "A2", "no type “frob”"),
        ([["text", "a", "A"], ["text", "a", "B"]], "B3", "stands already in row 2"),
        ([["text", None, "A"]], "B2", "no name"),
        ([["text", "1a", "A"]], "B2", "cannot be a name"),
        ([["text", "a b", "A"]], "B2", "cannot be a name"),
        ([["text", "a"]], "C2", "neither label nor hint"),
        ([[None, "a", "A"]], "A2", "no type"),
        ([["calculate", "a"]], "G2", "calculates nothing"),
        ([["select_one gone", "a", "A"]], "A2", "no list “gone”"),
        ([["text", "a", "A", "${b} = 1"]], "D2", "no question “b”"),
        ([["text", "a", "A", "a = "]], "D2", "alone means nothing"),
        ([["text", "a", "A", None, "pulldata('x')"]], "E2", "no other files"),
        ([["text", "a", "${b}?"]], "C2", "no question “b”"),
        ([["integer", "a", "A", None, None, None, None, "many"]], "H2", "no possible answer"),
        ([["select_one yn", "a", "A", None, None, None, None, "x"]], "H2", "no possible answer"),
        ([["begin_group", "g", "G"], ["text", "a", "A"]], "A2", "never ends"),
        ([["text", "a", "A"], ["end_group"]], "A3", "did not begin"),
        ([["begin_group", "g", "G"], ["text", "a", "A"], ["end_repeat"]], "A4", "did not begin"),
        (
            [{"type": "range", "name": "a", "label": "A", "parameters": "start=1 end=1"}],
            "K2",
            "no steps",
        ),
        (
            [{"type": "select_one yn", "name": "a", "label": "A", "choice_filter": "town = 1"}],
            "I2",
            "no column “town”",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_cell(tmp_path, rows, cell, says):
    found = form(tmp_path, *rows)

    assert found.definition is None
    assert ("survey", cell) == refused(found)[0]
    assert says in found.refusals[0].what


def test_a_name_twice_in_two_groups_is_refused_only_where_it_is_asked_for(tmp_path):
    rows = []
    for group in ("g", "h"):
        rows += [["begin_group", group, group], ["text", "a", "A"], ["end_group"]]

    assert form(tmp_path, *rows).refusals == []
    found = form(tmp_path, *rows, ["note", "n", "N", "${a} = 'x'"])
    assert refused(found) == [("survey", "D8")]
    assert "several questions" in found.refusals[0].what


@pytest.mark.parametrize(
    ("rows", "cell", "names"),
    [
        ([["text", "a", "A", "${a} = 1"]], "D2", "a → a"),
        ([["text", "a", "A", "${b} = 1"], ["text", "b", "B", "${a} = 1"]], "D2", "a → b → a"),
        (
            [
                ["text", "free", "F"],
                {"type": "calculate", "name": "a", "calculation": "${c} + 1"},
                {"type": "calculate", "name": "b", "calculation": "${a} + 1"},
                ["text", "c", "C", "${b} > ${free}"],
                ["text", "hanging", "H", "${c} = 1"],
            ],
            "G3",
            "a → c → b → a",
        ),
        (
            [
                ["begin_group", "g", "G", "${a} = 1"],
                ["text", "a", "A"],
                ["end_group"],
            ],
            "D2",
            "g → a → g",
        ),
    ],
)
def test_a_circle_of_conditions_is_found_once_and_named(tmp_path, rows, cell, names):
    found = form(tmp_path, *rows)

    assert refused(found) == [("survey", cell)]
    assert names in found.refusals[0].what


def test_a_constraint_may_ask_for_what_depends_on_it(tmp_path):
    found = form(
        tmp_path,
        ["integer", "a", "A", None, ". < ${b} or ${b} = ''"],
        ["integer", "b", "B", "${a} > 1"],
    )

    assert found.refusals == []


def test_choices_are_named_with_their_cells(tmp_path):
    found = form(
        tmp_path,
        ["select_multiple yn", "a", "A"],
        choices=[
            ["list_name", "name", "label"],
            ["yn", "y", "Yes"],
            ["yn", "y", "Again"],
            ["yn", "n o", "No"],
            ["yn", None, "Nameless"],
            [None, "x", "Of no list"],
        ],
    )

    cells = [("choices", "B3"), ("choices", "B4"), ("choices", "B5"), ("choices", "A6")]
    assert refused(found) == cells


def test_a_formula_without_result_is_refused(tmp_path):
    found = form(tmp_path, ["text", "a", "=B2"], ["text", "b", "B"])

    assert refused(found) == [("survey", "C2")]
    assert "formula" in found.refusals[0].what


def test_columns_that_are_not_used_are_told(tmp_path):
    found = form(
        tmp_path,
        ["text", "a", "A", "x.jpg", "y"],
        headings=["type", "name", "label", "media::image"],
        choices=[["list_name", "name", "label"]],
    )

    assert found.definition is not None
    assert [(one.cell, one.refuses) for one in found.problems] == [("D1", False), ("E2", False)]


def test_headings_that_mean_the_same_are_refused(tmp_path):
    found = form(tmp_path, ["text", "a", "A"], headings=["type", "name", "label", "caption"])

    assert refused(found) == [("survey", "D1")]


def test_what_follows_from_a_refused_row_is_not_said_twice(tmp_path):
    found = form(tmp_path, ["geopoint", "a", "A"], ["text", "b", "B ${a}", "${a} != ''"])

    assert refused(found) == [("survey", "A2")]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04no", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 90, b"a,b"]
)
def test_a_file_that_is_no_workbook(tmp_path, content):
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)

    with pytest.raises(WorkbookProblem):
        read(path)


def test_an_empty_workbook(tmp_path):
    Workbook().save(tmp_path / "form.xlsx")

    assert refused(read(tmp_path / "form.xlsx")) == [("Sheet", "A1")]


def test_two_thousand_questions_are_read_in_two_seconds(tmp_path):
    types = ["integer", "text", "select_one yn", "date", "calculate"]
    rows = []
    for number in range(2_000):
        row = {"type": types[number % 5], "name": f"q{number}", "label": f"Question {number}"}
        if number > 5:
            row["relevant"] = f"${{q{number - 5}}} != '' or ${{q{number - 4}}} > 3"
        if number % 5 == 4:
            row["calculation"] = f"${{q{number - 4}}} + 1"
        rows.append(row)
    form(tmp_path, ["text", "warm", "Up"])

    start = time.process_time()
    found = form(tmp_path, *rows)
    taken = time.process_time() - start

    assert found.problems == []
    assert taken < 3  # a third of it is writing the workbook
    chain = {f"q{number}": "1" for number in range(2_000)}
    start = time.process_time()
    walk(found.definition, chain, today="2026-03-01")
    assert time.process_time() - start < 1


def test_texts_quote_answers_and_questions_have_something_to_start_with(tmp_path):
    found = form(
        tmp_path,
        ["text", "name", "Name?"],
        {"type": "integer", "name": "age", "label": "Age of ${name}?", "default": "18"},
        {"type": "date", "name": "day", "label": "Day?", "default": "today()"},
        ["select_one yn", "own", "Yours?"],
        choices=[*YES_NO, ["yn", "o", "Of ${name}"]],
    )

    outcome = walk(found.definition, {"name": "Li"}, today="2026-03-01")

    assert outcome.texts == {
        "age": {"label": {"default": "Age of Li?"}},
        "own": {"choices": {"o": {"default": "Of Li"}}},
    }
    assert outcome.starts == {"age": "18", "day": "2026-03-01"}
