"""One PostgreSQL for the whole run (`prepared.py`); every test works on a copy, as the app's role.

* `db` (pytest-django): a copy shared by tests that roll back.
* `committed_db`: a copy of its own for a test that commits, put back for the next (`emptied.py`).
* `as_role`: a raw connection as sealer, sequencer, exporter, owner.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings

from tests.emptied import Original

if TYPE_CHECKING:
    from colophon.stack.postgres import Embedded
    from colophon.stack.roles import Keyring

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "colophon"
USERS = ("app", "sequencer", "sealer", "exporter")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    server: Embedded
    keyring: Keyring

    def dsn(self, role: str, database: str) -> str:
        return psycopg.conninfo.make_conninfo(
            self.server.admin_dsn(database),
            user=f"colophon_{role}",
            password=self.keyring.password(role),
        )

    def place(self, name: str, *, role: str) -> dict[str, str]:
        """Return what Django is told of the database ``name`` and of who logs in."""
        from colophon.settings.env import database

        found = database(self.server.url(name))
        return {
            "NAME": name,
            "HOST": found.host,
            "PORT": str(found.port),
            "USER": f"colophon_{role}",
            "PASSWORD": self.keyring.password(role),
        }

    def clone(self, name: str, *, template: str = TEMPLATE, broker: bool = False) -> None:
        from colophon.stack.roles import make_database

        with psycopg.connect(self.server.admin_dsn(), autocommit=True) as admin:
            if broker:
                make_database(admin, name=name, owner="broker", users=(), template=template)
            else:
                make_database(admin, name=name, owner="owner", users=USERS, template=template)

    def drop(self, *names: str) -> None:
        with psycopg.connect(self.server.admin_dsn(), autocommit=True) as admin:
            for name in names:
                admin.execute(f'drop database if exists "{name}" with (force)')


@dataclass(frozen=True, kw_only=True)
class CommittedDatabase:
    """A database of the test's own, and the environment in which a subprocess works on it."""

    name: str
    url: str
    env: dict[str, str]
    cluster: Cluster

    def with_broker(self) -> dict[str, str]:
        """Return `env` for processes that queue and work: pgmq in a database of their own."""
        self.cluster.clone(f"{self.name}_broker", template=f"{TEMPLATE}_broker", broker=True)
        return self.env | {"BROKER_URL": "pgmq://"}


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL in a temporary folder, with its roles and a migrated template."""
    from colophon.stack.guard import Guard
    from colophon.stack.postgres import Embedded
    from colophon.stack.roles import Keyring, provision
    from colophon.stack.supervisor import FAST
    from tests.prepared import prepared

    home = prepared(Path(settings.COLOPHON_HOME))
    guard = Guard()
    server = Embedded(
        folder=home / "postgres",
        password_file=home / "secrets" / "admin" / "db-admin.password",
        options=FAST,
    )
    try:
        guard.watch(server.start())
        keyring = Keyring(root=Path(settings.COLOPHON_SECRETS), shared=True)
        provision(server.admin_dsn(), keyring=keyring, database=TEMPLATE)
        yield Cluster(server=server, keyring=keyring)
    finally:
        server.stop()
        guard.close()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(cluster: Cluster, django_db_blocker: Any) -> Cluster:
    """The cluster, once the owner has migrated the template, if it was not prepared."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with django_db_blocker.unblock(), point_django_at(cluster, TEMPLATE, role="owner"):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    return cluster


@pytest.fixture(scope="session")
def django_db_setup(migrated: Cluster, django_db_blocker: Any) -> Iterator[None]:
    """Replace pytest-django's own: it would make the database as a role that owns the tables."""
    migrated.clone("test_shared")
    with django_db_blocker.unblock(), point_django_at(migrated, "test_shared", role="app"):
        yield


_numbers = itertools.count()


@pytest.fixture(scope="session")
def committing(
    django_db_setup: None, migrated: Cluster, django_db_blocker: Any
) -> Callable[..., AbstractContextManager[CommittedDatabase]]:
    """Return a function: `with committing(home)`, a copy of the template, or of ``template=``."""

    with psycopg.connect(migrated.server.admin_dsn(TEMPLATE), autocommit=True) as admin:
        original = Original(admin)
    free: list[str] = []

    def begin(template: str) -> str:
        if template == TEMPLATE and free:
            return free.pop()
        name = f"test_{next(_numbers)}"
        migrated.clone(name, template=template)
        return name

    def end(name: str, template: str) -> None:
        migrated.drop(f"{name}_broker")
        if template == TEMPLATE and restored(name):
            free.append(name)
        else:
            migrated.drop(name)

    def restored(name: str) -> bool:
        try:
            with psycopg.connect(migrated.server.admin_dsn(name), autocommit=True) as admin:
                return original.restore(admin)
        except psycopg.Error:  # somebody still holds a lock in it: a new copy costs little
            return False

    @contextmanager
    def copy(home: Path, *, template: str = TEMPLATE) -> Iterator[CommittedDatabase]:
        name = begin(template)
        url = migrated.server.url(name)
        env = {key: value for key, value in os.environ.items() if not key.startswith("COLOPHON_")}
        env |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "colophon.settings.test",
            "COLOPHON_HOME": str(home),
            "COLOPHON_STORE": str(settings.COLOPHON_STORE),
            "COLOPHON_SECRETS": str(settings.COLOPHON_SECRETS),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
            "PYTHONWARNINGS": "ignore",
        }
        try:
            with django_db_blocker.unblock(), point_django_at(migrated, name, role="app"):
                yield CommittedDatabase(name=name, url=url, env=env, cluster=migrated)
        finally:
            end(name, template)

    return copy


@pytest.fixture
def committed_db(
    committing: Callable[..., AbstractContextManager[CommittedDatabase]], tmp_path: Path
) -> Iterator[CommittedDatabase]:
    """A database as migrated, for a test that commits, with threads or processes."""
    with committing(tmp_path / "home") as found:
        yield found


@pytest.fixture
def as_role(
    django_db_setup: None, migrated: Cluster
) -> Callable[[str], AbstractContextManager[psycopg.Connection[Any]]]:
    """Return a function: `with as_role("sealer") as connection`, on the current database."""

    @contextmanager
    def login(role: str) -> Iterator[psycopg.Connection[Any]]:
        from django.db import connection

        with psycopg.connect(migrated.dsn(role, connection.settings_dict["NAME"])) as found:
            yield found

    return login


@pytest.fixture
def django_as_role(
    committed_db: CommittedDatabase,
) -> Callable[[str], AbstractContextManager[None]]:
    """Return a function: `with django_as_role("sealer")`, Django's own connection as that role."""

    def login(role: str) -> AbstractContextManager[None]:
        return point_django_at(committed_db.cluster, committed_db.name, role=role)

    return login


@contextmanager
def point_django_at(cluster: Cluster, name: str, *, role: str) -> Iterator[None]:
    """Make Django's connection, in every thread, one of ``role`` to the database ``name``."""
    from django.db import connection, connections

    told = cluster.place(name, role=role)
    held = [entry := connections.settings["default"], connection.settings_dict]
    before = {key: entry[key] for key in told}
    connection.close()
    for entry in held:
        entry.update(told)
    try:
        yield
    finally:
        connection.close()
        for entry in held:
            entry.update(before)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop in this thread until the end, and
    Django refuses to open a database connection beside one."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: collections of garbage need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_sessionfinish() -> None:
    sys.stdout.flush()
