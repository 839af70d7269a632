"""Which phone is calling, and when it last called."""

import hmac
import uuid
from datetime import timedelta

from django.utils import timezone

from portal.trust import wall
from sync.actions.devices import digest_of
from sync.models import Device

# Limits updates of the row: not one for each chunk of a photo.
NOTED_AFTER = timedelta(minutes=10)


def device_of(credential, *, at):
    """Return the device for `<key>.<secret>`, with its owner as of today, or None if the credential
    is wrong. A revoked device is returned too: it may still deliver its entries."""
    key, _point, secret = credential.partition(".")
    try:
        found = Device.objects.filter(key=uuid.UUID(key))
    except ValueError:
        return None
    with wall.as_system("whose phone calls"):
        device = found.select_related("owner__organ", "owner__cadre__organ").first()
    if device is None or not hmac.compare_digest(device.digest, digest_of(secret)):
        return None
    device.owner.acting(on=timezone.localdate(at))
    return device


def note(device, *, unsent, at):
    """Record the contact, and the number of unsent entries if the phone reports it."""
    facts = {}
    if device.last_contact_at is None or at - device.last_contact_at > NOTED_AFTER:
        facts["last_contact_at"] = at
    if unsent is not None and unsent != device.unsent:
        facts["unsent"] = unsent
    if facts:
        with wall.as_system("a phone was heard of"):
            Device.objects.filter(pk=device.pk).update(**facts)


def may_fetch(device, secret):
    """Whether this is the secret that the phone keeps under its PIN."""
    digest = device.pull_digest
    return bool(digest) and hmac.compare_digest(digest, digest_of(secret))
