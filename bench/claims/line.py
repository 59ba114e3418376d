"""A PostgreSQL with one house, its reviewers and a long line of cases."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

DOUBLES = """
select count(*) from releases_claim a join releases_claim b
    on a.release_id = b.release_id and a.id < b.id
   and a.at < coalesce(b.ended_at, b.until) and b.at < coalesce(a.ended_at, a.until)
"""


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

    from bench.archive.database import OPTIONS
    from colophon.settings.env import database
    from colophon.stack.guard import Guard
    from colophon.stack.postgres import Embedded
    from colophon.stack.roles import Keyring, provision

    guard = Guard()
    embedded = Embedded(
        folder=home / "postgres", password_file=home / "admin.password", options=OPTIONS
    )
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


def people_and_cases(dsn: str, *, reviewers: int, cases: int) -> tuple[UUID, list[Any]]:
    """Found a house with that many reviewers and that many waiting cases; return both."""
    from colophon.accounts import services as accounts
    from colophon.accounts.models import Person, Team
    from colophon.accounts.roles import Role
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
    lengthen(dsn, first.pk, many=cases)
    return house.id, crowd


def lengthen(dsn: str, first: UUID, *, many: int) -> None:
    """Copy one waiting release and its case ``many`` times, past the triggers.

    Copies share the work of the first, carry no ruling and have no history: a claim reads none of it.
    """
    with psycopg.connect(dsn) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            sql.SQL(
                "create temporary table fresh on commit drop as"
                " select n, uuidv7() id from generate_series(1, {}) n"
            ).format(many)
        )
        for table, key, told in (
            ("releases_release", "id", {"id": "fresh.id", "ruling": "'{}'"}),
            ("releases_case", "release_id", {
                "release_id": "fresh.id",
                "due_at": "due_at + fresh.n * interval '1 ms'",
                "rank_at": "rank_at + fresh.n * interval '1 ms'",
            }),
        ):  # fmt: skip
            names = [row[0] for row in admin.execute(
                "select column_name from information_schema.columns where table_name = %s"
                " and is_generated = 'NEVER' order by ordinal_position", [table])]  # fmt: skip
            values = ", ".join(told.get(name, f"held.{name}") for name in names)
            admin.execute(
                f"insert into {table} ({', '.join(names)}) select {values}"  # noqa: S608
                f"  from {table} held cross join fresh where held.{key} = %s",
                [first],
            )
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("vacuum analyze")


def doubles(dsn: str) -> tuple[int, int]:
    """Return how many pairs of claims held one case at one time, and of how many, from the rows."""
    with psycopg.connect(dsn, autocommit=True) as admin:
        (found,) = admin.execute(DOUBLES).fetchone() or (0,)
        (made,) = admin.execute("select count(*) from releases_claim").fetchone() or (0,)
    return int(found), int(made)
