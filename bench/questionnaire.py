"""A questionnaire of 2,000 questions: reading its workbook, and its first page on a phone.

The phone is Chromium with its processor slowed down four times. The page comes from this process,
with the styles and scripts of the portal. Measured are the time until its questions are shown, and
until the script shows and hides them.

python -m bench questionnaire
"""

import gzip
import json
import os
import shutil
import statistics
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.contrib.staticfiles import finders  # noqa: E402 (Django first)
from django.template.loader import render_to_string  # noqa: E402
from openpyxl import Workbook  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from research.questionnaires import drawing  # noqa: E402
from research.questionnaires.reader import read  # noqa: E402

QUESTIONS, SLOWER, TIMES = 2_000, 4, 5
MOST_READING, MOST_PAGE = 2, 1  # seconds
TODAY = "2026-11-18"
STYLES = ("vendor/bootstrap.css", "css/portal.css", "css/questionnaire.css")
SCRIPTS = ("vendor/htmx.js", "js/portal.js", "js/questionnaire.js", "js/questionnaire-page.js")
TYPES = {".css": "text/css", ".js": "text/javascript"}


def workbook(path):
    """Write the workbook: each question, except the first ones, depends on two before it; every
    fifth is calculated."""
    book = Workbook(write_only=True)
    survey = book.create_sheet("survey")
    survey.append(["type", "name", "label", "relevant", "calculation"])
    kinds = ("integer", "text", "select_one yn", "date", "calculate")
    for n in range(QUESTIONS):
        relevant = f"${{q{n - 5}}} != '' or ${{q{n - 4}}} > 3" if n > 5 else None
        calculated = f"${{q{n - 4}}} + 1" if n % 5 == 4 else None
        survey.append([kinds[n % 5], f"q{n}", f"第{n}题：家里有几口人？", relevant, calculated])
    choices = book.create_sheet("choices")
    for row in (["list_name", "name", "label"], ["yn", "y", "是"], ["yn", "n", "否"]):
        choices.append(row)
    book.save(path)
    return path


def document(definition):
    page = drawing.begin(definition, today=TODAY).page
    head = "".join(f'<link rel="stylesheet" href="/{one}">' for one in STYLES)
    head += "".join(f'<script src="/{one}" defer></script>' for one in SCRIPTS)
    inside = render_to_string("research/_questionnaire.html", {"page": page, "finish": "完成"})
    form = f'class="q-form" data-definition="/definition" data-today="{TODAY}"'
    words = page.words.replace("&", "&amp;").replace('"', "&quot;")
    return (
        '<!DOCTYPE html><html lang="zh-hans"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">{head}</head><body>'
        f'<form {form} data-words="{words}">{inside}</form>'
        '<script id="typed" type="application/json">{}</script></body></html>'
    )


def served(definition):
    """Serve the page; responses are compressed, as in the portal."""
    packed = gzip.compress(json_of(definition))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            kind = TYPES.get(Path(self.path).suffix, "text/html; charset=utf-8")
            if self.path == "/definition":
                body, kind = packed, "application/json"
            elif self.path == "/":
                body = gzip.compress(document(definition).encode())
            else:
                found = finders.find(self.path.strip("/"))
                body = gzip.compress(Path(found).read_bytes() if found else b"")
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, len(packed)


def json_of(definition):
    return json.dumps(definition, ensure_ascii=False, separators=(",", ":")).encode()


def on_a_phone(address):
    """Return the medians of (seconds until the questions are shown, seconds until the script shows
    and hides)."""
    stands, scripted = [], []
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for _time in range(TIMES):
            context = chromium.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
            page = context.new_page()
            slow = context.new_cdp_session(page)
            slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.goto(address)
            page.wait_for_function("document.querySelector('[data-scripted]').value === '1'")
            stands.append(
                page.evaluate(
                    "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
                )
            )
            scripted.append(page.evaluate("performance.now() / 1000"))
            context.close()
        chromium.close()
    return statistics.median(stands), statistics.median(scripted)


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "form.xlsx")
        taken = []
        for _time in range(3):
            began = time.perf_counter()
            found = read(path)
            taken.append(time.perf_counter() - began)
    assert not found.refusals and len(drawing.questions_of(found.definition)) > QUESTIONS * 0.7
    reading = statistics.median(taken)
    began = time.perf_counter()
    document(found.definition)
    drawn = time.perf_counter() - began
    server, size = served(found.definition)
    try:
        stands, scripted = on_a_phone(f"http://127.0.0.1:{server.server_port}/")
    finally:
        server.shutdown()
    print(
        f"{reading:.2f} s to read, {drawn:.2f} s for the server to draw a page; on the phone the "
        f"questions stand there after {stands:.2f} s, and the script shows and hides after "
        f"{scripted:.2f} s (definition {size // 1024} KB)"
    )
    return [
        (
            "form of 2,000 questions read, s",
            round(reading, 2),
            MOST_READING,
            reading <= MOST_READING,
        ),
        ("its first page on a slow phone, s", round(stands, 2), MOST_PAGE, stands <= MOST_PAGE),
    ]
