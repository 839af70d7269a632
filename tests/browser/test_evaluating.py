"""Evaluation: one cycle from the scheme to the honour.

It has a county of its own. Rows of the past year are inserted; where only days must pass, dates are
moved into the past.
"""

from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.utils import timezone

from evaluation.actions import appeals, discipline, honours, members
from evaluation.models import Cycle, HonourPool
from outreach.models import Household, Matter, MatterRequest, Stay
from pairing.models import Pairing, SupportItem
from portal.models import Cadre, PartyOrganization
from portal.roles import Role
from tests.browser.conftest import DATABASE, SOME_OR_ALL, Person
from tests.browser.test_going_down import address_of, fill, go, links_ending_with, post
from tests.browser.test_helping import assert_not_found, choose, select
from tests.conftest import WORKER, _point_at
from tests.day import in_days
from tests.evaluation import makers, scored
from tests.people import START, account, division, organ, unit

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]
PHONE = {"width": 390, "height": 844}
LINES = ("attitude", "style", "achievement", "overall", "dining", "gifts", "retinue", "burden")
OLD_PAGES = [
    "/pairings/?tab=all",
    "/pairings/new/household/",
    "/help-needs/",
    "/matching/",
    "/co-building/new/",
    "/weak/",
    "/schemes/",
    "/cycles/",
    "/honours/",
]


class Corner:
    """磐岭县: the office, the bureau that sends two cadres to one village, and the people who host
    them.

    Its attributes are named like those of the small cast, so that the makers of cycles for other
    tests work here too.
    """

    def __init__(self, people):
        county = division("磐岭县", 3, people.city, "990107000000")
        town = division("松涛乡", 4, county, "990107001000")
        self.county = county
        self.department = organ("磐岭县委组织部", "party", order=301, place=county)
        self.agriculture = organ("磐岭县林草局", order=310, place=county)
        self.town_organ = organ("松涛乡党委", "township", order=320, place=town)
        self.village = unit("赤岩村", self.town_organ, division("赤岩村", 5, town, "990107001201"))
        self.office = account("rock-office", "沈岳", self.department, Role.OFFICE, place=county)
        # Uses English and large type; both settings are saved with the account.
        account("rock-reader", "舒文", self.department, Role.OFFICE, Role.CONDUCT, place=county)
        self.desk = account("rock-desk", "柯正", self.department, Role.DESK, place=county)
        self.host = account("rock-host", "宋禾", self.town_organ, Role.HOST, within=self.town_organ)
        self.recipient = account("rock-recipient", "文镜", self.department, Role.CONDUCT)
        account("rock-liaison", "秦川", self.agriculture, Role.LIAISON, within=self.agriculture)
        self.cadre = self._cadre("rock-luo", "骆青", 1)
        self.other = self._cadre("rock-ran", "冉月", 2)
        self._a_year()

    def _cadre(self, username, name, order):
        user = account(username, name, self.agriculture, Role.CADRE)
        cadre = Cadre(user=user, name=name, organ=self.agriculture, post="科员", sort_order=order)
        cadre.save()
        return cadre

    def _a_year(self):
        """Both stayed; 骆青 settled a matter on the spot and kept two promises, one of them dated a
        day too late."""
        for cadre in (self.cadre, self.other):
            self._placed(
                Stay,
                cadre=cadre,
                organ=self.agriculture,
                kind="residential",
                document="磐组通〔2026〕5号",
                starts_on=in_days(-400),
                ends_on=in_days(300),
            )
        matter = self._placed(
            Matter,
            number_area="磐岭",
            number_year=2026,
            number=1,
            registered_by=self.cadre,
            typed_by=self.cadre.user,
            organ=self.agriculture,
            registered_on=in_days(-100),
            category="02",
            title="村口路灯不亮",
            due_on=in_days(-90),
            original_due_on=in_days(-90),
            status="closed",
            stage="closed",
            closure="unrated",
            closed_on=in_days(-80),
            answered_on=in_days(-91),
        )
        MatterRequest.objects.create(
            matter=matter,
            kind="on_the_spot",
            reason="当场换了灯泡",
            status_before="registered",
            asked_by=self.cadre.user,
            decided_by=self.host,
            approved=True,
            asked_at=timezone.now() - timedelta(days=100),
            decided_at=timezone.now() - timedelta(days=99),
        )
        pairing = self._placed(
            Pairing,
            level="household",
            organ=self.agriculture,
            cadre=self.cadre,
            household=Household.objects.create(
                unit=self.village, serial="021", group="一组", display_name="丁××户"
            ),
            starts_on=in_days(-200),
            ends_on=in_days(300),
            created_by=self.office,
        )
        for what, done_on in (("送政策上门", in_days(-61)), ("联系农机手", in_days(-59))):
            SupportItem.objects.create(
                pairing=pairing,
                organ=self.agriculture,
                unit=self.village,
                county=self.county,
                host_organ=self.town_organ,
                kind="policy",
                what=what,
                promised_on=in_days(-90),
                promised_for=in_days(-60),
                noted_by=self.cadre.user,
                state="done",
                done_on=done_on,
                created_at=timezone.now() - timedelta(days=90),
            )

    def _placed(self, model, **fields):
        row = model(created_at=timezone.now() - timedelta(days=100), **fields)
        row.stand_at(self.village)
        row.save()
        return row


