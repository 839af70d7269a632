"""Who may compute, decide on evidence, or try a scheme. Checks the person first, then the state."""

from django.utils.translation import gettext as _

from evaluation.appraisal import scoring
from evaluation.models.cycles import CycleState
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

# States in which evidence can be decided on.
BEING_CHECKED = (CycleState.CHECKING, CycleState.OBJECTION)


def keeps(user, cycle):
    """Whether the user manages the evaluation of the cycle's organ; needs its organ loaded."""
    if holds_for_organ(user, P.MANAGE_EVALUATION, cycle.organ):
        return ALLOWED
    return NotYours(_("Only the office that holds the cycle can do this."))


def may_compute(user, cycle):
    if not (decision := keeps(user, cycle)):
        return decision
    if cycle.state == CycleState.FINAL:
        return NotNow(_("The cycle is final; its scores stand."))
    if cycle.state not in (CycleState.COMPUTING, *BEING_CHECKED):
        return NotNow(_("Ballots and words are still collected; scores are computed after that."))
    if scoring.open_job(cycle):
        return Decision(_("It is being computed; wait until that is done."))
    return ALLOWED


def may_look_for_changes(user, cycle):
    decision = keeps(user, cycle)
    if decision and cycle.state not in BEING_CHECKED:
        return NotNow(_("Evidence is compared while the scores are checked or published."))
    return decision


def is_about(user, appraised):
    """Whether this person, or somebody they stand in for, is the appraised."""
    return appraised.cadre_id is not None and appraised.cadre.user_id in user.identity_ids


def may_decide_evidence(user, appraised):
    """Needs cycle and cadre loaded."""
    if not user.holds(P.MANAGE_EVALUATION, on=appraised):
        return NotYours(_("The programme office decides about evidence."))
    if is_about(user, appraised):
        return Decision(_("It is about yourself; somebody else decides."))
    if appraised.cycle.state == CycleState.FINAL:
        return NotNow(_("The cycle is final; its scores stand."))
    if appraised.cycle.state not in BEING_CHECKED:
        return NotNow(_("Nothing is decided before the scores are computed."))
    return ALLOWED


def may_try_scheme(user, scheme):
    if holds_for_organ(user, P.MANAGE_EVALUATION, scheme.organ):
        return ALLOWED
    return NotYours(_("Only those who manage this organ's schemes can try them."))
