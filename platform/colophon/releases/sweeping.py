"""Make due decisions effective. Any number of sweepers may do it at once."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, connection

from colophon.ledger.tenancy import tenant
from colophon.releases.settling import settle
from kernel.errors import ColophonError

logger = structlog.get_logger()


def sweep() -> int:
    """Look over all tenants once; return how many decisions were settled.

    Which are due is answered by a SECURITY DEFINER function that gives ids alone; each is then
    handled within its own tenant, and one that fails keeps no other waiting.
    """
    with connection.cursor() as cursor:
        cursor.execute("select tenant_id, id from releases_due()")
        due: list[tuple[UUID, UUID]] = cursor.fetchall()
    settled = 0
    for tenant_id, decision_id in due:
        try:
            with tenant(tenant_id):
                settled += settle(decision_id) != "pending"
        except OperationalError:
            raise  # the database itself is away
        except (ColophonError, DatabaseError) as error:
            logger.warning("not_settled", decision=str(decision_id), cause=type(error).__name__)
    return settled
