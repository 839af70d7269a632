"""Other kinds of installation: an enterprise from its first day, a community with 双报到, the
hotline's list, a summons.

The enterprise starts on an empty installation; the others share a county of their own.
"""

import re
from collections import defaultdict
from functools import cached_property

import pytest
from django.urls import reverse

from neighbours.models import HotlineTicket
from portal.models import Cadre, Organ, PartyOrganization, User
from portal.roles import Role
from tests.access import disclosures, hotline, mentors, proposals, reports, summons, talks
from tests.browser.conftest import DATABASE, SOME_OR_ALL, UNUSED, Person, Stack, free_port
from tests.browser.first_steps import (
    arrive,
    fill_account,
    fill_role,
    give_role,
    make_account,
    next_step,
    printed_codes,
    use_all,
)
from tests.browser.test_evaluating import read_computed, vote
from tests.browser.test_going_down import address_of, fill, go, links_ending_with, post
from tests.browser.test_helping import assert_not_found, choose, select
from tests.browser.test_journey import say
from tests.conftest import WORKER, _point_at, another_database
from tests.day import in_days
from tests.evaluation import makers
from tests.people import START, Cast, account, division, organ, unit
from tests.sheets import workbook

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]
PHONE = {"width": 390, "height": 844}


class Corner:
    """霞岭县: a street with a community and a village, the bureaus that come when it calls."""

    def __init__(self, people):
        self.county = county = division("霞岭县", 3, people.city, "990117000000")
        town = division("霞口街道", 4, county, "990117001000")
        department = organ("霞岭县委组织部", "party", order=501, place=county)
        desk = organ("霞岭县政府督查室", order=502, place=county)
        self.water = organ("霞岭县水务局", order=510, place=county)
        self.housing = organ("霞岭县住建局", order=511, place=county)
        self.ended = organ("霞岭县农机局", order=512, place=county)
        Organ.objects.filter(pk=self.ended.pk).update(ended_on=in_days(-30), successor=self.water)
        self.archive = organ("霞岭县档案馆", order=513, place=county)
        self.street = organ("霞口街道党工委", "township", order=520, place=town)
        self.community = unit(
            "霞光社区", self.street, division("霞光社区", 5, town, "990117001001"), "community"
        )
        self.village = unit("霞坞村", self.street, division("霞坞村", 5, town, "990117001201"))
        self.branch = PartyOrganization.objects.create(
            organ=self.archive,
            name="中共霞岭县档案馆支部委员会",
            kind="branch",
            secretary="苏青",
            started_on=START,
        )
        account("glow-office", "卢宁", department, Role.OFFICE, place=county)
        # Uses English and large type; both settings are saved with the account.
        account("glow-reader", "方言", department, Role.OFFICE, place=county)
        account("glow-desk", "严正", desk, Role.DESK, place=county)
        account("glow-host", "何霞", self.street, Role.HOST, within=self.street)
        account("glow-liaison", "杜若", self.archive, Role.LIAISON, within=self.archive)
        account("glow-water", "江平", self.water, Role.HANDLER, within=self.water)
        account("glow-housing", "楼宇", self.housing, Role.HANDLER, within=self.housing)
        visitor = account("glow-cadre", "卓然", self.archive, Role.CADRE)
        Cadre.objects.create(user=visitor, name="卓然", organ=self.archive, post="科员")


@pytest.fixture(scope="module")
def corner(stack, django_db_blocker):
    with django_db_blocker.unblock():
        _point_at(DATABASE)
        corner = Corner(stack.people)
        _point_at(f"test_{WORKER}")
    return corner


def refused(person):
    """Press the main button; return the errors that the page shows."""
    return person.save().page.inner_text(".error-summary")


