"""Writing without a signal: how fast a phone shows the visit form after a cold start, and how large
its files are.

python -m bench offline      Chromium at a quarter of its speed, no network, a full working set
"""

import gzip
import os
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
# Playwright runs an event loop; everything here is sequential.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
django.setup()

from django.contrib.staticfiles import finders  # noqa: E402 (Django first)
from django.utils import timezone  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from bench import clone, pages  # noqa: E402
from demo.outreach import province  # noqa: E402
from outreach.models import ContactArea  # noqa: E402
from sync import working_set  # noqa: E402
from sync.views import shell  # noqa: E402

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SLOWER = 4
MOST_SECONDS, MOST_SHELL, MOST_SYNC = 2.0, 250.0, 15.0
# What the page does after an idle moment is not part of the start.
TYPING = 1.5

PIN = "739154"
WORDS = "走访了四户，大家最关心的是东支渠淤积、秧田缺水，以及村口路灯长期不亮、夜里出行不便。" * 6
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SCREEN = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    seconds = round(_cold_starts(), 2)
    whole = _packed([*shell.STYLES, *shell.SENDER, *shell.SCREENS, shell.WORKER, *shell.IMAGES])
    whole += len(gzip.compress(shell.words_text().encode(), 9))
    of_sync = _packed([*shell.SENDER, shell.WORKER])
    return [
        (
            f"form of a visit after a cold start without a signal, {SLOWER} × slower, s",
            *_most(seconds, MOST_SECONDS),
        ),
        ("shell, kB gzipped", *_most(round(whole / 1000, 1), MOST_SHELL)),
        ("code of sync in it, kB gzipped", *_most(round(of_sync / 1000, 1), MOST_SYNC)),
    ]


def _most(measured, limit):
    return measured, limit, measured <= limit


def _packed(names):
    return sum(len(gzip.compress(Path(finders.find(name)).read_bytes(), 9)) for name in names)


# Cold start -------------------------------------------------------------------------------------


def _cold_starts():
    """Return the median seconds until the PIN can be typed, and from the PIN to the form."""
    folder = Path(tempfile.mkdtemp(prefix="bench-phone-"))
    try:
        with sync_playwright() as playwright:
            given = {"executable_path": _browser(), "args": FLAGS, **SCREEN}

            def opened():
                return playwright.chromium.launch_persistent_context(str(folder), **given)

            with clone.small_province(province.TINY), pages.gunicorn() as port:
                address = f"http://127.0.0.1:{port}"
                _set_up(opened, address, _cadre())
            # The portal is stopped by now, and the network is off.
            found = [_start(opened, address) for _round in range(ROUNDS)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return median(found)


def _browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit("No Chromium on this machine: nothing is measured.")
    return found


def _cadre():
    area = ContactArea.objects.filter(cadre__user__isnull=False).order_by("pk").first()
    return area.cadre.user.acting(on=timezone.localdate())


def _set_up(opened, address, user):
    """Enrol at /phone/ as users do, then fill the working set to its limits."""
    phone = opened()
    name, value = pages.sign_in(user).split("=", 1)
    phone.add_cookies([{"name": name, "value": value.split(";")[0], "url": address}])
    page = phone.pages[0]
    page.set_default_timeout(60_000)
    page.goto(f"{address}/phone/")
    page.wait_for_selector("#pin-1")
    page.check("#own-phone")
    for field in ("#pin-1", "#pin-2"):
        page.fill(field, PIN)
    page.click("#enrol .button-primary")
    page.wait_for_selector("main table")
    page.wait_for_selector("[data-enrolled]")
    page.goto(f"{address}/offline/")
    page.wait_for_selector("#pin")
    counts = {kind: most for kind, most in working_set.MOST.items() if kind in ROWS}
    size = page.evaluate(FILL, [PIN, counts, ROWS])
    print(f"working set of {size / 1000:,.0f} kB")
    phone.close()


def _start(opened, address):
    """Return the seconds of one start. The PIN is derived off the main thread, which alone is
    slowed down; its time is therefore multiplied."""
    phone = opened()
    page = phone.pages[0]
    said = phone.new_cdp_session(page)
    said.send("Page.enable")
    said.send("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    said.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    phone.set_offline(True)

    # Playwright's own waiting runs scripts that are slowed down too.
    def ask(expression):
        return said.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})[
            "result"
        ].get("value")

    def wait_for(name):
        for _again in range(600):
            if found := ask(f"window.seen && window.seen.{name} || 0"):
                return found
            time.sleep(0.05)
        raise AssertionError(f"no {name}")

    page.goto(f"{address}/visits/new/")
    pin = wait_for("pin")
    time.sleep(TYPING)
    submitted = ask(f"window.submitPin('{PIN}')")
    form = wait_for("form") - submitted
    derived = ask("window.seen.derived") * (SLOWER - 1)
    phone.close()
    total = (pin + form + derived) / 1000
    print(
        f"PIN can be typed after {pin:.0f} ms, form {form:.0f} ms after it,"
        f" {derived:.0f} ms for deriving {SLOWER} × slower: {total:.2f} s"
    )
    return total


