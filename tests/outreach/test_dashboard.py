"""The dashboard: each figure equals its list, for each reader; small counts are hidden; the
meeting."""

import html
import re
from datetime import date, timedelta
from zlib import crc32

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import follow_ups, stays, visits
from outreach.actions.meetings import prepare_meeting, record_decision, withdraw_decision
from outreach.models import (
    AnalysisMeeting,
    ContactArea,
    FollowUp,
    Matter,
    MeetingItem,
    SupervisionOrder,
    Visit,
)
from outreach.overview import contact
from outreach.overview import dashboard as board
from outreach.overview.dashboard import Period, interval, period_of
from outreach.rules import whole
from portal import parameters
from portal.models import AuditEntry, GrassrootsUnit, PolicyParameter, RoleGrant
from portal.sheets.figures import Scope
from tests.day import in_days, today
from tests.outreach.changes import Changes
from tests.people import matter_fields, unit
from tests.reading import words

NUMBER = re.compile(r'<a [^>]*href="([^"]+)" data-n="(\d+)"')


def dashboard(session, **query):
    return session.get(reverse("outreach:dashboard"), query)


def going_down(session, **query):
    return session.get(reverse("outreach:going_down"), query)


def festival_visits(session, **query):
    return session.get(reverse("outreach:festival_visits"), query)


def over_the_year(session, **query):
    return session.get(reverse("outreach:over_the_year"), query)


def numbers(page):
    """Return [(address, n)] for every figure on a page."""
    return [(html.unescape(url), int(n)) for url, n in NUMBER.findall(words(page))]


def check_numbers(session, page, reader, every=1):
    """Check that every figure opens a list with as many rows and without unknown filters; `every`
    checks one in N, different ones for each reader."""
    found = numbers(page)
    first = crc32(str(reader).encode()) % min(every, len(found) or 1)
    for url, n in dict(found[first::every]).items():
        opened = session.get(url)
        assert opened.status_code == 200, (reader, url)
        if "filter" in opened.context:
            assert opened.context["filter"].unknown == [], url
            assert not opened.context["filter"].errors, url
        assert opened.context["total"] == n, (reader, url)
    return found


# --- a number and its list -------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("reader", ["supervisor", "host", "liaison", "desk"])
def test_every_number_equals_its_list_after_random_changes(browse, people, reader, every):
    changes = Changes(people, seed=f"{reader} 2026")
    for _number in range(45):
        changes.step()
    session = browse(reader)

    page = dashboard(session, period="year")
    found = check_numbers(session, page, reader, every)

    assert len(found) > 15
    assert sum(n for _url, n in found) > 10
    assert len(check_numbers(session, going_down(session, period="year"), reader, every)) >= 3
    assert check_numbers(session, festival_visits(session, period="year"), reader, every)
    assert len(check_numbers(session, over_the_year(session, period="year"), reader, every)) > 5
    busy = {"first": in_days(-80), "last": today()}
    for name, query in (
        ("unattended_units", {}),
        ("busy_units", busy),
        ("units_without_contact", {}),
    ):
        listed = session.get(reverse(f"outreach:{name}"), query)
        if listed.status_code != 403:
            check_numbers(session, listed, reader, every)


