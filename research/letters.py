"""Answers as letters: sealed with the key of their questionnaire, and padded because length leaks
information.

Sealing needs only the public key. The private key is in no backup and is destroyed at the strip
(`portal.records.short_lived`).
"""

import base64
import hashlib
import hmac
import json
import secrets

from portal.records import short_lived
from portal.trust import sealing

STEP = 1_024
# Share of paper answers that are typed a second time.
SECOND_ENTRY_SHARE = 0.1


def new_keys(questionnaire):
    """Create a key pair and return the public key; the private key is kept until the strip."""
    private = secrets.token_bytes(32)
    short_lived.keep(_purpose(questionnaire.pk), base64.b64encode(private).decode())
    return {"public_key": sealing.public_part(private)}


def private_key(questionnaire):
    """Raises `short_lived.Gone`."""
    return base64.b64decode(short_lived.text_of(_purpose(questionnaire.pk)))


def destroy_key(questionnaire):
    short_lived.destroy(_purpose(questionnaire.pk))


def seal(answers, questionnaire_id, public):
    text = json.dumps(answers, ensure_ascii=False)
    missing = -len(text.encode()) % STEP
    return sealing.seal(text + " " * missing, bytes(public), _purpose(questionnaire_id))


def unseal(letter, questionnaire_id, private):
    """The answers of a letter, nested as the form is; {} if it cannot be opened."""
    try:
        answers = json.loads(sealing.unseal(letter, private, _purpose(questionnaire_id)))
    except (sealing.Unopenable, ValueError):
        return {}
    return answers if isinstance(answers, dict) else {}


def is_drawn_for_second(drawn_id, private):
    """Whether a paper answer is typed twice. The draw is keyed with the private key, so that no
    typist can predict it."""
    digest = hmac.new(private, f"second|{drawn_id}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") < SECOND_ENTRY_SHARE * 2**64


def _purpose(questionnaire_id):
    return f"research.questionnaire.{questionnaire_id}"
