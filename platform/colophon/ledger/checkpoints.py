"""Reading the tree: the newest head, proofs, and waiting for an event to be in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from colophon.ledger import tiles
from kernel.errors import Fault
from kernel.words import msgid

_SHORTEST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25
_LOOKED_AT = 5_000


class NotSequenced(Fault):
    code = "not_sequenced"
    says = msgid("Event {event_id} is not in the tree yet; waited {seconds} seconds.")
    remedy = msgid(
        "Nothing was lost: it is sequenced as soon as the sequencer runs. If it does not, tell the "
        "operator."
    )


class NoCheckpoint(Fault):
    code = "no_checkpoint"
    says = msgid("The log has no signed head of {size} events.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed head as it stands in the database."""

    size: int
    root: bytes
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A witness's line over a head, and when we received it."""

    witness: str
    line: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Where an event stands in a tree, and the path that proves it against a signed head."""

    index: int
    size: int
    hashes: tuple[bytes, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """Committed events that no tree holds yet, among those this role may see."""

    unsequenced: int
    oldest_seconds: float


def latest() -> Checkpoint:
    """Return the newest signed head; raise `NoCheckpoint` while the log is empty."""
    found = _heads("order by size desc limit 1", [])
    if found is None:
        raise NoCheckpoint(size="any number of")
    return found


def at_size(size: int) -> Checkpoint:
    """Return the head of that size; raise `NoCheckpoint` if none was signed."""
    found = _heads("where size = %s", [size])
    if found is None:
        raise NoCheckpoint(size=size)
    return found


def holding(index: int) -> Checkpoint:
    """Return the first head that was signed over leaf ``index``; raise `NoCheckpoint`."""
    found = _heads("where size > %s order by size limit 1", [index])
    if found is None:
        raise NoCheckpoint(size=f"more than {index}")
    return found


def leaf_index(event_id: UUID) -> int | None:
    """Return where the event stands in the tree, or None while it waits (or is not ours)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select leaf_index from ledger_leaf join ledger_event on ledger_event.id = "
            "ledger_leaf.event_id where ledger_event.event_id = %s",
            [event_id],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def awaited(event_id: UUID, *, timeout_seconds: float = 10.0) -> int:
    """Return the leaf index of an event, once it has one.

    Call it after the transaction that wrote the event has committed: until then nobody else can
    see the event, and no waiting helps.

    Raises:
        NotSequenced: it was not sequenced in time.
    """
    until, pause = time.monotonic() + timeout_seconds, _SHORTEST_PAUSE_SECONDS
    while (found := leaf_index(event_id)) is None:
        left = until - time.monotonic()
        if left <= 0:
            raise NotSequenced(event_id=event_id, seconds=timeout_seconds)
        time.sleep(min(pause, left))
        pause = min(1.5 * pause, _LONGEST_PAUSE_SECONDS)
    return found


def proof_of(event_id: UUID, *, size: int | None = None) -> InclusionProof:
    """Return the proof that the event is in the tree of ``size`` leaves (of the newest head).

    Raises:
        NotSequenced: it is in no tree, or not in one of that size.
        NoCheckpoint: no head of that size was signed.
    """
    head = latest() if size is None else at_size(size)
    index = leaf_index(event_id)
    if index is None or index >= head.size:
        raise NotSequenced(event_id=event_id, seconds=0)
    hashes = tiles.inclusion_proof(read_tile, index, head.size)
    return InclusionProof(index=index, size=head.size, hashes=tuple(hashes), note=head.note)


def consistency(old: int, new: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``old`` leaves begins the tree of ``new``.

    Raises:
        ValueError: not ``0 < old <= new``, or the tree has fewer leaves.
    """
    return tuple(tiles.consistency_proof(read_tile, old, new))


def cosigned(size: int) -> list[Cosignature]:
    """Return the cosignatures on the head of that size, by witness."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select witness, line, at from ledger_cosignature where size = %s order by witness",
            [size],
        )
        return [Cosignature(witness=w, line=line, at=at) for w, line, at in cursor.fetchall()]


def cosigned_note(size: int) -> str:
    """Return the head of that size with every cosignature it has; raise `NoCheckpoint`."""
    return at_size(size).note + "".join(one.line for one in cosigned(size))


def newest_cosigned(quorum: int) -> Checkpoint | None:
    """Return the newest head that at least ``quorum`` witnesses cosigned, or None."""
    return _heads(
        "where size = (select size from ledger_cosignature group by size "
        "having count(*) >= %s order by size desc limit 1)",
        [quorum],
    )


def lag() -> Lag:
    """Return how many committed events wait, and the age of the oldest.

    Counted as events without a leaf rather than as pending rows, so that an event that fell out of
    the pending table would still be seen. A role sees what row security shows it: the sequencer
    and the exporter all tenants, the application the current one. Only the newest `_LOOKED_AT`
    events are looked at, so that a page may ask; `fsck_ledger` looks at all.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), coalesce(extract(epoch from clock_timestamp() - min(at)), 0) "
            "from (select id, at from ledger_event order by id desc limit %s) newest "
            "where not exists (select from ledger_leaf where ledger_leaf.event_id = newest.id)",
            [_LOOKED_AT],
        )
        count, seconds = cursor.fetchone()
    return Lag(unsequenced=int(count), oldest_seconds=max(0.0, float(seconds)))


def read_tile(level: int, n: int, width: int) -> bytes:
    """Return the first ``width`` hashes of a tile, a `tiles.ReadTile`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select substring(hashes for %s) from ledger_tile where level = %s and n = %s",
            [32 * width, level, n],
        )
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def _heads(which: str, arguments: list[int]) -> Checkpoint | None:
    with connection.cursor() as cursor:
        # ``which`` is one of the literals above; only its arguments come from outside.
        cursor.execute(f"select size, root, note, at from ledger_checkpoint {which}", arguments)  # noqa: S608
        row = cursor.fetchone()
    if row is None:
        return None
    return Checkpoint(size=row[0], root=bytes(row[1]), note=row[2], at=row[3])
