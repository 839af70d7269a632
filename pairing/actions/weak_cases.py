"""A case from the first check to its writing off."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pairing.models import Acceptance, CaseSituation, CaseStep, FollowUpCheck, WeakOrganizationCase
from pairing.models.weak_cases import CaseState
from pairing.models.weak_work import Aspect, Part
from pairing.rules import weak as rules
from portal import parameters
from portal.run.locking import locked
from portal.run.saving import keep
from portal.trust import audit
from portal.trust.access import require
from portal.trust.steps import take_step

Move = CaseStep.Move
# 跟踪问效 looks once a quarter.
LOOK_MONTHS = 3

# What is read with a case that is locked.
CASE = ("party_organization", "unit")


def months_after(day, months):
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@transaction.atomic
def note_case(*, organization, year, level, situations, reason="", by, at):
    """初核 by the host."""
    require(rules.may_note(by))
    return _opened(organization, year, level, situations, by, at, Move.NOTED, reason=reason)


@transaction.atomic
def correct_case(*, case, year, level, situations, reason="", by, at):
    """Before the county decides: what was found is written anew, and the step says so."""
    case = locked(case, *CASE)
    require(rules.may_correct(by, case))
    case.year, case.level = year, level
    _keep(case, "year", "level")
    _find(case, situations, by)
    _step(case, Move.NOTED, by, at, reason=reason)
    return case


@transaction.atomic
def take_over_case(
    *, organization, year, level, situations, document, decided_on, goal, plan_due_on, by, at
):
    """补录: a case that the county confirmed before the portal was there, with its plan."""
    require(rules.may_open_check(by))
    return _opened(
        organization,
        year,
        level,
        situations,
        by,
        at,
        Move.TAKEN_OVER,
        document=document,
        state=CaseState.RECTIFYING,
        decided_on=decided_on,
        goal=goal,
        plan_due_on=plan_due_on,
    )


def _opened(organization, year, level, situations, by, at, move, *, reason="", **facts):
    # Two hosts at once: the second one finds the first one's case.
    organization = locked(organization, "unit__division", "unit__host_organ", no_key=True)
    require(rules.may_note_organization(by, organization))
    case = WeakOrganizationCase(
        party_organization=organization,
        year=year,
        level=level,
        noted_by=by,
        noted_on=timezone.localdate(at),
        organ_id=organization.unit.host_organ_id,
        **facts,
    )
    case.stand_at(organization.unit)
    keep(case)
    _find(case, situations, by)
    _step(case, move, by, at, document=case.document, reason=reason)
    return case


def _find(case, situations, by):
    if not situations:
        raise ValidationError({"situations": _("Choose at least one of the ten situations.")})
    case.situations.exclude(situation__in=situations).delete()
    known = set(case.situations.values_list("situation", flat=True))
    CaseSituation.objects.bulk_create(
        CaseSituation(case=case, situation=one, noted_by=by)
        for one in sorted(set(situations) - known)
    )


@transaction.atomic
def decide_case(*, case, confirmed, document="", decided_on=None, reason="", by, at):
    """认定 by the county, or not, with the reason."""
    case = locked(case, *CASE)
    require(rules.may_decide(by, case))
    if confirmed:
        case.state, case.document, case.decided_on = CaseState.CONFIRMED, document, decided_on
        _keep(case, "state", "document", "decided_on")
        _step(case, Move.CONFIRMED, by, at, document=document, reason=reason)
    else:
        case.state = CaseState.REFUSED
        _keep(case, "state")
        _step(case, Move.REFUSED, by, at, reason=reason)
    return case


@transaction.atomic
def lay_down_plan(*, case, goal, plan_due_on, by, at):
    """一支一策: every situation has its measure."""
    case = locked(case, *CASE)
    require(rules.may_lay_down(by, case))
    case.state, case.goal, case.plan_due_on = CaseState.RECTIFYING, goal.strip(), plan_due_on
    _keep(case, "state", "goal", "plan_due_on")
    _step(case, Move.PLANNED, by, at)
    return case


@transaction.atomic
def ask_acceptance(*, case, by, at):
    case = locked(case, *CASE)
    require(rules.may_ask_acceptance(by, case))
    case.state = CaseState.ACCEPTANCE
    _keep(case, "state")
    _step(case, Move.ASKED, by, at)
    return case


@transaction.atomic
def accept_case(*, case, held_on, member_ballots, mass_ballots, points, ballots, opinion, by, at):
    """验收: the result is worked out here. `points` by Part, `ballots` by Aspect."""
    case = locked(case, *CASE)
    require(rules.may_accept(by, case))
    on = timezone.localdate(at)
    acceptance = Acceptance(
        case=case,
        round=case.round,
        held_on=held_on,
        member_ballots=member_ballots,
        mass_ballots=mass_ballots,
        opinion=opinion,
        by=by,
        at=at,
        pass_score=parameters.number("weakorg.pass_score", on=on),
        veto_share=Decimal(parameters.text("weakorg.veto_unsat", on=on)),
        **{part: points[part] for part in Part.values},
        **{aspect: ballots[aspect] for aspect in Aspect.values},
    )
    before = case.acceptances.order_by("-held_on").first()
    if before is not None and held_on < before.held_on:
        raise ValidationError({"held_on": _("The acceptance before was held later than this.")})
    least = parameters.number("weakorg.min_ballots", on=on)
    if acceptance.ballots < least:
        raise ValidationError(
            {"mass_ballots": _("At least %(n)s ballots are cast in an acceptance.") % {"n": least}}
        )
    acceptance.settle()
    # Constraints over elements of an array are the database's alone; clean() says them before.
    keep(acceptance, exclude=Aspect.values)
    if acceptance.passed:
        case.state, case.transformed_on = CaseState.TRANSFORMED, held_on
        months = parameters.number("weakorg.follow_up_months", on=on)
        case.follow_up_until = months_after(held_on, months)
        case.next_look_on = _next_look(case, held_on)
        _keep(case, "state", "transformed_on", "follow_up_until", "next_look_on")
        _step(case, Move.TRANSFORMED, by, at)
    else:
        _again(case)
        _step(case, Move.FAILED, by, at)
    return acceptance


@transaction.atomic
def follow_up(*, case, on, finding, stands, by, at):
    """A quarterly look. What has relapsed is put right again."""
    case = locked(case, *CASE)
    require(rules.may_follow_up(by, case))
    look = FollowUpCheck(case=case, on=on, finding=finding, stands=stands, by=by, at=at)
    keep(look)
    if stands:
        # One that is written down late does not ask for what came after it once more.
        last = case.looks.filter(on__gte=case.transformed_on).latest("on").on
        case.next_look_on = _next_look(case, last)
        _keep(case, "next_look_on")
        audit.record("weak_case.looked_at", on=case, by=by, fields=["finding"])
    else:
        _again(case)
        _step(case, Move.RELAPSED, by, at, reason=finding)
    return look


def _next_look(case, day):
    """A quarter later; the last one lies at the end of the year, or after it."""
    if day >= case.follow_up_until:
        return None
    return min(months_after(day, LOOK_MONTHS), case.follow_up_until)


@transaction.atomic
def close_case(*, case, document, by, at):
    """销号: the name leaves every current view."""
    case = locked(case, *CASE)
    require(rules.may_close(by, case))
    today = timezone.localdate(at)
    case.state, case.closed_on = CaseState.CLOSED, today
    _keep(case, "state", "closed_on")
    case.supports.filter(ends_on=None, starts_on__lte=today).update(ends_on=today)
    _step(case, Move.CLOSED, by, at, document=document)
    return case


def _again(case):
    """再整顿: back to work, with measures of its own."""
    case.state, case.round = CaseState.RECTIFYING, case.round + 1
    case.transformed_on = case.follow_up_until = case.next_look_on = None
    _keep(case, "state", "round", "transformed_on", "follow_up_until", "next_look_on")


@transaction.atomic
def name_secretary(*, case, reason, by):
    """The name of the secretary is printed by choice alone; the choice is kept."""
    require(rules.may_name_secretary(by, case))
    audit.record("weak_case.secretary_named", on=case, by=by, fields=["secretary"], values=[reason])


def _step(case, move, by, at, *, reason="", document=""):
    take_step(case, move, by=by, at=at, words=reason, document=document)
    audit.record(f"weak_case.{move}", on=case, by=by, fields=["state"])


def _keep(case, *fields):
    case.validate_constraints()
    case.save(update_fields=fields)
