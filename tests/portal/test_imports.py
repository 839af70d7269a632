"""Excel imports: unreadable files, cells as people write them, the steps of a workbook."""

import functools
import io
import uuid
import zipfile
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from outreach.actions import conduct
from portal import imports
from portal.actions import accounts
from portal.actions.people import cadre_left
from portal.imports import actions as actions
from portal.imports import cells, files
from portal.imports import workbook as reading
from portal.imports.marking import BAD_ROWS, LIST, write_template
from portal.models import (
    AuditEntry,
    Cadre,
    Division,
    GrassrootsUnit,
    ImportBatch,
    ImportChange,
    ImportMapping,
    Job,
    Organ,
    RoleGrant,
    User,
)
from portal.pages.side_list import _LISTS, Area
from portal.roles import Role
from portal.run import jobs
from tests.day import TODAY
from tests.people import account
from tests.sheets import (
    accepted,
    bring,
    on_disk,
    packed,
    problems,
    saved,
    undone,
    upload,
    workbook,
    worked,
)

ORGANS = ["单位名称", "单位类型", "上级单位", "办公电话", "所在区划"]
State = ImportBatch.State


def organs(*rows, before=()):
    """A list of organs of the county; rows are name, kind, organ above, phone."""
    return workbook(*before, ORGANS, *[[*row, "云岭县"] if len(row) == 4 else row for row in rows])


GOOD = ["县林业局", "政府机关", "", "0739-1234567"]


# --- Files that cannot be read ------------------------------------------------------------------


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
FAR = {
    "xl__workbook_xml": b"<x/>",
    "xl__worksheets__sheet1_xml": b'<row r="1"><c r="A1"><v>1</v></c></row>'
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
}
FORMULA = {
    "xl__workbook_xml": b"<x/>",
    "xl__worksheets__sheet1_xml": b'<row r="2"><c r="B2"><f>1+1</f></c></row>',
}
STORED = zipfile.ZIP_STORED


@functools.cache
def _bomb():
    """Cached, since making it takes a second."""
    spaces = b" " * (files.MOST_UNPACKED + 1)
    return packed(1, xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=spaces)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空"),
        (OLE, "损坏"),
        (b"\0\1no text", "不是 Excel"),
        (b"<html><td>a,b,c</td>\n<td>a,b,c</td></html>", "不是 Excel"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"MZ this is a program", "不是 Excel"),
        (b"PK\x03\x04 and nothing of a package", "损坏"),
        (packed(word__document_xml=b"<x/>"), "不是 Excel"),
        (_bomb, "512"),
        (packed(**FAR), "GR"),
        (packed(method=STORED, **FAR), "GR"),
        (packed(method=zipfile.ZIP_BZIP2, **FAR), "损坏"),
    ],
    ids=[
        "empty",
        "no-xls",
        "no-text",
        "page",
        "password",
        "program",
        "damaged",
        "docx",
        "bomb",
        "far-cell",
        "far-cell-stored",
        "bzip2",
    ],
)
def test_a_file_that_is_no_workbook_is_refused_in_one_sentence(people, client, content, says):
    client.force_login(people.office)
    file = upload(content() if callable(content) else content)

    response = client.post(
        reverse("new_import", args=["organs"]),
        {"file": file, "reason": "建册", "document": "组通〔2026〕1号"},
    )

    assert response.status_code == 422
    (sentence,) = response.context["form"].errors["file"]
    assert says in sentence
    assert "组通〔2026〕1号" in response.content.decode()
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("method", [STORED, zipfile.ZIP_DEFLATED])
def test_a_formula_without_its_result_is_refused_however_it_is_packed(tmp_path, method):
    with pytest.raises(files.WorkbookProblem, match="B2"):
        files.judge(on_disk(tmp_path, packed(method=method, **FORMULA)))


def test_formulas_that_excel_worked_out_are_taken(tmp_path):
    content = packed(
        xl__workbook_xml=b"<x/>",
        xl__worksheets__sheet1_xml=b'<row r="2"><c r="A2"><f>1+1</f><v>2</v></c>'
        b'<c r="B2" t="str"><f>IF(1,"")</f><v></v></c><c r="C2"/></row>',
    )

    assert files.judge(on_disk(tmp_path, content)) is None


def test_a_lying_header_does_not_hide_a_bomb(tmp_path):
    content = bytearray(_bomb())
    # The zip directory claims that the part is small.
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")

    with pytest.raises(files.WorkbookProblem, match="512"):
        files.judge(on_disk(tmp_path, bytes(content)))


