"""Calls: who may make them, from where, how often, in which form."""

import io
import json

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from outreach.models import Visit
from portal.models import AuditEntry
from sync.actions import devices
from sync.models import Device, Entry
from sync.views import calls
from tests.sync.phone import Phone

ENTRIES, RECEIPTS = "/sync/v1/entries/", "/sync/v1/receipts/"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "Portal-Device",
        "Portal-Device x.y",
        "Bearer {key}.{secret}",
        "Portal-Device {key}.{secret}x",
        "Portal-Device {key}.",
        "Portal-Device {other}.{secret}",
    ],
)
def test_a_wrong_credential_opens_nothing(phone, people, wrong):
    other = Phone(people.colleague).device.key
    said = wrong.format(key=phone.device.key, secret=phone.secret, other=other)
    for path in (RECEIPTS, ENTRIES):
        response = phone.client.get(path, headers=phone.headers | {"Authorization": said})
        if path == RECEIPTS:
            assert response.status_code == 401
    response = phone.post(
        ENTRIES, {"entries": [phone.letter(phone.visit(people.village))]}, Authorization=said
    )

    assert response.status_code == 401 and Entry.objects.count() == 0


def test_a_session_opens_nothing_here_and_the_credential_no_page(phone, people):
    signed_in = Client()
    signed_in.force_login(people.author)
    headers = {name: v for name, v in phone.headers.items() if name != "Authorization"}

    assert signed_in.get(RECEIPTS, headers=headers).status_code == 401
    assert phone.client.get("/", headers=phone.headers).status_code == 302
    assert "sessionid" not in phone.client.cookies


def test_no_cookie_is_read_and_none_is_set(phone, people, django_assert_max_num_queries):
    phone.client.cookies["sessionid"] = "of another"
    with django_assert_max_num_queries(8) as asked:
        response = phone.client.get(RECEIPTS, headers=phone.headers)

    assert response.status_code == 200 and not response.cookies
    assert not any("django_session" in one["sql"] for one in asked.captured_queries)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": None}, 403),
        ({"Origin": None, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": None, "Sec-Fetch-Site": "none"}, 403),
        ({"Origin": None, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"X-Portal-Sync": None}, 400),
        ({"X-Portal-Sync": "2"}, 400),
        ({}, 200),
    ],
)
def test_another_site_is_refused(phone, headers, status):
    sent = {name: v for name, v in (phone.headers | headers).items() if v is not None}

    response = phone.client.get(RECEIPTS, headers=sent)

    assert response.status_code == status
    assert response.json()["version"] == {"least": 1, "most": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"entries":{}}',
        b'{"entries":[1]}',
        b'{"entries":[{"id":1,"hash":"a","letter":"b"}]}',
        b'{"entries":[{"id":"1","hash":"a","letter":"b"}]}',
        json.dumps({"entries": [{}] * 51}).encode(),
    ],
    ids=range(10),
)
def test_what_is_no_request_is_refused(phone, wrong):
    assert phone.post(ENTRIES, wrong).status_code == 400


def test_a_form_is_no_request(phone):
    response = phone.client.post(ENTRIES, {"entries": "[]"}, headers=phone.headers)

    assert response.status_code == 400


def test_ten_megabytes_are_refused_unread(phone):
    text = b'{"entries":["' + b"x" * 10_000_000 + b'"]}'

    response = phone.post(ENTRIES, text)

    assert response.status_code == 413
    check = phone.client.post(
        ENTRIES, text, content_type="application/json", headers=phone.headers, CONTENT_LENGTH=""
    )
    assert check.status_code in {400, 413}


class Broken(io.BytesIO):
    def read(self, *_size):
        raise OSError("Connection reset by peer")


@pytest.mark.parametrize("arrives", [io.BytesIO(b'{"entr'), Broken()], ids=["half", "reset"])
def test_a_body_that_breaks_off_is_no_wrong_request(phone, arrives):
    """After a 400 a phone would ask for help; this one retries."""
    there = {"CONTENT_LENGTH": "500", "CONTENT_TYPE": "application/json", "wsgi.input": arrives}

    response = phone.client.generic("POST", ENTRIES, headers=phone.headers, **there)

    assert response.status_code == 408


def test_ids_that_are_none(phone):
    for query in ("id=x", "id=6F1C0A52-3B7E-4D19-8C55-0E2F9A417B60", "&".join(["id=x"] * 101)):
        response = phone.client.get(f"{RECEIPTS}?{query}", headers=phone.headers)
        assert response.status_code == 400


