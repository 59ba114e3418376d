"""Fifty people who ask at once, spread over a few processes so that no interpreter's lock is timed."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkContext
from multiprocessing.queues import Queue
from typing import Any
from uuid import UUID

from bench.pages import percentile

PROCESSES = 5


@dataclass
class Tally:
    """Milliseconds of every claim, over everybody."""

    spent: list[float] = field(default_factory=list)
    none: int = 0
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def at(self, share: float) -> float:
        return percentile(self.spent, share) if self.spent else 0.0

    def add(self, other: Tally) -> None:
        self.spent += other.spent
        self.none += other.none
        self.errors += other.errors
        self.seconds = max(self.seconds, other.seconds)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two that are compared: the act that is timed, and what follows it untimed."""

    claim: Callable[[int], bool]
    done: Callable[[int], None] = lambda number: None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """``each`` claims by each of ``people``: ``rate`` a second together, or all in one instant.

    Without a rate: ``together`` begins every round of claims behind one barrier, else everybody asks
    again as soon as they are done.
    """

    people: int
    each: int
    rate: float = 0.0
    together: bool = False


def race(side: Side, pace: Pace) -> Tally:
    """Let the crowd claim, and return what it took. The first claim of each is not counted."""
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(pace.people)
    answers: Queue[Tally] = fork.Queue()
    shares = [range(at, pace.people, PROCESSES) for at in range(min(PROCESSES, pace.people))]
    processes = [_part(fork, side, pace, share, start, answers) for share in shares]
    for one in processes:
        one.start()
    told = Tally()
    for _ in processes:
        told.add(answers.get())
    for one in processes:
        one.join()
    return told


def _part(
    fork: ForkContext, side: Side, pace: Pace, people: range, start: Any, answers: Queue[Tally]
) -> Any:
    def run() -> None:
        tally, lock = Tally(), threading.Lock()
        threads = [
            threading.Thread(target=_person, args=(side, pace, number, start, tally, lock))
            for number in people
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        answers.put(tally)

    return fork.Process(target=run)


def _person(
    side: Side, pace: Pace, number: int, start: Any, tally: Tally, lock: threading.Lock
) -> None:
    from django.db import connection

    dice = random.Random(number)  # noqa: S311  no secret
    try:
        side.claim(number)  # signs in to the database
        side.done(number)
        start.wait()
        began = time.perf_counter()
        for _ in range(pace.each):
            if pace.rate:
                time.sleep(dice.expovariate(pace.rate / pace.people))
            elif pace.together:
                start.wait()
            asked = time.perf_counter()
            found = side.claim(number)
            spent = (time.perf_counter() - asked) * 1000
            side.done(number)
            with lock:
                tally.none += not found
                tally.spent.append(spent)
        with lock:
            tally.seconds = max(tally.seconds, time.perf_counter() - began)
    except Exception as error:  # noqa: BLE001  counted, and the bench then fails
        start.abort()
        with lock:
            tally.errors.append(repr(error)[:200])
    finally:
        connection.close()


def ours(house: UUID, crowd: list[Any]) -> Side:
    """Claim as the console does; then the case leaves the line, as after a decision."""
    from django.db import connection

    from colophon.ledger.tenancy import tenant
    from colophon.releases import claiming

    taken: dict[int, Any] = {}

    def claim(number: int) -> bool:
        with tenant(house):
            taken[number] = claiming.claim_next(by=crowd[number])
        return taken[number] is not None

    def done(number: int) -> None:
        held = taken.pop(number)
        if held is not None:
            with tenant(house), connection.cursor() as cursor:
                cursor.execute("update releases_claim set ended_at=now() where id=%s", [held.pk])
                cursor.execute("delete from releases_case where release_id=%s", [held.release_id])

    return Side(claim=claim, done=done)


def bare(dsn: str, cases: int) -> Side:
    """Take the first of bare rows: what PostgreSQL alone needs for it."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("create table bench_line (id uuid primary key, rank_at timestamptz, by int)")
        admin.execute(
            "insert into bench_line select uuidv7(), now() + n * interval '1 s', null"
            " from generate_series(1, %s) n",
            [cases],
        )
        admin.execute("create index on bench_line (rank_at) where by is null")
    held = threading.local()

    def claim(number: int) -> bool:
        if not hasattr(held, "connection"):
            held.connection = psycopg.connect(dsn)
        with held.connection.transaction():
            found = held.connection.execute(
                "select id from bench_line where by is null order by rank_at limit 1"
                " for update skip locked"
            ).fetchone()
            if found:
                held.connection.execute(
                    "update bench_line set by = %s where id = %s", [number, found[0]]
                )
        return found is not None

    return Side(claim=claim)
