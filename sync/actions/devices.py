"""Phones are enrolled by their cadre, and revoked."""

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
    """A phone and its two secrets, which are never shown again: one sends, the other fetches."""

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
    """Give out a new secret for fetching: the phone has a new PIN, and what the old one opened is
    gone. Returns it; the one before opens nothing any more."""
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
    """Revoke a phone: it may still deliver what it holds, into quarantine, and nothing else."""
    device = locked(device, "owner__organ__division")
    require(rules.may_revoke(by, device))
    change(device, revoked_at=at, revoked_by=by, why=reason)
    audit.record("device.revoked", by, device, values={"reason": reason})
    return device
