"""Rules of entries that could not be carried out."""

from django.utils.translation import gettext_lazy as _

from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision
from sync.models.entries import TO_DECIDE


def may_decide(user, entry):
    if entry.owner_id != user.pk:
        return Decision(_("Only who wrote an entry decides on it."))
    if entry.state not in TO_DECIDE:
        return Decision(_("Nothing is to be decided about this entry."))
    return ALLOWED


def may_read(user, entry):
    """All of it for its author; the office sees it without what is private (actions.entries)."""
    if entry.owner_id == user.pk or holds_for_organ(
        user, Permission.MANAGE_PEOPLE, entry.owner.organ
    ):
        return ALLOWED
    return Decision(_("Only who wrote an entry reads it, and the office without what is private."))