def test_an_id_in_another_spelling_is_not_read(phone, people):
    letter = phone.letter(phone.visit(people.village))

    (receipt,) = phone.send(letter | {"id": letter["id"].upper()})

    assert receipt["state"] == "unreadable" and receipt["id"] == letter["id"].upper()


def test_a_phone_that_calls_too_often_has_to_wait(phone, people, monkeypatch):
    cache.clear()
    monkeypatch.setattr(calls, "CALLS_PER_MINUTE", 3)
    with pytest.MonkeyPatch.context() as clock:
        now = timezone.now()
        clock.setattr(calls.timezone, "now", lambda: now)
        said = [phone.client.get(RECEIPTS, headers=phone.headers).status_code for _call in range(5)]
        other = Phone(people.colleague)
        spared = other.client.get(RECEIPTS, headers=other.headers).status_code

    assert said == [200, 200, 200, 429, 429] and spared == 200


def test_a_phone_says_what_it_still_holds(phone):
    before = Device.objects.get()
    assert (before.last_contact_at, before.unsent) == (None, 0)
    for said in ("7", "x", "-1"):
        phone.client.get(RECEIPTS, headers=phone.headers | {"X-Portal-Unsent": said})

    after = Device.objects.get()
    assert after.unsent == 7 and after.last_contact_at is not None


def test_words_are_in_the_language_of_its_owner(phone, people):
    people.author.language = "en"
    people.author.save()

    (receipt,) = phone.send(phone.visit(people.village, fields={"visited_on": ["2099-01-01"]}))

    assert any(words.startswith("Date") for words in receipt["said"])


# --- Phones -------------------------------------------------------------------------------------


def test_only_a_digest_of_the_secret_is_kept(phone):
    assert phone.secret not in str(vars(Device.objects.get()))
    assert Device.objects.get().digest == devices.digest_of(phone.secret)
    assert AuditEntry.objects.filter(event="device.enrolled").exists()


def test_who_enrols_and_how_many(people):
    with pytest.raises(PermissionDenied):
        Phone(people.auditor)
    for _one in range(3):
        Phone(people.author)
    with pytest.raises(PermissionDenied):
        Phone(people.author)


def test_who_revokes(phone, people):
    for who in (people.colleague, people.host, people.neighbour_office, people.auditor):
        with pytest.raises(PermissionDenied):
            devices.revoke(device=phone.device, by=who, reason="", at=timezone.now())
    for who in (people.author, people.office, people.liaison, people.system):
        phone = Phone(people.author)
        devices.revoke(device=phone.device, by=who, reason="遗失", at=timezone.now())
        phone.device.refresh_from_db()
        assert (phone.device.why, phone.device.revoked_by) == ("遗失", who)
    with pytest.raises(PermissionDenied):
        devices.revoke(device=phone.device, by=people.author, at=timezone.now())


def test_many_entries_cost_few_queries_each(phone, people, django_assert_max_num_queries):
    phone.send(phone.visit(people.village))  # fill the caches
    entries = [phone.visit(people.village) for _one in range(4)]
    letters = [phone.letter(one) for one in entries]
    with django_assert_max_num_queries(4 * 60):
        phone.send(*letters)

    assert Visit.objects.count() == 5


class Sending(io.BytesIO):
    """An endless body that counts what has been read."""

    def __init__(self, length):
        self.left = length

    def read(self, size=-1):
        some = min(self.left, size if size >= 0 else self.left)
        self.left -= some
        return b" " * some


def test_of_a_body_that_is_too_large_the_rest_is_read_away(phone):
    """Otherwise the connection would be reset while the phone is still sending: it would never read
    the 413, and not ask for help."""
    arrives = Sending(10_000_000)
    there = {"CONTENT_LENGTH": "10000000", "CONTENT_TYPE": "application/json"}

    response = phone.client.generic(
        "POST", ENTRIES, headers=phone.headers, **there, **{"wsgi.input": arrives}
    )

    assert response.status_code == 413 and arrives.left == 0


def test_not_without_end(phone):
    arrives = Sending(10**12)
    there = {"CONTENT_LENGTH": f"{10**12}", "CONTENT_TYPE": "application/json"}

    response = phone.client.generic(
        "POST", ENTRIES, headers=phone.headers, **there, **{"wsgi.input": arrives}
    )

    assert response.status_code == 413 and arrives.left > 9 * 10**11