def test_an_old_template_is_refused_with_what_to_do(people):
    file = io.BytesIO()
    write_template(imports.REGISTRY["organs"], file)
    book = load_workbook(file)
    book["_meta"]["B3"] = 0
    book["单位名册"].append(GOOD)

    batch = bring("organs", saved(book), people.office)

    assert batch.state == State.REFUSED
    assert "重新下载模板" in batch.error


def test_the_template_of_another_kind_is_named(people):
    file = io.BytesIO()
    write_template(imports.REGISTRY["cadres"], file)

    batch = bring("organs", file.getvalue(), people.office)

    assert batch.state == State.REFUSED
    assert "干部名册" in batch.error


def test_a_sheet_without_rows_says_so(people):
    batch = bring("organs", organs(), people.office)

    assert (batch.state, "没有数据" in batch.error) == (State.REFUSED, True)


# --- Cells as people write them -----------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2026.6.5",
        "2026年6月5日",
        "2026-06-05",
        "2026/6/5",
        "２０２６．６．５",
        "20260605",
        46178,
        46178.0,
        "46178",
        date(2026, 6, 5),
        datetime(2026, 6, 5, 9, 30),
        " 2026. 6. 5　",
    ],
)
def test_a_day_is_read_however_it_is_written(written):
    assert cells.read(imports.Column("d", "日期", kind="day"), written) == date(2026, 6, 5)


@pytest.mark.parametrize("written", ["2026.6", "2026-02-30", "下周", 2026.6, 7, "1066-10-14"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(cells.CellProblem):
        cells.read(imports.Column("d", "日期", kind="day"), written)


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("1988.06", "1988-06"),
        ("1988年6月", "1988-06"),
        (1988.06, "1988-06"),
        (1988.12, "1988-12"),
        ("198806", "1988-06"),
        (date(1988, 6, 1), "1988-06"),
        ("1988-6", "1988-06"),
        ("1988年6月5日", "1988-06"),
        ("19880605", "1988-06"),
    ],
)
def test_a_month_is_read_however_it_is_written(written, month):
    assert cells.read(imports.Column("m", "出生年月", kind="month"), written) == month


def test_a_month_that_excel_has_shortened_is_asked_about():
    with pytest.raises(cells.CellProblem, match="1988-10"):
        cells.read(imports.Column("m", "出生年月", kind="month"), 1988.1)


def test_names_lose_the_blanks_that_pad_them():
    assert cells.read(imports.Column("n", "姓名", kind="name"), "王　 建国") == "王建国"
    assert cells.read(imports.Column("n", "姓名", kind="name"), "John Smith") == "John Smith"


# --- The way of a workbook ----------------------------------------------------------------------


def test_a_checked_workbook_has_saved_nothing(people):
    before = Organ.objects.count()

    batch = bring("organs", organs(GOOD), people.office)

    assert (batch.state, batch.good_count, batch.problem_count) == (State.CHECKED, 1, 0)
    assert Organ.objects.count() == before
    assert not AuditEntry.objects.filter(event="organ.added").exists()


def test_accepted_rows_are_records_like_typed_ones(people):
    batch = accepted(bring("organs", organs(GOOD), people.office))

    organ = Organ.objects.get(name="县林业局")
    assert (organ.kind, organ.phone, organ.path) == ("government", "0739-1234567", f"/{organ.pk}/")
    assert batch.record_ids == [organ.pk]
    assert AuditEntry.objects.get(event="organ.added").noun_id == organ.pk
    assert AuditEntry.objects.get(event="import.accepted").actor_id == people.office.pk
    assert not actions.folder_of(batch).exists()


def test_a_refused_correction_is_no_change_of_the_import(people, client):
    headings = ["单位名称", "单位类型", "所在区划", "单位代码"]
    both = [["县林业局", "政府机关", "云岭县", "A1"], ["县农机局", "政府机关", "云岭县", "A2"]]
    accepted(bring("organs", workbook(headings, *both), people.office))
    renamed = [["县农机局", "政府机关", "云岭县", "A1"], ["县水产局", "政府机关", "云岭县", "A3"]]
    batch = bring("organs", workbook(headings, *renamed), people.office, name="二.xlsx")
    client.force_login(people.office)

    client.post(reverse("update_known", args=[batch.pk]), {"updates": "yes"})
    batch = worked(ImportBatch.objects.get(pk=batch.pk))
    assert (batch.good_count, batch.problem_count) == (1, 1)
    accepted(batch)

    assert Organ.objects.get(code="A1").name == "县林业局"
    assert not ImportChange.objects.exists()
    entry = AuditEntry.objects.get(event="import.updates_set")
    assert (entry.noun_id, entry.actor_id) == (batch.pk, people.office.pk)


