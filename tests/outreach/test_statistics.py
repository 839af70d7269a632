"""Outreach statistics: every figure is the count of the list that it links to."""

import random
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from outreach.actions import closings, follow_ups
from outreach.filters.matters import MATTERS_AT
from outreach.ledgers.visits import VISIT_LEDGER
from outreach.models import CarriedMatter, FollowUp, Household, Matter, YearClosing
from portal.actions.reports import lock_edition
from portal.models import RoleGrant
from portal.sheets import ledgers, statistics
from portal.sheets.periods import Period, year_so_far
from portal.sheets.statistics import Subject
from tests.day import in_days, today
from tests.people import START, account, matter_fields, organ

MATTERS = reverse_lazy("outreach:matters")


@pytest.fixture
def county(people):
    """counted("closed") returns the county's figure for this year, by organ."""

    def counted(key, row=None, by="organ", subject=None, period=None):
        table = statistics.count(
            subject or Subject(people.county), by, period or year_so_far(today())
        )
        at = [column.key for column in table.columns].index(key)
        cells = table.total.cells
        if row is not None:
            cells = next(one.cells for one in table.rows if one.key == row.pk)
        return cells[at]

    return counted


def listed(user, link):
    """How many rows the ledger shows to a reader at a link of the table."""
    query = QueryDict(urlsplit(link).query)
    filtered = MATTERS_AT.at(user, query).filter
    assert filtered.unknown == [] and filtered.form.is_valid(), (link, filtered.form.errors)
    return MATTERS_AT.sheet_rows(user, query).count()


def answered(people, matter, word):
    """The sample's answer on a result, by somebody outside the chain."""
    FollowUp.objects.create(
        matter=matter,
        kind="sample",
        round=matter.reopen_count,
        starts_on=today(),
        due_on=today(),
        word=word,
        answered_at=timezone.now(),
        answered_by=people.desk2,
    )


# --- Numbers and lists --------------------------------------------------------------------------


def _random_change(people, rng):
    """Make one typical action; skip it if it is not possible now."""
    author = rng.choice([people.author, people.neighbour_cadre])
    place = rng.choice([people.village, people.other_village])
    made = rng.choice(["register", "at_once", "assigned", "reported", "move", "move", "sample"])
    if made == "register":
        people.matter(by=author, place=place)
    elif made == "at_once":
        matter = people.matter(
            outcome="on_the_spot", result_text="当场办结。", by=author, place=place
        )
        code = rng.choice(["confirm", "refuse"])
        people.move(matter, code, people.office, text="核实")
    elif made in {"assigned", "reported"}:
        getattr(people, made)()
    elif made == "sample":
        matter = Matter.objects.exclude(follow_ups__kind="sample").order_by("pk").first()
        if matter:
            answered(people, matter, rng.choice(["satisfied", "unsatisfied", "declined"]))
    else:
        _random_move(people, rng)


def _random_move(people, rng):
    matter = rng.choice([None, *Matter.objects.exclude(status="closed").order_by("pk")])
    moves = [
        ("pass_review", people.desk),
        ("take_up", people.host),
        ("pass_up", people.host),
        ("sign", people.handler),
        ("ask_withdrawn", people.host),
        ("confirm", people.office),
    ]
    if matter and matter.status == "awaiting_word":
        call = FollowUp.objects.filter(matter=matter, kind="word", answered_at=None).first()
        if call and call.caller:
            follow_ups.record_word(
                follow_up=call,
                by=call.caller.acting(on=today()),
                at=timezone.now(),
                word=rng.choice(["satisfied", "unsatisfied"]),
            )
        return
    for code, who in rng.sample(moves, len(moves)):
        try:
            if matter:
                people.move(matter, code, who, text="随机")
                return
        except PermissionDenied:
            continue


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "every"),
    [(1, 5), *(pytest.param(seed, 1, marks=pytest.mark.long) for seed in range(1, 7))],
)
def test_every_number_is_the_count_of_the_list_it_leads_to(people, client, seed, every):
    """`every` checks one link in N, different ones on each page."""
    rng, links, seen = random.Random(seed), 0, 0
    readers = {
        "office": [{"rows": "organ"}, {"rows": "area"}],
        "supervisor": [{"rows": "area", "division": people.town.pk}],
        "liaison": [{}],
        "host": [{"rows": "area"}, {"rows": "organ"}],
    }

    for _number in range(2):
        for _change in range(8):
            _random_change(people, rng)
        for name, addresses in readers.items():
            user = getattr(people, name)
            client.force_login(user)
            for address in addresses:
                shown = client.get(reverse("statistics"), address).context["shown"]
                for _name, cells in [shown["total"], *shown["lines"]]:
                    for heading, words, link in cells:
                        links += link.startswith(str(MATTERS))
                        if link.startswith(str(MATTERS)) and links % every == 0:
                            assert int(words) == listed(user, link), (name, heading, link)
                            seen += int(words)

    assert seen > 50 / every


