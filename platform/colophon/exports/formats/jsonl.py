"""One canonical JSON object per line: the form auditors diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from kernel.canonical import Json, canonical


class JsonLines:
    name: ClassVar[str] = "jsonl"
    media_type: ClassVar[str] = "application/jsonl"

    def write(self, rows: Iterable[Mapping[str, Json]]) -> Iterator[bytes]:
        for row in rows:
            yield canonical(dict(row)) + b"\n"


FORMAT = JsonLines()
