"""Nothing is invented that an old ledger does not state: no person, hour, signature or deadline."""

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from outreach.actions import door, follow_ups
from outreach.door import store, words
from outreach.duties.deadlines import DEADLINES
from outreach.figures import MATTERS_CLOSED, MATTERS_DATED, MATTERS_ON_TIME
from outreach.ledgers.matters import MATTER_LEDGER
from outreach.listings.matters import BY_DEADLINE
from outreach.models import FollowUp, Matter, MatterAssignment, MatterStep
from outreach.overview import dashboard
from outreach.overview.dashboard import Period as Months
from outreach.rules import door as door_rules
from portal import parameters
from portal.days import workdays
from portal.models import ImportBatch
from portal.pages.web import KeysetPage, Rows
from portal.sheets import figures, ledgers, statistics
from portal.sheets.figures import Scope
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from tests.day import TODAY
from tests.sheets import accepted, bring, undone, workbook

HEADINGS = [
    "台账编号",
    "登记日期",
    "所在乡镇（街道）",
    "村（社区）",
    "反映人",
    "事项类别",
    "反映问题或诉求",
    "承办单位",
    "责任人",
    "交办日期",
    "办理时限",
    "办理结果",
    "办结日期",
    "答复方式及日期",
    "群众评价",
]
OPEN = {"办理结果": "", "办结日期": "", "群众评价": ""}
YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))


def entry(**changes):
    """A row of an old ledger, closed long after it was raised, with only the necessary days."""
    row = {
        "台账编号": "2024-001",
        "登记日期": "2024.3.5",
        "所在乡镇（街道）": "石桥镇",
        "村（社区）": "柳湾村",
        "反映人": "李大山",
        "事项类别": "基础设施",
        "反映问题或诉求": "东支渠淤堵。约80亩秧田缺水。",
        "承办单位": "县水利局",
        "责任人": "",
        "交办日期": "",
        "办理时限": "",
        "办理结果": "已解决",
        "办结日期": "2024.9.1",
        "答复方式及日期": "",
        "群众评价": "满意",
    } | changes
    return [row[heading] for heading in HEADINGS]


def ledger(*rows):
    return workbook(HEADINGS, *rows)


@pytest.fixture
def brought(people):
    """brought({…}, …) imports these rows of an old ledger and returns their matters in order."""

    def bring_in(*rows):
        numbered = [{"台账编号": f"旧-{n}"} | row for n, row in enumerate(rows)]
        batch = accepted(
            bring("matters", ledger(*(entry(**row) for row in numbered)), people.office)
        )
        assert batch.state == ImportBatch.State.ACCEPTED
        return list(Matter.objects.filter(batch=batch).order_by("old_number"))

    return bring_in


def whole():
    return set(figures.rebuild(check=True).values()) == {0}


def row_of(people, matter, path):
    """{heading: value} of a matter in the exported sheet."""
    ledgers.write(
        MATTER_LEDGER, user=people.office, filters={"tab": "all"}, target=path, at=timezone.now()
    )
    rows = list(load_workbook(path).active.iter_rows(values_only=True))
    (heads,) = [row for row in rows if "办理时限" in row]
    (found,) = [row for row in rows if matter.number_label in row]
    return dict(zip(heads, found, strict=True))


# --- Closed there ---------------------------------------------------------------------------------


def test_what_was_closed_without_days_has_none(people, brought):
    before = timezone.now()

    (matter,) = brought({})

    assert (matter.due_on, matter.due_at, matter.original_due_on) == (None, None, None)
    assert matter.answered_on is None
    assert (matter.was_late, matter.has_deadline) == (False, False)
    steps = list(matter.steps.order_by("at", "pk"))
    assert [(step.move, step.told_on) for step in steps] == [
        ("register", date(2024, 3, 5)),
        ("assign", None),
        ("report", None),
        ("close", date(2024, 9, 1)),
    ]
    assert {(step.by, step.at > before) for step in steps} == {(people.office, True)}
    given = MatterAssignment.objects.get()
    assert (given.signed_by, given.signed_at, given.sign_due_on) == (None, None, None)
    assert (given.given_on, given.giver, given.officer, given.is_to_sign) == (None, None, "", False)


def test_what_the_ledger_tells_stays_as_it_is_told(people, brought):
    (matter,) = brought(
        {
            "交办日期": "2024.3.9",
            "责任人": "刘洋",
            "办理时限": "2024.9.10",
            "答复方式及日期": "电话 2024.8.30",
        }
    )

    assert (matter.due_on, matter.original_due_on) == (date(2024, 9, 10), date(2024, 9, 10))
    assert (matter.answered_on, matter.was_late) == (date(2024, 8, 30), False)
    days = [step.told_on for step in matter.steps.order_by("at", "pk")]
    assert days == [date(2024, 3, 5), date(2024, 3, 9), date(2024, 8, 30), date(2024, 9, 1)]
    given = MatterAssignment.objects.get()
    assert (given.given_on, given.officer, given.giver) == (date(2024, 3, 9), "刘洋", None)


