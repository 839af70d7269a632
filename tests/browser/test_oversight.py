"""A quarter's inspection from its mandate to the three figures, and a quarterly circular on paper
and in Word.

They have a county of their own. Matters closed in the quarter are inserted as rows.
"""

import pytest
from django.utils import timezone
from docx import Document

from outreach.models import Matter
from oversight.actions import inspections
from oversight.models import InspectedRow, Paper
from portal.models import Cadre
from portal.roles import Role
from tests.browser.conftest import DATABASE
from tests.browser.test_going_down import address_of, fill, go, links_ending_with, post
from tests.browser.test_helping import assert_not_found, choose, select
from tests.browser.test_research import PHONE, says_yes
from tests.conftest import WORKER, _point_at
from tests.day import in_days
from tests.people import account, division, organ, unit

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]
CLOSED, SOLVED, DRAWN = 36, 33, 32
THROWS = "35142 63514 26514 26351"


class Corner:
    """屏岭县: who supervises, who is inspected, who signs."""

    def __init__(self, people):
        self.county = county = division("屏岭县", 3, people.city, "990108000000")
        town = division("茶坪乡", 4, county, "990108001000")
        self.department = organ("屏岭县委组织部", "party", order=400, place=county)
        inspectors = organ("屏岭县委督查室", "party", order=401, place=county)
        self.water = organ("屏岭县水务局", order=410, place=county)
        roads = organ("屏岭县交通局", order=411, place=county)
        self.town = organ("茶坪乡党委", "township", order=420, place=town)
        self.village = unit("茶坪村", self.town, division("茶坪村", 5, town, "990108001201"))
        account("ford-supervisor", "郭严", inspectors, Role.SUPERVISOR, place=county)
        account("ford-checker", "邱衡", inspectors, Role.SUPERVISOR, place=county)
        office = account("ford-office", "苗青", self.department, Role.OFFICE, place=county)
        second = account("ford-second", "尹萍", self.department, Role.SUPERVISOR, place=county)
        chief = account(
            "ford-chief", "唐远山", self.department, Role.LEADER, within=self.department
        )
        account("ford-handler", "易川", self.water, Role.HANDLER, within=self.water)
        account("ford-host", "简宁", self.town, Role.HOST, within=self.town)
        leader = account("ford-leader", "陆明", inspectors, Role.LEADER, within=inspectors)
        self._cadre(leader, inspectors, 1, "县委常委")
        self.inspector = account("ford-head", "石坚", inspectors, Role.CADRE)
        self._cadre(self.inspector, inspectors, 2, "督查室主任")
        self._cadre(account("ford-member", "林岚", roads, Role.CADRE), roads, 3)
        self.of_water = self._cadre(
            account("ford-water", "汪洋", self.water, Role.CADRE), self.water, 4
        )
        self._closed()
        Paper.objects.create(
            kind="notice",
            organ=self.department,
            title="关于做好秋季走访工作的通知",
            addressed="各乡镇党委",
            body="现就有关事项通知如下。",
            number="屏组通〔2026〕14号",
            state="issued",
            written_by=office,
            checked_by=second,
            signed_by=chief,
            signed_on=in_days(-30),
            issued_on=in_days(-30),
            created_at=timezone.now(),
        )

    def _cadre(self, user, at_organ, order, post="科员"):
        cadre = Cadre(user=user, name=user.name, organ=at_organ, post=post, sort_order=order)
        cadre.save()
        return cadre

    def _closed(self):
        """Matters closed in the quarter, a few reported as partly solved."""
        for n in range(CLOSED):
            matter = Matter(
                number_area="屏岭",
                number_year=2026,
                number=n + 1,
                registered_by=self.of_water,
                typed_by=self.of_water.user,
                organ=self.water,
                registered_on=in_days(-60),
                created_at=timezone.now(),
                category="02" if n % 3 else "01",
                title=f"{n + 1}组蓄水池渗漏",
                due_on=in_days(-20),
                original_due_on=in_days(-20),
                status="closed",
                stage="closed",
                closure="unrated",
                resolution="solved" if n < SOLVED else "partly",
                closed_on=in_days(-10),
                answered_on=in_days(-15),
            )
            matter.stand_at(self.village)
            matter.save()


@pytest.fixture(scope="module")
def corner(stack, django_db_blocker):
    with django_db_blocker.unblock():
        _point_at(DATABASE)
        corner = Corner(stack.people)
        _point_at(f"test_{WORKER}")
    return corner


def tick(person, **answers):
    """Tick by key: a click may miss while the page still scrolls, or below the bar of a phone."""
    for name, value in answers.items():
        person.page.locator(f"main [name={name}][value='{value}']").press("Space")