def test_the_name_on_the_seal_comes_with_the_list(people):
    headings = ["单位名称", "单位类型", "所在区划", "公章名称"]
    row = ["县林业局", "政府机关", "云岭县", "中共云岭县林业局党组"]
    accepted(bring("organs", workbook(headings, row), people.office))

    assert Organ.objects.get(name="县林业局").signed_as == "中共云岭县林业局党组"


def test_title_rows_sums_and_notes_are_no_rows(people):
    title = [["云岭县单位名册"], ["填报单位（盖章）：县委组织部", "", "填报时间：2026年6月30日"]]
    content = organs(GOOD, ["合计", "1"], ["注：按机构改革后名称填列。"], before=title)

    batch = bring("organs", content, people.office)

    assert (batch.header_row, batch.total_count, batch.good_count) == (3, 1, 1)


def test_each_bad_cell_has_row_column_and_reason(people):
    content = organs(GOOD, ["", "政府机关", "", ""], ["县粮食局", "不存在的类型", "无此单位", ""])

    batch = bring("organs", content, people.office)

    found = problems(batch)
    assert [(cell, value) for cell, value, _why in found] == [
        ("A3", ""),
        ("B4", "不存在的类型"),
        ("C4", "无此单位"),
    ]
    assert "政府机关" in found[1][2]
    assert (batch.good_count, batch.bad_count) == (1, 2)


def test_the_own_workbook_comes_back_marked_and_its_correction_is_accepted(people):
    batch = bring("organs", organs(GOOD, ["县粮食局", "错的", "", ""]), people.office)

    book = load_workbook(actions.report_of(batch))
    bad = book["Sheet1"]["B3"]
    assert bad.value == "错的"
    assert bad.fill.start_color.rgb == "FFFFD6D6"
    assert "政府机关" in bad.comment.text
    assert book["Sheet1"]["B2"].comment is None
    assert [cell.value for cell in book[LIST][3]][:4] == [3, "B", "单位类型", "错的"]

    bad.value = "政府机关"
    corrected = bring("organs", saved(book), people.office)
    assert (corrected.good_count, corrected.problem_count) == (2, 0)


def test_good_rows_are_accepted_alone(people):
    accepted(bring("organs", organs(GOOD, ["县粮食局", "错的", "", ""]), people.office))

    assert Organ.objects.filter(name="县林业局").exists()
    assert not Organ.objects.filter(name="县粮食局").exists()


def test_of_a_large_workbook_the_bad_rows_come_back_to_be_imported(people, monkeypatch):
    monkeypatch.setattr("portal.imports.marking.MARKED_CELLS", 10)
    content = organs(*[[f"县{n}局", "政府机关" if n % 50 else "错的", "", ""] for n in range(300)])

    batch = bring("organs", content, people.office)

    book = load_workbook(actions.report_of(batch))
    assert book[BAD_ROWS].max_row == 1 + 6
    assert book[BAD_ROWS]["B2"].comment is not None
    assert book[LIST].max_row == 2 + 6
    for row in range(2, 8):
        book[BAD_ROWS].cell(row, 2).value = "政府机关"
    again = bring("organs", saved(book), people.office)
    assert (again.good_count, again.problem_count) == (6, 0)


def test_text_that_would_be_a_formula_stays_text(people):
    formula = '=HYPERLINK("http://x")'
    batch = bring("organs", organs([formula, "错的", "", ""], GOOD), people.office)

    book = load_workbook(actions.report_of(batch))
    assert book["Sheet1"]["A2"].data_type == "s"
    batch = accepted(bring("organs", organs([formula, "政府机关", "", ""]), people.office))
    assert Organ.objects.filter(name=formula).exists()


def test_the_same_file_twice_is_recognised(people):
    content = organs(GOOD)
    accepted(bring("organs", content, people.office))

    with pytest.raises(ValidationError, match="李明"):
        bring("organs", content, people.office, name="改了名字.xlsx")


def test_after_its_undoing_the_same_file_may_come_again(people):
    content = organs(GOOD)
    undone(accepted(bring("organs", content, people.office)))

    assert bring("organs", content, people.office).good_count == 1


def test_an_import_is_undone_as_one(people):
    batch = accepted(
        bring("organs", organs(GOOD, ["林业站", "站所、内设机构", "县林业局", ""]), people.office)
    )
    assert Organ.objects.get(name="林业站").parent.name == "县林业局"

    batch = undone(batch)

    assert batch.state == State.UNDONE
    assert not Organ.objects.filter(name__in=["县林业局", "林业站"]).exists()
    assert AuditEntry.objects.filter(event="import.undone").exists()


