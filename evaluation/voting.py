"""Ballots by code, at the door and by phone, through two database functions (0001_version_0_1).

A ballot is sealed with the poll's key where it is typed, padded to equal length, and stored
together with the flag “code used”. No row and no time links the two.
"""

import base64
import hashlib
import json
from enum import StrEnum
from types import SimpleNamespace

from django.db import connection
from django.utils.dateparse import parse_date

from evaluation.door import codes
from evaluation.models.ballots import Answer, Question
from evaluation.models.schemes import Dimension, Mark
from portal.trust import sealing

PURPOSE = "evaluation.ballot"
# {line: choices}, in the order of the slip.
LINES = {one.value: Mark for one in Dimension} | {one.value: Answer for one in Question}
COMMENT = 500
# Hexadecimal digits of a fingerprint: 64 bits, so that nobody can craft a ballot to match one.
FINGERPRINT = 16
# Maximum bytes of a comment, and of the ticks on one appraised.
_ROOM, _ROOM_EACH = 4 * COMMENT + 60, 40


class State(StrEnum):
    OPEN = "open"
    USED = "used"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    BUSY = "busy"
    COUNTED = "counted"


def ask(code):
    """The slip of a code: its state, and its contents while ballots are taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_ballot(%s)", [codes.digest(code)])
        found = cursor.fetchone()[0]
    slip = SimpleNamespace(**(json.loads(found) if isinstance(found, str) else found))
    slip.state = State(slip.state)
    if hasattr(slip, "appraised"):
        slip.until = parse_date(slip.until)
        slip.appraised = [SimpleNamespace(**one) for one in slip.appraised]
        if slip.state == State.OPEN and not slip.appraised:
            # All appraised were left out meanwhile.
            slip.state = State.CLOSED
    return slip


def cast(code, slip, marks, comment=""):
    """Seal and store a ballot; `marks` is {appraised id: {line: number or None}}. Returns the state
    and the fingerprint of the sealed ballot, which is not stored."""
    sealed = seal(marks, comment, base64.b64decode(slip.key))
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_vote(%s, %s)", [codes.digest(code), sealed])
        return State(cursor.fetchone()[0]), fingerprint(sealed)


def fingerprint(sealed):
    """Sixteen digits that identify a sealed ballot. They reveal no ticks: sealing uses random
    numbers and a key that is erased later."""
    return hashlib.sha256(sealed.encode()).hexdigest()[:FINGERPRINT].upper()


def in_fours(digits):
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def fingerprints(sealed):
    """The closing list as it is published: a fingerprint on each line, sorted."""
    return "".join(f"{one}\n" for one in sorted(map(fingerprint, sealed)))


def digest_of(text):
    """The hash of a published file, as sha256sum gives it."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(marks, comment, public_key):
    ticked = {
        str(pk): "".join(str(ticks.get(line) or 0) for line in LINES) for pk, ticks in marks.items()
    }
    comment = "".join(one if one.isprintable() else " " for one in comment)[:COMMENT]
    text = json.dumps({"marks": ticked, "comment": comment}, ensure_ascii=False)
    missing = _ROOM + _ROOM_EACH * len(marks) - len(text.encode())
    return sealing.seal(text + " " * missing, public_key, PURPOSE)


def unseal(sealed, private_key):
    """({id: {line: number or None}}, comment); empty if it cannot be opened."""
    try:
        content = json.loads(sealing.unseal(sealed, private_key, PURPOSE))
        marks = {int(pk): _ticks(digits) for pk, digits in content["marks"].items()}
        return marks, str(content["comment"])[:COMMENT].strip()
    except (sealing.Unopenable, ValueError, KeyError, TypeError, AttributeError):
        return {}, ""


def _ticks(digits):
    return {
        line: int(one) if int(one) in choices.values else None
        for (line, choices), one in zip(LINES.items(), digits, strict=True)
    }
