"""What a search finds: several words, places, numbers; and never more than the user may see."""

import re
from html import unescape

import pytest
from django.urls import reverse

from outreach.models import Matter, MatterNumber, Visit
from portal.pages import search
from portal.pages.search import Typed
from tests.people import unit

DARK = "柳湾小学门口路灯不亮"


@pytest.fixture
def lamp(people):
    return people.matter(title=DARK, request_text="晚上八点以后全黑，老人不敢出门。")


@pytest.fixture
def canal(people):
    return people.matter(by=people.neighbour_cadre, place=people.other_village)


@pytest.fixture(params=["read through", "by the index"])
def either_way(request, monkeypatch):
    """Small tables are scanned, large ones use the index: both find the same."""
    if request.param == "by the index":
        monkeypatch.setattr(search, "SCAN_UP_TO", -1)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("路灯 不亮", ["路灯", "不亮"]),
        ("柳湾村，路灯、不亮；", ["柳湾村", "路灯", "不亮"]),
        ("《关于路灯的通知》", ["关于路灯的通知"]),
        ("“路灯” （不亮）", ["路灯", "不亮"]),
        ("云组通〔2026〕15号", ["云组通〔2026〕15号"]),
        ("路灯 亮 3", ["路灯", "3"]),
        ("亮", ["亮"]),
        ("路灯 路灯", ["路灯"]),
        (
            "甲一 乙二 丙三 丁四 戊五 己六 庚七 辛八",
            ["甲一", "乙二", "丙三", "丁四", "戊五", "己六"],
        ),
        (" 　", []),
        ("“”()[]", []),
    ],
)
def test_what_is_typed_is_read_as_words(typed, words):
    assert Typed(typed).words == words


@pytest.mark.parametrize(
    "text",
    [
        "路灯不亮",
        "路灯 不亮",
        "不亮 路灯",
        "路灯、不亮",
        "“路灯” （不亮）",
        "柳湾村 路灯",
        "路灯　柳湾",
        "石桥镇 路灯",
        "云岭县 不敢出门 路灯",
        "lwc 路灯",
        "柳湾村",
    ],
)
def test_several_words_stand_in_any_order_in_texts_and_place(lamp, canal, either_way, text):
    assert list(Matter.objects.containing(text)) == [lamp]


@pytest.mark.parametrize(
    "text", ["路灯 淤堵", "上坪村 路灯", "望江县 路灯", "青山乡 路灯", "柳湾村 没有这个", "“” ()"]
)
def test_each_of_the_words_must_be_there(lamp, canal, either_way, text):
    assert not Matter.objects.containing(text).exists()


def test_a_number_or_its_end_finds_the_matter(lamp, canal, either_way):
    Matter.objects.filter(pk=lamp.pk).update(number=899)
    MatterNumber.objects.update(last=899)
    year = lamp.number_year

    for text in ("0899", "899", f"MQ{year}-0899", f"mq{year}-899", f"{year}-0899", "MQ0899"):
        assert list(Matter.objects.containing(text)) == [lamp], text
    for text in ("0898", "99", f"MQ{year - 1}-0899", "MQ99999999", "9" * 60):
        assert list(Matter.objects.containing(text)) == [], text
    assert list(Matter.objects.containing("柳湾村 0899")) == [lamp]
    assert list(Matter.objects.containing("上坪村 0899")) == []


def test_a_workshop_is_found_by_its_enterprise(people, either_way):
    works = unit("云岭水泥有限公司", people.town_organ, people.village_place, "soe")
    shop = unit("一车间", people.town_organ, people.village_place, "soe", works)
    visit = people.visit(place=shop)

    assert list(Visit.objects.containing("云岭水泥")) == [visit]
    assert not Visit.objects.containing("二车间").exists()


def test_a_word_that_begins_very_many_places_names_none(people, lamp, monkeypatch):
    monkeypatch.setattr(search, "MOST_PLACES", 1)
    unit("柳湾村二队", people.town_organ, people.village_place)

    assert not Matter.objects.containing("柳湾村").exists()
    assert list(Matter.objects.containing("柳湾")) == [lamp]


@pytest.mark.parametrize(
    "text", ["黄奶奶", "黄奶奶 断水", "黄 奶奶", "断水 黄奶奶", "断水，黄 奶奶"]
)
def test_nobody_is_found_by_surname_and_form_of_address(people, either_way, text):
    people.matter(title="黄奶奶家断水")

    assert not Matter.objects.containing(text).exists()
    assert Matter.objects.containing("断水").exists()


@pytest.mark.parametrize("text", ["%_", "_", "\\", "%", "'", "a'b", "&|!", "水" * 200, "x" * 200])
def test_odd_texts_find_nothing_and_break_nothing(people, lamp, either_way, text):
    assert not Matter.objects.containing(text).exists()


def test_the_keyword_of_the_ledger_is_the_same_search(client, people, lamp, canal):
    def numbers(who, text):
        client.force_login(getattr(people, who))
        page = client.get(reverse("outreach:matters"), {"tab": "all", "q": text})
        return [one for one in (lamp, canal) if one.title in page.content.decode()]

    assert numbers("office", "柳湾村 路灯") == numbers("office", "不亮 柳湾") == [lamp]
    assert numbers("office", "青山乡 秧田") == [canal]
    # Only within reach: the township's host finds nothing of the other township.
    assert numbers("host", "柳湾村 路灯") == [lamp]
    assert numbers("host", "青山乡 秧田") == numbers("neighbour_host", "柳湾村 路灯") == []


# --- The command bar ---------------------------------------------------------------------