def test_a_community_from_a_report_to_a_problem_of_residents(person, corner):
    # The community's needs, and the branch that reports to it.
    host = go(person("glow-host").open("/needs/"), "/needs/new/")
    host.pick("unit", "霞光社区")
    fill(host, title="周末给孩子讲馆藏故事", when="周六上午", wanted=2, until=in_days(20))
    host.page.select_option("main select[name=job]", index=1)
    host.save()
    liaison = go(person("glow-liaison").open("/branch-reports/"), "/branch-reports/new/")
    liaison.pick("party", "霞岭县档案馆")
    liaison.pick("unit", "霞光社区")
    fill(liaison, contact_name="杜若", resources="档案查询、讲故事；会议室周末可用")
    fill(liaison, contact_phone="0990-6600117")
    liaison.save()
    report = address_of(liaison)
    go(liaison, "/edit/")
    liaison.page.get_by_label("周末给孩子讲馆藏故事").check()
    liaison.save()
    assert_not_found(person("n-host", script=False), report)

    # Handed in, sent back once, confirmed.
    post(liaison.open(report), "/hand-in/")
    go(host.open("/todo/"), f"{report}confirm/")
    assert "会议室周末可用" in host.text()
    go(host.open(report), "/return/")
    fill(host, reason="请写明会议室可用的时段")
    host.save()
    go(liaison.open(report), "/edit/")
    fill(liaison, resources="档案查询、讲故事；会议室周六上午可用")
    liaison.save()
    post(liaison, "/hand-in/")
    go(host.open(report), "/confirm/")
    fill(host, opinion="同意报到")
    host.save()

    # One line for the quarter; a concern of residents becomes a matter.
    go(host, "/quarters/new/")
    fill(host, joined="周六讲故事两次", done="按约到场，孩子们爱听", advice="暑期可多讲几次")
    host.save()
    go(host, "/problem/")
    fill(host, title="三号楼楼道灯不亮", request_text="三号楼二单元楼道灯坏了半个月。")
    select(host, category="03")
    host.save()
    matter = address_of(host)
    assert "双报到" in host.text()
    number = re.search(r"MQ\d{4}-\d{4}", host.text())[0]
    assert number in host.open(report).text()
    assert number in liaison.open(report).text()
    assert_not_found(liaison, matter)

    # Voluntary: it ends without a reason.
    liaison.page.on("dialog", lambda dialog: dialog.accept())
    host.look("/branch-reports/", "/branch-reports/quarters/", report)
    post(liaison.open(report), "/end/")
    assert "/end/" not in liaison.page.content()


HEADINGS = [
    *("工单号", "受理时间", "所属村（社区）", "承办单位", "地点", "诉求类别", "诉求内容"),
    *("办理时限", "办理结果评价", "转办去向", "来电人", "联系电话"),
]
CALLER, CALLED_FROM = "闻大勇", "13900139000"


def ticket(number, text, *, category="市容环卫", place="霞光社区东门", sent="", said=""):
    handled = "霞口街道党工委"
    days = (f"{in_days(-5)}", f"{in_days(4)}")
    return [
        *(number, days[0], "霞光社区", handled, place, category, text),
        *(days[1], said, sent, CALLER, CALLED_FROM),
    ]


def bring(person, path, *rows):
    """Upload a list of the hotline; the page of its check."""
    path.write_bytes(workbook(HEADINGS, *rows))
    person.open("/imports/new/hotline/")
    person.page.set_input_files("input[name=file]", path)
    fill(person, reason="接收12345工单")
    person.page.click("main form .button-primary")
    person.page.wait_for_url(re.compile(r"/imports/\d+/$"))
    return person.wait_for("检查结果")


def open_ticket(person, number):
    person.open("/neighbours/tickets/")
    person.page.locator("main tbody tr", has_text=number).locator("a").first.click()
    person.settle()
    person.check()
    assert person.page.inner_text("h1") == number
    return person


def take_over(person):
    person.page.click("main form[action$='/accept/'] .button-primary")
    return person.wait_for("已导入")