@pytest.mark.slow
@pytest.mark.parametrize("every", [15, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "query",
    [{"period": "quarter"}, {"period": "days", "first": "2026-10-01", "last": "2026-11-10"}],
)
def test_every_number_equals_its_list_in_each_period_and_place(browse, people, query, every):
    changes = Changes(people, seed=7)
    for _number in range(25):
        changes.step()
    session = browse("office")

    for chosen in ({}, {"area": people.town.pk}, {"organ": people.agriculture.pk}):
        page = dashboard(session, **query, **chosen)
        assert page.status_code == 200
        check_numbers(session, page, chosen, every)
        assert check_numbers(session, going_down(session, **query, **chosen), chosen, every)
        check_numbers(session, over_the_year(session, **query, **chosen), chosen, every)


@pytest.mark.parametrize("name", ["going_down", "festival_visits", "over_the_year"])
def test_what_is_read_less_often_is_a_page_behind_the_dashboard(browse, people, name):
    session = browse("office")

    page = words(dashboard(session, period="year", area=people.town.pk))
    url = f"{reverse(f'outreach:{name}')}?period=year&amp;area={people.town.pk}"
    assert page.count(url) == 1
    part = session.get(html.unescape(url), headers={"HX-Request": "true"})
    assert part.templates[0].name == f"outreach/_{name}.html"
    assert session.get(html.unescape(url)).templates[0].name == "outreach/dashboard_part.html"


def test_a_number_is_right_after_the_change_that_moved_it(browse, people):
    session = browse("office")
    assert dashboard(session).context["backlog"]["total"].n == 0

    matter = people.matter()
    assert dashboard(session).context["backlog"]["total"].n == 1
    assert dashboard(session).context["pace"][0]["number"].n == 1

    people.move(matter, "take_up", people.host, organ=people.town_organ)
    people.move(matter, "report", people.host, resolution="solved", text="已修好。")
    people.move(matter, "pass_review", people.host2)
    assert [one["number"].n for one in dashboard(session).context["pace"]] == [1, 1, 0, 0]
    bars = dashboard(session).context["backlog"]["bars"]
    assert [bar.number.n for bar in bars] == [0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.long)])
def test_open_matters_stand_by_how_far_their_deadline_is(browse, people, every):
    for days in (9, 1, 0, -1, -5, -6, -40):
        matter = people.matter()
        people.move(matter, "pass_up", people.host, text="县里办")
        people.move(
            matter,
            "assign",
            people.desk,
            lead=people.water,
            due_on=in_days(days),
            text="请办",
        )
    session = browse("supervisor")

    page = dashboard(session)

    assert [bar.number.n for bar in page.context["backlog"]["bars"]] == [1, 2, 2, 2, 0, 0]
    check_numbers(session, page, "supervisor", every)


# --- who sees what ---------------------------------------------------------------------------


def test_neighbours_see_none_of_it(browse, people):
    people.visit(matters=[{}, {}])
    stays.publish_stay(
        by=people.office,
        at=timezone.now(),
        cadre=people.cadre,
        unit=people.village,
        kind="residential",
        starts_on=in_days(-9),
        ends_on=in_days(9),
        document="云组通〔2026〕5号",
        programme="万名干部驻千村",
    )

    def seen(session):
        pages = [
            page(session, period="year")
            for page in (dashboard, going_down, festival_visits, over_the_year)
        ]
        return [number for page in pages for number in numbers(page)]

    at_the_host = seen(browse("host"))
    assert sum(n > 0 for url, n in at_the_host if "/stays/" in url) > 3

    for neighbour in ("neighbour_host", "neighbour_office", "neighbour_liaison"):
        session = browse(neighbour)
        found = [(url, n) for url, n in seen(session) if n]
        # Only that the host's single unit has nobody.
        if neighbour != "neighbour_host":
            found = [one for one in found if "without-contact" not in one[0]]
        assert bool(found) == (neighbour == "neighbour_host"), (neighbour, found)
        for url, n in found:
            assert "has=nobody" in url or "without-contact" in url
            listed = session.get(url)
            assert n == 1 and [one.pk for one in listed.context["page"]] == [
                people.other_village.pk
            ]
            assert people.cadre.name not in words(listed)


def test_who_reads_no_ledger_sees_no_dashboard_and_why(browse, people):
    page = dashboard(browse("author"))

    assert page.status_code == 403
    assert "工作看板供" in words(page) or "dashboard is for" in words(page)


@pytest.mark.parametrize(
    "page",
    [
        "dashboard",
        "going_down",
        "festival_visits",
        "over_the_year",
        "print_dashboard",
        "unattended_units",
    ],
)
def test_an_area_outside_is_refused_and_shows_nothing_more(browse, people, page):
    people.visit(place=people.other_village, matters=[{}])
    session = browse("neighbour_office")

    for outside in (
        {"area": people.county.pk},
        {"host": people.other_town_organ.pk},
        {"area": "99999999"},
    ):
        answer = session.get(reverse(f"outreach:{page}"), outside)
        assert answer.status_code == 422
        assert {n for _url, n in numbers(answer)} <= {0}