def test_an_undone_correction_of_a_name_is_found_by_the_old_initials_again(people):
    Organ.objects.filter(pk=people.water.pk).update(code="SL01", initials="xslj")
    headings = ["单位名称", "单位类型", "单位代码"]
    batch = bring("organs", workbook(headings, ["县水务局", "政府机关", "SL01"]), people.office)
    batch = actions.set_updates(batch=batch, updates=True, by=people.office)
    batch = accepted(worked(batch))
    people.water.refresh_from_db()
    assert (people.water.name, people.water.initials) == ("县水务局", "xswj")

    undone(batch)

    people.water.refresh_from_db()
    assert (people.water.name, people.water.initials) == ("县水利局", "xslj")


def test_what_somebody_built_on_it_stands_in_the_way(people):
    batch = accepted(bring("organs", organs(GOOD), people.office))
    organ = Organ.objects.get(name="县林业局")
    cadre = Cadre.objects.create(name="林青", organ=organ)

    batch = undone(batch)

    assert batch.state == State.ACCEPTED
    ((label, url, why),) = batch.obstacles
    assert (label, url) == ("县林业局", organ.get_absolute_url())
    assert "林青" in why
    assert Organ.objects.filter(pk=organ.pk).exists()

    cadre.delete()
    assert undone(batch).state == State.UNDONE


def test_what_hangs_on_it_is_named_only_to_whom_it_is_open(people):
    batch = accepted(bring("organs", organs(GOOD), people.office))
    organ = Organ.objects.get(name="县林业局")
    conduct.register_report(
        by=people.author,
        client_key=uuid.uuid4(),
        on=TODAY,
        subject="某干部",
        text="接受吃请的情况",
        subject_organ=organ,
    )

    batch = undone(batch)

    assert batch.state == State.ACCEPTED
    ((label, url, why),) = batch.obstacles
    assert (organ.name in label, url, "作风" in why) == (False, "", False)


def test_without_the_entry_of_its_acceptance_an_import_stays(people):
    """Later changes can only be determined from that entry on."""
    batch = accepted(bring("organs", organs(GOOD), people.office))
    batch.pk += 1
    assert not AuditEntry.objects.filter(event="import.accepted", noun_id=batch.pk).exists()

    kind = imports.REGISTRY[batch.kind]
    ((_label, url, why),) = actions.touched_of(batch, kind, reader=people.office).values()

    assert url == "" and "审计" in why


def test_a_row_that_was_corrected_since_stands_in_the_way(people):
    batch = accepted(
        bring("cadres", workbook(["姓名", "单位"], ["林青", "县水利局"]), people.office)
    )
    cadre = Cadre.objects.get(name="林青")
    cadre_left(cadre=cadre, by=people.office, left_on=timezone.localdate())

    batch = undone(batch)

    assert batch.obstacles[0][1] == cadre.get_absolute_url()
    assert Cadre.objects.filter(pk=cadre.pk).exists()


def test_what_changed_since_the_check_stops_the_acceptance(people):
    batch = bring("organs", organs(GOOD, ["县粮食局", "政府机关", "", ""]), people.office)
    Organ.objects.create(name="县林业局", kind="government", started_on=date(2020, 1, 1))

    batch = accepted(batch)

    assert (batch.state, batch.job.state) == (State.CHECKED, Job.State.FAILED)
    assert "重新上传" in batch.error
    assert not Organ.objects.filter(name="县粮食局").exists()


def test_a_worker_that_died_has_left_all_or_nothing(people):
    batch = bring("organs", organs(GOOD), people.office)
    batch = actions.accept(batch=batch, by=people.office)
    job = jobs.take(batch.job_id, at=timezone.now())
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.requeue_lapsed(at=timezone.now()) == [job.pk]

    # The next worker does it; the first one, if still alive, notices.
    batch = worked(batch)
    actions.take_over(ImportBatch.objects.get(pk=batch.pk), at=timezone.now())

    assert (batch.state, Organ.objects.filter(name="县林业局").count()) == (State.ACCEPTED, 1)


def test_a_job_that_failed_leaves_the_batch_where_it_was(people):
    batch = bring("organs", organs(GOOD), people.office)
    batch = actions.accept(batch=batch, by=people.office)
    Job.objects.filter(pk=batch.job_id).update(state=Job.State.FAILED)

    batch = ImportBatch.objects.get(pk=batch.pk)

    assert batch.stands == State.CHECKED
    assert accepted(batch).state == State.ACCEPTED


