"""A questionnaire from the template workbook to paper, and tried out on the phone with script and
without."""

from urllib.parse import urlsplit

import pytest

from research.questionnaires.template import workbook
from tests.research.questionnaires import content

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def questionnaire(person, tmp_path):
    """Return its address; the liaison has made it from the template and given it out."""
    form = tmp_path / "form.xlsx"
    form.write_bytes(workbook())
    liaison = person("liaison")
    liaison.open("/questionnaires/").press("编制问卷")
    liaison.page.fill("input[name=title]", "便民服务需求调查")
    liaison.page.fill("input[name=purpose]", "改进村级便民服务")
    liaison.page.fill("input[name=phone]", "0990-1234567")
    liaison.page.set_input_files("input[name=workbook]", form)
    liaison.save()
    liaison.press("发出试填")
    return urlsplit(liaison.page.url).path


def choose(somebody, words):
    somebody.page.locator(f".q-choice:visible:has-text('{words}')").first.click()


def shown(somebody, words):
    return somebody.page.locator(f".q-question:has-text('{words}')").first.is_visible()


def test_it_is_tried_on_a_phone_where_it_shows_and_hides_at_once(person, questionnaire):
    author = person("author", **PHONE)
    author.open(f"{questionnaire}try/")
    page = author.page
    page.wait_for_function("document.querySelector('[data-scripted]').value === '1'")
    assert not shown(author, "您是哪天离开的")
    choose(author, "否")
    assert shown(author, "您是哪天离开的")
    choose(author, "医保、看病报销")
    choose(author, "服务大厅")
    windows = page.locator("[data-place='services/window'] .q-choice").all_inner_texts()
    assert windows == ["综合窗口", "专业窗口", "不回答"]
    small = page.eval_on_selector_all(
        ".q-form :is(button, .q-choice, .q-input)",
        "all => all.filter(one => one.offsetHeight && one.offsetHeight < 44 && !one.tabIndex)"
        ".map(one => one.outerHTML)",
    )
    assert small == []

    page.click(".q-go")
    assert page.evaluate("document.activeElement.name") == "a:age"
    assert "请回答这一题" in author.text()
    author.check()
    page.fill("[name='a:age']", "12")
    page.click(".q-go")
    assert "只请年满18周岁的人填写" in author.text().replace(" ", "")
    page.fill("[name='a:age']", "40")
    page.fill("[name='a:away']", "0")
    page.click(".q-go")
    page.wait_for_load_state()
    assert "已填到最后" in author.text()
    page.fill("[name=minutes]", "3")
    page.fill("[name=remark]", "第四题不好选")
    author.save()
    assert "第四题不好选" in author.text()
    author.check()


def test_without_script_it_comes_back_with_what_has_come_up(person, questionnaire):
    poor = person("colleague", script=False, **PHONE)
    poor.open(f"{questionnaire}try/")
    page = poor.page
    page.fill("[name='a:age']", "40")
    choose(poor, "否")
    page.fill("[name='a:away']", "2")
    page.click(".q-go")
    assert "根据您的回答，本页还有几个问题" in poor.text()
    assert shown(poor, "您是哪天离开的")
    assert page.locator("[name='a:workers[2]/months']").is_visible()
    page.fill("[name='a:workers[1]/months']", "14")
    page.click(".q-go")
    assert "请填0到12" in poor.text().replace(" ", "")
    page.fill("[name='a:workers[1]/months']", "11")
    page.click(".q-go")
    assert "已填到最后" in poor.text()


def test_paper_has_its_branches_in_words(person, questionnaire):
    office = person("office")
    office.open(questionnaire)
    office.check()
    office.press("打印")
    assert "若选“是”，跳到第4题" in office.text()
    assert "本问卷由县农业农村局为改进村级便民服务开展" in office.text()
    office.page.set_viewport_size(PHONE)
    assert office.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_wrong_stands_below_the_form(person, questionnaire, tmp_path):
    form = tmp_path / "wrong.xlsx"
    form.write_bytes(content([["type", "name", "label"], ["geopoint", "a", "在哪里"]]))
    liaison = person("liaison", **PHONE)
    liaison.open(f"{questionnaire}upload/")
    liaison.page.set_input_files("input[name=workbook]", form)
    liaison.save()
    assert "A2" in liaison.text()
    liaison.check()
