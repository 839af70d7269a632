"""An import from upload to undo: each act locks the batch, checks its rule and writes the audit.

Reading, checking and saving are one pass (`portal.imports.passing`) in one transaction. A check
rolls it back; an acceptance commits all rows, the batch and its audit entry together, or nothing.
"""

import json
import shutil
import tempfile
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import events, imports, wordings
from portal.imports import cells, files, marking, passing, rules, scrubbing, workbook
from portal.imports.passing import folder_of, original_of, owner_of, shelf_of
from portal.models import (
    AuditEntry,
    ImportBatch,
    ImportChange,
    ImportMapping,
    ImportProblem,
    ImportValue,
)
from portal.records import audit, steps
from portal.run import jobs
from portal.tools import languages, pinyin
from portal.tools.locking import lock_name, locked, locked_or_none
from portal.tools.saving import change
from portal.trust.access import require

State = ImportBatch.State
REPORT = "report.xlsx"
# Notes for the importer about cells of good rows.
TOLD = "told.json"
# The first rows as they will be stored, and the changes to existing records.
PREVIEW = "preview.json"
SAMPLES = "samples.json"
OBSTACLES_SHOWN = 50
IDS_AT_ONCE = 5_000
# A workbook that nobody accepts is kept for this long.
KEPT_FOR = timedelta(days=7)


class ImportRefused(Exception):
    """The import cannot proceed as requested; the message says why."""


class RowsHaveProblems(Exception):
    """Nothing was saved, because some rows have problems."""


def report_of(batch):
    """Return the marked workbook, or None if there is none or it was deleted."""
    return shelf_of(batch).find(REPORT)


def told_of(batch):
    """Return [(cell, heading, words, how)] of good rows: “named” for a text that names somebody,
    which is imported unchanged; “masked” for numbers; “read” for a value interpreted as the words
    say. Deleted together with the workbook."""
    file = shelf_of(batch).find(TOLD)
    return [tuple(one) for one in json.loads(file.read_text())] if file else []


def samples_of(batch):
    """Return {fingerprint of headings: [texts of each position]} of the first rows."""
    file = shelf_of(batch).find(SAMPLES)
    return json.loads(file.read_text()) if file else {}


def preview_of(batch):
    """Return {"rows": [[sheet, row, {column: text}]], "changed": [[sheet, row, record, {heading:
    (old, new)}]]} of the first rows."""
    file = shelf_of(batch).find(PREVIEW)
    return json.loads(file.read_text()) if file else {"rows": [], "changed": []}


def _locked(batch, *, wait=True):
    """Lock and reload the batch. Long work waits without limit: a worker whose lease has expired
    may still hold the row."""
    if wait:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0")
    return locked(batch, "owner", "job")


# --- Upload and matching -------------------------------------------------------------------------


@transaction.atomic
def receive(*, kind, file, name, reason, document, by, queued=True):
    """Store a workbook and have it read. `file` is an upload or a path.

    Raises ValidationError if it is not a workbook, or was imported before.
    """
    require(rules.may_import(by, kind))
    batch = ImportBatch(
        kind=kind.name, owner=by, file_name=name[-200:], reason=reason, document=document, size=0
    )
    shelf_of(batch).make()
    try:
        if kind.scrub:
            with tempfile.TemporaryDirectory() as folder:
                # Readable by this process only, and deleted at the end of this block.
                brought = _take_in(batch, file, Path(folder))
                scrubbing.write_scrubbed(kind, brought, original_of(batch))
        else:
            _take_in(batch, file, folder_of(batch))
        original = original_of(batch)
        original.chmod(0o600)
        shelf_of(batch).keep(original.name)
    except (files.WorkbookProblem, ValidationError, OSError) as problem:
        shelf_of(batch).drop()
        if isinstance(problem, files.WorkbookProblem):
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
        # A worker, maybe on another node, fetches its own copy.
        shelf_of(batch).clear()
    return batch


