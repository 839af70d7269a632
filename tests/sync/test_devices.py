"""Personal phones: enrolled by their cadre, revoked by those who look after them."""

import base64
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import parameters, uses
from portal.actions import uses as use_actions
from portal.models import AuditEntry, PolicyParameter
from sync import working_set
from sync.actions import devices as actions
from sync.models import Device
from tests.day import TODAY
from tests.people import fresh
from tests.sync.phone import Phone


@pytest.fixture
def browse(people):
    def as_(name):
        client = Client()
        client.force_login(getattr(people, name) if isinstance(name, str) else name)
        return client

    return as_


def set_norm(people, code, value):
    PolicyParameter.objects.create(
        code=code, value=value, basis="云民办〔2026〕9号", valid_from=TODAY, set_by=people.office
    )
    parameters.forget()


def switch_off(people):
    codes = [one for one in uses.USES if one != "offline"]
    use_actions.choose_uses(codes=codes, by=fresh(people.office))
    parameters.forget()


def test_a_cadre_enrols_a_phone_and_is_told_the_secret_once(browse, people):
    answer = browse("author").post(reverse("sync:enrol_phone"), {"name": " 我的手机 "})

    said, device = answer.json(), Device.objects.get()
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert (device.owner, device.name, str(device.key)) == (
        people.author,
        "我的手机",
        said["device"],
    )
    assert device.digest == actions.digest_of(said["secret"])
    assert device.pull_digest == actions.digest_of(said["pull"]) != device.digest
    assert said["secret"] not in str(Device.objects.values().get())
    assert said["pull"] not in str(Device.objects.values().get())
    assert len(base64.b64decode(said["key"]["public"])) == 65
    assert said["account"] == str(people.author.pk)
    assert len(base64.b64decode(said["receipts"])) == 32
    assert said["limits"]["contact_days"] == 14
    assert AuditEntry.objects.get(event="device.enrolled").actor_id == people.author.pk


def test_its_owner_sets_it_up_again_with_a_new_pin(browse, people, phone):
    """The credential for fetching is encrypted with the PIN only, so whoever has forgotten it needs
    a new one."""
    client, url = browse("author"), reverse("sync:enrol_phone")

    said = client.post(url, {"device": str(phone.device.key)}).json()

    phone.device.refresh_from_db()
    assert set(said) == {"version", "pull", "receipts"}
    assert (
        phone.device.pull_digest == actions.digest_of(said["pull"]) and said["pull"] != phone.pull
    )
    assert phone.device.digest == actions.digest_of(phone.secret), "It still sends."
    assert Device.objects.count() == 1
    assert AuditEntry.objects.get(event="device.renewed").actor_id == people.author.pk


@pytest.mark.parametrize("who", ["colleague", "neighbour_cadre", "office", "liaison", "system"])
def test_nobody_else_sets_it_up_again(browse, people, phone, who):
    answer = browse(who).post(reverse("sync:enrol_phone"), {"device": str(phone.device.key)})

    assert answer.status_code == 404 and set(answer.json()) == {"version", "said"}
    with pytest.raises(PermissionDenied):
        actions.renew(device=phone.device, by=fresh(getattr(people, who)))
    before = phone.device.pull_digest
    phone.device.refresh_from_db()
    assert phone.device.pull_digest == before


@pytest.mark.parametrize("key", ["", "x", "1" * 36, "00000000-0000-4000-8000-000000000000"])
def test_a_phone_that_is_none_is_not_set_up_again(browse, people, key):
    assert browse("author").post(reverse("sync:enrol_phone"), {"device": key}).status_code == 404


def test_a_revoked_phone_is_not_set_up_again(browse, people, phone):
    phone.revoke()

    answer = browse("author").post(reverse("sync:enrol_phone"), {"device": str(phone.device.key)})

    assert answer.status_code == 403 and "停用" in answer.json()["said"][0]


def test_a_token_of_the_page_is_needed(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.author)

    assert client.post(reverse("sync:enrol_phone"), {"name": "手机"}).status_code == 403
    assert not Device.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_a_name_that_does_not_fit_is_said_in_words(browse, people, name):
    answer = browse("author").post(reverse("sync:enrol_phone"), {"name": name})

    assert answer.status_code == 400
    assert answer.json()["said"] and not Device.objects.exists()


def test_more_than_the_norm_are_refused(browse, people):
    set_norm(people, "sync.devices", "1")
    client = browse("author")
    client.post(reverse("sync:enrol_phone"), {"name": "一"})

    answer = client.post(reverse("sync:enrol_phone"), {"name": "二"})

    assert answer.status_code == 403 and "先停用" in answer.json()["said"][0]
    assert "先停用" in client.get(reverse("sync:phone")).content.decode()


