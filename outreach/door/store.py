"""All database access of the door: two functions, the texts, and messages inserted.

Plain SQL, because the door's database role may do nothing else (migration 0001_version_0_1). Slips
of apps above are read by the function of their kind.
"""

import json
from dataclasses import dataclass
from types import SimpleNamespace

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from outreach import slips
from outreach.door import codes
from outreach.door.words import DEFAULT_TEXTS, Block
from portal.sheets.wording import worded
from portal.trust import sealing

DELIVER = """
INSERT INTO outreach_doormessage
       (client_key, kind, content_digest, card_id, slip_number, code_digest, sealed, hold)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


def _answer(question, *values):
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        found = cursor.fetchone()[0]
    return json.loads(found) if isinstance(found, str) else found


def card(wanted):
    """Return the public facts of a card by its token or number, or None."""
    found = _answer("SELECT door_card(%s)", wanted)
    return SimpleNamespace(**found) if found else None


def slip(number, code):
    """The status of a slip's matter; with a wrong code, only that it is wrong."""
    question = f"SELECT {slips.function()}(%s, %s)"  # noqa: S608 (a name of ours)
    found = _answer(question, number, codes.digest(number, code))
    if found["state"] in slips.KINDS:
        for name in slips.KINDS[found["state"]].days:
            found[name] = parse_date(found[name] or "")
    if found["state"] == "matter":
        for step in found["steps"]:
            told_on = parse_date(step["told_on"] or "")
            at = timezone.localdate(parse_datetime(step["at"]))
            step["on"] = told_on if step["imported"] else at
        for name in ("registered_on", "due_on", "chased_on"):
            found[name] = parse_date(found[name] or "")
    return found


def texts(places, language):
    """({block: text}, languages with any text). Texts are those of the narrowest territory, in the
    language asked for, else in Chinese."""
    ids = [int(part) for part in places.split("/") if part]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT block, language, division_id, text FROM outreach_cardtext"
            " WHERE division_id IS NULL OR division_id = ANY (%s)",
            [ids],
        )
        kept = {(code, block, division): text for block, code, division, text in cursor.fetchall()}
    found = {block: _text(kept, block, language, [*reversed(ids), None]) for block in Block.values}
    return found, {code for code, _block, _division in kept}


def _text(kept, block, language, places):
    for code in dict.fromkeys([language, settings.LANGUAGE_CODE]):
        for place in places:
            if (code, block, place) in kept:
                return kept[code, block, place]
        if (code, block) in DEFAULT_TEXTS:
            return worded(DEFAULT_TEXTS[code, block], code)
    return ""


@dataclass(frozen=True)
class Letter:
    """A message to insert. Its content is sealed for the portal; the door cannot read it again."""

    kind: str
    key: str
    content: dict
    card_id: int | None = None
    number: str = ""
    code: str = ""
    hold: str = ""


def deliver(letter):
    """Insert a message; return False if it is a repeat."""
    text = json.dumps(letter.content, sort_keys=True, ensure_ascii=False)
    sealed = sealing.seal(text, settings.KEYS.door.portal_public, f"door.{letter.kind}")
    digest = codes.digest(letter.number, letter.code) if letter.number else ""
    with connection.cursor() as cursor:
        cursor.execute(
            DELIVER,
            [
                letter.key,
                letter.kind,
                codes.content_digest(letter.kind, text),
                letter.card_id,
                letter.number,
                digest,
                sealed,
                letter.hold,
            ],
        )
        return cursor.rowcount == 1
