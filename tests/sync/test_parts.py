"""Photos of entries: chunks with offsets, resumed and sent again, checked at the end."""

import hashlib
import io
import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image

from outreach.actions import visits
from outreach.models import Visit
from portal.models import Attachment, AuditEntry
from sync import tasks
from sync.actions import entries, parts
from sync.models import Entry, Part
from tests.sync.phone import CHUNK, Phone, jpeg

NOISE = bytes(range(256)) * 300


def big():
    """A photo of several chunks."""
    image = Image.effect_noise((500, 400), 90).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def files(folder):
    return [one for one in (folder / "attachments" / "phones").rglob("*") if one.is_file()]


def test_a_photo_arrives_in_chunks_and_stands_at_the_visit(phone, people, folder):
    photo = big()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    sealed = phone.sealed(written, photo)
    assert len(sealed) > 2 * CHUNK

    first = phone.put(written, photo, sealed[:CHUNK], at=0, size=len(sealed)).json()
    assert first | {"version": 0} == {"received": CHUNK, "state": "waiting", "version": 0}
    assert files(folder)[0].read_bytes() == sealed[:CHUNK]
    assert phone.send_photo(written, photo, sealed) == "stored"

    kept = Visit.objects.get().photos.get()
    assert kept.added_by == people.author and kept.name == "1.jpg"
    assert Part.objects.get().attachment == kept
    (said,) = phone.receipts(written)
    digest = hashlib.sha256(photo).hexdigest()
    assert said["parts"] == [{"sha256": digest, "state": "stored", "received": len(sealed)}]
    assert AuditEntry.objects.filter(event="visit.photos_changed").count() == 1


def test_a_photo_is_on_the_disk_before_it_is_said_to_be_stored(phone, people, folder, monkeypatch):
    """The phone then deletes it, and a power cut must not destroy the only copy."""
    flushed = set()
    monkeypatch.setattr(os, "fsync", lambda one: flushed.add(os.fstat(one).st_ino))
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)

    assert phone.send_photo(written, photo) == "stored"

    file = Path(Attachment.objects.get().file.path)
    assert {one.stat().st_ino for one in (file, file.parent, file.parents[1], folder)} <= flushed


def test_its_sealed_bytes_go_once_it_is_stored(
    phone, people, folder, django_capture_on_commit_callbacks
):
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    with django_capture_on_commit_callbacks(execute=True):
        phone.send_photo(written, photo)

    assert files(folder) == []


def test_place_and_camera_are_dropped(phone, people):
    exif = Image.new("RGB", (4, 4)).getexif()
    exif[0x010F] = "SecretCamera"
    photo = jpeg(exif=exif)
    assert b"SecretCamera" in photo
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    phone.send_photo(written, photo)

    with Attachment.objects.get().file.open("rb") as file:
        assert b"SecretCamera" not in file.read()


def test_chunks_again_and_out_of_order_change_nothing(phone, people):
    photo = big()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    sealed = phone.sealed(written, photo)

    def put(at, content=None):
        content = sealed[at : at + CHUNK] if content is None else content
        return phone.put(written, photo, content, at=at, size=len(sealed)).json()["received"]

    assert put(CHUNK) == 0  # too early
    assert put(0) == CHUNK
    assert put(0) == CHUNK  # sent again
    assert put(2 * CHUNK) == CHUNK
    assert put(CHUNK, sealed[CHUNK : CHUNK + 100]) == CHUNK + 100  # cut off on the way
    assert put(CHUNK) == CHUNK + 100
    assert phone.send_photo(written, photo, sealed) == "stored"
    assert phone.send_photo(written, photo, sealed) == "stored"
    assert Visit.objects.get().photos.count() == 1


