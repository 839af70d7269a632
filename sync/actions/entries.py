"""Phone entries arrive exactly once: the portal's own action and the row of the entry share one
transaction (docs/sync.md).

An entry that cannot be carried out is kept, encrypted, until its author corrects or drops it. No
refusal ever blocks a phone.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.actions.matters import DifferentContent, RefusedValue
from outreach.forms.matters import MatterPartForm, without_conduct
from portal import __version__, parameters
from portal.pages import side_list
from portal.records import audit
from portal.tools.locking import lock_name, locked
from portal.tools.saving import put
from portal.trust import phone_letters, privacy, wall
from portal.trust.access import require
from portal.trust.sealing import Unopenable
from sync import kinds, receipts
from sync.actions import parts
from sync.models import Entry, KeptEntry, Part
from sync.models.entries import KEPT, TO_DECIDE, Cause, State
from sync.rules import entries as rules
from sync.written import PART, fields_of

logger = logging.getLogger(__name__)

TRIES = 3
# Deadlock, serialisation failure, lock or statement timeout: a retry may succeed.
TRANSIENT_PGCODES = frozenset({"40P01", "40001", "55P03", "57014"})
# Refusals with a message for the author.
REFUSALS = (PermissionDenied, ValidationError, kinds.Refused, DifferentContent, RefusedValue)
# A fault is retried daily, up to this often with one version.
MOST_TRIES = 7


# Limit for each person, so that a found phone cannot fill the disk.
MOST_KEPT = 2_000


@dataclass(frozen=True)
class Sent:
    """An entry as sent by a phone."""

    id: str
    hash: str
    letter: str


def has_too_many(owner):
    """Whether so many of a person's entries are undecided or waiting that no more are kept."""
    return Entry.objects.of(owner).filter(state__in=KEPT)[:MOST_KEPT].count() >= MOST_KEPT


def receive(*, device, sent, at):
    """Accept these entries; return their receipts in the same order.

    Each entry is a transaction of its own. After an interruption the whole request may be sent
    again.
    """
    said = [take_in(one, device=device, at=at) for one in sent]
    release(
        keys={one["id"] for one in said if one["state"] == State.ACCEPTED},
        owner=device.owner,
        at=at,
    )
    side_list.forget_counts(device.owner)
    return said


def take_in(sent, *, device, at):
    """Accept one entry; return its receipt. Raises OperationalError or InterfaceError if the
    database is unavailable."""
    key = _uuid(sent.id)
    canonical = _opened(sent, key)
    if canonical is None:
        said = _("No key of the portal opens this entry, or its content does not fit its hash.")
        return receipts.without_row(sent.id, sent.hash, receipts.UNREADABLE, [said])
    arrived = _Arrived(key, sent.hash, canonical, device, at)
    fault = _tried(lambda: _take_in(arrived), sent.id)
    if isinstance(fault, Fault):
        # Repeat without the action that failed.
        with transaction.atomic():
            return _take_in(arrived, fault=fault)
    return fault


@dataclass(frozen=True)
class Fault:
    cause: Cause
    trouble: str


def _tried(work, key):
    """Run `work` in a transaction of its own, with retries; return its result, or a Fault if the
    portal itself failed."""
    trouble = ""
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as problem:
            trouble = getattr(problem.__cause__, "pgcode", None) or ""
            if trouble not in TRANSIENT_PGCODES:
                raise
        except InterfaceError:
            # The connection is lost, which is not the fault of the entry.
            raise
        except Exception as problem:
            # Catch everything here: a failing entry must not hold up those after it.
            logger.exception("Entry %s met an error", key)
            return Fault(Cause.ERROR, type(problem).__name__[:80])
    logger.warning("Entry %s gave way to others %s times", key, TRIES)
    return Fault(Cause.BUSY, trouble)


@dataclass(frozen=True)
class _Arrived:
    key: object
    hash: str
    canonical: bytes
    device: object
    at: object


def _uuid(text):
    try:
        return kinds.uuid_of(text)
    except ValueError:
        return None


def _opened(sent, key):
    """Return the canonical bytes, or None if they cannot be read or are not a JSON object."""
    if key is None:
        return None
    try:
        canonical = phone_letters.unseal(
            sent.letter, settings.KEYS.phone_privates, f"sync.entry/{sent.id}"
        )
    except Unopenable:
        return None
    if hashlib.sha256(canonical).hexdigest() != sent.hash or not kinds.is_object(canonical):
        return None
    return canonical


