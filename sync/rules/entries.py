"""Rules of entries that could not be carried out."""

from django.utils.translation import gettext_lazy as _

from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless
from sync.models import Entry
from sync.models.entries import TO_DECIDE, State
from sync.rules import devices


def may_see_entries(user):
    """The list: for people who write offline or once did, and for the office."""
    return only(
        devices.writes(user)
        or user.holds(Permission.MANAGE_PEOPLE)
        or Entry.objects.of(user).exists(),
        _("Entries of phones are seen by who wrote them, and by the office."),
    )


def may_decide(user, entry):
    if entry.owner_id != user.pk:
        return NotYours(_("Only who wrote an entry decides on it."))
    if entry.state not in TO_DECIDE:
        return NotNow(_("Nothing is to be decided about this entry."))
    return ALLOWED


def may_carry_out(user, entry):
    """Not if another entry with the same key was carried out: its record is corrected instead."""
    return may_decide(user, entry) and unless(
        Entry.objects.of(user).filter(key=entry.key, state=State.ACCEPTED).exists(),
        _(
            "Another one under the same number was carried out. Correct its record, then drop this "
            "one."
        ),
    )


def may_read(user, entry):
    """The author reads all of it; the office without private fields (actions.entries)."""
    if entry.owner_id == user.pk or holds_for_organ(
        user, Permission.MANAGE_PEOPLE, entry.owner.organ
    ):
        return ALLOWED
    return Decision(_("Only who wrote an entry reads it, and the office without what is private."))


def may_see_failures(user):
    said = _("Failures of phones are seen by who keeps the portal running, and by the office.")
    return only(
        user.holds(Permission.MANAGE_ACCOUNTS) or user.holds(Permission.MANAGE_PEOPLE), said
    )


def may_take_in_backups(user):
    said = _("The office takes in backup files of phones.")
    return only(user.holds(Permission.MANAGE_PEOPLE), said)
