"""The audit: one entry for each change or reveal, sealed into a chain later.

Entries hold ids, event and field names and a keyed digest, never contents. They are inserted in
the transaction of the change, without a link; every few seconds one sealer chains the committed
entries (chaining at insert was 13 times slower).
"""

import contextlib
import contextvars
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from portal.models import AuditEntry, AuditSeal
from portal.tools.parts import in_parts
from portal.tools.waiting_rows import WaitingRows
from portal.trust import keys

SEAL_BATCH = 5_000
# `verify` reports entries that are committed later than this; web transactions end long before.
SETTLED_AFTER = timedelta(hours=1)

_address = contextvars.ContextVar("audit_address", default=None)
_by_way_of = contextvars.ContextVar("audit_by_way_of", default="")
ENTRIES = WaitingRows(AuditEntry, database_sets=["at"])


@contextlib.contextmanager
def from_address(address):
    """Put the network address into all entries made inside."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


@contextlib.contextmanager
def through(mark):
    """Append the means by which an account acted (“T12”, its token) to its name in entries made
    inside."""
    token = _by_way_of.set(mark)
    try:
        yield
    finally:
        _by_way_of.reset(token)


def _named(person):
    mark = _by_way_of.get()
    return f"{person.username} {mark}" if mark else person.username


def record(event, by, on=None, fields=(), values=None, *, principal=None, noun=""):
    """Add an entry. `by` is a user or the name of the process that acted; `on` is the record, and
    `noun` names the subject if there is no record."""
    entry = _entry(event, by, on, fields, values, principal)
    entry.noun = entry.noun or noun
    ENTRIES.save([entry])
    return entry


def record_each(event, by, records, fields=(), *, principal=None):
    """One entry for each (record, values) of an act that touched several, in one statement."""
    ENTRIES.save([_entry(event, by, on, fields, values, principal) for on, values in records])


def _entry(event, by, on, fields, values, principal):
    person = by if hasattr(by, "pk") else None
    return AuditEntry(
        actor_id=person.pk if person else None,
        actor=_named(person) if person else by,
        principal_id=principal.pk if principal else None,
        event=event,
        noun=on._meta.model_name if on is not None else "",
        noun_id=on.pk if on is not None else None,
        fields=sorted(fields),
        digest=digest(values) if values is not None else "",
        address=_address.get(),
    )


def digest(values):
    """Keyed digest of written values: proves contents later without storing them."""
    text = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hmac.new(settings.KEYS.audit_key, text.encode(), hashlib.sha256).hexdigest()


def seal():
    """Chain the committed entries that have no seal yet; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('portal.records.audit.seal'))")
        if not cursor.fetchone()[0]:
            return 0
        last = AuditSeal.objects.order_by("-number").first()
        key = settings.KEYS.seal_key_id
        if last and keys.age(last.key) > keys.age(key):
            # A node with a newer key has sealed already; an older key never follows it in a chain.
            return 0
        cursor.execute(
            "SELECT coalesce(max(highest_id), 0) FROM portal_auditseal"
            " WHERE at < portal_clock() - %s",
            [SETTLED_AFTER],  # pyright: ignore[reportArgumentType]  # psycopg takes it
        )
        settled = cursor.fetchone()[0]
        cursor.execute(
            "SELECT id FROM portal_auditentry e WHERE id > %s AND NOT EXISTS ("
            " SELECT 1 FROM (SELECT unnest(entry_ids) AS id FROM portal_auditseal"
            " WHERE highest_id > %s) s WHERE s.id = e.id) ORDER BY id LIMIT %s",
            [settled, settled, SEAL_BATCH],
        )
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        number = last.number + 1 if last else 1
        entries = AuditEntry.objects.filter(pk__in=ids)
        mac = _mac(settings.KEYS.seal_key(key), number, last.mac if last else "", entries)
        AuditSeal.objects.create(number=number, entry_ids=ids, highest_id=ids[-1], mac=mac, key=key)
        return len(ids)


def _mac(key, number, mac_before, entries):
    chain = hmac.new(key, f"{number}|{mac_before}".encode(), hashlib.sha256)
    for entry in entries.order_by("pk").iterator(chunk_size=2000):
        # Another order would break existing chains.
        sealed = [entry.pk, entry.at.isoformat(timespec="microseconds"), entry.actor_id]
        sealed += [entry.principal_id, entry.actor, entry.event, entry.noun, entry.noun_id]
        sealed += [entry.fields, entry.digest, entry.address]
        chain.update(json.dumps(sealed).encode())
    return chain.hexdigest()


@dataclass(frozen=True)
class Verification:
    sealed: int
    younger: int
    problems: tuple[str, ...]


def verify():
    """Recompute the whole chain."""
    problems, sealed, mac_before, key_before, expected, last_at = [], 0, "", "", 1, None
    for link in in_parts(AuditSeal.objects, "number", 200):
        if link.number != expected:
            problems.append(f"seal {expected} is missing")
        if problem := _problem_of(link, mac_before, key_before):
            problems.append(f"seal {link.number} {problem}")
        expected, mac_before, last_at = link.number + 1, link.mac, link.at
        key_before = link.key
        sealed += len(link.entry_ids)
    younger = AuditEntry.objects.count() - sealed
    if last_at is not None:
        late = AuditEntry.objects.filter(at__lt=last_at - SETTLED_AFTER).count()
        older = _sealed_before(last_at - SETTLED_AFTER)
        if late > older:
            problems.append(f"{late - older} old entries stand outside the chain")
    return Verification(sealed, max(younger, 0), tuple(problems))


def _problem_of(link, mac_before, key_before):
    if keys.age(link.key) < keys.age(key_before):
        return "is made with an older key than the one before"
    try:
        key = settings.KEYS.seal_key(link.key)
    except KeyError:
        return f"is made with the key {link.key}, which the keys file does not have"
    entries = AuditEntry.objects.filter(pk__in=link.entry_ids)
    if _mac(key, link.number, mac_before, entries) != link.mac:
        return f"does not match its {len(link.entry_ids)} entries"
    return ""


def _sealed_before(moment):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM portal_auditentry e WHERE e.at < %s AND e.id IN"
            " (SELECT unnest(entry_ids) FROM portal_auditseal)",
            [moment],
        )
        return cursor.fetchone()[0]
