"""From an empty installation to the leader's page on paper, through a month's work.

The first steps, the lists, the bell, the dashboard, the edition and the paper are real pages with a
real worker; the days between are the portal's actions with earlier dates.
"""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from outreach.actions import follow_ups, matters, visits
from outreach.models import FollowUp, Matter
from portal.days import workdays
from portal.models import GrassrootsUnit, Organ
from tests.browser.conftest import UNUSED
from tests.browser.first_steps import (
    arrive,
    give_role,
    load_divisions,
    make_account,
    printed_codes,
    use_the_least,
)
from tests.conftest import WORKER, _point_at
from tests.people import STATED, everybody, matter_fields
from tests.sheets import workbook

pytestmark = pytest.mark.xdist_group("browser")

DAYS = 40
SINCE = timezone.localdate() - timedelta(days=DAYS)
SAID = f"{SINCE.year}.{SINCE.month}.{SINCE.day}"
ORGANS = [
    ["云岭县单位名册"],
    ["单位全称", "单位性质", "行政区划", "成立日期"],
    ["县委组织部", "党委部门", "云岭县", SAID],
    ["县政府督查室", "政府部门", "云岭县", SAID],
    ["县农业农村局", "局", "云岭县", SAID],
    ["县水利局", "政府部门", "云岭县", SAID],
    ["石桥镇人民政府", "乡镇", "石桥镇", SAID],
]
UNITS = [
    ["村（社区）名称", "类别", "所属乡镇", "行政区划", "成立日期"],
    ["柳湾村", "村", "石桥镇人民政府", "石桥镇 柳湾村", SAID],
    ["东坪村", "村", "石桥镇人民政府", "石桥镇 东坪村", SAID],
]
CADRES = [
    ["姓名", "工作单位", "职务", "工作经历"],
    ["王 建 国", "县农业农村局", "科员", "2010.07-2014.06 村（社区） 柳湾村大学生村官"],
]
ACCOUNTS = [
    ["用户名", "姓名", "单位", "在干部名册中"],
    ["wangjianguo", "王建国", "县农业农村局", "是"],
    ["zhangweidong", "张卫东", "石桥镇人民政府", "否"],
    ["sunzhiyuan", "孙志远", "县政府督查室", "否"],
    ["liuyang", "刘洋", "县水利局", "否"],
    ["hezhiqiang", "何志强", "县委组织部", "否"],
]
ROLES = [
    ["用户名", "角色", "单位范围", "区划范围", "开始日期"],
    ["wangjianguo", "干部", "县农业农村局", "", SAID],
    ["zhangweidong", "乡镇街道（管理单位）", "石桥镇人民政府", "", SAID],
    ["sunzhiyuan", "督查（交办）", "", "云岭县", SAID],
    ["liuyang", "承办单位", "县水利局", "", SAID],
    ["hezhiqiang", "督查领导", "", "云岭县", SAID],
]
AREAS = [["干部姓名", "所包村", "开始时间"], ["王建国", "柳湾村", SAID]]


def bring(person, kind, path):
    """Upload a list and open the result of its check."""
    person.open(f"/imports/new/{kind}/")
    person.page.set_input_files("input[name=file]", path)
    person.page.fill("input[name=reason]", "建立名册")
    person.save().wait_for("检查结果")


def take_over(person, rows):
    person.page.click("main .button-primary")
    person.wait_for(f"已导入{rows}行")


def take_in(person, kind, rows, folder):
    path = folder / f"{kind}.xlsx"
    path.write_bytes(workbook(*rows))
    bring(person, kind, path)
    assert "0行有问题" in person.text()
    take_over(person, len(rows) - 1)


def at(days_ago):
    return timezone.now() - timedelta(days=days_ago)


def day(days_ago):
    return timezone.localdate() - timedelta(days=days_ago)


