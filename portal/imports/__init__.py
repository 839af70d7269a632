"""Excel in: what can be imported, as tables of columns. No domain and no request here.

Each app registers its kinds (`register`). `workbook` reads files, `cells` converts values,
`lookups` finds names, `marking` writes workbooks; the acts are in portal.imports.actions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import uses
from portal.roles import Permission as P
from portal.sheets.wording import worded
from portal.text import Text

REGISTRY: dict[str, "Kind"] = {}
# The page of imports is open to users with one of the permissions of the kinds.
IMPORTERS = (
    P.MANAGE_PLACES,
    P.MANAGE_PEOPLE,
    P.RECORD_FOR_OTHERS,
    P.ASSIGN_MATTERS,
    P.HOST_MATTERS,
    P.MANAGE_ACCOUNTS,
    P.GIVE_GRANTS,
    P.MANAGE_STAYS,
    P.LIST_RECIPIENTS,
    P.MANAGE_PAIRINGS,
    P.MANAGE_CONTACT_POINTS,
    P.CHECK_WEAK_CASES,
    P.DECIDE_WEAK_CASES,
)


@dataclass(frozen=True)
class Column:
    """A column that a kind reads; headings are Chinese, as on the sheets of offices."""

    name: str
    heading: str
    aliases: str = ""  # further headings, spaces between them
    required: bool = False
    kind: str = "text"  # a function of `cells`
    # Label → code; the template offers them as a list to choose from.
    choices: Callable[[], Mapping[str, str]] | None = None
    # Code → other words that people write for it, separated by spaces.
    also: Mapping[str, str] = field(default_factory=dict)
    longest: int = 120
    note: str = ""
    width: float = 14
    # Contact details of villagers: the list of problems never shows the value.
    is_private: bool = False
    # Recognised but never imported: numbers that the portal counts itself.
    is_left_out: bool = False

    @property
    def shown(self):
        """The heading in the wording of the page, as in the template."""
        return worded(self.heading)

    @property
    def headings(self):
        return (self.heading, self.shown, *self.aliases.split())


@dataclass(frozen=True)
class Kind:
    """One kind of workbook. `loader` creates the `Loader` that checks and saves its rows."""

    name: str
    title: Text
    # The same in the language of the page; a lazy translation.
    label: Any
    columns: tuple[Column, ...]
    # Any one of these opens the import; the rules are checked again for each row.
    permissions: tuple[str, ...]
    loader: Callable[["Run"], "Loader"]
    # URL name of the list that shows the imported rows.
    url_name: str
    model: Any
    # Further models whose rows are created and deleted with a row of `model`.
    parts: tuple[Any, ...] = ()
    # (model, field) to empty when the row that it refers to is deleted.
    ties: tuple[tuple[Any, str], ...] = ()
    version: int = 1
    notes: tuple[str, ...] = ()
    # Whether the list can show the rows of one batch only.
    lists_batch: bool = False
    # Called in the transaction of undo with the batch and the ids to delete, before the rows are
    # deleted; may return a function to call afterwards.
    before_undo: Callable | None = None
    # For uploads that hold more than may be stored. Takes the texts of a row by name of our columns
    # and by other headings; returns the texts that may be stored. Called before anything is
    # written.
    scrub: Callable | None = None
    # Reasons against undoing any row of a batch: [[record, address, why]].
    obstacles: Callable = lambda batch: []

    @property
    def shown_title(self):
        return worded(self.title)

    @property
    def is_used(self):
        return uses.is_open(self.url_name)

    def column(self, name):
        return next(column for column in self.columns if column.name == name)


def register(kind):
    REGISTRY[kind.name] = kind
    return kind


def kinds_for(user):
    """The kinds that this user may import, in order of registration."""
    return [
        kind
        for kind in REGISTRY.values()
        if kind.is_used and any(user.holds(one) for one in kind.permissions)
    ]


@dataclass
class Row:
    """A row of the sheet: its number, clean values, and problems."""

    number: int
    values: dict[str, Any]
    raw: list[Any]
    problems: list[tuple[str, str]] = field(default_factory=list)

    def __getattr__(self, name):
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    # The sheet, if rows of several sheets are imported.
    sheet: str = ""
    # {column: position of its heading} in the sheet.
    places: Mapping[str, int] = field(default_factory=dict)
    # Columns whose cell cannot be read; no further problems are reported for them.
    bad: frozenset[str] = frozenset()
    # {column: Unknown} for values that may only have another name here.
    unknown: dict[str, "Unknown"] = field(default_factory=dict)
    # The record already in the register, and {column: (old, new)} of what differs.
    known: Any = None
    is_corrected: bool = False
    # Whether it was refused as a duplicate of another row.
    is_double: bool = False
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # {column: text} for the preview, where the stored value will differ from the cell.
    stands: dict[str, str] = field(default_factory=dict)
    # {column: words} where the cell was interpreted rather than read literally.
    read_as: dict[str, str] = field(default_factory=dict)

    def refuse(self, column, reason):
        """Report a problem of a column of the kind, or of the whole row if `column` is empty."""
        if column and column in self.bad:
            return
        self.problems.append((column, str(reason)))
        if isinstance(reason, Unknown):
            self.unknown[column] = reason

    def is_refused(self, column):
        return any(name == column for name, _reason in self.problems)

    def reword(self, column, reason):
        """Replace the problem of a cell that could not be read by a clearer one."""
        self.problems = [(n, str(reason) if n == column else r) for n, r in self.problems]

    def accept(self, column, value):
        """Use this value for a cell that could not be read."""
        self.values[column] = value
        self.problems = [one for one in self.problems if one[0] != column]
        self.bad -= {column}
        self.unknown.pop(column, None)

    def written(self, column):
        """Return the cell as it was written, or None without such a column."""
        place = self.places.get(column)
        return self.raw[place] if place is not None and place < len(self.raw) else None

    @property
    def where(self):
        """Sheet and number, to identify the row."""
        return self.sheet, self.number

    def refuse_double(self, column, first):
        """Refuse the row as a duplicate of an earlier one, whose `where` is `first`."""
        self.is_double = True
        sheet, number = first
        words = _("The same as row %(n)s.")
        if sheet != self.sheet:
            words = _("The same as row %(n)s of sheet “%(sheet)s”.")
        self.refuse(column, words % {"n": number, "sheet": sheet})


class Unknown(Exception):
    """A word or name that is not known here, though it may be known by another."""

    def __init__(self, words, *, said="", offered=()):
        super().__init__(words)
        # `is_sure`: there is only one similar name, and it is very similar.
        self.said, self.offered, self.is_sure = said, list(offered), False


@dataclass(frozen=True)
class Run:
    """One pass over a workbook: by whom, when, for which batch, and whether the result is kept."""

    by: Any
    at: datetime
    batch: Any
    keeps: bool
    # Writes a COPY in the background during the pass (`copying.behind`).
    send: Callable


class Loader:
    """Checks rows and saves the good ones. Rows with unreadable cells (`row.bad`, whose values are
    empty) are checked in all other respects, so that one pass finds every problem.

    Runs in one transaction, which a check rolls back.
    """

    def __init__(self, run):
        self.run = run
        self.record_ids = []
        # {id: (before, after)} of existing records that were corrected.
        self.corrected: dict[int, tuple[dict, dict]] = {}
        # {column: codes} that may be chosen at the rows' places, if not all may. The codes are
        # keys.
        self.offers: dict[str, dict] = {}

    def take(self, rows: list[Row]) -> Iterable[Row]:
        """Check and save the rows; return those that are finished, from this call or an earlier
        one. The others wait for `finish`."""
        raise NotImplementedError

    def finish(self) -> Iterable[Row]:
        return ()


class ActionLoader(Loader):
    """Saves each row through the action that a page would call: the same rules, the same audit.

    A check makes the same calls and is rolled back, so it always agrees with the import. Suits up
    to some ten thousand rows; larger imports have a loader that uses COPY.
    """

    # {field in the action's errors: column}, where the names differ.
    fields: Mapping[str, str] = {}

    def prepare(self, row):
        """Look names up; return the arguments of `act`, or None after `row.refuse`."""
        raise NotImplementedError

    def act(self, **arguments):
        raise NotImplementedError

    def take(self, rows):
        for row in rows:
            self.save(row)
        return rows

    def save(self, row):
        arguments = self.prepare(row)
        if row.problems or arguments is None:
            return None
        record = self._done(row, self.act, **arguments)
        if record is not None:
            self.record_ids.append(record.pk)
        return record

    def _done(self, row, act, **arguments):
        """Return the result of `act`, or None after recording its refusal."""
        try:
            with transaction.atomic():
                return act(**arguments)
        except ValidationError as problem:
            self._refuse(row, problem)
        except PermissionDenied as refusal:
            self.not_permitted(row, refusal)
        return None

    def not_permitted(self, row, refusal):
        row.refuse("", refusal)

    def _refuse(self, row, problem):
        if not hasattr(problem, "error_dict"):
            row.refuse("", " ".join(problem.messages))
            return
        for name, errors in problem.error_dict.items():
            column = self.fields.get(name, name)
            if name == NON_FIELD_ERRORS or column not in row.values:
                column = ""
            row.refuse(column, " ".join(m for error in errors for m in error.messages))


class MatchingLoader(ActionLoader):
    """Rows of a register. Existing records are recognised instead of duplicated, and corrected from
    the sheet if the importer asks for that. An empty cell changes nothing."""

    # Columns that a correction may change, named as the fields of the record.
    corrects = ""
    # Columns that identify duplicate rows of the sheet, whatever other problems these have.
    duplicate_key = ""

    def __init__(self, run):
        super().__init__(run)
        self._met, self._said = {}, {}

    def matches(self, row, arguments) -> list:
        """Return the records that this row may mean; the row is refused if there are several."""
        raise NotImplementedError

    def may_correct(self, record):
        raise NotImplementedError

    def correct(self, record, changed):
        raise NotImplementedError

    def save(self, row):
        arguments = self.prepare(row)
        self._refuse_said(row)
        if row.problems or arguments is None:
            return None
        found = self.matches(row, arguments)
        if row.problems:
            return None
        if len(found) > 1:
            names = _(", ").join(self.label(one) for one in found[:4])
            words = _("Several of the register may be meant: %(names)s. Add what tells them apart.")
            row.refuse("name", words % {"names": names})
            return None
        if found:
            self._meet(row, found[0], arguments)
            return None
        record = self._done(row, self.act, **arguments)
        if record is not None:
            self.record_ids.append(record.pk)
            self._met[record.pk] = row.where
        return record

    def label(self, record):
        return str(record)

    def _refuse_said(self, row):
        """Refuse a row that duplicates an earlier one, even if either has other problems."""
        names = self.duplicate_key.split()
        if not names or row.bad & set(names):
            return
        key = tuple("".join(str(row.values[name]).split()).lower() for name in names)
        first = self._said.setdefault(key, row.where)
        if first != row.where:
            row.refuse_double("name", first)

    def _meet(self, row, record, arguments):
        first = self._met.setdefault(record.pk, row.where)
        if first != row.where:
            row.refuse_double("name", first)
            return
        if not (decision := self.may_correct(record)):
            row.refuse("", decision.refusal)
            return
        row.known = record
        changed = {
            name: arguments.get(name, row.values[name])
            for name in self.corrects.split()
            if row.values[name] not in ("", None)
        }
        changed = {name: new for name, new in changed.items() if getattr(record, name) != new}
        row.changes = {name: (getattr(record, name), new) for name, new in changed.items()}
        if self.run.batch.updates and changed:
            before = {name: old for name, (old, _new) in row.changes.items()}
            if self._done(row, self.correct, record=record, changed=changed) is not None:
                row.is_corrected = True
                self.corrected[record.pk] = before, changed
