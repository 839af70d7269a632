"""Questionnaires page by page: what is shown, what is read back, and errors on the way."""

import json
from dataclasses import replace

import pytest
from django.http import QueryDict

from research.questionnaires import drawing
from research.questionnaires.drawing import packed, unpacked
from research.questionnaires.reader import read
from tests.research.filling import TODAY, Filler, questions
from tests.research.surveys import household_survey
from tests.research.test_reader import YES_NO, form


@pytest.fixture
def household(tmp_path):
    return read(household_survey(tmp_path / "form.xlsx")).definition


def definition(tmp_path, *rows, **more):
    found = form(tmp_path, *rows, **more)
    assert found.refusals == []
    return found.definition


def texts(number, start=1):
    return [["text", f"q{n}", f"Question {n}"] for n in range(start, start + number)]


def test_a_household_is_asked_to_the_end(household):
    filler = Filler(household)
    filler.press(age="61", since="2020-01-01", area="north")
    filler.press(village="n1", needs="water road")
    filler.press(road_where="east road")
    assert filler.page.headings == ["Home"]
    filler.press(answers={"home/rooms": "3"})
    filler.press(answers={"home/land": "12"})
    filler.press("add:members")
    filler.press("add:members", answers={"members[1]/name": "li", "members[1]/years": "40"})
    assert "members[1]/works" in filler.shown  # for the one aged 40
    filler.press(answers={"members[2]/name": "wang", "members[2]/years": "19"})
    assert filler.page.has_more
    filler.press(answers={"members[1]/works": "n"})
    while not filler.step.is_finished:
        filler.press(answers={"fields[1]/good": "4", "fields[2]/good": "0"})

    found = filler.step.answers
    assert found["home"] == {"rooms": "3", "land": "12", "per_room": "4"}
    assert [one["name"] for one in found["members"]] == ["li", "wang"]
    assert found["members"][1] == {"name": "wang", "years": "19", "double": "38", "day": "0"}
    assert found["total"] == "59"
    assert found["fields"] == [{"good": "4"}, {"good": "0"}, {}]


def test_pages_have_seven_questions_and_break_where_an_answer_decides(tmp_path):
    form = definition(tmp_path, *texts(9), ["text", "then", "Then?", "${q9} = 'x'"])
    filler = Filler(form)

    assert filler.shown == [f"q{n}" for n in range(1, 8)]
    assert (filler.page.number, filler.page.of) == (1, 2)
    filler.press()
    assert filler.shown == ["q8", "q9"]
    assert filler.page.is_last
    filler.press(q9="x")
    assert filler.shown == ["then"]
    assert filler.press(then="y").answers == {"q9": "x", "then": "y"}


def test_a_group_has_a_page_and_a_field_list_stays_together(tmp_path):
    rows = [
        ["text", "first", "First"],
        ["begin_group", "small", "Small"],
        *texts(3),
        ["end_group"],
        {"type": "begin_group", "name": "list", "label": "List", "appearance": "field-list"},
        *texts(9, 11),
        ["text", "then", "Then?", "${q11} = 'x'"],
        ["end_group"],
        ["begin_group", "large", "Large"],
        *texts(8, 31),
        ["end_group"],
    ]
    headings = ["type", "name", "label", "relevant", "appearance"]
    filler = Filler(definition(tmp_path, *rows, headings=headings))

    pages = []
    while not filler.step.is_finished:
        pages.append((filler.page.key, len(filler.shown)))
        filler.press()

    assert pages == [("first", 1), ("small", 3), ("list", 9), ("large/q31", 7), ("large/q38", 1)]


def test_a_field_list_asks_again_for_what_has_come_up(tmp_path):
    rows = [
        {"type": "begin_group", "name": "g", "label": "G", "appearance": "field-list"},
        ["select_one yn", "own", "Yours?"],
        ["text", "why", "Why?", "${own} = 'y'"],
        ["end_group"],
    ]
    form = definition(tmp_path, *rows, headings=["type", "name", "label", "relevant", "appearance"])
    filler = Filler(form)

    assert filler.shown == ["g/own"]
    filler.press(answers={"g/own": "y"})
    assert filler.page.has_more
    assert filler.shown == ["g/own", "g/why"]
    assert filler.press().is_finished  # optional answers are asked for once


