"""A plan until its year ends, a practice that becomes a rule, a complaint about this portal.

They have a county of their own, so that figures count only these records. The plan's year is that
of the last quarter, so its days have passed.
"""

import re
from datetime import timedelta

import pytest

from oversight.models import PlanItem, WorkPlan
from oversight.models.plans import end_of_quarter, last_quarter
from portal.duties import reminders
from portal.models import Cadre, Reminder
from portal.roles import Role
from tests.browser.conftest import DATABASE
from tests.browser.test_going_down import address_of, fill, go, links_ending_with, post
from tests.browser.test_helping import choose, select
from tests.conftest import WORKER, _point_at
from tests.day import in_days
from tests.people import account, division, organ, unit

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]
PHONE = {"width": 390, "height": 844}
# The year and the last quarter of the plan.
YEAR, QUARTER = last_quarter(in_days(0))


class Corner:
    """云松县: its offices, the forestry bureau, a township with three villages."""

    def __init__(self, people):
        self.people = people
        county = division("云松县", 3, people.city, "990111000000")
        town = division("松林乡", 4, county, "990111001000")
        department = organ("云松县委组织部", "party", order=401, place=county)
        desk_organ = organ("云松县政府督查室", order=402, place=county)
        forestry = organ("云松县林业局", order=410, place=county)
        host = organ("松林乡党委", "township", order=420, place=town)
        self.villages = [
            unit(name, host, division(name, 5, town, f"99011100120{n}"))
            for n, name in enumerate(("松岗村", "松塘村", "松坪村"), 1)
        ]
        self.office = account("pine-office", "骆宁", department, Role.OFFICE, place=county)
        account("pine-liaison", "岳岚", forestry, Role.LIAISON, within=forestry)
        account("pine-burden", "钟简", desk_organ, Role.BURDEN, place=county)
        self.author = account("pine-author", "舒禾", forestry, Role.CADRE)
        chief = account("pine-chief", "乔岳", department, Role.LEADER, within=department)
        for n, (user, post_held) in enumerate(
            ((chief, "县委常委、组织部部长"), (self.author, "科员"), (self.office, "组织科科长"))
        ):
            Cadre.objects.create(
                user=user, name=user.name, organ=user.organ, post=post_held, sort_order=n
            )

    def visit(self, village, day):
        return self.people.visit(by=self.author, place=self.villages[village], visited_on=day)


@pytest.fixture(scope="module")
def corner(stack, django_db_blocker):
    with django_db_blocker.unblock():
        _point_at(DATABASE)
        corner = Corner(stack.people)
        _point_at(f"test_{WORKER}")
    return corner


def is_told(somebody, words):
    """Check that the form is refused with this sentence and keeps what was typed."""
    told = somebody.page.locator(".error-summary li").all_inner_texts()
    assert len(told) == 1, told
    assert words in told[0]


def tell(day):
    reminders.tell(day=day, at=reminders.morning_of(day), by="test")


def add_task(office, plan, **typed):
    go(office.open(plan), "/items/new/")
    fill(office, **{name: typed[name] for name in ("point", "task", "goal", "due_on")})
    office.pick("official", "乔岳")
    office.pick("lead_organ", "云松县林业局")


def issued_last_year(plan):
    """The document number of a plan like this one, of the year before."""
    document = f"云松组发〔{YEAR - 1}〕6号"
    row = WorkPlan.objects.filter(pk=plan).values().get()
    past = {
        "first_year": YEAR - 1,
        "last_year": YEAR - 1,
        "state": "archived",
        "summary": "已总结。",
    }
    days = {"decided_on": in_days(-400), "issued_on": in_days(-399), "document": document}
    WorkPlan.objects.create(**row | past | days | {"id": None, "decided_in": "县委常委会"})
    return document


