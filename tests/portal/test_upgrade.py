"""`manage.py upgrade`: what it refuses before its first change; an upgrade from each version."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections import namedtuple
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from portal.management.commands import catalogue
from portal.models import AuditEntry, Division
from portal.records import short_lived
from portal.run import upgrading
from tests.people import division

ROOT = Path(__file__).resolve().parents[2]


def applied():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return cursor.fetchall()


def run(sql, *values):
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, values)


def upgrade(folder, **more):
    out = io.StringIO()
    call_command("upgrade", backup=folder, stdout=out, **more)
    return out.getvalue()


@pytest.fixture
def county(committed, tmp_path):
    """An installation with some data, and a folder for its backup."""
    division("云川省", 1, None, "990000000000")
    folder = tmp_path / "backup"
    folder.mkdir()
    return folder


def refused(folder, words, **more):
    """Check that the upgrade is refused and changes nothing: no migration, no file, no audit
    entry."""
    before, entries = applied(), AuditEntry.objects.count()
    there = list(folder.iterdir()) if folder.is_dir() else []

    with pytest.raises(CommandError, match=words) as problem:
        upgrade(folder, **more)

    assert applied() == before and AuditEntry.objects.count() == entries
    assert (list(folder.iterdir()) if folder.is_dir() else []) == there
    assert "\n" not in str(problem.value)


def test_a_newer_database_is_refused(county):
    run("INSERT INTO django_migrations VALUES (DEFAULT, 'outreach', '9999_of_next_year', now())")

    refused(county, r"of a newer portal: outreach\.9999_of_next_year")


def test_an_app_that_was_taken_out_does_no_harm(county):
    run("INSERT INTO django_migrations VALUES (DEFAULT, 'gone', '0001_version_0_1', now())")

    assert "Nothing is in the way" in upgrade(county, dry_run=True)


def test_a_version_that_would_be_skipped_is_refused(county):
    run("DELETE FROM django_migrations WHERE app = 'outreach' AND name > '0006'")

    refused(county, r"of a time before 0\.1, and .* is reached from 0\.1 on")


def test_a_squash_that_was_left_half_way_is_refused(county):
    for (app, name), gone in upgrading.folded().items():
        run("DELETE FROM django_migrations WHERE app = %s AND name = %s", app, name)
        for one in gone:
            run("INSERT INTO django_migrations VALUES (DEFAULT, %s, %s, now())", *one)
    run("DELETE FROM django_migrations WHERE app = 'outreach' AND name LIKE '0020%%'")

    refused(county, r"lacks outreach\.0020")


def test_an_empty_database_is_no_upgrade(county):
    run("DELETE FROM django_migrations")

    refused(county, "This database is empty")


def test_a_backup_needs_a_place(county, tmp_path, monkeypatch):
    refused(tmp_path / "nowhere", "There is no folder .*nowhere")
    with pytest.raises(CommandError, match="Say where the backup goes"):
        upgrade(None)

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(upgrading.shutil, "disk_usage", lambda path: usage(2, 1, 1))
    refused(county, r"has 0 MB left, and the backup may need \d+ MB")
    monkeypatch.setattr(upgrading.embedded, "client_program", lambda var, name: None)
    refused(county, "pg_dump is missing")


def test_who_is_at_work_in_the_database_is_waited_for(county, settings, monkeypatch):
    role = settings.DATABASES["default"]
    other = psycopg2.connect(
        dbname=role["NAME"] or connections["default"].settings_dict["NAME"],
        user=role["USER"],
        password=role["PASSWORD"],
        host=role["HOST"],
        port=role["PORT"] or None,
    )
    monkeypatch.setattr(upgrading, "OPEN_SECONDS", 1)
    try:
        other.cursor().execute("SELECT 1")
        assert "Nothing is in the way" in upgrade(county, dry_run=True)
        other.cursor().execute("SELECT count(*) FROM portal_division")
        refused(county, r"portal_app has been at work in the tables for 1 s \(process \d+\)")
        other.rollback()
        assert "Nothing is in the way" in upgrade(county, dry_run=True)
    finally:
        other.close()


def test_what_would_see_nothing_is_stopped_first(county, settings):
    """Web nodes and workers older than the second wall do not declare their reader, so they would
    see nothing."""
    role = settings.DATABASES["default"]
    name = connections["default"].settings_dict["NAME"]
    run("DELETE FROM django_migrations WHERE app = 'portal' AND name = %s", "0017_second_wall")
    assert "Nothing is in the way" in upgrade(county, dry_run=True)
    other = psycopg2.connect(
        dbname=name, user=role["USER"], password=role["PASSWORD"], host=role["HOST"]
    )
    try:
        refused(county, r"see no visit and no matter\. Stop web, workers, beat and pooler")
    finally:
        other.close()


def test_what_only_a_superuser_can_do_is_named(county, settings, tmp_path, monkeypatch):
    settings.STATIC_ROOT = tmp_path / "static"
    assert "as a superuser" not in upgrade(county)
    (file,) = county.iterdir()
    file.unlink()
    monkeypatch.setattr(upgrading.embedded, "COPIER", "portal_nobody")
    assert "Imports take a detour; as a superuser in this database: CREATE ROLE" in upgrade(county)


def test_a_checkout_of_somebody_else_must_be_compiled(county, settings, tmp_path, monkeypatch):
    settings.BASE_DIR = tmp_path
    po = catalogue.catalogue_path()
    po.parent.mkdir(parents=True)
    shutil.copy(ROOT / po.relative_to(tmp_path), po)
    assert not catalogue.is_compiled()
    monkeypatch.setattr(os, "access", lambda path, mode: path != po.parent)
    refused(county, "this user cannot write it: run make install")

    call_command("catalogue", compile=True)

    assert catalogue.is_compiled()
    assert "Nothing is in the way" in upgrade(county, dry_run=True)
    # The disk does not use the tests' clock.
    later = po.with_suffix(".mo").stat().st_mtime + 60
    os.utime(po, (later, later))
    assert not catalogue.is_compiled()


def test_a_role_that_owns_nothing_is_refused(county):
    words = "The tables belong to portal_owner, and this is portal_app: set DATABASE_OWNER_URL"
    with pytest.raises(CommandError, match=words):
        upgrading.refuse_wrong_path(connections["default"], folder=county)


def test_a_backup_comes_first_and_the_audit_says_so(county, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    before = applied()

    said = upgrade(county)

    (file,) = county.iterdir()
    with tarfile.open(file) as tar:
        kept = json.load(tar.extractfile("manifest.json"))
    # Named after the version of its tables.
    assert file.name.startswith(f"portal-{list(upgrading.RELEASES)[-1]}-")
    assert sorted(map(list, before)) == kept["migrations"]
    assert "0 migrations are to be made" in said and "Now of" in said
    assert (settings.STATIC_ROOT / "css" / "portal.css").exists()
    events = AuditEntry.objects.order_by("pk").values_list("event", "noun")
    assert list(events)[-2:] == [("backup.made", "backup"), ("portal.upgraded", "")]
    assert Division.objects.get().name == "云川省"


def test_a_backup_of_tables_before_there_were_keys_that_are_destroyed(
    db, settings, tmp_path, monkeypatch
):
    settings.VAR_DIR = tmp_path
    short_lived.keep("questionnaire", "a key")
    short_lived.save_living_keys()
    assert list(json.loads(short_lived.living_keys_file().read_text())) == ["questionnaire"]

    monkeypatch.setattr(short_lived, "TABLE", "portal_of_a_later_version")
    short_lived.save_living_keys()
    assert json.loads(short_lived.living_keys_file().read_text()) == {}


def released():
    """Return {version: its commit} of docs/releases.md."""
    rows = (ROOT / "docs" / "releases.md").read_text().splitlines()
    cells = [[one.strip(" `") for one in row.strip("|").split("|")] for row in rows if "`v" in row]
    return {version: commit for version, _day, commit, *_more in cells if commit != "not yet"}


def test_each_released_version_is_known():
    """docs/releases.md lists each version with its commit, and upgrading.RELEASES knows its
    tables."""
    assert list(upgrading.RELEASES) == list(released())
    assert upgrading.OLDEST in upgrading.RELEASES


# --- From each version, with demo data ------------------------------------------------------------

COUNTED = (
    "portal_user",
    "portal_organ",
    "portal_grassrootsunit",
    "outreach_visit",
    "outreach_matter",
    "outreach_matterstep",
    "outreach_mattercontact",
    "pairing_pairing",
    "portal_auditentry",
)
COUNT = """
import json, sys, django
django.setup()
from django.db import connections
with connections["owner"].cursor() as cursor:
    counts = {}
    for table in sys.argv[1:]:
        cursor.execute(f"SELECT count(*) FROM {table}")
        counts[table] = cursor.fetchone()[0]
