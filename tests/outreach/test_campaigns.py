"""Campaigns: their places, the visits that count for them, hints, progress, reminders."""

import uuid
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from outreach import progress, succession
from outreach.actions import campaigns, visits
from outreach.ledgers.campaigns import CAMPAIGN_LEDGER
from outreach.models import Campaign, CampaignStep, CampaignUnit, Household, Visit
from outreach.models.campaigns import CampaignState, Standing
from outreach.placing import planning
from outreach.rules import campaigns as rules
from portal.actions import reorganisations
from portal.days import workdays
from portal.duties import reminders, todo
from portal.models import AuditEntry, Job, Reminder
from portal.sheets import ledgers
from tests.day import TODAY, in_days, now
from tests.outreach.test_pages import visit_form
from tests.people import STATED, unit
from tests.reading import words

EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>'


def fields(people, **changes):
    return {
        "title": "冬季大走访",
        "kind": "visit",
        "purpose": "问暖",
        "starts_on": in_days(-4),
        "ends_on": in_days(20),
        "document": "云组通〔2026〕9号",
        "organizer": people.department,
        "organs": [people.agriculture, people.water],
        "units": [people.village],
    } | changes


def draft(people, by=None, **changes):
    return campaigns.plan_campaign(by=by or people.office, at=now(), **fields(people, **changes))


def announced(people, by=None, **changes):
    by = by or people.office
    return campaigns.announce_campaign(campaign=draft(people, by, **changes), by=by, at=now())


def sees(user, campaign):
    return Campaign.objects.visible_to(user).filter(pk=campaign.pk).exists()


def form_of(people, **changes):
    return {
        "title": "冬季大走访",
        "kind": "visit",
        "starts_on": in_days(0).isoformat(),
        "ends_on": in_days(20).isoformat(),
        "units": [people.village.pk],
        "organs": [people.agriculture.pk],
    } | changes


def test_no_filter_names_a_campaign_that_its_reader_does_not_see(people, browse):
    campaign = announced(people, title="望江专项")
    for page in ("outreach:matters", "outreach:visits"):
        for one, is_named in (("office", True), ("neighbour_host", False)):
            shown = browse(one).get(reverse(page), {"campaign": campaign.pk})
            assert ("望江专项" in words(shown)) == is_named, (page, one)


# --- who plans, who sees ------------------------------------------------------------------------


def test_a_draft_is_for_those_who_plan_and_an_announced_one_for_those_concerned(people):
    plan = draft(people)
    assert sees(people.office, plan)
    assert not sees(people.author, plan)

    campaign = campaigns.announce_campaign(campaign=plan, by=people.office, at=now())
    for one in ("author", "liaison", "host", "handler", "supervisor", "office"):
        assert sees(getattr(people, one), campaign), one
    for one in ("neighbour_host", "neighbour_office", "neighbour_cadre", "recipient", "system"):
        assert not sees(getattr(people, one), campaign), one
    assert AuditEntry.objects.filter(event="campaign.announced", noun_id=campaign.pk).exists()


def test_a_host_plans_for_its_own_villages_alone(people):
    with pytest.raises(PermissionDenied, match="上坪村"):
        draft(
            people,
            by=people.host,
            organizer=people.town_organ,
            organs=[people.town_organ],
            units=[people.village, people.other_village],
        )
    with pytest.raises(PermissionDenied, match="县水利局"):
        draft(people, by=people.host, organizer=people.town_organ, organs=[people.water])
    with pytest.raises(PermissionDenied):
        draft(people, by=people.neighbour_office)
    with pytest.raises(PermissionDenied):
        draft(people, by=people.author)


def test_an_abolished_unit_is_refused(people):
    people.village.ended_on = in_days(-1)
    people.village.save()

    with pytest.raises(PermissionDenied, match="柳湾村"):
        draft(people)


