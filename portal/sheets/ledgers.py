"""Official sheets as tables of columns: the registry, the export, its manifest. No domain here.

Each app registers its sheets in its `ledgers`; commands and pages look them up here by name.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateField, Subquery, Value
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import parameters, uses
from portal.models import LedgerHeading, LedgerPaper, Organ
from portal.run import jobs
from portal.sheets import paper, periods, scope, watermark, xlsx
from portal.sheets.wording import worded, worded_column
from portal.tools import languages, replica
from portal.trust import wall

REGISTRY: dict[str, "Ledger"] = {}
# Functions (user) → records that a relation (an assignment, a call) opens instead of a role.
_BY_RELATION: list[Callable] = []
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 2000
# Precedes the title of everything that the practice area prints.
PRACTISED = "【练习】"
SIGNATURE = (
    "主要负责人（签字）：　　　　审核人：　　　　填表人：　　　　"
    "联系电话：　　　　　　　年　　月　　日（公章）"
)


class LedgerProblem(Exception):
    """The sheet cannot be written as requested; the message says why."""


@dataclass(frozen=True)
class Column(xlsx.SheetColumn):
    """A column of a sheet: its heading, the values that it reads of a row, and the cell.

    `value` is a field path, an expression, a function (user) → expression, or a tuple of these;
    `cell` takes their values in this order. Without `cell` the value itself is the cell, and None
    becomes an empty text; without both the column is empty, to be filled in by hand.
    """

    value: Any = ()
    cell: Callable | None = None
    # Whether it identifies the people concerned or tells confidential things about them: full
    # names, reasons of hardship, appraisals. Or user → bool, if some readers see it masked.
    is_personal: bool | Callable = False

    @classmethod
    def text(cls, heading, width, value=(), cell=None, **more):
        return cls(heading, width, value=value, cell=cell, **more)

    @classmethod
    def centred(cls, heading, width, value=(), cell=None, **more):
        return cls(heading, width, "center", value=value, cell=cell, **more)

    @classmethod
    def number(cls, heading, width, value=(), cell=None, **more):
        return cls(heading, width, "center", "integer", value=value, cell=cell, **more)

    @classmethod
    def counted(cls, heading, width, value=(), cell=None, **more):
        """A numeric column with a sum."""
        return cls.number(heading, width, value, cell, is_summed=True, **more)

    @classmethod
    def money(cls, heading, width, value=(), cell=None, **more):
        """A column of amounts in yuan, with a sum."""
        more |= {"value": value, "cell": cell}
        return cls(heading, width, "right", "decimal", is_summed=True, **more)

    @classmethod
    def day(cls, heading, value=(), cell=None):
        return cls(heading, 11, "center", "date", value=value, cell=cell)

    def asked(self, user):
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        return [value(user) if callable(value) else value for value in values]

    def cells(self, given, count):
        """Return the cells of `count` rows, from one sequence for each value."""
        if not given:
            return [""] * count
        if self.cell:
            return map(self.cell, *given)
        return ["" if one is None else one for one in given[0]] if self.kind == "text" else given[0]


# --- Values and cells that many sheets share -----------------------------------------------------


def today(user):
    return Value(user.today, output_field=DateField())


def joined(mark):
    """Return a cell that joins its non-empty values by this mark, replacing a full stop there."""
    return lambda *parts: mark.join(map(str, filter(None, parts))).replace(f"。{mark}", mark)


def first_of(rows, field):
    """Return a value: this field of the first of `rows`, which refer to the row by OuterRef."""
    return Subquery(rows.values(field)[:1])


class _Labels(dict):
    """Chinese labels of choices by wording, loaded at the first lookup of each."""

    def __init__(self, choices):
        super().__init__()
        self.choices = choices.choices

    def __missing__(self, language):
        with translation.override(languages.chinese(language)):
            labels = {one: str(label) for one, label in self.choices}
        self[language] = {None: "", "": ""} | labels
        return self[language]

    def label(self, code):
        return self[get_language()][code]


def chinese(choices):
    """Return a cell: the Chinese label of a code, whatever the reader's language."""
    return _Labels(choices).label


# --- Sheets -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A sheet ready to be written: all rows from one snapshot, with running numbers."""

    title: str
    columns: tuple[xlsx.SheetColumn, ...]
    expected: int
    rows: Iterable
    notes: tuple[str, ...] = ()
    # Text of a sheet without rows: what was searched.
    empty: str = "无"
    paper: str = ""  # chosen by the office; by its width if empty
    # Rows that the user sees only by a personal relation, which do not belong to the organ.
    personal: int = 0
    unit: str = ""  # 填报单位
    filled_in_by: str = ""
    signature: str = ""  # the signature line, if not the usual one
    meta: str = ""
    watermark: str = ""


