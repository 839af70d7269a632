"""Batches, stays, a successor and festival visits, each from beginning to end.

These journeys have their own corner of the county, so that their records appear in nobody else's
lists. Earlier days were entered through the portal's actions with earlier dates.
"""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from outreach.actions import areas, cards, condolence, stays
from portal.models import Cadre
from portal.roles import Role
from tests.browser.conftest import DATABASE, SOME_OR_ALL, Person
from tests.conftest import WORKER, _point_at
from tests.day import in_days, now
from tests.people import START, account, division, organ, unit

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]


def last_month():
    """The first day of last month."""
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


class Corner:
    """高岭乡 with five villages, the forestry bureau that sends cadres there, and their people."""

    def __init__(self, people):
        self.people = people
        town = division("高岭乡", 4, people.county, "990101003000")
        self.town = organ("高岭乡党委", "township", order=60, place=town)
        self.forestry = organ("县林业局", order=25, place=people.county)
        self.units = {
            name: unit(name, self.town, division(name, 5, town, f"99010100320{n}"))
            for n, name in enumerate(("云杉村", "白鹭村", "松坪村", "石榴村", "梨花村"), 1)
        }
        account("ridge-office", "顾平", people.department, Role.OFFICE, place=people.county)
        # Uses English and large type; both settings are saved with the account.
        account("ridge-reader", "温言", people.department, Role.OFFICE, place=people.county)
        self.host = account("ridge-host", "罗文", self.town, Role.HOST, within=self.town)
        account("forest-liaison", "丁宁", self.forestry, Role.LIAISON, within=self.forestry)
        names = {
            "lin": "林一帆",
            "qiao": "乔山",
            "han": "韩松",
            "fang": "方岚",
            "tan": "谭秋",
            "mei": "梅立",
        }
        self.cadres = {
            username: self._cadre(username, name, n)
            for n, (username, name) in enumerate(names.items(), 1)
        }

    def _cadre(self, username, name, order):
        user = account(username, name, self.forestry, Role.CADRE)
        cadre = Cadre(
            user=user,
            name=name,
            organ=self.forestry,
            post="科员",
            sort_order=order,
            public_phone=f"100-0000-020{order}",
            birth_month="1990-05",
        )
        cadre.save()
        return cadre

    def stay(self, cadre, at_unit):
        """A stay from a year ago until a year from now."""
        return stays.publish_stay(
            cadre=self.cadres[cadre],
            unit=self.units[at_unit],
            kind="residential",
            starts_on=in_days(-400),
            ends_on=in_days(300),
            document="云组通〔2026〕5号",
            programme="万名干部驻千村",
            by=self.people.office,
            at=now(),
        )


@pytest.fixture(scope="module")
def corner(stack, django_db_blocker):
    with django_db_blocker.unblock():
        _point_at(DATABASE)
        corner = Corner(stack.people)
        _point_at(f"test_{WORKER}")
    return corner


def links_ending_with(person, end):
    """The links whose address ends so; in the to-do list the row's position may follow."""
    return person.page.locator(f"main a:is([href$='{end}'], [href*='{end}?queue='])")


def go(person, end):
    """Follow the page's link and check the next page."""
    person.follow(links_ending_with(person, end).first)
    return person


def post(person, end):
    """Press the page's one-click button and check the next page."""
    person.follow(person.page.locator(f"main form[action$='{end}'] button"))
    return person


def fill(person, **fields):
    for name, text in fields.items():
        person.page.fill(f"main [name={name}]", str(text))


def address_of(person):
    return urlsplit(person.page.url).path


def download(person, path):
    """Download the worker's file once it is on the job's page."""
    person.wait_for("SHA-256")
    with person.page.expect_download() as downloading:
        person.page.click("main a[download]")
    downloading.value.save_as(path)
    return [row for row in load_workbook(path).active.iter_rows(values_only=True) if any(row)]


