"""The Celery application; ``celery -A workers worker`` finds it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# In a bare clone nothing has put platform/ on the path yet.
sys.path[1:1] = [str(Path(__file__).resolve().parent.parent / "platform")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colophon.settings.local")

import structlog  # noqa: E402
from celery import Celery  # noqa: E402
from celery.signals import setup_logging, worker_init, worker_ready  # noqa: E402
from django.conf import settings  # noqa: E402


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


app = Celery("workers")
app.add_defaults(lambda: settings.CELERY | {"imports": ("workers.tasks",)})
app.set_default()  # for every thread, not only the one that imported this
