"""What a check reports about a workbook's rows: every problem, its place, and what to do."""

import re

import pytest
from django.urls import reverse

from outreach.models import Matter
from portal import imports
from portal.imports import actions
from portal.kinds import KINDS
from portal.models import GrassrootsUnit
from portal.trust import private
from tests.people import fresh, unit
from tests.sheets import accepted, bring, problems, workbook, worked

HEAD = ["登记日期", "村（社区）", "事项类别", "反映问题或诉求", "承办单位", "台账编号"]


def line(n=1, **changes):
    row = dict(
        zip(
            HEAD,
            ["2026.3.5", "石桥镇柳湾村", "基础设施", f"第{n}件事", "县水利局", f"旧{n}"],
            strict=True,
        )
    )
    return [(row | changes)[heading] for heading in HEAD]


def reasons(batch):
    return {cell: reason for cell, _value, reason in problems(batch)}


def labels_of(kind):
    table = imports.REGISTRY["matters"].column("category").choices()
    labels = {code: label for label, code in table.items()}
    return [labels[code] for code in KINDS[kind].categories]


# --- Categories of the kind of unit -------------------------------------------------------------


def test_a_village_is_offered_the_categories_of_villages(people, client):
    batch = bring("matters", workbook(HEAD, line(事项类别="农田灌溉")), people.office)

    said = reasons(batch)["C2"]
    offered = said.removesuffix("。").partition("：")[2].split("、")
    assert offered == labels_of("rural")
    assert "技术改造" not in said
    client.force_login(people.office)
    shown = client.get(reverse("import_values", args=[batch.pk])).context["form"]
    assert [code for code, _label in shown["v0"].field.choices if code not in {"", "-"}] == list(
        KINDS["rural"].categories
    )


def test_an_enterprise_is_offered_its_own_and_a_village_is_refused_them(people):
    unit("云岭水泥厂", people.town_organ, people.town, kind="soe")
    works = {"村（社区）": "石桥镇 云岭水泥厂"}
    own, foreign = labels_of("soe")[0], labels_of("rural")[0]
    rows = [
        line(1, **works, 事项类别="车间的事"),
        line(2, **works, 事项类别=own),
        line(3, **works, 事项类别=foreign),
        line(4, 事项类别=own),
    ]
    batch = bring("matters", workbook(HEAD, *rows), people.office)

    found = reasons(batch)
    assert set(found) == {"C2", "C4", "C5"}
    assert "、".join(labels_of("soe")) in found["C2"]
    assert f"“{foreign}”" in found["C4"] and own in found["C4"].partition("：")[2]
    assert "、".join(labels_of("rural")) in found["C5"]
    # The form offers the choices of all these places together.
    (asked,) = batch.asked
    assert set(asked["codes"]) == {*KINDS["rural"].categories, *KINDS["soe"].categories}


def test_what_was_said_before_is_offered_with_the_same_choices(people, client):
    first = bring("matters", workbook(HEAD, line(事项类别="农田灌溉")), people.office)
    client.force_login(people.office)
    client.post(reverse("import_values", args=[first.pk]), {"v0": "01"})
    first = worked(type(first).objects.get(pk=first.pk))

    shown = client.get(reverse("import_values", args=[first.pk])).context["form"]
    codes = [code for code, _label in shown["v0"].field.choices if code not in {"", "-"}]
    assert codes == list(KINDS["rural"].categories)
    assert shown["v0"].value() == "01"


# --- Names that are not found -------------------------------------------------------------------


def test_a_name_that_is_not_found_says_of_what_and_what_is_like_it(people):
    rows = [line(1, 承办单位="水利"), line(2, 承办单位="外星局"), line(3, **{"村（社区）": "柳湾"})]
    found = reasons(bring("matters", workbook(HEAD, *rows), people.office))

    assert found["E2"] == (
        "没有名为“水利”的单位。相近的有：县水利局、石桥镇水利站。请写全称，或在“写法”一步中选定。"
    )
    assert found["E3"] == (
        "没有名为“外星局”的单位。请在工作簿中更正，或在“写法”一步中写明指的是哪一个。"
    )
    assert found["B4"].startswith("没有名为“柳湾”的基层单位。相近的有：石桥镇 柳湾村。")


@pytest.mark.parametrize(
    ("kind", "headings", "row", "says"),
    [
        ("organs", ["单位名称", "单位类型", "所在区划"], ["县某局", "政府机关", "火星"], "区划"),
        (
            "organs",
            ["单位名称", "单位类型", "所在区划"],
            ["县某局", "政府机关", "999999999999"],
            "区划",
        ),
        ("cadres", ["姓名", "单位"], ["林一", "县卫健局"], "单位"),
    ],
)
def test_no_sentence_ends_before_it_has_said_of_what(people, kind, headings, row, says):
    batch = bring(kind, workbook(headings, row), people.office)

    (reason,) = reasons(batch).values()
    assert says in reason and not re.search("”的。|的记录。", reason)


