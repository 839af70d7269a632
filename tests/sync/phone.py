"""A phone from the portal's point of view: it writes, seals, sends, and asks for receipts."""

import hashlib
import io
import json
import uuid

from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image

from portal.trust import phone_letters
from sync.actions import devices
from tests.day import TODAY
from tests.people import STATED

CHUNK = 16_384

# A matter as submitted by the visit form.
MATTER = {
    "title": "三组灌溉渠道淤堵，秧田缺水",
    "category": "01",
    "request_text": "东支渠淤积。",
    "urgency": "normal",
    "nature": "help",
    "raiser_kind": "villager",
    "confidentiality": "named",
    "raiser_name": "李大山",
    "raiser_phone": "100-0000-0001",
}


def jpeg(color="green", size=(40, 30), **more):
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG", **more)
    return out.getvalue()


def canonical(entry):
    return json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


class Phone:
    def __init__(self, user, *, at=None):
        self.user = user
        made = devices.enrol(name="我的手机", by=user, at=at or timezone.now())
        self.device, self.secret, self.pull = made
        self.client = Client()
        self.headers = {
            "Authorization": f"Portal-Device {self.device.key}.{self.secret}",
            "X-Portal-Sync": "1",
            "Origin": "http://testserver",
        }

    # --- Writing ---

    def entry(self, fields, *, kind="visit", photos=(), **more):
        named = [
            {"name": f"{n}.jpg", "sha256": hashlib.sha256(one).hexdigest(), "size": len(one)}
            for n, one in enumerate(photos, 1)
        ]
        return {
            "id": str(uuid.uuid4()),
            "kind": kind,
            "fields": fields,
            "made": "2026-12-01T09:30:00+08:00",
            "device": str(self.device.key),
            "parts": named,
            "v": 1,
        } | more

    def visit(self, unit, *, photos=(), matters=(), fields=None, **more):
        sent = {"unit": [str(unit.pk)], "visited_on": [TODAY.isoformat()]}
        sent |= {name: [value] for name, value in STATED.items()} | (fields or {})
        for n, matter in enumerate(matters):
            sent |= {f"matters-{n}-{name}": [value] for name, value in matter.items()}
        if matters:
            sent |= {"matters-TOTAL_FORMS": [str(len(matters))], "matters-INITIAL_FORMS": ["0"]}
        return self.entry(sent, photos=photos, **more)

    def letter(self, entry, content=None):
        content = canonical(entry) if content is None else content
        purpose = f"sync.entry/{entry['id']}"
        return {
            "id": entry["id"],
            "hash": hashlib.sha256(content).hexdigest(),
            "letter": phone_letters.seal(content, settings.KEYS.phone_key, purpose),
        }

    def sealed(self, entry, photo):
        purpose = f"sync.part/{entry['id']}/{hashlib.sha256(photo).hexdigest()}"
        return phone_letters.seal_bytes(photo, settings.KEYS.phone_key, purpose)

    # --- Sending ---

    def post(self, path, content, **headers):
        return self.client.post(
            path, content, content_type="application/json", headers=self.headers | headers
        )

    def send(self, *entries):
        """Send entries, or letters; return their receipts."""
        letters = [one if "letter" in one else self.letter(one) for one in entries]
        response = self.post("/sync/v1/entries/", {"entries": letters})
        assert response.status_code == 200, response.content
        return response.json()["entries"]

    def put(self, entry, photo, content, *, at, size):
        digest = photo if isinstance(photo, str) else hashlib.sha256(photo).hexdigest()
        return self.client.put(
            f"/sync/v1/parts/{entry['id']}/{digest}/?at={at}&size={size}",
            content,
            content_type="application/octet-stream",
            headers=self.headers,
        )

    def send_photo(self, entry, photo, sealed=None):
        """Send all chunks as far as the portal asks for them; return the last state."""
        sealed = self.sealed(entry, photo) if sealed is None else sealed
        at = 0
        for _chunk in range(len(sealed) // CHUNK + 2):
            response = self.put(entry, photo, sealed[at : at + CHUNK], at=at, size=len(sealed))
            assert response.status_code == 200, response.content
            said = response.json()
            if said["state"] != "waiting":
                return said["state"]
            at = said["received"]
        return said["state"]

    def receipts(self, *entries):
        query = "&".join(f"id={one['id']}" for one in entries)
        response = self.client.get(f"/sync/v1/receipts/?{query}", headers=self.headers)
        assert response.status_code == 200, response.content
        return response.json()["entries"]

    def revoke(self):
        devices.revoke(device=self.device, by=self.user, at=timezone.now())