def found(client, who, text, name="search"):
    """{title of a group: [(label, address)]} on the page, with offers and “all” as lines."""
    client.force_login(who)
    page = client.get(reverse(name), {"q": text}).content.decode()
    groups = {}
    for part in re.split(r'<section class="card found">', page)[1:]:
        title = re.search(r"<h2>([^<]+)", part)[1].strip()
        links = re.findall(r'<a[^>]* href="([^"]+)"[^>]*>([^<]+)</a>', part.split("</section>")[0])
        groups[title] = {unescape(label): unescape(url) for url, label in links}
    return groups


@pytest.mark.parametrize(
    ("text", "page", "name"),
    [
        ("年度结转", "年度结转", "outreach:year_closings"),
        ("导入", "数据导入", "imports"),
        ("mqtz", "民情台账", "outreach:matters"),
        ("民情 台账", "民情台账", "outreach:matters"),
        ("修改密码", "修改密码", "account_change_password"),
    ],
)
def test_pages_are_found_by_name_and_initials(client, people, text, page, name):
    assert found(client, people.office, text)["页面"][page] == reverse(name)


def test_pages_that_somebody_may_not_open_are_not_found(client, people):
    assert "审计" not in found(client, people.author, "审计").get("页面", {})
    assert found(client, people.auditor, "审计")["页面"]["审计"] == reverse("audit")


def test_what_may_be_started_is_offered_to_who_may(client, people):
    label = "登记事项"

    assert found(client, people.office, "登记事项")["可以做"][label] == reverse(
        "outreach:new_matter"
    )
    assert "可以做" not in found(client, people.auditor, "登记事项")


def test_a_place_comes_with_its_matters_and_a_visit(client, people, lamp, canal):
    groups = found(client, people.author, "柳湾村 路灯")
    unit_page = reverse("unit", args=[people.village.pk])

    assert groups["基层单位"] == {
        "柳湾村": unit_page,
        "该处事项1件": f"{reverse('outreach:matters')}?tab=all&unit={people.village.pk}",
        "记民情": f"{reverse('outreach:new_visit')}?unit={people.village.pk}",
    }
    assert f"{lamp.number_label} {lamp.title}" in groups["民情台账"]
    listed = client.get(groups["基层单位"]["该处事项1件"]).content.decode()
    assert lamp.title in listed and canal.title not in listed


def test_a_number_leads_to_the_matter_and_to_the_next_moves(client, people, lamp):
    text = f"{lamp.number:04d}" if lamp.number > 99 else lamp.number_label
    lines = found(client, people.host, text)["民情台账"]

    assert lines[f"{lamp.number_label} {lamp.title}"] == lamp.get_absolute_url()
    assert reverse("outreach:act", args=[lamp.pk, "take_up"]) in lines.values()
    assert not any(
        "/act/" in url for url in found(client, people.supervisor, text)["民情台账"].values()
    )


def test_the_number_stands_before_texts_that_name_it(client, people, lamp):
    Matter.objects.filter(pk=lamp.pk).update(number=512)
    MatterNumber.objects.update(last=512)
    later = [people.matter(title=f"第{n}次反映512号桥") for n in range(3)]

    lines = list(found(client, people.office, "512")["民情台账"].values())

    assert lines[0] == lamp.get_absolute_url()
    assert {*lines[-3:]} == {one.get_absolute_url() for one in later}


def test_all_leads_to_the_list_of_the_same_rows(client, people):
    for n in range(12):
        people.matter(title=f"第{n}盏路灯不亮")

    url = found(client, people.office, "路灯 柳湾")["民情台账"]["全部12条"]

    assert client.get(url).context["total"] == 12
    client.force_login(people.office)
    part = client.get(reverse("command"), {"q": "路灯 柳湾"}).content.decode()
    assert part.count('role="option"') >= 6 and "全部12条" in part and "<html" not in part


def test_people_are_found_with_their_organ(client, people):
    lines = found(client, people.office, "王建国 农业农村局")["干部"]

    assert lines == {"王建国": people.cadre.get_absolute_url()}


def test_nothing_outside_of_the_reach_is_found(client, people, lamp, canal):
    for who in (people.neighbour_host, people.neighbour_office, people.neighbour_handler):
        groups = found(client, who, "柳湾村 路灯")
        assert "民情台账" not in groups and "民情日记" not in groups
        assert not any("该处事项" in label for label in groups.get("基层单位", {}))
        assert "民情台账" not in found(client, who, lamp.number_label)
    for who in (people.system, people.security, people.auditor, people.recipient):
        assert not {"民情台账", "基层单位", "干部"} & {*found(client, who, "柳湾村")}


def test_what_is_sealed_or_withheld_is_not_found(client, people):
    people.matter(title="低保评议不公开", raiser_name="欧阳某", confidentiality="organisation")

    for text in ("欧阳某", "欧阳", "黄奶奶"):
        assert "民情台账" not in found(client, people.office, text)


@pytest.mark.parametrize("name", ["search", "command"])
@pytest.mark.parametrize(
    "text", ["灯", "", "  ", "水" * 200, "“”()[]", "%_", "\\", "'", "²-²", "甲 " * 30, "9" * 60]
)
def test_odd_words_find_nothing_and_say_why(client, people, lamp, name, text):
    client.force_login(people.office)

    page = client.get(reverse(name), {"q": text})

    said = page.content.decode()
    assert page.status_code == 200 and lamp.title not in said
    assert ("只按前60个字" in said) == (len(text.strip()) > 60)


def test_the_bar_asks_few_statements(client, people, lamp, django_assert_max_num_queries):
    client.force_login(people.office)
    client.get(reverse("command"), {"q": "柳湾村 路灯"})

    with django_assert_max_num_queries(90):
        client.get(reverse("command"), {"q": "柳湾村 路灯"})
