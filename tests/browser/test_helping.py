"""Help: needs and a pairing, a weak organisation, a leader's contact point.

They have a county of their own, so that a round of pairing finds only the needs and offers of these
journeys.
"""

import pytest
from django.utils import timezone

from outreach.models import Household
from portal.models import Cadre, PartyOrganization
from portal.roles import Role
from tests.browser.conftest import DATABASE
from tests.browser.test_going_down import address_of, fill, go, links_ending_with, post
from tests.conftest import WORKER, _point_at
from tests.day import in_days
from tests.people import START, account, division, organ, unit

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]
PHONE = {"width": 390, "height": 844}


class Corner:
    """云溪县: its offices, the grain bureau that helps, a township with two villages."""

    def __init__(self, people):
        self.people = people
        county = division("云溪县", 3, people.city, "990105000000")
        town = division("芦花乡", 4, county, "990105001000")
        department = organ("云溪县委组织部", "party", order=201, place=county)
        leaders = organ("云溪县委", "party", order=200, place=county)
        self.grain = organ("云溪县粮食和储备局", order=210, place=county)
        self.town = organ("芦花乡党委", "township", order=220, place=town)
        self.village = unit("芦花村", self.town, division("芦花村", 5, town, "990105001201"))
        self.other_village = unit("苇塘村", self.town, division("苇塘村", 5, town, "990105001202"))
        self.household = Household.objects.create(
            unit=self.village, serial="017", group="二组", display_name="苏××户"
        )
        PartyOrganization.objects.create(
            name="中共苇塘村支部委员会",
            kind="branch",
            unit=self.other_village,
            member_count=19,
            started_on=START,
        )
        account("creek-office", "邵宁", department, Role.OFFICE, place=county)
        # Uses English and large type; both settings are saved with the account.
        account("creek-reader", "夏言", department, Role.OFFICE, place=county)
        self.desk = account("creek-desk", "康平", department, Role.DESK, place=county)
        account("creek-supervisor", "严明", department, Role.SUPERVISOR, place=county)
        self.host = account("creek-host", "田野", self.town, Role.HOST, within=self.town)
        account("creek-liaison", "祝安", self.grain, Role.LIAISON, within=self.grain)
        self.cadres = {
            "常青": self._cadre("creek-chang", "常青", self.grain, 1),
            "季夏": self._cadre("creek-ji", "季夏", self.grain, 2),
        }
        head = account("creek-head", "江岳", leaders, Role.LEADER, within=leaders)
        self.head = Cadre(user=head, name="江岳", organ=leaders, post="县委书记", sort_order=1)
        self.head.save()
        self.leader = self._cadre("creek-leader", "施远", leaders, 1, post="副县长")

    def _cadre(self, username, name, at_organ, order, post="科员"):
        user = account(username, name, at_organ, Role.CADRE)
        cadre = Cadre(user=user, name=name, organ=at_organ, post=post, sort_order=order)
        cadre.save()
        return cadre


@pytest.fixture(scope="module")
def corner(stack, django_db_blocker):
    with django_db_blocker.unblock():
        _point_at(DATABASE)
        corner = Corner(stack.people)
        _point_at(f"test_{WORKER}")
    return corner


def choose(person, **answers):
    """Choose radio buttons and checkboxes by their values."""
    for name, value in answers.items():
        person.tick(f"main [name={name}][value='{value}']")


def select(person, **answers):
    for name, value in answers.items():
        person.page.select_option(f"main select[name={name}]", value)


def assert_not_found(person, *paths):
    """Check that these pages are not found."""
    for path in paths:
        assert person.page.goto(person.stack.address + path).status == 404, path
    assert all("404" in one for one in person.complaints)
    person.complaints.clear()