def test_announcing_twice_dropping_and_closing_too_early(people):
    campaign = announced(people, starts_on=in_days(1))
    with pytest.raises(PermissionDenied):
        campaigns.announce_campaign(campaign=campaign, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        campaigns.drop_campaign(campaign=campaign, by=people.office)
    with pytest.raises(PermissionDenied):
        campaigns.close_campaign(
            campaign=campaign, by=people.office, at=now(), result_note="没开始"
        )
    with pytest.raises(PermissionDenied):
        campaigns.announce_campaign(campaign=draft(people), by=people.host, at=now())
    assert campaign.stands(in_days(0)) == Standing.ANNOUNCED


def test_an_empty_plan_and_one_that_is_over_are_not_announced(people):
    for changes in ({"units": []}, {"organs": []}, {"ends_on": in_days(-1)}):
        assert not rules.may_announce_campaign(people.office, draft(people, **changes))


def test_what_is_announced_changes_with_a_reason_alone(people):
    campaign = announced(people)
    change = fields(people, units=[people.village, people.other_village])
    with pytest.raises(ValidationError):
        campaigns.change_campaign(campaign=campaign, by=people.office, at=now(), **change)

    campaigns.change_campaign(
        campaign=campaign, by=people.office, at=now(), reason="增加上坪村", **change
    )

    assert campaign.units.count() == 2
    step = campaign.steps.get(move=CampaignStep.Move.CHANGED)
    assert (step.text, step.by) == ("增加上坪村", people.office)


def test_closing_needs_a_note_and_ends_it(people):
    campaign = announced(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(state="closed", closed_on=in_days(0))

    campaigns.close_campaign(campaign=campaign, by=people.office, at=now(), result_note="走完了。")

    campaign.refresh_from_db()
    assert campaign.stands(TODAY) == Standing.CLOSED
    with translation.override("zh-hans"):
        said = {str(one.CLOSED.label) for one in (Standing, CampaignState, CampaignStep.Move)}
    # Only matters are called 办结.
    assert said == {"已结束"}
    assert not rules.may_change_campaign(people.office, campaign)
    with pytest.raises(PermissionDenied):
        people.visit(campaigns=[campaign])


def test_the_database_refuses_an_end_before_the_start_and_a_unit_twice(people):
    campaign = draft(people)
    with (
        pytest.raises(IntegrityError, match="a_campaign_ends_after_it_begins"),
        transaction.atomic(),
    ):
        Campaign.objects.filter(pk=campaign.pk).update(ends_on=in_days(-30))
    again = CampaignUnit(campaign=campaign, organ=people.department)
    again.stand_at(people.village)
    with (
        pytest.raises(IntegrityError, match="a_unit_stands_once_in_a_campaign"),
        transaction.atomic(),
    ):
        again.save()
    with (
        pytest.raises(IntegrityError, match="a_plan_is_changed_for_a_reason"),
        transaction.atomic(),
    ):
        CampaignStep.objects.create(campaign=campaign, move="changed", by=people.office, at=now())
    with (
        pytest.raises(IntegrityError, match="an_announced_campaign_has_its_day"),
        transaction.atomic(),
    ):
        Campaign.objects.filter(pk=campaign.pk).update(state="announced")


# --- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"title": ""}, "title"),
        ({"units_text": "没有这个村"}, "units"),
        ({"household_count": "-3"}, "household_count"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_bad_input_is_said_at_its_field(browse, people, changes, field):
    response = browse("office").post(
        reverse("outreach:new_campaign"), form_of(people, purpose="写了很久") | changes
    )

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "写了很久" in words(response)
    assert not Campaign.objects.exists()


def test_a_campaign_outside_ones_territory_is_refused_with_a_sentence(browse, people):
    form = form_of(people, units=[people.other_village.pk], organs=[people.town_organ.pk])

    response = browse("host").post(reverse("outreach:new_campaign"), form)

    assert response.status_code == 422
    assert "上坪村" in str(response.context["form"].errors["units"])


def test_all_units_of_a_township_are_taken_in(browse, people):
    unit("东坪村", people.other_town_organ, people.other_place)
    form = form_of(people, hosts=[people.other_town_organ.pk], household_count="12")

    response = browse("office").post(reverse("outreach:new_campaign"), form)

    campaign = Campaign.objects.get()
    assert response.url == campaign.get_absolute_url()
    assert {row.unit.name for row in campaign.units.all()} == {"柳湾村", "上坪村", "东坪村"}
    assert set(campaign.units.values_list("household_count", flat=True)) == {12}
    page = words(browse("office").get(campaign.get_absolute_url()))
    assert "东坪村" in page


def test_a_unit_of_the_page_leads_to_its_plan_for_whoever_plans(browse, people):
    campaign = announced(people)
    row = campaign.units.get()
    url = reverse("outreach:plan_campaign_unit", args=[campaign.pk, row.pk])

    pages = {
        who: browse(who).get(campaign.get_absolute_url()).content.decode()
        for who in ("office", "supervisor")
    }

    assert all("柳湾村" in page for page in pages.values())
    assert {who: url in page for who, page in pages.items()} == {
        "office": True,
        "supervisor": False,
    }


def test_households_are_the_villages_own_numbers_and_unknown_ones_are_named(browse, people):
    campaign = draft(people)
    row = campaign.units.get()
    for serial, quiet in (("12", False), ("15", False), ("20", True)):
        Household.objects.create(
            unit=people.village, serial=serial, display_name="李××户", do_not_disturb=quiet
        )
    url = reverse("outreach:plan_campaign_unit", args=[campaign.pk, row.pk])

    unknown = browse("office").post(url, {"households": "12、77，88"})
    assert unknown.status_code == 422
    assert "77、88" in words(unknown)
    quiet = browse("office").post(url, {"households": "20"})
    assert "20" in str(quiet.context["form"].errors["households"])
    both = browse("office").post(url, {"households": "12", "household_count": "5"})
    assert "household_count" in both.context["form"].errors
    done = browse("office").post(
        url, {"households": "12、15", "going": people.water.pk, "cadres": [people.cadre.pk]}
    )

    assert done.status_code == 302
    assert sorted(row.households.values_list("serial", flat=True)) == ["12", "15"]
    page = words(browse("office").get(campaign.get_absolute_url()))
    assert "12、15" in page
    assert "李××" not in page


def test_formulas_and_scripts_stay_text(browse, people, monkeypatch):
    campaign = announced(people, title=EVIL[:60], purpose=EVIL, document=EVIL[:60])
    page = browse("office").get(campaign.get_absolute_url())
    paper = browse("office").get(reverse("outreach:campaign_print", args=[campaign.pk]))

    assert "<script>alert" not in words(page) + words(paper)
    (row,) = rows_of(people.office, tab="all")
    assert row[1] == EVIL[:60]


def rows_of(user, **query):
    sheet = CAMPAIGN_LEDGER.sheet(user, query, now())
    return list(sheet.rows)


def test_the_sheet_has_units_and_those_visited(people):
    announced(people)
    draft(people, title="草稿")
    people.visit(campaigns=list(Campaign.objects.announced()))

    (row,) = rows_of(people.office, tab="all")

    assert row[0] == 1
    assert row[7] == "县农业农村局、县水利局"
    assert (row[8], row[9], row[11]) == (1, 1, "进行中")


# --- visits ---------------------------------------------------------------------------------------


def test_a_ticked_visit_counts_at_once_for_diary_and_campaign(browse, people):
    campaign = announced(people)
    page = browse("author").get(reverse("outreach:new_visit"))
    assert "冬季大走访" in words(page)

    browse("author").post(
        reverse("outreach:new_visit"), visit_form(people, campaigns=[campaign.pk])
    )

    visit = Visit.objects.get()
    assert list(visit.campaigns.all()) == [campaign]
    assert visit.purposes == ["campaign"]
    assert progress.progress(campaign, people.office)["reached"].n == 1
    assert "冬季大走访" in words(browse("author").get(visit.get_absolute_url()))


def test_nothing_is_offered_where_nothing_runs(browse, people):
    announced(people, starts_on=in_days(3))
    announced(people, organs=[people.roads], units=[people.other_village])

    page = browse("author").get(reverse("outreach:new_visit"))

    assert 'name="campaigns"' not in words(page)


def test_a_campaign_at_the_chosen_place_is_offered_to_another_organ_too(browse, people):
    campaign = announced(people, organs=[people.water])
    page = browse("neighbour_cadre").get(reverse("outreach:new_visit"), {"unit": people.village.pk})
    assert "冬季大走访" in words(page)

    browse("neighbour_cadre").post(
        reverse("outreach:new_visit"), visit_form(people, campaigns=[campaign.pk])
    )

    assert campaign.visits.count() == 1
    assert sees(people.neighbour_cadre, campaign)


@pytest.mark.parametrize("changes", [{"visited_on": -5}, {"unit": "other_village"}])
def test_a_visit_that_does_not_fit_is_said_at_the_tick(browse, people, changes):
    campaign = announced(people, organs=[people.water])
    sent = visit_form(people, campaigns=[campaign.pk])
    if "visited_on" in changes:
        sent["visited_on"] = in_days(changes["visited_on"]).isoformat()
    else:
        sent["unit"] = people.other_village.pk

    response = browse("author").post(reverse("outreach:new_visit"), sent)

    assert response.status_code == 422
    assert "campaigns" in response.context["form"].errors
    assert not Visit.objects.exists()


def test_a_correction_ticks_and_unticks(browse, people):
    campaign = announced(people)
    visit = people.visit()
    url = reverse("outreach:correct_visit", args=[visit.pk])
    form = browse("author").get(url).context["form"]
    sent = STATED | {
        "seen": form["seen"].value(),
        "visited_on": visit.visited_on.isoformat(),
    }

    browse("author").post(url, sent | {"campaigns": [campaign.pk]})
    assert campaign.visits.count() == 1
    stale = browse("author").post(url, sent)
    assert stale.status_code == 422

    visit.refresh_from_db()
    visits.correct_visit(visit=visit, by=people.author, at=now(), campaigns=[])
    assert campaign.visits.count() == 0


def test_the_same_visit_sent_twice_counts_once_and_a_void_one_not(people):
    campaign = announced(people)
    key = uuid.uuid4()
    visit = people.visit(client_key=key, campaigns=[campaign])
    people.visit(client_key=key, campaigns=[campaign])
    assert progress.progress(campaign, people.office)["visits"].n == 1

    visits.void_visit(visit=visit, by=people.author, reason="录错", at=now())

    numbers = progress.progress(campaign, people.office)
    assert (numbers["visits"].n, numbers["reached"].n) == (0, 0)


def test_a_visit_with_three_matters_and_a_tick_takes_at_most_thirty_queries(
    people, django_assert_max_num_queries
):
    campaign = announced(people)
    people.visit()
    with django_assert_max_num_queries(30):
        people.visit(
            matters=[{}, {"title": "路灯不亮"}, {"title": "医保缴费"}], campaigns=[campaign]
        )


# --- progress -------------------------------------------------------------------------------------


def test_progress_is_counted_from_visits_and_each_number_is_its_rows(browse, people):
    campaign = announced(people, units=[people.village, people.other_village])
    people.visit(campaigns=[campaign], household_count=4, matters=[{}, {"title": "路灯不亮"}])
    people.visit(campaigns=[campaign], household_count=3)
    people.visit()
    session = browse("office")

    numbers = session.get(campaign.get_absolute_url()).context["progress"]

    assert (numbers["units"], numbers["reached"].n, numbers["unreached"].n) == (2, 1, 1)
    assert (numbers["visits"].n, numbers["matters"].n) == (2, 2)
    counted = [numbers[name] for name in ("reached", "unreached", "visits", "matters")]
    counted += [number for _label, number in numbers["stages"]]
    for number in counted:
        assert session.get(number.url.split("#")[0]).context["total"] == number.n, number


def test_the_page_begins_with_what_remains_and_counts_nothing_by_organ(browse, people):
    campaign = announced(
        people,
        organs=[people.water, people.agriculture],
        units=[people.village, people.other_village],
    )
    people.visit(campaigns=[campaign], household_count=4)
    session = browse("office")

    page = session.get(campaign.get_absolute_url())

    assert [row.unit for row in page.context["page"]] == [people.other_village]
    assert [organ.name for organ in page.context["organs"]] == ["县农业农村局", "县水利局"]
    words = page.content.decode()
    assert "of 2 planned" in words or "共2个" in words or "计划2" in words
    assert words.count("县水利") == 1

    people.visit(campaigns=[campaign], place=people.other_village)
    page = session.get(campaign.get_absolute_url())
    assert not list(page.context["page"])
    assert "已全部走访" in page.content.decode()
    everything = session.get(campaign.get_absolute_url(), {"reached": "all"})
    assert everything.context["total"] == 2


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(
    ("who", "page", "queries"), [("office", "campaigns", 11), ("office", "campaign", 18)]
)
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, who, page, queries
):
    units = [people.village] + [
        unit(f"第{n}村", people.town_organ, people.village_place) for n in range(1, row_count)
    ]
    for _ in range(row_count):
        campaign = announced(people, units=units)
        for one in units:
            people.visit(campaigns=[campaign], place=one, matters=[{}])
    url = reverse(f"outreach:{page}", args=[campaign.pk] if page == "campaign" else [])
    session = browse(who)
    session.get(url, {"reached": "all"})
    with django_assert_num_queries(queries):
        session.get(url, {"reached": "all"})


# --- hints ----------------------------------------------------------------------------------------


def test_hints_name_busy_units_and_with_whom_to_go(people):
    other = announced(people, title="百乡万户", organs=[people.roads])
    for n in range(3):
        people.visit(visited_on=in_days(-in_days(0).weekday() - 7 + n))
    plan = draft(people, units=[people.village, people.other_village])

    busy, together = planning.hints(plan, on=TODAY)

    assert busy.names == ["柳湾村"]
    assert (together.campaign, together.names) == (other, ["柳湾村"])
    assert together.organs == [people.roads.label]


def test_more_campaigns_than_the_weekly_limit_are_said(people):
    for n in range(2):
        announced(people, title=f"活动{n}")
    plan = draft(people)

    texts = [hint.names for hint in planning.hints(plan, on=TODAY) if not hint.campaign]

    assert texts == [["柳湾村"]]


def test_hints_block_nothing_and_stand_before_announcing(browse, people):
    announced(people, title="百乡万户", organs=[people.roads])
    plan = draft(people)
    url = reverse("outreach:announce_campaign", args=[plan.pk])

    assert "百乡万户" in words(browse("office").get(url))
    assert browse("office").post(url).url == plan.get_absolute_url()
    assert Campaign.objects.announced().count() == 2


def test_a_campaign_on_other_days_gives_no_hint(people):
    announced(people, starts_on=in_days(40), ends_on=in_days(50))

    assert planning.hints(draft(people), on=TODAY) == []


# --- reminders, to-do ---------------------------------------------------------------------------


def told(people, day):
    reminders.tell(day=day, at=reminders.morning_of(day), by="test")
    rows = Reminder.objects.filter(kind="campaign_behind", day=day)
    return {row.user.username for row in rows.select_related("user")}


def working_day(n):
    """A working day some days from now."""
    return workdays.add_working_days(in_days(n - 1), 1)


def test_behind_after_half_of_the_days_is_told_once_to_organiser_and_liaisons(people):
    campaign = announced(people, starts_on=in_days(-4), ends_on=in_days(60))
    assert told(people, working_day(5)) == set()

    first = told(people, working_day(40))
    assert first == {"office", "liaison"}
    Reminder.objects.filter(kind="campaign_behind").update(read_at=now())
    assert told(people, working_day(43)) == set()

    assert campaign.units.unreached().count() == 1


def test_nobody_is_told_where_all_units_were_visited(people):
    campaign = announced(people, starts_on=in_days(-4), ends_on=in_days(60))
    people.visit(campaigns=[campaign])

    assert told(people, working_day(40)) == set()


def test_drafts_wait_for_their_writer(people):
    draft(people)

    assert todo.counts(people.office)["campaign_draft"] == 1
    assert todo.counts(people.host).get("campaign_draft", 0) == 0


def test_the_plan_is_exported_without_drafts(browse, people, tmp_path):
    announced(people)
    draft(people, title="草稿")
    target = tmp_path / "plan.xlsx"

    response = browse("office").post(reverse("outreach:export_campaigns"), {"tab": "all"})
    manifest = ledgers.write(
        CAMPAIGN_LEDGER, user=people.office, filters={}, target=target, at=timezone.now()
    )

    assert response.url == Job.objects.get().get_absolute_url()
    assert manifest["written"] == 1
    cells = [cell for row in openpyxl.load_workbook(target).active.values for cell in row]
    assert "冬季大走访" in cells
    assert "草稿" not in cells


# --- a reorganisation --------------------------------------------------------------------------


def test_what_is_to_come_passes_to_the_successor(people):
    campaign = announced(
        people, by=people.host, organizer=people.town_organ, organs=[people.town_organ]
    )
    closed = campaigns.close_campaign(
        campaign=announced(people, organs=[people.town_organ]),
        by=people.office,
        at=now(),
        result_note="走完了。",
    )

    reorganisations.merge(
        noun="organ",
        sources=[people.town_organ],
        target=people.other_town_organ,
        by=people.office,
        at=now(),
        on=in_days(0),
        document="云编〔2026〕3号",
    )

    campaign.refresh_from_db()
    assert campaign.organizer == people.other_town_organ
    assert list(campaign.organs.all()) == [people.other_town_organ]
    assert campaign.units.get().host_organ == people.other_town_organ
    assert list(closed.organs.all()) == [people.town_organ]


def test_campaigns_pass_on_in_as_many_statements_as_one(people, django_assert_max_num_queries):
    announced(people, organs=[people.town_organ])
    reorganisation = SimpleNamespace(at=now(), by=people.office)

    def pass_on(old, heir, most):
        with django_assert_max_num_queries(most) as counted:
            found = succession.pass_on_gatherings_of_organ(old, heir, reorganisation)
        return len(counted), found[0].count

    first, _n = pass_on(people.town_organ, people.other_town_organ, 40)
    both = announced(people, organs=[people.town_organ, people.other_town_organ])
    announced(people, organs=[people.other_town_organ])
    again, n = pass_on(people.other_town_organ, people.town_organ, first)

    assert (again, n) == (first, 3)
    assert list(both.organs.all()) == [people.town_organ]


def test_a_unit_that_goes_up_in_another_is_gone_to_once(people):
    campaign = announced(people, units=[people.village, people.other_village])

    reorganisations.merge(
        noun="unit",
        sources=[people.village],
        target=people.other_village,
        by=people.office,
        at=now(),
        on=in_days(0),
        document="云编〔2026〕4号",
    )

    assert [row.unit for row in campaign.units.all()] == [people.other_village]
