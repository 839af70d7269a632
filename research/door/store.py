"""Database calls of the door for questionnaires: four functions.

An answer is sealed where it is typed; the door cannot read it again.
"""

import base64
import json
from enum import StrEnum
from types import SimpleNamespace

from django.db import connection
from django.utils.dateparse import parse_date

from research import letters
from research.door import codes

# Cache of version definitions, which never change; the oldest is evicted first.
_DEFINITIONS: dict[int, dict] = {}
MOST_KEPT = 8


class State(StrEnum):
    OPEN = "open"
    USED = "used"
    OTHER = "other"
    EARLY = "early"
    CLOSED = "closed"
    STRIPPED = "stripped"
    UNKNOWN = "unknown"
    BUSY = "busy"
    TOO_LONG = "too_long"
    TAKEN = "taken"


def _ask(question, *values):
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0]


def _json(found):
    return json.loads(found) if isinstance(found, str) else found


def slip(code):
    """Look up a code: its state, and head and key of the questionnaire."""
    question = "SELECT door_answer(%s, %s)"
    found = SimpleNamespace(**_json(_ask(question, codes.digest(code), codes.number_of(code))))
    found.state, found.code = State(found.state), code
    for name in ("valid_until", "opens_on"):
        setattr(found, name, parse_date(getattr(found, name, None) or ""))
    return found


def definition(slip):
    """The form of the version that the slip was printed for."""
    if slip.version not in _DEFINITIONS:
        found = _json(_ask("SELECT door_questionnaire(%s)", codes.digest(slip.code)))
        while len(_DEFINITIONS) >= MOST_KEPT:
            _DEFINITIONS.pop(next(iter(_DEFINITIONS)), None)
        _DEFINITIONS[slip.version] = found
    return _DEFINITIONS[slip.version]


def take(slip, answers):
    """Seal the answers and use up the code. Return State.TAKEN or the reason for refusal."""
    letter = letters.seal(answers, slip.questionnaire, base64.b64decode(slip.key))
    values = codes.digest(slip.code), codes.number_of(slip.code), letter
    return State(_ask("SELECT door_take_answer(%s, %s, %s)", *values))


def count_late(code):
    _ask("SELECT door_late_answer(%s)", codes.number_of(code))
