"""The tree as it is kept: rows of 256 hashes, as C2SP tlog-tiles lays them out.

A tile of level L holds, side by side, the hashes of complete subtrees of 256**L leaves. The levels
between are recomputed inside a tile. Where tiles lie (a table, a folder, a web server) is the
caller's business: everything here asks a `ReadTile`.

Source: c2sp.org/tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from colophon.ledger.merkle import (
    HASH_BYTES,
    bag,
    consistency_ranges,
    fold,
    inclusion_ranges,
    peaks_of,
    range_hash,
)

WIDTH = 256
_HEIGHT = 8

ReadTile = Callable[[int, int, int], bytes]
"""``read(level, n, width)``: the first ``width`` hashes (or more) of tile ``n`` of ``level``."""


def tile_path(level: int, *, n: int, width: int = WIDTH) -> str:
    """Return where a tile lies below the log's prefix: ``tile/0/x001/234`` or ``.../234.p/17``."""
    parts = [f"{n % 1000:03d}"]
    while n := n // 1000:
        parts.append(f"x{n % 1000:03d}")
    suffix = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{suffix}"


def width_of(level: int, *, n: int, size: int) -> int:
    """Return how many hashes tile ``n`` of ``level`` has in a tree of ``size`` leaves (0..256)."""
    return min(WIDTH, max(0, (size >> (_HEIGHT * level)) - n * WIDTH))


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield ``(level, n, width)`` of every tile that a tree of ``size`` leaves is made of."""
    level = 0
    while row := size >> (_HEIGHT * level):
        for n in range(-(-row // WIDTH)):
            yield level, n, min(WIDTH, row - n * WIDTH)
        level += 1


def inclusion_proof(read_tile: ReadTile, index: int, size: int) -> list[bytes]:
    """Return the audit path of leaf ``index`` in the tree of ``size`` leaves.

    Raises:
        ValueError: there is no such leaf, or a tile is shorter than the size says.
    """
    look = _Lookup(read_tile, size)
    return [range_hash(one, subtree=look.subtree) for one in inclusion_ranges(index, size=size)]


def consistency_proof(read_tile: ReadTile, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves begins the tree of ``new``.

    Raises:
        ValueError: not ``0 < old <= new``, or a tile is shorter than the size says.
    """
    look = _Lookup(read_tile, new)
    return [range_hash(one, subtree=look.subtree) for one in consistency_ranges(old, new=new)]


def root_at(read_tile: ReadTile, size: int) -> bytes:
    """Return the root of the tree of ``size`` leaves."""
    return range_hash((0, size), subtree=_Lookup(read_tile, size).subtree)


class _Lookup:
    """Hashes of complete subtrees, each tile read once."""

    def __init__(self, read_tile: ReadTile, size: int) -> None:
        self._read_tile = read_tile
        self._size = size
        self._held: dict[tuple[int, int], list[bytes]] = {}

    def subtree(self, height: int, number: int) -> bytes:
        level, above = divmod(height, _HEIGHT)
        first = number << above
        row = self._row(level, first // WIDTH)
        at = first % WIDTH
        return fold(row[at : at + (1 << above)])

    def _row(self, level: int, n: int) -> list[bytes]:
        held = self._held.get((level, n))
        if held is None:
            width = width_of(level, n=n, size=self._size)
            held = self._held[level, n] = hashes_in(
                self._read_tile(level, n, width), width=width, name=tile_path(level, n=n)
            )
        return held


def hashes_in(tile: bytes, *, width: int, name: str = "tile") -> list[bytes]:
    """Return the first ``width`` hashes of a tile.

    Raises:
        ValueError: it has fewer.
    """
    if len(tile) < width * HASH_BYTES:
        raise ValueError(f"{name} holds {len(tile) // HASH_BYTES} hashes, {width} are needed")
    return [tile[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(width)]


@dataclass(slots=True)
class Edge:
    """The right edge of a tree: all that is needed to append, at most 256 hashes a level.

    It runs ahead of the database between `extend` and the commit. After any exception throw it
    away and `Edge.read` a new one.
    """

    size: int = 0
    _rows: list[list[bytes]] = field(default_factory=list)
    _touched: set[int] = field(default_factory=set)
    _full: dict[tuple[int, int], bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, read_tile: ReadTile, size: int) -> Edge:
        """Return the edge of the tree of ``size`` leaves that the tiles hold.

        Raises:
            ValueError: a tile is shorter than the size says.
        """
        edge, level = cls(size=size), 0
        while row := size >> (_HEIGHT * level):
            n, width = divmod(row, WIDTH)
            name = tile_path(level, n=n, width=width or WIDTH)
            tile = read_tile(level, n, width) if width else b""
            edge._rows.append(hashes_in(tile, width=width, name=name))
            level += 1
        return edge

    def extend(self, hashes: Sequence[bytes]) -> None:
        """Append leaf hashes, 32 bytes each."""
        if any(len(one) != HASH_BYTES for one in hashes):
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes")
        self._fill(0, hashes, n=self.size // WIDTH)
        self.size += len(hashes)

    def take_changed(self) -> dict[tuple[int, int], bytes]:
        """Return the tiles changed since the last call, by ``(level, n)``, and forget them."""
        changed = dict(self._full)
        for level in self._touched:
            if row := self._rows[level]:
                changed[level, (self.size >> (_HEIGHT * level)) // WIDTH] = b"".join(row)
        self._full.clear()
        self._touched.clear()
        return changed

    def root(self) -> bytes:
        """Return the root over everything appended so far."""
        peaks = []
        for first, last in peaks_of(self.size):
            level, above = divmod((last - first).bit_length() - 1, _HEIGHT)
            at = (first >> (_HEIGHT * level)) % WIDTH
            peaks.append(fold(self._rows[level][at : at + (1 << above)]))
        return bag(peaks)

    def _fill(self, level: int, hashes: Sequence[bytes], *, n: int) -> None:
        if level == len(self._rows):
            self._rows.append([])
        row, above, at, tile = self._rows[level], list[bytes](), 0, n
        while at < len(hashes):
            taken = hashes[at : at + WIDTH - len(row)]
            row.extend(taken)
            at += len(taken)
            if len(row) == WIDTH:
                self._full[level, tile] = b"".join(row)
                above.append(fold(row))
                row, tile = [], tile + 1
        self._rows[level] = row
        self._touched.add(level)
        if above:
            self._fill(level + 1, above, n=n // WIDTH)