def test_a_script_has_shown_what_has_come_up(tmp_path):
    form = definition(
        tmp_path, ["select_one yn", "own", "Yours?"], ["text", "why", "Why?", "${own} = 'y'"]
    )
    filler = Filler(form, whole=True)
    assert set(questions(filler.page.blocks)) == {"own", "why"}

    sent = filler.fields({"own": "y"})
    sent["scripted"] = "1"

    assert drawing.proceed(form, sent, today=TODAY, whole=True).answers == {"own": "y"}


def test_an_error_keeps_what_was_typed_and_has_the_focus(tmp_path):
    headings = ["type", "name", "label", "constraint", "constraint_message", "required"]
    form = definition(
        tmp_path,
        ["text", "a", "A"],
        ["integer", "age", "Age", ". >= 18", "Of age, please.", "yes"],
        ["text", "b", "B", None, None, "yes"],
        headings=headings,
    )
    filler = Filler(form)

    filler.press(a="kept", age="12")

    assert filler.errors == {"age": "Of age, please.", "b": "Please answer this question."}
    found = questions(filler.page.blocks)
    assert (found["a"].value, found["age"].value) == ("kept", "12")
    assert [one.place for one in found.values() if one.is_focused] == ["age"]
    filler.press(age="x", b="y")
    assert filler.errors == {"age": "Please enter a number, or a day that exists."}
    assert filler.press(age="19").answers == {"a": "kept", "age": "19", "b": "y"}


def test_back_keeps_what_was_typed_even_if_it_is_wrong(tmp_path):
    form = definition(tmp_path, *texts(7), ["integer", "age", "Age"])
    filler = Filler(form)
    filler.press(q1="one")

    filler.press("back", age="not a number")
    assert filler.page.errors == []
    assert questions(filler.page.blocks)["q1"].value == "one"
    filler.press()
    assert questions(filler.page.blocks)["age"].value == "not a number"


def test_what_an_earlier_answer_made_wrong_is_shown_at_the_end(tmp_path):
    form = definition(
        tmp_path,
        ["integer", "a", "A", None, ". < ${b} or ${b} = ''"],
        *texts(7),
        ["integer", "b", "B"],
    )
    filler = Filler(form)
    filler.press(a="5")
    filler.press(b="3")

    assert filler.page.key == "a"
    assert list(filler.errors) == ["a"]


def test_rows_are_added_and_taken_away(tmp_path):
    form = definition(
        tmp_path, ["begin_repeat", "people", "People"], ["text", "name", "Name"], ["end_repeat"]
    )
    filler = Filler(form)
    assert filler.shown == []
    filler.press("add:people")
    filler.press("add:people", answers={"people[1]/name": "li"})
    focused = [one.place for one in questions(filler.page.blocks).values() if one.is_focused]
    assert focused == ["people[2]/name"]
    filler.press("add:people", answers={"people[2]/name": "wang"})
    filler.press("remove:people[1]", answers={"people[3]/name": "zhao"})

    values = [one.value for one in questions(filler.page.blocks).values()]
    assert values == ["wang", "zhao"]
    assert filler.press().answers == {"people": [{"name": "wang"}, {"name": "zhao"}]}


def test_a_whole_form_with_very_many_rows_has_pages_after_all(tmp_path):
    form = definition(
        tmp_path,
        ["text", "first", "First"],
        ["begin_repeat", "people", "People"],
        *texts(9),
        ["end_repeat"],
    )
    rows = [{"q1": str(n)} for n in range(40)]

    step = drawing.begin(form, today=TODAY, answers={"people": rows}, whole=True)

    assert (step.page.key, step.page.of) == ("first", 2 + 2 * 40)
    few = drawing.begin(form, today=TODAY, answers={"people": rows[:3]}, whole=True)
    assert (few.page.key, few.page.of) == ("all", 1)


