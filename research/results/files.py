"""Results as files: the tables with their code book as .xlsx, or the tables as .csv. Headings are
Chinese, as on all sheets."""

import csv
import hashlib

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from portal.models.text import plain
from portal.run import jobs
from portal.sheets import ledgers
from portal.sheets.formulas import guarded
from portal.sheets.wording import worded
from portal.tools import languages
from research.models import Questionnaire
from research.results import tables
from research.results.questions import named, questions_of
from research.rules import answers as rules

HEADINGS = (
    *(
        "题序",
        "变量",
        "题目",
        "题型",
        "层",
        "选项",
        "人数",
        "加权占比（均值）",
        "95%下限",
        "95%上限",
    ),
    *("设计效应", "答题数", "权重合计", "样本村数", "说明"),
)
BOOK_HEADINGS = ["变量", "题目", "题型", "取值", "含义"]
KINDS = {"csv": ".csv", "xlsx": ".xlsx"}


def write(job, folder, progress):
    """Write the file of a job; return (file name, manifest)."""
    questionnaire = Questionnaire.objects.visible_to(job.owner).select_related("organ__division")
    questionnaire = questionnaire.filter(pk=job.arguments["questionnaire"]).first()
    if questionnaire is None or not rules.may_export_results(job.owner, questionnaire):
        raise jobs.JobProblem(_("Your area or roles have changed; ask again."))
    kind = job.arguments["file"]
    day = timezone.localtime(job.taken_at)
    name = f"问卷结果-{questionnaire.number or questionnaire.pk}-{day:%Y%m%d-%H%M}{KINDS[kind]}"
    target = folder / name
    with translation.override(languages.chinese()), ledgers.one_moment():
        head = head_of(questionnaire, job.owner, day)
        writer = _write_csv if kind == "csv" else _write_xlsx
        written = writer(target, questionnaire, head)
    return name, manifest_of(target, job, questionnaire.pk, written)


def manifest_of(target, job, questionnaire_id, written):
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]  # it reads into
    return {
        "written": written,
        "expected": written,
        "size": target.stat().st_size,
        "sha256": digest,
        "filters": {},
        "data_time": timezone.localtime(job.taken_at).isoformat(timespec="seconds"),
        "by": job.owner.username,
        "scope": ledgers.scope_digest(job.owner),
        "related": {"research.Questionnaire": [questionnaire_id]},
    }


def head_of(questionnaire, user, at):
    """Return the lines above the tables: whose results they are, who made the file and when."""
    return [
        plain(questionnaire.title),
        f"编号：{questionnaire.number}　组织单位：{questionnaire.organ.name}",
        f"{ledgers.filled_in_by(user)}　生成时间：{at:%Y.%m.%d %H:%M}",
        "小于5的单元格不显示（<5），并隐去可据以推算的单元格；答题数少于30的不计算占比。",
    ]


def rows_of(questionnaire):
    for result in questionnaire.results.order_by("position").iterator(200):
        shown = tables.shown(result)
        for table in shown.tables:
            facts = [shown.position, shown.path, shown.label, str(tables.KINDS[shown.kind])]
            below = [
                tables.HIDDEN if table.n is None else table.n,
                _rounded(table.weights, 1),
                table.villages or "",
            ]
            for row in [*table.rows, *([table.mean] if table.mean else [])]:
                said = [row.share, row.low, row.high]
                said = [_rounded(one, 4) for one in said] + [_rounded(row.design_effect, 2)]
                count = tables.HIDDEN if row.count is None else row.count
                yield [*facts, table.stratum, row.label, count, *said, *below, table.note]


def _rounded(value, digits):
    return "" if value is None else round(value, digits)


def book_of(questionnaire):
    """Return the code book: each value with its meaning."""
    definitions = questionnaire.versions.order_by("number").values_list("definition", flat=True)
    languages = ("zh-hans",)
    for question in questions_of(definitions).values():
        label = named(question.label, question.path, languages)
        kind = str(tables.KINDS.get(question.kind, "文字"))
        if not question.choices:
            yield [question.path, label, kind, "", ""]
        for name, said in question.choices.items():
            yield [question.path, label, kind, name, named(said, name, languages)]


def _write_csv(target, questionnaire, head):
    written = 0
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for line in head:
            writer.writerow([guarded(line)])
        writer.writerow(map(worded, HEADINGS))
        for row in rows_of(questionnaire):
            writer.writerow([guarded(one) for one in row])
            written += 1
    target.chmod(0o600)
    return written


def _write_xlsx(target, questionnaire, head):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("结果")
    for line in head:
        sheet.append([_cell(sheet, line)])
    sheet.append([_cell(sheet, worded(one)) for one in HEADINGS])
    written = 0
    for row in rows_of(questionnaire):
        sheet.append([_cell(sheet, one) for one in row])
        written += 1
    sheet = book.create_sheet("编码表")
    for row in [BOOK_HEADINGS, *book_of(questionnaire)]:
        sheet.append([_cell(sheet, one) for one in row])
    book.save(target)
    target.chmod(0o600)
    return written


def _cell(sheet, value):
    """Write a cell, keeping text as text."""
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