def look_at_the_others(corner, inspection):
    """Insert the findings for the drawn matters that nobody entered by a page; every eighth was not
    reached."""
    rows = InspectedRow.objects.filter(inspection=inspection.split("/")[-2], looked_on=None)
    for n, row in enumerate(rows.order_by("position")):
        if n % 8 == 7:
            continue
        inspections.record_look(
            row=row,
            by=corner.inspector,
            at=timezone.now(),
            way="phone",
            looked_on=in_days(0),
            said="unsolved" if n % 8 == 6 else "solved",
        )


def test_an_inspection_from_its_mandate_to_the_three_figures(person, corner, on_the_stack):
    # The sample size, then the plan. Nobody inspects their own chain; what was typed stays.
    supervisor = says_yes(person("ford-supervisor").look("/inspections/planner/"))
    fill(supervisor, population=CLOSED, tolerable=10, risk=5)
    supervisor.save()
    go(supervisor.open("/inspections/"), "/inspections/new/")
    supervisor.page.click("main details.fold > summary")
    fill(
        supervisor,
        title="三季度群众诉求办理情况督查",
        mandate_number="屏督〔2026〕3号第2项",
        scope="全县三季度办结的群众诉求",
        content="办结是否属实，回访是否到位。",
        starts_on=in_days(0),
        ends_on=in_days(5),
        closed_from=in_days(-90),
        closed_to=in_days(-1),
        number=DRAWN,
    )
    select(supervisor, mandate="plan", drawn_from="closures")
    for way in ("random", "on_site", "phone"):
        tick(supervisor, ways=way)
    supervisor.pick("inspected", "屏岭县水务局")
    supervisor.pick("inspected", "茶坪乡党委")
    supervisor.pick("head", "石坚")
    supervisor.pick("members", "汪洋")
    supervisor.pick("approver", "陆明")
    supervisor.save()
    assert "汪洋" in supervisor.page.inner_text(".error-summary")
    supervisor.page.locator("[data-name='members'] [data-unpick]").first.click()
    supervisor.pick("members", "林岚")
    supervisor.save()
    inspection = address_of(supervisor)
    post(supervisor, "/submit/")
    leader = person("ford-leader", script=False)
    go(leader.open(inspection), "/approve/").save()

    # Nothing is drawn before the frame is frozen.
    assert "先冻结抽样框" in supervisor.open(inspection).text()
    assert not links_ending_with(supervisor, "/seed/").count()
    post(supervisor, "/freeze/")
    go(supervisor, "/seed/")
    tick(supervisor, kind="dice")
    fill(supervisor, digits=THROWS, how="督查室当众掷骰子二十次")
    fill(supervisor, witness="高明", witness_of="屏岭县人大常委会办公室")
    supervisor.save()

    # On site: one matter seen, one asked about, the others by telephone; the inspected are not
    # told.
    head = person("ford-head", script=False, **PHONE).open(inspection)
    post(head, "/begin/")
    for seen, said in (("solved", "unsolved"), ("unsolved", "")):
        head.page.locator("main a[href$='/look/']").nth(0 if seen == "solved" else 1).click()
        head.settle()
        tick(head, way="on_site")
        select(head, seen=seen, said=said)
        head.save()
    look_at_the_others(corner, inspection)
    host = person("ford-host", script=False)
    handler = person("ford-handler", script=False)
    assert_not_found(host, inspection)

    # A finding needs facts and a basis; without them what was typed stays.
    for organ_name, title in (
        ("屏岭县水务局", "部分诉求未解决即办结"),
        ("茶坪乡党委", "办结前未回访提出人"),
    ):
        go(head.open(inspection), "/findings/new/")
        head.page.select_option("main select[name=organ]", label=organ_name)
        fill(head, title=title, demand="重新办理并书面报送结果")
        tick(head, kind="single")
        if organ_name == "茶坪乡党委":
            head.save()
            assert head.page.locator(".error-summary li").count() == 2
            assert head.page.input_value("main [name=title]") == title
        fill(
            head, fact="现场查看蓄水池仍渗漏，与办结情况不符。", basis="《民情台账办理规定》第九条"
        )
        head.save()
    go(head, "/notes/new/")
    head.page.select_option("main select[name=organ]", label="茶坪乡党委")
    tick(head, kind="practice")
    fill(head, text="村组每周集中查看一次蓄水池，随手修补。")
    head.save()
    post(head, "/facts/")

    # Facts checked with the inspected, findings confirmed, concluded, fed back.
    for somebody in (host, handler):
        go(somebody.open(inspection), "/answer/")
        fill(somebody, text="已核对，情况属实。")
        somebody.save()
    head.open(inspection)
    findings = [
        link.get_attribute("href")
        for link in head.page.locator("main a.item[href*='/findings/']").all()
    ]
    of_water, of_town = findings
    for finding in findings:
        go(head.open(finding), "/confirm/").save()
    go(leader.open(inspection), "/conclude/")
    fill(leader, text="总体属实，个别诉求未解决即办结，回访不够到位。")
    leader.save()
    go(head.open(inspection), "/feedback/").save()

    # One objection, upheld by somebody not involved: the finding is dropped.
    go(handler.open(of_water), "/object/")
    fill(handler, text="蓄水池已于办结前换管，现场所见为旧池。")
    handler.save()
    assert "回避" in supervisor.open(of_water).text()
    office = go(person("ford-office", script=False).open(of_water), "/review/")
    choose(office, decision="upheld")
    fill(office, reason="经查换管验收单，所见为已停用的旧池。")
    office.save()
    assert "异议成立" in office.text()

    # The notice to the township: numbered, signed for, reported, re-checked, closed.
    go(leader.open(inspection), "/notices/new/")
    leader.page.select_option("main select[name=organ]", label="茶坪乡党委")
    fill(leader, how_to_report="书面报县委督查室")
    leader.save()
    notice = address_of(leader)
    go(supervisor.open(notice), "/number/")
    fill(supervisor, number="屏督改〔2026〕1号")
    supervisor.save()
    post(host.open(notice), "/sign/")
    checker = person("ford-checker", script=False).open(of_town)
    assert not links_ending_with(checker, "/settle/").count()
    assert "尚未报送" in checker.text()
    go(host.open(of_town), "/report/")
    fill(host, measures="已逐件回访提出人，补做回访记录十二件。")
    host.save()
    go(checker.open(of_town), "/settle/")
    choose(checker, way="phone")
    fill(checker, text="抽查五件，均已回访。")
    checker.save()
    post(supervisor.open(inspection), "/complete/")

    # Three figures side by side, each with its n.
    go(supervisor, "/closures/")
    figures = supervisor.page.locator(".two-facts").first.inner_text()
    assert [n for n in ("36", "n = 29", "n = 32") if n not in figures] == []
    supervisor.look(
        "/inspections/",
        inspection,
        f"{inspection}closures/",
        "/dashboard/closures/",
        "/inspections/findings/?tab=all",
        of_water,
        of_town,
        notice,
        f"{notice}print/",
        f"{of_town}print/",
    )


