"""Polls: page, sheet of the people drawn, slips, ballots by phone, results."""

import io
import logging
from collections import Counter

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluation import voting
from evaluation.actions import polls as actions
from evaluation.acts.cycles import visible_cycle
from evaluation.acts.polls import OF_CYCLE, POLLS, crumbs, visible_poll
from evaluation.appraisal import counting, frames, recounting
from evaluation.door import codes
from evaluation.forms.polls import BallotForm, CodeForm, CodesForm
from evaluation.models import Appraised, ClosingList, PaperAudit, Poll, PollSample
from evaluation.models.ballots import PollState, in_steps
from evaluation.models.cycles import CycleState
from evaluation.rules import polls as rules
from evaluation.views.parts import own_page
from outreach.door import wrong_codes
from portal import parameters
from portal.pages.side_list import Area
from portal.pages.web import download, form_page, posted, qr, sheet_page
from portal.roles import Permission
from portal.trust.access import require

logger = logging.getLogger(__name__)

SLIPS_ON_A_PAGE = 4
# Published files of a poll by name: those of its draw, its closing list, those of its paper.
FILES = {
    "frame": lambda poll: poll.is_frozen and frames.published_frame(poll),
    "plan": lambda poll: poll.is_frozen and frames.plan_of(poll.plan).published,
    "sample": lambda poll: (
        poll.throw_id and "".join(frames.sample_of(poll, poll.throw).lines()).encode()
    ),
    "list": lambda poll: (one := _listed(poll)) and one.fingerprints.encode(),
    "paper-frame": lambda poll: (one := _compared(poll)) and one.frame.encode(),
    "paper-plan": lambda poll: (
        (one := _compared(poll)) and one.digits and frames.sheets_plan().published
    ),
    "paper-sample": lambda poll: (one := _compared(poll)) and one.sample.encode(),
}
# Parts of the host's sheet, each with its {(stratum, is substitute)}.
DRAWN_PARTS = (
    ("从联系服务对象中抽取", {("served", False)}),
    ("从花名册中抽取", {("roster", False)}),
    ("替补", {("served", True), ("roster", True)}),
)


@require_safe
def poll(request, pk):
    user, poll = request.user, visible_poll(request.user, pk)
    readable = Appraised.objects.with_score_for(user).standing().filter(polls=poll)
    shown = {one.pk: one for one in readable} if poll.is_closed else {}
    results = counting.results(shown, on=user.today) if shown else {}
    context = {
        "poll": poll,
        "appraised": poll.appraised.standing().in_official_order(),
        "listed": _listed(poll),
        "door": f"{settings.PUBLIC_BASE_URL}/vote/list/{poll.pk}/",
        "strata": _strata(poll) if poll.is_drawn else [],
        "results": [(one, results[pk]) for pk, one in shown.items()],
        "comments": _comments(poll, user.today) if shown else [],
        "acts": POLLS.buttons(user, poll),
        "fewest": parameters.number("eval.min_display_n", on=user.today),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(poll)],
    }
    return render(request, "evaluation/poll.html", context)


def _listed(poll):
    return ClosingList.objects.filter(poll=poll).select_related("made_by").first()


def _compared(poll):
    return PaperAudit.objects.filter(poll=poll).first()


def _strata(poll):
    """[(stratum, number drawn, number of substitutes among them)]"""
    drawn = Counter(poll.sample.values_list("stratum", "is_substitute"))
    return [
        (one.label, drawn[one, False] + drawn[one, True], drawn[one, True])
        for one in PollSample.Stratum
    ]


def _comments(poll, today):
    """Remarks of all ballots; none if there are too few ballots to show."""
    if poll.returned < parameters.number("eval.min_display_n", on=today):
        return []
    return poll.comments.order_by("pk").values_list("text", flat=True)[:500]


@require_safe
def drawn_print(request, pk):
    """The sheet for the host, who hands out the slips."""
    poll = visible_poll(request.user, pk)
    if not poll.is_drawn:
        raise Http404
    rows = list(poll.sample.order_by("is_substitute", "stratum", "position"))

    parts = [
        (title, chosen)
        for title, wanted in DRAWN_PARTS
        if (chosen := [one for one in rows if (one.stratum, one.is_substitute) in wanted])
    ]
    context = {
        "poll": poll,
        "today": request.user.today,
        "parts": [(number, *part) for number, part in zip("一二三", parts, strict=False)],
    }
    return sheet_page(request, "evaluation/slips/drawn.html", context)


