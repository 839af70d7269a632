"""May this person begin, change, compute, confirm or give up this round? Person first."""

from django.utils.translation import gettext as _

from outreach.rules.batches import lies_within
from pairing.models import MatchingProposal, MatchingRound
from pairing.models.rounds import RoundState
from portal.days.words import short_day
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission
S = RoundState


def keeps(user, round_):
    return MatchingRound.objects.visible_to(user).filter(pk=round_.pk).exists()


def _confirmed(user, round_):
    said = _("%(name)s confirmed this round on %(day)s under %(document)s; its pairings are valid.")
    day = short_day(round_.confirmed_at, on=user.today)
    words = {"name": round_.confirmed_by.name, "day": day, "document": round_.document}
    return NotNow(said % words)


def _kept(user, round_, *states, otherwise):
    if not keeps(user, round_):
        return NotYours(_("The programme office keeps this round."))
    if round_.state in states:
        return ALLOWED
    if round_.state == S.CONFIRMED:
        return _confirmed(user, round_)
    return NotNow(_("The round was given up.") if round_.state == S.GIVEN_UP else otherwise)


def may_begin_round(user, area=None):
    if not user.holds(P.MANAGE_PAIRINGS):
        return NotYours(_("The programme office begins rounds."))
    if user.organ_id is None:
        return Decision(_("Your account belongs to no organ that could keep it."))
    return lies_within(user, P.MANAGE_PAIRINGS, area)


def may_change_round(user, round_):
    otherwise = _("A proposal was requested; the terms of the round can no longer change.")
    return _kept(user, round_, S.COLLECTING, otherwise=otherwise)


def may_give_up_round(user, round_):
    return _kept(user, round_, S.COLLECTING, S.PROPOSING, otherwise="")


def may_ask_matching(user, round_):
    decision = _kept(user, round_, S.COLLECTING, S.PROPOSING, otherwise="")
    running = MatchingProposal.objects.filter(round=round_, job__state__in=("queued", "running"))
    if decision and running.exists():
        return Decision(_("A proposal is being computed."))
    return decision


def may_change_match(user, proposal):
    decision = _kept(user, proposal.round, S.PROPOSING, otherwise=_("Ask for a proposal first."))
    if not decision:
        return decision
    if proposal.finished_at is None:
        return Decision(_("The proposal is not ready."))
    return _is_newest(proposal)


def _is_newest(proposal):
    newer = MatchingProposal.objects.filter(
        round=proposal.round_id, pk__gt=proposal.pk, finished_at__isnull=False
    )
    if newer.exists():
        return NotNow(_("There is a newer proposal."))
    return ALLOWED


def may_confirm_matching(user, proposal):
    decision = may_change_match(user, proposal)
    if decision and not proposal.outcome["needs"]:
        return Decision(_("Nobody with an open need is without a pairing."))
    return decision


def may_print_matching(user, proposal):
    if not keeps(user, proposal.round):
        return NotYours(_("The programme office keeps this round."))
    if proposal.finished_at is None:
        return Decision(_("The proposal is not ready."))
    return ALLOWED
