"""Identifiers: UUID version 7, one per object for life."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """Return a new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits.

    Rows made later sort later to the millisecond, so B-tree pages fill from the right.
    Source: RFC 9562, section 5.7.
    """
    millis = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    rand_a, rand_b = tail >> 68, tail & ((1 << 62) - 1)
    return UUID(int=(millis << 80) | (0x7 << 76) | ((rand_a & 0xFFF) << 64) | (0b10 << 62) | rand_b)