@pytest.mark.parametrize(
    "go", ["add:gone", "remove:people[9]", "remove:people[x]", "remove:", "add:people/name", "?"]
)
def test_a_button_that_is_none_changes_nothing(tmp_path, go):
    form = definition(
        tmp_path, ["begin_repeat", "people", "People"], ["text", "name", "Name"], ["end_repeat"]
    )
    filler = Filler(form)
    filler.press("add:people")
    filler.press(go, answers={"people[1]/name": "li"})

    assert filler.step.typed == {"people": [{"name": "li"}]}


def test_long_rows_have_pages_of_their_own(tmp_path):
    form = definition(
        tmp_path,
        ["begin_repeat", "people", "People"],
        *texts(9),
        ["end_repeat"],
        ["text", "last", "Last"],
    )
    filler = Filler(form)
    assert [one.size for one in filler.page.blocks] == [0]
    filler.press("add:people")
    filler.press("add:people")
    assert filler.page.blocks[0].size == 2
    pages = []
    while not filler.step.is_finished:
        pages.append((filler.page.headings, filler.shown[:1]))
        filler.press(answers={f"people[{n}]/q1": f"p{n}" for n in (1, 2)})

    assert pages == [
        ([], []),
        (["People, no. 1"], ["people[1]/q1"]),
        (["People, no. 1"], ["people[1]/q8"]),
        (["People, no. 2"], ["people[2]/q1"]),
        (["People, no. 2"], ["people[2]/q8"]),
        ([], ["last"]),
    ]
    assert filler.step.answers == {"people": [{"q1": "p1"}, {"q1": "p2"}]}


def test_a_repeat_that_is_not_asked_for_has_no_page(tmp_path):
    form = definition(
        tmp_path,
        ["select_one yn", "any", "Any?"],
        ["begin_repeat", "people", "People", "${any} = 'y'"],
        ["text", "name", "Name"],
        ["end_repeat"],
    )

    assert Filler(form).press(answers={"any": "n"}).is_finished
    assert Filler(form).press(answers={"any": "y"}).page.key == "people"


def test_a_counted_repeat_has_as_many_rows_as_it_says(tmp_path):
    form = definition(
        tmp_path,
        ["integer", "n", "How many?"],
        {"type": "begin_repeat", "name": "rows", "label": "Rows", "repeat_count": "${n}"},
        ["text", "name", "Name"],
        ["end_repeat"],
    )
    filler = Filler(form)
    filler.press(n="2")

    assert filler.shown == ["rows[1]/name", "rows[2]/name"]
    assert not filler.page.blocks[0].may_grow
    filler.press(answers={"rows[2]/name": "b"})
    assert filler.step.answers == {"n": "2", "rows": [{}, {"name": "b"}]}


def test_defaults_are_put_in_until_somebody_has_seen_the_question(tmp_path):
    form = definition(
        tmp_path,
        {"type": "integer", "name": "age", "label": "Age", "default": "18"},
        {"type": "select_one yn", "name": "own", "label": "Own", "default": "y"},
        {
            "type": "text",
            "name": "fixed",
            "label": "Fixed",
            "default": "as it is",
            "read_only": "1",
        },
        headings=["type", "name", "label", "default", "read_only"],
    )
    filler = Filler(form)
    found = questions(filler.page.blocks)
    assert [one.value for one in found.values()] == ["18", "y", "as it is"]
    assert [one.is_chosen for one in found["own"].choices] == [True, False]

    assert filler.press(age="").answers == {"own": "y", "fixed": "as it is"}


def test_a_filter_offers_what_fits_and_keeps_what_was_chosen(tmp_path):
    form = definition(
        tmp_path,
        ["select_one area", "area", "Area"],
        {
            "type": "select_one village",
            "name": "village",
            "label": "Village",
            "choice_filter": "area=${area}",
        },
        choices=[
            ["list_name", "name", "label", "area"],
            ["area", "n", "North"],
            ["area", "s", "South"],
            ["village", "n1", "N1", "n"],
            ["village", "s1", "S1", "s"],
        ],
    )
    filler = Filler(form)
    filler.press(area="n")
    assert [one.name for one in questions(filler.page.blocks)["village"].choices] == ["n1"]
    filler.press("back", village="n1")
    filler.press(area="s")

    shown = questions(filler.page.blocks)["village"]
    assert [(one.name, one.is_chosen) for one in shown.choices] == [("n1", True), ("s1", False)]
    filler.press()
    assert filler.errors == {"village": "This choice is no longer offered. Please choose again."}
    assert filler.press(village="s1").is_finished