@pytest.fixture(scope="module")
def corner(stack, django_db_blocker):
    with django_db_blocker.unblock():
        _point_at(DATABASE)
        corner = Corner(stack.people)
        _point_at(f"test_{WORKER}")
    return corner


@pytest.fixture
def villager(stack, chromium):
    """A voter at the door with a phone without script."""
    someone = Person(stack.door, chromium, "", script=False, **PHONE)
    yield someone
    someone.close()


def vote(villager, code, mark, *, by_hand=True, seen="骆青"):
    """Type the code from the paper, mark each line of everybody on the slip, check, send."""
    villager.open("/vote/")
    fill(villager, code=code)
    _go_on(villager)
    if villager.page.locator("main fieldset").count() == 0:
        return villager.page.inner_text("main")
    for line in LINES:
        value = mark if line in LINES[:4] else 2
        ticks = villager.page.locator(f"input[name$='-{line}'][value='{value}']")
        if by_hand:
            for tick in ticks.all():
                tick.check()
        else:
            ticks.evaluate_all("ticks => ticks.forEach(tick => { tick.checked = true; })")
    _go_on(villager)
    assert seen in villager.text()
    _go_on(villager)
    return villager.page.inner_text("main")


def _go_on(villager):
    villager.follow(villager.page.locator("main button.go"))


def type_sheets(person, sheets, *, but=None):
    """Type every sheet as all good and no to each question, the first one by hand; `but` is another
    key for the first field."""
    keys = person.page.locator("main input.key")
    keys.evaluate_all("keys => keys.forEach((key, at) => { key.value = at % 8 < 4 ? '1' : '2'; })")
    for at in range(8):
        keys.nth(at).fill("1" if at < 4 else "2")
    if but:
        keys.first.fill(but)
    assert keys.count() == sheets * 2 * 8
    return person.save()


def read_computed(office, cycle, number):
    """Reload the computations of a cycle until the worker has added this one."""
    for _half in range(120):
        go(office.open(cycle), f"{cycle}computations/")
        done = office.page.locator("#computations tbody tr").count()
        if done >= number and not office.page.locator("#computations progress").count():
            return office
        office.page.wait_for_timeout(500)
    raise AssertionError(office.page.inner_text("main"))


