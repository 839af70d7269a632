"""Import of a phone's backup file by the office, as if the phone had sent it (docs/sync.md).

Letters are sealed with a public key, so anybody could write one. Only a file signed by its phone,
with the digest of its secret, is carried out at once; entries of other files go to their author for
review.
"""

import base64
import binascii
import copy
import hashlib
import hmac
import json
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.records import audit
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import require
from sync import kinds
from sync.actions import entries, parts
from sync.models import Device
from sync.rules import entries as rules

VERSION = 1
MOST_BYTES = 100 * 1024 * 1024
# The largest photo, sealed and in base64.
MOST_OF_A_LINE = 30 * 1024 * 1024
BATCH = 50


@dataclass
class TakenIn:
    device: Device
    # Whether the phone itself has signed the file.
    is_signed: bool
    receipts: list = field(default_factory=list)
    photo_count: int = 0
    unread_lines: int = 0


def take_in(*, file, by, at):
    """Import entries and photos of a backup file. Raises ValidationError if it is not a backup
    file."""
    require(rules.may_take_in_backups(by))
    if file.size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 100 MB. Have the phone save it in parts."))
    device = _device(file, by)
    taken = TakenIn(device, _is_signed(file, device))
    owner = device.owner.acting(on=timezone.localdate(at))
    sender = device
    if not taken.is_signed:
        sender = copy.copy(device)
        sender.is_unsigned, sender.owner = True, owner
    sent = []
    for line in _objects(file, taken):
        if {"id", "hash", "letter"} <= line.keys():
            sent.append(entries.Sent(*(str(line[name]) for name in ("id", "hash", "letter"))))
        elif {"id", "sha256", "sealed"} <= line.keys():
            _receive(sent, sender, taken, at)
            taken.photo_count += _photo(line, sender, at)
        elif not {"v", "mac"} & line.keys():
            taken.unread_lines += 1
        if len(sent) >= BATCH:
            _receive(sent, sender, taken, at)
    _receive(sent, sender, taken, at)
    audit.record("device.backup_taken_in", by, device, values=len(taken.receipts))
    return taken


def _device(file, by):
    """Return the phone named in the first line; its owner must be managed by the office."""
    file.seek(0)
    try:
        first = json.loads(file.readline(1_000))
        if first["v"] != VERSION:
            raise ValueError(first["v"])
        key = kinds.uuid_of(first["device"])
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ValidationError(_("This is no backup file of a phone.")) from problem
    device = Device.objects.select_related("owner__organ__division").filter(key=key).first()
    if device is None or not holds_for_organ(by, Permission.MANAGE_PEOPLE, device.owner.organ):
        raise ValidationError(_("This file is of no phone of the people whom you look after."))
    return device


def _is_signed(file, device):
    """Whether the last line is the HMAC of everything before it, keyed with the digest of the
    secret."""
    file.seek(0)
    mac, last = hmac.new(device.digest.encode(), digestmod=hashlib.sha256), b""
    while line := file.readline(MOST_OF_A_LINE):
        mac.update(last)
        last = line
    try:
        said = json.loads(last)["mac"]
        return hmac.compare_digest(str(said).encode(), mac.hexdigest().encode())
    except (ValueError, KeyError, TypeError):
        return False


def _objects(file, taken):
    file.seek(0)
    while line := file.readline(MOST_OF_A_LINE):
        try:
            found = json.loads(line)
            if not isinstance(found, dict):
                raise TypeError
        except (ValueError, TypeError, RecursionError):
            taken.unread_lines += bool(line.strip())
            continue
        yield found


def _receive(sent, sender, taken, at):
    if sent:
        taken.receipts += entries.receive(device=sender, sent=list(sent), at=at)
        sent.clear()


def _photo(line, sender, at):
    """Store a complete sealed photo as if it had come in chunks. Return whether it is stored."""
    try:
        key = kinds.uuid_of(line["id"])
        sealed = base64.b64decode(line["sealed"], validate=True)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return False
    offset, state = 0, "waiting"
    while state == "waiting" and offset < len(sealed):
        received, state = parts.receive(
            device=sender,
            key=key,
            sha256=str(line["sha256"]),
            offset=offset,
            size=len(sealed),
            content=sealed[offset : offset + parts.MOST_OF_A_CHUNK],
            at=at,
        )
        if state == "waiting" and received == offset:
            # No progress: the same bytes would be sent forever.
            break
        offset = received
    return state == "stored"