def _take_in(batch, file, folder):
    """Store an upload in this folder, named after its real format, and check it."""
    path = folder / "upload"
    if isinstance(file, Path):
        shutil.copyfile(file, path)
    else:
        with path.open("wb") as copy:
            for piece in file.chunks():
                copy.write(piece)
    path = path.rename(folder / f"original{files.suffix_of(path)}")
    files.judge_any(path)
    batch.size, batch.sha256 = path.stat().st_size, files.digest(path)
    _refuse_twin(batch)
    return path


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
def match_headings(*, batch, mappings, by, at):
    """Set which heading means which column, by the fingerprint of the headings. Kept for the user's
    organ, the kind and these headings."""
    batch = _locked(batch, wait=False)
    kind = imports.REGISTRY[batch.kind]
    require(rules.may_import(by, kind))
    require(rules.may_match_headings(by, batch))
    for one in batch.sheets:
        if one["fingerprint"] not in mappings:
            continue
        mapping = mappings[one["fingerprint"]]
        if problems := workbook.unfit(kind, one["headings"], mapping):
            raise ValidationError([*problems.values()])
        one["mapping"] = mapping
    for fingerprint, mapping in mappings.items():
        ImportMapping.objects.update_or_create(
            kind=batch.kind,
            fingerprint=fingerprint,
            **ImportMapping.owned_by(by),
            defaults={"mapping": mapping, "set_by": by, "set_at": at},
        )
    names = sorted({name for mapping in mappings.values() for name in mapping})
    audit.record("import.matched", on=batch, by=by, fields=names, values=mappings)
    return _check_again(batch, by)


@transaction.atomic
def choose_sheets(*, batch, names, by):
    """Import the rows of these sheets only."""
    batch = _locked(batch, wait=False)
    require(rules.may_import(by, imports.REGISTRY[batch.kind]))
    require(rules.may_choose_sheets(by, batch))
    for one in batch.sheets:
        one["chosen"] = one["name"] in names and bool(one["headings"])
        if one["headings"]:
            one["why"] = "" if one["chosen"] else one["why"] or _("left out by you")
    if not any(one["chosen"] for one in batch.sheets):
        raise ValidationError(_("Choose at least one sheet with rows."))
    audit.record("import.sheets_chosen", on=batch, by=by, values=sorted(names))
    return _check_again(batch, by)


@transaction.atomic
def set_values(*, batch, meanings, by, at):
    """Define what the words of this office mean here: {(column, word): meaning}. An empty meaning
    stands for an empty cell, None leaves the word unknown. Kept for the user's organ and this kind.
    """
    batch = _locked(batch, wait=False)
    kind = imports.REGISTRY[batch.kind]
    require(rules.may_import(by, kind))
    require(rules.may_say_values(by, batch))
    for column, said, means in _without_contradiction(kind, meanings):
        key = {"kind": kind.name, "column": column, "said": said}
        if means is not None:
            ImportValue.objects.update_or_create(
                **key,
                **ImportMapping.owned_by(by),
                defaults={"means": means, "set_by": by, "set_at": at},
            )
        else:
            ImportValue.objects.filter(**key, **ImportMapping.owned_by(by)).delete()
    audit.record(
        "import.values_said",
        on=batch,
        by=by,
        fields=sorted({column for column, _said in meanings}),
        values=[[*key, means] for key, means in meanings.items()],
    )
    return _check_again(batch, by)


def _without_contradiction(kind, meanings):
    """Return [(column, normalised word, meaning)]. A word has one meaning, and words of our lists
    keep theirs."""
    found = {}
    for (name, said), means in meanings.items():
        column, plain = kind.column(name), cells.plainly(said)
        if column.is_private or not plain:
            continue
        if found.setdefault((name, plain), means) != means:
            words = _("“%(said)s” is given two meanings; it can have one.")
            raise ValidationError(words % {"said": said})
        if column.choices and plain in cells.choices_of(column):
            words = _("“%(said)s” is a word of this list already and keeps its meaning.")
            raise ValidationError(words % {"said": said})
    return [(*key, means) for key, means in found.items()]


@transaction.atomic
def set_updates(*, batch, updates, by):
    """Set whether records already in the register are corrected from the sheet."""
    batch = _locked(batch, wait=False)
    require(rules.may_import(by, imports.REGISTRY[batch.kind]))
    require(rules.may_say_values(by, batch))
    batch.updates = updates
    audit.record("import.updates_set", on=batch, by=by, fields=["updates"], values=[updates])
    return _check_again(batch, by)


def _check_again(batch, by):
    batch.state, batch.error = State.CHECKING, ""
    batch.save(update_fields=["sheets", "updates", "state", "error"])
    _queue(batch, "check", by)
    return batch


# --- Checking ------------------------------------------------------------------------------------


