"""One pass over the rows of an import: open sheets, read, check and save rows, and collect the
findings. The caller's transaction decides whether the rows stay."""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import imports
from portal.imports import cells, files, marking, workbook
from portal.imports.lookups import Answers
from portal.models import ImportMapping, ImportValue
from portal.models.places import DivisionLevel
from portal.places.spared import names_holding
from portal.tools import copying, shelf
from portal.trust import addressing, privacy, private

TOLD_AT_MOST = 200
SHOWN_ROWS = 50
# Kinds of columns in which a cell that is merged downwards counts for each of its rows.
SAID_ONCE = {"name", "names", "person", "organ_post", "day", "choice"}
# Sample texts per column, for the person who matches headings.
SAMPLES = 3
SAMPLED_ROWS = 40
# Unknown words to ask about at once.
ASKED_AT_MOST = 300
LONGEST_ASKED = 120


def folder_of(batch):
    return Path(settings.MEDIA_ROOT) / "imports" / str(batch.key)


def shelf_of(batch):
    return shelf.Folder(f"imports/{batch.key}")


def original_of(batch):
    """Return the uploaded workbook, in whichever format, on this node."""
    for suffix in files.SUFFIXES:
        if path := shelf_of(batch).bring(f"original{suffix}"):
            return path
    return folder_of(batch) / "original.xlsx"


def owner_of(batch, at):
    """Return the owner with the rights of the day on which the work is done."""
    return batch.owner.acting(on=timezone.localdate(at))


@dataclass(frozen=True)
class Opened:
    """A table whose rows are imported, and the meaning of its headings."""

    table: workbook.Table
    mapping: dict[str, int]
    # Name of the sheet in lists, if rows of several sheets are imported.
    sheet: str = ""


def open_batch(batch, kind) -> list[Opened]:
    """Return the tables of a batch with the meaning of their headings: as matched for this batch,
    else as the owner's organ matched them before, else by name. Also sets the batch's sheets."""
    known = ImportMapping.objects.filter(kind=kind.name, **ImportMapping.owned_by(batch.owner))
    known = dict(known.values_list("fingerprint", "mapping"))
    known |= {one["fingerprint"]: one["mapping"] for one in batch.sheets if one["mapping"]}
    before = {one["name"]: one for one in batch.sheets}
    chosen = {name for name, one in before.items() if one["chosen"]} or None
    found = workbook.open_tables(original_of(batch), kind, frozenset(known), chosen)
    batch.sheets, opened = [], []
    for one in found:
        told = {"name": one.sheet, "rows": 0, "header_row": 0, "headings": [], "mapping": {}}
        told |= {"fingerprint": "", "chosen": not one.why, "why": one.why}
        told["language"] = before.get(one.sheet, {}).get("language", "")
        if one.why and (old := before.get(one.sheet)) and old["why"]:
            told["why"] = old["why"]
        if one.table:
            mapping = _meaning(kind, one.table, known.get(one.table.fingerprint))
            told |= {"left": one.table.first_column, "header_row": one.table.header_row}
            told |= {"headings": list(one.table.headings)}
            told |= {"fingerprint": one.table.fingerprint, "mapping": mapping}
            told["rows"] = one.table.counted()
            if not one.why:
                opened.append(Opened(one.table, mapping, one.sheet))
        batch.sheets.append(told)
    if len(opened) == 1:
        opened = [Opened(opened[0].table, opened[0].mapping)]
    first = opened[0]
    batch.sheet, batch.header_row = first.table.sheet, first.table.header_row
    batch.headings, batch.fingerprint = list(first.table.headings), first.table.fingerprint
    batch.mapping = first.mapping
    return opened


def _meaning(kind, table, mapping):
    if (
        not mapping
        or workbook.is_template(kind, table.headings)
        or workbook.unfit(kind, table.headings, mapping)
    ):
        return workbook.propose(kind, table.headings)
    return mapping


