"""Check a C2PA claim without any c2pa code: chain, COSE signature, assertion hashes, asset hash.

PNG, JPEG or sidecar; ES256; data-hash binding. It does not look at purposes, dates, revocation or
time-stamps. Usage: ``independent.py ROOTS.pem FILE...``; a sidecar is FILE.c2pa. Exit 0: all good.
Source: C2PA 2.4 (JUMBF, claim v2), RFC 9052 (COSE_Sign1), RFC 8949 (CBOR).
"""

from __future__ import annotations

import hashlib
import itertools
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils


class NotProven(Exception):
    """The claim does not hold, and why."""


def verify(path: Path, *, roots_pem: bytes) -> str:
    """Return the signer's subject. Raises `NotProven`."""
    asset = path.read_bytes()
    sidecar = path.with_name(path.name + ".c2pa")
    store = sidecar.read_bytes() if sidecar.exists() else _embedded(asset)
    try:
        return _check(asset, store, roots_pem)
    except (KeyError, IndexError, struct.error, ValueError, TypeError) as error:
        raise NotProven(f"broken store: {error!r}") from error


def _check(asset: bytes, store: bytes, roots_pem: bytes) -> str:
    manifest = _superbox(next(_boxes(store))[1])[1]["children"][-1][1]
    parts = dict(manifest["children"])
    claim_bytes = parts["c2pa.claim.v2"]["content"]
    claim, _ = _cbor(claim_bytes)
    leaf = _signer(parts["c2pa.signature"]["content"], claim_bytes, roots_pem)
    assertions = dict(parts["c2pa.assertions"]["children"])
    binding = None
    for reference in [*claim["created_assertions"], *claim.get("gathered_assertions", [])]:
        name = reference["url"].rsplit("/", 1)[-1]
        if hashlib.sha256(assertions[name]["raw"]).digest() != reference["hash"]:
            raise NotProven(f"assertion {name} was changed")
        if name.startswith("c2pa.hash.data"):
            binding, _ = _cbor(assertions[name]["content"])
    if binding is None or _asset_digest(asset, binding) != binding["hash"]:
        raise NotProven("the asset was changed")
    return leaf.subject.rfc4514_string()


def _signer(cose: bytes, claim: bytes, roots_pem: bytes) -> x509.Certificate:
    protected, unprotected, _, signature = _cbor(cose)[0]
    header = _cbor(protected)[0]
    if header[1] != -7:
        raise NotProven(f"algorithm {header[1]} is not ES256")
    chain = header.get(33) or unprotected[33]
    chain = chain if isinstance(chain, list) else [chain]
    certificates = [x509.load_der_x509_certificate(der) for der in chain]
    structure = b"\x84\x6aSignature1" + b"".join(_bytes(one) for one in (protected, b"", claim))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    key = certificates[0].public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(utils.encode_dss_signature(r, s), structure, ec.ECDSA(hashes.SHA256()))
        for one, issuer in itertools.pairwise(certificates):
            one.verify_directly_issued_by(issuer)
    except Exception as error:
        raise NotProven(f"signature or chain: {type(error).__name__}") from error
    if not any(_issued(certificates[-1], by=root) for root in _roots(roots_pem)):
        raise NotProven("no root vouches for the chain")
    return certificates[0]


def _roots(pem: bytes) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem)


def _issued(one: x509.Certificate, *, by: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(by)
    except Exception:  # noqa: BLE001  any reason is a no
        return False
    return True


def _asset_digest(asset: bytes, binding: dict[str, Any]) -> bytes:
    total, at = hashlib.sha256(), 0
    for gap in sorted(binding.get("exclusions") or [], key=lambda gap: gap["start"]):
        total.update(asset[at : gap["start"]])
        at = gap["start"] + gap["length"]
    total.update(asset[at:])
    return total.digest()


# --- where the store is --------------------------------------------------------------------------


def _embedded(data: bytes) -> bytes:
    store = b"".join(_png(data) if data[:4] == b"\x89PNG" else _jpeg(data))
    if not store:
        raise NotProven("no credential")
    return store


def _png(data: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"caBX":
            yield data[at + 8 : at + 8 + length]
        at += 12 + length


def _jpeg(data: bytes) -> Iterator[bytes]:
    at, first = 2, True
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, at + 2)
        if data[at + 1] == 0xEB and data[at + 4 : at + 6] == b"JP":
            yield data[at + (12 if first else 20) : at + 2 + length]
            first = False
        at += 2 + length


# --- JUMBF and CBOR ------------------------------------------------------------------------------


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        length = length or len(data) - at
        yield kind, data[at + 8 : at + length]
        at += length


def _superbox(data: bytes) -> tuple[str, dict[str, Any]]:
    (_, description), *rest = _boxes(data)
    label = description[17 : description.index(b"\0", 17)].decode()
    children = [_superbox(body) for kind, body in rest if kind == b"jumb"]
    content = b"".join(body for kind, body in rest if kind not in (b"jumb", b"free"))
    return label, {"raw": data, "children": children, "content": content}


def _bytes(value: bytes) -> bytes:
    size = len(value)
    if size < 24:
        return bytes([0x40 | size]) + value
    for code, form, most in ((0x58, ">B", 1 << 8), (0x59, ">H", 1 << 16), (0x5A, ">I", 1 << 32)):
        if size < most:
            return bytes([code]) + struct.pack(form, size) + value
    raise ValueError("too long")


def _cbor(data: bytes, at: int = 0) -> tuple[Any, int]:
    """Return one item and where it ends: definite lengths, no floats, which is all claims use."""
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    number = info
    if 24 <= info <= 27:
        size = 1 << (info - 24)
        number = int.from_bytes(data[at : at + size], "big")
        at += size
    if major in (0, 1):
        return (number if major == 0 else -1 - number), at
    if major in (2, 3):
        raw = data[at : at + number]
        return (raw if major == 2 else raw.decode()), at + number
    if major == 4:
        items = []
        for _ in range(number):
            item, at = _cbor(data, at)
            items.append(item)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(number):
            key, at = _cbor(data, at)
            pairs[key], at = _cbor(data, at)
        return pairs, at
    if major == 6:
        return _cbor(data, at)
    return {20: False, 21: True, 22: None}[info], at


if __name__ == "__main__":
    bad = 0
    for name in sys.argv[2:]:
        try:
            print(name, "proven", verify(Path(name), roots_pem=Path(sys.argv[1]).read_bytes()))  # noqa: T201
        except NotProven as refusal:
            bad += 1
            print(name, "NOT PROVEN", refusal)  # noqa: T201
    sys.exit(bad > 0)
