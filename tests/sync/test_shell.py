"""The shell for writing without a signal: the same for everybody, without personal data."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils.translation import override

from sync import shell_words
from sync.views import shell
from tests.conftest import ROOT

SCRIPTS = sorted((ROOT / "static" / "js" / "offline").glob("*.js"))
SYNC = [name for name in shell.SENDER if name != "js/offline/screens.js"] + [shell.WORKER]


def packed(names):
    return sum(len(gzip.compress(shell._content(name), 9)) for name in names)


def test_the_shell_is_small_enough_for_a_bad_line(client, db):
    whole = [*shell.STYLES, *shell.SENDER, *shell.SCREENS, shell.WORKER, *shell.IMAGES]
    words = len(gzip.compress(client.get("/offline/words.js").content, 9))
    assert packed(whole) + words < 250_000
    assert packed(SYNC) < 15_000


def test_each_word_of_the_scripts_is_in_the_list_and_none_besides():
    text = "".join(path.read_text() for path in SCRIPTS)
    listed = set(shell_words.by_english())
    asked = set(re.findall(r'\bt\("((?:[^"\\]|\\.)*)"', text))
    assert asked <= listed
    assert [one for one in listed if f'"{one}"' not in text] == []


def test_a_word_keeps_its_gaps_in_chinese():
    with override("zh-hans"):
        chinese = shell_words.by_english()
    assert {one for one, said in chinese.items() if one.count("{}") != said.count("{}")} == set()
    assert chinese["Stored on this phone"] == "已存在本机"


def test_no_script_needs_more_than_chromium_86():
    newer = r"randomUUID|structuredClone|AbortSignal\.timeout|\.at\(|\.replaceAll\(|X25519|\?\?="
    for path in SCRIPTS:
        assert re.findall(newer, path.read_text()) == [], path.name


class _Inline(HTMLParser):
    """Finds inline scripts and styles in a page that must use files only (CSP)."""

    found = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found += "script " if tag == "script" and "src" not in given else ""
        self.found += "style " if tag == "style" or "style" in given else ""


OPEN = [
    "/sw.js",
    "/offline/",
    "/offline/shell.js",
    "/offline/shell.css",
    "/offline/words.js",
    "/offline/page.js",
]


@pytest.mark.parametrize("path", OPEN)
def test_the_shell_is_open_and_the_same_for_everybody(client, people, path):
    first = client.get(path)
    client.force_login(people.author)
    second = client.get(path)

    assert first.status_code == 200 == second.status_code
    assert first.content == second.content
    assert people.author.name not in second.content.decode()
    assert "no-cache" in first.headers["Cache-Control"]
    if path == "/offline/":
        page = _Inline()
        page.feed(first.content.decode())
        assert page.found == ""


def test_the_worker_governs_the_whole_portal_and_names_what_exists(client, db):
    answer = client.get("/sw.js")
    text = answer.content.decode()

    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert '"page": "/offline/"' in text
    for name in [*shell.SENDER, shell.WORKER]:
        assert Path(finders.find(name)).read_text().strip() in text, name
    # Unchanged, it costs a phone only a 304.
    again = client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_cold_start_asks_for_two_files_that_hold_everything(client, db):
    """Each file goes through the phone's service worker, so fewer are faster."""
    page = client.get("/offline/").content.decode()
    script = client.get("/offline/shell.js").content.decode()
    style = client.get("/offline/shell.css")

    assert re.findall(r'(?:src|rel="stylesheet" href)="([^"]*)"', page) == [
        "/offline/shell.css",
        "/offline/shell.js",
    ]
    assert script.startswith('"use strict";')
    assert client.get("/offline/words.js").content.decode() in script
    for name in [*shell.SENDER, *shell.SCREENS]:
        assert Path(finders.find(name)).read_text().strip() in script, name
    assert style.headers["Content-Type"].startswith("text/css")
    for rule in (".form-control", ".bottom-tabs", ".q-question", ".shell-photos"):
        assert rule in style.content.decode()
    # Relative URLs would be resolved against the style sheet's address.
    assert set(re.findall(r"url\(.(.{5})", style.content.decode())) == {"data:"}
    worker = client.get("/sw.js").content.decode()
    assert '"files": ["/offline/shell.js", "/offline/shell.css", "/static/img/' in worker


def test_there_is_a_manifest_only_where_installing_is_switched_on(client, db, monkeypatch):
    assert client.get("/offline/manifest.json").status_code == 404
    assert b"manifest" not in client.get("/offline/").content

    monkeypatch.setattr(shell, "is_installing_on", lambda: True)

    assert client.get("/offline/manifest.json").json()["display"] == "standalone"
    assert b"manifest" in client.get("/offline/").content
