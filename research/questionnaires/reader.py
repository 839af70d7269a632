"""Convert a workbook to the definition of a questionnaire, reporting every problem.

A definition is JSON:

    {"title", "id", "version", "languages": [first is the default],
     "items": [{"kind": "question" | "group" | "repeat", "name", "path", "row", "label", …}],
     "lists": {list: [{"name", "label", "columns": {…}}]},
     "order": [paths, each after all that it depends on]}

Labels and hints are {language: [text or tree, …]}; conditions are trees (grammar.py). pyxform
names the columns and checks the form again at the end: what it refuses is refused.
"""

import re
import warnings as python_warnings
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from heapq import heapify, heappop, heappush
from pathlib import Path
from string import ascii_uppercase

from django.utils.translation import gettext as _
from pyxform import aliases
from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData

from portal.imports.files import digest
from research.questionnaires.answers import fits
from research.questionnaires.cells import Sheet, at, read_sheets
from research.questionnaires.columns import columns_of
from research.questionnaires.grammar import (
    ExpressionProblem,
    asked,
    parse,
    unquoted,
)
from research.questionnaires.kinds import UnknownType, type_of
from research.questionnaires.problems import Problem

DEFAULT = "default"  # language of labels without one
MOST_ITEMS = 3_000
MOST_CHOICES = 5_000
DEEPEST = 12
LONGEST_LABEL = 5_000
MOST_PROBLEMS = 200
_NAME = re.compile(r"[^\W\d][\w.-]{0,99}")
_ASKED = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_CALL = re.compile(r"[a-z][a-z:-]*\(")
_ROW = re.compile(r"\[row : (\d+)\]")
# XLSForm sheets for features that are not supported.
_OTHER_SHEETS = ("external_choices", "entities", "osm")
_SETTINGS = {"title", "id_string", "version", "default_language", "allow_choice_duplicates"}
_RESERVED = {"__proto__", "meta"}
_CONDITIONS = ("relevant", "required", "constraint", "calculation", "read_only", "repeat_count")
# These determine what is asked and what an answer is; constraints and the like only check it.
_DECIDING = ("relevant", "calculation", "repeat_count")


@dataclass
class Form:
    """The result of reading: `definition` is None if a problem refuses the form."""

    definition: dict | None
    problems: list[Problem]
    digest: str

    @property
    def refusals(self):
        return [one for one in self.problems if one.refuses]


def read(path: Path) -> Form:
    """Read the form of a workbook. Raises WorkbookProblem if the file is not a workbook."""
    sheets, problems = read_sheets(path)
    unread = {(one.sheet, _row_of(one)) for one in problems if one.refuses}
    reader = _Reader(sheets, [])
    definition = reader.definition()
    # Drop consequential problems in rows that could not be read.
    problems += [one for one in reader.problems if (one.sheet, _row_of(one)) not in unread]
    if not any(one.refuses for one in problems):
        problems += reader.second_opinion()
    problems = _in_order(problems, sheets)[:MOST_PROBLEMS]
    refused = any(one.refuses for one in problems)
    return Form(None if refused else definition, problems, digest(path))


def _in_order(problems, sheets):
    """Sort refusals first, then by sheet and cell, without duplicates."""
    places = {sheet.name: place for place, sheet in enumerate(sheets.values())}

    def key(one):
        letters = one.cell.rstrip("0123456789")
        return not one.refuses, places.get(one.sheet, -1), _row_of(one), len(letters), letters

    return sorted(dict.fromkeys(problems), key=key)


def _row_of(problem):
    return int(problem.cell.lstrip(ascii_uppercase))


@dataclass(eq=False)
class _Node:
    """A row of the sheet “survey” while it is turned into an item."""

    item: dict
    cells: dict  # by meaning, or by (meaning, language): (column number, text)
    row: int
    above: "_Node | None"
    places: dict = field(default_factory=dict)  # columns of the sheet by meaning
    nodes: list["_Node"] = field(default_factory=list)
    names: dict[str, "_Node"] = field(default_factory=dict)  # of its child nodes

    def cell(self, means):
        """Return the cell at which to report a problem, even if it is empty."""
        found = self.cells.get(means)
        if found is None:
            found = next((v for k, v in self.cells.items() if k[0] == means), None)
        column = found[0] if found else self.places.get(means) or self.places["name"]
        return at(column, self.row)

    def text(self, means):
        return self.cells.get(means, (0, ""))[1]

    @property
    def around(self):
        """Enclosing groups and repeats, innermost first."""
        found, node = [], self.above
        while node is not None and node.above is not None:
            found.append(node)
            node = node.above
        return found


