"""The keys, kept outside the database and its backups.

One JSON file, readable only by its owner. `contact_keys` maps a key id (k1, k2 …) to 32 random
bytes; one of them encrypts, all of them decrypt. Rotation (portal/run/rotating.py) has two steps,
so that nodes that were restarted and others understand each other: `prepare` adds new keys that are
not used yet, `switch` uses them.
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
    # Digests of the audit and, until the first rotation, the seals of its chain.
    audit_key: bytes = field(repr=False)
    # Later keys of the seals (s1, s2 …).
    seal_keys: dict[str, bytes] = field(repr=False, default_factory=dict)
    # Other secrets of Django whose sessions are valid: earlier ones, or one not yet in use.
    other_secrets: tuple[str, ...] = field(repr=False, default=())
    # The ids in use while newer keys are prepared; None uses the newest.
    encrypts_with: str | None = None
    seals_with: str | None = None

    @property
    def contact_key_id(self):
        """The id of the key that encrypts."""
        return self.encrypts_with or max(self.contact_keys, key=age)

    @property
    def seal_key_id(self):
        """The id of the key that seals; empty for the audit's own."""
        if self.seals_with is not None:
            return self.seals_with
        return max(self.seal_keys, key=age, default="")

    def seal_key(self, key_id):
        """Return the key; raise KeyError if the file does not have it."""
        return self.seal_keys[key_id] if key_id else self.audit_key

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

    # Keys for letters of phones are derived as well, one from each contact key: after a new key is
    # added, phones seal for it, and letters for the older ones can still be opened.

    @cached_property
    def phone_privates(self):
        """{key id: the key that opens the letters of phones}."""
        return {
            key_id: phone_letters.private_from(_hkdf(key, "sync.private", 48))
            for key_id, key in self.contact_keys.items()
        }

    @property
    def phone_key(self):
        """(key id, public key) as sent to phones."""
        key_id = self.contact_key_id
        return key_id, phone_letters.public_part(self.phone_privates[key_id])

    def _derived(self, purpose):
        return _hkdf(self.index_key, purpose)


def age(key_id):
    """Sorts key ids, the oldest first: k10 comes after k9, the shorter id is the older one."""
    return len(key_id), key_id


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
            contact_keys=_as_bytes(raw["contact_keys"]),
            index_key=base64.b64decode(raw["index_key"]),
            audit_key=base64.b64decode(raw["audit_key"]),
            seal_keys=_as_bytes(raw.get("seal_keys", {})),
            other_secrets=(*raw.get("old_secrets", ()), *filter(None, [raw.get("next_secret")])),
            encrypts_with=raw.get("encrypts_with"),
            seals_with=raw.get("seals_with"),
        )


def prepare(path: Path):
    """Add a new key of each kind that is not used yet; returns the ids of the new ones."""
    raw = _read(path)
    if "encrypts_with" in raw:
        raise KeysProblem("New keys are prepared already. Go on with: manage.py rotate_keys switch")
    contacts, seals = raw["contact_keys"], raw.setdefault("seal_keys", {})
    raw["encrypts_with"] = max(contacts, key=age)
    raw["seals_with"] = max(seals, key=age, default="")
    contact, seal = _following("k", contacts), _following("s", seals)
    contacts[contact], seals[seal] = _random(), _random()
    raw["next_secret"] = _secret()
    _replace(raw, path)
    return contact, seal


def switch(path: Path):
    """Use the prepared keys; the old ones still decrypt what they encrypted. Return the new ids."""
    raw = _read(path)
    if "encrypts_with" not in raw:
        raise KeysProblem("No new keys are prepared. Begin with: manage.py rotate_keys prepare")
    del raw["encrypts_with"], raw["seals_with"]
    raw["old_secrets"] = [raw["django_secret"], *raw.get("old_secrets", ())]
    raw["django_secret"] = raw.pop("next_secret")
    _replace(raw, path)
    return max(raw["contact_keys"], key=age), max(raw["seal_keys"], key=age)


def forget_secrets(path: Path):
    """Drop old secrets of Django: users who signed in before the switch must sign in again. Return
    how many there were."""
    raw = _read(path)
    gone = raw.pop("old_secrets", [])
    _replace(raw, path)
    return len(gone)


def _read(path):
    with _reading(path, "Nothing was changed.") as raw:
        return raw


def _replace(raw, path):
    """Rewrite the file with its current owner and permissions."""
    try:
        before = path.stat()
        aside = _write_aside(raw, path, os.O_TRUNC)
        os.chown(aside, before.st_uid, before.st_gid)
        aside.chmod(before.st_mode & 0o777)
        aside.replace(path)
    except OSError as trouble:
        raise KeysProblem(
            f"The keys file {path} cannot be written: {trouble.strerror}. Run this as root or as"
            " its owner, who may write in its directory. Nothing was changed."
        ) from trouble


def _following(letter, known):
    numbers = [int(one[1:]) for one in known if one[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"


def _as_bytes(keys):
    return {key_id: base64.b64decode(key) for key_id, key in keys.items()}


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
    """Load the keys from the default place; `make run` creates them at its first start."""
    if not path.exists():
        make(path)
    return load(path)


def make(path: Path):
    """Write new keys; an existing file stays."""
    fresh = {
        "django_secret": _secret(),
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


def _secret():
    return secrets.token_urlsafe(50)


def _random():
    return _as_text(secrets.token_bytes(32))


def _as_text(key):
    return base64.b64encode(key).decode()
