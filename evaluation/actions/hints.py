"""Hints: record the turnout that they need, find them, record what a reviewer found."""

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation import hints
from evaluation.actions.asking import permitted
from evaluation.models import Cycle, HintReview, Poll, TurnoutNote
from evaluation.models.ballots import in_steps
from evaluation.rules import hints as rules
from portal.records import audit
from portal.run import jobs

KIND = "find_hints"


@transaction.atomic
def note_turnout(*, on):
    """Record the slips used of each open poll by the end of a day, in steps of five."""
    used = Poll.objects.open().annotate(used=Count("codes", filter=Q(codes__is_used=True)))
    counted = used.values_list("pk", "used")
    notes = [TurnoutNote(poll_id=pk, day=on, turnout=in_steps(n)) for pk, n in counted]
    TurnoutNote.objects.bulk_create(notes, ignore_conflicts=True)


def queue(cycle, by):
    """Queue the search for hints once all polls are closed (`hooks.AFTER_CLOSE`). Uses a job,
    because a lost message would otherwise mean that nobody ever looks for them."""
    title = _("Looking for hints in %(cycle)s") % {"cycle": cycle.title[:90]}
    return jobs.start(kind=KIND, title=title, arguments={"cycle": cycle.pk}, by=by)


jobs.PAGES[KIND] = lambda job: reverse("evaluation:cycle_hints", args=[job.arguments["cycle"]])


@jobs.work_of(KIND)
def _look(job, folder, progress):
    found = find(cycle_id=job.arguments["cycle"], at=job.taken_at)
    return "", {"written": found, "expected": found}


@transaction.atomic
def find(*, cycle_id, at):
    """Find the hints of a cycle and delete its daily turnout."""
    cycle = Cycle.objects.get(pk=cycle_id)
    found = hints.find(cycle, at=at)
    TurnoutNote.objects.filter(poll__cycle=cycle, poll__state="closed").delete()
    return found


@transaction.atomic
def review(*, hint, by, at, found):
    """Record what somebody found. Repeating the same words changes nothing."""
    hint = permitted(hint, rules.may_review, by, "poll")
    found = found.strip()
    latest = hint.reviews.order_by("-at", "-pk").first()
    if latest and (latest.by_id, latest.found) == (by.pk, found):
        return latest
    review = HintReview.objects.create(hint=hint, found=found, by=by, at=at)
    audit.record("hint.reviewed", on=hint, by=by, fields=["found"], values={"found": review.found})
    return review
