"""Pages of paper ballots: both typings, comparing, counts of meetings."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.actions import paper as actions
from evaluation.acts import paper as acts
from evaluation.acts.polls import visible_poll
from evaluation.forms.paper import (
    LABELS,
    CompareForm,
    MeetingForm,
    SheetsForm,
    initial_of,
    key_words,
)
from evaluation.models import MeetingCount, PaperAudit, PaperBatch, PaperEntry
from evaluation.models.ballots import Answer
from evaluation.models.paper import LINES, PaperState
from evaluation.models.schemes import Mark
from evaluation.rules import paper as rules
from evaluation.views.parts import own_page
from portal.pages.web import form_page, posted, sheet_page
from portal.tools.asked import whole_number
from portal.trust.access import require

SHEETS_ON_A_PAGE, ROWS_ON_A_PAGE = 10, 40


def _people(poll):
    return list(poll.appraised.standing().in_official_order())


@require_safe
def paper_of_poll(request, pk):
    """The batches of a poll and counts of meetings: a page, or a part of the poll's page."""
    user, poll = request.user, visible_poll(request.user, pk)
    current = poll.meeting_counts.filter(replaced_at=None).select_related("counted_by")
    counts = {one.appraised_id: one for one in current}
    batches = PaperBatch.objects.visible_to(user).filter(poll=poll)
    context = {
        "poll": poll,
        "batches": batches.for_list().order_by("number"),
        "meetings": [(person, counts.get(person.pk)) for person in _people(poll)],
        "may_count": bool(rules.may_count(user, poll)),
        "compared": PaperAudit.objects.filter(poll=poll).select_related("compared_by").first(),
        "may_compare": bool(rules.may_compare_drawn(user, poll)),
        "acts": acts.PAPER.buttons(user, poll),
        "crumbs": acts.poll_crumbs(poll),
    }
    return own_page(request, "paper_of_poll", context)


@require_safe
def drawn_sheets_print(request, pk):
    """Print what was typed of the drawn sheets, to compare it with the paper. Only for those who
    may enter the comparison, until it is entered."""
    user, poll = request.user, visible_poll(request.user, pk)
    require(rules.may_compare_drawn(user, poll))
    audit = PaperAudit.objects.get(poll=poll)
    people = _people(poll)
    names = {one.pk: one.name for one in people}
    entries = PaperEntry.objects.filter(batch__poll=poll, typing=1, appraised__in=names)
    typed = {
        (f"{one.batch.number}-{one.sheet}", one.appraised_id): one
        for one in entries.select_related("batch")
    }
    rows = [
        (
            number,
            names[person.pk],
            [
                key_words(line, getattr(typed[number, person.pk], line)).partition(" ")[2]
                for line in LINES
            ],
        )
        for number in audit.drawn
        for person in people
        if (number, person.pk) in typed
    ]
    context = {
        "poll": poll,
        "audit": audit,
        "rows": rows,
        "labels": [LABELS[line] for line in LINES],
        "today": user.today,
    }
    return sheet_page(request, "evaluation/slips/drawn_sheets.html", context)


@require_safe
def paper_batch(request, pk):
    user, batch = request.user, acts.visible_batch(request.user, pk)
    context = {
        "batch": batch,
        "title": acts.title_of(batch),
        "acts": acts.BATCHES.buttons(user, batch),
        "differing": len(actions.differences(batch)) if batch.state == PaperState.DIFFERS else 0,
        "remarks": batch.remarks.count(),
        "crumbs": acts.batch_crumbs(batch),
    }
    return render(request, "evaluation/paper_batch.html", context)