def test_an_organ_outside_ones_own_is_refused(browse, people):
    answer = dashboard(browse("liaison"), organ=people.water.pk)

    assert answer.status_code == 422
    assert "organ" in answer.context["form"].errors


@pytest.mark.parametrize(
    "query",
    [
        {"period": "days"},
        {"period": "days", "first": "2026-05-01", "last": "2026-04-01"},
        {"period": "days", "first": "gestern", "last": "2026-04-01"},
        {"period": "century"},
    ],
)
def test_days_that_make_no_sense_are_said(browse, people, query):
    answer = dashboard(browse("office"), **query)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert answer.context["days"] == period_of("month", today())


def test_somebody_with_two_areas_chooses_one(browse, people):
    RoleGrant.objects.create(
        user=people.host, role="office", division=people.county, starts_on="2020-01-01"
    )
    people.visit(place=people.other_village, matters=[{}])
    session = browse("host")

    assert dashboard(session).context["backlog"]["total"].n == 1
    own = dashboard(session, host=people.town_organ.pk)
    assert own.context["scope"].host == people.town_organ
    assert own.context["backlog"]["total"].n == 0


def test_the_desk_reads_no_diary_here_either(browse, people):
    people.visit(matters=[{}])

    session = browse("desk")
    page = dashboard(session, period="year")

    assert "contact" not in over_the_year(session, period="year").context
    assert page.context["costs"] == []


def test_a_supervisor_begins_with_the_dashboard(browse, people):
    assert browse("supervisor").get("/").url == reverse("outreach:dashboard")


# --- needs my word ---------------------------------------------------------------------------


def test_four_reasons_make_a_matter_wait_for_a_leader(browse, people):
    answered = people.in_progress(title="批示已回复")
    people.move(answered, "order", people.supervisor, text="请报进展", due_on=today())
    people.move(answered, "answer_order", people.handler, text="已清淤一半")
    returned = people.assigned(title="退回的事项")
    people.move(returned, "return", people.handler, text="不属我局职责")
    overdue = people.in_progress(title="包案超期")
    Matter.objects.filter(pk=overdue.pk).update(lead_official=people.cadre, due_on=in_days(-3))
    twice = people.in_progress(title="两次不满意")
    Matter.objects.filter(pk=twice.pk).update(status="twice_unsatisfied", word="unsatisfied")
    people.in_progress(title="照常办理")

    card = dashboard(browse("supervisor")).context["needs_word"]

    assert card["total"].n == 4
    assert [line.number.n for line in card["lines"]] == [1, 1, 1, 1]
    titles = {"批示已回复", "退回的事项", "包案超期", "两次不满意"}
    # The rest are on the list and on paper.
    assert {m.title for m in card["rows"]} < titles and len(card["rows"]) == 3

    page = words(browse("supervisor").get(reverse("outreach:print_dashboard")))
    for title, asked in (
        ("批示已回复", "批示已答复，请认可或退回"),
        ("退回的事项", "承办单位退回，请明确主办单位"),
        ("包案超期", "包案事项超期，请督促包案领导"),
        ("两次不满意", "群众两次不满意，请审定"),
    ):
        row = page[page.index(f"<td>{title}</td>") :]
        assert asked in row[: row.index("</tr>")]


def test_a_matter_that_waits_for_two_reasons_says_both_words(browse, people):
    matter = people.in_progress()
    people.move(matter, "order", people.supervisor, text="请报进展", due_on=today())
    people.move(matter, "answer_order", people.handler, text="已清淤一半")
    late = {"lead_official": people.cadre, "due_on": in_days(-3)}
    Matter.objects.filter(pk=matter.pk).update(**late)

    page = words(browse("supervisor").get(reverse("outreach:print_dashboard")))

    assert "请认可或退回；包案事项超期" in page and "（1件）" in page