print(json.dumps(counts))
"""
PAGES = """
import django
django.setup()
from django.test import Client
from portal.models import User
for name in ("liming", "wangjianguo", "zhangweidong", "sunzhiyuan"):
    client = Client()
    client.force_login(User.objects.get(username=name))
    for page in ("/", "/todo/", "/matters/", "/visits/", "/help/", "/area/management/"):
        answer = client.get(page, follow=True)
        assert answer.status_code == 200, (name, page, answer.status_code)
print("open")
"""
SHAPE = """
import subprocess, django
django.setup()
from django.conf import settings
from portal.run import embedded
program = embedded.client_program(settings.VAR_DIR, "pg_dump")
command = [program, "--schema-only", settings.SERVICES.owner_url]
lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
# Words that pg_dump draws anew each time.
print("\\n".join(line for line in lines if not line.startswith("\\\\")))
"""
TEMPLATE = """
import django
django.setup()
from tests import conftest
conftest.take_as_template("portal")
"""
# The same selection as in `make calendar`.
FAST = ("-m", "pytest", "-m", "not long and not browser and not slow", "--whole")


class Checkout:
    """A folder with code, and the installation that it works on."""

    def __init__(self, code, var):
        self.code, self.var = code, var

    def run(self, *words, **more):
        kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
        kept |= {"PORTAL_VAR": str(self.var), "PORTAL_DURABLE": "no"}
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.code,
            capture_output=True,
            text=True,
            check=False,
            env=kept | {"DJANGO_SETTINGS_MODULE": "portal.settings"} | more,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def manage(self, *words):
        return self.run("manage.py", *words)

    def counts(self):
        return json.loads(self.run("-c", COUNT, *COUNTED))

    def stop(self):
        self.run("-m", "portal.run.embedded", "stop")


@pytest.fixture(params=list(upgrading.RELEASES))
def earlier(request, tmp_path):
    """An installation of an earlier version with its tiny county; the code of that version."""
    # By commit, since not every clone has tags.
    commit = released()[request.param]
    git = ["git", "-C", str(ROOT)]
    known = subprocess.run([*git, "cat-file", "-e", commit], capture_output=True, check=False)
    if known.returncode:
        pytest.skip(f"the commit {commit} of {request.param} is not in this clone")
    archive = subprocess.run([*git, "archive", commit], capture_output=True, check=True).stdout
    code = tmp_path / "code"
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(code, filter="data")
    (code / "node_modules").symlink_to(ROOT / "node_modules")
    old = Checkout(code, tmp_path / "var")
    try:
        old.manage("catalogue", "--compile")
        old.manage("migrate", "--verbosity", "0")
        old.manage("seed_demo", "--scale", "tiny")
        yield old
    finally:
        Checkout(ROOT, old.var).stop()


@pytest.mark.long
def test_a_county_of_an_earlier_version_is_upgraded_and_restored(earlier, tmp_path, capsys):
    new, folder = Checkout(ROOT, earlier.var), tmp_path / "backup"
    folder.mkdir()
    before = earlier.counts()
    took = {}

    def timed(what, act):
        began = time.monotonic()
        result = act()
        took[what] = time.monotonic() - began
        return result

    said = timed("upgrade", lambda: new.manage("upgrade", "--backup", str(folder)))
    after = new.counts()

    assert before["outreach_matter"] and before["outreach_visit"]
    # The upgrade adds an entry about itself.
    assert after.pop("portal_auditentry") > before.pop("portal_auditentry")
    assert after == before, said
    assert new.run("-c", PAGES).strip() == "open"
    new.manage("verify_audit")
    # The tables equal new ones, although they were made in another order.
    fresh = Checkout(ROOT, tmp_path / "fresh")
    try:
        fresh.manage("migrate", "--verbosity", "0")
        assert new.run("-c", SHAPE) == fresh.run("-c", SHAPE)
    finally:
        fresh.stop()
    in_tests = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TESTS_VAR": str(new.var)}
    new.run("-c", TEMPLATE, **in_tests)
    said = timed("fast tests on its tables", lambda: new.run(*FAST, **in_tests))
    assert " passed" in said and " failed" not in said

    # Its backup is of the earlier version; the new version restores it elsewhere.
    (file,) = folder.iterdir()
    elsewhere = Checkout(ROOT, tmp_path / "elsewhere")
    elsewhere.var.mkdir()
    shutil.copy(earlier.var / "keys.json", elsewhere.var / "keys.json")
    try:
        timed("restore", lambda: elsewhere.manage("restore", str(file)))
        restored = elsewhere.counts()
        restored.pop("portal_auditentry")
        assert restored == before
        elsewhere.manage("verify_audit")
        elsewhere.manage("rebuild_figures")
        elsewhere.manage("rebuild_figures", "--check")
        elsewhere.manage("collectstatic", "--noinput", "--verbosity", "0")
        assert elsewhere.run("-c", PAGES).strip() == "open"
    finally:
        elsewhere.stop()
    with capsys.disabled():
        words = ", ".join(f"{what} {seconds:.0f} s" for what, seconds in took.items())
        print(f"\nA county of {before['outreach_matter']} matters: {words}")
