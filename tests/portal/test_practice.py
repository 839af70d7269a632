"""The practice area: its own servers, keys and files; a banner on each page; nothing leaves it."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from demo import places
from portal.celery import IN_PRACTICE, PracticeScheduler, app
from portal.duties import sending
from portal.management.commands import serve
from portal.models import User
from portal.pages import practice as pages
from portal.run import embedded, practice
from portal.sheets import ledgers
from portal.trust import keys

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BAND = "练习区：内容每晚清空，不计入任何数字"


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def in_practice(settings):
    settings.PRACTICE = True
    settings.PORTAL_ADDRESS = "http://portal.example"


# --- A night has come ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made, now, due",
    [
        ("2026-11-30T12:00", "2026-11-30T23:59", False),
        ("2026-11-30T12:00", "2026-12-01T03:29", False),
        ("2026-11-30T12:00", "2026-12-01T03:30", True),
        ("2026-12-01T03:31", "2026-12-02T03:29", False),
        ("2026-11-30T03:29", "2026-11-30T03:30", True),
        ("2026-11-20T12:00", "2026-12-01T09:00", True),
        # The clock was set back; otherwise it would not be reset for ten days.
        ("2026-12-10T12:00", "2026-12-01T09:00", True),
    ],
)
def test_it_is_made_anew_when_a_night_has_come(var, made, now, due):
    made, now = (timezone.make_aware(datetime.fromisoformat(one)) for one in (made, now))
    (var / "made").write_text(json.dumps({"at": made.isoformat(), "of": practice.edition()}))

    assert practice.is_due(now) is due


@pytest.mark.parametrize("mark", [None, "", "half", '{"of": "x"}', "[]", '{"at": 3, "of": "x"}'])
def test_what_was_not_made_whole_is_made(var, mark):
    if mark is not None:
        (var / "made").write_text(mark)

    assert practice.is_due(timezone.now())


def test_tables_of_another_edition_are_made_anew(var):
    at = timezone.now()
    (var / "made").write_text(json.dumps({"at": at.isoformat(), "of": "an older one"}))

    assert practice.is_due(at)


# --- Real servers in a folder of ours -----------------------------------------------------------

TOLD = """
import json, django
from django.conf import settings
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database()")
print(json.dumps({
    "database": connection.settings_dict["HOST"], "cache": settings.CACHES["default"]["LOCATION"],
    "broker": settings.CELERY_BROKER_URL, "owner": settings.DATABASES["owner"]["HOST"],
    "media": str(settings.MEDIA_ROOT), "mail": settings.EMAIL_BACKEND, "door": settings.DOOR,
    "secret": settings.SECRET_KEY, "audit": settings.KEYS.audit_key.hex(),
    "cookies": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME,
                settings.LANGUAGE_COOKIE_NAME, settings.KNOWN_BROWSER_COOKIE],
}))
"""
OF_THE_PORTAL = {
    "DATABASE_URL": "postgresql://portal_app@db.example/portal",
    "DATABASE_OWNER_URL": "postgresql://portal_owner@db.example/portal",
    "REDIS_URL": "redis://redis.example/0",
    "CACHE_URL": "redis://redis.example/1",
    "SECRET_KEY": "the portal's own",
    "EMAIL_HOST": "smtp.example",
    "DOOR": "yes",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The folder and the settings of a practice process that was given the portal's whole
    environment."""
    folder = tmp_path_factory.mktemp("p")
    keys.make(folder / "keys-of-the-portal.json")
    environment = os.environ | OF_THE_PORTAL
    environment |= {
        "DJANGO_SETTINGS_MODULE": "portal.practice_settings",
        "PORTAL_VAR": str(folder),
        "KEYS_FILE": str(folder / "keys-of-the-portal.json"),
        "PORTAL_DURABLE": "no",
    }
    environment.pop("PRACTICE_VAR", None)
    # Its servers keep running while we hold them, as the keeper does.
    home = embedded._Home.at(folder / "practice")
    home.hold()
    try:
        done = subprocess.run(
            [sys.executable, "-c", TOLD],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        yield folder, json.loads(done.stdout)
    finally:
        home.leave()


@pytest.mark.slow
@pytest.mark.xdist_group("embedded")
def test_nothing_that_leads_to_the_portal_is_read(told):
    folder, said = told
    own = f"{folder}/practice/"

    assert said["database"].startswith(own)
    assert said["owner"].startswith(own)
    assert f"unix://{own}" in said["cache"]
    assert own in said["broker"]
    assert said["media"].startswith(own)
    assert said["mail"].endswith("dummy.EmailBackend")
    assert said["door"] is False
    assert said["secret"] != OF_THE_PORTAL["SECRET_KEY"]
    portals = keys.load(folder / "keys-of-the-portal.json")
    assert said["audit"] != portals.audit_key.hex()


@pytest.mark.slow
@pytest.mark.xdist_group("embedded")
def test_no_cookie_has_the_name_of_one_of_the_portal(told):
    """Browsers do not separate cookies by port."""
    names = {"SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"}
    portals = {getattr(portal_settings, name) for name in (*names, "KNOWN_BROWSER_COOKIE")}

    assert len(set(told[1]["cookies"]) | portals) == 8


@pytest.mark.slow
@pytest.mark.xdist_group("embedded")
def test_emptying_leaves_no_row_and_no_file(told, settings):
    folder, said = told
    var = settings.VAR_DIR = folder / "practice"
    url = f"postgresql://portal_owner@/portal?host={said['owner']}"

    def run(statement):
        connection = psycopg2.connect(url)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else None
        connection.close()
        return rows

    run("CREATE TABLE written (words text)")
    run("INSERT INTO written VALUES ('练习时写下的一句话')")
    for name in ("made", "media/photo.jpg", "log/web.log"):
        (var / name).parent.mkdir(exist_ok=True)
        (var / name).write_text("练习")
    before = keys.load(var / "keys.json").audit_key

    practice.empty()

    assert {one.name for one in var.iterdir()} <= practice.LOCKS
    embedded.ensure(var, durable=False)
    assert run("SELECT to_regclass('written')") == [(None,)]
    assert keys.load_or_make(var / "keys.json").audit_key != before


# --- Who keeps it ---------------------------------------------------------------------------------


def test_only_one_process_keeps_it(var):
    with practice.kept(), pytest.raises(practice.AlreadyKept) as other, practice.kept():
        pass
    assert other.value.args == (os.getpid(),)

    with practice.kept():
        assert (var / "keeper").read_text() == str(os.getpid())


def test_a_reset_asks_the_process_that_keeps_it(var, in_practice, monkeypatch):
    asked, said = [], StringIO()
    monkeypatch.setattr(os, "kill", lambda pid, number: asked.append((pid, number)))

    with practice.kept():
        call_command("practice", "--reset", stdout=said)
        with pytest.raises(CommandError, match=f"runs already .process {os.getpid()}"):
            call_command("practice")

    assert asked == [(os.getpid(), 10)]
    assert "being emptied" in said.getvalue()


def test_it_does_not_run_by_the_settings_of_the_portal(var):
    with pytest.raises(CommandError, match="settings of the portal itself"):
        call_command("practice")
    assert list(var.iterdir()) == []


@pytest.fixture
def keeper(var, monkeypatch):
    """A keeper whose two processes only wait and whose commands are only recorded."""
    waits = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    monkeypatch.setattr(practice, "_web", lambda line: waits)
    monkeypatch.setattr(practice, "_worker", lambda: waits)
    monkeypatch.setattr(practice, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(practice, "empty", lambda: None)
    said = []
    # Reading from a pipe that is never closed keeps the processes waiting.
    reading, writing = os.pipe()
    monkeypatch.setattr(
        practice.subprocess,
        "Popen",
        lambda words, popen=subprocess.Popen, **more: popen(words, stdin=reading, **more),
    )
    with practice.listening(0) as line:
        keeper = practice.Keeper(line, said.append, timezone.now)
        keeper.said = said
        monkeypatch.setattr(keeper, "_run", lambda words: said.append(words[2]))
        yield keeper
    os.close(writing)
    os.close(reading)


def test_it_is_made_at_the_first_start_and_used_again_at_the_second(keeper, monkeypatch):
    def end():
        keeper.is_ending = True
        return True

    monkeypatch.setattr(keeper, "_wait", end)

    assert keeper.keep()
    assert keeper.said[1:3] == ["migrate", "seed_demo"]
    made = (practice.settings.VAR_DIR / "made").read_text()

    keeper.said.clear()
    keeper.is_ending = False
    assert keeper.keep()
    assert keeper.said == []
    assert (practice.settings.VAR_DIR / "made").read_text() == made


def test_on_the_next_morning_it_is_made_anew_while_no_part_runs(keeper, monkeypatch):
    now, made, start, parts = timezone.now(), keeper.make, keeper._start, []

    def make():
        parts.append(list(keeper._parts))
        made()
        keeper.is_ending = len(parts) == 2

    def start_and_sleep():
        start()
        keeper.clock = lambda: now + timedelta(days=1)

    monkeypatch.setattr(keeper, "make", make)
    monkeypatch.setattr(keeper, "_start", start_and_sleep)

    assert keeper.keep()

    assert parts == [[], []]


def test_a_part_that_ends_by_itself_ends_it(keeper, monkeypatch):
    monkeypatch.setattr(practice, "_worker", lambda: [sys.executable, "-c", ""])

    assert not keeper.keep()
    assert keeper._parts == []
    assert keeper.said[-1] == "A process of the practice area has ended by itself."


def test_a_making_that_fails_leaves_no_mark(keeper, monkeypatch, var):
    def fail(words):
        raise practice.NotMade(words[2])

    monkeypatch.setattr(keeper, "_run", fail)

    with pytest.raises(practice.NotMade, match="migrate"):
        keeper.keep()
    assert practice.is_due(timezone.now())


def test_whoever_comes_while_it_is_made_reads_so(var):
    with practice.listening(0) as line:
        address = f"http://127.0.0.1:{line.getsockname()[1]}/matters/"
        with practice._being_made(line), pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(address, timeout=10)

    assert answer.value.code == 503
    assert answer.value.headers["Retry-After"] == "10"
    assert "练习区正在准备" in answer.value.read().decode()


def test_the_portal_begins_it_only_once_its_own_pages_come(var, monkeypatch):
    asked = []
    monkeypatch.setattr(serve, "_answers", lambda address, tls: asked.append(address))
    monkeypatch.setattr(serve.time, "sleep", lambda seconds: None)
    begun = []
    manager = SimpleNamespace(is_stopping=lambda: len(asked) > 2, practise=begun.append)

    serve.Command().announce("http://127.0.0.1:8000", 8000, manager, 8200)

    assert len(asked) == 3
    assert begun == []


# --- Pages ------------------------------------------------------------------------------------


def test_each_page_has_the_band_and_those_of_the_portal_have_none(client, people, settings):
    client.force_login(people.office)
    slip = reverse("outreach:slip", args=[people.matter().pk, "matter"])
    paths = [reverse("help"), reverse("home"), "/nowhere/", slip]
    for path in paths:
        assert BAND not in client.get(path, follow=True).content.decode(), path

    settings.PRACTICE, settings.PORTAL_ADDRESS = True, "http://portal.example"
    for path in paths:
        page = client.get(path, follow=True).content.decode()
        assert page.count(BAND) == 1, path
        assert '<a href="http://portal.example">返回正式平台</a>' in page
    client.logout()
    assert BAND in client.get(reverse("account_login")).content.decode()


def test_the_portal_leads_there_only_where_it_runs(client, people, settings):
    client.force_login(people.author)
    assert "练习" not in client.get(reverse("help")).content.decode()

    settings.PRACTICE_ADDRESS = "http://practice.example"

    page = client.get(reverse("help")).content.decode()
    assert page.count('href="http://practice.example"') == 2
    assert re.search(r'<div class="who-menu">.*practice\.example">练习</a>', page, re.S)
    assert "进入练习区" in page


def test_one_comes_in_by_choosing_a_role(client, db, in_practice):
    one = next(person for person in places.CAST if person.is_shown)
    User.objects.create_user(
        one.username, places.PASSWORD, name=one.name, must_change_password=False
    )
    page = client.get(reverse("account_login")).content.decode()
    (form,) = re.findall(r'<form class="practice-login".*?</form>', page, re.S)
    assert f"{one.organ} {one.name}" in form

    sent = dict(re.findall(r'name="(login|password)" value="([^"]+)"', form))
    client.post(reverse("account_login"), sent)

    assert client.session["_auth_user_id"]


def test_the_portal_offers_nobodys_account(client, db):
    one = places.CAST[-1]
    User.objects.create_user(one.username, places.PASSWORD, name=one.name)

    page = client.get(reverse("account_login")).content.decode()

    assert places.PASSWORD not in page
    assert "practice-login" not in page


@pytest.fixture
def shared(settings, in_practice):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "portal.pages.practice.SharedAccounts"]


def test_nobody_sets_what_all_use(client, people, shared):
    client.force_login(people.author)
    arguments = {name: ["mail"] for name in pages.CLOSED if "channel" in name}
    arguments["end_session"] = [1]
    closed = [reverse(name, args=arguments.get(name, [])) for name in pages.CLOSED]

    for path in (*closed, reverse("mfa_index"), reverse("mfa_activate_totp")):
        page = client.get(path)
        assert page.status_code == 403, path
        assert "练习区的账号大家共用" in page.content.decode()
    assert client.get(reverse("reminder_settings")).status_code == 200
    menu = client.get(reverse("help")).content.decode().partition('class="who-menu"')[2]
    assert reverse("account_change_password") not in menu.partition("</details>")[0]


def test_a_new_account_still_chooses_its_password(client, people, shared):
    User.objects.filter(pk=people.author.pk).update(must_change_password=True)
    client.force_login(people.author)

    page = client.get(reverse("home"), follow=True)

    assert page.redirect_chain == [(reverse("account_change_password"), 302)]
    assert page.status_code == 200


# --- What leaves it ------------------------------------------------------------------------------


def test_nothing_is_sent(in_practice, mailoutbox):
    with pytest.raises(sending.Undeliverable):
        sending._Post().send(SimpleNamespace(channel="mail", address_cipher=b""), "标题", "内容")

    assert mailoutbox == []


def test_no_reminder_and_no_message_goes_by_the_clock():
    tasks = {entry.task for entry in PracticeScheduler(app).schedule.values()}

    assert tasks == {app.conf.beat_schedule[name]["task"] for name in IN_PRACTICE}
    assert not [task for task in tasks if "remind" in task or "send" in task]


def test_a_sheet_says_that_it_was_practised(settings):
    sheet = SimpleNamespace(
        columns=[],
        title="民情台账",
        unit="县委组织部",
        filled_in_by="",
        notes=(),
        signature="",
        paper=None,
        meta={},
        watermark="",
    )
    at = timezone.now()
    assert ledgers.frame("台账", sheet, at).title == "民情台账"

    settings.PRACTICE = True

    assert ledgers.frame("台账", sheet, at).title == "【练习】民情台账"
