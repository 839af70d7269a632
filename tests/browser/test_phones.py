"""The pages about users' phones; an entry that could not be carried out is corrected."""

from datetime import date

import pytest
from django.utils import timezone

from outreach.models import Visit
from sync.actions import entries
from sync.models import Device, Entry
from tests.sync.phone import Phone

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]


def send(phone, written):
    """Deliver what was written as the phone does, without the line between them."""
    listed = {
        name: one if isinstance(one, list) else [one] for name, one in written["fields"].items()
    }
    sent = entries.Sent(**phone.letter(written | {"fields": listed}))
    (receipt,) = entries.receive(device=phone.device, sent=[sent], at=timezone.now())
    return receipt["state"]


def test_an_entry_is_corrected_and_a_lost_phone_revoked(person, stack, on_the_stack):
    people = stack.people
    phone = Phone(people.colleague)
    phone.user = people.colleague.acting(on=timezone.localdate())
    today = timezone.localdate().isoformat()
    wrong = phone.visit(people.village, fields={"visited_on": "", "reflection": "还要常来。"})
    assert send(phone, wrong) == "quarantined"
    right = phone.visit(people.village, fields={"visited_on": today})
    assert send(phone, right) == "accepted"
    again = right | {"fields": right["fields"] | {"summary": ["又去了一户，路灯不亮。"]}}
    assert send(phone, again) == "differs"
    entry = Entry.objects.get(key=wrong["id"])
    differs = Entry.objects.get(key=right["id"], state="differs")

    cadre = person("colleague")
    cadre.look("/phone/", "/phones/entries/", differs.get_absolute_url())
    cadre.look(f"{differs.get_absolute_url()}drop/")
    cadre.open("/todo/")
    assert "本人手机记录待核对" in cadre.text()
    cadre.look(entry.get_absolute_url(), f"{entry.get_absolute_url()}correct/")
    assert "还要常来" in cadre.page.locator("[name=reflection]").input_value()
    cadre.page.fill("[name=visited_on]", today)
    cadre.save()
    visit = Visit.objects.get(client_key=wrong["id"])
    assert cadre.page.url.endswith(visit.get_absolute_url())
    assert visit.visited_on == date.fromisoformat(today)

    office = person("office")
    office.look("/phones/", "/phones/entries/", differs.get_absolute_url())
    office.look("/phones/failures/", "/phones/backups/")

    liaison = person("liaison").open("/phones/")
    liaison.page.on("dialog", lambda dialog: dialog.accept())
    liaison.page.locator("main table form .button").first.click()
    liaison.page.wait_for_selector(".notice")
    liaison.check()
    assert Device.objects.get(pk=phone.device.pk).is_revoked