def test_workbooks_that_nobody_accepts_are_thrown_away(people):
    batch = bring("organs", organs(GOOD), people.office)

    actions.expire(timezone.now() + timedelta(seconds=1))

    batch.refresh_from_db()
    assert batch.state == State.DISCARDED
    assert not actions.folder_of(batch).exists()


# --- The office's own headings ------------------------------------------------------------------


OWN_MEANS = {"c0_0": "name", "c0_1": "kind", "c0_2": "phone", "c0_3": "division"}
OWN = workbook(["机构", "性质", "座机", "地方"], ["县林业局", "政府机关", "0739-1234567", "云岭县"])


def test_unknown_headings_are_asked_about_once_and_remembered(people, client):
    client.force_login(people.office)
    batch = bring("organs", OWN, people.office)
    assert batch.state == State.UNMAPPED
    page = client.get(reverse("match_headings", args=[batch.pk])).content.decode()
    assert "性质" in page

    client.post(
        reverse("match_headings", args=[batch.pk]),
        OWN_MEANS,
    )
    batch.refresh_from_db()
    assert worked(batch).good_count == 1

    again = bring("organs", OWN + b"", people.office, name="二.xlsx")
    assert (again.state, again.good_count) == (State.CHECKED, 1)
    assert ImportMapping.objects.get().set_by == people.office


def test_one_heading_cannot_mean_two_things(people, client):
    client.force_login(people.office)
    batch = bring("organs", OWN, people.office)

    sent = {"c0_0": "name", "c0_1": "name"}
    response = client.post(reverse("match_headings", args=[batch.pk]), sent)

    assert response.status_code == 422
    assert "c0_1" in response.context["form"].errors


def test_headings_in_another_order_and_with_other_words_are_known(people):
    content = workbook(["联系电话", "类型", "* 单位\n名称"], ["0739-1234567", "政府", "县林业局"])

    batch = bring("organs", content, people.office)

    assert batch.mapping == {"phone": 0, "kind": 1, "name": 2}


# --- Kinds of the house -------------------------------------------------------------------------


def test_every_template_is_read_by_its_own_kind(people, tmp_path):
    for kind in imports.REGISTRY.values():
        path = tmp_path / f"{kind.name}.xlsx"
        write_template(kind, path)
        book = load_workbook(path)
        assert book["_meta"].sheet_state == "hidden"
        lists = book[book.sheetnames[0]].data_validations.dataValidation
        choices = [c for c in kind.columns if c.kind == "choice" and not c.is_left_out]
        assert len(lists) == len(choices)
        book[book.sheetnames[0]].append(["x"])
        book.save(path)

        table = reading.open_table(path, kind)

        assert reading.missing(kind, reading.propose(kind, table.headings)) == []


def test_units_with_host_and_division_by_name(people):
    content = workbook(
        ["村（社区）", "类型", "管理单位", "所在区划"],
        ["东山村", "农村", "石桥镇党委", "石桥镇"],
        ["机械厂", "国有企业", "石桥镇党委", ""],
        ["一车间", "国有企业", "", ""],
    )
    batch = bring("units", content, people.office)
    assert problems(batch)[0][0] == "C4"

    accepted(batch)

    assert GrassrootsUnit.objects.get(name="东山村").division == people.town


def test_a_team_names_which_of_two_workshops_of_one_name(people):
    heading = ["村（社区）", "类型", "管理单位", "所在区划", "上级基层单位"]
    rows = [
        ["云岭重型机械", "国有企业", "石桥镇党委", "", ""],
        ["南江铸锻", "国有企业", "石桥镇党委", "", ""],
        ["机修车间", "国有企业", "", "", "云岭重型机械"],
        ["机修车间", "国有企业", "", "", "南江铸锻"],
    ]
    unclear = bring(
        "units", workbook(heading, *rows, ["甲班", "国有企业", "", "", "机修车间"]), people.office
    )
    [(place, _value, said)] = problems(unclear)
    assert place == "E6"
    assert "云岭重型机械 机修车间、南江铸锻 机修车间" in said

    clear = ["甲班", "国有企业", "", "", "南江铸锻 机修车间"]
    accepted(bring("units", workbook(heading, *rows, clear), people.office))

    assert GrassrootsUnit.objects.get(name="甲班").parent.parent.name == "南江铸锻"


@pytest.mark.parametrize("listed", ["柳湾村村民委员会", "柳湾村民委员会", "柳湾村委会"])
def test_a_village_is_found_by_its_name_where_the_national_list_names_its_committee(people, listed):
    Division.objects.filter(pk=people.village_place.pk).update(name=listed)
    content = workbook(
        ["村（社区）", "类型", "管理单位", "所在区划"],
        ["柳湾新村", "农村", "石桥镇党委", "石桥镇 柳湾村"],
    )

    accepted(bring("units", content, people.office))

    assert GrassrootsUnit.objects.get(name="柳湾新村").division == people.village_place


