"""Prominent problems: lifting, noting progress, handing on, solving, handing back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.actions.matters import name_lead_official
from outreach.models import Matter
from pairing.models import ProblemMatter, ProblemStep, ProminentProblem
from pairing.models.problems import ProblemState
from pairing.rules import problems as rules
from portal.run.locking import locked, locked_many
from portal.run.saving import change
from portal.trust import audit
from portal.trust.access import require
from portal.trust.steps import take_step

Move = ProblemStep.Move


@transaction.atomic
def lift_problem(*, matters, title, why, official, organ, review_days, by, at):
    """Make one problem of some open matters of an area; its official leads them as well."""
    matters = _locked_matters(matters)
    require(rules.may_lift(by, matters, official))

    day = timezone.localdate(at)
    problem = ProminentProblem(
        title=title.strip(),
        why=why.strip(),
        official=official,
        post=official.post,
        organ=organ,
        lifted_on=day,
        lifted_by=by,
        review_days=review_days,
    )
    # The place of that day stands on the matters already.
    for name in rules.PLACE:
        if name != "organ_id":
            setattr(problem, name, getattr(matters[0], name))
    problem.review_from(day)
    problem.validate_constraints()
    problem.save()
    _bind(problem, matters, by=by, at=at)
    take_step(problem, Move.LIFTED, by=by, at=at, words=problem.why, facts={"after": official.name})
    audit.record(
        "problem.lifted",
        on=problem,
        by=by,
        fields=["title", "why", "official", "organ"],
        values={"matters": [one.pk for one in matters], "official": official.pk},
    )
    return problem


@transaction.atomic
def add_matters(*, problem, matters, by, at):
    """What turns out to belong to it as well goes to its official."""
    problem = locked(problem, "official", "unit", no_key=True)
    matters = _locked_matters(matters)
    require(rules.may_add_matters(by, problem, matters))
    _bind(problem, matters, by=by, at=at)
    numbers = [one.number_label for one in matters]
    take_step(problem, Move.NOTED, by=by, at=at, facts={"matters": numbers})
    audit.record(
        "problem.matters_added",
        on=problem,
        by=by,
        fields=["matters"],
        values={"matters": [one.pk for one in matters]},
    )
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
    """What was done since; the next word is expected so many days from now."""
    problem = locked(problem, "official", "unit", no_key=True)
    require(rules.may_note_progress(by, problem))

    problem.review_from(timezone.localdate(at))
    problem.save(update_fields=["next_review_on"])
    take_step(problem, Move.NOTED, by=by, at=at, words=text)
    audit.record("problem.noted", on=problem, by=by, fields=["progress"], values={"text": text})
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
    audit.record(
        "problem.official_changed",
        on=problem,
        by=by,
        fields=["official"],
        values={"official": official.pk},
    )
    return problem


@transaction.atomic
def solve_problem(*, problem, by, at, text):
    """All its matters are closed, and stay as the people's word left them."""
    problem = locked(problem, "official", "unit", no_key=True)
    require(rules.may_solve(by, problem))
    return _close(problem, ProblemState.SOLVED, Move.SOLVED, by=by, at=at, text=text)


@transaction.atomic
def hand_back(*, problem, by, at, reason):
    """It goes on as before it was lifted: each open matter with who led it then."""
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
    audit.record(
        f"problem.{move}",
        on=problem,
        by=by,
        fields=["state", "close_note"],
        values={"state": state, "note": text},
    )
    return problem


def _open_matters(problem):
    rows = Matter.objects.open().filter(problem_links__problem=problem)
    return locked_many(rows, no_key=True)


def _lead(problem, matters, official, *, by, at):
    for matter in matters:
        if matter.lead_official_id != (official.pk if official else None):
            name_lead_official(matter=matter, official=official, by=by, at=at, text=problem.title)
