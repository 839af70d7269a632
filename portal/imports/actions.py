"""An import from upload to undoing: each act locks the batch, asks its rule, notes the audit.

Reading, checking and saving are one pass (`_pass`) in one transaction. A check rolls it back; an
acceptance commits all rows, the batch and its audit entry together, or nothing.
"""

import csv
import json
import shutil
import tempfile
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import events, imports, wordings
from portal.imports import cells, marking, rules, scrubbing, workbook
from portal.models import AuditEntry, ImportBatch, ImportMapping, ImportProblem
from portal.places.spared import names_holding
from portal.records import audit, steps
from portal.run import jobs
from portal.tools.locking import lock_name, locked
from portal.tools.saving import change
from portal.trust import addressing, privacy
from portal.trust.access import require

State = ImportBatch.State
REPORT = "report.xlsx"
# Cells of good rows that the writer is told of.
TOLD = "told.json"
TOLD_AT_MOST = 200
OBSTACLES_SHOWN = 50
IDS_AT_ONCE = 5_000
# A workbook that nobody accepts is kept so long.
KEPT_FOR = timedelta(days=7)


class ImportRefused(Exception):
    """The import cannot go on as asked; says why."""


class RowsHaveProblems(Exception):
    """Nothing was saved, since not every row is in order."""


def folder_of(batch):
    return Path(settings.MEDIA_ROOT) / "imports" / str(batch.key)


def original_of(batch):
    return folder_of(batch) / "original.xlsx"


def report_of(batch):
    """The marked workbook, or None where there is none (any more)."""
    path = folder_of(batch) / REPORT
    return path if path.is_file() else None


def told_of(batch):
    """[(cell, heading, phrase)] of the good rows that name somebody in a text, which is taken over
    as it stands; with an empty phrase those whose numbers are masked. None are kept after the
    workbook."""
    path = folder_of(batch) / TOLD
    return [tuple(one) for one in json.loads(path.read_text())] if path.is_file() else []


def _locked(batch, *, wait=True):
    """The batch, locked. Long work waits without limit: a worker whose lease lapsed may still
    hold the row."""
    if wait:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0")
    return locked(batch, "owner", "job")


# --- Upload and matching -------------------------------------------------------------------------


@transaction.atomic
def receive(*, kind, file, name, reason, document, by, queued=True):
    """Take a workbook in and have it read. `file` is an upload or a path.

    Raises ValidationError for what is no workbook, and for one that was taken over before.
    """
    require(rules.may_import(by, kind))
    batch = ImportBatch(
        kind=kind.name, owner=by, file_name=name[-200:], reason=reason, document=document, size=0
    )
    folder_of(batch).mkdir(parents=True, mode=0o700)
    try:
        if kind.scrub:
            with tempfile.NamedTemporaryFile(suffix=".xlsx") as brought:
                # Readable by the process alone, and gone with the end of this block.
                _take_in(batch, file, Path(brought.name))
                scrubbing.write_scrubbed(kind, Path(brought.name), original_of(batch))
        else:
            _take_in(batch, file, original_of(batch))
        original_of(batch).chmod(0o600)
    except (workbook.WorkbookProblem, ValidationError, OSError) as problem:
        shutil.rmtree(folder_of(batch), ignore_errors=True)
        if isinstance(problem, workbook.WorkbookProblem):
            raise ValidationError({"file": str(problem)}) from problem
        raise
    batch.save()
    audit.record(
        "import.received",
        on=batch,
        by=by,
        fields=["file", "reason", "document"],
        values=[kind.name, batch.sha256, reason, document],
    )
    if queued:
        _queue(batch, "check", by)
    return batch


def _take_in(batch, file, path):
    """Store an upload under this path, and judge it."""
    if isinstance(file, Path):
        shutil.copyfile(file, path)
    else:
        with path.open("wb") as copy:
            for piece in file.chunks():
                copy.write(piece)
    workbook.judge(path)
    batch.size, batch.sha256 = path.stat().st_size, workbook.digest(path)
    _refuse_twin(batch)


