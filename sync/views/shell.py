"""The shell of writing without a signal: a page without anybody's data, its words, its worker.

Open to everybody, since a phone fetches them without a cookie; nothing in them depends on who asks.
"""

import hashlib
import json
import re
from functools import cache, lru_cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from portal import parameters, wordings
from portal.tools import languages
from sync import shell_words

# The scripts of the shell, in order; the first ones are the worker's too.
SENDER = [
    "vendor/idb.js",
    "js/offline/canonical.js",
    "js/offline/seal.js",
    "js/offline/store.js",
    "js/offline/sender.js",
]
SCREENS = [
    "js/questionnaire.js",
    "js/offline/photos.js",
    "js/offline/fields.js",
    "js/offline/questions.js",
    "js/offline/screens.js",
]
# What an ordinary page of such a phone loads, and the page where a phone is set up.
BADGE = [*SENDER, "js/offline/fields.js", "js/offline/badge.js"]
ENROL = [*SENDER, "js/offline/fields.js", "js/offline/enrol.js"]
STYLES = ["vendor/bootstrap.css", "css/portal.css", "css/questionnaire.css", "css/offline.css"]
WORKER = "js/offline/worker.js"
IMAGES = ["img/mark.svg"]


@login_not_required
@require_safe
def shell(request):
    """The page of the shell. Its language is that of the phone, which the script knows."""
    with translation.override(_chinese()):
        response = render(
            request,
            "sync/shell.html",
            {"installing": is_installing_on(), "portal": wordings.portal_name(on=_today())},
        )
    response.headers["Cache-Control"] = "no-cache"
    return response


@conditional_page
@gzip_page
@login_not_required
@require_safe
def words(request):
    """The words of the screens: Chinese by their English, in the wording of the installation."""
    return _unstored(words_text(), "text/javascript")


@conditional_page
@gzip_page
@login_not_required
@require_safe
def script(request):
    """The words and all scripts of the screens, one after the other: a phone that starts cold gets
    each file through its worker, and one costs less than twelve."""
    text = _joined([*SENDER, *SCREENS]).decode()
    return _unstored(f'"use strict";\n{words_text()}{text}', "text/javascript")


@conditional_page
@gzip_page
@login_not_required
@require_safe
def style(request):
    """All styles of the screens in one file. Their pictures stand in them (data:)."""
    return _unstored(_joined(STYLES).decode(), "text/css")


@conditional_page
@gzip_page
@login_not_required
@require_safe
def worker(request):
    """`/sw.js`: which files make the shell, then the sender and the worker. Another version of any
    of them is another worker."""
    text = _worker(shell(request).content, _chinese())
    response = _unstored(text, "text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@conditional_page
@login_not_required
@require_safe
def page(request):
    """What js/portal.js loads on an ordinary page of a phone that is set up: the scripts of the
    badge, one after the other."""
    scripts = json.dumps([reverse("sync:words"), *map(static, BADGE)])
    style = json.dumps(static("css/offline.css"))
    return _unstored(
        f"{scripts}.forEach((src) => document.head.append(Object.assign("
        'document.createElement("script"), { src, async: false })));\n'
        'document.head.append(Object.assign(document.createElement("link"),'
        f' {{ rel: "stylesheet", href: {style} }}));\n',
        "text/javascript",
    )


@login_not_required
@require_safe
def manifest(request):
    """Only where the installation lets browsers install the portal; they are never asked to.
    Without a manifest a browser shows the portal as any page."""
    if not is_installing_on():
        raise Http404
    name = wordings.portal_name(on=_today())
    icon = {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": name,
            "short_name": name[:12],
            "start_url": reverse("sync:shell"),
            "scope": "/",
            "display": "standalone",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )


def is_installing_on():
    """Whether browsers may install the portal: a switch of the installation, off by default."""
    name = "sync.installing"
    return name in parameters.NORMS and parameters.text(name, on=_today()) == "yes"


def _today():
    """Nobody asks here who has a day of their own."""
    return timezone.localtime().date()


def _chinese():
    return languages.variant(languages.CHINESE, wordings.of_all(_today()))


@lru_cache(maxsize=8)
def _worker(page, language):
    names = [*STYLES, *SENDER, *SCREENS, *IMAGES]
    known = hashlib.sha256(page + _words(language).encode() + _joined([*names, WORKER]))
    files = [reverse("sync:script"), reverse("sync:style"), *map(static, IMAGES)]
    given = {"version": known.hexdigest()[:16], "page": reverse("sync:shell"), "files": files}
    text = _joined([*SENDER, WORKER]).decode()
    return f'"use strict";\nconst SHELL = {json.dumps(given)};\n{text}'


def words_text():
    return _words(_chinese())


@cache
def _words(language):
    with translation.override(language):
        said = shell_words.by_english()
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f"(self.offline = self.offline || {{}}).CHINESE = {text};\n"


def _content(name):
    return Path(str(finders.find(name))).read_bytes()


def _joined(names):
    return b"\n".join(re.sub(rb"/[/*]# sourceMappingURL=[^\n]*", b"", _content(n)) for n in names)


def _unstored(text, content_type):
    response = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