def check(batch, *, at, progress=None):
    """Read and check all rows, and store the result in the batch. Changes no record."""
    kind = imports.REGISTRY[batch.kind]
    try:
        opened = passing.open_batch(batch, kind)
    except files.WorkbookProblem as problem:
        _settle(batch, State.REFUSED, str(problem))
        return batch
    _keep_text(batch, SAMPLES, passing.samples(kind, opened))
    if passing.lacking(kind, opened):
        _settle(batch, State.UNMAPPED, "")
        return batch
    batch.values = passing.values_of(batch)
    large = not marking.can_be_loaded(original_of(batch), [one.table for one in opened])
    with tempfile.TemporaryFile("w+", newline="", encoding="utf-8") as spool:
        found = passing.Found(spool)
        with transaction.atomic():
            options = {"keeps": False, "at": at, "progress": progress, "keep_rows": large}
            passing.go(batch, kind, opened, found, **options)
            transaction.set_rollback(True)
        _count(batch, found)
        batch.asked = found.questions(batch.values)
        if found.problems:
            marking.write_marked(
                original_of(batch),
                folder_of(batch) / REPORT,
                [one.table for one in opened],
                found.listed(),
                total=found.problems,
                bad_rows=found.bad_rows if large else None,
            )
            shelf_of(batch).keep(REPORT)
        if not kind.scrub:
            _keep_text(batch, TOLD, json.dumps(found.told, ensure_ascii=False))
            _keep_text(batch, PREVIEW, found.preview())
        with transaction.atomic():
            if _locked(batch).state != State.CHECKING:
                return batch
            ImportProblem.objects.filter(batch=batch).delete()
            _keep_problems(batch, found)
            _settle(batch, State.CHECKED, "")
    return batch


def _keep_text(batch, name, text):
    (folder_of(batch) / name).write_text(text)
    shelf_of(batch).keep(name)


def _count(batch, found):
    batch.total_count, batch.good_count = found.total, found.good
    batch.problem_count, batch.known_count = found.problems, found.known
    for one in batch.sheets:
        if one["chosen"]:
            one["rows"] = found.rows[one["name"]]
            one["ends"] = found.ends.get(one["name"], 0)


def _keep_problems(batch, found):
    for one in batch.sheets:
        # Problems stay in the language of the user who had them checked.
        one["language"] = languages.base()
    names, listed = ("sheet", "row", "column", "heading", "value", "reason"), found.listed()
    while chunk := list(islice(listed, IDS_AT_ONCE)):
        ImportProblem.objects.bulk_create(
            ImportProblem(batch=batch, **dict(zip(names, one, strict=True))) for one in chunk
        )


def _settle(batch, state, error):
    batch.state, batch.error = state, error[:400]
    fields = "state error sheets values asked sheet header_row headings mapping fingerprint"
    fields += " total_count good_count problem_count known_count"
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
    """Save the good rows of a checked batch: the rows, the audit entry and the new state are
    committed together. Idempotent: a call after a worker died finds it done and does nothing."""
    kind = imports.REGISTRY[batch.kind]
    with transaction.atomic(), tempfile.TemporaryFile("w+", newline="") as spool:
        batch = _locked(batch)
        if batch.state != State.ACCEPTING:
            return batch
        _alone(batch)
        require(rules.may_import(owner_of(batch, at), kind))
        opened = passing.open_batch(batch, kind)
        found, checked = passing.Found(spool), batch.good_count
        loader = passing.go(batch, kind, opened, found, keeps=True, at=at, progress=progress)
        if found.good != checked:
            raise ImportRefused(
                _(
                    "Since the check, places or people have changed: %(now)s rows instead of "
                    "%(then)s are in order now. Nothing was taken over; upload the workbook again."
                )
                % {"now": found.good, "then": checked}
            )
        _count(batch, found)
        _accepted(batch, found, loader, at=at)
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
    """Check and accept in one pass, for the command: every row must be valid, unless `good_rows`.

    Returns the saved batch. If a row has problems, raises RowsHaveProblems and saves no row; the
    batch is then checked.
    """
    kind = imports.REGISTRY[batch.kind]
    try:
        opened = passing.open_batch(batch, kind)
        if lacking := passing.lacking(kind, opened):
            raise files.WorkbookProblem(
                _("These headings are missing: %(headings)s.")
                % {"headings": "、".join(column.shown for column in lacking)}
            )
    except files.WorkbookProblem as problem:
        _settle(batch, State.REFUSED, str(problem))
        raise
    try:
        with transaction.atomic(), tempfile.TemporaryFile("w+", newline="") as spool:
            _locked(batch)
            _alone(batch)
            batch.values = passing.values_of(batch)
            found = passing.Found(spool)
            loader = passing.go(batch, kind, opened, found, keeps=True, at=at, progress=progress)
            if found.problems and not good_rows:
                raise RowsHaveProblems
            _count(batch, found)
            _keep_problems(batch, found)
            _accepted(batch, found, loader, at=at)
            batch.told = found.told
    except RowsHaveProblems:
        check(batch, at=at)
        raise
    except (ImportRefused, PermissionDenied) as problem:
        # Rolled back in the database, so reset in memory as well.
        batch.accepted_at, batch.record_ids = None, []
        _settle(batch, State.REFUSED, str(problem))
        raise
    _throw_files_away(batch)
    return batch