def _refuse_twin(batch):
    """Refuse a file that anybody has imported already: its rows would be duplicates."""
    same = ImportBatch.objects.filter(
        kind=batch.kind, sha256=batch.sha256, state__in=[State.ACCEPTED, State.UNDOING]
    )
    known = same.select_related("owner").order_by("-accepted_at").first()
    if known:
        words = _(
            "This very file was taken over on %(day)s by %(name)s (%(n)s rows). Undo that "
            "import first, should it be imported anew."
        )
        day, n = timezone.localdate(known.accepted_at), len(known.record_ids)
        raise ValidationError({"file": words % {"day": day, "name": known.owner.name, "n": n}})


def _queue(batch, act, by):
    batch.job = jobs.start(
        kind="import",
        title=imports.REGISTRY[batch.kind].title,
        arguments={"batch": batch.pk, "act": act},
        by=by,
    )
    batch.save(update_fields=["job", "state", "error"])


@transaction.atomic
def match_headings(*, batch, mapping, by, at):
    """Set which heading means which column; kept for the user's organ, this kind and headings."""
    batch = _locked(batch, wait=False)
    kind = imports.REGISTRY[batch.kind]
    require(rules.may_import(by, kind))
    require(rules.may_match_headings(by, batch))
    if problems := workbook.unfit(kind, batch.headings, mapping):
        raise ValidationError(problems)
    change(batch, mapping=mapping, state=State.CHECKING, error="")
    ImportMapping.objects.update_or_create(
        kind=batch.kind,
        fingerprint=batch.fingerprint,
        **ImportMapping.owned_by(by),
        defaults={"mapping": mapping, "set_by": by, "set_at": at},
    )
    audit.record("import.matched", on=batch, by=by, fields=mapping, values=mapping)
    _queue(batch, "check", by)
    return batch


# --- One pass over the rows ----------------------------------------------------------------------


def _open(batch, kind):
    """The table of the batch and the meaning of its headings: as matched for this batch, else as
    the organ of the owner matched them before, else by name."""
    known = ImportMapping.objects.filter(kind=kind.name, **ImportMapping.owned_by(batch.owner))
    known = dict(known.values_list("fingerprint", "mapping"))
    if batch.mapping:
        known[batch.fingerprint] = batch.mapping
    table = workbook.open_table(original_of(batch), kind, frozenset(known))
    mapping, headings = known.get(table.fingerprint), table.headings
    is_unfit = not mapping or workbook.is_template(kind, headings)
    if is_unfit or workbook.unfit(kind, headings, mapping):
        mapping = workbook.propose(kind, headings)
    batch.sheet, batch.header_row = table.sheet, table.header_row
    batch.headings, batch.fingerprint = list(table.headings), table.fingerprint
    batch.mapping = mapping
    return table, mapping


class _Pass:
    """The result of one pass: counts, ids of the saved records, problems in a spool file."""

    def __init__(self, spool):
        self.total = self.good = self.problems = 0
        self.record_ids = []
        self.bad_rows = {}
        self.told = []
        self._file = spool
        self._writer = csv.writer(spool)

    def note(self, row, kind, table, mapping):
        for name, reason in row.problems:
            letter = heading = value = ""
            place = mapping.get(name)
            if place is not None:
                letter, heading = table.letter(place), table.headings[place]
                if not kind.column(name).is_private:
                    value = cells.as_text(row.raw[place] if place < len(row.raw) else "")[:200]
            # Problems must not show ID numbers, in whatever cell they were typed.
            value, reason = (privacy.mask_others(privacy.mask_ids(t)) for t in (value, reason))
            self._writer.writerow([row.number, letter, heading[:80], value, reason[:300]])
            self.problems += 1

    def tell(self, row, columns, table):
        """Note what the texts of a good row say about people."""
        for column, place in columns:
            text = row.values[column.name]
            if len(self.told) >= TOLD_AT_MOST:
                return
            if column.kind != "text" or column.is_private or not isinstance(text, str):
                continue
            where = f"{table.letter(place)}{row.number}", table.headings[place][:80]
            self.told += [(*where, phrase) for phrase in addressing.phrases(text)]
            if any(vars(privacy.find(text)).values()):
                self.told.append((*where, ""))

    def spare(self):
        """Take out names of places and organs, looked up once for all rows."""
        spared = names_holding({phrase for *_where, phrase in self.told if phrase})
        self.told = [one for one in self.told if not one[2] or addressing.find(one[2], spared)]

    def listed(self):
        """(row, letter, heading, value, reason) of every problem, read back from the file."""
        self._file.flush()
        self._file.seek(0)
        for row, *rest in csv.reader(self._file):
            yield int(row), *rest


