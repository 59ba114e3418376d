"""``manage.py sequencer``: run under COLOPHON_ROLE=sequencer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from colophon.ledger import direct, keys, note, sequencer
from colophon.ledger.cosigning import Witness
from kernel import ending
from kernel.errors import ColophonError


class Command(BaseCommand):
    help = "Put committed events into the tree, sign its heads and have witnesses cosign them."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--period", type=float, default=1.0, help="seconds between heads")
        parser.add_argument("--key", type=Path, help="the log's key; by default log.key")
        parser.add_argument("--make-key", action="store_true", help="make the key if it is missing")
        parser.add_argument(
            "--witness",
            nargs=2,
            action="append",
            default=[],
            metavar=("URL", "VKEY_FILE"),
            help="a witness and the key its cosignatures must verify under; may be repeated",
        )
        parser.add_argument(
            "--quorum", type=int, default=1, help="cosignatures that verifiers of this log ask for"
        )
        parser.add_argument(
            "--unheard",
            action="store_true",
            help="sign before enough witnesses were heard; a rolled-back database is not noticed",
        )
        parser.add_argument(
            "--no-wait", action="store_true", help="exit if another sequencer is at work"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = ending.told()
        try:
            sequencer.run(self._plan(options), stop=stop)
        except (ColophonError, OSError) as error:
            raise CommandError(_with_remedy(error)) from error

    def _plan(self, options: dict[str, Any]) -> sequencer.Plan:
        key = options["key"] or Path(settings.COLOPHON_SECRETS) / "log.key"
        if options["make_key"] and not key.exists():
            keys.make_key(key, settings.COLOPHON_LOG_NAME)
        witnesses = tuple(
            Witness(url=url, key=note.parse_vkey(Path(file).read_text(encoding="utf-8")))
            for url, file in options["witness"]
        )
        return sequencer.Plan(
            dsn=direct.dsn(),
            signer=keys.read_key(key, settings.COLOPHON_LOG_NAME),
            period_seconds=options["period"],
            witnesses=witnesses,
            must_hear=0 if options["unheard"] else max(0, len(witnesses) - options["quorum"] + 1),
            wait_for_lock=not options["no_wait"],
        )


def _with_remedy(error: Exception) -> str:
    remedy = error.remedy if isinstance(error, ColophonError) else ""
    return f"{error} {remedy}".strip()