def shown_title(ledger):
    """Return the title of a sheet for a page: in English with the Chinese title as printed."""
    title = worded(ledger.title)
    return f"{ledger.english} ({title})" if languages.is_english() else title


@dataclass(frozen=True)
class Ledger:
    """An official sheet: its rows, their order, and its columns without the running number.

    The rows are those of `address` (portal.pages.filters), or `rows(user, query)` returns a scoped
    queryset. `days` names the two filters that limit its period, for monthly sheets. Other classes
    with name, title, columns, days, kept, `check` and `sheet` can be registered as well.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable | None = None
    address: Any = None
    # user → all rows of the organ or area, even those that the user may not read (`scope.whole`).
    whole: Callable | None = None
    # Names of columns to sort by; empty keeps the order of the rows.
    order: Sequence[str] = ()
    notes: tuple[str, ...] = ()
    signature: str = ""
    # The lookup path to the day of a row, for the period in the title.
    day: str = ""
    days: tuple[str, str] | tuple[()] = ()
    # Headings of columns that no office may hide.
    kept: tuple[str, ...] = ()
    # (user, query) → [(label, words)] of the filters, if not those of the address.
    said: Callable | None = None
    # (query, at) → the period in the title, if it is not that of the rows.
    period: Callable | None = None
    # Title on English pages; the paper has the Chinese title.
    english: str = ""
    # Whether making the sheet is audited, which is not possible on a replica.
    is_noted = False

    def check(self, user, query):
        """Return [(label, text)] of the filters; raise LedgerProblem if they are invalid."""
        self.found(user, query)
        return self.words(user, query)

    def found(self, user, query):
        return self.rows(user, query) if self.rows else self.address.sheet_rows(user, query)

    def words(self, user, query):
        said = self.said or (self.address and self.address.said)
        return said(user, query) if said else []

    def sheet(self, user, query, at):
        if not (self.address and self.address.beyond):
            return self._made(user, query, at)
        with self.address.reading():
            # Read when the sheet is written, with the rights under which it was found.
            return self._made(user, query, at, wall.kept)

    def _made(self, user, query, at, reading=iter):
        rows = self.found(user, query)
        lines = self.lines(rows, user)
        sheet = Sheet(
            title=self.full_title(user, query, at, rows),
            columns=self.columns,
            expected=self.expected(rows),
            rows=numbered(reading(lines)),
            notes=self.notes,
            signature=self.signature,
        )
        return self.scoped(sheet, user, query, at)

    def scoped(self, sheet, user, query, at):
        """Return the sheet with what it says about rows that it leaves out."""
        is_unseen = bool(self.whole) and scope.unseen(self._in_days(user, query), user)
        if is_unseen and sheet.expected:
            sheet = replace(sheet, notes=(*sheet.notes, f"注：{scope.UNSEEN}"))
        if not sheet.expected:
            looked = (
                self.period(query, at)
                if self.period
                else periods.looked_at(periods.of_days(query, self.days), at)
            )
            said = [] if self.period else self.words(user, query)
            empty = scope.empty_words(looked, scope.area_of(user), said, is_unseen)
            sheet = replace(sheet, empty=empty)
        if self.rows or not self.address:
            return sheet
        return replace(sheet, personal=self.personal(user, query))

    def personal(self, user, query):
        """Count the rows of the page that are left out because only a relation opens them to the
        user."""
        seen = self.address.seen(user, query).order_by()
        return seen.exclude(pk__in=seen.of_roles(user).values("pk")).count()

    def _in_days(self, user, query):
        """Return the whole, limited to the period only: other filters would reveal something about
        rows that are not shown."""
        rows = self.whole(user)  # pyright: ignore[reportOptionalCall]  # asked where there is one
        if not self.days:
            return rows
        if self.address is None:
            first, last = periods.of_days(query, self.days)
            rows = rows.filter(**{f"{self.day}__gte": first} if first else {})
            return rows.filter(**{f"{self.day}__lte": last} if last else {})
        asked = QueryDict(mutable=True)
        asked.update({name: query[name] for name in self.days if query.get(name)})
        return checked(self.address.filter(asked, queryset=rows, user=user))

    def full_title(self, user, query, at, rows):
        if self.period:
            period = self.period(query, at)
        else:
            days = periods.of_days(query, self.days)
            period = periods.in_title(rows, day=self.day, days=days, at=at)
        return f"{period}{scope.area_of(user)}{worded(self.title)}"

    def expected(self, rows):
        return rows.order_by().count()

    def lines(self, rows, user, *, most=None):
        """Yield the cells of each row, streamed from one statement that selects each value once."""
        asked = {}
        places = [
            [asked.setdefault(value, len(asked)) for value in column.asked(user)]
            for column in self.columns
        ]
        if self.order:
            rows = rows.order_by(*self.order)
        values = rows.values_list(*asked)[:most].iterator(chunk_size=CHUNK)
        while chunk := list(islice(values, CHUNK)):
            # Work by column, so that only a column with a `cell` function costs a call for each
            # row.
            given = list(zip(*chunk, strict=True))
            cells = [
                column.cells([given[place] for place in mine], len(chunk))
                for column, mine in zip(self.columns, places, strict=True)
            ]
            yield from zip(*cells, strict=True)


class RecordLedger(Ledger):
    """A sheet whose cells read records: each column's `cell` takes one record of `records`."""

    def records(self, rows, user):
        raise NotImplementedError

    def lines(self, rows, user):
        for record in self.records(rows, user):
            # Each column of such a sheet has a cell.
            yield tuple(column.cell(record) for column in self.columns)  # pyright: ignore[reportOptionalCall]  # see above


