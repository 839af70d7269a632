"""What the portal has stored in the end, read from its tables and files, not from its responses."""

import hashlib
import io
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import transaction

from chaos.verdict import Stored
from outreach.models import Leave, Matter, MatterStep, NoticeAddressee, StayMonth, Visit
from portal.models import User
from portal.records import files
from portal.trust import phone_letters, privacy
from portal.trust.sealing import Unopenable
from research import letters
from research.models import SealedAnswer
from sync import waiting
from sync.models import Entry, KeptEntry, Part


def stored(written):
    """Return [Stored] of each entry with these ids, whatever its hash."""
    ids = {one.id for one in written}
    contents = {(one.id, sha): c for one in written for sha, c in one.photos.items()}
    entries = list(Entry.objects.filter(key__in=ids).select_related("owner").order_by("pk"))
    seen = _seen(entries)
    made = _made(entries, {(one.id, one.hash): one.entry for one in written})
    parts = defaultdict(list)
    for part in Part.objects.filter(entry__in=entries).select_related("entry", "attachment"):
        parts[part.entry_id].append(part)
    found = []
    for entry in entries:
        records = made[entry.pk]
        photos = {
            part.sha256: _is_that_photo(part, contents.get((str(entry.key), part.sha256)), records)
            for part in parts[entry.pk]
        }
        found.append(
            Stored(
                id=str(entry.key),
                hash=entry.hash,
                state=entry.state,
                said=" ".join([entry.cause, entry.trouble, *entry.said]),
                records=len(records),
                texts=tuple(one.text for one in records),
                matters=sum(one.matters for one in records),
                seen_by=frozenset(seen[entry.pk]),
                photos=photos,
            )
        )
    return found


def extra(written, users):
    """Return the visits, steps and leaves of these users that no entry of any run accounts for."""
    known = Entry.objects.filter(state="accepted").values("key")
    by = {
        "visit": Visit.objects.filter(typed_by__in=users),
        "step": MatterStep.objects.filter(by__in=users, move="note"),
        "leave": Leave.objects.filter(asked_by__in=users),
    }
    return {
        f"{name} {pk}"
        for name, rows in by.items()
        for pk in rows.exclude(client_key__in=known).values_list("pk", flat=True)
    }


@dataclass(frozen=True)
class Record:
    """What an entry led to: the text, the number of matters, and the photos of the record."""

    text: str
    matters: int = 0
    photos: frozenset = frozenset()


def _made(entries, written):
    """Return {entry id: [Record]}, whatever the state of the entry."""
    by_kind = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    made = defaultdict(list)
    for kind, find in FINDERS.items():
        for pk, record in find(by_kind[kind], written):
            made[pk].append(record)
    return made


def _visits(entries, written):
    """Yield the visit written by each id; a correction belongs to the visit that it corrects."""
    rows = Visit.objects.filter(client_key__in={one.key for one in entries})
    by_id, by_pk, matters = defaultdict(list), {}, defaultdict(int)
    for visit in rows.prefetch_related("photos"):
        by_id[visit.client_key].append(visit)
        by_pk[visit.pk] = visit
    for visit_id in Matter.objects.filter(visit__in=by_pk).values_list("visit", flat=True):
        matters[visit_id] += 1
    for entry in entries:
        found = by_id[entry.key]
        if entry.corrects:
            found = [by_pk[entry.record_id]] if entry.record_id in by_pk else []
        for visit in found:
            photos = frozenset(one.pk for one in visit.photos.all())
            yield entry.pk, Record(visit.summary, matters[visit.pk], photos)


def _steps(entries, written):
    pks = {one.key: one.pk for one in entries}
    for step in MatterStep.objects.filter(client_key__in=pks).prefetch_related("attachments"):
        photos = frozenset(one.pk for one in step.attachments.all())
        yield pks[step.client_key], Record(step.text, 0, photos)


def _leaves(entries, written):
    pks = {one.key: one.pk for one in entries}
    for leave in Leave.objects.filter(client_key__in=pks):
        yield pks[leave.client_key], Record(f"{leave.starts_on}")


def _fields(entries, written):
    """Yield (entry, about, fields as written) for entries with known content."""
    for entry in entries:
        if one := written.get((str(entry.key), entry.hash)):
            yield entry, one["about"], {name: values[0] for name, values in one["fields"].items()}


def _replies(entries, written):
    pks = {entry.pk: fields["addressee"] for entry, _about, fields in _fields(entries, written)}
    rows = NoticeAddressee.objects.filter(pk__in=pks.values(), answered_at__isnull=False)
    texts = {str(row.pk): row.text for row in rows}
    return [(pk, Record(texts[one])) for pk, one in pks.items() if one in texts]


def _months(entries, written):
    for entry, about, fields in _fields(entries, written):
        row = StayMonth.objects.filter(stay=about, month=fields["month"]).first()
        if row is not None and row.work == fields["work"]:
            yield entry.pk, Record(row.work)


def _answers(entries, written):
    """Yield the answers, opened with the key that exists until the strip; each answer is a step of
    its drawn unit."""
    pks = {about: entry.pk for entry, about, _fields_ in _fields(entries, written)}
    sealed = SealedAnswer.objects.filter(drawn__in=pks).select_related("questionnaire")
    for answer in sealed.prefetch_related("drawn__steps"):
        private = letters.private_key(answer.questionnaire)
        said = letters.unseal(answer.letter, answer.questionnaire_id, private)
        for _step in answer.drawn.steps.all():
            yield pks[str(answer.drawn_id)], Record(said["words"])


FINDERS = {
    "visit": _visits,
    "step": _steps,
    "leave": _leaves,
    "reply": _replies,
    "month": _months,
    "answers": _answers,
}


def _is_that_photo(part, content, records):
    """Whether the stored photo, including its file, is what the portal makes of the bytes that were
    sent, and is attached to exactly the one record. A kept photo is still sealed."""
    if content is None or part.state != Part.State.STORED:
        return False
    if part.is_kept:
        return _opened(part) == content
    if part.attachment is None:
        return False
    clean = _clean(content)
    with part.attachment.file.open("rb") as file:
        is_whole = file.read() == clean
    is_hung = [part.attachment_id in one.photos for one in records] == [True]
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
    """Return {entry id: usernames of those for whom it is kept and who can open it completely}."""
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