def _pass(batch, kind, table, mapping, found, *, keeps, at, progress=None, keep_rows=False):
    """Read, check and save all rows; the caller's transaction decides whether they stay."""
    with connection.cursor() as cursor:
        # The same short queries, chunk after chunk: compiling each would cost more than it saves.
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL jit = off")
    loader = kind.loader(imports.Run(by=_owner(batch, at), at=at, batch=batch, keeps=keeps))
    columns = [
        (c, mapping[c.name]) for c in kind.columns if c.name in mapping and not c.is_left_out
    ]
    # Said once for several rows: who, where and when. Texts and amounts would count twice.
    shared = frozenset(
        place for c, place in columns if c.kind in {"name", "day"} or c.name in {"unit", "place"}
    )
    empty = {c.name: None if c.kind in cells.EMPTY_IS_NONE else "" for c in kind.columns}

    def judged(rows):
        for row in rows:
            if row.problems:
                found.note(row, kind, table, mapping)
                if keep_rows and len(found.bad_rows) < marking.BAD_ROWS_AT_MOST:
                    found.bad_rows[row.number] = row.raw
            else:
                found.good += 1
                found.tell(row, columns, table)

    for chunk in table.chunks(shared):
        rows = [_row(number, raw, columns, empty) for number, raw in chunk]
        found.total += len(rows)
        unclear = [row for row in rows if row.problems]
        clear = loader.take([row for row in rows if not row.problems])
        judged(sorted([*unclear, *clear], key=lambda row: row.number))
        if progress:
            progress(found.total, table.total)
    judged(loader.finish())
    found.spare()
    found.record_ids = loader.record_ids


def _row(number, raw, columns, empty):
    values, problems, width = dict(empty), [], len(raw)
    for column, place in columns:
        try:
            values[column.name] = cells.read(column, raw[place] if place < width else "")
        except cells.CellProblem as problem:
            problems.append((column.name, str(problem)))
    return imports.Row(number, values, raw, problems)


# --- Checking ------------------------------------------------------------------------------------


def check(batch, *, at, progress=None):
    """Read and check all rows, and store the result in the batch. Changes no record."""
    kind = imports.REGISTRY[batch.kind]
    try:
        table, mapping = _open(batch, kind)
    except workbook.WorkbookProblem as problem:
        _settle(batch, State.REFUSED, str(problem))
        return batch
    if workbook.missing(kind, mapping):
        _settle(batch, State.UNMAPPED, "")
        return batch
    large = not marking.can_be_loaded(original_of(batch), table)
    with tempfile.TemporaryFile("w+", newline="", encoding="utf-8") as spool:
        found = _Pass(spool)
        with transaction.atomic():
            options = {"keeps": False, "at": at, "progress": progress, "keep_rows": large}
            _pass(batch, kind, table, mapping, found, **options)
            transaction.set_rollback(True)
        batch.total_count, batch.good_count = found.total, found.good
        batch.problem_count = found.problems
        if found.problems:
            marking.write_marked(
                original_of(batch),
                folder_of(batch) / REPORT,
                table,
                found.listed(),
                total=found.problems,
                bad_rows=found.bad_rows if large else None,
            )
        if not kind.scrub:
            (folder_of(batch) / TOLD).write_text(json.dumps(found.told, ensure_ascii=False))
        with transaction.atomic():
            if _locked(batch).state != State.CHECKING:
                return batch
            ImportProblem.objects.filter(batch=batch).delete()
            _keep_problems(batch, found)
            _settle(batch, State.CHECKED, "")
    return batch


