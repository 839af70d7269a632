"""厂务公开: what an enterprise has made public, readable by all who work there."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEntry
from tests.day import now, today
from tests.reading import words
from works.actions import disclosures as actions
from works.forms.disclosures import DisclosureForm
from works.ledgers.disclosures import DISCLOSURE_LEDGER
from works.models import Disclosure

HEADINGS = "序号 公开日期 公开单位 公开范围 公开事项 公开内容 公开方式 依据（文件、会议纪要） 备注"


def disclosed(plant, by=None, **changes):
    fields = {
        "organ": plant.heavy,
        "unit": plant.foundry,
        "item": "pay",
        "title": "三季度奖金分配方案",
        "published_on": today(),
        "way": "board",
        "document": "职代会纪要第3期",
    } | changes
    return actions.disclose(by=by or plant.host, at=now(), **fields)


def withdrawn(disclosure, by):
    return actions.withdraw(disclosure=disclosure, by=by, at=now(), reason="数字有误")


def sees(user, disclosure):
    return Disclosure.objects.visible_to(user).filter(pk=disclosure.pk).exists()


def test_all_who_work_in_the_group_read_it(plant, people):
    disclosure = disclosed(plant)
    for one in (plant.host, plant.head, plant.stranger, plant.other_host, plant.office):
        assert sees(one, disclosure), one
    for one in (people.author, people.host, people.office, people.system):
        assert not sees(one, disclosure), one


def test_the_host_of_the_enterprise_enters_it(plant, people):
    for by in (plant.head, plant.liaison, plant.office, plant.other_host):
        with pytest.raises(PermissionDenied):
            disclosed(plant, by=by)
    with pytest.raises(PermissionDenied):
        disclosed(plant, unit=plant.press)
    with pytest.raises(PermissionDenied):
        disclosed(plant, by=people.host, organ=people.town_organ, unit=people.village)
    assert disclosed(plant, unit=None).unit is None
    assert AuditEntry.objects.filter(event="disclosure.entered").count() == 1


def test_a_day_to_come_and_an_empty_or_unknown_item_are_refused(plant):
    for wrong in (
        {"published_on": today() + timedelta(days=1)},
        {"item": ""},
        {"item": "gossip"},
        {"title": ""},
        {"way": ""},
    ):
        with pytest.raises(ValidationError):
            disclosed(plant, **wrong)


def test_it_is_withdrawn_once_with_a_reason(plant):
    disclosure = disclosed(plant)
    with pytest.raises(PermissionDenied):
        withdrawn(disclosure, plant.other_host)
    disclosure = withdrawn(disclosure, plant.host2)
    assert (disclosure.withdrawn_on, disclosure.withdrawn_why) == (today(), "数字有误")
    with pytest.raises(PermissionDenied, match="撤回"):
        withdrawn(disclosure, plant.host)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.update(withdrawn_why="")


def test_from_the_form_to_the_list(plant, browse):
    client = browse(plant.host)
    sent = {
        "item": "welfare",
        "title": "高温补贴发放标准",
        "published_on": today().isoformat(),
        "way": "shift",
    }
    future = (today() + timedelta(days=2)).isoformat()
    for wrong in ({"item": ""}, {"published_on": future}, {"unit": plant.press.pk}):
        answer = client.post(reverse("works:disclose"), sent | wrong)
        assert answer.status_code == 422, wrong
    client.post(reverse("works:disclose"), sent)
    disclosure = Disclosure.objects.get()
    url = reverse("works:withdraw_disclosure", args=[disclosure.pk])
    assert url in words(client.get(reverse("works:disclosures")))
    assert url not in words(browse(plant.head).get(reverse("works:disclosures")))
    browse(plant.host).post(url, {"reason": "标准有调整"})
    assert "高温补贴" not in words(client.get(reverse("works:disclosures")))
    assert "标准有调整" in words(client.get(reverse("works:disclosures") + "?tab=withdrawn"))


def test_who_belongs_to_no_organ_is_asked_for_the_place(plant):
    plant.host.organ = None
    form = DisclosureForm({}, user=plant.host)
    assert form.errors["unit"] == ["请选择所涉单位。"]


def test_the_sheet(plant):
    disclosed(plant)
    sheet = DISCLOSURE_LEDGER.sheet(plant.host, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == HEADINGS.split()
    assert next(iter(sheet.rows))[2:8] == (
        "云岭重型党委",
        "铸造车间",
        "工资奖金",
        "三季度奖金分配方案",
        "公告栏",
        "职代会纪要第3期",
    )


def test_the_list_costs_the_same_for_one_row_and_three(plant, browse):
    disclosed(plant)
    client, url = browse(plant.host), reverse("works:disclosures")

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    one = cost()
    disclosed(plant, title="另一项", unit=None)
    disclosed(plant, title="第三项", unit=plant.team)
    assert cost() == one
