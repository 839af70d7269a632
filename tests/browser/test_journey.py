"""One visit, one matter, one answer, one sheet: the whole journey through all its users."""

import re

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

pytestmark = pytest.mark.xdist_group("browser")


def test_from_a_village_to_the_official_sheet(person, tmp_path):
    # A cadre on the phone writes a visit with two matters.
    cadre = person("author", width=390, height=844).open("/")
    page = cadre.page
    page.get_by_role("link", name="记民情").locator("visible=true").first.click()
    cadre.pick("unit", "lwc")
    cadre.tell("走了四户。大家最急的还是东支渠，秧田缺水。")
    for n, title in enumerate(["五组灌溉渠道淤堵", "村口便民桥护栏损坏"]):
        page.locator("[data-add-part]").click()
        page.fill(f"input[name=matters-{n}-title]", title)
        page.select_option(f"select[name=matters-{n}-category]", "02")
        page.locator(f".matter-part >> nth={n} >> details.fold >> nth=0 >> summary").click()
        page.fill(f"input[name=matters-{n}-raiser_name]", "李大山")
        page.fill(f"input[name=matters-{n}-raiser_phone]", "100-0000-0001")
    cadre.check()
    page.wait_for_selector("[data-is=saved]")
    page.locator("form[data-draft] .button-primary").click()
    cadre.past_receipts()
    cadre.check()
    first, second = (
        a.get_attribute("href") for a in page.locator("main a.item[href*='/matters/']").all()
    )

    # The host handles the second itself and passes the first up.
    host = person("host")
    host.open(second + "do/take_up/").page.locator("main .button-primary").click()
    host.check()
    assert "/matters/" in host.page.url
    host.open(first + "do/pass_up/")
    host.page.fill("textarea[name=text]", "涉及支渠产权，镇里无法单独处理")
    host.page.locator("main .button-primary").click()
    host.check()

    # The desk assigns lead and support.
    desk = person("desk").open(first + "do/assign/")
    desk.pick("lead", "县水利")
    desk.pick("supports", "县交通")
    desk.page.fill("textarea[name=text]", "请一周内拿出清淤方案")
    desk.page.locator("main form .button-primary").click()
    desk.page.wait_for_url(re.compile(first + "$"))
    desk.check()

    # The handler signs and replies, in large type.
    handler = person("handler").open("/")
    handler.page.click("button[aria-pressed]")
    handler.page.wait_for_selector("html.large-type")
    handler.open(first + "do/sign/")
    handler.page.fill("input[name=officer]", "刘洋")
    handler.page.locator("main form .button-primary").click()
    handler.page.wait_for_url(re.compile(first + "$"))
    answer(handler, first, "已清淤三百米。")

    # Review, then the caller records "not satisfied": it is reopened.
    review(desk, first)
    say(cadre, first, "unsatisfied")
    desk.open(first)
    assert "重办" in desk.text() or "reopened" in desk.text()

    # Answered again, reviewed, and this time the people are satisfied: 销号.
    answer(handler, first, "再次清淤并修补塌口，尾端已通水。")
    review(desk, first)
    say(cadre, first, "satisfied")
    cadre.open(first)
    assert cadre.page.locator(".dot-good").count()

    # The office exports the ledger through a real worker, and opens it.
    office = person("office").open("/matters/?tab=all")
    office.page.locator("form[action='/matters/export/'] button").click()
    office.page.wait_for_url(re.compile(r"/jobs/\d+/"))
    office.wait_for("SHA-256", seconds=40)
    with office.page.expect_download() as downloading:
        office.page.locator("a[download]").click()
    sheet = tmp_path / "ledger.xlsx"
    downloading.value.save_as(sheet)

    rows = list(load_workbook(sheet).active.iter_rows(values_only=True))
    heading = next(row for row in rows if row[0] == "序号")
    assert "反映问题或诉求" in heading and "是否销号" in heading
    settled = next(row for row in rows if row[8] and "五组灌溉渠道淤堵" in str(row))
    assert settled[heading.index("群众评价")] == "满意"
    assert settled[heading.index("是否销号")] == "是"
    assert CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()

    # The same pages are complete in English.
    office.page.goto(office.stack.address + "/matters/?tab=all")
    office.follow("button[name=language]")
    assert "Matter ledger" in office.text()
    office.follow("button[name=language]")


def answer(handler, matter, text):
    handler.open(matter + "do/report/")
    handler.page.select_option("select[name=resolution]", "solved")
    handler.page.fill("textarea[name=text]", text)
    handler.page.select_option("select[name=method]", "phone")
    handler.page.locator("main form .button-primary").click()
    handler.page.wait_for_url(re.compile(matter + "$"))
    handler.check()


def review(desk, matter):
    desk.open(matter + "do/pass_review/").page.locator("main form .button-primary").click()
    desk.page.wait_for_url(re.compile(matter + "$"))
    desk.check()


def say(caller, matter, word):
    caller.open(matter)
    caller.follow(caller.page.locator("main a[href*='/call-backs/']").last)
    caller.tick(f"input[name=word][value={word}]")
    caller.page.locator("main form .button-primary").click()
    caller.page.wait_for_url(re.compile("/call-backs/$"))
    caller.check()