WATCH = """(() => {
    const seen = window.seen = {derived: 0};
    const places = {pin: "#pin", form: "form .form-actions"};
    // Once it is painted and nothing else is to be done first.
    const look = () => {
        for (const name of Object.keys(places)) {
            if (name in seen || !document.querySelector(places[name])) continue;
            seen[name] = 0;
            requestAnimationFrame(() => setTimeout(() => { seen[name] = performance.now(); }));
        }
    };
    new MutationObserver(look).observe(document, {childList: true, subtree: true});
    const own = crypto.subtle.deriveKey;
    crypto.subtle.deriveKey = async function (...given) {
        const began = performance.now(), key = await own.apply(this, given);
        seen.derived += performance.now() - began;
        return key;
    };
    window.submitPin = (pin) => {
        document.querySelector("#pin").value = pin;
        const now = performance.now();
        document.querySelector("main .button-primary").click();
        return now;
    };
})();"""

FILL = """async ([pin, counts, rows]) => {
    if (await offline.unlock(pin) !== "open") throw new Error("PIN");
    const set = await offline.set();
    for (const [kind, most] of Object.entries(counts)) {
        const own = set.rows.filter((one) => one.kind === kind);
        for (let n = own.length; n < most; n++) {
            set.rows.push({kind, id: String(900000 + n), digest: "0".repeat(64), row: rows[kind]});
        }
    }
    await offline.putSet(set);
    offline.lock();
    return JSON.stringify(set).length;
}"""

MONTH = {
    "month": "2026-12-01",
    "label": "2026年12月",
    "state": "unattested",
    "state_label": "未审核",
    "working": 22,
    "norm": 15,
    "leave": 2,
    "away": 3,
    "absent": 0,
    "together": 0,
    "work": WORDS,
}
QUESTION = {
    "kind": "question",
    "type": "text",
    "name": "q",
    "path": "q",
    "label": {"zh": [WORDS[:40]]},
}
# Rows of each kind, as docs/sync.md describes them.
ROWS = {
    "unit": {
        "name": "柳湾村",
        "kind": "rural",
        "kind_label": "农村",
        "above": "石桥镇",
        "groups": [f"{n}组" for n in range(1, working_set.MOST_GROUPS + 1)],
        "initials": "lwc",
        "why": ["visit"],
    },
    "cadre": {"name": "李明", "post": "科长", "organ": "县水务局", "initials": "lm"},
    "stay": {
        "unit": "17",
        "place": "石桥镇 柳湾村",
        "kind": "residential",
        "kind_label": "驻村蹲点",
        "from": "2026-03-01",
        "to": "2027-02-28",
        "months": [MONTH, MONTH],
    },
    "matter": {
        "number": "MQ2026-0312",
        "title": WORDS[:20],
        "unit": "17",
        "place": "石桥镇 柳湾村 三组",
        "state": "in_progress",
        "state_label": "办理中",
        "next": WORDS[:30],
        "due": "2026-12-05",
        "mine": ["registered"],
        "details": WORDS,
        "steps": [{"label": "办理进展", "on": "2026-11-30", "by": "王建国", "text": WORDS}] * 3,
    },
    "visit": {
        "unit": "17",
        "place": "石桥镇 柳湾村",
        "kind": "rural",
        "label": "11月30日 柳湾村",
        "until": "2026-12-07",
        "fields": {"visited_on": ["2026-11-30"], "summary": [WORDS], "mode": ["home"]},
    },
    "notice": {"title": WORDS[:20], "organ": "县委组织部", "text": WORDS, "asks": "yes_no"},
    "questionnaire": {
        "title": WORDS[:20],
        "version": "7",
        "definition": {"languages": ["zh"], "lists": {}, "items": [QUESTION] * 60},
    },
    "drawn": {"questionnaire": "3", "position": 17, "place": "柳湾村", "serial": 42},
}


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
