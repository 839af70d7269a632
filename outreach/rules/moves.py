"""The building blocks of move rules: who may make a move, and in which state.

Each takes a `Standing` (rules/matters.py); the rows of acts/moves.py refer to them.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models.matters import RaiserKind, Status
from portal import parameters
from portal.days import workdays
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless

# --- Persons ---------------------------------------------------------------------------------


def host(s):
    return only(s.holds(P.HOST_MATTERS), _("Only the host of the place does this."))


def desk(s):
    return only(s.holds(P.ASSIGN_MATTERS), _("Only the assignment desk does this."))


def lead(s):
    return only(s.leads, _("Only the lead organ does this."))


def participant(s):
    return only(s.takes_part, _("Only an organ that was given the matter does this."))


def assigned_organ(s):
    return only(s.own_assignments, _("Only an organ that was given the matter does this."))


def reviewer(s):
    return only(s.reviews, _("The organ that assigned the matter reviews the result."))


def confirmer(s):
    return only(s.holds(P.CONFIRM_REQUESTS), _("The host, desk or office confirms this."))


def referrer(s):
    return only(
        s.leads or s.holds(P.HOST_MATTERS) or s.holds(P.ASSIGN_MATTERS) or s.is_registrar,
        _("Only who registered or handles the matter does this."),
    )


def host_before_desk(s):
    return only(
        s.holds(P.HOST_MATTERS) and not s.matter.assigned_by_desk,
        _("Only the host passes a matter up."),
    )


def desk_for_organ(s):
    return only(
        s.holds(P.ASSIGN_MATTERS), _("The desk enters answers for organs without an account.")
    )


def host_or_desk(s):
    return only(
        s.holds(P.HOST_MATTERS) or s.holds(P.ASSIGN_MATTERS), _("Host or desk merge matters.")
    )


def host_or_desk_notes(s):
    """Everybody who reads internal notes may add one."""
    return only(s.reads_notes, _("Host and desk keep internal notes."))


def registrar_or_host(s):
    return only(
        s.is_registrar or s.holds(P.HOST_MATTERS),
        _("Who registered the matter, or the host, notes the raiser's wish."),
    )


def lead_or_desk(s):
    return only(
        s.leads or s.holds(P.ASSIGN_MATTERS), _("Only the lead organ or the desk does this.")
    )


def who_urges(s):
    return only(s.holds(P.URGE), _("Host, desk, office and supervisors urge."))


def leader(s):
    """A leader within reach, and the lead official of the matter."""
    leads = s.is_lead_official and s.user.holds(P.INSTRUCT)
    return only(leads or s.holds(P.INSTRUCT), _("Leaders write instructions."))


def who_answers_orders(s):
    return only(s.answers_orders, _("Only the lead organ does this."))


def order_writer(s):
    return only(
        any(o.leader_id in s.user.identity_ids for o in s.open_orders),
        _("The answer returns to the leader who wrote the instruction."),
    )


def lead_official(s):
    return only(s.closes_unsatisfied, _("The lead official closes it after the review."))


# --- States ----------------------------------------------------------------------------------


def has_not_signed(s):
    return unless(s.unsigned is None, _("Your organ has signed for it."), NotYours)


def may_be_returned(s):
    lead = s.lead
    if lead is None or lead not in s.own_assignments:
        return NotYours(_("Only the lead organ returns a matter."))
    if lead.is_final:
        return Decision(_("The desk has decided who is competent; it cannot be returned again."))
    place = parameters.place_of(lead.organ)
    days = parameters.number("matter.return_wd", on=s.today, at=place)
    if s.today > workdays.add_working_days(timezone.localdate(lead.assigned_at), days):
        return Decision(
            _("It can be returned within %(days)s working days; that time is over.")
            % {"days": days}
        )
    return ALLOWED


def nothing_asked_in_progress(s):
    if s.matter.status == Status.IN_PROGRESS and s.open_request:
        return NotYours(_("A request about this matter is waiting."))
    return ALLOWED


def no_request_waits(s):
    return unless(s.open_request, _("A request about this matter is waiting for its confirmation."))


def is_dispute(s):
    return only(s.matter.is_dispute, _("Only disputes are mediated."))


def answers_on_paper(s):
    return unless(s.lead is None, _("The matter is not assigned."), NotYours) and only(
        s.answers_on_paper, _("This organ answers itself.")
    )


def second_person_reviews(s):
    if _last_reporters(s) & s.user.identity_ids:
        return Decision(_("You reported this result; a second person reviews it."))
    return ALLOWED


def _last_reporters(s):
    """Return the person who reported the result under review, and their principal."""
    step = s.last_report
    return {step.by_id, step.on_behalf_of_id} if step else set()


def may_be_extended(s):
    return unless(s.open_request, _("A request about this matter is waiting.")) and unless(
        s.was_extended, _("The deadline was extended once already.")
    )


def nothing_asked(s):
    return unless(s.open_request, _("A request about this matter is waiting."), NotYours)


def has_raiser(s):
    if s.matter.raiser_kind == RaiserKind.CADRE_FOUND:
        return NotNow(_("A cadre found this matter; there is nobody who could withdraw it."))
    return nothing_asked(s)


def second_person_decides(s):
    if s.open_request is None:
        return NotYours(_("Nothing is waiting for confirmation."))
    if {s.open_request.asked_by_id, s.open_request.on_behalf_of_id} & s.user.identity_ids:
        return Decision(_("You asked for this; a second person confirms."))
    return ALLOWED


def not_urged_today(s):
    return unless(s.papers.was_urged_on(s.today), _("Urged today already."))


def order_waits(s):
    if any(o.answered_at is None for o in s.open_orders):
        return ALLOWED
    return NotYours(_("No instruction waits for an answer."))


def order_is_answered(s):
    return only(s.own_answered_orders, _("The instruction is not answered yet."))


def was_reviewed(s):
    if not s.papers.was_reviewed():
        return Decision(_("The assigning organ writes its review first."))
    return ALLOWED


# --- What a move decides or answers, as it stands now ----------------------------------------


def request_asked(s):
    return str(s.open_request.pk) if s.open_request else ""


def result_reported(s):
    return str(s.last_report.pk) if s.last_report else ""


def orders_unanswered(s):
    return "-".join(str(o.pk) for o in s.open_orders if o.answered_at is None)


def orders_answered(s):
    return "-".join(str(o.pk) for o in s.own_answered_orders)
