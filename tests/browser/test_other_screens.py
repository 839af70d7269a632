"""Other screens than a new Chromium with script: no script, an old browser, a killed worker."""

import re
import time

import psycopg2
import pytest
from django.urls import reverse

from outreach.ledgers.matters import MATTER_LEDGER
from portal.pages import side_list
from tests.browser.conftest import Person

pytestmark = pytest.mark.xdist_group("browser")


def test_a_visit_and_a_matter_without_any_script(person):
    cadre = person("author", by_page=True, width=390, height=844, script=False)
    page = cadre.page
    page.goto(cadre.stack.address + "/visits/new/")
    page.fill("input[name=unit_text]", "柳湾村")
    cadre.tell("没有脚本的手机，也能记下走访。")
    page.click("button[name=add_matter]")
    page.fill("input[name=matters-0-title]", "没有脚本登记的事项")
    page.select_option("select[name=matters-0-category]", "01")
    page.click("form[data-draft] .button-primary")

    cadre.past_receipts()
    assert re.search(r"/visits/\d+/$", page.url)
    assert "没有脚本登记的事项" in page.inner_text("main")


@pytest.mark.sampled(of="journeys", one_in=20)
def test_the_front_doors_of_all_roles_are_in_order(person):
    for name in (
        "liaison",
        "host",
        "desk",
        "handler",
        "office",
        "supervisor",
        "recipient",
        "system",
        "security",
        "auditor",
    ):
        # Some sign in through the page, on either screen; then all open the portal's root address.
        by_page = name in {"host", "office"}
        somebody = person(name, by_page=by_page, width=390 if name == "host" else 1440).open("/")
        if by_page:
            somebody.look("/roles/", "/jobs/", "/search/?q=柳湾")
        somebody.close()


PAGES = {
    "office": [
        "/units/",
        "/organs/",
        "/cadres/",
        "/divisions/",
        "/stand-ins/",
        "/norms/",
        "/workdays/",
        "/areas/",
        "/visits/",
        "/matters/?tab=all",
        "/call-backs/?tab=open",
        "/matters/new/",
        "/areas/new/",
        "/units/new/",
        "/organs/new/",
        "/cadres/new/",
        "/password-slips/",
        "/todo/",
        "/today/",
        "/notices/?tab=all",
        "/notices/new/",
        "/dashboard/?period=year",
        "/dashboard/print/",
        "/words/",
        "/dashboard/going-down/?period=year",
        "/dashboard/unattended-units/",
        "/meetings/",
        "/meetings/new/",
    ],
    "host": ["/todo/", "/todo/?tab=approvals", "/today/", "/notices/"],
    "supervisor": ["/dashboard/", "/meetings/"],
    "system": ["/accounts/", "/accounts/new/"],
    "security": ["/accounts/", "/lockouts/"],
    "auditor": ["/audit/"],
    "recipient": ["/conduct/"],
}


@pytest.mark.sampled(of="journeys", one_in=20)
@pytest.mark.parametrize("name", PAGES)
def test_staff_pages_are_in_order_on_desk_and_phone(person, name):
    person(name).look(*PAGES[name])


@pytest.mark.long
def test_a_worker_killed_in_the_middle_is_replaced_within_half_a_minute(stack, person):
    office = person("office").open("/matters/?tab=all")
    stack.kill("worker")
    office.page.locator("form[action='/matters/export/'] button").click()
    office.page.wait_for_url(re.compile(r"/jobs/\d+/"))
    job = int(re.search(r"/jobs/(\d+)/", office.page.url).group(1))
    # What a worker killed while writing leaves behind: a running row and half a file.
    _sql(
        stack,
        "UPDATE portal_job SET state = 'running', attempt = 1, lease_until = now() + '12 s'"
        f" WHERE id = {job}",
    )
    stack.start_worker()
    began = time.monotonic()
    while time.monotonic() - began < 60:
        office.page.goto(f"{stack.address}/jobs/{job}/")
        if "SHA-256" in office.text():
            break
        assert not office.page.locator("a[download]").count()
        office.page.wait_for_timeout(500)

    assert "SHA-256" in office.text()
    assert time.monotonic() - began < 45, "12 s of lease, 15 s of beat, the worker's own start"
    assert MATTER_LEDGER.title in office.text()


