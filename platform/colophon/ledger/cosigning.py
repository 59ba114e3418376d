"""Asking witnesses to cosign: the client side of c2sp.org/tlog-witness.

A witness that has seen more than the database holds, or something else, is the only sign that the
database was rolled back or rewritten. So witnesses are heard before the first signature, and every
head they cosign is one that no later database can quietly replace.
"""

from __future__ import annotations

import base64
import http.client
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import structlog

from colophon.ledger.note import (
    BadNote,
    BadSignature,
    Verifier,
    parse_note,
    strict_number,
    verify_cosignature,
)
from colophon.ledger.tiles import ReadTile, consistency_proof
from kernel.errors import Fault
from kernel.words import msgid

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 30.0
_MOST_BYTES = 1 << 16


class WitnessAhead(Fault):
    code = "witness_ahead"
    says = msgid(
        "Witness {name} has seen {seen} events; this database holds {held}. It was rolled back, "
        "and nothing was signed."
    )
    remedy = msgid("Restore the newer database, or begin another log under another origin.")


class WitnessDisagrees(Fault):
    code = "witness_disagrees"
    says = msgid(
        "Witness {name} has seen another tree: its {seen} events do not begin the {held} of this "
        "database. Nothing was signed."
    )
    remedy = msgid("Find out which history is the true one before anything is signed again.")


class WitnessSilent(Fault):
    code = "witness_silent"
    says = msgid("Witness {name} did not cosign: {why}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Where a witness is asked, and the key its cosignatures must verify under."""

    url: str
    key: Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A signed head to be cosigned."""

    size: int
    note: str


def cosign(witness: Witness, head: Head, *, seen: int, read_tile: ReadTile) -> str:
    """Return the witness's cosignature line over ``head``; ``seen`` is the size we think it holds.

    It is asked at most three times: to learn the size it holds, to prove, and once more if another
    request came in between.

    Raises:
        WitnessAhead: it has seen a larger tree.
        WitnessDisagrees: it has seen a tree that does not begin ours.
        WitnessSilent: it cannot be reached, refuses, or its line does not verify.
    """
    seen = min(seen, head.size)
    for _ in range(3):
        status, body = _post(witness, _request(head, seen=seen, read_tile=read_tile))
        if status == http.HTTPStatus.OK:
            return _believed(witness, head, body)
        facts = {"name": witness.key.name, "held": head.size}
        if status == http.HTTPStatus.UNPROCESSABLE_ENTITY:
            raise WitnessDisagrees(seen=seen, **facts)
        if status != http.HTTPStatus.CONFLICT:
            raise WitnessSilent(name=witness.key.name, why=f"it answered {status}")
        told = _size_told(witness, body)
        if told > head.size:
            raise WitnessAhead(seen=told, **facts)
        if told == seen:  # the size is right, so it is the root that differs
            raise WitnessDisagrees(seen=told, **facts)
        seen = told
    raise WitnessSilent(name=witness.key.name, why="it named another size each time")


def read_tile_of(con: psycopg.Connection) -> ReadTile:
    """Return a reader of the tiles in the database behind ``con``."""

    def read(level: int, n: int, width: int) -> bytes:
        row = con.execute(
            "select substring(hashes for %s) from ledger_tile where level = %s and n = %s",
            (32 * width, level, n),
            binary=True,
        ).fetchone()
        return bytes(row[0]) if row else b""

    return read


def newest(con: psycopg.Connection) -> Head | None:
    """Return the newest head in the database."""
    row = con.execute(
        "select size, note from ledger_checkpoint order by size desc limit 1"
    ).fetchone()
    return Head(size=row[0], note=row[1]) if row else None


def keep(con: psycopg.Connection, head: Head, *, witness: Witness, line: str) -> None:
    """Write a cosignature down; a second one by the same witness on the same head is dropped."""
    con.execute(
        "insert into ledger_cosignature (size, witness, line, at) "
        "values (%s, %s, %s, clock_timestamp()) on conflict do nothing",
        (head.size, witness.key.name, line),
    )


class Cosigner(threading.Thread):
    """Keeps one witness up to date, beside the sequencer and never in its way."""

    def __init__(self, witness: Witness, *, connect: Callable[[], psycopg.Connection]) -> None:
        super().__init__(name=f"cosigner {witness.key.name}", daemon=True)
        self._witness = witness
        self._connect = connect
        self._news = threading.Event()
        self._ending = threading.Event()

    def tell(self) -> None:
        """Say that there is a new head."""
        self._news.set()

    def end(self) -> None:
        """Stop; a request under way is waited for briefly, its answer can be asked for again."""
        self._ending.set()
        self._news.set()
        self.join(2.0)

    def run(self) -> None:
        wait, seen = 1.0, 0
        con: psycopg.Connection | None = None
        while not self._ending.is_set():
            try:
                con = con or self._connect()
                self._news.clear()
                seen, wait = self._once(con, seen=seen), 1.0
                self._news.wait(_LONGEST_WAIT_SECONDS)
            except (Fault, psycopg.Error) as error:
                log.warning("witness.missing", witness=self._witness.key.name, why=str(error))
                if isinstance(error, psycopg.Error) and con is not None:
                    con.close()
                    con = None
                # News does not shorten this wait: a witness that is down is not asked each second.
                self._ending.wait(wait)
                wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
        if con is not None:
            con.close()

    def _once(self, con: psycopg.Connection, *, seen: int) -> int:
        head = newest(con)
        if head is None or _has(con, head, witness=self._witness):
            return seen
        line = cosign(self._witness, head, seen=seen, read_tile=read_tile_of(con))
        keep(con, head, witness=self._witness, line=line)
        return head.size


def _has(con: psycopg.Connection, head: Head, *, witness: Witness) -> bool:
    found = con.execute(
        "select 1 from ledger_cosignature where size = %s and witness = %s",
        (head.size, witness.key.name),
    )
    return found.fetchone() is not None


def _request(head: Head, *, seen: int, read_tile: ReadTile) -> bytes:
    proof: Sequence[bytes] = ()
    if 0 < seen < head.size:
        proof = consistency_proof(read_tile, seen, head.size)
    lines = [f"old {seen}", *(base64.b64encode(one).decode() for one in proof)]
    return ("\n".join(lines) + "\n\n" + head.note).encode()


def _post(witness: Witness, body: bytes) -> tuple[int, str]:
    where = urlsplit(witness.url)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    con = kind(where.hostname or "", where.port, timeout=TIMEOUT_SECONDS)
    try:
        con.request("POST", where.path.rstrip("/") + "/add-checkpoint", body=body)
        answer = con.getresponse()
        return answer.status, answer.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise WitnessSilent(
            name=witness.key.name, why=str(error) or type(error).__name__
        ) from error
    finally:
        con.close()


def _size_told(witness: Witness, body: str) -> int:
    try:
        return strict_number(body.removesuffix("\n"))
    except BadNote:
        raise WitnessSilent(name=witness.key.name, why="it named no size") from None


def _believed(witness: Witness, head: Head, body: str) -> str:
    """Return the one line of the answer that is the witness's and verifies."""
    try:
        whole = parse_note((head.note + body).encode())
        verify_cosignature(whole, by=witness.key)
    except (BadNote, BadSignature) as error:
        raise WitnessSilent(name=witness.key.name, why=str(error)) from error
    ours = (witness.key.name, witness.key.id)
    return next(one.line for one in whole.signatures if (one.name, one.key_id) == ours)