def test_nothing_that_waits_is_missing_on_paper(browse, people, monkeypatch):
    waiting = [people.matter(title=f"第{n}件待批示") for n in range(20)]
    ids = [one.pk for one in waiting]
    Matter.objects.filter(pk__in=ids).update(status="twice_unsatisfied", stage="handling")

    page = words(browse("supervisor").get(reverse("outreach:print_dashboard")))

    assert all(one.number_label in page for one in waiting)
    assert page.count("群众两次不满意，请审定") == 20
    assert "第8件起见附页" in page and "未印在本页" not in page
    monkeypatch.setattr("outreach.views.dashboard.PRINTED_WITH_ANNEX", 15)
    page = words(browse("supervisor").get(reverse("outreach:print_dashboard")))
    assert "另有5件未印在本页" in page


def test_another_leaders_instruction_waits_for_that_leader(people):
    matter = people.in_progress()
    people.move(matter, "order", people.supervisor, text="请报进展", due_on=today())
    people.move(matter, "answer_order", people.handler, text="已清淤一半")
    SupervisionOrder.objects.update(leader=people.office)

    county = Scope(people.supervisor, division=people.county)
    assert board.needs_word(county)["total"].n == 0
    assert board.needs_word(Scope(people.office, division=people.county))["total"].n == 1


# --- the people's word -----------------------------------------------------------------------


def say(people, said, times):
    for _time in range(times):
        call = FollowUp.objects.create(
            matter=people.awaiting_word(),
            kind="sample",
            caller=people.desk2,
            starts_on=today(),
            due_on=today(),
        )
        follow_ups.record_word(follow_up=call, by=people.desk2, at=timezone.now(), word=said)


def test_four_answers_are_too_few_and_five_are_shown(browse, people):
    say(people, "satisfied", 3)
    say(people, "unsatisfied", 1)
    say(people, "declined", 2)
    session = browse("supervisor")

    few = dashboard(session).context["sample"]
    assert few["too_few"]
    assert (few["n"], few["all"].n) == (4, 6)
    assert "unsatisfied" not in few

    say(people, "basically", 1)
    five = dashboard(session).context["sample"]
    assert not five["too_few"]
    assert (five["unsatisfied"].n, five["n"], five["share"]) == (1, 5, 20)
    assert (five["low"], five["high"]) == (4, 62)
    assert [line.number.n for line in five["silent"]] == [2, 0]


def test_answers_of_the_sample_and_of_slips_are_never_mixed(browse, people):
    say(people, "satisfied", 1)
    matter = people.awaiting_word()
    follow_ups.record_word(
        follow_up=FollowUp.objects.get(matter=matter, kind="word"),
        by=people.author,
        at=timezone.now(),
        word="unsatisfied",
    )

    page = dashboard(browse("supervisor"))

    assert page.context["sample"]["all"].n == page.context["asked"]["all"].n == 1
    listed = browse("supervisor").get(page.context["asked"]["all"].url)
    assert [one.kind for one in listed.context["page"]] == ["word"]


def test_the_fewest_is_a_norm(people):
    PolicyParameter.objects.create(
        code="eval.min_display_n", value="2", basis="试行", valid_from="2020-01-01"
    )
    parameters.forget()
    people.matter()
    people.matter()

    scope, year = Scope(people.office, division=people.county), period_of("year", today())
    shares = board.pace(scope, year, board.counts_of(scope, year))
    assert shares[1]["share"] == 0


def test_an_interval_is_wide_where_few_were_asked():
    assert interval(0, 11) == (0, 26)
    assert interval(18, 146) == (8, 19)
    assert interval(5, 5) == (57, 100)


# --- what we cost ----------------------------------------------------------------------------


def test_weeks_over_the_limit_and_a_large_retinue(browse, people):
    monday = today() - timedelta(days=today().weekday() + 7)
    for day in range(3):
        people.visit(visited_on=monday + timedelta(days=day))
    people.visit(place=people.other_village, visited_on=monday)
    PolicyParameter.objects.create(
        code="visit.entourage_max", value="1", basis="试行", valid_from="2020-01-01"
    )
    parameters.forget()
    people.visit(
        place=people.other_village, visited_on=monday, companions=[people.cadre2, people.neighbour]
    )
    session = browse("office")
    query = {"period": "days", "first": monday - timedelta(days=30), "last": today()}

    visits, busy, crowded, _asked = dashboard(session, **query).context["costs"]

    assert (visits.number.n, busy.number.n, crowded.number.n) == (5, 1, 1)
    listed = session.get(busy.number.url)
    (unit,) = listed.context["page"]
    assert unit == people.village
    ((week, number),) = unit.weeks
    assert (week, number.n) == (monday, 3)
    assert session.get(number.url).context["total"] == 3