def _keep_problems(batch, found):
    names, listed = ("row", "column", "heading", "value", "reason"), found.listed()
    while chunk := list(islice(listed, IDS_AT_ONCE)):
        ImportProblem.objects.bulk_create(
            ImportProblem(batch=batch, **dict(zip(names, one, strict=True))) for one in chunk
        )


def _settle(batch, state, error):
    batch.state, batch.error = state, error[:400]
    fields = "state error sheet header_row headings mapping fingerprint"
    fields += " total_count good_count problem_count"
    batch.save(update_fields=fields.split())


# --- Acceptance ----------------------------------------------------------------------------------


@transaction.atomic
def accept(*, batch, by):
    """Queue the import of the good rows."""
    batch = _locked(batch, wait=False)
    require(rules.may_import(by, imports.REGISTRY[batch.kind]))
    require(rules.may_accept_import(by, batch))
    _refuse_twin(batch)
    batch.state, batch.error = State.ACCEPTING, ""
    _queue(batch, "accept", by)
    return batch


def take_over(batch, *, at, progress=None):
    """Save the good rows of a checked batch: all of them, its audit entry and its new state are
    committed together. Called again after a worker died, it finds that out and does nothing."""
    kind = imports.REGISTRY[batch.kind]
    with transaction.atomic(), tempfile.TemporaryFile("w+", newline="") as spool:
        batch = _locked(batch)
        if batch.state != State.ACCEPTING:
            return batch
        _alone(batch)
        require(rules.may_import(_owner(batch, at), kind))
        table, mapping = _open(batch, kind)
        found, checked = _Pass(spool), batch.good_count
        _pass(batch, kind, table, mapping, found, keeps=True, at=at, progress=progress)
        if found.good != checked:
            raise ImportRefused(
                _(
                    "Since the check, places or people have changed: %(now)s rows instead of "
                    "%(then)s are in order now. Nothing was taken over; upload the workbook again."
                )
                % {"now": found.good, "then": checked}
            )
        _accepted(batch, found, at=at)
    _throw_files_away(batch)
    return batch


def _alone(batch):
    """Lock the kind: two imports at once would not see each other's rows as duplicates."""
    lock_name(f"import.{batch.kind}")
    try:
        _refuse_twin(batch)
    except ValidationError as problem:
        raise ImportRefused(" ".join(problem.messages)) from problem


def check_and_take_over(batch, *, at, good_rows=False, progress=None):
    """Both in one pass, for the command: every row must be in order, unless `good_rows`.

    Returns the (saved) batch; raises RowsHaveProblems with nothing of the rows saved, the batch
    being checked then.
    """
    kind = imports.REGISTRY[batch.kind]
    try:
        table, mapping = _open(batch, kind)
        if lacking := workbook.missing(kind, mapping):
            raise workbook.WorkbookProblem(
                _("These headings are missing: %(headings)s.")
                % {"headings": "、".join(column.shown for column in lacking)}
            )
    except workbook.WorkbookProblem as problem:
        _settle(batch, State.REFUSED, str(problem))
        raise
    try:
        with transaction.atomic(), tempfile.TemporaryFile("w+", newline="") as spool:
            _locked(batch)
            _alone(batch)
            found = _Pass(spool)
            _pass(batch, kind, table, mapping, found, keeps=True, at=at, progress=progress)
            if found.problems and not good_rows:
                raise RowsHaveProblems
            batch.total_count, batch.good_count = found.total, found.good
            batch.problem_count = found.problems
            _keep_problems(batch, found)
            _accepted(batch, found, at=at)
            batch.told = found.told
    except RowsHaveProblems:
        check(batch, at=at)
        raise
    except (ImportRefused, PermissionDenied) as problem:
        # Rolled back; in memory as well.
        batch.accepted_at, batch.record_ids = None, []
        _settle(batch, State.REFUSED, str(problem))
        raise
    _throw_files_away(batch)
    return batch