@pytest.mark.parametrize(
    ("query", "length", "status"),
    [
        ("at=0&size=100", 200, 400),
        ("at=90&size=100", 20, 400),
        ("at=-1&size=100", 10, 400),
        ("at=x&size=100", 10, 400),
        ("at=0", 10, 400),
        ("at=0&size=0", 0, 400),
        (f"at=0&size={10**12}", 10, 400),
        ("at=0&size=99999", CHUNK + 1, 413),
    ],
)
def test_a_chunk_out_of_range_is_refused(phone, people, query, length, status):
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    digest = hashlib.sha256(photo).hexdigest()
    response = phone.client.put(
        f"/sync/v1/parts/{written['id']}/{digest}/?{query}",
        b"x" * length,
        content_type="application/octet-stream",
        headers=phone.headers,
    )

    assert response.status_code == status
    assert Part.objects.get().received == 0


def test_a_photo_whose_hash_does_not_fit_is_sent_again_from_the_start(phone, people):
    photo, other = jpeg("green"), jpeg("red")
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)

    assert phone.send_photo(written, photo, phone.sealed(written, other)) == "differs"
    assert phone.send_photo(written, photo, b"p256.k1." + NOISE[:500]) == "differs"
    assert Part.objects.get().received == 0
    assert phone.send_photo(written, photo) == "stored"


def test_what_is_no_photo_is_refused_for_good(phone, people):
    written = phone.visit(people.village, photos=[NOISE])
    phone.send(written)

    assert phone.send_photo(written, NOISE) == "refused"
    assert phone.receipts(written)[0]["parts"][0]["state"] == "refused"
    assert Attachment.objects.count() == 0


def test_a_photo_before_its_entry_is_not_known(phone, people):
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])

    assert phone.send_photo(written, photo) == "unknown"
    phone.send(written)
    assert phone.send_photo(written, jpeg("red")) == "unknown"
    assert Phone(people.colleague).send_photo(written, photo) == "unknown"


def test_a_photo_of_a_void_visit_is_refused(phone, people):
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    visits.void_visit(visit=Visit.objects.get(), by=people.author, reason="x", at=timezone.now())

    assert phone.send_photo(written, photo) == "refused"
    assert Attachment.objects.count() == 0


def test_a_photo_arrives_after_the_days_of_corrections_and_from_a_revoked_phone(phone, people):
    """Its entry named it by its hash when the phone was still trusted."""
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    Visit.objects.update(created_at=timezone.now() - timedelta(days=30))
    phone.revoke()

    assert phone.send_photo(written, photo) == "stored"
    assert Visit.objects.get().photos.count() == 1


def test_the_sixth_photo_is_refused(phone, people):
    photos = [jpeg(size=(10 + n, 10)) for n in range(6)]
    written = phone.visit(people.village, photos=photos)
    phone.send(written)

    states = [phone.send_photo(written, one) for one in photos]

    assert states == ["stored"] * 5 + ["refused"]


def test_a_photo_waits_with_its_entry_and_follows_it(phone, people, folder, monkeypatch, settings):
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])

    def record_visit(**typed):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(visits, "record_visit", record_visit)
        assert phone.send(written)[0]["state"] == "fault"
        assert phone.send_photo(written, photo) == "stored"
    assert b"JFIF" not in files(folder)[0].read_bytes()

    # It was scanned on arrival.
    settings.MALWARE_SCANNER = "unix:/nowhere/clamd.ctl"
    entries.try_again(at=timezone.now(), everything=True)

    assert Visit.objects.get().photos.count() == 1
    assert not Part.objects.get().is_kept


def test_an_error_of_ours_keeps_a_photo(phone, people, monkeypatch):
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)

    def add_late_photos(**given):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(visits, "add_late_photos", add_late_photos)
        assert phone.send_photo(written, photo) == "stored"
    assert Part.objects.get().is_kept and Attachment.objects.count() == 0

    tasks.try_again()

    assert Visit.objects.get().photos.count() == 1


def test_a_photo_of_a_quarantined_entry_is_kept_sealed(phone, people, folder):
    photo = jpeg()
    written = phone.visit(people.village, photos=[photo], fields={"summary": [""]})
    phone.send(written)

    assert phone.send_photo(written, photo) == "stored"
    assert len(files(folder)) == 1 and Part.objects.get().is_kept
    entries.drop(entry=Entry.objects.get(), by=people.author, reason="x", at=timezone.now())
    assert phone.send_photo(written, photo) == "refused"


