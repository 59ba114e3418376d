"""Celery for the three brokers that were measured. The row in PostgreSQL is the truth.

``filesystem://`` kills the worker and ``sqla+`` loses tasks, so neither is offered.
Source: the infrastructure reference, section 3 (Celery 5.7, kombu 5.7, November 2026).
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from colophon.settings.env import BROKERS, BadSetting

QUEUES: Final = ("colophon", "checks")
COMMON: Final[dict[str, object]] = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_ignore_result": True,  # results live in the job row
    "result_backend": None,
    "broker_connection_retry_on_startup": True,
    "task_publish_retry": False,  # the sweeper publishes again
    "task_default_queue": "colophon",
    # A worker takes from its queues in turn, so that what was made is checked before all that is
    # still to be made, and people wait for the first work and not for the last.
    "task_routes": {"workers.tasks.assess": {"queue": "checks"}},
    # Not solo: with RabbitMQ it stalls in a burst; and heartbeats must go on while an engine runs.
    "worker_pool": "threads",
    "worker_concurrency": 1,
    "worker_hijack_root_logger": False,
    "worker_enable_remote_control": False,  # nobody asks; it would keep a queue a worker
    "worker_send_task_events": False,
    "enable_utc": True,
    "timezone": "UTC",
}


def celery(url: str, *, dsn: str, longest_task_seconds: int) -> dict[str, Any]:
    """Return Celery's settings for the broker at ``url``.

    Args:
        url: BROKER_URL; its scheme chooses the transport.
        dsn: libpq connection string of the broker's own database; used by ``pgmq`` alone.
        longest_task_seconds: a message not acknowledged for so long is given out again.

    Raises:
        BadSetting: a broker that loses tasks, or none we know.
    """
    scheme = urlsplit(url).scheme
    options: dict[str, object]
    extra: dict[str, object] = {}
    if scheme == "pgmq":
        options = {
            "conn_string": dsn,
            "init_extension": False,  # plain SQL, installed by the owner of the broker's database
            "use_notify": True,  # without these two: median 59 ms, p99 4 s
            "wait_time_seconds": 0,
            "notify_throttle_interval_ms": 0,
            # A worker that has just finished is woken by no notification: it looks again by itself.
            "polling_interval": 0.1,
            "visibility_timeout": longest_task_seconds,
            "pool_size": 4,
        }
    elif scheme in ("amqp", "amqps"):
        options = {"confirm_publish": True}
        extra = {
            "task_default_queue_type": "quorum",
            "worker_detect_quorum_queues": True,
            # Without it a queue named by -Q is declared classic and the next worker gets a 406.
            "task_create_missing_queue_type": "quorum",
        }
    elif scheme in ("redis", "rediss"):
        options = {"visibility_timeout": longest_task_seconds}
    elif scheme == "memory":
        options = {}
    else:
        raise BadSetting(name="BROKER_URL", value=scheme, why="it is one of " + ", ".join(BROKERS))
    kind = {"queue_arguments": {"x-queue-type": "quorum"}} if scheme.startswith("amqp") else {}
    queues = {name: dict(kind) for name in QUEUES}
    told = {"broker_url": url, "broker_transport_options": options, "task_queues": queues}
    return COMMON | extra | told