def test_the_linked_page_shows_as_many_rows(people, client, county):
    people.assigned()
    client.force_login(people.office)
    shown = client.get(reverse("statistics"), {"rows": "area"}).context["shown"]
    link = next(link for _h, _w, link in shown["lines"][0][1] if "way=assigned" in link)

    response = client.get(link)

    assert response.context["total"] == 1
    assert "石桥镇" in response.content.decode()


def test_rows_stand_in_official_order_whatever_the_numbers(people):
    people.matter(by=people.neighbour_cadre)
    people.matter(by=people.neighbour_cadre)
    people.matter()

    table = statistics.count(Subject(people.county), "organ", year_so_far(today()))

    names = [row.name for row in table.rows]
    assert names.index("县农业农村局") < names.index("县交通运输局")
    assert names[0] == "县委组织部"


def test_a_station_counts_in_the_row_of_its_organ(people, county):
    station_cadre = account("station", "水站", people.station, "cadre")
    people._cadre(station_cadre, "站长", 9)
    people.matter(by=station_cadre)

    assert county("matters", people.town_organ) == 1
    table = statistics.count(Subject(people.county), "organ", year_so_far(today()))
    assert "石桥镇水利站" not in [row.name for row in table.rows]


def test_a_subsidiary_has_its_own_row_and_leaves_that_of_the_group(people, client):
    group = organ("县城投集团", "enterprise", order=60, place=people.county)
    company = organ("县城投水务公司", "enterprise", group, 61, people.county)
    for name, at in (("g", group), ("c", company)):
        people._cadre(account(name, name, at, "cadre"), "", 1)
        people.matter(by=type(people.office).objects.get(username=name).acting(on=today()))
    client.force_login(people.office)

    shown = client.get(reverse("statistics"), {"rows": "organ"}).context["shown"]

    for name, cells in shown["lines"]:
        if name in {"县城投集团", "县城投水务公司"}:
            link = next(link for _h, _w, link in cells if "registered_from" in link)
            assert listed(people.office, link) == 1


def test_an_ended_organ_keeps_its_old_name_in_past_figures(people, county):
    people.matter()
    people.agriculture.ended_on = in_days(-400)
    people.agriculture.save()

    assert county("matters", people.agriculture) == 1


def test_a_role_without_limits_counts_and_lists_everything(people, client):
    RoleGrant.objects.filter(user=people.office).update(division=None)
    people.matter()
    client.force_login(people.office)

    shown = client.get(reverse("statistics"), {"rows": "area"}).context["shown"]

    assert [name for name, _cells in shown["lines"]] == ["云川省"]
    link = next(link for _h, _w, link in shown["lines"][0][1] if "registered_from" in link)
    assert listed(people.office, link) == 1


# --- What the columns mean ----------------------------------------------------------------------


def test_a_visit_counts_its_people_once_and_all_its_doors(people, county):
    people.visit(household_count=4, companions=[people.cadre2])
    people.visit(household_count=2)
    chosen = [
        Household.objects.create(unit=people.village, serial=str(n), display_name="李××户")
        for n in range(3)
    ]
    people.visit(households=chosen)

    assert county("cadres") == 2
    assert county("households") == 9


def test_settled_on_the_spot_counts_once_a_second_person_confirmed_it(people, county):
    matter = people.matter(outcome="on_the_spot", result_text="当场办结。")
    assert county("at_once") == 0

    people.move(matter, "confirm", people.office)

    assert county("at_once") == 1


def test_closed_by_the_last_day_of_the_period_counts(people, county):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)
    follow_ups.record_word(follow_up=call, by=people.author, at=timezone.now(), word="satisfied")
    yesterday = Period(in_days(-9), in_days(-1))
    Matter.objects.update(registered_on=yesterday.first)

    assert county("closed", period=yesterday) == 0
    assert county("closed", period=Period(yesterday.first, today())) == 1
    assert county("closed_share", period=Period(yesterday.first, today())) == [1, 1]


