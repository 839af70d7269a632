"""May this person make, try, submit, review or drop this questionnaire? Person first, then
state."""

from django.utils.translation import gettext as _

from portal import parameters
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, in_state, unless
from research.models.questionnaires import (
    BEING_MADE,
    CHANGED_LATER,
    QuestionnaireState,
    QuestionnaireStep,
    Trial,
)

P, S = Permission, QuestionnaireState


def may_begin_questionnaire(user):
    if user.holds(P.LEAD_RESEARCH):
        return ALLOWED
    return NotYours(_("Liaisons and the programme office make questionnaires."))


def may_begin_for(user, organ):
    if holds_for_organ(user, P.LEAD_RESEARCH, organ):
        return ALLOWED
    return Decision(_("Your role makes no questionnaires for this organ."))


def _leads(user, questionnaire):
    is_writer = questionnaire.written_by_id in user.identity_ids
    if is_writer and user.holds(P.LEAD_RESEARCH):
        return ALLOWED
    if holds_for_organ(user, P.LEAD_RESEARCH, questionnaire.organ):
        return ALLOWED
    return NotYours(_("The organ that carries the survey out makes the questionnaire."))


def _led_in(user, questionnaire, *states):
    decision = _leads(user, questionnaire)
    return in_state(questionnaire, *states) if decision else decision


def may_change_questionnaire(user, questionnaire):
    return _led_in(user, questionnaire, *BEING_MADE)


def may_upload_version(user, questionnaire):
    return _led_in(user, questionnaire, *BEING_MADE, S.REVIEWED, *CHANGED_LATER)


def may_give_out(user, questionnaire):
    """Release for trial."""
    decision = _led_in(user, questionnaire, S.DESIGN)
    if decision and not questionnaire.versions.exists():
        return Decision(_("Read in its questions first."))
    return decision


def may_try(user, questionnaire):
    """Everybody who sees it may try it."""
    return in_state(questionnaire, S.TRIAL)


def may_submit(user, questionnaire):
    return _led_in(user, questionnaire, S.TRIAL)


def is_too_long(version, *, on):
    """Whether it exceeds the norms and needs a reason."""
    return version.questions > parameters.number("questionnaire.questions", on=on) or (
        version.minutes > parameters.number("questionnaire.minutes", on=on)
    )


def is_hardly_tried(version, *, on):
    people = version.trials.values("by").distinct().count()
    return people < parameters.number("questionnaire.trials", on=on)


def _checks(user, questionnaire):
    """Reviewers may be neither the writer nor the person who imported the version under review."""
    may_check = holds_for_organ(user, P.CHECK_RESEARCH, questionnaire.organ)
    if not may_check and not holds_for_organ(user, P.LEAD_RESEARCH, questionnaire.organ):
        return NotYours(_("The programme office or the organ itself reviews it."))
    if questionnaire.written_by_id in user.identity_ids:
        return NotYours(_("Somebody else than its writer reviews it."))
    newest = questionnaire.newest
    if newest and newest.uploaded_by_id in user.identity_ids:
        return NotYours(_("Somebody else than who read it in reviews it."))
    return ALLOWED


def may_review(user, questionnaire):
    decision = _checks(user, questionnaire)
    return in_state(questionnaire, S.REVIEW) if decision else decision


def may_review_version(user, questionnaire):
    """Review a version imported after the first review; until then, answers use the version
    before."""
    decision = _checks(user, questionnaire)
    decision = in_state(questionnaire, *CHANGED_LATER) if decision else decision
    if decision and questionnaire.newest.reviewed_at:
        return NotNow(_("Its newest version is reviewed."))
    return decision


def supervises_step(user, questionnaire, step):
    """The organ that runs it may undo steps, except the decision on results: only its author
    may."""
    return step.move != QuestionnaireStep.Move.INTERNAL and bool(_leads(user, questionnaire))


def nobody_tried(questionnaire, step):
    is_given_out = step.move == QuestionnaireStep.Move.TRIED
    tried = is_given_out and Trial.objects.filter(version__questionnaire=questionnaire).exists()
    return unless(tried, _("Somebody has tried it already; read a changed version in."), NotNow)


def may_drop(user, questionnaire):
    return _led_in(user, questionnaire, *BEING_MADE, S.REVIEW, S.REVIEWED)
