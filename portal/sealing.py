"""Letters that only the other side can open: X25519, HKDF-SHA256, AES-GCM.

Who seals needs the public part alone, and cannot read back what was sealed.
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Unopenable(Exception):
    """It was sealed for another key or for another purpose, or altered on the way."""


def public_part(private):
    """The 32 bytes that may be given away."""
    return _raw(X25519PrivateKey.from_private_bytes(private).public_key())


def seal(text, public, purpose):
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    sender = _raw(once.public_key())
    nonce = secrets.token_bytes(12)
    key = _key(shared, sender + public, purpose)
    body = AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())
    return base64.b64encode(sender + nonce + body).decode()


def unseal(sealed, private, purpose):
    try:
        raw = base64.b64decode(sealed, validate=True)
        sender, nonce, body = raw[:32], raw[32:44], raw[44:]
        own = X25519PrivateKey.from_private_bytes(private)
        shared = own.exchange(X25519PublicKey.from_public_bytes(sender))
        key = _key(shared, sender + _raw(own.public_key()), purpose)
        return AESGCM(key).decrypt(nonce, body, purpose.encode()).decode()
    except (ValueError, InvalidTag) as problem:
        raise Unopenable(purpose) from problem


def _raw(public_key):
    return public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key(shared, parties, purpose):
    return HKDF(SHA256(), length=32, salt=parties, info=purpose.encode()).derive(shared)
