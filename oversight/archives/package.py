"""Write the package of a closed year: records, sheets, papers, files, catalogue, manifest.

Everything is only read. Lines are streamed, so that memory use does not grow with the year.
"""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from django.utils import timezone, translation

import portal
from oversight.archives import verify
from oversight.archives.contents import KINDS, SHEETS, written
from oversight.models import Paper
from oversight.paper_layout import file_name, laid_out, moment
from portal import editions
from portal.models import Attachment, AuditSeal, ReportedEdition
from portal.papers.word import word_file
from portal.sheets import ledgers
from portal.sheets.formulas import guarded
from portal.sheets.statistics import Subject
from portal.tools import languages

CHUNK = 500
# Maximum length of a title in the catalogue.
TITLE = 80
CATALOGUE = (
    "门类",
    "系统编号",
    "题名",
    "责任者",
    "形成日期",
    "保管期限",
    "件数",
    "记录文件",
    "行号",
    "附件",
)
README = """为民服务管理平台电子档案包

records/*.jsonl   各门类记录，一行一条（JSON，UTF-8）
codes.json        记录中代码的含义
sheets/*.xlsx     台账和已上报的统计表
papers/*.docx     公文
files/            记录的附件，文件名为其 SHA-256
catalogue.csv     著录目录（UTF-8）：题名、责任者、形成日期、保管期限、存放位置
manifest.json     清单：每个文件的 SHA-256、各门类件数、形成背景、审计链末端
verify.py         校验程序

校验（不需要平台，也不需要数据库）：
  python3 verify.py 档案包.zip 登记簿所载清单摘要

不含联系方式、反映人姓名、投诉举报、个人随记和评议票。
档号由档案部门著录。
"""


@dataclass
class _Writer:
    """The zip being written, with the manifest entry of each file."""

    archive: zipfile.ZipFile
    at: tuple[int, int, int, int, int, int]
    files: list[dict] = field(default_factory=list)

    def _info(self, path, *, is_packed):
        info = zipfile.ZipInfo(path, self.at)
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        return info

    def add(self, path, source, *, is_packed=True, **more):
        """Copy an open file into the zip; return its hash."""
        digest, size = hashlib.sha256(), 0
        info = self._info(path, is_packed=is_packed)
        with self.archive.open(info, "w", force_zip64=True) as target:
            while part := source.read(1 << 20):
                digest.update(part)
                size += len(part)
                target.write(part)
        self.files.append({"path": path, "size": size, "sha256": digest.hexdigest(), **more})
        return digest.hexdigest()

    def add_bytes(self, path, content, **more):
        return self.add(path, io.BytesIO(content), **more)

    def close(self, manifest):
        """Write the manifest last; return its hash."""
        content = _json(manifest | {"files": self.files}, indent=1).encode()
        self.archive.writestr(self._info(verify.MANIFEST, is_packed=True), content)
        return hashlib.sha256(content).hexdigest()


def write(package, target: Path, *, user, at, progress):
    """Write the package to `target`. Returns (counts, hash of the manifest)."""
    subject, year = Subject.of_record(package.closing), package.closing.year
    stamp = timezone.localtime(at).timetuple()[:6]
    with (
        translation.override(languages.chinese()),
        ledgers.one_moment(),
        zipfile.ZipFile(target, "w", allowZip64=True) as archive,
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as catalogue,
    ):
        writer = _Writer(archive, stamp)
        rows = csv.writer(catalogue)
        rows.writerow(CATALOGUE)
        found = {kind.code: kind.rows(user, subject, year) for kind in KINDS}
        total, done, counts, missing = _total(found), 0, {}, []
        progress(0, total)
        for kind in KINDS:
            counts[kind.code] = 0
            for n in _records(writer, kind, found[kind.code], package, rows, missing):
                counts[kind.code] = n
                progress(done + n, total)
            done += counts[kind.code]
        _sheets(writer, user, subject, year, at)
        _papers(writer, found["papers"])
        writer.add_bytes("codes.json", _json(_codes(), indent=1).encode())
        catalogue.seek(0)
        writer.add_bytes("catalogue.csv", ("\ufeff" + catalogue.read()).encode())
        writer.add_bytes("README.txt", README.encode())
        writer.add_bytes("verify.py", Path(verify.__file__).read_bytes())
        manifest = _background(package, subject, user, at)
        manifest |= {"counts": counts, "missing_files": missing}
        return counts, writer.close(manifest)


def _total(found):
    return sum(rows.order_by().count() for rows in found.values())


def _background(package, subject, user, at):
    """Return the origin of the package and the process behind it (背景与管理过程)."""
    seal = AuditSeal.objects.order_by("-number").first()
    return {
        "format": verify.FORMAT,
        "system": {"name": "为民服务管理平台", "version": portal.__version__},
        "year": package.closing.year,
        "subject": subject.name,
        "organ": user.organ.label if user.organ else "",
        "kept_for": package.get_term_display(),
        "year_closed_at": package.closing.closed_at,
        "made_at": timezone.localtime(at),
        "made_by": user.name,
        "package": package.pk,
        "audit": {"last_seal": seal.number, "mac": seal.mac} if seal else None,
    }


def _json(value, **options):
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder, **options)


