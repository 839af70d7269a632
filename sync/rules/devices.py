"""Rules of phones."""

from django.utils.translation import gettext_lazy as _

from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision

# Of one person: a lost one and its successor, and one more.
MOST_DEVICES = 3


def may_enrol(user):
    if not user.holds(Permission.RECORD_VISITS):
        return Decision(_("Phones are enrolled by cadres, who write visits down."))
    if user.devices.in_use().count() >= MOST_DEVICES:
        return Decision(_("You have enrolled as many phones as one may; revoke one first."))
    return ALLOWED


def may_revoke(user, device):
    if device.is_revoked:
        return Decision(_("This phone is revoked already."))
    if device.owner_id == user.pk or user.holds(Permission.MANAGE_ACCOUNTS):
        return ALLOWED
    # A lost phone is told to whoever helps with a lost password.
    if holds_for_organ(user, Permission.RESET_PASSWORDS, device.owner.organ):
        return ALLOWED
    return Decision(_("Its owner revokes a phone, or who resets the owner's password."))
