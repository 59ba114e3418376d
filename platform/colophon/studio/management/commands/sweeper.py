"""``manage.py sweeper``: send again what the rows still ask for, until told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from colophon.accounts import mailing
from colophon.studio.sweeping import sweep

logger = structlog.get_logger()


class Command(BaseCommand):
    help = "Send queued rows and due mail again, take back jobs whose lease ran out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two looks")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        signal.signal(signal.SIGINT, lambda *_: stop.set())
        logger.info("sweeper.started")
        while not stop.wait(options["every"]):
            try:
                sweep()
                mailing.sweep()
            except Error as error:
                # The database restarts under us; the next look finds whatever this one missed.
                logger.warning("sweep_failed", cause=type(error).__name__)
                connection.close()
