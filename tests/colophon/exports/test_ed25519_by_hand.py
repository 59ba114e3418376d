"""The verifier's own Ed25519 against OpenSSL's: it may be stricter, never more lenient.

The edge cases are made here, after the idea of the C2SP/CCTV vectors (Valsorda, "It's 255:19AM. Do
you know what your validation criteria are?"): keys and commitments with a part of small order, in
canonical and other encodings, scalars at and beyond the order.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.exports import verify_bundle as ours

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
# The points of order 1, 2, 4 and 8 in every encoding, also those beyond the field.
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


def openssl(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def packed(point: Any) -> bytes:
    x, y, z, _ = point
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return int(y | (x & 1) << 255).to_bytes(32, "little")


def small_points() -> list[Any]:
    """The eight points of small order, from one of order eight."""
    eighth = ours._point(bytes.fromhex(SMALL[4]))
    return [ours._sum(n, eighth, 0, eighth) for n in range(8)]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.binary(min_size=32, max_size=32),
    message=st.binary(max_size=200),
    bit=st.integers(0, 511),
)
def test_it_agrees_with_openssl_on_real_signatures_and_on_one_wrong_bit(
    seed: bytes, message: bytes, bit: int
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert ours.ed25519(public, message, signature)
    wrong = bytearray(signature)
    wrong[bit // 8] ^= 1 << bit % 8
    assert not ours.ed25519(public, message, bytes(wrong))
    assert not ours.ed25519(public, message + b"x", signature)


def test_rfc_8032_vectors_hold() -> None:
    for public, message, signature in (
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39"
                "701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f36"
                "13d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
    ):
        assert ours.ed25519(*map(bytes.fromhex, (public, message, signature)))


def test_a_key_of_small_order_signs_nothing() -> None:
    for key, r in itertools.product(map(bytes.fromhex, SMALL), map(bytes.fromhex, SMALL)):
        for s in (0, 1, 8):
            assert not ours.ed25519(key, b"anything", r + s.to_bytes(32, "little"))


def test_it_never_accepts_what_openssl_refuses_on_mixed_order_points() -> None:
    dice, accepted, cases = random.Random(19), 0, 0
    base = ours._point(b"\x58" + b"\x66" * 31)
    torsion = small_points()
    assert len({packed(point) for point in torsion}) == 8
    for i, j in itertools.product(range(8), range(8)):
        a, r = dice.randrange(1, ORDER), dice.randrange(1, ORDER)
        key = packed(ours._add(ours._sum(a, base, 0, base), torsion[i]))
        commitment = packed(ours._add(ours._sum(r, base, 0, base), torsion[j]))
        message = b"%d %d" % (i, j)
        k = int.from_bytes(hashlib.sha512(commitment + key + message).digest(), "little") % ORDER
        for s in ((r + k * a) % ORDER, (r + k * a) % ORDER + ORDER):
            signature = commitment + s.to_bytes(32, "little")
            cases += 1
            if ours.ed25519(key, message, signature):
                accepted += 1
                assert openssl(key, message, signature)
    assert accepted >= 1
    assert accepted < cases // 2  # beyond the order nothing holds


def test_lengths_and_points_off_the_curve_are_refused() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    off = [bytes([n]) + bytes(31) for n in range(2, 40)]
    refused = [one for one in off if not ours._point(one)]
    assert refused
    assert not any(ours.ed25519(one, b"m", signature) for one in refused)
    assert not ours.ed25519(public, b"m", signature + b"\0")
    assert not ours.ed25519(public, b"m", signature[:-1] + b"\xff")