def test_a_batch_from_what_villages_need_to_published_stays(person, corner):
    # The office states what is needed and opens nominations.
    office = go(person("ridge-office").open("/batches/"), "/batches/new/")
    fill(
        office,
        title="2027年林业一批",
        programme="千名干部驻百村",
        starts_on=in_days(30),
        ends_on=in_days(760),
        nominate_by=in_days(10),
    )
    office.save()
    for village in ("云杉村", "白鹭村", "松坪村"):
        office.pick("units", village)
    fill(office, wanted=1, reasons="林下产业缺人指导")
    office.save()
    assert office.page.locator("tbody tr").count() == 3
    go(office, address_of(office).removesuffix("places/"))
    batch = address_of(office)
    go(office, "/do/open/").save()

    # The bureau that sends names two, and the office finds both qualified.
    liaison = go(person("forest-liaison").open("/batches/"), batch)
    go(liaison, "/nominate/")
    for name in ("林一帆", "乔山"):
        liaison.pick("cadres", name)
    liaison.page.check("[name=may_lead]")
    liaison.save()
    assert not links_ending_with(liaison, "/placements/").count()
    office.open(f"{batch}nominations/")
    for tick in office.page.locator("[name=chosen]").all():
        tick.check()
    post(office, "/qualify/")
    go(office.open(batch), "/do/close/").save()

    # The worker computes the proposal, and the office takes it over.
    post(office, "/propose/")
    office.page.wait_for_selector("a[href$='/take-over/']", timeout=60_000)
    office.check()
    assert office.page.locator("table.list tbody tr").count() == 2
    go(office, "/take-over/").save()
    placed = office.page.inner_text("table.list")
    empty = next(name for name in ("云杉村", "白鹭村", "松坪村") if name not in placed)

    # One cadre goes to a village without a proposed cadre; the form warns of the consequence as one
    # types.
    moved = office.page.locator("tbody tr", has_text="乔山")
    left = moved.locator("td strong").inner_text()
    office.follow(moved.locator("a[href*='nomination=']"))
    office.pick("unit", empty)
    office.page.wait_for_selector(".notice-warning")
    assert left in office.page.inner_text(".notice-warning")
    office.check()
    fill(office, why="会议意见：那里更缺人")
    office.save()
    assert empty in office.page.locator("tbody tr", has_text="乔山").inner_text()

    # The decision, the notice, and the stays.
    go(office.open(batch), "/decide/")
    fill(office, document="云组通〔2027〕1号")
    office.save()
    go(office, "/notice/")
    assert "云组通〔2027〕1号" in office.text()
    go(office.open(batch), "/publish/").save()
    office.open("/stays/?tab=to_begin")
    rows = office.page.locator("tbody tr", has_text="云组通〔2027〕1号").all_inner_texts()
    assert len(rows) == 2
    assert any("乔山" in row and empty in row for row in rows)
    liaison.open("/stays/?tab=to_begin")
    assert "林一帆" in liaison.text()


def test_leave_and_month_on_the_phone(person, corner, on_the_stack):
    stay, month = corner.stay("tan", "石榴村"), last_month()
    corner.stay("mei", "梨花村")
    path = f"{month.year}-{month.month}/"

    cadre = go(person("tan", width=390, height=844).open("/stays/"), f"/stays/{stay.pk}/")
    go(cadre, "/leave/")
    cadre.tick("[name=kind][value=annual]")
    fill(cadre, starts_on=in_days(2), ends_on=in_days(4))
    cadre.pick("stand_in", "梅立")
    cadre.save()
    go(cadre, path)
    go(cadre, "/note/")
    cadre.tick("[name=kind][value=absent]")
    fill(cadre, days=2, note="回局里参加培训")
    cadre.save()
    assert "回局里参加培训" in cadre.text()

    # The host decides the leave, and attests the months of all at once.
    host = person("ridge-host", width=390, height=844).open("/stays/leave/")
    go(host, "/decide/")
    host.tick("[name=approved][value='1']")
    host.save()
    host.open(f"/stays/months/?month={month}")
    chosen = host.page.locator("tbody tr", has=host.page.locator("[value=met]:checked"))
    assert chosen.filter(has_text="谭秋").count() == 1
    assert chosen.filter(has_text="梅立").count() == 1
    other = host.page.locator("tbody tr", has_text="梅立")
    other.get_by_label("未达标", exact=True).check()
    other.locator("summary").click()
    other.locator("[name$=days]").fill("12")
    host.check()
    host.page.click(".bulk-bar .button-primary")
    host.page.wait_for_url("**tab=attested")
    host.check()
    attested = host.page.locator("tbody tr", has_text="罗文")
    assert attested.filter(has_text="谭秋").count() == 1
    assert attested.filter(has_text="梅立").filter(has_text="未达标").count() == 1

    # After that the month is locked.
    cadre.open(f"/stays/{stay.pk}/{path}")
    assert "罗文" in cadre.text()
    assert not links_ending_with(cadre, "/note/").count()
    cadre.open(f"/stays/{stay.pk}/")
    row = cadre.page.locator("tbody tr", has_text=f"{month.year} 年 {month.month} 月").inner_text()
    assert "罗文" in row


