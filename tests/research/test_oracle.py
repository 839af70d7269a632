"""Our outcome beside that of the engine of ODK Web Forms. Each difference is explained here or in
expressions.json."""

import pytest

from research.questionnaires.answers import walk
from research.questionnaires.reader import read
from tests.research.forms import TABLE, answers, expressions
from tests.research.oracle import outcomes
from tests.research.surveys import answer_sets, household_survey

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_oracle_gives_the_values_of_the_table(tmp_path):
    cases = [case for case in TABLE["cases"] if len(case) < 3 or case[2] is not None]
    path = expressions(tmp_path / "table.xlsx", cases)

    [found] = outcomes(path, [answers()], today=TABLE["today"])

    said = [found["values"][f"r{number}"] for number in range(len(cases))]
    expected = [case[2] if len(case) > 2 else case[1] for case in cases]
    wrong = [
        one for one in zip([c[0] for c in cases], expected, said, strict=True) if one[1] != one[2]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "number",
    [pytest.param(60, marks=pytest.mark.short), pytest.param(2_500, marks=pytest.mark.long)],
)
def test_the_oracle_walks_generated_answers_as_we_do(tmp_path, number):
    path = household_survey(tmp_path / "survey.xlsx", nested=False)
    definition = read(path).definition
    sets = answer_sets(number, seed=7)

    theirs = outcomes(path, sets, today="2026-03-01")

    assert len(theirs) == number
    for given, found in zip(sets, theirs, strict=True):
        ours = walk(definition, given, today="2026-03-01")
        assert sorted(found["relevant"]) == sorted(ours.relevant), given
        assert _plain(found["values"]) == _as_theirs(ours), given
        assert found["offered"] | ours.offered == found["offered"], given
        assert {tuple(one) for one in found["wrong"]} == _wrong_as_theirs(ours), given


def _plain(values):
    """The engine writes 12 as 12.0 in decimal questions."""
    return {
        place: str(float(value)).removesuffix(".0") if place == "home/land" and value else value
        for place, value in values.items()
    }


def _as_theirs(ours):
    """Our outcome, adjusted to the engine's two differences: the sum of nothing is empty there and
    0 in XPath; and it silently removes a choice that is no longer offered, which we keep and
    report, so that a person decides."""
    values = _plain(ours.values)
    if values.get("total") == "0" and values["heads"] == "0":
        values["total"] = ""
    return values | {place: "" for place, wrong in ours.wrong if wrong == "choice"}


def _wrong_as_theirs(ours):
    return {(place, "required" if wrong == "choice" else wrong) for place, wrong in ours.wrong}