def test_cadres_come_with_their_experience(people):
    content = workbook(
        ["姓名", "单位", "出生年月", "政治面貌", "工作经历"],
        [
            "林　青",
            "县水利局",
            1990.06,
            "党员",
            "2012.07-2015.06 村（社区） 柳湾村大学生村官\n2015年7月至今 县级机关 县水利局科员",
        ],
        ["李　四", "县水利局", "", "", "在乡镇干过"],
    )
    batch = bring("cadres", content, people.office)
    assert [cell for cell, _value, _why in problems(batch)] == ["E3"]

    accepted(batch)

    cadre = Cadre.objects.get(name="林青")
    assert (cadre.birth_month, cadre.political_status, cadre.initials) == ("1990-06", "01", "lq")
    assert list(cadre.experiences.order_by("started_on").values_list("organ_kind", "ended_on")) == [
        ("village", date(2015, 6, 1)),
        ("county", None),
    ]


def test_a_cell_merged_downwards_is_meant_for_each_of_its_rows(people):
    content = workbook(
        ["姓名", "单位", "职务"],
        ["林青", "县水利局", "科员"],
        ["李四", "", ""],
        ["张三", "无此单位", ""],
        ["赵五", "", ""],
    )
    book = load_workbook(io.BytesIO(content))
    for merged in ("B2:B3", "C2:C3", "B4:B5"):
        book.active.merge_cells(merged)
    batch = bring("cadres", saved(book), people.office)

    assert [(cell, value) for cell, value, _why in problems(batch)] == [
        ("B4", "无此单位"),
        ("B5", "无此单位"),
    ]
    marked = load_workbook(actions.report_of(batch))["Sheet1"]
    assert "无此单位" in marked["B4"].comment.text

    accepted(batch)
    # The organ of a merged cell applies to each of its rows, the post does not.
    assert Cadre.objects.get(name="李四").organ == people.water
    assert Cadre.objects.get(name="李四").post == ""


def test_a_cell_merged_over_headings_and_rows_fills_nothing(people):
    content = workbook(["姓名", "单位"], ["林青", ""])
    book = load_workbook(io.BytesIO(content))
    book.active.merge_cells("B1:B2")

    batch = bring("cadres", saved(book), people.office)

    assert [cell for cell, _value, _why in problems(batch)] == ["B2"]


def test_an_organ_without_place_is_told_what_is_missing(people):
    batch = bring("organs", workbook(ORGANS, [*GOOD, ""]), people.office)

    ((cell, _value, why),) = problems(batch)
    assert cell == "C2"
    assert "所在区划" in why


def test_the_upload_page_names_its_columns_and_a_bad_workbook_leads_back_to_it(people, client):
    client.force_login(people.office)
    page = client.get(reverse("new_import", args=["cadres"])).content.decode()
    assert "姓名、单位" in page
    assert reverse("import_template", args=["cadres"]) in page

    batch = bring("cadres", workbook(["姓名", "单位"]), people.office)
    again = reverse("new_import", args=["cadres"])
    assert again in client.get(batch.get_absolute_url()).content.decode()


def test_the_same_cadre_twice_is_a_contradiction(people):
    content = workbook(
        ["姓名", "单位"], ["林青", "县水利局"], ["林青", "县水利局"], ["王建国", "县农业农村局"]
    )

    batch = bring("cadres", content, people.office)

    assert [(cell, "2" in why) for cell, _value, why in problems(batch)] == [("A3", True)]
    # A cadre on the list is recognised, not entered a second time.
    assert (batch.good_count, batch.known_count) == (1, 1)


def test_rows_outside_ones_area_are_refused(people):
    content = workbook(["姓名", "单位"], ["林青", "县水利局"])

    batch = bring("cadres", content, people.neighbour_office)

    assert (batch.good_count, batch.problem_count) == (0, 1)


def test_accounts_come_without_roles_and_without_password(people):
    content = workbook(
        ["用户名", "姓名", "单位", "在干部名册中"],
        ["wangjg2", "王建国", "县农业农村局", "否"],
        ["Bad Name", "李四", "县水利局", ""],
    )
    batch = bring("accounts", content, people.system)
    assert [cell for cell, _value, _why in problems(batch)] == ["A3"]

    accepted(batch)

    user = User.objects.get(username="wangjg2")
    assert not user.has_usable_password()
    assert not user.grants.exists()
    assert not user.slips.exists()