def test_a_cycle_from_scheme_to_honour_with_one_appeal_upheld(
    person, stack, corner, villager, on_the_stack
):
    # The scheme: weights, two indicators, a threshold; after that nobody can change it. The office
    # works without script throughout.
    office = go(person("rock-office", script=False).open("/schemes/"), "/schemes/new/")
    fill(office, title="磐岭驻村干部考核办法")
    choose(office, subject="cadre", service="stationed")
    fill(office, weight_masses=50, minimum_ballots=5)
    office.save()
    assert "110" in office.text()
    fill(office, weight_masses=40)
    office.save()
    for code in ("promises_kept", "own_results_lasting"):
        fill(office, **{f"{code}-share": 50, f"{code}-floor": 0, f"{code}-minimum_n": 1})
    office.save()
    go(office, "/thresholds/")
    fill(office, findings=0)
    office.save()
    go(office, "/publish/")
    fill(office, document="磐组通〔2027〕1号")
    office.save()
    assert not links_ending_with(office, "/thresholds/").count()

    # A cycle for the past year, and the appraised.
    go(office.open("/cycles/"), "/cycles/open/")
    fill(
        office,
        title="磐岭2026年度考核",
        starts_on=in_days(-365),
        ends_on=in_days(-1),
        ballots_until=in_days(5),
    )
    office.page.get_by_label("磐岭驻村干部考核办法").check()
    office.save()
    cycle = address_of(office)
    post(office, "/gather/")
    assert "骆青" in office.text()
    assert "冉月" in office.text()
    luo = office.page.locator("tbody a", has_text="骆青").first.get_attribute("href")
    go(office.open(cycle), "/collect/").save()
    assert_not_found(person("n-office", script=False), cycle, luo)
    assert_not_found(person("n-cadre", script=False), cycle, luo)
    other = person("rock-ran", script=False, **PHONE)
    assert_not_found(other, luo)

    # The poll of the village: roster, drawing, codes on paper.
    go(go(office.open(cycle), "/polls/"), "tab=prepared")
    office.follow(office.page.locator("tbody a", has_text="赤岩村"))
    go(office, "/roster/")
    fill(office, roster_size=300, served_wanted=2, roster_wanted=8)
    office.save()
    poll = address_of(office)
    # The frame is frozen and published before dice decide the seed.
    of_cycle = links_ending_with(office, "/polls/").last.get_attribute("href")
    office.page.once("dialog", lambda dialog: dialog.accept())
    post(office.open(of_cycle), "/freeze/")
    go(office.open(of_cycle), "/seed/")
    choose(office, kind="dice")
    thrown = {"seed": makers.THROWS} | makers.THROWN
    fill(office, **{name: text for name, text in thrown.items() if name != "kind"})
    office.save()
    post(office.open(poll), "/open/")
    go(office, "/codes/")
    fill(office, count=6)
    office.save()
    codes = office.page.locator(".slip .number").all_inner_texts()
    assert len(set(codes)) == 6

    # A voter without script; a code is good once.
    assert "已计入" in vote(villager, codes[0], 1)
    assert "已经计过" in vote(villager, codes[0], 4)
    for code in codes[1:3]:
        vote(villager, code, 2, by_hand=False)

    # Paper, typed by two people who do not see each other's keys.
    desk = person("rock-desk").open("/paper/")
    row = desk.page.locator("tbody tr", has_text="磐岭2026年度考核")
    desk.follow(row.locator("a", has_text="赤岩村"))
    go(desk, "/paper/new/")
    fill(desk, issued=4, sheets=3)
    desk.save()
    type_sheets(desk, 3)
    heap = address_of(desk)
    post(office.open(heap), "/again/")
    type_sheets(office, 3, but="2")
    go(office.open(heap), "/compare/")
    assert office.page.locator("main input.key").count() == 1
    office.page.fill("main input.key", "1")
    office.save()

    # The word of the sending organ, of the host, and of the unit by the link on its paper.
    for username, script in (("rock-liaison", False), ("rock-host", True)):
        speaker = person(username, script=script).open("/words-to-give/")
        for mark in speaker.page.locator("main form.words select").all():
            mark.select_option("1")
        speaker.follow("main form.words .button-primary")
    go(go(office.open(cycle), "/words/"), "/links/")
    office.page.check("main [name=chosen]")
    office.follow("main .bulk-bar .button-primary")
    link = "/w/" + office.page.inner_text(".address").split("/w/")[1]
    villager.open(link)
    for line in LINES[:4]:
        for tick in villager.page.locator(f"input[name$='-{line}'][value='1']").all():
            tick.check()
    _go_on(villager)
    _go_on(villager)
    assert villager.page.goto(stack.door.address + link).status in (200, 410)
    assert villager.page.locator("main fieldset").count() == 0
    villager.complaints.clear()

    # Closed, computed by the worker, reviewed, published.
    while not links_ending_with(office.open(cycle), "/close/").count():
        assert "正在接收基层单位的评价" in office.text()
        # Beat takes the letter over within five seconds; polling without a pause only costs time.
        office.page.wait_for_timeout(500)
    go(office, "/close/")
    office.page.check("main [name=close_open]")
    office.page.check("main [name=sure]")
    office.save()
    read_computed(office, cycle, 1)
    go(office.open(cycle), "/publish/").save()

    # The cadre reads where the points come from, and one record is wrong.
    cadre = go(person("rock-luo", **PHONE).open("/appraised/mine/"), luo)
    cadre.open(f"{luo}score/")
    first = cadre.page.inner_text(".two-facts strong")
    go(cadre, "/object/")
    select(cadre, indicator="promises_kept")
    fill(cadre, text="联系农机手一项当天已办好，第三天才登记。")
    cadre.save()
    appeal = address_of(cadre)
    assert_not_found(other, appeal, f"{luo}score/")
    go(office.open("/objections/"), appeal)
    go(office, "/decide/")
    choose(office, upheld="yes")
    fill(office, outcome="核对农机手工单，确在期限内办好。")
    wrong = office.page.locator("main select[name^=record-promises_kept]").first
    wrong.select_option("met")
    office.save()
    post(read_computed(office, cycle, 1), "/compute/")
    read_computed(office, cycle, 2)
    cadre.open(appeal)
    assert "核对农机手工单" in cadre.text()
    cadre.open(f"{luo}score/")
    second = cadre.page.inner_text(".two-facts strong")
    assert float(second) > float(first)

    # The objection period passes; the cycle is final, and the honour follows.
    Cycle.objects.filter(pk=cycle.split("/")[-2]).update(
        objection_from=in_days(-10), objection_until=in_days(-3)
    )
    go(office.open(cycle), "/finish/")
    fill(office, document="磐组通〔2027〕8号")
    office.save()
    go(go(office, f"{cycle}honours/"), "/honours/new/")
    fill(office, title="驻村先进个人", percent=50, basis_document="磐组通〔2027〕9号")
    select(office, purpose="honour", basis="other")
    office.save()
    pool = address_of(office)
    go(office, "/nominate/")
    fill(office, who="骆青", reason="答应的事有回音，群众评价好")
    office.save()
    go(office, "/decide/")
    office.page.get_by_label("骆青").check()
    fill(office, document="磐组纪要〔2027〕2号")
    office.save()
    go(office, "/publicise/").save()
    HonourPool.objects.filter(pk=pool.split("/")[-2]).update(
        decided_on=in_days(-12), notice_from=in_days(-12), notice_until=in_days(-3)
    )
    post(office.open(pool), "/finish/")
    assert "骆青" in office.open("/honours/").text()
    assert "驻村先进个人" in cadre.open(f"{luo}honours/").text()