@pytest.mark.parametrize("who", ["office", "desk", "system", "auditor"])
def test_who_writes_no_visits_enrols_nothing(browse, people, who):
    assert browse(who).post(reverse("sync:enrol_phone"), {"name": "手机"}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.enrol(name="手机", by=fresh(getattr(people, who)), at=timezone.now())


def test_who_handles_matters_enrols_a_phone_for_their_next_steps_alone(people):
    """The phone has no data on visits, stays or places, and a visit from it is quarantined."""
    matter = people.in_progress()
    handler = Phone(fresh(people.handler))

    rows = working_set.rows(fresh(people.handler), at=timezone.now())
    assert rows["me", "me"]["kinds"] == ["step"]
    assert {name for kind, name in rows if kind == "form"} <= {"note", "mediate", "report"}
    assert {kind for kind, _key in rows} <= {"me", "matter", "form", "cadre"}

    step = handler.entry(
        {"move": ["note"], "text": ["已清淤。"]}, kind="step", about=str(matter.pk)
    )
    visit = handler.visit(people.village)
    states = [one["state"] for one in handler.send(step, visit)]
    assert states == ["accepted", "quarantined"]
    assert matter.steps.filter(move="note").count() == 1


def test_switched_off_nothing_is_enrolled_and_phones_can_still_be_revoked(browse, people, phone):
    switch_off(people)
    client = browse("author")

    assert client.get(reverse("sync:phone")).status_code == 403
    assert client.post(reverse("sync:enrol_phone"), {"name": "手机"}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.enrol(name="手机", by=fresh(people.author), at=timezone.now())
    url = reverse("sync:revoke_phone", args=[phone.device.pk])
    assert browse("liaison").post(url).status_code == 302
    phone.device.refresh_from_db()
    assert phone.device.is_revoked


def test_the_page_says_what_it_is_in_three_sentences(browse, people):
    page = browse("author").get(reverse("sync:phone")).content.decode()

    assert 'id="enrol"' in page and f'data-account="{people.author.pk}"' in page
    assert "没有信号" in page and "14天" in page


def test_its_owner_revokes_it_with_a_question(browse, people, phone):
    client, url = browse("author"), reverse("sync:revoke_phone", args=[phone.device.pk])
    page = client.get(reverse("sync:phone")).content.decode()
    assert f'action="{url}' in page and "data-confirm" in page

    answer = client.post(url)

    phone.device.refresh_from_db()
    assert answer.url == reverse("sync:phone")
    assert (phone.device.is_revoked, phone.device.revoked_by) == (True, people.author)
    assert AuditEntry.objects.get(event="device.revoked").noun_id == phone.device.pk
    assert "我的手机" in client.get(answer.url).content.decode()
    assert client.post(url).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *[("liaison", 302), ("office", 302), ("system", 302), ("host", 404)],
        *[("neighbour_liaison", 404), ("neighbour_office", 404), ("colleague", 404)],
    ],
)
def test_a_lost_phone_is_revoked_by_who_looks_after_its_owner(browse, people, phone, who, status):
    url = reverse("sync:revoke_phone", args=[phone.device.pk])

    assert browse(who).post(url).status_code == status
    phone.device.refresh_from_db()
    assert phone.device.is_revoked is (status == 302)


def test_the_list_says_days_and_no_times(browse, people, phone):
    at = timezone.localtime().replace(hour=3, minute=47) - timedelta(days=2)
    Device.objects.update(last_contact_at=at, enrolled_at=at, unsent=4)

    page = browse("liaison").get(reverse("sync:phones")).content.decode()

    assert "王建国" in page and f"{at:%m-%d}" in page
    assert "03:47" not in page and "3:47" not in page


def test_the_list_has_states_and_a_search(browse, people, phone):
    gone = Phone(people.colleague)
    actions.revoke(device=gone.device, by=people.colleague, at=timezone.now())
    client, url = browse("liaison"), reverse("sync:phones")

    assert [one.owner for one in client.get(url).context["page"]] == [people.author]
    revoked = client.get(url, {"tab": "revoked"})
    assert [one.owner for one in revoked.context["page"]] == [people.colleague]
    assert client.get(url, {"tab": "unsent"}).context["total"] == 0
    assert client.get(url, {"q": "赵敏"}).context["total"] == 0
    assert client.get(url, {"q": "王建"}).context["total"] == 1
    assert browse("neighbour_liaison").get(url).context["total"] == 0
    assert "没有" in browse("neighbour_liaison").get(url).content.decode()


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(
    ("page", "who", "queries"), [("phones", "liaison", 9), ("phone", "author", 9)]
)
def test_pages_cost_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, page, who, queries
):
    for _n in range(row_count):
        Phone(people.author)
    client, url = browse(who), reverse(f"sync:{page}")
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
