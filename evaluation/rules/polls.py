"""Who may prepare, open or close a poll, print its codes, or take ballots by phone. Checks the
person first, then the state. Nobody may read a ballot."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.appraisal import hooks
from evaluation.models.ballots import BallotCode, Poll, PollState
from evaluation.models.cycles import Appraised, CycleState
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, stands_at

MOST_CODES, MOST_SUBSTITUTES = 500, 50


def may_read_polls(user):
    if user.holds(P.MANAGE_EVALUATION) or user.holds(P.COUNT_BALLOTS):
        return ALLOWED
    return NotYours(_("Who keeps the evaluation, or takes ballots, sees these pages."))


def may_make_polls(user, cycle):
    """Who may create or close the polls of a collecting cycle."""
    if not user.holds(P.MANAGE_EVALUATION):
        return NotYours(_("Only those who manage the evaluation can do this."))
    return _if_collecting(cycle)


def _keeps(user, poll):
    if user.holds(P.MANAGE_EVALUATION, on=poll):
        return ALLOWED
    return NotYours(_("Only those who manage the evaluation there can do this."))


def _if_collecting(cycle):
    if cycle.state != CycleState.COLLECTING:
        return Decision(
            _("The cycle is not collecting ballots: %(state)s.")
            % {"state": cycle.get_state_display()}
        )
    return ALLOWED


def _in_time(user, cycle):
    decision = _if_collecting(cycle)
    if decision and user.today > cycle.ballots_until:
        return Decision(_("The last day for ballots is over."))
    return decision


def _if_not_closed(poll):
    if poll.state in (PollState.CLOSED, PollState.DROPPED):
        return stands_at(poll.get_state_display())
    return _if_collecting(poll.cycle)


def may_set_roster(user, poll):
    if not user.holds(P.MANAGE_EVALUATION, on=poll) and not user.holds(P.COUNT_BALLOTS, on=poll):
        return NotYours(
            _("Only those who manage the evaluation or take ballots there can do this.")
        )
    if poll.is_drawn:
        return NotNow(_("The voters are drawn."))
    if poll.is_frozen:
        return NotNow(_("The frame is frozen and its hash published."))
    return _if_not_closed(poll)


def _draws_publicly(user, cycle):
    decision = may_make_polls(user, cycle)
    if decision and cycle.has_seed_of_its_opening:
        return NotYours(_("The voters of this cycle are drawn by the seed of its opening."))
    return decision


def may_freeze_frames(user, cycle):
    decision = _draws_publicly(user, cycle)
    if decision and not Poll.objects.kept_by(user).filter(cycle=cycle).to_freeze().exists():
        return NotNow(_("No poll waits for it: enter the size of its roster first, poll by poll."))
    return decision


def may_enter_seed(user, cycle):
    decision = _draws_publicly(user, cycle)
    if decision and not Poll.objects.kept_by(user).filter(cycle=cycle).to_draw().exists():
        return NotNow(
            _("No frozen frame waits for a seed. Freeze the frames first, then throw the dice.")
        )
    return decision


def may_take_back_frame(user, poll):
    if not (decision := _keeps(user, poll)):
        return decision
    if poll.is_drawn:
        return NotNow(_("The voters are drawn."))
    if not poll.is_frozen:
        return NotNow(_("The frame is not frozen."))
    return _if_not_closed(poll)


def may_draw_by_seed_of_opening(user, poll):
    if not (decision := _keeps(user, poll)):
        return decision
    if not poll.cycle.has_seed_of_its_opening:
        return NotYours(
            _("Voters are drawn by a seed that is thrown in public and entered for the cycle.")
        )
    if poll.is_drawn:
        return NotNow(_("The voters are drawn."))
    decision = _if_not_closed(poll)
    if decision and not poll.roster_size:
        return Decision(
            _("Ask the village how many people its roster has, and enter the number first.")
        )
    return decision


def may_draw_substitutes(user, poll):
    decision = _keeps(user, poll)
    if decision and not poll.is_drawn:
        return NotNow(_("Nobody is drawn yet."))
    return _if_not_closed(poll) if decision else decision


def may_open_poll(user, poll):
    if not (decision := _keeps(user, poll)):
        return decision
    if poll.state != PollState.PREPARED:
        return stands_at(poll.get_state_display())
    if not poll.is_drawn:
        return Decision(_("Draw the voters first."))
    return _in_time(user, poll.cycle)


def is_impartial(user, poll):
    """Refuses people who are appraised in the poll."""
    selves = {user.pk, *user.identity_ids}
    if poll.appraised.standing().filter(cadre__user__in=selves).exists():
        return Decision(_("You are appraised in this poll yourself; somebody else does this."))
    return ALLOWED


def may_issue_codes(user, poll):
    """Who may print slips: at most one per person drawn; voided ones do not count."""
    decision = _if_open(user, _keeps(user, poll), poll)
    decision = decision and is_impartial(user, poll)
    if decision and not codes_left(poll):
        return Decision(
            _(
                "There is a code for everybody drawn. Is the sheet lost? Void the unused "
                "codes; who has moved away is replaced by a substitute."
            )
        )
    return decision


def codes_left(poll):
    return poll.sample.count() - poll.codes.count()


def may_issue(user, poll, count):
    if not (decision := may_issue_codes(user, poll)):
        return decision
    left = min(codes_left(poll), MOST_CODES)
    if not 1 <= count <= left:
        return Decision(
            ngettext("Between 1 and %(n)s code.", "Between 1 and %(n)s codes.", left) % {"n": left}
        )
    return ALLOWED


def may_void_codes(user, poll):
    decision = _if_open(user, _keeps(user, poll), poll)
    if decision and not poll.codes.exists():
        return NotNow(_("There are no codes yet."))
    return decision


def may_vote_by_phone(user, poll):
    if not user.holds(P.COUNT_BALLOTS, on=poll):
        return NotYours(_("Only those who take ballots there can do this."))
    decision = _if_open(user, ALLOWED, poll)
    return decision and is_impartial(user, poll)


def _if_open(user, decision, poll):
    if not decision:
        return decision
    if poll.state != PollState.OPEN:
        return stands_at(poll.get_state_display())
    return _in_time(user, poll.cycle)


def may_list_ballots(user, poll):
    """Who may stop taking ballots by code and publish the list of the sealed ones."""
    if not (decision := _keeps(user, poll)):
        return decision
    if poll.state != PollState.OPEN:
        return stands_at(poll.get_state_display())
    return _if_collecting(poll.cycle)


def may_list_all(user, cycle):
    decision = may_make_polls(user, cycle)
    if decision and not Poll.objects.kept_by(user).filter(cycle=cycle).open().exists():
        return NotNow(_("No poll of the cycle takes ballots."))
    return decision


def may_close_poll(user, poll):
    if not (decision := _keeps(user, poll)):
        return decision
    decision = _if_not_closed(poll)
    if decision and poll.state == PollState.OPEN and poll.codes.exists():
        return Decision(
            _("Publish the list of the sealed ballots first, before any of them is opened.")
        )
    for hook in hooks.BEFORE_POLL_CLOSES if decision else ():
        decision = decision and hook(poll)
    return decision


may_close_polls = may_make_polls


def polls_are_closed(cycle):
    """For `hooks.BEFORE_CLOSING`."""
    unlisted = BallotCode.objects.filter(poll__cycle=cycle, poll__state=PollState.OPEN)
    if n := unlisted.values("poll").distinct().count():
        words = ngettext(
            "%(n)s poll has no list of its sealed ballots yet: publish it first, on the page of "
            "the polls.",
            "%(n)s polls have no list of their sealed ballots yet: publish them first, on the page "
            "of the polls.",
            n,
        )
        return Decision(words % {"n": n})
    left = cycle.polls.exclude(state=PollState.CLOSED).count()
    if left:
        return hooks.StillOpen(
            ngettext("%(n)s poll is not closed yet.", "%(n)s polls are not closed yet.", left)
            % {"n": left}
        )
    return ALLOWED


def may_read_result(user, appraised):
    """Readers of the score read the sums of the ballots; the appraised do once it is published."""
    rows = Appraised.objects.with_score_for(user).standing()
    return rows.filter(pk=appraised.pk).exists()
