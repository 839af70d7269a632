"""The server's answers on entries, in the format of docs/sync.md."""

from collections import defaultdict

from sync.models import Entry, Part

VERSION = {"least": 1, "most": 1}
UNKNOWN, UNREADABLE = "unknown", "unreadable"


def of_entries(entries):
    """The receipts of these rows, in their order, with one query."""
    parts = defaultdict(list)
    for part in Part.objects.filter(entry__in=entries).order_by("pk"):
        parts[part.entry_id].append(part)
    return [of_entry(entry, parts[entry.pk]) for entry in entries]


def of_entry(entry, parts):
    return {
        "id": str(entry.key),
        "hash": entry.hash,
        "state": entry.state,
        "said": entry.said,
        "record": entry.record,
        "parts": [
            {"sha256": one.sha256, "state": one.state, "received": one.received} for one in parts
        ],
    }


def without_row(key, digest, state, said=()):
    """Return the receipt of an entry without a row: never arrived, or unreadable."""
    return {
        "id": key,
        "hash": digest,
        "state": state,
        "said": list(said),
        "record": None,
        "parts": [],
    }


def asked_for(device, keys):
    """Return the receipts for these ids; several for an id that came with several hashes."""
    found = defaultdict(list)
    rows = Entry.objects.filter(key__in=keys, owner=device.owner_id).order_by("pk")
    for receipt in of_entries(list(rows)):
        found[receipt["id"]].append(receipt)
    return [
        receipt
        for key in keys
        for receipt in found[str(key)] or [without_row(str(key), None, UNKNOWN)]
    ]
