"""The Celery application; ``celery -A workers worker`` finds it."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
from pathlib import Path

# In a bare clone nothing has put platform/ on the path yet.
sys.path[1:1] = [str(Path(__file__).resolve().parent.parent / "platform")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colophon.settings.local")

import structlog  # noqa: E402
from celery import Celery  # noqa: E402
from celery.signals import setup_logging, worker_init, worker_ready, worker_shutdown  # noqa: E402
from django.conf import settings  # noqa: E402

BEAT_SECONDS = 10
_NAME = f"{socket.gethostname()[:60]} {os.getpid()}"


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Celery replaces the root's handlers unless somebody answers this signal; Django's stay."""


@worker_init.connect
def _make_queues(**_: object) -> None:
    """Make pgmq's schema if it is gone: it may be dropped at any moment, the job rows are the truth.

    A worker that meets the loss ends, and its supervisor starts it again.
    """
    from colophon.stack.roles import install_pgmq

    dsn = settings.CELERY["broker_transport_options"].get("conn_string")
    if dsn and install_pgmq(dsn):
        structlog.get_logger().warning("queues.made")


@worker_ready.connect
def _say_so(**_: object) -> None:
    structlog.get_logger().info("worker.ready")
    threading.Thread(target=_beat, name="beat", daemon=True).start()


def _beat() -> None:
    """Say every few seconds that this worker lives, so that pages can tell waiting from standing."""
    from django.db import DatabaseError, connection

    from colophon.studio.estimating import beat

    while True:
        try:
            beat(_NAME)
        except DatabaseError as error:
            structlog.get_logger().warning("worker.beat_lost", cause=type(error).__name__)
        connection.close()
        time.sleep(BEAT_SECONDS)


@worker_shutdown.connect
def _say_gone(**_: object) -> None:
    from django.db import DatabaseError

    from colophon.studio.estimating import gone

    with contextlib.suppress(DatabaseError):
        gone(_NAME)


app = Celery("workers")
app.add_defaults(lambda: settings.CELERY | {"imports": ("workers.tasks",)})
app.set_default()  # for every thread, not only the one that imported this
