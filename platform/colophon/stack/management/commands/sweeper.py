"""``manage.py sweeper``: do what rows still ask for and what has come due, until told to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from colophon.accounts import mailing, patience, proposals
from colophon.publishing import sweeping as publishing
from colophon.releases import lapsing
from colophon.releases import sweeping as releases
from colophon.studio import sweeping as studio
from colophon.studio import transfers
from kernel import ending

logger = structlog.get_logger()

SWEEPS: tuple[Callable[[], int], ...] = (
    studio.sweep,
    transfers.sweep,
    releases.sweep,
    lapsing.sweep,
    publishing.sweep,
    mailing.sweep,
    patience.sweep,
    proposals.sweep,
)
"""What every look does, one after the other; a room that has something due adds its own."""


class Command(BaseCommand):
    help = "Send queued rows and due mail again, take back lost jobs, make due decisions effective."
    requires_system_checks = ()  # `migrate` asks them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two looks")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = ending.told()
        logger.info("sweeper.started")
        while not stop.wait(options["every"]):
            for sweep in SWEEPS:
                _look(sweep)


def _look(sweep: Callable[[], int]) -> None:
    try:
        sweep()
    except Error as error:
        # The database restarts under us; the next look finds whatever this one missed.
        logger.warning("sweep_failed", sweep=sweep.__module__, cause=type(error).__name__)
        connection.close()