def lacking(kind, opened):
    """Return the required columns for which a sheet has no heading."""
    return [column for one in opened for column in workbook.missing(kind, one.mapping)]


def samples(kind, opened):
    """Return {fingerprint: [the first texts of each column]} as JSON, without personal data."""
    found = {}
    for one in opened:
        table = one.table
        if table.fingerprint in found:
            # The first of several sheets with the same headings represents them all.
            continue
        chunk = next(table.chunks(), [])[:SAMPLED_ROWS]
        shown = []
        for place, heading in enumerate(table.headings):
            texts = (cells.as_text(raw[place]) for _n, raw in chunk if place < len(raw))
            texts = list(dict.fromkeys(_masked(text)[:30] for text in texts if text))[:SAMPLES]
            shown.append(["***"] if texts and workbook.is_about_person(kind, heading) else texts)
        found[table.fingerprint] = shown
    return json.dumps(found, ensure_ascii=False)


def values_of(batch):
    """Return {column: {what they write: what it means}} as the owner's organ defined it before."""
    found = {}
    rows = ImportValue.objects.filter(kind=batch.kind, **ImportMapping.owned_by(batch.owner))
    for column, said, means in rows.values_list("column", "said", "means"):
        found.setdefault(column, {})[said] = means
    return found


class Found:
    """Results of one pass: counts, ids of the saved records, and problems in a spool file."""

    def __init__(self, spool):
        self.total = self.good = self.problems = self.known = 0
        self.record_ids = []
        self.bad_rows, self._met = {}, {}
        self.told, self.shown, self.changed = [], [], []
        self.rows = Counter()
        # {sheet: the row in which another table begins}
        self.ends = {}
        self.asked, self.used, self.offers = {}, Counter(), {}
        self._file = spool
        self._writer = csv.writer(spool)

    def repeated(self, row, columns):
        """Refuse a row with problems that exactly repeats an earlier one: only one of the two may
        stay once they are corrected."""
        key = hash(tuple(str(row.written(column.name)) for column, _place in columns))
        first = self._met.setdefault(key, row.where)
        if first != row.where and not row.is_double:
            row.refuse_double("", first)

    def note(self, row, kind, one):
        for name, reason in row.problems:
            letter = heading = value = ""
            place = one.mapping.get(name)
            if place is not None:
                letter, heading = one.table.letter(place), one.table.headings[place]
                if not kind.column(name).is_private:
                    value = cells.as_text(row.raw[place] if place < len(row.raw) else "")[:200]
            # Problems must not show ID numbers, in whatever cell they were typed.
            value, reason = (_masked(text) for text in (value, reason))
            self._writer.writerow(
                [row.sheet, row.number, letter, heading[:80], value, reason[:300]]
            )
            self.problems += 1

    def ask(self, row, kind):
        """Note the unknown words of a row, and count the rows of each."""
        for name, unknown in row.unknown.items():
            column, key = kind.column(name), (name, cells.plainly(unknown.said))
            text = cells.as_text(row.written(name) or "")
            is_part = column.kind in {"names", "organ_post"}
            whole = is_part or cells.plainly(text) == key[1]
            if column.is_private or not whole or len(unknown.said) > LONGEST_ASKED:
                continue
            if key not in self.asked:
                if len(self.asked) >= ASKED_AT_MOST or _masked(unknown.said) != unknown.said:
                    continue
                told = {"column": name, "said": unknown.said, "rows": 0}
                self.asked[key] = told | {"offered": unknown.offered, "sure": unknown.is_sure}
            self.asked[key]["rows"] += 1

    def questions(self, meanings):
        """Return the new and the answered questions, for the form of meanings."""
        before = {}
        for (name, plain, said), n in sorted(self.used.items()):
            # Count a word once, however it is spaced.
            told = {"column": name, "said": said, "rows": 0, "offered": []}
            one = before.setdefault((name, plain), told | {"means": meanings[name][plain]})
            one["rows"] += n
        questions = [*self.asked.values(), *before.values()]
        return [one | {"codes": list(self.offers.get(one["column"], ()))} for one in questions]

    def tell(self, row, columns, one):
        """Note what the texts of a good row say about people, and which cells were interpreted."""
        for column, place in columns:
            text = row.values[column.name]
            if len(self.told) >= TOLD_AT_MOST:
                return
            words = row.read_as.get(column.name) if row.read_as else ""
            is_text = column.kind == "text" and not column.is_private and isinstance(text, str)
            if not (is_text and text) and not words:
                continue
            cell, heading = f"{one.table.letter(place)}{row.number}", one.table.headings[place][:80]
            where = f"{row.sheet} {cell}".strip(), heading
            if words:
                self.told.append((*where, words, "read"))
            if is_text:
                self.told += [(*where, phrase, "named") for phrase in addressing.phrases(text)]
                if found := private.phrases(text):
                    self.told.append((*where, "、".join(found), "private"))
                if privacy.find(text) != privacy.NONE:
                    self.told.append((*where, "", "masked"))

    def spare(self):
        """Drop notes that only name places and organs, looked up once for all rows."""
        phrases = {phrase for *_where, phrase, how in self.told if how == "named"}
        spared = names_holding(phrases)
        self.told = [
            one for one in self.told if one[3] != "named" or addressing.find(one[2], spared)
        ]

    def show(self, row, columns):
        """Keep the first rows as they will be stored, and old and new values of existing
        records."""
        if row.known is None:
            if len(self.shown) < SHOWN_ROWS:
                stands = row.values | row.stands
                texts = {c.name: _shown(c, stands[c.name]) for c, _place in columns}
                self.shown.append([row.sheet, row.number, texts])
        elif len(self.changed) < TOLD_AT_MOST:
            changes = {
                c.shown: [_shown(c, one) for one in row.changes[c.name]]
                for c, _place in columns
                if c.name in row.changes
            }
            self.changed.append([row.sheet, row.number, str(row.known), changes])

    def preview(self):
        return json.dumps({"rows": self.shown, "changed": self.changed}, ensure_ascii=False)

    def listed(self):
        """(sheet, row, letter, heading, value, reason) of every problem, read back from the
        file."""
        self._file.flush()
        self._file.seek(0)
        for sheet, row, *rest in csv.reader(self._file):
            yield sheet, int(row), *rest