def test_a_list_of_the_hotline_comes_in(person, corner, on_the_stack, tmp_path):
    rows = [
        ticket("GD26120101", f"垃圾桶满了没人清，回电{CALLED_FROM}。已反映三次。"),
        ticket("GD26120102", "楼道堆放杂物。", category="小区楼道类"),
        ticket("GD26120101", "垃圾桶满了没人清。"),
        ticket("GD26120103", "举报某干部收受红包。", sent="县纪委监委"),
        ticket(CALLED_FROM, "路灯不亮。"),
    ]
    host = bring(person("glow-host"), tmp_path / "工单.xlsx", *rows)
    said = host.text()
    assert "与第2行重复" in said
    assert CALLED_FROM not in said
    assert CALLER not in said
    take_over(host)

    # Stored without caller and phone; a ticket that the law sends to another channel keeps only its
    # number.
    host.open("/neighbours/tickets/")
    assert host.page.locator("table.list tbody tr").count() == 3
    for number in ("GD26120101", "GD26120103"):
        open_ticket(host, number)
        assert CALLED_FROM not in host.text()
        assert "三次" not in host.text()
    assert "红包" not in host.text()
    assert "县纪委监委" in host.text()

    # An unknown category: the office states once what the hotline means by it.
    go(host.open("/neighbours/tickets/"), "?tab=unmapped")
    assert "GD26120102" in host.text()
    office = go(person("glow-office").open("/neighbours/categories/"), "/3/set/")
    fill(office, code="030401", name_said="小区楼道类")
    assert "依据" in refused(office)
    fill(office, basis="霞岭县12345热线诉求分类目录（2026年版）")
    office.save()
    assert not HotlineTicket.objects.filter(number="GD26120102", category="").exists()

    # The next day's list: one ticket is judged, the other comes again.
    bring(
        host,
        tmp_path / "次日.xlsx",
        ticket("GD26120101", "垃圾桶满了没人清。", said="满意"),
        ticket("GD26120102", "楼道堆放杂物。", category="小区楼道类"),
    )
    assert "内容一致" in host.text()
    take_over(host)
    assert "满意" in open_ticket(host, "GD26120101").text()

    # The matter already exists: linked, so that nobody enters it twice. A visitor sees how many
    # tickets there were, but not their content.
    ticket_page = address_of(host)
    go(host.open("/matters/"), "/matters/new/")
    host.pick("unit", "霞光社区")
    fill(host, title="东门垃圾桶清运不及时")
    select(host, category="03")
    host.save()
    # Past the receipt for the raiser, to the matter.
    host.page.click(".receipt nav a")
    host.settle()
    number = re.search(r"MQ\d{4}-\d{4}", host.text())[0]
    go(host.open(ticket_page), "/link/")
    fill(host, number="MQ2026-9999")
    assert "没有" in refused(host)
    fill(host, number=number)
    host.save()
    assert number in host.text()
    host.look("/neighbours/tickets/", ticket_page)
    visitor = person("glow-cadre", **PHONE).open("/visits/new/")
    visitor.pick("unit", "霞光社区")
    visitor.page.wait_for_selector("[data-hints] >> text=热线")
    visitor.check()
    assert_not_found(visitor, ticket_page)


