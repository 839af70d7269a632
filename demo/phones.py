"""Phones of the invented county: entries that were written on them and could not be carried out.

The phones do not exist: the secrets of their credentials are not kept.
"""

import hashlib
import json
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from django.conf import settings
from django.utils import timezone

from demo import texts
from demo.told import Storyteller
from portal.trust import phone_letters
from sync.actions import contact, devices, entries

CHAPTER = "phones"
FILE = "phones.txt"
PHONES = (("wangjianguo", "我的手机", 40), ("zhaomin", "赵敏的手机", 30))


def make(county):
    """Make the phones. Called last, since their entries refer to existing records."""
    told = Storyteller(county)
    made = {}
    for username, name, ago in PHONES:
        made[username] = told.do(devices.enrol, told.user(username), ago, name=name).device
    for number, (username, ago, fate, text) in enumerate(texts.rows(FILE, "entries")):
        if fate == "revoked":
            by = told.user(username)
            told.do(devices.revoke, by, int(ago), device=made[username], reason="手机丢失")
        _send(told, made[username], number, int(ago), fate, text)


def _send(told, device, number, ago, fate, text):
    at = told.at(ago)
    day = timezone.localdate(at)
    device.owner = told.acting(told.user(device.owner.username), at)
    device.refresh_from_db(fields=["revoked_at"])
    area = device.owner.cadre.contact_areas.first()
    fields = {"visited_on": [f"{day}"], "summary": [text], "mode": ["home"]}
    if area and fate != "no place":
        fields["unit"] = [str(area.unit_id)]
    if fate in ("tomorrow", "first", "second"):
        # The phone's clock is wrong.
        fields["visited_on"] = [f"{day + timedelta(days=400)}"]
    entry = {
        "v": 1,
        # Two entries with one id, as from a phone restored from a backup.
        "id": str(uuid5(NAMESPACE_OID, f"demo.phones.{number - (fate == 'second')}")),
        "kind": "diary" if fate == "newer" else "visit",
        "device": str(device.key),
        "fields": fields,
        "made": at.astimezone(timezone.get_current_timezone()).isoformat(timespec="seconds"),
        "parts": [],
    }
    if fate == "tomorrow":
        # A photo that has not arrived yet.
        entry["parts"] = [{"name": "1.jpg", "sha256": hashlib.sha256(b"1").hexdigest(), "size": 9}]
    content = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    letter = phone_letters.seal(content, settings.KEYS.phone_key, f"sync.entry/{entry['id']}")
    sent = entries.Sent(entry["id"], hashlib.sha256(content).hexdigest(), letter)
    contact.note(device, unsent=fate == "tomorrow", at=at)
    entries.receive(device=device, sent=[sent], at=at)
