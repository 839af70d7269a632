"""A case from the first check to its closing."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pairing.models import Acceptance, CaseSituation, CaseStep, FollowUpCheck, WeakOrganizationCase
from pairing.models.weak_cases import CaseState
from pairing.models.weak_work import Aspect
from pairing.rules import weak as rules
from portal import parameters
from portal.days.months import months_after
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import keep, put
from portal.trust.access import require

Move = CaseStep.Move
# 跟踪问效 looks once a quarter.
LOOK_MONTHS = 3

# Relations loaded with a locked case.
CASE = ("party_organization", "unit")


@transaction.atomic
def note_case(*, organization, year, level, situations, reason="", by, at):
    """初核: note a case, by the host."""
    require(rules.may_note(by))
    return _opened(organization, year, level, situations, by, at, Move.NOTED, reason=reason)


@transaction.atomic
def correct_case(*, case, year, level, situations, reason="", by, at):
    """Correct the first check before the county decides."""
    case = locked(case, *CASE)
    require(rules.may_correct(by, case))
    _keep(case, year=year, level=level)
    _find(case, situations, by)
    _step(case, Move.NOTED, by, at, reason=reason)
    return case


@transaction.atomic
def take_over_case(*, organization, year, level, situations, by, at, **plan):
    """补录: enter a case that was confirmed before the portal was used, with its plan."""
    require(rules.may_open_check(by))
    plan["state"] = CaseState.RECTIFYING
    return _opened(organization, year, level, situations, by, at, Move.TAKEN_OVER, **plan)


def _opened(organization, year, level, situations, by, at, move, *, reason="", **facts):
    # Serialise concurrent hosts: the second finds the case of the first.
    organization = locked(organization, "unit__division", "unit__host_organ", no_key=True)
    require(rules.may_note_organization(by, organization))
    facts |= {"year": year, "level": level, "noted_by": by, "noted_on": timezone.localdate(at)}
    case = WeakOrganizationCase(party_organization=organization, **facts)
    case.organ_id = organization.unit.host_organ_id
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
    found = sorted(set(situations) - known)
    CaseSituation.objects.bulk_create(
        CaseSituation(case=case, situation=one, noted_by=by) for one in found
    )


@transaction.atomic
def decide_case(*, case, confirmed, document="", decided_on=None, reason="", by, at):
    """认定: confirmed by the county, or refused with a reason."""
    case = locked(case, *CASE)
    require(rules.may_decide(by, case))
    if confirmed:
        _keep(case, state=CaseState.CONFIRMED, document=document, decided_on=decided_on)
        _step(case, Move.CONFIRMED, by, at, document=document, reason=reason)
    else:
        _keep(case, state=CaseState.REFUSED)
        _step(case, Move.REFUSED, by, at, reason=reason)
    return case


@transaction.atomic
def lay_down_plan(*, case, goal, plan_due_on, by, at):
    """一支一策: lay down the plan; every situation has its measure."""
    case = locked(case, *CASE)
    require(rules.may_lay_down(by, case))
    _keep(case, state=CaseState.RECTIFYING, goal=goal.strip(), plan_due_on=plan_due_on)
    _step(case, Move.PLANNED, by, at)
    return case


@transaction.atomic
def ask_acceptance(*, case, by, at):
    case = locked(case, *CASE)
    require(rules.may_ask_acceptance(by, case))
    _keep(case, state=CaseState.ACCEPTANCE)
    _step(case, Move.ASKED, by, at)
    return case


@transaction.atomic
def accept_case(*, case, held_on, points, ballots, by, at, **counted):
    """验收: enter the acceptance; the result is computed here.

    `points` are by Part, `ballots` by Aspect; `counted` are member_ballots, mass_ballots and
    opinion.
    """
    case = locked(case, *CASE)
    require(rules.may_accept(by, case))
    on = timezone.localdate(at)
    counted |= {"held_on": held_on, **points, **ballots}
    acceptance = Acceptance(case=case, round=case.round, by=by, at=at, **counted)
    acceptance.pass_score = parameters.number("weakorg.pass_score", on=on)
    acceptance.veto_share = Decimal(parameters.text("weakorg.veto_unsat", on=on))
    _check_acceptance(acceptance, on)
    acceptance.settle()
    # Only the database can check constraints over array elements; clean() checks them first.
    keep(acceptance, exclude=Aspect.values)
    if acceptance.passed:
        months = parameters.number("weakorg.follow_up_months", on=on)
        case.follow_up_until = until = months_after(held_on, months)
        days = {"transformed_on": held_on, "follow_up_until": until}
        _keep(case, state=CaseState.TRANSFORMED, next_look_on=_next_look(case, held_on), **days)
        _step(case, Move.TRANSFORMED, by, at)
    else:
        _again(case)
        _step(case, Move.FAILED, by, at)
    return acceptance


def _check_acceptance(acceptance, on):
    before = acceptance.case.acceptances.order_by("-held_on").first()
    if before is not None and acceptance.held_on < before.held_on:
        raise ValidationError({"held_on": _("The previous acceptance was later than this day.")})
    least = parameters.number("weakorg.min_ballots", on=on)
    if acceptance.ballots < least:
        said = _("At least %(n)s ballots are cast in an acceptance.") % {"n": least}
        raise ValidationError({"mass_ballots": said})


@transaction.atomic
def follow_up(*, case, on, finding, stands, by, at):
    """Enter a quarterly check; after a relapse a new round of rectification begins."""
    case = locked(case, *CASE)
    require(rules.may_follow_up(by, case))
    look = FollowUpCheck(case=case, on=on, finding=finding, stands=stands, by=by, at=at)
    keep(look)
    if stands:
        # Count from the latest check, as this one may be entered late.
        last = case.looks.filter(on__gte=case.transformed_on).latest("on").on
        _keep(case, next_look_on=_next_look(case, last))
        audit.record("weak_case.looked_at", on=case, by=by, fields=["finding"])
    else:
        _again(case)
        _step(case, Move.RELAPSED, by, at, reason=finding)
    return look


def _next_look(case, day):
    """Return the day a quarter later, at most the end of the follow-up, or None if that is over."""
    if day >= case.follow_up_until:
        return None
    return min(months_after(day, LOOK_MONTHS), case.follow_up_until)


@transaction.atomic
def close_case(*, case, document, by, at):
    """销号: close the case; the name disappears from current views."""
    case = locked(case, *CASE)
    require(rules.may_close(by, case))
    today = timezone.localdate(at)
    _keep(case, state=CaseState.CLOSED, closed_on=today)
    case.supports.filter(ends_on=None, starts_on__lte=today).update(ends_on=today)
    _step(case, Move.CLOSED, by, at, document=document)
    return case


def _again(case):
    """再整顿: begin a new round with its own measures."""
    cleared = dict.fromkeys(("transformed_on", "follow_up_until", "next_look_on"))
    _keep(case, state=CaseState.RECTIFYING, round=case.round + 1, **cleared)


@transaction.atomic
def name_secretary(*, case, reason, by):
    """Record why the secretary's name is printed; by default it is not."""
    require(rules.may_name_secretary(by, case))
    audit.record("weak_case.secretary_named", on=case, by=by, fields=["secretary"], values=[reason])


def _step(case, move, by, at, *, reason="", document=""):
    take_step(case, move, by=by, at=at, words=reason, document=document)
    audit.record(f"weak_case.{move}", on=case, by=by, fields=["state"])


def _keep(case, **facts):
    put(case, facts)
    case.validate_constraints()
    case.save(update_fields=[*facts])
