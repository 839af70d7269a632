"""Keys are rotated while people work; if killed, it continues, and everything stays readable."""

import base64
import io
import json
import os
import signal
import subprocess
import sys
import tarfile

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from outreach.actions import visits as visit_actions
from outreach.models import ConductReport, MatterContact, Reflection, VisitDraft
from portal.models import AuditEntry, AuditSeal
from portal.records import audit, short_lived
from portal.run import backup, rotating
from portal.trust import crypto, keys, privacy
from tests.conftest import WORKER
from tests.test_layout import ROOT

# Another process, killed after the first batch of contact names.
KILLED = """
import os, signal, sys
from pathlib import Path
import django
from django.conf import settings
for one in settings.DATABASES.values():
    one["NAME"] = sys.argv[1]
django.setup()
from portal.run import rotating
from portal.trust import keys
settings.KEYS = keys.load(Path(sys.argv[2]))
rotating.BATCH = 2
def tell(changed):
    os.kill(os.getpid(), signal.SIGKILL)
for column in rotating.columns():
    if column.label == "outreach.MatterContact.name_cipher":
        column.rotate(tell)
"""


@pytest.fixture
def file(settings, tmp_path):
    """The tests' keys as a file, which `restarted` makes the portal reload."""
    known = settings.KEYS

    def text(key):
        return base64.b64encode(key).decode()

    path = tmp_path / "keys.json"
    written = {
        "django_secret": known.django_secret,
        "contact_keys": {name: text(key) for name, key in known.contact_keys.items()},
        "index_key": text(known.index_key),
        "audit_key": text(known.audit_key),
    }
    path.write_text(json.dumps(written))
    path.chmod(0o640)
    settings.KEYS_FILE = str(path)
    return path


@pytest.fixture
def restarted(settings, file):
    def load():
        settings.KEYS = keys.load(file)
        settings.SECRET_KEY = settings.KEYS.django_secret
        settings.SECRET_KEY_FALLBACKS = list(settings.KEYS.other_secrets)

    return load


def rotate(*words, **options):
    said = io.StringIO()
    call_command("rotate_keys", *words, stdout=said, **options)
    return said.getvalue()


def switched(restarted):
    rotate("prepare")
    restarted()
    rotate("switch")
    restarted()


def of_key(key):
    """The number of rows encrypted with this key."""
    return sum(rotating.counts().get(key, {}).values())


def everything_readable(people, matters):
    with transaction.atomic():
        for n, matter in enumerate(matters):
            with privacy.opened(matter=matter.pk):
                contact = MatterContact.objects.get(matter=matter)
            assert crypto.decrypt(contact.name_cipher, "matter.name") == f"李大{'山水田林路'[n]}"
            assert crypto.decrypt(contact.phone_cipher, "matter.phone") == f"100-0000-000{n}"
            said = visit_actions.reflection_of(matter.visit, people.author)
            assert said == f"心里话{n}"
    assert VisitDraft.objects.get().typed == {"summary": ["写了一半"]}
    assert short_lived.text_of("test.living") == "a key"
    report = ConductReport.objects.get()
    assert crypto.decrypt(report.text_cipher, "conduct.text") == "吃请"


@pytest.fixture
def written(committed_people):
    """Something of each kind that a county stores encrypted."""
    people = committed_people
    matters = [
        people.visit(
            matters=[{"raiser_name": f"李大{'山水田林路'[n]}", "raiser_phone": f"100-0000-000{n}"}],
            reflection=f"心里话{n}",
        ).matters.get()
        for n in range(5)
    ]
    visit_actions.keep_draft(
        key="00000000-0000-4000-8000-000000000001",
        by=people.author,
        content={"summary": ["写了一半"]},
        at=timezone.now(),
    )
    ConductReport.objects.create(
        received_on=timezone.localdate(),
        **{
            f"{part}_cipher": crypto.encrypt(text, f"conduct.{part}")
            for part, text in {"subject": "某人", "text": "吃请", "registrar": "1"}.items()
        },
    )
    short_lived.keep("test.living", "a key")
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(people.host, secret)
    RecoveryCodes.activate(people.host)
    return people, matters, secret


