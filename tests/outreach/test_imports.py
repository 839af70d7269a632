"""Imports of an office's outreach: the old ledger, the register of visits, contact areas."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from outreach.actions import visits as visit_actions
from outreach.models import (
    ContactArea,
    Matter,
    MatterAssignment,
    MatterContact,
    MatterStep,
    Visit,
    VisitNote,
)
from portal import imports, parameters
from portal.days import workdays
from portal.imports import actions as actions
from portal.imports.marking import LIST
from portal.imports.workbook import CHUNK
from portal.models import AuditEntry, ImportBatch, ImportMapping, PolicyParameter
from portal.sheets import figures, ledgers
from portal.trust import privacy
from tests.day import TODAY
from tests.people import unit
from tests.sheets import accepted, bring, on_disk, problems, undone, workbook

State = ImportBatch.State
LEDGER = [
    "台账编号",
    "登记日期",
    "所在乡镇（街道）",
    "村（社区）",
    "反映人",
    "事项类别",
    "反映问题或诉求",
    "承办单位",
    "办理进展",
    "办理结果",
    "办结日期",
    "群众评价",
    "是否销号",
    "联系电话",
]


def entry(**changes):
    """A row of an old ledger, closed and satisfied unless changed."""
    row = {
        "台账编号": "2024-001",
        "登记日期": "2024.3.5",
        "所在乡镇（街道）": "石桥镇",
        "村（社区）": "柳湾村 三组",
        "反映人": "李大山",
        "事项类别": "基础设施",
        "反映问题或诉求": "东支渠淤堵。约80亩秧田缺水。",
        "承办单位": "县水利局",
        "办理进展": "清淤三百米",
        "办理结果": "已解决",
        "办结日期": "2024年4月1日",
        "群众评价": "满意",
        "是否销号": "是",
        "联系电话": "13912345678",
    } | changes
    return [row[heading] for heading in LEDGER]


OPEN = {"办结日期": "", "群众评价": "", "是否销号": "否", "办理结果": ""}


def ledger(*rows):
    return workbook(["云岭县民情台账"], LEDGER, *rows)


def whole():
    """Whether the stored figures agree with the records."""
    return set(figures.rebuild(check=True).values()) == {0}


# --- 民情台账 --------------------------------------------------------------------------------


def test_a_closed_matter_keeps_its_old_number_its_word_and_its_course(people):
    batch = accepted(bring("matters", ledger(entry()), people.office))

    matter = Matter.objects.get()
    assert (matter.old_number, matter.number_label) == ("2024-001", "MQ2024-0001")
    assert (matter.status, matter.closure, matter.word) == ("closed", "satisfied", "satisfied")
    assert (matter.closed_on, matter.registered_on) == (date(2024, 4, 1), date(2024, 3, 5))
    assert (matter.title, matter.request_text) == ("东支渠淤堵", "约80亩秧田缺水。")
    assert (matter.unit, matter.group, matter.township) == (people.village, "三组", people.town)
    assert (matter.raiser_display, matter.lead_organ) == ("李××", people.water)
    assert (matter.resolution, matter.result_text) == ("solved", "清淤三百米")
    steps = list(matter.steps.order_by("at", "pk"))
    assert [step.move for step in steps] == ["register", "assign", "report", "close"]
    assert "补录：接管原台账；依据：组通〔2026〕5号；原台账编号：2024-001" in steps[0].text
    assert steps[0].facts == {"import": batch.pk, "row": 3, "day": "2024-03-05"}
    assert steps[-1].by == people.office
    assert whole()


def test_of_a_closed_matter_no_contact_is_kept(people):
    accepted(bring("matters", ledger(entry()), people.office))

    with privacy.opened(matter=Matter.objects.get().pk):
        assert not MatterContact.objects.exists()


def test_an_open_matter_waits_for_the_signature_of_its_lead_organ(people):
    accepted(bring("matters", ledger(entry(**OPEN)), people.office))

    matter = Matter.objects.get()
    assert (matter.status, matter.stage, matter.assigned_by_desk) == ("assigned", "waiting", True)
    assert matter in Matter.objects.waiting_for(people.handler)
    moved = people.move(matter, "sign", people.handler, officer="刘洋")
    assert moved.status == "in_progress"
    with privacy.opened(matter=matter.pk):
        assert MatterContact.objects.get().phone_cipher


def test_a_working_deadline_goes_by_the_norm_of_the_day_of_the_import(people):
    PolicyParameter.objects.create(
        code="matter.sla.normal", value="12", basis="试行", valid_from=TODAY
    )
    parameters.forget()
    accepted(bring("matters", ledger(entry(**OPEN)), people.office))

    matter = Matter.objects.get()
    assert parameters.number("matter.sla.normal", on=matter.registered_on) != 12
    assert matter.due_on == workdays.add_working_days(TODAY, 12)


def test_an_open_matter_of_the_host_is_taken_up_and_one_of_nobody_is_registered(people):
    content = ledger(
        entry(**OPEN, 承办单位="石桥镇水利站"), entry(**OPEN, 台账编号="2", 承办单位="")
    )
    accepted(bring("matters", content, people.office))

    own, nobodys = Matter.objects.order_by("number")
    assert (own.status, own.assigned_by_desk) == ("in_progress", False)
    assert (nobodys.status, nobodys.lead_organ) == ("registered", None)
    assert MatterAssignment.objects.get().signed_by is None
    assert nobodys.due_on > TODAY


@pytest.mark.parametrize(
    ("changes", "closure", "word"),
    [
        ({"群众评价": "基本满意"}, "satisfied", "basically"),
        ({"群众评价": "未评价"}, "unrated", ""),
        ({"群众评价": ""}, "unrated", ""),
        ({"群众评价": "不满意", "是否销号": "否"}, "unsatisfied", "unsatisfied"),
        ({"办理结果": "转有关渠道（信访）"}, "referred", ""),
        ({"群众评价": "联系不上"}, "unrated", "unreachable"),
    ],
)
def test_how_a_matter_closed_follows_from_what_the_ledger_says(people, changes, closure, word):
    accepted(bring("matters", ledger(entry(**changes)), people.office))

    matter = Matter.objects.get()
    assert (matter.closure, matter.word) == (closure, word)


def test_what_was_referred_to_a_statutory_channel_is_not_stored(people):
    changes = {"办理结果": "转有关渠道（信访）", "群众评价": ""}
    accepted(bring("matters", ledger(entry(**changes)), people.office))

    matter = Matter.objects.get()
    assert (matter.title, matter.request_text, matter.result_text) == ("已引导至信访", "", "")
    assert "淤" not in "".join(MatterStep.objects.values_list("text", flat=True))


def _referred(number, **changes):
    """An old ledger with the number of the channel, which few have."""
    row = entry(**{"办理结果": "转有关渠道（12345 热线）", "群众评价": ""} | changes)
    return workbook([*LEDGER, "转办单号"], [*row, number])


def test_what_was_referred_keeps_the_number_and_the_day(people):
    accepted(bring("matters", _referred("GD2024-71"), people.office))

    matter = Matter.objects.get()
    assert (matter.referred_to, matter.referred_number) == ("12345 热线", "GD2024-71")
    assert matter.referred_on == matter.closed_on


@pytest.mark.parametrize(
    ("number", "changes"), [("13912345678", {}), ("GD2024-71", {"办理结果": "已解决"})]
)
def test_a_number_of_a_person_or_of_no_channel_is_said_at_its_cell(people, number, changes):
    batch = bring("matters", _referred(number, **changes), people.office)

    ((cell, value, _why),) = problems(batch)
    assert (cell, value == "13912345678") == ("O2", False)


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"群众评价": "不满意"}, "M3"),
        ({"办结日期": ""}, "K3"),
        ({"办结日期": "2023.1.1"}, "K3"),
        ({"登记日期": "2099-01-01"}, "B3"),
        ({"登记日期": "三月"}, "B3"),
        ({"村（社区）": "无此村"}, "D3"),
        ({"事项类别": "玄学"}, "F3"),
        ({"承办单位": "无此局"}, "H3"),
        ({"办理结果": "再说"}, "J3"),
        ({"办理结果": "并入第12号"}, "J3"),
        ({"反映问题或诉求": ""}, "G3"),
    ],
)
def test_what_contradicts_itself_or_is_unknown_is_said_at_its_cell(people, changes, cell):
    batch = bring("matters", ledger(entry(**changes)), people.office)

    assert [found for found, _value, _why in problems(batch)] == [cell]


def test_rows_that_contradict_each_other(people):
    content = ledger(
        entry(), entry(), entry(群众评价="未评价"), entry(登记日期="2025.3.5", 办结日期="2025.4.1")
    )

    batch = bring("matters", content, people.office)

    (_c, _v, same), (_c2, _v2, other) = problems(batch)
    assert ("重复" in same, "不一致" in other) == (True, True)
    assert batch.good_count == 2


def test_a_phone_never_stands_among_the_problems(people):
    batch = bring("matters", ledger(entry(联系电话="老地方问")), people.office)

    ((cell, value, _why),) = problems(batch)
    assert (cell, value) == ("N3", "")


def test_numbers_of_persons_in_the_text_are_masked(people):
    text = "李某来电13912345678，身份证11010519491231002X。渠道淤堵。"
    accepted(bring("matters", ledger(entry(反映问题或诉求=text)), people.office))

    matter = Matter.objects.get()
    stored = matter.title + matter.request_text
    assert "13912345678" not in stored
    assert "11010519491231002X" not in stored


def test_an_old_number_is_found_and_shown(people, client):
    accepted(bring("matters", ledger(entry()), people.office))
    client.force_login(people.office)

    found = client.get(reverse("search"), {"q": "2024-001"}).content.decode()
    listed = client.get(reverse("outreach:matters"), {"tab": "all"}).content.decode()
    page = client.get(Matter.objects.get().get_absolute_url()).content.decode()

    assert "东支渠淤堵" in found
    assert "原编号 2024-001" in listed
    assert "接管原台账" in page


def test_the_same_number_does_not_come_in_twice(people):
    accepted(bring("matters", ledger(entry()), people.office))

    batch = bring("matters", ledger(entry(), entry(台账编号="2024-002")), people.office)

    assert [cell for cell, _value, _why in problems(batch)] == ["A3"]


def test_our_own_sheet_is_read_without_matching_its_headings(people, tmp_path):
    people.awaiting_word()
    people.in_progress()
    people.matter(outcome="on_the_spot", result_text="当场教会。", resolution="solved")
    path = tmp_path / "台账.xlsx"
    ledgers.write(
        ledgers.REGISTRY["matters"],
        user=people.office,
        filters={"tab": "all"},
        target=path,
        at=timezone.now(),
    )
    known = bring("matters", path.read_bytes(), people.office)
    assert (known.state, known.total_count, known.good_count) == (State.CHECKED, 3, 0)
    assert {"台账中" in why for _cell, _value, why in problems(known)} == {True}

    # An installation that does not know these numbers.
    book = load_workbook(path)
    for row in range(4, 7):
        cell = book.active.cell(row, 2)
        cell.value = f"旧{cell.value}"
    book.save(path)
    batch = bring("matters", path.read_bytes(), people.office)
    assert problems(batch) == []
    accepted(batch)
    assert Matter.objects.filter(batch=batch).count() == 3


def test_numbers_go_on_where_the_year_stands(people):
    people.matter()
    year = timezone.localdate().year
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    accepted(bring("matters", ledger(entry(登记日期=day, **OPEN)), people.office))

    people.matter()

    numbers = Matter.objects.filter(number_year=year).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == [1, 2, 3]


def test_the_old_ledger_is_undone_while_nobody_worked_on_it(people):
    batch = accepted(bring("matters", ledger(entry(**OPEN), entry(台账编号="2")), people.office))

    assert undone(batch).state == State.UNDONE
    assert not Matter.objects.exists()
    assert not MatterStep.objects.exists()
    assert whole()


def test_a_matter_that_was_signed_for_stands_in_the_way(people):
    batch = accepted(bring("matters", ledger(entry(**OPEN)), people.office))
    matter = Matter.objects.get()
    people.move(matter, "sign", people.handler, officer="刘洋")

    batch = undone(batch)

    assert batch.state == State.ACCEPTED
    assert batch.obstacles[0][1] == matter.get_absolute_url()
    assert Matter.objects.exists()


def test_a_place_outside_ones_reach_is_refused(people):
    unit("远山村", people.town_organ, people.other_county)
    content = ledger(
        entry(), entry(**{"台账编号": "9", "村（社区）": "远山村", "所在乡镇（街道）": ""})
    )

    batch = bring("matters", content, people.neighbour_host)

    assert [cell for cell, _value, _why in problems(batch)] == ["D4"]


def test_a_closed_matter_keeps_the_organ_of_its_time(people):
    people.water.ended_on = date(2025, 1, 1)
    people.water.save()
    content = ledger(entry(), entry(**OPEN | {"台账编号": "9"}))

    batch = bring("matters", content, people.office)

    assert [cell for cell, _value, _why in problems(batch)] == ["H4"]
    accepted(batch)
    assert Matter.objects.get().lead_organ == people.water


# --- 走访登记表 -----------------------------------------------------------------------------

VISITS = [
    "序号",
    "走访日期",
    "走访干部",
    "单位及职务",
    "走访村（社区）、组",
    "走访户数",
    "走访方式",
    "了解情况",
    "反映问题（件）",
    "备注",
]


def visit_row(n=1, **changes):
    row = {
        "序号": n,
        "走访日期": "2025.3.5",
        "走访干部": "王　建国",
        "单位及职务": "县农业农村局 主任科员",
        "走访村（社区）、组": "石桥镇 柳湾村 三组",
        "走访户数": 4,
        "走访方式": "入户",
        "了解情况": f"走了四户，春耕备耕情况第{n}次。",
        "反映问题（件）": 2,
        "备注": "",
    } | changes
    return [row[heading] for heading in VISITS]


def visits(*rows):
    return workbook(VISITS, *rows)


def test_visits_come_in_as_entered_later(people, client):
    batch = accepted(bring("visits", visits(visit_row()), people.office))

    visit = Visit.objects.get()
    assert (visit.author, visit.typed_by, visit.organ) == (
        people.cadre,
        people.office,
        people.agriculture,
    )
    assert (visit.unit, visit.group, visit.household_count) == (people.village, "三组", 4)
    assert (visit.visited_on, visit.mode, visit.county) == (date(2025, 3, 5), "home", people.county)
    assert visit in Visit.objects.visible_to(people.author)
    assert Visit.objects.containing("春耕备耕").count() == 1
    assert visit.batch == batch
    assert whole()
    client.force_login(people.author)
    assert "接管原台账" in client.get(visit.get_absolute_url()).content.decode()


def test_places_are_found_as_they_are_written(people):
    unit("柳湾村", people.other_town_organ, people.other_place)
    places = ["石桥镇 柳湾村", "石桥镇柳湾村三组", "石桥镇、柳湾村、三组", "上坪村", "柳湾村"]
    rows = [visit_row(n, **{"走访村（社区）、组": place}) for n, place in enumerate(places)]

    batch = bring("visits", visits(*rows), people.office)

    ((cell, value, why),) = problems(batch)
    assert (cell, value) == ("E6", "柳湾村")
    assert "石桥镇" in why


def test_a_mode_of_works_is_for_places_with_workshops(people):
    unit("机械厂", people.town_organ, people.village_place, kind="soe")
    works = {"走访村（社区）、组": "石桥镇 机械厂"}
    rows = [
        visit_row(1, 走访方式="跟班"),
        visit_row(2, 走访方式="班组座谈"),
        visit_row(3, 走访方式="跟班劳动", 走访户数="", **works),
        visit_row(4, 走访方式="班组座谈会", 走访户数="", **works),
    ]

    batch = bring("visits", visits(*rows), people.office)

    found = problems(batch)
    assert [(cell, value) for cell, value, _why in found] == [("G2", "跟班"), ("G3", "班组座谈")]
    assert {why for _cell, _value, why in found} == {"仅适用于设有车间、班组的单位。"}
    accepted(batch)
    assert set(Visit.objects.values_list("unit__name", "mode")) == {
        ("机械厂", "shift"),
        ("机械厂", "team"),
    }


def test_a_cadre_of_another_organ_is_not_the_liaisons(people):
    rows = [visit_row(1), visit_row(2, 走访干部="冯远", 单位及职务="县交通运输局")]

    batch = bring("visits", visits(*rows), people.liaison)

    assert [cell for cell, _value, _why in problems(batch)] == ["C3"]


def test_the_same_visit_twice_in_the_sheet_or_in_the_diary(people):
    accepted(bring("visits", visits(visit_row(1)), people.office))

    batch = bring("visits", visits(visit_row(1), visit_row(2), visit_row(2)), people.office)

    assert [(cell, "第3行" in why) for cell, _value, why in problems(batch)] == [
        ("2", False),
        ("4", True),
    ]


def test_formulas_in_the_text_stay_text(people):
    text = '=HYPERLINK("http://x")\\N\t{"a"}'
    accepted(bring("visits", visits(visit_row(了解情况=text)), people.office))

    assert Visit.objects.get().summary == text


@pytest.mark.parametrize(
    ("row_count", "chunk"), [(300, 200), pytest.param(3_000, CHUNK, marks=pytest.mark.long)]
)
def test_many_rows_with_some_errors(committed_people, client, monkeypatch, row_count, chunk):
    # Committed, since the job's heartbeat renews the lease on a connection of its own.
    people, good = committed_people, row_count - 30
    monkeypatch.setattr("portal.imports.workbook.CHUNK", chunk)
    rows = [visit_row(n) for n in range(row_count)]
    for n in range(0, row_count, row_count // 30):
        rows[n] = visit_row(n, 走访日期="昨天", 走访方式="飞过去")
    batch = bring("visits", visits(*rows), people.office)

    assert (batch.good_count, batch.bad_count, batch.problem_count) == (good, 30, 60)
    book = load_workbook(actions.report_of(batch))
    assert book["Sheet1"]["B2"].comment is not None
    assert book[LIST].max_row == 2 + 60

    batch = accepted(batch)
    assert (Visit.objects.count(), batch.job.manifest["written"]) == (good, good)
    assert whole()
    client.force_login(people.office)
    assert f"已导入{good}行" in client.get(batch.get_absolute_url()).content.decode()


def test_visits_are_undone_as_one(people):
    batch = accepted(bring("visits", visits(visit_row(1), visit_row(2)), people.office))

    assert undone(batch).state == State.UNDONE
    assert not Visit.objects.exists()
    assert whole()
    assert AuditEntry.objects.filter(event="import.undone").count() == 1


def test_an_addition_or_a_private_reflection_stands_in_the_way(people):
    batch = accepted(bring("visits", visits(visit_row(1), visit_row(2)), people.office))
    first, second = Visit.objects.order_by("pk")
    visit_actions.write_reflection(visit=second, owner=people.author, text="心里话")

    batch = undone(batch)
    assert batch.state == State.ACCEPTED
    assert len(batch.obstacles) == 1
    assert "心里话" not in str(batch.obstacles)

    visit_actions.write_reflection(visit=second, owner=people.author, text="")
    visit_actions.add_note(visit=first, by=people.author, text="补充", at=timezone.now())
    batch = undone(batch)
    assert {url for _label, url, _why in batch.obstacles} == {first.get_absolute_url()}
    assert VisitNote.objects.exists()


def test_an_author_goes_on_with_an_imported_visit(people):
    accepted(bring("visits", visits(visit_row()), people.office))

    visit = visit_actions.correct_visit(
        visit=Visit.objects.get(), by=people.author, at=timezone.now(), summary="改过的记录"
    )

    assert visit.summary == "改过的记录"


def test_matters_and_visits_from_the_command(people, tmp_path, capsys):
    path = on_disk(tmp_path, visits(visit_row(1), visit_row(2)))
    call_command("import_sheet", "visits", str(path), by="office", reason="接管2025年登记表")

    assert "2 of 2 rows" in capsys.readouterr().out
    assert ImportBatch.objects.get().reason == "接管2025年登记表"
    assert Visit.objects.count() == 2


# --- Contact areas ---------------------------------------------------------------------------


def test_contact_areas(people):
    content = workbook(
        ["干部姓名", "工作单位", "联系村（社区）", "联系方式", "片（组）", "起始日期"],
        ["赵敏", "县农业农村局", "石桥镇 柳湾村", "包村", "", "2026.1.1"],
        ["赵敏", "县农业农村局", "柳湾村", "包片", "三组", ""],
        ["无名氏", "", "柳湾村", "", "", ""],
        ["王建国", "", "柳湾村", "包村", "", ""],
    )
    batch = bring("areas", content, people.office)
    assert [cell for cell, _value, _why in problems(batch)] == ["A4", "5"]

    batch = accepted(batch)

    assert ContactArea.objects.filter(cadre=people.cadre2).count() == 2
    assert undone(batch).state == State.UNDONE
    assert ContactArea.objects.get() == people.area


def test_every_kind_of_going_down_is_listed():
    assert {"areas", "matters", "visits"} <= imports.REGISTRY.keys()


# --- What is about a person, and what everybody reads ---------------------------------------------


def of_matters(content, by, name="台账.xlsx"):
    return bring("matters", content, by, name=name)


def sent_with(batch, **changes):
    places = {**batch.mapping, **changes}
    return {f"c0_{place}": name for name, place in places.items() if place is not None}


def test_a_name_is_not_matched_with_a_column_that_everybody_reads(people, client):
    """A township's headings must not put another township's names into readable text."""
    client.force_login(people.office)
    for heading in ("反映人", "反映人姓名", "联系电话"):
        headings = LEDGER if heading in LEDGER else [*LEDGER, heading]
        content = workbook(headings, [*entry(), "欧阳建华"][: len(headings)])
        batch = of_matters(content, people.office, name=f"{heading}.xlsx")
        place = headings.index(heading)
        address = reverse("match_headings", args=[batch.pk])
        taken = {name: None for name, at in batch.mapping.items() if at == place}

        answer = client.post(address, sent_with(batch, **taken, remark=place))

        assert answer.status_code == 422
        assert "只能对应受保护的列" in answer.content.decode()
    assert not ImportMapping.objects.exists()


def test_an_open_column_is_not_matched_with_a_protected_one(people, client):
    batch = of_matters(ledger(entry()), people.office)
    place = LEDGER.index("办理进展")
    client.force_login(people.office)
    sent = sent_with(batch, progress=None, raiser=place)

    answer = client.post(reverse("match_headings", args=[batch.pk]), sent)

    assert answer.status_code == 422
    assert "不能对应受保护的列" in answer.content.decode()


def test_a_hostile_matching_from_before_is_not_followed(people):
    content = ledger(entry())
    batch = of_matters(content, people.office)
    right, place = batch.mapping, batch.mapping["raiser"]
    wrong = {name: at for name, at in right.items() if name != "raiser"} | {"remark": place}
    ImportMapping.objects.create(
        kind="matters",
        fingerprint=batch.fingerprint,
        mapping=wrong,
        set_by=people.office,
        organ=people.office.organ,
    )

    assert of_matters(content, people.office, name="二.xlsx").mapping == right
