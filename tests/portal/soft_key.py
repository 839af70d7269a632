"""A security key made of software, for tests without a browser (FIDO2, ES256, no attestation)."""

import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

F = AuthenticatorData.FLAG


class SoftKey:
    def __init__(self, host="testserver", origin=""):
        self.host, self.origin = host, origin or f"https://{host}"
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id, self.counter = os.urandom(16), 0

    def create(self, asked):
        """Answer creation options, in the form that a page submits."""
        client = self._client("webauthn.create", asked)
        public = ES256.from_cryptography_key(self.private.public_key())
        known = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = self._data(F.UP | F.UV | F.AT, known)
        attested = AttestationObject.create("none", data, {})
        return self._answer(clientDataJSON=client, attestationObject=attested)

    def get(self, asked):
        """Answer request options."""
        client, data = self._client("webauthn.get", asked), self._data(F.UP | F.UV)
        signed = self.private.sign(
            data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signed)

    def _client(self, kind, asked):
        challenge = websafe_decode(asked["publicKey"]["challenge"])
        return CollectedClientData.create(type=kind, challenge=challenge, origin=self.origin)

    def _data(self, flags, known=b""):
        self.counter += 1
        host = hashlib.sha256(self.host.encode()).digest()
        return AuthenticatorData.create(host, flags, self.counter, known)

    def _answer(self, **said):
        name = websafe_encode(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {key: websafe_encode(value) for key, value in said.items()},
            }
        )