def test_a_summons_becomes_assignments(person, corner):
    host = go(person("glow-host").open("/summons/"), "/summons/new/")
    select(host, reason="masses")
    fill(
        host,
        title="霞光社区东侧排水沟反复堵塞",
        text="沟归水务、盖板归住建，分头处理三次没有解决。",
        meet_on=in_days(0),
        place="霞光社区居委会",
    )
    host.pick("unit", "霞光社区")
    # An abolished organ is refused, with the name of its successor.
    host.page.locator("[data-name='organs'] input[type=text]").fill("霞岭县农机局")
    assert "请改选其承接单位霞岭县水" in refused(host)
    host.page.locator("[data-name='organs'] input[type=text]").fill("")
    for name in ("霞岭县水务局", "霞岭县住建局"):
        host.pick("organs", name)
    host.save()
    summons = address_of(host)
    assert_not_found(person("n-host", script=False), summons)

    # One comes, the other says that it is not its task; the desk decides that once.
    water = go(person("glow-water", **PHONE).open("/todo/"), summons)
    go(water, "/answer/")
    fill(water, answer="由管网股股长到场；建议更换暗涵，两周内可完成。")
    water.save()
    housing = go(person("glow-housing", script=False).open(summons), "/not-ours/")
    fill(housing, reason="盖板随沟移交水务，见2024年移交清单。")
    housing.save()
    assert not links_ending_with(host.open(summons), "/conclude/").count()
    desk = go(person("glow-desk").open("/todo/?tab=approvals"), summons)
    go(desk, "/decide/")
    choose(desk, is_theirs="0")
    fill(desk, reason="移交清单第7项，盖板归水务局。")
    desk.save()

    # Attendance is recorded once; the conclusion goes to the remaining organ.
    go(host.open(summons), "/attendance/")
    assert host.page.locator("main [name=came]").count() == 1
    host.page.check("main [name=came]")
    host.save()
    go(host, "/conclude/")
    fill(
        host,
        conclusion="由水务局更换暗涵并恢复盖板。",
        requirement="更换暗涵六十米",
        due_on=in_days(14),
    )
    host.page.select_option("main select[name=lead]", index=1)
    assert "类别" in refused(host)
    select(host, category="02")
    host.save()
    matter = links_ending_with(host, "/").filter(has_text="MQ").first.get_attribute("href")
    assert "吹哨报到" in host.open(matter).text()

    # An assignment like any other; the township reviews the result.
    go(water.open("/todo/"), matter)
    go(water, "/do/sign/")
    fill(water, officer="江平")
    water.save()
    go(water, "/do/report/")
    select(water, resolution="solved", method="person")
    fill(water, text="暗涵已更换，盖板已恢复。")
    water.save()
    go(host.open(matter), "/do/pass_review/").save()
    host.look("/summons/", summons, f"/summons/of-matter/{matter.split('/')[-2]}/")


GROUP, DEPARTMENT = "红岩装备集团有限公司", "红岩党群工作部"
HEAVY, FORGE = "红岩重型机械有限公司", "红岩铸锻有限公司"


class FirstDay:
    """The people on the first day of the enterprise."""

    def __init__(self, empty, chromium):
        self.empty, self.chromium, self.people = empty, chromium, []
        codes = printed_codes(empty)
        self.system = self.come("system-admin", codes["system-admin"])
        self.security = self.come("security-admin", codes["security-admin"])
        self.come("audit-admin", codes["audit-admin"])
        code = make_account(self.system, "huangyue", name="黄岳")
        give_role(self.security, "黄岳", "office")
        self.office = self.come("huangyue", code)

    def come(self, username, code, **screen):
        self.people.append(arrive(self.empty, self.chromium, username, code, **screen))
        return self.people[-1]

    @cached_property
    def voter(self):
        """A voter at the door with a phone without script; the worker fetches the vote from
        there."""
        self.empty.start_worker()
        self.people.append(Person(self.empty.door, self.chromium, "", script=False, **PHONE))
        return self.people[-1]

    def without_script(self, username):
        """The same user at another screen without script."""
        self.people.append(Person(self.empty, self.chromium, username, script=False))
        return self.people[-1].sign_in_by_request()

    def worker(self, username, name, role, within, **screen):
        """A cadre who is on the list, with an account and a role."""
        code = fill_account(self.system.open("/accounts/new/"), username, cadre=name)
        fill_role(self.security.open("/accounts/?tab=no_role"), name, role, within)
        return self.come(username, code, **screen)

    def close(self):
        for one in self.people:
            one.close()


@pytest.fixture
def first_day(empty, chromium):
    day = FirstDay(empty, chromium)
    yield day
    day.close()


def add_organ(office, name, kind, above=""):
    office.open("/organs/new/")
    fill(office, name=name)
    select(office, kind=kind)
    if above:
        office.pick("parent", above)
    office.save()


def add_unit(office, name, *, host="", above=""):
    go(office.open("/units/"), "/units/new/")
    fill(office, name=name)
    select(office, kind="soe")
    for field, text in (("host_organ", host), ("parent", above)):
        if text:
            office.pick(field, text)
    return office


def add_cadre(office, name, at_organ, post):
    next_step(office)
    fill(office, name=name, post=post)
    office.pick("organ", at_organ)
    office.save()