def _sql(stack, statement):
    connection = psycopg2.connect(stack.environment["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


@pytest.mark.sampled(of="journeys", one_in=20)
def test_chromium_86_shows_every_page_without_complaint(stack, old_chromium):
    somebody = Person(stack, old_chromium, "author", width=390).sign_in_by_script()
    page = somebody.page
    for path in ("/today/", "/visits/new/", "/visits/", "/matters/?tab=all", "/units/", "/help/"):
        page.goto(stack.address + path)
        page.wait_for_timeout(200)
        assert somebody.overflow() <= 1, path
    page.goto(stack.address + "/visits/new/")
    page.evaluate(
        "() => { const box = document.querySelector('[name=unit_text]'); box.value = '柳湾';"
        " box.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.wait_for_timeout(1500)
    page.evaluate("() => document.querySelector('[data-pick]').click()")
    assert "柳湾村" in page.evaluate("() => document.querySelector('[name=unit_text]').value")
    assert somebody.complaints == []
    somebody.close()


@pytest.mark.sampled(of="journeys", one_in=20)
def test_chromium_86_shows_the_lists_of_neighbours_research_and_oversight(stack, old_chromium):
    office = Person(stack, old_chromium, "office", width=390).sign_in_by_script()
    lists = [
        entry
        for groups in side_list._LISTS.values()
        for entries in groups.values()
        for entry in entries
        if entry.url_name.startswith(("neighbours:", "works:", "research:", "oversight:"))
        or entry.url_name == "pairing:mentoring"
    ]
    seen = 0
    for entry in lists:
        answer = office.page.goto(stack.address + reverse(entry.url_name))
        assert answer.status in (200, 403), entry.url_name
        assert office.overflow() <= 1, entry.url_name
        seen += answer.status == 200
    # Some addresses open for others than the office.
    assert seen > 10
    assert [said for said in office.complaints if "403" not in said] == []
    office.close()


@pytest.mark.sampled(of="journeys", one_in=20)
def test_the_chart_is_drawn_and_without_script_the_tables_stand_open(stack, person):
    author = person("author", width=390)
    author.open("/visits/new/")
    author.pick("unit", "柳湾")
    author.tell("为看板走访一次，记一件事。")
    author.page.click("[data-add-part]")
    author.page.fill("input[name=matters-0-title]", "看板上的一件事")
    author.page.select_option("select[name=matters-0-category]", "02")
    author.page.click("form[data-draft] .button-primary")
    author.past_receipts()

    office = person("office").open("/dashboard/over-the-year/?period=year")
    office.page.locator("[data-chart] canvas").first.wait_for()
    assert office.page.locator("[data-chart] canvas").count() == 1
    assert not office.page.locator("table.months").first.is_visible()
    office.open("/dashboard/?period=year")
    total = office.page.locator(".all-open a.figure")
    n = int(total.get_attribute("data-n"))
    office.follow(total)
    assert office.page.url.startswith(f"{stack.address}/matters/")
    assert office.page.locator("table.list tbody tr").count() == min(n, 50) > 0

    plain = person("office", script=False)
    plain.page.goto(stack.address + "/dashboard/?period=year")
    plain.page.click("a[href*='over-the-year']")
    assert plain.page.locator("table.months").first.is_visible()
    assert not plain.page.locator("[data-chart]").first.is_visible()


@pytest.mark.sampled(of="journeys", one_in=20)
def test_the_organ_is_asked_only_about_somebodys_conduct(person):
    cadre = person("author", width=390)
    page = cadre.open("/visits/new/").page
    page.locator("[data-add-part]").click()
    organ = page.locator("input[name=matters-0-subject_organ_text]")
    assert not organ.is_visible()

    page.select_option("select[name=matters-0-outcome]", "conduct")

    assert organ.is_visible()
    cadre.pick("matters-0-subject_organ", "县水利")
    assert "县水利" in organ.input_value()
    cadre.check()


@pytest.mark.sampled(of="journeys", one_in=20)
def test_going_back_to_a_form_finds_what_was_typed(person):
    """No page is cached, so the browser cannot restore the text; the draft does."""
    page = person("author", width=390).open("/visits/new/").page
    page.fill("textarea[name=summary]", "东支渠写到一半")
    page.wait_for_selector("[data-is=saved]")

    page.goto(page.url.partition("/visits/")[0] + "/matters/")
    page.go_back()

    assert page.input_value("textarea[name=summary]") == "东支渠写到一半"


@pytest.mark.sampled(of="journeys", one_in=20)
def test_a_line_that_hangs_is_never_said_to_have_kept_anything(person):
    page = person("author", width=390).open("/visits/new/").page
    page.context.route("**/visits/draft/", lambda route: None)  # never answers
    page.fill("textarea[name=summary]", "信号只剩一格")
    page.wait_for_selector("[data-is=keeping]")
    page.wait_for_selector("[data-is=unsaved]", timeout=20_000)
    assert "已存" not in page.inner_text("[data-saved-state]")

    page.context.unroute("**/visits/draft/")
    page.wait_for_selector("[data-is=saved]", timeout=30_000)
    page.locator("textarea[name=summary]").press_sequentially("，又写了")
    assert "已存" not in page.inner_text("[data-saved-state]")


@pytest.mark.sampled(of="journeys", one_in=20)
def test_pasted_text_is_counted_and_not_cut(person):
    page = person("author", width=390).open("/visits/new/").page
    page.fill("textarea[name=summary]", "字" * 21_204)
    assert page.inner_text(".over-limit") == "超出1,204字"
    assert len(page.input_value("textarea[name=summary]")) == 21_204


@pytest.mark.sampled(of="journeys", one_in=20)
def test_a_line_that_breaks_loses_no_word_and_leaves_no_draft_behind(person):
    cadre = person("author", width=390).open("/visits/new/")
    page, save = cadre.page, "form[data-draft] .button-primary"
    page.context.set_offline(True)
    cadre.tell("沟里没有信号，走了四户")
    page.click(save)
    page.wait_for_selector("[data-offline]:not([hidden])")
    assert page.input_value("textarea[name=summary]") == "沟里没有信号，走了四户"

    # A network that exists in name only: the page stays as well.
    page.context.set_offline(False)
    page.context.route("**/visits/draft/", lambda route: route.abort())
    page.click(save)
    page.wait_for_selector("[data-offline]:not([hidden])")
    page.context.unroute("**/visits/draft/")
    page.press("input[name=group]", "Enter")
    assert not page.locator("form[data-draft] .matter-part").count()

    page.click(save)
    page.wait_for_url(re.compile(r"/visits/\d+/$"))
    saved = page.url
    page.go_back()
    page.wait_for_url(saved)
    # These console messages are what the test provokes.
    cadre.complaints.clear()
    assert "沟里没有信号" not in cadre.open("/todo/").text()