def test_bytes_lost_on_the_server_are_asked_for_again(phone, people, folder):
    photo = big()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    sealed = phone.sealed(written, photo)
    phone.put(written, photo, sealed[:CHUNK], at=0, size=len(sealed))
    files(folder)[0].write_bytes(b"")

    response = phone.put(written, photo, sealed[CHUNK : 2 * CHUNK], at=CHUNK, size=len(sealed))

    assert response.json()["received"] == 0
    assert phone.send_photo(written, photo, sealed) == "stored"


def test_a_photo_sealed_anew_begins_anew(phone, people):
    photo = big()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    first, second = phone.sealed(written, photo), phone.sealed(written, photo) + b""
    phone.put(written, photo, first[:CHUNK], at=0, size=len(first))

    assert phone.send_photo(written, photo, second) in {"stored", "differs"}
    assert phone.send_photo(written, photo, second) == "stored"


def test_what_a_killed_process_left_behind_goes_in_the_night(phone, people, folder):
    """Killed between completing a photo and deleting its file, to which nothing refers any more."""
    photos = [jpeg("red"), jpeg("blue")]
    done, going_on, kept = (phone.visit(people.village, photos=photos) for _n in range(3))
    kept["fields"]["summary"] = [""]
    phone.send(done, going_on, kept)
    # Nothing is committed here, so the files of `done` stay as after a kill.
    for entry in (done, kept):
        assert [phone.send_photo(entry, one) for one in photos] == ["stored", "stored"]
    sealed = phone.sealed(going_on, photos[0])
    phone.put(going_on, photos[0], sealed[:100], at=0, size=len(sealed))
    foreign = folder / "attachments" / "phones" / str(uuid.uuid4()) / "7"
    foreign.parent.mkdir()
    foreign.write_bytes(b"of another database")
    now = timezone.now()
    assert len(files(folder)) == 2 + 1 + 2 + 1
    for one in files(folder):
        os.utime(one, (now.timestamp(), now.timestamp()))

    assert parts.tidy(at=now) == 0, "Younger than a day: somebody may be at it."
    tasks.tidy()
    assert len(files(folder)) == 6
    assert parts.tidy(at=now + timedelta(days=1, minutes=1)) == 2

    left = {one.parent.name for one in files(folder)}
    assert left == {going_on["id"], kept["id"], foreign.parent.name}
    assert not (folder / "attachments" / "phones" / done["id"]).exists()
    # Nothing was lost.
    assert phone.send_photo(going_on, photos[0], sealed) == "stored"


@pytest.mark.parametrize("name", ["", " ", ".", "..", "/", "a/..", "../../etc/passwd", "a\\b.jpg"])
def test_a_name_that_is_none_keeps_no_photo_from_arriving(phone, people, folder, name):
    """An error would be answered with a page, and the phone would retry forever."""
    photo = jpeg()
    entry = phone.visit(people.village, photos=[photo])
    entry["parts"][0]["name"] = name
    phone.send(entry)

    assert phone.send_photo(entry, photo) == "stored"
    file = Path(Attachment.objects.get().file.path)
    assert file.is_relative_to(folder) and file.exists()
    assert Part.objects.get().name in {"photo.jpg", "passwd", "b.jpg"}


def test_photos_that_belong_nowhere_yet_are_bounded(phone, people, monkeypatch):
    photos = [jpeg("red"), jpeg("blue")]
    entry = phone.visit(people.village, photos=photos, fields={"summary": [""]})
    phone.send(entry)
    sealed = [phone.sealed(entry, one) for one in photos]
    monkeypatch.setattr(parts, "MAX_PENDING_BYTES", len(sealed[0]) + len(sealed[1]) - 1)

    assert phone.send_photo(entry, photos[0], sealed[0]) == "stored"
    response = phone.put(entry, photos[1], sealed[1], at=0, size=len(sealed[1]))

    assert (response.status_code, response.headers["Retry-After"]) == (429, "3600")
    assert Part.objects.filter(state="waiting", received=0).count() == 1
    monkeypatch.undo()
    assert phone.send_photo(entry, photos[1], sealed[1]) == "stored"
