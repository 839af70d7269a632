"""Workbooks as offices have them: each is imported as it is, in one upload, with the necessary
questions."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from outreach.models import Matter, MatterContact, MatterStep, Visit
from portal import imports
from portal.imports import actions as actions
from portal.imports import files
from portal.models import (
    AuditEntry,
    Cadre,
    GrassrootsUnit,
    ImportBatch,
    ImportChange,
    ImportValue,
    Organ,
)
from portal.trust import privacy
from tests.people import account, unit
from tests.sheets import accepted, bring, on_disk, problems, saved, undone, workbook, worked

State = ImportBatch.State
FOLDER = Path(__file__).parent / "workbooks"


def theirs(kind, name, by):
    return bring(kind, (FOLDER / name).read_bytes(), by, name=name)


def say(batch, client, **answers):
    """Answer the form of values: {value in the workbook: its meaning}."""
    sent = {f"v{n}": answers.get(one["said"], "") for n, one in enumerate(batch.asked)}
    client.force_login(batch.owner)
    reply = client.post(reverse("import_values", args=[batch.pk]), sent)
    assert reply.status_code == 302, reply.context["form"].errors
    return worked(ImportBatch.objects.get(pk=batch.pk))


@pytest.fixture
def places(people):
    people.upper = unit("上坪村", people.town_organ, people.town)
    people.corner = unit("牛角湾村", people.town_organ, people.town)
    return people


# --- The five ---------------------------------------------------------------------------------


WORDS_OF_THE_LEDGER = {
    "农田水利": "01",
    "医疗卫生": "06",
    "邻里纠纷": "12",
    "卫健局": "县水利局",
    "民政局": "县水利局",
    "石桥镇政府": "石桥镇党委",
    "司法所": "石桥镇水利站",
    "县交通局": "县交通运输局",
    "冯丽": "王建国",
    "柳湾": "柳湾村",
    "上坪村": "石桥镇 上坪村",
}


def test_the_ledger_of_half_a_year(places, client):
    batch = theirs("matters", "ledger-half-year.xlsx", places.office)

    assert (batch.state, batch.total_count) == (State.CHECKED, 8)
    assert [(one["name"], one["why"]) for one in batch.sheets] == [
        ("民情台账", ""),
        ("Sheet2", "空表"),
        ("填表说明", "无表头"),
    ]
    # One pass finds everything that is wrong or only has another name.
    found = problems(batch)
    row = {value for cell, value, _why in found if cell.endswith("10")}
    assert row == {"2026/6/31", "不在册的人", "移动公司"}
    asked = {one["said"] for one in batch.asked}
    assert {"农田水利", "邻里纠纷", "卫健局", "民政局", "柳湾"} <= asked
    # Known without asking.
    assert not asked & {"√", "已办结", "非常满意", "道路", "低保", "信访"}
    near = {one["said"]: one["offered"] for one in batch.asked}
    assert near["柳湾"] == ["石桥镇 柳湾村"]
    assert near["县交通局"] == ["县交通运输局"]

    batch = say(batch, client, **WORDS_OF_THE_LEDGER)

    assert {cell for cell, _value, _why in problems(batch)} == {"B10", "H10", "I10"}
    assert batch.good_count == 7
    assert ("B9", "登记时间", "按2026年读", "read") in actions.told_of(batch)
    accepted(batch)
    matters = {one.category: one for one in Matter.objects.filter(closed_on=None)}
    assert set(matters) == {"06"}
    assert {one.due_on for one in Matter.objects.exclude(closed_on=None)} == {None}
    days = set(Matter.objects.values_list("registered_on", flat=True))
    assert {date(2026, 6, 7), date(2026, 6, 9), date(2026, 6, 5)} <= days
    assert set(Matter.objects.values_list("unit__name", flat=True)) == {
        "柳湾村",
        "上坪村",
        "牛角湾村",
    }


def test_what_belongs_to_petitions_comes_without_content(places, client):
    batch = theirs("matters", "ledger-half-year.xlsx", places.office)
    accepted(say(batch, client, **WORDS_OF_THE_LEDGER))

    matter = Matter.objects.get(closure="referred")
    assert (matter.title, matter.request_text, matter.lead_organ) == ("已引导至信访", "", None)
    texts = [*Matter.objects.values_list("title", "request_text", "result_text", "search")]
    texts += [*MatterStep.objects.values_list("text", "facts")]
    assert "征地" not in str(texts) and "上访" not in str(texts)


def test_numbers_beside_a_name_are_not_stored(places, client):
    batch = theirs("matters", "ledger-half-year.xlsx", places.office)
    accepted(say(batch, client, **WORDS_OF_THE_LEDGER))

    stored = str([*Matter.objects.values()]) + str([*MatterStep.objects.values("text", "facts")])
    assert "510101100" not in stored
    assert "100-0000-1234" not in stored
    dispute = Matter.objects.get(category="12")
    assert dispute.raiser_display == "孙某某"
    with privacy.opened(matter=dispute.pk):
        assert not MatterContact.objects.filter(matter=dispute).exists()


def test_one_sheet_a_month_is_all_the_sheets(people):
    batch = theirs("matters", "ledger-one-sheet-a-month.xlsx", people.office)

    assert [(one["name"], one["rows"]) for one in batch.sheets] == [
        ("4月", 3),
        ("5月", 3),
        ("6月", 3),
    ]
    assert (batch.total_count, batch.good_count) == (9, 9)
    accepted(batch)
    assert Matter.objects.count() == 9
    assert MatterStep.objects.filter(move="register", facts__sheet="5月").count() == 3


def test_of_the_sheets_one_may_be_left_out(people, client):
    batch = theirs("matters", "ledger-one-sheet-a-month.xlsx", people.office)
    client.force_login(people.office)

    client.post(reverse("import_sheets", args=[batch.pk]), {"sheets": ["0", "2"]})
    batch = worked(ImportBatch.objects.get(pk=batch.pk))

    assert [(one["name"], one["why"]) for one in batch.sheets] == [
        ("4月", ""),
        ("5月", "您未选择"),
        ("6月", ""),
    ]
    assert batch.good_count == 6
    accepted(batch)
    assert not Matter.objects.filter(title__startswith="5月").exists()


def test_the_register_of_visits_with_headings_in_two_rows(places):
    batch = theirs("visits", "visits-two-level-header.xlsx", places.office)

    assert (batch.state, batch.total_count, batch.good_count) == (State.CHECKED, 5, 4)
    assert [(cell, value) for cell, value, _why in problems(batch)] == [
        ("B9", "2027.6.20"),
        ("F9", "不存在村"),
    ]
    assert ("B6", "走访时间", "按2026年读", "read") in actions.told_of(batch)
    accepted(batch)
    second = Visit.objects.get(visited_on=date(2026, 6, 12))
    assert (second.author, [*second.companions.all()]) == (places.cadre, [places.cadre2])
    assert (second.companion_count, second.household_count, second.group) == (1, 3, "五组")
    third = Visit.objects.get(visited_on=date(2026, 6, 15))
    assert (third.unit, third.mode) == (places.upper, "meeting")
    assert undone(batch).state == State.UNDONE
    assert not Visit.objects.exists()


@pytest.fixture
def organs(people):
    for name in ("县教育局", "县卫生健康局", "县文旅局"):
        Organ.objects.create(
            name=name, kind="government", started_on=date(2020, 1, 1), division=people.county
        ).place_under_parent()
    for organ in Organ.objects.filter(path=""):
        organ.place_under_parent()
        organ.save()
    return people


def test_a_roster_with_somebody_who_is_on_the_list(organs, client):
    Cadre.objects.filter(pk=organs.cadre.pk).update(birth_month="1990-01")
    batch = theirs("cadres", "roster-with-known-people.xlsx", organs.office)

    assert batch.total_count == 4
    found = {(cell, value) for cell, value, _why in problems(batch)}
    # It asks for January or October; of 县卫健局科员, only the organ is asked about.
    assert found == {("E4", "1988.1"), ("H5", "县卫健局科员")}
    assert [(one["said"], one["offered"]) for one in batch.asked] == [
        ("县卫健局", ["县卫生健康局"])
    ]
    assert batch.known_count == 1
    batch = say(batch, client, 县卫健局="县卫生健康局")
    assert {cell for cell, _value, _why in problems(batch)} == {"E4"}
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "身份证号码" in page and "也不保存" in page
    assert "510101100" not in page
    ((_sheet, row, record, changes),) = actions.preview_of(batch)["changed"]
    assert (row, "王建国" in record, changes["参加工作时间"]) == (6, True, ["", "2007-07"])

    accepted(batch)

    assert Cadre.objects.filter(name="王建国").count() == 1
    assert Cadre.objects.get(name="王建国").work_started == ""
    new = Cadre.objects.get(name="陶金花")
    assert (new.organ.name, new.post, new.work_started) == ("县卫生健康局", "科员", "2013-07")


def test_known_people_are_corrected_when_asked_and_put_back_by_undoing(organs, client):
    Cadre.objects.filter(pk=organs.cadre.pk).update(birth_month="1985-03", post="主任科员")
    batch = theirs("cadres", "roster-with-known-people.xlsx", organs.office)
    client.force_login(organs.office)
    client.post(reverse("update_known", args=[batch.pk]), {"updates": "yes"})
    batch = worked(ImportBatch.objects.get(pk=batch.pk))
    assert (batch.updates, batch.known_count) == (True, 0)

    accepted(batch)

    cadre = Cadre.objects.get(pk=organs.cadre.pk)
    # Cells left empty change nothing.
    assert (cadre.work_started, cadre.post) == ("2007-07", "主任科员")
    assert ImportChange.objects.get().before["work_started"] == ""
    assert AuditEntry.objects.filter(event="cadre.changed", noun_id=cadre.pk).exists()
    batch.refresh_from_db()
    undone(batch)
    cadre.refresh_from_db()
    assert (cadre.work_started, batch.state) == ("", State.ACCEPTED)
    batch.refresh_from_db()
    assert batch.state == State.UNDONE


def test_units_of_the_old_format(places, client):
    batch = theirs("units", "units-old-format.xls", places.office)

    assert actions.original_of(batch).suffix == ".xls"
    found = {(cell, value) for cell, value, _why in problems(batch)}
    assert ("D7", "县国资委") in found
    assert not any(cell.startswith("C") for cell, _value in found)
    assert load_workbook(actions.report_of(batch)).sheetnames[0] == "待更正"

    batch = say(batch, client, 石桥镇="石桥镇党委", 县国资委="县水利局")
    known = [record for _s, _row, record, _c in actions.preview_of(batch)["changed"]]
    assert known == ["柳湾村"]
    accepted(batch)

    made = dict(GrassrootsUnit.objects.values_list("name", "kind"))
    assert made["石桥镇老年协会"] == "social"
    assert GrassrootsUnit.objects.filter(name="柳湾村").count() == 1


# --- Others -------------------------------------------------------------------------------------


HEAD = ["登记日期", "村（社区）", "事项类别", "反映问题或诉求"]


def line(n=1, **changes):
    row = (
        dict(zip(HEAD, ["2026.3.5", "石桥镇柳湾村", "基础设施", f"第{n}件事"], strict=True))
        | changes
    )
    return [row[heading] for heading in HEAD]


def book(*sheets):
    """A workbook of (name, rows) or (name, rows, state)."""
    made = Workbook()
    made.remove(made.active)
    for name, rows, *state in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if state:
            sheet.sheet_state = state[0]
    return made


def of(content, by, kind="matters", name="台账.xlsx"):
    return bring(kind, content, by, name=name)


def test_forty_sheets_one_empty_two_of_one_heading(people):
    sheets = [(f"{n}号", [[f"第{n}页"], HEAD, line(n)]) for n in range(39)]
    sheets.insert(7, ("空", []))

    batch = of(saved(book(*sheets)), people.office)

    assert (len(batch.sheets), batch.good_count) == (40, 39)
    assert [one["name"] for one in batch.sheets if one["why"]] == ["空"]


def test_two_columns_of_one_heading_take_the_first(people):
    content = workbook([*HEAD, "备注", "备注"], [*line(), "甲", "乙"])

    batch = of(content, people.office)

    assert batch.mapping["remark"] == 4
    assert batch.good_count == 1


def test_the_same_row_on_two_sheets_is_said_with_its_sheet(people):
    content = saved(book(("3月", [HEAD, line()]), ("4月", [HEAD, line()])))

    batch = of(content, people.office)

    one = batch.problems.get()
    assert (one.sheet, one.row, one.reason) == ("4月", 2, "与工作表“3月”第2行重复。")


def test_hidden_sheets_and_sheets_of_other_lists_are_told_and_not_taken(people):
    content = saved(
        book(
            ("台账", [HEAD, line()]),
            ("旧", [HEAD, line(2)], "hidden"),
            ("统计", [["村（社区）", "件数", "满意度"], ["柳湾村", 3, "98%"]]),
            ("参数", [["甲", "乙"], ["丙", "丁"]]),
        )
    )

    batch = of(content, people.office)

    assert [one["why"] for one in batch.sheets] == ["", "隐藏", "表头不同", "表头不同"]
    assert batch.good_count == 1


def test_too_many_sheets_are_refused(people, monkeypatch):
    monkeypatch.setattr(files, "MOST_SHEETS", 2)
    content = saved(book(*((f"{n}", [HEAD, line(n)]) for n in range(3))))

    batch = of(content, people.office)

    assert (batch.state, "超过2张" in batch.error) == (State.REFUSED, True)


@pytest.mark.parametrize("above", [0, 1, 5])
def test_headings_in_any_of_the_first_rows(people, above):
    content = workbook(*[[f"说明{n}"] for n in range(above)], HEAD, line())

    assert of(content, people.office).good_count == 1


def test_headings_in_three_rows(people):
    made = book(
        (
            "表",
            [
                ["云岭县民情台账"],
                ["登记日期", "群众反映", None, None],
                [None, "地点", "内容", None],
                [None, "村（社区）", "事项类别", "反映问题或诉求"],
                line(),
            ],
        )
    )
    sheet = made.active
    for merged in ("A1:D1", "A2:A4", "B2:D2", "C3:D3"):
        sheet.merge_cells(merged)

    batch = of(saved(made), people.office)

    assert (batch.header_row, batch.good_count) == (4, 1)
    assert batch.headings == HEAD


def test_headings_said_again_and_sums_between_are_no_rows(people):
    rows = [HEAD, line(1), ["本页小计", "", "", 1], HEAD, line(2), ["合 计：", "", "", 2]]
    rows += [["填表人：张三", "", "审核人：李四"]]

    batch = of(workbook(*rows), people.office)

    assert (batch.total_count, batch.good_count) == (2, 2)


def test_of_two_tables_in_a_sheet_the_first_is_read(people, client):
    rows = [["一、已办结"], HEAD, line(1), ["二、未办结"], HEAD, line(2)]
    rows += [["三、联系人"], ["姓名", "电话", "职务"], ["王五", "1", "主任"]]

    batch = of(workbook(*rows), people.office)

    assert (batch.total_count, batch.good_count, batch.sheets[0]["ends"]) == (2, 2, 8)
    client.force_login(people.office)
    assert "第8行起是另一张表" in client.get(batch.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "day",
    [
        "2026年3月5日（星期四）",
        "2026.3.5 周四",
        "'2026-03-05",
        "２０２６年３月５日",
        "2026-03-05T09:30",
        "2026年3月5号",
    ],
)
def test_days_as_people_write_them(people, day):
    accepted(of(workbook(HEAD, line(登记日期=day)), people.office))

    assert Matter.objects.get().registered_on == date(2026, 3, 5)


def test_a_day_without_a_year_needs_one_from_somewhere(people):
    alone = of(workbook(HEAD, line(登记日期="3月5日")), people.office)
    assert [cell for cell, _v, why in problems(alone) if "年份" in why] == ["A2"]

    after = workbook(HEAD, line(1, 登记日期="2025.12.30"), line(2, 登记日期="12月31日"))
    batch = of(after, people.office, name="二.xlsx")
    assert batch.good_count == 2
    accepted(batch)
    assert Matter.objects.filter(registered_on=date(2025, 12, 31)).exists()


def test_a_formula_without_its_result_matters_only_where_it_is_read(people):
    made = book(("表", [["序号", *HEAD], ["=ROW()-1", *line(1)], ["=ROW()-1", *line(2)]]))
    made.active["E3"] = '="第"&"2件"'

    batch = of(saved(made), people.office)

    ((cell, _value, why),) = problems(batch)
    assert (cell, "E3" in why, batch.good_count) == ("E3", True, 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_lists_as_text(people, encoding, sign):
    rows = ["民情台账", sign.join(HEAD), sign.join(line(1)), sign.join(line(2))]

    batch = of("\r\n".join(rows).encode(encoding), people.office, name="台账.csv")

    assert (batch.state, batch.good_count) == (State.CHECKED, 2)
    accepted(batch)


def test_the_marked_workbook_of_a_list_as_text(people):
    rows = [",".join(HEAD), ",".join(line(1)), ",".join(line(2, 登记日期="昨天"))]
    batch = of("\n".join(rows).encode(), people.office, name="台账.csv")

    marked = load_workbook(actions.report_of(batch))["待更正"]

    assert [cell.value for cell in marked[2]][0] == "昨天"
    assert marked["A2"].comment is not None


def test_an_old_workbook_with_a_password_or_far_cells_is_refused(tmp_path, monkeypatch):
    content = (FOLDER / "units-old-format.xls").read_bytes()
    monkeypatch.setattr(files, "MOST_OLD_CELLS", 10)
    with pytest.raises(files.WorkbookProblem, match="MB"):
        files.judge_any(on_disk(tmp_path, content))
    monkeypatch.undo()
    # Turn the record after the start of the globals into a password record.
    at = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    locked = content[: at + 20] + b"\x2f\x00" + content[at + 22 :]
    with pytest.raises(files.WorkbookProblem, match="密码"):
        files.judge_any(on_disk(tmp_path, locked))
    with pytest.raises(files.WorkbookProblem):
        files.judge_any(on_disk(tmp_path, content[:700]))


# --- Words ----------------------------------------------------------------------------------------


def test_a_word_is_asked_once_for_an_office_and_for_no_other(people, client):
    content = workbook(HEAD, line(事项类别="农田水利"))
    batch = of(content, people.office)
    assert (batch.good_count, [one["said"] for one in batch.asked]) == (0, ["农田水利"])
    batch = say(batch, client, 农田水利="01")
    assert batch.good_count == 1
    assert ImportValue.objects.get().organ == people.office.organ

    again = of(workbook(HEAD, line(2, 事项类别="农 田 水 利")), people.office, name="二.xlsx")
    assert again.good_count == 1
    assert [one["means"] for one in again.asked] == ["01"]

    other = account("n2", "林源", people.water, "office", place=people.county)
    assert of(content, other, name="三.xlsx").good_count == 0


def test_what_was_checked_is_what_is_taken_over(people, client):
    batch = of(workbook(HEAD, line(事项类别="农田水利")), people.office)
    batch = say(batch, client, 农田水利="01")
    ImportValue.objects.update(means="02")

    accepted(batch)

    assert Matter.objects.get().category == "01"


def test_a_word_that_contradicts_itself_is_refused(people):
    batch = of(workbook(HEAD, line(事项类别="农田水利")), people.office)
    told = {"batch": batch, "by": people.office, "at": timezone.now()}

    with pytest.raises(ValidationError, match="两个含义"):
        actions.set_values(
            meanings={("category", "农田水利"): "01", ("category", "农田 水利"): "02"}, **told
        )
    with pytest.raises(ValidationError, match="含义不变"):
        actions.set_values(meanings={("category", "其他"): "01"}, **told)
    assert not ImportValue.objects.exists()


def test_words_about_persons_are_never_asked_or_stored(people):
    content = workbook([*HEAD, "联系电话"], [*line(事项类别="玄学"), "老地方问"])
    batch = of(content, people.office)

    assert [one["column"] for one in batch.asked] == ["category"]
    actions.set_values(
        batch=batch,
        meanings={("phone", "老地方问"): "1"},
        by=people.office,
        at=timezone.now(),
    )
    assert not ImportValue.objects.exists()


def test_several_names_are_each_asked_and_joined(people, client):
    head = ["走访日期", "走访干部", "走访村（社区）、组", "走访方式", "了解情况"]
    row = ["2026.3.5", "王建国、小赵", "石桥镇柳湾村", "入户", "看了春耕"]
    batch = of(workbook(head, row), people.office, kind="visits")
    assert [one["said"] for one in batch.asked] == ["小赵"]

    accepted(say(batch, client, 小赵="赵敏"))

    assert [*Visit.objects.get().companions.all()] == [people.cadre2]


# --- Headings ---------------------------------------------------------------------------------


def test_their_columns_stand_from_left_to_right_with_samples(people, client):
    content = workbook(
        ["何时", "何地", "哪类", "何事", "联系电话", "身份证号码"],
        [*line(), "139-1234-5678", "110105194912310021"],
    )
    batch = of(content, people.office)
    assert batch.state == State.UNMAPPED
    client.force_login(people.office)

    page = client.get(reverse("match_headings", args=[batch.pk]))

    text = page.content.decode()
    places = text.index("何时"), text.index("何地"), text.index("哪类"), text.index("何事")
    assert list(places) == sorted(places)
    assert "石桥镇柳湾村" in text
    assert "139-1234" not in text and "1101051949" not in text
    assert "c0_5" not in page.context["form"].fields
    sent = {"c0_0": "registered_on", "c0_1": "unit", "c0_2": "category", "c0_3": "text"}
    client.post(reverse("match_headings", args=[batch.pk]), sent)
    assert worked(ImportBatch.objects.get(pk=batch.pk)).good_count == 1


def test_nobody_matches_the_column_of_id_numbers(people, client):
    batch = of(workbook([*HEAD, "身份证号码"], [*line(), "1"]), people.office)
    told = {"batch": batch, "by": people.office, "at": timezone.now()}

    with pytest.raises(ValidationError, match="不导入"):
        actions.match_headings(mappings={batch.fingerprint: {**batch.mapping, "remark": 4}}, **told)


# --- Undoing -----------------------------------------------------------------------------------


def test_untouched_rows_go_and_touched_ones_are_listed(people):
    batch = accepted(of(workbook(HEAD, line(1), line(2), line(3)), people.office))
    first = Matter.objects.order_by("pk").first()
    people.move(first, "take_up", people.host)

    batch = undone(batch)

    assert batch.state == State.ACCEPTED
    assert [*Matter.objects.values_list("pk", flat=True)] == batch.record_ids == [first.pk]
    assert [url for _label, url, _why in batch.obstacles] == [first.get_absolute_url()]


def test_an_organ_above_one_that_stays_stays_too(people):
    content = workbook(
        ["单位名称", "单位类型", "上级单位", "所在区划"],
        ["县林业局", "政府机关", "", "云岭县"],
        ["林业站", "站所、内设机构", "县林业局", ""],
        ["县粮食局", "政府机关", "", "云岭县"],
    )
    batch = accepted(of(content, people.office, kind="organs"))
    Cadre.objects.create(name="林青", organ=Organ.objects.get(name="林业站"))

    batch = undone(batch)

    assert not Organ.objects.filter(name="县粮食局").exists()
    assert Organ.objects.filter(name__in=["县林业局", "林业站"]).count() == 2
    assert batch.state == State.ACCEPTED


def test_the_list_shows_exactly_these_rows(people, client):
    accepted(of(workbook(HEAD, line(7)), people.office))
    batch = accepted(of(workbook(HEAD, line(1), line(2)), people.office, name="二.xlsx"))
    client.force_login(people.office)

    page = client.get(reverse("outreach:matters"), {"batch": batch.pk, "tab": "all"})

    assert {one.title for one in page.context["page"]} == {"第1件事", "第2件事"}
    client.force_login(people.host)
    page = client.get(reverse("outreach:matters"), {"batch": batch.pk, "tab": "all"})
    assert len(page.context["page"]) == 0


def test_a_person_of_another_organ_is_refused_by_name(people):
    Cadre.objects.filter(pk=people.cadre.pk).update(birth_month="1985-03")
    content = workbook(["姓名", "单位", "出生年月"], ["王建国", "县水利局", "1985.03"])

    batch = of(content, people.office, kind="cadres")

    ((cell, _value, why),) = problems(batch)
    assert cell == "B2"
    assert "县农业农村局" in why


def test_two_of_one_name_on_the_list_are_not_guessed_at(people):
    Cadre.objects.create(name="王建国", organ=people.agriculture, post="司机")
    content = workbook(["姓名", "单位"], ["王建国", "县农业农村局"])

    batch = of(content, people.office, kind="cadres")

    ((_cell, _value, why),) = problems(batch)
    assert "司机" in why
    assert imports.REGISTRY["cadres"].title == "干部名册"


def test_the_reason_is_not_typed_again(people, client):
    batch = of(workbook(HEAD, line(登记日期="昨天")), people.office)
    client.force_login(people.office)

    page = client.get(reverse("new_import", args=["matters"]), {"after": batch.pk})

    assert "接管原台账" in page.content.decode()


def test_rows_of_a_register_are_listed_by_themselves(people, client):
    content = workbook(["单位名称", "单位类型", "所在区划"], ["县林业局", "政府机关", "云岭县"])
    batch = accepted(of(content, people.office, kind="organs"))
    client.force_login(people.office)

    page = client.get(reverse("import_rows", args=[batch.pk]))

    assert [one.name for one in page.context["page"]] == ["县林业局"]


def test_a_file_is_what_it_holds_whatever_it_is_called(places):
    content = (FOLDER / "units-old-format.xls").read_bytes()

    batch = of(content, places.office, kind="units", name="单位.xlsx")

    assert (actions.original_of(batch).suffix, batch.total_count) == (".xls", 5)
