"""The sheet of statistics: subjects, periods and rows; headings of one's own; monthly sheets."""

from datetime import date, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from outreach.filters.visits import VISITS_AT
from outreach.models import Visit
from portal import editions as reports
from portal import tasks
from portal.actions import reports as actions
from portal.forms.reports import StatisticsForm
from portal.models import AuditEntry, Job, LedgerHeading, RoleGrant, ScheduledExport
from portal.run import jobs
from portal.sheets import ledgers, statistics
from portal.sheets.periods import Period, last_month, year_so_far
from portal.sheets.statistics import Subject
from tests.day import today
from tests.people import organ, unit
from tests.reading import words

# --- An enterprise ------------------------------------------------------------------------------


@pytest.fixture
def works(people):
    """A company without divisions: two workshops, one with a team."""
    hq = organ("华岳公司党委", kind="party")
    branch = organ("南江分公司党委", kind="party", parent=hq, order=200)
    company = unit("华岳公司", hq, None, kind="soe")
    casting = unit("铸造车间", branch, None, kind="soe", parent=company)
    repair = unit("机修车间", hq, None, kind="soe", parent=company)
    team = unit("造型一班", branch, None, kind="soe", parent=casting)
    for place, households in ((team, 3), (casting, 2), (repair, 4), (people.village, 9)):
        people.visit(place=place, household_count=households)
    return SimpleNamespace(**locals())


def _doors(subject, by):
    table = statistics.count(subject, by, year_so_far(today()))
    place = [column.key for column in table.columns].index("households")
    return table, {row.name: row.cells[place] for row in table.rows}


def test_an_enterprise_is_broken_down_by_what_it_manages(works):
    subject = Subject(None, works.hq, True)

    assert subject.breakdowns == ["organ"]
    with translation.override("zh-hans-x-works"):
        assert subject.breakdowns == ["host", "unit", "organ"]
        assert Subject(None, works.branch, True).breakdowns == ["unit", "organ"]
        # What its own people did has no units.
        assert Subject(None, works.hq, False).breakdowns == ["organ"]


def test_rows_of_subsidiaries(works):
    table, doors = _doors(Subject(None, works.hq, True), "host")

    assert doors == {"华岳公司党委": 4, "南江分公司党委": 5}
    assert [row.where for row in table.rows] == [None, {"host": works.branch.pk}]
    assert table.total.cells[1] == 9


def test_rows_of_workshops_hold_their_teams(works):
    subject = Subject(None, works.hq, True)
    table, doors = _doors(subject, "unit")

    assert doors == {"华岳公司": 0, "铸造车间": 5, "机修车间": 4}
    where = {row.name: row.where for row in table.rows}
    assert where["铸造车间"] == {"host": works.hq.pk, "unit": works.casting.pk, "below": "1"}
    assert where["华岳公司"] == {"host": works.hq.pk, "unit": works.company.pk}
    in_row = table.layout.in_row(Visit.objects.all(), works.casting.pk)
    assert in_row.count() == 2
    assert table.layout.in_row(Visit.objects.all(), works.company.pk).count() == 0


def test_the_list_behind_a_workshop_holds_its_teams(works, people):
    query = QueryDict(f"unit={works.casting.pk}&below=1")
    alone = QueryDict(f"unit={works.casting.pk}")

    assert VISITS_AT.seen(people.author, query).count() == 2
    assert VISITS_AT.seen(people.author, alone).count() == 1


def test_a_team_that_moves_is_counted_where_it_is_today(works):
    works.team.parent = works.repair
    works.team.place_under_parent()
    works.team.save()

    _table, doors = _doors(Subject(None, works.hq, True), "unit")

    assert doors == {"华岳公司": 0, "铸造车间": 2, "机修车间": 7}


def test_an_ended_workshop_keeps_its_row_without_a_link(works):
    works.casting.ended_on = today()
    works.casting.save()

    table, doors = _doors(Subject(None, works.hq, True), "unit")

    assert doors["铸造车间"] == 5
    assert {row.name: row.where for row in table.rows}["铸造车间"] is None