class _Reader:
    def __init__(self, sheets, problems):
        self.sheets, self.problems = sheets, problems
        self.settings, self.choices, self.survey = {}, {}, Sheet("survey")
        self.columns, self.list_columns = [], set()
        self.root = _Node({"path": ""}, {}, 0, None)
        self.by_name, self.nodes = {}, []
        self.used_columns = Counter()

    # --- What is wrong --------------------------------------------------------------------------

    def refuse(self, cell, what, to_do, sheet=None):
        self.problems.append(Problem(sheet or self.survey.name, cell, str(what), str(to_do)))

    def leave_out(self, cell, what, to_do="", sheet=None):
        self.problems.append(
            Problem(sheet or self.survey.name, cell, str(what), str(to_do), refuses=False)
        )

    def second_opinion(self):
        """Yield what pyxform refuses although this reader found no problem."""
        data = DefinitionData(
            fallback_form_name="form",
            sheet_names=[sheet.name for sheet in self.sheets.values()],
        )
        for kind in ("survey", "choices", "settings"):
            for name, value in self._as_pyxform(kind):
                setattr(data, name, value)
        try:
            with python_warnings.catch_warnings():
                workbook_to_json(data, form_name="form", fallback_form_name="form", warnings=[])
        # pyxform also fails with these on some unforeseen forms.
        except (PyXFormError, LookupError, TypeError, ValueError, AttributeError) as problem:
            said = str(problem)
            row = _ROW.search(said)
            sheet = next(
                (self.sheets[one] for one in ("choices", "settings") if f"'{one}'" in said.lower()),
                self.survey,
            )
            cell = at(1, int(row[1]) if row else 1)
            yield Problem(
                sheet.name,
                cell,
                _("The standard XLSForm does not allow this: %(said)s") % {"said": said[:300]},
                _("Change the row as the message says."),
            )

    def _as_pyxform(self, kind):
        sheet = self.survey if kind == "survey" else self.sheets.get(kind)
        if sheet is None or (kind == "settings" and not sheet.rows):
            return
        filled = dict(sheet.rows)
        last = max(filled, default=1)
        yield (
            kind,
            [
                {
                    sheet.headings[column]: text
                    for column, text in filled.get(number, {}).items()
                    if column in sheet.headings
                }
                for number in range(2, last + 1)
            ],
        )
        yield f"{kind}_header", [dict.fromkeys(sheet.headings.values())]

    # --- The whole ------------------------------------------------------------------------------

    def definition(self):
        found = self._find_survey()
        if found is None:
            return None
        self.survey = found
        for name in _OTHER_SHEETS:
            if name in self.sheets and self.sheets[name].rows:
                self.leave_out("A1", _("This sheet is not used."), sheet=self.sheets[name].name)
        self._read_settings()
        self.columns = self._columns(self.survey, "survey")
        self.places = {one.means: one.number for one in reversed(self.columns)}
        missing = [one for one in ("type", "name") if one not in self.places]
        if missing:
            self.refuse(
                "A1",
                _("The sheet has no column “%(name)s”.") % {"name": missing[0]},
                _("Write the headings into row 1: type, name, label."),
            )
            return None
        self._read_choices()
        self._read_survey()
        self._read_expressions()
        order = self._order()
        languages = self._languages()
        self._label_choices(languages)
        return {
            "title": self.settings.get("title") or self.settings.get("id_string") or "",
            "id": self.settings.get("id_string", ""),
            "version": self.settings.get("version", ""),
            "languages": languages,
            "items": _items(self.root),
            "lists": self.lists,
            "order": order,
        }

    def _find_survey(self):
        found = self.sheets.get("survey")
        if found is None and len(self.sheets) == 1:
            found = next(iter(self.sheets.values()))
        if found is None or not found.headings or not found.rows:
            first = found or next(iter(self.sheets.values()), Sheet("survey"))
            self.refuse(
                "A1",
                _("There is no sheet “survey” with questions."),
                _("Name the sheet of the questions “survey” and write the headings into row 1."),
                sheet=first.name,
            )
            return None
        return found

    def _columns(self, sheet, kind):
        found, twice = columns_of(sheet, kind)
        for one in twice:
            self.refuse(
                at(one.number, 1),
                _("The heading “%(heading)s” stands there twice, or in two spellings.")
                % {"heading": one.heading},
                _("Delete one of the columns, or give it the name of another language."),
                sheet=sheet.name,
            )
        filled = {column: row for row, cells in reversed(sheet.rows) for column in cells}
        for column in sorted(set(filled) - set(sheet.headings)):
            self.leave_out(
                at(column, filled[column]),
                _("The column has no heading, and what stands in it is left out."),
                _("Write a heading into row 1, or delete the column."),
                sheet=sheet.name,
            )
        for one in found:
            if one.means is None and one.number in filled and kind == "survey":
                self.leave_out(
                    at(one.number, 1),
                    _("The column “%(heading)s” is not used.") % {"heading": one.heading},
                    sheet=sheet.name,
                )
        return found

    def _read_settings(self):
        sheet = self.sheets.get("settings")
        if sheet is None or not sheet.rows:
            return
        row, cells = sheet.rows[0]
        for column in self._columns(sheet, "settings"):
            text = cells.get(column.number, "")
            if column.means in _SETTINGS:
                self.settings[column.means] = text
            elif text:
                self.leave_out(
                    at(column.number, row),
                    _("The setting “%(heading)s” is not used.") % {"heading": column.heading},
                    sheet=sheet.name,
                )

    # --- Choices --------------------------------------------------------------------------------

    def _read_choices(self):
        """Read the choices as {list: [(row, name, cells)]}."""
        sheet = self.sheets.get("choices")
        self.lists, self.choice_columns = {}, []
        if sheet is None or not sheet.rows:
            return
        self.choice_columns = self._columns(sheet, "choices")
        by = {one.means: one.number for one in self.choice_columns if one.means != "label"}
        for means, heading in (("list", "list_name"), ("name", "name")):
            if means not in by:
                self.refuse(
                    "A1",
                    _("The sheet has no column “%(name)s”.") % {"name": heading},
                    _("Write the headings into row 1: list_name, name, label."),
                    sheet=sheet.name,
                )
                return
        self.list_columns = {one.heading for one in self.choice_columns if one.means is None}
        may_repeat = aliases.yes_no.get(self.settings.get("allow_choice_duplicates", "no"), False)
        refuse, seen = partial(self.refuse, sheet=sheet.name), set()
        for row, cells in sheet.rows[:MOST_CHOICES]:
            name, of = cells.get(by["name"], ""), cells.get(by["list"], "")
            if not name and not of:
                continue
            if not of:
                refuse(
                    at(by["list"], row), _("The choice belongs to no list."), _("Name its list.")
                )
                continue
            if not name:
                refuse(
                    at(by["name"], row), _("The choice has no name."), _("Give it a short name.")
                )
                continue
            rows = self.choices.setdefault(of, [])
            if (of, name) in seen and not may_repeat:
                refuse(
                    at(by["name"], row),
                    _("The name “%(name)s” stands twice in the list “%(list)s”.")
                    % {"name": name, "list": of},
                    _("Give each choice of a list another name."),
                )
            seen.add((of, name))
            rows.append((row, name, cells))
        if len(sheet.rows) > MOST_CHOICES:
            refuse(
                at(1, sheet.rows[MOST_CHOICES][0]),
                _("There are more than %(n)s choices.") % {"n": MOST_CHOICES},
                _("Split the form into several."),
            )
        self.name_column = by["name"]

    def _label_choices(self, languages):
        """Build the lists in use, with labels and with the columns used by filters."""
        sheet = self.sheets.get("choices")
        used = {node.item["list"] for node in self.nodes if "list" in node.item}
        labels = [one for one in self.choice_columns if one.means == "label"]
        plain = [one for one in self.choice_columns if one.means is None]
        for column in plain:
            if column.heading not in self.used_columns and any(
                column.number in cells for rows in self.choices.values() for _r, _n, cells in rows
            ):
                self.leave_out(
                    at(column.number, 1),
                    _("The column “%(heading)s” is not used.") % {"heading": column.heading},
                    sheet=sheet.name,
                )
        for of in sorted(used & set(self.choices)):
            self.lists[of] = []
            for row, name, cells in self.choices[of]:
                label = {}
                for column in labels:
                    if text := cells.get(column.number):
                        cell = at(column.number, row)
                        language = column.language or self._default_language()
                        label[language] = self._parts(text, cell, sheet.name)
                if not label:
                    label = {languages[0]: [name]}
                    self.leave_out(
                        at(self.name_column, row),
                        _("The choice has no label; its name is shown."),
                        _("Write a label."),
                        sheet=sheet.name,
                    )
                columns = {
                    one.heading: cells.get(one.number, "")
                    for one in plain
                    if one.heading in self.used_columns
                }
                if "name" in self.used_columns:
                    columns["name"] = name
                if "label" in self.used_columns:
                    columns["label"] = "".join(
                        part for part in next(iter(label.values())) if isinstance(part, str)
                    )
                choice = {"name": name, "label": label}
                if columns:
                    choice["columns"] = columns
                self.lists[of].append(choice)
        for node in self.nodes:
            other = node.item.get("or_other")
            rows = self.lists.get(node.item.get("list"))
            if other and rows is not None and all(one["name"] != "other" for one in rows):
                rows.append({"name": "other", "label": dict.fromkeys(languages, [_("Other")])})

    # --- Rows -----------------------------------------------------------------------------------

    def _read_survey(self):
        open_nodes = [self.root]
        for row, texts in self.survey.rows:
            cells = {}
            for column in self.columns:
                if (text := texts.get(column.number)) and column.means:
                    key = column.means
                    if key in ("label", "hint", "constraint_message", "required_message"):
                        key = (key, column.language or self._default_language())
                    cells.setdefault(key, (column.number, text))
            if not cells or aliases.yes_no.get(cells.get("disabled", (0, ""))[1]):
                continue
            self._read_row(row, cells, open_nodes)
            if len(self.nodes) > MOST_ITEMS:
                self.refuse(
                    at(1, row),
                    _("There are more than %(n)s questions.") % {"n": MOST_ITEMS},
                    _("Split the form into several."),
                )
                break
        for node in open_nodes[1:]:
            self.refuse(
                node.cell("type"),
                _("“%(name)s” begins here and never ends.") % {"name": node.item["name"]},
                _("Add the row end_%(kind)s.") % {"kind": node.item["kind"]},
            )
        if not self.nodes and not any(one.refuses for one in self.problems):
            self.refuse("A2", _("There are no questions."), _("Write them below the headings."))

    def _read_row(self, row, cells, open_nodes):
        node = _Node({}, cells, row, open_nodes[-1], self.places)
        if "type" not in cells:
            is_comment = "name" not in cells and not any(key[0] == "label" for key in cells)
            if is_comment:
                self.leave_out(node.cell("type"), _("The row has no type and is left out."))
            else:
                self.refuse(node.cell("type"), _("The row has no type."), _("Write its type."))
            return
        try:
            said = type_of(cells["type"][1])
        except UnknownType as problem:
            self.refuse(node.cell("type"), *problem.args)
            # References to this row are not reported as further errors.
            self.by_name.setdefault(node.text("name"), []).append(None)
            return
        if said.get("edge") == "end":
            above = open_nodes[-1]
            if len(open_nodes) > 1 and above.item["kind"] == said["kind"]:
                open_nodes.pop()
            elif said["kind"] != "loop":  # the beginning of a loop was refused already
                self.refuse(
                    node.cell("type"),
                    _("What ends here did not begin, or something inside has not ended."),
                    _("Each begin_… needs its own end_…, the inner ones first."),
                )
                if len(open_nodes) > 1:
                    open_nodes.pop()
            return
        name = node.text("name")
        if not name and said.get("type") == "note":
            name = f"note_{row}"
        inside = open_nodes[-1]
        self._check_name(node, inside, name)
        above = inside.item["path"]
        node.item = {"kind": said.get("kind", "question"), "name": name, "row": row}
        node.item["path"] = f"{above}/{name}" if above else name
        inside.nodes.append(node)
        self.nodes.append(node)
        self.by_name.setdefault(name, []).append(node)
        if "edge" in said:
            open_nodes.append(node)
            if len(open_nodes) > DEEPEST:
                self.refuse(
                    node.cell("type"),
                    _("Groups are nested more than %(n)s deep.") % {"n": DEEPEST - 1},
                    _("Make the form flatter."),
                )
        else:
            node.item["type"] = said["type"]
            self._read_question(node, said)

    def _check_name(self, node, inside, name):
        if not name:
            self.refuse(
                node.cell("name"),
                _("The question or group has no name."),
                _("Give it a short name in the column “name”, such as q1."),
            )
        elif not _NAME.fullmatch(name) or name in _RESERVED:
            self.refuse(
                node.cell("name"),
                _("“%(name)s” cannot be a name.") % {"name": name[:40]},
                _("A name begins with a letter and has letters, digits, “_”, “-” and “.” alone."),
            )
        elif name in inside.names:
            self.refuse(
                node.cell("name"),
                _("The name “%(name)s” stands already in row %(row)s.")
                % {"name": name, "row": inside.names[name].row},
                _("Give each question of a group another name."),
            )
        inside.names.setdefault(name, node)

    def _read_question(self, node, said):
        if "list" in said:
            node.item["list"] = said["list"]
            if said["list"] not in self.choices:
                self.refuse(
                    node.cell("type"),
                    _("There is no list “%(list)s” in the sheet “choices”.")
                    % {"list": said["list"]},
                    _("Add its choices there, or correct the name."),
                )
            elif said["type"] == "select_multiple":
                self._check_choices(said["list"])
            if said["other"]:
                self._add_other(node)
        if said["type"] == "range":
            self._read_range(node)
        elif node.text("parameters"):
            self.leave_out(
                node.cell("parameters"),
                _("The parameters “%(said)s” are not used.") % {"said": node.text("parameters")},
            )
        is_silent = said["type"] == "calculate" or "calculation" in node.cells
        if not is_silent and not any(key[0] in ("label", "hint") for key in node.cells):
            self.refuse(
                node.cell("label"),
                _("The question has neither label nor hint."),
                _("Write what is asked into the column “label”."),
            )
        if said["type"] == "calculate" and not {"calculation", "default"} & set(node.cells):
            self.refuse(
                node.cell("calculation"),
                _("The row calculates nothing."),
                _("Write what is calculated into the column “calculation”."),
            )

    def _check_choices(self, of):
        for row, name, _cells in self.choices[of]:
            if re.search(r"\s", name):
                self.refuse(
                    at(self.name_column, row),
                    _("The name “%(name)s” has a space, and its list allows several choices.")
                    % {"name": name},
                    _("Write “_” instead."),
                    sheet=self.sheets["choices"].name,
                )

    def _add_other(self, node):
        """“or_other”: add a choice, and a question that asks which."""
        node.item["or_other"] = True
        if "choice_filter" in node.cells:
            self.refuse(
                node.cell("choice_filter"),
                _("A choice filter cannot stand with “or_other”."),
                _("Add the choice “other” to the list yourself, and a question after it."),
            )
        name = f"{node.item['name']}_other"
        item = {"kind": "question", "name": name, "row": node.row, "type": "text"}
        above = node.above.item["path"]
        item["path"] = f"{above}/{name}" if above else name
        item["relevant"] = ["call", "selected", ["ask", node.item["path"]], ["text", "other"]]
        type_cell = node.cells["type"]
        other = _Node(item, {"type": type_cell}, node.row, node.above, self.places)
        self._check_name(other, node.above, name)
        other.cells["label", self._default_language()] = (type_cell[0], _("Which other?"))
        node.above.nodes.append(other)
        self.nodes.append(other)
        self.by_name.setdefault(name, []).append(other)

    def _read_range(self, node):
        said = dict(re.findall(r"(\w+)\s*=\s*([^\s;,]+)", node.text("parameters")))
        start = end = step = 0.0
        try:
            start, end, step = (
                float(said.get(name, usual))
                for name, usual in (("start", 1), ("end", 10), ("step", 1))
            )
            is_good = step > 0 and start != end and abs(start) < 1e9 and abs(end) < 1e9
        except ValueError:
            is_good = False
        if not is_good or abs(end - start) < step:
            self.refuse(
                node.cell("parameters"),
                _("The range has no steps."),
                _("Write start=0 end=10 step=1, with a step above 0 and no larger than the range."),
            )
            return
        node.item["range"] = [start, end, step]

    # --- Expressions ----------------------------------------------------------------------------

    def _read_expressions(self):
        for node in self.nodes:
            self._read_conditions(node)
            for means in ("label", "hint", "constraint_message", "required_message"):
                said = {
                    key[1]: self._parts(text, at(column, node.row), self.survey.name, node)
                    for key, (column, text) in node.cells.items()
                    if isinstance(key, tuple) and key[0] == means
                }
                if said:
                    node.item[means] = said
            if node.text("appearance"):
                node.item["appearance"] = node.text("appearance")
            if "trigger" in node.cells:
                self.refuse(
                    node.cell("trigger"),
                    _("Calculations at another question's change are not supported."),
                    _("Empty the cell: everything is calculated anew at each change."),
                )
        for node in self.nodes:
            if "default" in node.cells and node.item["kind"] == "question":
                self._read_default(node)

    def _read_conditions(self, node):
        for means in _CONDITIONS:
            text = node.text(means)
            if not text:
                continue
            if means in ("required", "read_only", "relevant") and text in aliases.yes_no:
                if aliases.yes_no[text] == (means == "relevant"):
                    continue
                tree = ["call", "false" if means == "relevant" else "true"]
            else:
                tree = self._tree(text, node, means)
            if tree:
                node.item[means] = tree
        text = node.text("choice_filter")
        if text and "list" in node.item:
            columns = self.list_columns | {"name", "label"}
            tree = self._tree(text, node, "choice_filter", columns)
            if tree:
                node.item["choice_filter"] = tree
                self.used_columns.update(_columns_in(tree))
        elif text:
            self.leave_out(
                node.cell("choice_filter"), _("Only a question with choices has a choice filter.")
            )

    def _tree(self, text, node, means, columns=None):
        above = [(one.item["path"], one.item["kind"] == "repeat") for one in node.around]
        try:
            return parse(text, self._resolve, above, columns)
        except ExpressionProblem as problem:
            words = _("“%(text)s”: %(why)s")
            to_do = _("Correct the expression, or delete it.")
            self.refuse(node.cell(means), words % {"text": text[:60], "why": problem}, to_do)
        except _Silent:
            pass
        return None

    def _resolve(self, name, whole=False):
        """Return the path of ${name}. Groups and repeats are allowed only with `whole`."""
        found = self.by_name.get(name, ())
        if None in found:
            raise _Silent
        if not found:
            raise ExpressionProblem(
                _("There is no question “%(name)s”.") % {"name": name.removeprefix("last-saved#")}
            )
        if len(found) > 1:
            raise ExpressionProblem(
                _("There are several questions “%(name)s”, and it is not clear which is meant.")
                % {"name": name}
            )
        if found[0].item["kind"] != "question" and not whole:
            raise ExpressionProblem(
                _("“%(name)s” is a group and has no answer of its own.") % {"name": name}
            )
        return found[0].item["path"]

    def _parts(self, text, cell, sheet, node=None):
        """Split a label into texts and expression trees."""
        parts = []
        for number, piece in enumerate(_ASKED.split(text[:LONGEST_LABEL])):
            if number % 2 == 0:
                parts += [piece] if piece else []
                continue
            try:
                parts.append(["ask", self._resolve(piece)])
            except ExpressionProblem as problem:
                self.refuse(cell, problem, _("Correct the name in ${…}."), sheet=sheet)
            except _Silent:
                pass
        return parts

    def _read_default(self, node):
        text, kind = node.text("default"), node.item["type"]
        if kind == "note":
            return
        is_dynamic = "${" in text or (kind != "text" and _CALL.search(unquoted(text)))
        if is_dynamic or (kind == "text" and re.fullmatch(r"[a-z][a-z:-]*\(.*\)", text)):
            if tree := self._tree(text, node, "default"):
                node.item["calculation" if kind == "calculate" else "default"] = tree
            return
        names = {name for _row, name, _cells in self.choices.get(node.item.get("list"), ())}
        said = text.split() if kind == "select_multiple" else [text]
        if ("list" in node.item and names and not set(said) <= names) or not fits(kind, text):
            self.refuse(
                node.cell("default"),
                _("“%(text)s” is no possible answer.") % {"text": text[:40]},
                _("Write an answer that the question allows, or empty the cell."),
            )
        else:
            node.item["calculation" if kind == "calculate" else "default"] = ["text", text]

    # --- Order ----------------------------------------------------------------------------------

    def _order(self):
        """Sort paths so that each follows its dependencies; report cycles as problems."""
        places = {node.item["path"]: place for place, node in enumerate(self.nodes)}
        needs = {}
        for node in self.nodes:
            found = {one for means in _DECIDING for one in asked(node.item.get(means, [""]))}
            above = node.above.item["path"]
            needs[node.item["path"]] = (found | ({above} if above else set())) & set(places)
        waits = {path: len(found) for path, found in needs.items()}
        follow = {}
        for path, found in needs.items():
            for one in found:
                follow.setdefault(one, []).append(path)
        free = [places[path] for path, number in waits.items() if number == 0]
        heapify(free)
        order = []
        while free:
            path = self.nodes[heappop(free)].item["path"]
            order.append(path)
            for one in follow.get(path, ()):
                waits[one] -= 1
                if waits[one] == 0:
                    heappush(free, places[one])
        left = (
            {path for path in needs if path not in set(order)} if len(order) < len(needs) else set()
        )
        while left:
            circle = _circle(left, needs)
            self._refuse_circle(circle, places)
            # Items that merely depend on a cycle are not errors themselves.
            left = _without_followers(left - set(circle), set(circle), needs)
        return order

    def _refuse_circle(self, circle, places):
        nodes = [self.nodes[places[path]] for path in circle]
        node = min(
            (one for one in nodes if any(means in one.item for means in _DECIDING)),
            key=lambda one: one.row,
        )
        means = next(one for one in _DECIDING if one in node.item)
        start = nodes.index(node)
        names = [one.item["name"] for one in [*nodes[start:], *nodes[: start + 1]]]
        self.refuse(
            node.cell(means),
            _("It depends on itself: %(names)s.") % {"names": " → ".join(names[:12])},
            _("Break the circle: one of these conditions must not ask for the other."),
        )

    # --- Languages ------------------------------------------------------------------------------

    def _default_language(self):
        return self.settings.get("default_language") or DEFAULT

    def _languages(self):
        """Return the default language first, then the others as named in the columns."""
        named = [
            column.language or self._default_language()
            for column in [*self.columns, *self.choice_columns]
            if column.means in ("label", "hint")
        ]
        first = self._default_language()
        found = list(dict.fromkeys(named))
        return (
            [first, *(one for one in found if one != first)]
            if first in found or not found
            else found
        )


class _Silent(Exception):
    """The expression refers to a row that was itself refused."""


def _items(node):
    """Return the items of a node, nested."""
    found = []
    for one in node.nodes:
        if one.item["kind"] != "question":
            one.item["items"] = _items(one)
        found.append(one.item)
    return found


def _columns_in(tree):
    if tree[0] == "column":
        yield tree[1]
    for part in tree[1:]:
        if isinstance(part, list) and part and isinstance(part[0], str):
            yield from _columns_in(part)


def _circle(left, needs):
    """Return a cycle among paths each of which depends on another of them."""
    path, seen = min(left), {}
    while path not in seen:
        seen[path] = len(seen)
        path = min(needs[path] & left)
    walked = list(seen)
    return walked[seen[path] :]


def _without_followers(left, gone, needs):
    """Remove paths that depend, directly or not, on `gone`."""
    while True:
        hanging = {path for path in left if needs[path] & gone}
        if not hanging:
            return left
        left, gone = left - hanging, gone | hanging
