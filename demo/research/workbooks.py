"""Workbooks of the invented questionnaires, read like an uploaded one."""

import io
from functools import cache

from openpyxl import Workbook

from demo.texts import rows
from research.actions.questionnaires import Upload
from research.forms.questionnaires import read_content

SURVEY = ["type", "name", "label", "required", "relevant", "constraint", "parameters"]


@cache
def upload(code, title):
    content = _workbook(code, title)
    found = read_content(content)
    if found.refusals:
        raise ValueError(f"Form {code} of the demo is refused: {found.refusals}")
    left_out = [one.as_json() for one in found.problems]
    return Upload(f"{title}.xlsx", content, found.definition, found.digest, left_out)


@cache
def ranges(code):
    """Return {question: (least, most)} of the answers to questions for a number."""
    return {
        name: tuple(map(int, said.split("-")))
        for _type, name, _label, _required, _relevant, _constraint, said in _form(code)
        if said
    }


def _form(code):
    return rows("research.txt", f"form {code}")


def _workbook(code, title):
    book = Workbook()
    book.remove(book.worksheets[0])
    survey = book.create_sheet("survey")
    survey.append(SURVEY)
    for line in _form(code):
        *facts, _said = line
        scale = "start=1 end=5 step=1" if facts[0] == "range" else None
        survey.append([*(fact or None for fact in facts), scale])
    wanted = {line[0].split()[-1] for line in _form(code)}
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", "label"])
    for line in rows("research.txt", "choices"):
        if line[0] in wanted:
            choices.append(list(line))
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id"])
    settings.append([title, code])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