@pytest.mark.parametrize(("days", "in_time"), [(0, 1), (1, 0)])
def test_in_time_is_judged_by_the_last_result_and_not_by_the_day_of_closing(
    people, county, days, in_time
):
    matter = people.awaiting_word()
    follow_ups.record_word(
        follow_up=FollowUp.objects.get(matter=matter),
        by=people.author,
        at=timezone.now(),
        word="satisfied",
    )
    due = in_days(-3)
    Matter.objects.update(due_on=due)
    Matter.objects.update(answered_on=due + timedelta(days=days))

    assert county("in_time_share") == [in_time, 1]


def test_satisfaction_is_withheld_under_five_answers_and_silence_is_none(people, county):
    for word in ("satisfied", "basically", "unsatisfied", "satisfied", "declined"):
        answered(people, people.reported(), word)
    assert county("asked") == 4
    assert county("satisfied_share") == [None, 4]

    answered(people, people.reported(), "satisfied")

    assert county("satisfied_share") == [4, 5]


# --- Carried over -------------------------------------------------------------------------------


@pytest.fixture
def last_year(people):
    """Two matters of last year, one of them closed in it."""
    year = today().year - 1
    still, closed = people.matter(), people.matter()
    Matter.objects.update(registered_on=date(year, 11, 3))
    Matter.objects.filter(pk=closed.pk).update(
        status="closed", stage="closed", closure="withdrawn", closed_on=date(year, 12, 30)
    )
    return year, still


def test_closing_a_year_notes_the_open_matters_and_leaves_them_alone(people, last_year, county):
    year, still = last_year
    before = Matter.objects.values().get(pk=still.pk)

    # The statistics do not depend on anybody closing the year.
    assert (county("carried"), CarriedMatter.objects.count()) == (1, 0)
    closing = closings.close_year(
        subject=Subject(people.county), year=year, by=people.office, at=timezone.now()
    )

    assert closing.count == 1
    assert CarriedMatter.objects.get().matter == still
    assert Matter.objects.values().get(pk=still.pk) == before
    assert county("carried") == 1
    assert county("carried_closed") == 0


def test_the_number_carried_over_leads_to_its_list(people, last_year, client):
    closings.close_year(
        subject=Subject(people.county), year=last_year[0], by=people.office, at=timezone.now()
    )
    client.force_login(people.supervisor)

    page = client.get(reverse("outreach:year_closings"))
    link = page.context["page"].rows[0].link

    assert client.get(link).context["total"] == 1


def test_a_year_is_closed_once_and_when_it_is_over(people, last_year):
    def close(year):
        return closings.close_year(
            subject=Subject(people.county), year=year, by=people.office, at=timezone.now()
        )

    close(last_year[0])
    with pytest.raises(ValidationError):
        close(last_year[0])
    with pytest.raises(ValidationError):
        close(today().year)


def closed(people, year, place=None):
    return closings.close_year(
        subject=Subject(place or people.county), year=year, by=people.office, at=timezone.now()
    )


def undone(people, closing, by="office"):
    return closings.undo_closing(
        closing=closing, reason="县级口径有误", by=getattr(people, by), at=timezone.now()
    )


def test_a_closing_is_taken_back_and_the_year_closed_again(people, last_year):
    year, still = last_year
    closing = closed(people, year)

    undone(people, closing)

    assert not CarriedMatter.objects.exists()
    closing.refresh_from_db()
    assert (closing.count, closing.reason) == (1, "县级口径有误")
    with pytest.raises(PermissionDenied):
        undone(people, closing)
    closed(people, year)
    assert CarriedMatter.objects.get().matter == still


def test_what_a_closing_left_to_the_first_goes_on_to_it(people, last_year):
    RoleGrant.objects.filter(user=people.office).update(division=people.city)
    narrow = closed(people, last_year[0])
    wide = closed(people, last_year[0], people.city)

    undone(people, narrow)

    assert CarriedMatter.objects.get().closing == wide


@pytest.mark.parametrize("who", ["supervisor", "neighbour_office"])
def test_others_take_no_closing_back(people, last_year, who):
    closing = closed(people, last_year[0])

    with pytest.raises(PermissionDenied):
        undone(people, closing, who)


def test_a_closing_stays_once_the_year_was_reported(people, last_year):
    year, _still = last_year
    closing = closed(people, year)
    lock_edition(
        subject=Subject(people.county),
        breakdown="area",
        period=Period(date(year, 1, 1), date(year, 12, 31)),
        document_number="云组通〔2026〕5号",
        by=people.office,
        at=timezone.now(),
    )

    with pytest.raises(PermissionDenied):
        undone(people, closing)


