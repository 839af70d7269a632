"""May this person collect, file, merge, withdraw or hand over a proposal? Person, then state."""

from django.utils.translation import gettext as _

from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, in_state, only, unless
from works.models import CongressProposal
from works.models.proposals import OPEN, ProposalState
from works.rules.places import is_enterprise

S = ProposalState


def may_see_proposals(user):
    said = _("Proposals are read by those who read matters.")
    return only(user.holds(P.READ_MATTERS) or user.holds(P.HOST_MATTERS), said)


def may_collect(user):
    said = _("The host of an enterprise collects the proposals of its congress.")
    return only(user.holds(P.HOST_MATTERS), said)


def may_collect_for(user, organ, unit=None):
    """Who may collect for the congress of this organ; a unit, if named, must be an enterprise."""
    if unit is not None:
        if unit.ended_on:
            return Decision(_("%(name)s has ended.") % {"name": unit.name})
        if not (decision := is_enterprise(unit)):
            return decision
    place = CongressProposal()
    place.stand_with(organ, unit)
    said = _("%(place)s lies outside of the area of your role.")
    return only(
        user.holds(P.HOST_MATTERS, on=place), said % {"place": unit or organ.label}, Decision
    )


def _hosts(user, proposal):
    said = _("The host of the enterprise decides on its proposals.")
    return only(user.holds(P.HOST_MATTERS, on=proposal), said)


def _keeps(user, proposal):
    """The person who collected it, and the host."""
    return ALLOWED if proposal.collected_by_id in user.identity_ids else _hosts(user, proposal)


def may_change(user, proposal):
    return _keeps(user, proposal) and in_state(proposal, S.COLLECTED)


def may_file(user, proposal):
    return _hosts(user, proposal) and in_state(proposal, S.COLLECTED)


may_refuse_to_file = may_file


def supervises_step(user, proposal, step):
    return bool(_hosts(user, proposal))


def may_merge(user, proposal):
    return _hosts(user, proposal) and in_state(proposal, *OPEN)


def may_merge_into(proposal, target):
    """The target must be another open proposal of the same host."""
    return (
        unless(target.pk == proposal.pk, _("A proposal is not merged into itself."))
        and unless(
            target.host_organ_id != proposal.host_organ_id,
            _("Only proposals of the same enterprise are merged."),
        )
        and in_state(target, *OPEN)
    )


def may_withdraw(user, proposal):
    """Allowed until it becomes a matter, unless others were merged into it."""
    if proposal.state == S.TAKEN_UP:
        said = _("It was given to be handled as %(number)s: ask there for it to be withdrawn.")
        said %= {"number": proposal.matter.number_label}
        is_over = proposal.matter.is_closed
        return _keeps(user, proposal) and (NotNow if is_over else Decision)(said)
    return (
        _keeps(user, proposal)
        and in_state(proposal, *OPEN)
        and unless(
            proposal.merged.exists(), _("Other proposals were merged into it; it stands for them.")
        )
    )


def may_take_up(user, proposal):
    return _hosts(user, proposal) and in_state(proposal, S.FILED)


def may_take_up_at(user, unit):
    """The matter must be at an enterprise that the person hosts."""
    if not (decision := is_enterprise(unit)):
        return decision
    place = CongressProposal()
    place.stand_at(unit)
    said = _("%(place)s lies outside of the area of your role.") % {"place": unit}
    return only(user.holds(P.HOST_MATTERS, on=place), said, Decision)