def test_roles_are_imported_by_the_security_administrator_under_the_same_rules(people):
    accounts.add_account(
        username="linqing", name="林青", organ=people.water, cadre=None, by=people.system
    )
    content = workbook(
        ["用户名", "角色", "单位范围", "区划范围"],
        ["linqing", "承办单位", "县水利局", ""],
        ["linqing", "系统管理员", "", ""],
        ["nobody", "干部", "县水利局", ""],
        ["security", "干部", "县水利局", ""],
    )
    batch = bring("grants", content, people.security)
    assert sorted({cell[-1] for cell, _value, _why in problems(batch)}) == ["3", "4", "5"]

    accepted(batch)

    grant = RoleGrant.objects.get(user__username="linqing")
    assert (grant.role, grant.organ, grant.granted_by) == ("handler", people.water, people.security)


def test_organs_below_each_other_in_a_circle_are_refused(people):
    rows = [["甲局", "政府机关", "乙局", ""], ["乙局", "政府机关", "甲局", ""]]

    batch = bring("organs", organs(*rows), people.office)

    assert batch.good_count == 0


# --- Pages --------------------------------------------------------------------------------------


def test_the_whole_way_on_pages(people, client):
    client.force_login(people.office)
    content = organs(GOOD, ["县粮食局", "错的", "", ""])

    sent = client.post(
        reverse("new_import", args=["organs"]), {"file": upload(content), "reason": "建册"}
    )
    batch = worked(ImportBatch.objects.get())
    assert sent.url == batch.get_absolute_url()
    page = client.get(sent.url).content.decode()
    assert "B3" in page
    assert "错的" in page
    marked = client.get(reverse("import_report", args=[batch.pk]))
    assert load_workbook(io.BytesIO(marked.getvalue()))["Sheet1"]["B3"].comment

    client.post(reverse("accept_import", args=[batch.pk]))
    batch.refresh_from_db()
    worked(batch)
    assert "撤销" in client.get(sent.url).content.decode()
    client.post(reverse("undo_import", args=[batch.pk]))
    batch.refresh_from_db()
    assert worked(batch).state == State.UNDONE


def test_a_job_of_an_import_leads_to_its_page(people, client):
    client.force_login(people.office)
    batch = bring("organs", organs(GOOD), people.office)

    assert client.get(reverse("job", args=[batch.job_id])).url == batch.get_absolute_url()
    assert "单位名册" not in client.get(reverse("jobs")).content.decode()