def test_the_course_follows_the_days_of_the_ledger(brought):
    (matter,) = brought({"答复方式及日期": "当面 2024.9.3", "交办日期": "2024.3.9"})

    told = [step.move for step in matter.steps.order_by("at", "pk")]

    assert told == ["register", "assign", "close", "report"]


def test_pages_and_paper_name_the_importer_as_who_entered_it(people, brought, client):
    (matter,) = brought({})
    client.force_login(people.office)

    page = client.get(matter.get_absolute_url()).content.decode()
    listed = client.get(reverse("outreach:matters"), {"tab": "all"}).content.decode()
    paper = client.get(reverse("outreach:slip", args=[matter.pk, "matter"])).content.decode()
    client.force_login(people.handler)
    slip = client.get(reverse("outreach:slip", args=[matter.pk, "assignment"])).content.decode()

    entered = timezone.localdate()
    history = page.partition("办理经过")[2]
    assert f"2024-03-05 · 据原台账，李明于{entered:%m-%d}补录" in page
    assert "12:00" not in history
    assert "原台账未载" in page and "未签收" not in page
    assert matter.title in listed
    assert "超期办结" not in page + listed and "按期办结" not in listed.partition("<table")[2]
    assert "2024年3月5日" in paper and "据原台账，李明于" in paper
    assert "<th>签发人</th><td></td><th>签收人及时间</th><td></td>" in slip


def test_the_page_of_a_closed_one_says_nothing_of_what_is_still_to_come(people, brought, client):
    (matter,) = brought({"办理结果": "", "群众评价": ""})
    client.force_login(people.office)

    page = client.get(matter.get_absolute_url()).content.decode()
    Matter.objects.filter(pk=matter.pk).update(result_text="已清淤200米")
    with_text = client.get(matter.get_absolute_url()).content.decode()

    assert "办结时未报送结果" in page and "未作评价" in page
    assert "已清淤200米" in with_text
    assert "办结时未报送结果" not in with_text
    assert "尚未报送" not in page + with_text and "答复后征求" not in page + with_text
    # The raiser is not in front of the screen.
    assert reverse("outreach:receipt", args=[matter.pk]) not in page
    assert not door_rules.may_show_receipt(people.office, matter, at=timezone.now())


def test_the_sheet_is_blank_where_the_ledger_was(people, brought, tmp_path):
    silent, told = brought(
        {}, {"交办日期": "2024.3.9", "办理时限": "2024.4.1", "答复方式及日期": "电话 2024.8.30"}
    )

    columns = ("交办日期", "办理时限", "责任人", "答复方式及日期")
    row = row_of(people, silent, tmp_path / "一.xlsx")
    assert [row[name] or "" for name in columns] == ["", "", "", ""]
    row = row_of(people, told, tmp_path / "二.xlsx")
    assert "2024.08.30" in row["答复方式及日期"] and "电话" in row["答复方式及日期"]
    assert row["交办日期"] and row["办理时限"]


def test_our_own_sheet_comes_back_without_a_deadline(people, brought, tmp_path):
    (matter,) = brought({})
    path = tmp_path / "台账.xlsx"
    row_of(people, matter, path)
    undone(ImportBatch.objects.get())
    assert not Matter.objects.exists()
    accepted(bring("matters", path.read_bytes(), people.office))

    again = Matter.objects.get()

    assert (again.status, again.due_on, again.answered_on) == ("closed", None, None)
    assert again.assignments.get().given_on is None
    assert whole()


def test_it_is_nobodys_doing(people, brought):
    (matter,) = brought({})

    assert matter not in Matter.objects.touched_by(people.office)
    assert follow_ups.draw_sample(on=TODAY, at=timezone.now()) == 0


# --- On time --------------------------------------------------------------------------------------

# Computed anew from the records: (in time, all).
ON_TIME = """
    SELECT count(*) FILTER (WHERE coalesce(answered_on, closed_on) <= due_on), count(*)
    FROM outreach_matter
    WHERE status = 'closed' AND original_due_on IS NOT NULL AND due_on IS NOT NULL
      AND closed_on BETWEEN %s AND %s
"""


def in_time_of(first, last):
    with connection.cursor() as cursor:
        cursor.execute(ON_TIME, [first, last])
        return list(cursor.fetchone())


