"""The tree: roots, proofs and their verification, as RFC 6962 and RFC 9162 define them.

Nothing here is of our own invention. A proof is first a list of ranges of leaves; who holds the
hashes (`Tree` in memory, `tiles` in a database or in files) only looks the ranges up.
Standard library only: the same functions serve the sequencer, the witness and the exports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()

Range = tuple[int, int]
"""Leaves [first, last), a complete subtree or the ragged right end of a tree."""


def leaf_hash(line: bytes) -> bytes:
    """Return the hash of one leaf: SHA-256 of 0x00 and the exact bytes of the event's line."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 of 0x01 and both children."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a complete subtree from its bottom row.

    Raises:
        ValueError: the row is empty or its length is no power of two.
    """
    row = list(hashes)
    if not row or len(row) & (len(row) - 1):
        raise ValueError(f"{len(row)} hashes are no complete subtree")
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def stream_root(hashes: Iterable[bytes]) -> tuple[int, bytes]:
    """Return how many leaf hashes came and the root over them, in O(log n) memory."""
    stack: list[bytes] = []
    count = 0
    for found in hashes:
        node, trailing_ones = found, count
        while trailing_ones & 1:
            node = node_hash(stack.pop(), node)
            trailing_ones >>= 1
        stack.append(node)
        count += 1
    return count, bag(stack)


def bag(peaks: Sequence[bytes]) -> bytes:
    """Return the root over the roots of the complete subtrees of a tree, largest first."""
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def split_at(length: int) -> int:
    """Return where RFC 6962 divides ``length`` leaves: the largest power of two below it."""
    return 1 << ((length - 1).bit_length() - 1)


def peaks_of(size: int) -> Iterator[Range]:
    """Yield the complete subtrees of a tree of ``size`` leaves, largest first."""
    first = 0
    while first < size:
        length = 1 << ((size - first).bit_length() - 1)
        yield first, first + length
        first += length


def inclusion_ranges(index: int, *, size: int) -> list[Range]:
    """Return the ranges whose hashes prove leaf ``index`` in a tree of ``size``, leaf end first.

    Raises:
        ValueError: there is no such leaf in a tree of that size.

    Source: RFC 6962, 2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    first, last, path = 0, size, list[Range]()
    while last - first > 1:
        middle = first + split_at(last - first)
        if index < middle:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            first = middle
    return path[::-1]


def consistency_ranges(old: int, *, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that the tree of ``old`` leaves begins that of ``new``.

    Raises:
        ValueError: ``old`` is zero (an empty tree begins every tree, so nothing is proved) or
            larger than ``new``.

    Source: RFC 6962, 2.1.2.
    """
    if not 0 < old <= new:
        raise ValueError(f"there is no proof from size {old} to size {new}")
    first, last, whole, path = 0, new, True, list[Range]()
    while old != last:
        middle = first + split_at(last - first)
        if old <= middle:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            first, whole = middle, False
    if not whole:
        path.append((first, last))
    return path[::-1]


def range_hash(found: Range, *, subtree: Callable[[int, int], bytes]) -> bytes:
    """Return the hash over a range, given ``subtree(height, number)`` for the complete ones."""
    first, last = found
    peaks = []
    while first < last:
        height = (last - first).bit_length() - 1
        peaks.append(subtree(height, first >> height))
        first += 1 << height
    return bag(peaks)


class Tree:
    """An append-only tree in memory: 64 bytes a leaf, proofs for every size it ever had."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]
        self.size = 0
        self.extend(hashes)

    def extend(self, hashes: Iterable[bytes]) -> None:
        """Append leaf hashes, 32 bytes each."""
        for found in hashes:
            self.append(found)

    def append(self, found: bytes) -> int:
        """Append one leaf hash and return its index."""
        if len(found) != HASH_BYTES:
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes, not {len(found)}")
        height, place = 0, self.size
        self._levels[0] += found
        while place & 1:
            row = self._levels[height]
            height += 1
            if height == len(self._levels):
                self._levels.append(bytearray())
            self._levels[height] += sha256(b"\x01" + row[-2 * HASH_BYTES :]).digest()
            place >>= 1
        self.size += 1
        return self.size - 1

    def subtree(self, height: int, number: int) -> bytes:
        """Return the hash of the complete subtree over leaves [number << height, ...)."""
        at = number * HASH_BYTES
        return bytes(self._levels[height][at : at + HASH_BYTES])

    def root(self, size: int | None = None) -> bytes:
        """Return the root at ``size`` leaves (now, unless told)."""
        return range_hash((0, self._bounded(size)), subtree=self.subtree)

    def inclusion(self, index: int, *, size: int | None = None) -> list[bytes]:
        """Return the audit path of leaf ``index`` in the tree of ``size`` leaves."""
        ranges = inclusion_ranges(index, size=self._bounded(size))
        return [range_hash(one, subtree=self.subtree) for one in ranges]

    def consistency(self, old: int, *, size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of ``old`` leaves begins the one of ``size``."""
        ranges = consistency_ranges(old, new=self._bounded(size))
        return [range_hash(one, subtree=self.subtree) for one in ranges]

    def _bounded(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError(f"the tree has {self.size} leaves, not {size}")
        return size


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether ``proof`` shows the leaf hash ``leaf`` at ``index`` under ``root``.

    Source: RFC 9162, 2.1.3.2. A hash that is not 32 bytes is refused before anything is computed:
    an empty leaf or root must never compare equal to an empty answer.
    """
    if not 0 <= index < size or not _all_hashes(leaf, root, *proof):
        return False
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    old: int, *, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Tell whether ``proof`` shows that the tree ``(old, old_root)`` begins ``(new, new_root)``.

    Size 0 is refused: nothing follows from the empty tree, and a verifier that says yes to it
    would accept any tree after a peer that claims to have seen nothing.

    Source: RFC 9162, 2.1.4.2.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and bool(old_root) and old_root == new_root
    if not proof or not _all_hashes(old_root, new_root, *proof):
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _all_hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)