def _accepted(batch, found, loader, *, at):
    if not found.good:
        raise ImportRefused(_("No row is valid; there is nothing to import."))
    ImportChange.objects.bulk_create(
        ImportChange(batch=batch, record_id=pk, before=before, after=after)
        for pk, (before, after) in loader.corrected.items()
    )
    batch.accepted_at, batch.record_ids = at, found.record_ids
    batch.state = State.ACCEPTED
    batch.save()
    audit.record(
        "import.accepted",
        on=batch,
        by=batch.owner,
        fields=sorted({name for one in batch.taken_sheets for name in one["mapping"]}),
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


def _throw_files_away(batch):
    """Delete the files: workbooks may hold names and phone numbers, so they are not kept longer
    than needed."""
    shelf_of(batch).drop()


def expire(before):
    """Discard workbooks uploaded before this moment and never imported; return how many."""
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
    """Queue the removal of an import's rows. Rows that somebody has built on stay."""
    batch = _locked(batch, wait=False)
    require(rules.may_import(by, imports.REGISTRY[batch.kind]))
    require(rules.may_undo_import(by, batch))
    batch.state, batch.error, batch.obstacles = State.UNDOING, "", []
    batch.save(update_fields=["obstacles"])
    _queue(batch, "undo", by)
    return batch


def delete_imported_rows(batch, *, at, progress=None):
    """Delete what an import created and nobody has touched since, and restore what it corrected,
    all in one transaction. What stays is named in the batch."""
    kind = imports.REGISTRY[batch.kind]
    try:
        with transaction.atomic():
            batch = _locked(batch)
            if batch.state != State.UNDOING:
                return batch
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
            if obstacles := kind.obstacles(batch):
                change(batch, state=State.ACCEPTED, obstacles=obstacles)
                return batch
            touched = touched_of(batch, kind, reader=owner_of(batch, at))
            if None in touched:
                change(batch, state=State.ACCEPTED, obstacles=[touched[None]])
                return batch
            stay = _with_those_above(kind, batch.record_ids, set(touched))
            ids = [pk for pk in batch.record_ids if pk not in stay]
            afterwards = kind.before_undo(batch, ids) if kind.before_undo else None
            _delete(kind, ids, progress)
            if afterwards:
                afterwards()
            obstacles = [*touched.values(), *_put_back(batch, kind)]
            _undone(batch, kind, ids, [pk for pk in batch.record_ids if pk in stay], obstacles, at)
    except IntegrityError:
        # Row-level security hides some references even here: a reflection on an imported visit.
        change(batch, state=State.ACCEPTED, obstacles=[_closed()])
    return batch


def _undone(batch, kind, ids, left, obstacles, at):
    if left or batch.changes.exists():
        change(batch, record_ids=left, obstacles=obstacles[:OBSTACLES_SHOWN], state=State.ACCEPTED)
    else:
        change(batch, undone_at=at, undone_by=batch.owner, state=State.UNDONE)
    audit.record("import.undone", on=batch, by=batch.owner, values=[len(ids), len(left)])


def _with_those_above(kind, ids, stay):
    """Return these rows and the imported rows that they refer to, such as the organ above a
    station."""
    own = [f for f in kind.model._meta.concrete_fields if f.related_model is kind.model]
    more = set(stay)
    while more:
        found = set()
        for field in own:
            rows = kind.model.objects.filter(pk__in=more).order_by()
            found |= set(rows.values_list(field.attname, flat=True))
        more = (found & set(ids)) - stay
        stay |= more
    return stay


def _put_back(batch, kind):
    """Restore the old values of corrected records that are still as the import left them; return
    the obstacles of the others."""
    obstacles = []
    for one in batch.changes.order_by("pk"):
        record = locked_or_none(kind.model.objects.filter(pk=one.record_id))
        if record is None:
            continue
        if any(getattr(record, name) != value for name, value in one.after.items()):
            obstacles.append(_obstacle(record, _("was changed again since")))
            continue
        spelt = {"initials": pinyin.initials(one.before["name"])} if "name" in one.before else {}
        change(record, **one.before, **spelt)
        one.delete()
    return obstacles


def touched_of(batch, kind, *, reader):
    """Return {id: [label, address, why]} of imported rows that somebody has built on: later audit
    entries about them, or other records that refer to them. The key None stands for what prevents
    any undo."""
    ids, found = batch.record_ids, {}
    # The import's own entry is the last one of its transaction.
    accepted = AuditEntry.objects.filter(
        event="import.accepted", noun=batch._meta.model_name, noun_id=batch.pk
    )
    last = accepted.order_by("-id").values_list("id", flat=True).first()
    if last is None:
        why = _("The audit does not say when it was accepted, so later changes are not known.")
        return {None: [_("Import"), "", why]}
    worked_on = AuditEntry.objects.filter(
        noun=kind.model._meta.model_name, noun_id__in=ids, id__gt=last
    )
    worked_on = dict(worked_on.order_by("-at", "-id").values_list("noun_id", "at"))
    for record in kind.model.objects.filter(pk__in=worked_on).order_by("pk"):
        why = _("was changed on %(day)s") % {
            "day": f"{timezone.localtime(worked_on[record.pk]):%F %H:%M}"
        }
        found[record.pk] = _obstacle(record, why)
    for field in _references_to(kind):
        rows = field.model.objects.filter(**{f"{field.name}__in": ids})
        if field.model is kind.model:
            rows = rows.exclude(pk__in=ids)
        rows = list(rows.select_related(field.name).order_by("pk"))
        seen = _seen_by(reader, field.model, rows)
        for row in rows:
            # If the reader may not open the record, do not even name the row: it may be a conduct
            # report.
            is_open = seen is None or row.pk in seen
            why = _obstacle(getattr(row, field.name), _hanging(row, seen)) if is_open else _closed()
            found.setdefault(getattr(row, field.attname), why)
    return found


def _seen_by(user, model, rows):
    """Return the ids of the rows that this person may see, or None if the model has no such
    rule."""
    if not rows or not hasattr(model.objects.all(), "visible_to"):
        return None
    visible = model.objects.all().visible_to(user)
    return set(visible.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))


