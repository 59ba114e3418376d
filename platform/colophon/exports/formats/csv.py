"""Comma-separated values with a header, for spreadsheets; RFC 4180."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from kernel.canonical import Json, canonical

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet would calculate: such a text gets an apostrophe in front."""


class CommaSeparated:
    name: ClassVar[str] = "csv"
    media_type: ClassVar[str] = "text/csv"

    def write(self, rows: Iterable[Mapping[str, Json]]) -> Iterator[bytes]:
        head: list[str] = []
        for row in rows:
            if not head:
                head = list(row)
                yield _line(head)
            yield _line([_cell(row.get(name)) for name in head])


def _line(cells: list[str]) -> bytes:
    held = io.StringIO()
    csv.writer(held, lineterminator="\r\n").writerow(cells)
    return held.getvalue().encode()


def _cell(value: Json) -> str:
    if value is None:
        return ""
    said = value if isinstance(value, str) else canonical(value).decode()
    return f"'{said}" if said.startswith(FORMULA) and isinstance(value, str) else said


FORMAT = CommaSeparated()