def test_a_past_period_is_judged_by_its_own_norms(browse, people):
    monday = today() - timedelta(days=today().weekday() + 7)
    for day in range(3):
        people.visit(visited_on=monday + timedelta(days=day))
    for code, value in (("visit.unit_week_limit", "1"), ("visit.entourage_max", "0")):
        PolicyParameter.objects.create(code=code, value=value, basis="试行", valid_from=today())
    people.visit(place=people.other_village, visited_on=monday, companions=[people.cadre2])
    people.visit(place=people.other_village, visited_on=monday, summary="又去了一次")
    parameters.forget()
    session, ends = browse("office"), monday + timedelta(days=6)
    past = {"period": "days", "first": monday, "last": ends}

    _visits, busy, crowded, _asked = dashboard(session, **past).context["costs"]

    assert (busy.number.n, crowded.number.n) == (1, 0)
    listed = session.get(busy.number.url)
    assert [*listed.context["page"]] == [people.village] and listed.context["limit"] == 2
    running = past | {"last": in_days(30)}
    _visits, _busy, crowded, _asked = dashboard(session, **running).context["costs"]
    assert crowded.number.n == 1


def test_the_weeks_of_a_period_are_whole_and_at_most_five():
    november = Period(date(2026, 11, 1), date(2026, 11, 24))
    assert november.weeks == (date(2026, 11, 2), date(2026, 11, 22))
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert year.weeks == (date(2026, 11, 23), date(2026, 12, 27))
    first_days = Period(date(2026, 11, 3), date(2026, 11, 5))
    assert first_days.weeks == (date(2026, 11, 2), date(2026, 11, 8))


def test_units_with_open_matters_and_nobody_in_contact(browse, people):
    people.matter()
    people.matter(place=people.other_village)
    session = browse("office")
    page = words(dashboard(session, period="year", area=people.county.pk))
    url = f"{reverse('outreach:unattended_units')}?area={people.county.pk}"
    assert f'hx-get="{url}" hx-trigger="load"' in page
    line = session.get(url, headers={"HX-Request": "true"})
    assert "<html" not in words(line)
    assert line.context["unattended"].n == 1
    assert len(check_numbers(session, line, "office")) == 1

    ContactArea.objects.update(ends_on=in_days(-1))

    listed = session.get(reverse("outreach:unattended_units"))
    assert [unit.name for unit, _open in listed.context["units"]] == ["柳湾村", "上坪村"]


# --- over time, in order, on paper -----------------------------------------------------------


def test_a_month_without_contact_has_neither_visit_nor_stay(browse, people):
    """The county has two villages; running months and months before a unit existed do not count."""
    this_month = today().replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    before = (last_month - timedelta(days=1)).replace(day=1)
    GrassrootsUnit.objects.filter(pk=people.other_village.pk).update(started_on=last_month)
    people.visit(visited_on=last_month)
    scope = Scope(people.office, division=people.county)

    empty = contact.months_without_contact(scope, contact.whole_months(today(), today()))

    assert this_month not in {month for months in empty.values() for month in months}
    assert empty[people.other_village.pk] == [last_month]
    assert last_month not in empty[people.village.pk]
    assert before in empty[people.village.pk]

    visits.void_visit(visit=Visit.objects.get(), by=people.author, reason="录错", at=timezone.now())
    empty = contact.months_without_contact(scope, [last_month])
    assert empty[people.village.pk] == [last_month]

    stays.publish_stay(
        by=people.office,
        at=timezone.now(),
        cadre=people.cadre,
        unit=people.village,
        kind="residential",
        starts_on=before,
        ends_on=in_days(90),
        document="云组〔示例〕3号",
    )
    assert people.village.pk not in contact.months_without_contact(scope, [before, last_month])


