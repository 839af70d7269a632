"""A phone that follows docs/sync.md to the letter: an outbox, and the sender that empties it.

It neither sends nor sleeps: `next` returns what to send, or when to ask again, and `take` receives
the response. The caller does the rest (chaos/line.py, bench/sync.py).
"""

import json
import sqlite3
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from chaos import letters

CHUNK = 16_384
MOST_ENTRIES, MOST_RECEIPTS = 50, 100
# A body over 1 MB is refused; a batch of letters stays well below.
MOST_BYTES = 900_000
VERSION = 1

# States in which the phone deletes an entry, once every part is final too.
FINAL = {"accepted", "differs", "quarantined", "fault", "dropped"}
FINAL_PARTS = {"stored", "refused"}


@dataclass(frozen=True)
class Pace:
    """Times in seconds: the first and longest wait between two tries, and the timeout of a
    response.

    The timeout is `silence` plus `each` for each entry of a request, and grows with each try, so
    that a slow portal is not asked forever with the same timeout.
    """

    first: float = 1
    most: float = 300
    silence: float = 30
    each: float = 0
    # Whether a request takes a random number of entries, rather than as many as possible.
    is_uneven: bool = False

    def patience(self, count, tries):
        return (self.silence + self.each * count) * 1.5 ** min(tries, 8)


@dataclass(frozen=True)
class Device:
    """The response to enrolling."""

    id: str
    secret: str
    key: letters.Key

    @classmethod
    def of(cls, told):
        return cls(told["device"], told["secret"], letters.Key(told["key"]))


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes
    # The rows of the outbox that the request is about.
    entries: tuple = ()
    part: tuple = ()
    # Number of entries that the phone still holds.
    unsent: int = 0
    # Timeout in seconds.
    patience: float = 30


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """An entry as its author remembers it, whatever happens to the phone."""

    id: str
    hash: str
    entry: dict
    # {SHA-256 of a photo: its bytes}
    photos: dict


TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    n INTEGER PRIMARY KEY, id TEXT, hash TEXT, letter TEXT,
    stage TEXT DEFAULT 'new', tries INTEGER DEFAULT 0, due REAL DEFAULT 0,
    alone INTEGER DEFAULT 0, why TEXT DEFAULT ''
);
CREATE TABLE IF NOT EXISTS part (
    entry INTEGER, sha256 TEXT, sealed BLOB, received INTEGER DEFAULT 0, final INTEGER DEFAULT 0,
    PRIMARY KEY (entry, sha256)
);
CREATE INDEX IF NOT EXISTS next_entry ON entry (stage, due);
"""


class Outbox:
    """Letters and sealed photos, in memory or in a file that outlives the phone's process."""

    def __init__(self, path=":memory:"):
        self.path = str(path)
        self.rows = sqlite3.connect(self.path)
        self.rows.execute("PRAGMA synchronous = OFF")
        self.rows.executescript(TABLES)

    def reopened(self):
        """Reopen the outbox as the next process would; one in memory stays as it is."""
        if self.path == ":memory:":
            return self
        self.rows.close()
        return Outbox(self.path)

    def put(self, written, key):
        """Save entry and photos in one transaction; the entry counts as saved only after it."""
        letter = key.entry(letters.canonical(written.entry), written.id)
        with self.rows:
            row = self.rows.execute(
                "INSERT INTO entry (id, hash, letter) VALUES (?, ?, ?)",
                (written.id, written.hash, letter),
            )
            self.rows.executemany(
                "INSERT INTO part (entry, sha256, sealed) VALUES (?, ?, ?)",
                [
                    (row.lastrowid, sha, key.part(content, written.id, sha))
                    for sha, content in written.photos.items()
                ],
            )

    def ask(self, sql, *values):
        return self.rows.execute(sql, values).fetchall()

    def change(self, sql, *values):
        self.rows.execute(sql, values)


