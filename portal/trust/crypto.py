"""Encryption of contacts (AES-GCM with key ids) and a blind index for equality search."""

import base64
import hashlib
import hmac
import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class Undecryptable(Exception):
    """The key is missing or the text was altered."""


def encrypt(text, purpose):
    """Ciphertext bound to its purpose: a phone cannot pass for a name."""
    if not text:
        return ""
    key_id = settings.KEYS.contact_key_id
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(settings.KEYS.contact_keys[key_id]).encrypt(
        nonce, text.encode(), purpose.encode()
    )
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(cipher, purpose):
    if not cipher:
        return ""
    key_id, _, body = cipher.partition(":")
    try:
        key = settings.KEYS.contact_keys[key_id]
        raw = base64.b64decode(body)
        return AESGCM(key).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
    except (KeyError, ValueError, InvalidTag) as problem:
        raise Undecryptable(purpose) from problem


def blind_index(phone):
    """Return an HMAC of the digits: equal numbers match, but none can be recovered."""
    digits = re.sub(r"\D", "", phone)
    return digits and hmac.new(settings.KEYS.index_key, digits.encode(), hashlib.sha256).hexdigest()


def name_index(name, *within):
    """Return an HMAC of a name within a scope (a unit): equal names match, but none can be
    recovered."""
    text = "|".join(["name", *map(str, within), "".join(name.split())])
    return hmac.new(settings.KEYS.index_key, text.encode(), hashlib.sha256).hexdigest()
