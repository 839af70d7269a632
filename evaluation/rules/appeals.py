"""Who may object, withdraw an objection, or decide on one. Checks the person first, then state."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.appraisal import scoring
from evaluation.models import Appeal, EvidenceDecision
from evaluation.models.cycles import CycleState
from evaluation.models.scores import AppealState, spoken_for
from evaluation.rules.scores import is_about
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours


def _day(day):
    return date_format(day, "Y-m-d")


def may_file(user, appraised, *, on):
    """Needs its cycle loaded."""
    if not spoken_for(user).filter(pk=appraised.pk).exists():
        return NotYours(
            _("Whoever was appraised objects; for a team, a branch or an organ also its liaison.")
        )
    cycle = appraised.cycle
    if cycle.state == CycleState.FINAL or (
        cycle.state == CycleState.OBJECTION and on > cycle.objection_until
    ):
        return Decision(
            _("The period for objections ended on %(day)s.") % {"day": _day(cycle.objection_until)}
        )
    if cycle.state != CycleState.OBJECTION:
        return NotNow(_("Objections are filed once the scores are published."))
    if on < cycle.objection_from:
        return Decision(
            _("Objections are filed from %(day)s on.") % {"day": _day(cycle.objection_from)}
        )
    if appraised.is_left_out:
        return Decision(_("Left out of the cycle; there is no score to object to."))
    if Appeal.objects.open().filter(appraised=appraised).exists():
        return Decision(_("An objection is open already; it is answered first."))
    return ALLOWED


def may_withdraw(user, appeal):
    speaks = spoken_for(user).filter(pk=appeal.appraised_id).exists()
    if appeal.filed_by_id not in user.identity_ids and not speaks:
        return NotYours(_("Only the person who filed it can withdraw it."))
    return ALLOWED if appeal.is_open else NotNow(_("It is answered already."))


def may_decide(user, appeal):
    """Needs appraised with cycle and cadre loaded."""
    appraised = appeal.appraised
    if not user.holds(P.MANAGE_EVALUATION, on=appraised):
        return NotYours(_("The programme office decides on objections."))
    if is_about(user, appraised):
        return Decision(_("It is about yourself; somebody else decides."))
    if appeal.filed_by_id in user.identity_ids:
        return Decision(_("You filed it; somebody else decides."))
    if appeal.state == AppealState.WITHDRAWN:
        return NotNow(_("It was withdrawn."))
    if not appeal.is_open:
        return Decision(_("%(name)s has decided on it already.") % {"name": appeal.decided_by.name})
    if appraised.cycle.state == CycleState.CANCELLED:
        return NotNow(_("The cycle was cancelled."))
    if appraised.cycle.is_over:
        return NotNow(_("The cycle is final; its scores stand."))
    return ALLOWED


def may_be_finished(cycle):
    """A cycle cannot be final with open objections or decisions not yet computed."""
    waiting = Appeal.objects.open().filter(appraised__cycle=cycle).count()
    if waiting:
        return Decision(
            ngettext(
                "%(n)s objection is still open; answer it first.",
                "%(n)s objections are still open; answer them first.",
                waiting,
            )
            % {"n": waiting}
        )
    computation = scoring.current(cycle)
    later = EvidenceDecision.objects.filter(appraised__cycle=cycle)
    if computation and later.filter(at__gt=computation.at).exists():
        return Decision(
            _("Evidence was decided on after the last computation; compute the scores anew first.")
        )
    return ALLOWED
