"""A villager without script at the door as in production: its own process, role and keys."""

import time
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from outreach.actions import cards
from outreach.models import ContactArea
from tests.browser.conftest import Person

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def card(stack, on_the_stack):
    """王建国's card for 柳湾村 in the stack's database."""
    people = stack.people
    people.cadre.public_phone = "100-0000-0017"
    people.cadre.save()
    area = ContactArea.objects.get(pk=people.area.pk)
    return cards.issue_card(area=area, by=people.host, at=timezone.now())[0]


@pytest.fixture
def villager(stack, chromium):
    """A visitor with the smallest kind of phone; with script only so that axe can check the
    pages."""
    opened = []

    def come(*, script=False):
        opened.append(Person(stack.door, chromium, "", width=360, height=640, script=script))
        return opened[-1]

    yield come
    for one in opened:
        one.close()


def press(villager, words):
    villager.page.locator(
        f"main >> :is(a, button, label):has-text('{words}'):visible"
    ).first.click()
    villager.page.wait_for_load_state()
    villager.check()


def until(villager, words, seconds=60):
    """Reload the slip until the worker has done its part."""
    for _half in range(seconds):
        if words in villager.text():
            return
        time.sleep(1)
        villager.page.reload()
    raise AssertionError(f"{words!r} did not appear in: {villager.text()[:800]}")


def raise_matter(villager, card, text):
    villager.open(f"/c/{card.token}/")
    assert villager.page.locator("main a.call").first.get_attribute("href") == "tel:100-0000-0017"
    press(villager, "反映一件事")
    press(villager, "基础设施")
    villager.page.fill("textarea[name=text]", text)
    press(villager, "下一步")
    press(villager, "承办人可以看到")
    villager.page.fill("input[name=name]", "李大山")
    villager.page.fill("input[name=phone]", "100-0000-0001")
    press(villager, "下一步")
    assert villager.page.input_value("input[name=name]") == "李大山"
    time.sleep(3)
    press(villager, "送出")
    ticket = villager.page.locator(".ticket strong").all_inner_texts()
    press(villager, "查一查我反映的事")
    return ticket


def test_a_villager_without_script_is_not_satisfied_and_sees_it_reopened(
    stack, person, card, villager
):
    poor = villager()
    raise_matter(poor, card, "村口的桥栏杆断了两根，晚上怕人掉下去。")
    until(poor, "已登记您反映的事")

    host = person("host")
    host.open("/matters/?tab=all&q=桥栏杆")
    host.press("村口的桥栏杆断了两根，晚上怕人掉下去。")
    path = urlsplit(host.page.url).path
    host.open(f"{path}do/take_up/").save()
    host.open(f"{path}do/report/")
    host.page.select_option("select[name=resolution]", "solved")
    host.page.fill("textarea[name=text]", "换了三根栏杆，刷了反光漆。")
    host.page.select_option("select[name=method]", "person")
    host.save()
    person("host2").open(f"{path}do/pass_review/").save()

    until(poor, "换了三根栏杆")
    assert "当面" in poor.text() and "办结前会有人打电话" in poor.text()
    # The township handled it, so the office prints the deciding slip.
    sheet = person("office").open(path)
    sheet.press("答复单（可评价办结）")
    number, code = sheet.page.locator(".with-code strong").all_inner_texts()
    poor.open("/slip/")
    poor.page.fill("input[name=number]", number)
    poor.page.fill("input[name=code]", code)
    poor.follow("main form button")
    press(poor, "没办好，不满意")
    poor.page.fill("textarea[name=comment]:visible", "还有一根是松的")
    press(poor, "对，送出")
    press(poor, "回到我反映的事")
    until(poor, "您不满意，已重新办理")
    host.open(path)
    assert "还有一根是松的" in host.text()


@pytest.mark.sampled(of="journeys", one_in=20)
def test_the_way_back_of_a_phone_leads_through_the_questions(card, villager):
    """Without script: the browser shows no page of its own, and no typed text is lost."""
    somebody = villager()
    page, text = somebody.page, "村口的桥栏杆断了两根，晚上怕人掉下去。"
    somebody.open(f"/c/{card.token}/")
    press(somebody, "反映一件事")
    press(somebody, "基础设施")
    page.fill("textarea[name=text]", text)
    press(somebody, "下一步")
    press(somebody, "谁也看不到")
    assert not page.is_visible("input[name=phone]")
    press(somebody, "下一步")
    assert page.is_visible("textarea") and "对不对" in somebody.text()
    assert not page.is_visible("label[for=named]") and page.is_visible("label[for=anonymous]")

    page.go_back()
    assert page.is_visible("label[for=named]") and page.is_checked("#anonymous")
    page.go_back()
    assert page.input_value("textarea") == text and page.is_visible("textarea")
    page.go_back()
    assert "哪方面的事" in somebody.text()
    page.go_forward()
    assert page.input_value("textarea") == text

    # Errors found by the door are a page of their own; the typed text is behind it.
    page.fill("textarea[name=text]", "短")
    page.goto(page.url.partition("#")[0] + "#ask-check")
    time.sleep(3)
    press(somebody, "送出")
    assert page.is_visible(".problem")
    page.go_back()
    assert page.input_value("textarea") == "短"


@pytest.mark.sampled(of="journeys", one_in=20)
@pytest.mark.parametrize("script", [False, True])
def test_the_way_back_of_a_phone_leads_through_the_slip(card, villager, script):
    """Going back asks for nothing again and loses nothing that was typed."""
    somebody = villager(script=script)
    page, asked = somebody.page, []
    raise_matter(somebody, card, "村口的井盖裂了，老人走路要绕。")
    until(somebody, "已登记您反映的事")
    page.on("request", lambda request: asked.append(request.method))

    press(somebody, "补充几句话")
    page.fill("textarea[name=comment]:visible", "夜里更危险")
    page.go_back()
    assert "办到哪一步" in somebody.text() and not page.is_visible("textarea[name=comment]")
    page.go_forward()
    assert page.input_value("textarea[name=comment]:visible") == "夜里更危险"
    page.go_back()
    press(somebody, "改或删掉我的联系方式")
    page.fill("input[name=phone]:visible", "100-0000-0044")
    press(somebody, "都删掉")
    assert page.is_visible("button[name=surely]")
    page.go_back()
    assert page.input_value("input[name=phone]:visible") == "100-0000-0044"
    assert asked == []

    # Switching the language keeps what was typed.
    press(somebody, "English")
    assert page.input_value("input[name=phone]:visible") == "100-0000-0044"
    assert "Right phone" in somebody.text() and not page.query_selector(".problem")
    press(somebody, "Back to my matter")
    press(somebody, "中文")
    press(somebody, "催一催")
    assert "不作为办结依据" in somebody.text()
    press(somebody, "回到我反映的事")
    until(somebody, "您催过一次")
    assert not page.query_selector("form[action='/slip/urge/']")


@pytest.mark.sampled(of="journeys", one_in=20)
def test_pages_of_the_door_are_open_to_everybody(card, villager):
    """With script, so that axe checks each page, in both languages."""
    somebody = villager(script=True)
    for path in (
        "/",
        "/slip/",
        f"/c/{card.token}/",
        f"/c/{card.token}/raise/",
        f"/c/{card.token}/raise/?channel=1",
        f"/c/{card.token}/raise/?category=02",
        f"/c/{card.token}/conduct/",
        f"/en/c/{card.token}/",
        "/en/slip/",
    ):
        somebody.open(path)
    raise_matter(somebody, card, "三组的路灯不亮，晚上看不清路。")
