"""A certificate of this machine for `make run HTTPS=1`: over http, browsers store nothing for
offline use."""

import datetime
import socket
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Browsers refuse certificates of more than 398 days.
DAYS, RENEWED_BEFORE = 397, 30
ADDRESSES = ("127.0.0.1", "::1")


def ensure(folder, *, at):
    """Return (certificate, key) as files in this folder, renewed if missing or about to expire.

    It is self-signed; a browser told to trust it trusts it for these names only.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    certificate, key = folder / "portal.crt", folder / "portal.key"
    if not key.exists() or _is_over(certificate, at):
        _make(certificate, key, at)
    return certificate, key


def _is_over(path, at):
    try:
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return True
    return ends - at < datetime.timedelta(days=RENEWED_BEFORE)


def _make(certificate, key, at):
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Portal on this machine")])
    known = [x509.DNSName(one) for one in sorted({"localhost", socket.gethostname()})]
    known += [x509.IPAddress(ip_address(one)) for one in ADDRESSES]
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - datetime.timedelta(days=1))
        .not_valid_after(at + datetime.timedelta(days=DAYS - 1))
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
