"""Proposals of the workers' congress: collected, filed or not, merged, withdrawn, taken up."""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from outreach.actions import matters
from outreach.models.matters import Confidentiality, Nature, RaiserKind, Source
from portal.records import audit, undoing
from portal.records.steps import take_step
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require
from works.models import CongressProposal, CongressStep
from works.models.proposals import ProposalState
from works.rules import proposals as rules

Move = CongressStep.Move
RELATED = ("organ__division", "host_organ", "unit__division", "matter")
_CAN_BE_UNDONE = {Move.FILED, Move.NOT_FILED}


def locked_proposal(proposal):
    return locked(proposal, *RELATED)


@transaction.atomic
def collect(*, by, at, organ, unit=None, **content):
    require(rules.may_collect(by))
    require(rules.may_collect_for(by, organ, unit))

    proposal = CongressProposal(collected_by=by, created_at=at, **content)
    proposal.stand_with(organ, unit)
    proposal.take_number(timezone.localdate(at).year)
    keep(proposal)
    return _step(proposal, Move.COLLECTED, by, at, values=content)


@transaction.atomic
def change_proposal(*, proposal, by, at, organ, unit=None, **content):
    proposal = locked(proposal, *RELATED)
    require(rules.may_change(by, proposal))
    require(rules.may_collect_for(by, organ, unit))

    changed = put_what_differs(proposal, content)
    if (organ.pk, unit and unit.pk) != (proposal.organ_id, proposal.unit_id):
        proposal.unit = None
        proposal.stand_with(organ, unit)
        changed.append("unit")
    keep(proposal)
    values = {name: getattr(proposal, name) for name in content}
    return _step(proposal, Move.CHANGED, by, at, fields=changed, values=values)


@transaction.atomic
def file(*, proposal, by, at):
    """立案."""
    return _move(proposal, rules.may_file, Move.FILED, by, at, filed_on=timezone.localdate(at))


@transaction.atomic
def refuse_to_file(*, proposal, by, at, reason):
    return _move(proposal, rules.may_refuse_to_file, Move.NOT_FILED, by, at, reason)


@transaction.atomic
def withdraw(*, proposal, by, at, reason):
    return _move(proposal, rules.may_withdraw, Move.WITHDRAWN, by, at, reason)


@transaction.atomic
def merge(*, proposal, by, at, target):
    """并案: `target` stands for both. Both are locked, the older one first."""
    rows = CongressProposal.objects.filter(pk__in=[proposal.pk, target.pk])
    both = {one.pk: one for one in locked_many(rows.select_related(*RELATED))}
    proposal, target = both[proposal.pk], both[target.pk]
    require(rules.may_merge(by, proposal))
    require(rules.may_merge_into(proposal, target))

    change(proposal, state=ProposalState.MERGED, merged_into=target)
    return _step(proposal, Move.MERGED, by, at, fields=["state", "merged_into"])


@transaction.atomic
def take_up(
    *,
    proposal,
    by,
    at,
    unit,
    group,
    category,
    urgency,
    title,
    request_text,
    name="",
    phone="",
    client_key=None,
):
    """Register the proposal as a matter in the ledger; from then on the matter shows its progress.
    Name and phone of the proposer go only to the contact of the matter."""
    proposal = locked(proposal, *RELATED)
    require(rules.may_take_up(by, proposal))
    require(rules.may_take_up_at(by, unit))

    matter = matters.register_matter(
        unit=unit,
        group=group,
        source=Source.PROPOSAL,
        cadre=getattr(by, "cadre", None),
        client_key=client_key or uuid4(),
        title=title,
        request_text=request_text,
        category=category,
        urgency=urgency,
        nature=Nature.SUGGESTION,
        raiser_kind=RaiserKind.EMPLOYEE,
        confidentiality=Confidentiality.NAMED,
        raiser_name=name,
        raiser_phone=phone,
        by=by,
        at=at,
        on=timezone.localdate(at),
    )
    change(proposal, state=ProposalState.TAKEN_UP, matter=matter)
    return _step(proposal, Move.TAKEN_UP, by, at, fields=["matter"], values={"matter": matter.pk})


def erase(matter):
    """Erase the words of the proposal of a matter that was referred to a statutory channel, and of
    all proposals merged into it."""
    found = list(CongressProposal.objects.filter(matter=matter))
    while found:
        # In Chinese, like the title of the matter.
        said = {"title": f"已引导至{matter.referred_to}", "text": ""}
        CongressProposal.objects.filter(pk__in=[one.pk for one in found]).update(**said)
        found = list(CongressProposal.objects.filter(merged_into__in=found))


def _move(proposal, rule, move, by, at, words="", **facts):
    """Change to the state with the same name as the move."""
    proposal = locked(proposal, *RELATED)
    require(rule(by, proposal))

    before = undoing.standing(proposal, ["state", *facts])
    change(proposal, state=ProposalState(move), **facts)
    step = _take_step(proposal, move, by, at, words, ["state", *facts])
    if move in _CAN_BE_UNDONE:
        undoing.remember(step, before, at=at)
    return proposal


def _step(proposal, move, by, at, words="", fields=(), values=None):
    _take_step(proposal, move, by, at, words, fields, values)
    return proposal


def _take_step(proposal, move, by, at, words, fields, values=None):
    step = take_step(proposal, move, by=by, at=at, words=words)
    values = {"words": words, **(values or {})}
    audit.record(f"congress.{move}", by, proposal, fields or sorted(values), values)
    return step