def test_the_title_is_that_of_the_wording(works):
    subject, period = Subject(None, works.hq, True), Period.named("2026")

    assert reports.title_of(subject, period) == "2026年华岳公司党委深入基层为民服务情况统计表"
    with translation.override("zh-hans-x-works"):
        assert reports.title_of(subject, period) == "2026年华岳公司党委领导干部下一线情况统计表"


def test_the_form_offers_the_breakdowns_of_the_wording(people):
    offered = [code for code, _label in StatisticsForm(user=people.office).fields["rows"].choices]

    assert offered == ["", "organ", "area"]
    with translation.override("zh-hans-x-works"):
        form = StatisticsForm({"rows": "host"}, user=people.host)
        assert "没有管理基层单位的下级单位" in str(form.errors["rows"])


# --- Periods and subjects -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "first", "last", "on_paper"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30), "2026年上半年"),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31), "2026年下半年"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
    ],
)
def test_a_period_by_its_code(code, first, last, on_paper):
    period = Period.named(code)

    assert (period.first, period.last) == (first, last)
    assert period.on_paper == on_paper


def test_any_other_period_is_said_by_its_days():
    period = Period(date(2026, 3, 5), date(2026, 4, 1))

    assert period.on_paper == "2026年3月5日至4月1日"
    assert Period.named("2026-13") is None


@pytest.mark.parametrize("who", ["office", "supervisor"])
def test_the_county_is_broken_down_by_organ_or_township(browse, people, who):
    by_organ = browse(who).get(reverse("statistics")).context["shown"]
    by_area = browse(who).get(reverse("statistics"), {"rows": "area"}).context["shown"]

    assert [name for name, _cells in by_organ["lines"]][:2] == ["县委组织部", "县政府督查室"]
    assert [name for name, _cells in by_area["lines"]] == ["石桥镇", "青山乡"]


def test_a_liaison_counts_the_own_organ_alone(browse, people):
    people.matter()
    people.matter(by=people.neighbour_cadre)

    shown = browse("liaison").get(reverse("statistics")).context["shown"]

    assert [name for name, _cells in shown["lines"]] == ["县农业农村局"]
    assert "1" in [said for _heading, said, _link in shown["total"][1]]


def test_a_host_counts_what_happened_at_its_units(browse, people):
    people.matter()
    people.matter(place=people.other_village)

    shown = browse("host").get(reverse("statistics")).context["shown"]

    assert [name for name, _cells in shown["lines"]] == ["柳湾村"]


def test_a_host_without_an_area_has_rows_for_those_who_came(people):
    people.town_organ.division = None
    people.town_organ.save()
    people.matter()

    subject = Subject(None, people.town_organ, True)
    table = statistics.count(subject, subject.breakdowns[0], year_so_far(today()))

    assert [row.name for row in table.rows] == ["县农业农村局"]


@pytest.mark.parametrize("field", ["division", "organ"])
def test_nobody_counts_beyond_their_grants(browse, people, field):
    asked = {"division": people.other_county.pk, "organ": people.roads.pk}[field]
    who = {"division": "office", "organ": "liaison"}[field]

    response = browse(who).get(reverse("statistics"), {field: asked})

    assert response.status_code == 422
    assert "shown" not in response.context


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "2026H3"},
        {"first": "2026-05-01", "last": "2026-04-01"},
        {"first": "gestern"},
        {"rows": "person"},
        {"division": "999999999"},
        {"division_text": "没有这个县"},
    ],
)
def test_bad_questions_are_refused_in_words(browse, asked):
    response = browse("office").get(reverse("statistics"), asked)

    assert response.status_code == 422
    assert 'class="error-summary"' in words(response)


def test_organs_of_a_whole_city_are_no_rows(people):
    RoleGrant.objects.filter(user=people.office).update(division=people.city)
    form = StatisticsForm({"rows": "organ"}, user=people.office)

    assert not form.is_valid()
    assert "rows" in form.errors
    assert Subject(people.city).breakdowns == ["area"]