def test_an_enterprise_from_its_first_day_to_an_evaluation(first_day):
    office = first_day.office

    # First of all, the programme's wording and norms.
    office.open("/norms/programme.words/set/")
    select(office, value="group")
    fill(office, basis="集团党委会议纪要〔2026〕1号")
    office.save()
    assert "二级单位" in office.open("/").text()
    assert not re.search("村|乡镇|县", office.text())

    use_all(office)

    # Organs and units, without any division.
    next_step(office)
    fill(office, name=GROUP)
    select(office, kind="enterprise")
    office.save()
    add_organ(office, DEPARTMENT, "party", GROUP)
    add_organ(office, HEAVY, "enterprise", GROUP)
    add_organ(office, FORGE, "enterprise", GROUP)
    next_step(office)
    assert office.page.url.endswith("/units/new/")
    fill(office, name="红岩重机")
    select(office, kind="soe")
    office.pick("host_organ", HEAVY)
    office.save()
    add_unit(office, "红岩铸锻", host=FORGE).save()
    # A workshop belongs to one subsidiary.
    add_unit(office, "总装车间", host=FORGE, above="红岩重机")
    assert HEAVY in refused(office)
    office.page.locator("[data-name='host_organ'] input[type=text]").fill("")
    office.save()
    add_unit(office, "装配一班", above="总装车间").save()
    office.open("/norms/matter.sla.normal/set/")
    fill(office, value=5, basis="红岩重机党委〔2026〕2号")
    office.pick("organ", HEAVY)
    office.save()

    # Cadres, their accounts, a workshop as contact area, the first visit.
    add_cadre(office, "聂晴", DEPARTMENT, "主管")
    office.open("/cadres/new/")
    fill(office, name="向东升", post="党委副书记、工会主席")
    office.pick("organ", HEAVY)
    office.save()
    cadre = first_day.worker("nieqing", "聂晴", "cadre", DEPARTMENT, **PHONE)
    host = first_day.worker("xiangdongsheng", "向东升", "host", HEAVY)
    next_step(office)
    office.pick("cadre", "聂晴")
    office.pick("unit", "总装车间")
    office.save()
    cadre.open("/today/").page.click(".big-button")
    cadre.page.click("[data-fill-unit]")
    cadre.tell("跟了一个夜班，大家说起更衣柜不够用。")
    cadre.page.click("[data-add-part]")
    fill(cadre, **{"matters-0-title": "更衣柜不够用"})
    cadre.page.select_option("select[name=matters-0-category]", "52")
    cadre.page.select_option("select[name=matters-0-outcome]", "on_the_spot")
    fill(cadre, **{"matters-0-result_text": "当场协调仓库调来六组更衣柜。"})
    cadre.page.locator("form[data-draft] .button-primary").click()
    cadre.past_receipts()
    cadre.check()
    matter = cadre.page.locator("main a.item[href*='/matters/']").first.get_attribute("href")
    go(host.open(matter), "/do/confirm/").save()
    say(office, matter, "satisfied")
    assert office.open(matter).page.locator(".dot-good").count()

    # A proposal of the workers' congress becomes a matter and is withdrawn there.
    go(host.open("/works/proposals/"), "/works/proposals/new/")
    fill(host, session="第一届第一次", title="夜班食堂加餐", text="夜班只供一餐，建议加一餐。")
    host.pick("unit", "总装车间")
    select(host, category="53")
    host.save()
    proposal = address_of(host)
    post(host, "/file/")
    go(host, "/take-up/").save()
    assert "请在该事项中申请撤回" in host.open(proposal).text()
    host.page.locator("main a", has_text="MQ").first.click()
    host.settle()
    go(host, "/do/ask_withdrawn/")

    # The statistics by subsidiary, and for one of them by workshop.
    office.open("/statistics/?rows=host")
    assert HEAVY in office.page.inner_text("main table")
    assert FORGE in office.page.inner_text("main table")
    host.open("/statistics/")
    assert "总装车间" in host.page.inner_text("main table")
    assert "装配一班" not in host.page.inner_text("main table")

    # The office belongs to its department by now; a scheme, a cycle, a poll of this workshop.
    first_day.system.open("/accounts/").page.click("main td >> text=黄岳")
    go(first_day.system, "/edit/")
    first_day.system.pick("organ", DEPARTMENT)
    first_day.system.save()
    office = first_day.without_script("huangyue")
    go(office.open("/schemes/"), "/schemes/new/")
    fill(office, title="领导干部下一线考核方案", minimum_ballots=5)
    fill(office, weight_masses=50, weight_unit=0, weight_results=50, weight_organisation=0)
    choose(office, subject="cadre", service="visiting")
    office.page.check("main [name=unit_kinds][value=soe]")
    office.save()
    for code in ("promises_kept", "own_results_lasting"):
        fill(office, **{f"{code}-share": 50, f"{code}-floor": 0, f"{code}-minimum_n": 1})
    office.save()
    go(office, "/thresholds/")
    fill(office, findings=0)
    office.save()
    go(office, "/publish/")
    fill(office, document="红岩党群〔2026〕3号")
    office.save()
    go(office.open("/cycles/"), "/cycles/open/")
    fill(office, title="2026年度下一线考核", starts_on=in_days(-60), ends_on=in_days(0))
    fill(office, ballots_until=in_days(5))
    office.page.get_by_label("领导干部下一线考核方案").check()
    office.save()
    cycle = address_of(office)
    post(office, "/gather/")
    assert "聂晴" in office.text()
    go(office.open(cycle), "/collect/").save()
    go(go(office.open(cycle), "/polls/"), "tab=prepared")
    office.page.locator("tbody a", has_text="总装车间").click()
    office.settle()
    office.check()
    go(office, "/roster/")
    fill(office, roster_size=86, served_wanted=0, roster_wanted=8)
    office.save()
    poll = address_of(office)
    of_cycle = links_ending_with(office, "/polls/").last.get_attribute("href")
    post(office.open(of_cycle), "/freeze/")
    go(office.open(of_cycle), "/seed/")
    choose(office, kind="dice")
    thrown = {"seed": makers.THROWS} | makers.THROWN
    fill(office, **{name: text for name, text in thrown.items() if name != "kind"})
    office.save()
    post(office.open(poll), "/open/")
    go(office, "/codes/")
    fill(office, count=5)
    office.save()
    assert not re.search("村|乡镇|县", office.text())
    codes = office.page.locator(".slip .number").all_inner_texts()
    for code in codes:
        assert "已计入" in vote(first_day.voter, code, 1, by_hand=False, seen="聂晴")
    go(office.open(poll), "/list/")
    fill(office, returned=0, **makers.OBSERVED)
    office.save()
    go(office.open(cycle), "/close/")
    office.page.check("main [name=close_open]")
    office.page.check("main [name=sure]")
    office.save()
    read_computed(office, cycle, 1)


