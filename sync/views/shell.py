"""The shell for writing offline: a page without personal data, its words, its service worker.

Public, since phones fetch these files without a cookie; nothing in them depends on the user.
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

# The scripts of the shell, in order. The service worker includes SENDER too.
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
# Scripts of an ordinary page on an enrolled phone.
BADGE = [*SENDER, "js/offline/fields.js", "js/offline/badge.js"]
STYLES = ["vendor/bootstrap.css", "css/portal.css", "css/questionnaire.css", "css/offline.css"]
WORKER = "js/offline/worker.js"
IMAGES = ["img/mark.svg"]


@login_not_required
@require_safe
def shell(request):
    """The page of the shell. The script sets it to the phone's language."""
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
    """The words and all scripts of the screens in one file: on a cold start the phone gets each
    file through its service worker, so one file is faster than many."""
    text = _joined([*SENDER, *SCREENS]).decode()
    return _unstored(f'"use strict";\n{words_text()}{text}', "text/javascript")


@conditional_page
@gzip_page
@login_not_required
@require_safe
def style(request):
    """All styles of the screens in one file, with embedded images (data:)."""
    return _unstored(_joined(STYLES).decode(), "text/css")


@conditional_page
@gzip_page
@login_not_required
@require_safe
def worker(request):
    """`/sw.js`: the list of shell files, then sender and service worker. A change in any of them
    makes a new worker."""
    text = _worker(shell(request).content, _chinese())
    response = _unstored(text, "text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@conditional_page
@login_not_required
@require_safe
def page(request):
    """Loader that js/portal.js adds to ordinary pages on an enrolled phone: the scripts of the
    badge, in order."""
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
    """Web app manifest, only if the installation lets browsers install the portal; users are never
    prompted. Without it browsers treat the portal as an ordinary page."""
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
    """The real date: there is no user with a day of their own."""
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
