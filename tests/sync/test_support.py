"""Failures counted by cause without names, faults retried, and backup files taken in."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from outreach.models import Visit
from portal.models import AuditEntry
from sync import kinds
from sync.actions import backups, entries
from sync.models import Entry, Part
from tests.people import fresh
from tests.sync.phone import Phone, jpeg


@pytest.fixture
def browse(people):
    def as_(name):
        client = Client()
        client.force_login(getattr(people, name))
        return client

    return as_


@pytest.fixture
def broken(monkeypatch):
    """The action of visits has a bug of ours until the returned function is called."""
    kind = kinds.KINDS["visit"]

    def fails(*args, **more):
        raise RuntimeError("王建国在柳湾村")

    monkeypatch.setitem(kinds.KINDS, "visit", replace(kind, bind=fails))
    return lambda: monkeypatch.setitem(kinds.KINDS, "visit", kind)


# --- Failures ------------------------------------------------------------------------------------


def test_failures_are_numbers_by_cause_and_of_nobody(browse, people, phone, broken):
    for one in (phone, Phone(people.colleague)):
        one.send(one.visit(people.village), one.visit(people.village))

    page = browse("system").get(reverse("sync:failures"))

    (row,) = page.context["rows"]
    assert (row.state, row.cause, row.kind, row.n) == ("fault", "error", "visit", 4)
    assert row.version
    shown = page.content.decode()
    for private in ("王建国", "赵敏", "柳湾村", "我的手机", "县农业农村局"):
        assert private not in shown
    assert browse("neighbour_office").get(reverse("sync:failures")).context["rows"] == []
    assert browse("office").get(reverse("sync:failures")).context["rows"][0].n == 4


def test_what_is_older_than_the_weeks_is_not_counted(browse, people, phone, broken):
    phone.send(phone.visit(people.village))
    entry = Entry.objects.get()
    Entry.objects.update(received_at=entry.received_at - timedelta(weeks=13))

    assert browse("system").get(reverse("sync:failures")).context["rows"] == []


def test_faults_are_tried_again_by_a_press(browse, people, phone, broken):
    written = phone.visit(people.village)
    phone.send(written)
    client, url = browse("office"), reverse("sync:try_faults_again")
    page = client.post(url, follow=True)
    assert "1条仍待重试" in page.content.decode() and not Visit.objects.exists()

    broken()
    page = client.post(url, follow=True)

    assert "1条已办成" in page.content.decode()
    assert Visit.objects.count() == 1
    assert phone.receipts(written)[0]["state"] == "accepted"
    assert "没有待重试的记录" in client.post(url, follow=True).content.decode()


def test_a_neighbour_tries_nothing_of_others(browse, people, phone, broken):
    phone.send(phone.visit(people.village))
    broken()

    browse("neighbour_office").post(reverse("sync:try_faults_again"))

    assert not Visit.objects.exists()
    assert browse("liaison").post(reverse("sync:try_faults_again")).status_code == 403


# --- Backup files --------------------------------------------------------------------------------


def backup(phone, written, photos=(), *, sign=True, more=()):
    lines = [{"v": 1, "device": str(phone.device.key), "account": str(phone.user.pk)}]
    for entry in written:
        lines.append(phone.letter(entry))
        for photo in photos:
            sealed = base64.b64encode(phone.sealed(entry, photo)).decode()
            digest = hashlib.sha256(photo).hexdigest()
            lines.append({"id": entry["id"], "sha256": digest, "sealed": sealed})
    content = b"".join(json.dumps(one).encode() + b"\n" for one in lines) + b"".join(more)
    if sign:
        key = hashlib.sha256(phone.secret.encode()).hexdigest().encode()
        mac = hmac.new(key, content, hashlib.sha256).hexdigest()
        content += json.dumps({"mac": mac}).encode() + b"\n"
    return content


def upload(client, content):
    file = SimpleUploadedFile("a.portal-backup", content)
    return client.post(reverse("sync:take_in_backup"), {"file": file})


def test_a_signed_file_is_carried_out_as_if_the_phone_had_sent_it(browse, people, phone):
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])
    content, client = backup(phone, [written], [photo]), browse("office")

    page = upload(client, content)

    assert page.status_code == 200
    (row,) = page.context["rows"]
    assert (row["state"], page.context["taken"].photo_count) == ("accepted", 1)
    visit = Visit.objects.get()
    assert visit.author == people.cadre and visit.photos.count() == 1
    shown = page.content.decode()
    assert "王建国的备份文件" in shown and "没有手机的签名" not in shown
    assert visit.get_absolute_url() not in shown, "The office need not see what it led to."
    assert AuditEntry.objects.get(event="device.backup_taken_in").actor_id == people.office.pk
    again = upload(client, content)
    assert again.context["rows"][0]["state"] == "accepted"
    assert Visit.objects.count() == 1 and visit.photos.count() == 1


@pytest.mark.parametrize("how", ["unsigned", "changed"])
def test_what_its_phone_has_not_signed_waits_for_its_author(browse, people, phone, how):
    """Anybody can seal a letter, but nobody may write a visit in a cadre's name."""
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])
    content = backup(phone, [written], [photo], sign=how == "changed")
    if how == "changed":
        content = content.replace(b'"account"', b'"Account"')

    page = upload(browse("office"), content)

    entry = Entry.objects.get()
    assert (entry.state, entry.owner) == ("quarantined", people.author)
    assert (entry.cause, entry.device) == ("unsigned", phone.device)
    assert entry.said == ["这条记录来自备份文件，文件没有手机的签名，或已被改动。"]
    assert not Visit.objects.exists()
    assert Part.objects.get().is_kept
    phone.device.refresh_from_db()
    assert not phone.device.is_revoked
    assert "没有手机的签名" in page.content.decode()
    assert entry.get_absolute_url() in page.content.decode()
    # The author has it carried out.
    browse("author").post(reverse("sync:carry_out_entry", args=[entry.pk]))
    assert Visit.objects.get().photos.count() == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("why", ["unsigned", "revoked", "account"])
