"""党员责任区、示范岗: a contact area in a workshop that opens no list of households."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from outreach.actions.areas import arrange_area, end_area
from outreach.models import ContactArea, Household, Visit
from outreach.rules import areas as rules
from outreach.rules.places import looks_after
from tests.day import today
from tests.people import fresh


def post_of(plant, **changes):
    fields = {
        "cadre": plant.master_cadre,
        "unit": plant.foundry,
        "kind": "post",
        "group": "造型线示范岗",
        "starts_on": today(),
    } | changes
    return arrange_area(by=plant.host, **fields)


def test_a_post_opens_no_household(plant):
    Household.objects.create(unit=plant.foundry, serial="12", display_name="丁××户")
    post_of(plant)
    master = fresh(plant.master)
    assert looks_after(master, plant.foundry)
    assert not Household.objects.visible_to(master).exists()
    assert not rules.may_keep_households(master, plant.foundry)

    # A contact area of another kind opens them, beside the post.
    post_of(plant, kind="village", group="")
    assert Household.objects.visible_to(master).exists()
    assert rules.may_keep_households(master, plant.foundry)


def test_a_post_has_a_name_and_stands_in_a_workshop(plant, people):
    with pytest.raises(ValidationError):
        post_of(plant, group="")
    with pytest.raises(PermissionDenied, match="车间"):
        arrange_area(
            by=people.host,
            cadre=people.cadre,
            unit=people.village,
            kind="post",
            group="村头",
            starts_on=today(),
        )
    area = end_area(area=post_of(plant), by=plant.host, on=today())
    assert area.ends_on == today()


def test_the_form_takes_a_post_and_no_households(plant, people, browse):
    sent = {
        "cadre": plant.master_cadre.pk,
        "unit": plant.foundry.pk,
        "kind": "post",
        "group": "造型线示范岗",
        "households": "12",
        "starts_on": today().isoformat(),
    }
    url, client = reverse("outreach:new_contact_area"), browse(plant.host)
    assert client.post(url, sent | {"group": ""}).status_code == 422
    client.post(url, sent)
    area = ContactArea.objects.get(kind="post")
    assert not area.households.exists()
    assert "示范岗" in client.get(reverse("outreach:contact_areas")).content.decode()

    village = sent | {"unit": people.village.pk, "cadre": people.cadre.pk}
    refused = browse(people.host).post(url, village)
    assert (refused.status_code, "kind" in refused.context["form"].errors) == (422, True)


def test_work_on_the_shift_is_for_workshops(plant, people, browse):
    sent = {
        "key": "6f1c7f0a-7a52-4a5e-9a52-0d3b0c5f1a11",
        "visited_on": today().isoformat(),
        "summary": "随班干了一个中班，炉前通风不足。",
        "mode": "shift",
        "matters-TOTAL_FORMS": 0,
        "matters-INITIAL_FORMS": 0,
    }
    url = reverse("outreach:new_visit")
    refused = browse(people.author).post(url, sent | {"unit": people.village.pk})
    assert (refused.status_code, "mode" in refused.context["form"].errors) == (422, True)
    browse(plant.head).post(url, sent | {"unit": plant.foundry.pk})
    visit = Visit.objects.get()
    assert visit.mode == "shift"
    page = browse(plant.head).get(reverse("outreach:correct_visit", args=[visit.pk]))
    assert "跟班劳动" in page.content.decode()