def a_year_under_objection(corner):
    """Return the addresses of a published cycle with an objection and a pool, of one of its polls,
    of a collecting poll, of an appraisal of Party members, and of a finding."""
    by, at = {"by": corner.office}, {"at": timezone.now()}
    scheme = scored.scheme(
        corner,
        title="磐岭下沉干部考核办法",
        indicators=[("promises_kept", 100, 0, 100, 1)],
        gates=[("findings", 0)],
    )
    cycle = scored.cycle(corner, scheme, state="objection", title="磐岭2025年度考核")
    named = {"organ_name": "磐岭县林草局", "host_organ": corner.town_organ}
    one, other = (
        scored.appraised(corner, cycle, scheme, cadre=cadre, **named)
        for cadre in (corner.cadre, corner.other)
    )
    poll = scored.poll(corner, cycle, one, other)
    for each in (one, other):
        scored.ballots(poll, each, *(1,) * 12, *(2,) * 5, 4, dining=2, gifts=2, retinue=2, burden=3)
        scored.word(corner, each, "unit", 1, 2, 1)
    scored.computed(cycle, corner.office)
    appeal = appeals.file_appeal(
        appraised=one, by=corner.cadre.user, text="有一项未计入", indicator="promises_kept", **at
    )
    pool = honours.make_pool(
        cycle=cycle,
        title="下沉先进个人",
        purpose="honour",
        basis="other",
        percent=50,
        basis_document="磐组通〔2026〕7号",
        **by,
        **at,
    )
    honours.nominate(pool=pool, appraised=other, reason="答应的事有回音", **by, **at)
    collecting = scored.cycle(
        corner, scheme, state="collecting", title="磐岭上半年考核", ballots_until=in_days(5)
    )
    waiting = scored.appraised(corner, collecting, scheme, cadre=corner.cadre, **named)
    prepared = scored.poll(corner, collecting, waiting, state="prepared")
    branch = PartyOrganization.objects.create(
        name="中共赤岩村支部委员会", kind="branch", unit=corner.village, started_on=START
    )
    of_members = members.begin_appraisal(
        organization=branch, year=timezone.localdate().year, by=corner.host, **at
    )
    members.add_members(
        appraisal=of_members, members=[("石守义", False), ("罗桂芳", True)], by=corner.host, **at
    )
    finding = discipline.record_finding(
        cadre=corner.other,
        kind="retinue",
        happened_on=in_days(-30),
        by=corner.recipient,
        source="inspection",
        document="磐纪函〔2027〕3号",
        reference="督查2027-1",
        **at,
    )
    return SimpleNamespace(
        scheme=scheme,
        cycle=cycle,
        appraised=one,
        poll=poll,
        prepared=prepared,
        appeal=appeal,
        collecting=collecting,
        pool=pool,
        members=of_members,
        finding=finding,
    )


