"""Certificates that a server on loopback shows: a good one, and those that no client should take."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
YEAR = timedelta(days=365)


def server_context(folder: Path, kind: str) -> ssl.SSLContext:
    """What a server shows: `expired`, `early` (not valid yet), `elsewhere` (of another host), `self-signed`, or
    `private` (of an authority that nobody else knows)."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = key if kind == "self-signed" else ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    start, end = {
        "expired": (now - 2 * YEAR, now - YEAR),
        "early": (now + YEAR, now + 2 * YEAR),
    }.get(kind, (now - YEAR, now + YEAR))
    subject = _name("org.example")
    name = x509.DNSName("elsewhere.example") if kind == "elsewhere" else LOOPBACK
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if kind == "self-signed" else _name("authority.example"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(authority, hashes.SHA256())
    )
    path = folder / f"{kind}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    if kind != "private":
        # OpenSSL looks at the chain first: what is wrong beside it only shows of an authority that is known.
        (folder / f"{kind}-authority.pem").write_bytes(_authority(authority, now))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    """The certificate of the authority itself."""
    name = _name("authority.example")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * YEAR)
        .not_valid_after(now + 3 * YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