def test_rows_without_a_deadline_stand_outside_the_on_time_share(people, brought, client):
    rows = [{}, {}, {"办理时限": "2024.9.10"}, {"办理时限": "2024.4.1"}]
    rows.append({"办理时限": "2024.8.31", "答复方式及日期": "电话 2024.8.30"})
    brought(*rows, OPEN)
    scope = Scope(people.office, division=people.county)

    assert in_time_of(YEAR.first, YEAR.last) == [2, 3]
    table = statistics.count(Subject(people.county), "organ", YEAR)
    cells = dict(zip([one.key for one in table.columns], table.total.cells, strict=True))
    assert (cells["closed"], cells["in_time_share"]) == (5, [2, 3])
    found = [
        figures.counts(figure, scope, first=YEAR.first, last=YEAR.last).total()
        for figure in (MATTERS_CLOSED, MATTERS_DATED, MATTERS_ON_TIME)
    ]
    assert found == [5, 3, 2]
    months = Months(YEAR.first, YEAR.last)
    *_others, part = dashboard.pace(scope, months, dashboard.counts_of(scope, months))
    assert (part["number"].n, part["of"].n) == (2, 3)
    client.force_login(people.office)
    for number in (part["number"], part["of"]):
        assert len(client.get(number.url).context["page"].rows) == number.n
    assert whole()


def test_undone_it_leaves_no_figure(people, brought):
    brought({}, {"办理时限": "2024.9.10"}, OPEN)
    scope = Scope(people.office, division=people.county)

    undone(ImportBatch.objects.get())

    for figure in (MATTERS_CLOSED, MATTERS_DATED, MATTERS_ON_TIME):
        assert figures.counts(figure, scope).total() == 0
    assert not MatterAssignment.objects.exists()
    assert whole()


# --- Open there -----------------------------------------------------------------------------------


def norm_from_today():
    norm = parameters.number("matter.sla.normal", on=TODAY)
    return workdays.add_working_days(TODAY, norm)


def test_an_open_one_works_to_the_norm_from_the_import_on(people, brought, client, tmp_path):
    (matter,) = brought(OPEN)

    assert (matter.due_on, matter.original_due_on) == (norm_from_today(), None)
    assert not Matter.objects.overdue(on=TODAY).exists()
    client.force_login(people.office)
    assert "自补录之日起算" in client.get(matter.get_absolute_url()).content.decode()
    assert "自补录之日起算" in row_of(people, matter, tmp_path / "台账.xlsx")["备注"]


def test_an_urgent_one_works_to_the_hour(people, brought):
    (matter,) = brought(OPEN)
    assert matter.due_at is None
    content = workbook([*HEADINGS, "紧急程度"], [*entry(**OPEN), "紧急"])
    accepted(bring("matters", content, people.office))

    urgent = Matter.objects.exclude(pk=matter.pk).get()

    assert (urgent.urgency, urgent.original_due_on) == ("urgent", None)
    assert urgent.due_on == timezone.localdate(urgent.due_at)


def closed_here(people, matter):
    """Signed, handled, reviewed and closed in the portal."""
    people.move(matter, "sign", people.handler, officer="刘洋")
    people.move(
        matter, "report", people.handler, resolution="solved", text="清淤。", method="phone"
    )
    matter = people.move(matter, "pass_review", people.desk)
    follow_ups.record_word(
        follow_up=FollowUp.objects.get(matter=matter, kind="word", answered_at=None),
        by=people.desk2,
        at=timezone.now(),
        word="satisfied",
    )
    return Matter.objects.get(pk=matter.pk)


def test_closed_here_it_still_has_no_deadline_of_its_own(people, brought):
    silent, told = brought(OPEN, OPEN | {"办理时限": str(TODAY + timedelta(days=9))})

    silent, told = closed_here(people, silent), closed_here(people, told)

    assert [matter.status for matter in (silent, told)] == ["closed", "closed"]
    assert in_time_of(TODAY, TODAY) == [1, 1]
    scope = Scope(people.office, division=people.county)
    assert figures.counts(MATTERS_DATED, scope, first=TODAY, last=TODAY).total() == 1
    assert whole()


def test_assigned_anew_it_has_a_deadline_from_that_day(people, brought):
    (matter,) = brought(OPEN)
    matter = people.move(matter, "return", people.handler, text="不属本单位职责")
    assert matter.original_due_on is None

    matter = people.move(matter, "assign", people.desk, lead=people.roads, text="请办理")

    assert (matter.due_on, matter.original_due_on) == (norm_from_today(), norm_from_today())
    given = matter.assignments.get(ended_at=None)
    assert (given.is_imported, given.given_on, given.giver) == (False, TODAY, people.desk)
    assert whole()


