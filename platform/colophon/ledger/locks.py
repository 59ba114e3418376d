"""Take turns over a row that is append-only: the role may not lock what it may not update."""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def take_turn(kind: str, row_id: UUID) -> None:
    """Wait until no other transaction holds this turn; it ends with the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind} {row_id}"]
        )
