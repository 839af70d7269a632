"""The practice area as in production: beside the portal, and given the portal's whole
environment."""

import os
import re
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import psycopg2
import pytest
from django.conf import settings

from tests.browser.conftest import ROOT, Person, Stack, free_port

pytestmark = [
    pytest.mark.xdist_group("browser"),
    # Takes minutes: it makes its own county.
    pytest.mark.long,
]
WORDS = "练习时写下：东支渠上的闸门打不开了。"


@pytest.fixture
def area(stack, tmp_path_factory):
    """start() and stop() of a practice area whose environment has all addresses and keys of the
    portal."""
    folder = tmp_path_factory.mktemp("a")
    port = free_port()
    area = SimpleNamespace(
        address=f"http://127.0.0.1:{port}", folder=folder / "practice", process=None
    )
    environment = stack.environment | {
        "DJANGO_SETTINGS_MODULE": "portal.practice_settings",
        "PRACTICE_VAR": str(area.folder),
        "PORTAL_VAR": str(settings.VAR_DIR),
        "PORTAL_ADDRESS": stack.address,
        "PORTAL_DURABLE": "no",
    }

    def command(*words):
        return [sys.executable, "manage.py", "practice", *words]

    def start():
        log = (folder / "practice.log").open("a")
        area.process = subprocess.Popen(
            command("--port", str(port)),
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        Stack.wait_until(area, "/readyz/", seconds=600)

    def stop():
        area.process.terminate()
        assert area.process.wait(60) == 0

    def reset():
        said = subprocess.run(
            command("--reset"),
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "being emptied" in said.stdout

    area.start, area.stop, area.reset = start, stop, reset
    mark = area.folder / "made"
    area.made = lambda: mark.read_text() if mark.exists() else ""
    try:
        yield area
    finally:
        if area.process and area.process.poll() is None:
            os.killpg(area.process.pid, signal.SIGTERM)
            area.process.wait(60)


# Tables that change meanwhile: sessions are used, entries sealed, and figures rolled up.
MOVING = ("django_session", "portal_auditseal", "portal_figuredelta", "portal_figuretotal")
FIGURES = """
SELECT sum(n) FROM (
    SELECT n FROM portal_figuredelta UNION ALL
    SELECT n FROM portal_figuretotal WHERE division_id IS NULL AND organ_id IS NULL
) everything
"""


def rows_of(database):
    """{table: number of its rows} of the portal, and the sum of its figures."""
    url = settings.SERVICES.owner_url.replace("/portal?", f"/{database}?")
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        names = [name for (name,) in cursor.fetchall() if name not in MOVING]
        cursor.execute(FIGURES)
        found = {"figures": cursor.fetchone()[0]}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    connection.close()
    return found


class Visitor(Person):
    """A user in the practice area. Its pages are the portal's, where axe checks them."""

    def check(self):
        self.page.wait_for_load_state()
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"
        assert self.overflow() <= 1, self.page.url


def come_in(area, chromium, words, **screen):
    person = Visitor(area, chromium, "", **screen)
    # Its processes have just started beside the portal's.
    person.page.set_default_timeout(90_000)
    person.open("/account/login/")
    person.page.click(f".practice-login button >> text={words}")
    person.page.wait_for_url(lambda address: "/account/login/" not in address)
    return person


def test_what_is_practised_is_nowhere_in_the_portal_and_gone_in_the_morning(
    stack, area, chromium, person
):
    area.start()
    made = area.made()
    real = person("author")
    real.open("/today/")
    before = rows_of(stack.database)

    cadre = come_in(area, chromium, "王建国", width=390)
    assert "练习区：内容每晚清空，不计入任何数字" in cadre.text()
    cadre.open("/visits/new/")
    cadre.page.click("[data-fill-unit]")
    cadre.tell(WORDS)
    cadre.page.locator("form[data-draft] .button-primary").click()
    cadre.page.wait_for_url(re.compile(r"/visits/\d+/"))
    cadre.check()
    visit = cadre.page.url.removeprefix(area.address)

    assert WORDS in cadre.text()
    assert rows_of(stack.database) == before
    # One browser keeps both sign-ins apart, although both have the same host name.
    real.context.add_cookies(cadre.context.cookies())
    assert real.open("/today/").page.url.startswith(stack.address + "/today/")
    cadre.page.click("text=返回正式平台")
    assert cadre.page.url.startswith(stack.address)

    # On the same day, a second start finds what the first one made.
    area.stop()
    area.start()
    assert area.made() == made
    assert WORDS in cadre.open(visit).text()

    area.reset()
    deadline = time.monotonic() + 600
    while area.made() in {made, ""} and time.monotonic() < deadline:
        time.sleep(0.5)
    Stack.wait_until(area, "/readyz/")
    assert area.made() not in {made, ""}
    # The session is gone with everything else.
    cadre.page.goto(area.address + visit)
    assert "/account/login/" in cadre.page.url
    again = come_in(area, chromium, "王建国")
    assert again.page.goto(area.address + visit).status == 404 or WORDS not in again.text()
    for one in (cadre, again):
        one.close()
