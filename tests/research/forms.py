"""Workbooks of forms, made from rows."""

import json
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "expressions.json").read_text())


def workbook(path, **sheets):
    """Sheets as lists of rows; returns the path."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def expressions(path, cases=None):
    """One form in which each case of the table is a “calculate”: r0, r1, …"""
    cases = TABLE["cases"] if cases is None else cases
    survey = [["type", "name", "label", "calculation"]]
    for name, answer in TABLE["answers"].items():
        if isinstance(answer, list):
            survey.append(["begin_repeat", name, name])
            survey += [["text", f"{name}_{one}", one] for one in answer[0]]
            survey.append(["end_repeat"])
        else:
            kind = {"many": "select_multiple fruit", "one": "select_one fruit"}.get(name, "text")
            survey.append([kind, name, name])
    survey += [["calculate", f"r{n}", None, case[0]] for n, case in enumerate(cases)]
    fruit = [["fruit", "a", "Apple"], ["fruit", "b", "Banana"], ["fruit", "c", "Cherry"]]
    return workbook(path, survey=survey, choices=[["list_name", "name", "label"], *fruit])


def answers():
    """The table's answers, by the names of the form."""
    return {
        name: [{f"{name}_{key}": said for key, said in row.items()} for row in answer]
        if isinstance(answer, list)
        else answer
        for name, answer in TABLE["answers"].items()
    }
