"""Rounds: begun, computed, changed by hand, confirmed once into pairings."""

from collections import Counter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outreach.actions.batches import own_area
from pairing import fitting, proposals
from pairing.actions.pairings import agree_pairing
from pairing.models import MatchChange, MatchingProposal, MatchingRound, ProposedMatch, RoundStep
from pairing.models.pairings import Level
from pairing.models.rounds import RoundState, with_changes
from pairing.rules import rounds as rules
from portal.models import GrassrootsUnit
from portal.records import audit
from portal.records.steps import take_step
from portal.roles import Permission
from portal.run import jobs
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require

Code = RoundStep.Code
TERMS = ("title", "area", "level", "starts_on", "ends_on")


class InTheWay(Exception):
    """The round cannot be confirmed: `reasons` are [(line, why)]."""

    def __init__(self, reasons):
        super().__init__()
        self.reasons = reasons


def _note(event, on, by, fields=(), values=None):
    principal = by.principal_for(Permission.MANAGE_PAIRINGS)
    audit.record(event, on=on, by=by, principal=principal, fields=fields, values=values)


@transaction.atomic
def begin_round(*, by, at, **terms):
    terms["area"] = terms["area"] or own_area(by, Permission.MANAGE_PAIRINGS)
    require(rules.may_begin_round(by, terms["area"]))
    round_ = MatchingRound(organ_id=by.organ_id, created_by=by, created_at=at, **terms)
    keep(round_)
    take_step(round_, Code.BEGUN, by=by, at=at)
    _note("matching.begun", round_, by, TERMS, [str(terms[name]) for name in TERMS])
    return round_


@transaction.atomic
def change_round(*, round_, by, at, **terms):
    round_ = locked(round_)
    require(rules.may_change_round(by, round_))
    terms["area"] = terms["area"] or own_area(by, Permission.MANAGE_PAIRINGS)
    require(rules.may_begin_round(by, terms["area"]))
    changed = put_what_differs(round_, {name: terms[name] for name in TERMS})
    if not changed:
        return round_
    keep(round_, fields=changed)
    take_step(round_, Code.CHANGED, by=by, at=at)
    _note("matching.changed", round_, by, changed, [str(terms[name]) for name in changed])
    return round_


@transaction.atomic
def give_up_round(*, round_, by, at, reason):
    round_ = locked(round_)
    require(rules.may_give_up_round(by, round_))
    change(round_, state=RoundState.GIVEN_UP)
    take_step(round_, Code.GIVEN_UP, by=by, at=at, words=reason)
    _note("matching.given_up", round_, by, ["state"], reason)
    return round_


@transaction.atomic
def ask_matching(*, round_, by, at):
    round_ = locked(round_)
    require(rules.may_ask_matching(by, round_))
    if round_.state == RoundState.COLLECTING:
        change(round_, state=RoundState.PROPOSING)
    title = _("Who helps whom: %(title)s") % {"title": round_.title[:70]}
    job = jobs.start(kind="matching", title=title, arguments={"round": round_.pk}, by=by)
    take_step(round_, Code.ASKED, by=by, at=at)
    return MatchingProposal.objects.create(round=round_, job=job)


# --- Manual changes ----------------------------------------------------------------------------


def objections(proposal, line, *, organ, cadre, on):
    """Return the objections to this helper for this line, given all other lines."""
    pool = fitting.Pool(proposal.round, on=on)
    target = pool.by_target.get(line.household_id or line.unit_id)
    helper = pool.by_helper.get(cadre.pk if cadre else organ.pk)
    if target is None:
        return [fitting.Objection("gone", _("It has no open need without a pairing."), True)]
    if helper is None:
        return [fitting.Objection("not_here", _no_helper(proposal, organ, cadre), True)]
    others = proposal.lines.helped_by(helper.organ, helper.cadre).exclude(pk=line.pk)
    return pool.against(helper, target, others.count())


def _no_helper(proposal, organ, cadre):
    if cadre:
        return _("%(name)s does not serve in the area of the round.") % {"name": cadre.name}
    return _("%(name)s has no offer that runs in the area of the round.") % {"name": organ.label}