def test_a_plan_from_its_main_points_to_the_end_of_its_year(person, corner, on_the_stack):
    ended = end_of_quarter(YEAR, QUARTER)
    for quarter in range(1, QUARTER + 1):
        corner.visit(0, end_of_quarter(YEAR, quarter) - timedelta(days=3))

    # Drafted, with a task that is counted from records and one that is not.
    office = go(person("pine-office").open("/oversight/plans/"), "/plans/new/")
    select(office, kind="year")
    fill(office, title=f"{YEAR}年为民服务工作要点", first_year=YEAR, goals="走访到户，办事到底。")
    office.pick("first_in_charge", "乔岳")
    office.pick("in_charge", "骆宁")
    office.save()
    plan = address_of(office)
    counted = {"point": "走访群众", "task": "走访各村", "goal": "季季到村，不漏一村"}
    add_task(office, plan, **counted, due_on=f"{YEAR}-12-31")
    select(office, measure="covered", counted_of="area")
    office.save()
    is_told(office, "目标")
    fill(office, target=30)
    # Nothing outside of the closed list is counted, whatever a browser sends.
    office.page.evaluate(
        "document.querySelector('main [name=measure]').add("
        "new Option('会议次数', 'meetings', true, true))"
    )
    office.save()
    is_told(office, "meetings")
    assert office.page.input_value("main [name=task]") == "走访各村"
    select(office, measure="covered")
    office.save()
    said = {"point": "建章立制", "task": "修订管护办法", "goal": "印发施行"}
    add_task(office, plan, **said, due_on=ended)
    office.save()
    office.look(plan)

    # The organs that it names are consulted; their opinions are in its history.
    go(office, "/hear/")
    office.save()
    liaison = go(person("pine-liaison").open(plan), "/opinion/")
    fill(liaison, text="管护办法宜与乡镇会商。")
    liaison.save()
    go(office.open(plan), "/deliberate/")
    assert "管护办法宜与乡镇会商" in office.open(plan).text()
    go(office, "/deliberate/")
    fill(office, deliberated_on=f"{YEAR}-01-02")
    office.save()
    go(office, "/decide/")
    fill(office, decided_in="县委常委会", decided_on=f"{YEAR}-01-04")
    office.save()

    # Issued under a new number, and counted at once.
    pk = plan.split("/")[-2]
    used = issued_last_year(pk)
    go(office.open(plan), "/issue/")
    fill(office, document=used, issued_on=f"{YEAR}-01-05")
    office.save()
    is_told(office, "文号")
    fill(office, document=f"云松组发〔{YEAR}〕6号")
    office.save()
    assert "1/3" in office.text()

    # For the other task its lead organ writes one sentence, which the office reviews.
    liaison.open("/todo/")
    assert "修订管护办法" in liaison.text()
    task = PlanItem.objects.get(plan=pk, task="修订管护办法")
    item = task.get_absolute_url()
    go(liaison.open(item), "/sentence/")
    fill(liaison, text="征求意见稿已送各乡镇。")
    liaison.save()
    post(office.open(item), "/review/")
    liaison.look(item, "/oversight/items/?tab=all")
    # When overdue, its lead organ is reminded once.
    PlanItem.objects.filter(pk=task.pk).update(due_on=in_days(-1))
    told = Reminder.objects.filter(kind="plan_item_late", noun_id=task.pk)
    mornings = map(in_days, range(12))
    while not told.exists():
        tell(next(mornings))
    assert "修订管护办法" in liaison.open("/reminders/").text()
    for day in mornings:
        tell(day)
    assert told.count() == 1
    go(office.open(item), "/done/")
    fill(office, done_on=in_days(-1), text="县林业局林发〔2026〕8号印发")
    office.save()
    assert "已完成" in office.text()
    office.look("/oversight/plans/?tab=all")

    # At the end of its year it is summed up and archived.
    WorkPlan.objects.filter(pk=pk).update(first_year=YEAR - 1, last_year=YEAR - 1)
    go(office.open(plan), "/sum-up/")
    fill(office, summary="各村走访情况由系统计算；管护办法已印发。")
    office.save()
    post(office, "/archive/")
    assert "已归档" in office.text()
    liaison.look(plan)


