"""Enrolment and revocation of phones."""

import hashlib
import secrets
from typing import NamedTuple

from django.db import transaction

from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, put
from portal.trust.access import require
from sync.models import Device
from sync.rules import devices as rules


def digest_of(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


class Enrolled(NamedTuple):
    """A phone and its two secrets, which are shown only once: `secret` sends, `pull` fetches."""

    device: Device
    secret: str
    pull: str


@transaction.atomic
def enrol(*, name, by, at):
    """Enrol a phone as one's own."""
    require(rules.may_enrol(by))
    made = Enrolled(Device(owner=by, name=name), _new_secret(), _new_secret())
    digests = {"digest": digest_of(made.secret), "pull_digest": digest_of(made.pull)}
    put(made.device, {**digests, "enrolled_at": at})
    made.device.save()
    audit.record("device.enrolled", by, made.device)
    return made


@transaction.atomic
def renew(*, device, by):
    """Issue and return a new fetch secret for a phone with a new PIN; the one under the old PIN is
    lost. The previous secret becomes invalid."""
    device = locked(device, "owner__organ__division")
    require(rules.may_renew(by, device))
    pull = _new_secret()
    change(device, pull_digest=digest_of(pull))
    audit.record("device.renewed", by, device)
    return pull


def _new_secret():
    return secrets.token_urlsafe(32)


@transaction.atomic
def revoke(*, device, by, reason="", at):
    """Revoke a phone: it may still deliver its unsent entries into quarantine, but nothing else."""
    device = locked(device, "owner__organ__division")
    require(rules.may_revoke(by, device))
    change(device, revoked_at=at, revoked_by=by, why=reason)
    audit.record("device.revoked", by, device, values={"reason": reason})
    return device