def test_the_circular_of_a_quarter_on_paper_and_in_word(person, corner):
    # Counted, then edited by a person; names in the text are pointed out.
    office = says_yes(person("ford-office").look("/papers/"))
    go(office, "/papers/quarter/").save()
    paper = address_of(office)
    office.look(paper)
    go(office, "/edit/")
    body = office.page.input_value("main [name=body]")
    assert body.count("（待补写）") == 3
    fill(
        office,
        body=body.replace("（待补写）", "汪洋同志办理认真，继续抓好落实。"),
        addressed="各乡镇党委，县直各单位",
        copied="县委办公室",
    )
    office.pick("recipients", "茶坪乡党委")
    office.save()
    assert "可能提到个人：汪洋" in office.text()
    go(office, "/edit/")
    fill(office, body=body.replace("（待补写）", "继续抓好落实，逐件回访提出人。"))
    office.save()
    assert "可能提到个人" not in office.text()
    post(office, "/submit/")

    # Checked and signed by two others, numbered from the register, issued.
    go(person("ford-second", script=False).open(paper), "/check/").save()
    go(person("ford-chief", script=False).open(paper), "/sign/").save()
    go(office.open(paper), "/number/")
    # A number works once, and what was typed stays.
    fill(office, number="屏组通〔2026〕14号")
    office.save()
    assert "该文号已被其他公文使用" in office.page.inner_text(".error-summary")
    fill(office, number="屏组通〔2026〕15号")
    office.save()
    post(office, "/issue/")
    host = person("ford-host").look(paper)
    assert "屏组通〔2026〕15号" in host.text()

    # On paper and in Word: the same words on the same grid.
    host.look(f"{paper}print/")
    office.open(f"{paper}print/")
    sheet = office.page.pdf(prefer_css_page_size=True)
    # The imprint has an even page to itself.
    assert sheet.count(b"/Type /Page\n") == 4
    office.open(paper)
    with office.page.expect_download() as downloading:
        links_ending_with(office, "/word/").click()
    said = [one.text for one in Document(downloading.value.path()).paragraphs]
    for line in (
        "屏岭县委组织部文件",
        "屏组通〔2026〕15号",
        "各乡镇党委，县直各单位：",
        "四、下步要求",
    ):
        assert line in said, line