# --- Doubles with another problem ---------------------------------------------------------------


def test_a_double_with_another_problem_is_told_both_at_once(people):
    rows = [
        line(1),
        line(1, 承办单位="外星局"),
        line(2, 承办单位="外星局"),
        line(2, 承办单位="外星局"),
    ]
    batch = bring("matters", workbook(HEAD, *rows), people.office)

    found = [(one.row, one.column) for one in batch.problems.order_by("row", "column")]
    assert found == [(3, "E"), (3, "F"), (4, "E"), (5, "E"), (5, "F")]
    assert reasons(batch)["F5"] == "与第4行重复。"
    assert batch.good_count == 1


def test_rows_that_are_the_same_word_for_word_are_doubles_even_if_nothing_of_them_is_known(people):
    wrong = line(1, **{"村（社区）": "火星村"}, 登记日期="某天")
    batch = bring("matters", workbook(HEAD, line(2), wrong, wrong), people.office)

    assert ("4", "与第3行重复。") in [
        (str(one.row), one.reason) for one in batch.problems.filter(column="")
    ]


def test_what_stands_in_the_ledger_already_is_said_beside_another_problem(people):
    accepted(bring("matters", workbook(HEAD, line(1)), people.office))
    again = bring(
        "matters", workbook(HEAD, line(1, 承办单位="外星局")), people.office, name="二.xlsx"
    )

    assert {"E2", "F2"} == set(reasons(again))
    assert Matter.objects.count() == 1


def test_a_visit_that_is_doubled_and_wrong_is_told_both(people):
    head = ["走访日期", "走访干部", "走访村（社区）、组", "走访方式", "了解情况", "户数"]
    row = ["2026.3.5", "王建国", "石桥镇柳湾村", "入户", "看了灌渠。", "4"]
    batch = bring("visits", workbook(head, row, [*row[:5], "许多"]), people.office)

    assert [(one.row, one.column) for one in batch.problems.order_by("row", "column")] == [
        (3, ""),
        (3, "F"),
    ]


@pytest.mark.parametrize(
    ("kind", "head", "row", "wrong"),
    [
        ("units", ["名称", "类型", "管理单位", "户数"], ["新村", "农村", "石桥镇党委", "9"], "九"),
        (
            "cadres",
            ["姓名", "单位", "出生年月", "公开电话"],
            ["林一", "县水利局", "1990.06", ""],
            "无",
        ),
        (
            "organs",
            ["单位名称", "单位类型", "所在区划", "排序号"],
            ["县某局", "政府机关", "云岭县", "5"],
            "五",
        ),
    ],
)
def test_a_row_of_a_register_that_is_doubled_and_wrong_is_told_both(people, kind, head, row, wrong):
    for rows in ([row, [*row[:-1], wrong]], [[*row[:-1], wrong], row]):
        batch = bring(kind, workbook(head, *rows), people.office, name=f"{rows[0][-1]}.xlsx")
        found = {(one.row, one.column) for one in batch.problems.all()}
        assert (3, "A") in found and {n for n, column in found if column == "D"} <= {2, 3}
        assert len(found) == 2


# --- Illness and belief -------------------------------------------------------------------------


def test_an_illness_in_a_text_is_pointed_out_and_taken_over(people, client):
    rows = [
        line(1, 反映问题或诉求="孩子患白血病，想转学。"),
        line(2, 反映问题或诉求="养猪户疫病防控。"),
    ]
    batch = bring("matters", workbook(HEAD, *rows), people.office)
    client.force_login(fresh(people.office))
    page = client.get(batch.get_absolute_url()).content.decode()

    assert batch.good_count == 2
    assert "文字里有病情或信仰，请看一眼：患白血病" in page
    assert page.count("文字里有病情") == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("走访困难学生家庭，孩子患白血病，宗教信仰基督教。", ["患白血病", "宗教信仰", "基督教"]),
        ("老伴肺癌晚期，常年透析。", ["肺癌", "透析"]),
        ("了解养猪户疫病防控。", []),
        ("开展两癌筛查和高血压预防讲座。", []),
        ("村民看病难，卫生室缺医生。", []),
        ("小麦患赤霉病，请农技站看看。", []),
        ("大病保险报销比例怎么算。", []),
        ("", []),
    ],
)
def test_what_speaks_of_an_illness_or_a_belief(text, found):
    assert private.phrases(text) == found


# --- The language of the check ------------------------------------------------------------------