def test_what_stands_is_refused_with_the_reason(people, client):
    client.force_login(people.office)
    batch = accepted(bring("organs", organs(GOOD), people.office))

    assert client.post(reverse("accept_import", args=[batch.pk])).status_code == 403
    assert client.post(reverse("discard_import", args=[batch.pk])).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_imports_costs_the_same_for_one_and_three(
    people, client, count, django_assert_num_queries
):
    client.force_login(people.office)
    for n in range(count):
        bring("organs", organs([f"县{n}局", "政府机关", "", ""]), people.office)

    with django_assert_num_queries(11):
        page = client.get(reverse("imports"))
    assert len(page.context["page"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_import_costs_the_same_for_one_and_three_problems(
    people, client, count, django_assert_num_queries
):
    client.force_login(people.office)
    batch = bring(
        "organs", organs(*[[f"县{n}局", "错", "", ""] for n in range(count)]), people.office
    )

    with django_assert_num_queries(12):
        page = client.get(batch.get_absolute_url())
    assert len(page.context["page"]) == count


def test_everybody_who_may_import_finds_the_page():
    files = _LISTS[Area.ADMINISTRATION]["Sheets and files"]
    (entry,) = [e for e in files if e.url_name == "imports"]

    for kind in imports.REGISTRY.values():
        assert set(kind.permissions) <= set(entry.permissions), kind.name


# --- Commands -----------------------------------------------------------------------------------


def test_the_command_takes_a_good_workbook_over(people, tmp_path, capsys):
    path = on_disk(tmp_path, organs(GOOD))

    call_command("import_sheet", "organs", str(path), by="office", dry_run=True)
    assert not Organ.objects.filter(name="县林业局").exists()
    call_command("import_sheet", "organs", str(path), by="office")

    assert Organ.objects.filter(name="县林业局").exists()
    assert "1 of 1 rows" in capsys.readouterr().out


def test_the_command_saves_nothing_when_a_row_is_bad_and_writes_the_report(people, tmp_path):
    path = on_disk(tmp_path, organs(GOOD, ["县粮食局", "错的", "", ""]))
    report = tmp_path / "report.xlsx"

    with pytest.raises(CommandError, match="1 of 2 rows"):
        call_command("import_sheet", "organs", str(path), by="office", report=str(report))

    assert not Organ.objects.filter(name="县林业局").exists()
    assert load_workbook(report)["Sheet1"]["B3"].comment
    call_command("import_sheet", "organs", str(path), by="office", good_rows=True)
    assert Organ.objects.filter(name="县林业局").exists()


@pytest.mark.parametrize(
    ("kind", "file", "by", "says"),
    [
        ("nothing", "good.xlsx", "office", "no import"),
        ("organs", "none.xlsx", "office", "no file"),
        ("organs", "good.xlsx", "nobody", "no account"),
        ("organs", "good.xlsx", "author", "不能导入"),
        ("organs", "bad.xlsx", "office", "Excel"),
        ("organs", "own.xlsx", "office", "表头"),
    ],
)
def test_the_command_refuses_in_one_line(people, tmp_path, kind, file, by, says):
    on_disk(tmp_path, organs(GOOD), "good.xlsx")
    on_disk(tmp_path, b"MZ", "bad.xlsx")
    on_disk(tmp_path, OWN, "own.xlsx")

    with pytest.raises(CommandError, match=says):
        call_command("import_sheet", kind, str(tmp_path / file), by=by)


def test_list_imports_names_kinds_and_columns(capsys):
    call_command("list_imports")

    said = capsys.readouterr().out
    assert "organs: 单位名册" in said
    assert "*单位名称" in said


def headings_sent(batch):
    """What the form of headings sends: the meaning of each of their columns."""
    return {f"c0_{place}": name for name, place in batch.mapping.items()}


def test_headings_matched_by_one_organ_are_not_read_so_by_another(people, client):
    theirs = account("n2", "林源", people.water, Role.OFFICE, place=people.county)
    client.force_login(theirs)
    batch = bring("organs", OWN, theirs)
    sent = OWN_MEANS
    client.post(reverse("match_headings", args=[batch.pk]), sent)
    assert ImportMapping.objects.get().organ == people.water

    assert bring("organs", OWN + b"", people.office, name="二.xlsx").state == State.UNMAPPED
    colleague = account("n3", "林海", people.water, Role.OFFICE, place=people.county)
    assert bring("organs", OWN, colleague, name="三.xlsx").state == State.CHECKED


def test_who_has_no_organ_remembers_headings_alone(people):
    for user in (people.security, people.system):
        batch = bring("accounts", OWN, people.system)
        ImportMapping.objects.create(
            kind="accounts", fingerprint=batch.fingerprint, mapping={}, set_by=user
        )
        assert ImportMapping.objects.filter(**ImportMapping.owned_by(user)).count() == 1
    with pytest.raises(IntegrityError):
        ImportMapping.objects.create(
            kind="accounts", fingerprint=batch.fingerprint, mapping={}, set_by=user
        )


def test_headings_of_the_template_mean_what_they_say(people, client):
    """Also if somebody assigned another meaning before this rule existed."""
    for kind in imports.REGISTRY.values():
        headings = [c.heading for c in kind.columns if not c.is_left_out]
        assert reading.is_template(kind, headings)
        assert not reading.is_template(kind, headings[1:])
        assert not reading.unfit(kind, headings, reading.propose(kind, headings))
    kind = imports.REGISTRY["organs"]
    headings = [c.heading for c in kind.columns if not c.is_left_out]
    content = workbook(headings, ["县林业局", *[""] * (len(headings) - 1)])
    batch = bring("organs", content, people.office)
    right = batch.mapping
    client.force_login(people.office)
    address = reverse("match_headings", args=[batch.pk])
    answer = client.post(address, headings_sent(batch))
    assert answer.status_code == 403 and "模板" in answer.content.decode()
    ImportMapping.objects.create(
        kind="organs",
        fingerprint=batch.fingerprint,
        mapping={"name": 1, "kind": 0},
        organ=people.office.organ,
        set_by=people.office,
    )

    assert bring("organs", content, people.office, name="二.xlsx").mapping == right


def test_what_was_checked_is_what_is_taken_over(people, client):
    batch = bring("organs", OWN, people.office)
    client.force_login(people.office)
    sent = OWN_MEANS
    client.post(reverse("match_headings", args=[batch.pk]), sent)
    batch = worked(ImportBatch.objects.get(pk=batch.pk))
    ImportMapping.objects.update(mapping={"name": 3, "kind": 1, "phone": 2})

    accepted(batch)

    assert Organ.objects.filter(name="县林业局").exists()
    assert not Organ.objects.filter(name="云岭县").exists()
