"""Hand work to the workers, by name, once the rows it needs are committed."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction

from colophon.ledger.tenancy import current

logger = structlog.get_logger()


def enqueue(task: str, row_id: UUID) -> None:
    """Queue ``workers.tasks.<task>`` after commit. Only ids travel: tenant and row.

    Losing the message is harmless: the sweeper sends again what the rows still ask for.
    """
    call = current_app.signature(f"workers.tasks.{task}", args=(str(current()), str(row_id)))
    transaction.on_commit(partial(_send, call))


def _send(call: object) -> None:
    # A broker that is away must not turn a committed act into an error: the sweeper will send it.
    try:
        call.apply_async()  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001  every transport raises its own kind
        logger.warning("broker_away", task=str(call))