def _take_in(arrived, fault=None):
    """One entry, in a transaction: the same key and hash get the same receipt."""
    key, device, at = arrived.key, arrived.device, arrived.at
    # Serialise duplicates sent at the same time, even to different workers.
    lock_name(f"sync.{key}")
    with wall.as_system("whose entries have this key"):
        named = list(Entry.objects.filter(key=key).order_by("pk"))
    for known in named:
        if known.hash == arrived.hash and known.owner_id == device.owner_id:
            return receipts.of_entries([known])[0]
    entry = Entry(key=key, hash=arrived.hash, device=device, owner=device.owner, received_at=at)
    command = _parsed(entry, arrived.canonical)
    if command is not None:
        put(entry, {"kind": command.kind, "made": command.made, "corrects": command.corrects})
    if named:
        words = _("Another content has come under the same number; both are kept.")
        _decide(entry, State.DIFFERS, Cause.OTHER_HASH, [words])
    elif device.is_unsigned:
        # Quarantine in any case: a later retry would not know that the entry was unsigned.
        words = _("It stood in a backup file that its phone has not signed, or that was changed.")
        _decide(entry, State.QUARANTINED, Cause.UNSIGNED, [words])
    elif command is not None:
        _carry_out(entry, command, at=at, fault=fault)
    return receipts.of_entry(*_store(entry, command, arrived.canonical, at))


def _parsed(entry, canonical):
    """Return the command; if it is invalid or of another version, decide the entry and return
    None."""
    try:
        command = kinds.parse(canonical)
    except kinds.Newer as problem:
        _fail(entry, Fault(Cause.NEWER, str(problem)))
    except kinds.Malformed as problem:
        _decide(entry, State.QUARANTINED, Cause.MALFORMED, [_("This is no entry of the portal.")])
        entry.trouble = str(problem)[:80]
    else:
        if command.id == entry.key:
            return command
        _decide(entry, State.QUARANTINED, Cause.MALFORMED, [_("This is no entry of the portal.")])
        entry.trouble = "id"
    return None


def _decide(entry, state, cause="", said=()):
    put(entry, {"state": state, "cause": cause, "said": [str(one) for one in said]})


def _fail(entry, fault):
    said = _("The portal met an error of its own; it tries again by itself.")
    if fault.cause == Cause.NEWER:
        said = _("The portal is older than the page that wrote this; it waits for an upgrade.")
    _decide(entry, State.FAULT, fault.cause, [said])
    entry.trouble = fault.trouble[:80]


def _carry_out(entry, command, *, at, fault=None):
    """Carry out the command and set state and record of the entry. The changes of the action are
    rolled back if it fails."""
    owner = entry.owner
    if fault is not None:
        return _fail(entry, fault)
    if not owner.is_active:
        words = _("The account of its author is no longer in use.")
        return _decide(entry, State.QUARANTINED, Cause.REVOKED, [words])
    if _came_from_a_revoked_phone(entry):
        words = _("It came from a phone that had been revoked.")
        return _decide(entry, State.QUARANTINED, Cause.REVOKED, [words])
    try:
        kind = kinds.kind_of(command)
    except kinds.Newer as problem:
        return _fail(entry, Fault(Cause.NEWER, str(problem)))
    record = None
    if command.corrects:
        record = _earlier(entry)
        if record is None:
            return None
    try:
        with transaction.atomic():
            bound = kind.bind(owner, command, on=owner.today, record=record)
            if not bound.is_valid:
                raise _Invalid(*bound.words())
            with wall.as_system("an act, after its rule"):
                done = kind.save(owner, bound, command, at=at, record=record)
            label, url = kind.name(done)
    except _Invalid as problem:
        return _decide(entry, State.QUARANTINED, Cause.INVALID, problem.words)
    except kinds.NotKept as problem:
        if problem.note:
            problem.note()
        return _decide(entry, State.DROPPED, Cause.REFUSED, problem.words)
    except REFUSALS as problem:
        return _decide(entry, State.QUARANTINED, Cause.REFUSED, words_of(problem))
    _decide(entry, State.ACCEPTED)
    named = {"noun": done._meta.label_lower, "record_id": done.pk}
    return put(entry, named | {"record_label": str(label)[:80], "record_url": url[:200]})


def _came_from_a_revoked_phone(entry):
    """Entries received before the revocation may still be carried out later."""
    revoked_at = entry.device.revoked_at
    return revoked_at is not None and revoked_at <= entry.received_at


class _Invalid(kinds.Refused):
    pass


def words_of(problem):
    """Return the messages of a refusal."""
    if isinstance(problem, ValidationError):
        return problem.messages
    return getattr(problem, "words", None) or [str(problem)]


def _earlier(entry):
    """Return the record of the entry that this one corrects. If there is none, decide this entry
    and return None."""
    rows = Entry.objects.filter(key=entry.corrects, owner=entry.owner).exclude(pk=entry.pk)
    states = {one.state: one for one in rows}
    if found := states.get(State.ACCEPTED):
        record = apps.get_model(found.noun)._base_manager.filter(pk=found.record_id).first()
        if record is not None:
            return record
        words = _("What this corrects is not there any more.")
        return _decide(entry, State.QUARANTINED, Cause.EARLIER, [words])
    if State.DROPPED in states:
        words = _("What this corrects was dropped.")
        return _decide(entry, State.QUARANTINED, Cause.EARLIER, [words])
    return _decide(entry, State.HELD, said=[_("It waits for the entry that it corrects.")])