def test_reopened_it_has_a_deadline_from_that_day(people, brought):
    (matter,) = brought({})
    sample = FollowUp.objects.create(
        matter=matter, kind="sample", caller=people.desk2, starts_on=TODAY, due_on=TODAY
    )

    follow_ups.record_word(follow_up=sample, by=people.desk2, at=timezone.now(), word="unsatisfied")

    matter.refresh_from_db()
    assert (matter.status, matter.closed_on) == ("in_progress", None)
    assert (matter.due_on, matter.original_due_on) == (norm_from_today(), norm_from_today())
    # The organ had it in hand, so nobody is asked to sign for what the old ledger had closed.
    assert not MatterAssignment.objects.unsigned_by(people.handler).exists()
    assert whole()


def test_what_the_host_had_in_hand_waits_for_no_signature(people, brought):
    (own,) = brought(OPEN | {"承办单位": "石桥镇水利站"})
    later = own.due_on - timedelta(days=1)
    (unsigned,) = [one for one in DEADLINES if one.code == "unsigned"]

    given = own.assignments.get()

    assert (own.status, given.signed_by, given.is_to_sign) == ("in_progress", None, False)
    assert not unsigned.records(later).filter(pk=own.pk).exists()
    assert people.move(own, "note", people.host, text="正在清淤").status == "in_progress"


def test_the_villager_reads_the_days_of_the_ledger(people, brought):
    (matter,) = brought(OPEN | {"交办日期": "2024.3.9"})
    number, code = door.print_slip(matter=matter, by=people.desk, at=timezone.now())

    steps = words.steps_of(store.slip(number, code))

    assert [day for day, _said in steps] == [date(2024, 3, 9), date(2024, 3, 5)]


# --- Lists, and what the tables refuse ------------------------------------------------------------


def test_by_deadline_they_stand_last_and_none_is_lost(brought):
    brought(*[{"办理时限": day} for day in ("2024.5.1", "", "2024.4.1", "", "", "2024.5.1")])
    rows = Rows(Matter.objects.all())
    wanted = list(Matter.objects.order_by("due_on", "id").values_list("due_on", "pk"))

    address, forwards = "", []
    while True:
        page = KeysetPage(rows, BY_DEADLINE, QueryDict(address), size=2)
        forwards += [(row.due_on, row.pk) for row in page]
        if not page.next_link:
            break
        address = page.next_link.removeprefix("?")
    backwards = [(row.due_on, row.pk) for row in page]
    while page.previous_link:
        page = KeysetPage(rows, BY_DEADLINE, QueryDict(page.previous_link[1:]), size=2)
        backwards = [(row.due_on, row.pk) for row in page] + backwards

    assert wanted[-1][0] is None
    assert forwards == wanted
    assert backwards == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"original_due_on": None},
        {"due_on": None, "original_due_on": None},
    ],
)
def test_only_an_old_ledger_leaves_a_deadline_open(people, changes):
    matter = people.matter()

    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(**changes)


def test_an_open_one_always_has_a_deadline(brought):
    (matter,) = brought(OPEN)

    with pytest.raises(IntegrityError, match="an_open_matter_is_due"), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(due_on=None)


def test_ledgers_that_came_in_before_are_told_the_same_way(people, brought):
    """Imported by the earlier version: by the importer, at noon, signed for by the importer."""
    (matter,) = brought({})
    noon = timezone.make_aware(datetime(2024, 3, 5, 12))
    batch = matter.batch
    MatterAssignment.objects.update(
        is_imported=False,
        assigned_at=noon,
        signed_at=noon,
        signed_by=people.office,
        sign_due_on=noon.date(),
    )
    with connection.cursor() as cursor:
        # The running role cannot change steps, a migration can; here it works on a copy.
        cursor.execute(
            "CREATE TEMP TABLE outreach_matterstep ON COMMIT DROP AS TABLE outreach_matterstep"
        )
    MatterStep.objects.update(at=noon, facts={"import": batch.pk, "row": 3})

    migration = import_module("outreach.migrations.0007_old_ledgers_invent_nothing")
    with connection.schema_editor() as editor:
        migration.tell_days(apps, editor)

    given = MatterAssignment.objects.get()
    assert (given.is_imported, given.given_on) == (True, date(2024, 3, 5))
    assert (given.signed_by, given.signed_at, given.sign_due_on) == (None, None, None)
    told = {(step.told_on, step.at) for step in matter.steps.all()}
    assert told == {(date(2024, 3, 5), batch.accepted_at)}