def _records(writer, kind, rows, package, catalogue, missing):
    """Write the lines, files and catalogue lines of a kind of record; yield the number so far."""
    path, n, given = f"records/{kind.code}.jsonl", 0, set()
    values = rows.order_by(kind.day, "pk").values(*kind.names).iterator(chunk_size=2_000)
    with tempfile.TemporaryFile("w+b") as lines:
        while chunk := list(islice(values, CHUNK)):
            ids = [row["pk"] for row in chunk]
            parts = {part.related: _parts(rows.model, part, ids) for part in kind.parts}
            files = _files(rows.model, kind, ids)
            for row in chunk:
                pk, n = row["pk"], n + 1
                record = {name: written(value) for name, value in row.items()}
                record |= {name: of.get(pk, []) for name, of in parts.items()}
                record["files"] = [
                    {"name": one.name, "type": one.content_type, "sha256": one.sha256}
                    for one in files.get(pk, ())
                ]
                lines.write(_json(record).encode() + b"\n")
                catalogue.writerow(_described(kind, record, package, path, n))
            for one in {one.pk: one for of in files.values() for one in of}.values():
                if one.sha256 not in given:
                    given.add(one.sha256)
                    _file(writer, one, missing)
            yield n
        lines.seek(0)
        writer.add(path, lines, kind=kind.name, records=n)


def _described(kind, record, package, path, line):
    """Return a catalogue line, in the order of CATALOGUE; escape cells that would be read as
    formulas."""
    day = record[kind.day]
    cells = (
        kind.name,
        record["pk"],
        str(record[kind.title] or "")[:TITLE],
        record[kind.maker] or "",
        day.isoformat() if isinstance(day, date) else day,
        package.get_term_display(),
        1,
        path,
        line,
        " ".join(one["sha256"] for one in record["files"]),
    )
    return [guarded(cell) for cell in cells]


def _parts(model, part, ids):
    """Return {record id: its rows}."""
    relation = model._meta.get_field(part.related)
    own = relation.field.name
    rows = relation.related_model.objects.filter(**{f"{own}__in": ids})
    names = part.fields.split()
    found = defaultdict(list)
    for row in rows.order_by(*part.order.split()).values(*names, record_pk=F(f"{own}_id")):
        pk = row.pop("record_pk")
        found[pk].append({name: written(value) for name, value in row.items()})
    return found


def _files(model, kind, ids):
    """Return {record id: its Attachments}."""
    found = defaultdict(list)
    for lookup in kind.files:
        pairs = model.objects.filter(pk__in=ids).exclude(**{lookup: None})
        pairs = list(pairs.order_by("pk", lookup).values_list("pk", lookup).distinct())
        files = Attachment.objects.in_bulk({file for _pk, file in pairs})
        for pk, file in pairs:
            found[pk].append(files[file])
    return found


def _file(writer, one, missing):
    """Copy an attachment; name it in the manifest if it is missing or was changed."""
    path = f"files/{one.sha256}"
    try:
        with default_storage.open(one.file.name) as source:
            found = writer.add(path, source, is_packed=False, name=one.name, type=one.content_type)
    except OSError:
        missing.append({"sha256": one.sha256, "name": one.name, "why": "not there"})
        return
    if found != one.sha256:
        missing.append({"sha256": one.sha256, "name": one.name, "why": f"its hash is {found}"})


def _sheets(writer, user, subject, year, at):
    used = ledgers.in_use()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sheet.xlsx"
        for name in SHEETS:
            if name not in used:
                continue
            ledger = used[name]
            first, last = ledger.days
            filters = {name: str(value) for name, value in subject.where.items()}
            filters |= {first: f"{year}-01-01", last: f"{year}-12-31"}
            ledgers.write(ledger, user=user, filters=filters, target=target, at=at)
            _add_file(writer, f"sheets/{name}.xlsx", target, ledger.title)
        reported = ReportedEdition.objects.visible_to(user).filter(
            first__year=year, last__year=year, source=ReportedEdition.Source.COUNTED
        )
        of = {name: getattr(subject, name) for name in ("division", "organ", "is_hosted")}
        for edition in reported.filter(**of).order_by("pk"):
            editions.write_edition(edition, target)
            _add_file(writer, f"sheets/edition-{edition.pk}.xlsx", target, edition.title)


def _add_file(writer, path, source, title):
    with source.open("rb") as file:
        writer.add(path, file, is_packed=False, title=title)
    source.unlink()


def _papers(writer, rows):
    for paper in Paper.objects.filter(pk__in=rows.values("pk")).order_by("pk").iterator():
        content = word_file(laid_out(paper), by=paper.organ.signed_as, at=moment(paper))
        path = f"papers/{paper.pk}.docx"
        writer.add_bytes(path, content, is_packed=False, title=file_name(paper))


def _codes():
    """Return {kind: {field: {code: label}}} for all coded fields of records and their parts."""
    return {
        kind.code: _labels(kind.model, kind.fields)
        | {
            part.related: _labels(
                kind.model._meta.get_field(part.related).related_model, part.fields
            )
            for part in kind.parts
        }
        for kind in KINDS
    }


def _labels(model, names):
    own = {one.name: one for one in model._meta.get_fields() if one.concrete}
    fields = {name: own[name] for name in names.split() if name in own}
    found = {}
    for name, one in fields.items():
        choices = getattr(one, "base_field", one).choices
        if choices:
            found[name] = {str(code): str(label) for code, label in choices}
    return found