def _pages(batch, people):
    size = max(1, min(SHEETS_ON_A_PAGE, ROWS_ON_A_PAGE // max(1, len(people))))
    end = batch.sheets + 1
    return [range(first, min(first + size, end)) for first in range(1, end, size)]


# A view, not an act: it takes some sheets at a time.
@require_http_methods(["GET", "HEAD", "POST"])
def type_paper(request, pk):
    """Type some sheets at a time, by pencilled number. Shows the user's own typing, never the
    other's."""
    user, batch = request.user, acts.visible_batch(request.user, pk)
    require(rules.may_type(user, batch))
    typing = 1 if batch.state == PaperState.FIRST else 2
    people = _people(batch.poll)
    pages = _pages(batch, people)
    missing = actions.missing_sheets(batch, typing)
    wanted = whole_number(request.GET.get("sheet", "")) or (missing[0] if missing else 1)
    sheets = next((page for page in pages if wanted in page), None)
    if sheets is None or not people:
        raise Http404
    typed = {
        (one.sheet, one.appraised_id): {line: getattr(one, line) for line in LINES}
        for one in batch.entries.filter(typing=typing, sheet__in=list(sheets))
    }
    form = SheetsForm(posted(request), sheets=sheets, people=people, typed=typed, user=user)
    if form.is_bound and form.is_valid():
        batch = actions.type_sheets(batch=batch, rows=form.typed, by=user, at=timezone.now())
        if batch.state in (PaperState.FIRST, PaperState.SECOND):
            return redirect("evaluation:type_paper", pk=pk)
        return redirect(acts.batch_url(batch))
    return form_page(
        request,
        form,
        template="evaluation/type_paper.html",
        batch=batch,
        is_second=typing == 2,
        labels=[LABELS[line] for line in LINES],
        **_boxes(),
        first_sheet=sheets[0],
        last_sheet=sheets[-1],
        left=len(missing),
        pages=[(page[0], page[-1], page == sheets) for page in pages],
        crumbs=acts.batch_crumbs(batch, _("Typing")),
    )


def _boxes():
    """The number to type for each box of the ballot."""
    return {
        "marks": Mark.choices,
        "answers": list(enumerate(dict(Answer.on_the_ballot()).values(), start=1)),
    }


# A view, not an act: it has a field for each line that differs.
@require_http_methods(["GET", "HEAD", "POST"])
def compare_paper(request, pk):
    """Resolve the lines on which the two typings differ by looking at the paper."""
    user, batch = request.user, acts.visible_batch(request.user, pk)
    require(rules.may_compare(user, batch))
    people = {one.pk: one for one in batch.poll.appraised.all()}
    form = CompareForm(
        posted(request), differences=actions.differences(batch), people=people, user=user
    )
    if form.is_bound and form.is_valid():
        batch = actions.settle(batch=batch, chosen=form.chosen, by=user, at=timezone.now())
        name = "compare_paper" if batch.state == PaperState.DIFFERS else "paper_batch"
        return redirect(f"evaluation:{name}", pk=pk)
    page = {"batch": batch, "crumbs": acts.batch_crumbs(batch, _("Compare with the paper"))}
    return form_page(request, form, template="evaluation/compare_paper.html", **page, **_boxes())


# A view, not an act: its address has two records.
@require_http_methods(["GET", "HEAD", "POST"])
def count_meeting(request, pk, appraised_pk):
    user, poll = request.user, visible_poll(request.user, pk)
    person = get_object_or_404(poll.appraised.standing(), pk=appraised_pk)
    require(rules.may_count(user, poll))
    current = MeetingCount.objects.filter(poll=poll, appraised=person, replaced_at=None).first()
    form = MeetingForm(posted(request), user=user, cycle=poll.cycle, initial=initial_of(current))
    if form.is_bound and form.is_valid():
        try:
            whom = {"poll": poll, "appraised": person}
            actions.count_meeting(by=user, at=timezone.now(), **whom, **form.counted)
            return redirect(acts.paper_of(poll))
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
    return form_page(
        request,
        form,
        template="evaluation/count_meeting.html",
        poll=poll,
        person=person,
        current=current,
        marks=Mark.choices,
        answers=Answer.on_the_ballot(),
        crumbs=acts.poll_crumbs(poll, person.name),
    )