class Month:
    """What the people on the lists did in these weeks."""

    def __init__(self):
        self.people = {user.username: user for user in everybody()}
        self.units = {unit.name: unit for unit in GrassrootsUnit.objects.all()}
        self.water = Organ.objects.get(name="县水利局")

    def visit(self, days_ago, unit, *titles, outcome="", written=None):
        """Record a visit as written down `days_ago`, or on `written`."""
        cadre = self.people["wangjianguo"]
        reported = [matter_fields(title=title) for title in titles]
        if outcome:
            reported[-1] |= {"outcome": outcome, "result_text": "当场讲清了补贴办法。"}
        visit, _is_new = visits.record_visit(
            client_key=uuid.uuid4(),
            author=cadre.cadre,
            by=cadre,
            unit=self.units[unit],
            visited_on=day(days_ago),
            at=at(days_ago if written is None else written),
            household_count=4,
            reported_matters=reported,
            **STATED,
        )
        return [visit.matters.get(title=title) for title in titles]

    def move(self, matter, code, username, days_ago, **facts):
        by = self.people[username]
        matters.move_matter(matter=matter, code=code, by=by, at=at(days_ago), **facts)

    def word(self, matter, word, username, days_ago):
        call, by = FollowUp.objects.get(matter=matter, answered_at=None), self.people[username]
        follow_ups.record_word(follow_up=call, by=by, at=at(days_ago), word=word)

    def assigned(self, matter, days_ago):
        self.move(matter, "pass_up", "zhangweidong", days_ago, text="镇里无法单独处理")
        self.move(matter, "assign", "sunzhiyuan", days_ago, lead=self.water, text="请尽快处理")

    def work(self):
        """One matter ends well, one is opened again by the people's word; four are late."""
        solved, taken_up, told = self.visit(
            35, "柳湾村", "东支渠淤堵", "便民桥护栏损坏", "种粮补贴没有到账", outcome="on_the_spot"
        )
        self.assigned(solved, 34)
        self.move(solved, "sign", "liuyang", 33, officer="刘洋")
        self.move(
            solved,
            "report",
            "liuyang",
            29,
            resolution="solved",
            text="已清淤三百米。",
            method="phone",
        )
        self.move(solved, "pass_review", "sunzhiyuan", 28)
        self.word(solved, "satisfied", "wangjianguo", 27)
        self.move(taken_up, "take_up", "zhangweidong", 34)
        self.move(told, "confirm", "zhangweidong", 34)
        # Whoever settled a matter on the spot does not make its call-back.
        self.word(told, "unsatisfied", "liming", 30)

        unsigned, instructed = self.visit(20, "东坪村", "机耕路塌方", "饮水管道漏水")
        self.assigned(unsigned, 19)
        self.assigned(instructed, 19)
        self.move(instructed, "sign", "liuyang", 19, officer="刘洋")
        self.move(instructed, "order", "hezhiqiang", 10, text="三日内答复群众。", due_on=day(3))
        self.move(instructed, "answer_order", "liuyang", 8, text="已派人查漏。")
        self.visit(3, "柳湾村")


@pytest.fixture
def in_its_database(empty, django_db_blocker):
    """Run a function on the database of the empty installation."""

    def run(function):
        with django_db_blocker.unblock():
            _point_at(UNUSED)
            try:
                return function()
            finally:
                _point_at(f"test_{WORKER}")

    return run


def figures_of(person):
    """The numbers of a live or locked sheet, row by row."""
    rows = person.page.locator(".figures tbody tr")
    return [re.split(r"\s+", row.strip()) for row in rows.all_inner_texts()]


def counted_behind(person, address):
    """The number of rows that the list behind a figure claims to have."""
    person.page.goto(person.stack.address + address)
    total = person.page.inner_text("main .total")
    return int(re.search(r"\d+", total).group())


