"""``manage.py sealer``: the process that alone holds the signing key."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from colophon.publishing import credentials
from colophon.publishing.models import Signable
from colophon.publishing.sealer import RETRY_SECONDS, seal
from kernel import ending
from kernel.errors import ColophonError

logger = structlog.get_logger()


class Command(BaseCommand):
    help = "Seal what was cleared, until told to stop."
    requires_system_checks = ()  # `migrate` asks them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=0.5, help="seconds between two looks")

    def handle(self, *args: Any, **options: Any) -> None:
        # A missing or unfit certificate is said here, at the start, not at the first release.
        credentials.check()
        stop = ending.told()
        logger.info("sealer.started")
        while not stop.wait(options["every"]):
            try:
                self._seal_all(stop)
            except DatabaseError as error:
                logger.warning("sealer_waits", cause=type(error).__name__)
                connection.close()

    def _seal_all(self, stop: threading.Event) -> None:
        # `sealing` without news is what a sealer that died left behind.
        stale = Q(tried_at__lt=timezone.now() - timedelta(seconds=RETRY_SECONDS))
        waiting = Signable.objects.filter(
            Q(state="cleared") | Q(state__in=("seal_held", "sealing")) & stale
        )
        for release_id in list(waiting.values_list("release_id", flat=True)):
            if stop.is_set():
                return
            try:
                left = seal(release_id)
            except DatabaseError:
                raise
            except ColophonError as error:
                left = error.code
            logger.info("seal", release=str(release_id), left=left)