def _accepted(batch, found, *, at):
    if not found.record_ids:
        raise ImportRefused(_("No row is valid; there is nothing to import."))
    batch.accepted_at, batch.record_ids = at, found.record_ids
    batch.state = State.ACCEPTED
    batch.save()
    audit.record(
        "import.accepted",
        on=batch,
        by=batch.owner,
        fields=sorted(batch.mapping),
        values=[batch.kind, batch.sha256, batch.reason, batch.document, found.good],
    )


@transaction.atomic
def discard(*, batch, by):
    """Delete a workbook that was not imported."""
    batch = _locked(batch, wait=False)
    require(rules.may_discard_import(by, batch))
    change(batch, state=State.DISCARDED)
    ImportProblem.objects.filter(batch=batch).delete()
    audit.record("import.discarded", on=batch, by=by)
    transaction.on_commit(lambda: _throw_files_away(batch))
    return batch


def _owner(batch, at):
    """The owner, with the rights of the day on which the work is done."""
    return batch.owner.acting(on=timezone.localdate(at))


def _throw_files_away(batch):
    """Workbooks may hold names and phone numbers, so they are not kept longer than needed."""
    shutil.rmtree(folder_of(batch), ignore_errors=True)


def expire(before):
    """Discard workbooks uploaded before this moment and never imported; returns how many."""
    left = ImportBatch.objects.filter(
        created_at__lt=before, state__in=[State.UNMAPPED, State.CHECKED, State.REFUSED]
    )
    for batch in left.defer("record_ids"):
        with transaction.atomic():
            ImportProblem.objects.filter(batch=batch).delete()
            ImportBatch.objects.filter(pk=batch.pk).update(state=State.DISCARDED)
            audit.record("import.discarded", on=batch, by="beat")
        _throw_files_away(batch)
    return len(left)


# --- Undoing -------------------------------------------------------------------------------------


@transaction.atomic
def undo(*, batch, by):
    """Queue the deletion of all rows of an import; fails later if other records refer to one."""
    batch = _locked(batch, wait=False)
    require(rules.may_import(by, imports.REGISTRY[batch.kind]))
    require(rules.may_undo_import(by, batch))
    batch.state, batch.error, batch.obstacles = State.UNDOING, "", []
    batch.save(update_fields=["obstacles"])
    _queue(batch, "undo", by)
    return batch


def take_out(batch, *, at, progress=None):
    """Delete what an import made, in one transaction, or store what prevents it."""
    kind = imports.REGISTRY[batch.kind]
    try:
        with transaction.atomic():
            batch = _locked(batch)
            if batch.state != State.UNDOING:
                return batch
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
            obstacles = obstacles_of(batch, kind, reader=_owner(batch, at)) or kind.obstacles(batch)
            if obstacles:
                change(batch, state=State.ACCEPTED, obstacles=obstacles)
                return batch
            afterwards = kind.before_undo(batch) if kind.before_undo else None
            _delete(kind, batch.record_ids, progress)
            if afterwards:
                afterwards()
            change(batch, undone_at=at, undone_by=batch.owner, state=State.UNDONE)
            audit.record("import.undone", on=batch, by=batch.owner, values=len(batch.record_ids))
    except IntegrityError:
        # Row-level security hides some references even here: a reflection on an imported visit.
        change(batch, state=State.ACCEPTED, obstacles=[_closed()])
    return batch