def test_controls_fit_the_types(tmp_path):
    many = [["long", f"c{n}", f"C{n}"] for n in range(20)]
    form = definition(
        tmp_path,
        ["begin_group", "g", "G"],
        ["select_one long", "a", "A"],
        ["select_multiple yn", "b", "B"],
        {"type": "range", "name": "c", "label": "C", "parameters": "start=1 end=5 step=1"},
        {"type": "range", "name": "d", "label": "D", "parameters": "start=0 end=100 step=1"},
        ["date", "e", "E"],
        ["note", "f", "F"],
        {"type": "text", "name": "h", "label": "H", "calculation": "1 + 1"},
        ["end_group"],
        choices=[*YES_NO, *many],
    )
    found = questions(drawing.begin(form, today=TODAY).page.blocks)

    assert [one.control for one in found.values()] == [
        *("list", "several", "scale", "number", "date", "note", "output"),
    ]
    assert [one.name for one in found["g/c"].choices] == list("12345")
    assert found["g/d"].hint == "From 0 to 100 in steps of 1."
    assert found["g/h"].value == "2"


def test_languages_are_chosen_and_changed(tmp_path):
    form = definition(
        tmp_path,
        ["text", "a", "哪里？", "Where?"],
        headings=["type", "name", "label::中文 (zh)", "label::English (en)"],
        choices=[["list_name", "name", "label"]],
    )
    assert questions(drawing.begin(form, today=TODAY).page.blocks)["a"].label == "哪里？"
    filler = Filler(form, language="en-gb")
    assert questions(filler.page.blocks)["a"].label == "Where?"

    filler.press("speak:中文 (zh)", a="here")

    assert questions(filler.page.blocks)["a"].label == "哪里？"
    assert questions(filler.page.blocks)["a"].value == "here"
    assert filler.press("next").answers == {"a": "here"}


@pytest.mark.parametrize(
    "carried",
    [
        *("", "x", "é", packed([1]), packed({"people": "no", "name": ["x"], "g": 3})),
        packed({"people": [{"name": "x"}] * 5_000}),
        packed({"__proto__": {"a": "b"}, "gone": "x"}),
    ],
)
def test_what_is_carried_is_not_believed(tmp_path, carried):
    form = definition(
        tmp_path,
        ["text", "name", "Name"],
        ["begin_group", "g", "G"],
        ["text", "name", "Name"],
        ["end_group"],
        ["begin_repeat", "people", "People"],
        ["text", "name", "Name"],
        ["end_repeat"],
    )
    sent = QueryDict(mutable=True)
    sent.update({"page": "name", "carried": carried, "a:name": "typed", "go": "next"})

    step = drawing.proceed(form, sent, today=TODAY)

    assert step.typed["name"] == "typed"
    assert set(step.typed) <= {"name", "g", "people"}
    assert len(step.typed.get("people", [])) <= 100


def test_what_is_carried_cannot_fill_the_memory():
    assert unpacked(packed({"a": "x" * (2 * drawing.MOST_CARRIED)})) == {}


def test_a_page_that_is_gone_begins_again_with_all_answers(tmp_path):
    form = definition(tmp_path, *texts(8))
    filler = Filler(form)
    filler.press(q1="one")
    filler.step.page = replace(filler.page, key="gone")

    filler.press(q8="eight")

    assert filler.page.key == "q1"
    assert questions(filler.page.blocks)["q1"].value == "one"


def test_a_draft_goes_on_where_it_was(tmp_path):
    form = definition(tmp_path, *texts(8))
    filler = Filler(form)
    step = filler.press(q1="one")

    again = drawing.begin(
        form, today=TODAY, answers=json.loads(json.dumps(step.typed)), page=step.page.key
    )

    assert again.page.key == "q8"
    assert again.typed == step.typed
