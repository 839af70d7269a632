"""A receipt on the doorstep: number and code on the screen of the user who recorded the matter."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.actions import door
from outreach.door import store
from outreach.models import Matter, MatterSlip
from outreach.rules import door as rules
from portal.models import AuditEntry
from tests.outreach.test_pages import part, visit_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(people):
    def sign_in(name):
        client = Client()
        client.force_login(getattr(people, name))
        return client

    return sign_in


def numbers(page):
    found = re.findall(r"<strong>([\d ]+)</strong>", page.content.decode())
    return tuple(one.replace(" ", "") for one in found)


@pytest.fixture
def told(browse, people):
    """A visit with two matters raised by villagers and one found by the cadre."""
    form = visit_form(people)
    for n, kind in enumerate(("villager", "villager", "found")):
        form |= part(n, title=f"路灯不亮 {n}", raiser_kind=kind)
    client = browse("author")
    return client, client.post(reverse("outreach:new_visit"), form)


def test_it_stands_on_the_screen_at_once_and_again(told):
    client, answer = told
    first, second, found = Matter.objects.order_by("pk")
    assert answer.url == reverse("outreach:receipt", args=[first.pk])

    page = client.get(answer.url)
    slip = numbers(page)
    assert numbers(client.get(answer.url)) == slip
    assert first.title in page.content.decode() and "notice" not in page.content.decode()
    assert '<svg viewBox="0 0 33 33" class="qr">' in page.content.decode()
    following = reverse("outreach:receipt", args=[second.pk])
    assert following in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert numbers(client.get(following)) != slip
    assert client.get(reverse("outreach:receipt", args=[found.pk])).status_code == 403

    # It is an ordinary slip and closes nothing.
    shown = store.slip(*slip)
    assert shown["title"] == first.title and shown["adds"] and not shown["decides"]
    assert MatterSlip.objects.filter(closes_round=None).count() == 2
    assert AuditEntry.objects.filter(event="matter.receipt_given").count() == 2
    assert not MatterSlip.objects.filter(number=slip[1]).exists()


def test_nobody_else_sees_it_and_nobody_after_a_day(told, browse, people):
    client, answer = told
    for other in ("host", "office", "liaison", "neighbour_host"):
        assert browse(other).get(answer.url).status_code in (403, 404)

    Matter.objects.update(created_at=timezone.now() - timedelta(hours=25))
    page = client.get(answer.url)
    assert page.status_code == 403 and "打印" in page.content.decode()


def test_what_came_from_elsewhere_has_none(people, browse):
    matter = people.matter()
    assert rules.may_show_receipt(people.author, matter, at=timezone.now())
    assert door.receipt(matter=matter, by=people.author, at=timezone.now()) is None

    answer = browse("author").get(reverse("outreach:receipt", args=[matter.pk]))
    assert answer.url == matter.get_absolute_url()


def test_a_registered_matter_has_one_too(people, browse):
    client = browse("host")
    form = {
        "key": "00000000-0000-4000-8000-000000000042",
        "unit": people.village.pk,
        "source": "call",
        "title": "水管爆裂",
        "category": "02",
        "raiser_kind": "villager",
        "urgency": "normal",
        "nature": "help",
        "confidentiality": "named",
        "raiser_name": "李大山",
    }
    answer = client.post(reverse("outreach:new_matter"), form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert len(numbers(client.get(answer.url))) == 2
