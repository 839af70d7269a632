"""Voting at the door: type or scan the code, tick, check, send. Works without script.

The code is in the address only after scanning, never in a link or log. Ticks are only in the form
until they are sealed.
"""

import logging

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluation import voting
from evaluation.door import codes
from evaluation.forms.polls import BallotForm, read_code
from outreach.door import wrong_codes
from outreach.door.later import later
from outreach.door.views import door_page

logger = logging.getLogger(__name__)
State = voting.State


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request):
    if request.method != "POST":
        return _ask_code(request)
    slip, otherwise = _slip(request, request.POST.get("code", ""))
    if otherwise:
        return otherwise
    step = request.POST.get("step", "")
    if step not in {"check", "send", "back"}:
        return _ballot(request, slip, BallotForm(slip.appraised))
    form = BallotForm(slip.appraised, request.POST)
    if step == "back":
        return _ballot(request, slip, form)
    if problems := form.problems:
        return _ballot(request, slip, form, problems=problems, status=422)
    if step == "check":
        return _check(request, slip, form)
    return _send(request, slip, form)


@require_safe
def vote_by_code(request, code):
    """From the QR code of a slip."""
    slip, otherwise = _slip(request, code)
    return otherwise or _ballot(request, slip, BallotForm(slip.appraised))


def _page(request, name, **context):
    return door_page(request, name, switch_to="/vote/", **context)


def _ask_code(request, typed="", problem="", status=200):
    return _page(request, "vote_code", typed=typed[:40], problem=problem, status=status)


def _say(request, title, *lines, status=200):
    return _page(request, "vote_message", title=title, lines=lines, status=status)


def _slip(request, typed):
    """(slip, None), or (None, the page that says why not)"""
    code, problem = read_code(typed)
    if problem:
        return None, _ask_code(request, typed, problem, status=422)
    if not wrong_codes.may_try("vote", request, at=timezone.now()):
        return None, _told(request, State.BUSY, code)
    slip = voting.ask(code)
    slip.code = code
    if slip.state == State.OPEN:
        return slip, None
    if slip.state == State.UNKNOWN:
        wrong_codes.note_wrong("vote", request, at=timezone.now())
    return None, _told(request, slip.state, code)


def _told(request, state, code):
    """The page for a code that cannot be used."""
    if state == State.UNKNOWN:
        return _ask_code(
            request,
            codes.in_groups(code),
            _(
                "This code is not known, or its ballots are not taken any more. Please check the "
                "digits once more; if they are right, this appraisal is over and nothing is left "
                "to do."
            ),
            status=422,
        )
    if state == State.USED:
        return _say(
            request,
            _("This ballot is already counted"),
            _(
                "A code is good for one ballot, and this one has been used. What was ticked cannot "
                "be seen or changed by anybody."
            ),
        )
    if state == State.CLOSED:
        return _say(
            request,
            _("No ballots are taken any more"),
            _("The days for this appraisal are over. Thank you for wanting to take part."),
            status=410,
        )
    return later(
        request,
        "/vote/",
        _("Ballot of the masses"),
        {"code": code},
        _(
            "Very many wrong codes are being tried just now, so no codes are taken for a while. "
            "Your code stays good: please try again in an hour."
        ),
        status=429,
    )


def _ballot(request, slip, form, *, problems=(), **options):
    return _page(request, "vote", slip=slip, form=form, problems=problems, **options)


def _check(request, slip, form, *, problems=(), **options):
    return _page(request, "vote_check", slip=slip, form=form, problems=problems, **options)


def _send(request, slip, form):
    try:
        state, fingerprint = voting.cast(slip.code, slip, *form.content())
    except DatabaseError as trouble:
        # Do not log the database's message: it may quote the statement.
        logger.error("A ballot could not be put in: %s", type(trouble).__name__)  # noqa: TRY400
        problem = _(
            "It could not be sent just now. What you ticked is still here: please send it "
            "again in a minute."
        )
        return _check(request, slip, form, problems=[problem], status=503)
    if state != State.COUNTED:
        return _told(request, state, slip.code)
    if "number" in request.POST:
        # The number is shown only here, on request; it is not logged.
        return _page(request, "vote_number", number=voting.in_fours(fingerprint), slip=slip)
    return _say(
        request,
        _("Thank you. Your ballot is counted"),
        _(
            "It carries no name and no number. Nobody can see how you voted, and the cadre sees "
            "sums alone."
        ),
    )