def test_who_was_in_a_workshop_was_in_the_enterprise(people):
    works = unit("机械厂", people.town_organ, people.village_place)
    shop = unit("铸造车间", people.town_organ, people.village_place, parent=works)
    last_month = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
    people.visit(place=shop, visited_on=last_month)
    scope = Scope(people.office, division=people.county)

    empty = contact.months_without_contact(scope, [last_month])

    assert works.pk not in empty and shop.pk not in empty


def test_each_number_of_units_without_contact_opens_just_these(browse, people):
    people.visit(visited_on=today().replace(day=1) - timedelta(days=3))
    session = browse("office")

    page = over_the_year(session, period="year", area=people.county.pk)

    found = [one for one in numbers(page) if "without-contact" in one[0]]
    assert len(found) == 13
    assert len({n for _url, n in found}) > 1
    check_numbers(session, page, "office")


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_units_without_contact_costs_the_same(
    browse, people, django_assert_num_queries, row_count
):
    GrassrootsUnit.objects.exclude(pk=people.village.pk).update(ended_on=today())
    for n in range(1, row_count):
        unit(f"第{n}村", people.town_organ, people.village_place)
    session, url = browse("office"), reverse("outreach:units_without_contact")
    assert session.get(url).context["total"] == row_count

    with django_assert_num_queries(12):
        session.get(url)


def test_above_the_county_units_are_shown_after_choosing_one(browse, people):
    RoleGrant.objects.filter(user=people.office).update(division=people.city)
    session = browse("office")

    page = over_the_year(session, period="year")

    assert page.context["contact"] == {"too_wide": True}
    listed = session.get(reverse("outreach:units_without_contact"))
    assert listed.context["too_wide"] and listed.context["total"] == 0
    assert "months" in over_the_year(session, area=people.county.pk).context["contact"]


@pytest.mark.parametrize("query", [{"first": "2026-13"}, {"last": "soon"}, {"area": "x"}])
def test_bad_months_are_refused_at_their_field(browse, people, query):
    answer = browse("office").get(reverse("outreach:units_without_contact"), query)

    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_the_page_on_paper_is_stamped_by_who_reports_and_for_a_leader_by_the_office(browse, people):
    page = reverse("outreach:print_dashboard")

    assert f"填报单位（盖章）：{people.town_organ.name}<" in words(browse("host").get(page))
    assert "填报单位（盖章）：县委组织部<" in words(browse("supervisor").get(page))


def test_the_page_on_paper_is_chinese_whatever_the_reader_reads(browse, people):
    people.matter()
    people.supervisor.language = "en"
    people.supervisor.save()

    page = words(browse("supervisor").get(reverse("outreach:print_dashboard")))

    for heading in ("一、需我批示协调的事项", "二、群众反映未解决的事项", "三、基层负担情况"):
        assert heading in page


def test_who_prepares_the_page_for_a_leader_does_not_say_my(browse, people):
    page = words(browse("office").get(reverse("outreach:print_dashboard")))

    assert "一、需领导批示协调的事项" in page


@pytest.mark.parametrize("reader", ["supervisor", "host"])
def test_a_dashboard_costs_the_same_with_more_rows(
    browse, people, django_assert_max_num_queries, reader
):
    session = browse(reader)
    people.in_progress()
    people.visit(place=people.other_village, matters=[matter_fields()])
    dashboard(session)
    with django_assert_max_num_queries(200) as before:
        dashboard(session)
    for _time in range(3):
        people.in_progress(category="06")
        people.visit(place=people.other_village, matters=[matter_fields()])

    with django_assert_max_num_queries(len(before)):
        dashboard(session)
    assert len(before) < 45


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_lists_behind_the_numbers_cost_the_same(
    browse, people, django_assert_num_queries, row_count
):
    say(people, "satisfied", row_count)
    session = browse("office")
    # The process may have to reload norms and working days.
    session.get(reverse("outreach:words"))

    with django_assert_num_queries(8):
        session.get(reverse("outreach:words"))


# --- the analysis meeting --------------------------------------------------------------------