@transaction.atomic
def change_match(*, match, by, at, organ, cadre, why):
    """Give a line another helper, or none. Hard objections refuse the change; soft ones were shown
    before."""
    proposal = _locked_proposal(match.proposal)
    require(rules.may_change_match(by, proposal))
    (line,) = with_changes(proposal.lines.for_list().filter(pk=match.pk))
    if (organ, cadre) == (line.now_organ, line.now_cadre):
        raise ValidationError(_("It stands so already."))
    if organ:
        found = objections(proposal, line, organ=organ, cadre=cadre, on=by.today)
        if hard := [one.words for one in found if one.is_hard]:
            raise ValidationError(hard)
    made = MatchChange(match=match, organ=organ, cadre=cadre, why=why.strip(), by=by, at=at)
    keep(made)
    ids = [one and one.pk for one in (organ, cadre)]
    _note("matching.line_changed", match, by, ["organ", "cadre"], ids)
    return made


def _locked_proposal(proposal):
    round_ = locked(proposal.round)
    proposal = MatchingProposal.objects.get(pk=proposal.pk)
    proposal.round = round_
    return proposal


# --- Confirming --------------------------------------------------------------------------------


@transaction.atomic
def confirm_matching(*, proposal, by, at, document, decided_on):
    """Make all pairings of a proposal at once, and return them.

    Raises ValidationError if the input has changed since the computation, and InTheWay if lines
    cannot become pairings.
    """
    proposal = _locked_proposal(proposal)
    round_ = proposal.round
    require(rules.may_confirm_matching(by, proposal))
    pool = fitting.Pool(round_, on=by.today)
    if changed := proposals.changed_since(proposal, pool):
        said = _("Changed since the proposal was made: %(parts)s. Compute a new one.")
        parts = _(", ").join(str(part) for part in changed)
        raise ValidationError(said % {"parts": parts})
    lines = with_changes(proposal.lines.for_list().order_by("pk"))
    lines = [line for line in lines if line.now_organ]
    if not lines:
        raise ValidationError(
            _("No pairings would be made; choose helpers first, or cancel the round.")
        )
    if in_the_way := _obstacles(pool, lines):
        raise InTheWay(in_the_way)
    _agree_all(lines, by=by, at=at, document=document)
    decided = {"state": RoundState.CONFIRMED, "document": document, "decided_on": decided_on}
    keep(round_, **decided, confirmed_by=by, confirmed_at=at)
    take_step(round_, Code.CONFIRMED, by=by, at=at, document=document)
    _note("matching.confirmed", round_, by, ["state", "document"], [proposal.pk, len(lines)])
    return [line.pairing for line in lines]


def _agree_all(lines, **how):
    """Make a pairing of each line, or raise InTheWay with all lines that cannot become one."""
    units = GrassrootsUnit.objects.select_related("division")
    units, refused = units.in_bulk({line.unit_id for line in lines}), []
    for line in lines:
        line.unit = units[line.unit_id]
        try:
            with transaction.atomic():
                line.pairing = _agree(line, **how)
        except ValidationError as problem:
            refused.append((line, " ".join(problem.messages)))
        except PermissionDenied as refusal:
            refused.append((line, str(refusal)))
    if refused:
        raise InTheWay(refused)
    ProposedMatch.objects.bulk_update(lines, ["pairing"], batch_size=1000)


def _obstacles(pool, lines):
    """Return [(line, why)] for lines with hard objections, which manual changes may cause."""
    given, found = Counter(), []
    for line in lines:
        helper = pool.by_helper.get((line.now_cadre or line.now_organ).pk)
        target = pool.by_target[line.household_id or line.unit_id]
        if helper is None:
            found.append((line, _("This helper is no longer in the round.")))
            continue
        found += [(line, one.words) for one in pool.hard(helper, target, given[helper.key])]
        given[helper.key] += 1
    return found


def _agree(line, **how):
    round_, level = line.proposal.round, Level.HOUSEHOLD if line.household_id else Level.UNIT
    sides = {"organ": line.now_organ, "unit": line.unit, "cadre": line.now_cadre}
    days = {"starts_on": round_.starts_on, "ends_on": round_.ends_on}
    return agree_pairing(level=level, household=line.household, **sides, **days, **how)
