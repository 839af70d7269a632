"""The whole portal as its users meet it: gunicorn, a real worker, beat, Chromium."""

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import sync_playwright

from portal.celery import app
from portal.trust import keys
from tests.conftest import EMPTY, WORKER, _point_at, another_database
from tests.people import PASSWORD, Cast

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = "/static/axe/axe.min.js"
OLD = ROOT / "node_modules" / "chrome-aws-lambda" / "bin"
# In `make test-long`, axe also checks elements that are new on a page seen before.
EVERY_KIND = int(os.environ.get("AXE") == "every")
# A hash of each element and its ancestors: axe finds the same in all elements with the same hash.
# Given hashes, returns the outermost elements that have one of them.
KINDS = """(wanted) => {
    const kinds = new Set(), path = new Map(), found = [];
    const asked = wanted && new Set(wanted);
    for (const one of document.querySelectorAll("*")) {
        const said = [
            one.tagName, one.type, one.getAttribute("class"), one.getAttribute("role"),
            [...one.attributes].map(a => a.name).sort(), !!one.textContent.trim(),
            one.labels && one.labels.length > 0,
        ].join(" ");
        let kind = path.get(one.parentElement) || 0;
        for (let at = 0; at < said.length; at++) {
            kind = (kind * 31 + said.charCodeAt(at)) % 9007199254739;
        }
        path.set(one, kind);
        kinds.add(kind);
        if (asked && asked.has(kind) && !found.some(other => other.contains(one))) {
            found.push(one);
        }
    }
    return wanted ? found : [...kinds];
}"""
LOOK = f"""() => ({{
    undefined: document.documentElement.outerHTML.includes("‹undefined"),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    state: [document.documentElement.lang, document.documentElement.className,
            !!document.querySelector(".error-summary, [aria-invalid=true]")].join(),
    kinds: {EVERY_KIND} ? ({KINDS})() : [],
}})"""
RULES = "resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']"
# {window width: element hashes without violations}, and the pages checked whole: (width, address
# without numbers, language and text size and whether it shows errors). The width is 0 except in
# `make test-long`.
PASSED, SEEN = defaultdict(set), set()
# The headless shell comes first: it takes a third less CPU time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Each test module here is marked xdist_group, so that one process runs the journeys with one stack
# for all. `make test` runs those that cross the whole system (a matter from the village to the
# sheet, the door, forms without script) and samples a twelfth of the others. Of pages in English,
# in large type and in an old browser it opens every sixth.
SOME_OR_ALL = pytest.mark.parametrize(
    "each",
    [pytest.param(6, marks=pytest.mark.short), pytest.param(1, marks=pytest.mark.long)],
    ids=["some", "all"],
)
DATABASE = f"browser_{WORKER}"
UNUSED = f"unused_{WORKER}"
# The worker name of the stack's processes, so that they have a cache of their own.
STACK = f"gw{int(WORKER[2:]) + 20}" if WORKER != "main" else "gw20"
# Playwright's event loop runs in this worker's thread, but the tests stay synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_collection_modifyitems(items):
    for item in items:
        if CHROMIUM is None and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


LOGS = set()


def log_of(name):
    return settings.VAR_DIR / "log" / f"{DATABASE}-{name}.log"


