"""Rules of batches, their places, nominations and placements; the person first."""

from django.utils.translation import gettext as _

from outreach.models import Proposal, StayBatch
from outreach.models.batches import BatchState, NominationState
from portal.days.words import short_day
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless

S = BatchState
PREPARING = (S.NEEDS, S.NOMINATING)
UNDECIDED = (*PREPARING, S.PROPOSING)


def keeps(user, batch):
    """Whether this person keeps the batch."""
    return StayBatch.objects.kept_by(user).filter(pk=batch.pk).exists()


def _kept(user, batch, states, otherwise):
    if not keeps(user, batch):
        return NotYours(_("The programme office keeps this batch."))
    return only(batch.state in states, otherwise, NotNow)


def may_make_batch(user, area=None):
    if not user.holds(P.MANAGE_STAYS):
        return NotYours(_("The programme office makes batches."))
    if user.organ_id is None:
        return Decision(_("Your account belongs to no organ that could send anybody."))
    return lies_within(user, P.MANAGE_STAYS, area)


def lies_within(user, permission, area):
    """Whether an area lies within that of one of the person's roles."""
    limits = [grant.division for grant in user.grants_with(permission)]
    if area is None or None in limits:
        return ALLOWED
    if any(area.path.startswith(division.path) for division in limits):
        return ALLOWED
    return Decision(_("This area lies outside that of your role."))


def may_change_batch(user, batch):
    return _kept(user, batch, PREPARING, _("Nomination has closed; the terms of the batch stand."))


def may_change_places(user, batch):
    return _kept(user, batch, UNDECIDED, _("It is decided who goes where; the places stand."))


def may_add_unit(user, unit):
    if not holds_for_organ(user, P.MANAGE_STAYS, unit.host_organ):
        return Decision(_("%(name)s lies outside the area of your role.") % {"name": unit.name})
    if unit.ended_on:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    return ALLOWED


def may_take_out_place(user, place):
    if not (decision := may_change_places(user, place.batch)):
        return decision
    if place.taken_out_at:
        return NotNow(_("The place has already been removed."))
    if place.placements.filter(ended_at=None).exists():
        return Decision(_("Somebody is to go there; move or take them out first."))
    return ALLOWED


def may_open(user, batch):
    if not (decision := _kept(user, batch, (S.NEEDS,), _("Nomination was opened already."))):
        return decision
    if not batch.places.filter(taken_out_at=None).exists():
        return Decision(_("Add the places first that need somebody."))
    if batch.nominate_by < user.today:
        return Decision(_("The day until which nominations are taken has passed; set a new one."))
    return ALLOWED


def may_close(user, batch):
    return _kept(user, batch, (S.NOMINATING,), _("The batch is not open for nomination."))


def may_reopen(user, batch):
    return _kept(user, batch, (S.PROPOSING,), _("Only while it is chosen who goes where."))


def may_give_up(user, batch):
    return _kept(user, batch, (*UNDECIDED, S.DECIDED), _("The batch is over."))


# --- Nomination --------------------------------------------------------------------------------


def may_nominate(user, batch, cadre=None):
    """Allowed to the 党组 of the sending organ and to the office, for their own cadres, until the
    closing day."""
    is_kept = keeps(user, batch)
    if not is_kept and not user.holds(P.NOMINATE):
        return NotYours(_("The sending organs and the programme office nominate."))
    if batch.state != S.NOMINATING:
        return NotNow(_("The batch is not open for nomination."))
    if not is_kept and batch.nominate_by < user.today:
        return Decision(
            _("Nominations were taken until %(day)s.")
            % {"day": short_day(batch.nominate_by, on=user.today)}
        )
    return may_name(user, cadre, is_kept=is_kept) if cadre is not None else ALLOWED


def may_name(user, cadre, *, is_kept):
    permission = P.MANAGE_STAYS if is_kept else P.NOMINATE
    if not holds_for_organ(user, permission, cadre.organ):
        return Decision(
            _("%(name)s belongs to an organ for which you do not nominate.") % {"name": cadre.name}
        )
    if cadre.left_on:
        return Decision(_("%(name)s no longer serves here.") % {"name": cadre.name})
    return ALLOWED


def may_judge(user, nomination):
    batch = nomination.batch
    decision = _kept(
        user,
        batch,
        (S.NOMINATING, S.PROPOSING),
        _("It is decided who goes where; nominations stand as they are."),
    )
    if not decision:
        return decision
    if nomination.state == NominationState.WITHDRAWN:
        return NotNow(_("The nomination was withdrawn."))
    if nomination.placements.filter(ended_at=None).exists():
        return Decision(_("This cadre is placed; take them out there first."))
    return ALLOWED


def may_withdraw(user, nomination):
    batch = nomination.batch
    is_kept = keeps(user, batch)
    if not is_kept and not holds_for_organ(user, P.NOMINATE, nomination.organ):
        return NotYours(_("Who nominated, or the programme office, withdraws a nomination."))
    if nomination.state == NominationState.WITHDRAWN:
        return NotNow(_("The nomination was withdrawn."))
    if batch.state != S.NOMINATING and not (is_kept and batch.state == S.PROPOSING):
        return NotNow(_("Nomination has closed; ask the programme office."))
    if nomination.placements.filter(ended_at=None).exists():
        if not is_kept:
            # Only the office may know who is placed.
            return NotNow(_("It is being looked at; ask the programme office."))
        return Decision(_("This cadre is placed; take them out there first."))
    return ALLOWED


# --- Who goes where ------------------------------------------------------------------------------


def may_see_proposal(user, batch):
    """Only the office sees proposals and placements until the stays are published."""
    if keeps(user, batch):
        return ALLOWED
    return NotYours(_("Who goes where is seen by the programme office until it is published."))


def may_place(user, batch):
    return _kept(
        user,
        batch,
        (S.PROPOSING,),
        _("Cadres are placed after nomination has closed and before the decision."),
    )


def may_propose(user, batch):
    if not (decision := may_place(user, batch)):
        return decision
    if not batch.nominations.qualified().exists():
        return Decision(_("Nobody is qualified yet."))
    running = Proposal.objects.filter(batch=batch, job__state__in=("queued", "running"))
    if running.exists():
        return Decision(_("A proposal is being computed."))
    return ALLOWED


def may_take_over(user, proposal):
    return may_place(user, proposal.batch) and unless(
        proposal.finished_at is None, _("The proposal is not ready.")
    )


def may_decide(user, batch):
    decision = _kept(user, batch, (S.PROPOSING,), _("There is nothing to decide now."))
    if decision and not batch.placements.filter(ended_at=None).exists():
        return Decision(_("Nobody is placed yet: compute a proposal, or place by hand."))
    return decision


def may_take_up_again(user, batch):
    return _kept(user, batch, (S.DECIDED,), _("The batch is not decided."))


def may_publish(user, batch):
    if not keeps(user, batch):
        return NotYours(_("The programme office publishes stays."))
    if batch.state == S.PUBLISHED:
        return NotNow(
            _("%(name)s published these stays on %(day)s.")
            % {"name": batch.published_by.name, "day": short_day(batch.published_at, on=user.today)}
        )
    if batch.state != S.DECIDED:
        return NotNow(_("The stays are published after the meeting has decided."))
    return ALLOWED


def may_print_notice(user, batch):
    return _kept(
        user,
        batch,
        (S.DECIDED, S.PUBLISHED),
        _("The notice is printed after the meeting has decided."),
    )
