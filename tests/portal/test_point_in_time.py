"""The drill of docs/operations.md: the database machine is lost while visits are written, and its
last moment is restored elsewhere."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from portal.run import embedded

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "point_in_time.sh"
# Writes visits until it is killed or the database is gone, and prints each saved one with its time.
WRITER = """
import random, time, uuid, django
django.setup()
from django.db import DatabaseError
from django.utils import timezone
from demo.outreach.county import stated
from outreach.actions.visits import record_visit
from outreach.models import ContactArea
from portal.models import User
area = ContactArea.objects.select_related("cadre__user", "unit__host_organ", "unit__division")
area = area.filter(cadre__user__is_active=True, cadre__left_on=None).order_by("pk")[0]
number = 0
while True:
    number += 1
    try:
        visit, _is_new = record_visit(
            client_key=uuid.uuid4(),
            author=area.cadre,
            by=User.objects.get(pk=area.cadre.user_id).acting(on=timezone.localdate()),
            unit=area.unit,
            visited_on=timezone.localdate(),
            summary=f"看了东支渠，第{number}次。",
            at=timezone.now(),
            reported_matters=[],
            **stated(random.Random(number)),
        )
    except DatabaseError:
        break
    print(visit.pk, time.time(), flush=True)
"""


class Site:
    """An installation on a cluster whose WAL can be received."""

    def __init__(self, var):
        self.var = var
        self.cluster = embedded.Cluster(var, more={"wal_level": "replica"})
        kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
        self.env = kept | {"PORTAL_VAR": str(var), "DJANGO_SETTINGS_MODULE": "portal.settings"}

    @property
    def data(self):
        return self.cluster.data

    def python(self, *words):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def ask(self, sql):
        line = psycopg2.connect(self.cluster.url(embedded.SUPERUSER))
        try:
            with line.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            line.close()

    def lose(self):
        """Kill it and delete its data."""
        for pid in embedded._processes_in(self.data):
            os.kill(pid, signal.SIGKILL)
        while embedded._processes_in(self.data):
            time.sleep(0.02)
        shutil.rmtree(self.data)


class Kept:
    """The other machine, which has the log and the copies."""

    def __init__(self, folder, site):
        self.folder, self.site = folder, site
        (folder / "wal").mkdir(parents=True)
        server = site.cluster.server
        self.cloak = server.cloak[0]
        self.where = {
            "PGHOST": str(server.sockets),
            "PGPORT": str(server.port),
            "PGUSER": embedded.SUPERUSER,
            "PATH": f"{server.programs}:{os.environ['PATH']}",
        }
        # The user that runs the server's programs owns their output.
        for path in (folder, folder / "wal"):
            os.chown(path, server.cloak[1], -1)
        self.receiving = None

    def script(self, *words, told=None):
        return subprocess.run(
            [*self.cloak, "sh", str(SCRIPT), *map(str, words)],
            env=self.where | (told or {}),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def receive(self):
        """Receive the WAL as portal-wal.service does."""
        words = {}
        for line in (ROOT / "deploy" / "portal-wal.service").read_text().splitlines():
            name, _, value = line.partition("=")
            words[name] = value.replace("/srv/backup", str(self.folder)).split()
        for name in ("ExecStartPre", "ExecStart"):
            words[name][0] = Path(words[name][0]).name
        subprocess.run([*self.cloak, *words["ExecStartPre"]], env=self.where, cwd="/", check=True)
        self.receiving = subprocess.Popen(
            [*self.cloak, *words["ExecStart"]],
            env=self.where,
            cwd="/",
            stderr=subprocess.DEVNULL,
        )

    def stop(self):
        if self.receiving:
            self.receiving.terminate()
            self.receiving.wait(30)


def drill(folder, *, scale="tiny", seconds=3.0):
    """Return {what: measured}, measured while the sites still run."""
    folder.chmod(0o711)
    site, elsewhere = Site(folder / "var"), Site(folder / "elsewhere")
    site.cluster.start()
    kept = Kept(folder / "backup", site)
    try:
        site.python("manage.py", "migrate", "--verbosity", "0")
        site.python("manage.py", "seed_demo", "--scale", scale)
        kept.receive()
        done = kept.script("base", kept.folder)
        assert done.returncode == 0, done.stderr
        said = _write_until_lost(site, seconds)

        began = time.monotonic()
        (elsewhere.var / "media").mkdir(parents=True, exist_ok=True)
        shutil.copy(site.var / "keys.json", elsewhere.var / "keys.json")
        done = kept.script("recover", kept.folder, folder / "data")
        assert done.returncode == 0, done.stderr
        (folder / "data").rename(elsewhere.data)
        elsewhere.cluster.start()
        while elsewhere.ask("SELECT pg_is_in_recovery()") == [(True,)]:
            time.sleep(0.05)
        took = time.monotonic() - began

        there = {pk for (pk,) in elsewhere.ask("SELECT id FROM outreach_visit")}
        lost = {pk: at for pk, at in said.items() if pk not in there}
        last = max(said.values())
        elsewhere.python("manage.py", "verify_audit")
        elsewhere.python("manage.py", "rebuild_figures", "--check")
        # New writes continue where it stopped.
        elsewhere.ask("SELECT nextval(pg_get_serial_sequence('outreach_visit', 'id'))")
        return {
            "visits in it": len(there),
            "written meanwhile": len(said),
            "lost": len(lost),
            "seconds lost": last - min(lost.values()) if lost else 0.0,
            "seconds until it answered": took,
        }
    finally:
        kept.stop()
        for one in (site, elsewhere):
            embedded.stop(one.var)


def _write_until_lost(site, seconds):
    """{visit: when its writer was told that it is saved}."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER],
        cwd=ROOT,
        env=site.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = [writer.stdout.readline()]
    assert lines[0], writer.stderr.read()
    time.sleep(seconds)
    site.lose()
    lines += writer.communicate(timeout=60)[0].splitlines()
    pairs = [line.split() for line in lines]
    return {int(pk): float(at) for pk, at in pairs}


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_last_moment_comes_back_elsewhere(tmp_path, capsys):
    measured = drill(tmp_path)

    assert measured["written meanwhile"] > 5
    assert measured["seconds lost"] <= 60
    assert measured["seconds until it answered"] <= 15 * 60
    with capsys.disabled():
        print("\nPoint in time:", json.dumps({k: round(v, 2) for k, v in measured.items()}))


