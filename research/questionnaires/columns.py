"""Headings of the sheets of a form, as pyxform understands them, and the rows by them."""

from dataclasses import dataclass

from pyxform import aliases
from pyxform.parsing.sheet_headers import process_header
from pyxform.question import MultipleChoiceQuestion, Option
from pyxform.survey import Survey

SLOTS = {
    "survey": (aliases.survey_header, frozenset(MultipleChoiceQuestion.get_slot_names())),
    "choices": (aliases.list_header, frozenset(Option.get_slot_names())),
    "settings": (aliases.settings_header, frozenset(Survey.get_slot_names())),
}
# What a column of the sheet “survey” is to us; with a language where one may follow.
MEANS = {
    ("type",): "type",
    ("name",): "name",
    ("label",): "label",
    ("hint",): "hint",
    ("bind", "relevant"): "relevant",
    ("bind", "required"): "required",
    ("bind", "constraint"): "constraint",
    ("bind", "jr:constraintMsg"): "constraint_message",
    ("bind", "jr:requiredMsg"): "required_message",
    ("bind", "calculate"): "calculation",
    ("bind", "readonly"): "read_only",
    ("control", "jr:count"): "repeat_count",
    ("control", "appearance"): "appearance",
    ("default",): "default",
    ("choice_filter",): "choice_filter",
    ("parameters",): "parameters",
    ("disabled",): "disabled",
    ("trigger",): "trigger",
}
CHOICE_MEANS = {("list name",): "list", ("name",): "name", ("label",): "label"}
TRANSLATED = {"label", "hint", "constraint_message", "required_message"}


@dataclass(frozen=True)
class Column:
    number: int
    heading: str
    means: str | None  # None: not ours, and in the sheet “choices” a column to filter by
    language: str  # empty without one


def columns_of(sheet, kind):
    """The columns of a sheet, in their order, and those that mean the same as one before them."""
    names, slots = SLOTS[kind]
    means = CHOICE_MEANS if kind == "choices" else MEANS
    is_double = any("::" in heading for heading in sheet.headings.values())
    found, twice = [], []
    for number, heading in sheet.headings.items():
        plain = " ".join(heading.split())
        _, tokens = process_header(plain, is_double, names, slots)
        column = _column(number, heading, tokens, means, kind)
        same = [
            one
            for one in found
            if (one.means, one.language) == (column.means, column.language)
            and (column.means or one.heading == column.heading)
        ]
        (twice if same else found).append(column)
    return found, twice


def _column(number, heading, tokens, means, kind):
    if kind == "settings":
        return Column(number, heading, tokens[0], "")
    for length in (2, 1):
        name = means.get(tokens[:length])
        rest = tokens[length:]
        if name and not (rest and name not in TRANSLATED) and len(rest) < 2:
            return Column(number, heading, name, rest[0] if rest else "")
    return Column(number, heading, None, "")
