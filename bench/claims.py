"""How fast the next case is claimed, and that nobody is given another's: ``python -m bench.claims``.

``[--reviewers 50] [--claims 5000] [--cases 20000] [--rate 50] [--json]``. Ours:
`releases.claiming.claim_next` in the tenant's transaction (row-level security, claim, ledger event,
commit), by that many reviewers at once who together ask ``--rate`` times a second; each then holds
the case away, so that the line moves on. The peer, in the same run with the same pace: a table of
bare rows and ``SELECT … FOR UPDATE SKIP LOCKED; UPDATE``, no tenants, no people, no record.
`claim_doubles` counts cases that two people held at one time, from the rows afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

FLOOR_MS = 20.0
BATCH = 1000
"""Releases a transaction: each takes a lock of its own against the trash."""
DOUBLES = """
select count(*) from releases_claim a join releases_claim b
    on a.release_id = b.release_id and a.id < b.id
   and a.at < coalesce(b.ended_at, b.until) and b.at < coalesce(a.ended_at, a.until)
"""
# The rows of one real work again and again; every trigger and constraint holds as ever.
CASES = """
with works as (
    insert into studio_artifact (id, tenant_id, project_id, author_id, title, sha256, size,
        media_type, medium, origin, engine, engine_version, record, tool, inbound, at)
    select uuidv7(), tenant_id, project_id, author_id, 'Work ' || n, sha256, size, media_type,
           medium, origin, engine, engine_version, record, tool, inbound, now()
      from studio_artifact, generate_series(1, %(many)s) n where id = %(work)s
    returning id, tenant_id
), assessed as (
    insert into studio_assessment (id, tenant_id, artifact_id, not_asked, findings_sha256, at)
    select uuidv7(), tenant_id, id, '[]', repeat('0', 64), now() from works returning id, tenant_id
)
insert into studio_finding (id, tenant_id, assessment_id, subject, check_name, version, answer,
    severity, code, facts, evidence, as_of, sha256, level)
select uuidv7(), a.tenant_id, a.id, f.subject, f.check_name, f.version, f.answer, f.severity, f.code,
       f.facts, f.evidence, f.as_of, f.sha256, f.level
  from assessed a, studio_finding f
  join studio_assessment s on s.id = f.assessment_id and s.artifact_id = %(work)s