def test_the_table_costs_the_same_for_one_row_and_three(browse, people, django_assert_num_queries):
    office = browse("office")
    office.get(reverse("statistics"))
    for place in (people.village, people.other_village, people.village):
        people.matter(place=place)
        # Three queries for research (topics, records, topics of findings) and two for oversight
        # (inspected closures, practices).
        with django_assert_num_queries(31):
            office.get(reverse("statistics"), {"rows": "area"})


def test_a_registered_column_stands_in_the_sheet(people, monkeypatch):
    monkeypatch.setattr(statistics, "_COUNTINGS", list(statistics._COUNTINGS))
    statistics.register_columns(
        statistics.Column("pledges", 21, "认领人数", "Pledges", unit="人"),
        count=lambda layout, period: {people.water.pk: (7,), people.roads.pk: (2,)},
        touched=lambda *asked: [],
    )

    table = statistics.count(Subject(people.county), "organ", year_so_far(today()))

    assert [column.heading for column in table.columns][:3] == [
        "参与干部数",
        "走访户次",
        "认领人数",
    ]
    assert table.total.cells[2] == 9


@pytest.mark.parametrize(
    ("cell", "said"), [([12, 22], "54.5%"), ([1, 16], "6.3%"), ([0, 0], "—"), ([None, 4], "—")]
)
def test_a_rate_is_the_same_on_page_and_paper(cell, said):
    assert statistics.share_words(cell) == said
    on_paper = reports._value(cell, "%")
    assert on_paper == "—" if said == "—" else f"{on_paper:.1%}" == said


# --- The official sheet -------------------------------------------------------------------------


def exported(by, target, *filters):
    call_command(
        "export_ledger",
        "statistics",
        by=by,
        out=str(target),
        filter=list(filters),
        stdout=StringIO(),
    )
    return load_workbook(target).active


def test_the_command_writes_the_total_first(people, tmp_path):
    people.matter()

    sheet = exported("office", tmp_path / "s.xlsx", f"period={today().year}", "rows=area")

    assert sheet["A1"].value == f"{today().year}年云岭县深入基层为民服务情况统计表"
    assert [cell.value for cell in sheet[3]][:4] == ["序号", "单位", "参与干部数", "走访户次"]
    assert [cell.value for cell in sheet[4]][:3] == [None, "合计", 1]
    assert [cell.value for cell in sheet[5]][:2] == [1, "石桥镇"]


@pytest.mark.parametrize("pair", ["colour=red", "period=never", "division=999999"])
def test_the_command_refuses_bad_filters_in_one_line(people, tmp_path, pair):
    with pytest.raises(CommandError) as refusal:
        exported("office", tmp_path / "s.xlsx", pair)

    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "s.xlsx").exists()


def test_the_command_lists_the_sheet(people):
    said = StringIO()

    call_command("list_ledgers", stdout=said)

    assert "statistics: 情况统计表" in said.getvalue()
    assert "按期办结率" in said.getvalue()


def test_the_page_starts_an_export_of_what_it_shows(browse, people):
    address = browse("office").get(reverse("statistics"), {"rows": "area"}).context["exact"]

    browse("office").post(f"{reverse('export_statistics')}?{address}")
    job = Job.objects.get()
    jobs.run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    assert (job.state, job.error, job.manifest["written"]) == ("done", "", 3)


# --- Headings -----------------------------------------------------------------------------------


SMALL = ledgers.Ledger(
    name="small",
    title="小表",
    rows=None,
    columns=tuple(ledgers.Column(heading, 10) for heading in ("甲", "乙", "丙")),
)


def set_heading(people, index, by="office", ledger=SMALL, **said):
    actions.set_heading(
        ledger=ledger,
        index=index,
        by=getattr(people, by),
        at=timezone.now(),
        **{"heading": "", "place": None, "is_hidden": False} | said,
    )


def arranged():
    columns, rows = ledgers.arranged(SMALL, SMALL.columns, [(1, "a", "b", "c")])
    return [column.heading for column in columns], list(rows)


