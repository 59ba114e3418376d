"""Exact shared runs between a query and many stored token streams.

An inverted index of hashed n-grams, winnowed on the stored side only, then extension to the
maximal run on the stored tokens themselves: a hash that collides makes work, never evidence.
The query is not winnowed, so every shared run of ``gram + window - 1`` tokens is found.

Source: Schleimer, Wilkerson, Aiken, "Winnowing", SIGMOD 2003; measured in docs/similarity.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from compliance.similarity.errors import IndexTooLarge

Ids = NDArray[np.uint32]
_MOST_TOKENS = 2**32 - 1  # positions are stored in 32 bits
_NEVER = np.uint64(2**64 - 1)

Run = tuple[int, int, int, int]
"""Document, first and behind-last token in the query, first token in the document."""


def gram_hashes(ids: Ids, *, gram: int) -> NDArray[np.uint64]:
    """Return shape (tokens - gram + 1,): one 64-bit hash per n-gram."""
    count = len(ids) - gram + 1
    if count < 1:
        return np.zeros(0, np.uint64)
    mixed = np.zeros(count, np.uint64)
    for offset in range(gram):
        token = ids[offset : offset + count].astype(np.uint64) + np.uint64(1)
        mixed *= np.uint64(0x100000001B3)
        mixed += token * np.uint64(0x9E3779B97F4A7C15)
    # The finaliser of splitmix64: neighbours in, strangers out.
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return np.minimum(mixed, _NEVER - np.uint64(1))


def winnow(hashes: NDArray[np.uint64], *, window: int) -> NDArray[np.int64]:
    """Return the positions of the rightmost minimum of every ``window`` hashes in a row."""
    if len(hashes) < window:
        return np.array([hashes.argmin()] if len(hashes) else [], np.int64)
    views = sliding_window_view(hashes, window)
    picks = np.arange(len(views)) + window - 1 - views[:, ::-1].argmin(axis=1)
    # Picks never fall back, so equal ones are neighbours: no sort is needed to make them unique.
    kept: NDArray[np.int64] = picks[np.flatnonzero(np.diff(picks, prepend=-1))]
    return kept


class Postings:
    """Token streams of many documents, searchable by shared run.

    ``stock`` are grams of phrases that everyone writes (licence boilerplate): a run made of
    nothing else is not found, by this list and never by a silent limit on how common a gram is.
    """

    def __init__(
        self, documents: Sequence[Ids], *, gram: int, window: int, stock: NDArray[np.uint64]
    ) -> None:
        self.gram = gram
        self._stock = np.unique(stock)
        self._bounds = np.cumsum([0, *map(len, documents)], dtype=np.int64)
        if self._bounds[-1] > _MOST_TOKENS:
            raise IndexTooLarge(most=_MOST_TOKENS)
        self._tokens = np.concatenate([np.zeros(0, np.uint32), *documents])
        self._hashes, self._positions = self._build(window)

    def _build(self, window: int) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
        hashes = gram_hashes(self._tokens, gram=self.gram)
        inside = np.ones(len(hashes), np.bool_)
        for start in self._bounds[1:-1]:  # no gram across two documents
            inside[max(0, start - self.gram + 1) : start] = False
        positions = np.flatnonzero(inside).astype(np.uint32)
        hashes = hashes[inside]
        if len(self._stock):
            # Winnowing then prefers any other gram of the window, which keeps the guarantee for
            # runs that hold at least one gram outside the list.
            hashes[np.isin(hashes, self._stock)] = _NEVER
        kept = winnow(hashes, window=window)
        kept = kept[hashes[kept] != _NEVER]
        hashes, positions = hashes[kept], positions[kept]
        order = np.argsort(hashes, kind="stable")
        return hashes[order], positions[order]

    def runs(self, query: Ids, *, least: int) -> Iterator[Run]:
        """Give every maximal run of at least ``least`` tokens shared with a document.

        Runs come ordered by document, then diagonal, then place in the query.
        """
        seeds, positions = self._seeds(query)
        if not len(seeds):
            return
        documents = np.searchsorted(self._bounds, positions, side="right") - 1
        diagonals = positions.astype(np.int64) - seeds
        order = np.lexsort((seeds, diagonals, documents))
        seeds, documents, diagonals = seeds[order], documents[order], diagonals[order]
        changes = np.diff(documents, prepend=-1) | np.diff(diagonals, prepend=diagonals[0])
        firsts = np.flatnonzero(changes)
        for first, behind in zip(firsts, [*firsts[1:], len(seeds)], strict=True):
            document, diagonal = int(documents[first]), int(diagonals[first])
            low, high = int(self._bounds[document]), int(self._bounds[document + 1])
            for start, end in self._extend(
                query, diagonal, low=low, high=high, seeds=seeds[first:behind], least=least
            ):
                yield document, start, end, start + diagonal - low

    def _seeds(self, query: Ids) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return, pair by pair, a gram's place in the query and its place in the index."""
        grams = gram_hashes(query, gram=self.gram)
        low = np.searchsorted(self._hashes, grams, side="left")
        counts = np.searchsorted(self._hashes, grams, side="right") - low
        places = np.repeat(np.arange(len(grams)), counts)
        within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
        return places, self._positions[low[places] + within]

    def _extend(
        self,
        query: Ids,
        diagonal: int,
        *,
        low: int,
        high: int,
        seeds: NDArray[np.int64],
        least: int,
    ) -> Iterator[tuple[int, int]]:
        """Give the runs of equal tokens on one diagonal of one document that hold a seed."""
        begin, behind = max(0, low - diagonal), min(len(query), high - diagonal)
        equal = np.zeros(behind - begin + 2, np.bool_)
        equal[1:-1] = query[begin:behind] == self._tokens[begin + diagonal : behind + diagonal]
        starts, ends = (np.flatnonzero(equal[1:] != equal[:-1]) + begin).reshape(-1, 2).T
        long = ends - starts >= least
        for start, end in zip(starts[long].tolist(), ends[long].tolist(), strict=True):
            at = np.searchsorted(seeds, start)
            if at < len(seeds) and seeds[at] + self.gram <= end:
                yield start, end