def test_the_list_offers_the_taking_back_and_says_it_afterwards(people, last_year, client):
    closing = closed(people, last_year[0])
    client.force_login(people.office)
    address = reverse("outreach:undo_closing", args=[closing.pk])
    assert address in client.get(reverse("outreach:year_closings")).content.decode()

    client.post(address, {"reason": "口径有误"})

    page = client.get(reverse("outreach:year_closings")).content.decode()
    assert "李明撤销：口径有误" in page
    assert address not in page


def test_a_wider_closing_counts_what_a_narrower_one_carried(people, last_year):
    RoleGrant.objects.filter(user=people.office).update(division=people.city)
    year = last_year[0]
    at = timezone.now()
    closings.close_year(subject=Subject(people.county), year=year, by=people.office, at=at)
    wide = closings.close_year(subject=Subject(people.city), year=year, by=people.office, at=at)

    assert wide.count == 1
    assert CarriedMatter.objects.count() == 1


def test_the_supervisor_closes_no_year(people, last_year):
    with pytest.raises(PermissionDenied):
        closings.close_year(
            subject=Subject(people.county),
            year=last_year[0],
            by=people.supervisor,
            at=timezone.now(),
        )
    assert not YearClosing.objects.exists()


def test_closing_from_the_form(people, last_year, client):
    client.force_login(people.office)

    assert client.post(reverse("outreach:close_year"), {"year": "x"}).status_code == 422
    sent = {"year": str(last_year[0])}
    response = client.post(reverse("outreach:close_year"), sent)
    number, listed_at = response.context["form"].preview
    assert (response.status_code, number) == (422, 1)
    assert client.get(listed_at).context["total"] == 1
    assert not YearClosing.objects.exists()

    # The data have changed since the preview was shown.
    Matter.objects.filter(status="closed").update(closed_on=date(last_year[0] + 1, 1, 2))
    sent["seen"] = response.context["form"].data["seen"]
    response = client.post(reverse("outreach:close_year"), sent)
    assert response.context["form"].preview[0] == 2
    assert not YearClosing.objects.exists()

    sent["seen"] = response.context["form"].data["seen"]
    response = client.post(reverse("outreach:close_year"), sent)
    assert response.status_code == 302
    assert YearClosing.objects.get().count == 2


@pytest.mark.parametrize("row_count", [1, 3])
def test_year_closings_cost_the_same_for_one_row_and_three(
    people, client, row_count, django_assert_num_queries
):
    for year in range(2020, 2020 + row_count):
        closings.close_year(
            subject=Subject(people.county), year=year, by=people.office, at=timezone.now()
        )
    client.force_login(people.office)

    with django_assert_num_queries(12):
        client.get(reverse("outreach:year_closings"))


# --- 民情台账 ---------------------------------------------------------------------------------


def test_the_matter_ledger_joins_the_notes_of_progress(people):
    matter = people.in_progress()
    for text in ("已勘察", "已进场"):
        people.move(matter, "note", people.handler, text=text)

    rows = (
        ledgers.REGISTRY["matters"].sheet(people.office, QueryDict("tab=all"), timezone.now()).rows
    )

    [row] = rows
    assert "办理中；已勘察；已进场" in row


# --- 走访登记表 ----------------------------------------------------------------------------------


def test_the_visit_sheet_has_the_official_headings_and_no_name_of_a_villager(people, tmp_path):
    people.visit(matters=[matter_fields(), matter_fields(outcome="on_the_spot", result_text="好")])
    headings = [column.heading for column in VISIT_LEDGER.columns]
    assert headings == [
        "走访日期",
        "走访干部",
        "单位及职务",
        "乡镇（街道）",
        "村（社区）、组",
        "走访户数",
        "走访方式",
        "宣传政策内容",
        "了解情况",
        "反映问题（件）",
        "现场解决（件）",
        "转入台账（件）",
        "发放联系卡（张）",
        "备注",
    ]

    rows = VISIT_LEDGER.sheet(people.office, QueryDict(), timezone.now()).rows
    [cells] = rows
    row = dict(zip(["序号", *headings], cells, strict=True))

    assert (row["反映问题（件）"], row["现场解决（件）"], row["转入台账（件）"]) == (2, 0, 2)
    assert (row["宣传政策内容"], row["发放联系卡（张）"]) == ("", None)
    assert row["走访日期"] > START


def test_both_ledgers_take_the_filters_of_the_statistics(people):
    people.visit(place=people.other_village)
    people.visit()
    for filters, expected in (
        (f"area={people.town.pk}", 1),
        (f"organ={people.agriculture.pk}", 2),
        (f"host={people.other_town_organ.pk}", 1),
    ):
        query = QueryDict(filters)
        sheet = ledgers.REGISTRY["visits"].sheet(people.office, query, timezone.now())
        assert sheet.expected == expected, filters
