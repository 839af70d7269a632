"""Backs up the database and uploaded files to one archive, and restores it.

The archive contains no keys: without them nobody can read contacts. Short-lived keys are written
beside it (`portal.records.short_lived`). It is a tar with `manifest.json`, `database.dump`
(pg_dump's custom format) and `attachments/…`.
"""

import contextlib
import hashlib
import hmac
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

import portal
from portal.models import Job, User
from portal.records import short_lived
from portal.run import embedded, upgrading
from portal.tools import shelf

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "attachments"


class BackupProblem(Exception):
    """Why a backup or restore failed, in one line."""


def write(target, *, at):
    """Write an archive and return its manifest. `target` appears only when it is complete.

    Raises BackupProblem. Concurrent changes are included wholly or not at all: the dump is one
    snapshot, and files are only ever added.
    """
    if target.exists():
        raise BackupProblem(f"{target} exists already; name a file that does not.")
    if not target.parent.is_dir():
        raise BackupProblem(f"There is no folder {target.parent}.")
    aside = target.with_name(f"{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as work:
            dump = Path(work) / DUMP
            spared = f"--exclude-table-data={short_lived.TABLE}"
            _run("pg_dump", "--format=custom", f"--file={dump}", spared, *_where())
            short_lived.save_living_keys()
            applied = MigrationLoader(connections["owner"]).applied_migrations
            manifest = {
                "format": FORMAT,
                "version": portal.__version__,
                "made_at": at.isoformat(),
                "migrations": sorted(map(list, applied)),
                "keys": _mark_of_keys(),
                "database": _sha256(dump),
            }
            # Contains personal data: readable only by its owner from the first byte.
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
                told = json.dumps(manifest, indent=1).encode()
                entry = tarfile.TarInfo(MANIFEST)
                entry.size = len(told)
                tar.addfile(entry, io.BytesIO(told))
                tar.add(dump, DUMP)
                _add_files(tar)
        aside.replace(target)
    except OSError as trouble:
        raise BackupProblem(f"The backup could not be written: {trouble}.") from trouble
    finally:
        aside.unlink(missing_ok=True)
    return manifest


def read(source):
    """Restore an archive into an empty installation and return its manifest.

    Raises BackupProblem before any change if this installation has accounts, or if the archive is
    broken, newer than this program, or made with other keys.
    """
    if not source.is_file():
        raise BackupProblem(f"There is no file {source}.")
    made = "portal_user" in connections["owner"].introspection.table_names()
    if made and User.objects.exists():
        raise BackupProblem(
            "This installation has accounts; a backup is restored into an empty one alone."
        )
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as work:
        work = Path(work)
        try:
            with tarfile.open(source, mode="r:") as tar:
                tar.extractall(work, filter="data")
            manifest = json.loads((work / MANIFEST).read_text())
            whole = _sha256(work / DUMP) == manifest["database"]
        except (tarfile.TarError, OSError, ValueError, KeyError) as trouble:
            raise BackupProblem(f"{source} is no whole backup of this portal.") from trouble
        if not whole:
            raise BackupProblem(f"The database in {source} is damaged: its checksum differs.")
        _check(manifest)
        _fill_database(work)
        _put_files_back(work / FILES)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    short_lived.take_back()
    # Files of jobs live a day and are not backed up.
    Job.objects.exclude(file_name="").update(state=Job.State.EXPIRED, file_name="")
    return manifest


def _check(manifest):
    if manifest["format"] != FORMAT:
        raise BackupProblem("The backup was written by a newer portal; upgrade this one first.")
    applied = set(map(tuple, manifest["migrations"]))
    unknown = upgrading.unknown_migrations(applied)
    if unknown:
        raise BackupProblem(
            f"The backup is newer than this portal (it has {'.'.join(unknown[0])}); upgrade first."
        )
    if lacking := upgrading.lacking(applied):
        raise BackupProblem(
            f"The backup was made before 0.1 and lacks {lacking[0]}: restore it with the commit"
            " that CHANGELOG.md names under 0.1, start that once, and back it up anew."
        )
    if not hmac.compare_digest(manifest["keys"], _mark_of_keys()):
        file = settings.KEYS_FILE or settings.VAR_DIR / "keys.json"
        raise BackupProblem(
            "The backup was made with other keys: contacts could not be opened and the audit not"
            f" be verified. Put the keys file of that installation in place ({file})."
        )


def _fill_database(work):
    """Restore all or nothing, as the owner. The superuser owns extensions and schema: skip them."""
    listed = _run("pg_restore", "--list", str(work / DUMP)).splitlines()
    wanted = [line for line in listed if " EXTENSION " not in line and " SCHEMA - " not in line]
    (work / "list").write_text("\n".join(wanted))
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP OWNED BY CURRENT_USER")
    for connection in connections.all():
        connection.close()
    options = ["--single-transaction", "--exit-on-error", f"--use-list={work / 'list'}"]
    _run("pg_restore", *options, *_where(), str(work / DUMP))


def _where():
    database = connections["owner"].settings_dict
    named = {"username": "USER", "dbname": "NAME", "host": "HOST", "port": "PORT"}
    given = [f"--{option}={database[key]}" for option, key in named.items() if database[key]]
    return ["--no-password", *given]


def _run(program, *words):
    path = embedded.client_program(settings.VAR_DIR, program)
    if path is None:
        raise BackupProblem(f"{program} is missing: install the client programs of PostgreSQL.")
    secret = connections["owner"].settings_dict["PASSWORD"]
    env = os.environ | {"PGPASSWORD": secret, "LC_ALL": "C"}
    done = subprocess.run([path, *words], capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BackupProblem(f"{program} did not work: {said}")
    return done.stdout


def _files():
    return Path(settings.MEDIA_ROOT) / FILES


def _add_files(tar):
    """Uploaded files, out of the directory or the store; one that was deleted meanwhile is left
    out."""
    if not shelf.is_remote():
        if _files().is_dir():
            tar.add(_files(), FILES)
        return
    for key in shelf.keys_below(FILES):
        with contextlib.suppress(FileNotFoundError), default_storage.open(key) as file:
            entry = tarfile.TarInfo(key)
            entry.size, entry.mode = file.size, 0o600
            tar.addfile(entry, file)


def _put_files_back(folder):
    if not folder.is_dir():
        return
    if not shelf.is_remote():
        shutil.copytree(folder, _files(), dirs_exist_ok=True)
        return
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                default_storage.save(f"{FILES}/{path.relative_to(folder)}", File(file))


def _mark_of_keys():
    """Equal for installations with the same keys; reveals nothing about the keys."""
    return hmac.new(settings.KEYS.audit_key, b"backup", hashlib.sha256).hexdigest()


def _sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
