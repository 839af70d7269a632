"""Who may open, change, gather, close, publish, finish or cancel a cycle. Checks the person first,
then the state, then what other parts of evaluation still need."""

from itertools import combinations
from operator import attrgetter

from django.utils.translation import gettext as _

from evaluation.appraisal import hooks
from evaluation.appraisal.gathering import overlap
from evaluation.models import Appeal, CycleStep
from evaluation.models.cycles import OVER, CycleState
from evaluation.models.schemes import SchemeState
from outreach.rules.batches import lies_within
from portal.days.words import short_day, short_moment
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

S = CycleState
Move = CycleStep.Move


def keeps(user, cycle):
    return holds_for_organ(user, P.MANAGE_EVALUATION, cycle.organ)


def reads(user, cycle):
    """Whether the user reads the progress of the whole cycle, without scores."""
    return holds_for_organ(user, P.READ_EVALUATION, cycle.organ)


def may_open_cycle(user, organ=None, division=None, schemes=()):
    if not user.holds(P.MANAGE_EVALUATION):
        return NotYours(_("The programme office opens cycles."))
    if organ is None:
        return Decision(_("Your account belongs to no organ that could hold a cycle."))
    decision = lies_within(user, P.MANAGE_EVALUATION, division)
    return decision and may_use_schemes(schemes)


def may_use_schemes(schemes):
    """Only published schemes: no drafts, none withdrawn."""
    sentences = {
        SchemeState.DRAFT: _("“%(title)s” is a draft; publish it first."),
        SchemeState.WITHDRAWN: _("“%(title)s”, version %(n)s, is no longer used."),
    }
    for scheme in schemes:
        if scheme.state in sentences:
            named = {"title": scheme.title, "n": scheme.version}
            return Decision(sentences[scheme.state] % named)
    return ALLOWED


def may_use_together(schemes, *, standing=()):
    """Of two schemes that fit the same person, one must be the narrower one. Pairs within the
    primary keys `standing` were accepted before."""
    for one, other in combinations(sorted(schemes, key=attrgetter("pk")), 2):
        if {one.pk, other.pk} <= set(standing) or not overlap(one, other):
            continue
        return Decision(
            _(
                "“%(one)s” and “%(other)s” fit the same people, and neither is the narrower one: "
                "choose one of them, or say in a new version for which units, staff or service "
                "each is."
            )
            % {"one": one.title, "other": other.title}
        )
    return ALLOWED


def _kept(user, cycle, *states, otherwise):
    if not keeps(user, cycle):
        return NotYours(_("Only the programme office that holds the cycle can do this."))
    if cycle.state in states:
        return ALLOWED
    return NotNow(_over(cycle, user.today) if cycle.is_over else otherwise(cycle, user.today))


def _over(cycle, on):
    if cycle.state == S.CANCELLED:
        return _told(cycle, Move.CANCELLED, on, _("%(name)s cancelled the cycle on %(when)s."))
    words = _("%(name)s made the cycle final on %(when)s under %(document)s.")
    return _told(cycle, Move.FINISHED, on, words)


def _told(cycle, move, on, words):
    """Say who made a move and when, for a second user who tries to make it."""
    step = cycle.steps.filter(move=move).select_related("by").order_by("-pk").first()
    return words % {
        "name": step.by.name if step and step.by else _("The portal"),
        "when": short_moment(step and step.at, on=on),
        "document": cycle.document,
    }


def _begun(cycle, on):
    words = _(
        "%(name)s began the collecting on %(when)s; whom the cycle appraises by which schemes "
        "stands."
    )
    return _told(cycle, Move.STARTED, on, words)


def _closed(cycle, on):
    words = _("%(name)s closed the ballots on %(when)s; the data are frozen as they stood then.")
    return _told(cycle, Move.CLOSED, on, words)


def _not_begun(_cycle, _on):
    return _("Collecting has not begun.")


