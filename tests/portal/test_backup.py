"""Backup and restore: whole or not at all, and never without the right keys."""

import io
import json
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

import portal
from outreach.models import Matter, MatterContact
from portal.models import Attachment, AuditEntry, ShortLivedKey, User
from portal.records import audit, short_lived
from portal.run import backup
from portal.trust import crypto, privacy
from tests.conftest import WORKER, another_database
from tests.people import Cast

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def taken(django_db_setup, django_db_blocker, tmp_path_factory):
    """A backup of one matter with a contact and a file."""
    folder = tmp_path_factory.mktemp("taken")
    there = another_database(f"committed_{WORKER}")
    with django_db_blocker.unblock(), there, override_settings(MEDIA_ROOT=folder / "media"):
        people = Cast()
        people.matter(raiser_phone="100-0000-0077")
        kept = Attachment(
            name="a.pdf", content_type="application/pdf", size=5, sha256="0", added_by=people.author
        )
        kept.file.save("content", ContentFile(b"%PDF-"))
        audit.seal()
        call_command("backup", folder / "portal.tar", stdout=io.StringIO())
    return folder / "portal.tar"


@pytest.fixture
def archive(taken, committed, settings, tmp_path):
    """The backup, and an empty installation."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return shutil.copy(taken, tmp_path / "portal.tar")


def changed(archive, manifest=None, **told):
    """Write the same archive with changes in its manifest."""
    other = archive.with_name("other.tar")
    with tarfile.open(archive) as old, tarfile.open(other, "w") as new:
        for entry in old:
            content = old.extractfile(entry).read() if entry.isfile() else None
            if entry.name == "manifest.json":
                content = json.dumps(json.loads(content) | told).encode()
                entry.size = len(content)
            new.addfile(entry, io.BytesIO(content) if content is not None else None)
    return other


def test_a_restored_installation_has_all_of_it_and_its_audit_is_whole_and_closed(archive):
    call_command("restore", archive, stdout=io.StringIO())

    matter = Matter.objects.get()
    with transaction.atomic(), privacy.opened(matter=matter.pk):
        contact = MatterContact.objects.get(matter=matter)
    assert crypto.decrypt(contact.phone_cipher, "matter.phone") == "100-0000-0077"
    with Attachment.objects.get().file.open() as file:
        assert file.read() == b"%PDF-"
    assert audit.verify().problems == ()
    assert AuditEntry.objects.filter(event="backup.restored").exists()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("DELETE FROM portal_auditentry")


def test_the_keys_are_not_in_it_and_others_open_nothing(archive, settings):
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))
    settings.KEYS = replace(settings.KEYS, audit_key=b"another key of thirty-two bytes.")

    assert not [name for name in names if "keys" in name]
    assert manifest["version"] == portal.__version__
    with pytest.raises(CommandError, match="other keys"):
        call_command("restore", archive)
    assert not User.objects.exists()


def test_keys_that_are_destroyed_one_day_stand_in_no_backup(committed, monkeypatch, tmp_path):
    monkeypatch.setattr(short_lived, "living_keys_file", lambda: tmp_path / "living.json")
    short_lived.keep("test.gone", "a key of before")
    short_lived.destroy("test.gone")
    short_lived.keep("test.living", "a key")
    cipher = ShortLivedKey.objects.get().cipher

    call_command("backup", tmp_path / "portal.tar", stdout=io.StringIO())
    with tarfile.open(tmp_path / "portal.tar") as tar:
        dump = tmp_path / "database.dump"
        dump.write_bytes(tar.extractfile("database.dump").read())
    text = backup._run("pg_restore", "--file=-", str(dump))

    assert "portal_shortlivedkey" in text and cipher not in text
    assert json.loads(short_lived.living_keys_file().read_text()) == {"test.living": cipher}
    ShortLivedKey.objects.all().delete()
    with pytest.raises(short_lived.Gone):
        short_lived.text_of("test.living")
    short_lived.take_back()
    assert short_lived.text_of("test.living") == "a key"


def test_an_installation_in_use_is_not_overwritten(archive):
    User.objects.create_user("first", "x", name="林涛")

    with pytest.raises(CommandError, match="has accounts"):
        call_command("restore", archive)


def test_a_newer_backup_asks_for_an_upgrade(archive):
    newer = changed(archive, migrations=[["outreach", "9999_of_next_year"]])

    with pytest.raises(CommandError, match="9999_of_next_year"):
        call_command("restore", newer)


def test_a_damaged_or_foreign_file_is_refused(archive, tmp_path):
    foreign = tmp_path / "a.tar"
    foreign.write_bytes(b"no archive")

    with pytest.raises(CommandError, match="no whole backup"):
        call_command("restore", foreign)
    with pytest.raises(CommandError, match="damaged"):
        call_command("restore", changed(archive, database="0" * 64))
    with pytest.raises(CommandError, match="no file"):
        call_command("restore", tmp_path / "missing.tar")


def test_no_half_backup_is_left_behind(committed_people, tmp_path, monkeypatch):
    monkeypatch.setattr("portal.run.embedded.shutil.which", lambda name: None)
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")

    with pytest.raises(CommandError, match="pg_dump is missing"):
        call_command("backup", tmp_path / "portal.tar")
    with pytest.raises(CommandError, match="no folder"):
        call_command("backup", tmp_path / "nowhere" / "portal.tar")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_overwrites_nothing(committed, tmp_path):
    taken = tmp_path / "portal.tar"
    taken.write_bytes(b"last week")

    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", taken)
    assert Path(taken).read_bytes() == b"last week"
