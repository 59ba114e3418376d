"""Text as streams of numbered tokens: words, and Han characters. What the n-gram index compares."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from compliance.similarity.errors import DamagedFingerprint
from compliance.similarity.normal import HAN, Normal, normal

VERSION = "1"
_TAG = b"tok1"
_HEAD = struct.Struct("<4sI")

_WORD = re.compile(rf"[^\W_{HAN}]+(?:['\u2019\u02bc][^\W_{HAN}]+)*")
_CHARACTER = re.compile(f"[{HAN}]")
# Scripts that put no space between words: Thai, Lao, Myanmar, Khmer, kana.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One way to cut text into tokens, and the lengths of shared runs that mean something."""

    kind: str
    """Kind of its fingerprints."""
    gram: int
    """Tokens per n-gram."""
    window: int
    """Grams per winnowing window: every run of ``gram + window - 1`` tokens is found."""
    weak: int
    match: int
    strong: int
    """Tokens in an unbroken shared run. Measured on: docs/similarity.md."""

    @property
    def guaranteed(self) -> int:
        """Return the shortest run that cannot be missed, in tokens."""
        return self.gram + self.window - 1


STREAMS = {
    "en": Stream(kind="text.en", gram=5, window=4, weak=8, match=12, strong=25),
    # Five Han characters are a phrase anyone may write, so that 5-grams would mostly find chance;
    # 8-grams still find every run of 11, and nothing below 13 is reported.
    "zh": Stream(kind="text.zh", gram=8, window=4, weak=13, match=20, strong=40),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens of one stream; all three arrays have shape (tokens,) and dtype uint32."""

    ids: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    """Offset of the token's first character in the original text."""
    ends: NDArray[np.uint32]
    """Offset behind its last character."""

    def __len__(self) -> int:
        return len(self.ids)


def streams(text: str) -> dict[str, Tokens]:
    """Return the tokens of ``text`` by name of stream; mixed text has both."""
    seen = normal(text)
    return {"en": _words(seen), "zh": _characters(seen)}


def unread_permille(text: str) -> int:
    """Return how much of ``text`` is in scripts that neither stream can cut into words."""
    letters = sum(map(str.isalpha, text))
    return 1000 * len(_UNSPACED.findall(text)) // letters if letters else 0


def _words(seen: Normal) -> Tokens:
    found = [match.span() for match in _WORD.finditer(seen.text)]
    return _tokens(seen, found, [word_id(seen.text[start:end]) for start, end in found])


def _characters(seen: Normal) -> Tokens:
    found = [match.start() for match in _CHARACTER.finditer(seen.text)]
    return _tokens(seen, [(at, at + 1) for at in found], [ord(seen.text[at]) for at in found])


def _tokens(seen: Normal, found: list[tuple[int, int]], ids: list[int]) -> Tokens:
    spans = np.array([seen.span(start, end) for start, end in found], np.uint32).reshape(-1, 2)
    return Tokens(
        ids=np.array(ids, np.uint32),
        starts=np.ascontiguousarray(spans[:, 0]),
        ends=np.ascontiguousarray(spans[:, 1]),
    )


@lru_cache(maxsize=1 << 16)
def word_id(word: str) -> int:
    """Return the number of a word: 32 bits of BLAKE2b, the same in every index and process.

    Two words share a number once in 4.3 thousand million; a run of eight needs eight of them.
    """
    even = word.replace("\u2019", "'").replace("\u02bc", "'")
    return int.from_bytes(blake2b(even.encode(), digest_size=4).digest(), "little")


def pack(tokens: Tokens) -> bytes:
    """Return the bytes that a reference keeps of one stream, about 6 per word."""
    starts = tokens.starts.astype("<u4")
    gaps = np.diff(starts, prepend=np.uint32(0)).astype("<u4")
    lengths = (tokens.ends - tokens.starts).astype("<u4")
    body = b"".join(part.tobytes() for part in (tokens.ids.astype("<u4"), gaps, lengths))
    return _HEAD.pack(_TAG, len(tokens)) + zlib.compress(body, 6)


def unpack(payload: bytes) -> Tokens:
    """Return what `pack` was given.

    Raises:
        DamagedFingerprint: the bytes were made by another version, or are damaged.
    """
    try:
        tag, count = _HEAD.unpack_from(payload)
        body = zlib.decompress(payload[_HEAD.size :])
    except (struct.error, zlib.error):
        raise DamagedFingerprint(kind="text") from None
    if tag != _TAG or len(body) != 12 * count:
        raise DamagedFingerprint(kind="text")
    ids, gaps, lengths = np.frombuffer(body, "<u4").reshape(3, count)
    starts = np.cumsum(gaps, dtype=np.uint32)
    return Tokens(ids=ids.astype(np.uint32), starts=starts, ends=starts + lengths)


def cover(spans: Iterable[tuple[int, int]], *, length: int) -> NDArray[np.bool_]:
    """Return shape (length,): which tokens lie inside any of ``spans``."""
    covered = np.zeros(length, np.bool_)
    for start, end in spans:
        covered[start:end] = True
    return covered
