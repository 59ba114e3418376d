"""Search over many pictures: every hash within a radius, and a vote among local features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 16  # stored descriptors compared at a time: 32 MiB as floats
_NEIGHBOURS = 5
_NEAR = (0.7 * 512) ** 2  # squared distance of RootSIFT descriptors, at one byte per dimension

Bytes = NDArray[np.uint8]


def within(stored: Bytes, queries: Bytes, *, radius: int) -> list[tuple[int, int, int]]:
    """Return (query, row, distance) for every stored 256-bit hash at most ``radius`` bits away.

    An exact scan: 1 ms per query and million rows. Graph indexes lose true copies here (at a
    million rows BinaryHNSW found half of those 10 bits away), so none is used.
    """
    if not len(stored):
        return []
    faiss = _faiss()
    queries = np.ascontiguousarray(queries)
    found = faiss.RangeSearchResult(len(queries))
    faiss.hamming_range_search(
        faiss.swig_ptr(queries),
        faiss.swig_ptr(stored),
        len(queries),
        len(stored),
        radius + 1,  # it gives what lies strictly inside
        stored.shape[1],
        found,
    )
    limits = faiss.rev_swig_ptr(found.lims, len(queries) + 1).copy()
    count = int(limits[-1])
    if not count:
        return []
    rows = faiss.rev_swig_ptr(found.labels, count).copy()
    distances = faiss.rev_swig_ptr(found.distances, count).copy()
    asked = np.repeat(np.arange(len(queries)), np.diff(limits).astype(np.int64))
    return [
        (int(query), int(row), int(distance))
        for query, row, distance in zip(asked, rows, distances, strict=True)
    ]


def votes(stored: Bytes, owners: NDArray[np.int32], queries: Sequence[Bytes]) -> NDArray[np.int64]:
    """Return shape (pictures,): the votes for each, by whichever of ``queries`` gave it more.

    Every descriptor votes once for each picture that holds one of its nearest neighbours, if
    that one is near at all. An exact search over all stored descriptors.
    """
    pictures = int(owners[-1]) + 1 if len(owners) else 0
    best = np.zeros(pictures, np.int64)
    for query in queries:
        if not len(query) or not pictures:
            continue
        rows, distances = _nearest(stored, query)
        near = distances <= _NEAR
        voters = np.broadcast_to(np.arange(len(query))[:, None], rows.shape)[near]
        ballots = np.unique(voters * pictures + owners[rows[near]])
        best = np.maximum(best, np.bincount(ballots % pictures, minlength=pictures))
    return best


def _nearest(stored: Bytes, query: Bytes) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return rows and squared distances of the nearest stored descriptors, both (query, few)."""
    faiss = _faiss()
    asked = query.astype(np.float32)
    most = min(_NEIGHBOURS, len(stored))
    rows = np.zeros((len(query), 0), np.int64)
    distances = np.zeros((len(query), 0), np.float32)
    for start in range(0, len(stored), _BLOCK):
        block = stored[start : start + _BLOCK].astype(np.float32)
        far, found = faiss.knn(asked, block, min(most, len(block)))
        rows = np.concatenate([rows, found + start], axis=1)
        distances = np.concatenate([distances, far], axis=1)
        order = np.argsort(distances, axis=1, kind="stable")[:, :most]
        rows = np.take_along_axis(rows, order, axis=1)
        distances = np.take_along_axis(distances, order, axis=1)
    return rows, distances


def _faiss() -> Any:
    import faiss

    faiss.omp_set_num_threads(1)  # it would take every core of a machine with a worker per core
    return faiss
