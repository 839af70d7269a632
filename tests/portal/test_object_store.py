"""Files in an object store: written on one node, read on another, served only by pages."""

import os
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer

from outreach.ledgers.matters import MATTER_LEDGER
from portal import imports
from portal.imports import actions
from portal.models import Attachment, ImportBatch, Job
from portal.records import files
from portal.run import backup, jobs, object_store
from portal.sheets import ledgers
from portal.tools import shelf
from sync import waiting
from sync.actions import parts
from sync.models import Part
from tests.portal.test_imports import organs
from tests.sheets import upload
from tests.sync.phone import CHUNK, Phone, jpeg
from tests.sync.test_parts import big

pytestmark = pytest.mark.slow

BUCKET = "portal"
FILES = "django.core.files.storage.FileSystemStorage"


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _host, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def store(server, settings, tmp_path):
    """The client of an empty store that the portal uses on the node “web”."""
    client = boto3.client(
        "s3",
        endpoint_url=server,
        aws_access_key_id="x",
        aws_secret_access_key="y",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=BUCKET)
    given = {"S3_ENDPOINT": server, "S3_ACCESS_KEY": "x", "S3_SECRET_KEY": "y", "S3_PREFIX": "a/b"}
    entry = object_store.storage(BUCKET, lambda name, default=None: given.get(name, default))
    settings.S3_BUCKET = BUCKET
    settings.STORAGES = settings.STORAGES | {"default": entry}
    settings.MEDIA_ROOT = tmp_path / "web"
    yield client
    for key in keys(client):
        client.delete_object(Bucket=BUCKET, Key=key)


@pytest.fixture
def node(settings, tmp_path):
    """go(name) switches to another node with another disk."""

    def go(name):
        settings.MEDIA_ROOT = tmp_path / name

    return go


def keys(client):
    return [one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def on_disk(settings):
    return [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()]


def read(response):
    content = b"".join(response)
    # response.close() would also close the test's connection.
    for close in response._resource_closers:
        close()
    return content


def test_an_added_file_is_private_in_the_store_and_goes_with_its_row(
    people, store, settings, django_capture_on_commit_callbacks
):
    kept = files.keep(b"%PDF-1", name="a.pdf", content_type="application/pdf", by=people.office)

    (key,) = keys(store)
    assert key == f"a/b/{kept.file.name}" and key.startswith("a/b/attachments/")
    owner = store.get_object_acl(Bucket=BUCKET, Key=key)
    assert [one["Permission"] for one in owner["Grants"]] == ["FULL_CONTROL"]
    assert "URI" not in owner["Grants"][0]["Grantee"]
    assert on_disk(settings) == []
    with Attachment.objects.get().file.open("rb") as file:
        assert file.read() == b"%PDF-1"
    with django_capture_on_commit_callbacks(execute=True):
        files.drop([kept])
    assert keys(store) == []


def test_an_export_of_a_worker_is_handed_out_by_another_node(people, store, node, settings, client):
    people.matter()
    job = ledgers.start_export(MATTER_LEDGER, filters={"tab": "all"}, by=people.office)
    node("worker")
    jobs.run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert on_disk(settings) == []
    assert keys(store) == [f"a/b/jobs/{job.key}/1/{job.file_name}"]

    node("web")
    client.force_login(people.office)
    assert job.file_name in client.get(reverse("job", args=[job.pk])).content.decode()
    answer = client.get(reverse("job_file", args=[job.pk]))
    content = read(answer)
    assert content.startswith(b"PK") and len(content) == job.manifest["size"]
    assert answer.headers["Content-Length"] == f"{job.manifest['size']}"
    client.force_login(people.supervisor)
    assert client.get(reverse("job_file", args=[job.pk])).status_code == 404

    Job.objects.update(expires_at=timezone.now())
    assert jobs.expire(at=timezone.now()) == 1
    assert keys(store) == []
    assert jobs.file_of(job) is None


def test_an_overtaken_attempt_leaves_nothing_in_the_store(people, store, node, settings):
    people.matter()
    job = ledgers.start_export(MATTER_LEDGER, filters={"tab": "all"}, by=people.office)
    old = jobs.take(job.pk, at=timezone.now())
    shelf.Folder(f"jobs/{job.key}/1").make().joinpath("old.xlsx").write_bytes(b"PK")
    shelf.Folder(f"jobs/{job.key}/1").keep()
    assert len(keys(store)) == 1
    Job.objects.update(state=Job.State.QUEUED, lease_until=None)
    jobs.run(job.pk, clock=timezone.now)
    jobs._publish(old, "old.xlsx", {"written": 0, "expected": 0}, at=timezone.now())

    (key,) = keys(store)
    assert f"/{job.key}/2/" in key


def test_a_workbook_is_read_by_a_worker_and_its_report_by_a_page(
    people, store, node, settings, client
):
    kind = imports.REGISTRY["organs"]
    content = organs(["水务站", "错的", "", ""])
    batch = actions.receive(
        kind=kind,
        file=upload(content),
        name="台账.xlsx",
        reason="接管原台账",
        document="组通〔2026〕5号",
        by=people.office,
    )
    assert on_disk(settings) == []
    assert keys(store) == [f"a/b/imports/{batch.key}/original.xlsx"]

    node("worker")
    jobs.run(batch.job_id, clock=timezone.now)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.problem_count) == (ImportBatch.State.CHECKED, 1)
    assert on_disk(settings) == []

    node("web")
    assert actions.preview_of(batch)["rows"] == []
    assert actions.samples_of(batch)
    client.force_login(people.office)
    assert read(client.get(reverse("import_report", args=[batch.pk]))).startswith(b"PK")
    assert on_disk(settings) == []
    actions._throw_files_away(batch)
    assert keys(store) == []


