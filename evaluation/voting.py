"""What the door and the phone ask of the database about ballots: two functions (0001_version_0_1).

A ballot is sealed for the key of its poll where it is typed, padded so that no two differ in
length, and goes in together with “this code was used”: no row and no time joins the two.
"""

import base64
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
# {name of a line: choices of what may be ticked there}, in the order of the slip.
LINES = {one.value: Mark for one in Dimension} | {one.value: Answer for one in Question}
COMMENT = 500
# A comment, and the ticks on one of the appraised, at their longest as they are written.
_ROOM, _ROOM_EACH = 4 * COMMENT + 60, 40


class State(StrEnum):
    OPEN = "open"
    USED = "used"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    BUSY = "busy"
    COUNTED = "counted"


def ask(code):
    """The slip of a code: its state, and what it shows while ballots are taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_ballot(%s)", [codes.digest(code)])
        found = cursor.fetchone()[0]
    slip = SimpleNamespace(**(json.loads(found) if isinstance(found, str) else found))
    slip.state = State(slip.state)
    if hasattr(slip, "appraised"):
        slip.until = parse_date(slip.until)
        slip.appraised = [SimpleNamespace(**one) for one in slip.appraised]
        if slip.state == State.OPEN and not slip.appraised:
            # All of them were left out meanwhile.
            slip.state = State.CLOSED
    return slip


def cast(code, slip, marks, comment=""):
    """Seal a ballot and put it in; `marks` is {id of the appraised: {line: number or None}}."""
    sealed = seal(marks, comment, base64.b64decode(slip.key))
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_vote(%s, %s)", [codes.digest(code), sealed])
        return State(cursor.fetchone()[0])


def seal(marks, comment, public_key):
    ticked = {
        str(pk): "".join(str(ticks.get(line) or 0) for line in LINES) for pk, ticks in marks.items()
    }
    comment = "".join(one if one.isprintable() else " " for one in comment)[:COMMENT]
    text = json.dumps({"marks": ticked, "comment": comment}, ensure_ascii=False)
    missing = _ROOM + _ROOM_EACH * len(marks) - len(text.encode())
    return sealing.seal(text + " " * missing, public_key, PURPOSE)


def unseal(sealed, private_key):
    """({id: {line: number or None}}, comment). What is no ballot of ours says nothing."""
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