def test_a_successor_carries_on_with_the_same_card(person, stack, chromium, corner, on_the_stack):
    leaver, village = corner.cadres["han"], corner.units["白鹭村"]
    stay = corner.stay("han", "白鹭村")
    area = areas.arrange_area(
        cadre=leaver, unit=village, by=corner.people.office, starts_on=START, kind="village"
    )
    card = cards.issue_card(area=area, by=corner.host, at=now())[0]
    matter = corner.people.matter(by=leaver.user, place=village, title="便民桥护栏损坏")
    villager = Person(stack.door, chromium, "", width=360, height=640, script=False)
    at_the_door = f"/c/{card.token}/"
    assert "韩松" in villager.open(at_the_door).text()
    old = person("han", width=390, height=844).open(matter.get_absolute_url())
    assert links_ending_with(old, "/do/ask_withdrawn/").count()

    office = go(person("ridge-office").open(stay.get_absolute_url()), "/replace/")
    office.pick("cadre", "方岚")
    fill(
        office,
        starts_on=in_days(0),
        document="云组通〔2027〕2号",
        reason="工作需要",
        promises="年底前帮李大山联系到护栏的钱",
    )
    office.save()
    assert "方岚" in office.page.inner_text("h1")
    go(office, stay.get_absolute_url())
    office.follow(links_ending_with(office, "/print/").last)
    assert "便民桥护栏损坏" in office.text()
    assert "白鹭村" in office.text()

    # The same card leads to the successor, and waits to be replaced at the next visit.
    assert "方岚" in villager.open(at_the_door).text()
    assert "韩松" not in villager.text()
    assert villager.page.locator("main a.call").first.get_attribute("href") == "tel:100-0000-0204"
    villager.close()
    host = person("ridge-host").open("/cards/?tab=replace")
    assert "韩松 → 方岚" in host.text()

    new = person("fang", width=390, height=844).open("/matters/")
    new.open(matter.get_absolute_url())
    assert links_ending_with(new, "/do/ask_withdrawn/").count()
    assert "白鹭村" in new.open("/areas/").text()
    assert not links_ending_with(old.open(matter.get_absolute_url()), "/do/ask_withdrawn/").count()
    old.open(stay.get_absolute_url())
    assert not links_ending_with(old, "/leave/").count()
    assert card.code_in_groups not in old.open("/cards/").text()


def open_condolence(corner, festival, at):
    return condolence.open_campaign(
        festival=festival,
        year=timezone.localdate().year + 1,
        objection_phone="100-0000-0012",
        budgets={"dues": Decimal(3000)},
        standards={"oldmember": Decimal(800)},
        at=at,
        by=corner.people.office,
    )


def public_page(person):
    """The address that the campaign's page gives for the public list."""
    return re.search(r"/lists/[\w-]+/", person.page.content()).group()


