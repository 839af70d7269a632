"""An entry as bytes, and letters that only the server can open: as docs/sync.md has them."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def canonical(entry):
    """The bytes that are hashed and sealed: what JSON.stringify makes of sorted keys."""
    words = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return words.encode()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def purpose(*about):
    """HPKE's info: of an entry by its id, of a photo by the entry's id and its own hash."""
    return "/".join(("sync.entry" if len(about) == 1 else "sync.part", *about)).encode()


class Key:
    """The server's public key, as enrolling hands it over: {"id", "public"}."""

    def __init__(self, told):
        self.mark = f"p256.{told['id']}."
        point = base64.b64decode(told["public"], validate=True)
        self.public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)

    def entry(self, content, id):
        """The letter of an entry."""
        sealed = SUITE.encrypt(content, self.public, purpose(id))
        return self.mark + base64.b64encode(sealed).decode()

    def part(self, content, id, sha):
        """A photo as it is sent: the letter as bytes."""
        return self.mark.encode() + SUITE.encrypt(content, self.public, purpose(id, sha))