def test_each_cause_is_said_as_it_is(people, phone, why, language):
    said = {
        "unsigned": "It stood in a backup file that its phone has not signed, or that was changed.",
        "revoked": "It came from a phone that had been revoked.",
        "account": "The account of its author is no longer in use.",
    }
    user = type(people.author).objects.filter(pk=people.author.pk)
    user.update(language=language, is_active=why != "account")
    if why == "revoked":
        phone.revoke()
    content = backup(phone, [phone.visit(people.village)], sign=why != "unsigned")

    with translation.override(language):
        file = SimpleUploadedFile("a.portal-backup", content)
        backups.take_in(file=file, by=fresh(people.office), at=timezone.now())

        entry = Entry.objects.get()
        assert entry.said == [gettext(said[why])]
        assert entry.cause == ("unsigned" if why == "unsigned" else "revoked")
        assert not Visit.objects.exists()
        assert language == "en" or entry.said != [said[why]], "It is translated."


def test_what_nobody_signed_is_not_carried_out_by_a_later_try_either(people, phone, monkeypatch):
    """For a kind known only to a newer portal: it must not wait as a fault, which would be retried
    as if the phone had sent it."""
    newer = phone.visit(people.village) | {"kind": "later"}
    file = SimpleUploadedFile("a.portal-backup", backup(phone, [newer], sign=False))
    backups.take_in(file=file, by=fresh(people.office), at=timezone.now())
    assert Entry.objects.get().state == "quarantined"
    monkeypatch.setitem(kinds.KINDS, "later", kinds.KINDS["visit"])

    entries.try_again(at=timezone.now(), everything=True)

    assert Entry.objects.get().state == "quarantined" and not Visit.objects.exists()


def test_a_file_of_a_revoked_phone_waits_as_well(browse, people, phone):
    content = backup(phone, [phone.visit(people.village)])
    phone.revoke()

    page = upload(browse("office"), content)

    assert Entry.objects.get().state == "quarantined"
    assert "这部手机已停用" in page.content.decode()


@pytest.mark.parametrize("who", ["neighbour_office"])
def test_a_file_of_other_peoples_phones_is_refused(browse, people, phone, who):
    page = upload(browse(who), backup(phone, [phone.visit(people.village)]))

    assert page.status_code == 422 and not Entry.objects.exists()
    assert "不属于您所管理人员的手机" in page.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"{}\n",
        b"[]\n",
        b'{"v":2,"device":"x"}\n',
        b'{"v":1,"device":7}\n',
        b"x" * 9_999,
    ],
)
def test_what_is_no_backup_file_is_said(browse, people, content):
    page = upload(browse("office"), content)

    assert page.status_code == 422
    assert "这不是手机的备份文件" in page.content.decode()


def test_broken_lines_are_counted_and_the_others_taken(browse, people, phone):
    lost = phone.visit(people.village)
    broken = phone.letter(lost) | {"letter": "p256.k1.AAAA"}
    more = [b"{broken\n", b'{"id":1,"sha256":2,"sealed":3}\n', json.dumps(broken).encode() + b"\n"]
    written = phone.visit(people.village)

    page = upload(browse("office"), backup(phone, [written], more=more))

    assert page.context["taken"].unread_lines == 1
    assert [row["state"] for row in page.context["rows"]] == ["accepted", "unreadable"]
    assert Visit.objects.count() == 1