@require_safe
def drawn_file(request, pk, name):
    """Published files of a poll: enough to draw it again (docs/sampling.md), and its closing
    list."""
    poll = visible_poll(request.user, pk)
    content = name in FILES and FILES[name](poll)
    # A list of no ballots is an empty file.
    if not content and content != b"":
        raise Http404
    file = io.BytesIO(content)
    return download(file, f"{poll.unit.name}-{name}.tsv", "text/tab-separated-values")


@require_safe
def marks_file(request, pk):
    """The recount kit of an appraised: each tick of the ballots that are shown as sums."""
    user = request.user
    rows = Appraised.objects.visible_to(user).with_score_for(user).standing()
    one = get_object_or_404(rows, pk=pk)
    result = counting.results([one.pk], on=user.today)[one.pk]
    if not result.is_shown:
        raise Http404
    content = io.BytesIO(recounting.marks_of(result).encode())
    return download(content, f"{one.name}-marks.tsv", "text/tab-separated-values")


@require_safe
def frames_print(request, pk):
    """The hashes of a cycle's frozen frames, to be published before the seed is thrown; afterwards
    also the seeds and the hashes of what they drew (抽样确认书)."""
    user, cycle = request.user, visible_cycle(request.user, pk)
    require(rules.may_read_polls(user))
    rows = Poll.objects.visible_to(user).filter(cycle=cycle).exclude(frozen_at=None)
    context = {
        "cycle": cycle,
        "today": user.today,
        "polls": [
            (poll, [poll.plan.get(one.value, [0])[0] for one in PollSample.Stratum])
            for poll in rows.select_related("unit", "township").order_by("unit__sort_order", "pk")
        ],
        "throws": cycle.throws.order_by("entered_at"),
    }
    return sheet_page(request, "evaluation/slips/frames.html", context)


# A view, not an act: the response is the sheet.
@require_http_methods(["GET", "HEAD", "POST"])
def issue_codes(request, pk):
    """Print slips. The sheet is the response to the POST and exists only in memory."""
    user, poll = request.user, visible_poll(request.user, pk)
    require(rules.may_issue_codes(user, poll))
    left = min(rules.codes_left(poll), rules.MOST_CODES)
    form = CodesForm(posted(request), user=user, initial={"count": left})
    if form.is_bound and form.is_valid():
        decision = rules.may_issue(user, poll, form.cleaned_data["count"])
        if decision:
            return _sheet(request, poll, actions.issue_codes(poll, by=user, **form.cleaned_data))
        form.add_error("count", decision.refusal)
    here = _("Print slips with codes")
    return form_page(
        request,
        form,
        title=here,
        submit_label=_("Make the sheet"),
        cancel_url=poll.get_absolute_url(),
        intro=_(
            "The sheet is shown once, to be printed at once: the codes are kept nowhere. Have "
            "the slips folded and sealed by somebody else, mix them, and let everybody drawn "
            "take one. If the sheet is lost, void the unused codes and print new ones."
        ),
        crumbs=crumbs(poll, here),
    )


def _sheet(request, poll, fresh):
    address = f"{settings.PUBLIC_BASE_URL}/vote/"
    slips = [{"code": codes.in_groups(code), "qr": qr(f"{address}{code}/")} for code in fresh]
    context = {
        "poll": poll,
        "address": address,
        "sheets": [
            slips[at : at + SLIPS_ON_A_PAGE] for at in range(0, len(slips), SLIPS_ON_A_PAGE)
        ],
    }
    return sheet_page(request, "evaluation/slips/ballot_codes.html", context)


