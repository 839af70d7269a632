"""An empty installation, from the first three administrators to the first visit, page by page."""

import re

import pytest

from tests.browser.first_steps import (
    arrive,
    give_role,
    load_divisions,
    make_account,
    next_step,
    printed_codes,
    use_the_least,
)

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]


def test_from_nothing_to_the_first_visit(empty, chromium, tmp_path):
    codes = printed_codes(empty)
    people = []

    def come(username, code):
        people.append(arrive(empty, chromium, username, code))
        return people[-1]

    system = come("system-admin", codes["system-admin"])
    assert system.page.url.endswith("/first-day/")
    security = come("security-admin", codes["security-admin"])
    assert "等待系统管理员办理" in security.text()
    auditor = come("audit-admin", codes["audit-admin"])
    assert not auditor.page.locator(".road .button").count()

    # Two people for the first account: one makes it, the other gives it a role.
    code = make_account(system, "liming", name="李明")
    give_role(security, "李明", "office")
    office = come("liming", code)

    load_divisions(empty, tmp_path)

    use_the_least(office)
    next_step(office)
    office.page.fill("input[name=name]", "石桥镇人民政府")
    office.page.select_option("select[name=kind]", "township")
    office.pick("division", "石桥镇")
    office.save()
    next_step(office)
    office.pick("township", "石桥镇")
    office.pick("host_organ", "石桥镇")
    office.save()
    next_step(office)
    office.page.fill("input[name=name]", "王建国")
    office.pick("organ", "石桥镇")
    office.save()

    code = make_account(system, "wangjianguo", cadre="王建国")
    give_role(security, "王建国", "cadre")

    # Until the cadre has the slip, the office is redirected to the slips.
    assert next_step(office).page.url.endswith("/password-slips/")
    cadre = come("wangjianguo", code)
    next_step(office)
    office.pick("cadre", "王建国")
    office.pick("unit", "柳湾")
    office.save()
    assert "等待干部办理" in office.open("/").text()

    cadre.open("/")
    assert cadre.page.url.endswith("/today/")
    cadre.page.click(".big-button")
    cadre.page.click("[data-fill-unit]")
    cadre.tell("第一次走访，看了东支渠。")
    cadre.page.locator("form[data-draft] .button-primary").click()
    cadre.page.wait_for_url(re.compile(r"/visits/\d+/"))
    cadre.check()

    # Work has begun: the first-day page gives way to everybody's own page.
    assert office.open("/").page.url.endswith("/today/")
    assert system.open("/").page.url.endswith("/accounts/")
    # Still reachable from the help, it lists what is missing and whose turn it is.
    assert "日常工作已经开始" in system.open("/first-day/").text()
    for one in people:
        one.close()
