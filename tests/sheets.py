"""Workbooks as people bring them, for the tests of imports."""

import io
import zipfile
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from portal import imports
from portal.imports import actions as actions
from portal.run import jobs
from tests.people import fresh


def workbook(*rows, sheet="Sheet1"):
    """The bytes of an .xlsx with these rows; text stays text, formulas included."""
    book = Workbook()
    book.active.title = sheet
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = book.active.cell(number, place)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(content, name="台账.xlsx"):
    return SimpleUploadedFile(name, content)


def bring(kind, content, by, *, name="台账.xlsx", reason="接管原台账", document="组通〔2026〕5号"):
    """Upload a workbook and let a worker check it; returns the batch as it stands then."""
    batch = actions.receive(
        kind=imports.REGISTRY[kind],
        file=upload(content, name),
        name=name,
        reason=reason,
        document=document,
        by=by,
    )
    return worked(batch)


def worked(batch):
    jobs.run(batch.job_id, clock=timezone.now)
    batch.refresh_from_db()
    return batch


def accepted(batch):
    return worked(actions.accept(batch=batch, by=fresh(batch.owner)))


def undone(batch):
    return worked(actions.undo(batch=batch, by=fresh(batch.owner)))


def problems(batch):
    """Return [(cell, value, reason)] of the problems found."""
    return [
        (f"{one.column}{one.row}", one.value, one.reason)
        for one in batch.problems.order_by("row", "pk")
    ]


def packed(level=None, method=zipfile.ZIP_DEFLATED, **parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method, compresslevel=level) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def on_disk(folder: Path, content, name="sheet.xlsx"):
    path = Path(folder) / name
    path.write_bytes(content)
    return path
