"""Filters kept by name, columns, keys and help, as people meet them."""

import pytest

pytestmark = pytest.mark.xdist_group("browser")


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


@pytest.mark.sampled(of="journeys", one_in=20)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_filter_is_kept_opened_renamed_and_dropped(person, width):
    desk = person("desk", width=width).open("/matters/?tab=all&due=week")
    page = desk.page
    page.click("summary >> text=保存筛选")
    page.fill("#filter-name", "一周内到期")
    desk.check()
    page.press("#filter-name", "Enter")
    page.wait_for_load_state()
    desk.check()

    desk.open("/matters/")
    page.click(".chip-saved >> text=一周内到期")
    page.wait_for_url("**/matters/?tab=all&due=week")
    desk.check()
    desk.open("/saved-filters/").press("改名")
    page.fill("input[name=name]", "快到期")
    desk.press("保存")
    page.on("dialog", lambda asked: asked.accept())
    page.click("main >> text=删除")
    page.wait_for_selector(".notice")
    desk.check()
    assert "还没有保存的筛选" in desk.text()


def test_filters_and_columns_without_any_script(person):
    host = person("host", script=False).open("/units/")
    page = host.page
    page.click("summary >> text=显示列")
    page.uncheck("#column-host")
    page.check("#column-order")
    page.click("form[action*=columns] .button-primary")
    assert "管理单位" not in page.inner_text("thead")
    assert "规定排序" in page.inner_text("thead")
    page.click("summary >> text=显示列")
    page.click("form[action*=columns] [name=reset]")
    assert "管理单位" in page.inner_text("thead")

    host.open("/visits/?mode=visit")
    page.click("summary >> text=保存筛选")
    page.fill("#filter-name", "入户走访")
    page.click("form[action*=filters] .button-primary")
    assert page.inner_text(".chip-saved[aria-current]") == "入户走访"


@pytest.mark.sampled(of="journeys", one_in=20)
def test_lists_are_walked_by_keys_and_never_while_typing(person):
    office = person("office").open("/units/")
    page = office.page
    rows = page.locator("a.what").all_inner_texts()

    page.keyboard.press("ArrowDown")
    assert focused(page) not in rows  # an arrow scrolls until a row is chosen
    page.keyboard.press("j")
    assert focused(page) == rows[0]
    page.keyboard.press("ArrowDown")
    assert focused(page) == rows[1]
    office.check()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/*/")

    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/matters/")
    page.keyboard.press("n")
    page.wait_for_url("**/matters/new/")
    office.check()

    page.fill("input[name=title]", "")
    page.type("input[name=title]", "gmn/?jk")
    assert page.input_value("input[name=title]") == "gmn/?jk"
    assert page.url.endswith("/matters/new/")

    office.open("/units/")
    page.keyboard.press("/")
    page.keyboard.type("jn")
    assert page.input_value("#top-q") == "jn"
    page.keyboard.press("Control+k")
    assert page.input_value("dialog.command input") == "jn"
    page.keyboard.press("Escape")


@pytest.mark.sampled(of="journeys", one_in=20)
def test_the_question_mark_tells_the_keys_and_they_can_be_switched_off(person):
    supervisor = person("supervisor").open("/units/")
    page = supervisor.page
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    supervisor.check()
    page.keyboard.press("Escape")
    assert not page.locator("dialog[open]").count()
    # Keys pressed in a dialog belong to it, and the focus leaves it one frame late.
    page.wait_for_selector("dialog:focus-within", state="detached")
    page.keyboard.press("?")
    page.click("dialog >> text=停用快捷键")
    page.wait_for_url("**/help/#keys")

    supervisor.press("停用快捷键").open("/units/")
    page.keyboard.press("j")
    assert focused(page) not in page.locator("a.what").all_inner_texts()
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog.command[open]")
    page.keyboard.press("Escape")
    supervisor.open("/help/").press("启用快捷键")


@pytest.mark.sampled(of="journeys", one_in=20)
def test_help_is_in_order_for_every_role(person):
    for name in ("author", "handler", "system", "recipient"):
        person(name).look("/help/").close()