def test_problems_in_another_language_say_so_and_can_be_checked_again(people, client):
    batch = bring("matters", workbook(HEAD, line(承办单位="外星局")), people.office)
    client.force_login(people.office)
    own = client.get(batch.get_absolute_url())
    assert own.context["checked_in"] == ""

    people.office.language = "en"
    people.office.save(update_fields=["language"])
    page = client.get(batch.get_absolute_url())
    assert page.context["checked_in"] == "Chinese"
    assert "written in Chinese" in page.content.decode()

    client.post(reverse("update_known", args=[batch.pk]), {"updates": "no"})
    batch = worked(type(batch).objects.get(pk=batch.pk))
    assert reasons(batch)["E2"].startswith("No organ is called “外星局”.")
    assert client.get(batch.get_absolute_url()).context["checked_in"] == ""
    assert not batch.updates and not GrassrootsUnit.objects.filter(name="外星局").exists()


# --- The preview shows what will stand ----------------------------------------------------------


def test_the_preview_shows_no_content_of_what_is_left_to_petitions(people, client):
    rows = [
        line(1, 事项类别="信访", 反映问题或诉求="反映征地补偿，已上访。", 承办单位="")
        + ["转信访", "2026.3.9"],
        line(2, 反映问题或诉求="李大爷电话100-0000-1234，渠道漏水。") + ["", ""],
    ]
    head = [*HEAD, "办理结果", "办结日期"]
    batch = bring("matters", workbook(head, *rows), people.office)
    client.force_login(people.office)
    page = client.get(batch.get_absolute_url()).content.decode()

    assert batch.good_count == 2
    assert "已引导至信访" in page and "征地" not in page
    assert "100-0000-1234" not in page and "渠道漏水" in page
    # On a phone each value has its heading.
    assert page.count('data-label="反映问题或诉求"') == 2


def test_the_preview_shows_companions_the_part_of_a_village_and_the_post(people):
    head = ["走访日期", "走访干部", "走访村（社区）、组", "走访方式", "了解情况"]
    row = ["2026.3.5", "王建国、赵敏", "石桥镇柳湾村三组", "入户", "看了灌渠。"]
    batch = bring("visits", workbook(head, row), people.office)
    ((_sheet, _number, shown),) = actions.preview_of(batch)["rows"]
    assert (shown["author"], shown["place"]) == ("王建国、赵敏", "柳湾村 三组")

    roster = workbook(["姓名", "单位"], ["林一", "县水利局科员"])
    batch = bring("cadres", roster, people.office)
    ((_sheet, _number, shown),) = actions.preview_of(batch)["rows"]
    assert shown["organ"] == "县水利局 科员"


def test_somebody_of_the_same_name_elsewhere_is_pointed_out(people, client):
    roster = workbook(["姓名", "单位", "性别"], ["王建国", "县水利局", "男"])
    batch = bring("cadres", roster, people.office)
    client.force_login(people.office)

    assert batch.good_count == 1
    assert "县农业农村局有同名干部" in client.get(batch.get_absolute_url()).content.decode()


def test_a_weak_likeness_is_offered_and_not_filled_in(people, client):
    rows = [line(1, 承办单位="水利局"), line(2, 承办单位="县水务局")]
    batch = bring("matters", workbook(HEAD, *rows), people.office)
    client.force_login(people.office)
    form = client.get(reverse("import_values", args=[batch.pk])).context["form"]
    filled = {one["said"]: field.value() for one, field in form.lines()}

    assert filled == {"水利局": "县水利局", "县水务局": ""}
    assert {one["said"]: one["offered"] for one in batch.asked}["县水务局"][0] == "县水利局"


def test_a_word_is_asked_once_however_it_is_spaced(people, client):
    rows = [line(1, 事项类别="农田灌溉"), line(2, 事项类别="农 田 灌 溉")]
    batch = bring("matters", workbook(HEAD, *rows), people.office)
    client.force_login(people.office)
    client.post(reverse("import_values", args=[batch.pk]), {"v0": "01"})
    batch = worked(type(batch).objects.get(pk=batch.pk))

    assert [(one["rows"], one["means"]) for one in batch.asked] == [(2, "01")]
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "已按留存的对应读取1个写法" in page


def test_the_list_names_the_import_by_its_file(people, client):
    batch = accepted(bring("matters", workbook(HEAD, line()), people.office, name="旧台账.xlsx"))
    client.force_login(people.office)
    page = client.get(reverse("outreach:matters"), {"batch": batch.pk, "tab": "all"})

    assert "旧台账.xlsx" in page.content.decode()
    # Not even the name of somebody else's import is shown.
    client.force_login(people.host)
    page = client.get(reverse("outreach:matters"), {"batch": batch.pk, "tab": "all"})
    assert "旧台账" not in page.content.decode() and not page.context["page"].rows