def hold(people, **given):
    given = {
        "scope": Scope(people.host, host=people.town_organ),
        "by": people.host,
        "month": today().replace(day=1),
        "held_on": today(),
        "at": timezone.now(),
    } | given
    return prepare_meeting(**given)


def test_the_pack_keeps_what_lay_on_the_table(people):
    overdue = people.in_progress()
    Matter.objects.filter(pk=overdue.pk).update(due_on=in_days(-4))
    people.matter(place=people.other_village)

    meeting = hold(people)
    Matter.objects.filter(pk=overdue.pk).update(due_on=in_days(9))

    (item,) = meeting.items.all()
    assert (item.heading, item.matter) == ("overdue", overdue)
    assert str(item.why_label) in {"4 days overdue", "超期 4 天"}
    assert AuditEntry.objects.filter(event="meeting.prepared", noun_id=meeting.pk).exists()


def test_a_month_of_an_area_has_one_meeting(people):
    hold(people)

    with pytest.raises(ValidationError):
        hold(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnalysisMeeting.objects.create(
            month=today().replace(day=1),
            host=people.town_organ,
            held_on=today(),
            prepared_by=people.host,
            prepared_at=timezone.now(),
        )


@pytest.mark.parametrize("wrong", [{"month": date(2026, 5, 2)}, {"host": None}])
def test_the_database_refuses_half_a_meeting(people, wrong):
    given = {
        "month": date(2026, 5, 1),
        "host": people.town_organ,
        "held_on": today(),
        "prepared_by": people.host,
        "prepared_at": timezone.now(),
    } | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        AnalysisMeeting.objects.create(**given)


def test_a_matter_lies_once_under_a_heading(people):
    meeting, matter = hold(people), people.matter()
    MeetingItem.objects.create(
        meeting=meeting, heading="hard", matter=matter, due_on=today(), why="twice"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingItem.objects.create(
            meeting=meeting, heading="hard", matter=matter, due_on=today(), why="extended"
        )


def test_a_decision_stands_in_the_history_of_its_matters(browse, people):
    matter = people.in_progress()
    meeting = hold(people)

    for _pressed in range(2):
        record_decision(
            meeting=meeting,
            text="由县水利局牵头，月底前清淤。",
            organ=people.water,
            due_on=in_days(5),
            matters=[matter],
            by=people.host,
            at=timezone.now(),
        )

    assert (meeting.decisions.count(), matter.steps.filter(move="decide").count()) == (1, 1)
    step = matter.steps.order_by("-pk").first()
    assert (step.move, step.text) == ("decide", "由县水利局牵头，月底前清淤。")
    assert step.to_status == matter.status
    assert AuditEntry.objects.filter(event="meeting.decided").exists()
    assert "由县水利局牵头" in words(browse("handler").get(matter.get_absolute_url()))
    assert "由县水利局牵头" in words(browse("host").get(meeting.get_absolute_url()))


def test_the_same_words_about_another_matter_are_another_decision(people):
    first, second, meeting = people.in_progress(), people.in_progress(), hold(people)

    made = [decided(people, matter, meeting) for matter in (first, second, second)]

    assert made[0] != made[1] == made[2]
    for matter in (first, second):
        assert matter.steps.filter(move="decide").count() == 1


def decided(people, matter, meeting):
    return record_decision(
        meeting=meeting,
        text="由县水利局牵头，月底前清淤。",
        organ=people.water,
        due_on=in_days(5),
        matters=[matter],
        by=people.host,
        at=timezone.now(),
    )


def test_a_decision_is_taken_back_with_a_reason_and_stays_on_the_page(browse, people):
    matter, meeting = people.in_progress(), hold(people)
    decision = decided(people, matter, meeting)
    host = browse("host")
    address = reverse("outreach:withdraw_decision", args=[decision.pk])
    assert address in words(host.get(meeting.get_absolute_url()))

    assert host.post(address, {"reason": "责任单位有误"}).status_code == 302

    page = words(host.get(meeting.get_absolute_url()))
    assert "<s>由县水利局牵头" in page
    assert "责任单位有误" in page
    assert address not in page
    sheet = words(host.get(reverse("outreach:print_meeting", args=[meeting.pk])))
    assert "由县水利局牵头" not in sheet
    step = matter.steps.order_by("-pk").first()
    assert (step.move, step.text) == ("undecide", "责任单位有误")
    # The same decision can be made again.
    assert decided(people, matter, meeting).pk != decision.pk


def test_a_supervised_decision_is_not_taken_back(people, browse, monkeypatch):
    decision = decided(people, people.in_progress(), hold(people))
    monkeypatch.setattr(whole, "FOLLOWED", [lambda one: one == decision])

    with pytest.raises(PermissionDenied):
        withdraw_decision(decision=decision, reason="误", by=people.host, at=timezone.now())
    address = reverse("outreach:withdraw_decision", args=[decision.pk])
    assert address not in words(browse("host").get(decision.meeting.get_absolute_url()))


def test_a_neighbour_holds_no_meeting_here(people):
    with pytest.raises(PermissionDenied):
        hold(
            people,
            by=people.neighbour_host,
            scope=Scope(people.neighbour_host, host=people.town_organ),
        )
    with pytest.raises(PermissionDenied):
        hold(people, by=people.supervisor, scope=Scope(people.supervisor, division=people.county))
    with pytest.raises(PermissionDenied):
        hold(people, by=people.office, scope=Scope(people.office, division=people.city))


def test_a_meeting_from_the_form_to_the_paper(browse, people):
    overdue = people.in_progress(title="渠道淤堵")
    Matter.objects.filter(pk=overdue.pk).update(due_on=in_days(-2))
    session = browse("office")
    form = {"month": today().isoformat(), "held_on": today().isoformat(), "area": people.town.pk}

    page = session.get(reverse("outreach:new_meeting")).content.decode()
    assert page.count(f'value="{today().isoformat()}"') == 2
    made = session.post(reverse("outreach:new_meeting"), form)
    meeting = AnalysisMeeting.objects.get()
    assert made.url == meeting.get_absolute_url()
    assert (meeting.division, meeting.month.day) == (people.town, 1)
    again = session.post(reverse("outreach:new_meeting"), form)
    assert again.status_code == 422
    assert again.context["form"].errors

    decided = session.post(
        reverse("outreach:decide", args=[meeting.pk]),
        {
            "text": "尽快清淤",
            "organ": people.water.pk,
            "due_on": today().isoformat(),
            "matters": [overdue.pk],
        },
    )
    assert decided.status_code == 302
    paper = words(session.get(reverse("outreach:print_meeting", args=[meeting.pk])))
    assert "渠道淤堵" in paper
    assert "尽快清淤" in paper
    page = session.get(meeting.get_absolute_url())
    check_numbers(session, page, "office")


def test_the_meeting_names_places_that_share_a_problem(browse, people):
    twice = [people.matter(), people.matter()]
    people.matter(category="08")
    people.matter(place=people.other_village)
    meeting, session = hold(people), browse("host")

    page = session.get(meeting.get_absolute_url())
    (_category, number, places), *others = page.context["common"]
    assert [(name, n.n) for name, n in places] == [("石桥镇 柳湾村", 2)]
    assert number.n == 2
    check_numbers(session, page, "host")
    listed = session.get(places[0][1].url).context["page"]
    assert {one.pk for one in listed} == {one.pk for one in twice}
    paper = words(session.get(reverse("outreach:print_meeting", args=[meeting.pk])))
    assert "2件（石桥镇 柳湾村2件）" in paper
    # A concern raised in a single place is no shared problem.
    assert [places for _category, _n, places in others] == [[]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"organ": "", "organ_text": "没有这个单位"}, "organ"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"matters": ["999999"]}, "matters"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(browse, people, changes, field):
    meeting = hold(people)
    sent = {"text": "尽快办", "organ": people.water.pk, "due_on": today().isoformat()} | changes

    answer = browse("host").post(reverse("outreach:decide", args=[meeting.pk]), sent)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not meeting.decisions.exists()


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_meetings_costs_the_same(browse, people, django_assert_num_queries, row_count):
    for number in range(row_count):
        hold(people, month=date(2026, 1 + number, 1))
    session = browse("host")
    with django_assert_num_queries(12):
        session.get(reverse("outreach:meetings"))
