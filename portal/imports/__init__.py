"""Excel in: what can be imported, as tables of columns. No domain and no request here.

Each app registers its kinds (`register`); pages and commands find them here by name. How a file
is read stands in `workbook`, how a cell becomes a value in `cells`, the marked workbook in
`marking`, the lists that names are looked up in in `lookups`, the acts in portal.actions.imports.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction

from portal.roles import Permission as P

REGISTRY: dict[str, "Kind"] = {}
# Who finds the page in the side list: whoever may import one kind or another.
IMPORTERS = (
    P.MANAGE_PLACES,
    P.MANAGE_PEOPLE,
    P.RECORD_FOR_OTHERS,
    P.ASSIGN_MATTERS,
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
    # Label → code; in the template a list to choose from.
    choices: Callable[[], Mapping[str, str]] | None = None
    # Code → further words that people write for it, spaces between them.
    also: Mapping[str, str] = field(default_factory=dict)
    longest: int = 120
    note: str = ""
    width: float = 14
    # Contacts of villagers: the value never stands among the problems.
    is_private: bool = False
    # Known and left out: what is counted from records is never taken over as a typed number.
    is_left_out: bool = False

    @property
    def headings(self):
        return (self.heading, *self.aliases.split())


@dataclass(frozen=True)
class Kind:
    """One kind of workbook. `loader` makes the `Loader` that judges and saves its rows."""

    name: str
    title: str
    # The same in the language of the page; a lazy translation.
    label: Any
    columns: tuple[Column, ...]
    # Whoever holds one of these may import; each row is asked about again.
    permissions: tuple[str, ...]
    loader: Callable[["Run"], "Loader"]
    # The list in which the rows stand afterwards.
    url_name: str
    # (model, further models whose rows come and go with one of it)
    model: Any
    parts: tuple[Any, ...] = ()
    # (model, field) that points at one and is loosened when it goes
    ties: tuple[tuple[Any, str], ...] = ()
    version: int = 1
    notes: tuple[str, ...] = ()
    # Called with the batch before its rows are deleted, inside the transaction of the undoing; may
    # return what is to be called when they are gone.
    before_undo: Callable | None = None
    # What else than references stands in the way of undoing a batch: [[record, address, why]].
    obstacles: Callable = lambda batch: []

    def column(self, name):
        return next(column for column in self.columns if column.name == name)


def register(kind):
    REGISTRY[kind.name] = kind
    return kind


def kinds_for(user):
    """The kinds that this person may import, in the order in which the apps named them."""
    return [kind for kind in REGISTRY.values() if any(user.holds(one) for one in kind.permissions)]


@dataclass
class Row:
    """A row of the sheet: its number there, its clean values, and what is wrong with it."""

    number: int
    values: dict[str, Any]
    raw: list[Any]
    problems: list[tuple[str, str]] = field(default_factory=list)

    def __getattr__(self, name):
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    def refuse(self, column, reason):
        """`column` is a name of the kind's columns, or empty when the whole row is meant."""
        self.problems.append((column, str(reason)))


@dataclass(frozen=True)
class Run:
    """One pass over a workbook: by whom, when, for which batch, and whether it will be kept."""

    by: Any
    at: datetime
    batch: Any
    keeps: bool


class Loader:
    """Takes rows whose cells are in order, says what else is wrong, and saves the good ones.

    Everything happens inside one transaction, which is rolled back when it was only a check.
    """

    def __init__(self, run):
        self.run = run
        self.record_ids = []

    def take(self, rows: list[Row]) -> Iterable[Row]:
        """Judge and save; returns the rows that are judged now, the others wait for `finish`."""
        raise NotImplementedError

    def finish(self) -> Iterable[Row]:
        return ()


class ActionLoader(Loader):
    """Saves each row through the action that a page would call: the same rules, the same audit.

    A check makes the same calls and is rolled back, so that it cannot say anything else than the
    acceptance. For some ten thousand rows; more go in by COPY in a loader of their own.
    """

    # Fields of the action's errors that have another name in the sheet.
    fields: Mapping[str, str] = {}

    def prepare(self, row):
        """Look names up; returns the arguments of `act`, or None after `row.refuse`."""
        raise NotImplementedError

    def act(self, **arguments):
        raise NotImplementedError

    def take(self, rows):
        for row in rows:
            self.save(row)
        return rows

    def save(self, row):
        arguments = self.prepare(row)
        if row.problems:
            return None
        try:
            with transaction.atomic():
                record = self.act(**arguments)
        except ValidationError as problem:
            self._refuse(row, problem)
            return None
        except PermissionDenied as refusal:
            self.not_permitted(row, refusal)
            return None
        self.record_ids.append(record.pk)
        return record

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
