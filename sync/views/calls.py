"""Common parts of all phone calls: credential, origin, rate limit, format.

No session or cookie is read (portal.pages.middleware.HealthWithoutSession), so a request forged by
another site carries no authority and the CSRF token of pages is not needed.
"""

import json
import logging
from contextlib import suppress
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, transaction
from django.http import JsonResponse, UnreadablePostError
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from portal import wordings
from portal.tools import asked, languages, replica
from portal.trust import scanning, wall
from sync.actions import contact
from sync.receipts import VERSION

logger = logging.getLogger(__name__)
MOST_BYTES = 1_000_000
# A photo takes some twenty chunks; even an hour of sending stays below this.
CALLS_PER_MINUTE = 1_200
RETRY_SECONDS = 30
# For draining a request body that is too large.
PIECE, MOST_READ_AWAY = 64 * 1024, 32 * 1024 * 1024


def answer(content, status=200, **headers):
    response = JsonResponse({**content, "version": VERSION}, status=status, headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


class Wrong(Exception):
    """The request does not have the format of docs/sync.md, or is too large."""

    def __init__(self, why, status=400, **headers):
        super().__init__(why)
        self.why, self.status, self.headers = why, status, headers


def call(method, *, revoked=True):
    """Decorate a view called by phones: it receives the `device` and the time `at`. With
    `revoked=False` revoked phones are rejected."""

    def decorate(view):
        @csrf_exempt
        @login_not_required
        # Each entry is a transaction of its own.
        @transaction.non_atomic_requests
        @wraps(view)
        def called(request, *args, **kwargs):
            try:
                return _called(view, request, args, kwargs, method, revoked)
            except Wrong as problem:
                return answer({"error": problem.why}, problem.status, **problem.headers)
            except SuspiciousOperation:
                # Answer in the format that phones understand.
                logger.warning("A phone sent something odd", exc_info=True)
                return answer({"error": "odd"}, 400)
            except (OperationalError, InterfaceError):
                logger.exception("The database did not answer a phone")
                return _busy()
            except scanning.Unavailable:
                # The scanner has logged it; the phone keeps its photo and sends it again.
                return _busy()

        return called

    return decorate


def _busy():
    return answer({"error": "busy"}, 503, **{"Retry-After": str(RETRY_SECONDS)})


def _called(view, request, args, kwargs, method, revoked):
    if request.method != method:
        return answer({"error": "method"}, 405, Allow=method)
    if not _is_own(request):
        return answer({"error": "origin"}, 403)
    if request.headers.get("X-Portal-Sync") != str(VERSION["most"]):
        raise Wrong("version")
    now = timezone.now()
    kind, _space, credential = request.headers.get("Authorization", "").partition(" ")
    device = contact.device_of(credential, at=now) if kind == "Portal-Device" else None
    if device is None or device.is_revoked and not revoked:
        return answer({"error": "credential"}, 401)
    if _calls_too_often(device, now):
        return answer({"error": "too many"}, 429, **{"Retry-After": str(RETRY_SECONDS)})
    contact.note(device, unsent=_unsent(request), at=now)
    with translation.override(_language(device.owner)), wall.reading(device.owner):
        answered = view(request, *args, **kwargs, device=device, at=now)
    if method != "GET":
        replica.remember_write(device.owner)
    return answered


def _is_own(request):
    """Whether one of our own pages is calling. Other sites cannot set these headers anyway; this is
    a second check."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    own = f"{request.scheme}://{request.get_host()}"
    return origin == own or origin in settings.CSRF_TRUSTED_ORIGINS


def _calls_too_often(device, now):
    key = f"sync.calls:{device.pk}:{int(now.timestamp()) // 60}"
    if cache.add(key, 1, 120):
        return False
    try:
        return cache.incr(key) > CALLS_PER_MINUTE
    except ValueError:
        # It expired in between.
        return False


def _unsent(request):
    count = asked.whole_number(request.headers.get("X-Portal-Unsent", ""))
    return None if count is None else min(count, 1_000_000)


def _language(owner):
    known = {code for code, _name in settings.LANGUAGES}
    language = owner.language if owner.language in known else settings.LANGUAGE_CODE
    return languages.variant(language, wordings.of_user(owner, on=owner.today))


def body_of(request, most=MOST_BYTES):
    """Return the bytes of a request, reading no more than `most`. Raises Wrong."""
    length = asked.whole_number(request.META.get("CONTENT_LENGTH") or "0")
    if length is None or length > most:
        _read_away(request)
        raise Wrong("too large", 413)
    try:
        content = request.read(most + 1)
    except UnreadablePostError as problem:
        raise Wrong("cut off", 408) from problem
    if len(content) > most:
        raise Wrong("too large", 413)
    if len(content) < length:
        # A truncated body must not count as malformed: the phone sends it again.
        raise Wrong("cut off", 408)
    return content


def _read_away(request):
    """Drain the body: a client that is still sending would miss the response and retry forever."""
    with suppress(UnreadablePostError):
        for _piece in range(MOST_READ_AWAY // PIECE):
            if not request.read(PIECE):
                return


def json_of(request):
    """Return the JSON object in a request. Raises Wrong."""
    if request.content_type != "application/json":
        raise Wrong("content type")
    try:
        sent = json.loads(body_of(request))
    except (ValueError, RecursionError) as problem:
        raise Wrong("no JSON") from problem
    if not isinstance(sent, dict):
        raise Wrong("no object")
    return sent
