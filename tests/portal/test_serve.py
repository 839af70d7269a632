"""`make run` in case of trouble: one sentence, the name of a log, and a way on."""

import runpy
import shelve
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connections
from django.utils import timezone

import portal
from portal.celery import Scheduler, app
from portal.management.commands import serve
from portal.models import AuditEntry
from portal.records import audit
from portal.run import assets

ROOT = Path(portal.__file__).parents[1]


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def command(var):
    """The command, with its output in a list."""
    command = serve.Command()
    command.said = []
    command.say = command.said.append
    return command


def owner(statement, *values):
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)


def test_an_error_of_the_demo_names_its_log_and_the_way_without(committed, command, var):
    owner("ALTER TABLE portal_division RENAME TO lost")

    with pytest.raises(CommandError) as told:
        command.make_demo("county")

    sentence, log = str(told.value), var / "log" / "run.log"
    assert sentence.startswith("The demo county could not be made: ProgrammingError, relation")
    assert f"(all of it is in {log}). make run SEED=no starts without the demo." in sentence
    assert "\n" not in sentence
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_demo_that_was_cut_off_is_told_and_emptied_first(committed_people, command, var):
    """There are other accounts than the demo's, so emptying is refused, which shows that it was
    tried."""
    (var / "demo-begun").touch()

    with pytest.raises(CommandError, match=r"nothing done\. make run SEED=no starts without"):
        command.make_demo("county")
    command.without_demo()

    assert command.said == [
        "The demo county was not finished last time: making it anew …",
        "The demo was not finished last time: make demo makes it anew.",
    ]


def test_the_enterprise_is_called_by_its_name(people, command, var):
    (var / "demo-begun").touch()

    with pytest.raises(CommandError, match="nothing done"):
        command.make_demo("enterprise")

    assert command.said == ["The demo enterprise was not finished last time: making it anew …"]


def test_people_who_are_there_are_left_alone(people, command, var):
    command.make_demo("county")

    assert command.said == []
    assert list(var.iterdir()) == []


def test_a_broken_migration_is_one_sentence(committed, command, var):
    owner("DELETE FROM django_migrations WHERE app = 'pairing'")

    with pytest.raises(CommandError, match="The database could not be migrated: ") as told:
        command.migrate()

    assert str(var / "log" / "run.log") in str(told.value)


def test_a_database_of_another_edition_is_refused(committed, command):
    owner("INSERT INTO django_migrations (app, name, applied) VALUES ('outreach', '9999_x', now())")

    with pytest.raises(CommandError, match=r"another edition of the portal \(outreach\.9999_x"):
        command.migrate()


def test_nothing_to_migrate_says_nothing(committed, command):
    command.migrate()

    assert command.said == []


def test_a_full_disk_is_named_first(var, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("U", "free")(1 << 20))

    sentence = serve._sentence("The portal could not start", OSError("server closed"))

    assert sentence.startswith(f"No space is left on the disk of {var}. The portal could not start")


def test_a_log_that_cannot_be_written_is_no_second_error(var):
    (var / "log").write_text("a file where the folder should be")

    sentence = serve._sentence("The portal could not start", OSError("broken"))

    assert "run.log cannot be written" in sentence


def test_static_files_are_collected_when_they_have_changed(settings, var):
    source = var / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = var / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    manifest = settings.STATIC_ROOT / "staticfiles.json"

    assets.collect()
    first = manifest.stat().st_mtime_ns
    assets.collect()
    second = manifest.stat().st_mtime_ns
    (source / "a.css").write_text("a { color: red }")
    assets.collect()

    assert first == second < manifest.stat().st_mtime_ns


def test_a_clock_that_was_set_back_is_told(db, command):
    audit.record("demo.made", by="test")
    serve._warn_of_the_future(command.say)
    assert command.said == []

    AuditEntry.objects.create(event="demo.made", actor="x", at=timezone.now() + timedelta(days=40))
    serve._warn_of_the_future(command.say)

    assert "the clock of this machine says" in command.said[0]


def test_beat_runs_on_after_the_clock_was_set_back(tmp_path):
    file = str(tmp_path / "beat")
    before = Scheduler(app, schedule_filename=file)
    for entry in before.schedule.values():
        entry.last_run_at = app.now() + timedelta(days=40)
    before.close()
    with shelve.open(file) as kept:
        assert min(e.last_run_at for e in kept["entries"].values()) > app.now()

    after = Scheduler(app, schedule_filename=file)

    seal = after.schedule["seal the audit"]
    assert seal.is_due().next <= 5
    after.close()


PIP = """\
Collecting Django==5.2.19 (from -r requirements.txt (line 4))
  Downloading django-5.2.19-py3-none-any.whl.metadata (4.1 kB)
Collecting numpy==2.4.6 (from -c constraints.txt (line 30))
  Using cached numpy-2.4.6-cp313-cp313-manylinux_x86_64.whl.metadata (62 kB)
Downloading django-5.2.19-py3-none-any.whl (8.3 MB)
Using cached numpy-2.4.6-cp313-cp313-manylinux_x86_64.whl (16.6 MB)
Installing collected packages: numpy, Django
"""


def test_progress_of_the_packages_is_counted_from_what_pip_says():
    progress, told = runpy.run_path(ROOT / "tools/packages.py")["Progress"](), []
    for line in PIP.splitlines():
        progress.read(line)
        told.append(progress.words(unpacked=1))

    assert told[3] == "fetched 0 of 2 packages found"
    assert told[4] == "fetched 1 of 2 packages found (django, 8.3 MB)"
    assert told[-1] == "unpacked 1 of 2 packages"


def test_the_help_page_tells_the_version_at_its_foot(client, people):
    client.force_login(people.author)

    assert f"平台版本 {portal.__version__}" in client.get("/help/").content.decode()


def test_the_version_stands_in_one_place():
    assert f"## {portal.__version__}\n" in (ROOT / "CHANGELOG.md").read_text()
    assert f"| {portal.__version__} |" in (ROOT / "docs/releases.md").read_text()
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text()
