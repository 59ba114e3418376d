"""Which works are like this one: pictures by their hash, texts by the runs they share."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from colophon.ledger.tenancy import current
from colophon.studio.models import Look
from colophon.studio.searching import Wish, sharing
from compliance.similarity import pictures

RADIUS = 90
"""Bits of 256. Unrelated photographs differ in 128 on average and hardly ever in fewer than 82."""
MOST = 120
TENANTS = 4
LATE = 1_000
"""Numbers below the newest that are read again: a row may commit behind a later one."""
_COPIED = np.dtype(
    [
        ("columns", ">i2"),
        ("seq_size", ">i4"),
        ("seq", ">i8"),
        ("id_size", ">i4"),
        ("id", "V16"),
        ("pdq_size", ">i4"),
        ("pdq", "u1", (32,)),
    ]
)
_HEAD, _TAIL = 19, 2  # of COPY in binary: signature, flags and extension; the trailer


@dataclass(slots=True)
class _Held:
    """The hashes of one tenant, 56 bytes a picture: a million take 56 MB of this process."""

    seqs: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    ids: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, "V16"))
    hashes: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 32), np.uint8))
    lock: Lock = field(default_factory=Lock)


_held: OrderedDict[UUID, _Held] = OrderedDict()
_turn = Lock()


def like(look: Look) -> list[UUID]:
    """Return works like the one that looks so, the closest first, itself left out.

    Hidden and trashed works are among them; whoever shows them asks `searching.search` which may be.
    """
    if look.pdq is not None:
        return [one for one, _ in nearest(bytes(look.pdq)) if one != look.artifact_id]
    runs = [one[2:] for one in look.marks if one.startswith("g:")]
    return [one for one in _texts(runs) if one != look.artifact_id] if runs else []


def nearest(pdq: bytes) -> list[tuple[UUID, int]]:
    """Return up to `MOST` works of the tenant within `RADIUS` bits, by an exact scan."""
    held = _of_tenant(current())
    with held.lock:
        _refresh(held)
        ids, hashes = held.ids, held.hashes
    asked = np.frombuffer(pdq, np.uint8)
    found = pictures.closest(hashes, asked, radius=RADIUS, most=MOST)
    return [(UUID(bytes=ids[row].tobytes()), distance) for row, distance in found]


def _texts(runs: list[str]) -> list[UUID]:
    """Return texts that share runs, those that share most first."""
    ids = sharing(Wish(runs=tuple(runs)), most=5 * MOST)
    wanted = {f"g:{one}" for one in runs}
    marks = Look.objects.filter(artifact__in=ids).values_list("artifact_id", "marks")
    shared = {work: len(wanted.intersection(held)) for work, held in marks}
    return sorted(ids, key=lambda one: -shared.get(one, 0))[:MOST]


def _of_tenant(tenant_id: UUID) -> _Held:
    with _turn:
        held = _held.setdefault(tenant_id, _Held())
        _held.move_to_end(tenant_id)
        while len(_held) > TENANTS:
            _held.popitem(last=False)
        return held


def _refresh(held: _Held) -> None:
    """Take in what came since; row-level security gives this tenant's rows alone."""
    last = int(held.seqs.max(initial=0))
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy (select seq, artifact_id, pdq from studio_look"
            " where pdq is not null and octet_length(pdq) = 32 and seq > %s)"
            " to stdout (format binary)",
            [last - LATE],
        ) as copy,
    ):
        data = b"".join(bytes(piece) for piece in copy)
    rows = np.frombuffer(
        data, _COPIED, offset=_HEAD, count=(len(data) - _HEAD - _TAIL) // _COPIED.itemsize
    )
    fresh = rows[~np.isin(rows["seq"], held.seqs[-2 * LATE :])]
    if len(fresh):
        held.seqs = np.concatenate([held.seqs, fresh["seq"].astype(np.int64)])
        held.ids = np.concatenate([held.ids, fresh["id"]])
        held.hashes = np.ascontiguousarray(np.concatenate([held.hashes, fresh["pdq"]]))
