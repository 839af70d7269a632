"""What somebody types finds: several words, places, numbers; and never more than they may see."""

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
    """Small tables are read through, large ones are looked up: both find the same."""
    if request.param == "by the index":
        monkeypatch.setattr(search, "READ_THROUGH", -1)


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
    # In reach alone: the township's host knows nothing of the other one.
    assert numbers("host", "柳湾村 路灯") == [lamp]
    assert numbers("host", "青山乡 秧田") == numbers("neighbour_host", "柳湾村 路灯") == []
