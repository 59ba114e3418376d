"""TEST certificates: a signing chain and a time-stamping chain, made from nothing.

They are for demonstrations and tests. Every name says TEST, the roots are nobody's, and `production`
refuses them. Profile of the leaf: reference/c2pa.md 2; of the authority: RFC 3161 2.3.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, ExtensionType

ROOTS = "c2pa-root.pem"
SEALER_KEY, SEALER_CHAIN = "c2pa.key", "c2pa-chain.pem"
TSA_KEY, TSA_CHAIN = "tsa.key", "tsa-chain.pem"
_FILES = (ROOTS, SEALER_KEY, SEALER_CHAIN, TSA_KEY, TSA_CHAIN)
_EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"


def make(folder: Path, *, operator: str = "Colophon", days: int = 365) -> None:
    """Put both chains into ``folder``; do nothing if all five files are there already.

    ``c2pa-root.pem`` holds both roots, keys are readable by their owner alone. A folder that holds
    only some of the files is made anew: half a chain signs nothing.
    """
    if all((folder / name).is_file() for name in _FILES):
        return
    folder.mkdir(parents=True, exist_ok=True)
    sealer = _chain(f"{operator} TEST sealer", _EMAIL_PROTECTION, days=days)
    tsa = _chain(f"{operator} TEST time stamps", _TIME_STAMPING, days=days)
    _write(folder / SEALER_KEY, sealer.key_pem, secret=True)
    _write(folder / TSA_KEY, tsa.key_pem, secret=True)
    _write(folder / SEALER_CHAIN, sealer.chain_pem)
    _write(folder / TSA_CHAIN, tsa.chain_pem)
    _write(folder / ROOTS, sealer.root_pem + tsa.root_pem)


class _Chain:
    def __init__(self, certificates: Sequence[Certificate], key: EllipticCurvePrivateKey) -> None:
        from cryptography.hazmat.primitives import serialization as form

        pems = [one.public_bytes(form.Encoding.PEM) for one in certificates]
        self.chain_pem = b"".join(pems[:-1])
        self.root_pem = pems[-1]
        self.key_pem = key.private_bytes(
            form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
        )


def _chain(name: str, purpose: str, *, days: int) -> _Chain:
    from cryptography.hazmat.primitives.asymmetric import ec

    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    root = _certificate(f"{name} root", keys[0], by=None, by_key=keys[0], path=1, days=3650)
    middle = _certificate(
        f"{name} intermediate", keys[1], by=root, by_key=keys[0], path=0, days=1825
    )
    leaf = _certificate(name, keys[2], by=middle, by_key=keys[1], purpose=purpose, days=days)
    return _Chain([leaf, middle, root], keys[2])


def _certificate(
    name: str,
    key: EllipticCurvePrivateKey,
    *,
    by: Certificate | None,
    by_key: EllipticCurvePrivateKey,
    days: int,
    path: int | None = None,
    purpose: str = "",
) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST only, not to be trusted"),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
    )
    for extension, critical in _extensions(key, by_key, path=path, purpose=purpose):
        builder = builder.add_extension(extension, critical)
    return builder.sign(by_key, hashes.SHA256())


def _extensions(
    key: EllipticCurvePrivateKey,
    by_key: EllipticCurvePrivateKey,
    *,
    path: int | None,
    purpose: str,
) -> list[tuple[ExtensionType, bool]]:
    from cryptography import x509

    authority = path is not None
    usage = x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    found: list[tuple[ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=authority, path_length=path), True),
        (usage, True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), False),
    ]
    if purpose:
        found.append((x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose)]), True))
    return found


def _write(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Replace ``path`` in one step; a key is never readable by others, not even for a moment."""
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    aside.replace(path)
