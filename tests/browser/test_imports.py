"""An office brings its own list: errors marked, corrected, taken over; its own headings."""

import re

import pytest
from openpyxl import Workbook, load_workbook

from tests.sheets import saved, workbook

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]

OWN = ["机构", "性质", "地方"]


def bring(office, path, kind="organs"):
    office.open(f"/imports/new/{kind}/")
    office.page.set_input_files("input[name=file]", path)
    office.page.fill("input[name=reason]", "建立单位名册")
    office.page.click("main form .button-primary")
    office.page.wait_for_url(re.compile(r"/imports/\d+/$"))


def test_own_headings_errors_marked_corrected_taken_over(person, tmp_path):
    own, marked = tmp_path / "单位.xlsx", tmp_path / "标注.xlsx"
    own.write_bytes(
        workbook(OWN, ["县档案馆", "政府机关", "云岭县"], ["县粮食局", "错的", "云岭县"])
    )
    office = person("office")
    page = office.page

    # Unknown headings are matched once.
    bring(office, own)
    office.wait_for("待对应表头")
    page.click("main a.button-primary")
    page.wait_for_url(re.compile("/headings/$"))
    office.check()
    for place, name in enumerate(("name", "kind", "division")):
        page.select_option(f"select[name=c0_{place}]", name)
    office.follow("main form .button-primary")

    # The bad cell is reported and comes back marked in the office's own workbook.
    office.wait_for("检查结果")
    assert "B3" in office.text()
    with page.expect_download() as download:
        page.click("main a[download]")
    download.value.save_as(marked)
    book = load_workbook(marked)
    assert "政府机关" in book["Sheet1"]["B3"].comment.text
    book["Sheet1"]["B3"] = "政府机关"
    book.save(marked)

    # Corrected, with its headings now known, it is taken over on a phone.
    phone = person("office", width=390, height=844)
    bring(phone, marked)
    phone.wait_for("检查结果")
    phone.page.click("main .button-primary")
    phone.wait_for("已导入2行")
    phone.open("/organs/?q=县粮食局")
    assert "县粮食局" in phone.text()
    phone.open("/imports/")
    assert "标注.xlsx" in phone.text()


def months():
    """A ledger with a sheet for each month, in the office's own headings and words."""
    book = Workbook()
    book.remove(book.active)
    for month in (4, 5, 6):
        sheet = book.create_sheet(f"{month}月")
        sheet.append([f"2026年{month}月民情台账"])
        sheet.append(["序号", "何时", "何村", "问题类型", "何事"])
        for day in (7, 8):
            sheet.append(
                [day, f"{month}月{day}日", "柳湾村", "农田水利", f"{month}月{day}日沟渠不通"]
            )
    return saved(book)


def test_an_import_in_five_steps(person, tmp_path):
    path = tmp_path / "台账.xlsx"
    path.write_bytes(months())
    office = person("office")
    page = office.page
    bring(office, path, "matters")

    # All sheets are chosen; one is left out.
    office.wait_for("待对应表头")
    page.click(".import-steps a >> text=工作表")
    page.wait_for_url(re.compile("/sheets/$"))
    assert "5月（2行）" in office.text()
    office.check()
    page.uncheck("input[name=sheets][value='2']")
    office.follow("main form .button-primary")

    # Their headings in order, with samples and guesses.
    office.wait_for("待对应表头")
    page.click("main a.button-primary")
    page.wait_for_url(re.compile("/headings/$"))
    assert "4月、5月" in office.text() and "4月7日" in office.text()
    office.check()
    for place, name in ((1, "registered_on"), (2, "unit"), (4, "text")):
        page.select_option(f"select[name=c0_{place}]", name)
    office.follow("main form .button-primary")

    # An unknown value is asked about once.
    office.wait_for("对应写法")
    page.click("main a.button-primary")
    page.wait_for_url(re.compile("/values/$"))
    assert "农田水利" in office.text()
    office.check()
    page.select_option("select[name=v0]", "01")
    office.follow("main form .button-primary")

    # The preview shows the resulting rows, also how a day without a year was read.
    office.wait_for("导入后的样子")
    assert "2026-05-08" in office.text() and "按2026年读" in office.text()
    office.check()
    office.follow("main form .button-primary")
    office.wait_for("已导入4行")
    page.click("text=查看列表")
    page.wait_for_url(re.compile("batch="))
    assert "5月8日沟渠不通" in office.text() and "6月" not in page.inner_text("main table")
