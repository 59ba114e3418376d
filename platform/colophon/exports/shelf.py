"""The export formats we have: ``FORMATS.get("jsonl")``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from colophon.exports import formats
from kernel.canonical import Json
from kernel.shelf import Shelf


class Format(Protocol):
    """One file format: a pure projection. One per file in `colophon.exports.formats`."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...

    def write(self, rows: Iterable[Mapping[str, Json]]) -> Iterator[bytes]:
        """Give the file piece by piece; the same rows give the same bytes."""


FORMATS: Shelf[Format] = Shelf("export format", formats, "FORMAT")