def _masked(text):
    return privacy.mask_others(privacy.mask_ids(text))


def _shown(column, value) -> str:
    """Return the text that a cell of ours will hold."""
    if value in (None, ""):
        return ""
    if column.is_private:
        return "***"
    if column.choices:
        return next((label for label, code in column.choices().items() if code == value), value)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return _masked(str(getattr(value, "name", value)))[:120]


def go(batch, kind, opened, found, *, keeps, at, progress=None, keep_rows=False):
    """Read, check and save all rows of the chosen sheets."""
    with connection.cursor() as cursor:
        # The same short queries run for each chunk: compiling each would cost more than it saves.
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL jit = off")
    with copying.behind() as send:
        by = owner_of(batch, at)
        loader = kind.loader(imports.Run(by=by, at=at, batch=batch, keeps=keeps, send=send))
        _offer_from_home(loader)
        _pass(loader, batch, kind, opened, found, progress=progress, keep_rows=keep_rows)
    found.spare()
    found.record_ids, found.offers = loader.record_ids, loader.offers
    return loader


def _pass(loader, batch, kind, opened, found, *, progress, keep_rows):
    meanings = batch.values or {}
    whole = sum(one.table.total for one in opened)
    # Some rows wait until all are read, so find their table by sheet.
    sheets = {one.sheet: (one, _columns(kind, one)) for one in opened}

    def judged(rows):
        for row in rows:
            one, columns = sheets[row.sheet]
            if row.problems:
                found.repeated(row, columns)
                found.note(row, kind, one)
                found.ask(row, kind)
                if keep_rows and len(found.bad_rows) < marking.BAD_ROWS_AT_MOST:
                    found.bad_rows[row.where] = row.raw
                continue
            if row.known is not None and not row.is_corrected:
                found.known += 1
            else:
                found.good += 1
            found.tell(row, columns, one)
            found.show(row, columns)

    for one in opened:
        read = _reader(kind, one, sheets[one.sheet][1], meanings, found.used)
        # Columns that apply to several rows: who, where, when and which kind. Texts would count
        # twice.
        shared = frozenset(
            place
            for c, place in sheets[one.sheet][1]
            if c.kind in SAID_ONCE or c.name in {"unit", "place"}
        )
        for chunk in one.table.chunks(shared):
            rows = [read(number, raw) for number, raw in chunk]
            found.total += len(rows)
            found.rows[one.table.sheet] += len(rows)
            judged(sorted(loader.take(rows), key=lambda row: row.number))
            if progress:
                progress(found.total, whole)
        if one.table.ends:
            found.ends[one.table.sheet] = one.table.ends[0]
    judged(loader.finish())


