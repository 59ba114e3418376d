"""Registered works, searchable: the `MatchIndex` protocol and the one that lives in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from compliance.similarity import looking, pictures, text
from compliance.similarity.looking import Features
from compliance.similarity.postings import Postings, gram_hashes
from compliance.similarity.stock import PHRASES
from compliance.similarity.text import STREAMS, Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One stored fingerprint of a registered work: a row as it comes from the database."""

    work_id: UUID
    kind: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHit:
    """An unbroken run of tokens that a text shares with a registered one."""

    work_id: UUID
    document: int
    """Tells apart several texts of one work. Means nothing beyond one answer."""
    start: int
    """First token of the run in the query; ``end`` is behind its last."""
    end: int
    there_start: int
    """First token of the run in the registered text, which has ``there_tokens``."""
    there_tokens: int
    there_span: tuple[int, int]
    """Character offsets of the run in the registered text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashHit:
    work_id: UUID
    query: int
    """Which of the hashes asked about."""
    distance: int
    """Bits that differ, of 256."""
    quality: int
    """PDQ quality of the registered picture, 0 to 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A registered picture whose features look like some of those asked about."""

    work_id: UUID
    votes: int
    features: Features


class MatchIndex(Protocol):
    """What checks search. Nothing in it depends on where the works lie.

    Answers are complete for what was registered up to ``as_of``, and the same whenever asked
    again. An index that cannot answer so raises a `Fault`, and the check is `unsure`.
    Shards answer separately; their hits are simply put together, and candidates merged by votes.
    """

    @property
    def as_of(self) -> int:
        """The watermark: the last fingerprint that was taken in."""

    @property
    def works(self) -> int:
        """How many works are searched."""

    def text(self, ids: NDArray[np.uint32], *, stream: str, least: int) -> tuple[TextHit, ...]:
        """Return every maximal run of at least ``least`` tokens; complete from the stream's
        ``guaranteed`` length on."""

    def hashes(self, queries: NDArray[np.uint8], *, radius: int) -> tuple[HashHit, ...]:
        """Return every picture at most ``radius`` bits from any of ``queries``, shape (n, 32)."""

    def candidates(
        self, queries: Sequence[NDArray[np.uint8]], *, most: int, also: frozenset[UUID]
    ) -> tuple[Candidate, ...]:
        """Return up to ``most`` pictures by votes, most first, and all pictures of ``also``.

        Each of ``queries`` are the descriptors of one view, shape (n, 128).
        """


class EmbeddedIndex:
    """All of it in the memory of this process. Right for a few thousand pictures and some
    millions of words; docs/similarity.md has the measurements and what comes after."""

    def __init__(self, references: Sequence[Reference], *, as_of: int) -> None:
        self.as_of = as_of
        self.works = len({reference.work_id for reference in references})
        self._references = references

    @classmethod
    def build(cls, references: Iterable[Reference], *, as_of: int) -> EmbeddedIndex:
        """Index ``references``. Their order does not matter. Each kind is built when first asked.

        ``as_of`` is the watermark the rows were read at.
        """
        known = {stream.kind for stream in STREAMS.values()} | {"image.pdq", "image.sift"}
        kept = (reference for reference in references if reference.kind in known)
        ordered = sorted(kept, key=lambda one: (one.work_id.int, one.kind, one.payload))
        return cls(ordered, as_of=as_of)

    def text(self, ids: NDArray[np.uint32], *, stream: str, least: int) -> tuple[TextHit, ...]:
        texts = self._texts[stream]
        return tuple(
            texts.hit(document, start, end, there)
            for document, start, end, there in texts.postings.runs(ids, least=least)
        )

    def hashes(self, queries: NDArray[np.uint8], *, radius: int) -> tuple[HashHit, ...]:
        works, rows, qualities = self._hashes
        return tuple(
            HashHit(work_id=works[row], query=query, distance=distance, quality=int(qualities[row]))
            for query, row, distance in pictures.within(rows, queries, radius=radius)
        )

    def candidates(
        self, queries: Sequence[NDArray[np.uint8]], *, most: int, also: frozenset[UUID]
    ) -> tuple[Candidate, ...]:
        works, features, stored, starts = self._features
        counts = pictures.votes(stored, starts, queries)
        order = np.argsort(-counts, kind="stable")
        chosen = [*order[:most]]
        chosen += [at for at in order[most:] if works[at] in also]
        return tuple(
            Candidate(work_id=works[at], votes=int(counts[at]), features=features[at])
            for at in chosen
        )

    @cached_property
    def _texts(self) -> dict[str, _Texts]:
        return {
            name: _Texts(self._of(stream.kind), stream=name) for name, stream in STREAMS.items()
        }

    @cached_property
    def _hashes(self) -> tuple[list[UUID], NDArray[np.uint8], NDArray[np.uint8]]:
        found = self._of("image.pdq")
        unpacked = [looking.unpack_hash(one.payload) for one in found]
        rows = np.array([row for row, _ in unpacked], np.uint8).reshape(-1, 32)
        qualities = np.array([quality for _, quality in unpacked], np.uint8)
        return [one.work_id for one in found], rows, qualities

    @cached_property
    def _features(
        self,
    ) -> tuple[list[UUID], list[Features], NDArray[np.uint8], NDArray[np.int64]]:
        pairs = [
            (one.work_id, looking.unpack_features(one.payload)) for one in self._of("image.sift")
        ]
        pairs = [pair for pair in pairs if len(pair[1].points)]
        features = [found for _, found in pairs]
        stored = np.concatenate([np.zeros((0, 128), np.uint8), *(f.descriptors for f in features)])
        counts = np.array([len(one.points) for one in features], np.int64)
        return [work for work, _ in pairs], features, stored, np.cumsum(counts) - counts

    def _of(self, kind: str) -> list[Reference]:
        return [reference for reference in self._references if reference.kind == kind]


class _Texts:
    """The registered texts of one stream: postings, and where each token stands in its text."""

    def __init__(self, references: Sequence[Reference], *, stream: str) -> None:
        shape = STREAMS[stream]
        self._works = [reference.work_id for reference in references]
        self._tokens: list[Tokens] = [text.unpack(one.payload) for one in references]
        stock = [gram_hashes(text.streams(p)[stream].ids, gram=shape.gram) for p in PHRASES]
        self.postings = Postings(
            [tokens.ids for tokens in self._tokens],
            gram=shape.gram,
            window=shape.window,
            stock=np.concatenate([np.zeros(0, np.uint64), *stock]),
        )

    def hit(self, document: int, start: int, end: int, there: int) -> TextHit:
        tokens = self._tokens[document]
        span = int(tokens.starts[there]), int(tokens.ends[there + end - start - 1])
        return TextHit(
            work_id=self._works[document],
            document=document,
            start=start,
            end=end,
            there_start=there,
            there_tokens=len(tokens),
            there_span=span,
        )
