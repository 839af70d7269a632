"""Rules on retention: appraisal, approval and witness are three different people."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from oversight.models.retention import DestructionState
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import Decision, NotNow, in_state, only, unless


def may_see_retention(user):
    return only(
        user.holds(P.APPRAISE_RECORDS) or user.holds(P.APPROVE_DESTRUCTION),
        _("The office appraises records; its leader approves their destruction."),
    )


def may_begin_list(user):
    said = _("The office appraises records whose time is over.")
    return only(user.holds(P.APPRAISE_RECORDS) and user.organ_id, said)


def may_list_for(user, organ):
    """Whether the user's role covers the organ whose records are listed."""
    said = _("%(organ)s lies outside of the area of your role.") % {"organ": organ.label}
    return only(holds_for_organ(user, P.APPRAISE_RECORDS, organ), said, Decision)


def _appraises(user, listed):
    return only(
        holds_for_organ(user, P.APPRAISE_RECORDS, listed.organ),
        _("The office appraises records whose time is over."),
    )


def _approves(user, listed):
    said = _("The leader of %(organ)s approves this.") % {"organ": listed.organ.label}
    may = holds_for_organ(user, P.APPROVE_DESTRUCTION, listed.organ)
    return only(may, said) and unless(
        listed.written_by_id in user.identity_ids, _("Nobody approves their own list.")
    )


def may_change_list(user, listed):
    return _appraises(user, listed) and in_state(listed, DestructionState.DRAFT)


def may_drop_list(user, listed):
    return may_change_list(user, listed) and unless(
        listed.steps.exists(),
        pgettext("destruction", "It was handed in before; its history stays."),
        NotNow,
    )


def may_submit_list(user, listed):
    return may_change_list(user, listed) and unless(
        not listed.items.filter(kept_reason="").exists(), _("Nothing on it is to be destroyed.")
    )


def may_take_back_list(user, listed):
    return _appraises(user, listed) and in_state(listed, DestructionState.SUBMITTED)


def may_decide_list(user, listed):
    return _approves(user, listed) and in_state(listed, DestructionState.SUBMITTED)


def may_destroy(user, listed):
    return _appraises(user, listed) and in_state(listed, DestructionState.APPROVED)


def may_watch(witness, user, listed):
    """监销: the witness must not have destroyed, listed or approved."""
    took_part = {user.pk, *user.identity_ids, listed.written_by_id, listed.approved_by_id}
    if witness.pk in took_part:
        return Decision(_("Somebody else watches the destruction."))
    return unless(not witness.is_active, _("This account has ended."))