def test_a_household_is_helped_from_its_need_to_the_end(person, corner):
    host = go(person("creek-host").open("/help-needs/"), "/help-needs/new/")
    host.pick("unit", "芦花村")
    fill(host, serial="017", until=in_days(200))
    select(host, kind="funds")
    choose(host, urgency="3")
    host.save()
    assert "017" in host.text()
    liaison = go(person("creek-liaison").open("/help-offers/"), "/help-offers/new/")
    select(liaison, kind="funds")
    fill(liaison, what="帮扶资金和农资", capacity=3, until=in_days(200))
    liaison.save()

    # The worker proposes who helps whom; one is changed by hand, and the meeting decides.
    office = go(person("creek-office").open("/matching/"), "/matching/new/")
    fill(office, title="云溪县2027年结对", starts_on=in_days(0), ends_on=in_days(500))
    choose(office, level="household")
    office.pick("area", "云溪县")
    office.save()
    a_round = address_of(office)
    post(office, "/ask/")
    office.page.wait_for_selector("table.list", timeout=60_000)
    office.check()
    line = office.page.locator("tbody tr", has_text="017")
    proposed = line.locator("strong").nth(1).inner_text()
    name = next(one for one in corner.cadres if one != proposed)
    office.follow(line.locator("a").last)
    office.pick("helper", name)
    fill(office, why="会议意见：熟悉这户情况")
    office.page.wait_for_selector("main .notice")
    office.check()
    office.save()
    assert name in office.page.locator("tbody tr", has_text="017").inner_text()
    go(office, "/confirm/")
    fill(office, document="云溪组通〔2027〕1号")
    office.save()
    assert address_of(office) == a_round
    assert "云溪组通〔2027〕1号" in office.text()

    # The agreement is signed and printed.
    office.open("/pairings/")
    office.follow(office.page.locator("tbody tr", has_text=name).locator("a.what"))
    pairing = address_of(office)
    go(office, "/agreement/")
    fill(
        office,
        number="云溪结〔2027〕1号",
        signed_on=in_days(0),
        aims="两年内稳定增收",
        content="农资和技术",
        ways="每月一次",
    )
    office.save()
    go(office, "/print/")
    assert "云溪结〔2027〕1号" in office.text()

    # The cadre promises and delivers on the phone; others ask the household.
    cadre = person(corner.cadres[name].user.username, **PHONE).open("/pairings/mine/")
    go(cadre, pairing)
    go(cadre, "/promise/")
    select(cadre, kind="funds", source="own")
    fill(cadre, what="资助春耕农资", amount=800, promised_for=in_days(30))
    cadre.save()
    item = address_of(cadre)
    go(cadre, "/done/")
    fill(cadre, done_on=in_days(0), result="农资已送到")
    cadre.save()
    assert not links_ending_with(cadre, "/word/").count()
    host.open(item)
    go(host, "/word/")
    choose(host, way="call", answer="satisfied")
    host.save()
    assert "农资已送到" in host.text()
    assert "田野" in cadre.open(item).text()
    home = f"/pairings/households/{corner.household.pk}/"
    cadre.open(home)

    # Renewed, then ended: from then on the cadre can open neither page.
    go(office.open(pairing), "/renew/")
    fill(
        office,
        number="云溪结〔2027〕9号",
        signed_on=in_days(0),
        ends_on=in_days(700),
        aims="巩固",
        content="农资和技术",
    )
    office.save()
    assert "云溪结〔2027〕9号" in office.text()
    go(office, "/end/")
    select(office, ending="solved")
    fill(office, on=in_days(0), reason="已稳定增收", document="云溪组通〔2027〕5号")
    office.save()
    assert_not_found(cadre, pairing, home)


def test_a_weak_organisation_from_the_check_to_the_follow_up(person, corner):
    office = go(person("creek-office").open("/weak/checks/"), "/weak/checks/new/")
    fill(office, answer_by=in_days(20), document="云溪组通〔2027〕2号")
    office.save()
    check = address_of(office)

    host = go(person("creek-host").open(check), "/weak/new/")
    host.pick("organization", "中共苇塘村")
    choose(host, level="weak", situations="04")
    fill(host, reason="查阅会议记录，入户走访")
    host.save()
    case = address_of(host)
    host.page.on("dialog", lambda dialog: dialog.accept())
    host.open(check)
    host.follow("main form[action*='/weak/checks/answers/'] button")

    go(office.open(case), "/decide/")
    choose(office, confirmed="1")
    fill(office, document="云溪委〔2027〕7号", decided_on=in_days(-3))
    office.save()
    assert "云溪委〔2027〕7号" in office.text()
    assert_not_found(person("creek-supervisor"), case)

    # The plan, its progress, and the month's review.
    go(host.open(case), "/items/new/")
    fill(host, measure="每月召开支部党员大会", responsible="乡党委副书记", due_on=in_days(60))
    select(host, situation="04")
    host.save()
    go(host.open(case), f"{case}plan/")
    fill(host, goal="组织生活正常开展", plan_due_on=in_days(90))
    host.save()
    item = host.page.locator("main a[href*='/weak/items/']").first.get_attribute("href")
    go(host, item)
    fill(host, text="本月已召开党员大会")
    host.save()
    go(host.open(case), "/review/")
    fill(host, findings="会议已恢复", next_steps="坚持每月一次")
    host.save()
    go(host.open(case), "/end/")
    choose(host, done="1")
    fill(host, outcome="连续召开三次")
    host.save()
    post(host.open(case), "/ask/")
    host.open(case)

    # Ballots decide; then follow-up visits.
    go(office.open(case), "/accept/")
    fill(
        office,
        held_on=in_days(-1),
        member_ballots=18,
        mass_ballots=22,
        report_points=28,
        ballot_points=27,
        talk_points=18,
        site_points=18,
        opinion="整顿到位，同意验收",
    )
    for aspect in ("ability", "style", "integrity", "results", "overall"):
        fill(office, **{f"{aspect}_0": 30, f"{aspect}_1": 8, f"{aspect}_2": 2})
    office.save()
    assert "整顿到位，同意验收" in office.text()
    go(host.open(case), "/look/")
    fill(host, finding="组织生活正常", on=in_days(0))
    choose(host, stands="1")
    host.save()
    assert "组织生活正常" in host.open(case).text()
    host.open(f"{case}print/")


