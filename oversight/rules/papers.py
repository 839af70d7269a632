"""Rules of official papers; the person first, then the state."""

from django.utils.translation import gettext as _

from oversight.circulars import TO_WRITE
from oversight.models import PaperStep
from oversight.models.papers import (
    ADDRESSED,
    OPEN_TO_EDIT,
    PaperKind,
    PaperState,
    acting_organs,
)
from portal.places.headquarters import works_for
from portal.roles import Permission as P
from portal.rules import holds_for_organ, may_count
from portal.sheets.statistics import Subject
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, in_state, only, unless


def _drafts(user, paper):
    said = _("Only who drafts papers for %(organ)s does this.") % {"organ": paper.organ.label}
    return only(paper.organ_id in acting_organs(user, P.DRAFT_PAPERS), said)


def authors(paper):
    """Return ids of everybody who wrote on the paper."""
    edited = paper.steps.filter(move=PaperStep.Move.EDITED).values_list("by", flat=True)
    return {paper.written_by_id, *edited}


def _did_not_write(user, paper):
    said = _("You wrote on this paper; somebody else checks and signs it.")
    return unless(not authors(paper).isdisjoint(user.identity_ids | {user.pk}), said)


def may_draft_papers(user):
    return only(user.holds(P.DRAFT_PAPERS), _("Your roles draft no official papers."))


def may_draft_for(user, organ):
    said = _("You draft no papers for %(organ)s.") % {"organ": organ.label}
    return only(organ.pk in acting_organs(user, P.DRAFT_PAPERS), said, Decision)


def may_draft_quarterly(user):
    """The circular is computed: those who may count the statistics of the whole area draft it."""
    decision = may_draft_papers(user)
    if not decision:
        return decision
    organ = user.organ
    if organ is None or organ.pk not in acting_organs(user, P.DRAFT_PAPERS):
        return NotYours(_("Your account drafts papers for no organ of its own."))
    return may_count(user, subject_of(organ)) or NotYours(
        _("Only who counts the statistics of the whole area drafts its circular.")
    )


def subject_of(organ):
    """Return what a circular of this organ covers: its area or, without one, its headquarters (or
    itself) with all organs below."""
    if organ.division_id:
        return Subject(division=organ.division)
    return Subject(organ=works_for(organ))


def may_change_paper(user, paper):
    return _drafts(user, paper) and in_state(paper, *OPEN_TO_EDIT)


def may_drop_paper(user, paper):
    return may_change_paper(user, paper) and unless(
        paper.steps.exclude(move=PaperStep.Move.EDITED).exists(),
        _("It was handed in before; its history stays."),
        NotNow,
    )


def may_submit_paper(user, paper):
    decision = may_change_paper(user, paper)
    if not decision:
        return decision
    if paper.figures and paper.state == PaperState.DRAFT:
        return Decision(_("Read and edit the counted draft first; a person answers for it."))
    if TO_WRITE in paper.body:
        return Decision(_("The text still says %(words)s.") % {"words": TO_WRITE})
    if paper.kind in ADDRESSED and not paper.addressed:
        return Decision(_("Write to whom it is addressed."))
    if paper.kind in (PaperKind.SUPERVISION, PaperKind.RECTIFICATION) and not (
        paper.basis and paper.demands and paper.due_on
    ):
        return Decision(_("Write the basis, what is asked and until when."))
    if paper.kind == PaperKind.BULLETIN and not paper.series:
        return Decision(_("Write the name of the bulletin."))
    return ALLOWED


def may_take_back_paper(user, paper):
    return _drafts(user, paper) and in_state(paper, PaperState.CHECKING)


def _checks(user, paper):
    checks = holds_for_organ(user, P.CHECK_PAPERS, paper.organ)
    said = _("A second person of the organ or the office checks it.")
    return only(checks or paper.organ_id in acting_organs(user, P.DRAFT_PAPERS), said)


def _signs(user, paper):
    said = _("The leader of %(organ)s signs it.") % {"organ": paper.organ.label}
    return only(holds_for_organ(user, P.SIGN_PAPERS, paper.organ), said)


def may_check_paper(user, paper):
    return (
        _checks(user, paper)
        and in_state(paper, PaperState.CHECKING)
        and _did_not_write(user, paper)
    )


def own_countersigns(user, paper):
    """The open countersigns of this paper that the user may give."""
    rows = paper.countersigns.filter(signed_by=None).select_related("organ__division")
    return [
        one
        for one in rows.order_by("organ__sort_order", "pk")
        if holds_for_organ(user, P.SIGN_PAPERS, one.organ)
    ]


def may_countersign_paper(user, paper):
    decision = in_state(paper, PaperState.COSIGNING)
    if not decision:
        return decision
    return only(own_countersigns(user, paper), _("The leader of an organ that is asked does this."))


def may_sign_paper(user, paper):
    decision = (
        _signs(user, paper) and in_state(paper, PaperState.TO_SIGN) and _did_not_write(user, paper)
    )
    if not decision:
        return decision
    said = _("You checked this paper; somebody else signs it.")
    return unless(paper.checked_by_id in user.identity_ids | {user.pk}, said)


def may_send_back_paper(user, paper):
    """Those whose turn it is to check, countersign or sign may send it back."""
    if paper.state == PaperState.COSIGNING:
        return may_countersign_paper(user, paper)
    if paper.state == PaperState.TO_SIGN:
        return _signs(user, paper)
    return _checks(user, paper) and in_state(paper, PaperState.CHECKING)


def may_number_paper(user, paper):
    return (
        _drafts(user, paper)
        and in_state(paper, PaperState.SIGNED)
        and only(paper.is_numbered_kind, _("This kind of paper has no number."))
    )


def may_issue_paper(user, paper):
    decision = _drafts(user, paper) and in_state(paper, PaperState.SIGNED, PaperState.NUMBERED)
    if not decision:
        return decision
    waits = paper.is_numbered_kind and paper.state == PaperState.SIGNED
    return unless(waits, _("It gets its number from the office's register first."))


def may_withdraw_paper(user, paper):
    """Those who sign for the organ withdraw an issued paper; its drafters write a correction."""
    return _signs(user, paper) and in_state(paper, PaperState.ISSUED, PaperState.ARCHIVED)


def may_correct_paper(user, paper):
    decision = _drafts(user, paper) and in_state(paper, PaperState.ISSUED, PaperState.ARCHIVED)
    if not decision:
        return decision
    said = _("A correction of it is being drafted.")
    return unless(paper.corrections.exists(), said)


def may_archive_paper(user, paper):
    return _drafts(user, paper) and in_state(paper, PaperState.ISSUED)


def sees_hints(user, paper):
    """Those who can still change something about it."""
    return not paper.is_out and bool(
        _drafts(user, paper) or _checks(user, paper) or _signs(user, paper)
    )


def sees_course(user, paper):
    """Whether the user sees who wrote what: for those who deal with the paper, not for
    recipients."""
    asked = paper.countersigns.select_related("organ__division")
    return bool(
        _drafts(user, paper)
        or _checks(user, paper)
        or _signs(user, paper)
        or not authors(paper).isdisjoint(user.identity_ids)
        or {paper.checked_by_id, paper.signed_by_id} & user.identity_ids
        or any(holds_for_organ(user, P.SIGN_PAPERS, one.organ) for one in asked)
    )
