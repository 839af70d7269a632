"""An office brings its own list: errors marked, corrected, taken over; its own headings."""

import re

import pytest
from openpyxl import load_workbook

from tests.sheets import workbook

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=6),
]

OWN = ["机构", "性质", "地方"]


def bring(office, path):
    office.open("/imports/new/organs/")
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
    for name, place in (("name", "0"), ("kind", "1"), ("division", "2")):
        page.select_option(f"select[name={name}]", place)
    page.click("main form .button-primary")

    # The bad cell is told, and comes back in the office's own workbook.
    office.wait_for("检查结果")
    assert "B3" in office.text()
    with page.expect_download() as download:
        page.click("main a[download]")
    download.value.save_as(marked)
    book = load_workbook(marked)
    assert "政府机关" in book["Sheet1"]["B3"].comment.text
    book["Sheet1"]["B3"] = "政府机关"
    book.save(marked)

    # Corrected, its headings are known by now; on a phone it is taken over.
    phone = person("office", width=390, height=844)
    bring(phone, marked)
    phone.wait_for("检查结果")
    phone.page.click("main .button-primary")
    phone.wait_for("已导入2行")
    phone.open("/organs/?q=县粮食局")
    assert "县粮食局" in phone.text()
    phone.open("/imports/")
    assert "标注.xlsx" in phone.text()