# The first day and the journey from a village to the official sheet are the short runs of it.
@pytest.mark.long
def test_a_month_from_the_first_administrators_to_the_page_on_paper(
    empty, chromium, in_its_database, tmp_path
):
    empty.start_worker()
    people = []

    def come(username, code):
        people.append(arrive(empty, chromium, username, code))
        return people[-1]

    # The first steps.
    codes = printed_codes(empty)
    system = come("system-admin", codes["system-admin"])
    security = come("security-admin", codes["security-admin"])
    code = make_account(system, "liming", name="李明")
    give_role(security, "李明", "office")
    office = come("liming", code)
    use_the_least(office)
    load_divisions(empty, tmp_path)

    # The office's own list, reached from its step: one cell is wrong and comes back marked.
    own, marked = tmp_path / "单位名册.xlsx", tmp_path / "标注.xlsx"
    own.write_bytes(workbook(*ORGANS))
    assert office.open("/").page.locator("a[href='/imports/new/organs/']").count() == 1
    bring(office, "organs", own)
    assert "B5" in office.text()
    with office.page.expect_download() as download:
        office.page.click("main a[download]")
    download.value.save_as(marked)
    book = load_workbook(marked)
    assert book["Sheet1"]["B5"].comment.text
    assert book["Sheet1"]["B4"].comment is None
    book["Sheet1"]["B5"] = "政府部门"
    book.save(marked)
    bring(office, "organs", marked)
    take_over(office, 5)

    for person, kind, rows in (
        (office, "units", UNITS),
        (office, "cadres", CADRES),
        (system, "accounts", ACCOUNTS),
        (security, "grants", ROLES),
        (office, "areas", AREAS),
    ):
        take_in(person, kind, rows, tmp_path)

    in_its_database(lambda: Month().work())

    # Everybody is told once of what waits, however often reminders run.
    morning = workdays.add_working_days(timezone.localdate(), 1).isoformat()
    told = [empty.command("send_reminders", "--on", morning) for _twice in range(2)]
    assert ": 0 reminders" not in told[0]
    assert ": 0 reminders" in told[1]

    def with_slip(username):
        """The office prints a one-time password, and its owner signs in with it."""
        office.open(f"/password-slips/?q={username}")
        office.page.once("dialog", lambda dialog: dialog.accept())
        office.page.click("main td button")
        code = office.page.inner_text(".one-time")
        office.check()
        return come(username, code)

    for username, waiting in (
        ("zhangweidong", {"便民桥护栏损坏", "种粮补贴没有到账"}),
        ("liuyang", {"机耕路塌方", "饮水管道漏水"}),
    ):
        one = with_slip(username).open("/reminders/")
        rows = one.page.locator("main tbody tr").all_inner_texts()
        assert len(rows) == len(set(rows)), rows
        assert set(one.page.locator("main tbody .what").all_inner_texts()) == waiting
        assert one.page.inner_text(".bell-count") == str(len(rows)), rows

    # The dashboard agrees with the ledger: each figure equals the list behind it.
    span = f"period=days&first={SINCE}&last={timezone.localdate()}"
    leader = with_slip("hezhiqiang").open(f"/dashboard/?{span}")
    shown = {
        one.get_attribute("href"): int(one.get_attribute("data-n"))
        for one in leader.page.locator("main [data-n]").all()
    }
    open_matters = in_its_database(lambda: Matter.objects.open().count())
    assert open_matters == 4
    assert leader.page.inner_text(".all-open [data-n]") == str(open_matters)
    assert len(shown) > 20
    assert {url: counted_behind(leader, url) for url in shown} == shown

    # The locked edition has the figures of the statistics and keeps them as work goes on.
    office.open(f"/statistics/?first={SINCE}&last={day(1)}")
    reported = figures_of(office)
    assert "5" in reported[0]
    office.press("锁定上报")
    office.page.fill("input[name=document_number]", "云组通〔2026〕5号")
    office.press("锁定以上数据")
    assert office.page.url.split("/")[-3] == "editions"
    edition = office.page.url.removeprefix(empty.address)
    assert figures_of(office) == reported
    in_its_database(lambda: Month().visit(2, "柳湾村", "路灯不亮", written=0))
    assert figures_of(office.open(edition)) == reported
    assert "路灯不亮" in office.open(f"{edition}changes/").text()

    # One page of A4 for the leader.
    leader.open(f"/dashboard/print/?{span}")
    assert "饮水管道漏水" in leader.text()
    paper = leader.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    width, height = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", paper).groups()
    assert (round(float(width)), round(float(height))) == (595, 842)
    for person in people:
        person.close()
