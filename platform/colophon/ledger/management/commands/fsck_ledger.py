"""``manage.py fsck_ledger``: run under COLOPHON_ROLE=exporter (or sequencer)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from colophon.ledger import direct, fsck, note
from kernel.errors import ColophonError


class Command(BaseCommand):
    help = "Recompute every leaf, tile, root and proof of the ledger; exit 1 at the first defect."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--log-vkey", type=Path, help="also verify every head under this key")
        parser.add_argument(
            "--patience", type=float, default=60.0, help="seconds an event may wait for its leaf"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            vkey = options["log_vkey"]
            log = note.parse_vkey(vkey.read_text(encoding="utf-8")) if vkey else None
            with psycopg.connect(direct.dsn(), autocommit=True) as con:
                found = fsck.check(con, log=log, patience_seconds=options["patience"])
        except (ColophonError, OSError, psycopg.Error) as error:
            raise CommandError(str(error)) from error
        signatures = "verified" if log else "not checked (no --log-vkey)"
        self.stdout.write(
            f"{found.leaves} leaves, {found.tiles} tiles, {found.checkpoints} checkpoints and "
            f"{found.waiting} events waiting: all as recomputed; signatures {signatures}."
        )
