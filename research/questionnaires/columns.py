"""Headings of a form's sheets, interpreted like pyxform, and the rows read by them."""

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
# Meaning of the columns of the sheet “survey”; some may be followed by a language.
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
    means: str | None  # None: unknown; in the sheet “choices” a filter column
    language: str  # empty without one


def columns_of(sheet, kind):
    """Return the columns of a sheet in order, and those that duplicate the meaning of an earlier
    one."""
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