# A view, not an act: it has two steps and stores nothing that was typed.
@require_http_methods(["GET", "HEAD", "POST"])
def vote_by_phone(request, pk):
    """Take a ballot by phone from somebody who reads the code out. The typist is not recorded."""
    user, poll = request.user, visible_poll(request.user, pk)
    require(rules.may_vote_by_phone(user, poll))
    code_form = CodeForm(posted(request), user=user)
    slip = None
    if code_form.is_bound and code_form.is_valid():
        slip, problem = _slip_told(request, poll, code_form.cleaned_data["code"])
        if problem:
            code_form.add_error("code", problem)
    if slip is None:
        here = _("Take a ballot by phone")
        return form_page(
            request,
            code_form,
            title=here,
            submit_label=_("Go on"),
            cancel_url=poll.get_absolute_url(),
            crumbs=crumbs(poll, here),
            intro=_(
                "Read each line to the caller with all five answers, and tick what they say, "
                "nothing else. Neither your name nor the time stands with the ballot."
            ),
        )
    given = "step" in request.POST
    form = BallotForm(slip.appraised, request.POST if given else None)
    problems = form.problems if given else []
    if given and not problems:
        try:
            # A savepoint, because the page may be rendered again in this transaction.
            with transaction.atomic():
                # Do not tell the caller the fingerprint: two people would then know it.
                state, _fingerprint = voting.cast(slip.code, slip, *form.content())
        except DatabaseError as trouble:
            logger.error("A ballot could not be put in: %s", type(trouble).__name__)
            sorry = _(
                "It could not be sent just now. What you ticked is still here: please send it "
                "again in a minute."
            )
            state, problems = None, [sorry]
    if given and not problems:
        if state == voting.State.COUNTED:
            messages.info(request, _("The ballot is counted."))
        else:
            messages.warning(request, _told(state))
        return redirect("evaluation:vote_by_phone", pk=poll.pk)
    context = {
        "poll": poll,
        "slip": slip,
        "form": form,
        "problems": problems,
        "crumbs": crumbs(poll, _("Take a ballot by phone")),
    }
    status = 422 if problems else 200
    return render(request, "evaluation/vote_by_phone.html", context, status=status)


def _slip_told(request, poll, code):
    """(slip or None, problem)"""
    if not wrong_codes.may_try("vote", request, at=timezone.now()):
        return None, _told(voting.State.BUSY)
    slip = voting.ask(code)
    slip.code = code
    if slip.state == voting.State.UNKNOWN:
        wrong_codes.note_wrong("vote", request, at=timezone.now())
    if slip.state != voting.State.OPEN:
        return None, _told(slip.state)
    if slip.poll != poll.pk:
        return None, _("This code belongs to another poll: %(unit)s.") % {"unit": slip.unit}
    return slip, ""


def _told(state):
    return {
        voting.State.UNKNOWN: _("This code is not known. Please have the digits read once more."),
        voting.State.USED: _("This code was used: the ballot is counted already."),
        voting.State.CLOSED: _("No ballots are taken any more."),
        voting.State.BUSY: _("Too many wrong codes just now. Please try again in an hour."),
    }[state]


@require_safe
def polls_of_cycle(request, pk):
    """A part of a cycle's page: the progress of its polls."""
    user, cycle = request.user, visible_cycle(request.user, pk)
    require(rules.may_read_polls(user))
    rows = Poll.objects.visible_to(user).filter(cycle=cycle)
    is_frozen = rows.exclude(frozen_at=None).exists()
    states = list(
        rows.with_turnout().values_list("state", "codes_made", "codes_used", "issued", "returned")
    )
    issued = sum(one[3] if one[0] == PollState.CLOSED else one[1] for one in states)
    returned = sum(one[4] if one[0] == PollState.CLOSED else one[2] for one in states)
    context = {
        "cycle": cycle,
        "counts": [
            (label, sum(one[0] == state for one in states), state)
            for state, label in PollState.choices
            # Dropped polls exist only in cancelled cycles.
            if state != PollState.DROPPED or cycle.state == CycleState.CANCELLED
        ],
        "total": len(states),
        "issued": issued,
        "turnout": in_steps(returned),
        "is_frozen": is_frozen,
        "acts": [act for act in OF_CYCLE.buttons(user, cycle) if act["decision"]],
        "crumbs": [(cycle.title, cycle.get_absolute_url()), (_("The masses' ballots"), "")],
    }
    return own_page(request, "polls_of_cycle", context)


@require_safe
def ballots_of_appraised(request, pk):
    """A part of an appraised's page: the sums of all ballots, once they may be shown."""
    user = request.user
    one = get_object_or_404(
        Appraised.objects.visible_to(user).with_score_for(user).standing(), pk=pk
    )
    context = {
        "one": one,
        "result": counting.results([one.pk], on=user.today)[one.pk],
        "fewest": parameters.number("eval.min_display_n", on=user.today),
        "may_read_polls": user.holds(Permission.MANAGE_EVALUATION),
        "crumbs": [(one.name, one.get_absolute_url()), (_("The masses' ballots"), "")],
    }
    return own_page(request, "ballots_of_appraised", context)