PARTS = (disclosures, hotline, mentors, proposals, reports, summons, talks)


@pytest.fixture
def county(django_db_setup, django_db_blocker):
    """The small cast with a record of each of these nouns, on a database of its own."""
    with django_db_blocker.unblock(), another_database(UNUSED):
        county = Stack(Cast(), free_port(), database=UNUSED)
        county.pages = _pages_of(county.people)
        county.start_web()
        try:
            county.wait_until("/readyz/")
            yield county
        finally:
            county.stop()


def _pages_of(people):
    """Return {username: [address]}: each page of the access table for one of the users whom it lets
    in."""
    found = defaultdict(list)
    for part in PARTS:
        records = part.records(people)
        for (method, page), row in part.PAGES.items():
            if method == "get":
                who = getattr(people, min(row[0])).username
                name = page.partition(":")[2]
                found[who].append(reverse(page, args=records.get(name, [])))
    return found


@SOME_OR_ALL
def test_each_page_of_neighbours_and_works_in_both_languages(county, chromium, each):
    for language in ("", "en"):
        User.objects.update(language=language)
        for who, pages in county.pages.items():
            desk = Person(county, chromium, who).sign_in_by_request()
            phone = Person(county, chromium, who, **PHONE).sign_in_by_request()
            for path in pages[::each]:
                for screen in (desk, phone):
                    answer = screen.page.goto(county.address + path)
                    assert answer.status == 200, path
                    screen.check()
            desk.close()
            phone.close()
