"""The queue by keyboard alone, every key counted; and a visit on the phone, every tap."""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest

from outreach.models import FollowUp, Matter, MatterRequest
from portal.sheets import figures

# By default a run counts the keys and taps of some tests only.
pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="keys and taps", one_in=3),
]

FIRST = date(2026, 1, 5)
# Counts touches outside text fields. Opening a select and choosing is the phone's own interface:
# two taps.
TAPS = """
document.addEventListener("pointerdown", (event) => {
    const at = event.target.closest("textarea, input[type=text], input[type=tel]");
    if (!at) { sessionStorage.taps = Number(sessionStorage.taps || 0) + 1; }
}, true);
document.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT") {
        sessionStorage.taps = Number(sessionStorage.taps || 0) + 2;
    }
}, true);
"""


class Keys:
    """A keyboard that counts keys and typed letters, but not modifiers."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text):
        self.page.keyboard.type(text, delay=20)
        self.pressed += len(text)

    def send(self, leads_to):
        """Send the form and wait for the next one. The draft, saved first, changes only the query
        of the address."""
        before = urlsplit(self.page.url).path
        self.press("Control+Enter")
        self.page.wait_for_url(
            lambda url: urlsplit(url).path != before and re.search(leads_to, url)
        )
        self.page.wait_for_load_state()


def in_order(matters, since=FIRST):
    """Make these matters due before all others in this county, one day after the other."""
    rows = Matter.objects.filter(pk__in=[matter.pk for matter in matters])
    # Stored figures count open matters by their due day.
    figures.count_stored(rows, sign=-1)
    for n, matter in enumerate(matters):
        Matter.objects.filter(pk=matter.pk).update(due_on=since + timedelta(n))
    figures.count_stored(rows)


def to_the_kind(someone, title):
    """Go from the front page to the first row of a kind, with its action open."""
    keys = Keys(someone.open("/today/").page)
    keys.press("g", "t")
    keys.page.wait_for_url("**/todo/")
    # With a single kind there is nothing to choose.
    if chips := keys.page.locator(".kinds a").all_inner_texts():
        keys.press(str(next(n for n, words in enumerate(chips, 1) if title in words)))
        keys.page.wait_for_url("**/todo/?kind=*")
    keys.press("j", "Enter")
    keys.page.wait_for_url("**queue=*")
    someone.check()
    return keys


@pytest.fixture
def ten_to_assign(stack, on_the_stack):
    people = stack.people
    # Earlier such matters went to the water office twice, and to the roads office once.
    for organ in (people.water, people.water, people.roads):
        before = people.matter()
        people.move(before, "pass_up", people.host, text="需县里协调")
        people.move(before, "assign", people.desk, lead=organ, text="")
    matters = [people.matter(title=f"第{n}处渠道淤堵") for n in range(1, 11)]
    for matter in matters:
        people.move(matter, "pass_up", people.host, text="需县里协调")
    in_order(matters)
    return matters


def test_ten_matters_are_assigned_to_three_organs_with_forty_keys(person, ten_to_assign):
    desk = person("desk")
    keys = to_the_kind(desk, "待交办")
    for n in range(10):
        assert f"第{n + 1}处渠道淤堵" in desk.text()
        if n in (3, 7):
            keys.press("2")
        elif n == 5:
            # An organ without such matters so far, found by its initials.
            keys.press("f")
            keys.type("xqxz")
            keys.page.wait_for_selector("[data-picker][data-name=lead] [data-pick]")
            keys.press("Enter")
        else:
            keys.press("1")
        keys.send(r"do/assign/|/todo/")
        assert "“交办”已办理" in keys.page.inner_text(".notice")
    desk.check()

    given = Matter.objects.filter(pk__in=[one.pk for one in ten_to_assign])
    assert {one.status for one in given} == {"assigned"}
    assert given.values("lead_organ").distinct().count() == 3
    assert keys.pressed <= 40, keys.pressed


def test_ten_requests_are_confirmed_with_twenty_keys(person, stack, on_the_stack):
    people = stack.people
    matters = [
        people.matter(title=f"第{n}户取暖", outcome="on_the_spot", result_text="当场教会。")
        for n in range(1, 11)
    ]
    in_order(matters)

    host = person("host")
    keys = to_the_kind(host, "待确认")
    for n in range(10):
        assert f"第{n + 1}户取暖" in host.text()
        keys.send(r"do/confirm/|/todo/")

    asked = MatterRequest.objects.filter(matter__in=matters)
    assert asked.count() == 10 and not asked.filter(approved=None).exists()
    assert keys.pressed <= 20, keys.pressed


def test_a_call_back_takes_six_keys_with_the_number_shown(person, stack, on_the_stack):
    matter = stack.people.awaiting_word(title="路灯三盏不亮")
    # Before matters left by other tests of this file.
    before = FIRST - timedelta(20)
    FollowUp.objects.filter(matter=matter).update(due_on=before, starts_on=before)

    author = person("author")
    keys = Keys(author.open("/todo/").page)
    keys.press("j", "Enter")
    keys.page.wait_for_url("**/call-backs/**")
    keys.press("p")
    keys.page.wait_for_selector("dd.big-number")
    author.check()
    keys.press("1")
    keys.send("/todo/|/call-backs/")

    assert FollowUp.objects.get(matter=matter).word == "satisfied"
    assert "群众评价已登记" in author.text()
    assert keys.pressed <= 6, keys.pressed


def test_a_row_is_skipped_and_ticked_by_keys(person, stack, on_the_stack):
    people = stack.people
    matters = [people.matter(title=f"跳过{n}") for n in range(3)]
    # Other tests of this file leave matters that wait to be taken up.
    in_order(matters, since=FIRST - timedelta(10))
    host = person("host").open("/todo/?kind=take_up")
    keys = Keys(host.page)
    keys.press("j", "Enter")
    host.page.wait_for_url("**queue=*")
    keys.press(".")
    host.page.wait_for_url(f"**/matters/{matters[1].pk}/do/take_up/*")

    assigned = people.assigned(title="一并签收")
    in_order([assigned])
    handler = person("handler").open("/todo/?kind=sign")
    keys = Keys(handler.page)
    keys.press("j", "x")
    assert handler.page.locator("input[name=chosen]:checked").count() == 1


def test_a_visit_with_one_matter_takes_six_taps_on_the_phone(person, stack, on_the_stack):
    author = person("author", width=390, height=844, has_touch=True).open("/today/")
    page = author.page
    page.add_init_script(TAPS)
    page.reload()
    page.locator("main .big-button").tap()
    page.wait_for_url("**/visits/new/")
    if page.locator("[data-fill-unit]").count():
        page.locator("[data-fill-unit]").first.tap()
    page.fill("textarea[name=summary]", "走了四户，路灯不亮。")
    page.locator("[data-add-part]").tap()
    page.fill("input[name=matters-0-title]", "村口路灯三盏不亮")
    page.select_option("select[name=matters-0-category]", "02")
    page.locator("form[data-draft] .button-primary").tap()
    page.wait_for_url(re.compile(r"/visits/\d+/|/receipt/"))

    assert Matter.objects.filter(title="村口路灯三盏不亮").exists()
    assert int(page.evaluate("sessionStorage.taps")) <= 6


def test_a_list_opens_again_where_it_was_left_and_its_heads_stay(person, stack, on_the_stack):
    matters = [stack.people.matter(title=f"台账第{n}行") for n in range(14)]
    in_order(matters)
    host = person("host").open("/matters/?tab=waiting&sort=due")
    page = host.page
    page.wait_for_selector(".table-card.sticks")
    page.evaluate("window.scrollTo(0, 400)")
    page.wait_for_timeout(200)
    bar, head = (page.locator(one).first.bounding_box() for one in (".top", "thead th"))
    assert bar["y"] == 0 and abs(head["y"] - bar["height"]) <= 2

    page.locator(f"a.what[href='/matters/{matters[9].pk}/']").focus()
    left_at = page.evaluate("window.scrollY")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matters/{matters[9].pk}/")
    page.locator(".crumbs a", has_text="民情台账").click()
    page.wait_for_url("**/matters/?tab=waiting&sort=due")
    assert left_at > 100 and abs(page.evaluate("window.scrollY") - left_at) <= 2
    assert "台账第9行" in page.inner_text("tr.returned")
    host.check()

    page.keyboard.press("k")
    assert "台账第8行" in page.evaluate("document.activeElement.textContent")
    page.fill("#jump", "999999")
    page.press("#jump", "Enter")
    page.wait_for_selector(".notice")
    assert "没有" in page.inner_text(".notice")
