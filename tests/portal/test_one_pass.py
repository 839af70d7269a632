"""One pass finds every problem: correcting exactly the listed cells is enough."""

import random

import pytest

from tests.sheets import bring, problems, workbook

KINDS = {
    "organs": (
        ["单位名称", "单位类型", "上级单位", "所在区划", "办公电话", "排序号", "启用日期"],
        ["县{n}局", "政府机关", "", "云岭县", "0739-1234567", "5", "2020.1.1"],
    ),
    "units": (
        ["名称", "类型", "管理单位", "办公电话", "户数", "启用日期"],
        ["新村{n}", "农村", "石桥镇党委", "0739-1234567", "120", "2020.1.1"],
    ),
    "cadres": (
        ["姓名", "单位", "性别", "出生年月", "政治面貌", "参加工作时间", "公开电话", "专长"],
        ["林{n}", "县水利局", "男", "1990.06", "群众", "2012.7", "0739-1234567", ""],
    ),
    "accounts": (
        ["用户名", "姓名", "单位", "在干部名册中"],
        ["user{n}", "林{n}", "县水利局", "否"],
    ),
    "visits": (
        ["走访日期", "走访干部", "走访村（社区）、组", "走访方式", "了解情况", "户数"],
        ["2026.3.5", "王建国", "石桥镇柳湾村", "入户", "第{n}次走访", "4"],
    ),
    "matters": (
        [
            "登记日期",
            "村（社区）",
            "事项类别",
            "反映问题或诉求",
            "登记干部",
            "承办单位",
            "交办日期",
        ],
        ["2026.3.5", "石桥镇柳湾村", "基础设施", "第{n}件事", "王建国", "县水利局", "2026.3.6"],
    ),
    "areas": (
        ["干部姓名", "联系村（社区）", "联系方式", "片（组）", "起始日期"],
        ["赵敏", "石桥镇柳湾村", "包片", "{n}组", "2026.1.1"],
    ),
}
WRONG = "这里写错了＃"


def _row(cells, number):
    names = "一二三四五六七八九"
    return [cell.format(n=names[number] if "林" in cell else number) for cell in cells]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", KINDS)
def test_who_corrects_the_listed_cells_is_done(people, kind, seed):
    headings, cells = KINDS[kind]
    by = people.system if kind == "accounts" else people.office
    good = [_row(cells, number) for number in range(5)]
    draw, rows = random.Random(f"{kind}{seed}"), [list(row) for row in good]
    # Columns that distinguish the rows accept any text, so they are not spoiled.
    places = [place for place, cell in enumerate(cells) if "{n}" not in cell]
    for _fault in range(6):
        rows[draw.randrange(len(rows))][draw.choice(places)] = WRONG
    first = bring(kind, workbook(headings, *rows), by)

    for one in first.problems.exclude(column=""):
        place = ord(one.column) - ord("A")
        rows[one.row - 2][place] = good[one.row - 2][place]
    second = bring(kind, workbook(headings, *rows), by, name="二.xlsx")

    assert problems(second) == []
    assert not first.problems.filter(column="").exists()
