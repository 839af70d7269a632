"""Runs docs/first-county.md: each line of its blocks, on machines that are folders.

Programs that belong to the machine (packages, users, systemd, nginx) are replaced by stand-ins on
the path. Everything else runs as written, with other folders and server addresses.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg2
import pytest

from portal.run import embedded
from tests.portal.test_upgrade import released
from tools import nodes

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "first-county.md"
FOLDERS = (
    *("/opt/portal", "/etc/portal", "/srv/portal", "/srv/backup", "/usr/local/bin"),
    *("/etc/systemd/system", "/etc/nginx", "/etc/cron.d", "/etc/postgresql", "/usr/lib/postgresql"),
)
FOLDERS_BELOW = ("/run", "/bin", "/etc/nginx/conf.d", "/etc/postgresql/18/window/conf.d")
COUNTED = ("portal_user", "portal_organ", "portal_grassrootsunit", "outreach_visit")
COUNTED += ("outreach_matter", "outreach_matterstep", "outreach_mattercontact")
# A user with an organ and a unit, and six visits with one matter each.
WORK = """
import random, uuid
from django.utils import timezone
from demo.outreach.county import stated
from outreach.actions.visits import record_visit
from portal.models import Cadre, Division, GrassrootsUnit, Organ, RoleGrant, User
now, today = timezone.now(), timezone.localdate()
town = Division.objects.filter(level=4).order_by("code")[0]
village = Division.objects.filter(parent=town).order_by("code")[0]
organ = Organ.objects.create(name="镇人民政府", kind="township", division=town, started_on=today)
unit = GrassrootsUnit.objects.create(
    name="柳湾村", kind="village", division=village, host_organ=organ, started_on=today
)
user = User.objects.create_user("wangjianguo", "x", name="王建国", organ=organ)
cadre = Cadre.objects.create(name="王建国", organ=organ, user=user)
RoleGrant.objects.create(
    user=user, role="cadre", organ=organ, starts_on=today, granted_at=now
)
user = User.objects.get(pk=user.pk).acting(on=today)
for number in range(6):
    record_visit(
        client_key=uuid.uuid4(), author=cadre, by=user, unit=unit, visited_on=today,
        summary="看了东支渠。", at=now, **stated(random.Random(number)),
        reported_matters=[{
            "client_key": uuid.uuid4(), "title": "沟渠不通", "category": "02", "urgency": "normal",
            "request_text": "三组沟渠不通", "raiser_name": "李大山",
            "raiser_phone": "100-0000-0001",
        }],
    )
"""


def blocks():
    """{number of the step: [its blocks]}"""
    steps = re.split(r"^## (\d+)\. ", DOCUMENT.read_text(), flags=re.MULTILINE)
    found = zip(steps[1::2], steps[2::2], strict=True)
    return {int(n): re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) for n, text in found}


class Machine:
    """A folder that contains the document's folders, with its own PostgreSQL and Redis."""

    def __init__(self, folder: Path, **told):
        self.folder, self.told = folder, told
        for name in (*FOLDERS, *FOLDERS_BELOW):
            self.at(name).mkdir(parents=True, exist_ok=True)
        self.at("/opt/portal").rmdir()
        (self.at("/usr/lib/postgresql") / "18").mkdir()
        self.server = self._bare(folder / "server")
        self.window = None
        self.broker = nodes.Broker(folder / "run")
        self.port = nodes.free_port()
        self._stand_in()

    def at(self, path):
        return self.folder / path.lstrip("/")

    @staticmethod
    def _bare(var, **more):
        """A server with only a superuser."""
        var.mkdir(parents=True)
        cluster = embedded.Cluster(var, durable=False, more=more).start()
        line = psycopg2.connect(cluster.url(embedded.SUPERUSER).replace("/portal?", "/postgres?"))
        line.autocommit = True
        with line.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {embedded.DATABASE}")
            for role in (embedded.OWNER, embedded.APP, embedded.DOOR, embedded.COPIER):
                cursor.execute(f"DROP ROLE {role}")
        line.close()
        return cluster

    def open_window(self):
        logical = {"wal_level": "logical", "max_wal_senders": "10", "max_replication_slots": "10"}
        self.window = self._bare(self.folder / "window", **logical)

    @property
    def words(self):
        """Yield (text in the document, its replacement here)."""
        yield "127.0.0.1:8000", f"127.0.0.1:{self.port}"
        yield "redis://127.0.0.1:6379/0", self.broker.url
        yield "@127.0.0.1:5432/portal", f"@/portal?host={self.server.server.sockets}"
        if self.window:
            yield "@127.0.0.1:5433/window", f"@/window?host={self.window.server.sockets}"
        for name in FOLDERS:
            yield name, str(self.at(name))

    def here(self, text):
        for word, other in self.words:
            text = text.replace(word, other)
        return text

    def _stand_in(self):
        nothing = ("apt-get", "useradd", "chown", "nginx", "pg_createcluster", "pg_ctlcluster")
        python = sys.executable
        helper = Path(__file__).parent / "stand_ins.py"
        code, git = self.at("/opt/portal"), shutil.which("git")
        programs = dict.fromkeys(nothing, "exit 0") | {
            "runuser": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
            # Ignore owners: here one user owns everything.
            "install": """
                for word; do shift
                    case $word in -o | -g) skip=1; continue ;; esac
                    if [ "${skip-}" ]; then skip=; continue; fi
                    set -- "$@" "$word"
                done
                exec /usr/bin/install "$@" """,
            "psql": f"""
                export PGUSER=postgres PGDATABASE=postgres PGHOST={self.server.server.sockets}
                if [ "$1" = -p ]; then shift 2; PGHOST=$WINDOW_SOCKETS; fi
                exec {self.server.server.programs}/psql "$@" """,
            "systemctl": f"""
                exec {python} {helper} systemctl \
                    {self.at("/etc/systemd/system")} {self.at("/run")} "$@" """,
            "git": f'GIT={git} exec {python} {helper} git {code} "$@"',
            "make": f"""
                ln -sfn {ROOT}/.venv .venv && ln -sfn {ROOT}/node_modules node_modules
                DATABASE_URL=postgresql:///unused REDIS_URL=redis://unused KEYS_FILE= \
                    PORTAL_VAR={self.at("/run")} \
                    {python} manage.py catalogue --compile""",
        }
        for name, text in programs.items():
            file = self.at("/bin") / name
            file.write_text(f"#!/bin/sh\n{textwrap.dedent(text).strip()}\n")
            file.chmod(0o755)

    def run(self, *texts, **told):
        """Run blocks in a root shell and return the output; a failing line ends it."""
        code = self.at("/opt/portal")
        ours = self.at("/bin"), self.at("/usr/local/bin"), self.server.server.programs
        env = {
            "PATH": ":".join(map(str, (*ours, os.environ["PATH"]))),
            "HOME": str(self.folder),
            "PYTHONPATH": "",
            "WINDOW_SOCKETS": str(self.window.server.sockets) if self.window else "",
            **self.told,
            **told,
        }
        self.at("/opt/words.json").write_text(json.dumps(list(self.words)))
        script = f"cd {code if code.exists() else self.folder}\n" + "".join(map(self.here, texts))
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail"],
            input=script,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def manage(self, *words):
        return self.run("portal-manage " + " ".join(words) + "\n")

    def counts(self):
        sql = " UNION ALL ".join(
            f"SELECT '{one}' AS name, count(*) AS n FROM {one}" for one in COUNTED
        )
        return dict(self.ask(sql))

    def ask(self, sql):
        line = psycopg2.connect(self.server.url(embedded.SUPERUSER))
        try:
            with line.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            line.close()

    def stop(self):
        for file in self.at("/run").glob("*.pid"):
            self.run(f"systemctl stop {file.stem}\n")
        self.broker.kill()
        for one in (self.server, self.window):
            if one:
                embedded.stop(one.home.var)