def run(*words, path=""):
    env = {"PATH": f"{path}:{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", str(SCRIPT), *map(str, words)], capture_output=True, text=True, check=False, env=env
    )


def test_recovery_says_what_is_missing_and_overwrites_nothing(tmp_path):
    copy = tmp_path / "base" / "20261201T000000Z"
    done = run("recover", tmp_path, tmp_path / "data")
    assert done.returncode == 1 and "There is no copy of the server" in done.stderr

    copy.mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("18")
    done = run("recover", tmp_path, tmp_path / "data")
    assert done.returncode == 1 and "is not empty" in done.stderr

    done = run("recover", tmp_path, tmp_path / "new", "2026-11-30 08:00:00+08")
    assert done.returncode == 1 and "from before 2026-11-30" in done.stderr
    done = run("recover", tmp_path, tmp_path / "new", "yesterday at tea")
    assert done.returncode == 1 and "is no moment" in done.stderr
    assert not (tmp_path / "new").exists()
    assert run("base", tmp_path).stderr.startswith("There is no ")
    assert run().returncode == 1


def test_what_receives_the_log_and_the_document_name_the_same_places():
    unit = (ROOT / "deploy" / "portal-wal.service").read_text()
    chapter = (ROOT / "docs" / "operations.md").read_text().split("### To a point in time")[1]
    for word in ("/srv/backup/wal", "portal_wal"):
        assert word in unit and word in chapter
    assert re.search(r"point_in_time\.sh base /srv/backup\b", chapter)