def test_a_photo_of_a_phone_comes_in_chunks_through_several_nodes(
    people, store, node, settings, django_capture_on_commit_callbacks
):
    phone, photo = Phone(people.author), big()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    sealed = phone.sealed(written, photo)
    size = len(sealed)
    assert size > 2 * CHUNK
    phone.put(written, photo, sealed[:CHUNK], at=0, size=size)
    node("web 2")
    phone.put(written, photo, sealed[CHUNK : 2 * CHUNK], at=CHUNK, size=size)
    # Sent again, as after a lost answer.
    said = phone.put(written, photo, sealed[:CHUNK], at=0, size=size).json()
    assert said["received"] == 2 * CHUNK
    assert len(keys(store)) == 2
    node("web 3")
    with django_capture_on_commit_callbacks(execute=True):
        assert phone.send_photo(written, photo, sealed) == "stored"

    kept = Part.objects.get().attachment
    assert keys(store) == [f"a/b/{kept.file.name}"]
    assert on_disk(settings) == []


def test_a_chunk_that_is_gone_is_asked_for_again(people, store):
    phone, photo = Phone(people.author), big()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    sealed = phone.sealed(written, photo)
    phone.put(written, photo, sealed[:CHUNK], at=0, size=len(sealed))
    (key,) = keys(store)
    store.delete_object(Bucket=BUCKET, Key=key)

    # With a missing chunk it cannot be decrypted, so the phone starts again.
    assert phone.send_photo(written, photo, sealed) == "differs"
    assert phone.send_photo(written, photo, sealed) == "stored"


