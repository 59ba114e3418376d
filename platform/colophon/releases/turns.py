"""Take the turn of a work: of who asks for its release and who puts it aside, one comes first."""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def take_work(artifact_id: UUID) -> None:
    """Wait until no other transaction holds this work; it ends with the caller's transaction.

    A lock of its row, as the triggers take it (migration 0013).
    """
    with connection.cursor() as cursor:
        cursor.execute("select releases_take_work(%s)", [artifact_id])