def test_without_rows_the_sheet_is_as_in_the_code(people):
    assert arranged() == (["甲", "乙", "丙"], [(1, "a", "b", "c")])


def test_headings_order_and_hidden_columns_follow_the_office(people):
    set_heading(people, 2, heading="丙类", place=5)
    set_heading(people, 0, is_hidden=True)

    assert arranged() == (["丙类", "乙"], [(1, "c", "b")])
    assert AuditEntry.objects.filter(event="heading.set").count() == 2


def test_said_as_in_the_code_the_row_goes(people):
    set_heading(people, 1, heading="乙类")
    set_heading(people, 1, heading="乙", place=20)

    assert not LedgerHeading.objects.exists()


@pytest.mark.parametrize("said", [{"heading": "丙"}, {"is_hidden": True}])
def test_two_columns_of_a_name_or_none_at_all_are_refused(people, said):
    set_heading(people, 0, is_hidden=True)
    set_heading(people, 2, heading="丙")
    LedgerHeading.objects.update_or_create(
        ledger="small", column="丙", defaults={"is_hidden": True, "set_by": people.office}
    )

    with pytest.raises(ValidationError):
        set_heading(people, 1, **said)


def test_the_number_of_answers_is_never_left_out(people):
    at = [column.heading for column in reports.STATISTICS.columns].index("抽样回访")

    with pytest.raises(ValidationError):
        set_heading(people, at, ledger=reports.STATISTICS, is_hidden=True)


def test_only_the_office_sets_headings(people):
    with pytest.raises(PermissionDenied):
        set_heading(people, 0, by="liaison", heading="x")


def test_every_official_sheet_uses_the_headings(browse, people, tmp_path):
    matters = [column.heading for column in ledgers.REGISTRY["matters"].columns]
    at = matters.index("村（社区）/单位")
    people.matter()

    response = browse("office").post(
        reverse("set_heading", args=["matters", at]), {"heading": "村（社区）", "place": "1"}
    )
    ledgers.write(
        ledgers.REGISTRY["matters"],
        user=people.office,
        filters={"tab": "all"},
        target=tmp_path / "m.xlsx",
        at=timezone.now(),
    )

    sheet = load_workbook(tmp_path / "m.xlsx").active
    assert response.status_code == 302
    assert [cell.value for cell in sheet[3]][:3] == ["序号", "村（社区）", "台账编号"]
    assert sheet["B4"].value == "柳湾村"


def test_the_page_of_statistics_uses_them_too(browse, people):
    at = [column.heading for column in reports.STATISTICS.columns].index("收集问题")
    set_heading(people, at, ledger=reports.STATISTICS, heading="收集诉求")

    shown = browse("office").get(reverse("statistics")).context["shown"]

    assert "收集诉求" in [heading for heading, _unit in shown["heads"]]
    assert "收集诉求" in words(browse("liaison").get(reverse("headings")))


def test_units_are_of_the_readers_language(browse, people):
    people.office.language = "en"
    people.office.save()

    heads = browse("office").get(reverse("statistics")).context["shown"]["heads"]

    assert [unit for _heading, unit in heads if not str(unit).isascii()] == []
    assert "10,000 yuan" in [str(unit) for _heading, unit in heads]


# --- Monthly sheets -----------------------------------------------------------------------------


@pytest.fixture
def monthly(people):
    return ScheduledExport.objects.create(
        ledger="matters",
        filters={"tab": "all", "registered_from": "2020-01-01"},
        span="last_month",
        day_of_month=5,
        owner=people.liaison,
    )


@pytest.mark.parametrize(("day", "made"), [(4, 0), (5, 1), (28, 1)])
def test_a_monthly_sheet_is_made_on_its_day_or_as_soon_as_somebody_works_again(monthly, day, made):
    assert actions.make_scheduled_exports(today=date(2026, 11, day)) == made


