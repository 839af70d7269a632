"""The keys, kept outside the database and its backups.

One JSON file, readable only by its owner. `contact_keys` maps a key id (k1, k2 …) to 32 random
bytes; the newest id encrypts, all of them decrypt, so a key is rotated by adding one.
"""

import base64
import contextlib
import json
import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.trust import phone_letters, sealing


class KeysProblem(Exception):
    """Why there are no keys, in one line for the terminal."""


@dataclass(frozen=True)
class Keys:
    django_secret: str = field(repr=False)
    contact_keys: dict[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    audit_key: bytes = field(repr=False)

    @property
    def newest_contact_key_id(self):
        # k10 comes after k9: the shorter id is the older one.
        return max(self.contact_keys, key=lambda key_id: (len(key_id), key_id))

    # The keys of the villager's door are derived, so older files need no change. The derivation
    # cannot be reversed.

    @cached_property
    def door_private(self):
        """Opens letters that the door has sealed."""
        return self._derived("door.private")

    @cached_property
    def door(self):
        """All keys that the door's process may know."""
        return DoorKeys(
            django_secret=self._derived("door.django").hex(),
            portal_public=sealing.public_part(self.door_private),
            code_key=self._derived("door.codes"),
        )

    # So are those of the phones' letters, one for each contact key: whoever adds one has the phones
    # seal for a new key, and letters for the older ones can still be opened.

    @cached_property
    def phone_privates(self):
        """{key id: the key that opens the letters of phones}."""
        return {
            key_id: phone_letters.private_from(_hkdf(key, "sync.private", 48))
            for key_id, key in self.contact_keys.items()
        }

    @property
    def phone_key(self):
        """What a phone is told: (key id, public key)."""
        key_id = self.newest_contact_key_id
        return key_id, phone_letters.public_part(self.phone_privates[key_id])

    def _derived(self, purpose):
        return _hkdf(self.index_key, purpose)


def _hkdf(key, purpose, length=32):
    return HKDF(SHA256(), length=length, salt=None, info=purpose.encode()).derive(key)


@dataclass(frozen=True)
class DoorKeys:
    """Keys that sign the door's forms, seal its letters and digest query codes. They open nothing
    that is stored."""

    django_secret: str = field(repr=False)
    portal_public: bytes = field(repr=False)
    code_key: bytes = field(repr=False)

    @property
    def door(self):
        return self


@contextlib.contextmanager
def _reading(path, advice):
    """The parsed content of a keys file; raises KeysProblem if it is missing or damaged."""
    try:
        yield json.loads(path.read_text())
    except OSError as trouble:
        raise KeysProblem(
            f"The keys file {path} cannot be read: {trouble.strerror}. {advice}"
        ) from trouble
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise KeysProblem(f"The keys file {path} is damaged. {advice}") from trouble


def load(path: Path) -> Keys:
    advice = (
        "New keys would open nothing that is stored: put back the copy, correct KEYS_FILE, or make"
        " the file on purpose (docs/operations.md)."
    )
    with _reading(path, advice) as raw:
        return Keys(
            django_secret=raw["django_secret"],
            contact_keys={k: base64.b64decode(v) for k, v in raw["contact_keys"].items()},
            index_key=base64.b64decode(raw["index_key"]),
            audit_key=base64.b64decode(raw["audit_key"]),
        )


def load_door(path: Path) -> DoorKeys:
    with _reading(path, "Make it with: manage.py door_keys FILE (docs/operations.md).") as raw:
        return DoorKeys(
            django_secret=raw["django_secret"],
            portal_public=base64.b64decode(raw["portal_public"]),
            code_key=base64.b64decode(raw["code_key"]),
        )


def write_door(keys: DoorKeys, path: Path):
    """Write the door's keys to a separate file, replacing an existing one."""
    written = {
        "django_secret": keys.django_secret,
        "portal_public": _as_text(keys.portal_public),
        "code_key": _as_text(keys.code_key),
    }
    _write_aside(written, path, os.O_TRUNC).replace(path)


def _write_aside(written, path, how):
    """Write a file beside `path`, readable only by its owner; returns where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | how, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(written, file, indent=1)
    return aside


def load_or_make(path: Path) -> Keys:
    """Keys in the default place: `make run` makes them at its first start."""
    if not path.exists():
        make(path)
    return load(path)


def make(path: Path):
    """Write new keys; an existing file stays."""
    fresh = {
        "django_secret": secrets.token_urlsafe(50),
        "contact_keys": {"k1": _random()},
        "index_key": _random(),
        "audit_key": _random(),
    }
    # Linked into place: if two processes start at once, the file of one wins.
    aside = _write_aside(fresh, path, os.O_EXCL)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()


def _random():
    return _as_text(secrets.token_bytes(32))


def _as_text(key):
    return base64.b64encode(key).decode()
