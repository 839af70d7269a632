"""领导接待日 of an enterprise: a reception day as everywhere, in wording for workers."""

import uuid

from django.db import models
from django.http import QueryDict
from django.utils import translation

from outreach.actions import receptions
from outreach.forms.receptions import ReceptionDayForm
from outreach.ledgers.matters import MATTER_LEDGER
from outreach.listings.receptions import RECEPTION_LIST
from outreach.models import Matter, ReceptionDay, ReceptionItem
from outreach.models.matters import Source
from portal.sheets.wording import worded
from tests.day import now, today
from tests.people import matter_fields


def held_today(plant):
    day = receptions.plan_reception(
        by=plant.host,
        at=now(),
        organ=plant.heavy,
        leader=plant.head_cadre,
        held_on=today(),
        starts_at="09:00",
        ends_at="11:00",
        place="铸造车间职工之家",
        theme="高温岗位轮换",
        duties="",
        form="place",
    )
    return receptions.announce_reception(
        reception=day, by=plant.host, at=now(), late_reason="临时调整"
    )


def test_what_is_heard_on_the_day_becomes_a_matter_with_its_source(plant):
    day = held_today(plant)
    reported = {
        "client_key": uuid.uuid4(),
        "category": "52",
        "raiser_kind": "employee",
        "outcome": "",
    }
    receptions.register_at_reception(
        reception=day,
        by=plant.host,
        at=now(),
        visitors=["丁某某"],
        reported=[(plant.foundry, "一周内回复。", matter_fields(**reported))],
    )
    receptions.hold_reception(reception=day, by=plant.host, at=now())

    matter = Matter.objects.get()
    assert (matter.source, matter.reception, matter.unit) == (Source.RECEPTION, day, plant.foundry)
    with translation.override("zh-hans-x-group"):
        assert str(RECEPTION_LIST.title) == "领导接待日"
        assert matter.get_source_display() == "领导接待日"
        sheet = MATTER_LEDGER.sheet(plant.host, QueryDict(), now())
        headings = [one.heading for one in sheet.columns]
        (row,) = sheet.rows
        assert row[1 + headings.index("来源")] == "领导接待日"
        assert worded("接访（下访）登记表") == "领导接待日（下访）登记表"
    with translation.override("zh-hans"):
        assert matter.get_source_display() == "接访"


def test_nobody_counts_who_came_and_nothing_more_is_asked():
    numbers = [
        one.name
        for model in (ReceptionDay, ReceptionItem)
        for one in model._meta.local_concrete_fields
        if isinstance(one, models.IntegerField | models.DecimalField) and not one.primary_key
    ]
    assert numbers == []
    asked = {name for name, field in ReceptionDayForm.base_fields.items() if field.required}
    assert asked == {"leader", "held_on", "starts_at", "ends_at", "place", "form"}
