"""The one process that puts committed events into the tree and signs its heads.

Every tick takes the events that wait and writes leaves, tiles and the signed checkpoint in ONE
transaction, so a kill at any moment leaves either all or nothing. It reads a table of pending
events instead of "everything after the last id": ids are handed out before commit, and a cursor
over them loses what commits late while every proof stays valid.

It speaks to PostgreSQL through psycopg itself, as the role that may do nothing else; Django only
starts it (`manage.py sequencer`). A session-level advisory lock makes it the only one, so it must
not be put behind a pooler that hands sessions around.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import psycopg
import structlog

from colophon.ledger import cosigning
from colophon.ledger.cosigning import Cosigner, Head, Witness, WitnessSilent
from colophon.ledger.merkle import EMPTY
from colophon.ledger.note import Signer, TreeHead
from colophon.ledger.tiles import Edge
from kernel.errors import Fault, Refused
from kernel.words import msgid

log = structlog.get_logger(__name__)

LOCK = int.from_bytes(b"colophon", "big")
BATCH = 20_000
LOOK_SECONDS = 0.1
_RETRY_SECONDS = 1.0


class AlreadyRunning(Refused):
    code = "already_running"
    status = 409
    says = msgid("Another sequencer works on this database; there may be only one.")
    remedy = msgid("Stop the other one, or start this one without --no-wait to take over from it.")


class HiddenEvents(Fault):
    code = "hidden_events"
    says = msgid("{count} pending events cannot be read; none of this batch was sequenced.")
    remedy = msgid("Give the sequencer's role its policy on ledger_event back.")


class EdgeMoved(Fault):
    code = "edge_moved"
    says = msgid("The tree has {found} leaves where this sequencer had left it at {held}.")


class TilesDamaged(Fault):
    code = "tiles_damaged"
    says = msgid("The tiles do not give the root of the checkpoint of {size} events.")
    remedy = msgid("Run manage.py fsck_ledger: it names the first tile that is wrong.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a sequencer is to run.

    ``must_hear`` is how many witnesses must have agreed with the database before anything is
    signed. With w witnesses of which verifiers ask for q, w - q + 1 cannot miss a head that ever
    had its quorum.
    """

    dsn: str
    signer: Signer
    period_seconds: float = 1.0
    witnesses: tuple[Witness, ...] = ()
    must_hear: int = 0
    wait_for_lock: bool = True


class Sequencer:
    """The work of one tick. The signer's name is the log's origin."""

    def __init__(self, con: psycopg.Connection, *, signer: Signer) -> None:
        self._con = con
        self._signer = signer
        self._edge: Edge | None = None

    def tick(self) -> int:
        """Sequence up to `BATCH` pending events and return how many.

        Raises:
            Fault: the database is not as this sequencer left it; nothing was written.
            psycopg.Error: likewise. Ticking again starts from what the database holds.
        """
        try:
            with self._con.transaction():
                taken = self._take()
                if taken:
                    self._grow(taken)
        except BaseException:
            self._edge = None  # it ran ahead of the database
            raise
        return len(taken)

    def head(self) -> Head:
        """Return the newest signed head; that of the empty tree is signed anew and never kept."""
        found = cosigning.newest(self._con)
        return found or self._signed(0, EMPTY)

    def _take(self) -> list[tuple[int, bytes]]:
        """Remove pending events and return ``(id, leaf hash)`` by id."""
        rows = self._con.execute(
            """
            with taken as (
                delete from ledger_pending where event_id in
                    (select event_id from ledger_pending order by event_id limit %s)
                returning event_id)
            select taken.event_id, ledger_event.leaf_hash
            from taken left join ledger_event on ledger_event.id = taken.event_id
            order by taken.event_id
            """,
            (BATCH,),
            binary=True,
        ).fetchall()
        hidden = sum(leaf is None for _, leaf in rows)
        if hidden:  # row security must never turn into silent loss
            raise HiddenEvents(count=hidden)
        return [(event, bytes(leaf)) for event, leaf in rows]

    def _grow(self, taken: Sequence[tuple[int, bytes]]) -> None:
        edge = self._edge = self._fenced(self._edge)
        first = edge.size
        edge.extend([leaf for _, leaf in taken])
        root = edge.root()
        head = self._signed(edge.size, root)
        with self._con.cursor() as cursor:
            with cursor.copy("copy ledger_leaf (leaf_index, event_id) from stdin") as out:
                out.write("".join(f"{first + i}\t{event}\n" for i, (event, _) in enumerate(taken)))
            cursor.executemany(
                "insert into ledger_tile (level, n, hashes) values (%s, %s, %s) "
                "on conflict (level, n) do update set hashes = excluded.hashes",
                [(level, n, tile) for (level, n), tile in edge.take_changed().items()],
            )
            cursor.execute(
                "insert into ledger_checkpoint (size, root, note, at) "
                "values (%s, %s, %s, clock_timestamp())",
                (head.size, root, head.note),
            )

    def _fenced(self, edge: Edge | None) -> Edge:
        """Return the edge, which must be where the database is: whoever else wrote, we stop."""
        row = self._con.execute(
            "select size, root from ledger_checkpoint order by size desc limit 1", binary=True
        ).fetchone()
        size, root = (row[0], bytes(row[1])) if row else (0, EMPTY)
        if edge is None:
            edge = Edge.read(cosigning.read_tile_of(self._con), size)
            if edge.root() != root:
                raise TilesDamaged(size=size)
        if edge.size != size:
            raise EdgeMoved(found=size, held=edge.size)
        return edge

    def _signed(self, size: int, root: bytes) -> Head:
        text = TreeHead(origin=self._signer.name, size=size, root=root).text
        return Head(size=size, note=f"{text}\n{self._signer.sign(text)}")