@pytest.mark.parametrize("whole", [False, True], ids=["begun", "whole"])
@pytest.mark.parametrize("into_store", [False, True], ids=["onto a disk", "into a store"])
def test_photos_that_wait_outlive_a_backup_restored_elsewhere(
    people, store, tmp_path, settings, django_capture_on_commit_callbacks, whole, into_store
):
    """A photo is one file on a disk, and several objects in a store."""
    storages = settings.STORAGES
    on_a_disk = storages | {"default": {"BACKEND": FILES}}
    if into_store:
        settings.S3_BUCKET, settings.STORAGES = "", on_a_disk
    phone, photo = Phone(people.author), big()
    written = phone.visit(people.village, photos=[photo], fields={"summary": [""]})
    phone.send(written)
    sealed = phone.sealed(written, photo)
    if whole:
        assert phone.send_photo(written, photo, sealed) == "stored"
        assert Part.objects.get().is_kept
    else:
        phone.put(written, photo, sealed[:CHUNK], at=0, size=len(sealed))
    with tarfile.open(tmp_path / "files.tar", "w") as tar:
        backup._add_files(tar)
    with tarfile.open(tmp_path / "files.tar") as tar:
        tar.extractall(tmp_path / "out", filter="data")
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    settings.MEDIA_ROOT.mkdir()
    if into_store:
        settings.S3_BUCKET, settings.STORAGES = BUCKET, storages
    else:
        for key in keys(store):
            store.delete_object(Bucket=BUCKET, Key=key)
        settings.S3_BUCKET, settings.STORAGES = "", on_a_disk
    backup._put_files_back(tmp_path / "out" / "attachments")

    part = Part.objects.select_related("entry").get()
    assert waiting.read(part) == (sealed if whole else sealed[:CHUNK])
    if not whole:
        # The phone may have to start again, and then the photo arrives.
        states = [phone.send_photo(written, photo, sealed) for _n in range(2)]
        assert "stored" in states
        part.refresh_from_db()
        assert waiting.read(part) == sealed
    waiting.drop(part)
    assert keys(store) == [] and on_disk(settings) == []


def test_what_a_killed_process_left_of_a_photo_is_deleted_after_a_day(people, store):
    phone, photos = Phone(people.author), [jpeg("red"), jpeg("blue")]
    written = phone.visit(people.village, photos=photos)
    phone.send(written)
    for photo in photos:
        sealed = phone.sealed(written, photo)
        phone.put(written, photo, sealed[:CHUNK], at=0, size=len(sealed) + 1)
    going_on, done = Part.objects.order_by("pk")
    Part.objects.filter(pk=done.pk).update(state=Part.State.STORED)
    foreign = f"a/b/attachments/phones/{uuid4()}/1/000000000"
    store.put_object(Bucket=BUCKET, Key=foreign, Body=b"x")
    now = timezone.now()

    assert parts.tidy(at=now) == 0, "Younger than a day: somebody may be at it."
    assert len(keys(store)) == 3
    assert parts.tidy(at=now + timedelta(days=1, minutes=1)) == 1

    kept = f"a/b/attachments/phones/{written['id']}/{going_on.pk}/000000000"
    assert keys(store) == sorted([foreign, kept])


def test_a_backup_holds_what_the_store_has_and_puts_it_back(store, tmp_path, settings):
    default_storage.save("attachments/ab/one", ContentFile(b"%PDF-"))
    default_storage.save("jobs/x/1/export.xlsx", ContentFile(b"PK"))
    # The upgrade requires as much free space before it starts.
    assert shelf.size_below("attachments") == 5
    with tarfile.open(tmp_path / "files.tar", "w") as tar:
        backup._add_files(tar)
    default_storage.delete("attachments/ab/one")
    with tarfile.open(tmp_path / "files.tar") as tar:
        assert tar.getnames() == ["attachments/ab/one"]
        tar.extractall(tmp_path / "out", filter="data")

    backup._put_files_back(tmp_path / "out" / "attachments")

    with default_storage.open("attachments/ab/one") as file:
        assert file.read() == b"%PDF-"


def test_leftovers_of_a_killed_worker_are_thrown_away_after_a_day(store):
    place = shelf.Folder("jobs/left").make()
    now = timezone.now()
    # The disk does not use the tests' clock.
    os.utime(place, (now.timestamp(), now.timestamp()))
    shelf.delete_leftovers("jobs", "imports", at=now + timedelta(hours=23))
    assert place.is_dir()
    shelf.delete_leftovers("jobs", "imports", at=now + timedelta(hours=25))
    assert not place.exists()


def test_without_a_store_no_library_of_it_is_loaded(tmp_path):
    """Nothing changes for a node without S3_BUCKET."""
    words = (
        "import django; django.setup(); import sys;"
        "import portal.urls, portal.tasks, portal.run.backup;"
        "print([one for one in ('boto3', 'botocore', 'storages') if one in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", words],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