def test_the_drill_killed_half_way_it_goes_on_and_all_stays_readable(
    written, file, restarted, settings, monkeypatch, tmp_path
):
    people, matters, secret = written
    monkeypatch.setattr(short_lived, "living_keys_file", lambda: tmp_path / "living.json")
    archive = tmp_path / "before.tar"
    call_command("backup", archive, stdout=io.StringIO())
    codes = RecoveryCodes(
        Authenticator.objects.get(user=people.host, type="recovery_codes")
    ).generate_codes()
    audit.seal()

    switched(restarted)
    old = of_key("k1")
    assert old and not of_key("k2")
    everything_readable(people, matters)

    done = subprocess.run(
        [sys.executable, "-c", KILLED, f"committed_{WORKER}", str(file)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert of_key("k2") == 2
    assert of_key("k1") == old - 2
    everything_readable(people, matters)
    # Work goes on meanwhile.
    people.matter(raiser_name="黄秀兰", raiser_phone="100-0000-0009")
    fresh = of_key("k2") - 2
    assert fresh == 2

    said = rotate()

    assert f"{old - 2} encrypted anew with k2." in said
    assert of_key("k1") == 0
    assert of_key("k2") == old + fresh
    everything_readable(people, matters)
    factor = Authenticator.objects.get(user=people.host, type="totp")
    assert crypto.decrypt(factor.data["secret"], "second factor") == secret
    recovery = Authenticator.objects.get(user=people.host, type="recovery_codes")
    assert RecoveryCodes(recovery).generate_codes() == codes
    assert rotate() and rotate(check=True)
    event = AuditEntry.objects.filter(event="keys.rotated").earliest("pk")
    assert event.actor == "rotate_keys"

    # The audit: old seals are verified with the old key, new ones with the new.
    audit.seal()
    assert set(AuditSeal.objects.values_list("key", flat=True)) == {"", "s1"}
    assert audit.verify().problems == ()

    # The old backup opens with the retired key, which is still in the file.
    manifest = json.loads(backup_manifest(archive))
    assert manifest["keys"] == backup._mark_of_keys()
    living = short_lived.read_living_keys()["test.living"]
    assert crypto.decrypt(living, "test.living") == "a key"


def backup_manifest(archive):
    with tarfile.open(archive) as tar:
        return tar.extractfile("manifest.json").read()


def test_an_old_backup_is_restored_and_read_with_the_retired_key(
    written, file, restarted, tmp_path, monkeypatch, settings, committed
):
    people, matters, _secret = written
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(short_lived, "living_keys_file", lambda: tmp_path / "living.json")
    archive = tmp_path / "before.tar"
    call_command("backup", archive, stdout=io.StringIO())
    switched(restarted)
    rotate()

    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE portal_user CASCADE")
    call_command("restore", archive, stdout=io.StringIO())

    assert of_key("k1") and not of_key("k2")
    everything_readable(people, matters)
    rotate()
    assert not of_key("k1")
    everything_readable(people, matters)


def test_while_new_keys_are_only_prepared_the_old_ones_are_used(written, file, restarted, settings):
    rotate("prepare")
    restarted()

    assert settings.KEYS.contact_key_id == "k1"
    assert settings.KEYS.seal_key_id == ""
    assert settings.KEYS.phone_key[0] == "k1"
    # A node that has already switched uses the new key, and others can read it.
    ahead = keys.Keys(**{**vars_of(settings.KEYS), "encrypts_with": None})
    before, settings.KEYS = settings.KEYS, ahead
    cipher = crypto.encrypt("李大山", "matter.name")
    settings.KEYS = before
    assert cipher.startswith("k2:")
    assert crypto.decrypt(cipher, "matter.name") == "李大山"
    with pytest.raises(CommandError, match="rotate_keys switch"):
        rotate()
    with pytest.raises(CommandError, match="prepared already"):
        rotate("prepare")


def vars_of(known):
    return {name: getattr(known, name) for name in known.__dataclass_fields__}


def test_a_switch_needs_prepared_keys(db, file, restarted):
    before = file.read_text()

    with pytest.raises(CommandError, match="rotate_keys prepare"):
        rotate("switch")

    assert file.read_text() == before


def test_the_file_keeps_its_rights_and_every_key(db, file, restarted, settings):
    old = settings.KEYS

    switched(restarted)

    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in file.parent.iterdir()) == ["keys.json"]
    assert settings.KEYS.contact_keys["k1"] == old.contact_keys["k1"]
    assert (settings.KEYS.index_key, settings.KEYS.audit_key) == (old.index_key, old.audit_key)
    assert settings.KEYS.phone_key[0] == "k2"
    assert set(settings.KEYS.phone_privates) == {"k1", "k2"}


def test_whoever_is_signed_in_stays_so_until_the_old_secret_is_dropped(
    people, client, file, restarted
):
    client.force_login(people.author)

    rotate("prepare")
    restarted()
    assert client.get("/roles/").status_code == 200
    rotate("switch")
    restarted()
    assert client.get("/roles/").status_code == 200
    assert "Sessions from before" in rotate_check()

    # A session opened under the old secret and unused since.
    other = type(client)()
    other.force_login(people.host)
    assert "1 old secrets dropped" in rotate("forget")
    restarted()
    assert other.get("/roles/").status_code == 200
    assert "Sessions from before" not in rotate_check()


def rotate_check():
    return " ".join(rotating.depending())


def test_what_somebody_changed_meanwhile_is_not_overwritten(written, restarted):
    people, matters, _secret = written
    switched(restarted)
    names = next(
        one for one in rotating.columns() if one.label == "outreach.MatterContact.name_cipher"
    )
    read = list(MatterContact._base_manager.using("owner").order_by("pk"))
    changed = crypto.encrypt("黄秀兰", "matter.name")
    MatterContact._base_manager.using("owner").filter(pk=read[0].pk).update(name_cipher=changed)

    done = rotating.Done()
    names._change(read, done)

    assert done.changed == len(read) - 1
    kept = MatterContact._base_manager.using("owner").get(pk=read[0].pk)
    assert kept.name_cipher == changed


def test_a_row_that_no_key_opens_is_named_and_the_others_are_done(written, restarted):
    switched(restarted)
    broken = MatterContact._base_manager.using("owner").earliest("pk")
    MatterContact._base_manager.using("owner").filter(pk=broken.pk).update(name_cipher="k1:AAAA")

    with pytest.raises(CommandError, match=f"MatterContact.name_cipher {broken.pk}"):
        rotate()

    assert of_key("k1") == 1
    with pytest.raises(CommandError, match="1 are not under k2"):
        rotate(check=True)


def test_reflections_that_lie_plain_are_encrypted(written, restarted):
    people, matters, _secret = written
    rows = Reflection._base_manager.using("owner")
    rows.update(cipher="", text="从前写下的心里话")
    assert rotating.counts()[rotating.PLAIN] == {"outreach.Reflection.text": 5}
    with transaction.atomic():
        assert visit_actions.reflection_of(matters[0].visit, people.author) == "从前写下的心里话"

    rotate()

    assert rotating.PLAIN not in rotating.counts()
    assert set(rows.values_list("text", flat=True)) == {""}
    with transaction.atomic():
        assert visit_actions.reflection_of(matters[0].visit, people.author) == "从前写下的心里话"


def test_a_seal_under_an_older_key_after_a_newer_one_is_a_problem(db, restarted, settings, people):
    old = settings.KEYS
    people.matter()
    switched(restarted)
    audit.seal()
    assert audit.verify().problems == ()

    # A node that was not restarted leaves the sealing to the others.
    new, settings.KEYS = settings.KEYS, old
    people.matter()
    assert audit.seal() == 0
    settings.KEYS = new
    assert audit.seal()

    with transaction.atomic():
        with connections["default"].cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
        forged = AuditSeal.objects.latest("number")
        forged.pk, forged.number, forged.key = None, forged.number + 1, ""
        forged.save(force_insert=True)
    assert any("older key" in one for one in audit.verify().problems)


def test_a_key_that_is_missing_is_said(db, restarted, settings, people):
    old = settings.KEYS
    people.matter()
    switched(restarted)
    audit.seal()
    settings.KEYS = old

    assert "which the keys file does not have" in audit.verify().problems[0]


CIPHER = r"^k[0-9]+:[A-Za-z0-9+/=]{24,}$"


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
def test_each_column_that_holds_ciphers_is_known(tiny):
    known = {
        (one.model._meta.db_table, one.name)
        for one in rotating.columns()
        if isinstance(one, rotating.Column)
    }
    # The county is uncommitted, so only this connection sees it, and row-level security hides
    # contacts from it.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
        )
        found = set()
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}" ~ %s)', [CIPHER])
            if cursor.fetchone()[0]:
                found.add((table, column))

    assert found
    assert found <= known
