"""What of a hotline ticket is stored at all: each row alone, without a database."""

import pytest

from neighbours import screening

TICKET = {
    "number_said": "202606120001234563",
    "handled_by": "石桥镇",
    "unit": "柳湾村",
    "place": "三组东支渠",
    "category": "农田水利",
    "nature": "求助",
    "summary": "灌溉渠道淤堵。去年洪水后一直没有清。",
    "destination": "石桥镇人民政府",
    "said": "未回访",
}


@pytest.mark.parametrize(
    "row",
    [
        {"destination": "县信访局"},
        {"destination": "县委信访办"},
        {"destination": "信访工作联席会议办公室"},
        {"destination": "县纪检监察组"},
        {"destination": "县纪委监委"},
        {"destination": "县监察委员会"},
        {"destination": "县公安局"},
        {"destination": "石桥派出所"},
        {"destination": "县人民法院"},
        {"destination": "县检察院"},
        {"destination": "县劳动人事争议仲裁院"},
        {"destination": "县行政复议局"},
        {"destination": "", "handled_by": "县公安局交警大队"},
        {"nature": "举报"},
        {"nature": "检举"},
        {"nature": "控告"},
        {"nature": "信访"},
        {"nature": "申诉"},
        {"summary": "反映涉法涉诉问题"},
        {"summary": "信访件催办"},
        {"summary": "检举村干部"},
        {"summary": "控告某单位"},
        {"summary": "举报某负责人违纪"},
        {"summary": "举报工作人员索贿"},
        {"summary": "举报吃拿卡要"},
        {"category": "检举控告"},
        {"statutory": "是"},
    ],
)
def test_of_a_channel_by_law_number_and_destination_are_all_that_is_kept(row):
    kept = screening.screened(TICKET | row, {"内容": "村民的详细说明"})

    assert set(kept) == {"number_said", "destination", "statutory"}
    assert kept["statutory"] == "是"
    assert kept["number_said"] == TICKET["number_said"]


def test_a_text_that_nobody_asked_for_is_read_too():
    kept = screening.screened(TICKET, {"诉求内容": "另外检举有人贪污。"})

    assert kept["statutory"] == "是"


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"nature": "投诉举报"},
        {"nature": "投诉"},
        {"summary": "举报小区违规搭建"},
        {"summary": "询问公安户籍窗口的上班时间"},
        {"destination": "县水利局"},
        {"destination": "县司法局法律援助中心"},
        {"statutory": "否"},
    ],
)
def test_other_tickets_are_kept_without_callers(row):
    kept = screening.screened(TICKET | row, {"来电人": "李大山"})

    assert "statutory" not in kept
    assert kept["unit"] == "柳湾村"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("灌溉渠道淤堵。去年洪水后没有清", "灌溉渠道淤堵"),
        ("  路灯不亮！晚上看不见", "路灯不亮"),
        ("联系13912345678协商赔偿", "联系139****5678协商赔偿"),
        ("联系 139 1234 5678", "联系 "),
        ("电话８７６５４３２１", "电话***"),
        ("座机0739-1234567", "座机"),
        ("一三九一二三四五六七八", "***"),
        ("身份证11010519491231002X", "身份证"),
        ("李大山要求清淤", "×××要求清淤"),
        ("李大爷家门口积水", "×××家门口积水"),
        ("3栋2单元501室漏水", "3栋2单元××室漏水"),
        ("2026-06-12停电", "2026-06-12停电"),
        ("2024-2026年补贴未发", "2024-2026年补贴未发"),
        ("", ""),
        ("。。", ""),
        ("渠" * 90, "渠" * 60),
    ],
)
def test_of_a_text_one_sentence_is_kept_without_people_and_numbers(text, said):
    kept = screening.screened(TICKET | {"summary": text}, {"来电人": "李大山先生"})

    assert kept["summary"].startswith(said)
    assert not any(c in kept["summary"] for c in ("12345678", "李大", "501", "1949"))
    assert len(kept["summary"]) <= 60


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("202606120001234563", "202606120001234563"),
        ("GD-2026-71", "GD-2026-71"),
        ("２０２６０６１２０００１", "202606120001"),
        ("13912345678", "*" * 11),
        ("11010519491231002X", "*" * 18),
    ],
)
def test_a_number_of_a_person_is_no_number_of_a_ticket(number, kept):
    assert screening.screened(TICKET | {"number_said": number}, {})["number_said"] == kept


@pytest.mark.parametrize("name", ["place", "category", "destination", "handled_by", "said"])
def test_every_text_is_cleaned(name):
    kept = screening.screened(
        TICKET | {name: "李大山 13912345678 李大爷"}, {"诉求人姓名": "李大山"}
    )

    assert "李大" not in kept[name]
    assert "1234" not in kept[name]
