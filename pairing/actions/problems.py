"""Prominent problems: lifting, progress, change of official, solving, handing back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.actions.matters import name_lead_official
from outreach.models import Matter
from pairing.models import ProblemMatter, ProblemStep, ProminentProblem
from pairing.models.fields import place_of
from pairing.models.problems import ProblemState
from pairing.rules import problems as rules
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, put
from portal.trust.access import require

Move = ProblemStep.Move


@transaction.atomic
def lift_problem(*, matters, title, why, official, organ, review_days, by, at):
    """Make a problem of some open matters of one area; its official leads them too."""
    matters = _locked_matters(matters)
    require(rules.may_lift(by, matters, official))

    day = timezone.localdate(at)
    lifted = {"lifted_on": day, "lifted_by": by, "review_days": review_days}
    problem = ProminentProblem(title=title.strip(), why=why.strip(), **lifted)
    problem.official, problem.post = official, official.post
    # The matters already hold the place of that day; only the lead organ is given.
    put(problem, place_of(matters[0]) | {"organ": organ})
    problem.review_from(day)
    problem.validate_constraints()
    problem.save()
    _bind(problem, matters, by=by, at=at)
    take_step(problem, Move.LIFTED, by=by, at=at, words=problem.why, facts={"after": official.name})
    values = {"matters": [one.pk for one in matters], "official": official.pk}
    _note("problem.lifted", problem, by, "title why official organ", values)
    return problem


@transaction.atomic
def add_matters(*, problem, matters, by, at):
    """Add matters that turn out to belong to the problem; its official leads them too."""
    problem = locked(problem, "official", "unit", no_key=True)
    matters = _locked_matters(matters)
    require(rules.may_add_matters(by, problem, matters))
    _bind(problem, matters, by=by, at=at)
    numbers = [one.number_label for one in matters]
    take_step(problem, Move.NOTED, by=by, at=at, facts={"matters": numbers})
    values = {"matters": [one.pk for one in matters]}
    _note("problem.matters_added", problem, by, "matters", values)
    return problem


def _locked_matters(matters):
    rows = Matter.objects.select_related("unit__division", "lead_official")
    matters = locked_many(rows.filter(pk__in=[matter.pk for matter in matters]), no_key=True)
    if not matters:
        raise ValidationError({"matters": _("Name at least one matter.")})
    return matters


def _bind(problem, matters, *, by, at):
    ProblemMatter.objects.bulk_create(
        ProblemMatter(problem=problem, matter=one, official_before=one.lead_official)
        for one in matters
    )
    _lead(problem, matters, problem.official, by=by, at=at)


@transaction.atomic
def note_progress(*, problem, by, at, text):
    """Note what was done, and set the day of the next note."""
    problem = locked(problem, "official", "unit", no_key=True)
    require(rules.may_note_progress(by, problem))

    problem.review_from(timezone.localdate(at))
    problem.save(update_fields=["next_review_on"])
    take_step(problem, Move.NOTED, by=by, at=at, words=text)
    _note("problem.noted", problem, by, "progress", {"text": text})
    return problem


@transaction.atomic
def change_official(*, problem, official, by, at, reason):
    problem = locked(problem, "official", "unit", no_key=True)
    require(rules.may_change_official(by, problem))
    require(rules.may_lead(official, on=by.today))
    if official.pk == problem.official_id:
        raise ValidationError({"official": _("This is the lead official already.")})

    facts = {"before": problem.official.name if problem.official else "", "after": official.name}
    problem.official, problem.post = official, official.post
    problem.review_from(timezone.localdate(at))
    problem.save(update_fields=["official", "post", "next_review_on"])
    _lead(problem, _open_matters(problem), official, by=by, at=at)
    take_step(problem, Move.OFFICIAL_CHANGED, by=by, at=at, words=reason, facts=facts)
    _note("problem.official_changed", problem, by, "official", {"official": official.pk})
    return problem


@transaction.atomic
def solve_problem(*, problem, by, at, text):
    """Close the problem once its matters are closed; the people's word on each stays."""
    problem = locked(problem, "official", "unit", no_key=True)
    require(rules.may_solve(by, problem))
    return _close(problem, ProblemState.SOLVED, Move.SOLVED, by=by, at=at, text=text)


@transaction.atomic
def hand_back(*, problem, by, at, reason):
    """Return each open matter to the official who led it before the problem was lifted."""
    problem = locked(problem, "official", "unit", no_key=True)
    require(rules.may_hand_back(by, problem))
    for matter in _open_matters(problem):
        before = problem.links.get(matter=matter).official_before
        if matter.lead_official_id == problem.official_id:
            _lead(problem, [matter], before, by=by, at=at)
    return _close(problem, ProblemState.HANDED_BACK, Move.HANDED_BACK, by=by, at=at, text=reason)


def _close(problem, state, move, *, by, at, text):
    day = timezone.localdate(at)
    change(problem, state=state, closed_on=day, close_note=text.strip())
    problem.links.filter(released_on=None).update(released_on=day)
    take_step(problem, move, by=by, at=at, words=text)
    _note(f"problem.{move}", problem, by, "state close_note", {"state": state, "note": text})
    return problem


def _note(event, problem, by, fields, values):
    audit.record(event, on=problem, by=by, fields=fields.split(), values=values)


def _open_matters(problem):
    rows = Matter.objects.open().filter(problem_links__problem=problem)
    return locked_many(rows, no_key=True)


def _lead(problem, matters, official, *, by, at):
    for matter in matters:
        if matter.lead_official_id != (official.pk if official else None):
            name_lead_official(matter=matter, official=official, by=by, at=at, text=problem.title)