"""
RELEASES = """
with asked as (
    insert into releases_release (id, tenant_id, state, artifact_id, artifact_sha256, author_id,
        purpose, packs_digest, persons, ruling, at)
    select uuidv7(), r.tenant_id, 'requested', a.id, a.sha256, r.author_id, r.purpose,
           r.packs_digest, r.persons, r.ruling, now()
      from releases_release r, studio_artifact a
     where r.id = %(release)s
       and not exists (select 1 from releases_release held where held.artifact_id = a.id)
     limit %(batch)s
    returning id, tenant_id
), moved as (
    insert into ledger_move (tenant_id, kind, subject_id, held, wanted, by, at, event_id)
    select tenant_id, 'release', id, 'requested', 'in_review', 'process:bench', now(), %(event)s
      from asked
)
select count(*) from asked
"""


@dataclass
class Tally:
    """Milliseconds of every claim, over all threads."""

    spent: list[float] = field(default_factory=list)
    none: int = 0
    errors: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        ordered = sorted(self.spent)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL of its own, migrated; Django works on it as the app's role."""
    home = Path(tempfile.mkdtemp(prefix="claims-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "colophon.settings.test",
        "COLOPHON_HOME": str(home),
        "COLOPHON_SECRETS": str(home / "secrets"),
        "COLOPHON_STORE": str(home / "store"),
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    from colophon.settings.env import database
    from colophon.stack.guard import Guard
    from colophon.stack.postgres import Embedded
    from colophon.stack.roles import Keyring, provision

    guard = Guard()
    embedded = Embedded(folder=home / "postgres", password_file=home / "admin.password")
    try:
        guard.watch(embedded.start())
        keyring = Keyring(root=home / "secrets", shared=True)
        provision(embedded.admin_dsn(), keyring=keyring, database="colophon")
        place = database(embedded.url("colophon"))

        def as_role(role: str) -> None:
            told = {
                "NAME": "colophon",
                "HOST": place.host,
                "PORT": str(place.port),
                "USER": f"colophon_{role}",
                "PASSWORD": keyring.password(role),
            }
            connection.close()
            connections.settings["default"].update(told)
            connection.settings_dict.update(told)

        as_role("owner")
        call_command("migrate", verbosity=0, interactive=False)
        as_role("app")
        yield embedded.admin_dsn("colophon")
    finally:
        connection.close()
        embedded.stop()
        guard.close()
        shutil.rmtree(home, ignore_errors=True)


def people_and_cases(reviewers: int, cases: int) -> tuple[UUID, list[Any]]:
    """Found a house with that many reviewers and that many waiting cases."""
    from django.db import connection

    from colophon.accounts import services as accounts
    from colophon.accounts.models import Person, Team
    from colophon.accounts.roles import Role
    from colophon.ledger.services import About, record
    from colophon.ledger.tenancy import tenant
    from colophon.releases import services as releases
    from colophon.studio import projects, running, services
    from colophon.studio.models import Artifact

    house = accounts.found(
        accounts.Founding(name="Bench", operator_name="Bench", team="Bench", is_test=True)
    )
    with tenant(house.id):
        team = Team.objects.get()
        author = accounts.join(
            email="author@bench.test",
            name="Author",
            password="a long enough phrase",  # noqa: S106
            roles=[Role.AUTHOR],
            team=team,
        )
        project = projects.begin(by=author, name="Bench", destinations=["EU"])
        order = services.Order(
            project=project,
            text="a lighthouse at dawn",
            engine="house_scene",
            parameters={"width": 256, "height": 192},
        )
        job = services.submit(by=author, order=order)
    running.run(house.id, job.id)
    with tenant(house.id):
        work = Artifact.objects.select_related("project", "tenant").get(job=job)
        services.assess(artifact=work)
        work = Artifact.objects.select_related("assessment", "project", "tenant").get(job=job)
        first = releases.request(by=author, artifact=work, destinations=["EU"])
        crowd = Person.objects.bulk_create(
            Person(email=f"reviewer{n}@bench.test", name=f"R {n}", roles=[Role.REVIEWER], team=team)
            for n in range(reviewers)
        )
        event = record("release.routed", About("release", first.pk), {"to": "in_review"})
        with connection.cursor() as cursor:
            cursor.execute(CASES, {"many": cases, "work": work.pk})
    told = {"release": first.pk, "event": event.event_id, "batch": BATCH}
    asked = BATCH
    while asked:
        with tenant(house.id), connection.cursor() as cursor:
            cursor.execute(RELEASES, told)
            (asked,) = cursor.fetchone() or (0,)
            cursor.execute("update releases_release set state='in_review' where state='requested'")
    return house.id, crowd


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two that are compared: the act that is timed, and what follows it untimed."""

    claim: Callable[[int], bool]
    done: Callable[[int], None] = lambda number: None


def race(side: Side, *, threads: int, claims: int, rate: float) -> Tally:
    """Let ``threads`` people claim at once, ``rate`` times a second together; 0 is without pause."""
    tally, lock, left = Tally(), threading.Lock(), [claims]
    start = threading.Barrier(threads)

    def person(number: int) -> None:
        dice = random.Random(number)  # noqa: S311
        start.wait()
        while True:
            with lock:
                if left[0] <= 0:
                    break
                left[0] -= 1
            if rate:
                time.sleep(dice.expovariate(rate / threads))
            began = time.perf_counter()
            try:
                found = side.claim(number)
                spent = (time.perf_counter() - began) * 1000
                side.done(number)
            except Exception as error:  # noqa: BLE001  counted, and the bench then fails
                with lock:
                    tally.errors.append(repr(error)[:200])
                continue
            with lock:
                tally.none += not found
                tally.spent.append(spent)
        from django.db import connection

        connection.close()

    crowd = [threading.Thread(target=person, args=(number,)) for number in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return tally


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


def doubles(dsn: str) -> int:
    """Return how many pairs of claims held one case at one time, from the rows."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as admin:
        (found,) = admin.execute(DOUBLES).fetchone() or (0,)
    return int(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--claims", type=int, default=5000)
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--rate", type=float, default=50.0, help="claims a second; 0: no pause")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    cases = max(told.cases, told.claims + 100)
    with server() as dsn:
        house, crowd = people_and_cases(told.reviewers, cases)
        peer = race(bare(dsn, cases), threads=told.reviewers, claims=told.claims, rate=told.rate)
        mine = race(ours(house, crowd), threads=told.reviewers, claims=told.claims, rate=told.rate)
        twice = doubles(dsn)
    failed = bool(mine.errors or peer.errors or mine.none or twice)
    if told.json:
        figure = {"ours": mine.at(0.99), "peer": peer.at(0.99), "floor": FLOOR_MS}
        print(json.dumps({
            "next_claim_p99_ms": {**figure, "unit": "ms", "n": len(mine.spent)},
            "claim_doubles": {"ours": twice, "floor": 0, "unit": "cases", "n": len(mine.spent)},
        }))  # fmt: skip
        return int(failed)
    print(
        f"{told.reviewers} reviewers, {cases} cases, {told.rate:g} claims/s, {len(mine.spent)} claims"
    )
    for name, one in (("ours", mine), ("bare", peer)):
        print(f"  {name:5} p50 {one.at(0.5):6.1f} ms  p99 {one.at(0.99):6.1f} ms  "
              f"none {one.none}  errors {len(one.errors)}  {one.errors[:1]}")  # fmt: skip
    print(f"  doubles {twice}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