def _columns(kind, one):
    """Return [(column, position)] of the imported columns."""
    return [
        (c, one.mapping[c.name])
        for c in kind.columns
        if c.name in one.mapping and not c.is_left_out
    ]


def _offer_from_home(loader):
    """Propose names from the importer's own county if a name is not found."""
    organ = loader.run.by.organ
    division = organ and organ.division
    if division is None or division.level < DivisionLevel.COUNTY:
        return
    ids = division.ancestor_ids[
        : len(division.ancestor_ids) - division.level + DivisionLevel.COUNTY
    ]
    home = "/" + "/".join(map(str, ids)) + "/"
    for one in vars(loader).values():
        if isinstance(one, Answers):
            one.home = home


def _reader(kind, one, columns, meanings, used):
    """Return a function that reads one row of a table from its number and cells."""
    empty = {c.name: None if c.kind in cells.EMPTY_IS_NONE else "" for c in kind.columns}
    said = [(column, place, meanings.get(column.name)) for column, place in columns]
    sheet, mapping, letters = one.sheet, one.mapping, {}
    # Days without a year take that of the title, or of the day above them.
    years: dict[str, int] = {}
    if one.table.lacking:
        letters = {place: one.table.letter(place) for _column, place in columns}

    def read(number, raw):
        values: dict[str, Any] = dict(empty)
        problems, width = [], len(raw)
        unknown: dict[str, Any] = {}
        read_as: dict[str, str] = {}
        for column, place, means in said:
            value = raw[place] if place < width else ""
            if means and value != "":
                value, words = cells.meant(column, value, means)
                for word in words:
                    used[column.name, cells.plainly(word), word] += 1
            try:
                if letters and f"{letters[place]}{number}" in one.table.lacking:
                    raise cells.CellProblem(files.without_result(f"{letters[place]}{number}"))
                values[column.name] = cells.read(column, value)
                if column.kind == "day" and (day := values[column.name]):
                    years[column.name] = day.year
            except cells.Yearless as problem:
                year = one.table.year or years.get(column.name)
                if day := problem.of(year) if year else None:
                    values[column.name] = day
                    read_as[column.name] = _("read as a day of %(year)s") % {"year": year}
                else:
                    problems.append((column.name, str(problem)))
            except cells.CellProblem as problem:
                problems.append((column.name, str(problem)))
                if isinstance(problem, cells.UnknownWord):
                    unknown[column.name] = problem
        row = imports.Row(number, values, raw, problems, sheet, mapping)
        if read_as:
            row.read_as = read_as
        if problems:
            row.bad, row.unknown = frozenset(name for name, _reason in problems), unknown
        return row

    return read
