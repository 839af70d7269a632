"""Phones are enrolled by their cadre, and revoked."""

import hashlib
import secrets

from django.db import transaction

from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change
from portal.trust.access import require
from sync.models import Device
from sync.rules import devices as rules


def digest_of(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def enrol(*, name, by, at):
    """Enrol a phone as one's own; returns (device, secret). The secret is never shown again."""
    require(rules.may_enrol(by))
    secret = secrets.token_urlsafe(32)
    device = Device.objects.create(owner=by, name=name, digest=digest_of(secret), enrolled_at=at)
    audit.record("device.enrolled", by, device)
    return device, secret


@transaction.atomic
def revoke(*, device, by, reason="", at):
    """Revoke a phone: it may still deliver what it holds, into quarantine, and nothing else."""
    device = locked(device, "owner__organ__division")
    require(rules.may_revoke(by, device))
    change(device, revoked_at=at, revoked_by=by, why=reason)
    audit.record("device.revoked", by, device, values={"reason": reason})
    return device
