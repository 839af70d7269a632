"""Entries, photos and receipts (docs/sync.md, sync/openapi.json)."""

import re

from portal.tools import asked
from sync import kinds, receipts
from sync.actions import entries, parts
from sync.views.calls import Wrong, answer, body_of, call, json_of

MOST_ENTRIES = 50
MOST_ASKED = 100
# Space is freed when a person decides on kept entries; until then the phone keeps its data.
LATER = {"Retry-After": "3600"}
_HASH = re.compile(r"[0-9a-f]{64}")


@call("POST")
def take_entries(request, *, device, at):
    sent = json_of(request).get("entries")
    if not isinstance(sent, list) or len(sent) > MOST_ENTRIES:
        raise Wrong("entries")
    sent = [_sent(one) for one in sent]
    if entries.has_too_many(device.owner):
        raise Wrong("too many kept", 429, **LATER)
    return answer({"entries": entries.receive(device=device, sent=sent, at=at)})


def _sent(one):
    names = ("id", "hash", "letter")
    if not isinstance(one, dict) or not all(isinstance(one.get(name), str) for name in names):
        raise Wrong("entry")
    if not _HASH.fullmatch(one["hash"]) or len(one["id"]) > 64:
        raise Wrong("entry")
    return entries.Sent(**{name: one[name] for name in names})


@call("PUT")
def take_chunk(request, key, sha256, *, device, at):
    offset, size = (asked.whole_number(request.GET.get(name, "")) for name in ("at", "size"))
    if offset is None or not size or size > kinds.MOST_BYTES_OF_A_PART + 128:
        raise Wrong("at and size")
    content = body_of(request, parts.MOST_OF_A_CHUNK)
    if offset + len(content) > size:
        raise Wrong("out of range")
    if not offset and parts.has_too_much(device.owner, size):
        raise Wrong("too much kept", 429, **LATER)
    received, state = parts.receive(
        device=device, key=key, sha256=sha256, offset=offset, size=size, content=content, at=at
    )
    return answer({"received": received, "state": state})


@call("GET")
def give_receipts(request, *, device, at):
    asked_for = request.GET.getlist("id")
    if len(asked_for) > MOST_ASKED:
        raise Wrong("too many ids")
    try:
        keys = [kinds.uuid_of(one) for one in asked_for]
    except ValueError as problem:
        raise Wrong("id") from problem
    return answer({"entries": receipts.asked_for(device, dict.fromkeys(keys))})
