"""Where a key stands in a TOML file: `tomllib` tells values, not lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\"'-]+)\s*=")

Path = tuple[str | int, ...]


def line_of(source: str, path: Sequence[str | int]) -> int:
    """Return the line, from 1, on which ``path`` stands, or of the nearest thing around it.

    ``("clause", 2, "needs", "checks")`` is the key ``checks`` of the third ``[[clause]]``.
    """
    known = _positions(source)
    wanted: Path = tuple(path)
    for size in range(len(wanted), 0, -1):
        if wanted[:size] in known:
            return _within(source, known[wanted[:size]], rest=wanted[size:])
    return 1


def _positions(source: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    counts: dict[str, int] = {}
    table: Path = ()
    for number, line in enumerate(source.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _table(header[2], array=header[1] == "[[", counts=counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key[1])), number)
            found.setdefault((*table, _parts(key[1])[0]), number)
    return found


def _table(name: str, *, array: bool, counts: dict[str, int]) -> Path:
    parts = _parts(name)
    if array:
        counts[parts[0]] = counts.get(parts[0], -1) + 1
    if parts[0] in counts:  # [clause.text] belongs to the [[clause]] above it
        return (parts[0], counts[parts[0]], *parts[1:])
    return parts


def _parts(name: str) -> tuple[str, ...]:
    """Split a dotted key; a quoted part keeps its points (``label."visible.image"``)."""
    pieces = re.findall(r'"[^"]*"|\'[^\']*\'|[^.\s]+', name)
    return tuple(piece.strip("\"'") for piece in pieces)


def _within(source: str, start: int, *, rest: Path) -> int:
    """Go on from ``start`` to the line that holds the first key of ``rest``, in the same table."""
    if not rest:
        return start
    wanted = re.compile(rf"[\"']?\b{re.escape(str(rest[0]))}\b[\"']?\s*=")
    lines = source.splitlines()
    for number in range(start, len(lines) + 1):
        if number > start and (_HEADER.match(lines[number - 1]) or _KEY.match(lines[number - 1])):
            break
        if wanted.search(lines[number - 1]):
            return number
    return start