def numbered(lines):
    return ((number, *cells) for number, cells in enumerate(lines, start=1))


def opened_by_relation(rows):
    """Register `rows(user)`, a queryset of a model with visible_to(): records that a person may see
    only while a relation lasts, whatever their roles."""
    _BY_RELATION.append(rows)
    return rows


def register(ledger):
    REGISTRY[ledger.name] = ledger
    return ledger


def in_use():
    """Return {name: sheet} of the sheets in use."""
    off = uses.off()
    return {name: one for name, one in REGISTRY.items() if uses.of_sheet(name) not in off}


# --- Headings of this installation --------------------------------------------------------------


def headings(ledger):
    """Return [(index in the code, column as shown, its LedgerHeading or None)] in the order of the
    sheet, including hidden columns. A column is identified by its heading in the code, or by its
    code if two columns share a heading."""
    rows = {row.column: row for row in LedgerHeading.objects.filter(ledger=ledger.name)}
    known = []
    for index, column in enumerate(ledger.columns):
        row, column = rows.get(column.known_as), worded_column(column)
        if row and row.heading:
            column = replace(column, heading=row.heading)
        known.append((index, column, row))
    return sorted(known, key=lambda one: (_place(*one), one[0]))


def chosen_paper(ledger):
    """The paper that the office chose for a sheet, empty if none."""
    row = LedgerPaper.objects.filter(ledger=ledger.name).first()
    return row.paper if row else ""


def is_left_out(column, row):
    """Return whether the column is hidden: as the office set it, else if the column is off by
    default."""
    return row.is_hidden if row else column.is_off


def _place(index, _column, row):
    return row.place if row and row.place is not None else default_place(index)


def default_place(index):
    """Return steps of ten, so that a column can be inserted between two others."""
    return (index + 1) * 10


def arranged(ledger, columns, rows):
    """Apply this installation's headings, order and hidden columns to columns and rows. `columns`
    may omit some of the ledger's columns, and have headings of their own in this sheet."""
    mine = {column.known_as: index for index, column in enumerate(columns)}
    original = ledger.columns
    shown = [
        (place, column if row and row.heading else worded_column(columns[place]))
        for index, column, row in headings(ledger)
        if (place := mine.get(original[index].known_as)) is not None
        and not is_left_out(column, row)
    ]
    if [index for index, _column in shown] == list(range(len(columns))):
        return tuple(column for _index, column in shown), rows
    if not shown:
        raise LedgerProblem(_("All columns of this sheet are hidden; the office must show some."))
    pick = itemgetter(0, *(index + 1 for index, _column in shown))
    return tuple(column for _index, column in shown), map(pick, rows)


# --- Writing ------------------------------------------------------------------------------------


def scope_digest(user):
    """Return a digest of the grants that decide what this person sees."""
    grants = sorted(
        (g.pk, g.role, g.organ_id, g.division_id, str(g.ends_on)) for g in user.grants_today()
    )
    return hashlib.sha256(json.dumps([user.pk, user.organ_id, grants]).encode()).hexdigest()