def test_a_leader_at_a_contact_point_and_a_prominent_problem(person, corner, on_the_stack):
    matter = corner.people.matter(
        by=corner.leader.user,
        place=corner.village,
        title="芦花村排涝站年久失修",
        raiser_name="苏大河",
    )
    corner.people.move(matter, "pass_up", corner.host, text="乡里无力维修")

    year = timezone.localdate().year
    office = person("creek-office").open("/contact-points/")
    go(office, f"/contact-points/new/?year={year}")
    office.pick("leader", "施远")
    office.pick("place", "芦花村")
    fill(office, planned_visits=4, focus="排涝站维修")
    office.save()
    point = address_of(office)

    # The to-do list leads to the form with place and purpose filled in.
    leader = person("creek-leader", **PHONE).open("/todo/")
    row = leader.page.locator("main tr", has_text="芦花村")
    leader.follow(row.locator("a.button"))
    assert leader.page.locator("[name=purposes][value=contact_point]").is_checked()
    fill(leader, summary="看了排涝站，与村干部商量维修办法。")
    leader.page.locator("form[data-draft] .button-primary").click()
    leader.page.wait_for_url("**/visits/*/")
    leader.check()
    office.open("/contact-points/")
    row = office.page.locator("tbody tr", has_text="施远").inner_text()
    assert "4" in row
    assert "1" in row
    assert "排涝站" in office.open(point).text()

    # A stuck matter is lifted to a lead official, who notes what was done.
    desk = person("creek-desk").open(matter.get_absolute_url())
    desk.page.wait_for_selector("main a[href*='/problems/lift/']")
    desk.check()
    desk.follow("main a[href*='/problems/lift/']")
    fill(desk, title="芦花村排涝能力不足", why="超出乡里能力")
    desk.pick("official", "施远")
    desk.pick("organ", "云溪县粮食")
    desk.save()
    problem = address_of(desk)
    go(leader.open("/problems/"), problem)
    go(leader, "/note/")
    fill(leader, text="已协调维修资金，下月进场")
    leader.save()
    assert "已协调维修资金" in desk.open(problem).text()
    desk.open(f"{problem}print/")


def test_a_leader_goes_first_from_the_to_do_list_to_visit_and_instruction(
    person, corner, on_the_stack
):
    people = corner.people
    matter = people.matter(
        by=corner.leader.user,
        place=corner.village,
        title="芦花村渡口缺少护栏",
        raiser_name="苏小河",
    )
    people.move(matter, "pass_up", corner.host, text="需县里安排资金")
    people.move(
        matter,
        "assign",
        corner.desk,
        lead=people.water,
        supports=[],
        text="请尽快处理",
        lead_official=corner.head,
    )
    office = person("creek-office").open("/contact-points/new/")
    office.pick("leader", "江岳")
    office.pick("place", "芦花村")
    office.pick("recorder", "常青")
    fill(office, planned_visits=4, focus="渡口安全")
    office.save()
    point = address_of(office)

    # On the phone: records that name the leader are listed as duties, and entering one's own visit
    # takes three fields.
    leader = person("creek-head", **PHONE).open("/todo/")
    leader.check()
    assert "芦花村渡口缺少护栏" in leader.text()
    leader.follow(
        leader.page.locator("main tr", has_text="芦花村").locator("a.button[href*='purpose=']")
    )
    fill(leader, summary="看了渡口，护栏确需加装。")
    leader.page.locator("form[data-draft] .button-primary").click()
    leader.page.wait_for_url("**/visits/*/")
    leader.check()

    # Somebody who did not go enters a second one afterwards; it counts once confirmed.
    entering = go(person("creek-chang").open(point), f"author={corner.head.pk}")
    fill(entering, summary="江岳同志到渡口查看护栏加装进度。")
    entering.page.locator("form[data-draft] .button-primary").click()
    entering.page.wait_for_url("**/visits/*/")
    entering.check()
    visit = address_of(entering)
    assert "代录，待本人确认" in leader.open(point).text()
    go(leader.open("/todo/"), visit)
    post(leader, "/confirm/")
    assert "代录，本人已确认" in leader.text()
    assert "待本人确认" not in leader.open(point).text()

    # The instruction in the matter that the leader leads, without the raiser's name.
    go(leader.open("/todo/"), matter.get_absolute_url())
    assert "苏" not in leader.page.inner_text("main")
    go(leader, "/order/")
    fill(leader, text="请县水利局本月内装好护栏。", due_on=in_days(10))
    leader.save()
    assert "请县水利局本月内装好护栏" in leader.text()
