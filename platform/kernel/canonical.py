"""Canonical bytes: the only place where bytes that are hashed or signed are made from values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

# RFC 8785 3.2.2.3 writes numbers as ECMAScript doubles. We sign no floats at all: a number that
# reads back differently elsewhere would break a proof. Integers stay within 2**53, where every
# JSON reader agrees.
_LARGEST = 2**53

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def canonical(value: object) -> bytes:
    """Return the RFC 8785 (JCS) bytes of ``value``: sorted keys, no spaces, UTF-8.

    Raises:
        ValueError: a float, an integer beyond 2**53, a lone surrogate or a key that is no string.

    Source: RFC 8785. Keys sort by UTF-16 code units (3.2.3).
    """
    return _write(value).encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical bytes of ``value``, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def instant(at: datetime) -> str:
    """Return ``at`` in UTC with milliseconds: ``2026-11-23T09:00:00.000Z``.

    Raises:
        ValueError: ``at`` names no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sha256_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of what is left in ``stream``, read in pieces of 1 MiB."""
    total = hashlib.sha256()
    for piece in _pieces(stream):
        total.update(piece)
    return total.hexdigest()


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(1 << 20):
        yield piece


def _write(value: object) -> str:
    match value:
        case None | bool():
            return json.dumps(value)
        case int() if abs(value) <= _LARGEST:
            return str(value)
        case str():
            value.encode()  # a lone surrogate has no UTF-8 form: refuse it here
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            return "[" + ",".join(map(_write, value)) + "]"
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise ValueError("a key is not a string")
            ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
            return "{" + ",".join(f"{_write(k)}:{_write(v)}" for k, v in ordered) + "}"
    raise ValueError(f"{value!r} has no canonical form")
