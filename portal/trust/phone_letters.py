"""Letters of phones: HPKE (RFC 9180) with P-256, which old browsers support, and AES-256-GCM.

A letter is `p256.<key id>.` and the encapsulated key (65 bytes) with the ciphertext: for an entry
as base64, for a photo as raw bytes. `purpose` is HPKE's info, so that a letter of one entry cannot
pass for that of another.
"""

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.trust.sealing import Unopenable

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
CURVE = ec.SECP256R1()
MARK = "p256."


def private_from(seed):
    """Return the private key derived from 48 random bytes, enough to make the bias negligible."""
    return ec.derive_private_key(int.from_bytes(seed) % (CURVE.group_order - 1) + 1, CURVE)


def public_part(private):
    """The public key, 65 bytes."""
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(content, key, purpose):
    """A letter as text. `key` is (key id, public key)."""
    key_id, body = key[0], _sealed(content, key[1], purpose)
    return f"{MARK}{key_id}.{base64.b64encode(body).decode()}"


def seal_bytes(content, key, purpose):
    """A letter as bytes."""
    return f"{MARK}{key[0]}.".encode() + _sealed(content, key[1], purpose)


def unseal(letter, privates, purpose):
    """The bytes of a letter in text. `privates` are {key id: private key}. Raises Unopenable."""
    try:
        mark, key_id, body = letter.split(".")
        if f"{mark}." != MARK:
            raise ValueError(mark)
        return _opened(base64.b64decode(body, validate=True), privates[key_id], purpose)
    except (ValueError, KeyError, InvalidTag) as problem:
        raise Unopenable(purpose) from problem


def unseal_bytes(letter, privates, purpose):
    """The bytes of a letter in bytes. Raises Unopenable."""
    try:
        mark, key_id, body = letter.split(b".", 2)
        if mark + b"." != MARK.encode():
            raise ValueError(mark)
        return _opened(body, privates[key_id.decode()], purpose)
    except (ValueError, KeyError, InvalidTag) as problem:
        raise Unopenable(purpose) from problem


def _sealed(content, public, purpose):
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public)
    return SUITE.encrypt(content, key, purpose.encode())


def _opened(body, private, purpose):
    return SUITE.decrypt(body, private, purpose.encode())