def test_a_festival_list_from_putting_forward_to_the_register(
    person, stack, chromium, corner, on_the_stack, tmp_path
):
    villager = Person(stack.door, chromium, "", width=360, height=640)
    campaign = open_condolence(corner, "newyear", now())
    # Another campaign's notice began a month ago and ended yesterday.
    before = now() - timedelta(days=30)
    earlier = open_condolence(corner, "spring", before)
    condolence.put_forward(
        campaign=earlier,
        unit=corner.units["云杉村"],
        name="欧阳秀英",
        category="oldmember",
        source="dues",
        by=corner.host,
        at=before,
    )
    condolence.publish_list(
        campaign=earlier, by=corner.people.office, at=before, last_on=in_days(-1)
    )
    gone = f"/lists/{earlier.published.get().token}/"

    # Put forward by the township, posted by the office, readable by anybody.
    host = go(person("ridge-host").open("/condolence/"), campaign.get_absolute_url())
    go(host, "/put-forward/")
    host.pick("unit", "石榴村")
    fill(host, name="诸葛云生")
    host.page.select_option("[name=category]", "oldmember")
    host.page.select_option("[name=source]", "dues")
    host.save()
    office = go(person("ridge-office").open("/condolence/"), campaign.get_absolute_url())
    go(office, "/publish/").save()
    villager.open(public_page(office))
    assert "诸" in villager.text()
    assert "云生" not in villager.text()

    # After its last day it is gone; then a second person approves.
    office.open(earlier.get_absolute_url())
    assert villager.page.goto(stack.door.address + gone).status == 404
    assert "欧" not in villager.text()
    assert all("404" in one for one in villager.complaints)
    villager.complaints.clear()
    villager.check()
    villager.close()
    # It first asks for confirmation.
    office.page.once("dialog", lambda asked: asked.accept())
    post(office, "/end-notice/")
    go(office, "/approve/")
    fill(office, document="云组通〔2027〕3号")
    office.save()

    # Two people visit; the register shows it.
    host.open(f"/condolence/recipients/?tab=waiting&campaign={earlier.pk}")
    host.follow("tbody a.what")
    go(host, "/visit/")
    fill(host, visited_on=in_days(0), handed_by="乡财政所")
    host.pick("first_cadre", "谭秋")
    host.pick("second_cadre", "梅立")
    host.save()
    assert "谭秋" in host.text()
    host.open(earlier.get_absolute_url())
    host.page.click("main form[action$='/recipients/export/'] button")
    host.page.wait_for_url(re.compile(r"/jobs/\d+/"))
    rows = download(host, tmp_path / "register.xlsx")
    line = next(row for row in rows if "欧阳秀英" in row)
    assert "谭秋" in str(line)
    assert "梅立" in str(line)
    assert 800 in line


FRONT_PAGES = [
    "/batches/",
    "/stays/",
    "/stays/timeline/",
    "/stays/coverage/",
    "/stays/months/?tab=all",
    "/stays/leave/?tab=all",
    "/stay-reports/",
    "/condolence/",
    "/condolence/recipients/",
    "/cards/",
    "/campaigns/",
    "/receptions/",
    "/needs/",
]


@SOME_OR_ALL
def test_front_pages_in_english_and_in_large_type(person, stack, corner, each):
    office = person("ridge-reader").open("/stays/")
    office.page.click("button[name=language]")
    office.page.wait_for_selector("html[lang=en]")
    office.page.click("button[aria-pressed]")
    office.page.wait_for_selector("html.large-type[lang=en]")
    for path in FRONT_PAGES[::each]:
        office.page.goto(stack.address + path)
        assert office.overflow() <= 1, path
    phone = person("ridge-reader", width=390, height=844)
    for path in FRONT_PAGES[::each]:
        phone.open(path)
    assert office.complaints == []


@SOME_OR_ALL
def test_chromium_86_shows_the_front_pages(stack, old_chromium, corner, each):
    office = Person(stack, old_chromium, "ridge-reader", width=390)
    office.sign_in_by_script()
    for path in FRONT_PAGES[::each]:
        office.page.goto(stack.address + path)
        assert office.overflow() <= 1, path
    assert office.complaints == []
    office.close()
