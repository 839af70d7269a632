"""Rules of visits."""

from datetime import timedelta

from django.utils.translation import gettext as _

from outreach.models.visits import CORRECTION_DAYS
from outreach.rules.places import acts_for
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotYours, only, unless


def may_write_visits(user):
    """Whether the person records visits at all, their own or those of others."""
    return user.holds(P.RECORD_VISITS) or user.holds(P.RECORD_FOR_OTHERS)


def may_record_visit(user, author):
    """Record a visit of this author: one's own, or 代录 for a colleague of the organ."""
    if author.user_id in user.identity_ids and user.holds(P.RECORD_VISITS):
        return ALLOWED
    if acts_for(user, P.RECORD_FOR_OTHERS, author.organ_id):
        return ALLOWED
    return Decision(_("You may enter visits for yourself and for cadres of your own organ."))


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
    """Whether texts name people by surname and form of address: to author and typist alone."""
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


def may_add_note(user, visit):
    return only(_wrote(user, visit), _("Only its author adds to a visit.")) and unless(
        visit.voided_at, _("This visit is void.")
    )


def may_void_visit(user, visit):
    decision = may_add_note(user, visit)
    if decision and visit.matters.exclude(closure="withdrawn").exists():
        return Decision(_("Matters were registered from this visit; it can no longer be voided."))
    return decision