@SOME_OR_ALL
def test_front_pages_of_evaluation_in_english_large_type_and_old_chromium(
    person, stack, old_chromium, corner, on_the_stack, each
):
    made = a_year_under_objection(corner)
    address = {name: one.get_absolute_url() for name, one in vars(made).items()}
    pages = [
        "/schemes/",
        address["scheme"],
        "/cycles/",
        address["cycle"],
        address["collecting"],
        f"{address['cycle']}appraised/",
        address["appraised"],
        f"{address['appraised']}score/",
        "/evaluation/polls/?tab=all",
        address["poll"],
        address["prepared"],
        "/paper/",
        "/words-to-give/",
        "/objections/",
        address["appeal"],
        "/honours/",
        "/honour-pools/",
        address["pool"],
        "/member-appraisals/",
        address["members"],
        "/findings/",
        address["finding"],
        "/burden/",
        "/dashboard/evaluation/",
    ]
    forms = [
        "/schemes/new/",
        "/cycles/open/",
        f"{address['collecting']}close/",
        f"{address['prepared']}roster/",
        f"{address['appeal']}decide/",
        f"{address['cycle']}honours/new/",
        f"{address['pool']}nominate/",
    ]
    papers = [
        f"{address['scheme']}print/",
        f"{address['cycle']}score-summary/print/?scheme={made.scheme.pk}",
        f"{address['cycle']}ballot-summary/print/",
        "/honours/print/",
    ]
    reader = person("rock-reader").open("/schemes/")
    reader.page.click("button[name=language]")
    reader.page.wait_for_selector("html[lang=en]")
    reader.page.click("button[aria-pressed]")
    reader.page.wait_for_selector("html.large-type[lang=en]")
    phone = person("rock-reader", **PHONE)
    for screen, path in [
        *product((reader, phone), pages[::each]),
        *((phone, one) for one in [*forms[::each], *papers]),
    ]:
        answer = screen.page.goto(stack.address + path)
        assert answer.status == 200, path
        if screen.page.locator("[hx-trigger=load]").count():
            screen.page.wait_for_load_state("networkidle")
        screen.check()

    old = Person(stack, old_chromium, "rock-office", width=390)
    old.sign_in_by_script()
    door = Person(stack.door, old_chromium, "", width=390)
    for screen, path in [
        *((old, path) for path in OLD_PAGES[::each]),
        (old, address["cycle"]),
        (door, "/vote/"),
    ]:
        screen.page.goto(screen.stack.address + path)
        assert screen.overflow() <= 1, path
        assert screen.complaints == [], path
    door.close()
    old.close()
