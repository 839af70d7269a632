"""The command bar by keyboard, and the dashboard on one screen of a desk and of a phone."""

from urllib.parse import quote

import pytest

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]

INPUT, OPTION = "dialog.command input", "dialog.command [role=option]"


def chosen(page):
    return page.locator(f"{OPTION}[aria-selected=true]").get_attribute("href")


def type_in(page, text):
    """Type, and wait for the results of exactly these words."""
    with page.expect_response(lambda answer: answer.url.endswith(f"/command/?q={quote(text)}")):
        page.keyboard.insert_text(text)
    page.wait_for_selector(f"{OPTION}[aria-selected=true]")


def test_the_command_bar_leads_to_pages_places_and_acts(person):
    office = person("office").open("/units/")
    page = office.page
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog.command[open]")
    type_in(page, "年度结转")
    office.check()
    assert chosen(page) == "/year-closings/"
    page.keyboard.press("Enter")
    page.wait_for_url("**/year-closings/")

    page.keyboard.press("Control+k")
    type_in(page, "石桥镇")
    first = chosen(page)
    assert first.startswith("/organs/")
    assert page.get_attribute(INPUT, "aria-activedescendant") == "command-0"
    page.keyboard.press("ArrowDown")
    assert chosen(page) != first
    page.keyboard.press("ArrowUp")
    assert chosen(page) == first
    # When the words have changed, Enter opens none of the old results.
    with page.expect_response(lambda answer: "/command/" in answer.url):
        page.keyboard.insert_text(" 没有这样的词")
    page.keyboard.press("Escape")
    assert not page.locator("dialog.command[open]").count()

    page.keyboard.press("Control+k")
    page.fill(INPUT, "")
    type_in(page, "登记事项")
    page.keyboard.press("Enter")
    page.wait_for_url("**/matters/new/")


def test_a_click_on_the_search_box_opens_the_bar_and_a_lost_answer_is_said(person):
    host = person("host").open("/units/")
    page = host.page
    page.route("**/command/**", lambda route: route.abort())
    page.click("#top-q")
    page.keyboard.insert_text("柳湾村")
    page.wait_for_selector("dialog.command [data-failed]:not([hidden])")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    assert "柳湾村" in host.text()


def test_the_search_without_any_script(person):
    author = person("author", script=False).open("/units/")
    page = author.page
    page.fill("#top-q", "柳湾村")
    page.press("#top-q", "Enter")
    page.wait_for_url("**/search/?q=*")
    page.click("main a >> text=柳湾村")
    assert "柳湾村" in page.inner_text("h1")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize("name", ["supervisor", "office", "host", "desk"])
def test_the_dashboard_is_one_screen(person, name, width, height):
    reader = person(name, width=width, height=height).open("/dashboard/?period=year")
    page = reader.page
    page.wait_for_load_state("networkidle")
    reader.check()

    assert page.evaluate("document.documentElement.scrollHeight") <= height
    card = page.locator("details.fold").first
    assert card.get_attribute("open") is (None if width == 390 else "")