def _store(entry, command, canonical, at):
    """Save the row and what is kept of it; return (entry, its photos)."""
    is_new = entry.pk is None
    _settle(entry, at=at)
    entry.save()
    if is_new:
        rows = _name_parts(entry, command) if command is not None else []
    else:
        rows = list(Part.objects.filter(entry=entry).order_by("pk"))
    if entry.state in KEPT and is_new:
        with privacy.opened(entries=[entry.pk]):
            KeptEntry.objects.create(
                entry=entry, owner=entry.owner, cipher=KeptEntry.sealed(canonical)
            )
    elif entry.state not in KEPT and not is_new:
        _forget(entry)
    if is_new and entry.state != State.ACCEPTED or not is_new:
        # The action writes its own audit entry.
        audit.record(f"entry.{entry.state}", entry.owner, entry, [entry.kind, entry.cause])
    return entry, rows


def _name_parts(entry, command):
    """Create rows for the photos to come; refused at once if the kind takes no photos."""
    takes = entry.state != State.ACCEPTED or kinds.kind_of(command).attach is not None
    state = Part.State.WAITING if takes else Part.State.REFUSED
    rows = [
        Part(entry=entry, sha256=one.sha256, name=one.name, size=one.size, state=state)
        for one in command.parts
    ]
    return Part.objects.bulk_create(rows)


def _settle(entry, *, at):
    """Set the times that belong to the state."""
    entry.decided_at = None if entry.state in {State.HELD, State.FAULT} else at
    entry.expires_on = None
    if entry.state in TO_DECIDE:
        on = timezone.localdate(at)
        entry.expires_on = on + timedelta(days=parameters.number("sync.kept_days", on=on))
    if entry.state == State.FAULT:
        entry.tries += 1
        put(entry, {"tried_at": at, "tried_with": __version__[:20]})


def _forget(entry):
    """Delete the kept content."""
    with privacy.opened(entries=[entry.pk]):
        KeptEntry.objects.filter(entry=entry).delete()


# --- Again: after the entry before, after an upgrade, after the term ------------------------------


def release(*, keys, owner, at):
    """Carry out the entries that waited for these, and in turn those waiting for them; return the
    number tried. Iterative, since a chain may be long."""
    count = 0
    while keys:
        held = Entry.objects.filter(state=State.HELD, corrects__in=keys, owner=owner)
        done = [_once_more(one, at) for one in held.order_by("pk")]
        keys = {one.key for one in done if one.state == State.ACCEPTED}
        count += len(done)
    return count


def again(*, entry, at):
    """Retry an entry that waited or met an error; return it."""
    done = _once_more(entry, at)
    if done.state == State.ACCEPTED:
        release(keys=[done.key], owner=done.owner, at=at)
    return done


def _once_more(entry, at):
    key = entry.key

    def work():
        lock_name(f"sync.{key}")
        return _again(_loaded(entry, at), at=at)

    done = _tried(work, key)
    if isinstance(done, Fault):
        with transaction.atomic():
            lock_name(f"sync.{key}")
            done = _again(_loaded(entry, at), at=at, fault=done)
    if done.state == State.ACCEPTED:
        parts.put_kept(entry=done, at=at)
    return done


def _loaded(entry, at):
    entry = locked(entry, "owner__organ", "device")
    entry.owner.acting(on=timezone.localdate(at))
    return entry


def _again(entry, *, at, fault=None):
    if entry.state not in {State.HELD, State.FAULT}:
        return entry
    before = entry.state
    with privacy.opened(entries=[entry.pk]):
        canonical = KeptEntry.objects.get(entry=entry).canonical
    command = _parsed(entry, canonical)
    if command is not None:
        put(entry, {"kind": command.kind, "made": command.made, "corrects": command.corrects})
        _carry_out(entry, command, at=at, fault=fault)
    if entry.state == before == State.HELD:
        return entry
    _store(entry, command, canonical, at)
    if before == State.FAULT and command is not None and not entry.parts.exists():
        # The version was unknown when the entry came.
        _name_parts(entry, command)
    return entry