@pytest.fixture
def machine(tmp_path):
    made = []

    def make(name, **told):
        more = {"COUNTY": "350524", "NAME": "portal.example.cn", "FROM": "here", "VERSION": "here"}
        made.append(Machine(tmp_path / name, **more | told))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def assert_superuser_steps_done(machine):
    said = machine.manage("check_servers", "||", "true")
    assert "The search is answered by its indexes." in said
    assert "Imports are written by COPY." in said


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.skipif(shutil.which("curl") is None, reason="the document asks by curl")
def test_a_county_is_set_up_upgraded_restored_and_joined(machine, tmp_path):
    step = blocks()
    county = machine("county", VERSION=list(released().values())[-1])
    # The test sets FROM instead of the first block.
    told = re.compile(r"^export FROM=.*\n")
    step[1] = [told.sub("", one) for one in step[1]]

    said = county.run(*step[1], *step[2], *step[3], *step[4], *step[5], *step[6])
    assert "system-admin" in said and '"database": "ok"' in said.replace("true", '"ok"')
    (tmp_path / "work.py").write_text(WORK)
    county.manage("shell", "<", str(tmp_path / "work.py"))
    first = county.counts()
    assert first["outreach_visit"] == first["outreach_matter"] == 6

    county.run(*step[8], VERSION="here")
    assert county.counts() == first
    assert_superuser_steps_done(county)
    assert county.ask("SELECT 1 FROM portal_auditentry WHERE event = 'portal.upgraded'")

    there, elsewhere = step[9]
    county.run(there)
    other = machine("other")
    other.run(*step[1], *step[2], *step[3], *step[4])
    shutil.copy(county.at("/srv/backup/county.tar"), other.at("/srv/backup"))
    shutil.copy(county.at("/etc/portal/keys.json"), other.at("/etc/portal"))
    other.run(elsewhere, *step[6])
    assert other.counts() == first
    assert_superuser_steps_done(other)

    window, join = step[10]
    county.open_window()
    county.run(window)
    nation = machine("nation")
    nation.run(
        *step[1], *step[2], *step[3], *step[4], "echo MODE=nation >>/etc/portal/portal.env\n"
    )
    nation.run(step[5][0].replace(' --under "$COUNTY"', " --under 35"), *step[6])
    address = f"postgresql://portal_nation@/window?host={county.window.server.sockets}"
    nation.run(re.sub(r'"postgresql://portal_nation:.*?"', f'"{address}"', join))
    until = time.monotonic() + 60
    visits = "SELECT sum(n) FROM nation_celltotal WHERE figure = 'visits' AND organ_code = ''"
    while nation.ask(visits) != [(6,)] and time.monotonic() < until:
        time.sleep(0.5)
    assert nation.ask(visits) == [(6,)]


def test_the_document_names_nothing_that_is_not_there():
    """Each deploy/ file and each of our commands in its blocks."""
    text = "\n".join(one for step in blocks().values() for one in step)
    files = set(re.findall(r"\bdeploy/[\w.@-]+", text))
    assert files and all((ROOT / one).exists() for one in files)
    commands = set(re.findall(r"portal-manage (\w+)", text)) - {"check", "collectstatic"}
    assert {"migrate", "upgrade", "backup", "restore", "publish_cell", "join_nation"} <= commands
    for one in commands:
        assert list(ROOT.glob(f"*/management/commands/{one}.py")), one