def obstacles_of(batch, kind, *, reader):
    """[[label, address, why]] of what was built on the rows of an import, up to a limit.

    These are audit entries about its records after the import, and other records that refer to
    them.
    """
    ids, found = batch.record_ids, []
    # The entry of the import itself is the last one of its transaction.
    accepted = AuditEntry.objects.filter(
        event="import.accepted", noun=batch._meta.model_name, noun_id=batch.pk
    )
    last = accepted.order_by("-id").values_list("id", flat=True).first()
    if last is None:
        why = _("The audit does not say when it was accepted, so later changes are not known.")
        return [[_("Import"), "", why]]
    worked_on = AuditEntry.objects.filter(
        noun=kind.model._meta.model_name, noun_id__in=ids, id__gt=last
    )
    worked_on = list(worked_on.order_by("at", "id").values_list("noun_id", "at")[:OBSTACLES_SHOWN])
    records = kind.model.objects.in_bulk({pk for pk, _at in worked_on})
    for pk, at in worked_on:
        if record := records.get(pk):
            day = timezone.localtime(at)
            why = _("was changed on %(day)s") % {"day": f"{day:%F %H:%M}"}
            found.append(_obstacle(record, why))
    for field in _references_to(kind):
        rows = field.model.objects.filter(**{f"{field.name}__in": ids})
        if field.model is kind.model:
            rows = rows.exclude(pk__in=ids)
        rows = list(rows.order_by("pk")[: OBSTACLES_SHOWN - len(found)])
        seen = _seen_by(reader, field.model, rows)
        for row in rows:
            if seen is None or row.pk in seen:
                found.append(_obstacle(getattr(row, field.name), _hanging(row, seen)))
            elif _closed() not in found:
                # Not even on which row: it may be a report about somebody's conduct.
                found.append(_closed())
    return found


def _seen_by(user, model, rows):
    """The ids of those that this person may see; None where the model does not tell."""
    if not rows or not hasattr(model.objects.all(), "visible_to"):
        return None
    visible = model.objects.all().visible_to(user)
    return set(visible.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))


def _hanging(row, seen):
    """Words for a record that refers to an imported one; named only if the reader may see it."""
    noun = events.noun(row._meta.model_name)
    if seen is None:
        return _("%(noun)s refers to it") % {"noun": noun}
    return _("%(noun)s “%(record)s” refers to it") % {"noun": noun, "record": str(row)[:60]}


def _closed():
    why = _("Somebody has written something about one of its rows that only they may read.")
    return [_("Import"), "", why]


def _references_to(kind):
    """Foreign keys to the kind's model, hidden ones and tables of many-to-many included; not
    those of rows that came with it."""
    made = {(model, field) for model, field in kind.ties}
    return [
        relation.field
        for relation in kind.model._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and not relation.many_to_many
        and relation.related_model not in kind.parts
        and (relation.related_model, relation.field.name) not in made
    ]


def _obstacle(record, why):
    address = record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""
    return [str(record), address, why]


def _delete(kind, ids, progress):
    """In SQL, without loading the rows; references are checked at once, not at the commit."""
    for start in range(0, len(ids), IDS_AT_ONCE):
        chunk = ids[start : start + IDS_AT_ONCE]
        for model, name in kind.ties:
            model.objects.filter(**{f"{name}__in": chunk}).update(**{name: None})
        with steps.may_go():
            for model in kind.parts:
                name = next(f.name for f in model._meta.fields if f.related_model is kind.model)
                _raw_delete(model.objects.filter(**{f"{name}__in": chunk}))
        _raw_delete(kind.model.objects.filter(pk__in=chunk))
        if progress:
            progress(start + len(chunk), len(ids))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _raw_delete(rows):
    rows._raw_delete(rows.db)


# --- The long work -------------------------------------------------------------------------------

_ACTS = {"check": check, "accept": take_over, "undo": take_out}
# Also for a check that a later check has superseded.
jobs.PAGES["import"] = lambda job: (
    ImportBatch.objects.defer("record_ids").filter(pk=job.arguments["batch"]).first()
)


@jobs.work_of("import")
def _work(job, folder, progress):
    """One act of a batch in a worker; its result is stored in the batch, not in the job."""
    act = job.arguments["act"]
    batch = ImportBatch.objects.select_related("owner").get(pk=job.arguments["batch"])
    with translation.override(wordings.language_of(job.owner, on=job.owner.today)):
        try:
            batch = _ACTS[act](batch, at=job.taken_at, progress=progress)
        except (ImportRefused, PermissionDenied, workbook.WorkbookProblem) as problem:
            ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(
                state=ImportBatch.BEFORE[batch.state], error=str(problem)[:400]
            )
            raise jobs.JobProblem(str(problem)) from problem
    return "", {"written": batch.good_count, "expected": batch.total_count}
