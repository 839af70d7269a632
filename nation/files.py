"""The signed file: the published totals of one cell, for provinces that open no port.

Compressed with gzip: a header in JSON, its signature (Ed25519, base64), and a line for each row,
figures before places. The header has the digest of the rows.
"""

import base64
import binascii
import gzip
import hashlib
import io
import json
import os
import re
import zlib
from datetime import date, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

from nation import wire
from nation.folding import window

FORMAT = "portal-totals"
# Limit of the unpacked size: a province has a million rows of sixty bytes.
LONGEST = 256 << 20
_ROW = [re.compile(one) for one in (wire.FIGURE, wire.DIVISION, wire.ORGAN)]


class FileProblem(Exception):
    """Why a file is not taken in, in one sentence."""


# --- The cell's key ------------------------------------------------------------------------------


def private_key():
    """The key that signs this cell's files, made on first use. It gives no access to anything."""
    path = settings.VAR_DIR / "nation-key"
    if not path.exists():
        fresh = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw())
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh)
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes()))


def public_text(key):
    """The public key as text, for the register of the nation."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def public_key(text):
    """Parse the text of a public key; raises FileProblem."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error) as trouble:
        raise FileProblem(_("This is not the key of a province.")) from trouble


# --- Written in a cell ---------------------------------------------------------------------------


def write(target: Path):
    """Write the published totals; returns (as of, rows). Raises FileProblem if nothing has been
    folded yet."""
    with window().cursor() as cursor:
        cursor.execute(
            "SELECT version, as_of FROM nation_cellstate WHERE cell = %s", [settings.CELL]
        )
        state = cursor.fetchone()
        if state is None:
            raise FileProblem(_("Nothing has been folded yet: a worker with a beat does it."))
        cursor.execute(
            "SELECT figure, division_code, organ_code, day, part, n FROM nation_celltotal"
            " WHERE cell = %s ORDER BY 1, 2, 3, 4, 5",
            [settings.CELL],
        )
        rows = cursor.fetchall()
    version, as_of = state
    packed = signed(settings.CELL, version, as_of, rows, private_key())
    aside = target.with_name(f"{target.name}.partial")
    aside.write_bytes(packed)
    aside.replace(target)
    return as_of, len(rows)


def signed(cell, version, as_of, rows, key):
    body = "".join("\t".join(_words(row)) + "\n" for row in rows).encode()
    return sealed(cell, version, as_of, len(rows), body, key)


def sealed(cell, version, as_of, count, body, key):
    head = json.dumps(
        {
            "format": FORMAT,
            "version": version,
            "cell": cell,
            "as_of": as_of.isoformat(),
            "rows": count,
            "sha256": hashlib.sha256(body).hexdigest(),
        },
        sort_keys=True,
    ).encode()
    return gzip.compress(head + b"\n" + base64.b64encode(key.sign(head)) + b"\n" + body, 6)


def _words(row):
    figure, division, organ, day, part, n = row
    return figure, division, organ, f"{day:%Y-%m}", part, "" if n is None else str(n)


# --- Read in the nation --------------------------------------------------------------------------


def read(packed, key_of):
    """(cell, version, as of, rows) of a file whose signature is that of `key_of(cell)`.

    `key_of` returns the text of a public key or raises FileProblem.
    """
    lines = io.BytesIO(_unpacked(packed))
    head, signature = lines.readline().rstrip(b"\n"), lines.readline().rstrip(b"\n")
    body = lines.read()
    told = _told(head)
    cell = told["cell"]
    try:
        public_key(key_of(cell)).verify(base64.b64decode(signature, validate=True), head)
    except (InvalidSignature, ValueError) as trouble:
        raise FileProblem(
            _("The file is not signed with the key of %(cell)s; nothing was taken in.")
            % {"cell": cell}
        ) from trouble
    if told["version"] != wire.VERSION:
        raise FileProblem(
            _("The file has version %(theirs)s, the nation reads version %(ours)s.")
            % {"theirs": told["version"], "ours": wire.VERSION}
        )
    if hashlib.sha256(body).hexdigest() != told["sha256"]:
        raise FileProblem(_("The file is damaged: its rows are not those that were signed."))
    return cell, told["version"], told["as_of"], _rows(body, told["rows"])


def _unpacked(packed):
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            found = file.read(LONGEST + 1)
    except (OSError, EOFError, zlib.error) as trouble:
        raise FileProblem(_("This is not a file of totals.")) from trouble
    if len(found) > LONGEST:
        raise FileProblem(_("The file is too large to be one of totals."))
    return found


def _told(head):
    try:
        told = json.loads(head)
        if told["format"] != FORMAT or not re.search(wire.CELL, told["cell"]):
            raise ValueError("of another kind")
        told["as_of"] = datetime.fromisoformat(told["as_of"])
        if told["as_of"].tzinfo is None or not isinstance(told["rows"], int):
            raise ValueError("no moment")
        return told | {"sha256": str(told["sha256"]), "version": told["version"]}
    except (ValueError, KeyError, TypeError) as trouble:
        raise FileProblem(_("This is not a file of totals.")) from trouble


def _rows(body, expected):
    try:
        lines = body.decode().splitlines()
    except UnicodeDecodeError as trouble:
        raise FileProblem(_("This is not a file of totals.")) from trouble
    rows = [_row(line, number) for number, line in enumerate(lines, 1)]
    if len(rows) != expected or len({row[:5] for row in rows}) != expected:
        raise FileProblem(_("The file is damaged: its rows are not those that were signed."))
    return rows


def _row(line, number):
    """Check signed rows as well: a compromised cell would sign anything."""
    try:
        *codes, month, part, n = line.split("\t")
        day = date.fromisoformat(f"{month}-01")
        fits = all(one.search(code) for one, code in zip(_ROW, codes, strict=True))
        if not fits or not re.search(wire.PART, part) or codes[1] and codes[2]:
            raise ValueError("no codes")
        count = int(n) if n else None
        if count is not None and count < wire.LEAST:
            raise ValueError("a small count")
    except ValueError as trouble:
        raise FileProblem(
            _("Row %(number)d is not one of totals; nothing was taken in.") % {"number": number}
        ) from trouble
    return (*codes, day, part, count)
