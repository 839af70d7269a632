"""Runs getodk/xforms-engine, the engine of ODK Web Forms, in Chromium and returns its outcome for a
form."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright
from pyxform.xls2xform import convert

from tests.browser.conftest import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parent.parent.parent
ENGINE = ROOT / "node_modules" / "@getodk" / "xforms-engine" / "dist" / "index.js"
ADDRESS = "http://localhost/"  # the engine needs crypto, which Chromium offers only on localhost


def outcomes(workbook, sets, *, today):
    """The outcome for each set of answers, in the form of our own."""
    xml = convert(str(workbook), validate=False).xform
    # Load it first: if its script is missing, the page would wait forever.
    _engine()
    # In another thread: an earlier journey in this process keeps a Playwright loop running.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(_walked, xml, sets, today).result()


def _walked(xml, sets, today):
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            page = browser.new_context(timezone_id="UTC").new_page()
            page.clock.set_fixed_time(f"{today}T08:00:00Z")
            page.route("**/*", _serve)
            page.goto(ADDRESS)
            script = (Path(__file__).parent / "oracle.js").read_text()
            return page.evaluate(script, {"xml": xml, "sets": sets})
        finally:
            browser.close()


@cache
def _engine():
    return ENGINE.read_text()


def _serve(route):
    if route.request.url.endswith("/engine.js"):
        route.fulfill(body=_engine(), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")