def try_again(*, at, everything=False):
    """Retry faults: each once with every new version and otherwise once a day, busy ones each time.
    Also retry entries and photos that no longer need to wait. Return the number of entries carried
    out."""
    done = 0
    for entry in Entry.objects.filter(state=State.FAULT).order_by("pk"):
        if everything or _is_due(entry, at):
            done += again(entry=entry, at=at).state == State.ACCEPTED
    for entry in Entry.objects.filter(state=State.HELD).order_by("pk"):
        done += again(entry=entry, at=at).state == State.ACCEPTED
    left = Part.objects.filter(is_kept=True, entry__state=State.ACCEPTED)
    for entry in Entry.objects.filter(pk__in=left.values("entry")).select_related("owner__organ"):
        entry.owner.acting(on=timezone.localdate(at))
        parts.put_kept(entry=entry, at=at)
    return done


def _is_due(entry, at):
    if entry.cause == Cause.BUSY or entry.tried_with != __version__[:20]:
        return True
    return entry.tries < MOST_TRIES and entry.tried_at < at - timedelta(days=1)


def end_waiting(*, at):
    """Quarantine entries that waited too long for the entry they correct."""
    on = timezone.localdate(at)
    since = at - timedelta(days=parameters.number("sync.held_days", on=on))
    for one in Entry.objects.filter(state=State.HELD, received_at__lt=since).order_by("pk"):
        with transaction.atomic():
            entry = locked(one, "owner")
            if entry.state == State.HELD:
                words = _("The entry that this corrects did not come in time.")
                _decide(entry, State.QUARANTINED, Cause.WAITED, [words])
                _store(entry, None, b"", at)


def expire(*, at):
    """Delete content whose retention has expired; return the number of entries."""
    over = Entry.objects.filter(state__in=TO_DECIDE, expires_on__lt=timezone.localdate(at))
    pks = list(over.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            entry = locked(Entry(pk=pk), "owner")
            if entry.state in TO_DECIDE:
                end(entry, cause=Cause.EXPIRED, at=at)
                audit.record("entry.expired", "beat", entry, [entry.kind])
    return len(pks)


# --- Decided by a person ------------------------------------------------------------------------


@transaction.atomic
def drop(*, entry, by, reason, at):
    """Drop an entry that could not be carried out, with its photos, at its author's request."""
    entry = locked(entry, "owner")
    require(rules.may_decide(by, entry))
    put(entry, {"dropped_by": by, "reason": reason})
    end(entry, cause=Cause.BY_HAND, at=at)
    audit.record("entry.dropped", by, entry, values={"reason": reason})
    return entry


@transaction.atomic
def hand_over(*, entry, record, label, url, by, at):
    """Accept an entry that its author had carried out after all as `record`: attach its photos
    there and delete the rest."""
    entry = locked(entry, "owner__organ", "device")
    require(rules.may_carry_out(by, entry))
    entry.owner = by
    _decide(entry, State.ACCEPTED)
    named = {"noun": record._meta.label_lower, "record_id": record.pk}
    put(entry, named | {"record_label": str(label)[:80], "record_url": url[:200]})
    _settle(entry, at=at)
    entry.save()
    _forget(entry)
    parts.put_kept(entry=entry, at=at)
    audit.record("entry.settled", by, entry, values={"record": record.pk})
    return entry


def end(entry, *, cause, at, said=()):
    """Drop an entry: delete content and photos, and the messages, which may quote it. The row stays
    to answer repeated sending."""
    _decide(entry, State.DROPPED, cause, said)
    _settle(entry, at=at)
    entry.save()
    _forget(entry)
    parts.drop_all(entry)


# Field names, or endings of them, that the office may never read.
PRIVATE = (
    *("reflection", "raiser_name", "raiser_phone", "side_a", "side_a_phone"),
    *("side_b", "side_b_phone", "answers"),
)


@transaction.atomic
def read_kept(*, entry, by):
    """Return the entry as written, {} if nothing is kept. Its author reads all of it; the office
    reads neither reflections nor contacts, nor reports on a person's conduct."""
    require(rules.may_read(by, entry))
    with privacy.opened(entries=[entry.pk]):
        kept = KeptEntry.objects.filter(entry=entry).first()
    written = kept.written if kept else {}
    if entry.owner_id == by.pk:
        return written
    audit.record("entry.read", by, entry)
    fields = written.get("fields")
    if not isinstance(fields, dict):
        return {}
    fields = without_conduct({name: v if isinstance(v, list) else [] for name, v in fields.items()})
    known = fields_of(written.get("kind"), fields)
    shown = {name: v for name, v in fields.items() if _is_for_the_office(known, name)}
    return {name: v for name, v in written.items() if name != "base"} | {"fields": shown}


def _is_for_the_office(known, name):
    """Whether the office may read the field: it must be a known field of the forms and not private.
    Unknown names may hold anything."""
    part = PART.fullmatch(name)
    fields, code = (MatterPartForm.base_fields, part[2]) if part else (known, name)
    # `_text` is the typed alternative to a picker.
    field = code if code in fields else code.removesuffix("_text")
    return (field in fields or field == "move") and field not in PRIVATE