def _related(user):
    """Return {model: ids} of the records that relations open to this person now."""
    return {
        rows.model._meta.label: sorted(rows.values_list("pk", flat=True))
        for rows in (opened(user) for opened in _BY_RELATION)
    }


def still_open(manifest, user):
    """Return whether the owner may still see everything in a sheet: the grants are the same, and
    the records opened by relations are still open. Records opened since then do not matter."""
    if manifest.get("scope") != scope_digest(user):
        return False
    return all(
        apps.get_model(label).objects.visible_to(user).filter(pk__in=ids).count() == len(ids)
        for label, ids in manifest["related"].items()
        if ids
    )


def start_export(ledger, *, filters, by, **more):
    """Queue a sheet of the rows that this person sees under these filters. A large one with
    personal data is held until a second person approves it (portal/actions/exports.py)."""
    rows = personal_rows(ledger, filters=filters, by=by)
    is_held = bool(rows) and rows > unapproved_rows(by)
    arguments = {"ledger": ledger.name, "filters": filters, **more}
    if is_held:
        arguments["personal_rows"] = rows
    title = worded(ledger.title)
    return jobs.start(kind="ledger", title=title, arguments=arguments, by=by, is_held=is_held)


def unapproved_rows(user):
    """Return how many rows of personal data this person may export without approval."""
    at = parameters.place_of(user.organ)
    return parameters.number("export.personal_rows", on=user.today, at=at)


def is_personal(ledger, user):
    """Whether a column that this installation shows holds personal data for this reader."""
    marked = [
        column
        for column in ledger.columns
        if (mark := getattr(column, "is_personal", False)) and (mark is True or mark(user))
    ]
    if not marked:
        return False
    left_out = {one.known_as for _i, one, row in headings(ledger) if is_left_out(one, row)}
    return any(column.known_as not in left_out for column in marked)


def personal_rows(ledger, *, filters, by):
    """Count the rows with personal data that the sheet would have now. Invalid filters count as 0,
    since the job reports them."""
    if not is_personal(ledger, by):
        return 0
    query = QueryDict(mutable=True)
    query.update(filters)
    try:
        return ledger.expected(ledger.found(by, query))
    except LedgerProblem:
        return 0


def filters_of(job, *, reader):
    """[(label, words)] of a sheet's filters; the raw query if they are no longer valid."""
    filters = job.manifest.get("filters") or job.arguments.get("filters") or {}
    ledger = REGISTRY.get(job.arguments.get("ledger"))
    if ledger is None or not filters:
        return list(filters.items())
    query = QueryDict(mutable=True)
    query.update(filters)
    try:
        return ledger.check(reader, query)
    except LedgerProblem:
        return list(filters.items())


@contextmanager
def one_moment():
    """Open a transaction that reads one snapshot; inside another transaction, join that one."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if is_outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def write(ledger, *, user, filters, target: Path, at, progress=None, number=""):
    """Write the sheet from one snapshot and return its manifest; `number` is that of the export.

    Raises LedgerProblem if filters are invalid or fewer rows were written than counted.
    """
    query = QueryDict(mutable=True)
    query.update(filters)
    # Official sheets are Chinese, whatever the language of the reader.
    with translation.override(languages.chinese()), one_moment():
        data_time, related = timezone.localtime(at), _related(user)
        sheet = ledger.sheet(user, query, data_time)
        if progress:
            progress(0, sheet.expected)
        with closing(_one_by_one(sheet.rows)) as rows:
            columns, rows = arranged(ledger, sheet.columns, rows)
            sheet = replace(
                sheet,
                columns=columns,
                paper=chosen_paper(ledger),
                notes=tuple(map(worded, sheet.notes)),
                signature=worded(sheet.signature),
                unit=stamped_by(user),
                filled_in_by=filled_in_by(user),
                watermark=watermark.exported(user, data_time, number),
            )
            totals = Totals(columns)
            written = xlsx.write_sheet(
                target,
                frame(worded(ledger.title), sheet, data_time, totals),
                totals.over(rows),
                progress=(lambda done: progress(done, sheet.expected)) if progress else None,
                empty_text=sheet.empty,
            )
    if written.rows != sheet.expected:
        target.unlink(missing_ok=True)
        raise LedgerProblem(
            _("%(expected)s rows were expected, %(written)s written; nothing was kept.")
            % {"expected": sheet.expected, "written": written.rows}
        )
    return {
        "expected": sheet.expected,
        "written": written.rows,
        "sheets": written.sheets,
        "shortened": written.shortened,
        "personal": sheet.personal,
        "personal_rows": written.rows if is_personal(ledger, user) else 0,
        "size": written.size,
        "sha256": written.sha256,
        "filters": filters,
        "data_time": data_time.isoformat(timespec="seconds"),
        "by": user.username,
        "scope": scope_digest(user),
        "related": related,
    }


def _one_by_one(rows):
    """Turn rows into a generator, so that a half-read cursor is closed in its own transaction."""
    yield from rows


def filled_in_by(user):
    return f"填报人：{user.name}　联系电话：{user.organ.phone if user.organ else ''}"


def stamped_by(user):
    return user.organ.signed_as if user.organ else office_signed_as(on=user.today)


def office_signed_as(*, on):
    """Return the programme office's signature: the seal of the organ that the parameter names."""
    name = parameters.text("programme.office_name", on=on)
    office = Organ.objects.called_exactly(name, on=on).first()
    return office.signed_as if office else name