def _hanging(row, seen):
    """Describe a record that refers to an imported one; name it only if the reader may see it."""
    noun = events.noun(row._meta.model_name)
    if seen is None:
        return _("%(noun)s refers to it") % {"noun": noun}
    return _("%(noun)s “%(record)s” refers to it") % {"noun": noun, "record": str(row)[:60]}


def _closed():
    why = _("Somebody has written something about one of its rows that only they may read.")
    return [_("Import"), "", why]


def _references_to(kind):
    """Return the foreign keys to the kind's model, including hidden ones and many-to-many tables,
    but not those of rows created by the import."""
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
    """Delete in SQL, without loading the rows; check references now, not at the commit."""
    for start in range(0, len(ids), IDS_AT_ONCE):
        chunk = ids[start : start + IDS_AT_ONCE]
        for model, name in kind.ties:
            model.objects.filter(**{f"{name}__in": chunk}).update(**{name: None})
        with steps.allowing_deletion():
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

_ACTS = {"check": check, "accept": take_over, "undo": delete_imported_rows}
# Also for a check superseded by a later one.
jobs.PAGES["import"] = lambda job: (
    ImportBatch.objects.defer("record_ids").filter(pk=job.arguments["batch"]).first()
)


@jobs.work_of("import")
def _work(job, folder, progress):
    """Run one act of a batch in a worker; its result is stored in the batch, not in the job."""
    act = job.arguments["act"]
    batch = ImportBatch.objects.select_related("owner").get(pk=job.arguments["batch"])
    with translation.override(wordings.language_of(job.owner, on=job.owner.today)):
        try:
            batch = _ACTS[act](batch, at=job.taken_at, progress=progress)
        except (ImportRefused, PermissionDenied, files.WorkbookProblem) as problem:
            ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(
                state=ImportBatch.BEFORE[batch.state], error=str(problem)[:400]
            )
            raise jobs.JobProblem(str(problem)) from problem
        finally:
            shelf_of(batch).clear()
    return "", {"written": batch.good_count, "expected": batch.total_count}
