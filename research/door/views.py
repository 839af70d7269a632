"""A questionnaire at the door: type or scan the code, answer page by page, hand it in. No script.

The code is in the address only after scanning, never in a link or log. Answers are only in the form
until they are sealed.
"""

import logging
from types import SimpleNamespace
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.door import wrong_codes
from outreach.door.codes import digits_of
from outreach.door.later import later
from outreach.door.views import door_page
from research.door import codes, store
from research.questionnaires import drawing

logger = logging.getLogger(__name__)
State = store.State
PATH = "/q/"
KIND = "answer"
# A code that came too late is counted once in this time.
COUNTED_SECONDS = 30 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request):
    if request.method != "POST":
        return _ask_code(request)
    slip, otherwise = _slip(request, request.POST.get("code", ""))
    if slip is None:
        return otherwise
    if "page" not in request.POST:
        return _begin(request, slip)
    step = drawing.proceed(store.definition(slip), request.POST, today=slip.today)
    if not step.is_finished:
        return _ask(request, slip, step.page)
    return _send(request, slip, step)


@require_safe
def by_code(request, code):
    """Open a questionnaire from the QR code of a slip."""
    slip, otherwise = _slip(request, code)
    return otherwise if slip is None else _begin(request, slip)


def _begin(request, slip):
    language = request.door_language
    step = drawing.begin(store.definition(slip), today=slip.today, language=language)
    return _ask(request, slip, step.page, is_first=True)


def _page(request, name, **context):
    return door_page(request, name, switch_to=PATH, **context)


def _ask_code(request, typed="", problem="", status=200):
    return _page(request, "questionnaire_code", typed=typed[:40], problem=problem, status=status)


def _say(request, title, *lines, status=200):
    return _page(request, "questionnaire_message", title=title, lines=lines, status=status)


def _ask(request, slip, page, *, is_first=False, problem="", status=200):
    if page is None:
        return _say(request, _("This questionnaire asks nothing"), status=410)
    status = 422 if page.errors else status
    return _page(
        request,
        "questionnaire",
        slip=slip,
        page=page,
        is_first=is_first,
        problem=problem,
        status=status,
    )


def _slip(request, typed) -> tuple[SimpleNamespace | None, Any]:
    """(slip, None), or (None, the page that says why not)"""
    code = digits_of(typed)
    if not code:
        problem = _("Please type the sixteen digits of the code.")
        return None, _ask_code(request, typed, problem, status=422)
    if len(code) != codes.DIGITS:
        problem = _("The code has sixteen digits; here are %(n)s. Please compare them.")
        return None, _ask_code(request, typed, problem % {"n": len(code)}, status=422)
    if not codes.is_code(code):
        problem = _("One digit is not right. Please compare the digits one by one.")
        return None, _ask_code(request, typed, problem, status=422)
    if not wrong_codes.may_try(KIND, request, at=timezone.now()):
        return None, _told(request, State.BUSY, code)
    slip = store.slip(code)
    if slip.state == State.OPEN:
        return slip, None
    if slip.state in (State.UNKNOWN, State.STRIPPED):
        wrong_codes.note_wrong(KIND, request, at=timezone.now())
    return None, _told(request, slip.state, code, slip)


def _told(request, state, code, slip=None):
    """The page for a code that cannot be used."""
    if state == State.UNKNOWN:
        problem = _(
            "This code is not known. Please check the digits once more; if they are right, the "
            "slip was replaced."
        )
        return _ask_code(request, codes.in_groups(code), problem, status=422)
    if state == State.STRIPPED:
        _count_once(code)
        return _say(
            request,
            _("This answer comes too late"),
            _(
                "The survey is over, all marks of persons have been removed, and no answer is "
                "taken any more. That you came is counted; nothing of what you typed is kept."
            ),
            status=410,
        )
    if state in (State.BUSY, State.TOO_LONG):
        line = (
            _(
                "Very many wrong codes are being tried just now, so no codes are taken for a "
                "while. Your code stays good: please try again in an hour."
            )
            if state == State.BUSY
            else _("The answers are too long. Please shorten them.")
        )
        status = 429 if state == State.BUSY else 413
        return later(request, PATH, _("Questionnaire"), {"code": code}, line, status=status)
    title, line, status = _WORDS[state]()
    return _say(request, title, line % {"day": slip and slip.opens_on}, status=status)


_WORDS = {
    State.USED: lambda: (
        _("This code has been used"),
        _("Its answer is received. It cannot be seen or changed by anybody."),
        200,
    ),
    State.OTHER: lambda: (
        _("Your answer is here already"),
        _("It was given with a cadre or on paper, and is not replaced by another way."),
        200,
    ),
    State.EARLY: lambda: (
        _("It has not begun yet"),
        _("Answers are taken from %(day)s on. Your code stays good."),
        410,
    ),
    State.CLOSED: lambda: (
        _("No answers are taken any more"),
        _("The days for this questionnaire are over. Thank you for wanting to take part."),
        410,
    ),
}


def _count_once(code):
    try:
        is_first = cache.add(f"late:{codes.digest(code)}", 1, COUNTED_SECONDS)
    except Exception:
        logger.exception("The counters of the door cannot be reached")
        return
    if is_first:
        store.count_late(code)


def _send(request, slip, step):
    try:
        state = store.take(slip, step.answers)
    except DatabaseError as trouble:
        # Do not log the database's message: it may quote the statement.
        logger.error("An answer could not be put in: %s", type(trouble).__name__)  # noqa: TRY400
        line = _("It could not be sent just now. Please send it again in a minute.")
        return later(request, PATH, _("Questionnaire"), {"code": slip.code}, line, status=503)
    if state != State.TAKEN:
        return _told(request, state, slip.code, slip)
    return _say(
        request,
        _("Thank you. Your answer is received"),
        _("It lies sealed. After the survey all marks of persons are removed."),
    )