class Phone:
    def __init__(self, device, outbox, rng, pace=Pace()):  # noqa: B008 (it is frozen)
        self.device, self.outbox, self.rng, self.pace = device, outbox, rng, pace
        # Why sending has stopped: "401" or "version".
        self.stopped = ""
        self.paused_until = 0.0
        # {(id, hash): the state for which the phone deleted the entry}
        self.said = {}

    # Writing ----------------------------------------------------------------------------------

    def write(self, *, id, kind, fields, made, photos=(), **more):
        """Save an entry on the phone; `more` may hold about, corrects and base."""
        named = {letters.sha256(content): content for content in photos}
        entry = {
            "v": VERSION,
            "id": id,
            "kind": kind,
            "device": self.device.id,
            "fields": fields,
            "made": made,
            "parts": [
                {"name": f"{n}.jpg", "sha256": sha, "size": len(content)}
                for n, (sha, content) in enumerate(named.items(), 1)
            ],
            **more,
        }
        written = Written(id, letters.sha256(letters.canonical(entry)), entry, named)
        self.outbox.put(written, self.device.key)
        return written

    @property
    def unsent(self):
        """Return (id, hash, why) of each entry still on the phone; `why` is empty while it is being
        sent."""
        return self.outbox.ask("SELECT id, hash, why FROM entry ORDER BY n")

    @property
    def is_done(self):
        """Whether only entries that need help are left."""
        return not self.outbox.ask("SELECT 1 FROM entry WHERE stage <> 'help' LIMIT 1")

    # Requests -----------------------------------------------------------------------------------

    def next(self, now):
        """Return a Request, or the time to ask again, or None if there is nothing to send."""
        if self.stopped or self.is_done:
            return None
        if now < self.paused_until:
            return self.paused_until
        due = self._texts(now) or self._questions(now) or self._chunk(now)
        if due is None:
            return self._soonest()
        marks = ", ".join("?" * len(due.entries))
        rows = [n for n, _id, _hash in due.entries]
        ((tries,),) = self.outbox.ask(f"SELECT max(tries) FROM entry WHERE n IN ({marks})", *rows)
        patience = self.pace.patience(0 if due.part else len(rows), tries)
        return replace(due, unsent=self._count(), patience=patience)

    @property
    def left(self):
        """Return (entries, bytes and parts of them that have not arrived), which decreases with any
        progress."""
        ((entries, parts),) = self.outbox.ask(
            "SELECT (SELECT count(*) FROM entry),"
            " (SELECT coalesce(sum(length(sealed) - received + 1 - final), 0) FROM part)"
        )
        return entries, parts

    def _count(self):
        return self.outbox.ask("SELECT count(*) FROM entry")[0][0]

    def _texts(self, now):
        rows = self.outbox.ask(
            "SELECT n, id, hash, letter, alone FROM entry WHERE stage = 'new' AND due <= ?"
            " ORDER BY alone, n LIMIT ?",
            now,
            self.rng.randint(1, MOST_ENTRIES) if self.pace.is_uneven else MOST_ENTRIES,
        )
        chosen, size = [], 0
        for n, id, hash, letter, alone in rows:
            size += len(letter) + 200
            if chosen and (alone or size > MOST_BYTES):
                break
            chosen.append((n, id, hash, letter))
        if not chosen:
            return None
        body = {"entries": [{"id": i, "hash": h, "letter": letter} for _n, i, h, letter in chosen]}
        rows = tuple(row[:3] for row in chosen)
        return Request("POST", "/sync/v1/entries/", json.dumps(body).encode(), rows)

    def _questions(self, now):
        rows = self.outbox.ask(
            "SELECT n, id, hash FROM entry WHERE stage = 'ask' AND due <= ? ORDER BY n LIMIT ?",
            now,
            MOST_RECEIPTS,
        )
        if not rows:
            return None
        # An id may occur twice, with different contents.
        query = urlencode([("id", one) for one in dict.fromkeys(row[1] for row in rows)])
        return Request("GET", f"/sync/v1/receipts/?{query}", b"", tuple(rows))

    def _chunk(self, now):
        rows = self.outbox.ask(
            "SELECT e.n, e.id, e.hash, p.sha256, p.received, length(p.sealed),"
            " substr(p.sealed, p.received + 1, ?) FROM entry e JOIN part p ON p.entry = e.n"
            " WHERE e.stage = 'parts' AND e.due <= ? AND NOT p.final"
            " AND p.received < length(p.sealed) ORDER BY e.n, p.rowid LIMIT 1",
            CHUNK,
            now,
        )
        if not rows:
            return None
        n, id, hash, sha, at, size, chunk = rows[0]
        path = f"/sync/v1/parts/{id}/{sha}/?at={at}&size={size}"
        return Request("PUT", path, chunk, ((n, id, hash),), (sha, size))

    def _soonest(self):
        return self.outbox.ask("SELECT min(due) FROM entry WHERE stage <> 'help'")[0][0]

    # Responses ----------------------------------------------------------------------------------

    def take(self, request, answer, now):
        """Process a response; `answer` is None for silence. Only the portal's own response
        decides."""
        told = _told(answer)
        with self.outbox.rows:
            if told is None or answer.status >= 500:
                self._again(request, now)
            elif not told["version"]["least"] <= VERSION <= told["version"]["most"]:
                self.stopped = "version"
            elif answer.status == 401:
                self.stopped = "401"
            elif answer.status == 429:
                self.paused_until = now + _seconds(answer.headers.get("retry-after", ""))
            elif answer.status in (400, 413):
                self._needs_help(request, str(answer.status))
            elif answer.status == 200:
                try:
                    self._read(request, told, now)
                except (KeyError, TypeError, ValueError, AttributeError):
                    self._again(request, now)
            else:
                self._again(request, now)

    def _read(self, request, told, now):
        if request.part:
            self._part_answered(request, told, now)
            return
        receipts = told["entries"]
        if request.method == "POST":
            if [one["id"] for one in receipts] != [row[1] for row in request.entries]:
                raise ValueError("These are not the entries that were sent.")
            pairs = zip(request.entries, receipts, strict=True)
        else:
            # An id that was sent with several hashes has several receipts.
            found = {one["id"]: one for one in receipts}
            exact = {(one["id"], one["hash"]): one for one in receipts}
            pairs = [(row, exact.get(row[1:]) or found[row[1]]) for row in request.entries]
        for row, receipt in list(pairs):
            self._receipt(row, receipt, now, is_sent=request.method == "POST")

    def _receipt(self, row, receipt, now, *, is_sent):
        n, id, hash = row
        state = receipt["state"]
        if state == "unreadable":
            self._set(n, stage="help", why=state)
            return
        if state == "unknown" or receipt["hash"] != hash:
            # A receipt of another entry with this id does not count for this one.
            if is_sent:
                self._later(n, now)
            else:
                self.outbox.change("UPDATE part SET received = 0 WHERE entry = ?", n)
                self._set(n, stage="new", due=now)
            return
        named = {one["sha256"]: one for one in receipt["parts"]}
        waits = False
        for sha, size, is_final in self._parts(n):
            one = named.get(sha)
            if one and one["state"] in FINAL_PARTS:
                self.outbox.change(
                    "UPDATE part SET final = 1 WHERE entry = ? AND sha256 = ?", n, sha
                )
                continue
            if is_final:
                # The part was reported as final before, but no longer is: send it again.
                self.outbox.change(
                    "UPDATE part SET final = 0, received = 0 WHERE entry = ? AND sha256 = ?", n, sha
                )
            kept = one["received"] if one and one["state"] == "waiting" else 0
            self._received(n, sha, size, kept)
            waits = True
        if state in FINAL and not waits:
            self.said[id, hash] = state
            self.outbox.change("DELETE FROM part WHERE entry = ?", n)
            self.outbox.change("DELETE FROM entry WHERE n = ?", n)
        elif self._has_more_to_send(n):
            self._set(n, stage="parts", due=now, tries=0)
        elif state in FINAL or state == "held":
            self._later(n, now, stage="ask")
        else:
            raise ValueError(f"No such state: {state}")

    def _part_answered(self, request, told, now):
        (n, _id, _hash), (sha, size) = request.entries[0], request.part
        state = told["state"]
        if state == "unknown":
            self.outbox.change("UPDATE part SET received = 0 WHERE entry = ?", n)
            self._later(n, now, stage="new")
        elif state == "differs":
            self._received(n, sha, size, 0)
            self._later(n, now)
        elif state in FINAL_PARTS:
            self.outbox.change("UPDATE part SET final = 1 WHERE entry = ? AND sha256 = ?", n, sha)
            self._set(n, tries=0)
        elif state == "waiting":
            self._received(n, sha, size, told["received"])
            self._set(n, tries=0)
        else:
            raise ValueError(f"No such state: {state}")
        if state in FINAL_PARTS | {"waiting"} and not self._has_more_to_send(n):
            # Only the receipt decides.
            self._set(n, stage="ask", due=now)

    def _received(self, n, sha, size, count):
        if not 0 <= count <= size:
            raise ValueError(f"{count} bytes cannot have been received.")
        self.outbox.change(
            "UPDATE part SET received = ? WHERE entry = ? AND sha256 = ?", count, n, sha
        )

    def _parts(self, n):
        return self.outbox.ask(
            "SELECT sha256, length(sealed), final FROM part WHERE entry = ? ORDER BY rowid", n
        )

    def _has_more_to_send(self, n):
        return bool(
            self.outbox.ask(
                "SELECT 1 FROM part WHERE entry = ? AND NOT final AND received < length(sealed)"
                " LIMIT 1",
                n,
            )
        )

    def _needs_help(self, request, why):
        """Mark the entry as needing help. If there are several, it is unknown which was refused:
        send each once more, alone."""
        if len(request.entries) > 1:
            for n, _id, _hash in request.entries:
                self._set(n, stage="new", alone=1)
            return
        self._set(request.entries[0][0], stage="help", why=why)

    def _again(self, request, now):
        """Handle silence: it is unknown whether the request arrived, so ask, or send again."""
        for n, _id, _hash in request.entries:
            if request.method == "POST" and self.rng.random() < 0.5:
                self._later(n, now, stage="ask")
            else:
                self._later(n, now)

    def _later(self, n, now, stage=None):
        ((tries, was),) = self.outbox.ask("SELECT tries, stage FROM entry WHERE n = ?", n)
        longest = min(self.pace.most, self.pace.first * 2 ** min(tries, 20))
        due = now + longest * (0.5 + self.rng.random() / 2)
        self._set(n, stage=stage or was, due=due, tries=tries + 1)

    def _set(self, n, **values):
        names = ", ".join(f"{name} = ?" for name in values)
        self.outbox.change(f"UPDATE entry SET {names} WHERE n = ?", *values.values(), n)


def _told(answer):
    """Return the portal's response; None if it came from somewhere else (a captive portal, a
    gateway) or is truncated."""
    if answer is None:
        return None
    try:
        told = json.loads(answer.body)
        version = told["version"]
        if isinstance(version["least"], int) and isinstance(version["most"], int):
            return told
    except (ValueError, KeyError, TypeError):
        pass
    return None


def _seconds(text):
    return float(text) if text.isdigit() else 1.0
