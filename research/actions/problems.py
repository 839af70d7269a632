"""Problems found by research: the list, turning one into a matter, progress, striking off."""

from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from outreach.actions import matters
from outreach.models.matters import Confidentiality, RaiserKind, Source
from portal.models.text import plain
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put
from portal.trust.access import require
from research.actions.reports import locked_topic
from research.models import FoundProblem, FoundProblemStep, ResearchTopic
from research.rules import problems as rules

Move = FoundProblemStep.Move
FIELDS = (
    *("title", "shown_by", "cause", "task", "done_when"),
    *("lead_organ", "responsible_organ", "person", "due_on"),
)


@transaction.atomic
def add_problem(*, topic, by, at, **facts):
    topic = locked_topic(topic)
    require(rules.may_add_to(by, topic))
    problem = FoundProblem(topic=topic, found_on=timezone.localdate(at))
    problem.position = next_position(topic.problems)
    _fill(problem, facts)
    audit.record("found_problem.added", by, problem, FIELDS)
    return problem


def next_position(rows):
    """Return the position after the last row. The caller has locked the topic."""
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def change_problem(*, problem, by, **facts):
    problem = _locked(problem)
    require(rules.may_change(by, problem))
    _fill(problem, facts)
    audit.record("found_problem.changed", by, problem, FIELDS)
    return problem


def _fill(problem, facts):
    put(problem, {name: facts[name] for name in FIELDS})
    keep(problem)


def _locked(problem):
    topic = locked_topic(ResearchTopic(pk=problem.topic_id))
    related = ("responsible_organ__division", "person", "matter")
    return locked(problem, *related, topic=topic)


@transaction.atomic
def make_matter(*, problem, unit, category, urgency, by, at, client_key=None):
    """Register a matter in the ledger in the words of the problem; from now on the matter tracks
    its progress."""
    problem = _locked(problem)
    require(rules.may_make_matter(by, problem))
    matter = matters.register_matter(
        unit=unit,
        source=Source.RESEARCH,
        cadre=getattr(by, "cadre", None),
        client_key=client_key or uuid4(),
        title=plain(problem.title),
        request_text=plain(problem.shown_by) or plain(problem.title),
        category=category,
        urgency=urgency,
        raiser_kind=RaiserKind.CADRE_FOUND,
        confidentiality=Confidentiality.NAMED,
        by=by,
        at=at,
        on=timezone.localdate(at),
    )
    change(problem, matter=matter)
    audit.record("found_problem.to_ledger", by, problem, ["matter"], {"matter": matter.pk})
    return problem


@transaction.atomic
def note_progress(*, problem, text, by, at):
    problem = _locked(problem)
    require(rules.may_note(by, problem))
    return _step(problem, Move.PROGRESS, by, at, text)


@transaction.atomic
def settle_problem(*, problem, text, by, at):
    problem = _locked(problem)
    require(rules.may_settle(by, problem))
    change(problem, settled_on=timezone.localdate(at))
    return _step(problem, Move.SETTLED, by, at, text)


@transaction.atomic
def reopen_problem(*, problem, reason, by, at):
    problem = _locked(problem)
    require(rules.may_reopen(by, problem))
    change(problem, settled_on=None)
    return _step(problem, Move.REOPENED, by, at, reason)


def _step(problem, move, by, at, text):
    take_step(problem, move, by=by, at=at, words=text)
    audit.record(f"found_problem.{move}", by, problem, ["steps"], {"text": text})
    return problem
