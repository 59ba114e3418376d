"""The logins of Colophon's processes, their databases and their password files.

Each process logs in as a role of its own and can read its own password alone. The same code serves
the embedded server and one that COLOPHON_ADMIN_URL names.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from colophon.stack.postgres import require_major, write_secret

# Which logins each process may use. `broker` opens the queues' own database.
PROCESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "owner": ("owner", "broker"),
    "web": ("app", "broker"),
    "worker": ("app", "broker"),
    "sequencer": ("sequencer",),
    "sealer": ("sealer",),
    "exporter": ("exporter",),
}
ROLES: Final = ("owner", "app", "sequencer", "sealer", "exporter", "broker")
_LOCK: Final = 7301  # advisory: two programs that provision at once take turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Secret files below ``root``: one folder a process, or all in one where ``shared``."""

    root: Path
    shared: bool = False
    processes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PROCESSES)

    def folder(self, process: str) -> Path:
        """Return the folder that ``process`` is given as COLOPHON_SECRETS."""
        return self.root if self.shared else self.root / process

    def files(self, role: str) -> tuple[Path, ...]:
        """Return every file that holds the password of ``role``."""
        holders = (name for name, roles in self.processes.items() if role in roles)
        found = (self.folder(name) / f"db-{role}.password" for name in holders)
        return tuple(dict.fromkeys(found))

    def password(self, role: str) -> str:
        """Return the password of ``role``; make one and write it to every holder if none has it."""
        files = self.files(role)
        known = next((file.read_text().strip() for file in files if file.exists()), None)
        password = known or secrets.token_urlsafe(24)
        for file in files:
            if not file.exists():
                write_secret(file, password)
        return password

    def make_folders(self) -> None:
        """Make the folders (0700) and the key with which web and worker sign links and cookies."""
        for process in self.processes:
            self.folder(process).mkdir(parents=True, exist_ok=True)
            self.folder(process).chmod(0o700)
        signers = tuple(self.folder(name) / "django.key" for name in ("web", "worker"))
        known = next((file.read_text() for file in signers if file.exists()), None)
        key = known or secrets.token_urlsafe(48)
        for file in signers:
            if not file.exists():
                write_secret(file, key)


def provision(admin_dsn: str, *, keyring: Keyring, database: str = "colophon") -> None:
    """Make the roles, the database ``database`` and the broker's beside it. Safe to repeat.

    Raises:
        OtherMajor: the server is not PostgreSQL 18.
    """
    keyring.make_folders()
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        require_major(admin)
        admin.execute("select pg_advisory_lock(%s)", [_LOCK])
        for role in ROLES:
            _login(admin, role=role, password=keyring.password(role))
        make_database(admin, name=database, owner="owner", users=ROLES[1:5])
        make_database(admin, name=f"{database}_broker", owner="broker", users=())
    with psycopg.connect(admin_dsn, dbname=database) as admin:
        _default_privileges(admin)
    install_pgmq(
        psycopg.conninfo.make_conninfo(
            admin_dsn,
            dbname=f"{database}_broker",
            user="colophon_broker",
            password=keyring.password("broker"),
        )
    )


def make_database(
    admin: psycopg.Connection[tuple[object, ...]],
    *,
    name: str,
    owner: str,
    users: Iterable[str],
    template: str | None = None,
) -> None:
    """Make a database that ``owner`` owns and ``users`` may open, as a copy of ``template``."""
    exists = admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    if exists is None:
        statement = sql.SQL("create database {} owner {} template {}").format(
            sql.Identifier(name),
            sql.Identifier(f"colophon_{owner}"),
            # template1 may hold what an administrator put there
            sql.Identifier(template or "template0"),
        )
        admin.execute(statement)
    place = sql.Identifier(name)
    admin.execute(sql.SQL("revoke all on database {} from public").format(place))
    for user in users:
        login = sql.Identifier(f"colophon_{user}")
        admin.execute(sql.SQL("grant connect on database {} to {}").format(place, login))


def install_pgmq(dsn: str) -> bool:
    """Install the queues' schema; return whether it was missing.

    The schema is disposable: to renew it, drop and install it again. The job rows are the truth.
    """
    from pgmq.install import install_pgmq_from_sql

    with psycopg.connect(dsn) as owner:
        owner.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        found = owner.execute("select to_regnamespace('pgmq')").fetchone()
        if found is not None and found[0] is not None:
            return False
        # Runs in a savepoint of this transaction, so the lock is held until all of it is there.
        install_pgmq_from_sql(conn=owner)
    return True


def _login(admin: psycopg.Connection[tuple[object, ...]], *, role: str, password: str) -> None:
    name = f"colophon_{role}"
    login = sql.Identifier(name)
    if admin.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone() is None:
        admin.execute(
            sql.SQL(
                "create role {} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
            ).format(login)
        )
    # Hashed here: the password itself never travels and never reaches the server's log.
    verifier = admin.pgconn.encrypt_password(
        password.encode(), name.encode(), b"scram-sha-256"
    ).decode()
    admin.execute(sql.SQL("alter role {} password {}").format(login, sql.Literal(verifier)))
    # A managed server's administrator is no superuser and must belong to an owner to name it.
    if role in ("owner", "broker"):
        admin.execute(sql.SQL("grant {} to current_user").format(login))


def _default_privileges(admin: psycopg.Connection[tuple[object, ...]]) -> None:
    # Rooms that are append-only take update and delete back in their own migrations; sequencer and
    # sealer get nothing here, each grant of theirs is written where its table is made.
    for grant in (
        "select, insert, update, delete on tables to colophon_app",
        "usage, select on sequences to colophon_app",
        "select on tables to colophon_exporter",
    ):
        admin.execute(
            sql.SQL(  # the words come from the tuple above
                "alter default privileges for role colophon_owner in schema public grant " + grant
            )
        )
