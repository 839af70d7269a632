"""May this person propose, establish, report on or end this entry? Person, then state."""

from django.utils.translation import gettext as _

from oversight.models.supervision import (
    OPEN,
    WITH_ORGAN,
    EntryState,
    EntryStep,
    open_entry_about,
)
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, NotNow, in_state, only, unless

E = EntryState


def may_see_supervision(user):
    return only(user.holds(P.SEE_PEOPLE), _("The register is open to the business."))


def may_propose(user):
    said = _("The desk of supervision proposes what is to be supervised.")
    return only(user.holds(P.KEEP_SUPERVISION), said)


def may_keep_for(user, organ):
    said = _("%(organ)s lies outside of the area of your role.") % {"organ": organ.label}
    return only(holds_for_organ(user, P.KEEP_SUPERVISION, organ), said)


def _keeps(user, entry):
    said = _("The desk of supervision keeps this entry.")
    return only(user.holds(P.KEEP_SUPERVISION, on=entry), said)


def _decides(user, entry):
    return holds_for_organ(user, P.DECIDE_SUPERVISION, entry.organ)


def _is_leader(user, entry):
    return entry.leader_id is not None and entry.leader.user_id in user.identity_ids


def _reports(user, entry):
    said = _("%(organ)s handles it.") % {"organ": entry.lead_organ.label}
    return only(holds_for_organ(user, P.REPORT_PROGRESS, entry.lead_organ), said)


def may_follow(about, besides=None):
    """Whether nothing follows this yet, `besides` the entry that it joins: one matter, one
    entry."""
    found = open_entry_about(**about, besides=besides)
    said = _("%(number)s follows it already; join it there as a further source.")
    return unless(found, said % {"number": found.number_label if found else ""})


def may_add_ground(entry, about):
    """Whether no other entry follows the matter; the other records are sources once in any case."""
    matter = about.get("matter")
    return may_follow({"matter": matter}, besides=entry) if matter else ALLOWED


def may_change_entry(user, entry):
    return _keeps(user, entry) and in_state(entry, E.DRAFT)


def may_submit_entry(user, entry):
    return may_change_entry(user, entry)


def may_drop_entry(user, entry):
    return may_change_entry(user, entry) and unless(
        entry.steps.exists(), _("It was submitted before; its history stays."), NotNow
    )


def may_establish(user, entry):
    """The head of the desk decides, but not on their own proposals."""
    said = _("The head of the desk decides what is supervised.")
    return (
        only(_decides(user, entry), said)
        and in_state(entry, E.SUBMITTED)
        and unless(
            entry.proposed_by_id in user.identity_ids, _("Somebody else decides what you proposed.")
        )
    )


def may_send_entry_back(user, entry):
    said = _("The head of the desk decides what is supervised.")
    return only(_decides(user, entry), said) and in_state(entry, E.SUBMITTED)


def may_assign_entry(user, entry):
    return _keeps(user, entry) and in_state(entry, E.ESTABLISHED)


def may_join_ground(user, entry):
    return _keeps(user, entry) and in_state(entry, *OPEN)


def may_sign_entry(user, entry):
    return _reports(user, entry) and in_state(entry, E.ASSIGNED)


def may_report_progress(user, entry):
    return _reports(user, entry) and in_state(entry, E.UNDER_WAY)


may_report_result = may_report_progress


def may_urge_entry(user, entry):
    return _keeps(user, entry) and in_state(entry, *WITH_ORGAN)


def may_extend_entry(user, entry):
    """Once, with a reason."""
    return (
        _keeps(user, entry)
        and in_state(entry, *WITH_ORGAN)
        and unless(entry.is_extended, _("It was extended once already."))
    )


def may_take_long_term(user, entry):
    said = _("The head of the desk or the instructing leader decides this.")
    return (
        only(_decides(user, entry) or _is_leader(user, entry), said)
        and in_state(entry, *WITH_ORGAN)
        and only(not entry.is_long_term, _("It is supervised for the long term."), NotNow)
    )


def may_review_entry(user, entry):
    return _keeps(user, entry) and in_state(entry, E.REPORTED)


may_return_entry = may_review_entry


def may_end_entry(user, entry):
    """The leader who gave the instruction or, without one, the head of the desk."""
    if entry.leader_id is not None and entry.leader.user_id is not None:
        said = _("%(name)s gave the instruction and ends it.") % {"name": entry.leader.name}
        decision = only(_is_leader(user, entry), said)
    else:
        decision = only(_decides(user, entry), _("The head of the desk ends it."))
    return decision and in_state(entry, E.REVIEWED)


def may_refuse_to_end(user, entry):
    return may_end_entry(user, entry)


def may_archive_entry(user, entry):
    return _keeps(user, entry) and in_state(entry, E.CLOSED)


def may_revoke_entry(user, entry):
    said = _("The head of the desk or the instructing leader decides this.")
    states = (E.SUBMITTED, E.ESTABLISHED, *WITH_ORGAN, E.REPORTED)
    return only(_decides(user, entry) or _is_leader(user, entry), said) and in_state(entry, *states)


def supervises_step(user, entry, step):
    """The desk may undo its own step, archiving; decisions are undone only by those who took
    them."""
    return step.move == EntryStep.Move.ARCHIVED and bool(_keeps(user, entry))