def test_however_often_the_task_runs_it_is_made_once_a_month(monthly):
    made = [
        actions.make_scheduled_exports(today=day)
        for day in (date(2026, 11, 5), date(2026, 11, 5), date(2026, 11, 9), date(2026, 12, 5))
    ]

    assert made == [1, 0, 0, 1]


def test_it_is_of_the_month_before_and_waits_until_the_next_one(monthly, people):
    people.matter()
    actions.make_scheduled_exports(today=date(2026, 11, 5))
    job = Job.objects.get()
    jobs.run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    assert job.owner == people.liaison
    assert job.arguments["filters"] == {
        "tab": "all",
        "registered_from": "2026-10-01",
        "registered_to": "2026-10-31",
    }
    assert job.state == "done"
    assert job.expires_at - job.finished_at == timedelta(days=31)


def test_the_task_finds_what_is_due_today(monthly):
    ScheduledExport.objects.update(day_of_month=1)

    tasks.make_scheduled_exports()

    monthly.refresh_from_db()
    assert monthly.made_for == today().replace(day=1)
    assert monthly.last_job.kind == "ledger"


def test_who_no_longer_exports_is_sent_nothing(monthly, people):
    RoleGrant.objects.filter(user=people.liaison).update(ends_on=date(2026, 11, 4))

    assert actions.make_scheduled_exports(today=date(2026, 11, 5)) == 0
    assert not Job.objects.exists()


def test_an_ended_one_rests(browse, monthly):
    browse("liaison").post(reverse("end_scheduled_export", args=[monthly.pk]))

    assert actions.make_scheduled_exports(today=date(2026, 11, 5)) == 0
    assert AuditEntry.objects.filter(event="monthly_sheet.ended").count() == 1


def test_a_sheet_is_asked_for_from_the_address_of_its_ledger(browse, people):
    url = f"{reverse('new_scheduled_export', args=['statistics'])}?rows=organ&after=3"

    assert browse("liaison").post(url, {"day_of_month": "31", "span": "year"}).status_code == 422
    response = browse("liaison").post(url, {"day_of_month": "28", "span": "year"})

    scheduled = ScheduledExport.objects.get()
    assert response.status_code == 302
    assert (scheduled.filters, scheduled.owner) == ({"rows": "organ"}, people.liaison)
    assert "县农业农村局" in scheduled.said
    assert "情况统计表" in words(browse("liaison").get(reverse("scheduled_exports")))


def test_the_same_sheet_is_sent_once_a_month(browse):
    url = reverse("new_scheduled_export", args=["matters"])
    sent = {"day_of_month": "3", "span": "all"}

    assert browse("office").post(url, sent).status_code == 302
    assert browse("office").post(url, sent).status_code == 422
    assert ScheduledExport.objects.count() == 1


def test_its_first_day_is_the_next_one(people):
    def asked_on(day, span):
        return actions.schedule_export(
            ledger=ledgers.REGISTRY["visits"],
            filters={},
            span=span,
            day_of_month=5,
            by=people.office,
            on=day,
        ).made_for

    assert asked_on(date(2026, 11, 4), "all") is None
    assert asked_on(date(2026, 11, 6), "year") == date(2026, 11, 1)


def test_filters_that_make_no_sense_are_refused_at_once(browse):
    url = reverse("new_scheduled_export", args=["matters"])

    response = browse("office").get(f"{url}?colour=red", follow=True)

    assert "colour" in words(response)
    assert browse("office").get(reverse("new_scheduled_export", args=["x"])).status_code == 404


@pytest.mark.parametrize("row_count", [1, 3])
def test_monthly_sheets_cost_the_same_for_one_row_and_three(
    browse, people, row_count, django_assert_num_queries
):
    for name in ["matters", "visits", "statistics"][:row_count]:
        ScheduledExport.objects.create(ledger=name, day_of_month=1, owner=people.office)

    office = browse("office")
    with django_assert_num_queries(13):
        office.get(reverse("scheduled_exports"))


def test_last_month_of_january_is_december():
    assert last_month(date(2026, 1, 31)) == Period(date(2025, 12, 1), date(2025, 12, 31))
