"""A tiny in-process server of docs/sync.md that can be told to misbehave.

It proves that the harness notices errors: its records are judged like the portal's rows.
"""

import asyncio
import base64
import json
import re
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chaos import letters, line, plan
from chaos.phone import Device
from chaos.verdict import Stored

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
TOLD_KEY = {"id": "k1", "public": base64.b64encode(PUBLIC).decode()}
VERSION = {"least": 1, "most": 1}


@dataclass
class Row:
    id: str
    hash: str
    owner: str
    entry: dict
    state: str = ""
    parts: dict = field(default_factory=dict)


@dataclass
class Growing:
    sealed: bytearray = field(default_factory=bytearray)
    state: str = "waiting"
    photo: bytes = b""


class Fake:
    """`flaw` is what it does wrong; `rng` decides when."""

    today = date(2026, 11, 11)

    def __init__(self, flaw="", rng=None, one_in=10):
        self.flaw, self.rng, self.one_in = flaw, rng, one_in
        self.owners, self.rows = {}, {}
        self.devices, self.revoked = {}, set()
        # {id of the entry that made the record: list of texts}
        self.records = defaultdict(list)

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_problem):
        self.server.close()

    def writer(self, n):
        told = {"device": str(uuid.uuid4()), "secret": f"secret-{n}", "key": TOLD_KEY}
        writer = plan.Writer(f"writer-{n}", "1")
        self.owners[f"Portal-Device {told['device']}.{told['secret']}"] = writer.username
        self.devices[n] = writer.username
        return writer, Device.of(told)

    def prepare(self):
        """No preparation: its writers only write visits."""

    def revoke(self, n):
        self.revoked.add(self.devices[n])

    def end_waiting(self, username):
        for row in self.rows.values():
            if row.owner == username and row.state == "held":
                row.state = "quarantined"

    # What it has stored in the end --------------------------------------------------------------

    def stored(self, written):
        return [
            Stored(
                row.id,
                row.hash,
                row.state,
                "",
                len(self.records[self._first(row)]),
                tuple(self.records[self._first(row)]),
                int(row.entry["fields"].get("matters-TOTAL_FORMS", ["0"])[0]),
                frozenset() if self._is_hidden(row) else frozenset([row.owner]),
                {
                    sha: one.state == "stored" and letters.sha256(one.photo) == sha
                    for sha, one in row.parts.items()
                },
            )
            for row in self.rows.values()
        ]

    def extra(self, written):
        return set(self.records) - {one.id for one in written}

    def _first(self, row):
        return row.entry.get("corrects") or row.id

    def _is_hidden(self, row):
        return self.flaw == "hides" and row.state != "accepted"

    # Requests -----------------------------------------------------------------------------------

    async def _serve(self, reader, writer):
        try:
            head, body = await line.whole_message(reader)
            status, told = self._answer(head, body)
            text = json.dumps(told | {"version": VERSION}).encode()
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\n\r\n"
            writer.write(head.encode() + text)
            await writer.drain()
        except line.BROKEN:
            pass
        finally:
            writer.close()

    def _answer(self, head, body):
        method, path, _version = head.split(b"\r\n", 1)[0].decode().split(" ")
        headers = line.headers_of(head)
        owner = self.owners.get(headers.get("authorization"))
        if owner is None:
            return 401, {}
        asked = urlsplit(path)
        if method == "POST" and asked.path == "/sync/v1/entries/":
            sent = json.loads(body)["entries"]
            if self.flaw == "turns away" and any(int(one["hash"], 16) % 10 == 0 for one in sent):
                return 400, {}
            return 200, {"entries": [self._take(one, owner) for one in sent]}
        if method == "GET" and asked.path == "/sync/v1/receipts/":
            ids = parse_qs(asked.query)["id"]
            return 200, {"entries": [one for id in ids for one in self._receipts(id)]}
        if found := re.fullmatch(r"/sync/v1/parts/([^/]+)/([^/]+)/", asked.path):
            query = parse_qs(asked.query)
            return 200, self._part(
                *found.groups(), int(query["at"][0]), int(query["size"][0]), body
            )
        return 404, {}

    def _take(self, sent, owner):
        key = sent["id"], sent["hash"]
        if key in self.rows and self.flaw != "doubles":
            return self._receipt(self.rows[key])
        try:
            sealed = base64.b64decode(sent["letter"].split(".")[2], validate=True)
            content = letters.SUITE.decrypt(sealed, KEY, letters.purpose(sent["id"]))
        except Exception:
            content = b""
        if letters.sha256(content) != sent["hash"]:
            return {"id": sent["id"], "hash": sent["hash"], "state": "unreadable", "parts": []}
        row = Row(*key, owner, json.loads(content))
        row.parts = {one["sha256"]: Growing() for one in row.entry["parts"]}
        row.state = self._carry_out(row)
        if self.flaw == "forgets" and self.rng.randrange(self.one_in) == 0:
            # It acknowledges the entry without storing it.
            self.records.pop(row.id, None)
            return self._receipt(row) | {
                "parts": [{"sha256": s, "state": "stored", "received": 0} for s in row.parts]
            }
        self.rows[key] = row
        for other in list(self.rows.values()):
            if other.state == "held" and other.entry["corrects"] == row.id:
                other.state = self._carry_out(other)
        return self._receipt(row)

    def _carry_out(self, row):
        text = row.entry["fields"]["summary"][0]
        if self.flaw == "alters" and self.rng.randrange(self.one_in) == 0:
            text = text[:-1]
        first = row.entry.get("corrects")
        if first and row.owner in self.revoked:
            return "quarantined"
        if first:
            if not self.records[first]:
                return "held"
            self.records[first] = [text]
            return "accepted"
        known = [o for o in self.rows.values() if o.id == row.id and o.hash != row.hash]
        if known:
            return "differs"
        if row.owner in self.revoked and self.flaw != "trusts all":
            return "quarantined"
        if row.entry["fields"]["visited_on"][0] > f"{self.today}":
            return "quarantined"
        if self.flaw == "refuses" and self.rng.randrange(self.one_in) == 0:
            return "fault"
        self.records[row.id].append(text)
        if self.flaw == "invents" and self.rng.randrange(self.one_in) == 0:
            self.records[str(uuid.uuid4())].append(text)
        return "accepted"

    def _receipts(self, id):
        """Return all receipts of an id, since it may have come with several hashes."""
        found = [self._receipt(row) for (known, _hash), row in self.rows.items() if known == id]
        return found or [{"id": id, "hash": None, "state": "unknown", "parts": []}]

    def _receipt(self, row):
        parts = [
            {"sha256": sha, "state": one.state, "received": len(one.sealed)}
            for sha, one in row.parts.items()
        ]
        if self.flaw == "names no parts":
            parts = []
        return {"id": row.id, "hash": row.hash, "state": row.state, "said": [], "parts": parts}

    def _part(self, id, sha, at, size, body):
        for row in self.rows.values():
            if row.id == id and sha in row.parts:
                part = row.parts[sha]
                break
        else:
            return {"received": 0, "state": "unknown"}
        if part.state == "waiting" and at == len(part.sealed):
            part.sealed += body
        if part.state == "waiting" and len(part.sealed) >= size:
            self._whole(part, letters.purpose(id, sha))
        return {"received": len(part.sealed), "state": part.state}

    def _whole(self, part, purpose):
        try:
            sealed = bytes(part.sealed).split(b".", 2)[2]
            part.photo = letters.SUITE.decrypt(sealed, KEY, purpose)
        except Exception:
            part.sealed.clear()
            return
        if self.flaw == "spoils photos":
            part.photo = part.photo[:-1]
        part.state = "stored"
