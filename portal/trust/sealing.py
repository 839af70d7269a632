"""Letters that only the recipient can open: HPKE (RFC 9180) with X25519 and AES-256-GCM.

Sealing needs only the public key, which cannot open a letter.
"""

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
# The prefix of letters in this suite. The base64 of older letters contains no point.
MARK = "h1."


class Unopenable(Exception):
    """The letter was sealed for another key or purpose, or was altered."""


def public_part(private):
    """The public key, 32 bytes."""
    return _raw(X25519PrivateKey.from_private_bytes(private).public_key())


def seal(text, public, purpose):
    """A letter for the holder of the private key, bound to this purpose."""
    key = X25519PublicKey.from_public_bytes(public)
    return MARK + base64.b64encode(SUITE.encrypt(text.encode(), key, purpose.encode())).decode()


def unseal(sealed, private, purpose):
    """The text of a letter. Raises Unopenable."""
    key = X25519PrivateKey.from_private_bytes(private)
    opened = SUITE.decrypt if sealed.startswith(MARK) else _opened_before_hpke
    try:
        letter = base64.b64decode(sealed.removeprefix(MARK), validate=True)
        return opened(letter, key, purpose.encode()).decode()
    except (ValueError, InvalidTag) as problem:
        raise Unopenable(purpose) from problem


def _opened_before_hpke(letter, key, purpose):
    """Letters from before HPKE: the sender's key, a nonce, and AES-GCM under HKDF-SHA256."""
    sender, nonce, body = letter[:32], letter[32:44], letter[44:]
    shared = key.exchange(X25519PublicKey.from_public_bytes(sender))
    salt = sender + _raw(key.public_key())
    derived = HKDF(SHA256(), length=32, salt=salt, info=purpose).derive(shared)
    return AESGCM(derived).decrypt(nonce, body, purpose)


def _raw(public_key):
    return public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)
