"""Rules of visits."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models.visits import CORRECTION_DAYS, MODES_OF_WORKS, Confirmation
from outreach.rules.places import acts_for
from portal.kinds import KINDS
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless


def may_write_visits(user):
    """Whether the person records visits at all, their own or those of others."""
    return user.holds(P.RECORD_VISITS) or user.holds(P.RECORD_FOR_OTHERS)


# Callbacks (user, author, unit) of apps above → whether a relation lets the user enter the author's
# visits to this unit, as contact point visits.
ENTERED_BY_RELATION: list[Callable] = []


def records_by_role(user, author):
    """Whether the visit is the user's own, or 代录 for a colleague of the organ."""
    if author.user_id in user.identity_ids and user.holds(P.RECORD_VISITS):
        return True
    return acts_for(user, P.RECORD_FOR_OTHERS, author.organ_id)


def may_record_visit(user, author, unit):
    """Visits are recorded by role, or for a leader whose visits there the user is appointed to
    enter."""
    if records_by_role(user, author):
        return ALLOWED
    if may_write_visits(user) and any(enters(user, author, unit) for enters in ENTERED_BY_RELATION):
        return ALLOWED
    return Decision(_("You may enter visits for yourself and for cadres of your own organ."))


def may_use_mode(unit, mode):
    """Shift work and team talks need a unit with workshops and teams."""
    if mode not in MODES_OF_WORKS or KINDS[unit.kind].has_parts:
        return ALLOWED
    return Decision(_("This is for places with workshops and teams."))


def may_import_visits(user, organ):
    """补录 of an organ's visits: its liaison or host, or the office that keeps its people."""
    if holds_for_organ(user, P.MANAGE_PEOPLE, organ):
        return ALLOWED
    if acts_for(user, P.RECORD_FOR_OTHERS, organ.pk):
        return ALLOWED
    return Decision(_("The cadre belongs to an organ outside your area or organ."))


def _wrote(user, visit):
    return {visit.author.user_id, visit.typed_by_id} & user.identity_ids


def may_read_as_written(user, visit):
    """Whether names in texts stay as written (surname and form of address): for author and typist
    only."""
    return bool(_wrote(user, visit))


def may_correct_visit(user, visit, *, at):
    if not _wrote(user, visit):
        return NotYours(_("Only its author corrects a visit."))
    if visit.voided_at:
        return Decision(_("This visit is void."))
    if at > visit.created_at + timedelta(days=CORRECTION_DAYS):
        return Decision(
            _("A visit can be corrected for %(days)s days; add a note instead.")
            % {"days": CORRECTION_DAYS}
        )
    return ALLOWED


def may_change_photos(user, visit):
    """Photos can be changed until the end of the last day on which the visit can be corrected."""
    morning = timezone.make_aware(datetime.combine(user.today, time()))
    decision = may_correct_visit(user, visit, at=morning)
    return decision or NotNow(decision.refusal)


def may_add_late_photos(user, visit):
    """Photos taken at the visit and announced with it may arrive later."""
    return only(_wrote(user, visit), _("Only its author adds to a visit.")) and unless(
        visit.voided_at, _("This visit is void.")
    )


def may_add_note(user, visit):
    return only(_wrote(user, visit), _("Only its author adds to a visit.")) and unless(
        visit.voided_at, _("This visit is void.")
    )


def may_void_visit(user, visit):
    decision = may_add_note(user, visit)
    if decision and visit.matters.exclude(closure="withdrawn").exists():
        return Decision(_("Matters were registered from this visit; it can no longer be voided."))
    return decision


# --- The leader's word on a visit that was entered for them ---------------------------------------


def may_confirm_visit(user, visit):
    return _may_answer(user, visit, Confirmation.WAITING, Confirmation.REFUSED)


def may_refuse_visit(user, visit):
    return _may_answer(user, visit, Confirmation.WAITING, Confirmation.CONFIRMED)


def _may_answer(user, visit, *states):
    """Only the leader answers, never a stand-in: nobody else knows who was there."""
    own = visit.author.user_id == user.pk and user.pk in user.identity_ids
    return only(own, _("Only the leader for whom it was entered confirms a visit.")) and unless(
        visit.voided_at or visit.confirmation not in states,
        _("This visit does not wait for a confirmation."),
        NotNow,
    )
