"""困难职工帮扶: 夏送清凉, 金秋助学 and money of the union, for users who host such units."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from outreach.actions import condolence as actions
from outreach.actions import receptions
from outreach.models import CondolenceCampaign, CondolenceRecipient
from outreach.rules import condolence as rules
from portal.days import festivals, workdays
from portal.kinds import KINDS
from portal.models import Organ, Reminder
from portal.places.headquarters import kinds_hosted, organs_hosting
from tests.day import now, today
from tests.people import fresh, matter_fields, unit
from tests.sheets import accepted, bring, problems, workbook
from tests.telling import tell

OF_WORKS = ["summer", "school"]


def opened(plant, by=None, **changes):
    fields = {"festival": "summer", "year": 2027, "objection_phone": "100-0500-0016"} | changes
    return actions.open_campaign(by=by or plant.office, at=now(), **fields)


def put(plant, campaign, **changes):
    fields = {"name": "夏禾", "category": "worker", "source": "union", "amount": 300} | changes
    return actions.put_forward(
        campaign=campaign, unit=plant.foundry, by=plant.host, at=now(), **fields
    )


def offered(page, field):
    return [value for value, _label in page.context["form"].fields[field].choices]


@pytest.mark.parametrize("who", ["office", "host"])
def test_an_enterprise_has_two_festivals_and_a_source_more(plant, browse, who):
    page = browse(getattr(plant, who)).get(reverse("outreach:new_condolence"))

    assert offered(page, "festival") == [*festivals.OF_THE_COUNTY, *OF_WORKS]
    assert "budget_union" in page.context["form"].fields


def test_a_county_has_what_it_had(people, browse):
    for user in (people.office, people.host):
        page = browse(user).get(reverse("outreach:new_condolence"))
        assert offered(page, "festival") == list(festivals.OF_THE_COUNTY)
        assert "budget_union" not in page.context["form"].fields

    facts = {"year": 2027, "objection_phone": "100-0000-0012", "by": people.office, "at": now()}
    with pytest.raises(PermissionDenied, match="国有企业"):
        actions.open_campaign(festival="summer", **facts)
    with pytest.raises(PermissionDenied, match="工会经费"), transaction.atomic():
        actions.open_campaign(festival="spring", budgets={"union": 100}, **facts)
    campaign = actions.open_campaign(festival="spring", **facts)
    with pytest.raises(PermissionDenied, match="工会经费"):
        actions.change_budget(
            campaign=campaign,
            by=people.office,
            budgets={"union": 100},
            standards={},
            objection_phone="100-0000-0012",
        )


def test_a_township_with_a_works_has_them_until_it_ends(people):
    works = unit("机械厂", people.town_organ, people.village_place, "soe")
    assert rules.may_open_for(people.host, "school")
    works.ended_on = today()
    works.save()
    assert not rules.may_open_for(fresh(people.host), "school")


def test_the_money_of_the_union_is_planned_and_used(plant, browse):
    campaign = opened(plant, budgets={"union": 1000})
    opened(plant, festival="school", budgets={"union": 1000})
    assert set(CondolenceCampaign.objects.values_list("festival", flat=True)) == set(OF_WORKS)
    # Without a roster number.
    recipient = put(plant, campaign)
    assert (recipient.serial, recipient.source) == ("", "union")
    with pytest.raises(ValidationError):
        put(plant, campaign, name="江锻", amount=701)

    client = browse(plant.host)
    page = client.get(reverse("outreach:put_forward", args=[campaign.pk]))
    assert page.context["form"]["category"].value() == "worker"
    assert "union" in offered(page, "source")
    ledger = client.get(reverse("outreach:condolence_recipients"), {"source": "union"})
    assert ledger.context["total"] == 1


def test_what_was_planned_stays_when_the_units_are_gone(plant, browse):
    campaign = opened(plant, budgets={"union": 1000})
    for one in (plant.team, plant.press, plant.foundry, plant.other, plant.enterprise):
        one.ended_on = today()
        one.save()
    page = browse(plant.office).get(reverse("outreach:condolence_budget", args=[campaign.pk]))
    assert page.context["form"]["budget_union"].value() == 1000


def test_a_list_of_workers_comes_in(plant):
    opened(plant, budgets={"union": 1000})
    headings = ["慰问节日", "单位", "姓名", "慰问类别", "慰问金（元）", "资金来源"]
    rows = [
        ["2027年夏送清凉", "铸造车间", "夏禾", "困难职工", 300, "工会经费"],
        ["夏送清凉", "造型一班", "石钢", "困难职工", 300, "工会"],
    ]
    batch = bring("recipients", workbook(headings, *rows), plant.host)
    assert problems(batch) == []
    accepted(batch)
    assert set(CondolenceRecipient.objects.values_list("source", "category")) == {
        ("union", "worker")
    }


@pytest.mark.parametrize("festival", OF_WORKS)
def test_their_days_are_told_where_somebody_hosts_such_units(plant, people, festival):
    day = festivals.window_of(festival, 2030).first
    day = day if workdays.is_working_day(day) else workdays.add_working_days(day, 1)
    tell("condolence_window", day=day)

    number = 20300 + list(festivals.Festival).index(festival)
    told = Reminder.objects.filter(kind="condolence_window", noun_id=number)
    names = set(told.values_list("user__username", flat=True))
    assert names == {"g-office", "g-host", "g-host2", "g-host3", "g-liaison"}


def test_the_form_and_the_reminder_agree(plant, people):
    unit("机械厂", people.town_organ, people.village_place, "soe")
    kinds = {kind for kind, row in KINDS.items() if "summer" in row.festivals}
    found = organs_hosting(kinds, today())

    for organ in Organ.objects.all():
        assert (organ.pk in found) == bool(kinds & kinds_hosted(organ, today())), organ.name


# --- 领导接待日 ---------------------------------------------------------------------------------


def test_a_reception_day_needs_no_division(plant):
    reception = receptions.plan_reception(
        by=plant.host,
        at=now(),
        organ=plant.heavy,
        leader=plant.head_cadre,
        duties="生产",
        theme="职工诉求",
        held_on=today(),
        starts_at="09:00",
        ends_at="11:30",
        place="职工之家",
        form="place",
    )
    assert reception.county_id is None
    reception = receptions.announce_reception(
        reception=reception, by=plant.host, at=now(), late_reason="临时调整"
    )
    asked = matter_fields(raiser_name="", raiser_phone="", outcome="")
    asked |= {"category": "53", "raiser_kind": "employee"}
    (matter,) = receptions.register_at_reception(
        reception=reception,
        by=plant.host,
        at=now(),
        visitors=["李先生"],
        reported=[(plant.foundry, "请生产部办理", asked)],
    )
    assert (matter.unit, matter.reception) == (plant.foundry, reception)
    assert reception in type(reception).objects.visible_to(plant.office)
    assert not type(reception).objects.visible_to(plant.other_host).exists()
