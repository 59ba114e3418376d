"""Let appeals against withdrawals lapse that nobody heard. Any number may sweep at once."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, connection

from colophon.ledger.tenancy import tenant
from colophon.publishing.complaining import lapse
from kernel.errors import ColophonError

logger = structlog.get_logger()


def sweep() -> int:
    """Look over all tenants once; return how many lapsed. One that fails keeps no other waiting."""
    with connection.cursor() as cursor:
        cursor.execute("select tenant_id, id from publishing_due()")
        due: list[tuple[UUID, UUID]] = cursor.fetchall()
    lapsed = 0
    for tenant_id, row_id in due:
        try:
            with tenant(tenant_id):
                lapsed += lapse(row_id) == "lapsed"
        except OperationalError:
            raise  # the database itself is away
        except (ColophonError, DatabaseError) as error:
            logger.warning("not_lapsed", id=str(row_id), cause=type(error).__name__)
    return lapsed
