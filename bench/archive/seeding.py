"""The archive, batch by batch, over two sessions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg

from bench.archive import cases, checking, people, plan, samples, works
from bench.archive.copying import Session
from bench.archive.people import House
from bench.archive.session import begin, enter

BATCH = 20_000
SESSIONS = 2
# Each waiting case takes its place by the product's own function.
ENTER = """
select count(releases_enter_case(id)::text) from releases_release
 where tenant_id = %(tenant)s and state = any(%(waiting)s)
"""
COUNTED = (
    "accounts_organisation",
    "accounts_team",
    "accounts_person",
    "studio_project",
    "studio_prompt",
    "studio_job",
    "studio_artifact",
    "studio_finding",
    "releases_release",
    "publishing_publication",
    "ledger_event",
    "ledger_move",
)


def seed(
    dsn: str, *, scale: float, says: Callable[[str], object] = lambda _: None
) -> dict[str, int]:
    """Fill the database Django is pointed at; ``dsn`` logs in as administrator. Return rows by table."""
    houses = [people.move_in(part) for part in plan.parts(scale)]
    named = houses[0].named
    made = samples.make(houses[0].organisation, author=named["author"], keeper=named["keeper"])
    says(f"{sum(len(one.members) for one in houses)} people, {len(made)} samples")
    chunks = [
        (house, low, min(low + BATCH, house.part.last + 1) - 1)
        for house in houses
        for low in range(house.part.first, house.part.last + 1, BATCH)
    ]
    # As time went by, over all organisations: the newest rows of a table are everybody's newest.
    chunks.sort(key=lambda one: (one[2] - one[0].part.first) / one[0].part.works)
    _write_all(dsn, houses, made, chunks, says)
    return _settle(dsn, houses)


def _write_all(
    dsn: str,
    houses: list[House],
    made: tuple[samples.Sample, ...],
    chunks: list[tuple[House, int, int]],
    says: Callable[[str], object],
) -> None:
    held = threading.local()
    sessions: list[Session] = []
    began = time.monotonic()
    indexes = checking.put_away(dsn)

    def work(batch: tuple[House, int, int]) -> None:
        if not hasattr(held, "session"):
            held.session = begin(dsn, houses=houses, samples=made)
            sessions.append(held.session)
        write(held.session, *batch)
        says(f"  works {batch[1]:,} to {batch[2]:,} after {time.monotonic() - began:.0f} s")

    try:
        with ThreadPoolExecutor(SESSIONS) as pool:
            list(pool.map(work, chunks))
    finally:
        for session in sessions:
            session.close()
        checking.make_again(dsn, indexes)
    says(f"{len(indexes)} indexes after {time.monotonic() - began:.0f} s")
    with psycopg.connect(dsn) as session:
        session.execute("analyze")
        session.commit()  # kept, should what follows be interrupted
        # The function's plans are kept from when the line was empty: by index, or it is quadratic.
        session.execute("set session_replication_role = replica; set enable_seqscan = off")
        for house in houses:
            enter(session, house)
            session.execute(
                ENTER, {"tenant": house.organisation.id, "waiting": list(cases.WAITING)}
            )
    says(f"cases in line after {time.monotonic() - began:.0f} s")
    keys = checking.hold_together(dsn)
    says(f"{keys} foreign keys looked up after {time.monotonic() - began:.0f} s")


def write(session: Session, house: House, low: int, high: int) -> None:
    """Write works ``low`` to ``high`` of one organisation with all that hangs on them."""
    with session.transaction():
        enter(session, house)
        works.open_batch(session, house, low=low, high=high)
        works.write(session)
        cases.write(session, house)


def _settle(dsn: str, houses: list[House]) -> dict[str, int]:
    """Let the planner know its tables, and count them."""
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute("vacuum (analyze)")
        counts = dict.fromkeys(COUNTED, 0)
        for house in houses:
            with session.transaction():
                enter(session, house)
                for name in COUNTED:
                    mine = "id" if name == "accounts_organisation" else "tenant_id"
                    row = session.execute(
                        f"select count(*) from {name} where {mine} = %s",
                        [house.organisation.id],
                    ).fetchone()
                    counts[name] += row[0] if row else 0
    return counts