def test_a_practice_from_its_author_to_a_rule(person, corner, on_the_stack):
    author = go(person("pine-author", **PHONE).open("/oversight/practices/"), "/practices/new/")
    fill(author, name="村务代办员", problem="老人办事跑路远")
    fill(author, method="每组一名代办员，每周二收件，周五送回。")
    choose(author, origin="offered", unit_kinds="rural")
    author.pick("unit", "松岗村")
    author.save()
    practice = address_of(author)
    post(author, "/submit/")

    # Additions are asked for once; then it is tried elsewhere.
    office = go(person("pine-office").open(practice), "/ask/")
    fill(office, reason="请说明收件范围")
    office.save()
    go(author.open(practice), "/edit/")
    fill(author, method="每组一名代办员，每周二收件（证照、补贴），周五送回。")
    author.save()
    post(author, "/submit/")
    assert not links_ending_with(office.open(practice), "/ask/").count()
    go(office, "/trials/new/")
    office.pick("unit", "松岗村")
    fill(office, starts_on=in_days(-100))
    office.save()
    is_told(office, "试行")
    office.pick("unit", "松塘村")
    office.save()
    visit = corner.visit(1, in_days(-20))
    go(office, "/trials/end/")
    choose(office, works="1")
    fill(office, result="代办二十八件，老人少跑路", ended_on=in_days(-1))
    office.save()
    is_told(office, "走访")
    choose(office, visits=visit.pk)
    office.save()
    go(office, "/trials/finish/")
    fill(office, opinion="做法可行，建议推广")
    office.save()

    # Decided and spread: now in everybody's library.
    go(office, "/decide/")
    fill(office, decided_in="部务会", decided_on=in_days(-1))
    office.save()
    reader = person("pine-liaison")
    assert reader.page.goto(reader.stack.address + practice).status == 404
    reader.complaints.clear()
    go(office, "/spread/")
    fill(office, document="云松组通〔2026〕9号", spread_on=in_days(0))
    office.save()
    reader.look("/oversight/practices/?q=代办", practice)
    assert "村务代办员" in reader.open("/oversight/practices/?q=代办").text()

    # A rule: drafted, opinions, legality check, deliberation, a number; each step once.
    go(office.open(practice), "/rule/new/")
    rule_form = address_of(office)
    fill(office, title="村级代办工作办法")
    office.save()
    for _stage in range(3):
        go(office, "/rule/stage/")
        fill(office, stage_on=in_days(0))
        office.save()
    go(office, "/rule/issue/")
    fill(office, document="云松组发〔2026〕20号", valid_from=in_days(0), valid_to=in_days(730))
    office.save()
    assert "村级代办工作办法" in office.text()
    assert not links_ending_with(office, "/rule/new/").count()
    assert office.page.goto(office.stack.address + rule_form).status == 403
    assert "已转化为制度" in office.text()
    office.complaints.clear()
    office.look(practice)
    reader.open("/oversight/practices/?q=代办")
    assert "云松组发〔2026〕20号" in reader.text()


def test_a_complaint_about_the_portal_is_answered_from_outside_the_office(person, corner):
    # From the footer of any page, with one's name.
    liaison = person("pine-liaison").open("/todo/")
    liaison.page.locator("footer a[href$='/complaints/new/']").click()
    liaison.check()
    liaison.look(address_of(liaison))
    choose(liaison, kind="burden")
    fill(liaison, text="报到单要手工再填一遍单位全称。")
    liaison.save()
    own = address_of(liaison)

    recipient = person("pine-burden").open("/todo/")
    assert "填表负担" in recipient.text()
    post(recipient.open(own), "/accept/")
    go(recipient, "/answer/")
    fill(recipient, answer="单位全称下月起由系统带出。")
    select(recipient, adopted="yes")
    recipient.save()
    recipient.look(own, "/complaints/?tab=all")
    go(liaison.open(own), "/rate/")
    choose(liaison, rating="satisfied")
    liaison.save()
    liaison.look(own)
    post(recipient.open(own), "/archive/")

    # Anonymous: a code shown once finds it again.
    author = person("pine-author", **PHONE).open("/todo/")
    author.page.locator("footer a[href$='/complaints/new/']").click()
    choose(author, kind="clocking")
    # By key: a click may miss while the page still scrolls.
    author.page.locator("main [name=is_anonymous]").press("Space")
    fill(author, text="微信群里要求上传定位打卡。")
    author.save()
    code = re.search(r"\b[A-Z2-9]{12}\b", author.text()).group()
    assert address_of(author) == "/complaints/code/"
    fill(author, code="ABCDEFGHJKLM")
    author.save()
    is_told(author, "查询码")
    fill(author, code=code)
    author.save()
    assert "微信群里要求上传定位打卡" in author.text()

    # Its recipients read no name; by the code its writer reads the answer and rates it.
    recipient.open("/complaints/")
    recipient.page.get_by_role("link", name="微信群里要求上传定位打卡").click()
    recipient.check()
    anonymous = address_of(recipient)
    assert "舒禾" not in recipient.text()
    post(recipient, "/accept/")
    go(recipient, "/answer/")
    fill(recipient, answer="平台不定位、不打卡；已请该单位停止。")
    recipient.save()
    author.open("/complaints/code/")
    fill(author, code=f"{code[:4]}-{code[4:8]} {code[8:].lower()}")
    author.save()
    assert "已请该单位停止" in author.text()
    choose(author, rating="basically")
    author.page.locator("main .acts form button").click()
    author.check()
    assert "基本满意" in author.text()
    assert "基本满意" in recipient.open(anonymous).text()
    assert "舒禾" not in recipient.text()
    assert author.page.goto(author.stack.address + anonymous).status == 404
    author.complaints.clear()
