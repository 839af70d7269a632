"""Letters that only the other side can open: HPKE (RFC 9180) with X25519 and AES-256-GCM.

Whoever seals needs the public key alone, and cannot read what was sealed.
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
# Begins a letter of this suite. The point never occurs in the base64 of older letters.
MARK = "h1."


class Unopenable(Exception):
    """It was sealed for another key or for another purpose, or altered on the way."""


def public_part(private):
    """The 32 bytes that may be given away."""
    return _raw(X25519PrivateKey.from_private_bytes(private).public_key())


def seal(text, public, purpose):
    """A letter for the holder of the private key; it opens for this purpose only."""
    key = X25519PublicKey.from_public_bytes(public)
    return MARK + base64.b64encode(SUITE.encrypt(text.encode(), key, purpose.encode())).decode()


def unseal(sealed, private, purpose):
    """The text of a letter. Raises Unopenable."""
    key = X25519PrivateKey.from_private_bytes(private)
    opened = _opened if sealed.startswith(MARK) else _opened_before_hpke
    try:
        letter = base64.b64decode(sealed.removeprefix(MARK), validate=True)
        return opened(letter, key, purpose.encode()).decode()
    except (ValueError, InvalidTag) as problem:
        raise Unopenable(purpose) from problem


def _opened(letter, key, purpose):
    return SUITE.decrypt(letter, key, purpose)


def _opened_before_hpke(letter, key, purpose):
    """Letters from before HPKE: the sender's key, a nonce, and AES-GCM under HKDF-SHA256."""
    sender, nonce, body = letter[:32], letter[32:44], letter[44:]
    shared = key.exchange(X25519PublicKey.from_public_bytes(sender))
    salt = sender + _raw(key.public_key())
    derived = HKDF(SHA256(), length=32, salt=salt, info=purpose).derive(shared)
    return AESGCM(derived).decrypt(nonce, body, purpose)


def _raw(public_key):
    return public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)
