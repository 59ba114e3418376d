"""Where the archive lies: the embedded PostgreSQL of a stack without parts, or with a web process."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import psycopg

from colophon.stack import parts
from colophon.stack.supervisor import Stack

# What a server of one machine with this much data would be given; durability as it comes.
OPTIONS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "15min"}
# While it is filled, what a crash would lose is made again.
FILLING = OPTIONS | {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "maintenance_work_mem": "512MB",
    "autovacuum": "off",
}


class Archive(Stack):
    """A stack whose logins the bench may use, and whose web process says what it spent."""

    @property
    def admin(self) -> str:
        """How the administrator logs in: only they may fill an archive."""
        assert self._embedded is not None  # noqa: S101  an archive is never elsewhere
        return str(self._embedded.admin_dsn("colophon"))

    def dsn(self, role: str) -> str:
        """Return how ``role`` logs in to the stack's own database."""
        assert self._embedded is not None  # noqa: S101  an archive is never elsewhere
        return psycopg.conninfo.make_conninfo(
            self._embedded.admin_dsn("colophon"),
            user=f"colophon_{role}",
            password=self.keyring.password(role),
        )

    def _make_plan(self) -> parts.Plan:
        return dataclasses.replace(super()._make_plan(), settings="bench.archive.serving")


def opened(home: Path, *, names: Iterable[str] = (), filling: bool = False) -> Archive:
    """Return the archive's stack below ``home``, not yet started."""
    return Archive(home, names=names, server_options=FILLING if filling else OPTIONS)