class Totals:
    """Sums (合计) of the columns that have one, added up while the rows are written."""

    def __init__(self, columns):
        self.width = len(columns) + 1  # the running number stands first
        self.sums: dict[int, Any] = {
            place: None for place, column in enumerate(columns, start=1) if column.is_summed
        }

    def over(self, rows):
        for row in rows:
            for place in self.sums:
                if row[place] is not None and row[place] != "":
                    self.sums[place] = (self.sums[place] or 0) + row[place]
            yield row

    def line(self):
        if not self.sums:
            return None
        return ["合计", *(self.sums.get(place) for place in range(1, self.width))]


def frame(name, sheet, at, totals=None):
    """Title, unit line, headings, sums and signatures around the rows of a sheet."""
    columns = [xlsx.SheetColumn("序号", 6, "center", "integer"), *sheet.columns]
    size, columns = paper.laid_out(columns, chosen=sheet.paper)
    return xlsx.SheetFrame(
        name=name,
        title=f"{PRACTISED}{sheet.title}" if settings.PRACTICE else sheet.title,
        columns=columns,
        unit_line=(
            f"填报单位（盖章）：{sheet.unit}",
            f"填报时间：{at.year}年{at.month}月{at.day}日",
            sheet.filled_in_by,
        ),
        notes=sheet.notes,
        signature=sheet.signature or SIGNATURE,
        paper=size,
        meta=sheet.meta,
        watermark=sheet.watermark,
        total=totals and totals.line,
    )


def file_name(ledger, at):
    return f"{worded(ledger.title)}{at:%Y%m%d-%H%M}.xlsx"


@jobs.work_of("ledger")
def _write_for_job(job, folder, progress):
    ledger = REGISTRY[job.arguments["ledger"]]
    name = file_name(ledger, timezone.localtime(job.taken_at))
    given = {"user": job.owner, "filters": job.arguments["filters"], "at": job.taken_at}
    given["number"] = str(job.pk)

    def made():
        with wall.reading(job.owner):
            return write(ledger, target=folder / name, progress=progress, **given)

    try:
        if getattr(ledger, "is_noted", False):
            manifest = made()
        else:
            manifest = replica.read(made, by=job.owner, waits=replica.JOB_WAITS)
    except (LedgerProblem, xlsx.LedgerTooLarge) as problem:
        raise jobs.JobProblem(str(problem)) from problem
    # The number of rows may have grown since the job was started.
    rows, is_approved = manifest["personal_rows"], "personal_rows" in job.arguments
    if rows and not is_approved and rows > unapproved_rows(job.owner):
        said = _("There are now so many rows that the sheet needs an approval. Export it again.")
        raise jobs.JobProblem(said)
    return name, manifest


def require_valid(form, unknown):
    """Raise LedgerProblem for unknown or invalid filters, with which the sheet would hold other
    rows."""
    if unknown:
        raise LedgerProblem(_("There is no filter called “%(name)s”.") % {"name": unknown[0]})
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        label = f"{form.fields[field].label}: " if field in form.fields else ""
        raise LedgerProblem(f"{label}{errors[0]}")


def checked(filtered):
    """Return the rows of a filter set; raise LedgerProblem if it is invalid."""
    require_valid(filtered.form, filtered.unknown)
    return filtered.qs


def words_of(filtered):
    return [(str(label), words) for label, words, _name in filtered.chips()]
