"""Who may type paper ballots, compare them, or record a meeting's counts.

Two different people type each batch; the second must not see what the first typed.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from evaluation.models import PaperAudit, PaperBatch
from evaluation.models.ballots import PollState
from evaluation.models.paper import PaperState
from evaluation.rules.polls import is_impartial
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, stands_at

MOST_SHEETS = 500


def may_open_paper(user):
    if user.holds(P.COUNT_BALLOTS) or user.holds(P.MANAGE_EVALUATION):
        return ALLOWED
    return NotYours(_("Only people who count ballots type paper ballots."))


def may_count(user, poll):
    """Who may begin a batch, or record a meeting's sums."""
    if not user.holds(P.COUNT_BALLOTS, on=poll):
        return NotYours(_("Only people who count ballots type paper ballots."))
    if poll.takes_paper:
        return is_impartial(user, poll)
    if poll.state == PollState.CLOSED:
        return NotNow(_("The poll is closed; nothing is added any more."))
    if poll.state == PollState.DROPPED:
        return stands_at(poll.get_state_display())
    return NotNow(_("The poll has not been opened yet."))


def may_begin(user, poll):
    """Who may begin a batch."""
    return may_count(user, poll) and _unless_compared(poll)


def _audit_of(poll):
    return PaperAudit.objects.filter(poll=poll).first()


def _unless_compared(poll):
    if _audit_of(poll):
        return NotNow(_("The sheets are frozen to be compared with the paper."))
    return ALLOWED


def may_begin_audit(user, poll):
    """Who may freeze the typed sheets, to compare some with the paper."""
    if not (decision := may_count(user, poll) and _unless_compared(poll)):
        return decision
    if not poll.paper_batches.exists():
        return NotNow(_("No paper has been typed."))
    return may_close(poll)


def may_throw_for_audit(user, poll):
    if not (decision := may_count(user, poll)):
        return decision
    audit = _audit_of(poll)
    if audit is None or audit.is_drawn:
        return NotNow(_("No sheets wait for a seed."))
    return ALLOWED


def may_compare_drawn(user, poll):
    """Who may enter the comparison of the drawn sheets: nobody who typed any of them."""
    if not (decision := may_count(user, poll)):
        return decision
    audit = _audit_of(poll)
    if audit is None or not audit.is_drawn or audit.is_compared:
        return NotNow(_("No drawn sheets wait to be compared."))
    selves = {user.pk, *user.identity_ids}
    if poll.paper_batches.filter(Q(first_by__in=selves) | Q(second_by__in=selves)).exists():
        return Decision(_("You typed some of these sheets; somebody else compares them."))
    return ALLOWED


def may_drop_audit(user, poll):
    """Who may end a comparison, so that sheets are typed again."""
    if not (decision := may_count(user, poll)):
        return decision
    return ALLOWED if _audit_of(poll) else NotNow(_("No sheets are frozen."))


def may_type(user, batch):
    """Who may continue the first or second typing: its typist."""
    if not (decision := may_count(user, batch.poll)):
        return decision
    typists = {PaperState.FIRST: batch.first_by, PaperState.SECOND: batch.second_by}
    if batch.state not in typists:
        return stands_at(batch.get_state_display())
    if typists[batch.state].pk == user.pk:
        return ALLOWED
    return NotYours(_("%(name)s is typing this batch.") % {"name": typists[batch.state].name})


def may_begin_again(user, batch):
    """Who may begin the second typing: not the first typist."""
    if not (decision := may_count(user, batch.poll)):
        return decision
    if batch.state != PaperState.WAITING:
        return stands_at(batch.get_state_display())
    if batch.first_by_id == user.pk:
        return Decision(_("You typed it first; somebody else types it again."))
    return ALLOWED


def may_compare(user, batch):
    """Who may compare with the paper: either typist."""
    if not (decision := may_count(user, batch.poll)):
        return decision
    if batch.state != PaperState.DIFFERS:
        return stands_at(batch.get_state_display())
    if user.pk not in (batch.first_by_id, batch.second_by_id):
        return NotYours(_("One of the two who typed it looks at the paper."))
    return ALLOWED


def may_remark(user, batch):
    if not (decision := may_count(user, batch.poll)):
        return decision
    if user.pk not in (batch.first_by_id, batch.second_by_id):
        return NotYours(_("One of the two who typed it writes down the remarks."))
    if batch.state == PaperState.COMPLETE:
        return stands_at(batch.get_state_display())
    return ALLOWED


def may_drop(user, batch):
    """Who may drop a batch, for example if its typist is ill."""
    return may_begin(user, batch.poll)


def may_close(poll):
    """Whether a poll's paper ballots are complete."""
    waiting = poll.paper_batches.unfinished().count()
    if not waiting:
        return _if_compared(poll)
    return Decision(
        _("%(unit)s: %(n)s batches of paper ballots are not typed twice and compared yet.")
        % {"unit": poll.unit.name, "n": waiting}
    )


def _if_compared(poll):
    audit = _audit_of(poll)
    if audit is None or audit.is_compared:
        return ALLOWED
    words = _("%(unit)s: the comparison of typed sheets with the paper is not finished.")
    return Decision(words % {"unit": poll.unit.name})


def may_close_cycle(cycle):
    """For `hooks.BEFORE_CLOSING`: refuses while paper ballots are incomplete."""
    unfinished = PaperBatch.objects.unfinished().filter(poll__cycle=cycle)
    units = unfinished.exclude(poll__state=PollState.CLOSED).order_by("poll__unit__name")
    names = list(units.values_list("poll__unit__name", flat=True).distinct()[:4])
    if not names:
        return ALLOWED
    shown = _(", ").join(names[:3]) + ("…" if len(names) > 3 else "")
    return Decision(
        _("Paper ballots are not typed twice and compared yet: %(units)s") % {"units": shown}
    )
