"""Recompute everything: every leaf, tile, root, signature and proof in the database.

One pass in tree order, in one snapshot; memory holds the right edge and the list of heads. It
finds damage and clumsy tampering; a rewrite that recomputes everything and signs it again is found
by witnesses and by heads held outside, never here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest

import psycopg

from colophon.ledger import note
from colophon.ledger.cosigning import read_tile_of
from colophon.ledger.merkle import HASH_BYTES, leaf_hash, verify_consistency
from colophon.ledger.note import BadNote, BadSignature, Verifier
from colophon.ledger.tiles import Edge, consistency_proof, tile_path, tiles_of
from kernel.errors import Fault
from kernel.words import msgid

_AT_ONCE = 5_000


class LedgerDamaged(Fault):
    code = "ledger_damaged"
    says = msgid("The ledger is damaged: {defect}.")
    remedy = msgid("Stop publishing, keep the database as it is, and tell the operator.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What was counted and found whole."""

    events: int
    leaves: int
    tiles: int
    checkpoints: int
    cosignatures: int

    @property
    def waiting(self) -> int:
        return self.events - self.leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    size: int
    root: bytes
    note: str


def check(con: psycopg.Connection, *, log: Verifier | None, patience_seconds: float) -> Census:
    """Return what was counted if all of it holds; stop at the first defect.

    Args:
        con: a session of a role that sees the events of all tenants (exporter or sequencer).
        log: the key every head must be signed by; None leaves signatures unchecked.
        patience_seconds: how old an event without a leaf may be.

    Raises:
        LedgerDamaged: names the first defect.
    """
    with con.transaction():
        con.execute("set transaction isolation level repeatable read, read only")
        heads = _heads(con, log=log)
        leaves = _leaves(con, heads=heads)
        tiles = _widths(con, size=leaves)
        _consistency(con, heads=heads)
        events = _waiting(con, patience_seconds=patience_seconds)
        return Census(
            events=events,
            leaves=leaves,
            tiles=tiles,
            checkpoints=len(heads),
            cosignatures=_count(con, "ledger_cosignature"),
        )


def _heads(con: psycopg.Connection, *, log: Verifier | None) -> list[_Head]:
    rows = con.execute("select size, root, note from ledger_checkpoint order by size", binary=True)
    heads = [_Head(size=size, root=bytes(root), note=text) for size, root, text in rows]
    for head in heads:
        try:
            signed = note.parse_note(head.note.encode())
            said = note.parse_tree_head(signed.text)
            if log is not None:
                note.verify(signed, by=log)
        except (BadNote, BadSignature) as error:
            raise LedgerDamaged(defect=f"checkpoint {head.size}: {error}") from error
        if (said.size, said.root) != (head.size, head.root):
            raise LedgerDamaged(defect=f"checkpoint {head.size} says another tree than its row")
        if log is not None and said.origin != log.name:
            raise LedgerDamaged(defect=f"checkpoint {head.size} is of another log, {said.origin}")
    return heads


def _leaves(con: psycopg.Connection, *, heads: list[_Head]) -> int:
    """Return how many leaves there are; each head's root, and each tile as far as it grew, held."""
    edge, ahead, read_tile = Edge(), deque(heads), read_tile_of(con)
    for hashes in _batches(con):
        rest = hashes
        while rest:
            due = ahead[0].size - edge.size if ahead else len(rest)
            edge.extend(rest[:due])
            rest = rest[due:]
            if ahead and ahead[0].size == edge.size and ahead.popleft().root != edge.root():
                raise LedgerDamaged(defect=f"the leaves do not give checkpoint {edge.size}")
        for (level, n), tile in edge.take_changed().items():
            if read_tile(level, n, len(tile) // HASH_BYTES) != tile:
                raise LedgerDamaged(defect=f"{tile_path(level, n=n)} is not made of its leaves")
    if ahead:
        missing = f"checkpoint {ahead[0].size} covers more than the {edge.size} leaves"
        raise LedgerDamaged(defect=missing)
    if edge.size != (heads[-1].size if heads else 0):
        raise LedgerDamaged(defect=f"no checkpoint covers all {edge.size} leaves")
    return edge.size


def _batches(con: psycopg.Connection) -> Iterator[list[bytes]]:
    """Yield leaf hashes in tree order, each recomputed from the event's own bytes."""
    expected = 0
    with con.cursor(name="fsck_leaves", binary=True) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(
            "select leaf_index, ledger_leaf.event_id, body, leaf_hash from ledger_leaf "
            "left join ledger_event on ledger_event.id = ledger_leaf.event_id order by leaf_index"
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            hashes = []
            for index, event, body, stored in rows:
                if index != expected:
                    raise LedgerDamaged(defect=f"leaf {expected} is missing")
                if body is None:
                    raise LedgerDamaged(defect=f"event {event} of leaf {index} is gone or hidden")
                found = leaf_hash(bytes(body))
                if found != bytes(stored):
                    raise LedgerDamaged(defect=f"event {event} of leaf {index} was changed")
                hashes.append(found)
                expected += 1
            yield hashes


def _widths(con: psycopg.Connection, *, size: int) -> int:
    """Return how many tiles there are: those a tree of ``size`` is made of, and no longer ones."""
    with con.cursor(name="fsck_tiles") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute("select level, n, length(hashes) from ledger_tile order by level, n")
        count = 0
        for (level, n, found), wanted in zip_longest(
            cursor, tiles_of(size), fillvalue=(None, None, None)
        ):
            if (level, n, found) != (wanted[0], wanted[1], HASH_BYTES * (wanted[2] or 0)):
                name = tile_path(level or 0, n=n or 0)
                raise LedgerDamaged(defect=f"{name} is longer than its leaves, or belongs to none")
            count += 1
    return count


def _consistency(con: psycopg.Connection, *, heads: list[_Head]) -> None:
    read_tile = read_tile_of(con)
    for old, new in pairwise(heads):
        proof = consistency_proof(read_tile, old.size, new.size)
        if not verify_consistency(
            old.size, new=new.size, proof=proof, old_root=old.root, new_root=new.root
        ):
            raise LedgerDamaged(defect=f"checkpoint {old.size} does not begin {new.size}")


def _waiting(con: psycopg.Connection, *, patience_seconds: float) -> int:
    row = con.execute(
        "select event_id, at from ledger_event where at < clock_timestamp() - "
        "make_interval(secs => %s) and not exists "
        "(select from ledger_leaf where ledger_leaf.event_id = ledger_event.id) "
        "order by id limit 1",
        (patience_seconds,),
    ).fetchone()
    if row is not None:
        raise LedgerDamaged(defect=f"event {row[0]} of {row[1]:%Y-%m-%d %H:%M:%S %Z} is in no leaf")
    return _count(con, "ledger_event")


def _count(con: psycopg.Connection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()  # noqa: S608 - names stand above
    return int(row[0]) if row else 0
