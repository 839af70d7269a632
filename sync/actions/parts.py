"""Photos of entries: they come in chunks after the text and are attached to the entry's record."""

import hashlib
import io
import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import OperationalError, transaction
from django.db.models import Q, Sum

from portal.pages.forms import kept_files
from portal.records import files
from portal.tools.locking import locked
from portal.tools.saving import change
from portal.trust import phone_letters, scanning
from portal.trust.sealing import Unopenable
from sync import waiting
from sync.kinds import KINDS, Refused
from sync.models import Part
from sync.models.entries import KEPT, State

logger = logging.getLogger(__name__)
MOST_OF_A_CHUNK = 16_384
# Sealed bytes for each person: some thousand photos.
MAX_PENDING_BYTES = 1024**3
UNKNOWN, DIFFERS = "unknown", "differs"
Stored = Part.State


def has_too_much(owner, size):
    """Whether `size` more bytes would exceed the limit on a person's photos not yet attached."""
    lying = Part.objects.filter(Q(state=Stored.WAITING) | Q(is_kept=True), entry__owner=owner)
    return (lying.aggregate(n=Sum("sealed_size"))["n"] or 0) + size > MAX_PENDING_BYTES


def receive(*, device, key, sha256, offset, size, content, at):
    """Accept a chunk; return (bytes accepted so far, state). `size` is the total of sealed bytes.
    The phone continues at the returned offset, whatever it sent."""
    with transaction.atomic():
        part = _part(device, key, sha256)
        if part is None:
            return 0, UNKNOWN
        if part.state != Stored.WAITING:
            return part.received, part.state
        if part.sealed_size != size:
            # The photo was sealed anew, so earlier chunks do not fit.
            change(part, sealed_size=size, received=0)
        if offset == part.received and content:
            if not waiting.write(part, content):
                change(part, received=0)
                return 0, part.state
            change(part, received=offset + len(content))
        if part.received < size:
            return part.received, part.state
        return _complete(part, at=at)


def _part(device, key, sha256):
    """Lock and return the photo. Two entries may name it; prefer one that is still waiting."""
    rows = Part.objects.filter(entry__key=key, entry__owner=device.owner_id, sha256=sha256)
    found = list(rows.order_by("pk"))
    found.sort(key=lambda part: part.state != Stored.WAITING)
    if not found:
        return None
    part = locked(found[0], "entry")
    part.entry.owner = device.owner
    return part


def _complete(part, *, at):
    """Process the complete photo; return (bytes accepted, state). Raises scanning.Unavailable."""
    try:
        content = _opened(part)
    except Unopenable:
        waiting.drop(part)
        change(part, received=0)
        return 0, DIFFERS
    try:
        checked = files.check_photo(_upload(part, content))
    except scanning.Unavailable:
        raise
    except ValidationError:
        settle(part, Stored.REFUSED)
        return part.received, part.state
    entry = part.entry
    if entry.state == State.DROPPED:
        settle(part, Stored.REFUSED)
    elif entry.state in KEPT or not put(part, checked, at=at):
        keep(part)
    return part.received, part.state


def _opened(part):
    """Return the original photo. Raises Unopenable."""
    purpose = f"sync.part/{part.entry.key}/{part.sha256}"
    content = phone_letters.unseal_bytes(waiting.read(part), settings.KEYS.phone_privates, purpose)
    if len(content) != part.size or hashlib.sha256(content).hexdigest() != part.sha256:
        raise Unopenable(purpose)
    return content


def _upload(part, content):
    file = io.BytesIO(content)
    return InMemoryUploadedFile(file, None, part.name, "image/jpeg", len(content), None)


def keep(part):
    """Keep the sealed bytes: the entry is not carried out, or could not take the photo."""
    waiting.settle(part)
    change(part, state=Stored.STORED, is_kept=True)


def settle(part, state, attachment=None):
    """Set the final state of a photo and delete its sealed bytes."""
    change(part, state=state, is_kept=False, attachment=attachment)
    transaction.on_commit(partial(waiting.drop, part))


def put(part, checked, *, at):
    """Attach a photo to the record of its entry, which was carried out. Return False if our own
    error prevents it; a refusal by the rules is final.

    A later revocation of the phone does not matter: the entry named this very photo by its hash
    while the phone was trusted.
    """
    entry = part.entry
    kind = KINDS.get(entry.kind)
    try:
        with transaction.atomic():
            record = _record(entry)
            if kind is None or kind.attach is None or record is None:
                settle(part, Stored.REFUSED)
                return True
            by = entry.owner
            with kept_files([(checked, part.name, "image/jpeg")], by) as kept:
                kind.attach(record, kept, by=by, at=at)
                waiting.on_disk(kept[0].file)
                settle(part, Stored.STORED, kept[0])
    except (PermissionDenied, ValidationError, Refused):
        settle(part, Stored.REFUSED)
    except OperationalError:
        raise
    except Exception:
        logger.exception("A photo of entry %s could not be put where it belongs", entry.key)
        return False
    return True


def _record(entry):
    if not entry.noun:
        return None
    return apps.get_model(entry.noun)._base_manager.filter(pk=entry.record_id).first()


def put_kept(*, entry, at):
    """Put the photos that came before their entry was carried out, or that failed before."""
    for one in Part.objects.filter(entry=entry, is_kept=True).order_by("pk"):
        with transaction.atomic():
            part = locked(one)
            if not part.is_kept:
                continue
            part.entry = entry
            try:
                checked = files.clean_photo(_upload(part, _opened(part)))
            except (Unopenable, ValidationError):
                # It could be opened on arrival, so its file or its key is gone.
                logger.error("A kept photo of entry %s cannot be opened", entry.key)
                continue
            put(part, checked, at=at)


def drop_all(entry):
    """Drop the photos of a dropped entry."""
    for part in Part.objects.filter(entry=entry).exclude(state=Stored.REFUSED):
        if part.attachment_id is None:
            part.entry = entry
            settle(part, Stored.REFUSED)


# Minimum age for deleting a file without a row, whose transaction may still be running.
LEFT_ALONE = timedelta(days=1)


def tidy(*, at):
    """Delete sealed files left behind by a killed process; return how many."""
    return waiting.tidy(_needed, before=at - LEFT_ALONE)


def _needed(key, names):
    """Return the names of an entry's files that are still needed. If this database does not know
    the entry, all are: rows are never deleted, so the files belong to another database."""
    try:
        rows = Part.objects.filter(entry__key=UUID(key))
    except ValueError:
        return names
    if not rows.exists():
        return names
    counts = rows.filter(Q(state=Stored.WAITING) | Q(is_kept=True))
    return {str(pk) for pk in counts.values_list("pk", flat=True)}
