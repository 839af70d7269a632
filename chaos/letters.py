"""Entries as bytes, and letters that only the server can open, as specified in docs/sync.md."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def canonical(entry):
    """Return the bytes that are hashed and sealed, equal to JSON.stringify with sorted keys."""
    words = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return words.encode()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def purpose(*about):
    """Return HPKE's info: for an entry from its id, for a photo from the entry's id and its own
    hash."""
    return "/".join(("sync.entry" if len(about) == 1 else "sync.part", *about)).encode()


class Key:
    """The server's public key, as returned by enrolling: {"id", "public"}."""

    def __init__(self, told):
        self.mark = f"p256.{told['id']}."
        point = base64.b64decode(told["public"], validate=True)
        self.public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)

    def entry(self, content, id):
        """Return the letter of an entry."""
        sealed = SUITE.encrypt(content, self.public, purpose(id))
        return self.mark + base64.b64encode(sealed).decode()

    def part(self, content, id, sha):
        """Return a sealed photo, as bytes."""
        return self.mark.encode() + SUITE.encrypt(content, self.public, purpose(id, sha))
