"""Rules of phones."""

from django.utils.translation import gettext_lazy as _

from portal import parameters, uses
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless

# Phones are for visits and next steps of matters. What they offer then depends on what the rules
# allow their owner (sync/working_set.py).
WRITING = (Permission.RECORD_VISITS, Permission.HANDLE_MATTERS)


def _not_writing():
    return _("Phones are set up by people who write down visits or handle matters.")


def writes(user):
    return any(user.holds(one) for one in WRITING)


def may_enrol(user):
    if not writes(user):
        return NotYours(_not_writing())
    if not uses.is_on("offline"):
        return Decision(_("The office has switched off the store on phones."))
    if user.devices.in_use().count() >= parameters.number("sync.devices", on=user.today):
        return Decision(_("You have enrolled as many phones as one may; revoke one first."))
    return ALLOWED


def may_renew(user, device):
    """Only the owner, who knows the PIN, and only in the owner's own session."""
    if device.owner_id != user.pk:
        return NotYours(_("Its owner sets a phone up again."))
    if not writes(user):
        return NotYours(_not_writing())
    if not uses.is_on("offline"):
        return Decision(_("The office has switched off the store on phones."))
    return unless(device.is_revoked, _("This phone is revoked already."), NotNow)


def may_see_own(user):
    """The user's own phones: anybody who once enrolled a phone may always revoke it."""
    return only(writes(user) or user.devices.exists(), _not_writing())


def may_see_phones(user):
    """The phones of the people whom the user manages."""
    said = _("Lost phones are revoked by who makes accounts or prints one-time passwords.")
    return only(
        user.holds(Permission.MANAGE_ACCOUNTS) or user.holds(Permission.RESET_PASSWORDS), said
    )


def may_revoke(user, device):
    return only(
        device.owner_id == user.pk
        or user.holds(Permission.MANAGE_ACCOUNTS)
        or holds_for_organ(user, Permission.RESET_PASSWORDS, device.owner.organ),
        _("Its owner revokes a phone, or who looks after the accounts there."),
    ) and unless(device.is_revoked, _("This phone is revoked already."), NotNow)