def run(plan: Plan, *, stop: threading.Event) -> None:
    """Sequence until ``stop`` is set, through restarts of the database.

    Raises:
        AlreadyRunning: another one holds the lock and the plan says not to wait for it.
        WitnessAhead, WitnessDisagrees: the database is not the one the witnesses know.
    """
    while not stop.is_set():
        try:
            with closing(connect(plan.dsn)) as con:
                _work(plan, con, stop=stop)
        except (cosigning.WitnessAhead, cosigning.WitnessDisagrees):
            raise
        except (psycopg.Error, Fault, ValueError) as error:
            log.error("sequencer.stumbled", why=str(error), kind=type(error).__name__)
            stop.wait(_RETRY_SECONDS)


def connect(dsn: str) -> psycopg.Connection:
    """Return a session for the sequencer: autocommit, durable commits, dead peers noticed."""
    con = psycopg.connect(
        dsn,
        autocommit=True,
        application_name="colophon-sequencer",
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )
    # A head that a witness has seen must survive a crash of the database.
    con.execute(
        "select set_config('synchronous_commit', 'on', false) "
        "where current_setting('synchronous_commit') = 'off'"
    )
    return con


def _work(plan: Plan, con: psycopg.Connection, *, stop: threading.Event) -> None:
    if not _alone(plan, con, stop=stop):
        return
    sequencer = Sequencer(con, signer=plan.signer)
    if not _heard(plan, con, head=sequencer.head(), stop=stop):
        return
    cosigners = [Cosigner(one, connect=lambda: connect(plan.dsn)) for one in plan.witnesses]
    for one in cosigners:
        one.start()
    log.info("sequencer.started", size=sequencer.head().size, origin=plan.signer.name)
    try:
        _tick_on(plan, con, sequencer=sequencer, cosigners=cosigners, stop=stop)
    finally:
        for one in cosigners:
            one.end()


def _tick_on(
    plan: Plan,
    con: psycopg.Connection,
    *,
    sequencer: Sequencer,
    cosigners: Sequence[Cosigner],
    stop: threading.Event,
) -> None:
    """Tick when an event waits, at most once a period while little waits, and at least once a period."""
    while not stop.is_set():
        began = time.monotonic()
        taken = sequencer.tick()
        if taken:
            for one in cosigners:
                one.tell()
        if taken == BATCH:
            continue
        if taken:
            stop.wait(max(0.0, plan.period_seconds - (time.monotonic() - began)))
        else:
            _doze(con, plan.period_seconds, stop=stop)


def _doze(con: psycopg.Connection, seconds: float, *, stop: threading.Event) -> None:
    """Wait until an event is pending, looking often: to be told would make every commit wait its turn."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not stop.is_set():
        time.sleep(min(left, LOOK_SECONDS))
        if con.execute("select 1 from ledger_pending order by event_id limit 1").fetchone():
            return


def _alone(plan: Plan, con: psycopg.Connection, *, stop: threading.Event) -> bool:
    told = False
    while not stop.is_set():
        row = con.execute("select pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if row and row[0]:
            return True
        if not plan.wait_for_lock:
            raise AlreadyRunning()
        if not told:
            log.info("sequencer.waiting", why=AlreadyRunning.says)
            told = True
        stop.wait(0.5)
    return False


def _heard(plan: Plan, con: psycopg.Connection, *, head: Head, stop: threading.Event) -> bool:
    """Return when enough witnesses agreed with what the database holds."""
    silent, wait = list(plan.witnesses), 0.2
    while not stop.is_set():
        for witness in tuple(silent):
            try:
                read_tile = cosigning.read_tile_of(con)
                line = cosigning.cosign(witness, head, seen=head.size, read_tile=read_tile)
            except WitnessSilent as error:
                log.warning("sequencer.unheard", why=str(error))
                continue
            silent.remove(witness)
            if head.size:
                cosigning.keep(con, head, witness=witness, line=line)
        if len(plan.witnesses) - len(silent) >= plan.must_hear:
            return True
        stop.wait(wait)
        wait = min(2 * wait, 5.0)
    return False
