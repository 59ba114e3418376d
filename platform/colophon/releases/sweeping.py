"""Make due decisions effective, let unheard appeals lapse. Any number may sweep at once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, connection

from colophon.ledger.tenancy import tenant
from colophon.releases.appealing import lapse
from colophon.releases.settling import settle
from kernel.errors import ColophonError

logger = structlog.get_logger()

_ACTS: dict[str, Callable[[UUID], str]] = {"decision": settle, "appeal": lapse}


def sweep() -> int:
    """Look over all tenants once; return how many decisions and appeals were settled.

    Which are due is answered by a SECURITY DEFINER function that gives ids alone; each is then
    handled within its own tenant, and one that fails keeps no other waiting.
    """
    with connection.cursor() as cursor:
        cursor.execute("select what, tenant_id, id from releases_due()")
        due: list[tuple[str, UUID, UUID]] = cursor.fetchall()
    settled = 0
    for what, tenant_id, row_id in due:
        try:
            with tenant(tenant_id):
                settled += _ACTS[what](row_id) not in ("pending", "filed")
        except OperationalError:
            raise  # the database itself is away
        except (ColophonError, DatabaseError) as error:
            logger.warning("not_settled", what=what, id=str(row_id), cause=type(error).__name__)
    return settled
