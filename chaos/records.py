"""What the portal has in the end, read from its tables and files and not from what it answered."""

import hashlib
import io
from collections import defaultdict

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import transaction

from chaos.verdict import Stored
from outreach.models import Matter, Visit
from portal.models import User
from portal.records import files
from portal.trust import phone_letters, privacy
from portal.trust.sealing import Unopenable
from sync import waiting
from sync.models import Entry, KeptEntry, Part


def stored(written):
    """Stored for each entry of these ids, under whatever hash."""
    ids = {one.id for one in written}
    contents = {(one.id, sha): c for one in written for sha, c in one.photos.items()}
    entries = list(Entry.objects.filter(key__in=ids).select_related("owner").order_by("pk"))
    seen = _seen(entries)
    visits, by_pk, matters = _visits(entries)
    parts = defaultdict(list)
    for part in Part.objects.filter(entry__in=entries).select_related("entry", "attachment"):
        parts[part.entry_id].append(part)
    found = []
    for entry in entries:
        made = _made(entry, visits, by_pk)
        photos = {
            part.sha256: _is_that_photo(part, contents.get((str(entry.key), part.sha256)), made)
            for part in parts[entry.pk]
        }
        found.append(
            Stored(
                id=str(entry.key),
                hash=entry.hash,
                state=entry.state,
                said=" ".join([entry.cause, entry.trouble, *entry.said]),
                records=len(made),
                texts=tuple(visit.summary for visit in made),
                matters=sum(matters[visit.pk] for visit in made),
                seen_by=frozenset(seen[entry.pk]),
                photos=photos,
            )
        )
    return found


def extra(written, users):
    """Visits of these users that no entry accounts for, whichever run they are of."""
    known = Entry.objects.filter(state="accepted").values("key")
    visits = Visit.objects.filter(typed_by__in=users).exclude(client_key__in=known)
    return {f"visit {pk}" for pk in visits.values_list("pk", flat=True)}


def _visits(entries):
    """Visits by the id that wrote them, by their key, and how many matters each has."""
    rows = Visit.objects.filter(client_key__in={one.key for one in entries})
    by_id, by_pk, matters = defaultdict(list), {}, defaultdict(int)
    for visit in rows.prefetch_related("photos"):
        by_id[visit.client_key].append(visit)
        by_pk[visit.pk] = visit
    for visit_id in Matter.objects.filter(visit__in=by_pk).values_list("visit", flat=True):
        matters[visit_id] += 1
    return by_id, by_pk, matters


def _made(entry, visits, by_pk):
    """The records that an entry led to; a correction to none of its own."""
    if entry.corrects:
        return [by_pk[entry.record_id]] if entry.record_id in by_pk else []
    return visits[entry.key]


def _is_that_photo(part, content, made):
    """Whether the stored photo is what the portal makes of the very bytes that were sent, in its
    file too, and hangs at the record; a kept one is still sealed."""
    if content is None or part.state != Part.State.STORED:
        return False
    if part.is_kept:
        return _opened(part) == content
    if part.attachment is None:
        return False
    clean = _clean(content)
    with part.attachment.file.open("rb") as file:
        is_whole = file.read() == clean
    is_hung = [part.attachment_id in {p.pk for p in v.photos.all()} for v in made] == [True]
    return is_whole and is_hung and part.attachment.sha256 == hashlib.sha256(clean).hexdigest()


def _clean(content):
    upload = InMemoryUploadedFile(
        io.BytesIO(content), None, "1.jpg", "image/jpeg", len(content), None
    )
    return files.check_photo(upload)


def _opened(part):
    purpose = f"sync.part/{part.entry.key}/{part.sha256}"
    try:
        return phone_letters.unseal_bytes(waiting.read(part), settings.KEYS.phone_privates, purpose)
    except Unopenable:
        return None


def _seen(entries):
    """Usernames by entry: whoever the entry is kept for, and can open it to the last byte."""
    seen = defaultdict(set)
    by_owner = defaultdict(list)
    for entry in entries:
        by_owner[entry.owner_id].append(entry)
    for user in User.objects.filter(pk__in=by_owner):
        with transaction.atomic(), privacy.opened(user=user):
            kept = KeptEntry.objects.filter(entry__in=by_owner[user.pk]).select_related("entry")
            for one in kept:
                if hashlib.sha256(one.canonical).hexdigest() == one.entry.hash:
                    seen[one.entry_id].add(user.username)
    return seen
