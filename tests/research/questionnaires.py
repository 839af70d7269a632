"""Questionnaires made from rows, up to their review."""

import io

from django.utils import timezone
from openpyxl import Workbook

from research.actions import questionnaires as actions
from research.forms.questionnaires import read_content

FORM = [["type", "name", "label"], ["text", "a", "您最想解决什么？"]]


def content(survey, **sheets):
    """Return a workbook with these sheets as bytes."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in {"survey": survey, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def uploaded(survey, **sheets):
    made = content(survey, **sheets)
    found = read_content(made)
    assert found.refusals == []
    left_out = [one.as_json() for one in found.problems]
    return actions.Upload("form.xlsx", made, found.definition, found.digest, left_out)


def made(people, **changes):
    fields = {
        "title": "便民服务需求调查",
        "purpose": "改进村级便民服务",
        "phone": "0990-1234567",
        "organ": people.agriculture,
        "by": people.liaison,
        "at": timezone.now(),
    }
    return actions.begin_questionnaire(**fields | changes)


def given_out(people, survey=FORM, **changes):
    questionnaire = made(people, upload=uploaded(survey), **changes)
    return actions.give_out(questionnaire=questionnaire, by=people.liaison, at=timezone.now())