class Stack:
    """The processes of a portal with a database of its own."""

    def __init__(self, people, port, database=DATABASE):
        self.people, self.port, self.database = people, port, database
        self.address = f"http://127.0.0.1:{port}"
        services = settings.SERVICES
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": services.database_url.replace("/portal?", f"/{database}?"),
            "DATABASE_OWNER_URL": services.owner_url.replace("/portal?", f"/{database}?"),
            "REDIS_URL": services.redis_url,
            "PYTEST_XDIST_WORKER": STACK,
            # The cache server outlives a run. A form checks a text once an hour, so with the same
            # prefix it would not check in the next run.
            "STACK_PREFIX": f"stack-{os.getpid()}-{database}-{port}-",
        }
        self.processes = {}

    def start(self, name, *command):
        # The first process of this name truncates the log, later ones append.
        path = log_of(name)
        log = path.open("a" if path in LOGS else "w")
        LOGS.add(path)
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()

    def start_web(self):
        self.start(
            "web",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            "2",
            "--preload",
            "portal.wsgi",
        )

    @cached_property
    def door(self):
        """The villager's door, started on first use with its own role, keys and address, and none
        of the portal's."""
        door = SimpleNamespace(address=f"http://127.0.0.1:{free_port()}")
        self._start_door(door.address.removeprefix("http://"))
        self.wait_until("/readyz/", address=door.address)
        return door

    def _start_door(self, bind):
        services = settings.SERVICES
        keys_file = settings.VAR_DIR / f"{self.database}-door-keys.json"
        keys.write_door(settings.KEYS.door, keys_file)
        closed = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
        inside = self.environment
        self.environment = {k: v for k, v in inside.items() if k not in closed} | {
            "DOOR": "yes",
            "DOOR_DATABASE_URL": services.door_url.replace("/portal?", f"/{self.database}?"),
            "DOOR_CACHE_URL": services.redis_url,
            "DOOR_KEYS_FILE": str(keys_file),
        }
        try:
            self.start("door", "gunicorn", "--bind", bind, "portal.wsgi")
        finally:
            self.environment = inside

    def start_worker(self, name="worker"):
        """Beat is forked from the worker, since a separate process would load the portal again. It
        keeps its schedule in memory, since SQLite may fail to lock a file on a busy machine."""
        self.start(
            name,
            "celery",
            "-A",
            "portal",
            "worker",
            "-Q",
            "quick,long",
            "-c",
            "2",
            "--prefetch-multiplier",
            "1",
            "--loglevel",
            "INFO",
            "--beat",
            "--scheduler",
            "celery.beat:Scheduler",
        )

    def wait_until(self, path, seconds=60, address=""):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen((address or self.address) + path, timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        raise AssertionError(f"{path} did not answer; see var/test/log/browser_*.log")

    def kill(self, name):
        """Kill a process with its children, like a power cut."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def command(self, *words):
        """Run a management command; return its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout

    def do(self, *words):
        """The same within this process, which has loaded the portal already."""
        before, said = connections.settings["default"]["NAME"], io.StringIO()
        _point_at(self.database)
        try:
            call_command(*words, stdout=said)
        finally:
            _point_at(before)
        return said.getvalue()

    def ask(self, task, **kwargs):
        """Send a task to the worker, as beat does."""
        prefix = {"global_keyprefix": self.environment["STACK_PREFIX"]}
        with app.connection_for_write(transport_options=prefix) as connection:
            app.send_task(task, kwargs=kwargs, connection=connection)

    def stop(self):
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def last_error():
    """The last traceback in the web process's log, for runs whose logs nobody can open."""
    log = log_of("web").read_text(errors="replace") if log_of("web").exists() else ""
    lines = log.rpartition("Traceback")[2].splitlines() if "Traceback" in log else []
    ends = next((n for n, line in enumerate(lines[1:], 1) if line[:1] not in (" ", "")), len(lines))
    return "\n".join(["", *lines[max(0, ends - 20) : ends + 1]])


@pytest.fixture(scope="session")
def stack(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), another_database(DATABASE):
        people = Cast()
    stack = Stack(people, free_port())
    stack.start_web()
    stack.start_worker()
    try:
        stack.wait_until("/readyz/")
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def on_the_stack(stack, django_db_blocker):
    """Run the test itself on the stack's database."""
    with django_db_blocker.unblock():
        _point_at(DATABASE)
        yield
        _point_at(EMPTY)


@pytest.fixture
def empty(django_db_setup, django_db_blocker):
    """The portal on an empty database; the test starts the worker when needed."""
    with django_db_blocker.unblock():
        with another_database(UNUSED):
            pass
        empty = Stack(None, free_port(), database=UNUSED)
        empty.start_web()
        try:
            empty.wait_until("/readyz/")
            yield empty
        finally:
            empty.stop()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def old_chromium(chromium, tmp_path_factory):
    """Chromium 86 from its npm package."""
    folder = tmp_path_factory.mktemp("chromium86")
    for packed in OLD.glob("*.br"):
        (folder / packed.stem).write_bytes(brotli.decompress(packed.read_bytes()))
    for name in ("aws.tar", "swiftshader.tar"):
        with tarfile.open(folder / name) as archive:
            archive.extractall(folder, filter="data")
    (folder / "chromium").chmod(0o755)
    old = chromium.browser_type.launch(
        executable_path=str(folder / "chromium"),
        timeout=30_000,
        env=os.environ | {"LANG": "C.UTF-8"},
        args=["--no-sandbox", "--disable-gpu"],
    )
    assert old.version.startswith("86.")
    yield old
    old.close()


class Person:
    """A user at a screen who signs in and opens pages; every page is checked."""

    def __init__(
        self, stack, chromium, username, *, width=1440, height=900, script=True, has_touch=False
    ):
        self.stack, self.username = stack, username
        self.context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            accept_downloads=True,
            has_touch=has_touch,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)
        self.has_script = script

    def _note(self, message):
        if message.type in {"error", "warning"} and "422" not in message.text:
            self.complaints.append(message.text)

    def sign_in_by_request(self, password=PASSWORD):
        """Sign in by one request, without a page: most journeys start after the sign-in."""
        token = "k" * 32
        self.context.add_cookies([{"name": "csrftoken", "value": token, "url": self.stack.address}])
        form = {"login": self.username, "password": password, "csrfmiddlewaretoken": token}
        address = self.stack.address + "/account/login/"
        answer = self.context.request.post(
            address, form=form, headers={"Referer": address}, max_redirects=0
        )
        leads_to = answer.headers.get("location", "")
        assert answer.status == 302 and "/account/login/" not in leads_to, (
            f"{self.username} is not let in: {answer.status} {leads_to}"
        )
        return self

    def sign_in(self, password=PASSWORD):
        """Sign in through the page."""
        self.open("/account/login/")
        self.page.fill("input[name=login]", self.username)
        self.page.fill("input[name=password]", password)
        return self.follow("main button[type=submit], main .button-primary")

    def sign_in_by_script(self):
        """Sign in with an old browser, in which Playwright's clicks and fills do not work, but the
        page does."""
        self.page.goto(self.stack.address + "/account/login/")
        self.page.evaluate(
            "([name, word]) => { const f = document.querySelector('main form');"
            " f.login.value = name; f.password.value = word; f.submit(); }",
            [self.username, PASSWORD],
        )
        self.page.wait_for_url(lambda address: "/account/login/" not in address)
        return self

    def open(self, path):
        self.page.goto(self.stack.address + path)
        self.check()
        return self

    def look(self, *paths):
        """Check each page in its own size and then at phone width."""
        for path in paths:
            self.open(path)
            wide = self.page.viewport_size
            self.page.set_viewport_size({"width": 390, "height": 844})
            self.check()
            self.page.set_viewport_size(wide)
        return self

    def follow(self, control):
        """Click what leads to another page; wait for that page and check it. A form saves its draft
        first, during which the old page is still there."""
        control = self.page.locator(control).first if isinstance(control, str) else control
        self.page.evaluate("() => { document.documentElement.dataset.left = ''; }")
        control.click()
        self.page.wait_for_selector("html:not([data-left])", state="attached")
        self.settle()
        self.check()
        return self

    def press(self, words):
        """Follow the one button or link with these words."""
        return self.follow(self.page.locator(f"main >> :is(a, button):text-is('{words}')").first)

    def settle(self):
        """Wait until the page and the parts that htmx fetches are loaded."""
        self.page.wait_for_load_state()
        self.page.wait_for_selector(".htmx-request", state="detached")

    def save(self):
        """Press the main button of the form."""
        return self.follow(self.page.locator("main form .button-primary").last)

    def wait_for(self, words, seconds=60):
        """Wait for words on a page that refreshes itself, then check it."""
        for _fifth in range(seconds * 5):
            if words in self.page.inner_text("main"):
                self.check()
                return self
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{words!r} did not appear in: {self.page.inner_text('main')[:800]}")

    def pick(self, name, text):
        box = self.page.locator(f"[data-picker][data-name='{name}']")
        # A click selects the text, so that typing replaces it.
        box.locator("input[type=text]").click()
        box.locator("input[type=text]").type(text)
        box.locator("[data-pick]").first.click()

    def tick(self, box):
        """Tick a box by its label, since the button bar may cover the box itself."""
        box = self.page.locator(box)
        if not box.is_checked():
            self.page.locator(f"label[for='{box.get_attribute('id')}']").first.click()
        assert box.is_checked()

    def past_receipts(self):
        """Go on from the receipt of a matter, meant for the raiser, to the visit."""
        self.page.wait_for_url(re.compile(r"/receipt/$"))
        assert self.page.locator(".receipt-numbers strong").count() == 2
        self.check()
        self.page.locator(".receipt nav a").first.click()
        self.page.wait_for_url(re.compile(r"/visits/\d+/$"))

    def tell(self, summary):
        """Fill in what a visit must state besides place and day."""
        self.page.fill("textarea[name=summary]", summary)

    def text(self):
        return self.page.inner_text("body")

    def check(self):
        """Check that the console has no message, nothing is undefined or wider than the window, and
        axe finds nothing."""
        # After a click the next page may still be empty.
        self.page.wait_for_load_state()
        assert self.complaints == [], f"{self.page.url}: {self.complaints}{last_error()}"
        if not self.has_script:
            assert "‹undefined" not in self.page.content(), self.page.url
            return
        seen = self.page.evaluate(LOOK)
        width = self.page.viewport_size["width"] if EVERY_KIND else 0
        assert not seen["undefined"], self.page.url
        assert seen["overflow"] <= 1, f"{self.page.url} is {seen['overflow']}px too wide"
        path = urllib.parse.urlsplit(self.page.url).path
        place = width, re.sub(r"\d+|[0-9a-f-]{36}", "#", path), seen["state"]
        new = set(seen["kinds"]) - PASSED[width]
        if place not in SEEN or (EVERY_KIND and new):
            found = self.ask_axe(within=sorted(new) if place in SEEN else None)
            assert found == [], f"{self.page.url}: {found}"
            PASSED[width] |= new
            SEEN.add(place)

    def ask_axe(self, *, within=None):
        """Return the violations that axe finds in the whole page, or in the elements with these
        hashes."""
        if not self.page.evaluate("'axe' in window"):
            self.page.add_script_tag(url=AXE)
        return self.page.evaluate(
            f"(wanted) => axe.run(wanted ? {{include: ({KINDS})(wanted)}} : document, {{{RULES}}})"
            ".then(r => r.violations.map("
            "v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3).join(' ')))",
            within,
        )

    def overflow(self):
        """Return by how many pixels the page is wider than the window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def close(self):
        self.context.close()


@pytest.fixture
def person(stack, chromium):
    """person("author", width=390) returns a user of the cast, signed in at a new screen. No page is
    open yet, except after signing in by_page."""
    opened = []

    def come(username, *, by_page=False, **screen):
        opened.append(Person(stack, chromium, username, **screen))
        return opened[-1].sign_in() if by_page else opened[-1].sign_in_by_request()

    yield come
    for one in opened:
        one.close()