def may_change_cycle(user, cycle):
    return _kept(user, cycle, S.OPEN, otherwise=_begun)


may_gather = may_change_cycle


def may_start_collecting(user, cycle, *, on):
    if not (decision := _kept(user, cycle, S.OPEN, otherwise=_begun)):
        return decision
    if not cycle.appraised.standing().exists():
        return Decision(_("Gather who is appraised first."))
    if cycle.ballots_until < on:
        return Decision(
            _("Ballots would end on %(day)s, which has passed; change the plan first.")
            % {"day": short_day(cycle.ballots_until, on=on)}
        )
    return _asked(hooks.BEFORE_COLLECTING, cycle)


def _asked(questions, cycle):
    for question in questions:
        if not (decision := question(cycle)):
            return decision
    return ALLOWED


def may_close_collecting(user, cycle, *, close_open=False):
    """With `close_open`, things still open are no obstacle."""
    otherwise = _not_begun if cycle.state == S.OPEN else _closed
    if not (decision := _kept(user, cycle, S.COLLECTING, otherwise=otherwise)):
        return decision
    for question in hooks.BEFORE_CLOSING:
        decision = question(cycle)
        if not decision and not (close_open and isinstance(decision, hooks.StillOpen)):
            return decision
    return ALLOWED


def may_open_closing(user, cycle):
    """Whether the page for closing is shown; open polls can be closed there."""
    return may_close_collecting(user, cycle, close_open=True)


def may_note_computed(cycle, *, on):
    """Whether a computation may be recorded: the first one, or again while checking or
    objecting."""
    if cycle.state in {S.COMPUTING, S.CHECKING, S.OBJECTION}:
        return ALLOWED
    return NotNow(_over(cycle, on) if cycle.is_over else _("The ballots have not been closed."))


def may_publish_scores(user, cycle):
    def otherwise(cycle, on):
        if cycle.state == S.OBJECTION:
            return _told(cycle, Move.PUBLISHED, on, _("%(name)s published the scores on %(when)s."))
        return _("The scores are not computed yet.")

    return _kept(user, cycle, S.CHECKING, otherwise=otherwise)


def _not_published(_cycle, _on):
    return _("The scores are not published yet.")


def may_finish_cycle(user, cycle, *, on):
    if not (decision := _kept(user, cycle, S.OBJECTION, otherwise=_not_published)):
        return decision
    if on <= cycle.objection_until:
        return Decision(
            _("Objections can be made until %(day)s.")
            % {"day": short_day(cycle.objection_until, on=on)}
        )
    waiting = Appeal.objects.open().filter(appraised__cycle=cycle).count()
    if waiting:
        return Decision(_("Objections that wait for a decision: %(n)s.") % {"n": waiting})
    return _asked(hooks.BEFORE_FINISH, cycle)


def may_cancel_cycle(user, cycle):
    return _kept(user, cycle, *(state for state in S if state not in OVER), otherwise=_over)


def _may_choose(user, appraised):
    return _kept(user, appraised.cycle, S.OPEN, S.COLLECTING, otherwise=_closed)


def may_leave_out(user, appraised):
    decision = _may_choose(user, appraised)
    if decision and appraised.is_left_out:
        return NotNow(_("Left out already: %(reason)s") % {"reason": appraised.left_out_reason})
    return decision


def may_take_in_again(user, appraised):
    decision = _may_choose(user, appraised)
    if decision and not appraised.is_left_out:
        return NotNow(_("Appraised already."))
    return decision


def may_list_appraised(user):
    """Who may open the list; `visible_to` decides on its rows."""
    if user.holds(P.READ_SCORES) or user.holds(P.GIVE_ORGANISATION_WORD):
        return ALLOWED
    return Decision(
        _(
            "Who is appraised is read by the office, and by who speaks for the organisation. Your "
            "own appraisals stand under “My appraisals”."
        )
    )
